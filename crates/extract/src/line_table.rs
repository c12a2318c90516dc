//! Tables that stand as lines of text, in a PDF or set with blanks: a line of heads with as many years as each row
//! under it has numbers.

use std::sync::LazyLock;

use belaeg_model::date;
use regex::Regex;

use crate::piece::{RawCell, constant};
use crate::row;

static YEAR: LazyLock<Regex> = LazyLock::new(|| constant(r"^(?:19|20)\d\d$"));

/// Fewer rows are no table.
const FEWEST_ROWS: usize = 2;

/// The rows of the table whose head is the first of `lines`, head first, and how many lines it takes.
pub(crate) fn read<'t>(lines: impl Iterator<Item = &'t str>) -> Option<(Vec<Vec<RawCell>>, usize)> {
    let mut lines = lines;
    let head = heads(lines.next()?)?;
    let columns = head.len() - 1;
    let cell = |text: &str, header| RawCell { text: text.to_owned(), header };
    let mut rows = vec![head.iter().map(|h| cell(h, true)).collect::<Vec<_>>()];
    for line in lines {
        let Some((label, cells)) = row::label_and_cells(line).filter(|(_, cells)| cells.len() == columns)
        else {
            break;
        };
        let label = RawCell { text: label, header: true };
        rows.push(std::iter::once(label).chain(cells.iter().map(|c| cell(c, false))).collect());
    }
    let taken = rows.len();
    (taken > FEWEST_ROWS).then_some((rows, taken))
}

/// The heads of the columns, that of the labels first: each ends with its year ("Udfald | Ærø 2022 | Hele landet 2022",
/// "Nøgletal Enhed | 2020 | 2021 | Mål 2022").
fn heads(line: &str) -> Option<Vec<String>> {
    let mut columns: Vec<Vec<&str>> = vec![Vec::new()];
    for word in line.split_whitespace() {
        columns.last_mut()?.push(word);
        if YEAR.is_match(word) {
            columns.push(Vec::new());
        }
    }
    let behind = columns.pop()?;
    if columns.len() < 2 || !behind.is_empty() || line.ends_with('.') {
        return None;
    }
    // The words before the first year are the label's, but as many as the next column has before its year; one at
    // least, unless it is a month.
    let over = columns[0].len().saturating_sub(columns[1].len());
    let bare = columns[0].len() == 1 || columns[0].first().is_some_and(|w| date::month(w).is_some());
    let label_words = if over == 0 && !bare { 1 } else { over };
    let first = columns[0].split_off(label_words);
    let label = std::mem::replace(&mut columns[0], first);
    let heads = std::iter::once(label).chain(columns).map(|words| words.join(" "));
    Some(heads.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(lines: &[&str]) -> Option<(Vec<String>, usize)> {
        let shown = |row: &Vec<RawCell>| row.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join("|");
        read(lines.iter().copied()).map(|(rows, taken)| (rows.iter().map(shown).collect(), taken))
    }

    #[test]
    fn lines_with_numbers_under_years_are_rows() {
        let lines = [
            "Nøgletal Enhed 2020 2021 Mål 2026",
            "Grundskyld promille 24,6 24,6 10,2",
            "Regnskab, ældre pct. -0,8 +0,3 0,0",
            "Tilfredse pct. 86 - 90",
            "Noter: Grundskylden er ny.",
        ];
        let rows = ["Nøgletal Enhed|2020|2021|Mål 2026", "Grundskyld promille|24,6|24,6|10,2"];
        let more = ["Regnskab, ældre pct.|-0,8|+0,3|0,0", "Tilfredse pct.|86|-|90"];
        let want: Vec<String> = rows.iter().chain(&more).map(|r| (*r).to_owned()).collect();
        assert_eq!(table(&lines), Some((want, 4)));
        let lines = ["Udfald Ærø 2022 Hele landet 2022", "Hjemvist 20,7 % 28,5 %", "Ændret 13,8 % 9,0 %"];
        let want = ["Udfald|Ærø 2022|Hele landet 2022", "Hjemvist|20,7 %|28,5 %", "Ændret|13,8 %|9,0 %"];
        assert_eq!(table(&lines), Some((want.map(str::to_owned).to_vec(), 3)));
        let lines = ["Maj 2015   Juli 2016", "Ishøj   9,0   8,5", "Hele landet 4,8 4,2"];
        assert_eq!(table(&lines).map(|(rows, _)| rows[0].clone()).as_deref(), Some("|Maj 2015|Juli 2016"));
    }

    #[test]
    fn sentences_are_none() {
        assert_eq!(table(&["Fra 2015 til 2016", "steg den fra 4,8 til 5,2", "og igen til 5 6"]), None);
        assert_eq!(table(&["2020 2021", "Tilfredse 86 83", "Tak for tallene"]), None);
        assert_eq!(table(&["Udfald 2020 2021", "Hjemvist 1 2 3", "Ændret 4 5 6"]), None);
    }
}
