//! Numbers as people read them: in their units, and with no more digits than their interval supports.

use crate::measure::Unit;

/// What a number is, and so how people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    /// Seconds.
    Duration,
    /// Of 1.
    Share,
    /// Of a currency, or any other plain number.
    Amount,
}

const SECOND: f64 = 1.0;
const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// The steps to which durations are rounded \[s\].
const DURATIONS: [f64; 13] = [
    1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0, 21_600.0, 86_400.0,
];
const SHARES: [f64; 3] = [0.001, 0.01, 0.1];
const AMOUNTS: [f64; 7] = [1.0, 10.0, 1e2, 1e3, 1e4, 1e5, 1e6];

impl Quantity {
    /// What a figure of this unit and statistic is.
    pub(super) fn of(unit: Unit, statistic: &str) -> Quantity {
        match unit {
            Unit::Seconds => Quantity::Duration,
            _ if statistic == "share" => Quantity::Share,
            _ => Quantity::Amount,
        }
    }

    /// A value, rounded to what half of its interval supports.
    pub(super) fn value(self, value: f64, half: Option<f64>) -> String {
        let step = self.step(value, half);
        let rounded = (value / step).round() * step;
        let text = self.written(rounded, step);
        match self {
            // Hardly anybody is not nobody, and almost all are not all.
            Quantity::Share if value > 0.0 && rounded == 0.0 => {
                format!("<{}", self.written(step, step))
            }
            Quantity::Share if value < 1.0 && rounded == 1.0 => {
                format!(">{}", self.written(1.0 - step, step))
            }
            Quantity::Share if value == 0.0 || value == 1.0 => self.written(rounded, 0.01),
            _ => text,
        }
    }

    /// Half of the interval of a value, as finely as the value is shown.
    pub(super) fn half(self, value: f64, half: f64) -> String {
        let step = self.step(value, Some(half));
        let rounded = (half / step).round() * step;
        if half > 0.0 && rounded == 0.0 {
            return format!("<{}", self.written(step, step));
        }
        match self {
            Quantity::Share if half == 0.0 => self.written(0.0, 0.01),
            _ => self.written(rounded, step),
        }
    }

    /// To which a value is rounded: as finely as its size asks for, but not to less than a half of half its interval.
    fn step(self, value: f64, half: Option<f64>) -> f64 {
        let size = value.abs();
        let (steps, finest): (&[f64], f64) = match self {
            Quantity::Duration => {
                let finest = match size {
                    size if size >= DAY => HOUR,
                    size if size >= HOUR => MINUTE,
                    size if size >= MINUTE => SECOND,
                    size if size >= SECOND => 0.1,
                    size if size >= 0.01 => 1e-3,
                    size if size >= 1e-3 => 1e-4,
                    _ => 1e-5,
                };
                (&DURATIONS, finest)
            }
            Quantity::Share => (&SHARES, 0.001),
            Quantity::Amount => (&AMOUNTS, if size >= 1000.0 { 1.0 } else { 0.01 }),
        };
        let supported = half.unwrap_or(0.0) / 2.0;
        let coarse = steps.iter().rev().find(|step| **step <= supported);
        coarse.map_or(finest, |coarse| coarse.max(finest))
    }

    /// A value that is rounded to a step.
    fn written(self, value: f64, step: f64) -> String {
        match self {
            Quantity::Duration => duration(value, step),
            Quantity::Share => format!("{:.*}%", decimals(100.0 * step), 100.0 * value),
            Quantity::Amount => format!("{:.*}", decimals(step), value),
        }
    }
}

/// The decimals that a step needs.
fn decimals(step: f64) -> usize {
    (0..6)
        .find(|decimals| step * 10f64.powi(*decimals) > 0.99)
        .map_or(6, |decimals| decimals as usize)
}

