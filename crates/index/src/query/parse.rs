//! Reads a query: words, "phrases", AND OR NOT, -, (groups), prefix*, fuzzy~, field:value.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::ast::{Node, Reach, Word};
use super::lex::{Lexeme, Lexer};
use super::{Field, Filters, QueryError};
use crate::analysis::{Token, tokens};

/// The most words of a query, fields included.
pub const MAX_WORDS: usize = 256;
/// The most bytes of a query.
pub const MAX_BYTES: usize = 64 << 10;
/// The most parentheses inside each other.
pub const MAX_DEPTH: usize = 100;

/// Finds the key of a measure by what the user calls it, or says why there is none.
pub type Measures<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// Reads `query`; `measures` finds the key of a measure by what the user calls it.
///
/// Words that follow each other are all required. `OR` binds tighter than that, `AND` tighter than `OR`, `NOT` and `-`
/// tightest. An operator with nothing on one side is ignored, as is a parenthesis without its other half.
pub(super) fn parse(query: &str, measures: Measures<'_>) -> Result<Node, QueryError> {
    if query.len() > MAX_BYTES {
        return Err(QueryError::TooLong { bytes: query.len() });
    }
    if query.trim().is_empty() {
        return Ok(Node::Everything);
    }
    // As everything is stored; "år:" may be typed in two characters a letter.
    let query: String = query.nfc().collect();
    let lexemes = Lexer::new(&query).collect::<Result<Vec<_>, _>>()?;
    let mut parser = Parser { lexemes: &lexemes, at: 0, words: 0, depth: 0, measures };
    let mut nodes = Vec::new();
    while parser.at < lexemes.len() {
        nodes.extend(parser.group()?);
        // A closing parenthesis too many.
        parser.at += 1;
    }
    Ok(and(nodes)?.unwrap_or(Node::Nothing))
}

struct Parser<'a> {
    lexemes: &'a [Lexeme<'a>],
    at: usize,
    words: usize,
    depth: usize,
    measures: Measures<'a>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Lexeme<'a>> {
        self.lexemes.get(self.at).copied()
    }

    fn skip(&mut self, lexeme: Lexeme<'_>) -> bool {
        let is_next = self.peek() == Some(lexeme);
        self.at += usize::from(is_next);
        is_next
    }

    /// Everything up to a closing parenthesis or the end.
    fn group(&mut self) -> Result<Option<Node>, QueryError> {
        let mut nodes = Vec::new();
        while self.peek().is_some_and(|next| next != Lexeme::Close) {
            nodes.extend(self.alternatives()?);
        }
        and(nodes)
    }

    fn alternatives(&mut self) -> Result<Option<Node>, QueryError> {
        let mut nodes = Vec::new();
        loop {
            nodes.extend(self.conjunction()?);
            if !self.skip(Lexeme::Or) {
                return Ok(or(nodes));
            }
        }
    }

    /// What explicit `AND`s join.
    fn conjunction(&mut self) -> Result<Option<Node>, QueryError> {
        let mut nodes = Vec::new();
        loop {
            nodes.extend(self.unary()?);
            if !self.skip(Lexeme::And) {
                return and(nodes);
            }
        }
    }

    fn unary(&mut self) -> Result<Option<Node>, QueryError> {
        let mut negated = false;
        while self.skip(Lexeme::Not) {
            negated = true;
        }
        let node = self.primary()?;
        Ok(if negated { node.map(not) } else { node })
    }

    fn primary(&mut self) -> Result<Option<Node>, QueryError> {
        match self.peek() {
            Some(Lexeme::Open) => self.parentheses(),
            Some(Lexeme::Field(field)) => {
                self.at += 1;
                self.filter(field).map(Some)
            }
            Some(Lexeme::Quoted(text)) => {
                self.at += 1;
                let words = self.counted(tokens(text))?;
                let words =
                    words.into_iter().map(|token| word(text, token, Reach::Usual)).collect::<Vec<_>>();
                Ok((!words.is_empty()).then_some(Node::Phrase(words)))
            }
            Some(Lexeme::Word(text)) => {
                self.at += 1;
                self.word(text)
            }
            Some(Lexeme::And | Lexeme::Or | Lexeme::Not | Lexeme::Close) | None => Ok(None),
        }
    }

    fn parentheses(&mut self) -> Result<Option<Node>, QueryError> {
        if self.depth == MAX_DEPTH {
            return Err(QueryError::TooDeep);
        }
        self.at += 1;
        self.depth += 1;
        let inside = self.group();
        self.depth -= 1;
        self.skip(Lexeme::Close);
        inside
    }

    fn filter(&mut self, field: Field) -> Result<Node, QueryError> {
        self.count(1)?;
        let value = match self.peek() {
            Some(Lexeme::Word(value) | Lexeme::Quoted(value)) => {
                self.at += 1;
                value
            }
            _ => "",
        };
        field.filter(value, self.measures).map(Node::Filter)
    }

    /// A word; several in one piece ("6-byerne") are a phrase, of which `*` and `~` concern the last.
    fn word(&mut self, text: &str) -> Result<Option<Node>, QueryError> {
        if text == "*" {
            return Ok(Some(Node::Everything));
        }
        let reach = match text.chars().next_back() {
            Some('*') => Reach::Prefix,
            Some('~') => Reach::Fuzzy,
            _ => Reach::Usual,
        };
        let mut found = self.counted(tokens(text))?;
        let alone = found.len() == 1 || reach != Reach::Usual;
        let last = if alone { found.pop() } else { None };
        let phrase: Vec<Word> = found.into_iter().map(|token| word(text, token, Reach::Usual)).collect();
        let phrase = (!phrase.is_empty()).then_some(Node::Phrase(phrase));
        and(phrase.into_iter().chain(last.map(|token| Node::Word(word(text, token, reach)))).collect())
    }

    fn counted(&mut self, found: Vec<Token>) -> Result<Vec<Token>, QueryError> {
        self.count(found.len())?;
        Ok(found)
    }

    fn count(&mut self, more: usize) -> Result<(), QueryError> {
        self.words += more;
        if self.words > MAX_WORDS { Err(QueryError::TooManyWords) } else { Ok(()) }
    }
}

