//! The places of Denmark: the country, 5 regions, 98 kommuner and the groups they are compared in,
//! and how to find them in Danish text.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::ByteSpan;
use crate::literals::Literals;

/// A place, by its number in the gazetteer. Written as its code: `DK`, `1083`, `461`, `6-byerne`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(u8);

/// What sort of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// The whole country.
    Country,
    /// One of the five regions.
    Region,
    /// One of the 98 kommuner.
    Kommune,
    /// A group of kommuner that are compared with each other.
    Group,
}

struct Entry {
    code: String,
    name: String,
    kind: PlaceKind,
    region: Option<Place>,
    website: String,
    /// Spellings found in text, the name first.
    spellings: Vec<String>,
}

/// One row of `data/kommuner.csv`.
#[derive(Deserialize)]
struct Row {
    code: String,
    name: String,
    aliases: String,
    region_code: String,
    region_name: String,
    website: String,
}

/// Words for the whole country, in lower case.
const COUNTRY_WORDS: &[&str] = &[
    "hele landet",
    "landsplan",
    "landsgennemsnit",
    "landsgennemsnittet",
    "landsgennemsnittets",
    "landstal",
    "landstallet",
    "landssnittet",
    "landsniveau",
    "landet som helhed",
    "landsbasis",
    "nationalt plan",
    "landets kommuner",
    "landets gennemsnit",
    "gennemsnittet for landet",
    "kommunerne under ét",
    "kommunerne som helhed",
];

/// Words for the six largest cities as a group, in lower case.
const SIX_CITIES_WORDS: &[&str] = &[
    "6-byerne",
    "6-byernes",
    "6-by-kommunerne",
    "6-by-kommuner",
    "6-bykommunerne",
    "6-by-gennemsnittet",
    "6-bygennemsnittet",
    "6-byer",
    "6 byerne",
    "seksbyerne",
];

/// The codes of the six largest cities: København, Aarhus, Odense, Aalborg, Esbjerg, Randers.
const SIX_CITIES: &[&str] = &["101", "751", "461", "851", "561", "730"];

/// Names that are also ordinary Danish words: they need context to count as a place.
const ORDINARY_WORDS: &[&str] =
    &["Vejen", "Skive", "Greve", "Odder", "Tønder", "Mors", "Faxe", "Lejre", "Varde", "Struer"];

/// Further first parts of double names that stand alone in text, and what they mean.
const SHORT_FORMS: &[(&str, &str)] =
    &[("Bornholms", "400"), ("Jammerbugten", "849"), ("Vesthimmerland", "820")];

struct Gazetteer {
    entries: Vec<Entry>,
    by_code: HashMap<String, Place>,
    by_folded_name: HashMap<String, Place>,
    finder: Literals,
    /// For each pattern of the finder: its place and whether it needs context.
    patterns: Vec<Pattern>,
}

#[derive(Clone, Copy)]
struct Pattern {
    place: Place,
    ordinary_word: bool,
    says_kommune: bool,
}

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::load);

impl Place {
    /// The whole country.
    pub const DENMARK: Self = Self(0);

    /// The six largest cities.
    pub const SIX_CITIES: Self = Self(1);

