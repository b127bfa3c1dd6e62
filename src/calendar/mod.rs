//! Calendars: when a desk is open, an agent on duty, a customer online.
//!
//! Opening hours, zones and daylight saving are read once, before the run, into half-open intervals [from, to) of engine
//! time; the run itself knows no dates. A calendar also counts: it maps between elapsed and open time, both ways.
//! Who uses which calendar for what is not known here.

mod cursor;
mod days;
mod origin;
mod rule;
mod sets;

pub use cursor::Cursor;
pub use days::Days;
pub use origin::Origin;
pub use rule::{Rule, RuleError, RulePart};

use crate::time::{Span, Time};
use jiff::tz::TimeZone;
use sets::Interval;

/// When something is open: sorted half-open intervals, repeated by the week past the compiled range.
///
/// The repetition is by elapsed weeks, so a switch of the clocks past the range is not seen: compile far enough.
/// Questions cost a binary search; along the run, a [`Cursor`] costs less.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Within [0, `end`), disjoint, not touching.
    open: Vec<Interval>,
    /// Open time before each interval, and at last of all.
    before: Vec<Span>,
    /// Where the last week begins again; [`Time::NEVER`] if nothing is repeated.
    end: Time,
    /// Open time in the last week before `end`.
    weekly: Span,
    /// The first interval that reaches into that week.
    first_of_last_week: usize,
    /// When the interval that is open at 0 really began, which may be before the run.
    since: Time,
    always: bool,
}

impl Calendar {
    /// Open without end.
    pub fn always() -> Calendar {
        Calendar::new(vec![(Time::ZERO, Time::NEVER)], Time::NEVER)
    }

    /// Never open.
    pub fn never() -> Calendar {
        Calendar::new(Vec::new(), Time::NEVER)
    }

    /// Opening hours read in a zone, from the start of the run to `horizon` (at least a week, at most a century).
    pub fn compile(
        rule: &Rule,
        zone: &TimeZone,
        origin: impl Into<Origin>,
        horizon: Span,
    ) -> Calendar {
        let end = range_end(horizon);
        // A week back is where a shift that is under way at the start may have begun.
        let open = rule.instants(zone, origin.into(), Time::ZERO - Span::WEEK, end);
        let since = open
            .iter()
            .find(|(from, to)| *from <= Time::ZERO && Time::ZERO < *to)
            .map(|(from, _)| *from);
        Calendar {
            since: since.unwrap_or(Time::ZERO),
            ..Calendar::new(open, end)
        }
    }

    /// The same local time every day for a length of time, such as a lunch break.
    ///
    /// `length` is elapsed time, also when the clocks switch meanwhile.
    pub fn daily(
        at: jiff::civil::Time,
        length: Span,
        zone: &TimeZone,
        origin: impl Into<Origin>,
        horizon: Span,
    ) -> Calendar {
        let origin = origin.into();
        let end = range_end(horizon);
        let first = origin.local_day(Time::ZERO - Span::DAY - length, zone);
        let windows = first
            .series(jiff::ToSpan::days(1))
            .map(|day| origin.time(day.to_datetime(at), zone))
            .take_while(|from| *from < end)
            .map(|from| (from, from.after(length)))
            .collect();
        Calendar::new(windows, end)
    }

    /// Open in the intervals given, which may come in any order and overlap.
    ///
    /// The last week before `horizon` is repeated; a shorter horizon is filled up to a week with closed time. With
    /// [`Span::FOREVER`] nothing is repeated, and an interval to [`Time::NEVER`] stays open.
    pub fn from_intervals(intervals: Vec<(Time, Time)>, horizon: Span) -> Calendar {
        Calendar::new(intervals, Time::ZERO.after(horizon.max(Span::WEEK)))
    }

