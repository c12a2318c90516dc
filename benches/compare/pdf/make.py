#!/usr/bin/env python3
"""Writes files/*.pdf, truth/*.txt and truth/*.tables.json. make.py [SUBSTR of the names to make]"""
import sys
from lib import *
from prose import Prose, OMR, K, MONTHS, UDV
MAKERS = {}
def file(name):
    def deco(f): MAKERS[name] = f; return f
    return deco
X = 62; CW = W - 2*X

def address(i=0):
    return [["Jens Ærø Holm", "Møllevænget 14, 2. th.", "9999 Eksempelby"], ["Foreningen Blåbærhuset", "Att.: Åse Sørensen", "Østergade 3", "9998 Prøvestrup"]][i]

def pct_rows(pr, labels, n, unit=" %"):
    return [[l] + [f"{pr.r.randint(2, 96)}{NB}%" if unit else f"{pr.r.randint(2,96)},{pr.r.randint(0,9)}" for _ in range(n)] for l in labels]

def table_rl(pn, x, y, rows, right, f="Sans", s=10, lead=17, order="row", rules=False, headfont="SansB", label_w=None, head=1):
    """First column left at x, the others right-aligned at right[]."""
    ops = []
    for i, r in enumerate(rows):
        for j, cell in enumerate(r): ops.append((i, j, cell))
    if order == "col": ops.sort(key=lambda o: (o[1], o[0]))
    for i, j, cell in ops:
        ff = headfont if i < head else f; yy = y - i*lead
        if j == 0: pn.text(x, yy, cell, ff, s)
        else: pn.right(right[j-1], yy, cell, ff, s)
    if rules:
        pn.c.setLineWidth(.5); top = y + lead*.72; bot = y - (len(rows)-1)*lead - lead*.28
        for i in range(len(rows)+1): pn.c.line(x-4, top - i*lead, right[-1]+4, top - i*lead)
        for xx in [x-4] + [v+4 for v in ([right[0]-60] + right)][0:]: pn.c.line(xx, top, xx, bot)
    return y - len(rows)*lead

@file("01-brev")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80
    a = address(); y = pn.lines(a, X, y, "Serif", 11.5); T.p("\n".join(a))
    y -= 20; d = "Eksempelby, den 14. juni 2023"; pn.right(W-X, y, d, "Serif", 11.5); T.p(d); y -= 36
    h = "Afgørelse i sagen om tabt arbejdsfortjeneste"; pn.text(X, y, h, "SerifB", 13); T.p(h); y -= 26
    for t in ["Kære Jens Ærø Holm", *pr.paras(5), "Du kan klage inden fire uger, fra du har fået brevet. Klagen skal sendes til Eksempelby Kommune, som vurderer sagen på ny, før den går videre til Ankestyrelsen.", "Venlig hilsen"]:
        y = pn.para(t, X, y, CW, "Serif", 11.5); T.p(t)
    y -= 26; s = ["Line Kjær", "Socialrådgiver, Børne- og Familieafdelingen"]; pn.lines(s, X, y, "Serif", 11.5); T.p("\n".join(s)); pn.done(); write(n, T)

@file("02-brev-sidespalte")
def _(n):
    pr = Prose(n); pn = Pen(n); w = 330; bx = 430; y = H-90
    a = address(1); h = "Høringssvar om budget 2024"; ps = pr.paras(7, 3); greet = "Kære Åse Sørensen"; bye = ["Venlig hilsen", "Mads Østergård", "Konsulent"]
    box = ["Økonomi og Analyse", "Rådhuspladsen 1", "9999 Eksempelby", "Telefon 99 99 00 00", "oekonomi@eksempelby.example", "Sagsnr. 23/004512", "Dokumentnr. 118-23", "Ref.: Mads Østergård", "Den 3. maj 2023"]
    y = pn.lines(a, X, y) - 26; pn.text(X, y, h, "SansB", 13); y -= 24; y = pn.para(greet, X, y, w); y = pn.para(ps[0], X, y, w); y = pn.para(ps[1], X, y, w)
    pn.lines(box, bx, H-90, "Sans", 8.5, 12)                        # the box comes here in the stream
    for p in ps[2:]: y = pn.para(p, X, y, w)
    pn.lines(bye, X, y); pn.done()
    A, B = ["\n".join(a)], "\n".join(box); body = [h, greet, *ps, "\n".join(bye)]
    mk = lambda *b: Truth().p(*b)
    write(n, mk(*A, *body, B), mk(*A, B, *body), mk(B, *A, *body), mk(*A, *body))

def two_cols(n, rowwise):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Ny plan for " + pr.r.choice(OMR); pn.text(X, y, h, "SansB", 16); T.p(h); y -= 34
    w = (CW-24)/2; ls = []
    ps = pr.paras(9, 4)
    for p in ps:
        T.p(p); ls += wrap(p, "Sans", 10, w) + [None]
    if not rowwise: per = 46
    else: per = 46
    cols = [ls[:per], ls[per:per*2]]; assert len(ls) <= per*2, len(ls)
    def at(i, j):
        if j < len(cols[i]) and cols[i][j] is not None: pn.text(X + i*(w+24), y - j*14, cols[i][j], "Sans", 10)
    if rowwise:
        for j in range(per): at(0, j); at(1, j)
    else:
        for i in (0, 1):
            for j in range(per): at(i, j)
    pn.done(); write(n, T)
@file("03-to-spalter")
def _(n): two_cols(n, False)
@file("04-to-spalter-raekkevis")
def _(n): two_cols(n, True)

@file("05-nyhedsbrev-tre-spalter")
def _(n):
    pr = Prose(n); T = Truth(); h = "Nyt fra Prøvestrup Kommune: Flere får svar til tiden"; sub = "Nyhedsbrev for borgere og foreninger, maj 2022"; T.p(h, sub); b = ""
    for head in ("Sagsbehandlingen er blevet hurtigere", "Byens nye bibliotek åbner til efteråret", "Vi sorterer mere"):
        ps = pr.paras(3, 3); T.p(head, *ps); b += f"<h2>{head}</h2>" + "".join(f"<p>{p}</p>" for p in ps)
    weasy(n, f"<style>@page{{size:A4;margin:18mm}}body{{font:10pt Lato}}h1{{font-size:23pt;margin:0}}.c{{columns:3;column-gap:7mm;column-fill:balance}}h2{{font-size:12pt;margin:.4em 0}}p{{margin:0 0 .6em}}</style><h1>{h}</h1><p><i>{sub}</i></p><div class=c>{b}</div>"); write(n, T)

def minutes(n, pr):
    """Body of minutes with ruled tables: html and truth."""
    T = Truth(); b = ""
    def p(t, tag="p"):
        nonlocal b; b += f"<{tag}>{t}</{tag}>"; T.p(t)
    def tab(rows, figures=True):
        nonlocal b; T.rows(rows, 1, figures)
        b += '<table border="1" cellspacing="0" cellpadding="4" width="100%">' + "".join("<tr>" + "".join(f"<{'th' if i == 0 else 'td'} align=\"{'left' if j == 0 else 'right'}\">{c}</{'th' if i == 0 else 'td'}>" for j, c in enumerate(r)) + "</tr>" for i, r in enumerate(rows)) + "</table>"
    p("Referat fra mødet i Socialudvalget den 5. maj 2021", "h1"); p("Til stede: Åse Sørensen (formand), Ole Bæk, Lærke Nørgaard og Jens Ærø Holm. Afbud: Ida Ågård.")
    p("1. Godkendelse af dagsorden", "h2"); p("Dagsordenen blev godkendt.")
    p("2. Ankestyrelsens afgørelser 2020", "h2"); p(pr.para(3, "klage"))
    tab([["Område", "Antal sager", "Stadfæstet", "Omgjort"], *[[l, str(pr.r.randint(12, 99)), *(lambda v: (f"{v}{NB}%", f"{100-v}{NB}%"))(pr.r.randint(40, 85))] for l in ("Børnehandicap", "Voksenhandicap", "Førtidspension", "Merudgifter, § 100", "Hjælpemidler")]])
    p("Udvalget tog orienteringen til efterretning."); p("3. Budgetopfølgning pr. 31. marts", "h2"); p(pr.para(3, "budget"))
    tab([["1.000 kr.", "Budget", "Forbrug", "Afvigelse"], *[[l, f"{pr.r.randint(10, 99)}.{pr.r.randint(100, 999)}", f"{pr.r.randint(10, 99)}.{pr.r.randint(100, 999)}", f"{pr.r.choice('-+')}{pr.r.randint(100, 999)}"] for l in ("Myndighed", "Botilbud", "Støtte i eget hjem", "I alt")]])
    p("Beslutning: Indstillingen blev tiltrådt. Lærke Nørgaard tog forbehold."); p("4. Eventuelt", "h2"); p(pr.para(3, "sundhed")); p("Mødet sluttede kl. 18.40.")
    return b, T
