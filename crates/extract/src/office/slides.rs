//! Presentations of PowerPoint (PPTX): the words of each slide in order, its title a heading.

use belaeg_model::Cause;

use super::Budget;
use super::finish::{self, Properties};
use super::flow::Flow;
use super::package::Package;
use super::xml::{Element, Node, Xml};
use crate::Failure;
use crate::piece::Draft;

pub(super) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let mut package = Package::open(bytes)?;
    let main = package.relations("", budget)?.into_iter().find(|r| r.kind == "officeDocument");
    let main = main.map_or_else(|| "ppt/presentation.xml".to_owned(), |r| r.target);
    let presentation = package.needed(&main, budget)?;
    let relations = package.relations(&main, budget)?;
    let mut slides = Vec::new();
    for id in slide_ids(&presentation, budget)? {
        if let Some(slide) = relations.iter().find(|r| r.id == id) {
            slides.push(package.needed(&slide.target, budget)?);
        }
    }
    if slides.is_empty() {
        return Err(Failure::new(Cause::Empty, "the presentation has no slides"));
    }
    let properties = Properties::of_package(&mut package, budget)?;
    let limits = budget.limits;
    let mut reader = Reader { flow: Flow::new(budget), title: false, bold: false };
    for slide in &slides {
        reader.walk(Xml::new(slide, limits))?;
    }
    Ok(finish::document(reader.flow.finish(), properties))
}

/// The relationships of the slides, in their order.
fn slide_ids(presentation: &str, budget: &Budget<'_>) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    let mut xml = Xml::new(presentation, budget.limits);
    while let Some(node) = xml.next()? {
        if let Some(element) = node.start("sldId") {
            ids.extend(element.relation());
        }
    }
    Ok(ids)
}

struct Reader<'f, 'l> {
    flow: Flow<'f, 'l>,
    /// Whether the open shape holds the slide's title.
    title: bool,
    bold: bool,
}

impl Reader<'_, '_> {
    fn walk(&mut self, mut xml: Xml<'_>) -> Result<(), Failure> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(element) => {
                    if !self.enter(&element) {
                        xml.skip()?;
                    }
                }
                Node::End(name) => self.leave(&name),
                Node::Text(text) if xml.current() == "t" => self.flow.push(&text, self.bold),
                Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn enter(&mut self, element: &Element<'_>) -> bool {
        match element.name() {
            // A hidden slide; the rendering for old readers.
            "sld" => return element.attr("show").is_none_or(|show| show != "0"),
            "Fallback" => return false,
            "sp" => self.title = false,
            "ph" => match element.attr("type").as_deref() {
                Some("title" | "ctrTitle") => self.title = true,
                // The number, date and footer of each slide.
                Some("sldNum" | "dt" | "ftr" | "hdr") => return false,
                _ => {}
            },
            "fld" => return element.attr("type").is_none_or(|kind| kind != "slidenum"),
            "p" => self.begin_paragraph(),
            "r" => self.bold = false,
            "rPr" => self.bold = element.attr("b").is_some_and(|b| b == "1"),
            "br" => self.flow.push("\n", true),
            "buChar" | "buAutoNum" => self.flow.look().into_iter().for_each(|look| look.list = true),
            "tbl" => self.flow.begin_table(),
            "tr" => self.flow.begin_row(),
            "tc" => self.begin_cell(element),
            _ => {}
        }
        true
    }

    fn begin_paragraph(&mut self) {
        self.flow.begin_paragraph();
        let level = self.title.then_some(1);
        self.flow.look().into_iter().for_each(|look| look.level = level);
    }

    fn begin_cell(&mut self, element: &Element<'_>) {
        self.flow.begin_cell();
        // Cells that are covered stand in the file.
        if element.attr("hMerge").or(element.attr("vMerge")).is_some_and(|merged| merged == "1") {
            self.flow.cover_cell();
        }
    }

    fn leave(&mut self, name: &str) {
        match name {
            "p" => self.flow.end_paragraph(),
            "tc" => self.flow.end_cell(),
            "tbl" => self.flow.end_table(),
            "sp" => self.title = false,
            _ => {}
        }
    }
}
