//! One form for each number: "13.244", "13 244" and "13244" are one token, and so are "4,2", "4.2" and "4,20".

/// The number that `word` writes, with a decimal comma, no separators of thousands and no zeros at the end;
/// `None` where the word is no number or a number that says more than its value ("007", "24.12.2020").
pub(crate) fn canonical(word: &str) -> Option<String> {
    let (whole, decimals) = split_decimals(word)?;
    let mut digits = String::with_capacity(word.len());
    for (i, group) in whole.split('.').enumerate() {
        let fits = match i {
            0 if whole.len() > group.len() => (1..=3).contains(&group.len()),
            0 => !group.is_empty(),
            _ => group.len() == 3,
        };
        if !fits || !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.push_str(group);
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    let decimals = decimals.trim_end_matches('0');
    if !decimals.is_empty() {
        digits.push(',');
        digits.push_str(decimals);
    }
    Some(digits)
}

/// The digits before and after the decimal sign. A point is one unless three digits follow ("13.244"), except after
/// a lone zero ("0.125"); a second point makes all of them separators of thousands.
fn split_decimals(word: &str) -> Option<(&str, &str)> {
    let (whole, decimals) = match word.split_once(',') {
        Some(parts) => parts,
        None => match word.split_once('.') {
            Some((whole, rest)) if is_decimal(whole, rest) => (whole, rest),
            _ => (word, ""),
        },
    };
    decimals.bytes().all(|b| b.is_ascii_digit()).then_some((whole, decimals))
}

fn is_decimal(whole: &str, rest: &str) -> bool {
    !rest.contains('.') && (rest.len() != 3 || whole == "0")
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn one_form_a_number() {
        let cases = [
            ("28,9", Some("28,9")),
            ("28.9", Some("28,9")),
            ("28,90", Some("28,9")),
            ("5,0", Some("5")),
            ("13.244", Some("13244")),
            ("13244", Some("13244")),
            ("1.234.567", Some("1234567")),
            ("1.234,50", Some("1234,5")),
            ("0.125", Some("0,125")),
            ("0", Some("0")),
            ("1,234", Some("1,234")),
            ("2017", Some("2017")),
            ("2017.5", Some("2017,5")),
            ("2017.123", None),
            ("007", None),
            ("24.12.2020", None),
            ("1.2.3", None),
            ("1.234.56", None),
            ("1,2,3", None),
            ("2017/18", None),
            ("skole", None),
            ("", None),
        ];
        for (word, want) in cases {
            assert_eq!(canonical(word).as_deref(), want, "{word}");
        }
    }
}
