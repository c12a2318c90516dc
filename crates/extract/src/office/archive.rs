//! Zips of documents, and any file inside another: each read in turn by its content, its name a heading.

use belaeg_model::{BlockKind, Cause, Hints, Warning};

use super::finish::{self, Properties};
use super::package::{Package, password};
use super::{Budget, detect, read_within};
use crate::format::{self, Format};
use crate::piece::{Draft, Piece};
use crate::{Failure, Input, charset, html, pdf, text};

/// How much deeper the headings of a file inside stand, below its name.
const DEEPER: u8 = 2;
/// Letters of a name that are shown.
const LONGEST_NAME: usize = 200;

pub(super) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let mut package = Package::open(bytes)?;
    let mut inside = Inside::default();
    for index in 0..package.len() {
        let name = package.name(index);
        if is_by_the_way(&name) {
            continue;
        }
        if !budget.takes_file() {
            break;
        }
        let bytes = match package.is_encrypted(index) {
            true => Err(password()),
            false => package.unpack(index, budget),
        };
        inside.take(&name, bytes, budget);
    }
    inside.finish()
}

/// Folders, and what systems leave behind in archives.
fn is_by_the_way(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    file.is_empty()
        || name.starts_with("__MACOSX/")
        || matches!(file, ".DS_Store" | "Thumbs.db" | "desktop.ini" | "mimetype")
}

/// What was read of the files inside one file.
#[derive(Debug, Default)]
pub(super) struct Inside {
    pub(super) pieces: Vec<Piece>,
    pub(super) warnings: Vec<Warning>,
    first_failure: Option<Failure>,
}

impl Inside {
    /// Reads the file `name`; one that cannot be read leaves a warning.
    pub(super) fn take(&mut self, name: &str, bytes: Result<Vec<u8>, Failure>, budget: &mut Budget<'_>) {
        let name = shown(name);
        match bytes.and_then(|bytes| read_any(&name, &bytes, budget)) {
            Ok(draft) => {
                self.pieces.push(Piece::new(BlockKind::Heading(2), name.as_str(), None));
                self.pieces.extend(draft.pieces.into_iter().map(|piece| deeper(piece, DEEPER)));
                self.warnings.extend(draft.warnings.into_iter().map(|w| of_file(&name, w.cause, &w.detail)));
            }
            // A logo is no loss.
            Err(failure) if failure.detail.contains(" picture ") => {}
            Err(failure) => {
                self.warnings.push(of_file(&name, failure.cause, &failure.detail));
                self.first_failure.get_or_insert(failure);
            }
        }
    }

    fn finish(self) -> Result<Draft, Failure> {
        match self.first_failure {
            Some(failure) if self.pieces.is_empty() => Err(failure),
            _ if self.pieces.is_empty() => {
                Err(Failure::new(Cause::Empty, "the zip archive has no file in it that is read"))
            }
            _ => {
                let mut draft = finish::of_pieces(self.pieces, Properties::default());
                draft.warnings = self.warnings;
                Ok(draft)
            }
        }
    }
}

fn of_file(name: &str, cause: Cause, detail: &str) -> Warning {
    Warning { cause, detail: format!("{name}: {detail}") }
}

/// A name as a line of text: whatever path it spells, it is never opened.
fn shown(name: &str) -> String {
    let line = charset::tidy(name).replace(['\n', '\t'], " ");
    line.trim().chars().take(LONGEST_NAME).collect()
}

/// Sets a piece of a file inside below the headings of the one around.
pub(super) fn deeper(mut piece: Piece, levels: u8) -> Piece {
    if let BlockKind::Heading(level) = &mut piece.kind {
        *level = level.saturating_add(levels).min(6);
    }
    piece
}

/// Reads a file inside another, of whatever format.
fn read_any(name: &str, bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let Some(depth) = budget.depth.checked_sub(1) else {
        let detail = format!("it is more than {} files deep inside", budget.limits.depth);
        return Err(Failure::new(Cause::TooDeep, detail));
    };
    budget.depth = depth;
    let read = match detect(bytes) {
        Some(format) => read_within(bytes, format, budget),
        None => read_plain(name, bytes, budget),
    };
    budget.depth += 1;
    read
}

/// Reads text, a page or a PDF.
fn read_plain(name: &str, bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let hints = Hints::default();
    let draft = match format::detect(&Input { bytes, name, media_type: None, hints: &hints })? {
        Format::Pdf if !budget.limits.reads_pdf => {
            let detail = "a PDF inside another file is not read here: take it out and read it by itself";
            return Err(Failure::new(Cause::UnsupportedFormat, detail));
        }
        Format::Pdf => {
            pdf::draft(pdf::read(bytes.to_vec(), budget.limits.text_bytes, pdf::OcrLimits::NONE)?)?
        }
        format => {
            fits(bytes.len(), budget)?;
            let decoded = charset::decode(bytes, None, format == Format::Html);
            let mut draft = match format {
                Format::Html => html::draft(&decoded.text),
                _ => text::draft(&charset::tidy(&decoded.text)),
            };
            draft.warnings.extend(decoded.warning());
            draft
        }
    };
    charged(draft, budget)
}

fn fits(bytes: usize, budget: &Budget<'_>) -> Result<(), Failure> {
    match bytes as u64 > budget.limits.text_bytes {
        true => {
            let detail = format!("it has {bytes} bytes of text; {} are read", budget.limits.text_bytes);
            Err(Failure::new(Cause::TooLarge, detail))
        }
        false => Ok(()),
    }
}

