#!/usr/bin/env python3
import logging; logging.disable(logging.WARNING)
import io, json, os, re, subprocess, sys, shutil, tempfile, hashlib
os.environ.setdefault("SOURCE_DATE_EPOCH", "1620000000")
from reportlab.pdfgen import canvas
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
import pikepdf, pyphen
from pikepdf import Name, Dictionary, Array, Stream, Pdf
from fontTools.ttLib import TTFont as FT
from fontTools import subset
HERE = os.path.dirname(os.path.abspath(__file__))
L = "/usr/share/fonts/truetype/liberation/Liberation"
DV = "/usr/share/fonts/truetype/dejavu/DejaVu"
for n, p in {"Sans": L+"Sans-Regular", "SansB": L+"Sans-Bold", "SansI": L+"Sans-Italic", "Serif": L+"Serif-Regular", "SerifB": L+"Serif-Bold",
             "DV": DV+"Sans", "DVB": DV+"Sans-Bold", "DVS": DV+"Serif", "Lato": "/usr/share/fonts/truetype/lato/Lato-Regular",
             "LatoB": "/usr/share/fonts/truetype/lato/Lato-Bold"}.items():
    pdfmetrics.registerFont(TTFont(n, p + ".ttf"))
HYPH = pyphen.Pyphen(lang="da_DK", left=3, right=3)
NB = "\u00a0"
W, H = A4

def sw(t, f, s): return pdfmetrics.stringWidth(t, f, s)

def wrap(text, font, size, width, hyph=False, width_of=None, first=None, mark="-"):
    """Lines of `text`, broken at plain blanks only; with hyph also inside words (mark at the line's end). width may be f(line number)."""
    wd = width_of or (lambda t: sw(t, font, size))
    lim = width if callable(width) else (lambda i: width)
    out, line = [], ""
    for word in text.split(" "):
        while True:
            t = f"{line} {word}" if line else word
            if wd(t) <= lim(len(out)): line = t; break
            if hyph and re.fullmatch(r"[A-Za-zæøåÆØÅé]{7,}[.,;:]?", word):
                cut = None
                for pos in HYPH.positions(word.rstrip(".,;:")):
                    t = (f"{line} " if line else "") + word[:pos] + mark
                    if wd(t) <= lim(len(out)): cut = pos
                if cut:
                    out.append((f"{line} " if line else "") + word[:cut] + mark); word = word[cut:]; line = ""
                    continue
            if line: out.append(line); line = ""
            else: out.append(word); word = None; break
        if word is None: line = ""
    if line: out.append(line)
    return out

class Pen:
    """A reportlab page with a few verbs; text is only what is drawn, truth is written apart."""
    def __init__(self, name, size=A4, compress=1, title=None):
        self.name = name; self.path = f"{HERE}/files/{name}.pdf"
        self.c = canvas.Canvas(self.path, pagesize=size, invariant=1, pageCompression=compress)
        if title: self.c.setTitle(title)
    def text(self, x, y, t, f="Sans", s=10.5, cs=0, ws=0):
        o = self.c.beginText(x, y); o.setFont(f, s)
        if cs: o.setCharSpace(cs)
        if ws: o.setWordSpace(ws)
        o.textOut(t)
        if cs: o.setCharSpace(0)
        if ws: o.setWordSpace(0)
        self.c.drawText(o)
    def right(self, x, y, t, f="Sans", s=10.5): self.text(x - sw(t, f, s), y, t, f, s)
    def center(self, x, y, t, f="Sans", s=10.5): self.text(x - sw(t, f, s)/2, y, t, f, s)
    def lines(self, ls, x, y, f="Sans", s=10.5, lead=None, w=None, justify=False):
        lead = lead or s*1.35
        for i, l in enumerate(ls):
            if justify and i < len(ls)-1:
                ws_ = l.split(" "); gap = (w - sum(sw(v, f, s) for v in ws_)) / max(1, len(ws_)-1); cx = x
                for v in ws_: self.text(cx, y, v, f, s); cx += sw(v, f, s) + gap
            else: self.text(x, y, l, f, s)
            y -= lead
        return y
    def para(self, t, x, y, w, f="Sans", s=10.5, lead=None, hyph=False, justify=False, gap=7, mark="-"):
        return self.lines(wrap(t, f, s, w, hyph, mark=mark), x, y, f, s, lead, w, justify) - gap
    def done(self): self.c.showPage(); self.c.save()
    def page(self): self.c.showPage()