@file("06-referat-tabel-libreoffice")
def _(n): b, T = minutes(n, Prose(n)); office(n, f"<body style='font-family:Liberation Serif;font-size:11pt'>{b}</body>"); write(n, T)
@file("06b-referat-tabel-weasyprint")
def _(n): b, T = minutes(n, Prose(n)); weasy(n, "<style>@page{size:A4;margin:22mm}body{font:10.5pt Liberation Sans}table{border-collapse:collapse;width:100%}td,th{border:.6pt solid #000}h1{font-size:17pt}h2{font-size:12pt}</style>" + b); write(n, T)
@file("06c-referat-tabel-tagget")
def _(n): b, T = minutes(n, Prose(n)); office(n, f"<body style='font-family:Liberation Sans;font-size:10pt'>{b}</body>", tagged=True); write(n, T)

LAB = ["Børnehandicap", "Voksenhandicap", "Sygedagpenge", "Førtidspension", "Hjemmehjælp", "Anbringelser", "Hjælpemidler og biler", "Støtte i eget hjem"]
@file("07-tabel-uden-streger")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Omgørelsesprocenter fordelt på områder"; pn.text(X, y, h, "SansB", 14); T.p(h); y -= 26
    p = pr.para(4, "klage"); y = pn.para(p, X, y, CW); T.p(p); c = "Tabel 1. Andel omgjorte afgørelser 2019-2022"; pn.text(X, y-4, c, "SansB"); T.p(c); y -= 26
    rows = [["Område", "2019", "2020", "2021", "2022"]] + pct_rows(pr, LAB, 4); y = table_rl(pn, X, y, rows, [300, 370, 440, 510]) - 10; T.rows(rows)
    p = pr.para(4, "klage"); y = pn.para(p, X, y, CW); T.p(p); c = "Tabel 2. Udgifter, mio. kr."; pn.text(X, y-4, c, "SansB"); T.p(c); y -= 26
    rows = [["Område", "Budget", "Regnskab", "Afvigelse"]] + [[l, f"{pr.r.randint(1,300)},{pr.r.randint(0,9)}", f"{pr.r.randint(1,300)},{pr.r.randint(0,9)}", f"-{pr.r.randint(0,9)},{pr.r.randint(0,9)}"] for l in LAB[:5]]
    y = table_rl(pn, X, y, rows, [330, 420, 510]) - 10; T.rows(rows); p = pr.para(3, "budget"); pn.para(p, X, y, CW); T.p(p); pn.done(); write(n, T)

@file("08-tabel-kolonnevis")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Nøgletal for Prøvestrup Kommune"; pn.text(X, y, h, "SansB", 14); T.p(h); y -= 26
    p = pr.para(4); y = pn.para(p, X, y, CW); T.p(p); y -= 10
    rows = [["Nøgletal", "2020", "2021", "2022", "Mål 2024"]] + [[l] + [f"{pr.r.randint(1,60)},{pr.r.randint(0,9)}" for _ in range(4)] for l in ["Kommuneskat, pct.", "Grundskyld, promille", "Sygefravær, pct.", "Ledighed, pct.", "Elevfravær, pct.", "Genanvendelse, pct.", "Børn pr. pædagog"]]
    y = table_rl(pn, X, y, rows, [290, 360, 430, 510], order="col") - 10; T.rows(rows); p = pr.para(4); pn.para(p, X, y, CW); T.p(p); pn.done(); write(n, T)

COMP = ["Sagen behandles efter reglerne om børne- og ungeområdet, ikke efter reglerne om social- og sundhedsområdet.", "Teknik- og Miljøudvalget samt Kultur- og Fritidsudvalget har drøftet ind- og udskoling.",
        "Der er både for- og ulemper ved ordningen for 0-17-årige og 18-24-årige.", "Forældre- og medarbejdertilfredsheden måles hvert andet år i alle dag- og fritidstilbud."]
@file("09-orddeling")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Orientering om tilsyn"; pn.text(X, y, h, "SansB", 14); T.p(h); y -= 26
    for i, p in enumerate(pr.paras(8, 4)):
        p += " " + COMP[i % 4]; T.p(p); y = pn.para(p, X, y, [300, 260, 330, 280][i % 4], "Serif", 11, hyph=True, lead=13.4)
        if y < 140: pn.page(); y = H-80
    pn.done(); write(n, T)
@file("09b-orddeling-weasyprint")
def _(n):
    pr = Prose(n); T = Truth(); ps = [p + " " + COMP[i % 4] for i, p in enumerate(pr.paras(8, 4))]; T.p("Tilsynsrapport for plejehjemmet Ærøgården", *ps)
    weasy(n, f"<style>@page{{size:A4;margin:22mm}}body{{font:11pt Liberation Serif;hyphens:auto;width:105mm;text-align:justify}}h1{{font-size:16pt;hyphens:none;text-align:left}}</style><h1>{T.b[0]}</h1>" + "".join(f"<p>{p}</p>" for p in ps)); write(n, T)
@file("09c-orddeling-bloed")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Notat om orddeling i fagsystemet"; pn.text(X, y, h, "DVB", 14); T.p(h); y -= 26
    for i, p in enumerate(pr.paras(6, 4)):
        p += " " + COMP[i % 4]; T.p(p); y = pn.para(p, X, y, [300, 260, 330, 280][i % 4], "DV", 10, hyph=True, lead=13.4, mark="\u00ad")
    pn.done(); write(n, T)

def cid_doc(n, path, **kw):
    pr = Prose(n); T = Truth(); h = "Svar på borgerhenvendelse"; ps = pr.paras(7, 4); T.p(h, *ps)
    f = CidFont(path, h + "".join(ps), **kw); y = H-80; o = [f"BT /F1 16 Tf 1 0 0 1 {X} {y} Tm {f.hex(h)} Tj ET"]; y -= 30
    for p in ps:
        for l in wrap(p, None, 11, CW, width_of=lambda t: f.width(t, 11)): o.append(f"BT /F1 11 Tf 1 0 0 1 {X} {y:.2f} Tm {f.hex(l)} Tj ET"); y -= 15
        y -= 8
    raw(n, ["\n".join(o)], {"F1": f}); write(n, T)
@file("10-cid-uden-tounicode")
def _(n): cid_doc(n, L + "Sans-Regular.ttf", tounicode=False)
@file("10b-cid-kun-glyfnavne")
def _(n): cid_doc(n, DV + "Serif.ttf", tounicode=False, cmap=False, names=True)

