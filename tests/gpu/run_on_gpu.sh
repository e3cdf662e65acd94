#!/usr/bin/env bash
# Builds without the window on a machine with an NVIDIA GPU, then checks the GPU against the CPU, or computes the table of methods there.
#
#   tests/gpu/run_on_gpu.sh                          checks, measures, prints a short table last
#   tests/gpu/run_on_gpu.sh table SECONDS [ROWS]     `table` over the whole test text for at most SECONDS, prints its Markdown last; ROWS as
#                                                    its --rows; a next call goes on, also after rows.tar.gz came back and lies in .gpu/table
#
# BITSCAPE_GPU_WORK (default /tmp/bitscape-gpu) keeps the build, the sample and the rows between calls; with BITSCAPE_GPU_BUILT=1 the
# program is taken as an earlier call built it. Results go to $BITSCAPE_GPU_OUT when it is set.
# LibTorch is the one of `python3 -c "import torch"`; packages that the machine lacks come from .gpu/root (see bundle.sh), the sample from
# the parts in .gpu/part0 to .gpu/part2, which may arrive in several calls: a call without all of them builds and stops.
set -euo pipefail
cd "$(dirname "$0")/../.."
tree=$PWD
mode=${1:-check}
work=${BITSCAPE_GPU_WORK:-/tmp/bitscape-gpu}
case $mode in
  check) ;;
  table) [[ ${2:-} =~ ^[0-9]+$ ]] || { echo "table needs SECONDS: run_on_gpu.sh table 480 [ROWS]"; exit 2; } ;;
  *) echo "\"$mode\" is neither check nor table"; exit 2 ;;
esac
mkdir -p "$work"

for part in 0 1 2; do
  if [ -e ".gpu/part$part/sample.$part" ]; then cp ".gpu/part$part/sample.$part" "$work/"; fi
done
if [ -d .gpu/root ]; then rm -rf "$work/root" && cp -r .gpu/root "$work/root"; fi
root="$work/root"
if [ -d "$root/usr" ]; then
  libs="$root/usr/lib/x86_64-linux-gnu"
  export PATH="$root/usr/bin:$PATH" LD_LIBRARY_PATH="$libs:$root/lib/x86_64-linux-gnu:${LD_LIBRARY_PATH:-}"
  export PKG_CONFIG_SYSROOT_DIR="$root" PKG_CONFIG_LIBDIR="$libs/pkgconfig" CMAKE_PREFIX_PATH="$root/usr"
  command -v pkg-config >/dev/null || ln -sf "$root/usr/bin/pkgconf" "$root/usr/bin/pkg-config"
fi

# The system's compiler: one that links libstdc++ statically would give the program a second copy beside LibTorch's.
if [ -x /usr/bin/g++ ]; then export CC=/usr/bin/gcc CXX=/usr/bin/g++ CUDAHOSTCXX=/usr/bin/g++; fi
torch=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))')
build="$work/build"
started=$SECONDS
if [ -z "${BITSCAPE_GPU_BUILT:-}" ]; then
  cmake -S "$tree" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBITSCAPE_GUI=OFF -DBITSCAPE_TESTS=OFF -DBITSCAPE_LIBTORCH="$torch" \
    -DCMAKE_EXE_LINKER_FLAGS="-L${libs:-/usr/lib} -Wl,-rpath-link,${libs:-/usr/lib}" >"$work/cmake.log" 2>&1 || { tail -n 30 "$work/cmake.log"; exit 1; }
  ninja -C "$build" bitscape >"$work/build.log" 2>&1 || { grep -A 5 -E 'error|FAILED' "$work/build.log" | head -n 40; exit 1; }
  echo "built in $((SECONDS - started)) s"
fi

for part in 0 1 2; do
  [ -e "$work/sample.$part" ] || { echo "part $part of the sample is not here yet: call again with it"; exit 0; }
done
cat "$work/sample.0" "$work/sample.1" "$work/sample.2" >"$work/sample.gguf"
bitscape="$build/app/bitscape"
model="$work/sample.gguf"
text="$root/texts/wikitext2-test.txt"
export BITSCAPE_TEXTS="$root/texts"

