"""Makes compressed_tensors.safetensors: small weights compressed by the `compressed-tensors` package, with what it makes of them again.

Run by hand, not by the tests:  python tests/golden/make_compressed_tensors_goldens.py
(made with compressed-tensors 0.19.0, torch 2.11.0, safetensors 0.8.0)

Per case the tensors "CASE.weight_packed" or "CASE.weight", "CASE.weight_scale" and so on, and "CASE.reference": the weight that the package
decompresses with float32 scales. The metadata holds each case's config group as the package writes it.
"""
import importlib.metadata
import json
import pathlib

import torch
from compressed_tensors.compressors import BaseCompressor
from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
from compressed_tensors.quantization.utils import calculate_qparams
from safetensors.torch import save_file

torch.manual_seed(7)
tensors, metadata = {}, {"format": "pt", "compressed-tensors": importlib.metadata.version("compressed-tensors")}


def add(name, format, weights, inputs, out, columns):
    arguments = QuantizationArgs(**weights)
    scheme = QuantizationScheme(targets=["Linear"], weights=arguments, input_activations=QuantizationArgs(**inputs) if inputs else None, format=format)
    weight = torch.randn(out, columns)
    group = arguments.group_size or columns
    runs = weight.view(out, columns // group, group)
    scale, zero = calculate_qparams(runs.amin(-1), runs.amax(-1), arguments)
    scale = scale.to(torch.float16)
    state = {"weight": weight, "weight_scale": scale.float(), "weight_zero_point": zero}
    compressor = BaseCompressor.get_value_from_registry(format)
    packed = compressor.compress(state, scheme)
    plain = compressor.decompress(packed, scheme)["weight"].float()
    packed["weight_scale"] = scale
    for key, value in packed.items():
        tensors[f"{name}.{key}"] = value.contiguous()
    tensors[f"{name}.reference"] = plain.contiguous()
    metadata[name] = json.dumps(scheme.model_dump(mode="json"))


for bits in range(2, 9):
    for symmetric in (True, False):
        for group, columns in ((None, 37), (8, 40)):
            weights = {"num_bits": bits, "type": "int", "symmetric": symmetric, "strategy": "group" if group else "channel", "group_size": group}
            add(f"pack-{bits}-{'sym' if symmetric else 'asym'}-{group or 'row'}", "pack-quantized", weights, None, 7, columns)
for symmetric in (True, False):
    add(f"int-8-{'sym' if symmetric else 'asym'}", "int-quantized", {"num_bits": 8, "type": "int", "symmetric": symmetric, "strategy": "channel"},
        {"num_bits": 8, "type": "int", "symmetric": symmetric, "strategy": "token", "dynamic": True}, 5, 19)
add("float-8", "float-quantized", {"num_bits": 8, "type": "float", "symmetric": True, "strategy": "channel"},
    {"num_bits": 8, "type": "float", "symmetric": True, "strategy": "token", "dynamic": True}, 5, 19)
save_file(tensors, pathlib.Path(__file__).with_name("compressed_tensors.safetensors"), metadata)
