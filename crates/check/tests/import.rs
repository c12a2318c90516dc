//! Reading figures: every format with small examples (made up, not published figures), and bad input.

use std::io::{Cursor, Write};

use belaeg_check::import::{Failure, Import, Mapping, Origin, read};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn origin() -> Origin {
    Origin { address: "eksempel".to_owned(), ..Origin::default() }
}

fn take(bytes: impl AsRef<[u8]>, mapping: Option<&str>) -> Result<Import, Failure> {
    let mapping = mapping.map(|text| Mapping::parse(text).expect("a mapping"));
    read(bytes.as_ref(), &origin(), mapping.as_ref())
}

/// Each figure as `measure area place period value [cases]`.
fn lines(import: &Import) -> Vec<String> {
    let line = |f: &belaeg_check::Figure| {
        let cases = f.cases.map_or_else(String::new, |n| format!(" [{n}]"));
        format!("{} {} {} {} {f}{cases}", f.measure, f.area, f.place.code(), f.period)
    };
    import.figures.iter().map(line).collect()
}

/// Refused rows as `place column cause`.
fn refused(import: &Import) -> Vec<String> {
    import.refused.iter().map(|r| format!("{} {} {}", r.at, r.column, r.cause)).collect()
}

fn skipped(import: &Import) -> Vec<(&'static str, u64)> {
    import.skipped.iter().map(|(why, n)| (why.as_str(), *n)).collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect()
}

const OWN: &str =
    "measure,area,place_code,place_name,year,value,unit,cases,source_url,source_title,seen_in,note\n";

#[test]
fn the_curated_figures_are_read_whole() {
    let table = include_bytes!("../../../corpus/official/official.csv");
    let import = take(table, None).expect("our own table");
    assert_eq!(refused(&import), Vec::<String>::new());
    let repeated = import.skipped.values().sum::<u64>();
    let rows = String::from_utf8_lossy(table).lines().count() as u64 - 1;
    assert_eq!(import.figures.len() as u64 + repeated, rows);
    // The known contradictions, and those that differ in their decimals or notes alone.
    assert!(import.contradictions.len() >= 11, "{:?}", import.contradictions);
}

#[test]
fn our_own_table() {
    let rows = "omgoerelsesprocent,boernehandicap,101,København,2018,47,pct,30,https://a.dk,Avisen,news-quoting-official,ca.\n\
                omgoerelsesprocent,boernehandicap,0461,Odense,2018H1,\"28.90\",pct,,,,official,\n\
                ledighed,alle,000,Hele landet,2021M11,2.5,pct,,,,official,\n";
    let import = take(format!("\u{feff}{OWN}{rows}"), None).expect("a table");
    assert_eq!(
        lines(&import),
        [
            "ledighed alle DK 2021M11 2,5 %",
            "omgoerelsesprocent boernehandicap 101 2018 47 % [30]",
            "omgoerelsesprocent boernehandicap 461 2018H1 28,90 %",
        ]
    );
    let quoted = &import.figures[1];
    assert_eq!(quoted.source.standing.as_str(), "news-quoting-official");
    assert_eq!((quoted.source.name.as_str(), quoted.source.url.as_deref()), ("Avisen", Some("https://a.dk")));
    assert_eq!(quoted.note.as_deref(), Some("ca."));
    assert_eq!(import.figures[0].source.name, "eksempel");
}

