//! Bad documents cost themselves and nothing else: each is named with its cause, the rest go through.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::Value;

use crate::support::{Home, Run, bash, belaeg_within, pdf, pdf_line, skipped, text, utf_16, windows_1252};

const GOOD: &str = "Godt nyt\n\nSygefraværet på Ærø var 4,5\u{a0}% i 2020, skriver caféen.\n";

/// A PDF that wants a password: the standard handler with keys that no empty password opens.
fn locked_pdf() -> Vec<u8> {
    let key = "c3e6a5f8".repeat(8);
    let encrypt = format!("<</Filter/Standard/V 1/R 2/O<{key}>/U<{key}>/P -4>>");
    pdf(&pdf_line("Hemmeligt 12 %"), "", Some(&encrypt))
}

/// A page of a few KiB that unpacks to `mib` MiB of drawing.
fn bomb(mib: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let part = b"q 1 0 0 1 0 0 cm Q\n".repeat(1 << 10);
    for _ in 0..(mib << 20) / part.len() {
        packed.write_all(&part).expect("memory");
    }
    pdf(&packed.finish().expect("memory"), "/Filter/FlateDecode", None)
}

/// Files that cannot be read, with the cause that is to be told.
fn bad_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let good_pdf = pdf(&pdf_line("Fraværet var 12 % i 2020."), "", None);
    let garbage: Vec<u8> = (0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    vec![
        ("tom.txt", Vec::new(), "empty"),
        ("blank.txt", " \n\t\r\n\u{a0}\n".as_bytes().to_vec(), "empty"),
        ("skrald.txt", garbage, "unsupported_format"),
        ("afkortet.pdf", good_pdf[..good_pdf.len() / 3].to_vec(), "damaged"),
        ("kaldt.pdf", b"Dette er ingen PDF.\n".to_vec(), "damaged"),
        ("skannet.pdf", pdf(b"", "", None), "no_text_layer"),
        ("laast.pdf", locked_pdf(), "encrypted"),
        ("tegneark.txt", b"PK\x03\x04\x14\x00\x06\x00".to_vec(), "damaged"),
    ]
}

/// Files that are odd and are read.
fn odd_files() -> Vec<(&'static str, Vec<u8>)> {
    let words = |name: &str| format!("Nyt om {name}\n\nPå Ærø var 4,5 % af caféerne {name} i 2020.\n");
    let deep = format!("<html><body>{}<p>{}", "<div>".repeat(100_000), words("dybe"));
    vec![
        ("dyb.html", deep.into_bytes()),
        ("seksten.txt", utf_16(&words("seksten"))),
        ("vindue.txt", windows_1252(&words("vinduer"))),
        ("god.txt", GOOD.as_bytes().to_vec()),
    ]
}

fn write_all(home: &Home) {
    for (name, bytes, _) in bad_files() {
        home.write(&format!("docs/{name}"), bytes);
    }
    for (name, bytes) in odd_files() {
        home.write(&format!("docs/{name}"), bytes);
    }
}

/// Says that every bad file is named with its cause, and that they are counted at the end.
#[track_caller]
fn check_failures(run: &Run) {
    let bad = bad_files();
    for (name, _, cause) in &bad {
        let named = run.err.lines().filter(|l| l.contains(name)).collect::<Vec<_>>();
        let wanted = format!("{name}: {cause}: ");
        assert!(named.len() == 1 && named[0].contains(&wanted), "{wanted:?} in {named:?}");
        let detail = named[0].split_once(&wanted).map_or("", |(_, detail)| detail);
        assert!(detail.len() > 10, "a person wants to know more: {named:?}");
    }
    let last = run.err.lines().last().unwrap_or_default();
    assert!(last.starts_with(&format!("failed: {} (", bad.len())), "{last}");
    for cause in ["2 empty", "1 unsupported_format", "3 damaged", "1 no_text_layer", "1 encrypted"] {
        assert!(last.contains(cause), "{cause} is not in {last}");
    }
    assert!(!run.err.contains("panicked"), "{}", run.err);
}

