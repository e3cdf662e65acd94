#!/usr/bin/env bash
# GPTQ exported from the sample model, read by others: AutoGPTQ's own layer multiplies the packed weights out, transformers runs the model on
# them, and its perplexity is compared with ours over the same windows. Not part of the tests.
#
#   tests/peers/export_gptq.sh TEXT [FOLDER]   TEXT: a UTF-8 text to evaluate on; FOLDER keeps files (build/peers without it)
#
#   BITSCAPE_PROGRAM   the program; build/release/app/bitscape without it
#   BITSCAPE_SAMPLE    the sample model; where run.sh fetched it without it
#   PYTHON             a Python with torch, transformers, tokenizers, safetensors and numpy; python3 without it
#   FORMATS            "w4a16g32s w8a16s w3a16g32s w2a16g32s w4a16g64" without it (the last is asymmetric: written as version 2)
#   WINDOWS, LENGTH    4 windows of 512 tokens without them
#
# AutoGPTQ's layer reads version 1; a folder of version 2 gets one taken off each field of its zero points before. Both programs average the
# negative log-likelihood of every token of a window but its first, no BOS in front, in float32.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
fail() { printf 'export_gptq: %s\n' "$*" >&2; exit 1; }
text=$(realpath "${1:?a text to evaluate on}")
folder=$(mkdir -p "${2:-$root/build/peers}" && cd "${2:-$root/build/peers}" && pwd)
program=${BITSCAPE_PROGRAM:-$root/build/release/app/bitscape}
sample=${BITSCAPE_SAMPLE:-${XDG_DATA_HOME:-$HOME/.local/share}/bitscape/SmolLM2-135M-Instruct.Q4_1.gguf}
formats=${FORMATS:-w4a16g32s w8a16s w3a16g32s w2a16g32s w4a16g64}
python=${PYTHON:-python3}
export WINDOWS=${WINDOWS:-4} LENGTH=${LENGTH:-512}
[ -x "$program" ] || fail "no program at $program. Run ./run.sh --version once, or set BITSCAPE_PROGRAM."
[ -e "$sample" ] || fail "no sample model at $sample. Run ./run.sh --version once, or set BITSCAPE_SAMPLE."
"$python" -c 'import torch, transformers, safetensors, numpy' 2>/dev/null || fail "PYTHON ($python) lacks torch, transformers, safetensors or numpy."

reader="$folder/auto_gptq"
if [ ! -d "$reader" ]; then
  "$python" -m pip download -q --no-deps --only-binary :all: --dest "$folder" auto-gptq==0.7.1
  "$python" -m zipfile -e "$folder"/auto_gptq-0.7.1-*.whl "$folder"
fi

exports="$folder/gptq"
mkdir -p "$exports"
for format in $formats; do
  target=gptq
  [[ $format == *s ]] || target=gptq-v2
  "$program" export "$sample" --format "$format" --to "$target" --out "$exports/$format" --json --quiet >"$exports/$format.json" || fail "$format was not exported"
  "$python" -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))["recipe"]))' "$exports/$format.json" >"$exports/$format.recipe"
  "$program" eval "$sample" --recipe "$exports/$format.recipe" --backend fake --text "$text" --windows "$WINDOWS" --length "$LENGTH" \
    --json --quiet >"$exports/$format.plan"
done

"$python" - "$exports" "$reader" "$text" $formats <<'PYTHON'
import importlib.util, json, math, os, pathlib, sys

import numpy, safetensors.torch, torch, transformers

exports, reader, text, formats = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).read_text(), sys.argv[4:]
windows, length = int(os.environ["WINDOWS"]), int(os.environ["LENGTH"])
spec = importlib.util.spec_from_file_location("qlinear", reader / "nn_modules/qlinear/qlinear_cuda.py")
qlinear = importlib.util.module_from_spec(spec)
spec.loader.exec_module(qlinear)


def less_one(words, bits):
    """Fields of `bits` in rows of 32-bit words, each one less: version 2 to version 1."""
    stream = numpy.unpackbits(numpy.ascontiguousarray(words.numpy()).view(numpy.uint8), axis=1, bitorder="little")
    fields = (stream.reshape(stream.shape[0], -1, bits) << numpy.arange(bits, dtype=numpy.uint16)).sum(axis=2) - 1
    if (fields < 0).any():
        raise SystemExit("a zero point of 0: version 1 cannot be read for this folder")
    back = (fields[:, :, None] >> numpy.arange(bits) & 1).astype(numpy.uint8).reshape(stream.shape)
    return torch.from_numpy(numpy.packbits(back, axis=1, bitorder="little").view(numpy.int32).copy())


def model_of(folder):
    config = json.loads((folder / "config.json").read_text())
    how = config.pop("quantization_config")
    assert how == json.loads((folder / "quantize_config.json").read_text()) and not how.get("dynamic")
    tensors = safetensors.torch.load_file(folder / "model.safetensors")
    for name in [n[: -len(".qweight")] for n in tensors if n.endswith(".qweight")]:
        parts = {part: tensors.pop(f"{name}.{part}") for part in ("qweight", "qzeros", "scales", "g_idx")}
        if how["checkpoint_format"] == "gptq_v2":
            parts["qzeros"] = less_one(parts["qzeros"], how["bits"])
        inputs, outputs = len(parts["g_idx"]), parts["qweight"].shape[1]
        layer = qlinear.QuantLinear(how["bits"], how["group_size"], inputs, outputs, bias=False, weight_dtype=torch.float16)
        layer.load_state_dict(parts)
        layer.scales = layer.scales.float()   # so that the layer's own products do not round
        with torch.no_grad():
            tensors[f"{name}.weight"] = layer(torch.eye(inputs)).t().contiguous()
    config.pop("torch_dtype", None)
    kind = transformers.AutoConfig.for_model(**config)
    model = transformers.AutoModelForCausalLM.from_config(kind).float()
    missing, unexpected = model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    model.tie_weights()
    return model.eval()


print(f"{'plan':12}{'layout':10}{'plan':>10}{'transformers':>14}{'difference':>12}")
for name in formats:
    model = model_of(exports / name)
    ids = transformers.AutoTokenizer.from_pretrained(exports / name)(text[: 8 * windows * length], add_special_tokens=False)["input_ids"]
    means = []
    for window in range(windows):
        part = torch.tensor([ids[window * length:(window + 1) * length]])
        with torch.no_grad():
            logits = model(part).logits[0, :-1].double()
        means.append(torch.nn.functional.cross_entropy(logits, part[0, 1:]).item())
    theirs, value = math.exp(numpy.mean(means)), json.loads((exports / f"{name}.plan").read_text())
    ours = value.get("perplexity", value.get("ppl"))
    layout = json.loads((exports / name / "quantize_config.json").read_text())["checkpoint_format"]
    print(f"{name:12}{layout:10}{ours:10.4f}{theirs:14.4f}{100 * (theirs / ours - 1):+11.4f}%")
PYTHON