    fn new(intervals: Vec<Interval>, end: Time) -> Calendar {
        let clipped = intervals
            .into_iter()
            .map(|(from, to)| (from.max(Time::ZERO), to.min(end)))
            .collect();
        let mut open = sets::merged(clipped);
        let mut end = end;
        if open == [(Time::ZERO, end)] {
            end = Time::NEVER;
            open = vec![(Time::ZERO, end)];
        }
        let mut before = Vec::with_capacity(open.len() + 1);
        before.push(Span::ZERO);
        for (index, (from, to)) in open.iter().enumerate() {
            before.push(Span((before[index].0).saturating_add((*to - *from).0)));
        }
        let always = open == [(Time::ZERO, Time::NEVER)];
        let mut calendar = Calendar {
            open,
            before,
            end,
            weekly: Span::ZERO,
            first_of_last_week: 0,
            since: Time::ZERO,
            always,
        };
        if end != Time::NEVER {
            let last_week = end - Span::WEEK;
            calendar.weekly = calendar.compiled_before(end) - calendar.compiled_before(last_week);
            calendar.first_of_last_week = calendar.open.partition_point(|(_, to)| *to <= last_week);
        }
        calendar
    }

    /// Whether it never closes.
    #[inline]
    pub fn is_always(&self) -> bool {
        self.always
    }

    /// When what is open at the start of the run really began, which may be before it.
    pub fn since(&self) -> Time {
        self.since
    }

    /// Whether it is open at an instant.
    #[inline]
    pub fn is_open(&self, at: Time) -> bool {
        self.always || self.compiled_open(self.within(at).0)
    }

    /// The first opening or closing strictly after an instant, if any.
    pub fn next_edge(&self, after: Time) -> Option<Time> {
        let (at, shift) = self.within(after);
        if let Some(edge) = self.compiled_edge(at) {
            return Some(edge.after(shift));
        }
        if self.end == Time::NEVER {
            return None;
        }
        let last_week = self.end - Span::WEEK;
        let open_at_end = self.open.last().is_some_and(|(_, to)| *to == self.end);
        if open_at_end != self.compiled_open(last_week) {
            return Some(self.end.after(shift));
        }
        Some(
            self.compiled_edge(last_week)?
                .after(shift)
                .after(Span::WEEK),
        )
    }

    /// The first open instant at or after `at`; [`Time::NEVER`] if none.
    pub fn next_open(&self, at: Time) -> Time {
        if self.is_open(at) {
            at
        } else {
            self.next_edge(at).unwrap_or(Time::NEVER)
        }
    }

    /// Open time in [0, `at`).
    pub fn open_before(&self, at: Time) -> Span {
        if self.always {
            return at - Time::ZERO;
        }
        let (at, shift) = self.within(at);
        self.compiled_before(at) + self.weekly * (shift.0 / Span::WEEK.0)
    }

    /// Open time in [`from`, `to`).
    pub fn open_between(&self, from: Time, to: Time) -> Span {
        self.open_before(to) - self.open_before(from)
    }

    /// The instant at which `open` more open time has passed since `from`.
    ///
    /// The first such instant: open time that is used up exactly at closing ends then, not at the next opening.
    /// [`Time::NEVER`] if there is not that much.
    pub fn after_open(&self, from: Time, open: Span) -> Time {
        if self.always || open == Span::ZERO {
            return from.after(open);
        }
        let wanted = Span(self.open_before(from).0.saturating_add(open.0));
        let compiled = self.before[self.open.len()];
        let weeks = match wanted.0 - compiled.0 {
            ..=0 => 0,
            _ if self.weekly == Span::ZERO => return Time::NEVER,
            // The last week gives all but nothing up to all of its open time: the quotient is rounded up.
            rest => (rest - 1) / self.weekly.0 + 1,
        };
        let wanted = wanted - self.weekly * weeks;
        let index = self.before.partition_point(|before| *before < wanted) - 1;
        let at = self.open[index].0 + (wanted - self.before[index]);
        at.after(Span(Span::WEEK.0.saturating_mul(weeks)))
    }

