#!/usr/bin/env bash
# Gathers what a GPU machine without package access lacks, into .gpu/ (git-ignored): the -dev packages as a system root, the sample in
# three parts and the texts. Run it on a Debian machine with network, copy the tree over, then run run_on_gpu.sh there.
#
#   tests/gpu/bundle.sh [TEXTS]    TEXTS (default BITSCAPE_TEXTS): a folder with wikitext2-test.txt and calibration-wiki.txt
set -euo pipefail
cd "$(dirname "$0")/../.."
rm -rf .gpu && mkdir -p .gpu/root .gpu/debs
(cd .gpu/debs && apt-get download -qq pkgconf pkgconf-bin libpkgconf3 libpcre2-dev libpcre2-8-0 nlohmann-json3-dev libcli11-dev \
  libsentencepiece-dev libsentencepiece0 libutf8proc-dev libutf8proc2 libxxhash-dev libxxhash0 libhdf5-dev libhdf5-103-1 libsz2 libaec0 libcurl4 libbrotli1 \
  libcom-err2 libffi8 libgmp10 libgnutls30 libgssapi-krb5-2 libhogweed6 libidn2-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 \
  libldap-2.5-0 libnettle8 libnghttp2-14 libp11-kit0 libpsl5 librtmp1 libsasl2-2 libssh2-1 libtasn1-6 libunistring2 libzstd1)
for package in .gpu/debs/*.deb; do dpkg -x "$package" .gpu/root; done
rm -rf .gpu/debs .gpu/root/usr/share/doc .gpu/root/usr/share/man; find .gpu/root -name "*.a" -delete
sample="${BITSCAPE_SAMPLE:-${XDG_DATA_HOME:-$HOME/.local/share}/bitscape/SmolLM2-135M-Instruct.Q4_1.gguf}"
mkdir -p .gpu/part0 .gpu/part1 .gpu/part2  # the first fits beside .gpu/root where copies are limited to 64 MiB, each other by itself
cut() { dd if="$sample" of=".gpu/part$1/sample.$1" bs=1000000 skip="$2" ${3:+count="$3"} status=none; }
cut 0 0 26
cut 1 26 51
cut 2 77
texts=${1:-${BITSCAPE_TEXTS:-}}
if [ -n "$texts" ]; then
  mkdir -p .gpu/root/texts
  install -m 644 "$texts/wikitext2-test.txt" "$texts/calibration-wiki.txt" .gpu/root/texts/
fi
du -sh .gpu/root .gpu/part*
