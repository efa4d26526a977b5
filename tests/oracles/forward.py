#!/usr/bin/env python3
"""What a GGUF model computes, in f64, written from Hugging Face's definitions of the architectures and not from ours.

usage: forward.py FILE.gguf TOKEN,…            all logits of the last token
       forward.py --check REFERENCES           the checkpoints there against their reference.json
       forward.py --expect FOLDER OUT.json     expected numbers of the models that write_tiny_models put into FOLDER

Needs numpy and gguf (gguf-py) for reading.
"""
import json
import math
import pathlib
import sys

import numpy as np
from gguf import GGUFReader, dequantize


class Model:
    def __init__(self, path):
        r = GGUFReader(path)
        self.keys = {k: f.contents() for k, f in r.fields.items() if not k.startswith("tokenizer.")}
        self.arch = self.keys["general.architecture"]
        self.t = {t.name: dequantize(t.data, t.tensor_type).astype(np.float64).reshape(list(reversed(t.shape.tolist()))) for t in r.tensors}

    def key(self, name, default=None):
        return self.keys.get(f"{self.arch}.{name}", default)

    def get(self, name):
        return self.t.get(name)


def rms(x, w, eps):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * w


def layer_norm(x, w, b, eps):
    d = x - x.mean(-1, keepdims=True)
    y = d / np.sqrt((d * d).mean(-1, keepdims=True) + eps) * w
    return y if b is None else y + b


erf = np.vectorize(math.erf)
ACT = {
    "silu": lambda x: x / (1 + np.exp(-x)),
    "gelu": lambda x: 0.5 * x * (1 + erf(x / math.sqrt(2))),
    "gelu_tanh": lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
}
INTERLEAVED = {"llama", "granite", "smollm3", "command-r"}  # rows of q and k are in the order of the original RoPE code
LAYER_NORM = {"gpt2", "gptneox", "phi2", "stablelm", "starcoder2", "command-r"}
ACTIVATION = {"gpt2": "gelu_tanh", "phi2": "gelu_tanh", "starcoder2": "gelu_tanh", "gptneox": "gelu", "gemma": "gelu_tanh",
              "gemma2": "gelu_tanh", "gemma3": "gelu_tanh"}


