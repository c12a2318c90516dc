//! What a word is found by besides its own form: its stem and, in a compound, the stems of its parts.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::split::parts;
use super::stem;

/// Words whose forms a thread remembers; then it begins anew. Texts repeat a few thousand words.
const REMEMBERED: usize = 1 << 16;

/// The stem of a word and of its parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Forms {
    /// The stem of the whole word.
    pub stem: String,
    /// The stems of the parts, where the word is a compound.
    pub parts: Vec<&'static str>,
}

thread_local! {
    static KNOWN: RefCell<FxHashMap<Box<str>, Rc<Forms>>> = RefCell::default();
}

/// The forms of a folded word; worked out once a thread and word.
pub fn forms(folded: &str) -> Rc<Forms> {
    KNOWN.with_borrow_mut(|known| {
        if let Some(forms) = known.get(folded) {
            return Rc::clone(forms);
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let parts = parts(folded).into_iter().map(|part| part.stem.as_str()).collect();
        let forms = Rc::new(Forms { stem: stem(folded), parts });
        known.insert(folded.into(), Rc::clone(&forms));
        forms
    })
}
