#!/usr/bin/env python3
"""Makes tests/golden/families/: tiny random checkpoints with the logits that `transformers` computes for them in float32,
and tests/golden/sample_logits.json: logits of the sample model on three prompts.

Not part of the test run. Needs torch, transformers, safetensors, gguf, numpy; the versions used are written to versions.json.
    python tests/golden/make_family_goldens.py [SAMPLE.gguf]
Each folder holds a model and golden/logits.safetensors: "ids" [1, T] and "logits" [T, vocabulary].
"""
import json
import pathlib
import shutil
import sys

import gguf
import numpy as np
import safetensors
import torch
import transformers
from safetensors.torch import save_file
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM,
                          Qwen3Config, Qwen3ForCausalLM)

HERE = pathlib.Path(__file__).resolve().parent
FAMILIES = HERE / "families"
PROMPT = 24

BASE = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, tie_word_embeddings=False,
            bos_token_id=1, eos_token_id=2)
LLAMA3 = dict(rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)

# name: (model class, config class, overrides of BASE, how it is saved, overrides that must change the logits)
CASES = {
    "llama": (LlamaForCausalLM, LlamaConfig, dict(num_key_value_heads=4), {}, {}),
    "llama3": (LlamaForCausalLM, LlamaConfig, dict(rope_parameters=LLAMA3), dict(sharded=True),
               dict(rope_parameters=dict(rope_type="default", rope_theta=10000.0))),
    "llama_linear": (LlamaForCausalLM, LlamaConfig,
                     dict(attention_bias=True, mlp_bias=True,
                          rope_parameters=dict(rope_type="linear", rope_theta=5000.0, factor=4.0)), {},
                     dict(rope_parameters=dict(rope_type="default", rope_theta=5000.0))),
    "smollm": (LlamaForCausalLM, LlamaConfig,
               dict(hidden_size=48, num_attention_heads=3, num_key_value_heads=1, intermediate_size=56, tie_word_embeddings=True), {}, {}),
    "mistral": (MistralForCausalLM, MistralConfig, dict(sliding_window=5), {}, dict(sliding_window=None)),
    "mistral_headdim": (MistralForCausalLM, MistralConfig, dict(sliding_window=None, head_dim=12), dict(bf16=True), {}),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config, dict(tie_word_embeddings=True), {}, {}),
    "qwen2_sliding": (Qwen2ForCausalLM, Qwen2Config, dict(use_sliding_window=True, sliding_window=4, max_window_layers=1), {},
                      dict(use_sliding_window=False)),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config, dict(head_dim=16), dict(bf16=True), {}),
}


