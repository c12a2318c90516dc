//! Danish words that the grammar looks for.

use std::sync::LazyLock;

use crate::lexicon::{Class, listed};
use crate::{expectation, goal};

/// The lists with what their words may be.
pub(crate) const LISTS: &[(Class, &[&str])] = &[
    (Class::MONEY, MONEY),
    (Class::SCALE, SCALE),
    (Class::MEASUREMENT, MEASUREMENT),
    (Class::DURATION, DURATION),
    (Class::DURATION_ADJECTIVE, DURATION_ADJECTIVES),
    (Class::CLOCK, CLOCK),
    (Class::REFERENCE, REFERENCE),
    (Class::SCORE, SCORE),
    (Class::FUNCTION, FUNCTION_WORDS),
    (Class::NOT_COUNTED, NOT_COUNTED),
    (Class::BARE_PLURAL, BARE_PLURALS),
    (Class::UNIT, UNIT),
    (Class::PER, &["pr", "per", "for"]),
    (Class::RELATIVE_TIME, RELATIVE_TIME),
    (Class::FRACTION, FRACTION),
    (Class::CLAUSE, CLAUSE),
    (Class::COUNTRY, &["landet", "landets", "danskerne", "danskernes", "kommunale"]),
    (Class::NUMERAL, &["halvanden", "halvandet"]),
    (Class::AIM, goal::GOALS),
    (Class::AIM, goal::AIMS),
    (Class::EXPECTATION, expectation::WORDS),
];

/// Beginnings of words with what these may be, of three letters or more.
pub(crate) const STEMS: &[(Class, &[&str])] = &[
    (Class::AIM, goal::GOAL_STEMS),
    (Class::AIM, goal::AIM_STEMS),
    (Class::AIM, goal::SUPPORT_STEMS),
    (Class::EXPECTATION, expectation::FORECAST_STEMS),
];

/// Endings of words with what these may be, of three letters or more.
pub(crate) const ENDINGS: &[(Class, &[&str])] =
    &[(Class::AIM, goal::GOAL_ENDINGS), (Class::EXPECTATION, expectation::PROGNOSES)];

/// Words that begin a unit of rates.
const UNIT: &[&str] = &[
    "procent",
    "procents",
    "procenter",
    "procenten",
    "procentpoint",
    "procentpoints",
    "procentpointet",
    "procentenheder",
    "pctpoint",
    "pct",
    "prct",
    "pcts",
    "pp",
    "p",
    "promille",
    "promiller",
];

/// Words that begin a relative time.
const RELATIVE_TIME: &[&str] =
    &["sidste", "forrige", "i", "dette", "indeværende", "næste", "kommende", "for", "året", "år"];

/// Words that begin a share in words, beside the parts of a whole.
const FRACTION: &[&str] = &["halvdelen", "halvdel", "halvparten", "hver", "hvert", "hveranden", "hvertandet"];

/// Conjunctions that begin a new clause; "mod" only before a number.
const CLAUSE: &[&str] = &["mens", "men", "hvorimod", "hvoraf", "hvorefter", "mod"];

/// Words before a figure on a scale.
const SCORE: &[&str] = &["indeks", "index", "skala", "scoren", "score", "stemmerne", "stemmetallene"];

/// Currency words behind an amount.
const MONEY: &[&str] = &["kr", "kroner", "kronen", "krone", "dkk", "euro", "eur", "øre", "tkr", "dollar"];

/// Scales behind a number; mostly of money.
const SCALE: &[&str] = &["mio", "mia", "mill", "million", "millioner", "milliard", "milliarder", "t"];

/// Units of things that are neither rates nor counts.
const MEASUREMENT: &[&str] = &[
    "km",
    "kilometer",
    "m",
    "meter",
    "metre",
    "cm",
    "mm",
    "kvm",
    "kvadratmeter",
    "kubikmeter",
    "ha",
    "hektar",
    "ton",
    "tons",
    "tonnes",
    "kg",
    "kilo",
    "gram",
    "g",
    "liter",
    "kwh",
    "mwh",
    "gwh",
    "twh",
    "mw",
    "kw",
    "gj",
    "grader",
    "point",
    "points",
    "karakterpoint",
    "db",
    "decibel",
    "km²",
    "etager",
    "meters",
];

