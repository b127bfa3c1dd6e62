//! Judging what a scenario expects of itself: known answers against what was simulated.

use super::{Played, place};
use crate::metric::Row;
use crate::scenario::{Expect, Names, Scenario};

/// How often luck alone may fail any of the expectations that are held `within = "luck"` together.
pub const LUCK: f64 = 1e-4;

/// Differences smaller than this part of the value are rounding.
const ROUNDING: f64 = 1e-12;

/// An expectation and what became of it.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    /// What was expected.
    pub expect: &'a Expect,
    /// The strategy's name.
    pub strategy: &'a str,
    /// What was simulated.
    pub value: Option<f64>,
    /// Its interval, which luck alone leaves once in as many times as there are checks, divided by [`LUCK`].
    pub interval: Option<(f64, f64)>,
    /// Nothing if it holds, otherwise what does not.
    pub failure: Option<String>,
}

impl Finding<'_> {
    /// Whether the expectation holds.
    pub fn holds(&self) -> bool {
        self.failure.is_none()
    }
}

/// How many expectations of these scenarios are a matter of luck.
pub fn checks<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>) -> usize {
    let expects = scenarios.into_iter().flat_map(|scenario| &scenario.expects);
    expects.filter(|expect| expect.luck).count()
}

/// Every expectation of a scenario, held against the strategies that were played; one of so many [`checks`] made together,
/// among which [`LUCK`] is divided.
pub fn judge<'a>(scenario: &'a Scenario, played: &[Played], checks: usize) -> Vec<Finding<'a>> {
    let confidence = 1.0 - LUCK / checks.max(1) as f64;
    let rows: Vec<(usize, Vec<Row>)> = played
        .iter()
        .map(|played| (played.strategy, played.rows(confidence)))
        .collect();
    scenario
        .expects
        .iter()
        .filter_map(|expect| {
            let (_, rows) = rows
                .iter()
                .find(|(strategy, _)| *strategy == expect.strategy)?;
            let row = rows
                .iter()
                .find(|row| is_about(row, expect, &scenario.names));
            Some(Finding {
                expect,
                strategy: &scenario.strategies[expect.strategy].name,
                value: row.and_then(|row| row.value),
                interval: row.and_then(|row| row.interval),
                failure: failure(expect, row),
            })
        })
        .collect()
}

fn is_about(row: &Row, expect: &Expect, names: &Names) -> bool {
    row.measure.name() == expect.metric
        && row.statistic == expect.statistic
        && row.clock.is_none_or(|clock| clock == expect.clock)
        && place(row.scope, names) == (expect.scope.as_str(), expect.name.as_str())
}

fn failure(expect: &Expect, row: Option<&Row>) -> Option<String> {
    let Some(row) = row else {
        return Some("no such figure".to_owned());
    };
    let Some(value) = row.value else {
        return Some("nothing was counted".to_owned());
    };
    let difference = (value - expect.value).abs();
    let rounding = ROUNDING * value.abs().max(expect.value.abs());
    let exceeds = |bound: f64| difference > bound + rounding;
    if expect.luck {
        match row.interval {
            None => return Some("luck needs two replications".to_owned()),
            Some((low, high)) => {
                if expect.value < low - rounding || expect.value > high + rounding {
                    return Some("more than luck".to_owned());
                }
            }
        }
    }
    if let Some(relative) = expect.relative
        && exceeds(relative * expect.value.abs())
    {
        return Some(format!("off by more than {} %", 100.0 * relative));
    }
    if let Some(absolute) = expect.absolute
        && exceeds(absolute)
    {
        return Some(format!("off by more than {absolute}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Clock, Measure};
    use crate::metric::Scope;

    fn verdict(expected: f64, luck: bool, relative: Option<f64>, absolute: Option<f64>) -> bool {
        let expect = Expect {
            strategy: 0,
            scope: "all".to_owned(),
            name: String::new(),
            metric: "queue_wait".to_owned(),
            clock: Clock::Calendar,
            statistic: "mean".to_owned(),
            value: expected,
            luck,
            relative,
            absolute,
            source: String::new(),
            line: 1,
        };
        let row = Row {
            scope: Scope::All,
            measure: Measure::QueueWait,
            clock: Some(Clock::Calendar),
            statistic: "mean",
            value: Some(100.0),
            interval: Some((90.0, 110.0)),
            replications: 20,
        };
        assert!(is_about(&row, &expect, &Names::default()));
        failure(&expect, Some(&row)).is_none()
    }

    #[test]
    fn all_bounds_that_are_given_must_hold() {
        assert!(verdict(109.0, true, None, None));
        assert!(!verdict(111.0, true, None, None));
        assert!(verdict(101.0, true, Some(0.02), None));
        assert!(!verdict(109.0, true, Some(0.02), None));
        assert!(!verdict(111.0, true, Some(0.5), None));
        assert!(verdict(111.0, false, Some(0.5), None));
        assert!(verdict(101.0, false, None, Some(1.0)));
        assert!(!verdict(101.5, false, Some(0.5), Some(1.0)));
        assert!(verdict(100.0, true, Some(0.0), Some(0.0)));
    }
}
