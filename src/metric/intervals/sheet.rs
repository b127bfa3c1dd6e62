//! What is counted by interval in one replication.

use std::ops::Range;

use super::grid::Grid;
use crate::id::TargetId;
use crate::measure::{Clock, Measure};
use crate::metric::Scope;
use crate::metric::cells::Pair;
use crate::metric::level::Course;
use crate::metric::promise::Promise;
use crate::metric::staff::CrewCourse;
use crate::metric::standing::{Layout, NUMBERS};
use crate::time::{Span, Time};
use crate::world::Setup;

/// The happenings that are told by interval.
pub(super) const VOLUMES: [Measure; 12] = [
    Measure::Opened,
    Measure::Attempts,
    Measure::Rejected,
    Measure::Resolved,
    Measure::Abandoned,
    Measure::SilentlyAbandoned,
    Measure::BrokeOff,
    Measure::Left,
    Measure::TimedOut,
    Measure::Unresolved,
    Measure::Answered,
    Measure::Replies,
];

/// The waits that are told by interval, in the order of the catalogue.
pub(super) const WAITS: [Measure; 8] = [
    Measure::QueueWait,
    Measure::TurnWait,
    Measure::SpeedOfAnswer,
    Measure::TimeToAbandon,
    Measure::FirstResponseTime,
    Measure::NextResponseTime,
    Measure::RequesterWaitTime,
    Measure::ResolutionTime,
];

/// How many of [`NUMBERS`] are told by interval, from the first on.
pub(super) const LEVELS: usize = 3;

/// The place of a happening among [`VOLUMES`].
#[inline(always)] // The measure is mostly known where it is called.
fn volume(measure: Measure) -> Option<usize> {
    Some(match measure {
        Measure::Opened => 0,
        Measure::Attempts => 1,
        Measure::Rejected => 2,
        Measure::Resolved => 3,
        Measure::Abandoned => 4,
        Measure::SilentlyAbandoned => 5,
        Measure::BrokeOff => 6,
        Measure::Left => 7,
        Measure::TimedOut => 8,
        Measure::Unresolved => 9,
        Measure::Answered => 10,
        Measure::Replies => 11,
        _ => return None,
    })
}

/// The place of a wait among [`WAITS`]: they come first among the durations.
#[inline(always)] // The same.
fn wait(measure: Measure) -> usize {
    measure as usize - Measure::QueueWait as usize
}

/// The happenings and waits of a bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    volumes: [u32; VOLUMES.len()],
    /// How many waits there were.
    waits: [u32; WAITS.len()],
    /// Their sum on the calendar's clock \[ns\].
    elapsed: [i128; WAITS.len()],
    /// How much of that was closed \[ns\].
    closed: [i128; WAITS.len()],
}

impl Entries {
    /// How many happenings of a kind; nothing for those that are not told by interval.
    pub fn volume(&self, measure: Measure) -> Option<u64> {
        volume(measure).map(|place| u64::from(self.volumes[place]))
    }

    /// How many waits of a kind, and their sum on a clock \[ns\].
    pub fn wait(&self, measure: Measure, clock: Clock) -> (u64, i128) {
        let place = wait(measure);
        let closed = match clock {
            Clock::Calendar => 0,
            Clock::Business => self.closed[place],
        };
        (u64::from(self.waits[place]), self.elapsed[place] - closed)
    }

    /// Counts all that another has counted.
    pub fn merge(&mut self, other: &Entries) {
        let counts = self.volumes.iter_mut().chain(&mut self.waits);
        for (mine, theirs) in counts.zip(other.volumes.iter().chain(&other.waits)) {
            *mine += theirs;
        }
        let sums = self.elapsed.iter_mut().chain(&mut self.closed);
        for (mine, theirs) in sums.zip(other.elapsed.iter().chain(&other.closed)) {
            *mine += theirs;
        }
    }
}

/// What has been counted by interval in one replication; exact, so that it merges in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// By queue and group.
    entries: Vec<(Pair, Vec<Entries>)>,
    /// By [`TargetId`].
    promises: Vec<Vec<Promise>>,
    /// Of all conversations, then by queue; queues are all where there is only one.
    levels: Vec<[Vec<Course>; LEVELS]>,
    /// By group; the last is all of them together.
    crews: Vec<Vec<CrewCourse>>,
}

impl Told {
    /// The happenings and waits of a scope by bin; nothing for scopes that are not told by interval.
    pub fn entries(&self, scope: Scope) -> Vec<Entries> {
        let of_scope = |(queue, group): Pair| match scope {
            Scope::All => true,
            Scope::Queue(id) => queue == Some(id),
            Scope::Agents(id) => group == Some(id),
            _ => false,
        };
        let mut folded: Vec<Entries> = Vec::new();
        for (pair, entries) in &self.entries {
            if of_scope(*pair) {
                if folded.len() < entries.len() {
                    folded.resize(entries.len(), Entries::default());
                }
                for (mine, theirs) in folded.iter_mut().zip(entries) {
                    mine.merge(theirs);
                }
            }
        }
        folded
    }

    /// The waits of a target by bin.
    pub fn promises(&self, target: TargetId) -> &[Promise] {
        &self.promises[target.index()]
    }

