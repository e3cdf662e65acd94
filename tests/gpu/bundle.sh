#!/usr/bin/env bash
# Gathers what a GPU machine without package access lacks, into .gpu/ (git-ignored): the -dev packages as a system root, the sample in
# two halves and the texts. Run it on a Debian machine with network, copy the tree over, then run run_on_gpu.sh there.
#
#   tests/gpu/bundle.sh [TEXTS]    TEXTS (default BITSCAPE_TEXTS): a folder with wikitext2-test.txt and calibration-wiki.txt
set -euo pipefail
cd "$(dirname "$0")/../.."
rm -rf .gpu && mkdir -p .gpu/root .gpu/debs .gpu/part0 .gpu/part1
(cd .gpu/debs && apt-get download -qq pkgconf pkgconf-bin libpkgconf3 libpcre2-dev libpcre2-8-0 nlohmann-json3-dev libcli11-dev \
  libsentencepiece-dev libsentencepiece0 libutf8proc-dev libutf8proc2 libxxhash-dev libxxhash0 libhdf5-dev libhdf5-103-1 libsz2 libaec0 libcurl4)
for package in .gpu/debs/*.deb; do dpkg -x "$package" .gpu/root; done
rm -rf .gpu/debs .gpu/root/usr/share/doc .gpu/root/usr/share/man; find .gpu/root -name "*.a" -delete
sample="${BITSCAPE_SAMPLE:-${XDG_DATA_HOME:-$HOME/.local/share}/bitscape/SmolLM2-135M-Instruct.Q4_1.gguf}"
split -b 52000000 -d -a 1 "$sample" .gpu/half.
mv .gpu/half.0 .gpu/part0/sample.0
mv .gpu/half.1 .gpu/part1/sample.1
texts=${1:-${BITSCAPE_TEXTS:-}}
if [ -n "$texts" ]; then
  mkdir -p .gpu/root/texts
  install -m 644 "$texts/wikitext2-test.txt" "$texts/calibration-wiki.txt" .gpu/root/texts/
fi
du -sh .gpu/root .gpu/part0 .gpu/part1