fn word(text: &str, token: Token, reach: Reach) -> Word {
    let is_shown =
        |c: &char| c.is_alphanumeric() || is_combining_mark(*c) || matches!(c, '.' | ',' | '/' | '%' | '‰');
    let written = token.span.of(text).chars().filter(is_shown).flat_map(char::to_lowercase).collect();
    Word { written, exact: token.text, reach }
}

/// All of `nodes`: conjunctions taken apart, filters joined, repetitions left out.
pub(super) fn and(nodes: Vec<Node>) -> Result<Option<Node>, QueryError> {
    let mut all: Vec<Node> = Vec::new();
    let mut filters = Filters::default();
    let mut everything = false;
    for node in nodes.into_iter().flat_map(conjuncts) {
        match node {
            Node::Everything => everything = true,
            Node::Filter(more) => filters = filters.and(&more)?,
            node if all.contains(&node) => {}
            node => all.push(node),
        }
    }
    if !filters.is_empty() {
        all.push(Node::Filter(filters));
    }
    let last = all.pop();
    Ok(match last {
        None => everything.then_some(Node::Everything),
        Some(only) if all.is_empty() => Some(only),
        Some(last) => {
            all.push(last);
            Some(Node::And(all))
        }
    })
}

fn conjuncts(node: Node) -> Vec<Node> {
    match node {
        Node::And(nodes) => nodes,
        other => vec![other],
    }
}

/// One of `nodes`: alternatives taken apart, filters on one thing joined, repetitions left out.
fn or(nodes: Vec<Node>) -> Option<Node> {
    let mut all: Vec<Node> = Vec::new();
    let flat = nodes.into_iter().flat_map(|node| match node {
        Node::Or(nodes) => nodes,
        other => vec![other],
    });
    for node in flat {
        let joined = match (&node, all.last()) {
            (Node::Filter(new), Some(Node::Filter(known))) => known.or(new).map(Node::Filter),
            _ => None,
        };
        if let Some(joined) = joined {
            all.pop();
            all.push(joined);
        } else if !all.contains(&node) {
            all.push(node);
        }
    }
    match all.len() {
        0 | 1 => all.pop(),
        _ => Some(Node::Or(all)),
    }
}

