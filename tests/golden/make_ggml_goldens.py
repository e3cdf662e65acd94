"""Makes ggml_blocks.bin: random blocks of every quantized type, decoded by the `gguf` package, an independent implementation.

Run by hand, not by the tests:  python tests/golden/make_ggml_goldens.py   (made with gguf 0.19.0, numpy 2.4.6)

Layout, little-endian, repeated to the end of the file: u32 id of the type | u32 blocks | u32 bytes per block | u32 weights per block |
the blocks | their weights as float32.
"""
import importlib.metadata
import pathlib
import struct

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type
from gguf.quants import dequantize

# Byte offsets of the half-precision fields, which random bytes would make NaN or huge: (offset, largest magnitude).
HALVES = {
    Type.Q4_0: [(0, 0.1)],
    Type.Q4_1: [(0, 0.1), (2, 1.0)],
    Type.Q5_0: [(0, 0.1)],
    Type.Q5_1: [(0, 0.1), (2, 1.0)],
    Type.Q8_0: [(0, 0.01)],
    Type.Q2_K: [(80, 0.05), (82, 0.05)],
    Type.Q3_K: [(108, 0.01)],
    Type.Q4_K: [(0, 0.01), (2, 0.01)],
    Type.Q5_K: [(0, 0.01), (2, 0.01)],
    Type.Q6_K: [(208, 0.001)],
}


def main() -> None:
    random = np.random.default_rng(20261122)
    out = bytearray()
    for kind, halves in HALVES.items():
        weights, size = GGML_QUANT_SIZES[kind]
        count = 5 if weights == 32 else 2
        blocks = random.integers(0, 256, (count, size), dtype=np.uint8)
        for offset, bound in halves:
            values = random.uniform(-bound, bound, count).astype("<f2")
            blocks[:, offset : offset + 2] = values.view(np.uint8).reshape(count, 2)
        decoded = dequantize(blocks, kind).astype("<f4")
        assert decoded.shape == (count, weights) and np.isfinite(decoded).all()
        out += struct.pack("<4I", int(kind), count, size, weights) + blocks.tobytes() + decoded.tobytes()
    target = pathlib.Path(__file__).with_name("ggml_blocks.bin")
    target.write_bytes(out)
    print(f"{target}: {len(out)} bytes, gguf {importlib.metadata.version('gguf')}, numpy {np.__version__}")


main()