@file("11-winansi-uden-tounicode")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Opfølgning på høringen – § 50-undersøgelser"; pn.text(X, y, h, "Helvetica-Bold", 14); T.p(h); y -= 26
    for p in pr.paras(6, 4) + ["Citat: »Vi er glade for, at caféen på Ærø får lov til at blive,« siger formanden – og tilføjer, at prisen på 1.250 € er rimelig. “Tak,” sagde én."]: y = pn.para(p, X, y, CW, "Helvetica", 11); T.p(p)
    pn.done()
    def embed(pdf):
        for k, fnt in list(pdf.pages[0].Resources.Font.items()):
            path = L + ("Sans-Bold.ttf" if "Bold" in str(fnt.BaseFont) else "Sans-Regular.ttf"); o = subset.Options(); o.hinting = False; ft = FT(path); s = subset.Subsetter(o)
            s.populate(text=h + "".join(T.b)); s.subset(ft); b = io.BytesIO(); ft.save(b); data = b.getvalue(); ff = Stream(pdf, data); ff[Name("/Length1")] = len(data)
            full = FT(path); cm = full.getBestCmap(); ws = []
            for c in range(32, 256):
                try: u = ord(bytes([c]).decode("cp1252"))
                except UnicodeDecodeError: u = 32
                ws.append(round(full["hmtx"][cm.get(u, cm[32])][0] * 1000 / 2048))
            base = Name("/BBBBBB+" + full["name"].getDebugName(6))
            fnt.Subtype = Name.TrueType; fnt.BaseFont = base; fnt.FirstChar = 32; fnt.LastChar = 255; fnt.Widths = Array(ws); fnt.Encoding = Name.WinAnsiEncoding
            fnt.FontDescriptor = pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=base, Flags=32, FontBBox=[-200, -250, 1200, 1000], ItalicAngle=0, Ascent=905, Descent=-212, CapHeight=700, StemV=80, FontFile2=pdf.make_indirect(ff)))
    edit(n, embed); write(n, T)

@file("12-roteret-liggende-tabel")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); c = pn.c; c.translate(W, 0); c.rotate(90)          # page is upright at /Rotate -90 = 270... set below
    PW, PH = H, W; y = PH-60; h = "Bilag 3: Sagsbehandlingstider i kalenderdage"; pn.text(50, y, h, "SansB", 15); T.p(h); y -= 30
    rows = [["Område", *[str(v) for v in range(2014, 2023)]]] + [[l] + [str(pr.r.randint(9, 240)) for _ in range(9)] for l in LAB]
    y = table_rl(pn, 50, y, rows, [250 + 62*i for i in range(9)], s=11, lead=20, rules=True) - 14; T.rows(rows); p = pr.para(4, "klage"); pn.para(p, 50, y, PW-100, s=11); T.p(p); pn.done()
    edit(n, lambda pdf: pdf.pages[0].__setattr__("Rotate", 90)); write(n, T)

def turned(n, angle, rotate):
    pr = Prose(n); pn = Pen(n); T = Truth(); c = pn.c
    if angle == 90: c.translate(W, 0); PW, PH = H, W
    elif angle == 270: c.translate(0, H); PW, PH = H, W
    else: c.translate(W, H); PW, PH = W, H
    c.rotate(angle); y = PH-64; h = "Notat om " + pr.r.choice(OMR); pn.text(60, y, h, "SansB", 15); T.p(h); y -= 28
    for p in pr.paras(5 if PW > PH else 7, 4): y = pn.para(p, 60, y, PW-120, s=11); T.p(p)
    pn.done()
    if rotate: edit(n, lambda pdf: pdf.pages[0].__setattr__("Rotate", rotate))
    write(n, T)
@file("13-indhold-roteret-270")
def _(n): turned(n, 270, 270)
@file("13b-indhold-roteret-180")
def _(n): turned(n, 180, 180)
@file("13c-indhold-liggende-uden-rotate")
def _(n): turned(n, 90, 0)

def locked(n, **enc):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Fortroligt bilag til punkt 7"; pn.text(X, y, h, "SansB", 14); T.p(h); y -= 26
    for p in pr.paras(6, 4): y = pn.para(p, X, y, CW); T.p(p)
    pn.done(); write(n, T)
    edit(n, lambda pdf: None, encryption=pikepdf.Encryption(owner="ejer", user="", **enc), deterministic_id=False, static_id=True)
@file("14-krypteret-aes256")
def _(n): locked(n, R=6)
@file("15-krypteret-rc4")
def _(n): locked(n, R=3, aes=False, metadata=False)
@file("15b-krypteret-rc4-40")
def _(n): locked(n, R=2, aes=False, metadata=False)

def report(n, pages, unique):
    """A long report. unique: hardly a body line stands twice (sentences without figures carry a reference); else whole lines recur from page to page, as in reports put together from standard paragraphs."""
    pr = Prose(n); pn = Pen(n); T = Truth(); page = 1; y = H-90
    def furniture():
        pn.text(X, H-44, "Eksempelby Kommune", "Sans", 8.5); pn.right(W-X, H-44, "Kvalitetsrapport 2023", "Sans", 8.5); pn.c.line(X, H-50, W-X, H-50)
        t = f"Side {page} af {pages}"
        pn.text(X, 36, t, "Sans", 8.5) if page % 2 == 0 else pn.right(W-X, 36, t, "Sans", 8.5)
    furniture(); chap = 0
    def turn():
        nonlocal page, y
        pn.page(); page += 1; y = H-90; furniture()
    while page <= pages:
        if page == pages and y < 260: break
        if chap == 0 or pr.r.random() < .12:
            chap += 1; h = f"{chap}. " + pr.r.choice(["Klager over ", "Udviklingen på ", "Økonomien på ", "Tilsyn med ", "Brugertilfredshed på ", "Mål for "]) + pr.r.choice(OMR)
            if y < 160:
                if page == pages: break
                turn()
            y -= 8; pn.text(X, y, h, "SansB", 13); T.p(h); y -= 24
        if pr.r.random() < .06 and y > 330:
            rows = [["Område", "2020", "2021", "2022"]] + [[l] + [f"{pr.r.randint(1,60)},{pr.r.randint(0,9)}" for _ in range(3)] for l in pr.r.sample(LAB, 5)]
            y = table_rl(pn, X, y-6, rows, [340, 420, 500]) - 8; T.rows(rows)
        p = pr.para(pr.r.randint(3, 6))
        if unique:
            ss = re.split(r"(?<=\.) (?=[A-ZÆØÅ])", p)
            p = " ".join(t if re.search(r"\d", t) else f"{pr.r.choice(['Af', 'Som vist i', 'Ifølge', 'Jf.'])} bilag {pr.r.randint(1, 99)}, side {pr.r.randint(1, 400)}: {t}" for t in ss)
        T.p(p)
        for l in wrap(p, "Sans", 10.5, CW):
            if y < 72: turn()
            pn.text(X, y, l); y -= 14.2
        y -= 8
    assert page == pages, page
    pn.done(); write(n, T); furniture_of(n, r"Eksempelby Kommune", r"Kvalitetsrapport 2023", r"Eksempelby Kommune\s+Kvalitetsrapport 2023", rf"Side \d+ af {pages}")
@file("16-rapport-200-sider")
def _(n): report(n, 200, True)
@file("16b-rapport-40-sider-gentagne-linjer")
def _(n): report(n, 40, False)

@file("17-budgettabel-liggende-to-sider")
def _(n):
    pr = Prose(n); pn = Pen(n, landscape(A4)); T = Truth(); h = "Budget 2024-2027, driftsoversigt i 1.000 kr."; head = ["Politikområde", "R 2021", "R 2022", "B 2023", "B 2024", "BO 2025", "BO 2026", "BO 2027", "Ændring", "Pct."]
    right = [292 + 57*i for i in range(9)]; labels = ["Dagtilbud", "Folkeskoler", "Specialundervisning", "SFO og klubber", "Ungdomsskole", "Forebyggende indsatser", "Anbringelser", "Børnehandicap", "Tandpleje", "Sundhedspleje", "Hjemmepleje", "Plejehjem", "Genoptræning",
        "Hjælpemidler", "Botilbud, voksne", "Støtte i eget hjem", "Aktivitets- og samværstilbud", "Kontanthjælp", "Sygedagpenge", "Førtidspension", "Beskæftigelsesindsats", "Integration", "Veje og grønne områder", "Kollektiv trafik", "Vintertjeneste",
        "Natur og miljø", "Redningsberedskab", "Biblioteker", "Kultur og fritid", "Idrætsanlæg", "Administration", "Tjenestemandspensioner", "Renter", "Byrådet", "I alt"]
    num = lambda: f"{pr.r.randint(1, 480)}.{pr.r.randint(100, 999)}"
    rows = [[l, *[num() for _ in range(7)], f"{pr.r.choice(['', '-'])}{pr.r.randint(10, 999)}", f"{pr.r.choice(['', '-'])}{pr.r.randint(0,9)},{pr.r.randint(0,9)}"] for l in labels]
    for k, part in enumerate((rows[:19], rows[19:])):
        pn.text(50, H*0+W-24, "Prøvestrup Kommune · Bilag 1", "Sans", 8); pn.right(H-50, 22, f"Side {k+1}", "Sans", 8); y = W-60
        if k == 0: pn.text(50, y, h, "SansB", 14); y -= 28
        y = table_rl(pn, 50, y, [head] + part, right, s=9, lead=20, rules=True) - 10
        if k == 1: p = "Alle beløb er i løbende priser. Negative tal er mindreudgifter. " + pr.para(2, "budget"); pn.para(p, 50, y, H-100)
        pn.page()
    pn.c.save(); T.p(h).rows([head] + rows).p(p); furniture_of(n, r"Prøvestrup Kommune · Bilag 1", r"Side \d")
    T2 = Truth().p(h).rows([head] + rows[:19], 1).rows([head] + rows[19:], 1).p(p); write(n, T, T2)

