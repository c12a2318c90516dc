//! Word documents (DOCX): the words as they stand when every change is accepted, without comments, headers, footers.

use belaeg_model::Cause;

use super::Budget;
use super::docx_styles::Styles;
use super::finish::{self, Properties};
use super::flow::Flow;
use super::package::{Package, Relation};
use super::xml::{Element, Node, Xml};
use crate::Failure;
use crate::piece::Draft;

pub(super) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, budget)?;
    let relations = package.relations(&main, budget)?;
    let target = |kind: &str, usual: &str| {
        let found = relations.iter().find(|r: &&Relation| r.kind == kind);
        found.map_or_else(|| usual.to_owned(), |r| r.target.clone())
    };
    let styles = package.optional(&target("styles", "word/styles.xml"), budget)?;
    let styles = Styles::read(&styles, budget.limits)?;
    let body = package.needed(&main, budget)?;
    let notes = [
        package.optional(&target("footnotes", "word/footnotes.xml"), budget)?,
        package.optional(&target("endnotes", "word/endnotes.xml"), budget)?,
    ];
    let properties = Properties::of_package(&mut package, budget)?;
    let limits = budget.limits;
    let mut reader = Reader::new(&styles, Flow::new(budget));
    reader.walk(Xml::new(&body, limits))?;
    if !reader.has_body {
        return Err(Failure::new(Cause::Damaged, "the Word document has no body"));
    }
    for notes in &notes {
        reader.walk(Xml::new(notes, limits))?;
    }
    Ok(finish::document(reader.flow.finish(), properties))
}

/// The part that holds the text: most writers call it `word/document.xml`, not all.
fn main_part(package: &mut Package<'_>, budget: &mut Budget<'_>) -> Result<String, Failure> {
    let found = package.relations("", budget)?.into_iter().find(|r| r.kind == "officeDocument");
    Ok(found.map_or_else(|| "word/document.xml".to_owned(), |r| r.target))
}

/// How the words of a run look.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    hidden: bool,
    bold: bool,
    raised: bool,
}

struct Reader<'s, 'f, 'l> {
    styles: &'s Styles,
    flow: Flow<'f, 'l>,
    run: Run,
    /// What the paragraph's style says of its runs; one for each open paragraph.
    bases: Vec<Run>,
    /// For each open choice between renderings, whether one was taken.
    choices: Vec<bool>,
    /// How many notes were referred to.
    notes: usize,
    /// Whether the end of the open paragraph was deleted, so that the next one goes on.
    joins: bool,
    has_body: bool,
}

impl<'s, 'f, 'l> Reader<'s, 'f, 'l> {
    fn new(styles: &'s Styles, flow: Flow<'f, 'l>) -> Self {
        Self {
            styles,
            flow,
            run: Run::default(),
            bases: Vec::new(),
            choices: Vec::new(),
            notes: 0,
            joins: false,
            has_body: false,
        }
    }

