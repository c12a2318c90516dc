//! Rows of tables: a number takes its unit, years, place and measure from the heads of its column and row and
//! from the caption.

use belaeg_model::{Approx, ByteSpan, Cell, Claim, ClaimFound, Role, Rule, Table, Unit, Year};

use jiff::civil::Date;

use crate::heads::Head;
use crate::lex::Shape;
use crate::sentence::Sentence;
use crate::unit::per_n_at;
use crate::{Context, Findings, role};

/// A table made ready to read its rows.
pub(crate) struct TableReader<'a> {
    text: &'a str,
    table: &'a Table,
    context: Context,
    /// One for each column.
    columns: Vec<Head>,
    caption: Head,
    first_data_row: usize,
}

impl<'a> TableReader<'a> {
    /// Reads the heads of `table`. `heading` stands above it and is used where there is no caption; of `lead_in`, the
    /// words right before it, only the unit.
    pub(crate) fn new(
        text: &'a str,
        table: &'a Table,
        heading: Option<ByteSpan>,
        lead_in: Option<&str>,
        context: &Context,
    ) -> Self {
        let first_data_row =
            table.rows.iter().position(|row| !is_head_row(text, row)).unwrap_or(table.rows.len());
        let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let columns =
            (0..width).map(|c| Head::of(&column_words(text, table, first_data_row, c), context)).collect();
        let mut caption =
            table.caption.and_then(|c| c.get(text)).map_or_else(Head::default, |w| Head::of(w, context));
        if let Some(words) = heading.and_then(|h| h.get(text)) {
            // "Andel sager afgjort til tiden" under "Tilfredshed": a share of something else.
            let own = caption.share && caption.measure.is_none();
            caption = caption.or(&Head::of(words, context));
            caption.measure = caption.measure.filter(|_| !own);
        }
        if let Some(words) = lead_in {
            caption.unit = caption.unit.or(Head::of(words, context).unit);
        }
        // "Udvikling i sygefraværet" heads levels; only a column of its own holds changes.
        caption.role = caption.role.filter(|r| *r != Role::Change);
        Self { text, table, context: *context, columns, caption, first_data_row }
    }

    /// The table that it reads.
    pub(crate) fn table(&self) -> &'a Table {
        self.table
    }

    /// The findings of the row whose line stands at `statement`, spans into that line; `None` if it is no row of
    /// the table.
    pub(crate) fn row(&self, statement: ByteSpan) -> Option<Findings> {
        let rows = &self.table.rows;
        let index = rows.partition_point(|row| row.last().is_none_or(|c| c.span.end <= statement.start));
        let row = rows.get(index)?;
        if !row.iter().any(|c| !c.span.is_empty() && statement.contains(c.span)) {
            return None;
        }
        let line = statement.of(self.text);
        let plain = crate::find_claims(line, &self.context);
        if index < self.first_data_row {
            return Some(Findings { claims: Vec::new(), ..plain });
        }
        let head = Head::of(&self.label_words(row), &self.context);
        let mut claims = Vec::new();
        for (c, cell) in row.iter().enumerate().filter(|(c, _)| *c > 0 || row.len() == 1) {
            let about =
                self.columns.get(c).map_or_else(|| head.clone(), |column| column.or(&head)).or(&self.caption);
            claims.extend(self.cell(cell, &about, statement.start));
        }
        let mut years: Vec<Year> =
            claims.iter().flat_map(|c: &Claim| c.years.iter().copied()).chain(plain.years).collect();
        years.sort_unstable();
        years.dedup();
        let mut places = plain.places;
        for place in claims.iter().filter_map(|c| c.place) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        Some(Findings { claims, years, places })
    }

    /// The words of the cells that say what the row is about: the first, and every other that holds no number but a
    /// year ("Kolding", "socialområdet", "2017").
    fn label_words(&self, row: &[Cell]) -> String {
        let is_label = |(c, words): &(usize, &str)| {
            let s = Sentence::new(words);
            // "pr. 1.000 0-17-årige" in a column of units.
            let per_n = (0..s.len()).any(|k| per_n_at(&s, k).is_some());
            let no_number = || s.tokens.iter().all(|t| t.number().is_none() || t.year_like().is_some());
            *c == 0 || per_n || s.len() > 0 && no_number()
        };
        let cells = row.iter().enumerate().filter_map(|(c, cell)| Some((c, cell.span.get(self.text)?)));
        let labels: Vec<&str> = cells.filter(is_label).map(|(_, words)| words).collect();
        labels.join(", ")
    }

    fn cell(&self, cell: &Cell, about: &Head, line_start: usize) -> Vec<Claim> {
        let Some(words) = cell.span.get(self.text).filter(|w| !w.is_empty()) else {
            return Vec::new();
        };
        let Some(offset) = cell.span.start.checked_sub(line_start) else {
            return Vec::new();
        };
        let own = Context { place: None, ..self.context };
        let mut claims = crate::find_claims(words, &own).claims;
        if claims.is_empty() {
            claims.extend(bare_number(words, about));
        }
        for claim in &mut claims {
            claim.span = claim.span.shifted(offset);
            about.complete(claim, self.context.place);
            let published = self.context.published.map(Date::year);
            claim.role = role::settle(claim.role, false, true, &claim.years, published);
            let most = claim.value_max.unwrap_or(claim.value);
            claim.out_of_range = Claim::exceeds_range(claim.unit, claim.role, most);
        }
        claims
    }
}

