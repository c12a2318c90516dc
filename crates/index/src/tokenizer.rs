//! Hands the words of [`analysis`](crate::analysis) to the engine, which asks for them in its indexing threads.

use std::cell::RefCell;
use std::rc::Rc;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use crate::analysis::{Forms, words};

/// Stands between texts of one field, so that no phrase reaches from one into the next.
pub(crate) const BETWEEN_TEXTS: char = '\u{1}';

/// Stands before the stem of a part where a field has whole words and parts.
pub(crate) const PART: char = '\u{2}';

/// Which forms of a word a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The folded form.
    Exact,
    /// The stem.
    Stem,
    /// The stems of a compound's parts.
    Part,
    /// All of them at one position; parts are marked with [`PART`].
    All,
}

impl Form {
    /// The name that the schema knows its tokenizer by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Stem => "stem",
            Self::Part => "part",
            Self::All => "all",
        }
    }
}

/// Makes the tokenizers of the schema known to an index that is going to be written.
pub(crate) fn register(tokenizers: &TokenizerManager) {
    for form in [Form::Exact, Form::Stem, Form::Part, Form::All] {
        tokenizers.register(form.name(), FormTokenizer::new(form));
    }
}

/// A text's words and their positions.
type Words = Rc<Vec<(usize, Rc<Forms>)>>;

thread_local! {
    /// The texts met last, for the fields with one form and for those with all: the first kind has one text three times
    /// over, the second one title for all statements of a document.
    static LAST: RefCell<[(String, Words); 2]> = RefCell::default();
}

fn words_of(text: &str, form: Form) -> Words {
    LAST.with_borrow_mut(|last| {
        let (known, found) = &mut last[usize::from(form == Form::All)];
        if known != text {
            known.clear();
            known.push_str(text);
            *found = Rc::new(positioned(text));
        }
        Rc::clone(found)
    })
}

fn positioned(text: &str) -> Vec<(usize, Rc<Forms>)> {
    let mut all = Vec::new();
    let mut position = 0;
    for text in text.split(BETWEEN_TEXTS) {
        let words = words(text);
        let after = position + words.len();
        all.extend((position..).zip(words.into_iter().map(|(_, forms)| forms)));
        position = after + 1;
    }
    all
}

#[derive(Clone)]
struct FormTokenizer {
    form: Form,
    token: Token,
}

impl FormTokenizer {
    fn new(form: Form) -> Self {
        Self { form, token: Token::default() }
    }
}

impl Tokenizer for FormTokenizer {
    type TokenStream<'a> = FormStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FormStream<'a> {
        let words = words_of(text, self.form);
        FormStream { words, form: self.form, word: 0, within: 0, token: &mut self.token }
    }
}

struct FormStream<'a> {
    words: Words,
    form: Form,
    /// The word that is next, and which of its forms.
    word: usize,
    within: usize,
    token: &'a mut Token,
}

impl TokenStream for FormStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some((position, forms)) = self.words.get(self.word) {
            if let Some((mark, form)) = form(forms, self.form, self.within) {
                self.token.text.clear();
                self.token.text.extend(mark);
                self.token.text.push_str(form);
                self.token.position = *position;
                self.within += 1;
                return true;
            }
            self.word += 1;
            self.within = 0;
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// The n-th form that a field has of a word, and what stands before it.
fn form(forms: &Forms, form: Form, n: usize) -> Option<(Option<char>, &str)> {
    let part = forms.parts.get(n).copied();
    let whole = || {
        let stem = (forms.stem != forms.exact).then_some(forms.stem.as_str());
        stem.into_iter().chain([forms.exact.as_str()]).nth(n - forms.parts.len())
    };
    match form {
        Form::Exact => (n == 0).then_some((None, &forms.exact)),
        Form::Stem => (n == 0).then_some((None, &forms.stem)),
        Form::Part => Some((None, part?)),
        Form::All => Some(if let Some(part) = part { (Some(PART), part) } else { (None, whole()?) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(form: Form, text: &str) -> Vec<String> {
        let mut tokenizer = FormTokenizer::new(form);
        let mut stream = tokenizer.token_stream(text);
        let mut all = Vec::new();
        stream.process(&mut |token| all.push(format!("{}{}", token.position, token.text)));
        all
    }

    #[test]
    fn a_text_in_each_form() {
        let text = "Skolefraværet er 4.2\u{a0}%";
        assert_eq!(shown(Form::Exact, text), ["0skolefravaeret", "1er", "24,2", "3procent"]);
        assert_eq!(shown(Form::Stem, text), ["0skolefrava", "1er", "24,2", "3procent"]);
        assert_eq!(shown(Form::Part, text), ["0skol", "0frava"]);
        let all = shown(Form::All, "Skolefraværet\u{1}Vejle");
        assert_eq!(all, ["0\u{2}skol", "0\u{2}frava", "0skolefrava", "0skolefravaeret", "2vejl", "2vejle"]);
        assert!(shown(Form::All, "").is_empty());
    }
}