if [ "$mode" = table ]; then
  folder="$work/table"
  mkdir -p "$folder"
  if [ -e .gpu/table/rows.tar.gz ]; then tar -xzf .gpu/table/rows.tar.gz -C "$folder" --skip-old-files; fi
  nvidia-smi --query-gpu=name --format=csv,noheader
  code=0
  # One process for each GPU, rows dealt out in turn; they share the folder.
  gpus=$(nvidia-smi --query-gpu=index --format=csv,noheader | wc -l)
  rm -f "$work"/table.*.log
  for gpu in $(seq 0 $((gpus - 1))); do
    rows=$("$bitscape" table --list --rows "${3:-}" --json | python3 -c "import json, sys; print(','.join(r['name'] for r in json.load(sys.stdin)[$gpu::$gpus]))")
    [ -n "$rows" ] || continue
    CUDA_VISIBLE_DEVICES=$gpu timeout --signal=INT --kill-after=30 "$2" \
      "$bitscape" table "$model" --out "$folder" --device cuda --rows "$rows" >/dev/null 2>"$work/table.$gpu.log" &
  done
  for job in $(jobs -p); do wait "$job" || code=$?; done
  grep -hE "perplexity [0-9.]+, KL|^bitscape:" "$work"/table.*.log | tail -n 80 || true
  "$bitscape" table "$model" --out "$folder" --device cuda --rows float >/dev/null 2>&1 || true  # the sheet of all rows
  if [ -n "${BITSCAPE_GPU_OUT:-}" ]; then
    tar -czf "$BITSCAPE_GPU_OUT/rows.tar.gz" -C "$folder" rows
    cp "$folder/table.md" "$folder/table.json" "$BITSCAPE_GPU_OUT/"
  fi
  cat "$folder/table.md"
  echo "ended with $code (124 or 130: out of time; call again)"
  exit 0
fi

"$bitscape" backends
run() { "$bitscape" "$@" --json 2>"$work/err.txt" || { cat "$work/err.txt" >&2; return 1; }; }
nvidia-smi --query-gpu=name --format=csv,noheader
run next "$model" --prompt "The capital of France is" --top 5 --device cpu >"$work/next-cpu.json"
run next "$model" --prompt "The capital of France is" --top 5 --device cuda >"$work/next-cuda.json"
for device in cpu cuda; do
  run eval "$model" --text "$text" --windows 20 --device $device >"$work/float-$device.json"
  run eval "$model" --text "$text" --windows 20 --format w4a8 --device $device >"$work/w4a8-$device.json"
  run capture "$model" --text "$text" --windows 8 --device $device >"$work/capture-$device.json"
done

# Solving on the GPU: what it finds must be as good as what the CPU finds.
solve() {  # NAME DEVICE METHOD FORMAT
  run eval "$model" --text "$text" --windows 20 --method "$3" --format "$4" --calibration "$root/texts/calibration-wiki.txt" \
    --calibration-windows 8 --device "$2" >"$work/$1-$2.json"
}
for device in cpu cuda; do
  solve smoothquant $device smoothquant w6a6
  solve gptq $device gptq w4a16
  solve zigzag $device zigzag-hadamard w4a4
done

for format in w8a8 w6a6 w4a16 w4a16g64; do
  run eval "$model" --text "$text" --windows 20 --format $format --device cuda >"$work/$format-cuda.json"
done
run eval "$model" --text "$text" --device cuda >"$work/all-cuda.json"

python3 - "$work" <<'P'
import json, sys
work = sys.argv[1]
load = lambda name: json.load(open(f"{work}/{name}.json"))
failed = []
a, b = load("next-cpu"), load("next-cuda")
worst = max(abs(x["logit"] - y["logit"]) for x, y in zip(a, b)) / max(abs(x["logit"]) for x in a)
if [x["id"] for x in a] != [y["id"] for y in b] or worst > 1e-3: failed.append("next")
print(f"{'':12} {'cpu ppl':>9} {'cuda ppl':>9} {'cpu KL':>8} {'cuda KL':>8} {'cpu tok/s':>10} {'cuda tok/s':>11}")
for name, tolerance in {"float": 1e-3, "w4a8": 1e-2, "smoothquant": 1e-2, "gptq": 3e-2, "zigzag": 3e-2}.items():
    c, g = load(f"{name}-cpu"), load(f"{name}-cuda")
    if abs(c["ppl"] / g["ppl"] - 1) > tolerance: failed.append(name)
    print(f"{name:12} {c['ppl']:9.3f} {g['ppl']:9.3f} {c['kl_mean']:8.4f} {g['kl_mean']:8.4f} {c['tokens_per_second']:10.0f} {g['tokens_per_second']:11.0f}")
for name in ("w8a8", "w6a6", "w4a16", "w4a16g64", "all"):
    g = load(f"{name}-cuda")
    print(f"{name:12} {'':>9} {g['ppl']:9.3f} {'':>8} {g['kl_mean']:8.4f} {'':>10} {g['tokens_per_second']:11.0f}")
c, g = load("capture-cpu"), load("capture-cuda")
worst_capture = max(abs(x["absmax"] - y["absmax"]) / max(x["absmax"], 1e-6) for x, y in zip(c["linears"], g["linears"]))
if worst_capture > 1e-2: failed.append("capture")
print(f"next: worst logit difference {worst:.1e} of the largest; capture: worst absmax difference {worst_capture:.1e}")
print("FAILED: " + ", ".join(failed) if failed else "cuda agrees with cpu")
sys.exit(bool(failed))
P
