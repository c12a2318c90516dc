#!/usr/bin/env python3
"""Score text extractors on the files of make.py.  score.py [BELAEG] [--cmd 'CMD {}'] [--only SUBSTR] [--strict] [--keep DIR]

CER against truth/NAME.txt, or the nearest of it and truth/NAME.alt*.txt where a careful typist has a choice of order (--strict: NAME.txt alone).
Columns show the engines as they are; `best` (and so `!!`) lets the others drop the lines of truth/NAME.furniture (headers, footers) where that file exists.
"""
import argparse, glob, json, os, re, shlex, subprocess, sys, unicodedata
from concurrent.futures import ThreadPoolExecutor
from rapidfuzz.distance import Levenshtein
HERE = os.path.dirname(os.path.abspath(__file__))
PY = sys.executable

def norm(s):
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", s)).strip()

def run(args, timeout=300):
    try:
        p = subprocess.run(args, capture_output=True, timeout=timeout, cwd=HERE)
        return p.stdout.decode("utf-8", "replace"), p.returncode, p.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return "", -1, "timeout"

OXIDE = r'''
import sys, json, pdf_oxide
f = sys.argv[1]
d = pdf_oxide.PdfDocument(f)
try: n = d.page_count()
except TypeError: n = d.page_count
out = {}
def mode(name, fn):
    try: out[name] = fn()
    except BaseException as e: out[name] = None
def pages(fn): return "\n".join(fn(i) or "" for i in range(n))
mode("extract_text", lambda: pages(d.extract_text))
mode("plain", lambda: pages(d.to_plain_text))
mode("auto", lambda: pages(lambda i: d.extract_text_auto(i) if isinstance(d.extract_text_auto(i), str) else d.extract_text_auto(i).text))
mode("lines", lambda: pages(lambda i: "\n".join(l.text for l in d.extract_text_lines(i))))
mode("words", lambda: pages(lambda i: " ".join(w.text for w in d.extract_words(i))))
print(json.dumps(out))
'''

def oxide(f):
    o, rc, err = run([PY, "-c", OXIDE, f])
    try: return {k: v for k, v in json.loads(o.splitlines()[-1]).items() if v}
    except Exception: return {}

def belaeg(binary, f):
    o, rc, err = run([binary, "extract", "--json", f])
    try: d = json.loads(o.splitlines()[0])
    except Exception: return "", [], [err.strip()[:120] or f"rc {rc}"]
    rows = [[c.get("text", "") for c in r] for t in d.get("tables") or [] for r in t["rows"]]
    return d.get("text") or "", rows, [w.get("cause", "?") if isinstance(w, dict) else str(w) for w in d.get("warnings") or []]

def rows_found(tables, text, rows=()):
    """A row counts when label and cells stand in order, with nothing but blanks or bars between, in one line or one table row."""
    lines = [" " + norm(l).replace(" | ", " ") + " " for l in text.splitlines()]
    lines += [" " + norm(" ".join(r)) + " " for r in rows]
    good = total = 0; missing = []
    for t in tables:
        for r in t["rows"]:
            total += 1
            want = re.compile(r"(?<!\w)" + r"[\s|]+".join(re.escape(norm(c)) for c in [r["label"], *r["cells"]] if c.strip()) + r"(?![\w,.%]*\d)")
            if any(want.search(l) for l in lines): good += 1
            else: missing.append(r["label"])
    return good, total, missing