@file("18-fodnoter")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); D = Truth(); notes_all = []; k = 0; y = H-80; h = "Redegørelse om klagesager"; pn.text(X, y, h, "SerifB", 15); T.p(h); D.p(h); y -= 28
    NOTES = ["Lov om social service, jf. lovbekendtgørelse nr. 1089 af 16. august 2023.", "Tallene er opgjort af Ankestyrelsen og omfatter kun realitetsbehandlede sager.", "Se også Social- og Sundhedsudvalgets referat fra 5. maj 2021, punkt 4.",
             "Omgjorte sager er summen af ændrede, ophævede og hjemviste sager.", "Prøvestrup Kommune indgår ikke i sammenligningen før 2018."]
    for pg in range(2):
        notes = []
        for i in range(5):
            ss = [pr.sent(["klage", "budget"][pg]) for _ in range(4)]; mark = None
            if i in (0, 2, 4) and k < 5: k += 1; mark = k; notes.append((k, NOTES[k-1]))
            # the mark stands after the second sentence
            full = " ".join(ss); tru = " ".join([ss[0], ss[1] + (str(mark) if mark else ""), *ss[2:]]); T.p(tru); D.p(tru)
            tagged = " ".join([ss[0], ss[1] + ("\u0001" if mark else ""), *ss[2:]])
            for l in wrap(tagged, "Serif", 11.5, CW, width_of=lambda t: sw(t.replace("\u0001", ""), "Serif", 11.5) + 4*t.count("\u0001")):
                if "\u0001" in l:
                    a, b = l.split("\u0001"); pn.text(X, y, a, "Serif", 11.5); xx = X + sw(a, "Serif", 11.5); pn.text(xx, y+4, str(mark), "Serif", 7); pn.text(xx + sw(str(mark), "Serif", 7), y, b, "Serif", 11.5) if b else None
                else: pn.text(X, y, l, "Serif", 11.5)
                y -= 15
            y -= 7
        yn = 110; pn.c.line(X, yn+14, X+150, yn+14)
        for num, t in notes: pn.text(X, yn+3, str(num), "Serif", 6); pn.text(X+5, yn, t, "Serif", 9); yn -= 13; T.p(f"{num} {t}"); notes_all.append(f"{num} {t}")
        pn.page(); y = H-80
    pn.c.save(); D.p(*notes_all); write(n, T, D)

@file("19-dobbelt-overskrift")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80
    def bold(t, s, glyphwise):
        if glyphwise:
            x = X
            for ch in t:
                pn.text(x, y, ch, "Sans", s); pn.text(x+.3, y, ch, "Sans", s); x += sw(ch, "Sans", s)
        else: pn.text(X, y, t, "Sans", s); pn.text(X+.3, y, t, "Sans", s)
        T.p(t)
    bold("Handleplan for børnehandicapområdet", 18, True); y -= 34
    for i, hh in enumerate(("Baggrund", "Økonomi og 11 anbefalinger", "Tilføjelse")):
        bold(hh, 12.5, i != 1); y -= 20
        for p in pr.paras(2, 3): y = pn.para(p, X, y, CW); T.p(p)
        y -= 6
    pn.done(); write(n, T)

@file("20-spatieret")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80
    pn.text(X, y, "R E F E R A T", "SansB", 18); T.p("REFERAT"); y -= 30; pn.text(X, y, "Børne- og Ungeudvalget", "Sans", 15, cs=3.2); T.p("Børne- og Ungeudvalget"); y -= 28
    for hh, cs in (("ORIENTERING", 4), ("BESLUTNING", 5.5), ("Åbne punkter", 2.4)):
        pn.text(X, y, hh, "SansB", 12, cs=cs); T.p(hh); y -= 20
        for p in pr.paras(2, 3): y = pn.para(p, X, y, CW); T.p(p)
        y -= 6
    t = "B I L A G  T I L  P U N K T  3"; pn.text(X, y, t, "Sans", 12); T.p("BILAG TIL PUNKT 3"); y -= 22
    p = pr.para(3); pn.para(p, X, y, CW); T.p(p); pn.done(); write(n, T)

LIGW = ["Kommunen har fastlagt en flerårig plan, og fleksjob er blevet en officiel indsats i flere afdelinger.", "Profilen for de flygtninge, der flytter til Eksempelby, findes i grafikken på side fire.",
        "Finansieringen af fiskeriets flydebro er afklaret, og filialen fik flot besøg af flinke fiskere."]
@file("21-ligaturer-garamond")
def _(n):
    pr = Prose(n); T = Truth(); ps = [p + " " + LIGW[i % 3] for i, p in enumerate(pr.paras(6, 4))]; T.p("Fleksibel finansiering af fiskerihavnen", *ps)
    weasy(n, f"<style>@page{{size:A4;margin:24mm}}body{{font:12.5pt EB Garamond;font-variant-ligatures:common-ligatures discretionary-ligatures}}</style><h1>{T.b[0]}</h1>" + "".join(f"<p>{p}</p>" for p in ps)); write(n, T)
def lig_cid(n, **kw):
    pr = Prose(n); T = Truth(); h = "Fleksible profiler og flere fiskere"; ps = [p + " " + LIGW[i % 3] for i, p in enumerate(pr.paras(6, 4))]; T.p(h, *ps)
    f = CidFont(DV + "Sans.ttf", h + "".join(ps), ligatures=True, **kw); y = H-80; o = [f"BT /F1 15 Tf 1 0 0 1 {X} {y} Tm {f.hex(h)} Tj ET"]; y -= 30
    for p in ps:
        for l in wrap(p, None, 10.5, CW, width_of=lambda t: f.width(t, 10.5)): o.append(f"BT /F1 10.5 Tf 1 0 0 1 {X} {y:.2f} Tm {f.hex(l)} Tj ET"); y -= 15
        y -= 8
    raw(n, ["\n".join(o)], {"F1": f}); write(n, T)
@file("21b-ligaturer-tegn")
def _(n): lig_cid(n, lig_as_char=True)
@file("21c-ligaturer-to-bogstaver")
def _(n): lig_cid(n)
@file("21d-ligaturer-differences")
def _(n):
    pr = Prose(n); T = Truth(); h = "Flere officielle tal"; ps = [p + " " + LIGW[i % 3] for i, p in enumerate(pr.paras(6, 4))]; T.p(h, *ps); y = H-80; o = []
    enc = Dictionary(Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=[1, Name.fi, Name.fl]); F = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Times-Roman"), Encoding=enc)
    L1 = lambda t: lit(t.replace("fi", "\u2020").replace("fl", "\u2021")).replace("\\206", "\\001").replace("\\207", "\\002")
    def put(t, s, w):
        nonlocal y
        for l in wrap(t, "Times-Roman", s, w): o.append(f"BT /F1 {s} Tf {X} {y:.2f} Td {L1(l)} Tj ET"); y -= s*1.35
        y -= 8
    put(h, 16, CW)
    for p in ps: put(p, 11.5, CW)
    raw(n, ["\n".join(o)], {"F1": F}); write(n, T)