#[test]
fn bad_rows_are_named_and_good_ones_kept() {
    let rows = "m,alle,999,,2018,47,pct,,,,official,\n\
                m,alle,461,Assens,2018,47,pct,,,,official,\n\
                m,alle,461,Odense,i fjor,47,pct,,,,official,\n\
                m,alle,461,Odense,2018,meget,pct,,,,official,\n\
                m,alle,461,Odense,2018,47,skefulde,,,,official,\n\
                m,alle,461,Odense,2018,47,pct,,,,rygte,\n\
                ,alle,461,Odense,2018,47,pct,,,,official,\n\
                m,alle,461,Odense,2018,47\n\
                m,alle,,,2018,47,pct,,,,official,\n\
                m,alle,461,Odense,2018,..,pct,,,,official,\n\
                m,alle,01,Byen København,2018,3,pct,,,,official,\n\
                m,alle,461,Odense,2018,47,pct,,,,official,\n\
                m,alle,461,Odense,2018,47,pct,,,,official,\n\
                m,alle,461,Odense,2018,48,pct,,,,official,\n";
    let import = take(format!("{OWN}{rows}"), None).expect("a table");
    assert_eq!(lines(&import), ["m alle 461 2018 47 %", "m alle 461 2018 48 %"]);
    assert_eq!(
        refused(&import),
        [
            "row 2 place_code unknown_place",
            "row 3 place_name place_mismatch",
            "row 4 year bad_period",
            "row 5 value bad_number",
            "row 6 unit unknown_unit",
            "row 7 seen_in unknown_standing",
            "row 8 measure no_measure",
            "row 9  row_length",
            "row 10 place_code unknown_place",
        ]
    );
    assert_eq!(skipped(&import), [("missing", 1), ("other_area", 1), ("repeated", 1)]);
    assert_eq!(import.contradictions.len(), 1);
    assert_eq!(import.contradictions[0].values, [47.0, 48.0]);
    assert!(import.refused[4].why.contains("skefulde"), "{}", import.refused[4].why);
}

#[test]
fn csv_and_bulk_of_the_statbank() {
    let csv = "\u{feff}OMRÅDE;SKATPCT;TID;INDHOLD\r\n000;KOM;2023;25,1\r\n461;KOM;2023;24,9\r\n461;GRUND;2023;30,25\r\n\
               461;KIRK;2023;0,7\r\n01;KOM;2023;24,2\r\n492;KOM;2023;..\r\n";
    let import = take(csv, None).expect("known by SKATPCT");
    assert_eq!(
        lines(&import),
        [
            "grundskyldspromille alle 461 2023 30,25 promille",
            "kommuneskatteprocent alle 461 2023 24,9 %",
            "kommuneskatteprocent alle DK 2023 25,1 %",
        ]
    );
    assert_eq!(skipped(&import), [("missing", 1), ("other_area", 1), ("not_chosen", 1)]);
    assert!(import.figures[0].source.name.contains("PSKAT"), "{}", import.figures[0].source.name);

    // An unknown table: what it measures has to be said, and every variable chosen.
    let bulk = "OMRÅDE;KØN;TID;INDHOLD\n461;TOT;2024K1;1234\n461;M;2024K1;600\n";
    assert!(matches!(take(bulk, None), Err(Failure::NoMeasure { .. })));
    let constant = "[constant]\nmeasure = 'folketal'\nunit = 'antal'\n";
    let several = take(bulk, Some(constant));
    assert!(matches!(&several, Err(Failure::SeveralValues { column, .. }) if column == "KØN"), "{several:?}");
    let only = format!("{constant}[only]\n'KØN' = 'TOT'\n");
    let import = take(bulk, Some(&only)).expect("chosen");
    assert_eq!(lines(&import), ["folketal alle 461 2024K1 1234"]);
}

#[test]
fn codes_with_names_and_names_alone() {
    let csv = "OMRÅDE;TID;INDHOLD\n101 København;2024;1\nÅrhus;2024;2\nVesthimmerlands;2024;3\n0461;2024;4\n461.0;2023;5\n\
               Landsdel Fyn;2024;6\n084;2024;7\n";
    let import = take(csv, Some("[constant]\nmeasure = 'm'\nunit = 'antal'\n")).expect("a table");
    assert_eq!(
        lines(&import),
        [
            "m alle 101 2024 1",
            "m alle 1084 2024 7",
            "m alle 461 2023 5",
            "m alle 461 2024 4",
            "m alle 751 2024 2",
            "m alle 820 2024 3"
        ]
    );
}

