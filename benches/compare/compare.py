"""Compares how well different tools find the rates that labelled Danish statements report; prints a Markdown table.

usage: compare.py --belaeg PATH GOLD.jsonl

GOLD is in the form of SCHEMA.md, with score.py beside it: that script's own functions decide what is right (its "rate" line).
Every tool gets the bare texts and runs in a fresh interpreter; its seconds hold its imports, models and all texts.
"""
import argparse
import importlib.util
import json
import multiprocessing
import re
import subprocess
import sys
import time
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple


class Rate(NamedTuple):
    value: float
    unit: str
    value_max: float | None = None
    per: float | None = None


def number(text):
    return float(text.replace(",", "."))


def belaeg(texts, path):
    lines = "".join(json.dumps({"id": str(i), "text": t}) + "\n" for i, t in enumerate(texts))
    done = subprocess.run([path, "claims", "-"], input=lines, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    rows = {row["id"]: row["rates"] for row in map(json.loads, done.stdout.splitlines())}
    return [[Rate(r["value"], r["unit"], r.get("value_max"), r.get("per")) for r in rows[str(i)]] for i in range(len(texts))]


def regex(texts):
    pattern = re.compile(r"(\d+([.,]\d+)?)\s?(%|pct|procent)")
    return [[Rate(number(m[1]), "percent") for m in pattern.finditer(t)] for t in texts]


def text2num(texts):
    from text_to_num import alpha2digit

    return regex([alpha2digit(t, "da") for t in texts])


def reworded(texts, words):
    for pattern, instead in words.items():
        texts = [re.sub(pattern, instead, t) for t in texts]
    return texts


def quantulum(texts, lang, words={}):
    """Its ranges are a middle and an uncertainty; quantities without one of the two units are no rates."""
    warnings.simplefilter("ignore")  # it says that its classifier, which tells units of one name apart, is not installed
    from quantulum3 import parser

    units = {"percentage": "percent", "per mille": "permille"}

    def rate(q):
        if q.uncertainty is None:
            return Rate(q.value, units[q.unit.name])
        return Rate(q.value - q.uncertainty, units[q.unit.name], q.value + q.uncertainty)

    return [[rate(q) for q in parser.parse(t, lang=lang) if q.unit.name in units] for t in reworded(texts, words)]


def recognizers(texts, culture, words={}):
    """Its value is a text such as "28,9%", with the comma or point of the culture; it knows no other unit."""
    from ms_recognizers_number import recognize_percentage

    found = [recognize_percentage(t, culture, fallback_to_default_culture=False) for t in reworded(texts, words)]
    return [[Rate(number(r.resolution["value"].rstrip("%")), "percent") for r in rates] for rates in found]


def old_recognizers(texts):
    import recognizers_text

    raise NotImplementedError(f"{recognizers_text.__name__} imports, but is not compared: ms-recognizers-text has replaced it")


TO_ENGLISH = {r"(?<=\d),(?=\d)": ".", r"\b(procent|pct\b\.?)(?!\w)": "percent", r"\bpromille\b": "per mille", r"\bmellem\b": "between"}
TO_DUTCH = {r"\bpct\b\.?": "procent"}
MS, Q3 = "ms-recognizers-text-number", "quantulum3"
TOOLS = [  # name, distribution, function, its arguments, note
    ("belaeg", None, belaeg, {}, "its rules were written with the project's own gold files in view"),
    ("plain regex", None, regex, {}, r"`\d+([.,]\d+)?\s?(%\|pct\|procent)`, all percent"),
    ("text2num, `da`, then the regex", "text2num", text2num, {}, "knows Danish number words, no units"),
    ("Recognizers-Text, `nl-nl`", MS, recognizers, {"culture": "nl-nl"}, "as Dutch: has \"procent\" and decimal commas too"),
    ("Recognizers-Text, `nl-nl`, helped", MS, recognizers, {"culture": "nl-nl", "words": TO_DUTCH}, "\"pct.\" reworded first"),
    ("Recognizers-Text, `en-us`", MS, recognizers, {"culture": "en-us"}, "as English: takes the \"cent\" of \"procent\" for 0 %"),
    ("Recognizers-Text, `da-dk`", MS, recognizers, {"culture": "da-dk"}, ""),
    ("Recognizers-Text, older package", "recognizers-text", old_recognizers, {}, ""),
    ("quantulum3, `en_US`", Q3, quantulum, {"lang": "en_US"}, "as English: a decimal comma splits the number"),
    ("quantulum3, `en_US`, helped", Q3, quantulum, {"lang": "en_US", "words": TO_ENGLISH}, "units, commas, \"mellem\" reworded first"),
    ("quantulum3, `da_DK`", Q3, quantulum, {"lang": "da_DK"}, ""),
]


def timed(function, texts, arguments):
    """Runs in the fresh interpreter: what was found, or the error in one line, and the seconds."""
    start = time.perf_counter()
    try:
        found, error = function(texts, **arguments), None
    except Exception as e:
        found, error = None, re.sub(r" \(/.*\)$", "", f"{type(e).__name__}: {e}".splitlines()[0])
    return found, error, time.perf_counter() - start


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--belaeg", required=True, help="path of the belaeg binary")
    options.add_argument("gold", type=Path)
    options = options.parse_args()
    spec = importlib.util.spec_from_file_location("score", options.gold.resolve().parent / "score.py")
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)

    gold = list(score.load(options.gold).values())
    print(f"Rates in {options.gold.name}: {len(gold)} statements, {sum(len(g['rates']) for g in gold)} rates, "
          f"Python {sys.version.split()[0]}.\n")
    print("| tool | version | precision | recall | F1 | found | right | seconds | note |\n|---|---|---|---|---|---|---|---|---|")
    for name, package, function, arguments, note in TOOLS:
        try:
            release = version(package) if package else "-"
        except PackageNotFoundError:
            release = "not installed"
        if function is belaeg:
            arguments = {"path": options.belaeg}
            release = subprocess.run([options.belaeg, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
        with multiprocessing.get_context("spawn").Pool(1) as fresh:
            found, error, seconds = fresh.apply(timed, (function, [g["text"] for g in gold], arguments))
        if error:
            print(f"| {name} | {release} | - | - | - | - | - | - | cannot: `{error}` |")
            continue
        rates = [[r._asdict() for r in rates] for rates in found]
        right = sum(len(score.pair(r, g["rates"], score.same_rate)[0]) for r, g in zip(rates, gold, strict=True))
        total = sum(map(len, rates))
        p, r, f1 = score.prf(right, total, sum(len(g["rates"]) for g in gold))
        print(f"| {name} | {release} | {p:.3f} | {r:.3f} | {f1:.3f} | {total} | {right} | {seconds:.3f} | {note} |")


if __name__ == "__main__":
    main()
