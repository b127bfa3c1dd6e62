//! The listener that hears whether promises are kept, for whoever plays thousands of plans and asks no more of each.

use super::books::Books;
use super::intervals::Grid;
use super::promise::Promise;
use crate::fact::{Fact, Listener};
use crate::id::{GroupId, TargetId};
use crate::time::Time;
use crate::world::Setup;

/// Listens to one replication after the other for the promises alone: to the last count what a
/// [`Collector`](super::Collector) tells of them, at a third of its price.
pub struct Judge<'a> {
    books: Books<'a, false>,
}

impl<'a> Judge<'a> {
    /// Nothing heard yet.
    pub fn new(setup: &'a Setup) -> Self {
        let books = Books::new(setup);
        Judge { books }
    }

    /// Judges each interval too.
    pub fn by_interval(self, grid: &Grid) -> Self {
        let books = self.books.by_interval(grid);
        Judge { books }
    }

    /// What became of the promises in the replication that just ended; ready for the next one.
    pub fn take(&mut self) -> Ruling {
        let books = &mut self.books;
        let sheet = books.sheet.as_mut();
        let ruling = Ruling {
            promises: books.promises.clone(),
            by_interval: sheet.map(|sheet| sheet.take_promises()),
            overtime: books.staff.overtime(),
        };
        books.clear();
        ruling
    }
}

impl Listener for Judge<'_> {
    #[inline(always)] // Which fact is known where it is told.
    fn hear(&mut self, now: Time, fact: Fact) {
        self.books.hear(now, fact);
    }
}

/// What became of the promises in one replication, and how long agents stayed after duty for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// By [`TargetId`].
    promises: Vec<Promise>,
    /// By [`TargetId`] and bin, if that was asked for.
    by_interval: Option<Vec<Vec<Promise>>>,
    /// By [`GroupId`]; the last is all of them together.
    overtime: Vec<i128>,
}

impl Ruling {
    /// The waits of a target.
    pub fn promise(&self, target: TargetId) -> Promise {
        self.promises[target.index()]
    }

    /// The waits of a target by bin of the grid, as far as any were met; nothing where no grid was given.
    pub fn promises(&self, target: TargetId) -> &[Promise] {
        match &self.by_interval {
            Some(by_interval) => &by_interval[target.index()],
            None => &[],
        }
    }

    /// How long the agents of a group, or all, finished after duty in the counted time \[ns\].
    pub fn overtime(&self, group: Option<GroupId>) -> i128 {
        self.overtime[group.map_or(self.overtime.len() - 1, GroupId::index)]
    }
}