const DIMENSIONS: &str = r#""OMRÅDE":{"label":"område","category":{"index":{"000":0,"461":1,"999":2},"label":{"000":"Hele landet","461":"Odense","999":"Uoplyst"}}},
    "SKATPCT":{"category":{"index":["KOM"]}},"Tid":{"category":{"index":{"2022":0,"2023":1}}},
    "ContentsCode":{"category":{"index":{"PSKAT":0},"label":{"PSKAT":"Indhold"},"unit":{"PSKAT":{"base":"-","decimals":2}}}}"#;

fn wrapped(value: &str) -> String {
    format!(
        r#"{{"dataset":{{"dimension":{{{DIMENSIONS},"id":["OMRÅDE","SKATPCT","ContentsCode","Tid"],"size":[3,1,1,2],
        "role":{{"metric":["ContentsCode"],"geo":["OMRÅDE"],"time":["Tid"]}}}},"label":"Skat på Ærø","source":"Danmarks Statistik",
        "updated":"2024-12-19T23:30:00Z","value":{value}}}}}"#
    )
}

#[test]
fn json_stat_as_the_statbank_answers_it() {
    let import = take(wrapped("[25,25.1,null,24.9,1,2]"), None).expect("JSON-stat");
    assert_eq!(
        lines(&import),
        [
            "kommuneskatteprocent alle 461 2023 24,90 %",
            "kommuneskatteprocent alle DK 2022 25,00 %",
            "kommuneskatteprocent alle DK 2023 25,10 %",
        ]
    );
    assert_eq!(skipped(&import), [("missing", 1), ("other_area", 2)]);
    assert_eq!(import.title.as_deref(), Some("Skat på Ærø"));
    // Half past eleven in UTC is the next day in Denmark.
    assert_eq!(import.updated.map(|d| d.to_string()).as_deref(), Some("2024-12-20"));
}

#[test]
fn json_stat_2() {
    let text = r#"{"version":"2.0","class":"dataset","id":["geo","time"],"size":[2,2],"role":{"geo":["geo"],"time":["time"]},
        "dimension":{"geo":{"category":{"index":["461","102"],"label":{"461":"Odense"}}},"time":{"category":{"index":["2022","2023Q1"]}}},
        "value":{"0":3.5,"1":"..","3":7}}"#;
    let import = take(text, Some("[constant]\nmeasure = 'ledighed'\nunit = 'pct'\n")).expect("JSON-stat");
    assert_eq!(lines(&import), ["ledighed alle 461 2022 3,5 %"]);
    assert_eq!(refused(&import), ["value 4 (geo=102, time=2023Q1) geo unknown_place"]);
    assert_eq!(skipped(&import), [("missing", 1)]);
}

#[test]
fn bad_json_stat() {
    let damaged = |text: &str| matches!(take(text, None), Err(Failure::Damaged(_)));
    assert!(damaged("{}"));
    assert!(damaged("{\"dataset\":[1,2]}"));
    assert!(damaged(&wrapped("[1,2]")));
    assert!(damaged(&wrapped("{\"17\":1}")));
    assert!(damaged(&wrapped("[1,2,3,4,5,6]")[..200]));
    let huge = wrapped("[1]").replace("\"size\":[3,1,1,2]", "\"size\":[3000000,3000000,1,2]");
    assert!(matches!(take(huge, None), Err(Failure::TooLarge { .. })));
    let several = wrapped("[1,2,3,4,5,6,7,8,9,10,11,12]")
        .replace("\"size\":[3,1,1,2]", "\"size\":[3,1,2,2]")
        .replace("{\"PSKAT\":0}", "{\"PSKAT\":0,\"B\":1}")
        .replace("SKATPCT", "KØN");
    assert!(matches!(take(several, None), Err(Failure::NoMeasure { .. })));
}

