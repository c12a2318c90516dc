//! Claims held against each other: the same key with different numbers, and who told a number first.
//!
//! Only claims whose whole key is said are compared: measure, area, denominator, place, period and unit. A claim that leaves
//! one of them open may be about something else, and is not set beside the others.

use std::collections::BTreeMap;

use belaeg_model::{Claim, ClaimId, Found, Place, Role, Unit};
use jiff::civil::Date;

use crate::definitions::definition;
use crate::figure::Period;
use crate::passage::{Base, Passage, When};

/// What a claim is about, whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The measure.
    pub measure: String,
    /// The area of law or group.
    pub area: Option<String>,
    /// The place.
    pub place: Place,
    /// The months.
    pub period: Period,
    /// The unit of the value, by its name in JSON.
    unit: &'static str,
    /// Whether the share is taken of every case, rejected ones too.
    of_all: bool,
    /// The denominator that is said in digits.
    cases: Option<u64>,
}

impl Key {
    /// The key of a claim of the passage; `None` where a part of it is open, or where the claim is no rate that is told as a
    /// level.
    pub fn of(claim: &Claim, passage: &Passage<'_>) -> Option<Self> {
        let definition = definition(claim.measure.as_deref()?)?;
        let is_rate = claim.role == Role::Level && claim.unit != Unit::Count;
        let is_sure = !claim.doubtful && !claim.out_of_range;
        let names_area = claim.area.is_some() || !definition.areas;
        let names_place = claim.found.place != Some(Found::Default)
            || passage.speaks_of_itself() && !passage.names_a_place();
        let is_told = !passage.is_negated(claim) && !passage.is_implied(claim);
        let of_others = definition.elsewhere.iter().any(|p| p.stands_in(&passage.words));
        if !is_rate || !is_sure || !is_told || !names_area || !names_place || of_others {
            return None;
        }
        let When::Period(period) = passage.when(claim, definition.whole_years) else { return None };
        let of_all = match if definition.cases.is_some() { passage.base(claim) } else { Base::Usual } {
            Base::Usual => false,
            Base::AllCases => true,
            // Every kommune and every document counts those in its own way.
            Base::Loose | Base::AllDecisions => return None,
        };
        Some(Self {
            measure: claim.measure.clone()?,
            area: claim.area.clone(),
            place: claim.place?,
            period,
            unit: claim.unit.as_str(),
            of_all,
            cases: claim.denominator.map(|n| n.to_bits()),
        })
    }
}

/// A claim with where and when it was told.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// The claim; its document and version tell editions apart.
    pub id: ClaimId,
    /// What it is about.
    pub key: Key,
    /// The value.
    pub value: f64,
    /// The values that its words allow.
    pub interval: (f64, f64),
    /// The day from which it was told: of publication, or of the version in which it was met first.
    pub on: Date,
}

/// One number of a key, and who tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// The most exact of its tellings.
    pub value: f64,
    /// The values that the most exact telling allows.
    interval: (f64, f64),
    /// The earliest first.
    pub tellings: Vec<Telling>,
}

impl Number {
    /// Whether the words of the telling allow this number.
    fn fits(&self, telling: &Telling) -> bool {
        telling.interval.0 <= self.interval.1 && self.interval.0 <= telling.interval.1
    }

    /// The earliest telling.
    pub fn first(&self) -> Option<&Telling> {
        self.tellings.first()
    }
}

/// What is told about one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// What it is about.
    pub key: Key,
    /// The numbers that do not go together, by the day on which each was told first.
    pub numbers: Vec<Number>,
}

impl Matter {
    /// Whether different numbers are told, and not by one edition of one document alone: within one, a table or a
    /// sentence that was read wrongly is likelier.
    pub fn is_contradiction(&self) -> bool {
        let edition = |t: &Telling| (t.id.statement.document.clone(), t.id.statement.version);
        let mut editions = self.numbers.iter().flat_map(|n| &n.tellings).map(edition);
        let first = editions.next();
        self.numbers.len() > 1 && editions.any(|other| Some(other) != first)
    }

    /// The number that a claim tells.
    pub fn number_of(&self, id: &ClaimId) -> Option<&Number> {
        self.numbers.iter().find(|n| n.tellings.iter().any(|t| t.id == *id))
    }
}

/// The tellings by key, and of each key by number. Roundings of a number and words such as "omkring" go with the number that
/// they may mean; the order of the tellings changes nothing.
pub fn matters(tellings: impl IntoIterator<Item = Telling>) -> Vec<Matter> {
    let mut by_key: BTreeMap<Key, Vec<Telling>> = BTreeMap::new();
    for telling in tellings {
        by_key.entry(telling.key.clone()).or_default().push(telling);
    }
    by_key.into_iter().map(|(key, tellings)| Matter { key, numbers: numbers(tellings) }).collect()
}

