//! Rich text (RTF), by a small reader of our own: groups, words, tables, notes; what it does not know it passes by.
//!
//! The crates for RTF read no tables and take a whole document apart by recursion.

use std::collections::HashMap;

use belaeg_model::Cause;
use encoding_rs::{Encoding, WINDOWS_1252};

use super::Budget;
use super::docx_styles::{is_caption, is_contents, level_of};
use super::finish::{self, Properties};
use super::flow::{Flow, Look};
use crate::Failure;
use crate::piece::Draft;

pub(super) const MAGIC: &[u8] = b"{\\rtf";
/// Letters of a name in the tables at the beginning.
const LONGEST_NAME: usize = 200;

pub(super) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let most_open = budget.limits.elements_open;
    let mut reader = Reader::new(Flow::new(budget));
    let mut tokens = Tokens { bytes, at: 0 };
    while let Some(token) = tokens.next() {
        if reader.groups.len() > most_open {
            let detail = format!("the rich text has more than {most_open} groups in each other");
            return Err(Failure::new(Cause::TooDeep, detail));
        }
        reader.take(token, &mut tokens);
        if reader.groups.is_empty() {
            break;
        }
    }
    // The last bracket closes the document; without it the file was cut.
    if reader.groups.len() > 1 || (reader.groups.len() == 1 && !reader.began) {
        return Err(Failure::new(Cause::Damaged, "the rich text is cut short: a group has no end"));
    }
    reader.end_paragraph();
    let properties = Properties { title: reader.title(), ..Properties::default() };
    Ok(finish::document(reader.flow.finish(), properties))
}

/// A sign of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'b> {
    Open,
    Close,
    /// A control word with its number.
    Word(&'b [u8], Option<i32>),
    /// A control sign that is no letter.
    Sign(u8),
    /// A byte of text in the encoding in force, bare or as `\'e6`.
    Byte(u8),
}

struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Tokens<'b> {
    fn next(&mut self) -> Option<Token<'b>> {
        let byte = self.bump()?;
        Some(match byte {
            b'{' => Token::Open,
            b'}' => Token::Close,
            b'\\' => self.control()?,
            // Lines of the file are no lines of the text.
            b'\r' | b'\n' | 0 => return self.next_line(),
            byte => Token::Byte(byte),
        })
    }

    /// Passes by line ends without recursion.
    fn next_line(&mut self) -> Option<Token<'b>> {
        while matches!(self.peek(), Some(b'\r' | b'\n' | 0)) {
            self.at += 1;
        }
        self.peek()?;
        self.next()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn control(&mut self) -> Option<Token<'b>> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_alphabetic()) {
            self.at += 1;
        }
        if self.at > start {
            let word = self.bytes.get(start..self.at)?;
            return Some(Token::Word(word, self.number()));
        }
        match self.bump()? {
            b'\'' => {
                let hex = self.bytes.get(self.at..self.at + 2).and_then(|h| std::str::from_utf8(h).ok());
                let byte = hex.and_then(|h| u8::from_str_radix(h, 16).ok());
                self.at += if byte.is_some() { 2 } else { 0 };
                Some(byte.map_or(Token::Sign(b'\''), Token::Byte))
            }
            sign @ (b'{' | b'}' | b'\\') => Some(Token::Byte(sign)),
            sign => Some(Token::Sign(sign)),
        }
    }

    /// The number behind a word, and the blank that ends it.
    fn number(&mut self) -> Option<i32> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = self.bytes.get(start..self.at).and_then(|d| std::str::from_utf8(d).ok());
        let number = digits.and_then(|d| d.parse().ok());
        if self.peek() == Some(b' ') {
            self.at += 1;
        }
        number
    }

    /// Passes by bytes that are no text (`\bin`).
    fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.bytes.len());
    }
}

/// Where the words of a group go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Into {
    #[default]
    Text,
    /// A drawn box: its own text stands in a group inside.
    Shape,
    Fonts,
    Styles,
    Title,
    Nowhere,
}

