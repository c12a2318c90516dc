//! What the archive knows of documents over time: near-duplicates, sources that share one, takedowns, a catalog that was built
//! again, and what changed in words.

use std::collections::{BTreeMap, BTreeSet};

use belaeg_testbed::{Server, ServerOptions, Spec, World};
use serde_json::Value;

use crate::support::{Home, bash, program, repository, strings, text};

/// Points of an agenda: `count` sentences that no other topic has.
fn points(topic: &str, count: usize) -> String {
    let point = |i| format!("{topic} nummer {i} om børn på Ærø blev drøftet af {topic}udvalg {i}. ");
    (0..count).map(point).collect()
}

/// An agenda, its minutes at another place, and something else.
fn meeting() -> Home {
    let home = Home::new();
    let agenda = points("Sag", 12);
    let minutes = format!("{agenda}\n\n{}", points("Beslutning", 4));
    for (name, words, about) in [
        ("dagsorden", &agenda, "kind = \"minutes\"\nplace = \"492\"\npublished = \"2026-03-02\"\n"),
        ("referat", &minutes, "kind = \"minutes\"\nplace = \"461\"\npublished = \"2026-03-09\"\n"),
        ("andet", &points("Andet", 12), "kind = \"news\"\n"),
    ] {
        home.write(&format!("docs/{name}.txt"), words);
        home.write(&format!("docs/{name}.txt.toml"), about);
    }
    home.run(&["ingest", "home/docs"]).exits(0);
    home
}

/// A home beside a simulated web of kommuner.
fn fetched(kommuner: usize) -> (Home, Server) {
    let spec = Spec { kommuner, meetings: 3, news: 3, letters: 2, crawl_delay_s: 0, ..Spec::default() };
    let server = Server::start(World::new(&spec), ServerOptions::default()).expect("a free port");
    let home = Home::new();
    home.write("corpus/sources.toml", server.sources_toml());
    home.write("belaeg.toml", "[fetch]\nallow_hosts = [\"*.localhost\"]\ninterval_ms = 0\n");
    (home, server)
}

/// The address of a news article that can be fetched.
fn news_page(server: &Server) -> String {
    let truth = server.truth();
    let mut pages = truth.documents.iter().filter(|d| d.forbidden.is_none()).map(|d| &d.addresses[0]);
    pages.find(|a| a.contains("/nyheder/2026")).expect("a page").clone()
}

/// The catalog goes; the next command that writes builds it again from the archive.
fn lose_catalog(home: &Home) {
    for end in ["", "-wal", "-shm"] {
        let _ = fs_err::remove_file(home.dir().join(format!("corpus/catalog.sqlite{end}")));
    }
}

fn near(home: &Home, id: &str) -> Vec<Value> {
    let shown = home.run(&["show", id, "--json"]).exits(0).one();
    shown["near_duplicates"].as_array().expect("a list").clone()
}

#[test]
fn an_agenda_and_its_minutes_are_linked_both_ways() {
    let home = meeting();
    let [agenda, minutes, other] =
        ["dagsorden", "referat", "andet"].map(|name| home.id(&format!("docs/{name}.txt")));
    let linked = near(&home, &agenda);
    assert_eq!(linked.len(), 1, "{linked:?}");
    assert_eq!(text(&linked[0]["id"]), minutes);
    assert_eq!(linked[0]["place"], "461");
    assert_eq!(
        (text(&linked[0]["kind"]), text(&linked[0]["published"])),
        ("minutes".into(), "2026-03-09".into())
    );
    let similarity = linked[0]["similarity"].as_f64().expect("a number");
    assert!((0.5..0.95).contains(&similarity), "{similarity}");
    assert_eq!(near(&home, &minutes)[0]["id"], agenda);
    assert!(near(&home, &other).is_empty());
    let printed = home.run(&["show", &agenda]).exits(0).out;
    let line = format!(
        "near-duplicate: {minutes} {:.0} % the same: minutes · Odense · 2026-03-09: ",
        similarity * 100.0
    );
    assert!(printed.contains(&line), "{line}\n{printed}");
    // They follow the text.
    home.write("docs/referat.txt", points("Ny", 20));
    home.run(&["ingest", "home/docs"]).exits(0);
    assert!(near(&home, &agenda).is_empty());
}

