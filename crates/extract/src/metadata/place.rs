//! The place that published a document: its host, its title, its letterhead, or the kommune it is about.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use belaeg_model::place::{PlaceKind, find_places};
use belaeg_model::{How, Place, Stated};

use super::Name;
use crate::contact::email_hosts;
use crate::piece::Draft;

/// Pieces that count as the head of a document, and their weight.
const HEAD: usize = 10;
/// Text beyond this many bytes says little about who published it.
const LOOKED_AT: usize = 1 << 20;
/// A document that names more kommuner than this compares them.
const MANY: usize = 8;

/// Finds the place, or nothing where none clearly dominates.
pub(super) fn find(name: &Name, draft: &Draft, title: Option<&str>) -> Option<Stated<Place>> {
    if let Some(place) = name.host.as_deref().and_then(Place::from_host) {
        return Some(Stated::new(place, How::Words));
    }
    let mut votes: BTreeMap<Place, u32> = BTreeMap::new();
    let mut mentions = |text: &str, said: u32, named: u32| {
        for mention in find_places(text).into_iter().filter(|m| m.place.kind() == PlaceKind::Kommune) {
            *votes.entry(mention.place).or_default() += if mention.says_kommune { said } else { named };
        }
    };
    mentions(title.unwrap_or(""), 8, 4);
    mentions(draft.markup.title.as_deref().unwrap_or(""), 8, 2);
    for line in &draft.dropped {
        mentions(line, 4, 1);
    }
    let mut seen = 0;
    for (i, piece) in draft.pieces.iter().enumerate() {
        let (said, named) = if i < HEAD { (5, 2) } else { (3, 1) };
        mentions(&piece.text, said, named);
        for cell in piece.rows.iter().flatten() {
            mentions(&cell.text, 1, 1);
        }
        seen += piece.text.len();
        if seen > LOOKED_AT {
            break;
        }
    }
    let texts = draft.pieces.iter().map(|p| p.text.as_str()).take(2000);
    for host in texts.chain(draft.dropped.iter().map(String::as_str)).flat_map(email_hosts) {
        if let Some(place) = Place::from_host(host) {
            *votes.entry(place).or_default() += 4;
        }
    }
    winner(&votes).map(|place| Stated::new(place, How::Words))
}

/// The place with at least half as many votes again as the next; among many, with a third of all.
fn winner(votes: &BTreeMap<Place, u32>) -> Option<Place> {
    let mut ranked: Vec<(u32, Place)> = votes.iter().map(|(place, n)| (*n, *place)).collect();
    ranked.sort_unstable_by_key(|(n, place)| (Reverse(*n), *place));
    let (best, place) = *ranked.first()?;
    let next = ranked.get(1).map_or(0, |(n, _)| *n);
    let all: u32 = ranked.iter().map(|(n, _)| n).sum();
    let dominates = best * 2 >= next * 3 && best > next && (ranked.len() <= MANY || best * 3 >= all);
    dominates.then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn places() {
        let place = |host: Option<&str>, body: &str| {
            let draft = text::draft(body);
            let name = Name { host: host.map(str::to_owned), path: String::new() };
            let title = draft.pieces.iter().find(|p| p.is_heading()).map(|p| p.text.clone());
            find(&name, &draft, title.as_deref()).map(|p| p.value.code())
        };
        let all = "Tallene for Odense, Aarhus, Aalborg, Esbjerg, Randers, Kolding, Horsens, Vejle og Roskilde er ens.";
        for (host, body, want) in [
            (Some("dagsordener.odense.dk"), "Aarhus Kommune skriver.", Some("461")),
            (None, "Fald i Odense\n\nAarhus og Aalborg ligger højere.", Some("461")),
            (None, "Nyt fra Odense Kommune\n\nOdense Kommune ligger under Aarhus.", Some("461")),
            (
                None,
                "Tallet falder\n\nTallet falder. Skriv til aa@odsherred.dk i dag, så svarer vi.",
                Some("306"),
            ),
            (None, "Tallet falder\n\nOdense og Aarhus er lige gode.", None),
            (None, all, None),
            (None, "Tallet falder i hele landet.", None),
        ] {
            assert_eq!(place(host, body), want, "{body}");
        }
    }
}
