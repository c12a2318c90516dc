//! How a document is cited: as text, for BibTeX, and as CSL-JSON.

use belaeg_model::{Kind, Language};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::commands::check::located::Located;
use crate::output::plain;

/// What a citation names.
pub(super) struct Citation<'a> {
    key: String,
    kind: Option<Kind>,
    author: Option<&'static str>,
    title: String,
    published: Option<Date>,
    url: &'a str,
    accessed: Date,
    archived: String,
}

impl<'a> Citation<'a> {
    /// The citation of a claim's document, in the version that the claim stands in.
    pub(super) fn of(located: &'a Located, language: Language) -> Self {
        let snapshot = &located.version.snapshot;
        let (file, offset) = (&snapshot.file, snapshot.offset);
        let archived = match language {
            Language::English => format!(
                "version {}, archived in {file} at byte {offset}, SHA-256 {}",
                located.version.number, snapshot.sha256
            ),
            Language::Danish => format!(
                "version {}, arkiveret i {file} ved byte {offset}, SHA-256 {}",
                located.version.number, snapshot.sha256
            ),
        };
        Self {
            key: format!("belaeg-{}-{}", located.document.id, located.version.number),
            kind: located.version.extracted.meta.kind.as_ref().map(|k| k.value),
            author: located.place().map(belaeg_model::Place::authority),
            title: plain(located.title().unwrap_or(&located.document.url)),
            published: located.published(),
            url: &located.document.url,
            accessed: snapshot.fetched_at.to_zoned(TimeZone::UTC).date(),
            archived,
        }
    }

    /// "Odense Kommune: Færre klager. 2018-04-19. https://... (hentet 2026-11-22; version 1, ...)".
    pub(super) fn text(&self, language: Language) -> String {
        let author = self.author.map(|a| format!("{a}: ")).unwrap_or_default();
        let undated = language.pick("no date", "uden dato").to_owned();
        let published = self.published.map_or(undated, |d| d.to_string());
        let fetched = language.pick("fetched", "hentet");
        format!(
            "{author}{}. {published}. {} ({fetched} {}; {})\n",
            self.title.trim_end_matches('.'),
            plain(self.url),
            self.accessed,
            self.archived
        )
    }

    /// An entry for BibLaTeX, which reads UTF-8.
    pub(super) fn bibtex(&self) -> String {
        let kind = match self.kind {
            Some(Kind::Report) => "report",
            Some(Kind::Letter) => "letter",
            Some(Kind::Minutes) => "misc",
            Some(Kind::News) | None => "online",
        };
        let mut entry = format!("@{kind}{{{},\n", self.key);
        let mut field = |name: &str, value: &str| {
            entry.push_str(&format!("  {name} = {{{value}}},\n"));
        };
        if let Some(author) = self.author {
            field("author", &format!("{{{}}}", escaped(author)));
            if kind == "report" {
                field("institution", &escaped(author));
            }
        }
        field("title", &format!("{{{}}}", escaped(&self.title)));
        if kind == "report" {
            field("type", "Report");
        }
        if let Some(published) = self.published {
            field("date", &published.to_string());
        }
        field("url", &verbatim(self.url));
        field("urldate", &self.accessed.to_string());
        field("note", &escaped(&self.archived));
        entry.push_str("}\n");
        entry
    }

    /// The record that citation managers read.
    pub(super) fn csl(&self) -> Value {
        let kind = match self.kind {
            Some(Kind::Report) => "report",
            Some(Kind::Letter) => "personal_communication",
            Some(Kind::Minutes) => "document",
            Some(Kind::News) | None => "webpage",
        };
        let date = |d: Date| json!({"date-parts": [[d.year(), d.month(), d.day()]]});
        let mut item = json!({
            "id": self.key, "type": kind, "title": self.title, "URL": self.url,
            "accessed": date(self.accessed), "note": self.archived,
        });
        if let Some(author) = self.author {
            item["author"] = json!([{"literal": author}]);
        }
        if let Some(published) = self.published {
            item["issued"] = date(published);
        }
        json!([item])
    }
}

/// Text in which nothing is a command of TeX.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            c => out.push(c),
        }
    }
    out
}

/// An address: BibLaTeX takes the field as it is, so only braces could end it.
fn verbatim(url: &str) -> String {
    plain(url).replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn citation() -> Citation<'static> {
        Citation {
            key: "belaeg-0123456789ab-2".to_owned(),
            kind: Some(Kind::News),
            author: Some("Københavns Kommune"),
            title: "50 % af {børnene} & de voksne.".to_owned(),
            published: Some(jiff::civil::date(2018, 4, 19)),
            url: "https://www.kk.dk/nyt?a=1&b={2}",
            accessed: jiff::civil::date(2026, 11, 22),
            archived: "version 2, archived in belaeg-000001.warc.gz at byte 7, SHA-256 00".to_owned(),
        }
    }

    #[test]
    fn a_document_is_cited_in_three_forms() {
        let citation = citation();
        assert_eq!(
            citation.text(Language::Danish),
            "Københavns Kommune: 50 % af {børnene} & de voksne. 2018-04-19. https://www.kk.dk/nyt?a=1&b={2} (hentet \
             2026-11-22; version 2, archived in belaeg-000001.warc.gz at byte 7, SHA-256 00)\n"
        );
        let bibtex = citation.bibtex();
        assert!(bibtex.contains("  author = {{Københavns Kommune}},\n"), "{bibtex}");
        assert!(bibtex.contains("  title = {{50 \\% af \\{børnene\\} \\& de voksne.}},\n"), "{bibtex}");
        assert!(bibtex.contains("  url = {https://www.kk.dk/nyt?a=1&b=%7B2%7D},\n"), "{bibtex}");
        assert_eq!(bibtex.matches('{').count() - 1, bibtex.matches('}').count() - 1);
        let csl = citation.csl();
        assert_eq!(csl[0]["type"], "webpage");
        assert_eq!(csl[0]["issued"]["date-parts"], json!([[2018, 4, 19]]));
        assert_eq!(csl[0]["author"], json!([{"literal": "Københavns Kommune"}]));
    }
}