#[test]
fn no_data_at_all() {
    assert_eq!(take("", None).err(), Some(Failure::Empty));
    let page = "<!DOCTYPE html><title>Fejl</title>";
    assert!(matches!(take(page, None), Err(Failure::Html { .. })));
    let answer = r#"{"errorTypeCode":"EXTRACT-NOTFOUND","message":"Tabellen blev ikke fundet"}"#;
    let failure = take(answer, None).expect_err("an error");
    assert!(failure.to_string().contains("EXTRACT-NOTFOUND: Tabellen"), "{failure}");
    let unknown = take("Navn;Antal\nÅse;5\n", None).expect_err("what is it?");
    assert!(unknown.to_string().contains("Navn, Antal"), "{unknown}");
}

const TALPORTAL: &str = "\"Kommune\";\"Lovgivning\";\"Sagsemne\";\"periode\";\"Realitetsbehandlede sager i alt\";\"Omgørelsesprocent\";\"Afvisningsprocent\"\n\
    \"Århus\";\"Serviceloven\";\"Merudgifter § 41\";\"2019 - 4. kvartal\";45;28,8888888888889;3\n\
    \"Hele landet\";\"Serviceloven\";\"I alt\";\"2019\";1.234;36,5;3\n\
    \"Ærø\";\"Aktivloven\";\"I alt\";\"2019\";0;--;\n";

#[test]
fn csv_of_the_talportal() {
    let import = take(latin1(TALPORTAL), None).expect("Latin-1");
    assert_eq!(
        lines(&import),
        [
            "omgoerelsesprocent serviceloven DK 2019 36,5 % [1234]",
            "omgoerelsesprocent serviceloven/merudgifter_41 751 2019K4 28,8888888889 % [45]",
            "realitetsbehandlede_sager aktivloven 492 2019 0",
            "realitetsbehandlede_sager serviceloven DK 2019 1234",
            "realitetsbehandlede_sager serviceloven/merudgifter_41 751 2019K4 45",
        ]
    );
    assert_eq!(skipped(&import), [("missing", 1)]);
    let pivoted = "\"Kommune\";\"Lovgivning\";\"Omgørelsesprocent;2018\";\"Omgørelsesprocent;2019\"\n\"Ærø\";\"Serviceloven\";25,5;--\n";
    let import = take(latin1(pivoted), None).expect("heads of two levels");
    assert_eq!(lines(&import), ["omgoerelsesprocent serviceloven 492 2018 25,5 %"]);
}

/// A workbook of one sheet; numbers as numbers, the rest as text.
fn workbook(name: &str, rows: &[&[&str]]) -> Vec<u8> {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let cell = |row: usize, column: usize, value: &str| {
        let at = format!("{}{row}", char::from(b'A' + u8::try_from(column).expect("few columns")));
        match value {
            "" => String::new(),
            number if number.parse::<f64>().is_ok() => format!("<c r='{at}'><v>{number}</v></c>"),
            text => format!("<c r='{at}' t='inlineStr'><is><t>{text}</t></is></c>"),
        }
    };
    let row = |(number, row): (usize, &&[&str])| {
        let cells: String = row.iter().enumerate().map(|(c, v)| cell(number, c, v)).collect();
        format!("<row r='{number}'>{cells}</row>")
    };
    let data: String = (1..).zip(rows).map(row).collect();
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            format!(
                "<Relationships><Relationship Id='rId1' Type='{kind}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns:r='{kind}'><sheets><sheet name='{name}' sheetId='1' r:id='rId1'/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships><Relationship Id='rId1' Type='{kind}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{data}</sheetData></worksheet>")),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("a name");
        writer.write_all(text.as_bytes()).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