/// A cell that holds a number and no unit: the heads say what it is.
fn bare_number(words: &str, about: &Head) -> Option<Claim> {
    let s = Sentence::new(words);
    // "−7,0", "+1": the size of a movement.
    let signed = s.dash(0) || s.symbol(0, '+') || s.symbol(0, '−');
    let at = usize::from(signed);
    let number = s.free_number(at).filter(|n| n.shape != Shape::Code)?;
    let rest_is_marks =
        (at + 1..s.len()).all(|k| s.get(k).is_some_and(|t| !t.is_word() && t.number().is_none()));
    if !rest_is_marks {
        return None;
    }
    let whole = matches!(number.shape, Shape::Plain | Shape::Grouped);
    let is_year = s.tokens[at].year_like().is_some();
    let (unit, per) = match about.unit {
        // An amount of money under "Kommuneskat".
        Some((Unit::Percent, _)) if number.value > 100.0 && (whole || words.contains('.')) => return None,
        Some(unit) => unit,
        None if whole && about.counts && !is_year => (Unit::Count, None),
        None => return None,
    };
    let span = s.span(at, at);
    Some(Claim {
        quote: span.of(words).to_owned(),
        span,
        value: number.value,
        value_max: None,
        unit,
        per,
        numerator: None,
        denominator: None,
        noun: about.noun.clone().filter(|_| unit == Unit::Count),
        role: if signed || unit == Unit::PercentagePoint { Role::Change } else { Role::Level },
        approx: Approx::Exact,
        years: Vec::new(),
        place: None,
        measure: None,
        area: None,
        out_of_range: false,
        doubtful: false,
        found: ClaimFound { rule: Rule::Cell, ..ClaimFound::default() },
    })
}

/// A row of heads: every cell is a head, or no cell behind the first holds a number other than a year.
fn is_head_row(text: &str, row: &[Cell]) -> bool {
    let filled = || row.iter().filter(|c| !c.span.is_empty());
    if filled().next().is_some() && filled().all(|c| c.header) {
        return true;
    }
    filled().filter(|c| c.header).count() > 1 && row.len() > 2
        || filled().count() > 1
            && filled().skip(usize::from(!row.first().is_some_and(|c| c.span.is_empty()))).all(|c| {
                let words = c.span.get(text).unwrap_or_default();
                let s = Sentence::new(words);
                s.tokens.iter().all(|t| t.number().is_none() || t.year_like().is_some())
            })
}

