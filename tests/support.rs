//! What the tests share: homes in temporary folders, the real binary, and its output as text or JSON.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use tempfile::TempDir;

/// No command of the tests comes near this; one that reaches it hangs, and is killed.
const HANGS: Duration = Duration::from_secs(100);

/// What a command printed, and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Itself, if it ended with `code`.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", head(&self.out), self.err);
        self
    }

    /// Standard output as one JSON value a line.
    #[track_caller]
    pub(crate) fn json(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e} in {line}"));
        self.out.lines().map(parse).collect()
    }

    /// Standard output as a single JSON value.
    #[track_caller]
    pub(crate) fn one(&self) -> Value {
        let mut all = self.json();
        assert_eq!(all.len(), 1, "one line was expected: {}", head(&self.out));
        all.remove(0)
    }

    /// The hits of a search without score and highlights, in the order of their ids.
    #[track_caller]
    pub(crate) fn statements(&self) -> Vec<String> {
        let mut all: Vec<String> = self
            .json()
            .into_iter()
            .map(|mut hit| {
                hit["score"].take();
                hit["statement"]["highlights"].take();
                format!("{} {hit}", text(&hit["statement"]["id"]))
            })
            .collect();
        all.sort_unstable();
        all
    }

    /// Says that standard error has every one of `words`.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in stderr:\n{}", self.err);
        }
        self
    }
}

fn head(text: &str) -> &str {
    text.char_indices().nth(2000).map_or(text, |(at, _)| &text[..at])
}

/// A string of JSON; empty for anything else.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The keys of a JSON object, sorted.
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().into_iter().flatten().map(|(k, _)| k.as_str()).collect();
    keys.sort_unstable();
    keys
}

/// The folder of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program under test.
pub(crate) fn program() -> &'static str {
    env!("CARGO_BIN_EXE_belaeg")
}

/// The program with an environment that the developer's own does not reach.
fn command(dir: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(program());
    command.current_dir(dir);
    for name in ["BELAEG_HOME", "BELAEG_LOG", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.env("COLUMNS", "100");
    command
}

/// Runs `belaeg` in `dir`.
#[track_caller]
pub(crate) fn belaeg(dir: &Path, args: &[impl AsRef<OsStr>]) -> Run {
    belaeg_with(dir, args, &[], Vec::new())
}

/// Runs `belaeg` in `dir` with variables of the environment, and with `stdin` on standard input.
#[track_caller]
pub(crate) fn belaeg_with(
    dir: &Path,
    args: &[impl AsRef<OsStr>],
    env: &[(&str, &str)],
    stdin: impl Into<Vec<u8>>,
) -> Run {
    let mut command = assert_cmd::Command::from_std(command(dir));
    command.args(args).envs(env.iter().copied()).write_stdin(stdin).timeout(HANGS);
    finished(&command.output().expect("belaeg starts"))
}

/// Runs `belaeg` in `dir` and kills it after `seconds`; then it has no exit code.
#[track_caller]
pub(crate) fn belaeg_within(seconds: u64, dir: &Path, args: &[impl AsRef<OsStr>]) -> Run {
    let mut command = assert_cmd::Command::from_std(command(dir));
    command.args(args).timeout(Duration::from_secs(seconds));
    finished(&command.output().expect("belaeg starts"))
}

/// Runs a script of bash in `dir`; `$1`, `$2` ... are `args`.
#[track_caller]
pub(crate) fn bash(dir: &Path, script: &str, args: &[&OsStr]) -> Run {
    let mut command = assert_cmd::Command::new("bash");
    command.current_dir(dir).env_remove("BELAEG_HOME").env_remove("BELAEG_LOG");
    command.args(["-c", script, "bash"]).args(args).timeout(HANGS);
    finished(&command.output().expect("bash starts"))
}

fn finished(output: &std::process::Output) -> Run {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
    Run { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A temporary folder with the home `home` in it. Commands run in the folder, so that what they print names no
/// path of this machine.
pub(crate) struct Home {
    root: TempDir,
}

impl Home {
    /// A new home.
    #[track_caller]
    pub(crate) fn new() -> Self {
        let home = Self { root: tempfile::tempdir().expect("a temporary folder") };
        belaeg(home.root(), &["init", "home"]).exits(0);
        home
    }

    /// The folder in which commands run.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// The home itself.
    pub(crate) fn dir(&self) -> PathBuf {
        self.root().join("home")
    }

    /// Writes a file of the home, and the folders above it.
    #[track_caller]
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir().join(name);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
        fs_err::write(&path, bytes).expect("files can be written");
        path
    }

    /// Runs `belaeg --home home ARGS`.
    #[track_caller]
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, "")
    }

    /// The same with something on standard input.
    #[track_caller]
    pub(crate) fn run_with(&self, args: &[&str], stdin: &str) -> Run {
        let args: Vec<&str> = ["--home", "home"].into_iter().chain(args.iter().copied()).collect();
        belaeg_with(self.root(), &args, &[], stdin)
    }

    /// Starts `belaeg --home home ARGS` and leaves it running.
    pub(crate) fn start(&self, args: &[&str]) -> Child {
        command(self.root())
            .args(["--home", "home"])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("belaeg starts")
    }

    /// Every statement of the index, as it is printed.
    #[track_caller]
    pub(crate) fn everything(&self) -> Run {
        self.run(&["search", "*", "--limit", "1000000", "--json"]).exits(0)
    }

    /// The id of the document of the file `name` of the home, found by its address.
    #[track_caller]
    pub(crate) fn id(&self, name: &str) -> String {
        let shown = self.run(&["show", &format!("home:{name}"), "--json"]).exits(0).one();
        text(&shown["document"]["id"])
    }

    /// The catalog, for reading.
    pub(crate) fn catalog(&self) -> Connection {
        let path = self.dir().join("corpus/catalog.sqlite");
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("there is a catalog")
    }

    /// How many rows each table of the catalog has.
    pub(crate) fn rows(&self) -> Vec<(String, i64)> {
        let catalog = self.catalog();
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let tables = strings(&catalog, names);
        let count = |table: &String| {
            let sql = format!("SELECT count(*) FROM \"{table}\"");
            catalog.query_row(&sql, [], |row| row.get(0)).expect("a table")
        };
        tables.iter().map(|table| (table.clone(), count(table))).collect()
    }

    /// Every statement of the catalog: document, version, ordinal, text.
    pub(crate) fn stored(&self) -> Vec<String> {
        let sql = "SELECT v.document_id || '.' || v.number || '.' || s.ordinal || ' ' || s.text \
                   FROM statements s JOIN versions v ON v.id = s.version_id ORDER BY 1";
        strings(&self.catalog(), sql)
    }

    /// Bytes of the archive.
    pub(crate) fn archive_bytes(&self) -> u64 {
        let files = fs_err::read_dir(self.dir().join("corpus/archive")).expect("an archive");
        files.map(|f| f.and_then(|f| f.metadata()).expect("a file").len()).sum()
    }
}

