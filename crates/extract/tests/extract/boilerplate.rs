//! What is furniture of a page and what is its text, one rule family after the other.

use super::{outline, page};

/// Two paragraphs, so that there is a text around which furniture stands.
const FIRST: &str = "<p>Kommunen har set på alle sagerne fra året før, og andelen er faldet siden sidst.</p>";
const LAST: &str = "<p>Udvalget følger udviklingen og får en ny status på mødet i årets sidste måned.</p>";
const FIRST_LINE: &str =
    "p: Kommunen har set på alle sagerne fra året før, og andelen er faldet siden sidst.\n";
const LAST_LINE: &str = "p: Udvalget følger udviklingen og får en ny status på mødet i årets sidste måned.\n";

/// Checks pages in which `{1}` and `{2}` stand for the two paragraphs.
fn check(cases: &[(&str, &str, &str)]) {
    for (what, html, want) in cases {
        let html = html.replace("{1}", FIRST).replace("{2}", LAST);
        let want = want.replace("{1}", FIRST_LINE).replace("{2}", LAST_LINE);
        let doc = page(&format!("<!doctype html><html><title>Færre klager</title><body>{html}"));
        let got = outline(&doc);
        let got = got.strip_prefix("h1: Færre klager\n").unwrap_or(&got);
        assert_eq!(got, want, "{what}");
    }
}

#[test]
fn elements_that_say_what_they_are() {
    check(&[
        (
            "navigation",
            "<nav>Forside</nav><main>{1}{2}</main><footer>Ærø Kommune, Vestergade 1</footer>",
            "{1}{2}",
        ),
        ("an aside", "<main>{1}<aside><p>Tilmeld dig her, så får du nyt.</p></aside>{2}</main>", "{1}{2}"),
        ("a form", "<main>{1}<form><p>Skriv dit navn og din adresse.</p></form>{2}</main>", "{1}{2}"),
        ("a form around it all", "<form>{1}{2}</form>", "{1}{2}"),
        ("a role", "<div role=banner>Ærø</div><div role=main>{1}{2}</div>", "{1}{2}"),
        ("a header with the title", "<header><h1>Færre klager</h1>{1}</header>{2}", "{1}{2}"),
    ]);
}

#[test]
fn pictures_and_their_captions() {
    let rate = "<figure><img src=x><figcaption>Andelen var 22,2 % på Ærø.</figcaption></figure>";
    let table = "<figure><table><tr><th>År<th>Tal<tr><td>2020<td>7</table><figcaption>Tabel over sager</figcaption></figure>";
    check(&[
        ("a credit", "{1}<figure><img src=x><figcaption>Foto: Åse Ærø</figcaption></figure>{2}", "{1}{2}"),
        ("a class", "{1}<div class=image-caption>Børn på stranden</div>{2}", "{1}{2}"),
        ("a rate is text", &format!("{{1}}{rate}{{2}}"), "{1}caption: Andelen var 22,2 % på Ærø.\n{2}"),
        (
            "so is a table with its caption",
            &format!("{{1}}{table}{{2}}"),
            "{1}table: År | Tal / 2020 | 7\ncaption: Tabel over sager\n{2}",
        ),
    ]);
}

