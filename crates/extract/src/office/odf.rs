//! OpenDocument texts, spreadsheets and presentations (ODT, ODS, ODP), which share one format: `content.xml`.
//!
//! Spreadsheets are read here too: each cell holds the words that it shows, number formats applied.

use std::collections::HashMap;

use belaeg_model::Cause;

use super::Budget;
use super::docx_styles::{is_caption, is_contents, level_of};
use super::finish::{self, Properties};
use super::flow::{Flow, Look, MAX_COLUMNS};
use super::grid::Grid;
use super::number;
use super::package::{Package, password};
use super::xml::{Element, Node, Xml};
use crate::Failure;
use crate::piece::{Draft, Piece};

/// A row or cell that is repeated and holds words is taken so many times at most.
const MOST_REPEATS: usize = 1000;
/// Blanks that one element may stand for.
const MOST_BLANKS: usize = 100;

pub(super) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let mut package = Package::open(bytes)?;
    if package.optional("META-INF/manifest.xml", budget)?.contains("encryption-data") {
        return Err(password());
    }
    let content = package.needed("content.xml", budget)?;
    let styles = package.optional("styles.xml", budget)?;
    let meta = package.optional("meta.xml", budget)?;
    let properties = Properties::read(&meta, budget.limits);
    let mut looks = HashMap::new();
    read_styles(&styles, &mut looks, budget)?;
    read_styles(&content, &mut looks, budget)?;
    let limits = budget.limits;
    let mut reader = Reader::new(&looks, Flow::new(budget));
    reader.walk(Xml::new(&content, limits))?;
    let Reader { flow, sheets, body, .. } = reader;
    match body {
        Body::None => Err(Failure::new(Cause::Damaged, "the OpenDocument file has no body that is read")),
        Body::Sheets => Ok(finish::of_pieces(sheets, properties)),
        Body::Text | Body::Slides => Ok(finish::document(flow.finish(), properties)),
    }
}

/// What a style comes to.
#[derive(Clone, Copy, Debug, Default)]
struct Style {
    look: Look,
    bold: bool,
    hidden: bool,
}

/// Reads the styles of a part; those that a document made for itself build upon named ones.
fn read_styles(text: &str, styles: &mut HashMap<String, Style>, budget: &Budget<'_>) -> Result<(), Failure> {
    let mut xml = Xml::new(text, budget.limits);
    let mut current = None;
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(element) if element.name() == "style" => {
                let name = element.attr("name").unwrap_or_default();
                let parent = element.attr("parent-style-name").unwrap_or_default();
                let base = styles.get(&parent).copied().unwrap_or_else(|| named(&parent));
                let own = named(&name);
                let style = if own.look == Look::default() { base } else { Style { look: own.look, ..base } };
                styles.insert(name.clone(), style);
                current = Some(name);
            }
            Node::Start(element) if matches!(element.name(), "text-properties" | "table-properties") => {
                if let Some(style) = current.as_ref().and_then(|name| styles.get_mut(name)) {
                    refine(style, &element);
                }
            }
            Node::Start(element) if element.name() == "body" => break,
            Node::End(name) if name == "style" => current = None,
            _ => {}
        }
    }
    Ok(())
}

fn refine(style: &mut Style, element: &Element<'_>) {
    if let Some(weight) = element.attr("font-weight") {
        style.bold = weight == "bold" || weight.parse().is_ok_and(|w: u32| w >= 600);
    }
    if let Some(display) = element.attr("display") {
        style.hidden = matches!(display.as_str(), "none" | "false");
    }
}

/// What a style's name alone tells; in names of OpenDocument `_20_` stands for a blank.
fn named(name: &str) -> Style {
    let name = name.replace("_20_", " ");
    let look = Look {
        level: level_of(&name).filter(|level| *level == 0),
        caption: is_caption(&name) || matches!(name.as_str(), "Table" | "Tabel" | "Illustration" | "Figure"),
        left_out: is_contents(&name),
        ..Look::default()
    };
    Style { look, ..Style::default() }
}

/// What sort of document the body holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    None,
    Text,
    Sheets,
    Slides,
}

