//! `belaeg check`: what a careful statistician says of 323 statements, traps, pasted text, and bad figures.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{Home, Run, belaeg, belaeg_with, keys, repository, text};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Standard output of `belaeg check --statements - --json`.
#[track_caller]
fn checked(statements: &str) -> Vec<Value> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let run = belaeg_with(dir.path(), &["check", "--statements", "-", "--json"], &[], statements);
    assert_ne!(run.code, Some(2), "{}", run.err);
    run.json()
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

fn verdicts(value: &Value, key: &str) -> Vec<String> {
    list(value, key).map(|v| text(&v["verdict"])).collect()
}

fn warnings(value: &Value) -> BTreeSet<String> {
    list(value, "warnings").map(text).collect()
}

/// What came of a labelled statement, by kind: right, of how many; and what was wrong.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<&'static str, (usize, usize)>,
    wrong: Vec<String>,
    /// Statements of which something is said to deviate that does not.
    misled: Vec<String>,
}

impl Tally {
    fn add(&mut self, kind: &'static str, right: bool, what: impl FnOnce() -> String) {
        let (all_right, all) = self.counts.entry(kind).or_default();
        *all += 1;
        *all_right += usize::from(right);
        if !right {
            self.wrong.push(format!("{kind}: {}", what()));
        }
    }

    fn compare(&mut self, gold: &Value, found: &Value) {
        let id = text(&gold["id"]);
        let want = &gold["want"];
        self.compare_checks(&id, want, found);
        self.compare_arithmetic(&id, want, found);
        let (wanted, got) = (verdicts(want, "comparisons"), verdicts(found, "comparisons"));
        if !wanted.is_empty() || !got.is_empty() {
            self.add("comparisons", wanted == got, || format!("{id}: {wanted:?}, found {got:?}"));
        }
        let deviates = |all: &[String]| all.iter().any(|v| v == "deviates");
        if deviates(&got) && !deviates(&wanted) {
            self.misled.push(id);
        }
    }

    fn compare_checks(&mut self, id: &str, want: &Value, found: &Value) {
        let mut left: Vec<&Value> = list(found, "checks").collect();
        let mut wanted_warnings = BTreeSet::new();
        for wanted in list(want, "checks") {
            let value = |check: &Value| check["value"].as_f64().unwrap_or(f64::NAN);
            let same = |check: &&Value| {
                (value(check) - value(wanted)).abs() < 0.01 && check["unit"] == wanted["unit"]
            };
            let allowed: Vec<String> = match wanted.get("verdict_ok") {
                Some(_) => list(wanted, "verdict_ok").map(text).collect(),
                None => vec![text(&wanted["verdict"])],
            };
            let got = left.iter().position(same).map(|i| left.remove(i));
            let verdict = got.map(|c| text(&c["verdict"])).unwrap_or_default();
            self.add("verdicts", allowed.contains(&verdict), || {
                format!("{id}: {wanted}, found {verdict:?} {:?}", got.map(|c| text(&c["because"])))
            });
            if verdict == "deviates" && !allowed.contains(&verdict) {
                self.misled.push(id.to_owned());
            }
            // Warnings are asked for beside the preferred verdict alone.
            if verdict == text(&wanted["verdict"]) {
                wanted_warnings.extend(warnings(wanted));
            }
        }
        if left.iter().any(|c| c["verdict"] == "deviates") {
            self.misled.push(id.to_owned());
        }
        let got: BTreeSet<String> = list(found, "checks").flat_map(warnings).collect();
        let missing: Vec<_> = wanted_warnings.difference(&got).collect();
        self.add("warnings", missing.is_empty(), || format!("{id}: {missing:?} is missing"));
    }

    fn compare_arithmetic(&mut self, id: &str, want: &Value, found: &Value) {
        let (wanted, got) = (verdicts(want, "arithmetic"), verdicts(found, "arithmetic"));
        if wanted.is_empty() && got.is_empty() {
            return;
        }
        let no_contradiction = !got.iter().any(|v| v == "inconsistent");
        let right = match wanted.first().map(String::as_str) {
            Some("consistent") => !got.is_empty() && got.iter().all(|v| v == "consistent"),
            Some("inconsistent") => !no_contradiction,
            _ => no_contradiction,
        };
        let asked = if wanted.first().is_some_and(|v| v != "not_checkable") { "arithmetic" } else { "" };
        let needed: BTreeSet<String> = list(want, asked).flat_map(warnings).collect();
        let warned: BTreeSet<String> = list(found, "arithmetic").flat_map(warnings).collect();
        self.add("arithmetic", right && needed.is_subset(&warned), || {
            format!("{id}: {wanted:?} {needed:?}, found {got:?} {warned:?}")
        });
    }
}