#[test]
fn documents_that_only_share_a_form_are_not_linked() {
    let home = Home::new();
    let examples = repository().join("corpus/documents");
    home.run(&["ingest", examples.to_str().expect("UTF-8")]).exits(0);
    let ids = strings(&home.catalog(), "SELECT id FROM documents");
    assert!(ids.len() > 40, "{}", ids.len());
    for id in ids {
        assert_eq!(near(&home, &id), Vec::<Value>::new(), "{id}");
    }
    // Agendas of one system have much in common; only those of one meeting are the same.
    let (home, _server) = fetched(6);
    home.run(&["fetch"]);
    let about: BTreeMap<String, [String; 2]> = {
        let catalog = home.catalog();
        let sql = "SELECT s.document_id || '\t' || s.sha256 || '\t' || coalesce(p.related, s.id) FROM snapshots s \
                   JOIN pages p ON p.document_id = s.document_id";
        let rows = strings(&catalog, sql);
        let row = |row: &String| {
            let mut columns = row.split('\t').map(str::to_owned);
            let mut column = || columns.next().unwrap_or_default();
            (column(), [column(), column()])
        };
        rows.iter().map(row).collect()
    };
    let mut edited = 0;
    for (id, own) in &about {
        for linked in near(&home, id) {
            let other = &about[&text(&linked["id"])];
            assert!(own[0] == other[0] || own[1] == other[1], "{id} {linked}");
            edited += usize::from(own[0] != other[0]);
        }
    }
    assert!(edited > 0, "no agenda was found beside its minutes");
}

#[test]
fn takedown_tells_copies_and_takes_them_too_where_that_is_asked() {
    let home = meeting();
    home.write("docs/kopi.txt", points("Sag", 12));
    home.run(&["ingest", "home/docs"]).exits(0);
    let [agenda, minutes, copy] =
        ["dagsorden", "referat", "kopi"].map(|name| home.id(&format!("docs/{name}.txt")));
    let before = home.archive_bytes();
    let dry = home.run(&["takedown", &agenda, "--reason", "anmodning", "--copies", "--dry-run"]).exits(0);
    let told = dry.json();
    assert_eq!(told.iter().map(|t| text(&t["document"])).collect::<Vec<_>>(), [agenda.as_str(), &copy]);
    assert_eq!(text(&told[0]["copies"][0]["id"]), copy);
    assert_eq!(text(&told[0]["near_duplicates"][0]["id"]), minutes);
    home.run(&["show", &agenda]).exits(0);
    // Without the flag the copy stays, and is named.
    let one = home.run(&["takedown", &agenda, "--reason", "anmodning"]).exits(0);
    let one = one.says(&[&copy, &minutes, "--copies"]).one();
    assert_eq!(one["versions"], 1);
    home.run(&["show", &agenda]).exits(1);
    home.run(&["show", &copy]).exits(0);
    assert_eq!(home.archive_bytes(), before);
    home.run(&["status", "--verify"]).exits(0);
    home.run(&["takedown", &agenda, "--reason", "igen"]).exits(1).says(&["taken down before"]);

    let home = meeting();
    home.write("docs/kopi.txt", points("Sag", 12));
    home.run(&["ingest", "home/docs"]).exits(0);
    assert_eq!(home.run(&["takedown", &agenda, "--reason", "x", "--copies"]).exits(0).json(), {
        let mut told = told;
        told.iter_mut().for_each(|t| t["reason"] = "x".into());
        told
    });
    home.run(&["show", &copy]).exits(1);
    home.run(&["show", &minutes]).exits(0);
}