    /// A number of conversations by bin, summed over the intervals of each; nothing for others.
    pub fn level(&self, scope: Scope, measure: Measure) -> Option<&[Course]> {
        let number = NUMBERS[..LEVELS]
            .iter()
            .position(|number| *number == measure)?;
        let row = match scope {
            Scope::All => 0,
            Scope::Queue(id) if self.levels.len() > 1 => 1 + id.index(),
            Scope::Queue(_) => 0,
            _ => return None,
        };
        Some(&self.levels[row][number])
    }

    /// A group's numbers by bin, summed over the intervals of each; nothing for scopes without agents.
    pub fn crew(&self, scope: Scope) -> Option<&[CrewCourse]> {
        match scope {
            Scope::All => self.crews.last().map(Vec::as_slice),
            Scope::Agents(id) => Some(&self.crews[id.index()]),
            _ => None,
        }
    }
}

/// The books by interval while a replication is played.
#[derive(Clone, Debug)]
pub struct Sheet {
    grid: Grid,
    /// The present interval and its bin.
    from: Time,
    to: Time,
    bin: usize,
    /// The rows of queues in [`Layout`].
    queues: Range<usize>,
    /// By the collector's pairs of queue and group.
    entries: Vec<Vec<Entries>>,
    told: Told,
}

/// What a bin has; bins come into being as they are needed.
#[inline]
fn at<T: Clone + Default>(bins: &mut Vec<T>, bin: usize) -> &mut T {
    if bin >= bins.len() {
        bins.resize(bin + 1, T::default());
    }
    &mut bins[bin]
}

impl Sheet {
    /// Nothing counted.
    pub fn new(setup: &Setup, grid: &Grid) -> Sheet {
        let queues = Layout::new(setup).queues();
        let told = Told {
            entries: Vec::new(),
            promises: vec![Vec::new(); setup.targets.len()],
            levels: vec![Default::default(); 1 + queues.len()],
            crews: vec![Vec::new(); setup.agents.len() + 1],
        };
        Sheet {
            grid: grid.clone(),
            from: Time::ZERO,
            to: Time::ZERO,
            bin: 0,
            queues,
            entries: Vec::new(),
            told,
        }
    }

    /// An interval starts; when it ends.
    pub fn turn(&mut self, now: Time) -> Time {
        self.bin = self.grid.bin(now);
        (self.from, self.to) = self.grid.around(now);
        self.to
    }

    #[inline]
    fn bin(&self, at: Time) -> usize {
        if at >= self.from && at < self.to {
            self.bin
        } else {
            self.grid.bin(at)
        }
    }

    #[inline]
    fn entries(&mut self, pair: usize, when: Time) -> &mut Entries {
        let bin = self.bin(when);
        at(at(&mut self.entries, pair), bin)
    }

    /// A happening.
    #[inline]
    pub fn count(&mut self, pair: usize, measure: Measure, now: Time) {
        if let Some(place) = volume(measure) {
            self.entries(pair, now).volumes[place] += 1;
        }
    }

    /// A wait by several names, in the interval in which it began. Without `open` it was all open time.
    #[inline]
    pub fn wait<const N: usize>(
        &mut self,
        pair: usize,
        measures: [Measure; N],
        began: Time,
        elapsed: Span,
        open: Option<Span>,
    ) {
        let entries = self.entries(pair, began);
        for place in measures.map(wait) {
            entries.waits[place] += 1;
            entries.elapsed[place] += i128::from(elapsed.0);
            if let Some(open) = open {
                entries.closed[place] += i128::from((elapsed - open).0);
            }
        }
    }

    /// The promise of a target, for a wait that began at an instant.
    pub fn promise(&mut self, target: TargetId, began: Time) -> &mut Promise {
        let bin = self.bin(began);
        at(&mut self.told.promises[target.index()], bin)
    }

    /// What a number of conversations was in the present interval.
    pub fn stood(&mut self, number: usize, row: usize, course: Course) {
        let row = match row {
            0 => 0,
            row if self.queues.contains(&row) => 1 + row - self.queues.start,
            _ => return,
        };
        if let Some(level) = self.told.levels[row].get_mut(number) {
            at(level, self.bin).add(course);
        }
    }

    /// What the numbers of a group were in the present interval.
    pub fn worked(&mut self, crew: usize, course: CrewCourse) {
        let sums = at(&mut self.told.crews[crew], self.bin);
        sums.on_duty.add(course.on_duty);
        sums.busy.add(course.busy);
        sums.overtime.add(course.overtime);
    }

    /// The promises that were counted, ready for the next replication.
    pub fn take_promises(&mut self) -> Vec<Vec<Promise>> {
        let none = vec![Vec::new(); self.told.promises.len()];
        std::mem::replace(&mut self.told.promises, none)
    }

    /// What was counted, ready for the next replication.
    pub fn take(&mut self, pairs: &[Pair]) -> Told {
        let empty = Told {
            entries: Vec::new(),
            promises: vec![Vec::new(); self.told.promises.len()],
            levels: vec![Default::default(); self.told.levels.len()],
            crews: vec![Vec::new(); self.told.crews.len()],
        };
        let mut told = std::mem::replace(&mut self.told, empty);
        let entries = self.entries.iter_mut().map(std::mem::take);
        told.entries = pairs.iter().copied().zip(entries).collect();
        // Whom this collector met in earlier replications must not show.
        told.entries.retain(|(_, entries)| !entries.is_empty());
        told.entries.sort_by_key(|(pair, _)| *pair);
        told
    }
}