#[test]
fn names_of_classes() {
    let long = "<p>Det er en god artikel, og jeg er helt enig med forvaltningen i det hele.</p>";
    let cases = [
        ("remarks", format!("{{1}}{{2}}<div id=comments>{long}</div>"), "{1}{2}"),
        ("a state is none", format!("<div class=no-comments>{{1}}{{2}}{long}</div>"), "{1}{2}{3}"),
        (
            "share bars",
            "{1}<div class=share-bar><p>Del på Facebook og alt det andet</p></div>{2}".to_owned(),
            "{1}{2}",
        ),
        ("other documents", format!("{{1}}{{2}}<div class=relatedNews>{long}</div>"), "{1}{2}"),
        (
            "authors",
            "{1}{2}<div class=author-box><p>Åse Ærø skriver om børn og unge.</p></div>".to_owned(),
            "{1}{2}",
        ),
        ("keywords", "{1}{2}<div class=post-tags>Børn Unge Økonomi</div>".to_owned(), "{1}{2}"),
        ("notes", "<div class=meta>Læst 12 gange i dag</div>{1}{2}".to_owned(), "{1}{2}"),
        (
            "newsletters",
            "{1}<div class=newsletter-box><p>Få nyt fra os hver uge, helt gratis.</p></div>{2}".to_owned(),
            "{1}{2}",
        ),
        (
            "cookies",
            "<div class=cookie-consent><p>Siden gemmer små filer hos dig, så den kan virke.</p></div>{1}{2}"
                .to_owned(),
            "{1}{2}",
        ),
        (
            "a lead",
            "<div class='teaser lead'><p>Kort om sagen: tallet er faldet.</p></div>{1}{2}".to_owned(),
            "p: Kort om sagen: tallet er faldet.\n{1}{2}",
        ),
        (
            "a post's keywords are no names",
            "<div class='hentry tag-comments'>{1}{2}</div>".to_owned(),
            "{1}{2}",
        ),
    ];
    let line = "p: Det er en god artikel, og jeg er helt enig med forvaltningen i det hele.\n";
    for (what, html, want) in cases {
        check(&[(what, &html, &want.replace("{3}", line))]);
    }
}

#[test]
fn lists() {
    let links = "<ul><li><a href=/a>Om børn</a><li><a href=/b>Om økonomi</a></ul>";
    let text = "<ul><li>Børn og unge<li>Ældre og <a href=/b>økonomi</a></ul>";
    check(&[
        ("of links go", &format!("{{1}}{links}{{2}}"), "{1}{2}"),
        ("of words stay", &format!("{{1}}{text}{{2}}"), "{1}li: Børn og unge\nli: Ældre og økonomi\n{2}"),
        (
            "at the end as well",
            "{1}{2}<ul><li>Ny indsats for børn i alle skoler på øen</ul>",
            "{1}{2}li: Ny indsats for børn i alle skoler på øen\n",
        ),
        (
            "of terms stay",
            "{1}<dl><dt>Ledige<dd>1.203 personer</dl>{2}",
            "{1}p: Ledige\np: 1.203 personer\n{2}",
        ),
        (
            "agendas that fold out",
            "<ul><li><a href='#p1'>Punkt et</a><div><p>Sagen om skolerne blev drøftet.</p></div><li><a href='#p2'>Punkt to</a><div><p>Sagen om vejene blev udsat.</p></div></ul>{1}{2}",
            "li: Punkt et\np: Sagen om skolerne blev drøftet.\nli: Punkt to\np: Sagen om vejene blev udsat.\n{1}{2}",
        ),
    ]);
}

#[test]
fn teasers_in_a_row() {
    let teaser = |n: u8| {
        format!("<div class=item><h3><a href=/{n}>Nyhed nummer {n} om øen</a></h3><p>Kort om den.</p></div>")
    };
    let fold = |n: u8| {
        format!("<div class=item><h3><a href='#{n}'>Spørgsmål {n}</a></h3><p>Her er det hele svar.</p></div>")
    };
    let item = |n: u8| {
        format!(
            "<div><h3><a href=/{n}>Punkt {n}: Skoler</a></h3><p>Udvalget drøftede sagen om skolerne på øen.</p></div>"
        )
    };
    let items: String = (1..=3)
        .map(|n| format!("h3: Punkt {n}: Skoler\np: Udvalget drøftede sagen om skolerne på øen.\n"))
        .collect();
    let three = |make: &dyn Fn(u8) -> String| (1..=3).map(make).collect::<String>();
    let answers: String = (1..=3).map(|n| format!("h3: Spørgsmål {n}\np: Her er det hele svar.\n")).collect();
    check(&[
        ("linked headings", &format!("<main>{{1}}{{2}}<div>{}</div></main>", three(&teaser)), "{1}{2}"),
        ("items of an agenda are text", &format!("<main>{}</main>", three(&item)), &items),
        (
            "what folds out is text",
            &format!("<main>{{1}}<div>{}</div>{{2}}</main>", three(&fold)),
            &format!("{{1}}{answers}{{2}}"),
        ),
    ]);
}

