#!/usr/bin/env bash
# Exports the sample model in many formats and lets transformers with compressed-tensors load each. Not part of the tests.
#
#   tests/peers/export_readers.sh TEXT [FOLDER]   FOLDER keeps the exports (build/peers/exports without it), about 1.5 GB
#
#   BITSCAPE_PROGRAM  the program; build/release/app/bitscape without it
#   PYTHON            a Python with torch, transformers and compressed-tensors >= 0.18 (with accelerate); python3 without it
#   WINDOWS, LENGTH   4 and 512 without them
#   ONLY              a word: formats whose name holds it
#
# A row per format: perplexity by this program (eval of the folder) and by transformers on the same windows, and whether
# the exported tokenizer gives equal ids. Ends with 1 when one is off by more than 0.1 %, or, where
# inputs are rounded, by more than twice what noise of 2e-4 in the embedding moves it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=${BITSCAPE_PROGRAM:-$root/build/release/app/bitscape}
text=${1:?usage: export_readers.sh TEXT [FOLDER]}
folder=$(mkdir -p "${2:-$root/build/peers/exports}" && cd "${2:-$root/build/peers/exports}" && pwd)
only=${ONLY:-}
made=()

one() {  # NAME ARGUMENTS of export...
  local name=$1; shift
  case $name in *"$only"*) ;; *) return ;; esac
  "$program" export sample --to "${target:-compressed-tensors}" --out "$folder/$name" --quiet "$@" >"$folder/$name.log" ||
    { cat "$folder/$name.log" >&2; exit 1; }
  made+=("$folder/$name")
}

for bits in 3 5 6 7; do one "w${bits}a16g64s" --format "w${bits}a16g64s"; done
for format in w4a16g64s w4a16g32 w4a16 w8a16s w8a16g64 w8a8s w4a8s; do one "$format" --format "$format"; done
one w4a16g64s-r1-r2 --format w4a16g64s --stack r1,r2 --rounding rtn
one w4a16g64s-r1-r2-r4 --format w4a16g64s --stack r1,r2,r4 --set r4.size=512 --rounding rtn

cat >"$folder/fp8.json" <<'JSON'
{"bitscape_recipe": 1, "rounding": {"id": "rtn"}, "plan": {"name": "fp8", "uniform": {
  "weight": {"levels": 253, "grid": "e4m3", "symmetry": "symmetric", "granularity": "channel", "group": 0},
  "input": {"levels": 253, "grid": "e4m3", "symmetry": "symmetric", "granularity": "token", "group": 0, "dynamic": true}}}}
JSON
one fp8 --recipe "$folder/fp8.json"

cat >"$folder/mixed.json" <<'JSON'
{"bitscape_recipe": 1, "rounding": {"id": "rtn"}, "plan": {"name": "mixed", "uniform": "w4a16g64s", "overrides": [
  {"block": 0, "role": "down", "plan": "w8a8s"}, {"block": 1, "role": "down", "plan": "w8a8s"}, {"block": 29, "role": "down", "plan": "w16a16"},
  {"block": 2, "role": "o", "plan": "w6a16g32s"}, {"block": 20, "role": "o", "plan": "w2a16g32s"}, {"block": 3, "role": "gate", "plan": "w3a16g32s"}, {"block": 3, "role": "up", "plan": "w3a16g32s"},
  {"block": 5, "role": "q", "plan": "w5a16s"}, {"block": 5, "role": "k", "plan": "w5a16s"}, {"block": 5, "role": "v", "plan": "w5a16s"}]}}
JSON
one mixed --recipe "$folder/mixed.json"
cat >"$folder/head.json" <<'JSON'
{"bitscape_recipe": 1, "rounding": {"id": "rtn"}, "plan": {"name": "head", "uniform": "w4a16g64s", "overrides": [
  {"role": "lm_head", "plan": "w8a16s"}]}}
JSON
one head --recipe "$folder/head.json"
target=safetensors one plain-w4a16g64s --format w4a16g64s

[ ${#made[@]} -gt 0 ] || { echo "export_readers: no format's name holds \"$only\"" >&2; exit 1; }
"${PYTHON:-python3}" "$root/tests/peers/export_readers.py" "$program" sample "$text" "${WINDOWS:-4}" "${LENGTH:-512}" "${made[@]}"