/// What `node` leaves out; what is excluded twice is asked for.
fn not(node: Node) -> Node {
    match node {
        Node::Not(inside) => *inside,
        node => Node::Not(Box::new(node)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Query;

    fn measure(name: &str) -> Result<String, String> {
        match name {
            "sygefravær" | "sygefravaer" => Ok("sygefravaer".to_owned()),
            other => Err(format!("{other:?} is no measure")),
        }
    }

    /// The query written back, or what is wrong with it.
    fn shown(query: &str) -> String {
        Query::parse(query, &measure).map_or_else(|e| e.to_string(), |q| q.to_string())
    }

    #[test]
    fn words_phrases_and_operators() {
        let cases = [
            ("", "*"),
            (" * ", "*"),
            ("!!!", "\"\""),
            ("-", "\"\""),
            ("- skole", "skole"),
            ("skole - børn", "skole børn"),
            ("Børn skole", "børn skole"),
            ("sag Sag sag", "sag"),
            ("sag sag OR hus", "sag (sag OR hus)"),
            ("Børn OR skole sag", "(børn OR skole) sag"),
            ("a OR b OR \"c d\"", "a OR b OR \"c d\""),
            ("OR a OR", "a"),
            ("a OR OR b", "a OR b"),
            ("or a", "or a"),
            ("a AND b OG c", "a b c"),
            ("a OR b AND c d", "(a OR (b c)) d"),
            ("a ELLER b IKKE c", "(a OR b) -c"),
            ("NOT a", "-a"),
            ("NOT NOT a", "-a"),
            ("a OR NOT b", "a OR -b"),
            ("-Odense skole", "-odense skole"),
            ("-\"i Odense\"", "-\"i odense\""),
            ("\"børn\u{a0}og unge\" x", "\"børn og unge\" x"),
            ("„børn og unge” x", "\"børn og unge\" x"),
            ("\"ikke lukket", "\"ikke lukket\""),
            ("\"OR\"", "\"or\""),
            ("a\"b c\"d", "a \"b c\" d"),
            ("omgør*", "omgør*"),
            ("sygefravr~", "sygefravr~"),
            ("6-byerne", "\"6 byerne\""),
            ("6-by*", "\"6\" by*"),
            ("28,9%", "\"28,9 %\""),
            ("4.2 pct.", "4.2 pct"),
            ("* skole", "skole"),
            ("* OR skole", "* OR skole"),
            ("((a) (b", "a b"),
            ("a) b", "a b"),
            ("()", "\"\""),
            ("-(a b)", "-(a b)"),
            ("-(a OR b) c", "-(a OR b) c"),
            ("--a", "-a"),
            ("(a b) OR (c -d)", "(a b) OR (c -d)"),
            ("\"\"", "\"\""),
            ("børne\u{ad}handicap", "børnehandicap"),
        ];
        for (query, want) in cases {
            assert_eq!(shown(query), want, "{query:?}");
        }
    }

    #[test]
    fn fields_in_both_languages() {
        let cases = [
            ("kommune:odense", "place:Odense"),
            ("kommune: odense", "place:Odense"),
            ("Kommune:\"Høje-Taastrup Kommune\"", "place:Høje-Taastrup"),
            ("sted:\"region syddanmark\"", "place:\"Region Syddanmark\""),
            ("år:2016..2020", "year:2016..2020"),
            ("aar:>2016 year:<=2020", "year:>2016 year:<=2020"),
            ("(år:2016 OR år:2019)", "(year:2016 OR year:2019)"),
            ("sats:20..40 enhed:%", "rate:20..40 unit:percent"),
            ("sats:<=5,5", "rate:<=5.5"),
            ("sats:-5..5", "rate:-5..5"),
            ("rate:>40", "rate:>40"),
            ("type:referat", "kind:minutes"),
            ("mål:sygefravær rolle:mål præcision:ca.", "measure:sygefravaer role:target approx:about"),
            ("kilde:Odense.dk", "source:odense.dk"),
            ("efter:2019 før:2021-06-01", "after:2019-12-31 before:2021-06-01"),
            ("-kommune:odense skole", "-place:Odense skole"),
            ("skole kommune:odense år:2017 fravær", "skole fravær place:Odense year:2017"),
            ("skole OR år:2017", "skole OR year:2017"),
            ("A\u{30a}r:2017", "year:2017"),
            ("sats:>1.000 enhed:antal", "rate:>1000 unit:count"),
            ("sats:1,234", "rate:1,234"),
            ("kilde:odense.dk kilde:www.odense.dk", "source:odense.dk source:www.odense.dk"),
            (
                "sats:>20 (år:2017 kommune:odense OR år:2018 kommune:vejle)",
                "(place:Odense OR year:2018) place:Vejle year:2017 rate:>20",
            ),
            (
                "sats:>20 ((år:2017 kommune:odense) OR (år:2018 kommune:vejle))",
                "((place:Odense year:2017) OR (place:Vejle year:2018)) rate:>20",
            ),
            ("IKKE (-skole)", "skole"),
            ("Note: skole", "note skole"),
            ("kl. 14:30", "kl \"14 30\""),
            ("https://www.odense.dk", "\"https www odense dk\""),
        ];
        for (query, want) in cases {
            assert_eq!(shown(query), want, "{query:?}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_said() {
        let cases: &[(&str, &[&str])] = &[
            ("kommun:odense", &["\"kommun\" is no field", "did you mean kommune:?", "quotes"]),
            ("emne:skole", &["\"emne\" is no field", "quotes"]),
            ("kommune:odnse", &["odnse", "did you mean Odense"]),
            ("år:2020..2016", &["backwards", "lower end first"]),
            ("år:tyve", &["tyve", "2016..2020"]),
            ("sats:40..20", &["backwards"]),
            ("sats:mange", &["mange", "20..40"]),
            ("enhed:kroner", &["kroner", "percentage_point"]),
            ("enhed:procnt", &["procnt"]),
            ("type:minuts", &["did you mean minutes"]),
            ("rolle:x", &["forecast"]),
            ("mål:lykke", &["lykke", "no measure"]),
            ("før:i", &["no date", "2020-01-31"]),
            ("år:", &["no value", "year:2016..2020"]),
            ("år:(2016 OR 2017)", &["no value"]),
            ("år:2016 år:2017", &["year", "exclude each other", "OR"]),
            ("type:news type:minutes", &["kind", "exclude"]),
            ("efter:2020 før:2019", &["exclude"]),
        ];
        for (query, words) in cases {
            let error = shown(query);
            for word in *words {
                assert!(error.contains(word), "{query:?}: {error}");
            }
            assert!(Query::parse(query, &measure).is_err(), "{query:?}");
        }
    }

    #[test]
    fn there_are_limits() {
        let words = |n: usize| (0..n).map(|i| format!("ord{i} ")).collect::<String>();
        assert!(Query::parse(&words(MAX_WORDS), &measure).is_ok());
        assert_eq!(Query::parse(&words(10_000), &measure), Err(QueryError::TooLong { bytes: 78_890 }));
        assert_eq!(Query::parse(&words(MAX_WORDS + 1), &measure), Err(QueryError::TooManyWords));
        let same = "ko ".repeat(10_000);
        assert_eq!(Query::parse(&same, &measure), Err(QueryError::TooManyWords));
        let nested = |n: usize| format!("{}ko{}", "(".repeat(n), ")".repeat(n));
        assert_eq!(shown(&nested(64)), "ko");
        assert_eq!(Query::parse(&nested(1000), &measure), Err(QueryError::TooDeep));
        assert_eq!(Query::parse(&"-(".repeat(30_000), &measure), Err(QueryError::TooDeep));
        assert_eq!(shown(&")".repeat(60_000)), "\"\"");
        assert_eq!(shown(&"år:2017 ".repeat(5_000)), QueryError::TooManyWords.to_string());
    }

    proptest::proptest! {
        #[test]
        fn any_string_is_a_query_or_an_error(
            query in "([-\"*~()„ :<>=.,]|OR|AND|IKKE|æ|ord|%|1|år:|sats:|kommune:|odense|2017|20..40)*|\\PC*"
        ) {
            if let Ok(read) = Query::parse(&query, &measure) {
                read.claim_filters();
                read.is_plain();
            }
        }

        #[test]
        fn a_query_written_back_is_the_same(
            query in "([-\"*~() ]|OR |IKKE |æbler |ord|% |1|28,9 |år:(2016|201[5-7]\\.\\.|>2018) |sats:(>20|5\\.\\.9,5|<=40) \
                      |kommune:(odense|vejle|\"region syddanmark\") |før:20(19|20) |type:nyhed )*"
        ) {
            if let Ok(read) = Query::parse(&query, &measure) {
                let written = read.to_string();
                let again = Query::parse(&written, &measure);
                proptest::prop_assert_eq!(again, Ok(read), "{}", written);
            }
        }
    }
}
