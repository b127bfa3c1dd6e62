//! What is counted of conversations: exact sums, one set per cell, that scopes are folded from.

use crate::measure::{Clock, Measure};
use crate::tally::Durations;
use crate::time::Span;

const FIRST_DURATION: usize = Measure::QueueWait as usize;
const DURATIONS: usize = Measure::WrapUpTime as usize + 1 - FIRST_DURATION;
const COUNTS: usize = Measure::OutOfHours as usize + 1;

/// Sums that ratios are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// Queue entries.
    Entries,
    /// Queue entries that found no slot at once.
    EntriesWaiting,
    /// Who saw a queue and did not join.
    Balked,
    /// Counted conversations resolved by a single agent turn.
    OneTouch,
    /// Counted conversations resolved with all their targets kept.
    WithinTarget,
    /// Conversations resolved in the counted time.
    ResolvedByClock,
    /// The same, with all their targets kept.
    GoodByClock,
    /// Agent turns of counted conversations.
    Replies,
    /// Times an agent took a counted conversation in hand.
    Touches,
    /// Counted conversations that were answered.
    Answered,
}

const SUMS: usize = Sum::Answered as usize + 1;

/// What is counted of the conversations of a cell, or of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    calendar: [Durations; DURATIONS],
    business: [Durations; DURATIONS],
    /// Whether business time has been other than all time for anything folded in; until then it is not kept twice.
    two_clocks: bool,
    /// By [`Measure`]: happenings.
    pub counts: [u64; COUNTS],
    /// Sums that ratios are made of.
    pub sums: [u64; SUMS],
}

impl Default for Stats {
    fn default() -> Self {
        Stats::new()
    }
}

impl Stats {
    /// Nothing counted.
    pub fn new() -> Stats {
        Stats {
            calendar: std::array::from_fn(|_| Durations::default()),
            business: std::array::from_fn(|_| Durations::default()),
            two_clocks: false,
            counts: [0; COUNTS],
            sums: [0; SUMS],
        }
    }

    /// Counts a duration on a clock.
    #[inline(always)] // The measure is known where it is called, and with it the place.
    pub fn add(&mut self, measure: Measure, clock: Clock, value: Span) {
        let of = match clock {
            Clock::Calendar => &mut self.calendar,
            Clock::Business => &mut self.business,
        };
        of[measure as usize - FIRST_DURATION].add(value);
    }

    /// Counts a duration that goes by several names.
    #[inline(always)] // The same.
    pub fn add_alike<const N: usize>(&mut self, measures: [Measure; N], clock: Clock, value: Span) {
        for measure in measures {
            self.add(measure, clock, value);
        }
    }

    /// Counts durations of no length on the calendar clock.
    pub fn add_zeros(&mut self, measure: Measure, number: u64) {
        self.calendar[measure as usize - FIRST_DURATION].add_zeros(number);
    }

    /// The durations of a measure on a clock.
    pub fn durations(&self, measure: Measure, clock: Clock) -> &Durations {
        let of = match clock {
            Clock::Business if self.two_clocks => &self.business,
            _ => &self.calendar,
        };
        &of[measure as usize - FIRST_DURATION]
    }

    /// A happening.
    #[inline]
    pub fn count(&mut self, measure: Measure) {
        self.counts[measure as usize] += 1;
    }

    /// Adds to a sum.
    #[inline]
    pub fn sum(&mut self, sum: Sum, number: u64) {
        self.sums[sum as usize] += number;
    }

    /// From here on business durations are kept apart from those of the calendar, which they have been so far.
    pub fn part_clocks(&mut self) {
        self.business.clone_from(&self.calendar);
        self.two_clocks = true;
    }

    /// Folds in a cell, whose business durations are those of the calendar where all time is business time.
    pub fn fold(&mut self, cell: &Stats, one_clock: bool) {
        if !one_clock && !self.two_clocks {
            self.part_clocks();
        }
        if self.two_clocks {
            let business = if one_clock {
                &cell.calendar
            } else {
                &cell.business
            };
            for (mine, theirs) in self.business.iter_mut().zip(business) {
                mine.merge(theirs);
            }
        }
        for (mine, theirs) in self.calendar.iter_mut().zip(&cell.calendar) {
            mine.merge(theirs);
        }
        let counts = self.counts.iter_mut().chain(&mut self.sums);
        for (mine, theirs) in counts.zip(cell.counts.iter().chain(&cell.sums)) {
            *mine += theirs;
        }
    }

    /// Counts all that another fold has counted.
    pub fn merge(&mut self, other: &Stats) {
        self.fold(other, !other.two_clocks);
    }

    /// Nothing counted, keeping the memory.
    pub fn clear(&mut self) {
        self.calendar
            .iter_mut()
            .chain(&mut self.business)
            .for_each(Durations::clear);
        self.counts.fill(0);
        self.sums.fill(0);
        self.two_clocks = false;
    }
}
