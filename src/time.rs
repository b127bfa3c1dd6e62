//! Time as the engine knows it: whole nanoseconds since `run.start`, without zones or dates.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Sub, SubAssign};

/// An instant: nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// A length of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

impl Time {
    /// The start of the run.
    pub const ZERO: Time = Time(0);
    /// An instant that does not come.
    pub const NEVER: Time = Time(i64::MAX);

    /// The instant `span` later; stays [`Time::NEVER`] rather than overflow.
    #[inline]
    pub fn after(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// Longer than any run.
    pub const FOREVER: Span = Span(i64::MAX);
    /// One second.
    pub const SECOND: Span = Span(1_000_000_000);
    /// One minute.
    pub const MINUTE: Span = Span(60 * Span::SECOND.0);
    /// One hour.
    pub const HOUR: Span = Span(60 * Span::MINUTE.0);
    /// One day of 24 hours.
    pub const DAY: Span = Span(24 * Span::HOUR.0);
    /// One week of 168 hours.
    pub const WEEK: Span = Span(7 * Span::DAY.0);

    /// The nearest whole number of nanoseconds; anything beyond the range becomes [`Span::FOREVER`].
    #[inline]
    pub fn from_seconds(seconds: f64) -> Span {
        Span::from_nanoseconds(seconds * 1e9)
    }

    /// The nearest whole number of nanoseconds, never negative.
    #[inline]
    pub fn from_nanoseconds(nanoseconds: f64) -> Span {
        // Ties away from zero without the call that `round` is on this target; a cast saturates.
        Span((nanoseconds + 0.5).max(0.0) as i64)
    }

    /// This length in seconds.
    #[inline]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// This length in hours.
    pub fn hours(self) -> f64 {
        self.0 as f64 / Span::HOUR.0 as f64
    }

    /// `factor` times as long, to the nearest nanosecond.
    #[inline]
    pub fn scaled(self, factor: f64) -> Span {
        if factor == 1.0 {
            self
        } else {
            Span::from_nanoseconds(self.0 as f64 * factor)
        }
    }
}

impl Sub for Time {
    type Output = Span;
    #[inline]
    fn sub(self, earlier: Time) -> Span {
        Span(self.0 - earlier.0)
    }
}

impl Add<Span> for Time {
    type Output = Time;
    #[inline]
    fn add(self, span: Span) -> Time {
        Time(self.0 + span.0)
    }
}

impl Sub<Span> for Time {
    type Output = Time;
    #[inline]
    fn sub(self, span: Span) -> Time {
        Time(self.0 - span.0)
    }
}

impl Add for Span {
    type Output = Span;
    #[inline]
    fn add(self, other: Span) -> Span {
        Span(self.0 + other.0)
    }
}

impl Sub for Span {
    type Output = Span;
    #[inline]
    fn sub(self, other: Span) -> Span {
        Span(self.0 - other.0)
    }
}

impl AddAssign for Span {
    #[inline]
    fn add_assign(&mut self, other: Span) {
        self.0 += other.0;
    }
}

impl SubAssign for Span {
    #[inline]
    fn sub_assign(&mut self, other: Span) {
        self.0 -= other.0;
    }
}

impl Mul<i64> for Span {
    type Output = Span;
    fn mul(self, times: i64) -> Span {
        Span(self.0 * times)
    }
}

/// The two largest units that matter: `2 d 3 h`, `4 min 20 s`, `1.25 s`, `30 ms`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = Span(self.0.abs());
        let (big, big_name, small, small_name) = if size >= Span::DAY {
            (Span::DAY, "d", Span::HOUR, "h")
        } else if size >= Span::HOUR {
            (Span::HOUR, "h", Span::MINUTE, "min")
        } else if size >= Span::MINUTE {
            (Span::MINUTE, "min", Span::SECOND, "s")
        } else {
            let seconds = size.seconds();
            return match seconds {
                0.0 => write!(f, "0 s"),
                s if s < 1.0 => write!(f, "{sign}{} ms", (s * 1e6).round() / 1e3),
                s if s < 10.0 => write!(f, "{sign}{} s", (s * 100.0).round() / 100.0),
                s => write!(f, "{sign}{} s", (s * 10.0).round() / 10.0),
            };
        };
        let parts = (size.0 + small.0 / 2) / small.0;
        let per_big = big.0 / small.0;
        write!(f, "{sign}{} {big_name}", parts / per_big)?;
        match parts % per_big {
            0 => Ok(()),
            rest => write!(f, " {rest} {small_name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_shown_in_the_two_units_that_matter() {
        let shown = |seconds: f64| Span::from_seconds(seconds).to_string();
        assert_eq!(shown(0.0), "0 s");
        assert_eq!(shown(0.03), "30 ms");
        assert_eq!(shown(7.836), "7.84 s");
        assert_eq!(shown(45.25), "45.3 s");
        assert_eq!(shown(260.0), "4 min 20 s");
        assert_eq!(shown(3600.0), "1 h");
        assert_eq!(shown(93_600.0), "1 d 2 h");
    }
}
