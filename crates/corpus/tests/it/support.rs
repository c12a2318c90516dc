//! What the tests share: a home in a temporary directory, and documents to put there.

use std::path::{Path, PathBuf};

use belaeg_corpus::{Access, Corpus, Digest, Error, Need, NewSnapshot, Outcome, Snapshot};
use belaeg_model::{
    Approx, Block, BlockKind, ByteSpan, CaseNumber, Cause, Cell, Claim, ClaimFound, Details, Extracted,
    Found, Hints, How, Kind, Metadata, Party, Place, Role, Rule, Section, Stated, Statement, StatementKind,
    Table, Unit, Warning,
};
use tempfile::TempDir;

pub(crate) const EXTRACTOR: &str = "belaeg 0.1.0";
pub(crate) const URL: &str = "https://www.ærø.dk/nyt?side=2&år=2024";

/// A home; its corpus goes with it.
pub(crate) struct Home {
    dir: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary directory") }
    }

    pub(crate) fn corpus(&self) -> PathBuf {
        self.dir.path().join("corpus")
    }

    pub(crate) fn catalog(&self) -> PathBuf {
        self.corpus().join("catalog.sqlite")
    }

    pub(crate) fn warc(&self) -> PathBuf {
        self.corpus().join("archive/belaeg-000001.warc.gz")
    }

    pub(crate) fn write(&self) -> Corpus {
        self.try_write().expect("opens for writing")
    }

    pub(crate) fn try_write(&self) -> Result<Corpus, Error> {
        Corpus::open(&self.corpus(), Access::Write)
    }

    pub(crate) fn read(&self) -> Corpus {
        self.try_read().expect("opens for reading")
    }

    pub(crate) fn try_read(&self) -> Result<Corpus, Error> {
        Corpus::open(&self.corpus(), Access::Read)
    }

    pub(crate) fn lose_catalog(&self) {
        for end in ["", "-wal", "-shm"] {
            let _ = fs_err::remove_file(self.corpus().join(format!("catalog.sqlite{end}")));
        }
    }
}

pub(crate) fn length(path: &Path) -> u64 {
    fs_err::metadata(path).expect("a file").len()
}

pub(crate) fn cut(path: &Path, length: u64) {
    fs_err::OpenOptions::new().write(true).open(path).and_then(|f| f.set_len(length)).expect("cut");
}

pub(crate) fn archive(corpus: &mut Corpus, url: &str, text: &str, hints: &Hints) -> Snapshot {
    let new = NewSnapshot {
        url,
        name: "nyhed på én side.html",
        fetched_at: "2024-03-01T12:30:15.123456789Z".parse().expect("a time"),
        media_type: Some("text/html; charset=utf-8"),
        hints,
        bytes: text.as_bytes(),
    };
    corpus.archive(&new).expect("archived")
}

/// Archives and stores, as an ingest does.
pub(crate) fn ingest(corpus: &mut Corpus, url: &str, text: &str) -> Snapshot {
    let snapshot = archive(corpus, url, text, &Hints::default());
    corpus.sync().expect("synced");
    corpus.store(&[good(&snapshot, text)]).expect("stored");
    snapshot
}

pub(crate) fn needs(corpus: &Corpus, url: &str, text: &str, hints: &Hints) -> Need {
    corpus.needs(url, &Digest::of(text.as_bytes()), hints, EXTRACTOR).expect("told")
}

pub(crate) fn good(snapshot: &Snapshot, text: &str) -> Outcome {
    Outcome { snapshot: snapshot.clone(), extractor: EXTRACTOR.to_owned(), result: Ok(plain(text)) }
}

pub(crate) fn bad(snapshot: &Snapshot, cause: Cause) -> Outcome {
    let result = Err((cause, "side 3: krypteret".to_owned()));
    Outcome { snapshot: snapshot.clone(), extractor: EXTRACTOR.to_owned(), result }
}

/// A text that is one paragraph and one statement.
pub(crate) fn plain(text: &str) -> (Extracted, Vec<Statement>) {
    let span = ByteSpan::new(0, text.len());
    let blocks = vec![Block { kind: BlockKind::Paragraph, span, page: None }];
    let statement = Statement {
        span,
        kind: StatementKind::Sentence,
        page: None,
        ocr: false,
        section: None,
        item: None,
        claims: vec![],
        years: vec![],
        places: vec![],
    };
    (Extracted { text: text.to_owned(), blocks, ..Extracted::default() }, vec![statement])
}

pub(crate) fn all_hints() -> Hints {
    Hints {
        url: Some(URL.to_owned()),
        title: Some("Færre\u{a0}får medhold – \"både\" på Sjælland og én ø".to_owned()),
        kind: Some(Kind::Letter),
        place: Some(Place::DENMARK),
        published: Some(jiff::civil::date(2024, 2, 29)),
        listed: Some(jiff::civil::date(2024, 2, 28)),
        main: Some("#æ".to_owned()),
        note: Some("eksempel\nmed to linjer".to_owned()),
        sources: vec!["Ankestyrelsen, årsrapport".to_owned(), "egen optælling".to_owned()],
    }
}