    /// Every place: country, groups, regions, kommuner by code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..GAZETTEER.entries.len()).filter_map(|i| u8::try_from(i).ok().map(Self))
    }

    /// The code: `DK`, `6-byerne`, four digits for a region, three for a kommune.
    pub fn code(self) -> &'static str {
        &self.entry().code
    }

    /// The Danish name, without "Kommune".
    pub fn name(self) -> &'static str {
        &self.entry().name
    }

    /// The name of the authority: "Københavns Kommune", "Region Sjælland"; of a group or the country its own.
    pub fn authority(self) -> &'static str {
        let entry = self.entry();
        let is_authority = |s: &&String| entry.kind == PlaceKind::Kommune && s.ends_with("ommune");
        entry.spellings.iter().find(is_authority).unwrap_or(&entry.name)
    }

    /// What sort of place it is.
    pub fn kind(self) -> PlaceKind {
        self.entry().kind
    }

    /// The region that a kommune lies in.
    pub fn region(self) -> Option<Self> {
        self.entry().region
    }

    /// The kommuner of a region or of the six largest cities; none of a kommune, and none of the whole country, whose
    /// figures are its own.
    pub fn members(self) -> impl Iterator<Item = Self> {
        let of_group = if self == Self::SIX_CITIES { SIX_CITIES } else { &[] };
        let is_region = self.kind() == PlaceKind::Region;
        let of_region = Self::all().filter(move |place| is_region && place.region() == Some(self));
        of_region.chain(of_group.iter().filter_map(|code| GAZETTEER.by_code.get(*code).copied()))
    }

    /// The place's own web domain, where it has one.
    pub fn website(self) -> Option<&'static str> {
        let site = self.entry().website.as_str();
        (!site.is_empty()).then_some(site)
    }

    /// The kommune whose web domain `host` is or lies under ("dagsordener.odense.dk").
    pub fn from_host(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        Self::all().find(|p| {
            p.website()
                .is_some_and(|site| host == site || host.strip_suffix(site).is_some_and(|h| h.ends_with('.')))
        })
    }

    /// The places whose names are nearest to `name`, best first; for "did you mean".
    pub fn suggest(name: &str) -> Vec<Self> {
        let wanted = fold(name);
        let mut near: Vec<(usize, Self)> = Self::all()
            .map(|p| (strsim::osa_distance(&wanted, &fold(p.name())), p))
            .filter(|(d, p)| *d <= 1 + p.name().len() / 4)
            .collect();
        near.sort_unstable();
        near.into_iter().take(3).map(|(_, p)| p).collect()
    }

    fn entry(self) -> &'static Entry {
        &GAZETTEER.entries[usize::from(self.0)]
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({} {})", self.code(), self.name())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPlace(String);

impl fmt::Display for UnknownPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no kommune, region or group", self.0)?;
        let near = Place::suggest(&self.0);
        if let Some((last, first)) = near.split_last() {
            let first: String = first.iter().map(|p| format!("{p}, ")).collect();
            write!(f, "; did you mean {first}{last}?")?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownPlace {}

/// Reads a code (`461`, `0461`, `DK`, `000`) or a name in any usual spelling, with or without "Kommune".
impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(s: &str) -> Result<Self, UnknownPlace> {
        let g = &*GAZETTEER;
        let s = s.trim();
        let code = match s.len() {
            4 if s.starts_with('0') => &s[1..],
            _ => s,
        };
        let folded = fold(s);
        let bare = folded
            .strip_suffix(" kommune")
            .or_else(|| folded.strip_suffix(" regionskommune"))
            .unwrap_or(&folded);
        g.by_code
            .get(code)
            .or_else(|| g.by_folded_name.get(&folded))
            .or_else(|| g.by_folded_name.get(bare))
            .or_else(|| g.by_folded_name.get(bare.strip_suffix('s')?))
            .copied()
            .ok_or_else(|| UnknownPlace(s.to_owned()))
    }
}

impl serde::Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Place {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = String::deserialize(d)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// A place and where the text names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceMention {
    /// The place.
    pub place: Place,
    /// The words that name it, genitive and "Kommune" included.
    pub span: ByteSpan,
    /// Whether the mention says "Kommune" or "Region".
    pub says_kommune: bool,
}

/// Every place that `text` names, in order: by name, alias or other spelling, in genitive, with "Kommune",
/// as a region, as a group or as the whole country.
///
/// A postal town ("2000 Frederiksberg") is an address and no mention. A name that is an ordinary word
/// ("Vejen", "Skive") counts where it says "Kommune", or where its capital letter cannot come from the
/// start of a sentence.
pub fn find_places(text: &str) -> Vec<PlaceMention> {
    let g = &*GAZETTEER;
    g.finder
        .find_all(text)
        .filter_map(|m| {
            let pattern = g.patterns[m.index];
            let end = name_end(text, m.span.end)?;
            let mention = with_kommune(text, m.span.start, end, pattern);
            is_mention(text, &mention, pattern).then_some(mention)
        })
        .collect()
}

