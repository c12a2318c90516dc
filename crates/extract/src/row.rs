//! Rows of a table that stand as lines of running text: numbers side by side.

use crate::piece::constant;
use regex::Regex;
use std::sync::LazyLock;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| constant(r"^[(+−–-]*\d[\d.,]*\d?(?:%|‰)?\)?$"));
static PERCENT: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)\d[ \u{a0}]?(?:%|‰|pct\b|procent\b|promille\b)"));

/// Whether `line` ends with two numbers side by side ("Hjemvist 20,7 % 28,5 %"): no heading does.
pub(crate) fn ends_with_numbers(line: &str) -> bool {
    let cells = cells_at_end(line);
    let range = cells.numbers == 2 && cells.dashes == 1 && cells.units == 0;
    cells.numbers >= 2 && !range
}

/// Whether `line` is a row of numbers; a telephone number at its end ("12 34 56 78") is none.
pub(crate) fn is_row(line: &str) -> bool {
    let cells = cells_at_end(line);
    let phone = cells.numbers == 4 && cells.plain == 4 && cells.units == 0 && cells.dashes == 0;
    ends_with_numbers(line) && !phone
}

/// Whether `line` heads a row: two numbers or more, such as years.
pub(crate) fn heads_row(line: &str) -> bool {
    line.split_whitespace().filter(|token| is_number(token)).count() >= 2
}

/// Whether `line` names two percentages or more.
pub(crate) fn has_two_rates(line: &str) -> bool {
    PERCENT.find_iter(line).nth(1).is_some()
}

/// The words of a row and the cells behind them, a unit with its number; `None` where no words lead.
pub(crate) fn label_and_cells(line: &str) -> Option<(String, Vec<String>)> {
    let tokens: Vec<&str> = line.split_whitespace().collect();
    let mut cells = Vec::new();
    let mut label = tokens.len();
    let mut unit = None;
    for (i, token) in tokens.iter().enumerate().rev() {
        if matches!(*token, "%" | "%)" | "‰" | "pct." | "pct") && unit.is_none() {
            unit = Some(*token);
            continue;
        }
        if !is_number(token) && !matches!(*token, "-" | "–" | "−") {
            break;
        }
        cells.push(unit.take().map_or_else(|| (*token).to_owned(), |unit| format!("{token} {unit}")));
        label = i;
    }
    cells.reverse();
    (label > 0 && !cells.is_empty()).then(|| (tokens[..label].join(" "), cells))
}

/// What stands at the end of a line: numbers, those of two digits and nothing else, signs for a unit, and dashes
/// for a number that is not known.
#[derive(Default)]
struct Cells {
    numbers: usize,
    plain: usize,
    units: usize,
    dashes: usize,
}

fn cells_at_end(line: &str) -> Cells {
    let mut cells = Cells::default();
    for token in line.split_whitespace().rev() {
        match token {
            "%" | "%)" | "‰" | "pct." | "pct" => cells.units += 1,
            "-" | "–" | "−" => cells.dashes += 1,
            token if is_number(token) => {
                cells.numbers += 1;
                cells.plain += usize::from(token.len() == 2);
                cells.units += usize::from(token.contains(['%', '‰']));
            }
            _ => break,
        }
    }
    cells
}

/// A number, and no ordinal ("2.").
fn is_number(token: &str) -> bool {
    token.len() <= 20 && NUMBER.is_match(token) && !token.ends_with(['.', ','])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows() {
        for line in [
            "Hjemvist 20,7 % 28,5 %",
            "Ændret eller ophævet 13,8 pct. 9,0 pct.",
            "Kommuneskat pct. 26,3 26,3 26,1",
            "Byskolen 6,3 % (5,9 %)",
            "I ungdomsuddannelse pct. 93 94 192",
            "Afvigelse +1,2 −0,4",
            "Udfald 2021 2022",
            "Omgjort pct. 93 94 92 94",
            "Hjemvist pct. 28,3 22,2 -",
            "Tilfredse - 86 - 83",
            "Antal 46 45 50 38 45",
        ] {
            assert!(is_row(line), "{line}");
        }
        for line in [
            "Ring på 12 34 56 78",
            "faldt fra 31,8 % til 37,5 %",
            "Budget 2026 2.",
            "Punkt 4",
            "i årene 2020 – 2022",
            "Nr. 3",
            "",
            "%",
        ] {
            assert!(!is_row(line), "{line}");
        }
        assert!(ends_with_numbers("Antal sager 61 55 58 64"));
        assert!(!ends_with_numbers("Budget 2026 - 2029"));
        assert!(heads_row("Udfald Ærø 2022 Hele landet 2022"));
        assert!(!heads_row("Danmarkskortet for 2017"));
        assert!(has_two_rates("Ærø 13,8\u{a0}% og 9 pct."));
        assert!(!has_two_rates("Fald på 13,8 % i 2021"));
    }
}