#[test]
fn edges_of_the_text() {
    check(&[
        ("labels before it", "<div><span>Nyhed</span><div>Læst 12 gange</div>{1}{2}</div>", "{1}{2}"),
        ("labels behind it", "<div>{1}{2}<div>Vis på kort</div></div>", "{1}{2}"),
        (
            "what was decided, at the end",
            "<div>{1}{2}<h3>Beslutning</h3><div>Godkendt</div></div>",
            "{1}{2}h3: Beslutning\np: Godkendt\n",
        ),
        ("rates are never labels", "<div>{1}{2}<div>I alt 22,2 %</div></div>", "{1}{2}p: I alt 22,2 %\n"),
        (
            "labels in it",
            "<div>{1}<div>Ledige i 2022</div><div>1.203 personer</div>{2}</div>",
            "{1}p: Ledige i 2022\np: 1.203 personer\n{2}",
        ),
        (
            "a link behind it",
            "<div>{1}{2}<p><a href=/a>Se rapporten om børn og unge i kommunen</a></div>",
            "{1}{2}",
        ),
        (
            "short paragraphs stay",
            "<div>{1}{2}<p>Fraværende: Åse Ærø</p></div>",
            "{1}{2}p: Fraværende: Åse Ærø\n",
        ),
        ("an empty heading", "<div>{1}{2}<h2>Kort</h2></div>", "{1}{2}"),
    ]);
}

#[test]
fn headings_behind_which_it_ends() {
    let other = "<p>En helt anden sag om veje og stier, som blev drøftet på et andet møde.</p>";
    check(&[
        ("other articles", &format!("<main>{{1}}{{2}}<h2>Læs også</h2>{other}</main>"), "{1}{2}"),
        (
            "in another language",
            &format!("<main>{{1}}{{2}}<h2>Related articles</h2>{other}</main>"),
            "{1}{2}",
        ),
        ("remarks", &format!("<main>{{1}}{{2}}<h3>2 Kommentarer</h3>{other}</main>"), "{1}{2}"),
        (
            "the next heading goes on",
            &format!("<main>{{1}}{{1}}<h2>Læs også</h2>{other}<h2>Baggrund</h2>{{2}}</main>"),
            "{1}{1}h2: Baggrund\n{2}",
        ),
        ("notes", "<main><p>Foto: Åse Ærø</p>{1}<p>© Ærø Kommune</p>{2}</main>", "{1}{2}"),
    ]);
}

#[test]
fn the_part_that_holds_the_text() {
    check(&[
        (
            "an article among teasers",
            "<div><p>En anden kort sag her.</p></div><article>{1}{2}</article>",
            "{1}{2}",
        ),
        ("a marked body", "<div><p>Kort sag.</p><div itemprop=articleBody>{1}{2}</div></div>", "{1}{2}"),
        (
            "what lies between title and body",
            "<div><h1>Færre klager</h1><p>Tallet er det laveste i ti år, viser en opgørelse.</p><article>{1}{2}</article></div>",
            "p: Tallet er det laveste i ti år, viser en opgørelse.\n{1}{2}",
        ),
        ("two bodies", "<main><div class=rich-text>{1}</div><div class=rich-text>{2}</div></main>", "{1}{2}"),
        (
            "all of it, if it is little",
            "<div class=related><p>Kort om en sag på Ærø.</p></div>",
            "p: Kort om en sag på Ærø.\n",
        ),
    ]);
}

