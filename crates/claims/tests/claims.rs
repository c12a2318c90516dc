//! What statements report: constructions one by one, the labelled statements as a whole, and any text at all.

use belaeg_claims::score::{Labelled, score};
use belaeg_claims::{Context, find_claims};
use belaeg_model::{
    Block, BlockKind, ByteSpan, Claim, Extracted, Found, How, Kind, Place, Section, Stated, Unit,
};
use proptest::prelude::*;

/// A claim as `value unit years place measure`, with role and precision where they are not the usual ones.
fn shown(c: &Claim) -> String {
    let number = |v: f64| ((v * 100.0).round() / 100.0).to_string();
    let mut parts = vec![match c.value_max {
        Some(max) => format!("{}..{}", number(c.value), number(max)),
        None => number(c.value),
    }];
    parts.push(c.noun.clone().unwrap_or_else(|| c.unit.as_str().to_owned()));
    parts.extend(c.years.iter().map(ToString::to_string));
    parts.extend(c.place.map(|p| p.code().to_owned()));
    parts.extend(c.measure.clone());
    if c.role != belaeg_model::Role::Level {
        parts.push(c.role.as_str().to_owned());
    }
    if c.approx != belaeg_model::Approx::Exact {
        parts.push(c.approx.as_str().to_owned());
    }
    parts.join(" ")
}

fn odense(published: &str) -> Context {
    Context { place: "461".parse().ok(), published: published.parse().ok() }
}

#[track_caller]
fn check_statements(cases: &[(&str, &[&str])]) {
    for (text, want) in cases {
        let got: Vec<String> = find_claims(text, &odense("2022-05-01")).claims.iter().map(shown).collect();
        assert_eq!(got, *want, "{text}");
    }
}