#[test]
fn no_file_holds_what_was_taken_down() {
    let home = Home::new();
    let address = home.write("docs/sag.txt", "Sagen om Ærøskøbing-Hvalrosgård gav 17 klager i 2021.\n");
    home.write("docs/anden.txt", "Der kom 4 klager på Fanø i 2021.\n");
    home.run(&["ingest", "home/docs"]).exits(0);
    // An older version and a generation from before have the words too.
    home.write("docs/sag.txt", "Sagen om Ærøskøbing-Hvalrosgård gav 18 klager i 2021.\n");
    home.run(&["ingest", "home/docs"]).exits(0);
    home.run(&["reindex"]).exits(0);
    let word = "Hvalrosg".as_bytes();
    let live = || fs_err::read_to_string(home.dir().join("index/CURRENT")).expect("a live generation");
    let holders = |folder: &str| {
        let files = fs_err::read_dir(home.dir().join(folder)).expect("a folder");
        let paths = files.map(|file| file.expect("an entry").path()).filter(|path| path.is_file());
        let bytes = paths.map(|path| fs_err::read(path).expect("a file"));
        bytes.filter(|bytes| bytes.windows(word.len()).any(|w| w == word)).count()
    };
    assert!(holders("corpus") > 0 && holders(&format!("index/{}", live().trim())) > 0);
    home.run(&["takedown", "home:docs/sag.txt", "--reason", "anmodning"]).exits(0);
    assert_eq!((holders("corpus"), holders(&format!("index/{}", live().trim()))), (0, 0));
    let generations = fs_err::read_dir(home.dir().join("index")).expect("a folder").filter(|entry| {
        entry.as_ref().is_ok_and(|e| e.file_name().to_string_lossy().starts_with("generation-"))
    });
    assert_eq!(generations.count(), 1, "a generation from before would still hold it");
    home.run(&["reindex", "--rollback"]).exits(2);
    home.run(&["search", "klager", "--json"]).exits(0).one();
    assert!(address.is_file(), "the user's own file is the user's");
}

/// Runs a takedown of the agenda and its copies whose output nobody can take.
fn take_down_unheard(home: &Home) -> Option<i32> {
    let script =
        "exec \"$1\" --home home takedown home:docs/dagsorden.txt --reason anmodning --copies >/dev/full";
    bash(home.root(), script, &[program().as_ref()]).code
}

#[test]
fn copies_are_taken_down_also_where_the_output_ends() {
    let home = meeting();
    home.write("docs/kopi.txt", points("Sag", 12));
    home.run(&["ingest", "home/docs"]).exits(0);
    assert_eq!(take_down_unheard(&home), Some(2));
    for name in ["dagsorden", "kopi"] {
        home.run(&["show", &format!("home:docs/{name}.txt")]).exits(1);
    }
}

#[test]
fn a_takedown_beside_a_reader_says_that_the_text_is_not_gone_yet() {
    let home = meeting();
    let url = "home:docs/dagsorden.txt";
    let reader = home.catalog();
    reader.execute_batch("BEGIN").expect("a transaction");
    assert!(!strings(&reader, "SELECT url FROM documents").is_empty());
    home.run(&["takedown", url, "--reason", "anmodning"])
        .exits(2)
        .says(&["another process reads", "next ingest"]);
    home.run(&["show", url]).exits(1);
    let found = home.everything().json();
    assert!(!found.is_empty() && found.iter().all(|hit| text(&hit["document"]["url"]) != url));
    let holds = |name: &str| {
        fs_err::read(home.dir().join("corpus").join(name))
            .is_ok_and(|bytes| bytes.windows(13).any(|w| w == b"dagsorden.txt"))
    };
    assert!(holds("catalog.sqlite") || holds("catalog.sqlite-wal"));
    drop(reader);
    home.run(&["ingest", "home/docs/andet.txt"]).exits(0);
    assert!(!holds("catalog.sqlite") && !holds("catalog.sqlite-wal"));
    assert!(home.run(&["status"]).exits(0).out.contains("up to date"));
}

#[test]
fn what_was_taken_down_is_not_taken_in_again() {
    let home = meeting();
    let url = "home:docs/dagsorden.txt";
    home.run(&["takedown", url, "--reason", "anmodning"]).exits(0);
    let again = home.run(&["ingest", "home/docs", "--json"]).exits(0).says(&["dagsorden.txt", "left alone"]);
    assert_eq!(again.json().len(), 2);
    home.run(&["show", url]).exits(1);
    lose_catalog(&home);
    home.run(&["ingest", "home/docs"]).exits(0).says(&["left alone"]);
    home.run(&["show", url]).exits(1);
}