/// `1d 4h`, `2h 59m`, `1m 37s`, `35.1s`, `748ms`.
fn duration(seconds: f64, step: f64) -> String {
    if seconds == 0.0 {
        return "0s".to_owned();
    }
    if seconds < SECOND && step < 0.1 {
        return format!("{:.*}ms", decimals(step * 1e3), seconds * 1e3);
    }
    if seconds < MINUTE {
        return format!("{:.*}s", decimals(step), seconds);
    }
    let whole = seconds.round() as u64;
    let (big, big_name, small, small_name) = match whole {
        whole if whole >= 86_400 => (86_400, "d", 3600, "h"),
        whole if whole >= 3600 => (3600, "h", 60, "m"),
        _ => (60, "m", 1, "s"),
    };
    let (parts, per_big) = ((whole + small / 2) / small, big / small);
    match parts % per_big {
        0 => format!("{}{big_name}", parts / per_big),
        rest => format!("{}{big_name} {rest}{small_name}", parts / per_big),
    }
}

/// A whole number with its thousands apart: `1,258`; a small one with a decimal.
pub(super) fn count(value: f64) -> String {
    if value < 9.95 && (value - value.round()).abs() > 0.01 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `one`, `one and two`, `one, two and three`.
pub(super) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(quantity: Quantity, value: f64, half: f64) -> (String, String) {
        (
            quantity.value(value, Some(half)),
            quantity.half(value, half),
        )
    }

    #[track_caller]
    fn reads(quantity: Quantity, value: f64, half: f64, expected: (&str, &str)) {
        let (value, half) = shown(quantity, value, half);
        assert_eq!((value.as_str(), half.as_str()), expected);
    }

    #[test]
    fn durations_have_no_more_digits_than_their_interval_supports() {
        let reads = |value, half, expected| reads(Quantity::Duration, value, half, expected);
        reads(97.3, 0.748, ("1m 37s", "1s"));
        reads(97.3, 0.2, ("1m 37s", "<1s"));
        reads(519.0, 5.32, ("8m 39s", "5s"));
        reads(10_740.0, 150.0, ("2h 59m", "3m"));
        reads(10_740.0, 2400.0, ("3h", "40m"));
        reads(7512.0, 20.0, ("2h 5m", "<1m"));
        reads(35.13, 0.7, ("35.1s", "0.7s"));
        reads(35.13, 7.0, ("35s", "7s"));
        reads(90_000.0, 600.0, ("1d 1h", "<1h"));
        reads(0.0314, 0.0002, ("31ms", "<1ms"));
        reads(0.0, 0.0, ("0s", "0s"));
        assert_eq!(Quantity::Duration.value(3599.7, None), "1h");
        assert_eq!(Quantity::Duration.value(59.97, None), "1m");
        assert_eq!(Quantity::Duration.value(0.00042, None), "0.42ms");
    }

    #[test]
    fn hardly_anybody_is_not_nobody() {
        let reads = |value, half, expected| reads(Quantity::Share, value, half, expected);
        reads(0.455, 0.007, ("45.5%", "0.7%"));
        reads(0.0002, 0.0001, ("<0.1%", "<0.1%"));
        reads(0.0, 0.0, ("0%", "0%"));
        reads(1.0, 0.0, ("100%", "0%"));
        reads(0.9999, 0.0001, (">99.9%", "<0.1%"));
        reads(0.76, 0.053, ("76%", "5%"));
    }

    #[test]
    fn money_is_rounded_like_the_rest() {
        let reads = |value, half, expected| reads(Quantity::Amount, value, half, expected);
        reads(8.291, 0.08, ("8.29", "0.08"));
        reads(8.291, 0.4, ("8.29", "0.40"));
        reads(12_345.6, 0.4, ("12346", "<1"));
        reads(12_345.6, 250.0, ("12300", "300"));
    }

    #[test]
    fn counts_and_lists_read_well() {
        assert_eq!(count(1258.4), "1,258");
        assert_eq!(count(999.0), "999");
        assert_eq!(count(1.5), "1.5");
        assert_eq!(count(2.0), "2");
        assert_eq!(count(8.4e11), "840,000,000,000");
        assert_eq!(list(["a", "b", "c"]), "a, b and c");
        assert_eq!(list(["a"]), "a");
    }
}