/// The words above column `c`, from the top; an empty cell of a head that spans columns takes the words to its left.
fn column_words(text: &str, table: &Table, rows: usize, c: usize) -> String {
    let mut all = String::new();
    for (r, row) in table.rows[..rows].iter().enumerate() {
        let own = row.get(c).filter(|cell| !cell.span.is_empty());
        let spanned = || {
            let left = row.get(..c)?;
            left.iter().enumerate().skip(1).rev().map(|(_, cell)| cell).find(|cell| !cell.span.is_empty())
        };
        let cell = own.or_else(|| if r + 1 < rows { spanned() } else { None });
        if let Some(words) = cell.and_then(|cell| cell.span.get(text)) {
            if !all.is_empty() {
                all.push_str(", ");
            }
            all.push_str(words);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use belaeg_model::{Block, BlockKind, Extracted, Found, Place};

    use super::*;

    /// A document of one table; `#` marks a head.
    fn table(caption: &str, rows: &[&[&str]]) -> Extracted {
        let mut out = Extracted { text: caption.to_owned(), ..Extracted::default() };
        let block = |kind, span| Block { kind, span, page: None };
        out.blocks.push(block(BlockKind::Caption, ByteSpan::new(0, caption.len())));
        out.text.push_str("\n\n");
        let start = out.text.len();
        let mut cells = Vec::new();
        for row in rows {
            let mut line = Vec::new();
            for (c, words) in row.iter().enumerate() {
                if c > 0 {
                    out.text.push('\t');
                }
                let bare = words.trim_start_matches('#');
                let at = out.text.len();
                out.text.push_str(bare);
                line.push(Cell { span: ByteSpan::new(at, out.text.len()), header: bare.len() < words.len() });
            }
            cells.push(line);
            out.text.push('\n');
        }
        out.text.pop();
        let span = ByteSpan::new(start, out.text.len());
        out.blocks.push(block(BlockKind::Table, span));
        out.tables.push(Table { span, caption: Some(ByteSpan::new(0, caption.len())), rows: cells });
        out
    }

    type Row = (f64, Unit, Vec<Year>, Option<&'static str>, Option<String>);

    fn claims(doc: &Extracted) -> Vec<Row> {
        let row = |c: Claim| (c.value, c.unit, c.years, c.place.map(Place::code), c.measure);
        crate::statements(doc).flat_map(|s| s.claims).map(row).collect()
    }

    #[test]
    fn cells_take_what_heads_say() {
        let omg = || Some("omgoerelsesprocent".to_owned());
        let doc = table(
            "Tabel 1. Omgørelsesprocent på børnehandicapområdet",
            &[&["#Kommune", "#2018", "#2019"], &["#Langeland", "67", "58,5"], &["#Hele landet", "47 %", "–"]],
        );
        assert_eq!(
            claims(&doc),
            [
                (67.0, Unit::Percent, vec![2018], Some("482"), omg()),
                (58.5, Unit::Percent, vec![2019], Some("482"), omg()),
                (47.0, Unit::Percent, vec![2018], Some("DK"), omg()),
            ]
        );
        let doc = table(
            "Sagerne i 2021",
            &[
                &["", "Antal sager", "Andel (pct.)"],
                &["Stadfæstet", "120", "70,6"],
                &["Hjemvist", "1.050", "29,4"],
            ],
        );
        assert_eq!(
            claims(&doc),
            [
                (120.0, Unit::Count, vec![2021], None, None),
                (70.6, Unit::Percent, vec![2021], None, Some("stadfaestelsesprocent".to_owned())),
                (1050.0, Unit::Count, vec![2021], None, None),
                (29.4, Unit::Percent, vec![2021], None, Some("hjemvisningsprocent".to_owned())),
            ]
        );
        let doc = table("Budget", &[&["#Post", "#2024"], &["Skoler", "12.500"]]);
        assert_eq!(claims(&doc), []);
    }

    #[test]
    fn numbers_are_no_places_and_too_much_is_flagged() {
        let doc = table("Andel i pct.", &[&["#Uge", "#2021", "#2022"], &["461", "48,9", "250,5"]]);
        let got: Vec<_> = crate::statements(&doc)
            .flat_map(|s| s.claims)
            .map(|c| (c.value, c.place, c.out_of_range))
            .collect();
        assert_eq!(got, [(48.9, None, false), (250.5, None, true)]);
    }

    #[test]
    fn cells_of_shares_and_changes() {
        let doc = table(
            "Andel sager afgjort til tiden",
            &[&["#Område", "#2022", "#2023"], &["Hjælpemidler", "79 %", "71 %"]],
        );
        let other = || Some("andel_oevrig".to_owned());
        assert_eq!(
            claims(&doc),
            [
                (79.0, Unit::Percent, vec![2022], None, other()),
                (71.0, Unit::Percent, vec![2023], None, other()),
            ]
        );
        // Rises and falls have the measure of what moves, if it is said; "Ændring" alone says none.
        let doc = table(
            "Befolkning efter alder",
            &[&["#Alder", "#Ændring i procent 2022-2023"], &["0-5 år", "-7,0"], &["6-16 år", "5,0"]],
        );
        let got: Vec<_> =
            crate::statements(&doc).flat_map(|s| s.claims).map(|c| (c.value, c.role, c.measure)).collect();
        let growth = || Some("befolkningsvaekst".to_owned());
        assert_eq!(got, [(7.0, Role::Change, growth()), (5.0, Role::Change, growth())]);
        let doc = table("Fordelt på alder", &[&["#Alder", "#Ændring i procent"], &["0-5 år", "-7,0"]]);
        let got: Vec<_> =
            crate::statements(&doc).flat_map(|s| s.claims).map(|c| (c.role, c.measure)).collect();
        assert_eq!(got, [(Role::Change, None)]);
    }

    #[test]
    fn spans_point_into_the_row() {
        let doc = table("Sygefravær i pct.", &[&["#År", "#Ældre"], &["#2022", "8,6"]]);
        let statements: Vec<_> = crate::statements(&doc).collect();
        let row = statements.last().map(|s| (s.span.of(&doc.text), s.claims.as_slice()));
        let Some((line, [claim])) = row else { panic!("{row:?}") };
        assert_eq!(claim.span.of(line), "8,6");
        assert_eq!(
            (claim.years.as_slice(), claim.measure.as_deref()),
            ([2022].as_slice(), Some("sygefravaer"))
        );
        assert_eq!(claim.found.years, Some(Found::Context));
    }
}