/// What is in force in a group; one inside begins with a copy.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    into: Into,
    hidden: bool,
    bold: bool,
    raised: bool,
    font: i32,
    /// How many bytes behind `\u` stand for the same letter.
    fallback: usize,
    /// Whether this group, and none around it, is a note or a box.
    opens_aside: bool,
    /// Whether the group began with `\*`: to be passed by where its word is not known.
    optional: bool,
    is_new: bool,
    look: Look,
    in_table: bool,
}

struct Reader<'f, 'l> {
    flow: Flow<'f, 'l>,
    groups: Vec<Group>,
    began: bool,
    /// Bytes of text that are not decoded yet.
    bytes: Vec<u8>,
    high_surrogate: Option<u32>,
    /// Bytes still to be passed by behind a `\u`.
    passed_by: usize,
    encoding: &'static Encoding,
    fonts: HashMap<i32, &'static Encoding>,
    /// The look of each style of paragraphs; the number of the one that is being read with its name.
    styles: HashMap<i32, (Look, bool)>,
    style: (i32, String, Look, bool),
    title: String,
    notes: usize,
    table: bool,
    row: bool,
    heads: bool,
}

impl<'f, 'l> Reader<'f, 'l> {
    fn new(flow: Flow<'f, 'l>) -> Self {
        Self {
            flow,
            groups: vec![Group { fallback: 1, ..Group::default() }],
            began: false,
            bytes: Vec::new(),
            high_surrogate: None,
            passed_by: 0,
            encoding: WINDOWS_1252,
            fonts: HashMap::new(),
            styles: HashMap::new(),
            style: (0, String::new(), Look::default(), false),
            title: String::new(),
            notes: 0,
            table: false,
            row: false,
            heads: false,
        }
    }

    fn title(&self) -> Option<String> {
        let title = self.title.trim();
        (!title.is_empty()).then(|| title.to_owned())
    }

    fn group(&self) -> Group {
        self.groups.last().copied().unwrap_or_default()
    }

    fn change(&mut self, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.groups.last_mut() {
            change(group);
        }
    }

    fn take(&mut self, token: Token<'_>, tokens: &mut Tokens<'_>) {
        // What stands for a letter that was given as `\u` ends with the group at the latest.
        if matches!(token, Token::Open | Token::Close) {
            self.passed_by = 0;
        } else if self.passed_by > 0 {
            self.passed_by -= 1;
            return;
        }
        match token {
            Token::Byte(byte) => {
                self.change(|group| group.is_new = false);
                self.bytes.push(byte);
            }
            Token::Open => {
                self.flush();
                self.began = true;
                let inside = Group { is_new: true, optional: false, opens_aside: false, ..self.group() };
                self.groups.push(inside);
            }
            Token::Close => self.close(),
            Token::Sign(sign) => self.sign(sign),
            Token::Word(b"bin", Some(n)) => tokens.skip(usize::try_from(n).unwrap_or(0)),
            Token::Word(word, number) => self.word(word, number),
        }
    }

    fn close(&mut self) {
        self.flush();
        let Some(group) = self.groups.pop() else { return };
        if group.opens_aside {
            self.end_paragraph_as(group.look);
            self.flow.end_aside();
        }
        if group.into == Into::Styles {
            self.end_style();
        }
        // The bracket around the whole document.
        if self.groups.len() == 1 && self.began {
            self.groups.clear();
            self.end_paragraph_as(group.look);
            self.close_table();
        }
    }

    fn sign(&mut self, sign: u8) {
        match sign {
            b'*' => self.change(|group| group.optional = true),
            b'~' => self.push_char('\u{a0}'),
            b'_' => self.push_char('-'),
            b'\r' | b'\n' => self.word(b"par", None),
            _ => {}
        }
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        let group = self.group();
        if group.is_new || group.optional {
            let known = self.begin_destination(word);
            self.change(|group| {
                group.is_new = false;
                if group.optional && !known {
                    group.into = Into::Nowhere;
                }
                group.optional = false;
            });
            if known {
                return;
            }
        }
        if word == b"u" {
            return self.unicode(number.unwrap_or(0));
        }
        self.flush();
        match self.group().into {
            Into::Fonts => self.font_word(word, number),
            Into::Styles => self.style_word(word, number),
            Into::Nowhere | Into::Shape | Into::Title => {}
            Into::Text => self.text_word(word, number),
        }
        self.format_word(word, number);
    }

