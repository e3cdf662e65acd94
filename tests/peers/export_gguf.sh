#!/usr/bin/env bash
# GGUF exported from the sample model, read by others: the gguf package decodes every tensor to our values, llama.cpp runs the file and its
# perplexity is compared with ours over the same windows. Not part of the tests.
#
#   tests/peers/export_gguf.sh TEXT [FOLDER]   TEXT: a UTF-8 text to evaluate on; FOLDER keeps builds and files (build/peers without it)
#
#   BITSCAPE_PROGRAM   the program; build/release/app/bitscape without it
#   BITSCAPE_SAMPLE    the sample model; where run.sh fetched it without it
#   FORMATS            "w4a16g32s w4a16g32 w5a16g64s w8a16s w3a16" without it
#   WINDOWS, LENGTH    8 windows of 512 tokens without them; THREADS 2
#
# Like is compared with like: both programs take the windows one after the other from the start of the text, no BOS in front, and average the
# negative log-likelihood of every token of a window but its first. (llama.cpp's own llama-perplexity counts the second half of a window
# alone, which gives another number.) llama.cpp multiplies inputs rounded to 8 bits in blocks of 32, ours here are in floating point: that
# difference remains. llama.cpp is run through the Python files of llama-cpp-python on the libraries that llama_bench.sh builds.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
fail() { printf 'export_gguf: %s\n' "$*" >&2; exit 1; }
text=$(realpath "${1:?a text to evaluate on}")
folder=$(mkdir -p "${2:-$root/build/peers}" && cd "${2:-$root/build/peers}" && pwd)
program=${BITSCAPE_PROGRAM:-$root/build/release/app/bitscape}
sample=${BITSCAPE_SAMPLE:-${XDG_DATA_HOME:-$HOME/.local/share}/bitscape/SmolLM2-135M-Instruct.Q4_1.gguf}
formats=${FORMATS:-w4a16g32s w4a16g32 w5a16g64s w8a16s w3a16}
package=llama_cpp_python-0.3.36
export WINDOWS=${WINDOWS:-8} LENGTH=${LENGTH:-512} THREADS=${THREADS:-2}
[ -x "$program" ] || fail "no program at $program. Run ./run.sh --version once, or set BITSCAPE_PROGRAM."
[ -e "$sample" ] || fail "no sample model at $sample. Run ./run.sh --version once, or set BITSCAPE_SAMPLE."
[ -e "$folder/llama/bin/libllama.so" ] && [ -d "$folder/$package/llama_cpp" ] ||
  fail "no llama.cpp in $folder. Run tests/peers/llama_bench.sh $folder once."

python="$folder/readers/bin/python"
if [ ! -x "$python" ]; then
  python3 -m venv "$folder/readers"
  "$folder/readers/bin/pip" install -q gguf==0.19.0 safetensors numpy jinja2 diskcache typing_extensions
fi

exports="$folder/exports"
mkdir -p "$exports"
for format in $formats; do
  "$program" export "$sample" --format "$format" --to gguf --out "$exports/$format" --json --quiet >"$exports/$format.json" || fail "$format was not exported"
  # The same codes as plain tensors, with the recipe that the export followed (its scales are float16 numbers).
  "$python" -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))["recipe"]))' "$exports/$format.json" >"$exports/$format.recipe"
  "$program" export "$sample" --recipe "$exports/$format.recipe" --to safetensors --out "$exports/$format.plain" --json --quiet >"$exports/$format.plain.json"
  "$program" eval "$exports/$format/model.gguf" --text "$text" --windows "$WINDOWS" --length "$LENGTH" --threads "$THREADS" --json --quiet >"$exports/$format.ours"
  "$program" eval "$sample" --recipe "$exports/$format.recipe" --backend fake --text "$text" --windows "$WINDOWS" --length "$LENGTH" \
    --threads "$THREADS" --json --quiet >"$exports/$format.plan"
done

PYTHONPATH="$folder/$package" LLAMA_CPP_LIB_PATH="$folder/llama/bin" LD_LIBRARY_PATH="$folder/llama/bin" \
  "$python" - "$exports" "$text" $formats <<'PYTHON'
import json, math, os, pathlib, re, sys

import gguf, numpy, safetensors.numpy
import llama_cpp

exports, text, formats = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).read_bytes(), sys.argv[3:]
windows, length, threads = (int(os.environ[name]) for name in ("WINDOWS", "LENGTH", "THREADS"))
roles = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
         "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}


def plain_name(name):
    found = re.fullmatch(r"blk\.(\d+)\.(\w+)\.weight", name)
    return f"model.layers.{found[1]}.{roles[found[2]]}.weight" if found and found[2] in roles else None


def decoded_like_ours(folder):
    """How many weights the gguf package decodes to other values than ours, rounded as the plain file has them; and of how many."""
    reader = gguf.GGUFReader(exports / folder / "model.gguf")
    fields = reader.fields
    heads = {"attn_q": int(fields["llama.attention.head_count"].parts[-1][0]), "attn_k": int(fields["llama.attention.head_count_kv"].parts[-1][0])}
    plain = safetensors.numpy.load_file(exports / f"{folder}.plain" / "model.safetensors")
    different = count = 0
    types = set()
    for tensor in reader.tensors:
        name = plain_name(tensor.name)
        if name is None:
            continue
        types.add(tensor.tensor_type.name)
        values = gguf.dequantize(tensor.data, tensor.tensor_type)
        role = tensor.name.split(".")[2]
        if role in heads:  # rotary pairs lie side by side in the file
            rows, width = values.shape
            values = values.reshape(heads[role], rows // heads[role] // 2, 2, width).swapaxes(1, 2).reshape(rows, width)
        ours = plain[name]
        different += int((values.astype(ours.dtype) != ours).sum())
        count += ours.size
    return different, count, "+".join(sorted(types))


def perplexity_of_llama(folder):
    model = llama_cpp.Llama(str(exports / folder / "model.gguf"), n_ctx=length, n_batch=length, n_ubatch=length, logits_all=True,
                            n_threads=threads, n_threads_batch=threads, verbose=False)
    tokens = model.tokenize(text, add_bos=False, special=False)
    means = []
    for window in range(windows):
        ids = tokens[window * length:(window + 1) * length]
        model.reset()
        model.eval(ids)
        scores = numpy.asarray(model.scores[:length], dtype=numpy.float64)
        top = scores.max(axis=1, keepdims=True)
        logarithms = scores - top - numpy.log(numpy.exp(scores - top).sum(axis=1, keepdims=True))
        means.append(-logarithms[numpy.arange(length - 1), ids[1:]].mean())
    return math.exp(numpy.mean(means))


def ours(path):
    value = json.loads(path.read_text())
    return value.get("perplexity", value.get("ppl"))


print(f"{'plan':12}{'types':14}{'values unlike ours':>24}{'plan':>10}{'our GGUF':>10}{'llama.cpp':>11}{'difference':>12}")
for name in formats:
    different, count, types = decoded_like_ours(name)
    plan, mine, theirs = ours(exports / f"{name}.plan"), ours(exports / f"{name}.ours"), perplexity_of_llama(name)
    print(f"{name:12}{types:14}{different:>11} of {count:<9}{plan:10.4f}{mine:10.4f}{theirs:11.4f}{100 * (theirs / mine - 1):+11.3f}%")
PYTHON
