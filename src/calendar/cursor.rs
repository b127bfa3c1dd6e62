//! Reading a calendar along the run, without searching.

use super::Calendar;
use crate::time::{Span, Time};

/// A place in one calendar that only moves forward, so that a question costs a comparison or two.
///
/// It starts at the start of the run and must always be used with the same calendar.
#[derive(Clone, Debug, Default)]
pub struct Cursor {
    /// The interval in which the last question lay, or the next one.
    from: Time,
    to: Time,
    /// Open time before `from`.
    before: Span,
    /// The interval to read next, and how far it is shifted by whole weeks.
    next: usize,
    shift: Span,
    latest: Time,
}

impl Cursor {
    /// Open time in [0, `now`): the reading of a business clock. `now` must not be before an earlier question.
    #[inline]
    pub fn open_before(&mut self, calendar: &Calendar, now: Time) -> Span {
        if calendar.is_always() {
            return now - Time::ZERO;
        }
        self.advance(calendar, now);
        if now <= self.from {
            self.before
        } else {
            self.before + (now - self.from)
        }
    }

    /// Whether the calendar is open `now`, which must not be before an earlier question.
    #[inline]
    pub fn is_open(&mut self, calendar: &Calendar, now: Time) -> bool {
        if calendar.is_always() {
            return true;
        }
        self.advance(calendar, now);
        self.from <= now
    }

    #[inline]
    fn advance(&mut self, calendar: &Calendar, now: Time) {
        debug_assert!(
            self.latest <= now,
            "a cursor at {:?} was asked for {now:?}",
            self.latest
        );
        self.latest = now;
        while self.to <= now && self.to != Time::NEVER {
            self.step(calendar);
        }
    }

    /// Moves on to the next interval; past the compiled range, to those of the last week once more.
    fn step(&mut self, calendar: &Calendar) {
        self.before += self.to - self.from;
        let mut start = Time::ZERO;
        if self.next == calendar.open.len() && calendar.weekly > Span::ZERO {
            self.next = calendar.first_of_last_week;
            self.shift += Span::WEEK;
        }
        if self.shift > Span::ZERO {
            start = calendar.end - Span::WEEK;
        }
        (self.from, self.to) = match calendar.open.get(self.next) {
            Some(&(from, to)) => (from.max(start).after(self.shift), to.after(self.shift)),
            None => (Time::NEVER, Time::NEVER),
        };
        self.next += 1;
    }
}
