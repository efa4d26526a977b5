#!/usr/bin/env python3
"""What sampler chains leave, in f64 and the plainest way there is, written from the papers' and llama.cpp's and Hugging
Face's descriptions of the steps and not from ours: sequences are compared token by token, nothing is sorted twice.

usage: samplers.py > tests/data/samplers/more_cases.json

The format is that of cases.json beside it.
"""
import json
import math
import random

GONE = -math.inf


def softmax(l):
    top = max(l)
    e = [math.exp(x - top) for x in l]
    return [x / sum(e) for x in e]


def ranked(l):
    """Ids that are left, the likeliest first, of equal ones the lower id first."""
    return sorted((i for i in range(len(l)) if l[i] > GONE), key=lambda i: (-l[i], i))


def only(l, ids):
    ids = set(ids)
    return [x if i in ids else GONE for i, x in enumerate(l)]


def temp(l, _, t):
    return only(l, ranked(l)[:1]) if t <= 0 else [x / t for x in l]


def top_k(l, _, k):
    return only(l, ranked(l)[: int(k)])


def top_p(l, _, share, least):
    p, total, kept = softmax(l), 0, []
    for i in ranked(l):
        kept.append(i)
        total += p[i]
        if total >= share and len(kept) >= least:
            break
    return only(l, kept)


def penalties(l, history, last, repeat, frequency, presence):
    seen = history[-int(last):] if last else []
    out = list(l)
    for i in set(seen):
        out[i] = (out[i] * repeat if out[i] <= 0 else out[i] / repeat) - seen.count(i) * frequency - presence
    return out


def logit_bias(l, _, *pairs):
    out = list(l)
    for i, b in zip(pairs[::2], pairs[1::2]):
        out[i] = GONE if b <= -1e9 else out[i] + b
    return out


def dry(l, history, multiplier, base, allowed, last, *breakers):
    """p-e-w's idea: a token that would go on with what was said before costs multiplier * base^(length - allowed)."""
    seen = history if last < 0 else history[len(history) - min(int(last), len(history)):]
    if multiplier == 0 or base < 1 or len(seen) <= allowed:
        return l
    reach = 0  # tokens since the last breaker
    while reach < len(seen) and seen[-1 - reach] not in breakers:
        reach += 1
    if reach < allowed:
        return l
    longest = {}
    for end in range(1, len(seen)):  # seen[end] came after seen[:end]
        length = 0
        while length < end and seen[end - 1 - length] == seen[-1 - length]:
            length += 1
        length = min(length, reach)
        if length >= allowed and seen[end] not in breakers:
            longest[seen[end]] = max(longest.get(seen[end], 0), length)
    out = list(l)
    limit = int(88.7228391 / math.log(base)) if base > 1.000001 else None
    for token, length in longest.items():
        exponent = length - int(allowed)
        out[token] -= multiplier * base ** (exponent if limit is None else min(exponent, limit))
    return out


def mirostat(l, _, tau, eta, m, mu=None):
    mu = 2 * tau if mu is None else mu
    order, p = ranked(l), softmax(l)
    pairs = [(math.log((i + 2) / (i + 1)), math.log(p[order[i]] / p[order[i + 1]])) for i in range(min(int(m), len(order)) - 1)]
    s = sum(t * b for t, b in pairs) / sum(t * t for t, _ in pairs)
    epsilon = s - 1
    k = (epsilon * 2**mu / (1 - len(l) ** -epsilon)) ** (1 / s)
    return only(l, order[: max(1, int(k))])


def mirostat_v2(l, _, tau, eta, mu=None):
    mu = 2 * tau if mu is None else mu
    p = softmax(l)
    order = ranked(l)
    return only(l, [i for i in order if p[i] > 0 and -math.log2(p[i]) <= mu] or order[:1])


def no_repeat_ngram_size(l, history, n):
    n, banned = int(n), set()
    for i in range(len(history) - n + 1):
        if n == 1 or history[i : i + n - 1] == history[len(history) - n + 1 :]:
            banned.add(history[i + n - 1])
    return [GONE if i in banned else x for i, x in enumerate(l)]


def suppress_tokens(l, _, *ids):
    return [GONE if i in ids else x for i, x in enumerate(l)]