    /// Begins a group of a sort of its own, where the first word of one names it.
    fn begin_destination(&mut self, word: &[u8]) -> bool {
        let into = match word {
            b"fonttbl" => Into::Fonts,
            b"stylesheet" => Into::Styles,
            b"title" => Into::Title,
            b"footnote" => return self.begin_note(),
            b"shpinst" => Into::Shape,
            b"shptxt" => return self.begin_box(),
            // Formulas and fields' results are text that is optional; a table's own properties are no group of text.
            b"fldrslt" | b"mmath" | b"moMath" | b"nesttableprops" | b"ud" | b"cs" | b"ds" | b"ts" => {
                return matches!(word, b"fldrslt" | b"mmath" | b"moMath" | b"ud");
            }
            b"colortbl" | b"info" | b"pict" | b"nonshppict" | b"objdata" | b"header" | b"headerl"
            | b"headerr" | b"headerf" | b"footer" | b"footerl" | b"footerr" | b"footerf" | b"ftnsep"
            | b"ftnsepc" | b"ftncn" | b"aftnsep" | b"aftnsepc" | b"aftncn" | b"xe" | b"tc" | b"fldinst"
            | b"pntext" | b"listtext" | b"annotation" | b"shprslt" | b"nonesttables" | b"template"
            | b"bkmkstart" | b"bkmkend" | b"sp" | b"author" | b"operator" | b"upr" => Into::Nowhere,
            _ => return false,
        };
        if matches!(word, b"pntext" | b"listtext") {
            self.change_around(|group| group.look.list = true);
        }
        // The properties are passed by but for the title.
        let nowhere = self.group().into == Into::Nowhere && into != Into::Title;
        self.change(|group| group.into = if nowhere { Into::Nowhere } else { into });
        true
    }

    /// Changes what is in force around the group that has just begun.
    fn change_around(&mut self, change: impl FnOnce(&mut Group)) {
        let at = self.groups.len().saturating_sub(2);
        if let Some(group) = self.groups.get_mut(at) {
            change(group);
        }
    }

    fn begin_note(&mut self) -> bool {
        if self.group().into == Into::Text {
            self.flow.begin_note();
            self.begin_aside();
        }
        true
    }

    /// The words of a box stand behind the paragraph that it is anchored in.
    fn begin_box(&mut self) -> bool {
        if self.group().into == Into::Shape {
            self.ensure_paragraph();
            self.flow.begin_box();
            self.begin_aside();
        }
        true
    }

    fn begin_aside(&mut self) {
        self.change(|group| {
            *group =
                Group { into: Into::Text, opens_aside: true, fallback: group.fallback, ..Group::default() };
        });
    }

    fn font_word(&mut self, word: &[u8], number: Option<i32>) {
        match (word, number) {
            (b"f", Some(n)) => self.change(|group| group.font = n),
            (b"fcharset", Some(n)) => {
                let font = self.group().font;
                self.fonts.extend(encoding_of_charset(n).map(|encoding| (font, encoding)));
            }
            _ => {}
        }
    }

    fn style_word(&mut self, word: &[u8], number: Option<i32>) {
        match (word, number) {
            (b"s", Some(n)) => self.style.0 = n,
            // Styles of characters, sections and tables have numbers of their own.
            (b"cs" | b"ds" | b"ts", _) => self.style.0 = -1,
            (b"outlinelevel", Some(n)) => self.style.2.level = level(n),
            (b"b", n) => self.style.3 = n != Some(0),
            _ => {}
        }
    }

