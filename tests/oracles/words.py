#!/usr/bin/env python3
"""How Hugging Face's tokenizers cut texts into words, by the pre_tokenizer entries of the original tokenizer.json files.

usage: words.py OUT.json [CASES [SEED]]

Writes {"texts": […], "lengths": {name of the pre-tokenizer: [[bytes of each word, …] of each text]}}. Needs the package
tokenizers. "default" exists in GGUF only; its expressions are those of llama.cpp.
"""
import json
import random
import sys
import unicodedata

from tokenizers import Regex, pre_tokenizers as pre

# Letters with a case, as DeepSeek LLM's tokenizer.json lists them.
CASED = """41-5A 61-7A B5 C0-D6 D8-F6 F8-1BA 1BC-1BF 1C4-293 295-2AF 370-373 376-377 37B-37D 37F 386 388-38A 38C 38E-3A1
3A3-3F5 3F7-481 48A-52F 531-556 10A0-10C5 13A0-13F5 13F8-13FD 1C90-1CBA 1CBD-1CBF 1D00-1D2B 1D6B-1D77 1D79-1D9A
1E00-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FBC 1FBE 1FC2-1FC4
1FC6-1FCC 1FD0-1FD3 1FD6-1FDB 1FE0-1FEC 1FF2-1FF4 1FF6-1FFC 2102 2107 210A-2113 2115 2119-211D 2124 2126 2128
212A-212D 212F-2134 2139 213C-213F 2145-2149 214E 2183-2184 2C00-2C7B 2C7E-2CE4 2CEB-2CEE 2CF2-2CF3 A640-A66D
A680-A69B A722-A76F A771-A787 A78B-A78E AB70-ABBF FB00-FB06 FB13-FB17 FF21-FF3A FF41-FF5A 10400-1044F 104B0-104D3
104D8-104FB 10C80-10CB2 10CC0-10CF2 118A0-118DF 1E900-1E943"""
CASED = "".join("-".join(chr(int(end, 16)) for end in part.split("-")) for part in CASED.split())

SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
BLANKS = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = SHORT + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + BLANKS
QWEN2 = LLAMA3.replace("{1,3}", "")
CAPITALS, SMALL = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
CASES = r"[^\r\n\p{L}\p{N}]?" + CAPITALS + "*" + SMALL + "+SHORT|" + r"[^\r\n\p{L}\p{N}]?" + CAPITALS + "+" + SMALL + "*SHORT"
GPT4O = CASES.replace("SHORT", SHORT + "?") + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + BLANKS
NOT_HAN = GPT4O.replace(r"\p{M}]", r"\p{M}&&[^\p{Han}]]").replace(r"[\r\n/]*", r"[\r\n]*")
DEEPSEEK3 = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*" + BLANKS)
KANA = "[一-龥\u3040-ゟ゠-ヿ]+"
WIDE = "[一-龥\u0800-一가-\ud7ff]+"
BLOOM = r" ?[^(\s|.,!?…。，、।۔،)]+"

