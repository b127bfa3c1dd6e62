//! Where engine time stands in the world: the only place that turns instants into dates and back.

use crate::time::Time;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// The instant of the world that is [`Time::ZERO`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin(Timestamp);

impl Origin {
    /// The first instant of a local day: usually midnight, later where the clocks skip it.
    pub fn midnight(day: Date, zone: &TimeZone) -> Origin {
        Origin(instant(
            day.to_datetime(jiff::civil::Time::midnight()),
            zone,
        ))
    }

    /// The instant of the world at the start of the run.
    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// The instant of the world at an engine time.
    pub fn at(self, at: Time) -> Timestamp {
        Timestamp::from_nanosecond(self.0.as_nanosecond() + i128::from(at.0))
            .expect("292 years from the start of a run is within the years that dates reach")
    }

    /// What the clock on a wall of `zone` shows.
    pub fn local(self, at: Time, zone: &TimeZone) -> DateTime {
        zone.to_datetime(self.at(at))
    }

    /// The day on the calendar on a wall of `zone`.
    pub fn local_day(self, at: Time, zone: &TimeZone) -> Date {
        self.local(at, zone).date()
    }

    /// Local time with its offset, to the second, in ISO 8601: `2025-03-10T09:00:00-04:00`.
    pub fn iso(self, at: Time, zone: &TimeZone) -> String {
        let at = self.at(at);
        let whole = at.round(Unit::Second).unwrap_or(at);
        whole.display_with_offset(zone.to_offset(at)).to_string()
    }

    /// The engine time of an instant of the world.
    pub fn time_of(self, instant: Timestamp) -> Time {
        let nanoseconds = instant.as_nanosecond() - self.0.as_nanosecond();
        Time(i64::try_from(nanoseconds).expect("within 292 years of the start of the run"))
    }

    /// The engine time at which a clock of `zone` shows `local`; negative before the start of the run.
    ///
    /// A local time that the clocks skip is read with the offset before the switch, so 02:30 becomes 03:30; one that
    /// they show twice is its first showing. This is what calendars of meetings do (RFC 5545, 3.3.5).
    pub fn time(self, local: DateTime, zone: &TimeZone) -> Time {
        self.time_of(instant(local, zone))
    }
}

impl From<Timestamp> for Origin {
    fn from(instant: Timestamp) -> Origin {
        Origin(instant)
    }
}

fn instant(local: DateTime, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(local)
        .expect("a date between the years -9998 and 9998")
}
