//! Axes in the units of people: where a value is on a sheet, and which ticks it is read by.

use crate::time::Span;

/// A tick and what it says.
pub(super) type Tick = (f64, String);

/// Values along one side of a panel.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    /// Where it starts and ends on the sheet \[pixel\].
    low: f64,
    high: f64,
    /// Its values there.
    from: f64,
    to: f64,
    logarithmic: bool,
    pub(super) ticks: Vec<Tick>,
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
const WEEK: f64 = 7.0 * DAY;
const YEAR: f64 = 365.0 * DAY;

/// Times \[s\] far apart that need no thought.
const FAR: &[f64] = &[
    1e-6,
    1e-5,
    1e-4,
    1e-3,
    0.01,
    0.1,
    1.0,
    10.0,
    MINUTE,
    10.0 * MINUTE,
    HOUR,
    4.0 * HOUR,
    DAY,
    WEEK,
    4.0 * WEEK,
    YEAR,
    10.0 * YEAR,
    100.0 * YEAR,
];

/// Times \[s\] nearer to each other.
const NEAR: &[f64] = &[
    1.0,
    2.0,
    5.0,
    10.0,
    20.0,
    30.0,
    MINUTE,
    2.0 * MINUTE,
    5.0 * MINUTE,
    10.0 * MINUTE,
    20.0 * MINUTE,
    30.0 * MINUTE,
    HOUR,
    2.0 * HOUR,
    4.0 * HOUR,
    8.0 * HOUR,
    DAY,
    2.0 * DAY,
    4.0 * DAY,
    WEEK,
    2.0 * WEEK,
    4.0 * WEEK,
];

/// A near axis has at most so many ticks; a longer one takes those far apart.
const MOST_NEAR: usize = 7;