@file("22-bloede-bindestreger")
def _(n):
    """Soft hyphens inside words in the stream, as word processors leave them; most of them in the middle of lines, where nothing is drawn."""
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Retningslinjer for sagsbehandling"; pn.text(X, y, h, "SansB", 14); T.p(h); y -= 26
    sh = lambda w: HYPH.inserted(w, "\u00ad") if re.fullmatch(r"[A-Za-zæøåÆØÅé]{8,}[.,;:]?", w) else w
    for i, p in enumerate(pr.paras(7, 4)):
        T.p(p)
        for l in wrap(p, "Sans", 10.5, CW if i % 2 else 330, hyph=True, mark="\u00ad"):
            l2 = " ".join(sh(w.rstrip("\u00ad")) + ("\u00ad" if w.endswith("\u00ad") else "") for w in l.split(" ")); xx = X
            # a soft hyphen has width in this font: draw the pieces so that inner ones take no room
            buf = ""; o = pn.c.beginText(X, y); o.setFont("Sans", 10.5)
            for j, part in enumerate(l2.split("\u00ad")):
                if j: # zero-width: set horizontal scaling to nil around the inner hyphen
                    last = l2.endswith("\u00ad") and j == l2.count("\u00ad")
                    if last: o.textOut("\u00ad")
                    else: o.setHorizScale(0.01); o.textOut("\u00ad"); o.setHorizScale(100)
                if part: o.textOut(part)
            pn.c.drawText(o); y -= 14.2
        y -= 7
    pn.done(); write(n, T)
@file("22b-bloede-bindestreger-tounicode")
def _(n):
    """The real hyphen at the line's end is mapped to U+00AD by ToUnicode, as Word and InDesign do."""
    pr = Prose(n); T = Truth(); h = "Notat om frister"; ps = [p + " " + COMP[i % 4] for i, p in enumerate(pr.paras(6, 4))]; T.p(h, *ps); f = CidFont(L + "Serif-Regular.ttf", h + "".join(ps) + "-\u00ad"); y = H-80
    o = [f"BT /F1 15 Tf 1 0 0 1 {X} {y} Tm {f.hex(h)} Tj ET"]; y -= 28
    for p in ps:
        for l in wrap(p, None, 11, 300, hyph=True, mark="\u00ad", width_of=lambda t: f.width(t, 11)): o.append(f"BT /F1 11 Tf 1 0 0 1 {X} {y:.2f} Tm {f.hex(l)} Tj ET"); y -= 14
        y -= 8
    raw(n, ["\n".join(o)], {"F1": f}); write(n, T)

@file("23-vandmaerke-udkast")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; c = pn.c
    def mark(): c.saveState(); c.setFillGray(.86); c.translate(W/2, H/2); c.rotate(55); c.setFont("SansB", 130); c.drawCentredString(0, -40, "UDKAST"); c.restoreState()
    for pg in range(2):
        mark()
        if pg == 0: h = "Udkast til kvalitetsstandard for hjemmehjælp"; pn.text(X, y, h, "SansB", 14); T.p(h); y -= 26
        for p in pr.paras(9, 4): y = pn.para(p, X, y, CW, s=11); T.p(p)
        pn.page(); y = H-80
    pn.c.save(); write(n, T)

def wide_table(pr):
    """Two head rows (places, years) and wrapped labels: html and rows."""
    top = [("Eksempelby", 3), ("Prøvestrup", 3), ("Hele landet", 2)]; yrs = ["2020", "2021", "2022"]*2 + ["2021", "2022"]
    labels = ["Børnehandicap, herunder tabt arbejdsfortjeneste og merudgifter", "Hjemmehjælp", "Botilbud til voksne med betydelig nedsat funktionsevne", "Sygedagpenge", "Støtte i eget hjem efter serviceloven § 85", "Førtidspension og seniorpension", "I alt"]
    body = [[l] + [f"{pr.r.randint(10, 70)},{pr.r.randint(0,9)}" for _ in yrs] for l in labels]
    html = '<table border="1" cellspacing="0" cellpadding="4" width="100%"><tr><th rowspan="2" align="left" width="36%">Område</th>' + "".join(f'<th colspan="{k}">{t}</th>' for t, k in top) + "</tr><tr>" + "".join(f'<th width="8%">{v}</th>' for v in yrs) + "</tr>"
    html += "".join("<tr>" + f'<td width="36%">{r[0]}</td>' + "".join(f'<td align="right">{c}</td>' for c in r[1:]) + "</tr>" for r in body) + "</table>"
    return html, [["Område", *[t for t, _ in top]], ["", *yrs], *body]
def wide(n, tool):
    pr = Prose(n); T = Truth(); html, rows = wide_table(pr); a, b = pr.para(4, "klage"), pr.para(4, "sundhed"); h = "Tabel 3. Omgørelsesprocent, tre kommuner og hele landet"
    T.p("Sammenligning af omgørelsesprocenter", a, h).rows(rows, 2).p(b)
    T.t[0]["rows"] = [r for r in T.t[0]["rows"]]; body = f"<h1>{T.b[0]}</h1><p>{a}</p><p><b>{h}</b></p>{html}<p>{b}</p>"
    if tool == "lo": office(n, f"<body style='font-family:Liberation Sans;font-size:10pt'>{body}</body>")
    else: weasy(n, "<style>@page{size:A4;margin:20mm}body{font:10pt Liberation Sans}table{border-collapse:collapse}td,th{border:" + ("0" if tool == "bare" else ".5pt solid #444") + ";padding:3pt 6pt;vertical-align:" + ("middle" if tool == "bare" else "top") + "}td:first-child{width:42mm}h1{font-size:15pt}</style>" + body)
    write(n, T)
@file("24-tabel-to-hovedraekker")
def _(n): wide(n, "weasy")
@file("24b-tabel-to-hovedraekker-libreoffice")
def _(n): wide(n, "lo")
@file("24c-tabel-to-hovedraekker-uden-streger")
def _(n): wide(n, "bare")

@file("25-tabel-ombrudte-hoveder")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Kvalitetsrapport for dagtilbud 2022"; pn.text(X, y, h, "SansB", 14); T.p(h); y -= 26; p = pr.para(4, "skole"); y = pn.para(p, X, y, CW); T.p(p); y -= 8
    heads = ["Dagtilbud", "Antal indskrevne børn", "Børn pr. voksen", "Andel uddannede pædagoger", "Forældre-tilfredshed", "Sygefravær i procent"]; right = [250, 315, 390, 450, 515]
    for j, t in enumerate(heads):
        ls = wrap(t, "SansB", 9, 62) if t != "Forældre-tilfredshed" else ["Forældre-", "tilfredshed"]
        for i, l in enumerate(ls):                                   # bottom-aligned
            yy = y - (3-len(ls)+i)*11
            pn.text(X, yy, l, "SansB", 9) if j == 0 else pn.right(right[j-1], yy, l, "SansB", 9)
    y -= 36; pn.c.line(X, y+6, W-X+5, y+6); y -= 8; heads[4] = "Forældretilfredshed"
    rows = [[l, str(pr.r.randint(20, 140)), f"{pr.r.randint(3,7)},{pr.r.randint(0,9)}", f"{pr.r.randint(50,95)}{NB}%", f"{pr.r.randint(70,98)}{NB}%", f"{pr.r.randint(2,9)},{pr.r.randint(0,9)}"] for l in ["Blåbærhuset", "Æblehaven", "Skovbørnehaven", "Ådalen", "Mælkevejen", "Østerlund"]]
    y = table_rl(pn, X, y, rows, right, s=10, head=0) - 8; T.rows([heads] + rows); p = pr.para(4, "skole"); pn.para(p, X, y, CW); T.p(p); pn.done(); write(n, T)