EACH_DIGIT = pre.Digits(individual_digits=True)
RULES = {
    "default": [r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", "[0-9][0-9][0-9]"],
    "falcon": [pre.Punctuation("contiguous"), pre.ByteLevel(False, use_regex=True), pre.Digits(False), "[0-9][0-9][0-9]"],
    "gpt-2": [pre.ByteLevel(False, use_regex=True)],
    "smollm": [EACH_DIGIT, pre.ByteLevel(False, use_regex=True)],
    "llama-bpe": [LLAMA3],
    "minicpm5": [r"\p{N}{1,3}", LLAMA3.replace("{1,3}", "+")],
    "qwen2": [QWEN2],
    "bailingmoe": [r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"],
    "laguna": [r"[^\n]+|[\n]+", QWEN2],
    "ufakzeka": [QWEN2[len(SHORT) + 1:]],
    "seed-coder": [SHORT + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+" + BLANKS],
    "qwen35": [SHORT + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*" + BLANKS],
    "gpt-4o": [GPT4O],
    "tekken": [CASES.replace("SHORT", "") + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + BLANKS],
    "kimi-k2": [r"[\p{Han}]+|" + NOT_HAN],
    "youtu": ["[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|" + KANA, GPT4O.replace("{1,3}", "")],
    "deepseek-llm": ["[\r\n]", r"\s?[" + CASED + "]+", r"\s?[!-/:-~！-／：-～‘-‟\u3000-。]+", r"\s+$", WIDE, EACH_DIGIT],
    "deepseek-coder": ["[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", WIDE, EACH_DIGIT],
    "deepseek-v3": [r"\p{N}{1,3}", KANA, DEEPSEEK3],
    "spark2_5": [r"\p{N}{1,3}", KANA, DEEPSEEK3.replace(r"+[\r\n]*|\s*[\r\n]+", r"+|[\r\n]"), r"\p{N}"],
    "tiny_aya": [r"\d{1,3}(?=(?:\d{3})*\b)", GPT4O],
    "bloom": [BLOOM],
    "viking": [BLOOM, EACH_DIGIT],
}

FIXED = [
    "Hello  world, it's 1234567 o'clock! I'LL pay $3.50…", "  if (x == 10) {\n\treturn y[3];\r\n  }\n\n\n  // end  ",
    "你好，世界！我想在apple工作1314151天～ こんにちは、カ・タカナ゠。 안녕하세요 ㄱㄴ ㄅㄆ", "нещо на Български мир", "កាន់តែពិសេសអាច ไทยภาษา हिन्दी",
    "e\u0301\u0323a \u0301x A\u0301BC", "日本ABC日本abc ʰA ǅungla HTMLParser iPhone's ÉCOLE", "'re'S 'ſ 'LLx it'LL''t",
    "🚀 😶‍🌫️ ✅🦙🦙", "x² ½½ 12½3456 ٣٤٥٦ Ⅷ 〇二", "path/to//file\n/next !\n\n/x ?\r\n/", " \u3000\u3000x\u00a0y \u2028 \u0085",
    "a\u0000\u0001b\u200bc\u00ad", "", " ", "\n", "   ", "\t\t x", "a(b)c|d,e।f۔g", "“quoted”—‘it’：；，、", "\ue000\U0010fffd",
    "1 12 123 1234 12345x 1234567_ 12345678½ ٣٤٥٦٧ 1234567中 12345\u0301 123456.7890",
]


def compose(parts):
    """A rule as one pre-tokenizer that ends with a character for each byte."""
    steps = [pre.Split(Regex(part), "isolated") if isinstance(part, str) else part for part in parts]
    if not any("ByteLevel" in type(step).__name__ for step in steps):
        steps.append(pre.ByteLevel(False, use_regex=False))
    return pre.Sequence(steps)


def alphabet():
    """Characters whose category no version of Unicode since 3.2 has changed."""
    old = unicodedata.ucd_3_2_0
    stable = [c for c in map(chr, range(0x20000)) if unicodedata.category(c) == old.category(c) not in ("Cn", "Cs", "Co")]
    by_class = {}
    for c in stable:
        by_class.setdefault(unicodedata.category(c), []).append(c)
    return list(by_class.values()) + [list("aZsStTlLdD'’"), list(" \t\n\r"), list("0123456789"), list("/.,!?$+<=>^~|`(){}-_"),
                                      list("中文あア한ㄱ、。！…—ก็ा")] * 4 + [[" "], ["'"], ["\n"], ["a"], ["B"]] * 3


def random_text(rng, classes):
    text = ""
    while len(text) < rng.randrange(1, 24):
        text += rng.choice(rng.choice(classes)) * (rng.randrange(1, 5) if rng.random() < 0.2 else 1)
    return text


def main():
    count, seed = int(sys.argv[2]) if len(sys.argv) > 2 else 100, int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rng, classes = random.Random(seed), alphabet()
    texts = FIXED + [random_text(rng, classes) for _ in range(count)]
    lengths = {}
    for name, parts in RULES.items():
        rule = compose(parts)
        lengths[name] = [[len(word) for word, _ in rule.pre_tokenize_str(text)] for text in texts]
    with open(sys.argv[1], "w") as out:
        out.write('{"texts": ' + json.dumps(texts) + ',\n"lengths": {\n')
        out.write(",\n".join(f'"{name}": ' + json.dumps(rows, separators=(",", ":")) for name, rows in lengths.items()))
        out.write("\n}}\n")


if __name__ == "__main__":
    main()