    /// Keeps the style whose name has been read.
    fn end_style(&mut self) {
        let (number, name, look, bold) = std::mem::take(&mut self.style);
        let name = name.trim().trim_end_matches(';').split(',').next().unwrap_or_default();
        if name.is_empty() || number < 0 {
            return;
        }
        let look = Look {
            level: look.level.or_else(|| level_of(name)),
            caption: is_caption(name),
            left_out: is_contents(name),
            list: false,
        };
        self.styles.insert(number, (look, bold));
    }

    fn format_word(&mut self, word: &[u8], number: Option<i32>) {
        let on = number != Some(0);
        match word {
            b"plain" => self.change(|g| (g.hidden, g.bold, g.raised) = (false, false, false)),
            b"v" | b"deleted" => self.change(|g| g.hidden = on),
            b"b" => self.change(|g| g.bold = on),
            b"super" => self.change(|g| g.raised = on),
            b"nosupersub" => self.change(|g| g.raised = false),
            b"f" => self.change(|g| g.font = number.unwrap_or(0)),
            b"uc" => self.change(|g| g.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(8)),
            b"ansicpg" => self.encoding = number.and_then(encoding_of_page).unwrap_or(self.encoding),
            b"mac" => self.encoding = encoding_of_page(10000).unwrap_or(self.encoding),
            _ => {}
        }
    }

    fn text_word(&mut self, word: &[u8], number: Option<i32>) {
        let sign = match word {
            b"tab" => "\t",
            b"line" => "\n",
            b"emdash" => "—",
            b"endash" => "–",
            b"lquote" => "‘",
            b"rquote" => "’",
            b"ldblquote" => "“",
            b"rdblquote" => "”",
            b"bullet" => "•",
            b"emspace" | b"enspace" | b"qmspace" => " ",
            b"chftn" => return self.note_number(),
            _ => return self.paragraph_word(word, number),
        };
        self.push(sign);
    }

    fn note_number(&mut self) {
        // The number stands once more at the beginning of its note.
        if self.group().into == Into::Text && !self.is_aside() {
            self.notes += 1;
            self.ensure_paragraph();
            self.flow.push_raised(&self.notes.to_string());
        }
    }

    fn paragraph_word(&mut self, word: &[u8], number: Option<i32>) {
        match word {
            b"par" | b"sect" | b"page" | b"nestcell" => self.end_paragraph(),
            b"pard" => self.change(|g| (g.look, g.in_table) = (Look::default(), false)),
            b"s" => {
                let (look, bold) = number.and_then(|n| self.styles.get(&n).copied()).unwrap_or_default();
                self.change(|g| (g.look, g.bold) = (look, bold));
            }
            b"outlinelevel" => self.change(|g| g.look.level = number.and_then(level)),
            b"ls" => self.change(|g| g.look.list = number != Some(0)),
            b"intbl" => self.change(|g| g.in_table = true),
            b"trowd" => self.heads = false,
            b"trhdr" => self.heads = true,
            b"cell" => self.end_cell(),
            b"row" => self.end_row(),
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        self.flush_bytes();
        // Numbers beyond 32,767 are written as negative ones.
        let unit = u32::try_from(number.rem_euclid(0x1_0000)).unwrap_or(0xFFFD);
        self.passed_by = self.group().fallback;
        let c = match (self.high_surrogate.take(), unit) {
            (_, 0xD800..=0xDBFF) => {
                self.high_surrogate = Some(unit);
                return;
            }
            (Some(high), 0xDC00..=0xDFFF) => {
                char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (unit - 0xDC00))
            }
            // Signs of a font of symbols have no meaning as letters.
            (_, 0xF000..=0xF0FF) => return,
            (_, unit) => char::from_u32(unit),
        };
        self.push_char(c.unwrap_or(char::REPLACEMENT_CHARACTER));
    }

    fn push_char(&mut self, c: char) {
        self.flush_bytes();
        self.push(c.encode_utf8(&mut [0; 4]));
    }