/// The most exact tellings make the numbers; the others join the nearest that they may mean.
fn numbers(mut tellings: Vec<Telling>) -> Vec<Number> {
    let width = |t: &Telling| t.interval.1 - t.interval.0;
    tellings.sort_by(|a, b| width(a).total_cmp(&width(b)).then_with(|| (a.on, &a.id).cmp(&(b.on, &b.id))));
    tellings.dedup_by(|a, b| a.id == b.id);
    let mut numbers: Vec<Number> = Vec::new();
    for telling in tellings {
        let distance = |n: &&mut Number| (n.value - telling.value).abs();
        let near = numbers.iter_mut().filter(|n| n.fits(&telling));
        match near.min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            Some(number) => number.tellings.push(telling),
            None => numbers.push(Number {
                value: telling.value,
                interval: telling.interval,
                tellings: vec![telling],
            }),
        }
    }
    for number in &mut numbers {
        number.tellings.sort_by(|a, b| (a.on, &a.id).cmp(&(b.on, &b.id)));
    }
    numbers.sort_by(|a, b| {
        let first = |n: &Number| n.first().map(|t| (t.on, t.id.clone()));
        first(a).cmp(&first(b))
    });
    numbers
}

#[cfg(test)]
mod tests {
    use belaeg_model::{Approx, ByteSpan};
    use jiff::civil::date;

    use super::*;
    use crate::testing;

    fn claim(value: f64, quote: &str) -> Claim {
        let span = ByteSpan::new(0, quote.len());
        let (years, place) = (vec![2017], "461".parse().ok());
        Claim { quote: quote.to_owned(), span, value, years, place, ..testing::claim() }
    }

    fn key(text: &str, claim: &Claim) -> Option<Key> {
        Key::of(claim, &Passage::new(text, std::slice::from_ref(claim), None))
    }

    fn telling(id: &str, claim: &Claim, day: i8) -> Telling {
        Telling {
            id: id.parse().expect("an id"),
            key: key("I Odense", claim).expect("a whole key"),
            value: claim.value,
            interval: claim.interval(),
            on: date(2018, 4, day),
        }
    }

    #[test]
    fn a_key_is_whole_or_none() {
        let whole = claim(28.9, "28,9 %");
        let text = "Omgørelsesprocenten på Ærø";
        assert!(key(text, &whole).is_some());
        let open: [fn(&mut Claim); 8] = [
            |c| c.area = None,
            |c| c.years.clear(),
            |c| c.years = vec![2016, 2018],
            |c| c.place = None,
            |c| c.found.place = Some(Found::Default),
            |c| c.measure = Some("andel_oevrig".to_owned()),
            |c| c.role = Role::Change,
            |c| c.doubtful = true,
        ];
        for (n, change) in open.into_iter().enumerate() {
            let mut claim = whole.clone();
            change(&mut claim);
            assert_eq!(key(text, &claim), None, "case {n}");
        }
        let of_all = key("14 procent af alle sager", &whole);
        assert!(of_all.is_some() && of_all != key(text, &whole));
        let counted = Claim { denominator: Some(160.0), ..whole.clone() };
        assert_ne!(key(text, &counted), key(text, &whole));
    }

    #[test]
    fn roundings_and_rough_words_are_no_contradiction() {
        let exact = claim(28.9, "28,9 %");
        let rounded = claim(29.0, "29 procent");
        let about = Claim { approx: Approx::About, ..claim(30.0, "ca. 30\u{a0}%") };
        let tellings = [
            telling("0123456789ab.1.1.1", &about, 3),
            telling("0123456789ac.1.1.1", &rounded, 2),
            telling("0123456789ad.1.1.1", &exact, 9),
        ];
        let all = matters(tellings.clone());
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].numbers.len(), 1, "{all:?}");
        assert!(!all[0].is_contradiction());
        let number = all[0].number_of(&tellings[2].id).expect("told");
        assert_eq!(number.value, 28.9);
        assert_eq!(number.first().map(|t| t.id.to_string()).as_deref(), Some("0123456789ac.1.1.1"));
        let mut turned = tellings.to_vec();
        turned.reverse();
        assert_eq!(matters(turned), all);
    }

    #[test]
    fn other_numbers_of_other_editions_are_one() {
        let (a, b) = (claim(28.9, "28,9 %"), claim(36.0, "36 %"));
        let over = Claim { approx: Approx::Over, ..claim(20.0, "over 20 %") };
        let told = |b_id: &str| {
            matters([
                telling("0123456789ab.1.1.1", &a, 3),
                telling(b_id, &b, 2),
                telling("0123456789ab.1.2.1", &over, 1),
            ])
        };
        // "over 20" fits both, and does not make them one.
        let other = told("0123456789ad.1.1.1");
        assert_eq!(other[0].numbers.iter().map(|n| n.value).collect::<Vec<_>>(), [28.9, 36.0]);
        assert!(other[0].is_contradiction());
        assert!(told("0123456789ab.2.1.1")[0].is_contradiction(), "another version");
        assert!(!told("0123456789ab.1.1.2")[0].is_contradiction(), "one version of one document");
    }
}