struct Reader<'s, 'f, 'l> {
    styles: &'s HashMap<String, Style>,
    flow: Flow<'f, 'l>,
    body: Body,
    /// Whether the words of each open span, link or paragraph are bold and hidden.
    runs: Vec<Style>,
    lists: usize,
    header_rows: usize,
    /// How often the open cell of each open table stands there.
    repeats: Vec<usize>,
    /// Boxes that hold the title of a slide.
    titles: Vec<bool>,
    notes: usize,
    /// The open sheet with its name, and the row and column that are next.
    sheet: Option<Sheet>,
    sheets: Vec<Piece>,
}

/// A sheet while it is read.
#[derive(Debug, Default)]
struct Sheet {
    name: String,
    grid: Grid,
    row: usize,
    column: usize,
    row_repeats: usize,
    column_repeats: usize,
    /// What the open cell shows, and its value where it shows none.
    shown: String,
    value: Option<Value>,
    /// The cells of the open row.
    cells: Vec<(usize, String)>,
    /// Whether a limit was met; what follows is passed by.
    full: bool,
}

impl<'s, 'f, 'l> Reader<'s, 'f, 'l> {
    fn new(styles: &'s HashMap<String, Style>, flow: Flow<'f, 'l>) -> Self {
        Self {
            styles,
            flow,
            body: Body::None,
            runs: Vec::new(),
            lists: 0,
            header_rows: 0,
            repeats: Vec::new(),
            titles: Vec::new(),
            notes: 0,
            sheet: None,
            sheets: Vec::new(),
        }
    }

    fn walk(&mut self, mut xml: Xml<'_>) -> Result<(), Failure> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(element) => {
                    let goes_in = match self.body {
                        Body::None => self.find_body(&element, xml.parent()),
                        Body::Sheets => self.enter_sheet(&element),
                        Body::Text | Body::Slides => self.enter(&element),
                    };
                    if !goes_in {
                        xml.skip()?;
                    }
                }
                Node::End(name) if self.body == Body::Sheets => self.leave_sheet(&name),
                Node::End(name) => self.leave(&name),
                Node::Text(text) => self.push_collapsed(&text),
            }
        }
        Ok(())
    }

    fn find_body(&mut self, element: &Element<'_>, parent: &str) -> bool {
        if parent == "body" {
            self.body = match element.name() {
                "text" => Body::Text,
                "spreadsheet" => Body::Sheets,
                "presentation" | "drawing" => Body::Slides,
                _ => Body::None,
            };
        }
        !matches!(element.name(), "automatic-styles" | "font-face-decls" | "scripts")
    }

    /// Takes the start of an element; says whether to go into it.
    fn enter(&mut self, element: &Element<'_>) -> bool {
        match element.name() {
            // What was deleted, remarks, lists of contents, words for those who cannot see a picture, notes for
            // the speaker.
            "tracked-changes" | "annotation" | "table-of-content" | "alphabetical-index"
            | "illustration-index" | "table-index" | "forms" | "desc" | "title" | "note-citation"
            | "notes" | "hidden-text" | "hidden-paragraph" | "object" | "event-listeners" => return false,
            "p" | "h" => self.begin_paragraph(element),
            "span" | "a" => self.begin_run(element),
            "note" => self.begin_note(),
            "list" => self.lists += 1,
            "frame" => self.titles.push(element.attr("class").is_some_and(|c| c == "title")),
            "table" => {
                self.flow.begin_table();
                self.repeats.push(1);
            }
            "table-header-rows" => self.header_rows += 1,
            "table-row" => self.begin_row(),
            "table-cell" | "covered-table-cell" => self.begin_cell(element),
            name => self.sign(name, element),
        }
        true
    }

    fn sign(&mut self, name: &str, element: &Element<'_>) {
        match name {
            "s" => self.push(&" ".repeat(element.count("c").min(MOST_BLANKS))),
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            _ => {}
        }
    }

    fn leave(&mut self, name: &str) {
        match name {
            "p" | "h" => {
                self.runs.pop();
                self.flow.end_paragraph();
            }
            "span" | "a" => drop(self.runs.pop()),
            "list" => self.lists = self.lists.saturating_sub(1),
            "note" => self.flow.end_aside(),
            "frame" => drop(self.titles.pop()),
            "table" => {
                self.flow.end_table();
                self.repeats.pop();
            }
            "table-header-rows" => self.header_rows = self.header_rows.saturating_sub(1),
            "table-cell" | "covered-table-cell" => {
                self.flow.end_cell();
                self.flow.repeat_cell(self.repeats.last().copied().unwrap_or(1));
            }
            _ => {}
        }
    }

    fn style(&self, element: &Element<'_>) -> Style {
        let name = element.attr("style-name").unwrap_or_default();
        self.styles.get(&name).copied().unwrap_or_else(|| named(&name))
    }

    fn begin_paragraph(&mut self, element: &Element<'_>) {
        let style = self.style(element);
        self.flow.begin_paragraph();
        self.runs.push(style);
        let mut look = style.look;
        look.list |= self.lists > 0;
        look.left_out |= style.hidden;
        if element.name() == "h" {
            let level = element.count("outline-level").clamp(1, 9);
            look.level = u8::try_from(level).ok();
        } else if self.titles.last() == Some(&true) {
            look.level = Some(1);
        }
        if let Some(open) = self.flow.look() {
            *open = look;
        }
    }

    fn begin_run(&mut self, element: &Element<'_>) {
        let style = self.style(element);
        let around = self.runs.last().copied().unwrap_or_default();
        // A span says only what differs from the words around it.
        self.runs.push(Style {
            bold: style.bold || around.bold,
            hidden: style.hidden || around.hidden,
            ..around
        });
    }

    fn begin_note(&mut self) {
        self.notes += 1;
        self.flow.push_raised(&self.notes.to_string());
        self.flow.begin_note();
    }

    fn begin_row(&mut self) {
        self.flow.begin_row();
        if self.header_rows > 0 {
            self.flow.mark_header_row();
        }
    }

    fn begin_cell(&mut self, element: &Element<'_>) {
        self.flow.begin_cell();
        if element.name() == "covered-table-cell" {
            self.flow.cover_cell();
        }
        if let Some(repeats) = self.repeats.last_mut() {
            *repeats = element.count("number-columns-repeated").min(MAX_COLUMNS);
        }
    }

    fn push(&mut self, text: &str) {
        let run = self.runs.last().copied().unwrap_or_default();
        if !run.hidden {
            self.flow.push(text, run.bold);
        }
    }

    /// White space in the XML is one blank; more have elements of their own.
    fn push_collapsed(&mut self, text: &str) {
        if self.body == Body::Sheets {
            return self.show(text);
        }
        let mut line = String::new();
        let blank = |text: &str| text.is_empty() || text.ends_with([' ', '\n', '\t']);
        for c in text.chars() {
            if !c.is_ascii_whitespace() {
                line.push(c);
            } else if !blank(if line.is_empty() { self.flow.written() } else { &line }) {
                line.push(' ');
            }
        }
        self.push(&line);
    }
}

