//! Files beside the scenario: volumes, openings, measured times. Opened by the caller, once each.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::fields::Item;

/// Gives the content of a file whose path is relative to the scenario, or says why not.
pub type OpenFile<'f> = dyn FnMut(&str) -> Result<String, String> + 'f;

/// The files a scenario names.
pub(super) struct Files<'f> {
    open: &'f dyn Fn(&str) -> Result<String, String>,
    read: RefCell<BTreeMap<String, Result<Rc<str>, String>>>,
}

impl<'f> Files<'f> {
    pub(super) fn new(open: &'f dyn Fn(&str) -> Result<String, String>) -> Files<'f> {
        Files {
            open,
            read: RefCell::default(),
        }
    }

    /// The content of the file a value names.
    pub(super) fn read(&self, item: &Item) -> Option<Rc<str>> {
        let path = item.text()?;
        let mut read = self.read.borrow_mut();
        let content = read
            .entry(path.to_owned())
            .or_insert_with(|| (self.open)(path).map(Rc::from))
            .clone();
        content
            .map_err(|why| {
                item.wrong(
                    format!("cannot read `{path}`: {why}"),
                    "the path is relative to the scenario",
                )
            })
            .ok()
    }
}