def rope_tables(m, n, head, local):
    """cos and sin [n, dims / 2], as transformers' modeling_rope_utils makes them."""
    dims = m.key("rope.dimension_count", head)
    base = m.key("rope.freq_base", 10000.0)
    kind, factor = m.key("rope.scaling.type"), m.key("rope.scaling.factor", 1.0)
    if local:
        base, kind = m.key("rope.freq_base_swa", 10000.0), None
    inv = 1.0 / base ** (np.arange(0, dims, 2) / dims)
    scale = m.key("rope.scaling.attn_factor", 1.0)
    original = m.key("rope.scaling.original_context_length", m.key("context_length"))
    name = "rope_freqs" if m.get("rope_freqs.weight") is not None else "rope_factors_" + ("long" if n > original else "short")
    if m.get(name + ".weight") is not None and not local:
        inv = inv / m.get(name + ".weight").reshape(-1)
    if kind == "linear":
        inv = inv / factor
    if kind == "yarn":
        def dim(turns):
            return dims * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(base))
        low, high = max(math.floor(dim(32)), 0), min(math.ceil(dim(1)), dims - 1)
        ramp = np.clip((np.arange(dims // 2) - low) / max(high - low, 0.001), 0, 1)
        inv = inv / factor * ramp + inv * (1 - ramp)
        scale *= 0.1 * math.log(factor) + 1
    angle = np.outer(np.arange(n), inv)
    return np.cos(angle) * scale, np.sin(angle) * scale


def rotate(x, cos, sin, interleaved):
    """x [n, heads, head]"""
    half = cos.shape[1]
    y, c, s = x.copy(), cos[:, None, :], sin[:, None, :]
    a = slice(0, 2 * half, 2) if interleaved else slice(0, half)
    b = slice(1, 2 * half, 2) if interleaved else slice(half, 2 * half)
    y[..., a], y[..., b] = x[..., a] * c - x[..., b] * s, x[..., b] * c + x[..., a] * s
    return y


def linear(m, name, x):
    y = x @ m.get(name + ".weight").T
    b = m.get(name + ".bias")
    return y if b is None else y + b


def feed_forward(m, blk, h, act):
    if m.get(blk + "ffn_gate_inp.weight") is not None:
        return experts(m, blk, h, act)
    up = linear(m, blk + "ffn_up", h)
    if m.get(blk + "ffn_gate.weight") is not None:
        mid = act(linear(m, blk + "ffn_gate", h)) * up
    elif m.arch == "phi3":
        gate, up = np.split(up, 2, axis=-1)
        mid = act(gate) * up
    else:
        mid = act(up)
    return linear(m, blk + "ffn_down", mid)


def experts(m, blk, h, act):
    router = h @ m.get(blk + "ffn_gate_inp.weight").T
    p = np.exp(router - router.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    out = np.zeros_like(h)
    gate, up, down = (m.get(f"{blk}ffn_{x}_exps.weight") for x in ("gate", "up", "down"))
    for t in range(len(h)):
        chosen = np.argsort(-p[t], kind="stable")[: m.key("expert_used_count")]
        w = p[t][chosen] / (1 if m.arch == "qwen2moe" else p[t][chosen].sum())
        for e, weight in zip(chosen, w):
            out[t] += weight * (down[e] @ (act(gate[e] @ h[t]) * (up[e] @ h[t])))
    if m.get(blk + "ffn_up_shexp.weight") is not None:
        s = {x: m.get(f"{blk}ffn_{x}_shexp.weight") for x in ("gate", "up", "down")}
        shared = (act(h @ s["gate"].T) * (h @ s["up"].T)) @ s["down"].T
        out += shared / (1 + np.exp(-(h @ m.get(blk + "ffn_gate_inp_shexp.weight").reshape(-1, 1))))
    return out


def attention(m, blk, i, h):
    a, n = m.arch, len(h)
    heads = m.key("attention.head_count")
    kv = m.key("attention.head_count_kv", heads)
    head = m.key("attention.key_length", m.key("embedding_length") // heads)
    if m.get(blk + "attn_qkv.weight") is not None:
        q, k, v = np.split(linear(m, blk + "attn_qkv", h), [heads * head, (heads + kv) * head], axis=-1)
    else:
        q, k, v = (linear(m, blk + "attn_" + x, h) for x in "qkv")
    eps = m.key("attention.layer_norm_epsilon", m.key("attention.layer_norm_rms_epsilon"))
    qn, kn = m.get(blk + "attn_q_norm.weight"), m.get(blk + "attn_k_norm.weight")
    if a == "olmo2":
        q, k = rms(q, qn, eps), rms(k, kn, eps)
    q, k, v = q.reshape(n, heads, head), k.reshape(n, kv, head), v.reshape(n, kv, head)
    if qn is not None and a in ("command-r", "stablelm"):
        q, k = layer_norm(q, qn.reshape(heads, head), None, eps), layer_norm(k, kn.reshape(kv, head), None, eps)
    elif qn is not None and a != "olmo2":
        q, k = rms(q, qn, eps), rms(k, kn, eps)
    local = a == "gemma3" and (i + 1) % 6 != 0
    if a != "gpt2" and not (a == "smollm3" and (i + 1) % 4 == 0):
        cos, sin = rope_tables(m, n, head, local)
        q, k = rotate(q, cos, sin, a in INTERLEAVED), rotate(k, cos, sin, a in INTERLEAVED)
    k, v = np.repeat(k, heads // kv, axis=1), np.repeat(v, heads // kv, axis=1)
    scores = np.einsum("qhd,khd->hqk", q, k) * (m.key("attention.scale") if a == "granite" else head**-0.5)
    cap = m.key("attn_logit_softcapping") if a in ("gemma2", "gemma3") else None
    if cap:
        scores = cap * np.tanh(scores / cap)
    query, key = np.arange(n)[:, None], np.arange(n)[None, :]
    seen = key <= query
    if local or (a == "gemma2" and i % 2 == 0) or (a == "phi3" and m.key("attention.sliding_window", 0)):
        seen = seen & (key > query - m.key("attention.sliding_window"))
    scores = np.where(seen, scores, -np.inf)
    p = np.exp(scores - scores.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    return linear(m, blk + "attn_output", np.einsum("hqk,khd->qhd", p, v).reshape(n, -1))


def logits(m, tokens):
    """All logits [n, vocabulary]."""
    a = m.arch
    eps = m.key("attention.layer_norm_epsilon", m.key("attention.layer_norm_rms_epsilon"))

    def norm(x, name):
        w = m.get(name + ".weight")
        if w is None:
            return x
        return layer_norm(x, w, m.get(name + ".bias"), eps) if a in LAYER_NORM else rms(x, w, eps)

    act = ACT[ACTIVATION.get(a, "silu")]
    x = m.get("token_embd.weight")[tokens]
    if a.startswith("gemma"):
        x = x * math.sqrt(m.key("embedding_length"))
    if a == "granite":
        x = x * m.key("embedding_scale")
    if a == "gpt2":
        x = x + m.get("position_embd.weight")[: len(tokens)]
    residual = m.key("residual_scale") if a == "granite" else 1.0
    parallel = a in ("phi2", "command-r") or (a in ("gptneox", "stablelm") and m.key("use_parallel_residual", a == "gptneox"))
    for i in range(m.key("block_count")):
        blk = f"blk.{i}."
        h = norm(x, blk + "attn_norm")
        attended = norm(attention(m, blk, i, h), blk + "post_attention_norm")
        if parallel:
            x = x + attended + feed_forward(m, blk, norm(x, blk + "ffn_norm") if a == "gptneox" else h, act)
            continue
        x = x + attended * residual
        x = x + norm(feed_forward(m, blk, norm(x, blk + "ffn_norm"), act), blk + "post_ffw_norm") * residual
    x = norm(x, "output_norm")
    y = x @ (m.get("output.weight") if m.get("output.weight") is not None else m.get("token_embd.weight")).T
    if m.get("output.bias") is not None:
        y = y + m.get("output.bias")
    if a == "granite":
        y = y / m.key("logit_scale")
    if a == "command-r":
        y = y * m.key("logit_scale")
    cap = m.key("final_logit_softcapping") if a in ("gemma2", "gemma3") else None
    return cap * np.tanh(y / cap) if cap else y


def check(folder):
    for d in sorted(pathlib.Path(folder, "checkpoints").iterdir()):
        gguf = d / "model-f32.gguf"
        if not gguf.is_file():
            continue
        reference = json.loads((d / "reference.json").read_text())
        m, worst = Model(gguf), 0.0
        for run in (reference.get("runs_without_window") or reference["runs"]).values():
            worst = max(worst, np.abs(logits(m, run["tokens"])[-3:] - np.array(run["last3_logits"])).max())
        print(f"{d.name}: largest difference {worst:.1e}")


def expect(folder, out):
    tokens = [(7 * i * i + 3 * i + 1) % 300 for i in range(40)]
    lines = []
    for f in sorted(pathlib.Path(folder).glob("*.gguf")):
        y = logits(Model(f), tokens)
        # every eleventh logit at two positions
        expected = {str(p): [float(f"{v:.7g}") for v in y[p][::11]] for p in (20, 39)}
        lines.append(f"{json.dumps(f.stem)}: {json.dumps(expected)}")
    pathlib.Path(out).write_text(f'{{"tokens": {tokens},\n"models": {{\n' + ",\n".join(lines) + "\n}}\n")


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        check(sys.argv[2])
    elif sys.argv[1] == "--expect":
        expect(sys.argv[2], sys.argv[3])
    else:
        print(json.dumps(logits(Model(sys.argv[1]), [int(t) for t in sys.argv[2].split(",")])[-1].tolist()))
