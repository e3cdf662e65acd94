#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test offscreen; arguments go to CTest (./test.sh -R tokenizer).
source "$(dirname "${BASH_SOURCE[0]}")/.setup.sh"

prepare
if [ "${CI:-}" = true ]; then build_project all -DBITSCAPE_WERROR=ON; else build_project all; fi
export QT_QPA_PLATFORM=offscreen
exec ctest --test-dir "$build" --output-on-failure --parallel 2 "$@"
