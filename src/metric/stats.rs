//! What is counted of conversations: exact sums, one set per cell, that scopes are folded from.

use crate::measure::{Clock, Measure};
use crate::tally::Durations;
use crate::time::{Span, Time};

const FIRST_DURATION: usize = Measure::QueueWait as usize;
const DURATIONS: usize = Measure::WrapUpTime as usize + 1 - FIRST_DURATION;
const COUNTS: usize = Measure::OutOfHours as usize + 1;
const FIRST_LEVEL: usize = Measure::QueueLength as usize;
const LEVELS: usize = Measure::OldestAge as usize + 1 - FIRST_LEVEL;

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
    /// Conversation-time \[ns\] in a state, within the counted time.
    pub areas: [i128; LEVELS],
    /// Conversation-time \[ns\] with a slot, within the counted time.
    pub slot_area: i128,
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
            areas: [0; LEVELS],
            slot_area: 0,
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

    /// Adds conversation-time in a state.
    #[inline]
    pub fn area(&mut self, level: Measure, time: Span) {
        self.areas[level as usize - FIRST_LEVEL] += i128::from(time.0);
    }

    /// The conversation-time in a state.
    pub fn area_of(&self, level: Measure) -> i128 {
        self.areas[level as usize - FIRST_LEVEL]
    }

    /// Folds in a cell, whose business durations are those of the calendar where all time is business time.
    pub fn fold(&mut self, cell: &Stats, one_clock: bool) {
        if !one_clock && !self.two_clocks {
            self.business.clone_from(&self.calendar);
            self.two_clocks = true;
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
        for (mine, theirs) in self.areas.iter_mut().zip(cell.areas) {
            *mine += theirs;
        }
        self.slot_area += cell.slot_area;
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
        self.areas.fill(0);
        self.slot_area = 0;
    }
}

/// Whether a measure is a duration that conversations have.
pub fn is_duration(measure: Measure) -> bool {
    (FIRST_DURATION..FIRST_DURATION + DURATIONS).contains(&(measure as usize))
}

/// How many waits of a target there were, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// Answered.
    pub answered: u64,
    /// Of which within the target's time.
    pub answered_within: u64,
    /// Left before they were answered.
    pub left: u64,
    /// Of which within the target's time.
    pub left_within: u64,
    /// Of which sooner than a short cut counts.
    pub left_at_once: u64,
}

/// A number over time: how much now, at most, and at the end of the counted time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    now: i64,
    /// The largest within the counted time.
    pub max: i64,
    /// At the end of the counted time.
    pub end: i64,
}

impl Level {
    /// One more or fewer; it matters for the maximum while `counted`.
    #[inline]
    pub fn change(&mut self, by: i64, counted: bool) {
        self.now += by;
        if counted && self.now > self.max {
            self.max = self.now;
        }
    }

    /// The counted time starts with what is there.
    pub fn start(&mut self) {
        self.max = self.now;
    }

    /// The counted time ends.
    pub fn stop(&mut self) {
        self.end = self.now;
    }

    /// How much now.
    pub fn now(&self) -> i64 {
        self.now
    }
}

/// The counted time.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The end of the warm-up.
    pub from: Time,
    /// The length of the run.
    pub to: Time,
}

impl Window {
    /// Whether an instant is counted.
    #[inline]
    pub fn has(self, now: Time) -> bool {
        now >= self.from && now < self.to
    }

    /// The part of a span of time within it.
    #[inline]
    pub fn clip(self, from: Time, to: Time) -> Span {
        Span((to.min(self.to).0 - from.max(self.from).0).max(0))
    }

    /// What of it is still to come \[ns\].
    #[inline]
    pub fn left(self, now: Time) -> i64 {
        (self.to.0 - now.max(self.from).0).max(0)
    }
}
