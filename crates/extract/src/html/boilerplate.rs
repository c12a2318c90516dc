//! What is navigation, banner, form, teaser, comment or notice on a page, and not its text.

use super::dom::{Dom, Item, Tag};
use super::measure::{Amount, Measure, leads_away};
use super::names::{Senses, senses};
use crate::furniture::has_rate;
use crate::metadata::is_date_line;

/// What is known of a page before its text is taken.
pub(super) struct Survey {
    /// Nodes that are left out with all that is under them.
    pub(super) skipped: Vec<bool>,
    /// The heading that is the page's title.
    pub(super) title: Option<usize>,
    pub(super) senses: Vec<Senses>,
}

impl Survey {
    pub(super) fn senses(&self, at: usize) -> Senses {
        self.senses.get(at).copied().unwrap_or_default()
    }

    pub(super) fn all_senses(&self) -> Vec<Senses> {
        self.senses.clone()
    }
}

/// Longest run of letters in a note about a document: its date, its keywords, its picture's credit.
const NOTE: u32 = 250;
const LONG_NOTE: u32 = 600;
/// Bytes of text that a page folds away, at the least; less is a remark for nobody.
const SHORTEST_FOLD: usize = 60;
/// Nodes of a part of the page that are looked at for what it holds.
const FAR: usize = 500;

/// Finds what is left out for certain.
pub(super) fn survey(dom: &Dom<'_>) -> Survey {
    let mut skipped = vec![false; dom.len()];
    let mut all = vec![Senses::default(); dom.len()];
    let mut at = 0;
    while let Some(item) = dom.items.get(at) {
        if item.tag == Tag::Text {
            at += 1;
            continue;
        }
        let named = !matches!(item.tag, Tag::Html | Tag::Body | Tag::Head | Tag::Heading(_));
        let own = if named && item.tag != Tag::Never {
            senses(item.attr("class"), item.attr("id"))
        } else {
            Senses::default()
        };
        all[at] = own;
        // What a page folds away until it is asked for is text of the document; dialogs and forms wait outside of it.
        let folds = own.any(Senses::FOLD) || item.attr("hidden") == Some("until-found");
        let folds = folds || is_long(dom, at) && is_part_of_document(dom, &all, at) || is_headed(dom, at);
        let hidden = item.has_attr("hidden") && !folds;
        skipped[at] = matches!(item.tag, Tag::Never | Tag::Head) || hidden;
        at = if skipped[at] { item.end } else { at + 1 };
    }
    Survey { skipped, title: None, senses: all }
}

/// Whether an element above is marked up or named as the document's.
fn is_part_of_document(dom: &Dom<'_>, senses: &[Senses], at: usize) -> bool {
    let marked = |a: usize| {
        matches!(dom.items[a].tag, Tag::Article | Tag::Main)
            || dom.items[a].attr("itemprop").is_some_and(|p| p.contains("articleBody"))
    };
    dom.ancestors(at).any(|a| marked(a) || senses[a].any(Senses::BODY))
}

/// Whether it holds more than a remark.
fn is_long(dom: &Dom<'_>, at: usize) -> bool {
    let letters: usize = dom.subtree(at).take(FAR).map(|n| dom.items[n].text().trim().len()).sum();
    letters >= SHORTEST_FOLD
}

/// Whether the element right before is a heading, which folds this one out.
fn is_headed(dom: &Dom<'_>, at: usize) -> bool {
    let Some(item) = dom.items.get(at) else { return false };
    let before = dom.children(item.parent).take_while(|child| *child < at).take(FAR);
    let blank =
        |child: &usize| dom.items[*child].tag == Tag::Text && dom.items[*child].text().trim().is_empty();
    before.filter(|child| !blank(child)).last().is_some_and(|c| matches!(dom.items[c].tag, Tag::Heading(_)))
}

/// Leaves out what its element, its names, its links or its neighbours say to be no text of the document.
pub(super) fn prune(dom: &Dom<'_>, survey: &mut Survey) {
    let measure = Measure::new(dom, &survey.skipped);
    let pruner = Pruner { dom, measure: &measure, survey, total: measure.of(0..dom.len()).prose.max(1) };
    let anchors = pruner.anchors();
    let mut furniture: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(item) = dom.items.get(at) {
        if pruner.survey.skipped[at] {
            at = item.end;
            continue;
        }
        if item.tag != Tag::Text && pruner.is_furniture(at, &anchors) {
            furniture.push(at);
            at = item.end;
            continue;
        }
        pruner.push_teasers(at, &mut furniture, &anchors);
        at += 1;
    }
    for at in furniture {
        survey.skipped[at] = true;
    }
}