const DURATION: &[&str] = &[
    "dag",
    "dage",
    "dages",
    "hverdage",
    "hverdages",
    "arbejdsdage",
    "arbejdsdages",
    "uge",
    "uger",
    "ugers",
    "måned",
    "måneder",
    "måneders",
    "år",
    "års",
    "time",
    "timer",
    "timers",
    "minut",
    "minutter",
    "minutters",
    "sekunder",
    "døgn",
    "døgns",
    "kalenderdage",
    "kvarter",
    "årtier",
    "kalenderår",
    "skoledage",
    "sygedage",
    "fraværsdage",
    "dagsværk",
    "ugedage",
    "arbejdstimer",
    "gang",
    "gange",
];

/// Adjectives between a number and its unit of time.
const DURATION_ADJECTIVES: &[&str] = &["hele", "fulde", "sammenhængende", "hverdags", "lange"];

/// Words before a clock.
const CLOCK: &[&str] = &["kl", "klokken"];

/// Words before a number that names a thing.
const REFERENCE: &[&str] = &[
    "nr",
    "nummer",
    "stk",
    "stykke",
    "punkt",
    "pkt",
    "punkterne",
    "bilag",
    "side",
    "sider",
    "lokale",
    "lok",
    "tlf",
    "telefon",
    "telefonnummer",
    "mobil",
    "cvr",
    "ean",
    "sag",
    "sagsnr",
    "sagsnummer",
    "sagnr",
    "jnr",
    "journalnr",
    "dok",
    "doknr",
    "dokumentnr",
    "dokument",
    "lokalplan",
    "kapitel",
    "kap",
    "afsnit",
    "figur",
    "tabel",
    "trin",
    "fase",
    "version",
    "matr",
    "matrikel",
    "matrikelnr",
    "rute",
    "linje",
    "lov",
    "bekendtgørelse",
    "lbk",
    "værelse",
    "klasse",
    "indsatsområde",
    "spor",
    "bus",
    "udgave",
    "paragraf",
    "artikel",
    "model",
    "scenarie",
    "variant",
    "uddannelse",
    "enhed",
    "hold",
    "spm",
    "spørgsmål",
    "bind",
    "isbn",
    "issn",
    "postboks",
    "id",
    "initiativ",
    "niveau",
    "zone",
    "etape",
    "kategori",
    "gruppe",
    "uge",
    "række",
    "kolonne",
    "kode",
    "vestre",
    "nettonr",
];

/// Endings of street names.
pub(crate) const STREET_ENDINGS: &[&str] = &[
    "vej",
    "vejen",
    "gade",
    "gaden",
    "allé",
    "alle",
    "alléen",
    "stræde",
    "plads",
    "pladsen",
    "torv",
    "torvet",
    "boulevard",
    "stien",
    "parken",
    "vænget",
    "have",
    "bakken",
    "toften",
    "park",
    "gård",
    "gården",
    "kaj",
    "kajen",
];

/// Whether `word` says percent by itself: `procent`, `procents`, `procentpoint`, `procentsmål`.
pub(crate) fn is_percent_word(word: &str) -> bool {
    word.starts_with("procent")
}

/// Function words: a number before one of these counts nothing.
const FUNCTION_WORDS: &[&str] = &[
    "i",
    "på",
    "af",
    "til",
    "for",
    "fra",
    "med",
    "mod",
    "ved",
    "om",
    "og",
    "eller",
    "men",
    "mens",
    "samt",
    "er",
    "var",
    "blev",
    "bliver",
    "har",
    "havde",
    "som",
    "der",
    "at",
    "den",
    "det",
    "de",
    "en",
    "et",
    "end",
    "over",
    "under",
    "efter",
    "før",
    "inden",
    "siden",
    "hos",
    "per",
    "pr",
    "ca",
    "cirka",
    "hvor",
    "hvoraf",
    "heraf",
    "når",
    "hvis",
    "skal",
    "kan",
    "vil",
    "må",
    "ikke",
    "også",
    "kun",
    "blandt",
    "mellem",
    "ud",
    "op",
    "ned",
    "ind",
    "hvilket",
    "idet",
    "da",
    "så",
    "fordi",
    "altså",
    "dvs",
    "svarende",
    "mere",
    "mindre",
    "højere",
    "lavere",
    "ligger",
    "lå",
    "steg",
    "faldt",
    "fik",
    "får",
    "gik",
    "går",
    "kom",
    "kommer",
    "udgør",
    "udgjorde",
    "viser",
    "viste",
    "mener",
    "siger",
    "samlet",
    "set",
    "hhv",
    "henholdsvis",
    "ifølge",
    "gennem",
    "uden",
    "inkl",
    "ekskl",
    "omkring",
    "knap",
    "godt",
    "næsten",
    "stk",
    "nr",
    "kl",
    "dog",
    "nu",
    "her",
    "dermed",
    "hver",
    "hvert",
    "alle",
    "alene",
    "undtagen",
    "overalt",
    "procentvis",
    "bedre",
    "ringere",
    "enige",
    "enig",
    "igen",
    "forventes",
    "ventes",
    "skulle",
    "kunne",
    "ville",
    "blive",
    "være",
    "været",
    "blevet",
    "ændret",
    "omgjort",
    "hjemvist",
    "stadfæstet",
    "afvist",
    "ophævet",
];