fn place(code: &str) -> Place {
    code.parse().expect("a place")
}

const RATE: &str = "Ca. 23,5 til 24 % af sagerne i 2022 og 2023 blev ændret i Odense\u{a0}Kommune og på Ærø.";
const TABLE: &str = "År\tSager\n2023\t1.204 klager";

/// A version that uses every field of the model.
pub(crate) fn rich() -> (Extracted, Vec<Statement>) {
    let text = format!("Klager i tal\n\n{RATE}\n\n{TABLE}");
    let at = |words: &str| {
        let start = text.find(words).expect("in the text");
        ByteSpan::new(start, start + words.len())
    };
    let cell = |words: &str, header| Cell { span: at(words), header };
    let table = Table {
        span: at(TABLE),
        caption: Some(at("Klager i tal")),
        rows: vec![
            vec![cell("År", true), cell("Sager", true)],
            vec![Cell { span: at("2023\t"), header: false }, cell("1.204 klager", false)],
        ],
    };
    let block = |kind, words, page| Block { kind, span: at(words), page };
    let extracted = Extracted {
        blocks: vec![
            block(BlockKind::Heading(1), "Klager i tal", Some(1)),
            block(BlockKind::Paragraph, RATE, Some(1)),
            block(BlockKind::Table, TABLE, Some(2)),
        ],
        tables: vec![table],
        meta: Metadata {
            title: Some(Stated::new("Klager i tal".to_owned(), How::Markup)),
            kind: Some(Stated::new(Kind::News, How::Words)),
            place: Some(Stated::new(place("461"), How::Given)),
            published: Some(Stated::new(jiff::civil::date(2024, 1, 31), How::Label)),
            lang: Some(Stated::new("da".to_owned(), How::Default)),
            details: Details {
                updated: Some(Stated::new(jiff::civil::date(2024, 2, 1), How::Markup)),
                sender: Some(Stated::new("Ærø Kommune".to_owned(), How::Position)),
                case_numbers: vec![CaseNumber {
                    number: "24/1".to_owned(),
                    of: Some(Party::Sender),
                    how: How::Label,
                }],
                ..Details::default()
            },
        },
        ocr_pages: vec![2],
        doubtful: vec![at("23,5")],
        warnings: vec![
            Warning { cause: Cause::CprMasked, detail: "1 nummer på side 2 er dækket til".to_owned() },
            Warning { cause: Cause::BadEncoding, detail: "æøå læst som windows-1252".to_owned() },
        ],
        text: text.clone(),
    };
    let statement = |kind, words, claims, years, places| {
        let item = (kind != StatementKind::Heading).then(|| at("Klager i tal"));
        let section = item.map(|_| Section::Beslutning);
        Statement { span: at(words), kind, page: Some(2), ocr: true, section, item, claims, years, places }
    };
    let statements = vec![
        statement(StatementKind::Heading, "Klager i tal", vec![], vec![], vec![]),
        statement(
            StatementKind::Sentence,
            RATE,
            vec![rate(), fraction()],
            vec![2022, 2023],
            vec![place("492"), place("461")],
        ),
        statement(StatementKind::TableRow, "2023\t1.204 klager", vec![count()], vec![2023], vec![]),
    ];
    (extracted, statements)
}

fn quoted(quote: &str, said: &str) -> Claim {
    let start = said.find(quote).expect("in the statement");
    Claim {
        quote: quote.to_owned(),
        span: ByteSpan::new(start, start + quote.len()),
        value: 0.1 + 0.2,
        value_max: None,
        unit: Unit::Percent,
        per: None,
        numerator: None,
        denominator: None,
        noun: None,
        role: Role::Level,
        approx: Approx::Exact,
        years: vec![],
        place: None,
        measure: None,
        area: None,
        out_of_range: false,
        doubtful: true,
        found: ClaimFound::default(),
    }
}

fn rate() -> Claim {
    Claim {
        value: 23.5,
        value_max: Some(24.0),
        approx: Approx::About,
        years: vec![2022, 2023],
        place: Some(place("461")),
        measure: Some("omgørelsesprocent".to_owned()),
        area: Some("børn og unge".to_owned()),
        found: ClaimFound {
            years: Some(Found::Explicit),
            place: Some(Found::Context),
            measure: Some(Found::Default),
            rule: Rule::Shared,
        },
        out_of_range: true,
        doubtful: false,
        ..quoted("Ca. 23,5 til 24 %", RATE)
    }
}

fn fraction() -> Claim {
    Claim {
        unit: Unit::PerN,
        per: Some(10_000_000_000),
        numerator: Some(3.0),
        denominator: Some(4.5),
        role: Role::Forecast,
        ..quoted("på Ærø", RATE)
    }
}

fn count() -> Claim {
    Claim {
        value: 1204.0,
        unit: Unit::Count,
        noun: Some("klager".to_owned()),
        role: Role::Change,
        ..quoted("1.204 klager", "2023\t1.204 klager")
    }
}