#[test]
fn accordions_and_tabs_stay() {
    check(&[
        (
            "by a class",
            "<main>{1}<div class=accordion><h3><button>Fold ud</button></h3><div class=collapse><p>Skjult er også tekst.</p></div></div>{2}</main>",
            "{1}h3: Fold ud\np: Skjult er også tekst.\n{2}",
        ),
        (
            "by an attribute",
            "<main>{1}<div class=accordion-panel hidden><p>Skjult er også tekst.</p></div>{2}</main>",
            "{1}p: Skjult er også tekst.\n{2}",
        ),
        (
            "by details",
            "<main>{1}<details><summary>Mere om tallene</summary><p>Skjult er også tekst.</p></details>{2}</main>",
            "{1}p: Mere om tallene\np: Skjult er også tekst.\n{2}",
        ),
        ("hidden is hidden", "<main>{1}<div hidden><p>Det ser ingen på siden.</p></div>{2}</main>", "{1}{2}"),
    ]);
}

#[test]
fn dates_on_pages() {
    let title = "<h1>Færre klager</h1>";
    for (what, html, want) in [
        (
            "a class",
            format!("{title}<span class=date>Ærø, 19. april 2018</span>{FIRST}"),
            Some(("2018-04-19", "markup")),
        ),
        (
            "another language",
            format!("{title}<p class=published>April 19th, 2018</p>{FIRST}"),
            Some(("2018-04-19", "markup")),
        ),
        (
            "the title of an abbreviation",
            format!("{title}<abbr class=published title=2018-04-19T10:00>i går</abbr>{FIRST}"),
            Some(("2018-04-19", "markup")),
        ),
        ("a deadline is none", format!("{title}<p>Høringsfrist: 19. april 2018</p>{FIRST}"), None),
        ("a meeting is none", format!("{title}<p>Byrådets møde den 19. april 2018</p>{FIRST}"), None),
        ("nor is a period", format!("{title}<p>Fra 19. april 2018 og frem</p>{FIRST}"), None),
        (
            "what was made in the text is none",
            format!("{title}{FIRST}<p>Parken blev oprettet den 19. april 2018.</p>"),
            None,
        ),
        (
            "an update is none",
            format!("{title}<span class=date>Opdateret 19. april 2018</span>{FIRST}"),
            None,
        ),
        (
            "a teaser is none",
            format!(
                "<main>{title}{FIRST}{LAST}</main><div class=item><a href=/a>Ny sag</a> <span class=date>19-04-2018</span></div>"
            ),
            None,
        ),
        (
            "a remark is none",
            format!("{title}{FIRST}{LAST}<div class=comment><time datetime=2018-04-19>i går</time></div>"),
            None,
        ),
        (
            "a line",
            format!("{title}<p>Von Åse Ærø, 3. März 2018</p>{FIRST}"),
            Some(("2018-03-03", "position")),
        ),
        (
            "an opening",
            format!(
                "{title}<p>Ærø, 19.04.2018 – Kommunen har set på alle sagerne fra året før i dag.</p>{FIRST}"
            ),
            Some(("2018-04-19", "position")),
        ),
        (
            "a label below",
            format!("{title}{FIRST}{LAST}<p>Erschienen am: 19.04.2018</p>"),
            Some(("2018-04-19", "label")),
        ),
        (
            "prose is none",
            format!(
                "{title}<p>Den 19. april 2018 så kommunen på sagerne fra året før, og andelen var faldet siden sidst.</p>"
            ),
            None,
        ),
        ("copyright is none", format!("{title}{FIRST}<p>© 19.04.2018 Ærø Kommune</p>"), None),
        (
            "Greenwich's day, and the one that is shown",
            format!(
                "<meta property=article:published_time content=2018-04-18T22:30:00Z>{title}<time>19.04.2018</time>{FIRST}"
            ),
            Some(("2018-04-19", "markup")),
        ),
        (
            "the address",
            format!("<link rel=canonical href=https://aeroe.example/2018/04/19/klager>{title}{FIRST}"),
            Some(("2018-04-19", "words")),
        ),
    ] {
        let doc = page(&format!("<!doctype html><html>{html}"));
        let got = doc.meta.published.map(|d| (d.value.to_string(), d.how.as_str()));
        assert_eq!(got.as_ref().map(|(day, how)| (day.as_str(), *how)), want, "{what}");
    }
}