#[test]
fn as_a_careful_statistician_would_say() {
    let gold = fs_err::read_to_string(repository().join("corpus/gold/checks.jsonl")).expect("labels");
    let found = checked(&gold);
    let gold = lines(&gold);
    assert!(gold.len() >= 120 && gold.len() == found.len(), "{} and {}", gold.len(), found.len());
    let mut tally = Tally::default();
    for (gold, found) in gold.iter().zip(&found) {
        assert_eq!(gold["id"], found["id"]);
        tally.compare(gold, found);
    }
    let wrong = tally.wrong.join("\n");
    assert_eq!(tally.misled, Vec::<String>::new(), "said to deviate:\n{wrong}");
    for (kind, least) in [("verdicts", 0.97), ("warnings", 0.97), ("arithmetic", 1.0), ("comparisons", 0.97)]
    {
        let (right, all) = tally.counts[kind];
        assert!(right as f64 >= least * all as f64, "{kind}: {right} of {all}\n{wrong}");
    }
}

/// What could be mistaken for a claim about the figure beside it: a part of an area, a denied number, another year.
const TRAPS: &[&str] = &[
    "Omgørelsesprocenten i Odense på børnehandicapområdet var i 2018 ikke 60 procent.",
    "På børnehandicapområdet i Odense blev 61 procent af sagerne ikke omgjort i 2018.",
    "Siden 2018 er 55 procent af sagerne på børnehandicapområdet i Odense blevet omgjort.",
    "I sager efter § 42 på børnehandicapområdet i Odense blev 55 procent omgjort i 2018.",
    "I første halvår af 2018 blev 55 procent af Odenses sager på børnehandicapområdet omgjort.",
    "På børnehandicapområdet i Odense blev 55 procent af sagerne om merudgifter omgjort i 2018.",
    "55 procent af alle sager på børnehandicapområdet i Odense blev omgjort i 2018, også de afviste.",
    "Kommunens afgørelser på børnehandicapområdet i Odense blev omgjort i 55 procent af sagerne i 2018, når 90 ud af 164 regnes med.",
    "Forvaltningen forventer en omgørelsesprocent på 30 procent på børnehandicapområdet i Odense i 2018.",
    "I Odense fik borgeren medhold i 55 procent af klagerne på børnehandicapområdet i 2018.",
    "Ledigheden i Aalborg var 5,1 procent i november 2021.",
    "Ungdomsledigheden i Aalborg var sæsonkorrigeret 7,1 procent i november 2021.",
    "Den sæsonkorrigerede ledighed i Aalborg var 5,1 procent i fjerde kvartal 2021.",
    "Byrådet satte i 2020 skatten i Kalundborg op med 0,3 procentpoint, hvorefter kommuneskatten var 26,6 procent.",
    "I Ishøj var stemmeprocenten blandt de 18-29-årige 41,2 procent ved kommunalvalget i 2017.",
    "Ved regionsrådsvalget i 2017 var valgdeltagelsen 55 procent i Ishøj.",
    "Omgørelsesprocenten var 33 procent i Odense i 2017.",
    "Omgørelsesprocenten på børnehandicapområdet i Odense er 61 procent.",
    "På Ærø var omgørelsesprocenten 40 procent på børnehandicapområdet i 2018.",
    "Alle kommunale sager under ét, altså også sygedagpenge, har en lavere omgørelsesprocent på landsplan: 32,5 procent i 2019, 29 procent i 2020.",
    "For børnehandicap var omgørelsesprocenten på landsplan 35,9 pct. i 2021 mod 52 pct. året før, og for voksenhandicap 34,3 pct. mod 42,4 pct.",
    "47 pct. af sagerne om børnehandicap og 32 pct. af sagerne om voksenhandicap blev omgjort i hele landet i 2018.",
    "Tallet for socialområdet, som vores 35,0 pct. omgjorte i 2022 skal holdes op imod, var 37,5 pct. for hele landet.",
    "Borgerne på børnehandicapområdet i Odense er tilfredse i 55 procent af sagerne i 2018.",
];

#[test]
fn traps_never_deviate() {
    let statement = |(i, text): (usize, &&str)| serde_json::json!({"id": i, "text": text}).to_string();
    let statements: Vec<String> = TRAPS.iter().enumerate().map(statement).collect();
    for (found, text) in checked(&statements.join("\n")).iter().zip(TRAPS) {
        for key in ["checks", "comparisons"] {
            assert!(!verdicts(found, key).iter().any(|v| v == "deviates"), "{text}\n{found}");
        }
        assert!(!verdicts(found, "arithmetic").iter().any(|v| v == "inconsistent"), "{text}\n{found}");
    }
    // The same key without the trap does.
    let plain = "Omgørelsesprocenten i Odense på børnehandicapområdet var 60 procent i 2018.";
    let found = checked(&serde_json::json!({"id": 1, "text": plain}).to_string());
    assert_eq!(verdicts(&found[0], "checks"), ["deviates"]);
}

const NATIONAL: &str =
    "I 2020 var omgørelsesprocenten på børnehandicapområdet 52\u{a0}procent på landsplan.\n";