/// Plural nouns without a plural ending.
const BARE_PLURALS: &[&str] = &[
    "børn",
    "unge",
    "ældre",
    "borgere",
    "ansatte",
    "job",
    "brev",
    "hjem",
    "ord",
    "spørgsmål",
    "svar",
    "hold",
    "tilbud",
    "folk",
    "møder",
    "voksne",
    "personer",
    "forhold",
    "fald",
    "ophold",
    "mænd",
    "forslag",
    "besøg",
    "anbragte",
    "adspurgte",
    "indsatte",
    "frivillige",
    "ledige",
    "studerende",
    "selvstændige",
    "pårørende",
    "handicappede",
    "udsatte",
    "tilskuere",
    "barn",
    "sag",
    "klage",
    "borger",
    "person",
    "træer",
    "hus",
    "huse",
    "dyr",
    "beslutninger",
    "hjemløse",
    "fuldtidsansatte",
    "virksomheder",
    "stemmer",
    "stemme",
    "kommuner",
    "eksemplarer",
    "par",
    "fuldtidsbeskæftigede",
    "nyansatte",
    "bilister",
    "flygtninge",
    "deltidsansatte",
    "sygemeldte",
    "elever",
    "gæster",
    "svarpersoner",
    "førtidspensionister",
    "pensionister",
    "fuldtidsstillinger",
    "årsværk",
    "klip",
    "legepladser",
    "anmeldte",
    "anmeldelser",
    "tilsyn",
    "påbud",
    "dødsfald",
    "uheld",
    "brande",
    "brud",
    "køb",
    "salg",
    "flygtning",
    "hjerteløbere",
    "udlån",
    "downloads",
    "opslag",
    "enheder",
    "sjæle",
    "forløb",
    "viceborgmestre",
];

/// Endings of plural nouns that are counted in municipal texts.
const COUNTED_ENDINGS: &[&str] = &[
    "er", "erne", "ere", "sager", "klager", "børn", "unge", "elever", "ne", "ske", "ede", "ige", "te", "nde",
    "omme", "linge", "boere",
];

/// Words with a plural ending that count nothing.
const NOT_COUNTED: &[&str] = &[
    "eller",
    "efter",
    "under",
    "over",
    "mere",
    "flere",
    "færre",
    "større",
    "bedre",
    "højere",
    "lavere",
    "her",
    "der",
    "er",
    "siger",
    "viser",
    "ligger",
    "gælder",
    "kommer",
    "bliver",
    "stiger",
    "falder",
    "svarer",
    "omfatter",
    "stammer",
    "modtager",
    "udgør",
    "indgår",
    "oplever",
    "ønsker",
    "mangler",
    "dækker",
    "skyldes",
    "siden",
    "gerne",
    "januar",
    "marts",
    "september",
    "oktober",
    "november",
    "december",
    "kroner",
    "timer",
    "uger",
    "måneder",
    "point",
    "procent",
    "millioner",
    "milliarder",
    "meter",
    "minutter",
    "sekunder",
    "grader",
    "alene",
    "ifølge",
    "inde",
    "hverdage",
    "enkelte",
    "hele",
    "igennem",
    "heller",
    "endnu",
    "derefter",
    "herunder",
    "herefter",
    "vedrører",
    "handler",
    "skriver",
    "fordeler",
    "starter",
    "begynder",
    "slutter",
    "åbner",
    "lukker",
    "behandler",
    "behandles",
    "ender",
    "endte",
    "forventer",
    "karakterer",
    "kilometer",
    "hektar",
    "tønder",
    "etager",
    "hestekræfter",
    "decibel",
    "førte",
    "viste",
    "mente",
    "udgjorde",
    "steg",
    "faldt",
    "ved",
    "inden",
    "uden",
    "siden",
    "kvadratmeter",
    "kubikmeter",
    "årige",
    "kvartaler",
    "rater",
    "mulige",
];