    /// The open intervals from the start of the run, the last one cut at `until`. Endless if `until` is never.
    pub fn intervals(&self, until: Time) -> impl Iterator<Item = (Time, Time)> + '_ {
        let mut at = Time::ZERO;
        std::iter::from_fn(move || {
            let from = self.next_open(at);
            if from >= until {
                return None;
            }
            let to = self.next_edge(from).unwrap_or(Time::NEVER).min(until);
            at = to;
            Some((from, to))
        })
    }

    /// Open when any of them is; never if there is none.
    pub fn union(calendars: &[&Calendar]) -> Calendar {
        let end = Calendar::end_together(calendars);
        let all = calendars
            .iter()
            .flat_map(|calendar| calendar.intervals(end))
            .collect();
        Calendar {
            since: Time::ZERO,
            ..Calendar::new(all, end)
        }
    }

    /// Open when all of them are; always if there is none.
    pub fn intersection(calendars: &[&Calendar]) -> Calendar {
        let end = Calendar::end_together(calendars);
        let mut common = vec![(Time::ZERO, end)];
        for calendar in calendars {
            common = sets::common(&common, &calendar.intervals(end).collect::<Vec<_>>());
        }
        Calendar::new(common, end)
    }

    /// Open when this is and the other is not, such as duty without its breaks.
    pub fn minus(&self, other: &Calendar) -> Calendar {
        let end = Calendar::end_together(&[self, other]);
        let whole: Vec<_> = self.intervals(end).collect();
        let taken: Vec<_> = other.intervals(end).collect();
        Calendar::new(sets::without(&whole, &taken), end)
    }

    /// Breaks of a `length` whenever `every` has passed since the start of an interval, for as long as it lasts.
    ///
    /// A shift that is under way at the start of the run counts from its real beginning. What never closes counts from
    /// the start of the run, and its breaks past `horizon` repeat by the week.
    pub fn breaks(&self, length: Span, every: Span, horizon: Span) -> Calendar {
        assert!(every > Span::ZERO, "a break every {every} would be endless");
        let end = range_end(horizon).max(self.settled()) + Span::WEEK;
        let mut breaks = Vec::new();
        // A week more, lest the last shift seems to end with the range.
        for (from, to) in self.intervals(end + Span::WEEK) {
            let mut at = (if from == Time::ZERO { self.since } else { from }) + every;
            while at < to {
                breaks.push((at, at.after(length).min(to)));
                at = at.after(every);
            }
        }
        Calendar::new(breaks, end)
    }

    /// An instant within the compiled range at which it is as at `at`, and how many weeks that is earlier.
    #[inline]
    fn within(&self, at: Time) -> (Time, Span) {
        if at < self.end || self.end == Time::NEVER {
            return (at, Span::ZERO);
        }
        let shift = Span::WEEK * ((at - self.end).0 / Span::WEEK.0 + 1);
        (at - shift, shift)
    }

    fn compiled_open(&self, at: Time) -> bool {
        let index = self.open.partition_point(|(_, to)| *to <= at);
        // An interval without end is open at `NEVER` too.
        self.open
            .get(index)
            .or(self.open.last())
            .is_some_and(|(from, to)| *from <= at && (at < *to || *to == Time::NEVER))
    }

    /// The first edge after `at` and before the end of the compiled range.
    fn compiled_edge(&self, at: Time) -> Option<Time> {
        let index = self.open.partition_point(|(_, to)| *to <= at);
        let (from, to) = *self.open.get(index)?;
        if from > at {
            Some(from)
        } else {
            (to < self.end).then_some(to)
        }
    }

    fn compiled_before(&self, at: Time) -> Span {
        match self.open.partition_point(|(from, _)| *from < at) {
            0 => Span::ZERO,
            after => {
                let (from, to) = self.open[after - 1];
                self.before[after - 1] + (at.min(to) - from)
            }
        }
    }

    /// From here on it is constant or repeats by the week.
    fn settled(&self) -> Time {
        if self.end != Time::NEVER {
            return self.end;
        }
        match self.open.last() {
            None => Time::ZERO,
            Some((from, Time::NEVER)) => *from,
            Some((_, to)) => *to,
        }
    }

    /// How far several calendars must be read together so that repeating the last week repeats them all.
    fn end_together(calendars: &[&Calendar]) -> Time {
        if calendars.iter().all(|calendar| calendar.end == Time::NEVER) {
            return Time::NEVER;
        }
        let settled = calendars.iter().map(|calendar| calendar.settled()).max();
        settled.unwrap_or(Time::ZERO) + Span::WEEK
    }
}

/// Where a range with dates or breaks in it ends: there must be a last week to repeat, and an end to the dates.
fn range_end(horizon: Span) -> Time {
    Time::ZERO + horizon.clamp(Span::WEEK, Span::DAY * 36_525)
}

/// Equal if open at the same instants, however they were made.
impl PartialEq for Calendar {
    fn eq(&self, other: &Calendar) -> bool {
        let until = Calendar::end_together(&[self, other]);
        self.intervals(until).eq(other.intervals(until))
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;
