//! What a document says about itself: title, kind, place, date of publication, language.

mod cases;
mod details;
mod kind;
mod lang;
mod place;
mod published;
mod title;

use belaeg_model::{How, Metadata, Stated};

use crate::Input;
use crate::piece::Draft;

pub(crate) use published::is_date_line;

/// Finds the metadata; what is given from outside wins. The piece that is the title becomes the first heading.
pub(crate) fn find(input: &Input<'_>, draft: &mut Draft) -> Metadata {
    let hints = input.hints;
    let given = |how: Option<_>| how.map(|value| Stated::new(value, How::Given));
    let name = Name::new(input, draft);
    let rough = kind::find(&name, draft, None);
    let title = title::find(draft, rough.value);
    let said = given(hints.title.clone().map(|value| value.trim().to_owned()).filter(|t| !t.is_empty()));
    let title = said.or(title);
    let words = title.as_ref().map(|t| t.value.as_str());
    let kind =
        hints.kind.map(|k| Stated::new(k, How::Given)).unwrap_or_else(|| kind::find(&name, draft, words));
    let place = hints.place.map(|p| Stated::new(p, How::Given)).or_else(|| place::find(&name, draft, words));
    let published = hints
        .published
        .map(|d| Stated::new(d, How::Given))
        .or_else(|| published::find(&name, draft, words, kind.value))
        .or_else(|| hints.listed.map(|d| Stated::new(d, How::Given)));
    let words = title.as_ref().map(|t| t.value.as_str());
    let details = details::find(draft, words, kind.value);
    Metadata { title, kind: Some(kind), place, published, lang: lang::find(draft), details }
}

/// Where a document came from: the host, and the path or the file's name.
pub(crate) struct Name {
    /// The host, in lower case.
    pub(crate) host: Option<String>,
    /// The path with its file name.
    pub(crate) path: String,
}

impl Name {
    fn new(input: &Input<'_>, draft: &Draft) -> Self {
        let url = input.hints.url.as_deref().filter(|u| u.contains("://"));
        let named = Some(input.name).filter(|n| n.contains("://"));
        let own = draft.markup.url.as_deref().filter(|u| u.contains("://"));
        match url.or(named).or(own).and_then(split_url) {
            Some((host, path)) => {
                Self { host: Some(host.to_ascii_lowercase()), path: format!("{path}/{}", input.name) }
            }
            None => Self { host: None, path: input.name.to_owned() },
        }
    }
}

/// Host and path of an absolute URL.
fn split_url(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then_some((host, path))
}