def lists(n, tool):
    pr = Prose(n); T = Truth(); N = Truth(); intro, mid, end = pr.para(3), pr.para(2), pr.para(3)
    A = ["Borgeren får svar inden 14 dage.", ("Sagen oplyses:", ["Lægelige oplysninger indhentes.", "Borgeren partshøres, og høringen skal være skriftlig, når afgørelsen går borgeren imod, så begge parter ved, hvad der er lagt vægt på."]), "Afgørelsen begrundes."]
    B = ["Udvalget godkender planen.", ("Planen sendes i høring hos:", ["Handicaprådet", "Ældrerådet", "Skolebestyrelserne"]), "Byrådet træffer endelig beslutning den 21. juni 2022."]
    html = f"<h1>Handleplan for hurtigere svar</h1><p>{intro}</p><ul>"; T.p("Handleplan for hurtigere svar", intro); N.p("Handleplan for hurtigere svar", intro); lt, ln = [], []
    for a in A:
        if isinstance(a, str): html += f"<li>{a}</li>"; lt.append("• " + a); ln.append(a)
        else: html += f"<li>{a[0]}<ul>" + "".join(f"<li>{v}</li>" for v in a[1]) + "</ul></li>"; lt += ["• " + a[0]] + [("◦ " if tool != "lo" else "◦ ") + v for v in a[1]]; ln += [a[0], *a[1]]
    html += f"</ul><p>{mid}</p><ol>"; T.p("\n".join(lt), mid); N.p("\n".join(ln), mid); lt = []
    for i, a in enumerate(B, 1):
        if isinstance(a, str): html += f"<li>{a}</li>"; lt.append(f"{i}. {a}")
        else: html += f'<li>{a[0]}<ol type="a" style="list-style-type:lower-alpha">' + "".join(f"<li>{v}</li>" for v in a[1]) + "</ol></li>"; lt += [f"{i}. {a[0]}"] + [f"{'abc'[k]}. {v}" for k, v in enumerate(a[1])]
    html += f"</ol><p>{end}</p>"; T.p("\n".join(lt), end); N.p("\n".join(lt), end); D = Truth(); D.b = [b.replace("◦ ", "- ").replace("• ", "- ") for b in T.b]; E = Truth(); E.b = [b.replace("◦ ", "• ") for b in T.b]
    if tool == "lo": office(n, f"<body style='font-family:Liberation Serif;font-size:11pt'>{html}</body>")
    else: weasy(n, "<style>@page{size:A4;margin:22mm}body{font:11pt DejaVu Sans}h1{font-size:15pt}</style>" + html)
    write(n, T, N, D, E)
@file("26-lister-weasyprint")
def _(n): lists(n, "w")
@file("26b-lister-libreoffice")
def _(n): lists(n, "lo")

@file("27-form-xobjects")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); c = pn.c; h = "Tilsynsplan 2022"; ps = pr.paras(6, 4); T.p(h, *ps)
    hs = [len(wrap(p, "Sans", 10.5, CW))*14.2 + 7 for p in ps]
    for i, p in enumerate(ps):                                       # every paragraph its own form, drawn in the form's own space
        c.beginForm(f"afsnit{i}", 0, 0, CW+4, hs[i]+14); pn.lines(wrap(p, "Sans", 10.5, CW), 0, hs[i]-2, lead=14.2); c.endForm()
    c.beginForm("ydre", 0, 0, W, H); pn.text(X, H-80, h, "SansB", 14)
    y = H-100
    for i in range(3): y -= hs[i]; c.saveState(); c.translate(X, y); c.doForm(f"afsnit{i}"); c.restoreState()
    c.endForm(); c.doForm("ydre")                                    # forms within a form
    for i in range(3, 6): y -= hs[i]/2 + 4; c.saveState(); c.translate(X, y); c.scale(.75, .5 if False else .75); c.translate(0, -hs[i]*.2); c.doForm(f"afsnit{i}"); c.restoreState(); y -= hs[i]*.3
    pn.done(); write(n, T)

def tj(n, mode):
    """Blanks that are only gaps: TJ = kerning between words; td = each word placed; glyph = each glyph placed; tw = blanks squeezed by word spacing; kern = pair kerning everywhere and real blanks."""
    pr = Prose(n); T = Truth(); h = "Afgørelser efter serviceloven"; ps = pr.paras(6, 4); T.p(h, *ps); y = H-80; o = []
    F = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    def put(t, s):
        nonlocal y
        for l in wrap(t, "Helvetica", s, CW):
            ws = l.replace(NB, " ").split(" ") if mode in ("TJ", "td", "glyph") else l.split(" "); x = X
            if mode == "TJ": o.append(f"BT /F1 {s} Tf {X} {y:.2f} Td [" + f" {-pr.r.randint(200, 290)} ".join(lit(w) for w in ws) + "] TJ ET")
            elif mode == "td":
                for w in ws: o.append(f"BT /F1 {s} Tf {x:.2f} {y:.2f} Td {lit(w)} Tj ET"); x += sw(w, "Helvetica", s) + .22*s
            elif mode == "glyph":
                o.append(f"BT /F1 {s} Tf")
                for w in ws:
                    for ch in w: o.append(f"1 0 0 1 {x:.3f} {y:.2f} Tm {lit(ch)} Tj"); x += sw(ch, "Helvetica", s)
                    x += .24*s
                o.append("ET")
            elif mode == "tw": o.append(f"BT /F1 {s} Tf {-.12*s:.2f} Tw {X} {y:.2f} Td {lit(l)} Tj ET")
            else: o.append(f"BT /F1 {s} Tf {X} {y:.2f} Td [" + " ".join(lit(c) + (f" {pr.r.randint(-60, 70)}" if c != " " else f" {pr.r.randint(-40, 90)}") for c in l) + "] TJ ET")
            y -= s*1.4
        y -= 8
    put(h, 15)
    for p in ps: put(p, 10.5)
    raw(n, ["\n".join(o)], {"F1": F}); write(n, T)
@file("28-tj-mellemrum")
def _(n): tj(n, "TJ")
@file("28b-ord-placeret")
def _(n): tj(n, "td")
@file("28c-tegn-placeret")
def _(n): tj(n, "glyph")
@file("28d-negativt-ordmellemrum")
def _(n): tj(n, "tw")
@file("28e-parknibning")
def _(n): tj(n, "kern")

@file("29-kapitaeler-haevet-saenket")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80
    def rich(x, y, runs, s=10.5, f="Sans"):
        for t, dy, k in runs: pn.text(x, y + dy*s, t, f, s*k); x += sw(t, f, s*k)
        return x
    def small(t, y, s):
        runs = []
        for ch in t: runs.append((ch.upper(), 0, 1 if ch.isupper() or not ch.isalpha() else .78))
        rich(X, y, runs, s, "Serif"); T.p(t.upper())
    small("Eksempelby Kommune", y, 20); y -= 28; small("Klima- og Miljøafdelingen", y, 13); y -= 26
    UP, DN = (.36, .62), (-.16, .62)
    for parts in ([("Kommunens bygninger fylder 182.500 m", 0), ("2", 1), (", og de udledte 4.120 ton CO", 0), ("2", -1), (" i 2022.", 0)], [("Forbruget var 96 kWh pr. m", 0), ("2", 1), (" mod 104 kWh pr. m", 0), ("2", 1), (" året før.", 0)],
                  [("Vandværket pumpede 1.240.000 m", 0), ("3", 1), (" op, og indholdet af NO", 0), ("3", -1), (" var under grænsen.", 0)], [("Målet er 70 % mindre CO", 0), ("2", -1), (" i 2030 og 10", 0), ("-3", 1), (" gram pr. liter.", 0)]):
        rich(X, y, [(t, *( (0, 1) if k == 0 else UP if k > 0 else DN)) for t, k in parts], 11); T.p("".join(t for t, _ in parts)); y -= 22
    p = "Udledningen er målt i CO₂-ækvivalenter, og arealet i m² og km². " + pr.para(3, "klima"); y = pn.para(p, X, y, CW, "DV", 10); T.p(p)
    for p in pr.paras(3, 4): y = pn.para(p, X, y, CW); T.p(p)
    pn.done(); write(n, T)