impl Axis {
    /// Where a value is \[pixel\]; at an end if it is beyond.
    pub(super) fn at(&self, value: f64) -> f64 {
        let part = if self.logarithmic {
            (value.max(self.from) / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        self.low + part.clamp(0.0, 1.0) * (self.high - self.low)
    }

    /// The value at a place.
    pub(super) fn value(&self, at: f64) -> f64 {
        let part = (at - self.low) / (self.high - self.low);
        if self.logarithmic {
            self.from * (self.to / self.from).powf(part)
        } else {
            self.from + part * (self.to - self.from)
        }
    }

    /// The ends on the sheet \[pixel\].
    pub(super) fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Times \[s\] by their ratios, from a round one at or below `least` to one at or above `most`, both above 0.
    pub(super) fn of_ratios(least: f64, most: f64, (low, high): (f64, f64)) -> Axis {
        let far = around(FAR, least, most).unwrap_or(FAR);
        let ends = around(NEAR, least, most).unwrap_or(far);
        let (from, to) = (ends[0], ends[ends.len() - 1]);
        let ticks = if ends.len() <= MOST_NEAR { ends } else { far };
        let ticks = ticks.iter().filter(|tick| (from..=to).contains(tick));
        Axis {
            low,
            high,
            from,
            to,
            logarithmic: true,
            ticks: ticks.map(|&time| (time, human(time))).collect(),
        }
    }

    /// Times \[s\] from 0 to a tick at or above `most`.
    pub(super) fn of_times(most: f64, (low, high): (f64, f64)) -> Axis {
        let most = if most > 0.0 { most } else { MINUTE };
        let mut steps = NEAR.iter().copied();
        let step = match steps.find(|step| most <= 6.0 * step) {
            Some(step) if most > NEAR[0] => step,
            // Below a second and above months: 1, 2 or 5 of a power of ten seconds or weeks.
            _ if most <= NEAR[0] => round_step(most, 6),
            _ => WEEK * round_step(most / WEEK, 6),
        };
        Axis::steps(step, most, (low, high), human)
    }

    /// Numbers from 0 to a tick at or above `most`.
    pub(super) fn of_numbers(most: f64, (low, high): (f64, f64), ticks: usize) -> Axis {
        let step = round_step(most.max(1e-9), ticks);
        Axis::steps(step, most, (low, high), |number| {
            // What a sum of steps is wrong by in binary is not shown.
            ((number * 1e9).round() / 1e9).to_string()
        })
    }

    /// Shares from 0 to all.
    pub(super) fn of_shares((low, high): (f64, f64)) -> Axis {
        let share = |fifth: u32| (f64::from(fifth) / 5.0, format!("{}%", 20 * fifth));
        Axis {
            low,
            high,
            from: 0.0,
            to: 1.0,
            logarithmic: false,
            ticks: (0..=5).map(share).collect(),
        }
    }

    /// Whatever it is, from and to.
    pub(super) fn plain(from: f64, to: f64, (low, high): (f64, f64), ticks: Vec<Tick>) -> Axis {
        Axis {
            low,
            high,
            from,
            to,
            logarithmic: false,
            ticks,
        }
    }

    fn steps(step: f64, most: f64, ends: (f64, f64), name: impl Fn(f64) -> String) -> Axis {
        let count = ((most / step) - 1e-9).ceil().max(1.0) as u32;
        let tick = |number: u32| {
            let value = f64::from(number) * step;
            (value, name(value))
        };
        Axis::plain(
            0.0,
            f64::from(count) * step,
            ends,
            (0..=count).map(tick).collect(),
        )
    }
}

/// The shortest run of ticks, two or more, from one at or below `least` to one at or above `most`.
fn around(ladder: &'static [f64], least: f64, most: f64) -> Option<&'static [f64]> {
    let last = ladder.len() - 1;
    let first = ladder
        .iter()
        .rposition(|tick| *tick <= least)?
        .min(last - 1);
    let end = ladder.iter().position(|tick| *tick >= most)?;
    Some(&ladder[first..=end.max(first + 1)])
}

/// 1, 2 or 5 times a power of ten, so that `most` is within so many steps.
fn round_step(most: f64, steps: usize) -> f64 {
    let least = most / steps as f64;
    let power = 10f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// A time \[s\] as people say it.
pub(super) fn human(seconds: f64) -> String {
    let (unit, name) = match seconds {
        0.0 => return "0".to_owned(),
        s if s < 1e-3 => (1e-6, "µs"),
        s if s < 1.0 => (1e-3, "ms"),
        s if s < MINUTE => (1.0, "s"),
        s if s < HOUR => (MINUTE, "min"),
        s if s < DAY => (HOUR, "h"),
        s if s < WEEK => (DAY, "day"),
        s if s < YEAR => (WEEK, "week"),
        _ => (YEAR, "year"),
    };
    let number = seconds / unit;
    let whole = number.round();
    if (number - whole).abs() > 1e-6 * number {
        return Span::from_seconds(seconds).to_string();
    }
    let plural = if unit >= DAY && whole > 1.0 { "s" } else { "" };
    format!("{whole} {name}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, name)| name.as_str()).collect()
    }

    #[test]
    fn ratios_of_times_have_ticks_in_human_units() {
        let ends = (100.0, 500.0);
        let wide = Axis::of_ratios(2.0, 3.0 * DAY, ends);
        let expected = ["10 s", "1 min", "10 min", "1 h", "4 h", "1 day"];
        assert_eq!(names(&wide), expected);
        let narrow = Axis::of_ratios(500.0, 4000.0, ends);
        assert_eq!(
            names(&narrow),
            ["5 min", "10 min", "20 min", "30 min", "1 h", "2 h"]
        );
        assert_eq!(
            names(&Axis::of_ratios(600.0, 600.0, ends)),
            ["10 min", "20 min"]
        );
        assert_eq!(
            names(&Axis::of_ratios(0.002, 0.05, ends)),
            ["1 ms", "10 ms", "100 ms"]
        );
        assert_eq!(
            names(&Axis::of_ratios(1.0, 300.0 * DAY, ends)).last(),
            Some(&"1 year")
        );
        assert_eq!(wide.at(2.0), 100.0);
        assert_eq!(wide.at(0.0), 100.0);
        assert_eq!(wide.at(4.0 * DAY), 500.0);
        assert!((wide.value(wide.at(77.0)) - 77.0).abs() < 1e-9);
    }

    #[test]
    fn times_from_nothing_have_even_steps() {
        let ends = (500.0, 100.0);
        let axis = |most| Axis::of_times(most, ends);
        assert_eq!(
            names(&axis(500.0)),
            ["0", "2 min", "4 min", "6 min", "8 min", "10 min"]
        );
        assert_eq!(
            names(&axis(80.0 * MINUTE)),
            ["0", "20 min", "40 min", "1 h", "1 h 20 min"]
        );
        assert_eq!(
            names(&axis(0.04)),
            ["0", "10 ms", "20 ms", "30 ms", "40 ms"]
        );
        assert_eq!(names(&axis(0.0)).last(), Some(&"1 min"));
        assert_eq!(
            names(&axis(40.0 * WEEK)),
            ["0", "10 weeks", "20 weeks", "30 weeks", "40 weeks"]
        );
        assert_eq!(axis(600.0).at(300.0), 300.0);
    }

    #[test]
    fn numbers_have_round_steps() {
        let axis = Axis::of_numbers(27.0, (0.0, 1.0), 6);
        assert_eq!(names(&axis), ["0", "5", "10", "15", "20", "25", "30"]);
        let small = Axis::of_numbers(0.25, (0.0, 1.0), 3);
        assert_eq!(names(&small), ["0", "0.1", "0.2", "0.3"]);
        assert_eq!(names(&Axis::of_shares((0.0, 1.0)))[3], "60%");
    }
}