#[test]
fn constructions() {
    let cases: &[(&str, &[&str])] = &[
        (
            "Andelen, hvor kommunen ikke har fået medhold, faldt fra 45 % i 2016 til 28,9 % i 2017.",
            &["45 percent 2016 461 omgoerelsesprocent", "28.9 percent 2017 461 omgoerelsesprocent"],
        ),
        (
            "Omgørelsesprocenten ligger på mellem 24,6 pct. (København) og 38,3 pct. (Esbjerg).",
            &["24.6 percent 101 omgoerelsesprocent", "38.3 percent 561 omgoerelsesprocent"],
        ),
        // A share of all decisions is not the rate of overturned decisions; the numbers of "ud af" go with it.
        (
            "Ud af 13.244 afgørelser er 26 blevet omgjort - dvs. 0,20 % af det samlede antal afgørelser, der kunne klages over.",
            &["13244 afgørelser 461", "0.2 percent 461 andel_oevrig"],
        ),
        (
            "Antallet af klager er faldet fra 120 i 2016 til 90 i 2017.",
            &["120 klager 2016 461", "90 klager 2017 461"],
        ),
        ("Ud af 39 sager blev 12 behandlet for sent.", &["30.77 percent 461 andel_oevrig", "39 sager 461"]),
        (
            "Sygefraværet var hhv. 5,1, 4,8 og 4,2 pct. i 2019, 2020 og 2021.",
            &[
                "5.1 percent 2019 461 sygefravaer",
                "4.8 percent 2020 461 sygefravaer",
                "4.2 percent 2021 461 sygefravaer",
            ],
        ),
        (
            "Genanvendelse (pct.): 2019: 34; 2020: 39,5",
            &["34 percent 2019 461 genanvendelse", "39.5 percent 2020 461 genanvendelse"],
        ),
        (
            "Mellem en fjerdedel og en tredjedel af svarene handlede om støj.",
            &["25..33.33 percent 461 andel_oevrig"],
        ),
        ("Hver 10. ansat var sygemeldt.", &["10 percent 461 andel_oevrig"]),
        ("Sidste år steg tallet med 3 pct.-point.", &["3 percentage_point 2021 461 change"]),
        (
            "Grundskylden er 26,3 ‰ mod 24\u{a0}‰ i landet.",
            &["26.3 permille 461 grundskyld", "24 permille DK grundskyld"],
        ),
        ("Knap tres procent er tilfredse.", &["60 percent 461 tilfredshed just_under"]),
        (
            "Målet er mindst 60 % i 2025, minimum 65 % i 2030.",
            &[
                "60 percent 2025 461 andel_oevrig target at_least",
                "65 percent 2030 461 andel_oevrig target at_least",
            ],
        ),
        (
            "Ledigheden forventes at falde til ca. 3,1 pct. i 2024.",
            &["3.1 percent 2024 461 ledighed forecast about"],
        ),
        ("Der var 4,2 anbringelser pr. 1.000 unge.", &["4.2 per_n 461"]),
        (
            "97 % fuldfører 9. klasse, og karaktergennemsnittet er 7,0; der er 50 procent rabat på billetter.",
            &["97 percent 461 andel_oevrig"],
        ),
        (
            "Målet er, at fristen overholdes i mindst 90 % af sagerne.",
            &["90 percent 461 andel_oevrig target at_least"],
        ),
        (
            "Vores 37,0 pct. i 2021 skal holdes op imod landets 35 pct.",
            &["37 percent 2021 461 andel_oevrig", "35 percent 2021 DK andel_oevrig"],
        ),
        (
            "Korttidsfraværet udgør 2,9 procentpoint af det samlede fravær.",
            &["2.9 percentage_point 461 sygefravaer"],
        ),
        (
            "På landsplan blev 38 % omgjort i 2017 mod 37 % i 2016.",
            &["38 percent 2017 DK omgoerelsesprocent", "37 percent 2016 DK omgoerelsesprocent"],
        ),
        (
            "Bliver tilslutningen 75 procent, falder prisen med 8 procent.",
            &["75 percent 461 andel_oevrig", "8 percent 461 forecast"],
        ),
        // One value of several kommuner is one claim for each.
        (
            "Højest lå Kolding og Vejen, der begge havde en ledighed på 5 procent.",
            &["5 percent 621 ledighed", "5 percent 575 ledighed"],
        ),
        (
            "Kommuneskatten var 22,8 procent i Gentofte og Rudersdal i 2020.",
            &["22.8 percent 2020 157 kommuneskat", "22.8 percent 2020 230 kommuneskat"],
        ),
        ("Ledigheden var 5 procent i Kolding og Vejen tilsammen.", &["5 percent 621 ledighed"]),
        ("Skolen ligger på tæt ved 10 % fravær.", &["10 percent 461 just_under"]),
        // No rates: idioms, calendar, codes, addresses, clocks, money.
        ("Jeg er 100 procent enig, og vi mødes hver anden tirsdag i første halvdel af 2022.", &[]),
        ("Sag 2019-0087614, Rådhuspladsen 2, 5000 Odense, tlf. 00 00 00 00, kl. 16.30.", &[]),
        ("Der er afsat 1,4 mio. kr. til 2.019 m² og 8 ugers frist, jf. § 42, stk. 2.", &[]),
        ("For aldersgruppen 0-17-årige i 6-byerne åbnes der i 4.-9. klasse.", &[]),
    ];
    check_statements(cases);
}