/// Takes the draft's text from the budget.
pub(super) fn charged(draft: Draft, budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let cells = draft.pieces.iter().flat_map(|p| p.rows.iter().flatten());
    let words: usize = draft.pieces.iter().map(|p| p.text.len()).sum();
    let in_cells: usize = cells.map(|cell| cell.text.len()).sum();
    match budget.takes_text(words + in_cells) {
        true => Ok(draft),
        false => Err(Failure::new(Cause::TooLarge, "there is no room left for its text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::{outline, zip_of};

    fn archive(bytes: &[u8]) -> Result<Draft, Cause> {
        let limits = OfficeLimits::default();
        let mut budget = Budget::new(&limits);
        let draft = read(bytes, &mut budget).map_err(|failure| failure.cause);
        draft.map(|draft| Draft { warnings: [draft.warnings, budget.warnings()].concat(), ..draft })
    }

    #[test]
    fn files_of_every_sort() {
        let csv = encoding_rs::WINDOWS_1252.encode("År;Børn;Andel\n2023;212;22,2\u{a0}%\n").0;
        let inner = zip_of(&[("dybere/notat.txt", "Teksten på Ærø.".as_bytes())]);
        let bytes = zip_of(&[
            ("mappe/", b"".as_slice()),
            ("mappe/tal æøå.csv", &csv),
            ("../../etc/passwd", "Kort tekst.".as_bytes()),
            ("C:\\side.html", "<html><h1>Titel</h1><p>Brødtekst på siden.</p></html>".as_bytes()),
            ("indre.zip", &inner),
            ("__MACOSX/._tal.csv", b"\x00\x05".as_slice()),
            ("logo.png", b"\x89PNG\r\n".as_slice()),
            ("rapport.pdf", b"%PDF-1.4".as_slice()),
            ("tom.txt", b"".as_slice()),
        ]);
        let draft = archive(&bytes).expect("a good archive");
        let want = "h2: mappe/tal æøå.csv\ntable: #År | #Børn | #Andel / 2023 | 212 | 22,2~%\nh2: ../../etc/passwd\n\
            p: Kort tekst.\nh2: C:\\side.html\nh3: Titel\np: Brødtekst på siden.\nh2: indre.zip\n\
            h4: dybere/notat.txt\np: Teksten på Ærø.\n";
        assert_eq!(outline(&draft.pieces), want);
        let causes: Vec<Cause> = draft.warnings.iter().map(|w| w.cause).collect();
        assert_eq!(causes, [Cause::UnsupportedFormat, Cause::Empty], "{:?}", draft.warnings);
        assert!(draft.warnings[0].detail.starts_with("rapport.pdf: "), "{:?}", draft.warnings);
    }

    #[test]
    fn bombs_are_refused() {
        let zeros = zip_of(&[("nuller", vec![0; 42 << 20].as_slice())]);
        assert_eq!(archive(&zeros).map(|_| ()), Err(Cause::TooLarge));
        let nested = zip_of(&[("a.zip", zeros.as_slice()), ("b.txt", b"God tekst.".as_slice())]);
        let draft = archive(&nested).expect("one file is good");
        assert_eq!(outline(&draft.pieces), "h2: b.txt\np: God tekst.\n");
        assert_eq!(draft.warnings.iter().map(|w| w.cause).collect::<Vec<_>>(), [Cause::TooLarge]);
        let mut deep = zip_of(&[("a.txt", b"Inderst.".as_slice())]);
        for _ in 0..30 {
            deep = zip_of(&[("a.zip", deep.as_slice())]);
        }
        assert_eq!(archive(&deep).map(|_| ()), Err(Cause::TooDeep));
    }

    #[test]
    fn many_bombs_cost_no_more_than_one() {
        let zeros = vec![0; 15 << 20];
        let members: Vec<(String, &[u8])> =
            (0..100).map(|i| (format!("{i}.bin"), zeros.as_slice())).collect();
        let members: Vec<(&str, &[u8])> = members.iter().map(|(n, b)| (n.as_str(), *b)).collect();
        let bytes = zip_of(&members);
        let limits = OfficeLimits::default();
        let mut budget = Budget::new(&limits);
        assert!(read(&bytes, &mut budget).is_err());
        assert!(budget.unpacked < 16 << 20);
    }

    #[test]
    fn many_files_are_cut() {
        let members: Vec<String> = (0..3000).map(|i| format!("{i}.txt")).collect();
        let members: Vec<(&str, &[u8])> =
            members.iter().map(|n| (n.as_str(), b"Tekst.".as_slice())).collect();
        let draft = archive(&zip_of(&members)).expect("files");
        assert_eq!(draft.pieces.len(), 2 * OfficeLimits::default().files);
        assert_eq!(draft.warnings.len(), 1);
    }

    #[test]
    fn bad_archives() {
        let good = zip_of(&[("a.txt", b"Tekst.".as_slice())]);
        for cut in 4..good.len() {
            assert_eq!(archive(&good[..cut]).map(|_| ()), Err(Cause::Damaged), "{cut}");
        }
        assert_eq!(archive(&zip_of(&[])).map(|_| ()), Err(Cause::Empty));
        // The bit that says a member is encrypted.
        let mut locked = good.clone();
        let central = locked.windows(4).position(|w| w == b"PK\x01\x02").expect("a central directory");
        locked[6] |= 1;
        locked[central + 8] |= 1;
        assert_eq!(archive(&locked).map(|_| ()), Err(Cause::Encrypted));
    }
}