#[test]
fn a_record_that_a_killed_takedown_overwrote_in_part_is_overwritten_whole() {
    let home = meeting();
    let url = "home:docs/dagsorden.txt";
    let sql = "SELECT s.offset_bytes || ' ' || s.length_bytes FROM snapshots s JOIN documents d ON d.id = s.document_id \
               WHERE d.url = 'home:docs/dagsorden.txt'";
    let place: Vec<usize> =
        strings(&home.catalog(), sql)[0].split(' ').map(|n| n.parse().expect("a number")).collect();
    let path = home.dir().join("corpus/archive/belaeg-000001.warc.gz");
    let mut bytes = fs_err::read(&path).expect("an archive");
    let record = place[0]..place[0] + place[1];
    let rest = bytes[record.clone()][place[1] / 2..].to_vec();
    bytes[record.clone()][..place[1] / 2].fill(0);
    fs_err::write(&path, bytes).expect("written");
    let told = home.run(&["takedown", url, "--reason", "anmodning"]).exits(0).one();
    assert_eq!(told["records"], 1);
    assert_ne!(fs_err::read(&path).expect("an archive")[record][place[1] / 2..], rest);
    home.run(&["status", "--verify"]).exits(0);
    lose_catalog(&home);
    home.run(&["ingest", "home/docs"]).exits(0).says(&["left alone"]);
}

#[test]
fn what_is_taken_down_is_gone_from_lists_too_and_not_asked_for_again() {
    let (home, server) = fetched(1);
    home.run(&["fetch"]);
    let url = news_page(&server);
    let path = url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).expect("a path");
    let taken = home.run(&["takedown", &url, "--reason", "anmodning", "--lists"]).exits(0).one();
    assert!(taken["lists"].as_u64().is_some_and(|n| n > 0), "{taken}");
    assert_eq!(taken["lists"], taken["lists_overwritten"]);
    home.run(&["status", "--verify"]).exits(0);
    let before = server.log().len();
    home.run(&["fetch"]);
    let asked: BTreeSet<String> = server.log()[before..].iter().map(|r| r.path.clone()).collect();
    assert!(!asked.is_empty() && !asked.contains(&path), "{path} is asked for again");
}

#[test]
fn a_page_of_two_sources_stays_with_the_first() {
    let (home, server) = fetched(1);
    let url = news_page(&server);
    let base = url.split_inclusive('/').take(3).collect::<String>();
    let source = |id: &str, place: &str| {
        format!(
            "[[source]]\nid = \"{id}\"\nkind = \"news\"\nsystem = \"urls\"\nplace = \"{place}\"\nbase = \"{base}\"\noptions = {{ urls = [\"{url}\"] }}\n"
        )
    };
    home.write("corpus/sources.toml", source("a-news", "461"));
    home.run(&["fetch"]).exits(0);
    home.write("corpus/sources.toml", format!("{}{}", source("b-news", "492"), source("a-news", "461")));
    for _ in 0..2 {
        let run = home.run(&["fetch", "--json"]).exits(0);
        assert!(run.json().iter().all(|line| line["fetched"] == 0), "{}", run.out);
    }
    let shown = home.run(&["show", &url, "--json"]).exits(0).one();
    assert_eq!(shown["document"]["place"], "461");
    assert_eq!(shown["fetched"]["source"], "a-news");
    assert_eq!(shown["fetched"]["also_listed_by"], serde_json::json!(["b-news"]));
    assert_eq!(shown["versions"].as_array().map(Vec::len), Some(1));
    let printed = home.run(&["show", &url]).exits(0).out;
    assert!(printed.contains("also listed by: b-news\n"), "{printed}");
}

#[test]
fn a_catalog_that_was_built_again_knows_the_coverage_and_the_hints() {
    let (home, server) = fetched(2);
    home.run(&["fetch"]);
    server.step();
    home.run(&["fetch"]);
    home.write("docs/nyt.txt", "Sygefraværet var 4,5 % i 2020.\n");
    home.run(&["ingest", "home/docs"]).exits(0);
    home.write("docs/nyt.txt.toml", "place = \"492\"\nkind = \"news\"\n");
    home.run(&["ingest", "home/docs"]).exits(0);
    let status = |home: &Home| {
        let status = home.run(&["status", "--json", "--verify"]).exits(0).one();
        (
            status["sources"].clone(),
            status["places"].clone(),
            status["kinds"].clone(),
            status["documents"].clone(),
        )
    };
    let before = status(&home);
    assert!(before.0.as_array().is_some_and(|sources| sources.len() > 2), "{}", before.0);
    lose_catalog(&home);
    home.run(&["ingest", "home/docs"]).exits(0);
    assert_eq!(status(&home), before);
    assert_eq!(home.run(&["show", "home:docs/nyt.txt", "--json"]).exits(0).one()["document"]["place"], "492");
}

