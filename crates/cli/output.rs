//! Output: NDJSON lines, text with the found words marked, files that are there whole.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use belaeg_model::ByteSpan;
use serde::Serialize;

/// Prints `value` as one line of JSON.
pub(crate) fn json_line(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Writes a file that is there whole or not at all.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".tmp");
    fs_err::write(&unfinished, bytes)?;
    fs_err::rename(unfinished, path)
}

/// Buffered standard output.
pub(crate) fn stdout() -> io::BufWriter<io::StdoutLock<'static>> {
    io::BufWriter::new(io::stdout().lock())
}

/// Whether the error only says that the reader of our output has gone (`belaeg search ... | head`).
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = |e: &(dyn Error + 'static)| match e.downcast_ref::<csv::Error>().map(csv::Error::kind) {
        Some(csv::ErrorKind::Io(e)) => Some(e.kind()),
        _ => e.downcast_ref::<io::Error>().map(io::Error::kind),
    };
    error.chain().filter_map(kind).any(|kind| kind == io::ErrorKind::BrokenPipe)
}

/// How found words are marked: in bold on a terminal, in guillemets elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    open: &'static str,
    close: &'static str,
}

impl Marks {
    /// The marks of a text without colours.
    #[cfg(test)]
    pub(crate) fn plain() -> Self {
        Self { open: "«", close: "»" }
    }

    /// The marks for standard output.
    pub(crate) fn for_stdout() -> Self {
        let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        if colour {
            Self { open: "\u{1b}[1;33m", close: "\u{1b}[0m" }
        } else {
            Self { open: "«", close: "»" }
        }
    }

    /// `text` on one line with the spans marked, runs of blanks as one. Spans are in order and do not overlap; control characters of the
    /// text are left out, so that a document cannot steer the terminal.
    pub(crate) fn apply(self, text: &str, spans: &[ByteSpan]) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut at = 0;
        for span in spans.iter().filter(|s| s.get(text).is_some()) {
            if span.start < at {
                continue;
            }
            push_plain(&mut out, &text[at..span.start]);
            out.push_str(self.open);
            push_plain(&mut out, span.of(text));
            out.push_str(self.close);
            at = span.end;
        }
        push_plain(&mut out, &text[at..]);
        out
    }
}

/// `text` on one line, without control characters.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_plain(&mut out, text);
    out
}

fn push_plain(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            ' ' | '\n' | '\t' | '\r' if out.ends_with(' ') => {}
            '\n' | '\t' | '\r' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
}

/// A number as Danish prints it: decimal comma, no more decimals than it has.
pub(crate) fn danish_number(value: f64) -> String {
    let rounded = (value * 10_000.0).round() / 10_000.0;
    rounded.to_string().replace('.', ",")
}

/// Text that a spreadsheet would take for a formula, with an apostrophe before it: what is fetched may be meant to harm.
pub(crate) fn no_formula(text: &str) -> std::borrow::Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_words_and_drops_control_characters() {
        let marks = Marks { open: "«", close: "»" };
        let text = "fald\u{1b}[31m fra 45 % på\n  området";
        let at = text.find("45 %").unwrap_or(0);
        let spans = [ByteSpan::new(0, 4), ByteSpan::new(at, at + 4)];
        assert_eq!(marks.apply(text, &spans), "«fald»[31m fra «45 %» på området");
        assert_eq!(danish_number(28.9), "28,9");
        assert_eq!(danish_number(33.3333), "33,3333");
        assert_eq!(danish_number(45.0), "45");
    }

    #[test]
    fn text_is_no_formula() {
        assert_eq!(no_formula("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(no_formula("Ærø: -1,2\u{a0}%"), "Ærø: -1,2\u{a0}%");
    }
}
