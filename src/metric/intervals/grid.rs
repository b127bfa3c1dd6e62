//! The intervals of a run: of one elapsed length, from its start on.

use jiff::civil::{Time as ClockTime, Weekday};
use jiff::tz::TimeZone;

use crate::calendar::Origin;
use crate::metric::window::Window;
use crate::time::{Span, Time};
use crate::world::Setup;

/// Which intervals there are, and which of them are told as one.
///
/// Those told as one are a *bin*: a single interval, or all that show the same weekday and time of day on the wall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    length: Span,
    window: Window,
    weekly: Option<Weekly>,
}

/// Intervals by weekday and time of day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Weekly {
    /// The bin of each interval up to the length of the run.
    bins: Vec<u32>,
    /// By bin: the first of its intervals that reaches into the counted time.
    first: Vec<usize>,
    /// By bin: the counted time in it.
    counted: Vec<Span>,
    /// By bin: how many of its intervals reach into the counted time.
    times: Vec<u32>,
}

impl Grid {
    /// Each interval alone.
    pub fn new(setup: &Setup, length: Span) -> Grid {
        Grid {
            length,
            window: Window::new(setup),
            weekly: None,
        }
    }

    /// Those of the same weekday and time of day in a zone as one.
    pub fn by_weekday(setup: &Setup, length: Span, origin: Origin, zone: &TimeZone) -> Grid {
        let mut grid = Grid::new(setup, length);
        let mut weekly = Weekly::default();
        let mut labels: Vec<(Weekday, ClockTime)> = Vec::new();
        for interval in 0..grid.intervals() {
            let (from, to) = grid.bounds(interval);
            let counted = grid.window.clip(from, to);
            let local = origin.local(from, zone);
            let label = (local.weekday(), local.time());
            let known = labels.iter().position(|known| *known == label);
            let bin = known.unwrap_or(labels.len());
            if bin == labels.len() {
                labels.push(label);
                weekly.first.push(interval);
                weekly.counted.push(Span::ZERO);
                weekly.times.push(0);
            }
            weekly.bins.push(bin as u32);
            if counted > Span::ZERO {
                if weekly.times[bin] == 0 {
                    weekly.first[bin] = interval;
                }
                weekly.counted[bin] += counted;
                weekly.times[bin] += 1;
            }
        }
        grid.weekly = Some(weekly);
        grid
    }

    /// Whether a bin is all intervals of a weekday and time of day.
    pub fn is_weekly(&self) -> bool {
        self.weekly.is_some()
    }

    /// The length of an interval.
    pub fn length(&self) -> Span {
        self.length
    }

    /// How many intervals there are up to the length of the run; the last one may reach beyond it.
    fn intervals(&self) -> usize {
        (self.window.to.0 as u64).div_ceil(self.length.0 as u64) as usize
    }

    fn bounds(&self, interval: usize) -> (Time, Time) {
        let from = Time(interval as i64 * self.length.0);
        (from, from.after(self.length))
    }

    /// The interval that an instant lies in.
    fn interval(&self, at: Time) -> usize {
        (at.0 / self.length.0) as usize
    }

    /// The bin that an instant lies in. After the run the last week goes on, so that weekdays stay weekdays.
    pub fn bin(&self, at: Time) -> usize {
        let interval = self.interval(at);
        let Some(weekly) = &self.weekly else {
            return interval;
        };
        let known = weekly.bins.len();
        let week = ((Span::WEEK.0 / self.length.0) as usize).min(known);
        let back = match interval < known {
            true => interval,
            false => known - week + (interval - known) % week,
        };
        weekly.bins[back] as usize
    }

    /// The interval that an instant lies in, from and to.
    pub(super) fn around(&self, at: Time) -> (Time, Time) {
        self.bounds(self.interval(at))
    }

    /// How many bins have counted time, or come before one that has.
    pub fn bins(&self) -> usize {
        let weekly = self.weekly.as_ref();
        weekly.map_or_else(|| self.intervals(), |weekly| weekly.first.len())
    }

    /// The start of the (first) interval of a bin.
    pub fn start(&self, bin: usize) -> Time {
        let weekly = self.weekly.as_ref();
        let interval = weekly.map_or(bin, |weekly| weekly.first[bin]);
        self.bounds(interval).0
    }

    /// The counted time in a bin.
    pub fn counted(&self, bin: usize) -> Span {
        match &self.weekly {
            Some(weekly) => weekly.counted[bin],
            None => {
                let (from, to) = self.bounds(bin);
                self.window.clip(from, to)
            }
        }
    }

    /// How many intervals of a bin reach into the counted time; 1 for a single one after it.
    pub fn times(&self, bin: usize) -> u32 {
        self.weekly.as_ref().map_or(1, |weekly| weekly.times[bin])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(warm_up: Span, length: Span) -> Grid {
        Grid {
            length: Span::HOUR,
            window: Window {
                from: Time::ZERO.after(warm_up),
                to: Time::ZERO.after(length),
            },
            weekly: None,
        }
    }

    #[test]
    fn intervals_count_only_what_lies_in_the_counted_time() {
        let grid = grid(Span::MINUTE * 90, Span::MINUTE * 200);
        let counted: Vec<i64> = (0..5)
            .map(|bin| grid.counted(bin).0 / Span::MINUTE.0)
            .collect();
        assert_eq!(counted, [0, 30, 60, 20, 0]);
        assert_eq!(grid.bins(), 4);
        assert_eq!(grid.bin(Time::ZERO.after(Span::HOUR)), 1);
    }
}