fn check_found(home: &Home) {
    for (name, _) in odd_files() {
        let query = ["search", "ærø", "--rate", "4,5", "--json", "--limit", "50"];
        let hits = home.run(&query).exits(0).json();
        let is_there = |hit: &Value| text(&hit["document"]["url"]).ends_with(name);
        assert!(hits.iter().any(is_there), "{name} is not found");
    }
}

#[test]
fn bad_documents_leave_the_rest_alone() {
    let home = Home::new();
    write_all(&home);
    let first = home.run(&["ingest", "home/docs"]).exits(2).says(&["12 new", "too_deep"]);
    check_failures(&first);
    check_found(&home);
    let everything = home.everything();
    let status = home.run(&["status"]).exits(0).out;
    let listed = home.run(&["status", "--json"]).exits(0).one();
    for (name, _, cause) in bad_files() {
        let line = format!("failed      home:docs/{name}: {cause}: ");
        assert!(status.contains(&line), "{line:?} is not in\n{status}");
        let failures = listed["failures"].as_array().expect("a list");
        assert!(failures.iter().any(|f| text(&f["url"]).ends_with(name) && f["cause"] == cause), "{name}");
    }
    assert!(status.contains("warning     too_deep 1"), "{status}");
    let second =
        home.run(&["ingest", "home/docs"]).exits(2).says(&["0 new, 0 changed, 8 read again, 4 unchanged"]);
    check_failures(&second);
    assert_eq!(home.everything(), everything);
    check_failures(&home.run(&["reindex"]).exits(2));
    assert_eq!(home.everything(), everything);
}

#[test]
fn mended_documents_are_good_again() {
    let home = Home::new();
    write_all(&home);
    home.run(&["ingest", "home/docs"]).exits(2);
    for (name, _, _) in bad_files() {
        let mended = if name.ends_with(".pdf") { pdf(&pdf_line(name), "", None) } else { GOOD.into() };
        home.write(&format!("docs/{name}"), mended);
    }
    home.run(&["ingest", "home/docs"]).exits(0).says(&["8 changed", "4 unchanged"]);
    check_found(&home);
    let found = home.run(&["search", "godt", "--no-fold"]).exits(0);
    assert_eq!(found.out.lines().last(), Some("5 of 5 statements"));
    // What an old version was like is no failure of the document as it is.
    assert_eq!(home.run(&["status", "--json"]).one()["failures"], Value::Array(Vec::new()));
}

#[test]
fn files_of_one_name_are_told_apart() {
    let home = Home::new();
    home.write("docs/2019/referat.pdf", b"ingen PDF");
    home.write("docs/2020/referat.pdf", GOOD);
    home.write("docs/2020/brev.txt", GOOD);
    let run = home.run(&["ingest", "home/docs"]).exits(2);
    let failed: Vec<&str> = run.err.lines().filter(|l| l.contains("damaged: ")).collect();
    assert_eq!(failed.len(), 2, "{}", run.err);
    for folder in ["2019/referat.pdf", "2020/referat.pdf"] {
        assert!(failed.iter().any(|l| l.contains(folder)), "{folder} is not named in {failed:?}");
    }
}

#[test]
fn a_file_beyond_the_limit_is_refused() {
    let home = Home::new();
    home.write("belaeg.toml", "[extract]\ninput_mib = 1\n");
    home.write("docs/stor.txt", GOOD.repeat((2 << 20) / GOOD.len()));
    home.write("docs/god.txt", GOOD);
    let known = ["stor.txt: too_large: ", "1 MiB", "extract.input_mib", "failed: 1 (1 too_large)", "1 new"];
    home.run(&["ingest", "home/docs"]).exits(2).says(&known);
    home.run(&["search", "sygefraværet"]).exits(0);
    let status = home.run(&["status"]).exits(0).out;
    assert!(status.contains("stor.txt: too_large"), "{status}");
    // With a higher limit it is read.
    home.write("belaeg.toml", "[extract]\ninput_mib = 4\n");
    home.run(&["ingest", "home/docs/god.txt"]).exits(0);
    home.run(&["extract", "home/docs/stor.txt", "--json"]).exits(0);
}