/// Where the name that ends at `end` ends with its genitive, or `None` if it is only a part of a word.
fn name_end(text: &str, end: usize) -> Option<usize> {
    let rest = &text[end..];
    for genitive in ["'s", "’s", "´s", "s", "'", "’", "´", "S", ""] {
        let Some(after) = rest.strip_prefix(genitive) else {
            continue;
        };
        let mut after = after.chars();
        let next = after.next();
        if next.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '\u{ad}') {
            return Some(end + genitive.len());
        }
        // "Odense-" in "Odense- og Aarhus-borgere", but not "Odense-borger".
        if next == Some('-') && after.next().is_none_or(|c| !c.is_alphanumeric()) {
            return Some(end + genitive.len());
        }
    }
    None
}

fn with_kommune(text: &str, start: usize, end: usize, pattern: Pattern) -> PlaceMention {
    let rest = &text[end..];
    let word = rest.trim_start_matches([' ', '\u{a0}', '\n', '-']);
    let said = ["Kommunes", "Kommune", "kommunes", "kommune", "KOMMUNE"]
        .into_iter()
        .find(|k| word.starts_with(k) && !word[k.len()..].starts_with(char::is_alphanumeric));
    let gap = rest.len() - word.len();
    let said = said.filter(|_| gap <= 3 && matches!(pattern.place.kind(), PlaceKind::Kommune));
    PlaceMention {
        place: pattern.place,
        span: ByteSpan::new(start, said.map_or(end, |k| end + gap + k.len())),
        says_kommune: said.is_some() || pattern.says_kommune,
    }
}

fn is_mention(text: &str, mention: &PlaceMention, pattern: Pattern) -> bool {
    let before = &text[..mention.span.start];
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '@' || c == '/') {
        return false;
    }
    if before.ends_with('-') && before[..before.len() - 1].ends_with(char::is_alphanumeric) {
        return false;
    }
    if mention.says_kommune {
        return true;
    }
    if follows_postcode(before) {
        return false;
    }
    // An e-mail address or a domain goes on with a dot and a letter.
    let mut after = text[mention.span.end..].chars();
    if after.next() == Some('.') && after.next().is_some_and(char::is_alphanumeric) {
        return false;
    }
    !pattern.ordinary_word || (inside_sentence(before) && !next_word_is(text, mention.span.end, "Dag"))
}

/// Four digits before the name: it is the post town of an address.
fn follows_postcode(before: &str) -> bool {
    let trimmed = before.trim_end_matches([' ', '\u{a0}']);
    let digits = trimmed.len() - trimmed.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if trimmed.len() == before.len() || digits != 4 {
        return false;
    }
    // "i 2018 Odense" is a year: a postcode follows a comma, a line break or the start.
    let head = trimmed[..trimmed.len() - 4].trim_end_matches([' ', '\u{a0}']);
    head.is_empty() || head.ends_with([',', '\n', '(', '·', '|']) || head.ends_with("DK-")
}

/// A lower-case word, a comma or an open parenthesis before: the capital letter marks a name.
fn inside_sentence(before: &str) -> bool {
    let trimmed = before.trim_end();
    if before.len() - trimmed.len() > 2 || before[trimmed.len()..].contains('\n') {
        return false;
    }
    trimmed
        .ends_with(|c: char| c.is_lowercase() || matches!(c, ',' | '(' | '/' | ':' | ';' | '|' | '·' | '–'))
}

fn next_word_is(text: &str, at: usize, word: &str) -> bool {
    text[at..].trim_start().starts_with(word)
}