    fn flush(&mut self) {
        self.high_surrogate = None;
        self.flush_bytes();
    }

    fn flush_bytes(&mut self) {
        if !self.bytes.is_empty() {
            let bytes = std::mem::take(&mut self.bytes);
            let encoding = self.fonts.get(&self.group().font).copied().unwrap_or(self.encoding);
            self.push(&encoding.decode_without_bom_handling(&bytes).0);
        }
    }

    fn push(&mut self, text: &str) {
        let group = self.group();
        match group.into {
            Into::Text if !group.hidden => {
                self.ensure_paragraph();
                let text = text.replace('\r', "");
                match group.raised && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()) {
                    true => self.flow.push_raised(&text),
                    false => self.flow.push(&text, group.bold),
                }
            }
            Into::Styles if self.style.1.len() < LONGEST_NAME => self.style.1.push_str(text),
            Into::Title if self.title.len() < LONGEST_NAME => self.title.push_str(text),
            _ => {}
        }
    }

    /// Whether the words stand in a note or a box, which are no rows of the table around.
    fn is_aside(&self) -> bool {
        self.groups.iter().any(|group| group.opens_aside)
    }

    fn ensure_paragraph(&mut self) {
        if self.flow.in_paragraph() {
            return;
        }
        if !self.is_aside() {
            match self.group().in_table {
                true => self.open_cell(),
                false => self.close_table(),
            }
        }
        self.flow.begin_paragraph();
    }

    fn end_paragraph(&mut self) {
        self.end_paragraph_as(self.group().look);
    }

    /// Ends the open paragraph; its look is the one in force at its end.
    fn end_paragraph_as(&mut self, look: Look) {
        if let Some(open) = self.flow.look() {
            *open = look;
        }
        self.flow.end_paragraph();
    }

    fn open_cell(&mut self) {
        if self.flow.in_cell() {
            return;
        }
        if !std::mem::replace(&mut self.table, true) {
            self.flow.begin_table();
        }
        if !std::mem::replace(&mut self.row, true) {
            self.flow.begin_row();
        }
        self.flow.begin_cell();
    }

    fn end_cell(&mut self) {
        if !self.is_aside() {
            self.end_paragraph();
            self.open_cell();
            self.flow.end_cell();
        }
    }

    fn end_row(&mut self) {
        if !self.is_aside() && std::mem::take(&mut self.row) && self.heads {
            self.flow.mark_header_row();
        }
    }

    fn close_table(&mut self) {
        if std::mem::take(&mut self.table) {
            self.row = false;
            self.flow.end_cell();
            self.flow.end_table();
        }
    }
}

/// The level of a heading by its number in the outline; 9 is body text.
fn level(number: i32) -> Option<u8> {
    u8::try_from(number).ok().filter(|n| *n < 9).map(|n| n + 1)
}

fn encoding_of_page(page: i32) -> Option<&'static Encoding> {
    match page {
        1250..=1258 => Encoding::for_label(format!("windows-{page}").as_bytes()),
        65001 => Some(encoding_rs::UTF_8),
        10000 => Some(encoding_rs::MACINTOSH),
        874 | 932 | 936 | 949 | 950 => Encoding::for_label(
            match page {
                874 => "windows-874",
                932 => "shift_jis",
                936 => "gbk",
                949 => "euc-kr",
                _ => "big5",
            }
            .as_bytes(),
        ),
        _ => None,
    }
}

