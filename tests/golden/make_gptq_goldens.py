#!/usr/bin/env python3
"""Writes gptq_packed.safetensors: linears packed by AutoGPTQ 0.7.1's own layer (version 1 of the layout).

    python3 make_gptq_goldens.py FOLDER   FOLDER: where the wheel auto_gptq-0.7.1 was unpacked; needs torch, numpy, safetensors

Per case "b4g32s." + qweight, qzeros, scales, g_idx as the layer packed them, and what went in: codes [out, in], zeros [out, groups].
What the layer makes of an identity matrix is checked here to be scales (codes - zeros). s: symmetric, a: with zero points, o: inputs in another order (g_idx).
"""
import importlib.util
import pathlib
import sys
import types

import safetensors.torch
import torch

# The layer asks transformers for one class, to tell it from its own.
stub = types.ModuleType("transformers")
stub.pytorch_utils = types.SimpleNamespace(Conv1D=type("Conv1D", (), {}))
sys.modules["transformers"] = stub
path = pathlib.Path(sys.argv[1]) / "auto_gptq/nn_modules/qlinear/qlinear_cuda.py"
spec = importlib.util.spec_from_file_location("qlinear", path)
qlinear = importlib.util.module_from_spec(spec)
spec.loader.exec_module(qlinear)

OUT, IN = 32, 96
torch.manual_seed(3)
tensors = {}
for bits in (2, 3, 4, 8):
    for group, kind in ((32, "s"), (32, "a"), (-1, "s"), (48, "a"), (32, "o")):
        groups = IN // group if group > 0 else 1
        codes = torch.randint(0, 2**bits, (OUT, IN))
        zeros = torch.full((OUT, groups), 2 ** (bits - 1)) if kind == "s" else torch.randint(1, 2**bits, (OUT, groups))
        scales = (torch.rand(OUT, groups) * 0.01 + 0.001).half()
        index = torch.arange(IN, dtype=torch.int32) // (IN // groups)
        if kind == "o":
            index = index[torch.randperm(IN)]
        # float32 for the layer's own arithmetic; the scales are float16 numbers.
        linear = torch.nn.Linear(IN, OUT, bias=False)
        wide = scales.float()[:, index.long()]
        linear.weight.data = wide * (codes - zeros[:, index.long()]).float()
        layer = qlinear.QuantLinear(bits, group, IN, OUT, bias=False, weight_dtype=torch.float32)
        layer.pack(linear, scales.float(), zeros.float(), index)
        name = f"b{bits}g{group if group > 0 else 0}{kind}."
        with torch.no_grad():
            weight = layer(torch.eye(IN)).t().contiguous()
        assert torch.equal(weight, linear.weight.data), name
        for key, value in {"qweight": layer.qweight, "qzeros": layer.qzeros, "scales": layer.scales.half(), "g_idx": layer.g_idx,
                           "codes": codes.to(torch.uint8), "zeros": zeros.to(torch.uint8)}.items():
            tensors[name + key] = value.contiguous()
safetensors.torch.save_file(tensors, pathlib.Path(__file__).with_name("gptq_packed.safetensors"))
