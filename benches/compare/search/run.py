#!/usr/bin/env python3
"""Index building and search latency of belaeg beside plain tantivy, SQLite FTS5, Xapian and PostgreSQL.

run.py [--statements N] [--rounds R] [--engines a,b,c] [--dir DIR]: makes the corpus and the queries, builds every index
(one engine at a time), asks every query in R rounds that alternate between engines, and prints Markdown: the median of
the rounds' p50 and p99 in milliseconds. See benches/compare/README.md for what must be installed.
"""
import argparse
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CLASSES = ["word", "words", "phrase", "prefix", "filter", "facet", "sorted"]
WORD = re.compile(r"[a-zæøå]{4,}")
OWN = ["belaeg", "belaeg-used", "tantivy", "fts5"]
# Asked in the index of another.
SHARED = {"belaeg-stem": "belaeg"}


def make_questions(corpus, file, each):
    """`each` queries of every class from words of statements drawn evenly, so that common words are asked for often."""
    draw = random.Random(7)
    texts = []
    with open(corpus, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number < 20 * each:
                texts.append(line)
            elif (at := draw.randrange(number + 1)) < len(texts):
                texts[at] = line
    texts = [json.loads(line)["text"] for line in texts]
    draw.shuffle(texts)
    with open(file, "w", encoding="utf-8") as out:
        for name in CLASSES:
            made = 0
            for text in texts:
                words = question_words(name, text, draw)
                if words:
                    made += 1
                    print(json.dumps({"class": name, "words": words}, ensure_ascii=False), file=out)
                if made == each:
                    break
            texts = texts[made:] + texts[:made]


def question_words(name, text, draw):
    words = [w for w in re.findall(r"\w+", text) if WORD.fullmatch(w)]
    if name == "phrase":
        pairs = re.findall(r"(?=\b([a-zæøå]{4,}) ([a-zæøå]{4,})\b)", text)
        return list(draw.choice(pairs)) if pairs else None
    if name == "prefix":
        long = [w for w in words if len(w) >= 8]
        return [draw.choice(long)[:5]] if long else None
    if name == "words":
        return draw.sample(words, 2) if len(set(words)) > 1 else None
    return [draw.choice(words)] if words else None


def own_binary():
    built = subprocess.run(
        ["cargo", "bench", "--bench", "search", "--no-run", "--message-format=json"],
        cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    for line in built.stdout.splitlines():
        record = json.loads(line)
        if record.get("reason") == "compiler-artifact" and record["target"]["name"] == "search":
            if "bench" in record["target"]["kind"]:
                return record["executable"]
    sys.exit("cargo told no executable")


def records(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(f"{' '.join(command)}: exit {done.returncode}", file=sys.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--builds", type=int, default=1, help="how often each index is built; the median counts")
    parser.add_argument("--each", type=int, default=200, help="queries of each class")
    parser.add_argument("--engines", default="read,belaeg,belaeg-stem,belaeg-used,tantivy,fts5,xapian,postgres")
    parser.add_argument("--dir", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "belaeg-search")
    parser.add_argument("--binary", help="the compiled benchmark")
    parser.add_argument("--keep", action="store_true", help="indexes that are there are not built again")
    args = parser.parse_args()
    args.dir.mkdir(parents=True, exist_ok=True)
    binary = args.binary or own_binary()
    corpus, questions = args.dir / f"{args.statements}.ndjson", args.dir / f"{args.statements}.queries"
    if not corpus.exists():
        subprocess.run(["cargo", "run", "--release", "-p", "belaeg-testbed", "--", "corpus", "--format", "search",
                        "--statements", str(args.statements), "--out", corpus], cwd=ROOT, check=True)
    make_questions(corpus, questions, args.each)
    engines = args.engines.split(",")

    def command(what, engine):
        own = engine in OWN or engine in SHARED or engine == "read"
        program = [binary] if own else ["/usr/bin/python3", str(HERE / "peers.py")]
        place = args.dir / f"{args.statements}-{SHARED.get(engine, engine)}"
        if what == "build":
            subprocess.run(["rm", "-rf", place], check=True)
            return program + ["build", engine, str(corpus), str(place)]
        return program + ["query", engine, str(place), str(questions)]

    builds, answers = {}, {}
    for _ in range(args.builds):
        for engine in engines:
            there = args.dir / f"{args.statements}-{engine}"
            if engine not in SHARED and not (args.keep and there.exists()):
                builds.setdefault(engine, []).extend(records(command("build", engine)))
                print(builds[engine][-1:], os.getloadavg()[0], file=sys.stderr)
    for _ in range(args.rounds):
        for engine in engines:
            if engine == "read":
                continue
            for record in records(command("query", engine)):
                answers.setdefault(engine, {}).setdefault(record["class"], []).append(record)
                print(record, file=sys.stderr)
    print_tables(builds, answers)


def print_tables(builds, answers):
    print("| engine | statements/s | seconds | bytes per byte of text | peak MiB |\n|---|---|---|---|---|")
    for engine, runs in builds.items():
        if not runs:
            continue
        seconds = statistics.median(run["seconds"] for run in runs)
        run = runs[0]
        peak = run["peak_kib"] / 1024 if run.get("peak_kib") else float("nan")
        print(f"| {engine} | {run['statements'] / seconds:,.0f} | {seconds:.1f} "
              f"| {run['index_bytes'] / run['text_bytes']:.2f} | {peak:.0f} |")
    print("\np50 / p99 in ms\n\n| engine | " + " | ".join(CLASSES) + " |\n|---" * 1 + "|---" * len(CLASSES) + "|")
    for engine, classes in answers.items():
        cells = []
        for name in CLASSES:
            runs = classes.get(name)
            middle = lambda key: statistics.median(run[key] for run in runs)
            cells.append(f"{middle('p50_ms'):.2f} / {middle('p99_ms'):.1f}" if runs else "")
        print(f"| {engine} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
