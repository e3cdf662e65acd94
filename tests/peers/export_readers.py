"""Loads exported folders with transformers and compressed-tensors: token ids and perplexity beside this program's own.

usage: export_readers.py PROGRAM MODEL TEXT WINDOWS LENGTH FOLDER...
Each folder is opened and evaluated by PROGRAM as well (weights and inputs rounded in float) on the same windows.
Prints one row of a table for each and ends with 1 when a perplexity is off by more than 0.1 %, or token ids differ. Where inputs are
rounded, a perplexity may be off by twice what noise of 2e-4 in the embedding moves it, which the table shows.
"""
import json
import math
import os
import subprocess
import sys

import torch
from compressed_tensors.compressors import BaseCompressor
from compressed_tensors.quantization import QuantizationConfig
from compressed_tensors.transform import TransformConfig, apply_transform_config
from compressed_tensors.utils import match_named_modules
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

logging.disable_progress_bar()
logging.set_verbosity_error()
program, model, text_path, windows, length = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
with open(text_path, encoding="utf-8") as file:
    text = file.read()


def ours(*arguments, stdin=None):
    run = subprocess.run([program, *arguments], input=stdin, capture_output=True, check=True)
    return run.stdout.decode()


def our_perplexity(folder):
    """Of the codes, and of the embedding and norms, that the folder holds: what the reader has too."""
    coded = "quantization_config" in json.load(open(os.path.join(folder, "config.json")))
    answer = ours("eval", folder, *(["--backend", "fake"] if coded else []), "--text", text_path, "--windows", str(windows), "--length", str(length),
                  "--json", "--quiet")
    return json.loads(answer)


def decompressed(folder):
    """The float model of what the package decompresses, module by module.

    For packed zero points: transformers 5.23 with compressed-tensors 0.18 to 0.20 gives them an unpacked placeholder and then refuses the
    file's packed tensor, whoever wrote it.
    """
    config = AutoConfig.from_pretrained(folder)
    quantization = QuantizationConfig.model_validate(config.quantization_config)
    del config.quantization_config
    reader = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    state = load_file(os.path.join(folder, "model.safetensors"))
    for group in quantization.config_groups.values():
        compressor = BaseCompressor.get_value_from_registry(group.format)
        for name, module in list(match_named_modules(reader, group.targets, quantization.ignore)):
            parts = {key: state.pop(f"{name}.{key}") for key in compressor.compression_param_names(group)}
            parts["weight_scale"] = parts["weight_scale"].float()
            state[f"{name}.weight"] = compressor.decompress(parts, group)["weight"]
    missing = reader.load_state_dict({name: value.float() for name, value in state.items()}, strict=False)
    assert set(missing.missing_keys) <= {"lm_head.weight"} and not missing.unexpected_keys, missing
    reader.tie_weights()
    return reader


def their_perplexity(folder, ids):
    global how
    try:
        reader, how = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval(), "transformers"
    except RuntimeError:
        reader, how = decompressed(folder).eval(), "package"

    # transformers leaves out transforms of inputs; vLLM runs them as the package does here. The weights have their part already.
    with open(os.path.join(folder, "config.json")) as file:
        transforms = json.load(file).get("quantization_config", {}).get("transform_config") or {}
    if transforms:
        for scheme in transforms["config_groups"].values():
            scheme["apply"] = [entry for entry in scheme["apply"] if entry["location"] == "input"]
        apply_transform_config(reader, TransformConfig.model_validate(transforms))
        how += ", transforms by package"

    def measure():
        means = []
        with torch.inference_mode():
            for window in torch.tensor(ids[: windows * length]).view(windows, length):
                logits = reader(window[None]).logits[0, :-1].float()
                means.append(torch.nn.functional.cross_entropy(logits, window[1:]).item())
        return math.exp(sum(means) / len(means))

    value, spread = measure(), 0
    if any(group.get("input_activations") for group in groups_of(folder)):
        # Rounded inputs: a change too small to matter flips roundings at massive outliers. How far does one of 2e-4 move the result?
        torch.manual_seed(1)
        reader.get_input_embeddings().register_forward_hook(lambda module, inputs, output: output * (1 + 2e-4 * torch.randn_like(output)))
        spread = max(abs(measure() / value - 1) for _ in range(4))
    return value, spread


def groups_of(folder):
    with open(os.path.join(folder, "config.json")) as file:
        return json.load(file).get("quantization_config", {}).get("config_groups", {}).values()


snippets = ["Hello world 123", "  two  spaces\n\n\ttab", "I'll we've DON'T", "éàü ñ 中文 한국어 🙂", "x = [1, 2.5, 0x1F]\r\n", "<|im_start|>user\nhi<|im_end|>"]
failed = False
print("| folder | ours | reader's | difference | moved by noise | decompressed by | token ids |\n| --- | --- | --- | --- | --- | --- | --- |")
for folder in sys.argv[6:]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    start = text[:200000]
    same = tokenizer.encode(start, add_special_tokens=False) == [int(i) for i in ours("tokenize", model, stdin=start.encode()).split()]
    for snippet in snippets:
        same &= tokenizer.encode(snippet, add_special_tokens=False) == [int(i) for i in ours("tokenize", model, stdin=snippet.encode()).split()]
    report = our_perplexity(folder)
    mine = report["ppl"]
    theirs, spread = their_perplexity(folder, tokenizer.encode(start if windows * length < 40000 else text, add_special_tokens=False))
    off = theirs / mine - 1
    failed |= abs(off) > max(1e-3, 2 * spread) or not same
    print(f"| {os.path.basename(os.path.normpath(folder))} | {mine:.4f} | {theirs:.4f} | {100 * off:+.4f} % | {f'{100 * spread:.2f} %' if spread else ''} | {how} | {'equal' if same else 'DIFFERENT'} |", flush=True)
sys.exit(failed)
