"""Makes the golden token ids: small tokenizers trained here, and the ids that the reference packages give for many strings.

usage: make_tokenizer_goldens.py SAMPLE.gguf TRAINING.txt [--keep]
Needs tokenizers, sentencepiece, gguf, jinja2. Writes tokenizers/ (small tokenizer files) and tokenizer_*.json beside this script.
--keep leaves the trained tokenizers as they are and only makes the ids anew. Not part of the test run.
"""
import json
import pathlib
import sys

import gguf
import jinja2
import numpy
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
import tokenizers
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent
OUT = HERE / "tokenizers"
VERSIONS = {"tokenizers": tokenizers.__version__, "sentencepiece": sentencepiece.__version__, "jinja2": jinja2.__version__}

LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def strings(special):
    base = [
        "", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\r", "\t", "\t\t\n", " \n ", "a", " a", "a ", "  a  ", "Hello, world!", "Hello world",
        "hello   world", "\u00a0", "a\u00a0b", "a \u00a0 b", "\u2003wide\u2003", "\u3000全角\u3000", "\u180e", "a\u180eb", "x\u200by", "x\u200dy",
        "\u0085next", "a\u0085 b", "\u2028line\u2029para", "\x1c\x1d\x1e\x1f", "\x0b\x0c", "\x00", "a\x00b", "\x7f", "\ufeffBOM", "\ufffd",
        "1", "12", "123", "1234", "12345", "1234567890", "3.14159", "1,000,000", "-42", "1e-5", "0x1F", "١٢٣", "१२३४", "Ⅷ", "½", "²³", "①②", "１２３",
        "v1.2.3-rc4", "2024-01-31T12:00:00Z", "$9.99", "50%", "1st 2nd 3rd", "a1b2c3", "１a２",
        "I'm", "you're", "he'll", "we've", "it's", "can't", "I'd", "I'M YOU'RE HE'LL", "'s 't 're", "'S", "''", "rock'n'roll", "don’t", "'\u017f", "'\u017ft", "X'\u212a",
        "l'été", "o'clock's", "'Ll", "'rE",
        "café", "cafe\u0301", "e\u0301", "A\u030a", "\u212b", "\u1e9b\u0323", "\uac00", "\u1100\u1161", "\u1100\u1161\u11a8", "n\u0303o", "\u0301", " \u0301", "a\u0300\u0301\u0302",
        "\u0928\u093f", "\u0915\u094d\u0937", "\u0e01\u0e33", "\u05e9\u05bc\u05c1", "q\u0323\u0307", "q\u0307\u0323", "ﬁ ﬂ", "ß ẞ", "İi ıI",
        "😀", "😀😀", " 😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇫🇷", "1️⃣", "a😀b", "🫠", "🧌", "\U0001f6dd", "☺️", "♥", "✓ done", "→ ← ↑",
        "中文字符", "日本語のテキスト", "한국어 텍스트", "漢字とカナ123", "你好，世界！", "東京2020", "ひらがな　カタカナ", "\U00020000\U0002a6d6", "繁體中文。",
        "שלום עולם", "مرحبا بالعالم", "السَّلَامُ عَلَيْكُمْ", "abc עברית 123", "\u202eRTL\u202c", "فارسی ۱۲۳", "हिन्दी में पाठ", "ไทยภาษา", "Ελληνικά", "Русский текст", "українська", "ქართული", "አማርኛ", "தமிழ்",
        "\U0001d400\U0001d401", "\U00010330\U00010331", "\U0001e900", "\U00012000", "\ua4d0", "\u1c90", "\U0001dfff", "\ue000", "\U000f0000", "\U0010ffff", "\uffff",
        "def f(x):\n    return x + 1\n", "for (int i = 0; i < n; ++i) {\n\tsum += a[i];\n}\n", "if __name__ == '__main__':\r\n\tmain()\r\n",
        "<div class=\"a\">text</div>", "SELECT * FROM t WHERE a = 'b';", "{\"key\": [1, 2.5, null]}", "C:\\path\\to\\file", "https://example.org/a?b=c&d=%20#e",
        "user@example.com", "#include <vector>", "a->b::c", "!@#$%^&*()", "...", "....", "-----", "=====", "___", "a_b_c", "camelCaseWord", "snake_case", "kebab-case",
        "\\n\\t", "\"quoted\"", "“curly” ‘quotes’", "—dash–", "«guillemets»", "(a) [b] {c}", "a,b;c:d", "?!", "e.g., i.e.", "// comment\n\n\n// next",
        " " * 5 + "x", " " * 17, " " * 100 + "end", "x" + " " * 33 + "y", "\n" * 9, "\n \n \n", " \n\n  \n", "\t" * 7 + "x", "a\n\n\nb", "a \n b", "trail   ", "trail\n", "\n lead", "mixed \t \n\t x",
        "\r\r\n\n", "a\r\nb\r\n\r\nc", " \r\n", "!\n!\n", "!\r\n\r\n x", "a!\n\n b",
        "a" * 50, "ab" * 60, "antidisestablishmentarianism", "Donaudampfschifffahrtsgesellschaft", "x" * 300, "aB" * 40, "é" * 40, "😀" * 30, "1" * 60, "中" * 40, "=" * 90,
        "The quick brown fox jumps over the lazy dog.", "Four score and seven years ago our fathers brought forth,", "It was the best of times, it was the worst of times.",
        " = Robert Boulter = \n", " @-@ ", " @,@ 000 ", "<unk>", "== Heading ==", "In 1998 , he", "U.S. Army's 3rd", "x² + y² = z²", "H₂O", "½ cup", "10 °C", "№ 5", "™ ®",
        "\u02b0\u02b1", "\u2c7c", "\u30fc", "\u3005", "\u1d2c", "\u0640", "_\u203f_", "\u00ad soft", "\u2060", "\u034f", "\u3164", "\u115f", "\u2800", "\u2800\u2801",
        "\u1680x", "\u2000\u2001\u2002x", "\u202f", "\u205f", "a\u2009b", "\u00a0\u00a0", " \u00a0", "\u00a0 ", "\u3000 ", "\ttab\u00a0nbsp\u3000ideo ",
    ]
    for token in special:
        base += [token, f"a{token}b", f" {token} ", f"{token}{token}", f"{token}\n", token[:-1], token + token[:3]]
    if len(special) > 1:
        base += [f"{special[0]}user\nHi there{special[1]}\n{special[0]}assistant\n", special[0] + special[1] + " x", special[1] + "  " + special[0]]
    return base