/// Endings by their last byte: most words end in none of these.
struct Endings([Vec<(&'static str, usize)>; 256]);

impl Endings {
    /// Whether `word` has one of the endings, with so many bytes before it as it asks for.
    fn ends(&self, word: &str) -> bool {
        let Some(last) = word.bytes().last() else { return false };
        self.0[usize::from(last)]
            .iter()
            .any(|(e, before)| word.ends_with(e) && word.len() >= e.len() + before)
    }
}

/// Endings of plurals, and bare plurals at the end of a compound.
static PLURALS: LazyLock<Endings> = LazyLock::new(|| {
    let mut endings = Endings(std::array::from_fn(|_| Vec::new()));
    let mut add = |ending: &'static str, before: usize| {
        if let Some(last) = ending.bytes().last() {
            endings.0[usize::from(last)].push((ending, before));
        }
    };
    for ending in COUNTED_ENDINGS {
        add(ending, 3);
    }
    for word in BARE_PLURALS.iter().filter(|w| w.len() >= 4) {
        add(word, 3);
    }
    endings
});

/// Whether `word` looks like a noun that a number counts.
pub(crate) fn looks_counted(word: &str) -> bool {
    let class = listed(word);
    let too_short = word.len() < 6 && word.chars().count() < 3;
    !too_short
        && !class.is(Class::NOT_COUNTED.or(Class::FUNCTION))
        && (class.is(Class::BARE_PLURAL) || PLURALS.ends(word))
}

/// Whether `word` is surely a noun for cases or persons: what may follow a count that looks like a year.
pub(crate) fn is_case_or_person(word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "sager",
        "klager",
        "elser",
        "inger",
        "borgere",
        "elever",
        "børn",
        "unge",
        "personer",
        "lånere",
        "brugere",
        "boliger",
        "pladser",
        "stemmer",
        "besøg",
        "ansatte",
        "ledige",
        "indbyggere",
        "deltagere",
        "familier",
        "virksomheder",
        "svar",
        "medlemmer",
        "kunder",
        "husstande",
        "beboere",
        "gæster",
        "tilmeldte",
        "medarbejdere",
        "henvendelser",
    ];
    ENDINGS.iter().any(|e| word.ends_with(e))
}

/// Adjectives and other words in lower case that may stand between a number and the noun it counts.
pub(crate) fn is_adjective(word: &str) -> bool {
    let plural = word.ends_with('e') && word.len() > 3 && !listed(word).is(Class::FUNCTION);
    plural
        || matches!(
            word,
            "alvorligt"
                | "nye"
                | "små"
                | "andre"
                | "ekstra"
                | "af"
                | "forskellige"
                | "flere"
                | "færre"
                | "samlede"
                | "ud"
        )
}

/// Words of time that make "hver anden ..." a frequency and "halvdelen af ..." a stretch of time.
pub(crate) fn is_calendar(word: &str) -> bool {
    listed(word).is(Class::CALENDAR)
}

/// The words of [`is_calendar`].
pub(crate) fn calendar_words() -> impl Iterator<Item = String> {
    const STEMS: &[&str] = &[
        "dag",
        "uge",
        "måned",
        "år",
        "time",
        "kvartal",
        "halvår",
        "gang",
        "mandag",
        "tirsdag",
        "onsdag",
        "torsdag",
        "fredag",
        "lørdag",
        "søndag",
        "weekend",
        "aften",
        "morgen",
        "minut",
        "sommer",
        "vinter",
        "døgn",
        "nat",
        "perioden",
        "periode",
        "sæson",
        "århundred",
        "årti",
        "mødet",
        "valgperiode",
        "byrådsperiode",
        "kilometer",
        "meter",
        "km",
        "formiddag",
        "eftermiddag",
        "tiden",
        "skoleår",
        "budgetår",
        "livet",
        "sekund",
    ];
    const ENDINGS: &[&str] =
        &["", "e", "en", "et", "ene", "er", "erne", "s", "ens", "ets", "n", "r", "t", "ne", "le"];
    let formed = |stem: &'static str| ENDINGS.iter().map(move |ending| format!("{stem}{ending}"));
    let months = belaeg_model::date::MONTHS.iter().flat_map(|month| {
        // An abbreviation has three letters, or four in "sept".
        [Some(*month), month.get(..3), (*month == "september").then_some("sept")]
    });
    STEMS.iter().copied().flat_map(formed).chain(months.flatten().map(str::to_owned))
}
