//! A conversation as its listener knows it, and how its waits are counted.

use super::cells::Kept;
use super::intervals::Sheet;
use super::promise::Promise;
use super::stats::Sum;
use crate::fact::{End, Reason};
use crate::measure::{Clock, Measure};
use crate::time::{Span, Time};
use crate::world::Setup;

/// An instant on both clocks; business time counts from the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    pub at: Time,
    pub open: Span,
}

/// A conversation as its listener knows it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record {
    /// The place of its cell.
    pub kept: usize,
    pub counts: bool,
    pub opened: Time,
    /// Whether the attempt is to be counted once its channel is known, and whether the opening is.
    pub counted_attempt: bool,
    pub counted_opening: bool,
    /// The opening on the clocks of the present channel.
    pub start: Stamp,
    /// Since when the ball is with us.
    pub since: Stamp,
    pub ours: bool,
    /// Whether it has entered and not ended.
    pub inside: bool,
    /// Since when it takes a line.
    pub line: Option<Time>,
    pub joined: Stamp,
    pub queued: bool,
    pub has_slot: bool,
    pub idle: Option<Time>,
    pub attention: Option<Time>,
    /// Whether attention has started on the turn that waits.
    pub turn_started: bool,
    pub answered: bool,
    pub ever_answered: bool,
    pub replied: bool,
    pub turns: u32,
    pub touches: u32,
    /// All the time the ball was with us, on both clocks.
    pub waited: Span,
    pub waited_open: Span,
    pub held: Span,
    pub idle_time: Span,
    pub work: Span,
    pub wrap_up: Span,
    pub wraps: bool,
    pub broke_promises: bool,
    pub ended: bool,
    pub away: bool,
}

/// A conversation with all that its promises, and where they are wanted its figures, are added to.
pub struct Case<'c, const FIGURES: bool> {
    pub setup: &'c Setup,
    pub record: &'c mut Record,
    pub kept: &'c mut Kept,
    pub promises: &'c mut [Promise],
    pub sheet: Option<&'c mut Sheet>,
}