def sample_tokenizer(path):
    """The sample's tokenizer from its GGUF: digits one by one, then gpt-2; control tokens are special."""
    fields = gguf.GGUFReader(path).fields
    tokens, types = fields["tokenizer.ggml.tokens"].contents(), fields["tokenizer.ggml.token_type"].contents()
    merges = [tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"].contents()]
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    special = [t for t, kind in zip(tokens, types) if kind == 3]
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    return tokenizer, special


def train_byte_level(regex, lines, special, name, llama3):
    tokenizer = Tokenizer(models.BPE(ignore_merges=llama3))
    if not llama3:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(regex), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=3000, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    tokenizer.add_tokens([AddedToken("café_word", normalized=True), AddedToken("<left>", lstrip=True, normalized=False), AddedToken("<right>", rstrip=True, normalized=False),
                          AddedToken("lonely", single_word=True, normalized=False)])
    if llama3:
        begin = tokenizer.token_to_id(special[0])
        tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(
            single=f"{special[0]} $A", pair=f"{special[0]} $A {special[0]} $B", special_tokens=[(special[0], begin)])])
    (OUT / name).mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(OUT / name / "tokenizer.json"), pretty=False)
    return tokenizer


def train_sentence_piece(lines, name):
    (OUT / name).mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_prefix=str(OUT / name / "tokenizer"), model_type="bpe", vocab_size=3000, byte_fallback=True, character_coverage=0.9995,
        normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=True, split_digits=True, allow_whitespace_only_pieces=True,
        user_defined_symbols=["<tag>", "▁▁▁▁▁▁"], minloglevel=2, num_threads=1)
    (OUT / name / "tokenizer.vocab").unlink()
    # The trainer writes the path of this machine into the model; a golden file has none.
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString((OUT / name / "tokenizer.model").read_bytes())
    proto.trainer_spec.model_prefix = "tokenizer"
    (OUT / name / "tokenizer.model").write_bytes(proto.SerializeToString())
    model = sentencepiece.SentencePieceProcessor(model_file=str(OUT / name / "tokenizer.model"))
    writer = gguf.GGUFWriter(str(OUT / f"{name}.gguf"), "llama")
    kinds = [2 if model.is_unknown(i) else 3 if model.is_control(i) else 6 if model.is_byte(i) else 5 if model.is_unused(i) else
             4 if model.id_to_piece(i) in ("<tag>", "▁▁▁▁▁▁") else 1 for i in range(len(model))]
    writer.add_tokenizer_model("llama")
    writer.add_token_list([model.id_to_piece(i) for i in range(len(model))])
    writer.add_token_scores([model.get_score(i) for i in range(len(model))])
    writer.add_token_types(kinds)
    writer.add_bos_token_id(model.bos_id())
    writer.add_eos_token_id(model.eos_id())
    writer.add_unk_token_id(model.unk_id())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def llama2_json(name):
    """The same SentencePiece model as tokenizer.json in the manner of Llama 2: merges by score, byte fallback."""
    model = sentencepiece.SentencePieceProcessor(model_file=str(OUT / name / "tokenizer.model"))
    vocab = {model.id_to_piece(i): i for i in range(len(model))}
    user = ("<tag>", "▁▁▁▁▁▁")
    merges = []
    for piece, i in vocab.items():
        if model.is_control(i) or model.is_unknown(i) or model.is_byte(i) or piece in user:
            continue
        local = [(vocab[piece[:c]], vocab[piece[c:]], piece[:c], piece[c:]) for c in range(1, len(piece)) if piece[:c] in vocab and piece[c:] in vocab]
        merges += [(model.get_score(i), a, b, left, right) for a, b, left, right in local]
    merges.sort(key=lambda m: (-m[0], m[1], m[2]))
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=[(m[3], m[4]) for m in merges], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in ("<unk>", "<s>", "</s>")])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    (OUT / "llama2").mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(OUT / "llama2" / "tokenizer.json"), pretty=False)
    return tokenizer


