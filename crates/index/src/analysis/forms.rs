//! What a word is found by: its folded form, its stem and, in a compound, the stems of its parts.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::split::parts;
use super::{stem, tokens};

/// Words that a thread remembers before it forgets those that it has not met again. Texts repeat some ten thousand.
const REMEMBERED: usize = 1 << 16;
/// A longer word is not remembered. In bytes.
const LONGEST_REMEMBERED: usize = 64;

/// A word in each of its forms.
#[derive(Debug, PartialEq, Eq)]
pub struct Forms {
    /// The folded form.
    pub exact: String,
    /// The stem of the whole word.
    pub stem: String,
    /// The stems of the parts, where the word is a compound.
    pub parts: Vec<&'static str>,
}

impl Forms {
    fn of(exact: String) -> Rc<Self> {
        let parts = parts(&exact).into_iter().map(|part| part.stem.as_str()).collect();
        Rc::new(Self { stem: stem(&exact), parts, exact })
    }
}

/// The forms of a folded word.
pub fn forms(folded: &str) -> Rc<Forms> {
    Forms::of(folded.to_owned())
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// The forms of a word as it is written, worked out once for as long as the thread remembers; `None` where it has
/// nothing to be found by.
pub(super) fn forms_of_spelling(written: &str) -> Option<Rc<Forms>> {
    let work_out = || tokens(written).pop().map(|token| Forms::of(token.text));
    if written.len() > LONGEST_REMEMBERED {
        return work_out();
    }
    KNOWN.with_borrow_mut(|known| known.get_or(written, work_out))
}

/// Words by their spelling: those met lately, and those met before them.
#[derive(Default)]
struct Known {
    late: FxHashMap<Box<str>, Option<Rc<Forms>>>,
    early: FxHashMap<Box<str>, Option<Rc<Forms>>>,
}

impl Known {
    fn get_or(&mut self, written: &str, work_out: impl FnOnce() -> Option<Rc<Forms>>) -> Option<Rc<Forms>> {
        if let Some(forms) = self.late.get(written) {
            return forms.clone();
        }
        let (written, forms) = match self.early.remove_entry(written) {
            Some(known) => known,
            None => (written.into(), work_out()),
        };
        if self.late.len() >= REMEMBERED {
            self.early = std::mem::take(&mut self.late);
        }
        self.late.insert(written, forms.clone());
        forms
    }
}