#[test]
fn shares_once_more_and_aims() {
    let cases: &[(&str, &[&str])] = &[
        // The same share once more measures the same; a share of the reasons is none of what they explain.
        (
            "I 2011 fik kommunen medhold i 61 ud af 82 klagesager, svarende til 74 pct.",
            &[
                "74.39 percent 2011 461 medholdsprocent",
                "61 klagesager 2011 461",
                "82 klagesager 2011 461",
                "74 percent 2011 461 medholdsprocent",
            ],
        ),
        (
            "I hver sjette sag skyldes overskridelsen, at der ventes på oplysninger.",
            &["16.67 percent 461 andel_oevrig"],
        ),
        ("Området står for to tredjedele af overskridelsen.", &["66.67 percent 461 andel_oevrig"]),
        (
            "Udledningen er steget med 4 % siden 2019, og kun 9,5 % af bilerne kører på el.",
            &["4 percent 2019 461 change", "9.5 percent 461 andel_oevrig"],
        ),
        // Aims that a clause, a purpose or a limit that is accepted tells of.
        (
            "Det er over målet i planen, som lød på en reduktion på 50 % i 2025.",
            &["50 percent 2025 461 target"],
        ),
        (
            "Udvalget ønsker en status, til ventetiden er nede på 7 dage for 95 % af borgerne.",
            &["95 percent 461 andel_oevrig target"],
        ),
        ("En afvigelse på op til 0,5 % kan accepteres.", &["0.5 percent 461 target at_most"]),
        ("Der er regnet med 9,4 fødte pr. 1.000 indbyggere i 2025.", &["9.4 per_n 2025 461 forecast"]),
        (
            "Budgettet bygger på en skatteprocent på 25,4 i 2026 mod 25,6 i 2025, dvs. en nedsættelse på 0,2 procentpoint.",
            &[
                "25.4 percent 2026 461 kommuneskat forecast",
                "25.6 percent 2025 461 kommuneskat",
                "0.2 percentage_point 2025 2026 461 kommuneskat forecast",
            ],
        ),
        // A change of counts has both their years.
        (
            "Gruppen vokser fra 1.450 personer i 2025 til 2.320 i 2037, altså med 60 procent.",
            &["1450 personer 2025 461", "2320 personer 2037 461", "60 percent 2025 2037 461 forecast"],
        ),
        (
            "For børn var den 35,9 pct. i 2021 mod 52 pct. året før, og for voksne 34,3 pct. mod 42,4 pct.",
            &[
                "35.9 percent 2021 461 andel_oevrig",
                "52 percent 2020 461 andel_oevrig",
                "34.3 percent 2021 461 andel_oevrig",
                "42.4 percent 2020 461 andel_oevrig",
            ],
        ),
        ("Tilslutningen for piger født i 2008 er 84 %.", &["84 percent 461 andel_oevrig"]),
        (
            "Fristen blev overholdt i 38 sager (76 procent), mod 62 procent i 2020.",
            &["38 sager 461", "76 percent 461 andel_oevrig", "62 percent 2020 461 andel_oevrig"],
        ),
        (
            "Befolkningen forventes at vokse med 0,6 pct., og antallet af børn ventes at falde til 4.120 i 2029.",
            &["0.6 percent 461 befolkningsvaekst forecast", "4120 børn 2029 461 forecast"],
        ),
    ];
    check_statements(cases);
}