impl Gazetteer {
    fn load() -> Self {
        let mut entries = vec![
            entry("DK", "Hele landet", PlaceKind::Country, COUNTRY_WORDS),
            entry("6-byerne", "6-byerne", PlaceKind::Group, SIX_CITIES_WORDS),
        ];
        entries[0].spellings.push("Danmark".to_owned());
        let rows: Vec<Row> = csv::Reader::from_reader(include_str!("../data/kommuner.csv").as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .expect("data/kommuner.csv is compiled in and covered by a test");
        let mut regions: HashMap<String, Place> = HashMap::new();
        let mut by_region: Vec<(&str, &str)> =
            rows.iter().map(|r| (r.region_code.as_str(), r.region_name.as_str())).collect();
        by_region.sort_unstable();
        by_region.dedup();
        for (code, name) in by_region {
            regions.insert(code.to_owned(), next_place(&entries));
            entries.push(entry(code, name, PlaceKind::Region, &[name]));
        }
        for row in &rows {
            let mut e = entry(&row.code, &row.name, PlaceKind::Kommune, &[row.name.as_str()]);
            e.region = regions.get(&row.region_code).copied();
            e.website.clone_from(&row.website);
            e.spellings.extend(row.aliases.split(';').map(str::to_owned));
            e.spellings.extend(
                SHORT_FORMS.iter().filter(|(_, code)| *code == row.code).map(|(s, _)| (*s).to_owned()),
            );
            entries.push(e);
        }
        Self::index(entries)
    }

    fn index(entries: Vec<Entry>) -> Self {
        let mut by_code = HashMap::from([("000".to_owned(), Place::DENMARK)]);
        let mut by_folded_name = HashMap::new();
        let mut words: Vec<String> = Vec::new();
        let mut patterns = Vec::new();
        for (i, e) in entries.iter().enumerate() {
            let place = Place(u8::try_from(i).expect("fewer than 256 places"));
            by_code.insert(e.code.clone(), place);
            by_folded_name.insert(fold(&e.name), place);
            for spelling in &e.spellings {
                by_folded_name.entry(fold(spelling)).or_insert(place);
                for written in spellings_in_text(spelling, e.kind) {
                    let ordinary = |w: &&str| w.eq_ignore_ascii_case(&written);
                    patterns.push(Pattern {
                        place,
                        ordinary_word: ORDINARY_WORDS.iter().any(ordinary),
                        says_kommune: matches!(e.kind, PlaceKind::Region) || written.ends_with("ommune"),
                    });
                    words.push(written);
                }
            }
        }
        let finder = Literals::new(&words, false).expect("a few hundred short patterns");
        Self { entries, by_code, by_folded_name, finder, patterns }
    }
}

fn next_place(entries: &[Entry]) -> Place {
    Place(u8::try_from(entries.len()).expect("fewer than 256 places"))
}

fn entry(code: &str, name: &str, kind: PlaceKind, spellings: &[&str]) -> Entry {
    Entry {
        code: code.to_owned(),
        name: name.to_owned(),
        kind,
        region: None,
        website: String::new(),
        spellings: spellings.iter().map(|s| (*s).to_owned()).collect(),
    }
}

/// The spellings under which a name stands in text: as given, with å/aa, æ/ae and ø/oe exchanged, in capitals.
fn spellings_in_text(name: &str, kind: PlaceKind) -> Vec<String> {
    let mut all = vec![name.to_owned()];
    let double_a = name.replace('Å', "Aa").replace('å', "aa");
    let ascii = double_a.replace('Æ', "Ae").replace('æ', "ae").replace('Ø', "Oe").replace('ø', "oe");
    let ring = name.replace("Aa", "Å").replace("aa", "å");
    all.extend([double_a, ascii, ring]);
    match kind {
        PlaceKind::Kommune if name.chars().count() > 3 => all.push(name.to_uppercase()),
        PlaceKind::Country | PlaceKind::Group => {
            let mut chars = name.chars();
            if let Some(first) = chars.next() {
                all.push(first.to_uppercase().chain(chars).collect());
            }
        }
        _ => {}
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Lower case, with æ, ø, å, é written in ASCII and hyphens as spaces.
fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().chars().flat_map(char::to_lowercase) {
        match c {
            'æ' => out.push_str("ae"),
            'ø' => out.push_str("oe"),
            'å' => out.push_str("aa"),
            'é' => out.push('e'),
            '-' | '\u{a0}' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, &str)> {
        find_places(text).into_iter().map(|m| (m.place.code(), m.span.of(text))).collect()
    }

    #[test]
    fn the_gazetteer_is_whole() {
        let of = |k| Place::all().filter(|p| p.kind() == k).count();
        assert_eq!(of(PlaceKind::Kommune), 98);
        assert_eq!(of(PlaceKind::Region), 5);
        for p in Place::all() {
            assert_eq!(p.code().parse(), Ok(p));
            assert_eq!(p.name().parse(), Ok(p));
            assert_eq!(p.region().is_some(), p.kind() == PlaceKind::Kommune, "{p:?}");
        }
        assert_eq!(Place::DENMARK.code(), "DK");
        for (code, authority) in [
            ("101", "Københavns Kommune"),
            ("400", "Bornholms Regionskommune"),
            ("461", "Odense Kommune"),
            ("480", "Nordfyns Kommune"),
            ("DK", "Hele landet"),
        ] {
            assert_eq!(code.parse::<Place>().expect("a code").authority(), authority);
        }
        assert_eq!(Place::SIX_CITIES.code(), "6-byerne");
        let names: Vec<&str> = Place::SIX_CITIES.members().map(Place::name).collect();
        assert_eq!(names, ["København", "Aarhus", "Odense", "Aalborg", "Esbjerg", "Randers"]);
    }

    #[test]
    fn reads_codes_and_names() {
        for s in ["461", "0461", "odense", "Odense Kommune", "ODENSE", "odense kommune "] {
            assert_eq!(s.parse::<Place>().map(Place::code), Ok("461"), "{s}");
        }
        for s in ["aarhus", "Århus", "århus kommune", "751"] {
            assert_eq!(s.parse::<Place>().map(Place::code), Ok("751"), "{s}");
        }
        for s in ["København", "koebenhavn", "Københavns Kommune", "Kbh."] {
            assert_eq!(s.parse::<Place>().map(Place::code), Ok("101"), "{s}");
        }
        assert_eq!("DK".parse(), Ok(Place::DENMARK));
        assert_eq!("000".parse(), Ok(Place::DENMARK));
        let error = "Odnese".parse::<Place>().unwrap_err().to_string();
        assert_eq!(error, "\"Odnese\" is no kommune, region or group; did you mean Odense?");
    }

    #[test]
    fn finds_places_in_text() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("Odense Kommune og Odenses skoler", &[("461", "Odense Kommune"), ("461", "Odenses")]),
            ("Københavns Kommunes tal", &[("101", "Københavns Kommunes")]),
            ("Aarhus' og Århus’ børn", &[("751", "Aarhus'"), ("751", "Århus’")]),
            (
                "i Åbenrå, Aabenraa og Faaborg-Midtfyn",
                &[("580", "Åbenrå"), ("580", "Aabenraa"), ("430", "Faaborg-Midtfyn")],
            ),
            ("Vejen til bedre skoler. Skive af brød.", &[]),
            ("Vejen Kommune", &[("575", "Vejen Kommune")]),
            ("lavest i Skive (1,3 %)", &[("779", "Skive")]),
            ("(Vejen) og Greve", &[("575", "Vejen"), ("253", "Greve")]),
            ("på Mors Dag", &[]),
            ("Smallegade 1, 2000 Frederiksberg", &[]),
            ("I 2018 Odense", &[("461", "Odense")]),
            ("Københavnsvej og Odensevej", &[]),
            ("borgerne i næstvedområdet", &[]),
            (
                "på landsplan, i hele landet og landsgennemsnittet",
                &[("DK", "landsplan"), ("DK", "hele landet"), ("DK", "landsgennemsnittet")],
            ),
            (
                "6-byerne og de øvrige 6-by-kommuner",
                &[("6-byerne", "6-byerne"), ("6-byerne", "6-by-kommuner")],
            ),
            ("Region Syddanmark", &[("1083", "Region Syddanmark")]),
            ("ODENSE KOMMUNE", &[("461", "ODENSE KOMMUNE")]),
            ("Bornholms Regionskommune", &[("400", "Bornholms Regionskommune")]),
            ("odense.dk og navn@odense.dk, www.Odense.dk", &[]),
            ("Høje-Taastrup\u{a0}Kommune", &[("169", "Høje-Taastrup\u{a0}Kommune")]),
            ("Nordfyns Kommune, Nordfyn", &[("480", "Nordfyns Kommune"), ("480", "Nordfyn")]),
        ];
        for (text, want) in cases {
            assert_eq!(found(text), *want, "{text:?}");
        }
    }

    #[test]
    fn web_hosts_name_their_kommune() {
        let code = |h| Place::from_host(h).map(Place::code);
        assert_eq!(code("dagsordener.odense.dk"), Some("461"));
        assert_eq!(code("www.kk.dk"), Some("101"));
        assert_eq!(code("notodense.dk"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_spans_on_boundaries(text in "(Odense|Vejen|Aarhus|s|'|’| |Kommune|æ|-|\n|[0-9]){0,9}|\\PC*") {
            for m in find_places(&text) {
                proptest::prop_assert!(m.span.get(&text).is_some());
            }
        }
    }
}