@file("30-lige-margener-store-mellemrum")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Erhvervs- og beskæftigelsespolitik"; pn.text(X, y, h, "SerifB", 14); T.p(h); y -= 26
    LONG = "Arbejdsmarkedsuddannelsescentrenes kvalitetssikringssystemer understøtter virksomhedsrettede beskæftigelsesindsatser, kompetenceudviklingsforløb og uddannelsesvejledning."
    for i, p in enumerate(pr.paras(8, 3)):
        p = p + " " + LONG if i % 2 else LONG + " " + p; T.p(p); y = pn.para(p, X, y, [CW, 210, 250, CW][i % 4], "Serif", 11, justify=True)
        if y < 170: pn.page(); y = H-80
    pn.done(); write(n, T)

@file("31-graa-boks-ved-tekst")
def _(n):
    pr = Prose(n); pn = Pen(n); c = pn.c; y = H-80; h = "Flere klager får medhold"; pn.text(X, y, h, "SansB", 16); y -= 30; ps = pr.paras(8, 4); bt = "Fakta"; bl = ["Omgørelsesprocenten er andelen af sager, som Ankestyrelsen ændrer, ophæver eller hjemviser.", "I 2022 var den 32,5 % i Eksempelby og 37 % i hele landet."]
    bx, bw, btop, bbot = 352, W-X-352, H-230, H-430; c.saveState(); c.setFillGray(.88); c.rect(bx, bbot, bw, btop-bbot, stroke=0, fill=1); c.restoreState(); seen = False
    for k, p in enumerate(ps):
        if k == 3:                                                    # the box is drawn in the midst of the stream
            yy = btop - 18; pn.text(bx+10, yy, bt, "SansB", 10.5); yy -= 16
            for t in bl: yy = pn.para(t, bx+10, yy, bw-20, s=9)
        y0 = y; ls = wrap(p, "Sans", 10.5, lambda i: (bx-16-X) if bbot-12 < y0 - i*14.2 < btop+12 else CW); y = pn.lines(ls, X, y, lead=14.2) - 7
        if y > bbot: last = k+1
    pn.done(); box = [bt, *bl]; mk = lambda *b: Truth().p(*b)
    write(n, mk(h, *ps[:last+1], *box, *ps[last+1:]), mk(h, *ps, *box), *[mk(h, *ps[:i], *box, *ps[i:]) for i in range(0, len(ps)) if i != last+1])

@file("32-indholdsfortegnelse")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); N = Truth(); y = H-80; pn.text(X, y, "Indholdsfortegnelse", "SansB", 16); y -= 34; T.p("Indholdsfortegnelse"); N.p("Indholdsfortegnelse"); out, dotted = [], []; pg = 3
    for i, t in enumerate(["Sammenfatning", "Klager og omgørelser", "Sagsbehandlingstider på børne- og ungeområdet", "Økonomi", "Mål for 2024-2026", "Bilag"], 1):
        for j, (u, ind) in enumerate([(t, 0)] + [(v, 18) for v in (["Udviklingen siden 2013", "Ankestyrelsens begrundelser"] if i in (2, 3) else ["Regnskab 2022"] if i == 4 else [])]):
            num = f"{i}." if j == 0 else f"{i}.{j}"; left = f"{num} {u}"; dots = ""
            xx = X + ind + sw(left, "Sans", 11) + 3; end = W-X-22; k = int((end-xx) / sw(".", "Sans", 11)); pn.text(X+ind, y, left, "Sans", 11); pn.text(xx, y, "."*k, "Sans", 11); pn.right(W-X, y, str(pg), "Sans", 11)
            out.append(f"{left}\t{pg}"); dotted.append(f"{left} {'.'*k} {pg}"); pg += pr.r.randint(1, 4); y -= 19
    T.p("\n".join(out)); N.p("\n".join(dotted)); y -= 20; pn.text(X, y, "1. Sammenfatning", "SansB", 13); T.p("1. Sammenfatning"); N.p("1. Sammenfatning"); y -= 22
    for p in pr.paras(4, 4): y = pn.para(p, X, y, CW); T.p(p); N.p(p)
    pn.done(); write(n, T, N)

KV = [("Mødedato:", "5. maj 2021"), ("Mødested:", "Rådhuset, lokale 1.12"), ("Starttidspunkt:", "Kl. 16.30"), ("Sluttidspunkt:", "Kl. 18.45"), ("Sagsnr.:", "21/004711"), ("Sagsbehandler:", "Åse Sørensen"), ("Afbud:", "Ole Bæk")]
@file("33-etiket-vaerdi")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-80; h = "Referat fra Børne- og Ungeudvalget"; pn.text(X, y, h, "SansB", 15); T.p(h); y -= 30; y0 = y
    for l, v in KV: pn.text(X, y, l, "SansB"); y -= 16                # labels first, then values, as many systems do
    for i, (l, v) in enumerate(KV): pn.text(X+150, y0-16*i, v)
    T.rows([list(k) for k in KV], 0); y -= 14
    for p in pr.paras(5, 4): y = pn.para(p, X, y, CW); T.p(p)
    pn.done(); write(n, T)
@file("33b-etiket-vaerdi-to-spalter")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); A = Truth(); y = H-80; h = "Dagsorden til Økonomiudvalget"; pn.text(X, y, h, "SansB", 15); T.p(h); A.p(h); y -= 30; left, right = KV[:4], KV[4:] + [("Journalnr.:", "00.22.04-G01-3-21")]; y0 = y
    for i in range(4):
        for x, (l, v) in ((X, left[i]), (330, right[i])): pn.text(x, y, l, "SansB"); pn.text(x+95, y, v)
        y -= 16
    T.rows([[*left[i], *right[i]] for i in range(4)], 0, figures=False); A.rows([list(k) for k in left + right], 0, figures=False); T.t.append({"head": [], "rows": [{"label": l, "cells": [v]} for l, v in left + right]}); y -= 14
    for p in pr.paras(5, 4): y = pn.para(p, X, y, CW); T.p(p); A.p(p)
    pn.done(); write(n, T, A)

@file("34-bogmaerker-egenskaber-links")
def _(n):
    pr = Prose(n); pn = Pen(n, title="Årsberetning 2022 for borgerrådgiveren"); T = Truth(); c = pn.c; c.setAuthor("Prøvestrup Kommune"); c.setSubject("Borgerrådgiver"); c.setKeywords("klager, borgerrådgiver"); marks = []; links = []; h = "Borgerrådgiverens årsberetning 2022"; y = H-80; pn.text(X, y, h, "SansB", 17); T.p(h); y -= 34
    for k, hh in enumerate(["Forord", "Henvendelser i 2022", "Anbefalinger", "Kontakt"]):
        if k == 2: pn.page(); y = H-80
        c.bookmarkPage(f"k{k}"); c.addOutlineEntry(hh, f"k{k}", 0, 0); marks.append(hh); pn.text(X, y, hh, "SansB", 13); T.p(hh); y -= 22
        for p in pr.paras(3, 4): y = pn.para(p, X, y, CW); T.p(p)
        t = "Læs mere på www.proevestrup.example/borgerraadgiver"; pn.text(X, y, t); c.linkURL("https://www.proevestrup.example/borgerraadgiver", (X+60, y-3, X+330, y+10)); T.p(t); links.append("https://www.proevestrup.example/borgerraadgiver"); y -= 26
    pn.done(); write(n, T); json.dump({"title": "Årsberetning 2022 for borgerrådgiveren", "author": "Prøvestrup Kommune", "date": "2021-05-05T12:00:00Z", "bookmarks": marks, "links": links}, open(f"{HERE}/truth/{n}.meta.json", "w"), ensure_ascii=False, indent=1)
    edit(n, lambda pdf: pdf.docinfo.__setitem__("/CreationDate", "D:20210505120000Z"))

