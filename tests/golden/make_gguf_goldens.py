#!/usr/bin/env python3
"""Writes gguf_written.gguf with the gguf package's own writer and quantizers (PyPI gguf 0.19.0): what ours must equal byte for byte.

    python3 make_gguf_goldens.py   (needs: pip install gguf==0.19.0)
"""
import pathlib

import gguf
import numpy

path = pathlib.Path(__file__).with_name("gguf_written.gguf")
writer = gguf.GGUFWriter(path, "llama")
writer.add_uint32("llama.block_count", 3)
writer.add_float32("llama.attention.layer_norm_rms_epsilon", 1e-5)
writer.add_bool("tokenizer.ggml.add_bos_token", True)
writer.add_string("general.name", "größer")
writer.add_array("tokenizer.ggml.tokens", ["a", "", "ġ b"])
writer.add_array("tokenizer.ggml.scores", [0.5, -1.0, -2.25])
writer.add_array("tokenizer.ggml.token_type", [1, 3, 1])

random = numpy.random.default_rng(5)
weight = (random.standard_normal((6, 96)) * 0.1).astype(numpy.float32)
weight[0, :32] = 0            # a block of zeros
weight[1, 32:64] = 0.03125    # all alike
weight[2, 5] = -7.0           # one far out
writer.add_tensor("weight", weight)
writer.add_tensor("odd", numpy.arange(5, dtype=numpy.float32))
for name in ("F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"):
    kind = gguf.GGMLQuantizationType[name]
    writer.add_tensor("weight." + name, gguf.quants.quantize(weight, kind), raw_dtype=kind)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