class Truth:
    def __init__(self): self.b = []; self.t = []
    def p(self, *ts): self.b += [t.replace("\u00ad", "") for t in ts]; return self
    def rows(self, rows, head=1, figures=True, collect=None):
        """A table: rows of cells, the first `head` of them heads."""
        self.b.append("\n".join("\t".join(c.replace("\n", " ") for c in r) for r in rows))
        if figures:
            self.t.append({"head": [[c.replace("\n", " ") for c in r] for r in rows[:head]],
                           "rows": [{"label": r[0].replace("\n", " "), "cells": [c.replace("\n", " ") for c in r[1:]]} for r in rows[head:]]})
        return self
    def text(self): return "\n\n".join(self.b) + "\n"

def write(name, truth, *alts):
    open(f"{HERE}/truth/{name}.txt", "w", encoding="utf-8").write(truth.text())
    for i, a in enumerate(alts, 1): open(f"{HERE}/truth/{name}.alt{i}.txt", "w", encoding="utf-8").write(a.text())
    if truth.t: json.dump(truth.t, open(f"{HERE}/truth/{name}.tables.json", "w", encoding="utf-8"), ensure_ascii=False, indent=1)

def weasy(name, html, **kw):
    from weasyprint import HTML
    HTML(string=f'<html lang="da"><meta charset="utf-8">{html}</html>', base_url=HERE).write_pdf(f"{HERE}/files/{name}.pdf", pdf_identifier=name.encode(), **kw)

def office(name, html, tagged=False):
    d = tempfile.mkdtemp(dir=HERE, prefix=".lo")
    open(f"{d}/{name}.html", "w", encoding="utf-8").write(f'<html lang="da-DK"><head><meta charset="utf-8"></head>{html}</html>')
    opt = ':{"UseTaggedPDF":{"type":"boolean","value":"%s"},"ReduceImageResolution":{"type":"boolean","value":"false"}}' % ("true" if tagged else "false")
    subprocess.run(["soffice", f"-env:UserInstallation=file://{HERE}/.loprofile", "--headless", "--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export" + opt,
                    "--outdir", d, f"{d}/{name}.html"], check=True, capture_output=True, timeout=180)
    with Pdf.open(f"{d}/{name}.pdf") as p:
        for k in ("/CreationDate", "/ModDate"):
            if k in p.docinfo: p.docinfo[k] = "D:20210505120000Z"
        for k in ("/DocChecksum", "/ID"):
            if k in p.trailer: del p.trailer[k]
        p.save(f"{HERE}/files/{name}.pdf", deterministic_id=True)
    shutil.rmtree(d)