@file("35-soejlediagram")
def _(n):
    pr = Prose(n); pn = Pen(n); T = Truth(); A = Truth(); c = pn.c; y = H-80; h = "Udviklingen i sygefraværet"; pn.text(X, y, h, "SansB", 15); y -= 28; ps = pr.paras(5, 4)
    for p in ps[:2]: y = pn.para(p, X, y, CW)
    fig = "Figur 1. Sygefravær i procent, 2016-2022"; pn.text(X, y-6, fig, "SansB", 10); y -= 24; x0, y0, hh = X+40, y-170, 150; vals = [5.1, 5.3, 5.6, 5.2, 6.1, 6.8, 6.3]
    ax = [str(v) for v in (8, 6, 4, 2, 0)]
    for i, a in enumerate(ax): yy = y0 + hh*(4-i)/4; pn.right(x0-6, yy-3, a, s=8); c.setStrokeGray(.8); c.line(x0, yy, x0+380, yy)
    for i, v in enumerate(vals): c.setFillGray(.5); c.rect(x0+14+i*54, y0, 28, hh*v/8, fill=1, stroke=0); c.setFillGray(0); pn.center(x0+28+i*54, y0+hh*v/8+4, f"{v:.1f}".replace(".", ","), s=8); pn.center(x0+28+i*54, y0-12, str(2016+i), s=8)
    leg = "Kilde: Eksempelby Kommune, egne tal"; pn.text(X, y0-34, leg, "SansI", 8.5); y = y0-62; c.setFillGray(0)
    for p in ps[2:]: y = pn.para(p, X, y, CW)
    pn.done(); vs = " ".join(f"{v:.1f}".replace(".", ",") for v in vals); yr = " ".join(str(2016+i) for i in range(7))
    mk = lambda *b: Truth().p(*b); pre, post = [h, *ps[:2], fig], [leg, *ps[2:]]
    # truth: values over the bars, the value axis from above, the years; other orders that a careful typist could choose as well
    write(n, mk(*pre, vs, " ".join(ax), yr, *post), mk(*pre, " ".join(ax), vs, yr, *post), mk(*pre, " ".join(ax), yr, vs, *post), mk(*pre, *post), mk(*pre, vs, yr, *post), mk(*pre, " ".join(f"{2016+i}: {v:.1f}".replace(".", ",") for i, v in enumerate(vals)), *post))

def scan_source(n, table=True):
    pr = Prose(n); pn = Pen(n); T = Truth(); y = H-90; h = "Referat af tilsynsbesøg på Æblehaven"; pn.text(X, y, h, "SerifB", 16); T.p(h); y -= 32
    for p in pr.paras(3, 4): y = pn.para(p, X, y, CW, "Serif", 12, lead=17); T.p(p)
    if table: y -= 8; rows = [["Område", "2020", "2021", "2022"]] + pct_rows(pr, LAB[:5], 3); y = table_rl(pn, X, y, rows, [330, 420, 510], f="Serif", s=12, lead=20, headfont="SerifB") - 6; T.rows(rows)
    for p in pr.paras(2, 4): y = pn.para(p, X, y, CW, "Serif", 12, lead=17); T.p(p)
    pn.done(); return T
def scan(n, dpi, noise=0, skew=0, layer=None):
    from PIL import Image, ImageFilter; import numpy as np
    T = scan_source(n); path = f"{HERE}/files/{n}.pdf"
    png = subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", path], check=True, capture_output=True).stdout; im = Image.open(io.BytesIO(png)).convert("L")
    if skew: im = im.rotate(skew, resample=Image.BICUBIC, fillcolor=250)
    if noise:
        a = np.asarray(im.filter(ImageFilter.GaussianBlur(.7)), dtype=float); rng = np.random.default_rng(7); a = a*.88 + 18 + rng.normal(0, noise, a.shape); spots = rng.random(a.shape); a[spots < .0004] = 20; a[spots > .9996] = 255; im = Image.fromarray(a.clip(0, 255).astype("uint8"))
    b = io.BytesIO(); im.save(b, "JPEG", quality=82 if noise else 90); jpg = b.getvalue()
    if layer == "tesseract":
        tmp = f"{HERE}/.ocr-{n}"; im.save(tmp + ".png", dpi=(dpi, dpi)); subprocess.run(["tesseract", tmp + ".png", tmp, "-l", "dan", "--dpi", str(dpi), "pdf"], check=True, capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        shutil.move(tmp + ".pdf", path); os.remove(tmp + ".png")
        def fix(pdf):
            for k in ("/CreationDate", "/ModDate"):
                if k in pdf.docinfo: pdf.docinfo[k] = "D:20210505120000Z"
        edit(n, fix); write(n, T); return
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        img = Stream(pdf, jpg); img.Type = Name.XObject; img.Subtype = Name.Image; img.Width = im.width; img.Height = im.height; img.ColorSpace = Name.DeviceGray; img.BitsPerComponent = 8; img.Filter = Name.DCTDecode
        pg = pdf.pages[0]; content = f"q {W:.2f} 0 0 {H:.2f} 0 0 cm /Scan Do Q\n".encode()
        if layer == "perfect":                                        # the true text, invisible, above the picture
            body = pg.Contents.read_bytes(); body = re.sub(rb"\bBT\b", b"BT 3 Tr", body); content += body
            pg.Resources[Name.XObject] = Dictionary(Scan=pdf.make_indirect(img))
        else: pg.Resources = Dictionary(XObject=Dictionary(Scan=pdf.make_indirect(img)))
        pg.Contents = pdf.make_indirect(Stream(pdf, content)); pdf.remove_unreferenced_resources(); pdf.save(path, deterministic_id=True)
    write(n, T)
@file("36-skannet-200dpi")
def _(n): scan(n, 200)
@file("37-skannet-300dpi-stoej-skaev")
def _(n): scan(n, 300, noise=16, skew=.6)
@file("38-skannet-med-ocr-lag")
def _(n): scan(n, 150, layer="perfect")
@file("38b-skannet-med-tesseract-lag")
def _(n): scan(n, 300, noise=10, skew=.3, layer="tesseract")

@file("39-delvis-billede")
def _(n):
    from PIL import Image
    pr = Prose(n); T = Truth(); h = "Høring om lokalplan 4.12"; ps = pr.paras(6, 4); T.p(h, *ps); hs = [len(wrap(p, "Sans", 11, CW))*16 for p in ps]
    pn = Pen(n); y0 = 200                                           # first the two paragraphs that become a picture
    y = pn.lines(wrap(ps[2], "Sans", 11, CW), 4, 190, s=11, lead=16) - 8; y = pn.lines(wrap(ps[3], "Sans", 11, CW), 4, y, s=11, lead=16); ih = 190 + 14 - y - 8; pn.done()
    png = subprocess.run(["pdftoppm", "-r", "220", "-gray", "-png", pn.path], check=True, capture_output=True).stdout; im = Image.open(io.BytesIO(png)); k = 220/72; im = im.crop((0, int((H-204)*k), int((CW+8)*k), int((H-y-8)*k))); tmp = f"{HERE}/.bit.png"; im.save(tmp)
    pn = Pen(n); y = H-80; pn.text(X, y, h, "SansB", 15); y -= 28
    for p in ps[:2]: y = pn.para(p, X, y, CW, s=11, lead=16)
    pw, ph = im.width/k, im.height/k; pn.c.drawImage(tmp, X-4, y+12-ph, pw, ph); y -= ph
    for p in ps[4:]: y = pn.para(p, X, y, CW, s=11, lead=16)
    pn.done(); os.remove(tmp); write(n, T)

if __name__ == "__main__":
    sel = sys.argv[1] if len(sys.argv) > 1 else ""
    os.makedirs(f"{HERE}/files", exist_ok=True); os.makedirs(f"{HERE}/truth", exist_ok=True)
    bad = 0
    for n, f in MAKERS.items():
        if sel in n:
            try: f(n)
            except Exception as e: bad += 1; import traceback; traceback.print_exc(); print("FAILED", n)
    print(f"{len([n for n in MAKERS if sel in n]) - bad} files made, {bad} failed"); sys.exit(bad > 0)