impl<const FIGURES: bool> Case<'_, FIGURES> {
    /// A happening, which is told by interval too.
    #[inline]
    pub fn count(&mut self, measure: Measure, now: Time) {
        self.kept.stats.count(measure);
        if let Some(sheet) = &mut self.sheet {
            sheet.count(self.kept.pair, measure, now);
        }
    }

    /// Counts a wait on both clocks, and against the targets.
    #[inline(always)] // The measure is known where it is called.
    pub fn wait(&mut self, measure: Measure, from: Stamp, to: Stamp) {
        self.waited(measure, from, to, true);
    }

    /// Counts a wait that an answer or the end of patience ended.
    #[inline(always)] // The same.
    pub fn waited(&mut self, measure: Measure, from: Stamp, to: Stamp, answered: bool) {
        if self.record.counts {
            let (elapsed, open) = (to.at - from.at, to.open - from.open);
            self.count_wait([measure], from.at, elapsed, open, answered);
        } else {
            self.judge(measure, from, to);
        }
    }

    /// Counts what is the same wait by several names; its size is found once.
    #[inline(always)] // The same.
    pub fn count_wait<const N: usize>(
        &mut self,
        measures: [Measure; N],
        began: Time,
        elapsed: Span,
        open: Span,
        answered: bool,
    ) {
        if FIGURES {
            let stats = &mut self.kept.stats;
            stats.add_alike(measures, Clock::Calendar, elapsed);
            if self.kept.two_clocks {
                stats.add_alike(measures, Clock::Business, open);
            }
            if let Some(sheet) = &mut self.sheet {
                let open = self.kept.two_clocks.then_some(open);
                sheet.wait(self.kept.pair, measures, began, elapsed, open);
            }
        }
        if self.kept.promised.has_any(measures) {
            for measure in measures {
                self.promised(measure, began, elapsed, open, answered);
            }
        }
    }

    /// Judges a wait of a conversation that is not counted, but may end in the counted time.
    #[inline]
    pub fn judge(&mut self, measure: Measure, from: Stamp, to: Stamp) {
        if self.kept.promised.has_any([measure]) {
            let (elapsed, open) = (to.at - from.at, to.open - from.open);
            self.promised(measure, from.at, elapsed, open, true);
        }
    }

    #[inline(never)]
    fn promised(
        &mut self,
        measure: Measure,
        began: Time,
        elapsed: Span,
        open: Span,
        answered: bool,
    ) {
        for id in &self.kept.targets {
            let target = &self.setup.targets[id.index()];
            if target.metric != measure {
                continue;
            }
            let span = if self.kept.two_clocks && target.clock == Clock::Business {
                open
            } else {
                elapsed
            };
            self.record.broke_promises |= span > target.within;
            if !self.record.counts {
                continue;
            }
            let count = |promise: &mut Promise| match answered {
                true => promise.answer(target, span),
                false => promise.leave(target, span),
            };
            count(&mut self.promises[id.index()]);
            if let Some(sheet) = &mut self.sheet {
                count(sheet.promise(*id, began));
            }
        }
    }

    /// A first or later response.
    #[inline]
    pub fn responded(&mut self, replied: bool, now: Stamp) {
        if replied {
            self.wait(Measure::NextResponseTime, self.record.since, now);
        } else {
            self.wait(Measure::FirstResponseTime, self.record.start, now);
        }
    }

    /// Counts the opening and the attempt once it is known where they lead.
    #[inline]
    pub fn count_attempt(&mut self, now: Time) {
        if self.record.counted_attempt && self.record.counted_opening {
            return;
        }
        let attempt = !std::mem::replace(&mut self.record.counted_attempt, true);
        let opening = !std::mem::replace(&mut self.record.counted_opening, true);
        if !self.record.counts || !FIGURES {
            return;
        }
        if attempt {
            self.count(Measure::Attempts, now);
        }
        if opening {
            self.count(Measure::Opened, now);
            // On one clock the floor is 0 for all who open: added up by `count_floors`.
            if let (true, Some(channel)) = (self.kept.two_clocks, self.kept.cell.channel) {
                let business = self.setup.calendar(self.setup.business[channel.index()]);
                let opened = self.record.opened;
                let floor = business.next_open(opened) - opened;
                let stats = &mut self.kept.stats;
                if floor > Span::ZERO {
                    stats.count(Measure::OutOfHours);
                }
                if floor < Span(i64::MAX / 2) {
                    stats.add(Measure::ClosedFloor, Clock::Calendar, floor);
                }
            }
        }
    }

    /// Its slot does nothing for it no longer.
    #[inline]
    pub fn end_idling(&mut self, now: Time) {
        if FIGURES && let Some(idle) = self.record.idle.take() {
            self.record.idle_time += now - idle;
        }
    }

    /// How an attempt ended.
    #[inline]
    pub fn count_end(&mut self, end: End, again: bool, now: Time) {
        self.count(
            match end {
                End::Resolved => Measure::Resolved,
                End::Rejected(_) => Measure::Rejected,
                End::Abandoned => Measure::Abandoned,
                End::SilentlyAbandoned => Measure::SilentlyAbandoned,
                End::BrokeOff => Measure::BrokeOff,
                End::Left => Measure::Left,
                End::TimedOut => Measure::TimedOut,
                End::Unresolved => Measure::Unresolved,
            },
            now,
        );
        let stats = &mut self.kept.stats;
        if let End::Rejected(reason) = end {
            stats.count(match reason {
                Reason::Closed => Measure::RejectedClosed,
                Reason::Unstaffed => Measure::RejectedUnstaffed,
                Reason::WaitTooLong => Measure::RejectedWaitTooLong,
                Reason::QueueFull => Measure::RejectedQueueFull,
                Reason::Refused => Measure::RejectedRefused,
                Reason::NoRoute => Measure::RejectedNoRoute,
            });
        }
        if again {
            stats.count(Measure::Retried);
        }
    }

    /// Nothing more will happen to its customer.
    #[inline]
    pub fn conversation_ended(&mut self, end: End, now: Stamp) {
        let record = &*self.record;
        let (waited, open) = (record.waited, record.waited_open);
        // Who was never let in has waited for nobody.
        if self.kept.cell.channel.is_none() && waited == Span::ZERO {
            return;
        }
        if open != waited && !self.kept.two_clocks {
            self.kept.part_clocks();
        }
        let start = self.record.start;
        // All its waiting as one, from its opening on.
        let until = Stamp {
            at: start.at + waited,
            open: start.open + open,
        };
        self.wait(Measure::RequesterWaitTime, start, until);
        if end == End::Resolved {
            self.wait(Measure::ResolutionTime, start, now);
        }
        if FIGURES && self.record.counts {
            let record = &*self.record;
            let (stats, clock) = (&mut self.kept.stats, Clock::Calendar);
            stats.add(Measure::CustomerHeldTime, clock, record.held);
            stats.add(Measure::AgentHeldIdleTime, clock, record.idle_time);
            if end == End::Resolved {
                stats.sum(Sum::OneTouch, u64::from(record.turns == 1));
                stats.sum(Sum::WithinTarget, u64::from(!record.broke_promises));
            }
        }
    }

    /// It is over, wrap-up included.
    pub fn gone(&mut self) {
        let record = &*self.record;
        if !record.counts || !record.ever_answered {
            return;
        }
        let (stats, clock) = (&mut self.kept.stats, Clock::Calendar);
        if record.wrap_up == Span::ZERO {
            stats.add_alike([Measure::HandleTime, Measure::WorkTime], clock, record.work);
        } else {
            stats.add(Measure::HandleTime, clock, record.work + record.wrap_up);
            stats.add(Measure::WorkTime, clock, record.work);
        }
        if record.wraps {
            stats.add(Measure::WrapUpTime, clock, record.wrap_up);
        }
        stats.sum(Sum::Replies, u64::from(record.turns));
        stats.sum(Sum::Touches, u64::from(record.touches));
        stats.sum(Sum::Answered, 1);
    }
}
