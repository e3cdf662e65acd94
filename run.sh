#!/usr/bin/env bash
# Installs what is missing, builds, and opens the studio on the sample model; with a subcommand, runs it headless.
#
#   ./run.sh                     the studio
#   ./run.sh MODEL               the studio on a model of yours: a .gguf, a .safetensors or a folder
#   ./run.sh SUBCOMMAND ...      headless, e.g. ./run.sh inspect sample --json; ./run.sh --help lists them
source "$(dirname "${BASH_SOURCE[0]}")/.setup.sh"

prepare
build_project bitscape
exec "$build/app/bitscape" "$@"
