#!/usr/bin/env bash
# Prefill and decode of the sample model at 4 bits: llama.cpp and this program in turn, on the same threads. Not part of the tests.
#
#   tests/peers/llama_bench.sh [FOLDER]   FOLDER keeps the build (build/peers without it); the first time takes about ten minutes
#
#   BITSCAPE_PROGRAM  the program; build/release/app/bitscape without it
#   BITSCAPE_SAMPLE   the sample model; where run.sh fetched it without it
#   THREADS, ROUNDS   2 and 3 without them
#   FORMATS           what this program quantizes to; "w4a8 w4a8g32" without it
#
# llama.cpp comes out of the source package of llama-cpp-python. Its models: the sample's Q4_1 as it is, and Q4_0 made from it, which its
# repacked kernels are for. Every figure is the median of the rounds; the machine should have nothing else to do.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mkdir -p "${1:-$root/build/peers}" && cd "${1:-$root/build/peers}" && pwd)
program=${BITSCAPE_PROGRAM:-$root/build/release/app/bitscape}
sample=${BITSCAPE_SAMPLE:-${XDG_DATA_HOME:-$HOME/.local/share}/bitscape/SmolLM2-135M-Instruct.Q4_1.gguf}
threads=${THREADS:-2} rounds=${ROUNDS:-3} formats=${FORMATS:-w4a8 w4a8g32}
package=llama_cpp_python-0.3.36

fail() { printf 'llama_bench: %s\n' "$*" >&2; exit 1; }
[ -x "$program" ] || fail "no program at $program. Run ./run.sh --version once, or set BITSCAPE_PROGRAM."
[ -e "$sample" ] || fail "no sample model at $sample. Run ./run.sh --version once, or set BITSCAPE_SAMPLE."

tools="$folder/llama/bin"
if [ ! -x "$tools/llama-bench" ] || [ ! -x "$tools/llama-quantize" ]; then
  printf 'llama_bench: building llama.cpp, log in %s\n' "$folder/build.log" >&2
  {
    [ -e "$folder/$package.tar.gz" ] ||
      nice python3 -m pip download --no-binary :all: --no-deps --dest "$folder" "llama-cpp-python==${package##*-}"
    [ -d "$folder/$package" ] || tar -xzf "$folder/$package.tar.gz" -C "$folder"
    nice cmake -S "$folder/$package/vendor/llama.cpp" -B "$folder/llama" -G Ninja -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON \
      -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_OPENSSL=OFF
    nice cmake --build "$folder/llama" --parallel "${JOBS:-$(nproc)}" --target llama-bench llama-quantize
  } >"$folder/build.log" 2>&1 || { tail -n 20 "$folder/build.log" >&2; fail "llama.cpp could not be built (log: $folder/build.log)"; }
fi

repacked="$folder/sample-q4_0.gguf"
[ -e "$repacked" ] || { "$tools/llama-quantize" --allow-requantize "$sample" "$repacked.new" Q4_0 "$threads" >"$folder/quantize.log" 2>&1 && mv "$repacked.new" "$repacked"; } ||
  fail "the sample could not be quantized to Q4_0 (log: $folder/quantize.log)"

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for round in $(seq "$rounds"); do
  printf 'llama_bench: round %s of %s\n' "$round" "$rounds" >&2
  "$tools/llama-bench" -m "$sample" -p 512 -n 128 -t "$threads" -r 3 -o json >"$results/1 llama.cpp Q4_1.$round" 2>>"$folder/run.log"
  "$tools/llama-bench" -m "$repacked" -p 512 -n 128 -t "$threads" -r 3 -o json >"$results/2 llama.cpp Q4_0 repacked.$round" 2>>"$folder/run.log"
  for format in $formats; do
    "$program" bench model "$sample" --backend cpu --format "$format" --threads "$threads" --json >"$results/3 bitscape $format.$round" 2>>"$folder/run.log"
  done
done

python3 - "$results" <<'PYTHON'
import collections, json, pathlib, statistics, sys

rates = collections.defaultdict(lambda: ([], []))  # name: prefill, decode
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    name = path.name.rsplit(".", 1)[0][2:]
    value = json.loads(path.read_text())
    if isinstance(value, list):
        rates[name][0].append(next(row["avg_ts"] for row in value if row["n_prompt"] == 512 and row["n_gen"] == 0))
        rates[name][1].append(next(row["avg_ts"] for row in value if row["n_gen"] == 128 and row["n_prompt"] == 0))
    else:
        rates[name][0].append(value["prefill_tokens_per_second"])
        rates[name][1].append(value["decode_tokens_per_second"])
medians = {name: [statistics.median(column) for column in columns] for name, columns in rates.items()}
best = [max(row[i] for name, row in medians.items() if name.startswith("llama.cpp")) for i in range(2)]
print(f"{'':28}{'pp512 t/s':>11}{'of best':>9}{'tg128 t/s':>11}{'of best':>9}   (of llama.cpp's best)")
for name, row in medians.items():
    print(f"{name:28}{row[0]:11.1f}{row[0] / best[0]:8.2f}x{row[1]:11.1f}{row[1] / best[1]:8.2f}x")
PYTHON
