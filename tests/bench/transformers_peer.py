"""Float perplexity of the same windows through transformers, timed: what `bitscape bench model --peer PYTHON` compares itself with.

usage: transformers_peer.py MODEL IDS.json THREADS
Prints one JSON object: load_seconds, seconds (forward and loss of all windows, one after the other, after one short warm-up), ppl.
"""
import json
import math
import os
import sys
import time

import torch
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

path, ids_path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(threads)
with open(ids_path) as file:
    windows = torch.tensor(json.load(file))

start = time.perf_counter()
if path.endswith(".gguf"):
    # from_pretrained(gguf_file=...) would want accelerate; this is what it does.
    folder, name = os.path.split(os.path.abspath(path))
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder, gguf_file=name), dtype=torch.float32)
    tensors = load_gguf_checkpoint(os.path.abspath(path), return_tensors=True, model_to_load=model)["tensors"]
    missing = model.load_state_dict(tensors, strict=False).missing_keys
    model.tie_weights()
    assert not [key for key in missing if key != "lm_head.weight"], missing
else:
    folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
model.eval()
load_seconds = time.perf_counter() - start

with torch.inference_mode():
    model(windows[:1, :64])
    start = time.perf_counter()
    means = []
    for window in windows:
        logits = model(window[None]).logits[0, :-1].float()
        means.append(torch.nn.functional.cross_entropy(logits, window[1:]).item())
    seconds = time.perf_counter() - start

print(json.dumps({"load_seconds": load_seconds, "seconds": seconds, "ppl": math.exp(sum(means) / len(means))}))
