//! Bytes that mean harm: deep, wide, endless and arbitrary ones.

use belaeg_model::Cause;
use proptest::prelude::*;

use super::{check_spans, extract, page};

#[test]
fn deep_pages_keep_their_text() {
    let repeat = |s: &str, n: usize| s.repeat(n);
    let numbered = |n: usize| (0..n).map(|i| format!("<b id=b{i}>")).collect::<String>();
    let cases = [
        ("nested div", repeat("<div>", 100_000) + "kerne 22 %" + &repeat("</div>", 100_000) + "<p>slut</p>"),
        ("nested div with text", repeat("<div>ø ", 100_000) + "kerne 22 %<p>slut"),
        ("nested b", repeat("<b>", 200_000) + "kerne 22 %" + &repeat("</b>", 200_000) + "slut"),
        ("distinct b", numbered(50_000) + "kerne 22 %<p>slut"),
        ("crossed tags", repeat("<b><div></b>", 50_000) + "kerne 22 %<p>slut"),
        ("tables in cells", repeat("<table><tr><td>", 50_000) + "kerne 22 %<p>slut"),
        ("lists", repeat("<ul><li>", 50_000) + "kerne 22 %<p>slut"),
        ("foreign", repeat("<svg><g>", 50_000) + &repeat("</g></svg>", 50_000) + "kerne 22 %<p>slut"),
    ];
    for (name, html) in cases {
        let html = format!("<!doctype html><body>{html}");
        match extract("side.html", html.as_bytes()) {
            Ok(doc) => {
                check_spans(&doc);
                assert!(doc.warnings.iter().any(|w| w.cause == Cause::TooDeep), "{name}: {:?}", doc.warnings);
                assert!(name == "foreign" || doc.text.contains("kerne 22 %"), "{name}");
                assert!(name == "foreign" || doc.text.ends_with("slut"), "{name}");
            }
            Err(failure) => assert_eq!((name, failure.cause), ("foreign", Cause::Empty)),
        }
    }
}

#[test]
fn wide_pages_are_read() {
    let attributes: String = (0..100_000).map(|i| format!(" a{i}=\"{i}\"")).collect();
    let many_same = " a".repeat(500_000);
    for html in [
        format!("<html><p{attributes}>kerne</p>slut"),
        format!("<html><p{many_same}>kerne</p>slut"),
        format!("<html><img src='data:image/png;base64,{}'><p>kerne<p>slut", "A".repeat(5_000_000)),
        format!("<html><p>kerne{}slut", "<br>".repeat(500_000)),
        format!("<html><p>kerne<p>slut<!-- {}", "-> <".repeat(500_000)),
        format!("<html><p>kerne<p>slut<script>{}", "</ <! ".repeat(500_000)),
        format!("<html><p>kerne<p>slut<p a='{}", "x=1 ".repeat(500_000)),
        format!("<html>{}kerne<p>slut", "<p><font size=1><i class=a>x".repeat(30_000)),
        format!("<html><p>kerne<p>slut{}", "&".repeat(500_000)),
        format!("<html><p>kerne<p>slut{}", "<".repeat(500_000)),
    ] {
        let doc = page(&html);
        check_spans(&doc);
        assert!(doc.text.contains("kerne") && doc.text.contains("slut"), "{:?}", &html[..40]);
        assert!(doc.warnings.is_empty(), "{:?}", doc.warnings);
    }
}

#[test]
fn long_text_is_read() {
    for unit in [
        "a\n\n",
        "x",
        " \n",
        "- æ\n",
        "\u{301}",
        "12 34 56 78\n",
        "a@b.dk\n",
        "Kontakt\nx\n",
        "1. maj 2020\n",
    ] {
        let text = format!("Start.\n\n{}", unit.repeat(300_000));
        let doc = extract("a.txt", text.as_bytes()).expect("it has text");
        check_spans(&doc);
    }
}

/// Markup in which every construct of the readers occurs, in any order.
fn markup() -> impl Strategy<Value = String> {
    let parts = [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<th colspan=3>",
        "<td rowspan=9>",
        "<caption>",
        "<li>",
        "<ul>",
        "</ul>",
        "<h1>",
        "</h1>",
        "<h2>",
        "<b>",
        "</b>",
        "<br>",
        "<main>",
        "</main>",
        "<article>",
        "<nav>",
        "</nav>",
        "<form>",
        "<pre>",
        "</pre>",
        "<button>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<template>",
        "</template>",
        "<svg>",
        "</svg>",
        "<select>",
        "<title>",
        "<head>",
        "<aside class=menu>",
        "</aside>",
        "&nbsp;",
        "&#x301;",
        "ø",
        "é ",
        "22 % ",
        "Kontakt",
        "12 34 56 78",
        "\n",
        "\t",
        " ",
        "Mødedato: 7. april 2022",
        "010190-1234",
        "\u{a0}",
        "tekst ",
        "<time datetime=2020-01-01>",
        "<meta name=date content=2020-01-0é>",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..60).prop_map(|v| v.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_as_text(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(doc) = extract("a.txt", &bytes) {
            check_spans(&doc);
        }
    }

    #[test]
    fn any_bytes_as_html(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let bytes = [&b"<html><p>x"[..], &bytes].concat();
        if let Ok(doc) = extract("a.html", &bytes) {
            check_spans(&doc);
        }
    }

    #[test]
    fn any_lines_as_text(text in "([A-Za-zæøå]{1,9}[ .:\n-]|Kontakt\n|12 34 56 78\n|a@b.dk\n|\u{a0}|- |1\\. |22 %|\n\n|Side 1/2\n){0,60}") {
        if let Ok(doc) = extract("a.txt", text.as_bytes()) {
            check_spans(&doc);
            prop_assert_eq!(doc.text.matches('%').count(), text.matches('%').count());
        }
    }

    #[test]
    fn any_markup(html in markup()) {
        if let Ok(doc) = extract("a.html", format!("<html>{html}").as_bytes()) {
            check_spans(&doc);
        }
    }
}
