#!/usr/bin/env python3
"""Takes a llama GGUF file apart into the Hugging Face folder it may have come from, and compares what becomes of it.

usage: rebuild_hf.py unpack MODEL.gguf FOLDER             weights in F32, as exact as they are in the file
       rebuild_hf.py compare MODEL.gguf CONVERTED.gguf    every value of every tensor, and the vocabulary
       rebuild_hf.py greedy CLI CONVERTED.gguf REFERENCE.json    what the float reference goes on with, token by token

For models with a vocabulary of bytes that is cut like SmolLM's. Needs numpy and gguf (gguf-py).
"""
import json
import pathlib
import subprocess
import sys

import numpy as np
from gguf import GGUFReader, dequantize

NAMES = {
    "token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head", "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}


def values(tensor):
    return dequantize(tensor.data, tensor.tensor_type).astype(np.float32).reshape(list(reversed(tensor.shape.tolist())))


def keys_of(reader):
    return {k: f.contents() for k, f in reader.fields.items()}


def unpermute(weights, heads):
    """GGUF pairs neighbouring values of a head for its rotary embedding, Hugging Face the two halves."""
    return weights.reshape(heads, -1, 2, weights.shape[-1]).swapaxes(1, 2).reshape(weights.shape)


def hf_name(name):
    parts = name.split(".")
    if parts[0] == "blk":
        return f"model.layers.{parts[1]}.{NAMES[parts[2]]}.{parts[3]}"
    return f"{NAMES[parts[0]]}.{parts[1]}"


def write_weights(reader, keys, path):
    head, offset = {}, 0
    for t in reader.tensors:
        size = 4 * int(np.prod(t.shape))
        head[hf_name(t.name)] = {"dtype": "F32", "shape": t.shape.tolist()[::-1], "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(head).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for t in reader.tensors:
            weights = values(t)
            if ".attn_q." in t.name:
                weights = unpermute(weights, keys["llama.attention.head_count"])
            if ".attn_k." in t.name:
                weights = unpermute(weights, keys["llama.attention.head_count_kv"])
            file.write(weights.tobytes())


def write_tokenizer(keys, folder):
    tokens, kinds = keys["tokenizer.ggml.tokens"], keys["tokenizer.ggml.token_type"]
    added = [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": kinds[i] == 3}
             for i, t in enumerate(tokens) if kinds[i] != 1]
    cut = [{"type": "Digits", "individual_digits": True}, {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]
    tokenizer = {"version": "1.0", "added_tokens": added, "normalizer": None, "pre_tokenizer": {"type": "Sequence", "pretokenizers": cut},
                 "model": {"type": "BPE", "vocab": {t: i for i, t in enumerate(tokens)}, "merges": keys["tokenizer.ggml.merges"]}}
    special = {n: tokens[keys[f"tokenizer.ggml.{k}_token_id"]] for n, k in
               (("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"), ("pad_token", "padding"))}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False, "chat_template": keys["tokenizer.chat_template"], **special}))


def unpack(model, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    reader = GGUFReader(model)
    keys = keys_of(reader)
    key = lambda name: keys["llama." + name]
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "torch_dtype": "float32",
        "hidden_size": key("embedding_length"), "intermediate_size": key("feed_forward_length"), "num_hidden_layers": key("block_count"),
        "num_attention_heads": key("attention.head_count"), "num_key_value_heads": key("attention.head_count_kv"),
        "max_position_embeddings": key("context_length"), "rms_norm_eps": key("attention.layer_norm_rms_epsilon"),
        "rope_theta": key("rope.freq_base"), "vocab_size": len(keys["tokenizer.ggml.tokens"]),
        "tie_word_embeddings": not any(t.name == "output.weight" for t in reader.tensors),
        "bos_token_id": keys["tokenizer.ggml.bos_token_id"], "eos_token_id": keys["tokenizer.ggml.eos_token_id"]}
    (folder / "config.json").write_text(json.dumps(config))
    write_tokenizer(keys, folder)
    write_weights(reader, keys, folder / "model.safetensors")


def compare(original, converted):
    a, b = GGUFReader(original), GGUFReader(converted)
    left, right = {t.name: t for t in a.tensors}, {t.name: t for t in b.tensors}
    wrong = [f"tensor {n} is in one file only" for n in sorted(set(left) ^ set(right))]
    wrong += [f"tensor {n} differs" for n in left if n in right and not np.array_equal(values(left[n]), values(right[n]))]
    ka, kb = keys_of(a), keys_of(b)
    for name in ("tokens", "token_type", "merges", "model", "pre", "bos_token_id", "eos_token_id"):
        if ka["tokenizer.ggml." + name] != kb.get("tokenizer.ggml." + name):
            wrong.append(f"tokenizer.ggml.{name} differs")
    print(f"{len(left)} tensors compared, {len(wrong)} differences")
    return wrong


def greedy(cli, model, reference):
    wrong = []
    for name, prompt in json.load(open(reference))["prompts"].items():
        expected = prompt["hf_f32"]["greedy"]
        run = subprocess.run([cli, "generate", model, "--tokens", ",".join(map(str, prompt["tokens"])), "--raw", "-n", str(len(expected)),
                              "--temp", "0", "--kv", "f32", "--ignore-eos", "--json"], capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(run.stderr)
        tokens = json.loads(run.stdout)["tokens"]
        same = next((i for i, (x, y) in enumerate(zip(tokens, expected)) if x != y), len(tokens))
        print(f"{name}: {same} of {len(expected)} tokens are those of the float reference")
        if tokens != expected:
            wrong.append(f"{name} parts at token {same}")
    return wrong


if __name__ == "__main__":
    commands = {"unpack": unpack, "compare": compare, "greedy": greedy}
    if len(sys.argv) < 4 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    problems = commands[sys.argv[1]](*sys.argv[2:]) or []
    print("".join(f"WRONG: {p}\n" for p in problems), end="")
    sys.exit(1 if problems else 0)
