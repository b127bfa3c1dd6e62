//! The listener that keeps all figures.

use super::books::Books;
use super::intervals::Grid;
use super::outcome::Outcome;
use crate::fact::{Fact, Listener};
use crate::time::Time;
use crate::world::Setup;

/// Listens to one replication after the other, and keeps all figures.
pub struct Collector<'a> {
    books: Books<'a, true>,
}

impl<'a> Collector<'a> {
    /// Nothing heard yet.
    pub fn new(setup: &'a Setup) -> Self {
        let books = Books::new(setup);
        Collector { books }
    }

    /// Counts by interval too.
    pub fn by_interval(self, grid: &Grid) -> Self {
        let books = self.books.by_interval(grid);
        Collector { books }
    }

    /// What was heard of the replication that just ended; ready for the next one.
    pub fn take(&mut self) -> Outcome {
        let books = &mut self.books;
        for kept in &mut books.cells.kept {
            kept.count_floors();
        }
        let outcome = Outcome::fold(
            books.setup,
            &books.cells.kept,
            books.staff.crews(),
            books.promises.clone(),
            books.standing.taken(),
            books
                .sheet
                .as_mut()
                .map(|sheet| sheet.take(&books.cells.pairs)),
        );
        books.clear();
        outcome
    }
}

impl Listener for Collector<'_> {
    #[inline(always)] // Which fact is known where it is told.
    fn hear(&mut self, now: Time, fact: Fact) {
        self.books.hear(now, fact);
    }
}