#[test]
fn workbook_of_the_talportal() {
    let rows: &[&[&str]] = &[
        &["", "", "Omgørelsesprocent", "", "Afgjorte sager", ""],
        &["Kommune", "Lovgivning", "2018", "2019", "2018", "2019"],
        &["Odense", "Serviceloven", "28.9", "0", "45", "0"],
        &["Nordfyns", "Serviceloven", "30", "31.25", "12", "16"],
        &["", "", "", "", "", ""],
        &["Kilde: Ankestyrelsen", "", "", "", "", ""],
    ];
    let expected = [
        "afgjorte_sager serviceloven 461 2018 45",
        "afgjorte_sager serviceloven 480 2018 12",
        "afgjorte_sager serviceloven 480 2019 16",
        "omgoerelsesprocent serviceloven 461 2018 28,9 %",
        "omgoerelsesprocent serviceloven 480 2018 30 %",
        "omgoerelsesprocent serviceloven 480 2019 31,25 %",
    ];
    let import = take(workbook("Som tabel", rows), None).expect("a workbook");
    assert_eq!(lines(&import), expected);
    assert_eq!(skipped(&import), [("zero_or_missing", 2)]);
    // Periods above measures, and the labels in the upper row.
    let rows: &[&[&str]] = &[
        &["Kommune", "2018", "", "2019"],
        &["", "Omgørelsesprocent", "Afgjorte sager", "Omgørelsesprocent"],
        &["Odense", "28.9", "45", "30"],
    ];
    let import = take(workbook("Som tabel", rows), None).expect("a workbook");
    let area = "kommunale_social_og_beskaeftigelsessager";
    assert_eq!(
        lines(&import),
        [
            format!("afgjorte_sager {area} 461 2018 45"),
            format!("omgoerelsesprocent {area} 461 2018 28,9 %"),
            format!("omgoerelsesprocent {area} 461 2019 30 %"),
        ]
    );
}

const MAPPED: &str = "skip_rows = 2\n[columns]\nplace = 'Kommune'\nperiod = 'År'\nvalue = 'Fravær'\ncases = 'Ansatte'\n\
    [constant]\nmeasure = 'Sygefravær'\narea = 'kommunalt_ansatte'\nunit = 'dagsvaerk'\nsource = 'KRL'\n";

#[test]
fn any_table_with_a_mapping() {
    let csv = "Sygefravær;;;\n;;;\nKommune;År;Ansatte;Fravær\nOdense Kommune;2019;12.345;13,5\nHele landet;2019.0;;1.234,5\nÆrø;2019;5;.\n";
    let import = take(csv, Some(MAPPED)).expect("mapped");
    let expected = [
        "sygefravaer kommunalt_ansatte 461 2019 13,5 dagsværk [12345]",
        "sygefravaer kommunalt_ansatte DK 2019 1234,5 dagsværk",
    ];
    assert_eq!(lines(&import), expected);
    assert_eq!(import.figures[0].source.name, "KRL");
    let rows: &[&[&str]] = &[
        &["Sygefravær", "", "", ""],
        &["", "", "", ""],
        &["Kommune", "År", "Ansatte", "Fravær"],
        &["461", "2019", "12345", "13.5"],
        &["Hele landet", "2019", "", "1.234,5"],
    ];
    let import = take(workbook("Ark1", rows), Some(MAPPED)).expect("mapped");
    assert_eq!(lines(&import), expected);
    let wrong =
        take("Kommune;År\nOdense;2019\n", Some("[columns]\nplace='Komune'\nperiod='År'\nvalue='X'\n"));
    assert!(matches!(&wrong, Err(Failure::Mapping(why)) if why.contains("Komune")), "{wrong:?}");
}