#[track_caller]
fn pasted(text: &str) -> Run {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let run = belaeg_with(dir.path(), &["check", "--text", "-"], &[], text);
    let left = fs_err::read_dir(dir.path()).expect("the folder").count();
    assert_eq!(left, 0, "nothing is stored");
    run
}

#[test]
fn one_percentage_from_a_pasted_sentence() {
    let run = pasted(NATIONAL).exits(0);
    for words in [
        "«52\u{a0}procent»",
        "matches: the figure is 52 %",
        "2020",
        "https://www.sm.dk/",
        "1 rate(s): 1 matches",
    ] {
        assert!(run.out.contains(words), "{words}:\n{}", run.out);
    }
    let run = pasted(&NATIONAL.replace("52", "62")).exits(1);
    assert!(run.out.contains("deviates: the figure is 52 %"), "{}", run.out);
    let run = pasted("I Odense blev 28,9 % af klagesagerne omgjort i 2017.").exits(0);
    for words in ["cannot be decided", "! the area of law is not named", "? 31 %", "? 36 %", "? 11 %"] {
        assert!(run.out.contains(words), "{words}:\n{}", run.out);
    }
    let run = pasted("Andelen faldt fra 22 til 33 procent.").exits(1);
    assert!(
        run.out.contains("does not add up: from 22 to 33 procent; the text says that it fell"),
        "{}",
        run.out
    );
    let run = pasted("Rådet drøftede sagen på mødet.").exits(0);
    assert_eq!(run.out, "0 rate(s)\n");
}

#[test]
fn records_and_danish() {
    let home = Home::new();
    home.write("belaeg.toml", "language = \"da\"\n");
    let run = home.run_with(&["check", "--text", "-"], NATIONAL).exits(0);
    assert!(run.out.contains("stemmer: tallet er 52 %"), "{}", run.out);
    let args = ["check", "--text", "-", "--json", "--place", "odense", "--published", "2018-09-05"];
    let line = home
        .run_with(&args, "I Gentofte blev 33 procent af sagerne på børnehandicapområdet omgjort i 2019.\n");
    let line = line.exits(0).one();
    assert_eq!(keys(&line), ["arithmetic", "checks", "comparisons", "id", "text"]);
    let check = &line["checks"][0];
    for key in ["because", "candidates", "cases", "quote", "span", "unit", "value", "verdict", "warnings"] {
        assert!(keys(check).contains(&key), "{key}: {check}");
    }
    assert_eq!(check["warnings"], serde_json::json!(["few_cases"]));
    let candidate = &check["candidates"][0];
    assert_eq!(
        (&candidate["value"], &candidate["period"], &candidate["cases"]),
        (&33.0.into(), &"2019".into(), &6.into())
    );
    assert!(keys(&candidate["source"]).contains(&"url"), "{candidate}");
}

const OWN: &str = "measure,area,place_code,place_name,year,value,unit,cases,source_url,source_title,seen_in,note\n\
    omgoerelsesprocent,boernehandicap,101,København,2031,44,pct,90,https://example.org/,Egne tal,official,\n";

#[test]
fn the_figures_of_a_home_are_read_too() {
    let home = Home::new();
    home.write("corpus/official/egne.csv", OWN);
    let text = "I København blev 44 procent af sagerne på børnehandicapområdet omgjort i 2031.\n";
    let run = home.run_with(&["check", "--text", "-"], &format!("{text}{NATIONAL}")).exits(0);
    assert!(run.out.contains("Egne tal") && run.out.contains("2 rate(s): 2 matches"), "{}", run.out);
    // One bad row costs that row.
    let bad = "omgoerelsesprocent,boernehandicap,999,Atlantis,2031,50,pct,,,,official,\n";
    home.write("corpus/official/egne.csv", format!("{OWN}{bad}"));
    let run = home.run_with(&["check", "--text", "-"], text).exits(2).says(&["egne.csv", "999"]);
    assert!(run.out.contains("1 rate(s): 1 matches"), "{}", run.out);
    home.write("corpus/official/egne.csv", "<!DOCTYPE html><html><title>404</title></html>");
    home.run_with(&["check", "--text", "-"], text).exits(2).says(&["egne.csv"]);
}

#[test]
fn bad_statements_are_left_out() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let statements = "{\"id\": 1, \"text\": \"Andelen var 12 % i 2020.\"}\n{\"id\": 2}\nsludder æøå\n";
    let args = ["check", "--statements", "-", "--json"];
    let run = belaeg_with(dir.path(), &args, &[], statements).exits(2).says(&[
        "line 2",
        "line 3",
        "failed: 2 line(s)",
    ]);
    assert_eq!(run.json().len(), 1);
    belaeg(dir.path(), &["check"]).exits(2).says(&["--text"]);
    belaeg(dir.path(), &["check", "--text", "findes-ikke.txt"]).exits(2).says(&["findes-ikke.txt"]);
}