struct Pruner<'d> {
    dom: &'d Dom<'d>,
    measure: &'d Measure,
    survey: &'d Survey,
    /// The prose of the whole page.
    total: u32,
}

impl Pruner<'_> {
    /// Elements that hold the document for certain: its title and what is marked as its main part.
    fn anchors(&self) -> Vec<usize> {
        let is_main = |at: usize| {
            let item = &self.dom.items[at];
            !self.survey.skipped[at]
                && (item.tag == Tag::Main
                    || item.attr("role") == Some("main")
                    || item.attr("itemprop").is_some_and(|p| p.contains("articleBody")))
                && !self.amount(at).is_at_most(20, self.total)
        };
        let mains = (0..self.dom.len()).filter(|at| self.dom.items[*at].tag != Tag::Text && is_main(*at));
        let mut anchors: Vec<usize> = self.survey.title.into_iter().chain(mains).collect();
        anchors.sort_unstable();
        anchors
    }

    fn amount(&self, at: usize) -> Amount {
        self.measure.of(self.dom.subtree(at))
    }

    fn is_furniture(&self, at: usize, anchors: &[usize]) -> bool {
        let item = &self.dom.items[at];
        let range = self.dom.subtree(at);
        let first = anchors.partition_point(|a| *a < range.start);
        if anchors.get(first).is_some_and(|a| *a < range.end) {
            return false;
        }
        let amount = self.amount(at);
        if amount.letters == 0 {
            return false;
        }
        let by_element = match item.tag {
            Tag::Header if amount.prose > 0 && self.is_in_document(at) => false,
            Tag::Aside if self.is_box_of_facts(at, amount) => false,
            Tag::Nav | Tag::Dialog | Tag::Aside | Tag::Footer | Tag::Header => {
                amount.is_at_most(40, self.total)
            }
            Tag::Form => amount.is_at_most(50, self.total),
            Tag::FigureCaption | Tag::Figure => self.is_picture(at, amount),
            Tag::List | Tag::Div | Tag::Section | Tag::OtherBlock | Tag::Terms => {
                is_list_of_links(item.tag, amount)
            }
            Tag::Link => is_button(item),
            Tag::Html | Tag::Body | Tag::Row | Tag::Heading(_) | Tag::Caption => return false,
            _ => false,
        };
        let by_role = || match item.attr("role").unwrap_or("") {
            "navigation" | "banner" | "contentinfo" | "search" | "dialog" | "alertdialog"
            | "complementary" | "menu" | "toolbar" => amount.is_at_most(40, self.total),
            _ => false,
        };
        by_element || by_role() || self.is_named(at, amount)
    }

    /// Whether an aside belongs to the document: it has a heading or a rate, sentences, and no links.
    fn is_box_of_facts(&self, at: usize, amount: Amount) -> bool {
        let headed = self.dom.subtree(at).take(FAR).any(|n| matches!(self.dom.items[n].tag, Tag::Heading(_)));
        amount.prose > 0 && amount.links == 0 && (headed || self.has_rate(at)) && self.is_in_document(at)
    }

    /// Whether it stands in what is marked up as a document; its header may hold the introduction.
    fn is_in_document(&self, at: usize) -> bool {
        is_part_of_document(self.dom, &self.survey.senses, at)
    }

    /// Whether its names say that it is no text.
    fn is_named(&self, at: usize, amount: Amount) -> bool {
        let senses = self.survey.senses(at);
        if senses == Senses::default() || senses.any(Senses::POST) {
            return false;
        }
        let tag = self.dom.items[at].tag;
        let within = |percent| amount.is_at_most(percent, self.total);
        let is = |sense| senses.any(sense);
        if is(Senses::STRONG) {
            return within(75);
        }
        if is(Senses::COMMENT) && within(60) {
            return true;
        }
        if matches!(tag, Tag::Quote | Tag::Cell | Tag::HeadCell | Tag::Table | Tag::TableHead)
            || is(Senses::BODY)
        {
            return false;
        }
        let small = within(30);
        let note = amount.letters <= NOTE && small;
        let lead = is(Senses::LEAD);
        (is(Senses::NAV) && within(40))
            || (is(Senses::SHARE.and(Senses::DIALOG).and(Senses::RELATED)) && small)
            || (is(Senses::PROMO.and(Senses::AUTHOR)) && small)
            || (is(Senses::CREDIT)
                && amount.letters <= LONG_NOTE
                && small
                && !self.has_table(at)
                && !self.has_rate(at))
            || (is(Senses::META.and(Senses::UNSEEN))
                && note
                && !lead
                && amount.prose < 60
                && !self.is_date(at))
            || (is(Senses::TAGS) && note && !lead && (amount.prose == 0 || amount.is_linked(50)))
            || (is(Senses::CONTACT) && within(40))
            || (is(Senses::TEASER) && !lead && small && amount.links > 0 && amount.is_linked(30))
    }

    /// A picture with its caption. Tables, code, quotations and captions that report a rate are text.
    fn is_picture(&self, at: usize, amount: Amount) -> bool {
        let holds_text = self.dom.subtree(at).take(FAR).any(|n| {
            let paragraph = self.dom.items[n].tag == Tag::P && self.amount(n).prose > NOTE;
            paragraph
                || matches!(
                    self.dom.items[n].tag,
                    Tag::Table | Tag::Pre | Tag::Quote | Tag::Heading(_) | Tag::List
                )
        });
        let figure = self.dom.ancestors(at).find(|a| self.dom.items[*a].tag == Tag::Figure);
        let of_table = figure.is_some_and(|figure| self.has_table(figure));
        !holds_text && !of_table && amount.letters <= 2 * LONG_NOTE && !self.has_rate(at)
    }

    /// Whether it is a date and nothing else: that is part of a letter or a piece of news.
    fn is_date(&self, at: usize) -> bool {
        let mut texts =
            self.dom.subtree(at).take(FAR).map(|n| self.dom.items[n].text().trim()).filter(|t| !t.is_empty());
        texts.next().is_some_and(is_date_line) && texts.next().is_none()
    }

    fn has_table(&self, at: usize) -> bool {
        self.dom.subtree(at).take(FAR).any(|n| self.dom.items[n].tag == Tag::Table)
    }

    fn has_rate(&self, at: usize) -> bool {
        self.dom.subtree(at).take(FAR).any(|n| has_rate(self.dom.items[n].text()))
    }

    /// Siblings of one make, each a heading or a line that is a link: teasers of other documents.
    fn push_teasers(&self, at: usize, furniture: &mut Vec<usize>, anchors: &[usize]) {
        if !matches!(
            self.dom.items[at].tag,
            Tag::Div | Tag::Section | Tag::Main | Tag::Article | Tag::List | Tag::Body
        ) {
            return;
        }
        let mut run: Vec<usize> = Vec::new();
        let mut make = (Tag::Text, None);
        for child in self.dom.children(at) {
            let item = &self.dom.items[child];
            if matches!(item.tag, Tag::Text | Tag::Rule | Tag::Break) || self.survey.skipped[child] {
                continue;
            }
            let own = (item.tag, item.attr("class").map(first_word));
            let same = own == make || run.is_empty();
            if !same || !self.is_teaser(child, anchors) {
                self.settle(&mut run, furniture);
            }
            if self.is_teaser(child, anchors) {
                run.push(child);
            }
            make = own;
        }
        self.settle(&mut run, furniture);
    }

    /// Three in a row are a list of teasers, unless they hold much of the text: the items of an agenda.
    fn settle(&self, run: &mut Vec<usize>, furniture: &mut Vec<usize>) {
        let prose: u64 = run.iter().map(|at| u64::from(self.amount(*at).prose)).sum();
        if run.len() >= 3 && prose * 100 <= u64::from(self.total) * 40 {
            furniture.append(run);
        }
        run.clear();
    }

    fn is_teaser(&self, at: usize, anchors: &[usize]) -> bool {
        if !matches!(self.dom.items[at].tag, Tag::Div | Tag::Section | Tag::Article | Tag::Item | Tag::Link) {
            return false;
        }
        let range = self.dom.subtree(at);
        let amount = self.amount(at);
        let first = anchors.partition_point(|a| *a < range.start);
        if anchors.get(first).is_some_and(|a| *a < range.end) || amount.links == 0 || amount.letters > 1200 {
            return false;
        }
        if amount.is_linked(70) {
            return true;
        }
        // A heading that is a link.
        let mut headings = range.take(FAR).filter(|n| matches!(self.dom.items[*n].tag, Tag::Heading(_)));
        let linked = headings.next().is_some_and(|heading| self.amount(heading).is_linked(80));
        linked && amount.letters <= 700
    }
}

/// A link that is drawn as a button: "Start selvbetjening".
fn is_button(link: &Item<'_>) -> bool {
    let words = link.attr("class").unwrap_or_default().split_ascii_whitespace();
    leads_away(link.attr("href")) && words.into_iter().any(|w| matches!(w, "btn" | "button" | "cta"))
}

fn first_word(class: &str) -> &str {
    class.split_ascii_whitespace().next().unwrap_or("")
}

fn is_list_of_links(tag: Tag, amount: Amount) -> bool {
    let several = amount.links >= 2 || tag == Tag::List;
    several && amount.prose == 0 && amount.is_linked(if tag == Tag::List { 70 } else { 75 })
}