#[test]
fn forty_mib_of_text_are_refused_with_the_limit() {
    let home = Home::new();
    home.write("docs/stor.txt", "æøå 4,5 % i 2020 og mere til.\n\n".repeat((40 << 20) / 34));
    home.write("docs/god.txt", GOOD);
    let known = ["stor.txt: too_large: ", "33554432", "split it", "failed: 1 (1 too_large)"];
    home.run(&["ingest", "home/docs"]).exits(2).says(&known);
    home.run(&["search", "sygefraværet"]).exits(0);
}

#[test]
fn a_bomb_costs_one_document() {
    let home = Home::new();
    home.write("docs/a.txt", GOOD);
    home.write("docs/b.pdf", bomb(30));
    home.write("docs/c.pdf", pdf(&pdf_line("Fraværet på Ærø var 7,5 % i 2020."), "", None));
    let limits = |seconds: u32, mib: u32| {
        let settings = format!("[extract]\nworker_seconds = {seconds}\nworker_memory_mib = {mib}\n");
        home.write("belaeg.toml", settings);
    };
    let causes = ["out_of_memory", "timed_out", "too_large", "damaged", "no_text_layer"];
    let named = |err: &str| causes.iter().any(|c| err.contains(&format!("b.pdf: {c}: ")));
    limits(100, 192);
    let memory = home.run(&["ingest", "home/docs"]).exits(2).says(&["3 new", "failed: 1 ("]);
    assert!(named(&memory.err), "{}", memory.err);
    home.run(&["search", "fraværet", "--rate", "7,5"]).exits(0);
    limits(1, 4096);
    let time = home.run(&["ingest", "home/docs"]).exits(2);
    assert!(named(&time.err), "{}", time.err);
    home.run(&["search", "godt"]).exits(0);
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_utf8() {
    let home = Home::new();
    home.write("docs/god.txt", GOOD);
    let done = bash(
        home.root(),
        "cp home/docs/god.txt $'home/docs/b\\xff.txt' && \"$1\" extract --json $'home/docs/b\\xff.txt'",
        &[std::ffi::OsStr::new(env!("CARGO_BIN_EXE_belaeg"))],
    );
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(done.out.starts_with("{\"file\":"), "{}", done.out);
}

#[cfg(unix)]
#[test]
fn links_and_pipes_do_not_hang() {
    use std::os::unix::fs::symlink;
    let home = Home::new();
    home.write("docs/god.txt", GOOD);
    let at = |name: &str| home.dir().join("docs").join(name);
    symlink("findes-ikke.txt", at("dangler.txt")).expect("a link");
    symlink("ring.txt", at("ring.txt")).expect("a link");
    symlink("..", at("op")).expect("a link");
    let made = bash(home.root(), "mkfifo \"$1\"", &[at("roer.txt").as_os_str()]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let run = belaeg_within(10, home.root(), &["--home", "home", "ingest", "home/docs"]);
    assert_ne!(run.code, None, "it waits for ever: {}", run.err);
    let known = [
        "dangler.txt: unreadable: ",
        "ring.txt: unreadable: ",
        "roer.txt: unreadable: ",
        "1 new",
        "failed: 3",
    ];
    let run = run.exits(2).says(&known);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    home.run(&["search", "sygefraværet"]).exits(0);
    assert_eq!(home.run(&["status", "--json"]).one()["documents"], 1);
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.write("docs/god.txt", GOOD);
    home.write("docs/lukket/brev.txt", GOOD);
    let closed = home.dir().join("docs/lukket");
    let mode = |path: &Path, mode: u32| {
        fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
    };
    mode(&closed, 0o000);
    if fs_err::read_dir(&closed).is_ok() {
        skipped("a folder without permission is readable for this user");
    } else {
        let known = ["lukket", "unreadable", "1 new", "failed: 1 (1 unreadable)"];
        home.run(&["ingest", "home/docs"]).exits(2).says(&known);
        home.run(&["search", "sygefraværet"]).exits(0);
    }
    mode(&closed, 0o755);
    home.run(&["ingest", "home/docs"]).exits(0);
    assert_eq!(home.run(&["status", "--json"]).one()["documents"], 2);
}
