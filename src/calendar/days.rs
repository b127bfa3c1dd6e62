//! Local days along the run: where they begin, and their dates as numbers.

use std::sync::Arc;

use super::Origin;
use crate::time::{Span, Time};
use jiff::ToSpan;
use jiff::civil::{Date, Time as Clock};
use jiff::tz::TimeZone;

/// The days that a clock on a wall of one zone shows during a run.
///
/// Numbered by date, so that the same date has the same number in every zone. Past the compiled range each has 24 hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days {
    /// The number of the day at the start of the run: days since 1970-01-01.
    first: i64,
    /// Where that day and those after it begin. Never empty.
    starts: Arc<[Time]>,
}

/// Days of 24 hours from the start of the run, numbered from 0.
impl Default for Days {
    fn default() -> Self {
        Days {
            first: 0,
            starts: Arc::new([Time::ZERO]),
        }
    }
}

impl Days {
    /// The days of a zone, from the start of the run to `horizon`.
    pub fn compile(zone: &TimeZone, origin: impl Into<Origin>, horizon: Span) -> Days {
        let origin = origin.into();
        let today = origin.local_day(Time::ZERO, zone);
        let end = Time::ZERO.after(horizon);
        let starts = today
            .series(1.day())
            .map(|day| origin.time(day.to_datetime(Clock::midnight()), zone))
            .take_while(|start| *start <= end);
        Days {
            first: i64::from(
                today
                    .since(Date::constant(1970, 1, 1))
                    .map_or(0, |span| span.get_days()),
            ),
            starts: starts.collect(),
        }
    }

    /// The number of the day at an instant, which may be before the start of the run.
    pub fn number(&self, at: Time) -> i64 {
        let begun = self.starts.partition_point(|start| *start <= at);
        // Before the first, and past the last, days have 24 hours.
        let known = begun.max(1) - 1;
        let rest = (at - self.starts[known]).0.div_euclid(Span::DAY.0);
        let rest = if known + 1 == self.starts.len() {
            rest
        } else {
            rest.min(0)
        };
        self.first + known as i64 + rest
    }

    /// The number of the day at the start of the run.
    pub fn first(&self) -> i64 {
        self.first
    }

    /// Where a day ends, counted from 0 for the day at the start of the run.
    pub fn end(&self, place: u64) -> Time {
        let last = self.starts.len() as u64 - 1;
        match self.starts.get(place as usize + 1) {
            Some(end) => *end,
            None => self.starts[last as usize].after(Span::DAY * (place + 1 - last) as i64),
        }
    }
}