#[test]
fn thousands_and_decimals_are_told_apart_or_refused() {
    let mapping = |decimal: &str| {
        format!(
            "{decimal}[columns]\nplace = 'Sted'\nperiod = 'År'\nvalue = 'Tal'\n[constant]\nmeasure = 'm'\nunit = 'antal'\n"
        )
    };
    let csv = "Sted;År;Tal\nOdense;2020;1.234\nÆrø;2020;2.345\n";
    // Rows are counted as they stand in the file.
    let import = take(format!("sep=;\n{csv}"), Some(&mapping(""))).expect("a table");
    assert_eq!(refused(&import), ["row 3 Tal ambiguous_number", "row 4 Tal ambiguous_number"]);
    let import = take(csv, Some(&mapping(""))).expect("a table");
    assert_eq!(refused(&import), ["row 2 Tal ambiguous_number", "row 3 Tal ambiguous_number"]);
    let import = take(csv, Some(&mapping("decimal = 'comma'\n"))).expect("a table");
    assert_eq!(lines(&import), ["m alle 461 2020 1234", "m alle 492 2020 2345"]);
    let told = format!("{csv}Assens;2020;12,5\n");
    assert_eq!(lines(&take(told, Some(&mapping(""))).expect("a table"))[1], "m alle 461 2020 1234");
}

#[test]
fn bad_workbooks() {
    let good = workbook("Som tabel", &[&["Kommune", "2018"], &["", "Omgørelsesprocent"], &["Odense", "5"]]);
    assert!(take(&good, None).is_ok());
    for end in [4, 30, good.len() / 2, good.len() - 1] {
        assert!(matches!(take(&good[..end], None), Err(Failure::Damaged(_))), "{end}");
    }
    assert!(
        matches!(take(b"\xd0\xcf\x11\xe0\xa1", None), Err(Failure::Damaged(why)) if why.contains("XLSX"))
    );
    let lies = "<sst uniqueCount='99999999999'/>".as_bytes();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).expect("a name");
    writer.write_all(lies).expect("memory");
    let bytes = writer.finish().expect("memory").into_inner();
    assert!(matches!(take(bytes, None), Err(Failure::Damaged(_))));
}

/// What may stand in a table, good and bad.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,4}",
        "[-0-9.,]{0,8}",
        "[a-zæøå ;\"]{0,8}",
        Just("INDHOLD".to_owned()),
        Just("Kommune".to_owned()),
        Just("..".to_owned()),
    ]
}

proptest! {
    #[test]
    fn no_bytes_crash_a_reader(bytes: Vec<u8>, tail: Vec<u8>) {
        for head in ["", "{", "PK\u{3}\u{4}", "OMRÅDE;SKATPCT;TID;INDHOLD\n", "Kommune;Lovgivning;periode;Omgørelsesprocent\n", OWN] {
            let all = [head.as_bytes(), &bytes, b"\n", &tail].concat();
            let _ = take(&all, None);
            let _ = take(&all, Some(MAPPED));
        }
    }

    #[test]
    fn no_table_crashes_a_reader(rows in proptest::collection::vec(proptest::collection::vec(cell(), 0..7), 0..6)) {
        let text: Vec<String> = rows.iter().map(|row| row.join(";")).collect();
        for head in ["", "OMRÅDE;SKATPCT;TID;INDHOLD\n", "Kommune;Lovgivning;Omgørelsesprocent;periode\n"] {
            let _ = take(format!("{head}{}", text.join("\n")), None);
        }
    }

    #[test]
    fn no_damage_crashes_json_stat(at in 0..900_usize, byte: u8) {
        let mut bytes = wrapped("[25,25.1,null,24.9,1,2]").into_bytes();
        if let Some(one) = bytes.get_mut(at) {
            *one = byte;
        }
        let _ = take(bytes, None);
    }

    #[test]
    fn no_damage_crashes_a_workbook(at in 0..2500_usize, byte: u8) {
        let mut bytes = workbook("Som tabel", &[&["Kommune", "2018"], &["", "Omgørelsesprocent"], &["Odense", "5"]]);
        if let Some(one) = bytes.get_mut(at) {
            *one = byte;
        }
        let _ = take(bytes, None);
    }
}