def cer(truths, text):
    n = norm(text)
    return min(Levenshtein.distance(t, n, score_hint=max(31, len(t) // 20)) / max(1, len(t)) for t in truths)

def one(name, a):
    f = f"{HERE}/files/{name}.pdf"
    tf = [f"{HERE}/truth/{name}.txt"] + ([] if a.strict else sorted(glob.glob(f"{HERE}/truth/{name}.alt*.txt")))
    truths = [norm(open(t, encoding="utf-8").read()) for t in tf]
    tp = f"{HERE}/truth/{name}.tables.json"
    tables = json.load(open(tp, encoding="utf-8")) if os.path.exists(tp) else []
    texts = {"pdftotext": run(["pdftotext", f, "-"])[0], "layout": run(["pdftotext", "-layout", f, "-"])[0],
             "mutool": run(["mutool", "draw", "-q", "-F", "txt", f])[0]}
    ox = oxide(f)
    for c in a.cmd:
        args = [p.replace("{}", f) for p in shlex.split(c)]
        if "{}" not in c: args.append(f)
        texts["cmd:" + os.path.basename(args[0])] = run(args)[0]
    cers = {k: cer(truths, v) for k, v in texts.items()}
    if ox:
        per = {k: cer(truths, v) for k, v in ox.items()}
        best = min(per, key=per.get); cers["oxide"] = per[best]; texts["oxide"] = ox[best]
    else: cers["oxide"] = 1.0; texts["oxide"] = ""
    raw = dict(cers)
    if os.path.exists(f"{HERE}/truth/{name}.furniture"):   # what they would reach with headers and footers taken off
        pats = re.compile("|".join(f"(?:{l})" for l in open(f"{HERE}/truth/{name}.furniture", encoding="utf-8").read().splitlines()))
        off = lambda t: "\n".join(l for l in t.replace("\f", "\n").splitlines() if not pats.fullmatch(l.strip()))
        for k, v in texts.items():
            cers[k] = min(cers[k], cer(truths, off(v)))
    btext, brows, warn = belaeg(a.belaeg, f)
    if a.keep:
        os.makedirs(a.keep, exist_ok=True)
        for k, v in {**texts, "belaeg": btext}.items():
            open(f"{a.keep}/{name}.{k.replace('/', '_')}.txt", "w").write(v)
    mine = cer(truths, btext)
    g, n, missing = rows_found(tables, btext, brows)
    others = {k: rows_found(tables, v)[0] for k, v in texts.items()}
    return dict(name=name, cers=cers, raw=raw, best=min(cers.values()), who=min(cers, key=cers.get), belaeg=mine, rows=(g, n), orows=max(others.values()), orwho=max(others, key=others.get), missing=missing, warn=warn)

def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("belaeg", nargs="?", default="target/release/belaeg", type=os.path.abspath)
    ap.add_argument("--cmd", action="append", default=[], help="further engine: a command that prints the text; {} or the last argument is the file")
    ap.add_argument("--only", default=""); ap.add_argument("--strict", action="store_true", help="one truth only, no .alt files")
    ap.add_argument("--keep", help="folder for the texts of all engines"); ap.add_argument("--missing", action="store_true")
    a = ap.parse_args()
    names = [n for n in sorted(os.path.basename(p)[:-4] for p in glob.glob(f"{HERE}/files/*.pdf")) if a.only in n]
    with ThreadPoolExecutor(2) as ex: res = list(ex.map(lambda n: one(n, a), names))
    if not res: sys.exit("no files")
    eng = list(res[0]["cers"])
    print(f"   {'file':34}" + "".join(f"{e[:10]:>11}" for e in eng) + f"{'best':>8}{'belaeg':>8}  {'rows':>7} {'others':>7}")
    for r in res:
        mark = "!!" if r["belaeg"] > r["best"] + 5e-5 else "  "
        rm = "!" if r["rows"][0] < r["orows"] else ""
        rows = f"{r['rows'][0]}/{r['rows'][1]}{rm}" if r["rows"][1] else "-"
        print(f"{mark} {r['name']:34}" + "".join(f"{r['raw'][e]:11.4f}" for e in eng) + f"{r['best']:8.4f}{r['belaeg']:8.4f}  {rows:>7} {(str(r['orows'])+' '+r['orwho'][:6]) if r['rows'][1] else '':>9}"
              + (f"  [{','.join(sorted(set(r['warn'])))}]" if r["warn"] else ""))
        if a.missing and r["missing"]: print("      missing:", "; ".join(r["missing"][:8]))
    n = len(res)
    med = lambda v: sorted(v)[len(v) // 2]
    print("\nsummary over", n, "files (mean / median CER; files with CER < 1 %)")
    for e in eng + ["best", "belaeg"]:
        v = [r["raw"][e] if e in r["raw"] else r[e] for r in res]
        print(f"  {e:14} {sum(min(x, 1) for x in v)/n:7.4f} {med(v):7.4f}  {sum(x < .01 for x in v)}/{n}")
    worse = [r for r in res if r["belaeg"] > r["best"] + 5e-5]
    print(f"belaeg worse than the best of the others: {len(worse)}/{n}:", ", ".join(f"{r['name']} ({r['belaeg']:.3f}>{r['best']:.3f} {r['who']})" for r in worse))
    g, t = sum(r["rows"][0] for r in res), sum(r["rows"][1] for r in res)
    print(f"table rows: belaeg {g}/{t}; best of the others, file by file {sum(r['orows'] for r in res)}/{t}")
    print("belaeg below others in rows:", ", ".join(f"{r['name']} ({r['rows'][0]}<{r['orows']})" for r in res if r["rows"][0] < r["orows"]))
if __name__ == "__main__": main()