#[test]
fn verify_says_what_is_damaged() {
    let home = meeting();
    let good = home.run(&["status", "--verify"]).exits(0).out;
    assert!(good.contains("verified    1 files") && good.contains("3 snapshots"), "{good}");
    let path = home.dir().join("corpus/archive/belaeg-000001.warc.gz");
    let mut bytes = fs_err::read(&path).expect("an archive");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    fs_err::write(&path, bytes).expect("written");
    let bad = home.run(&["status", "--verify"]).exits(2).out;
    assert!(bad.contains("DAMAGED     belaeg-000001.warc.gz, byte "), "{bad}");
    let told = home.run(&["status", "--verify", "--json"]).exits(2).one();
    assert_eq!(told["verified"]["damaged"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told["verified"]["snapshots"], 2);
    // Whoever does not ask is not kept waiting.
    assert!(home.run(&["status", "--json"]).exits(0).one().get("verified").is_none());
}

#[test]
fn changed_words_are_marked_inside_their_line() {
    let home = Home::new();
    let long = points("Sag", 20);
    home.write(
        "docs/nyt.txt",
        format!("{long}Sygefraværet på Ærø var 12\u{a0}% i 2020, siger kommunen. {long}\n\nSlut.\n"),
    );
    home.run(&["ingest", "home/docs"]).exits(0);
    home.write(
        "docs/nyt.txt",
        format!("{long}Sygefraværet på Ærø var 9\u{a0}% i 2020, siger kommunen. {long}\n\nSlut.\n"),
    );
    home.run(&["ingest", "home/docs"]).exits(0);
    let id = home.id("docs/nyt.txt");
    let printed = home.run(&["show", &id, "--diff", "1", "2"]).exits(0).out;
    let lines: Vec<&str> = printed.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 2, "{printed}");
    assert!(
        lines[0].starts_with("- …") && lines[0].contains("var «12") && lines[0].ends_with('…'),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("+ …") && lines[1].contains("var «9"), "{}", lines[1]);
    assert!(lines.iter().all(|line| line.chars().count() < 250), "{printed}");
    // JSON has the whole lines.
    let json = home.run(&["show", &id, "--diff", "1", "2", "--json"]).exits(0).one();
    assert!(text(&json["words"][0]["text"]).contains("Sag nummer 0 om børn"), "{json}");
}

/// A disk that is full in the middle of an answer, here a file that may not grow: the archive stays readable, and the next run
/// brings the rest.
#[cfg(unix)]
#[test]
fn a_fetch_that_may_write_no_more_leaves_a_readable_archive() {
    let (home, _server) = fetched(2);
    home.write("docs/nyt.txt", "Sygefraværet var 4,5 % i 2020.\n");
    home.run(&["ingest", "home/docs"]).exits(0);
    let mut stopped = 0;
    for kib in [8, 40, 90, 130] {
        let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$1\" --home home fetch");
        let run = bash(home.root(), &script, &[program().as_ref()]);
        assert_eq!(run.code, Some(2), "{kib} KiB: {run:?}");
        stopped += usize::from(run.err.contains("cannot be written") || run.err.contains("cannot write"));
        home.run(&["status", "--verify"]).exits(0);
    }
    assert!(stopped > 0, "the limits were too high to be met");
    home.run(&["fetch"]);
    home.run(&["status", "--verify"]).exits(0);
    let doubled = "SELECT document_id FROM snapshots GROUP BY document_id, sha256 HAVING count(*) > 1";
    assert_eq!(strings(&home.catalog(), doubled), [""; 0]);
    let (whole, _whole_server) = fetched(2);
    whole.write("docs/nyt.txt", "Sygefraværet var 4,5 % i 2020.\n");
    whole.run(&["ingest", "home/docs"]).exits(0);
    whole.run(&["fetch"]);
    let count = |home: &Home| home.run(&["status", "--json"]).exits(0).one()["documents"].clone();
    assert_eq!(count(&home), count(&whole));
}