#[test]
fn places_of_shares_and_nouns_of_counts() {
    let cases: &[(&str, &[&str])] = &[
        // The place of a share is that of the numbers in it, and of another year of it.
        (
            "I Sønderborg var det 28 ud af 52 sager i 2017.",
            &["53.85 percent 2017 540 andel_oevrig", "28 sager 2017 540", "52 sager 2017 540"],
        ),
        (
            "Sorø lå på 36 procent i 2019 og Jammerbugt på 33 procent af 138 sager.",
            &["36 percent 2019 340 andel_oevrig", "33 percent 2019 849 andel_oevrig", "138 sager 2019 849"],
        ),
        (
            "Der stemte 70,8 % i hele landet i 2017 og 71,9 % i 2013.",
            &["70.8 percent 2017 DK valgdeltagelse", "71.9 percent 2013 DK valgdeltagelse"],
        ),
        (
            "47 pct. af sagerne om børn og 32 pct. af sagerne om voksne blev omgjort i hele landet.",
            &["47 percent DK omgoerelsesprocent", "32 percent DK omgoerelsesprocent"],
        ),
        (
            "For kommunale sager under ét var omgørelsesprocenten 32,5 procent i 2019.",
            &["32.5 percent 2019 DK omgoerelsesprocent"],
        ),
        (
            "I Fredericia blev 72,1 procent stadfæstet i 2022, mens omgørelsesprocenten var 27,9.",
            &["72.1 percent 2022 607 stadfaestelsesprocent", "27.9 percent 2022 607 omgoerelsesprocent"],
        ),
        // Counts whose noun stands before them, or behind what they are a part of.
        ("Esbjerg havde lige så mange sager, nemlig 66.", &["66 sager 561"]),
        ("Ni af de afgjorte sager i 2019 handlede om børn.", &["9 sager 2019 461"]),
        (
            "Blandt medarbejderne i ældreplejen tog 412 ud af 760 imod tilbuddet.",
            &["54.21 percent 461 andel_oevrig", "412 medarbejderne 461", "760 medarbejderne 461"],
        ),
        (
            "I Thisted blev 25 ud af 63 sager omgjort; 21 blev hjemvist og 4 ændret.",
            &[
                "39.68 percent 787 omgoerelsesprocent",
                "25 sager 787",
                "63 sager 787",
                "21 sager 787",
                "4 sager 787",
            ],
        ),
    ];
    check_statements(cases);
}

#[test]
fn a_relative_year_needs_a_date() {
    let text = "I 2022 var andelen 7,0 procent mod 5,6 procent sidste år.";
    let claims = find_claims(text, &Context::default()).claims;
    assert_eq!(claims.iter().map(|c| c.years.clone()).collect::<Vec<_>>(), [vec![2022], vec![]]);
    assert_eq!((claims[1].found.years, claims[1].found.place, claims[1].place), (None, None, None));
}

