#!/usr/bin/env bash
# Builds without the window on a machine with an NVIDIA GPU, checks the GPU against the CPU, measures, and prints a short table last.
#
#   tests/gpu/run_on_gpu.sh [WORK]     WORK (default /tmp/bitscape-gpu) keeps the build and the sample between calls
#
# LibTorch is the one of `python3 -c "import torch"`; packages that the machine lacks come from .gpu/root (see bundle.sh), the sample from
# the halves in .gpu/part0 and .gpu/part1, which may arrive in two calls: a call with the first half alone builds and stops.
set -euo pipefail
cd "$(dirname "$0")/../.."
tree=$PWD
work=${1:-/tmp/bitscape-gpu}
mkdir -p "$work"

for part in 0 1; do
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
cmake -S "$tree" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBITSCAPE_GUI=OFF -DBITSCAPE_TESTS=OFF -DBITSCAPE_LIBTORCH="$torch" \
  -DCMAKE_EXE_LINKER_FLAGS="-L${libs:-/usr/lib} -Wl,-rpath-link,${libs:-/usr/lib}" >"$work/cmake.log" 2>&1 || { tail -n 30 "$work/cmake.log"; exit 1; }
ninja -C "$build" bitscape >"$work/build.log" 2>&1 || { grep -A 5 -E 'error|FAILED' "$work/build.log" | head -n 40; exit 1; }
echo "built in $((SECONDS - started)) s"

[ -e "$work/sample.0" ] && [ -e "$work/sample.1" ] || { echo "the sample's halves are not both here yet: call again with the other one"; exit 0; }
cat "$work/sample.0" "$work/sample.1" >"$work/sample.gguf"
bitscape="$build/app/bitscape"
model="$work/sample.gguf"
text="$root/text.txt"

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
for name in ("float", "w4a8"):
    c, g = load(f"{name}-cpu"), load(f"{name}-cuda")
    if abs(c["ppl"] / g["ppl"] - 1) > (1e-3 if name == "float" else 1e-2): failed.append(name)
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