class CidFont:
    """A whole TrueType font as Type0/Identity-H, written by hand."""
    def __init__(self, path, text, ligatures=False, tounicode=True, cmap=True, names=False, lig_as_char=False):
        o = subset.Options(); o.glyph_names = names; o.layout_features = []; o.notdef_outline = True; o.hinting = False; o.legacy_cmap = True
        f = FT(path); s = subset.Subsetter(o)
        s.populate(text=text + (" \ufb01\ufb02" if ligatures else " ")); s.subset(f)
        self.cm = f.getBestCmap(); self.order = f.getGlyphOrder(); self.gid = {n: i for i, n in enumerate(self.order)}
        self.upm = f["head"].unitsPerEm; self.adv = [f["hmtx"][n][0] for n in self.order]
        self.f, self.lig, self.tou, self.lig_as_char = f, ligatures, tounicode, lig_as_char
        if not cmap: del f["cmap"]
        for t in ("GSUB", "GPOS", "GDEF"):
            if t in f: del f[t]
        b = io.BytesIO(); f.save(b, reorderTables=None); self.data = b.getvalue()
        self.ps = f["name"].getDebugName(6) if "name" in f else "F"
    def gids(self, t):
        if self.lig: t = t.replace("fi", "\ufb01").replace("fl", "\ufb02")
        return [self.gid[self.cm[ord(c)]] for c in t]
    def hex(self, t): return "<" + "".join(f"{g:04X}" for g in self.gids(t)) + ">"
    def width(self, t, s): return sum(self.adv[g] for g in self.gids(t)) * s / self.upm
    def obj(self, pdf):
        k = 1000/self.upm
        ff = Stream(pdf, self.data); ff[Name("/Length1")] = len(self.data)
        fd = pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=Name("/AAAAAA+" + self.ps), Flags=4, FontBBox=[-200, -250, 1200, 1000], ItalicAngle=0,
            Ascent=905, Descent=-212, CapHeight=700, StemV=80, FontFile2=pdf.make_indirect(ff)))
        cid = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/AAAAAA+" + self.ps), CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            FontDescriptor=fd, CIDToGIDMap=Name.Identity, DW=500, W=Array([0, Array([round(a*k) for a in self.adv])])))
        d = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/AAAAAA+" + self.ps), Encoding=Name("/Identity-H"), DescendantFonts=[cid])
        if self.tou:
            rev = {}
            for u, n in self.cm.items(): rev.setdefault(self.gid[n], u)
            for u in (32, 45):
                if u in self.cm: rev[self.gid[self.cm[u]]] = u
            ls = []
            for g, u in sorted(rev.items()):
                t = {0xfb01: "fi", 0xfb02: "fl"}.get(u, chr(u)) if not self.lig_as_char else chr(u)
                ls.append(f"<{g:04X}> <{t.encode('utf-16-be').hex().upper()}>")
            body = "".join(f"{len(ls[i:i+100])} beginbfchar\n" + "\n".join(ls[i:i+100]) + "\nendbfchar\n" for i in range(0, len(ls), 100))
            d[Name.ToUnicode] = pdf.make_indirect(Stream(pdf, ("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + body + "endcmap end end").encode()))
        return pdf.make_indirect(d)

def raw(name, pages, fonts, size=A4):
    """pages: content strings; fonts: name -> object with .obj(pdf) or a dict."""
    pdf = Pdf.new()
    fo = Dictionary({f"/{k}": (v.obj(pdf) if hasattr(v, "obj") else pdf.make_indirect(v)) for k, v in fonts.items()})
    for c in pages:
        pdf.add_blank_page(page_size=size); pg = pdf.pages[-1]
        pg.Resources = Dictionary(Font=fo); pg.Contents = pdf.make_indirect(Stream(pdf, c.encode("latin-1")))
    pdf.save(f"{HERE}/files/{name}.pdf", deterministic_id=True)

def edit(name, fn, **kw):
    """Open files/NAME.pdf, change it, save it back."""
    p = f"{HERE}/files/{name}.pdf"
    with Pdf.open(p, allow_overwriting_input=True) as pdf:
        fn(pdf); kw.setdefault("deterministic_id", True); pdf.save(p, **kw)

def lit(t):
    """A literal PDF string in WinAnsi."""
    b = t.encode("cp1252"); out = ""
    for c in b: out += "\\" + chr(c) if chr(c) in "()\\" else chr(c) if 32 <= c < 127 else f"\\{c:03o}"
    return "(" + out + ")"

def furniture_of(name, *patterns):
    """Lines of page furniture, one pattern a line: score.py takes them from the other engines' text for a second, fair count."""
    open(f"{HERE}/truth/{name}.furniture", "w", encoding="utf-8").write("\n".join(patterns) + "\n")