/// The labelled statements, with what the rules reach on them: F1 of rates, full tuples, counts and years, the shares of
/// silent statements and of right measures; rounded down to hundredths.
const LABELLED: &[(&str, [f64; 6])] = &[
    ("dev.jsonl", [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
    ("fresh.jsonl", [1.0, 1.0, 1.0, 1.0, 1.0, 0.98]),
    ("fresh-a.jsonl", [1.0, 0.97, 0.99, 1.0, 1.0, 0.99]),
    ("fresh-b.jsonl", [0.99, 0.97, 0.97, 1.0, 1.0, 0.95]),
    ("fresh-c.jsonl", [0.99, 0.97, 0.94, 1.0, 1.0, 0.96]),
    ("fresh-d.jsonl", [0.99, 0.99, 0.96, 1.0, 1.0, 0.98]),
    ("fresh-e.jsonl", [0.99, 0.98, 0.90, 0.98, 1.0, 0.97]),
    ("fresh-f.jsonl", [1.0, 0.99, 0.98, 0.99, 1.0, 0.98]),
    ("fresh-g.jsonl", [0.99, 0.97, 0.96, 0.99, 1.0, 0.91]),
    ("fresh-h.jsonl", [0.99, 0.90, 0.92, 0.99, 0.98, 0.90]),
];

/// The labelled statements are read as well as when the rules were written; a change that loses some has to say so here.
#[test]
fn labelled_statements_keep_their_score() {
    for &(file, least) in LABELLED {
        let path = format!("{}/../../corpus/gold/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = fs_err::read_to_string(path).expect("labelled statements are part of the repository");
        let gold: Vec<Labelled> =
            text.lines().map(|l| serde_json::from_str(l).expect("a label a line")).collect();
        let found: Vec<Labelled> = text.lines().map(find_in_line).collect();
        let (score, mistakes) = score(&gold, &found);
        assert!(gold.len() >= 160);
        let f1 = [score.rate.2, score.tuple.2, score.count.2, score.year.2];
        let reached = [f1.as_slice(), &[score.silent, score.accuracy.measure]].concat();
        let lost = reached.iter().zip(least).any(|(reached, least)| *reached < least);
        assert!(!lost, "{file}: {reached:?}, not {least:?}; {mistakes:?}");
    }
}

fn find_in_line(line: &str) -> Labelled {
    let value: serde_json::Value = serde_json::from_str(line).expect("json");
    let doc = |key: &str| value["doc"][key].as_str();
    let context = Context {
        place: doc("place").and_then(|p| p.parse::<Place>().ok()),
        published: doc("published").and_then(|p| p.parse().ok()),
    };
    let found = find_claims(value["text"].as_str().expect("text"), &context);
    let (counts, rates): (Vec<_>, Vec<_>) = found.claims.into_iter().partition(|c| c.unit == Unit::Count);
    let record =
        serde_json::json!({"id": value["id"], "rates": rates, "counts": counts, "years": found.years});
    serde_json::from_value(record).expect("the form of labels")
}

#[test]
fn long_and_odd_texts_come_to_an_end() {
    let digits = "1".repeat(1 << 20);
    assert_eq!(find_claims(&digits, &Context::default()).claims, []);
    let every = "hver ".repeat(100_000);
    assert_eq!(find_claims(&every, &Context::default()).claims, []);
    // Many claims in one text: time grows with its length.
    let many = "5 % omgjort ".repeat(20_000);
    assert!(find_claims(&many, &Context::default()).claims.len() > 19_000);
    let zeroth = find_claims("Hver 0. borger og 3 ud af 0 sager.", &Context::default()).claims;
    assert!(zeroth.iter().all(|c| c.value.is_finite()), "{zeroth:?}");
    let nested = "(".repeat(50_000) + "5 %" + &")".repeat(50_000);
    assert_eq!(find_claims(&nested, &Context::default()).claims.len(), 1);
}

/// What holds for any text: spans and quotes agree, numbers are finite, and every attribute says where it was found.
fn check(text: &str) -> Result<(), TestCaseError> {
    let found = find_claims(text, &odense("2022-05-01"));
    for c in &found.claims {
        prop_assert_eq!(c.span.get(text), Some(c.quote.as_str()));
        prop_assert!(c.value.is_finite() && c.value_max.is_none_or(|m| m >= c.value));
        prop_assert!(c.years.is_sorted());
        prop_assert_eq!(c.found.years.is_some(), !c.years.is_empty());
        prop_assert_eq!(c.found.place.is_some(), c.place.is_some());
    }
    prop_assert!(found.years.is_sorted());
    Ok(())
}

/// Every word and mark of the labelled statements.
fn words() -> Vec<String> {
    let read = |file: &str| {
        let path = format!("{}/../../corpus/gold/{file}", env!("CARGO_MANIFEST_DIR"));
        fs_err::read_to_string(path).expect("labelled statements are part of the repository")
    };
    let mut words: Vec<String> = Vec::new();
    for line in
        LABELLED.iter().flat_map(|(file, ..)| read(file).lines().map(str::to_owned).collect::<Vec<_>>())
    {
        let value: serde_json::Value = serde_json::from_str(&line).expect("json");
        words.extend(value["text"].as_str().unwrap_or_default().split([' ', '\u{a0}']).map(str::to_owned));
    }
    words.sort_unstable();
    words.dedup();
    words
}

proptest! {
    #[test]
    fn any_text_gives_claims_inside_it(
        text in "([0-9]{1,4}|%|pct\\.|procent|ud af|hver|tredje|i 20[0-9]{2}|Odense|Skive|til|og|fra|mellem|halvdelen|steg|mål|sager|,|\\(|\\)|:|–|-| |\u{a0}|\u{ad}|\n){0,40}|\\PC{0,80}"
    ) {
        check(&text)?;
    }

    #[test]
    fn so_do_the_words_of_real_statements_in_any_order(
        words in proptest::collection::vec((proptest::sample::select(words()), "[ ]|[ ]|[ ]|, |\n|-|"), 0..25)
    ) {
        let text: String = words.into_iter().flat_map(|(word, joint)| [word, joint]).collect();
        check(&text)?;
    }
}

/// A document of blocks, each a paragraph unless it begins with `#` (a heading) or `-` (an item of a list).
fn document(kind: Kind, blocks: &[&str]) -> Extracted {
    let mut out = Extracted::default();
    out.meta.kind = Some(Stated { value: kind, how: How::Given });
    out.meta.place = "461".parse().ok().map(|value| Stated { value, how: How::Given });
    for block in blocks {
        let kind = match block.chars().next() {
            Some('#') => BlockKind::Heading(2),
            Some('-') => BlockKind::ListItem,
            _ => BlockKind::Paragraph,
        };
        if !out.text.is_empty() {
            out.text.push_str("\n\n");
        }
        let start = out.text.len();
        out.text.push_str(block.trim_start_matches(['#', '-', ' ']));
        out.blocks.push(Block { kind, span: ByteSpan::new(start, out.text.len()), page: None });
    }
    out
}

/// The claims of a document, with `c` for each of years, place and measure that comes from the context.
fn shown_in(document: &Extracted) -> Vec<String> {
    let from_context = |c: &Claim| {
        let found = [("y", c.found.years), ("p", c.found.place), ("m", c.found.measure)];
        found.iter().filter(|(_, f)| *f == Some(Found::Context)).map(|(name, _)| *name).collect::<String>()
    };
    let claims = belaeg_claims::statements(document).flat_map(|s| s.claims);
    claims.map(|c| format!("{} {}", shown(&c), from_context(&c)).trim_end().to_owned()).collect()
}

#[track_caller]
fn check_news(cases: &[(&[&str], &[&str])]) {
    for (blocks, want) in cases {
        assert_eq!(shown_in(&document(Kind::News, blocks)), *want, "{blocks:?}");
    }
}

#[test]
fn statements_go_on_about_what_stands_above_them() {
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["I 2022 var sygefraværet 5,9 procent. Det er 0,3 procentpoint mere end i 2021."],
            &["5.9 percent 2022 461 sygefravaer", "0.3 percentage_point 2022 461 sygefravaer change ym"],
        ),
        (
            &[
                "# Danmarkskortet over omgørelsesprocenter 2018",
                "Langeland lå på 67 pct., og på Ærø var den 25 pct.",
            ],
            &["67 percent 2018 482 omgoerelsesprocent ym", "25 percent 2018 492 omgoerelsesprocent ym"],
        ),
        (
            &["I 2019 afgjorde Ankestyrelsen 27 sager.", "Heraf blev 59 % stadfæstet."],
            &["27 sager 2019 461", "59 percent 2019 461 stadfaestelsesprocent y"],
        ),
        (
            &["Så mange blev vaccineret i 2020:", "- Plejecentre: 91 procent", "- Hjemmeplejen: 83 procent"],
            &["91 percent 2020 461 vaccinationsandel ym", "83 percent 2020 461 vaccinationsandel ym"],
        ),
        (
            &[
                "I 2021 lå København på 24,6 pct. og Esbjerg på 38,3 pct. omgjorte sager. For børnehandicap var procenten 14,3 pct.",
            ],
            &[
                "24.6 percent 2021 101 omgoerelsesprocent",
                "38.3 percent 2021 561 omgoerelsesprocent",
                "14.3 percent 2021 461 omgoerelsesprocent ym",
            ],
        ),
        // A share of something else, another time, and a new subject take nothing over.
        (
            &["I 2022 var sygefraværet 5,9 procent. 12 procent af pladserne står nu tomme."],
            &["5.9 percent 2022 461 sygefravaer", "12 percent 461 andel_oevrig"],
        ),
        (
            &["Sygefraværet faldt i 2022. Den 5. maj fik 12 procent af eleverne fri."],
            &["12 percent 461 andel_oevrig"],
        ),
    ];
    check_news(cases);
}

#[test]
fn statements_go_on_about_what_was_told() {
    let cases: &[(&[&str], &[&str])] = &[
        // What is held against an earlier year is of the year told of, also where only words told it.
        (
            &[
                "Medarbejderne var mindre syge i 2023 end året før. Sygefraværet endte på 5,9 procent mod 6,9 procent i 2022.",
            ],
            &["5.9 percent 2023 461 sygefravaer y", "6.9 percent 2022 461 sygefravaer"],
        ),
        (
            &["Ledigheden var 2,4 procent i november 2021.", "Et år tidligere var den 4,1 procent."],
            &["2.4 percent 2021 461 ledighed", "4.1 percent 2020 461 ledighed m"],
        ),
        (
            &[
                "I 2020 var 64 procent vaccineret. På samme tid i 2019 var det 56 procent.",
                "- Hjemmeplejen: 83 procent",
            ],
            &[
                "64 percent 2020 461 vaccinationsandel",
                "56 percent 2019 461 vaccinationsandel m",
                "83 percent 2020 461 vaccinationsandel ym",
            ],
        ),
        (
            &["Frafaldet var 26 procent i 2021. Vi har fulgt 140 unge. Af dem var 80 procent stadig i gang."],
            &["26 percent 2021 461 frafald", "140 unge 461", "80 percent 461 andel_oevrig"],
        ),
        // A fall between two values compared before has both years; what follows goes on about the later one.
        (
            &[
                "I 2022 var fraværet blandt ansatte (sygefraværet) 5,9 procent mod 6,9 procent i 2021. Det er et fald på 1,0 procentpoint. På skolerne var det 5 procent.",
            ],
            &[
                "5.9 percent 2022 461 sygefravaer",
                "6.9 percent 2021 461 sygefravaer",
                "1 percentage_point 2021 2022 461 sygefravaer change ym",
                "5 percent 2022 461 sygefravaer ym",
            ],
        ),
        // "De 39 procent" is what was said before, wherever its place was said; values in brackets have a year of their own.
        (
            &[
                "I Kolding blev 39 procent omgjort i 2018. Vi har set på sagerne. De 39 procent dækker 64 sager.",
            ],
            &[
                "39 percent 2018 621 omgoerelsesprocent",
                "39 percent 2018 621 omgoerelsesprocent ypm",
                "64 sager 621 p",
            ],
        ),
        (
            &["Sygefraværet i 2022 (2021 i parentes):", "- Skolerne 5,9 procent (6,3 procent)"],
            &["5.9 percent 2022 461 sygefravaer ym", "6.3 percent 2021 461 sygefravaer ym"],
        ),
        // What is aimed at or expected and named by nothing is of what was spoken of; a share of something else is not.
        (
            &[
                "I 2021 blev 47 procent af affaldet genanvendt. Kommunen venter at nå 55 procent i 2023, og målet er 60 procent.",
            ],
            &[
                "47 percent 2021 461 genanvendelse",
                "55 percent 2023 461 genanvendelse forecast m",
                "60 percent 461 genanvendelse target m",
            ],
        ),
        (
            &[
                "Ledigheden var 6 procent i 2021. Andelen af unge uden job var 19 procent. Svarprocenten er dermed 60.",
            ],
            &[
                "6 percent 2021 461 ledighed",
                "19 percent 2021 461 andel_oevrig y",
                "60 percent 2021 461 andel_oevrig y",
            ],
        ),
    ];
    check_news(cases);
}

#[test]
fn statements_take_times_and_lists_from_the_one_before() {
    let cases: &[(&[&str], &[&str])] = &[
        // What is said in the present is of the time that was told of in the present.
        (
            &[
                "Pr. 31. oktober 2021 er 89,3 % af borgerne vaccineret. Blandt de ansatte er tilslutningen 92 %.",
            ],
            &["89.3 percent 2021 461 vaccinationsandel", "92 percent 2021 461 vaccinationsandel ym"],
        ),
        // The parts of a share, and the count that a share in brackets repeats, are of its years.
        (
            &["I 2021 var frafaldet 26 %. Blandt de nye blev 96 ud af 118 elever."],
            &[
                "26 percent 2021 461 frafald",
                "81.36 percent 2021 461 andel_oevrig y",
                "96 elever 2021 461 y",
                "118 elever 2021 461 y",
            ],
        ),
        // A list of as many values as the statement before had measures what that one did.
        (
            &[
                "I 2022 blev 62,5 % af sagerne stadfæstet, 28,5 % blev hjemvist, og 9,0 % blev ændret. I 2021 var de tilsvarende andele 68,2, 24,1 og 7,7 %.",
            ],
            &[
                "62.5 percent 2022 461 stadfaestelsesprocent",
                "28.5 percent 2022 461 hjemvisningsprocent",
                "9 percent 2022 461 aendringsprocent",
                "68.2 percent 2021 461 stadfaestelsesprocent m",
                "24.1 percent 2021 461 hjemvisningsprocent m",
                "7.7 percent 2021 461 aendringsprocent m",
            ],
        ),
        // What goes on about what is expected is expected too.
        (
            &["Prognosen viser, at der i 2030 vil bo 38.900 mennesker. Det er 3 % færre end i dag."],
            &["38900 mennesker 2030 461 forecast", "3 percent 2030 461 forecast y"],
        ),
        // A change between two values of the statement before that told of no rate is of both their years.
        (
            &["Ventetiden var 94 dage i 2021 mod 77 dage i 2020. Det er en stigning på 22 %."],
            &["22 percent 2020 2021 461 change y"],
        ),
        // Votes are cast when the text was written; the year that is told of says nothing of them.
        (
            &["Budgettet for 2024 er vedtaget. Det sker med 17 stemmer for og 4 imod."],
            &["17 stemmer 461", "4 stemmer 461"],
        ),
        // Sentences of one item of a list go on about one another.
        (
            &["- I 2021 var sygefraværet 5,6 %. På skolerne lå det på 4,2 %.", "- Rådhuset: 3 %"],
            &[
                "5.6 percent 2021 461 sygefravaer",
                "4.2 percent 2021 461 sygefravaer ym",
                "3 percent 461 andel_oevrig",
            ],
        ),
    ];
    check_news(cases);
}

#[test]
fn claims_of_minutes_know_their_item_and_section() {
    let blocks = [
        "# 4. Sygefravær i 2022",
        "Sagsfremstilling",
        "Sygefraværet var 5,9 procent.",
        "Indstilling",
        "At målet er 5 procent.",
        "# 5. Æblehaven",
        "Her er 12 træer.",
    ];
    let minutes = document(Kind::Minutes, &blocks);
    let places: Vec<_> = belaeg_claims::statements(&minutes)
        .filter(|s| !s.claims.is_empty())
        .map(|s| (s.item.map(|i| i.of(&minutes.text).to_owned()), s.section))
        .collect();
    let item = |name: &str| Some(name.to_owned());
    assert_eq!(
        places,
        [
            (item("4. Sygefravær i 2022"), Some(Section::Sagsfremstilling)),
            (item("4. Sygefravær i 2022"), Some(Section::Indstilling)),
            (item("5. Æblehaven"), None),
        ]
    );
    let news = document(Kind::News, &blocks);
    assert!(belaeg_claims::statements(&news).all(|s| s.section.is_none() && s.item.is_none()));
}

#[test]
fn impossible_shares_are_kept_and_flagged() {
    let claims =
        find_claims("Andelen er 250 %, og udgiften er steget med 250 %.", &odense("2022-05-01")).claims;
    let got: Vec<_> = claims.iter().map(|c| (c.value, c.out_of_range)).collect();
    assert_eq!(got, [(250.0, true), (250.0, false)]);
}
