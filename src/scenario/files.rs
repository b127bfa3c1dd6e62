//! Files beside the scenario: volumes, openings, measured times. Opened by the caller, once each.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::fields::Item;
use super::sheet::Sheet;

/// Gives the content of a file whose path is relative to the scenario, or says why not.
pub type OpenFile<'f> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'f;

/// A sheet, nothing where its mistakes have been told, or why there is none.
type Read = Result<Option<Rc<Sheet>>, String>;

/// The files a scenario names.
pub(super) struct Files<'f> {
    open: &'f dyn Fn(&str) -> Result<Vec<u8>, String>,
    /// Where the scenario stands, with a separator at the end; empty for the current folder.
    folder: &'f str,
    read: RefCell<BTreeMap<String, Read>>,
}

impl<'f> Files<'f> {
    pub(super) fn new(
        open: &'f dyn Fn(&str) -> Result<Vec<u8>, String>,
        scenario: &'f str,
    ) -> Files<'f> {
        Files {
            open,
            folder: &scenario[..scenario.rfind(['/', '\\']).map_or(0, |end| end + 1)],
            read: RefCell::default(),
        }
    }

    /// The table in the file a value names; what is wrong with it is reported.
    pub(super) fn sheet(&self, item: &Item) -> Option<Rc<Sheet>> {
        let path = item.text()?;
        let mut read = self.read.borrow_mut();
        let sheet = read.entry(path.to_owned()).or_insert_with(|| {
            let content = (self.open)(path)?;
            let shown = format!("{}{path}", self.folder);
            Ok(Sheet::read(item.findings, &shown, &content)?.map(Rc::new))
        });
        match sheet {
            Ok(sheet) => sheet.clone(),
            Err(why) => {
                item.wrong(
                    format!("cannot read `{path}`: {why}"),
                    "the path is relative to the scenario",
                );
                None
            }
        }
    }
}