def randomize(model, seed):
    """Weights large enough that attention is far from uniform: a slip in RoPE, masks or norms shows."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            r = torch.randn(p.shape, generator=g)
            if p.dim() == 1:
                p.copy_(r * 0.3 if name.endswith("bias") else 1 + 0.2 * r)
            elif "embed" in name:
                p.copy_(r)
            else:
                gain = 1.7 if ("q_proj" in name or "k_proj" in name) else 1.0
                p.copy_(r * gain / p.shape[1] ** 0.5)


def run(model, ids):
    with torch.no_grad():
        return model(ids).logits[0].float()


def save_golden(folder, ids, logits):
    (folder / "golden").mkdir()  # apart from the model's own safetensors
    save_file({"ids": ids, "logits": logits.contiguous()}, folder / "golden" / "logits.safetensors")


def make_case(name, seed):
    model_class, config_class, changes, how, sensitive = CASES[name]
    folder = FAMILIES / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    torch.manual_seed(seed)
    model = model_class(config_class(**{**BASE, **changes})).float().eval()
    randomize(model, seed)
    if how.get("bf16"):
        model = model.bfloat16()
    if how.get("sharded"):
        model.save_pretrained(folder, max_shard_size="60KB")
    else:
        model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    model = model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="sdpa").eval()
    ids = torch.randint(3, BASE["vocab_size"], (1, PROMPT), generator=torch.Generator().manual_seed(seed + 100))
    logits = run(model, ids)
    eager = model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    assert (run(eager, ids) - logits).abs().max() < 1e-4 * logits.abs().max()
    if sensitive:  # the feature under test must matter on this prompt
        other = model_class(config_class(**{**BASE, **changes, **sensitive})).float().eval()
        other.load_state_dict(model.state_dict())
        change = ((run(other, ids) - logits).abs().max() / logits.abs().max()).item()
        assert change > 1e-2, (name, change)
    save_golden(folder, ids, logits)
    return model, ids, logits


def permute(w, heads):
    """llama.cpp, convert_hf_to_gguf.py, LlamaModel.permute: rotary pairs side by side."""
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


NAMES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
         "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
         "post_attention_layernorm": "ffn_norm", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm"}


def make_gguf(name, arch, model, ids, logits, permuted):
    folder = FAMILIES / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    c = model.config
    w = gguf.GGUFWriter(folder / "model.gguf", arch)
    w.add_name(name)
    w.add_file_type(0)
    w.add_block_count(c.num_hidden_layers)
    w.add_context_length(c.max_position_embeddings)
    w.add_embedding_length(c.hidden_size)
    w.add_feed_forward_length(c.intermediate_size)
    w.add_head_count(c.num_attention_heads)
    w.add_head_count_kv(c.num_key_value_heads)
    w.add_layer_norm_rms_eps(c.rms_norm_eps)
    head_dim = getattr(c, "head_dim", None) or c.hidden_size // c.num_attention_heads
    w.add_rope_dimension_count(head_dim)
    w.add_key_length(head_dim)
    w.add_value_length(head_dim)
    w.add_rope_freq_base(c.rope_parameters["rope_theta"])
    w.add_vocab_size(c.vocab_size)
    if c.rope_parameters["rope_type"] == "linear":
        w.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        w.add_rope_scaling_factor(c.rope_parameters["factor"])
    if c.rope_parameters["rope_type"] == "llama3":
        p = c.rope_parameters
        freqs = 1.0 / (p["rope_theta"] ** (np.arange(0, head_dim, 2) / head_dim))
        factors = []
        for f in freqs:
            wavelength = 2 * np.pi / f
            if wavelength < p["original_max_position_embeddings"] / p["high_freq_factor"]:
                factors.append(1.0)
            elif wavelength > p["original_max_position_embeddings"] / p["low_freq_factor"]:
                factors.append(p["factor"])
            else:
                smooth = (p["original_max_position_embeddings"] / wavelength - p["low_freq_factor"]) / (p["high_freq_factor"] - p["low_freq_factor"])
                factors.append(1 / ((1 - smooth) / p["factor"] + smooth))
        w.add_tensor("rope_freqs.weight", np.array(factors, dtype=np.float32))
    for key, tensor in model.state_dict().items():
        value = tensor.float().numpy()
        if key == "lm_head.weight":
            if c.tie_word_embeddings:
                continue
            w.add_tensor("output.weight", value)
        elif key == "model.embed_tokens.weight":
            w.add_tensor("token_embd.weight", value)
        elif key == "model.norm.weight":
            w.add_tensor("output_norm.weight", value)
        else:
            _, _, block, rest = key.split(".", 3)
            module, kind = rest.rsplit(".", 1)
            if permuted and module.endswith("q_proj"):
                value = permute(value, c.num_attention_heads)
            if permuted and module.endswith("k_proj"):
                value = permute(value, c.num_key_value_heads)
            w.add_tensor(f"blk.{block}.{NAMES[module]}.{kind}", np.ascontiguousarray(value))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    save_golden(folder, ids, logits)


def unpermute(w, heads):
    return w.reshape(heads, w.shape[0] // heads // 2, 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def load_sample(path):
    """The float model of a llama GGUF: every tensor dequantized by the gguf package, q and k rows back in transformers' order."""
    reader = gguf.GGUFReader(path)
    field = lambda key: reader.fields["llama." + key].contents()
    tensors = {t.name: torch.from_numpy(gguf.quants.dequantize(t.data, t.tensor_type).copy()) for t in reader.tensors}
    config = LlamaConfig(vocab_size=tensors["token_embd.weight"].shape[0], hidden_size=field("embedding_length"),
                         intermediate_size=field("feed_forward_length"), num_hidden_layers=field("block_count"),
                         num_attention_heads=field("attention.head_count"), num_key_value_heads=field("attention.head_count_kv"),
                         max_position_embeddings=field("context_length"), rms_norm_eps=field("attention.layer_norm_rms_epsilon"),
                         rope_parameters=dict(rope_type="default", rope_theta=field("rope.freq_base")), tie_word_embeddings=True)
    state = {"model.embed_tokens.weight": tensors["token_embd.weight"], "model.norm.weight": tensors["output_norm.weight"],
             "lm_head.weight": tensors["token_embd.weight"]}
    for block in range(config.num_hidden_layers):
        for module, name in NAMES.items():
            if name.endswith(("q_norm", "k_norm")):
                continue
            w = tensors[f"blk.{block}.{name}.weight"]
            heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}.get(name)
            state[f"model.layers.{block}.{module}.weight"] = unpermute(w, heads) if heads else w
    model = LlamaForCausalLM(config).float().eval()
    model.load_state_dict(state)
    return model


def make_sample(path):
    tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    model = load_sample(path)
    prompts = ["The capital of France is", "def fibonacci(n):\n    if n < 2:\n        return n\n    return",
               "<|im_start|>user\nWhy is the sky blue? Answer in 3 words: é, 漢字, 2026.<|im_end|>\n<|im_start|>assistant\n"]
    channels = list(range(5, model.config.vocab_size, model.config.vocab_size // 64))[:64]
    out = []
    for prompt in prompts:
        ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        logits = run(model, torch.tensor([ids]))
        last = logits[-1]
        out.append({"prompt": prompt, "ids": ids, "argmax": int(last.argmax()), "max": float(last.max()), "max_abs": float(logits.abs().max()),
                    "argmax_per_position": logits.argmax(-1).tolist(), "tokens": channels, "logits": [float(last[i]) for i in channels]})
    (HERE / "sample_logits.json").write_text(json.dumps(
        {"model": path.name, "source": "transformers float32 on weights dequantized by the gguf package; logits of the last position", "versions": versions(), "prompts": out},
        indent=1) + "\n")


def versions():
    return {"torch": torch.__version__, "transformers": transformers.__version__, "safetensors": safetensors.__version__,
            "gguf": __import__("importlib.metadata").metadata.version("gguf"), "numpy": np.__version__}


def main():
    torch.set_num_threads(1)
    FAMILIES.mkdir(exist_ok=True)
    made = {name: make_case(name, seed) for seed, name in enumerate(CASES, start=1)}
    make_gguf("gguf_llama3", "llama", *made["llama3"], permuted=True)
    make_gguf("gguf_llama_bias", "llama", *made["llama_linear"], permuted=True)
    make_gguf("gguf_qwen2", "qwen2", *made["qwen2"], permuted=False)
    make_gguf("gguf_qwen3", "qwen3", *made["qwen3"], permuted=False)
    (FAMILIES / "versions.json").write_text(json.dumps(
        {"script": "tests/golden/make_family_goldens.py", "tolerance": "max|diff| / max|logit| <= 1e-4 in float32", **versions()}, indent=1) + "\n")
    if len(sys.argv) > 1:
        make_sample(pathlib.Path(sys.argv[1]))


if __name__ == "__main__":
    main()
