#!/usr/bin/env python3
"""The long checks: perplexity and KL divergence of the sample, compared with tests/golden/accuracy.json.

    tests/bench/check_accuracy.py WIKITEXT2_TEST [--full] [-- OPTIONS OF eval, e.g. --device cuda]

Takes minutes, so it is no part of the test run; --full adds all 148 windows. Exits with 1 when a figure is outside its tolerance.
"""
import json
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
words, options = sys.argv[1:], []
if "--" in words:
    options = words[words.index("--") + 1:]
    words = words[:words.index("--")]
full = "--full" in words
texts = [word for word in words if word != "--full"]
if len(texts) != 1:
    sys.exit(__doc__)

golden = json.loads((root / "tests/golden/accuracy.json").read_text())
failed = 0
print(f"{'format':10} {'windows':>7} {'perplexity':>11} {'wanted':>8} {'KL':>8} {'wanted':>8} {'tokens/s':>9}")
for row in golden["rows"]:
    if row["windows"] is None and not full:
        continue
    command = [str(root / "run.sh"), "eval", "sample", "--json", "--quiet", "--text", texts[0], "--length", str(golden["length"])]
    if row["windows"]:
        command += ["--windows", str(row["windows"])]
    if row["format"]:
        command += ["--format", row["format"]]
    report = json.loads(subprocess.run(command + options, check=True, stdout=subprocess.PIPE).stdout)
    good = abs(report["ppl"] / row["ppl"] - 1) <= row["tolerance"]
    if "kl" in row:
        good &= abs(report["kl_mean"] / row["kl"] - 1) <= row.get("kl_tolerance", row["tolerance"])
    failed += not good
    print(f"{row['format'] or 'float':10} {report['windows']:7} {report['ppl']:11.4f} {row['ppl']:8} {report['kl_mean']:8.5f} "
          f"{row.get('kl', 0):8} {report['tokens_per_second']:9.0f} {'' if good else '  OUTSIDE'}", flush=True)
sys.exit(1 if failed else 0)