// Spreadsheets.
impl Reader<'_, '_, '_> {
    fn enter_sheet(&mut self, element: &Element<'_>) -> bool {
        match element.name() {
            "annotation"
            | "forms"
            | "shapes"
            | "table-source"
            | "frame"
            | "tracked-changes"
            | "dde-links"
            | "content-validations"
            | "database-ranges"
            | "named-expressions"
            | "event-listeners" => false,
            "table" => {
                let hidden = self.style(element).hidden;
                let name = element.attr("name").unwrap_or_default();
                self.sheet = Some(Sheet { name, ..Sheet::default() }).filter(|_| !hidden);
                !hidden
            }
            name => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.enter(name, element);
                }
                true
            }
        }
    }

    fn leave_sheet(&mut self, name: &str) {
        match name {
            "table" => {
                if let Some(sheet) = self.sheet.take() {
                    self.sheets.extend(sheet.grid.pieces(&sheet.name, self.flow.budget));
                }
            }
            "table-cell" | "covered-table-cell" => {
                self.sheet.iter_mut().for_each(|sheet| sheet.end_cell());
            }
            "table-row" => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.end_row(self.flow.budget);
                }
            }
            "p" => self.show(" "),
            _ => {}
        }
    }

    fn show(&mut self, text: &str) {
        if let Some(sheet) = &mut self.sheet {
            sheet.shown.push_str(text);
        }
    }
}