def write_config(name, bos, eos):
    config = {"bos_token": bos, "eos_token": eos, "chat_template": (HERE / "templates" / f"{name}.jinja").read_text()}
    (OUT / name / "tokenizer_config.json").write_text(json.dumps(config, ensure_ascii=False))


def write(name, cases, **extra):
    path = HERE / f"tokenizer_{name}.json"
    path.write_text(json.dumps({"made_by": "make_tokenizer_goldens.py", "versions": VERSIONS, **extra, "cases": cases}, ensure_ascii=True, separators=(",", ":")).replace("],[", "],\n[") + "\n")
    print(path.name, len(cases))


def encoded(tokenizer, texts):
    texts = list(dict.fromkeys(texts))
    return [[t, tokenizer.encode(t, add_special_tokens=False).ids] for t in texts]


CHATS = [
    [{"role": "user", "content": "Hi"}],
    [{"role": "system", "content": " Be brief. "}, {"role": "user", "content": "What is 2 + 2?\n"}],
    [{"role": "user", "content": "a"}, {"role": "assistant", "content": "<think>\nhm\n</think>\n\nb"}, {"role": "user", "content": "Grüße, \"c\" & 'd' 😀"}],
    [{"role": "system", "content": ""}, {"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}],
    [{"role": "user", "content": "x"}, {"role": "user", "content": "y"}, {"role": "assistant", "content": "<think>\nplan\n</think>\n\nz"}],
]


def chats():
    """Every template of templates/ over every conversation, rendered the way transformers sets Jinja up."""
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    environment.filters["tojson"] = tojson
    environment.globals["raise_exception"] = raise_exception
    cases = []
    for path in sorted((HERE / "templates").glob("*.jinja")):
        template = environment.from_string(path.read_text())
        for chat in CHATS:
            for prompt in (True, False):
                values = {"messages": chat, "add_generation_prompt": prompt, "bos_token": "<s>", "eos_token": "</s>"}
                try:
                    result = template.render(**values)
                except jinja2.exceptions.TemplateError:
                    result = None
                cases.append([path.name, values, result])
    path = HERE / "chat_templates.json"
    path.write_text(json.dumps({"made_by": "make_tokenizer_goldens.py", "versions": VERSIONS, "cases": cases}, ensure_ascii=True, indent=0) + "\n")
    print(path.name, len(cases))


def main():
    sample_path, training = sys.argv[1], sys.argv[2]
    lines = pathlib.Path(training).read_text(encoding="utf-8").splitlines(keepends=True)[:6000]
    llama3_special = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    qwen_special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    if "--keep" not in sys.argv:
        train_byte_level(LLAMA3, lines, llama3_special, "llama3", True)
        train_byte_level(QWEN2, lines, qwen_special, "qwen2", False)
        train_sentence_piece([line.rstrip("\n") for line in lines if len(line) < 4000], "sentencepiece")
        llama2_json("sentencepiece")
    write_config("llama3", llama3_special[0], llama3_special[1])
    write_config("qwen2", None, qwen_special[2])
    sample, special = sample_tokenizer(sample_path)
    write("sample", encoded(sample, strings(["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<repo_name>"])), gguf="SmolLM2-135M-Instruct.Q4_1.gguf")
    words = ["<left>", " x  <left> y", "<right>  y", "a<right>\n\nb", "lonely", "a lonely b", "lonelyx", "xlonely", "café_word", "cafe\u0301_word", "lonely-lonely_"]
    for name, chosen in (("llama3", llama3_special[:2] + llama3_special[4:]), ("qwen2", qwen_special)):
        write(name, encoded(Tokenizer.from_file(str(OUT / name / "tokenizer.json")), strings(chosen) + words))
    write("llama2", encoded(Tokenizer.from_file(str(OUT / "llama2" / "tokenizer.json")), strings(["<s>", "</s>"])))
    model = sentencepiece.SentencePieceProcessor(model_file=str(OUT / "sentencepiece" / "tokenizer.model"))
    texts = [t for t in dict.fromkeys(strings(["<tag>"])) if "<unk>" not in t]  # control tokens in the text are not the library's business
    write("sentencepiece", [[t, model.encode(t)] for t in texts])
    chats()


main()
