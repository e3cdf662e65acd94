#!/usr/bin/env bash
# Products of quantized weights: ggml's CPU backend and this program in turn, on the same threads. Not part of the tests.
#
#   tests/peers/ggml_gemm.sh [--avx2] [FOLDER]   FOLDER keeps the builds (build/peers without it), as for llama_bench.sh
#
#   --avx2            ggml built for AVX2 without VNNI and AVX-512, against --isa avx2
#   BITSCAPE_PROGRAM  the program; build/release/app/bitscape without it
#   THREADS, ROUNDS   2 and 3 without them
#   SIZE, ROWS        4096x4096 (outputs x inputs) and "1 16 512" without them
#
# ggml comes out of the source package of llama-cpp-python. Q4_0 lies repacked, as llama.cpp keeps it; Q4_1 and Q8_0 have no repacked form
# on x86. Both sides rotate their weights past the caches. Every ratio is of one round, where both ran within seconds, and the median of
# the rounds counts; the machine should have nothing else to do.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
isa=()
if [ "${1:-}" = --avx2 ]; then isa=(--isa avx2); shift; fi
folder=$(mkdir -p "${1:-$root/build/peers}" && cd "${1:-$root/build/peers}" && pwd)
program=${BITSCAPE_PROGRAM:-$root/build/release/app/bitscape}
threads=${THREADS:-2} rounds=${ROUNDS:-3} size=${SIZE:-4096x4096} rows=${ROWS:-1 16 512}
package=llama_cpp_python-0.3.36
source="$folder/$package/vendor/llama.cpp"

fail() { printf 'ggml_gemm: %s\n' "$*" >&2; exit 1; }
[ -x "$program" ] || fail "no program at $program. Run ./run.sh --version once, or set BITSCAPE_PROGRAM."

options=(-DCMAKE_BUILD_TYPE=Release -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF
  -DLLAMA_OPENSSL=OFF)
if [ "${#isa[@]}" -gt 0 ]; then
  build="$folder/ggml-avx2"
  options+=(-DGGML_NATIVE=OFF -DGGML_SSE42=ON -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON)
else
  build="$folder/llama"
  options+=(-DGGML_NATIVE=ON)
fi
log="$folder/ggml_gemm.log"
{
  [ -d "$folder/$package" ] || [ -e "$folder/$package.tar.gz" ] ||
    nice python3 -m pip download --no-binary :all: --no-deps --dest "$folder" "llama-cpp-python==${package##*-}"
  [ -d "$folder/$package" ] || tar -xzf "$folder/$package.tar.gz" -C "$folder"
} >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "llama-cpp-python could not be fetched (log: $log)"; }
if [ ! -e "$build/bin/libggml.so" ]; then
  printf 'ggml_gemm: building ggml, log in %s\n' "$log" >&2
  {
    nice cmake -S "$source" -B "$build" -G Ninja "${options[@]}"
    nice cmake --build "$build" --parallel "${JOBS:-$(nproc)}" --target ggml
  } >>"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "ggml could not be built (log: $log)"; }
fi
peer="$build/bin/ggml_gemm"
if [ ! -x "$peer" ] || [ "$root/tests/peers/ggml_gemm.cpp" -nt "$peer" ]; then
  c++ -std=c++20 -O2 -Wall -Wextra -I"$root" -I"$source/ggml/include" "$root/tests/peers/ggml_gemm.cpp" -o "$peer" \
    -L"$build/bin" -lggml -lggml-cpu -lggml-base -Wl,-rpath,"$build/bin" >>"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "ggml_gemm.cpp could not be built (log: $log)"; }
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
ours() { "$program" bench gemm --shapes "$size" --no-peer --rounds 1 --threads "$threads" --json "${isa[@]}" "$@" 2>>"$log"; }
for round in $(seq "$rounds"); do
  for m in $rows; do
    printf 'ggml_gemm: round %s of %s, %s row(s)\n' "$round" "$rounds" "$m" >&2
    ours --m "$m" --bits w4a8,w2a8,w8a8 >"$results/ours.$round.$m" || fail "bench gemm failed (log: $log)"
    "$peer" "$m" "${size%x*}" "${size#*x}" "$threads" >"$results/ggml.$round.$m" 2>>"$log" || fail "ggml_gemm failed (log: $log)"
    ours --m "$m" --bits w4a8 --group 32 >"$results/group.$round.$m" || fail "bench gemm failed (log: $log)"
  done
done

python3 - "$results" "$rounds" "$size" "$threads" $rows <<'PYTHON'
import json, pathlib, statistics, sys

folder, rounds, size, threads, rows = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:]
read = lambda name, r, m: json.loads((folder / f"{name}.{r}.{m}").read_text())
machine, features = read("ours", 1, rows[0])["machine"], read("ggml", 1, rows[0])["features"]
print(f"{machine['name']}, {threads} threads, {size}; this program with {machine['isa']}, ggml built with {', '.join(features)}")
print(f"{'ours':12}{'ggml':16}{'m':>5}{'ours us':>11}{'+-':>6}{'ggml us':>11}{'+-':>6}{'ratio':>8}{'of ceiling':>12}")
pairs = [("w4a8", "ours", "q4_0 repacked"), ("w4a8 g32", "group", "q4_0 repacked"), ("w2a8", "ours", "q4_0 repacked"),
         ("w4a8", "ours", "q4_1"), ("w8a8", "ours", "q8_0")]
for bits, file, kind in pairs:
    for m in rows:
        mine, theirs, shares = [], [], []
        for r in range(1, rounds + 1):
            row = next(x for x in read(file, r, m)["rows"] if f"w{x['w']}a{x['a']}" == bits[:4])
            mine.append(row)
            theirs.append(next(x for x in read("ggml", r, m)["rows"] if x["type"] == kind))
            reading = row["gbps"] / row["read_gbps"] if "read_gbps" in row else 0
            shares.append(max(row["gops"] / row["peak_gops"], reading))
        ratio = statistics.median(b["us"] / a["us"] for a, b in zip(mine, theirs))
        cells = []
        for side in (mine, theirs):
            cells.append(f"{statistics.median(x['us'] for x in side):11.1f}{100 * statistics.median(x['spread'] for x in side):5.0f}%")
        print(f"{bits:12}{kind:16}{m:>5}{cells[0]}{cells[1]}{ratio:7.2f}x{100 * statistics.median(shares):11.0f}%")
PYTHON