impl Sheet {
    fn enter(&mut self, name: &str, element: &Element<'_>) {
        match name {
            "table-row" => {
                self.column = 0;
                self.row_repeats = element.count("number-rows-repeated").max(1);
            }
            "table-cell" | "covered-table-cell" => {
                self.column_repeats = element.count("number-columns-repeated").max(1);
                self.shown.clear();
                self.value = value_of(element);
            }
            "s" | "tab" | "line-break" => self.shown.push(' '),
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let shown = self.shown.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let text = self.value.take().map_or_else(|| shown.clone(), |value| value.beside(&shown));
        if !text.is_empty() && !self.full {
            let times = self.column_repeats.min(MOST_REPEATS);
            let columns = (0..times).map(|i| self.column.saturating_add(i));
            self.cells.extend(columns.map(|column| (column, text.clone())));
        }
        self.column = self.column.saturating_add(self.column_repeats);
    }

    fn end_row(&mut self, budget: &mut Budget<'_>) {
        let cells = std::mem::take(&mut self.cells);
        let times = if cells.is_empty() { 0 } else { self.row_repeats.min(MOST_REPEATS) };
        for i in 0..times {
            let row = self.row.saturating_add(i);
            self.full |= !cells.iter().all(|(column, text)| self.grid.put(row, *column, text, budget));
            if self.full {
                break;
            }
        }
        self.row = self.row.saturating_add(self.row_repeats);
    }
}

/// What a cell holds beside the words that it shows.
#[derive(Debug)]
enum Value {
    /// A number as it would be read, and as it is to be shown where the cell shows nothing.
    Number(f64, &'static str),
    Date(String),
    Words(String),
}

impl Value {
    /// The words of a cell that shows `shown`: those, but in Danish.
    fn beside(self, shown: &str) -> String {
        match self {
            Self::Number(value, code) if shown.is_empty() => number::shown(value, code),
            Self::Number(value, code) => {
                let read = if code.ends_with('%') { value * 100.0 } else { value };
                if number::is_english(shown, read) { swapped(shown) } else { shown.to_owned() }
            }
            // Which is the month of 04/07/24 no one can tell.
            Self::Date(date) if shown.is_empty() || shown.contains('/') => date.replace('T', " "),
            Self::Words(words) if shown.is_empty() => words,
            Self::Date(_) | Self::Words(_) => shown.to_owned(),
        }
    }
}

fn value_of(element: &Element<'_>) -> Option<Value> {
    let number = |code| Some(Value::Number(element.attr("value")?.parse().ok()?, code));
    match element.attr("value-type")?.as_str() {
        "percentage" => number("0.##%"),
        "float" | "currency" => number("General"),
        "date" => element.attr("date-value").map(Value::Date),
        "string" => element.attr("string-value").map(Value::Words),
        _ => None,
    }
}

/// Points for commas and commas for points.
fn swapped(shown: &str) -> String {
    let swap = |c| match c {
        '.' => ',',
        ',' => '.',
        c => c,
    };
    shown.chars().map(swap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::{outline, zip_of};

    fn content(text: &str) -> Result<String, Cause> {
        let limits = OfficeLimits::default();
        let bytes = zip_of(&[("mimetype", b"x".as_slice()), ("content.xml", text.as_bytes())]);
        let read = read(&bytes, &mut Budget::new(&limits));
        read.map(|draft| outline(&draft.pieces)).map_err(|failure| failure.cause)
    }

    fn text(body: &str) -> String {
        let styles = "<style:style style:name='P1' style:parent-style-name='Title'/><style:style style:name='T1'>\
            <style:text-properties text:display='none'/></style:style><style:style style:name='T2'>\
            <style:text-properties fo:font-weight='bold'/></style:style>";
        content(&format!(
            "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body>\
             <office:text>{body}</office:text></office:body></office:document-content>"
        ))
        .expect("a good text")
    }

    #[test]
    fn texts() {
        for (body, want) in [
            (
                "<text:p>Små <text:span>børn</text:span>\n  på Ærø:<text:s text:c='2'/>22,2\u{a0}%</text:p>",
                "p: Små børn på Ærø:  22,2~%\n",
            ),
            (
                "<text:p text:style-name='P1'>Titel</text:p><text:h text:outline-level='2'>Under</text:h>",
                "h1: Titel\nh3: Under\n",
            ),
            (
                "<text:p>a<text:tab/>b<text:line-break/>c<text:span text:style-name='T1'>skjult</text:span></text:p>",
                "p: a→b / c\n",
            ),
            (
                "<text:tracked-changes><text:deletion><text:p>slettet</text:p></text:deletion></text:tracked-changes><text:p>nu</text:p>",
                "p: nu\n",
            ),
            (
                "<text:p>a<office:annotation><text:p>bemærkning</text:p></office:annotation>b</text:p>",
                "p: ab\n",
            ),
            (
                "<text:table-of-content><text:p>Klager 7</text:p></text:table-of-content><text:p>x</text:p>",
                "p: x\n",
            ),
            ("<text:list><text:list-item><text:p>Et</text:p></text:list-item></text:list>", "li: Et\n"),
            (
                "<text:p>Før <draw:frame><draw:text-box><text:p>i boksen</text:p></draw:text-box><svg:desc>billede</svg:desc></draw:frame>efter</text:p>",
                "p: Før efter\np: i boksen\n",
            ),
            (
                "<text:p>Ord<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Kilde.</text:p></text:note-body></text:note>.</text:p><text:p>Slut.</text:p>",
                "p: Ord¹.\np: Slut.\np: Kilde.\n",
            ),
        ] {
            assert_eq!(text(body), want, "{body}");
        }
    }

    #[test]
    fn tables() {
        let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
        let body = format!(
            "<table:table><table:table-header-rows><table:table-row>{}{}</table:table-row></table:table-header-rows>\
             <table:table-row>{}<table:table-cell table:number-columns-repeated='1000000'/></table:table-row>\
             <table:table-row>{}<table:covered-table-cell/></table:table-row></table:table>",
            cell("År"),
            cell("Andel"),
            cell("2023"),
            cell("22\u{a0}%")
        );
        let got = text(&body);
        assert!(got.starts_with("table: #År | #Andel / 2023 |  | "), "{got}");
        assert!(got.ends_with(" / 22~% | \n"), "{got}");
        assert_eq!(got.matches('|').count(), 1 + MAX_COLUMNS - 1 + 1);
    }

    #[test]
    fn sheets() {
        let cell = |attributes: &str, text: &str| {
            format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
        };
        let sheet = format!(
            "<office:document-content><office:body><office:spreadsheet><table:table table:name='Æblehøst'>\
             <table:table-row>{}{}</table:table-row>\
             <table:table-row table:number-rows-repeated='2'>{}<table:table-cell office:value-type='percentage' office:value='0.059'/></table:table-row>\
             <table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>\
             <table:table-row>{}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>",
            cell("", "År"),
            cell("", "Andel"),
            cell("office:value-type='float' office:value='2023'", "2023"),
            cell("table:number-columns-repeated='2000000000'", "Bemærk"),
        );
        let got = content(&sheet).expect("a good sheet");
        assert!(
            got.starts_with("h2: Æblehøst\ntable: #År | #Andel / 2023 | 5,9 % / 2023 | 5,9 %\n"),
            "{}",
            &got[..200]
        );
        assert!(got.len() < 20_000, "{}", got.len());
    }

    #[test]
    fn repeats_end_at_the_limits() {
        let row = "<table:table-row table:number-rows-repeated='1000'><table:table-cell \
            table:number-columns-repeated='1000'><text:p>ord</text:p></table:table-cell></table:table-row>";
        let body = format!("<table:table>{}</table:table>", row.repeat(1000));
        let text =
            format!("<d><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></d>");
        let limits = OfficeLimits { cells: 10_000, ..OfficeLimits::default() };
        let mut budget = Budget::new(&limits);
        let read = read(&zip_of(&[("content.xml", text.as_bytes())]), &mut budget).expect("a sheet");
        assert_eq!(read.pieces[0].rows.len(), 10);
        assert_eq!(budget.warnings().len(), 1);
    }

    #[test]
    fn bad_files() {
        let bytes = zip_of(&[
            ("META-INF/manifest.xml", b"<m><manifest:encryption-data/></m>".as_slice()),
            ("content.xml", b"\x01\x02".as_slice()),
        ]);
        let limits = OfficeLimits::default();
        assert_eq!(
            read(&bytes, &mut Budget::new(&limits)).map_err(|f| f.cause).err(),
            Some(Cause::Encrypted)
        );
        for (text, cause) in [
            ("", Cause::Damaged),
            ("<office:document-content/>", Cause::Damaged),
            ("<a><office:body><office:text><text:p>", Cause::Damaged),
            (&format!("<office:body><office:text>{}", "<text:list>".repeat(100_000)), Cause::TooDeep),
        ] {
            assert_eq!(content(text), Err(cause), "{}", &text[..text.len().min(60)]);
        }
    }
}
