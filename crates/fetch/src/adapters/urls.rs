//! Addresses that the file of sources names one by one.

use super::{Adapter, Ask, BadListing, Listed, Page, Start};
use crate::Source;

pub(super) struct Urls;

impl Adapter for Urls {
    /// There is no list to ask for; see [`named`].
    fn start(&self, _: &Start<'_>) -> Vec<Ask> {
        Vec::new()
    }

    fn read(&self, _: &Start<'_>, _: &Ask, _: &str) -> Result<Page, BadListing> {
        Ok(Page::default())
    }
}

/// The documents that the options of a source name.
pub(crate) fn named(source: &Source) -> Vec<Listed> {
    source.options.urls.iter().map(|url| Listed::new(source, url.clone())).collect()
}