/// The first column of a query.
pub(crate) fn strings(catalog: &Connection, sql: &str) -> Vec<String> {
    let mut statement = catalog.prepare(sql).expect("good SQL");
    let rows = statement.query_map([], |row| row.get(0)).expect("a column of text");
    rows.collect::<Result<_, _>>().expect("text")
}

/// Says on standard error what a test could not do here.
pub(crate) fn skipped(what: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

/// A sequence of numbers that is the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end.max(1)
    }
}

/// `count` small documents in `dir`: a heading and two statements, one with a rate and one with a count.
pub(crate) fn small_documents(dir: &Path, count: usize) {
    fs_err::create_dir_all(dir).expect("a folder");
    for i in 0..count {
        let place = ["Odense", "Ærø", "Sønderborg", "Aarhus"][i % 4];
        let text = format!(
            "Nyt om fravær, nummer {i}\n\nSygefraværet i {place}\u{a0}Kommune var {},{} procent i {}.\n\n\
             Der kom {} klager over støj i caféerne.\n",
            3 + i % 5,
            i % 10,
            2010 + i % 12,
            20 + i
        );
        fs_err::write(dir.join(format!("nyt-{i:04}.txt")), text).expect("a file");
    }
}

/// A PDF of one page with `content` as its content stream; `filter` goes into its dictionary. An encryption
/// dictionary may stand at its end.
pub(crate) fn pdf(content: &[u8], filter: &str, encrypt: Option<&str>) -> Vec<u8> {
    let page =
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>";
    let mut stream = format!("<</Length {}{filter}>>\nstream\n", content.len()).into_bytes();
    stream.extend_from_slice(content);
    stream.extend_from_slice(b"\nendstream");
    let mut objects: Vec<&[u8]> = vec![
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page.as_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        &stream,
    ];
    objects.extend(encrypt.map(str::as_bytes));
    let size = objects.len() + 1;
    let trailer =
        encrypt.map_or_else(String::new, |_| format!("/Encrypt 6 0 R/ID[<{0}><{0}>]", "0a".repeat(16)));
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend(format!("{number} 0 obj\n").into_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(
        format!("{table}trailer<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF").into_bytes(),
    );
    out
}

/// The content stream of a page with one line of text.
pub(crate) fn pdf_line(line: &str) -> Vec<u8> {
    [b"BT /F1 11 Tf 50 800 Td (", windows_1252(line).as_slice(), b") Tj ET"].concat()
}

/// `text` in windows-1252; its characters must be of Latin-1.
pub(crate) fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect()
}

/// `text` in UTF-16, little-endian, with its byte order mark.
pub(crate) fn utf_16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}