    fn walk(&mut self, mut xml: Xml<'_>) -> Result<(), Failure> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(element) => {
                    if !self.enter(&element, xml.parent()) {
                        xml.skip()?;
                    }
                }
                Node::End(name) => self.leave(&name),
                Node::Text(text) if xml.current() == "t" => self.push(&text),
                Node::Text(_) => {}
            }
        }
        Ok(())
    }

    /// Takes the start of an element; says whether to go into it.
    fn enter(&mut self, element: &Element<'_>, parent: &str) -> bool {
        match element.name() {
            "del" if parent == "trPr" => self.flow.leave_row_out(),
            "del" if parent == "rPr" => self.joins = true,
            // What was deleted or moved away, what fields are made of, what properties were before a change.
            "del" | "moveFrom" | "delText" | "instrText" | "delInstrText" | "fldData" | "rPrChange"
            | "pPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange" | "sectPr" => return false,
            "AlternateContent" => self.choices.push(false),
            "Choice" | "Fallback" => {
                return self.choices.last_mut().is_none_or(|taken| !std::mem::replace(taken, true));
            }
            "footnote" | "endnote" => {
                // The lines that part notes from text are notes too.
                return element.attr("type").is_none_or(|t| t == "normal");
            }
            "body" => self.has_body = true,
            "p" => self.begin_paragraph(),
            "r" => self.run = self.bases.last().copied().unwrap_or_default(),
            "tbl" => self.flow.begin_table(),
            "tr" => self.flow.begin_row(),
            "tc" => self.flow.begin_cell(),
            name => self.property(name, element, parent),
        }
        true
    }

    fn property(&mut self, name: &str, element: &Element<'_>, parent: &str) {
        match (parent, name) {
            ("pPr", "pStyle") => self.take_style(&element.attr("val").unwrap_or_default()),
            ("pPr", "outlineLvl") => self.take_level(element),
            ("numPr", "numId") => {
                let numbered = element.attr("val").is_some_and(|id| id != "0");
                self.flow.look().into_iter().for_each(|look| look.list = numbered);
            }
            ("trPr", "tblHeader") if element.is_on() => self.flow.mark_header_row(),
            ("tcPr", "gridSpan") => self.flow.span_columns(element.count("val")),
            ("tcPr", "vMerge") if element.attr("val").is_none_or(|v| v == "continue") => {
                self.flow.cover_cell();
            }
            ("rPr", _) => self.take_run(name, element),
            ("r", _) => self.sign(name, element),
            _ => {}
        }
    }

    /// A sign that has an element of its own.
    fn sign(&mut self, name: &str, element: &Element<'_>) {
        match name {
            "tab" | "ptab" => self.push("\t"),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "footnoteReference" | "endnoteReference"
                if element.attr("customMarkFollows").is_none_or(|v| v == "0") =>
            {
                self.notes += 1;
                self.flow.push_raised(&self.notes.to_string());
            }
            _ => {}
        }
    }

    fn take_run(&mut self, name: &str, element: &Element<'_>) {
        match name {
            "vanish" => self.run.hidden = element.is_on(),
            "b" => self.run.bold = element.is_on(),
            "vertAlign" => self.run.raised = element.attr("val").as_deref() == Some("superscript"),
            "rStyle" => {
                let style = self.styles.get(&element.attr("val").unwrap_or_default());
                self.run.hidden |= style.hidden;
                self.run.bold |= style.bold;
            }
            _ => {}
        }
    }

    fn take_style(&mut self, id: &str) {
        let style = self.styles.get(id);
        if let Some(look) = self.flow.look() {
            *look = style.look;
        }
        if let Some(base) = self.bases.last_mut() {
            *base = Run { hidden: style.hidden, bold: style.bold, raised: false };
        }
    }

    fn take_level(&mut self, element: &Element<'_>) {
        let level = element.attr("val").and_then(|v| v.parse::<u8>().ok());
        if let Some(look) = self.flow.look() {
            look.level = level.filter(|n| *n < 9).map(|n| n + 1);
        }
    }

    fn push(&mut self, text: &str) {
        let Run { hidden, bold, raised } = self.run;
        let is_mark = raised && text.len() <= 4 && text.trim().bytes().all(|b| b.is_ascii_digit());
        match () {
            () if hidden => {}
            () if is_mark => self.flow.push_raised(text.trim()),
            () => self.flow.push(text, bold),
        }
    }

    fn begin_paragraph(&mut self) {
        self.flow.begin_paragraph();
        self.bases.push(Run::default());
    }

    fn leave(&mut self, name: &str) {
        match name {
            "p" => {
                self.bases.pop();
                match std::mem::take(&mut self.joins) {
                    true => self.flow.end_paragraph_openly(),
                    false => self.flow.end_paragraph(),
                }
            }
            "tbl" => self.flow.end_table(),
            "tc" => self.flow.end_cell(),
            "AlternateContent" => drop(self.choices.pop()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::{outline, zip_of};

    fn document(members: &[(&str, &str)]) -> Result<String, Cause> {
        let members: Vec<(&str, &[u8])> =
            members.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let limits = OfficeLimits::default();
        let read = read(&zip_of(&members), &mut Budget::new(&limits));
        read.map(|draft| outline(&draft.pieces)).map_err(|failure| failure.cause)
    }

    fn body(inside: &str) -> String {
        let xml = format!("<w:document xmlns:w='x'><w:body>{inside}</w:body></w:document>");
        document(&[("word/document.xml", &xml)]).expect("a good document")
    }

    /// A paragraph with a run of its own for each part; what begins with `<` is markup.
    fn p(parts: &[&str]) -> String {
        let run = |part: &&str| match part.starts_with('<') {
            true => (*part).to_owned(),
            false => format!("<w:r><w:t xml:space='preserve'>{part}</w:t></w:r>"),
        };
        format!("<w:p>{}</w:p>", parts.iter().map(run).collect::<String>())
    }

    #[test]
    fn runs() {
        let cases: &[(&[&str], &str)] = &[
            (&["Små ", "børn på Ærø: 22,2\u{a0}%"], "p: Små børn på Ærø: 22,2~%\n"),
            (&["om<w:x/>"], "p: om\n"),
            (
                &[
                    "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d\u{ad}e</w:t></w:r>",
                ],
                "p: a→b / c-de\n",
            ),
            (
                &[
                    "ind",
                    "<w:ins><w:r><w:t>sat</w:t></w:r></w:ins>",
                    "<w:del><w:r><w:delText>slettet</w:delText></w:r></w:del>",
                ],
                "p: indsat\n",
            ),
            (
                &[
                    "<w:moveFrom><w:r><w:t>før</w:t></w:r></w:moveFrom>",
                    "<w:moveTo><w:r><w:t>nu</w:t></w:r></w:moveTo>",
                ],
                "p: nu\n",
            ),
            (
                &[
                    "a",
                    "<w:r><w:rPr><w:vanish/></w:rPr><w:t>skjult</w:t></w:r>",
                    "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>b</w:t></w:r>",
                ],
                "p: ab\n",
            ),
            (
                &[
                    "<w:hyperlink><w:r><w:t>læs</w:t></w:r></w:hyperlink>",
                    "<w:sdt><w:sdtContent><w:r><w:t> om sagen</w:t></w:r></w:sdtContent></w:sdt>",
                ],
                "p: læs om sagen\n",
            ),
            (
                &["<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>PAGE</w:instrText></w:r>", "7"],
                "p: 7\n",
            ),
            (&["CO", "<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t></w:r>"], "p: CO²\n"),
            (&["<w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>", "x"], "p: x\n"),
            (&["<w:pPr><w:numPr><w:numId w:val='3'/></w:numPr></w:pPr>", "Punkt"], "li: Punkt\n"),
            (&["<w:pPr><w:numPr><w:numId w:val='0'/></w:numPr></w:pPr>", "Punkt"], "p: Punkt\n"),
            (&["<w:pPr><w:pStyle w:val='Overskrift2'/></w:pPr>", "Klager"], "h3: Klager\n"),
            (&["<w:pPr><w:outlineLvl w:val='0'/></w:pPr>", "Klager"], "h2: Klager\n"),
            (&["<w:pPr><w:pStyle w:val='TOC1'/></w:pPr>", "Klager 7"], ""),
            (&["<w:commentRangeStart/>", "a", "<w:r><w:commentReference w:id='1'/></w:r>"], "p: a\n"),
        ];
        for (parts, want) in cases {
            assert_eq!(body(&p(parts)), *want, "{parts:?}");
        }
    }

    #[test]
    fn boxes_once() {
        let inside = p(&["I boksen"]);
        let anchor = format!(
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx><w:txbxContent>{inside}</w:txbxContent>\
             </wps:txbx></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{inside}</w:txbxContent>\
             </v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        );
        assert_eq!(body(&p(&["Før ", &anchor, "efter"])), "p: Før efter\np: I boksen\n");
    }

    #[test]
    fn a_deleted_end_joins() {
        let first = p(&["<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>", "Første "]);
        assert_eq!(body(&(first.clone() + &p(&["anden."]))), "p: Første anden.\n");
        assert_eq!(body(&first), "p: Første\n");
    }

    #[test]
    fn tables() {
        let cell = |properties: &str, text: &str| {
            format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(&[text]))
        };
        let rows = [
            format!(
                "<w:tr><w:trPr><w:tblHeader/></w:trPr>{}{}</w:tr>",
                cell("", "Område"),
                cell("<w:gridSpan w:val='2'/>", "År")
            ),
            format!(
                "<w:tr>{}{}{}</w:tr>",
                cell("<w:vMerge w:val='restart'/>", "Ældre"),
                cell("", "5,9\u{a0}%"),
                cell("", "6")
            ),
            format!("<w:tr>{}{}{}</w:tr>", cell("<w:vMerge/>", "x"), cell("", "4"), cell("", "3")),
            format!("<w:tr><w:trPr><w:del w:id='2'/></w:trPr>{}</w:tr>", cell("", "slettet")),
        ];
        let table = format!("<w:tbl>{}</w:tbl>", rows.concat());
        let want = "table: #Område | #År | # / Ældre | 5,9~% | 6 /  | 4 | 3\n";
        assert_eq!(body(&table), want);
        let nested = format!(
            "<w:tbl><w:tr><w:tc>{}{table}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
            p(&["Venstre"]),
            p(&["Højre"])
        );
        assert_eq!(body(&nested), format!("p: Venstre\n{want}p: Højre\n"));
        let spans =
            format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", cell("<w:gridSpan w:val='999999999'/>", "bred"));
        assert_eq!(body(&spans).matches('|').count(), crate::office::flow::MAX_COLUMNS - 1);
    }

    #[test]
    fn notes_stand_behind() {
        let main = format!(
            "<w:document><w:body>{}{}</w:body></w:document>",
            p(&["Andelen", "<w:r><w:footnoteReference w:id='2'/></w:r>", " faldt."]),
            p(&["Slut."])
        );
        let notes = format!(
            "<w:footnotes><w:footnote w:type='separator' w:id='0'>{}</w:footnote><w:footnote w:id='2'>{}</w:footnote></w:footnotes>",
            p(&["streg"]),
            p(&["<w:r><w:footnoteRef/></w:r>", "Kilde: Ærø."])
        );
        let header = format!("<w:hdr>{}</w:hdr>", p(&["Hoved"]));
        let members = [
            ("word/document.xml", main.as_str()),
            ("word/footnotes.xml", notes.as_str()),
            ("word/header1.xml", header.as_str()),
            ("word/comments.xml", header.as_str()),
        ];
        assert_eq!(document(&members).as_deref(), Ok("p: Andelen¹ faldt.\np: Slut.\np: Kilde: Ærø.\n"));
    }

    #[test]
    fn the_main_part_is_found_by_its_relationship() {
        let relations = "<Relationships><Relationship Id='r1' Target='/word/document2.xml' \
            Type='http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument'/></Relationships>";
        let main = format!(
            "<s:document xmlns:s='http://purl.oclc.org/ooxml/wordprocessingml/main'><s:body>{}</s:body></s:document>",
            p(&["Æøå"])
        );
        let members = [("_rels/.rels", relations), ("word/document2.xml", main.as_str())];
        assert_eq!(document(&members).as_deref(), Ok("p: Æøå\n"));
    }

    #[test]
    fn bad_documents() {
        let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><w:document><w:body><w:p><w:r><w:t>x&b;</w:t></w:r></w:p></w:body></w:document>";
        assert_eq!(document(&[("word/document.xml", bomb)]).as_deref(), Ok("p: x\n"));
        for (text, cause) in [
            ("", Cause::Damaged),
            ("<w:document>", Cause::Damaged),
            ("<w:document><w:body><w:p></w:body>", Cause::Damaged),
            ("<html/>", Cause::Damaged),
            (&format!("<w:document><w:body>{}", "<w:tbl><w:tr><w:tc>".repeat(100_000)), Cause::TooDeep),
        ] {
            assert_eq!(document(&[("word/document.xml", text)]), Err(cause));
        }
        assert_eq!(document(&[("word/styles.xml", "<a/>")]), Err(Cause::Damaged));
    }
}
