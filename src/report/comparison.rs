//! The strategies against the baseline: `comparison.csv`, and the same as JSON.

use std::io;

use serde::Serialize;

use super::Report;
use super::summary::{Place, cell, of_writing};
use crate::experiment::Difference;
use crate::scenario::Names;

const COLUMNS: [&str; 13] = [
    "baseline",
    "strategy",
    "scope",
    "name",
    "metric",
    "clock",
    "statistic",
    "unit",
    "difference",
    "ci_low",
    "ci_high",
    "p_value",
    "better",
];

/// Writes `comparison.csv`; only its header if the baseline was not played, or nothing else was.
pub fn comparison(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS).map_err(of_writing)?;
    for told in &report.strategies {
        for difference in &told.differences {
            let compared = Compared::new(difference, &report.scenario.names);
            let place = compared.place;
            let numbers = [compared.difference, compared.ci_low, compared.ci_high];
            let [difference, low, high] = numbers.map(cell);
            let p_value = compared.p_value.map_or(String::new(), probability);
            csv.write_record([
                report.baseline_name(),
                &told.strategy.name,
                place.scope,
                place.name,
                place.metric,
                place.clock.unwrap_or(""),
                place.statistic,
                place.unit,
                &difference,
                &low,
                &high,
                &p_value,
                compared.better.unwrap_or(""),
            ])
            .map_err(of_writing)?;
        }
    }
    csv.flush()
}

/// Very small ones without their many zeros.
fn probability(value: f64) -> String {
    if value > 0.0 && value < 1e-4 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// A difference as told.
#[derive(Serialize)]
pub(super) struct Compared<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    difference: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    p_value: Option<f64>,
    better: Option<&'static str>,
}

impl<'a> Compared<'a> {
    pub(super) fn new(difference: &Difference, names: &'a Names) -> Compared<'a> {
        let row = &difference.row;
        Compared {
            place: Place::new(row, names),
            difference: row.value,
            ci_low: row.interval.map(|(low, _)| low),
            ci_high: row.interval.map(|(_, high)| high),
            p_value: difference.p_value,
            better: difference.better.map(|side| side.name()),
        }
    }
}
