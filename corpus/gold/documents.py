#!/usr/bin/env python3
"""What belaeg finds in the example documents against what readers found in them, document by document.

    python3 corpus/gold/documents.py [BELAEG] [-v]

documents/*.jsonl: the first line is the document (the last part of its address), each further one a statement as it stood when it
was read, with its rates and counts as in SCHEMA.md, but with what heading, table and the statements before give. Readers
corrected what belaeg had found, so boundaries of quotes and arguable choices are belaeg's. -v prints each difference.
"""
import collections, glob, json, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ATTRIBUTES = {"rates": ["value", "value_max", "unit", "per", "role", "approx", "years", "place", "measure"], "counts": ["years", "place"]}


def found(belaeg):
    """Statements with claims by the last part of the document's address, in reading order."""
    documents = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([belaeg, "--home", home + "/h", "ingest", os.path.join(HERE, "../documents")], capture_output=True)
        lines = subprocess.run([belaeg, "--home", home + "/h", "search", "*", "--json", "--limit", "1000000"], capture_output=True, text=True).stdout
    for line in map(json.loads, lines.splitlines()):
        documents[line["document"]["url"].rsplit("/", 1)[1]].append(line)
    for statements in documents.values():
        statements.sort(key=lambda s: [int(n) for n in s["statement"]["id"].split(".")[1:]])
    return documents


def near(a, b):
    return a is not None and b is not None and abs(a - b) <= max(0.05, 0.001 * abs(b))


def differences(kind, got, want):
    for name in ATTRIBUTES[kind]:
        a, b = got.get(name), want.get(name)
        same = a == b or name.startswith("value") and near(a, b) or name == "measure" and {a, b} <= {None, "andel_oevrig"}
        if not same:
            yield f"{name} {a} -> {b}"


def bare(text):
    return re.sub(r"[\W_]+", "", text)


def compare(kind, truth, statements, tally, tell):
    is_kind = lambda c: (c["unit"] == "count") == (kind == "counts")
    claims = [(s["statement"]["text"], c) for s in statements for c in s["claims"] if is_kind(c)]
    used = set()
    for statement in truth:
        for want in statement.get(kind, []):
            tally[kind] += 1
            text, quote = bare(statement["text"]), bare(want["quote"])
            same = lambda i: i not in used and bare(claims[i][1]["quote"]) == quote and near(claims[i][1]["value"], want["value"])
            inside = lambda i: bare(claims[i][0]) in text or text in bare(claims[i][0])
            at = next((i for i in range(len(claims)) if same(i) and inside(i)), None)
            if at is None:
                tally[kind + " missed"] += 1
                tell(f"{statement['text'][:120]!r}: {want['quote']} is missed")
                continue
            used.add(at)
            wrong = list(differences(kind, claims[at][1], want))
            tally[kind + (" wrong" if wrong else " right")] += 1
            for one in wrong:
                tally[f"{kind} wrong in {one.split()[0]}"] += 1
            if wrong:
                tell(f"{statement['text'][:120]!r}: {want['quote']}: {'; '.join(wrong)}")
    tally[kind + " too many"] += len(claims) - len(used)


def main():
    arguments = [a for a in sys.argv[1:] if a != "-v"]
    documents = found(arguments[0] if arguments else "target/release/belaeg")
    tally = collections.Counter()
    for path in sorted(glob.glob(os.path.join(HERE, "documents/*.jsonl"))):
        head, *truth = map(json.loads, open(path, encoding="utf-8"))
        name = head["document"]
        key = next((k for k in documents if k == name or k == name.rsplit(".", 1)[0] or k.startswith(name + ".asp?")), name)
        tell = (lambda line: print(f"{name}: {line}")) if "-v" in sys.argv else (lambda line: None)
        for kind in ATTRIBUTES:
            compare(kind, truth, documents.get(key, []), tally, tell)
    for name, count in sorted(tally.items()):
        print(f"{name:24} {count}")


if __name__ == "__main__":
    main()