STEPS = {f.__name__: f for f in (temp, top_k, top_p, penalties, logit_bias, dry, mirostat, mirostat_v2,
                                 no_repeat_ngram_size, suppress_tokens)}
STEPS |= {"temperature": temp, "sequence_bias": logit_bias, "bad_words_ids": suppress_tokens}


def cases(vectors, histories):
    names = list(vectors)
    for chain in ([["logit_bias", 0, 2.5, 3, -1.25]], [["logit_bias", 1, -1e9, 5, 3]], [["logit_bias", 2, 1, 2, 1]], [["logit_bias"]],
                  [["logit_bias", 4, 5], ["top_k", 3]], [["top_k", 3], ["logit_bias", 4, 5]]):
        for name in names:
            yield name, "llama.cpp", chain, "none"
    for history in histories:
        for numbers in ([0.8, 1.75, 2, -1], [0.8, 1.75, 2, -1, 4], [0.8, 1.75, 2, -1, 3, 7], [1.5, 2, 1, 8], [0.5, 1.1, 0, -1], [0, 2, 1, -1],
                        [1, 0.5, 1, -1], [1, 2, 1, 0], [2, 1, 3, -1], [0.1, 1.3, 4, 30, 9]):
            yield names[0], "llama.cpp", [["dry", *numbers]], history
        yield names[1], "llama.cpp", [["penalties", 64, 1.2, 0, 0.3], ["dry", 0.8, 1.75, 2, -1, 4], ["top_k", 5], ["temp", 0.7]], history
        yield names[1], "llama.cpp", [["top_k", 5], ["dry", 0.8, 1.75, 2, -1, 4], ["temp", 0.7]], history
        for n in (1, 2, 3, 4, 9):
            yield names[0], "hf", [["no_repeat_ngram_size", n]], history
    for name in names:
        for numbers in ([3, 0.1, 100], [5, 0.1, 100, 2.5], [2, 0.2, 5, 4], [2, 0.2, 100, 0.1], [5, 0.1, 100, -3], [5, 0.1, 2, 3.5]):
            yield name, "llama.cpp", [["temp", 0.9], ["mirostat", *numbers]], "none"
        for numbers in ([3, 0.1], [5, 0.1, 2.5], [1, 0.2], [5, 0.1, 0.5], [5, 0.1, -1]):
            yield name, "llama.cpp", [["mirostat_v2", *numbers]], "none"
        yield name, "llama.cpp", [["top_p", 0.9, 1], ["mirostat_v2", 2, 0.1, 3]], "none"
        yield name, "hf", [["sequence_bias", 1, 3.5, 6, -2]], "none"
        yield name, "hf", [["suppress_tokens", 0, 3, 5]], "none"
        yield name, "hf", [["bad_words_ids", 7], ["temperature", 1.7]], "none"


def main():
    rng = random.Random(7)
    number = lambda width: round(rng.gauss(0, width), 4)
    vectors = {"ten": [number(2) for _ in range(10)], "forty": [number(1.5) for _ in range(40)], "peaked": [number(5) for _ in range(25)]}
    histories = {"none": [], "one": [3], "phrase": [1, 2, 3, 5, 1, 2, 3, 6, 0, 1, 2, 3], "broken": [1, 2, 4, 3, 8, 1, 2, 4, 3, 8, 1, 2, 4, 3],
                 "stuck": [6] * 70, "two": [rng.randrange(2) for _ in range(40)], "wild": [rng.randrange(10) for _ in range(60)]}
    out = []
    for vector, semantics, chain, history in cases(vectors, histories):
        l = vectors[vector]
        for name, *numbers in chain:
            l = STEPS[name](l, histories[history], *numbers)
        if all(x == GONE for x in l):
            continue
        out.append({"vector": vector, "semantics": semantics, "chain": chain, "history": histories[history],
                    "probs": [float(f"{p:.9g}") for p in softmax(l)]})
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in out)
    note = "Made by tests/oracles/samplers.py"
    print(f'{{\n"note": {json.dumps(note)},\n"vectors": {json.dumps(vectors)},\n"cases": [\n{lines}\n]\n}}')


main()