/// The encoding that a font's set of characters has; the usual one (0, 1) is the document's.
fn encoding_of_charset(charset: i32) -> Option<&'static Encoding> {
    let page = match charset {
        77 => 10000,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        238 => 1250,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        222 => 874,
        _ => return None,
    };
    encoding_of_page(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::outline;

    fn rich(text: &str) -> Result<String, Cause> {
        let limits = OfficeLimits::default();
        let bytes = encoding_rs::WINDOWS_1252.encode(text).0;
        read(&bytes, &mut Budget::new(&limits)).map(|d| outline(&d.pieces)).map_err(|f| f.cause)
    }

    fn text(body: &str) -> String {
        let head = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset238 Arial CE;}}{\colortbl;\red0;}\
            {\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\s15 toc 1;}{\*\cs2 Skrifttype;}}";
        rich(&format!("{head}{{\\info{{\\title Titel}}{{\\author Bo}}}}{body}}}")).expect("good text")
    }

    #[test]
    fn paragraphs_and_letters() {
        let cases = [
            (r"Sm\'e5 b\u248?rn\par \u198\'c6r\'f8\~22\~%", "p: Små børn\np: Ærø~22~%\n"),
            (r"{\f1 \'e8} og \'e8\line ny", "p: č og è / ny\n"),
            (r"\uc2\u230ae\uc1 r\u-10179?\u-8704?", "p: ær😀\n"),
            (r"\s1\b Overskrift\par\pard\plain Tekst.\par", "h2: Overskrift\np: Tekst.\n"),
            (r"\outlinelevel1 Under\par\pard x\'a0y.", "h3: Under\np: x~y.\n"),
            (r"{\listtext\bullet\tab}\ls1 Et\par{\pntext 2.}To\par\pard Slut.", "li: Et\nli: To\np: Slut.\n"),
            (r"synlig{\v skjult}{\deleted slettet}. \-del\_navn", "p: synlig. del-navn\n"),
            (r"{\header Hoved}{\footer Fod}{\pict 0a0b}{\*\ukendt x}Tekst{\*\bkmkstart a}.", "p: Tekst.\n"),
            (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt l\'e6s her}}.", "p: læs her.\n"),
            (
                r"Tal 5{\super 2} og ord{\super\chftn}{\footnote\pard\plain{\super\chftn} En note.}.\par Slut.",
                "p: Tal 5 og ord¹.\np: Slut.\np: En note.\n",
            ),
            (r"\s15 Indhold\tab 3\par\pard Tekst.", "p: Tekst.\n"),
            (r"Uden slut\par {\b Fed linje}\par Tekst her.", "p: Uden slut\nh2: Fed linje\np: Tekst her.\n"),
            (
                r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard I boksen.\par}}{\shprslt igen}}Uden for.",
                "p: Uden for.\np: I boksen.\n",
            ),
            (r"\bin3 }}}Efter.", "p: Efter.\n"),
        ];
        for (body, want) in cases {
            assert_eq!(text(body), want, "{body}");
        }
    }

    #[test]
    fn tables() {
        let row = |cells: &[&str]| {
            cells.iter().map(|c| format!(r"\pard\intbl {c}\cell")).collect::<String>() + r"\row "
        };
        let head = r"\trowd\trhdr\cellx100\cellx200 ";
        let body = format!(
            r"F\'f8r.\par {head}{}\trowd\cellx100\cellx200 {}{}\pard Efter.\par",
            row(&["\u{c5}r", "Andel"]),
            row(&["2022", r"22\~%"]),
            row(&["", r"a\par b"]),
        );
        let want = "p: Før.\ntable: #År | #Andel / 2022 | 22~% /  | a b\np: Efter.\n";
        assert_eq!(text(&body), want);
    }

    #[test]
    fn bad_files() {
        assert_eq!(rich(r"{\rtf1 Tekst"), Err(Cause::Damaged));
        assert_eq!(rich(&format!("{{\\rtf1 {}", "{".repeat(100_000))), Err(Cause::TooDeep));
        assert_eq!(rich(&format!("{{\\rtf1 x{}", "}".repeat(100_000))).as_deref(), Ok("p: x\n"));
        for odd in [
            r"{\rtf1\'",
            r"{\rtf1\",
            r"{\rtf1\u}",
            r"{\rtf1\bin99999999999 x}",
            r"{\rtf1\cell\row\nestcell}",
            "{\\rtf1{{\\*}}}",
        ] {
            let _ = rich(odd);
        }
    }
}
