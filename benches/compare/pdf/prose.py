#!/usr/bin/env python3
import random
NB = "\u00a0"
K = ["Eksempelby", "Prøvestrup", "Mønsterløse"]
MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()
OMR = ["socialområdet", "børne- og ungeområdet", "ældreområdet", "beskæftigelsesområdet", "det specialiserede område",
       "teknik- og miljøområdet", "skoleområdet", "dagtilbudsområdet", "sundhedsområdet", "kultur- og fritidsområdet"]
UDV = ["Børne- og Ungeudvalget", "Socialudvalget", "Økonomiudvalget", "Teknik- og Miljøudvalget", "Sundheds- og Ældreudvalget",
       "Beskæftigelsesudvalget", "Kultur- og Fritidsudvalget"]
S = {
 "klage": [
  "Ankestyrelsen behandlede {n} klager fra borgere i {k} Kommune i {y}, og {p} af afgørelserne blev ændret eller hjemvist.",
  "Omgørelsesprocenten på {o} faldt fra {p} i {y} til {p} i {y1}.",
  "Forvaltningen genvurderer alle klager, før de sendes videre, og ændrede selv afgørelsen i {n2} sager.",
  "Den hyppigste årsag til hjemvisning er, at sagen ikke var oplyst tilstrækkeligt.",
  "{u} bad den {d} om en redegørelse for, hvorfor så mange sager bliver sendt tilbage.",
  "Hvor der er færre end {n2} sager, er kun antallet angivet, fordi en enkelt sag kan flytte procenten betydeligt.",
  "Borgeren skal have en begrundelse, som er til at forstå, og som henviser til de rigtige paragraffer.",
 ],
 "fravær": [
  "Sygefraværet i {k} Kommune var {p} i {y}, hvilket er en stigning i forhold til året før.",
  "Det korte fravær er faldet på {o}, mens det lange fravær er uændret.",
  "Hver medarbejder var i gennemsnit syg i {dec} dage, og målet for {y1} er højst {p}.",
  "Ledere og tillidsfolk har aftalt, at den første samtale holdes senest på femtedagen.",
  "Personaleomsætningen nåede {p}, og det koster både tid og penge at oplære nye kolleger.",
  "Der er stor forskel på arbejdspladserne, også når man ser bort fra de mindste enheder.",
 ],
 "budget": [
  "Regnskabet for {y} viser et merforbrug på {m} på {o}, svarende til {p} af budgettet.",
  "Byrådet vedtog den {d} et budget med investeringer for {m} i {y1}.",
  "Kassebeholdningen var {m} ved udgangen af året, og gælden falder fortsat.",
  "{u} indstiller, at der gives en tillægsbevilling på {m}, som finansieres af kassen.",
  "Skatten er uændret {p}, og grundskylden er sat ned med {dec} promille.",
  "Anlægsudgifterne er {p} lavere end forudsat, fordi byggeriet af den nye skole blev udskudt.",
  "Servicerammen er overholdt, når der tages højde for de ekstraordinære udgifter til energi.",
 ],
 "skole": [
  "Elevfraværet i {k} Kommunes skoler var {p} i skoleåret {y}/{yy}.",
  "I {y} fik {p} af eleverne mindst 02 i både dansk og matematik.",
  "{n} børn er indmeldt i kommunens dagtilbud, og {p} af forældrene er tilfredse eller meget tilfredse.",
  "Tre måneder efter 9. klasse var {p} af de unge i gang med en ungdomsuddannelse.",
  "Skolebestyrelserne har haft forslaget i høring, og der er kommet {n2} svar.",
  "Antallet af elever i specialtilbud er vokset med {p} på fem år, mens børnetallet er faldet.",
  "Forældrene lægger især vægt på nærhed, faglighed og en tryg overgang fra børnehave til skole.",
 ],
 "klima": [
  "Udledningen af drivhusgasser i {k} Kommune er reduceret med {p} siden 1990.",
  "Husholdningerne sorterede {p} af affaldet til genanvendelse i {y}.",
  "Der er søgt om støtte til {n2} kilometer cykelsti langs ådalen og øst for åen.",
  "Vandforsyningen måler hvert år på {n2} boringer, og ingen af dem overskred grænseværdien i {y}.",
  "{u} drøftede sagen den {d} og sendte planen i otte ugers høring.",
  "Lokalplanen giver mulighed for {n2} boliger, et grønt fællesområde og en café ved havnen.",
 ],
 "sundhed": [
  "I {y} blev {p} af borgere over 65 år vaccineret mod influenza.",
  "Ventetiden til genoptræning var i gennemsnit {dec} dage, og {p} af borgerne kom i gang inden for fristen.",
  "Hjemmeplejen besøger {n} borgere om ugen, og antallet ventes at stige med {p} frem mod {y1}.",
  "Antallet af genindlæggelser er faldet til {n2} pr. 1.000 borgere.",
  "Den nye aftale med regionen giver flere pladser til midlertidige ophold på Ærøgården.",
  "Pårørende oplever, at de bliver hørt, men de savner én fast kontaktperson.",
 ],
}
class Prose:
    def __init__(self, seed, maxp=70):
        self.r = random.Random("pdfset-" + seed); self.used = []
    def pct(self): 
        r = self.r
        return (f"{r.randint(3,78)},{r.randint(0,9)}" if r.random() < .75 else f"{r.randint(5,95)}") + NB + "%"
    def dec(self): return f"{self.r.randint(2,24)},{self.r.randint(0,9)}"
    def num(self): return f"{self.r.randint(1,9)}.{self.r.randint(100,999)}"
    def mio(self): return f"{self.r.randint(1,240)},{self.r.randint(0,9)}{NB}mio.{NB}kr."
    def date(self): return f"{self.r.randint(1,28)}.{NB}{self.r.choice(MONTHS)} {self.r.randint(2016,2024)}"
    def sent(self, topic):
        pool = [i for i in range(len(S[topic])) if (topic, i) not in self.used[-14:]]
        i = self.r.choice(pool or range(len(S[topic]))); self.used.append((topic, i))
        t = S[topic][i]; y = self.r.randint(2014, 2023)
        while "{" in t:
            a = t.index("{"); b = t.index("}")
            k = t[a+1:b]
            v = {"n": self.num, "n2": lambda: str(self.r.randint(11, 96)), "p": self.pct, "dec": self.dec, "m": self.mio, "d": self.date,
                 "k": lambda: self.r.choice(K), "o": lambda: self.r.choice(OMR), "u": lambda: self.r.choice(UDV),
                 "y": lambda: str(y), "y1": lambda: str(y+1), "yy": lambda: f"{(y+1)%100:02d}"}[k]()
            t = t[:a] + v + t[b+1:]
        return t
    def para(self, n=None, topic=None):
        topic = topic or self.r.choice(list(S)); n = n or self.r.randint(3, 4)
        return " ".join(self.sent(topic) for _ in range(n))
    def paras(self, n, k=None):
        ts = list(S); self.r.shuffle(ts)
        return [self.para(k, ts[i % len(ts)]) for i in range(n)]
