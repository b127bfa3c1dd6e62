//! The figures by interval: `intervals.csv`.

use std::io;

use super::Report;
use super::summary::{cell, of_writing, unit};
use crate::calendar::Origin;
use crate::experiment::place;

/// `start` is that of the interval, or of the first of those told as one, in local time with its offset.
const COLUMNS: [&str; 11] = [
    "strategy",
    "start",
    "scope",
    "name",
    "metric",
    "clock",
    "statistic",
    "unit",
    "value",
    "ci_low",
    "ci_high",
];

/// Writes `intervals.csv`: figure by figure, each over its intervals. A figure that is nothing or 0 throughout has no
/// rows.
pub fn intervals(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let run = &report.scenario.run;
    let origin = Origin::midnight(run.start, &run.zone);
    let mut starts: Vec<String> = Vec::new();
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS).map_err(of_writing)?;
    for told in &report.strategies {
        let Some(intervals) = told.played.pool.intervals() else {
            continue;
        };
        for series in intervals
            .series()
            .iter()
            .filter(|series| !series.is_blank())
        {
            let key = series.key;
            let (scope, name) = place(key.scope, &report.scenario.names);
            let unit = unit(key.measure, key.statistic).name();
            for point in intervals.points(series, run.confidence) {
                // Every strategy has the same intervals.
                for bin in starts.len()..=point.bin {
                    starts.push(origin.iso(intervals.start(bin), &run.zone));
                }
                let interval = point.interval;
                csv.write_record([
                    told.strategy.name.as_str(),
                    starts[point.bin].as_str(),
                    scope,
                    name,
                    key.measure.name(),
                    key.clock.map_or("", |clock| clock.name()),
                    key.statistic,
                    unit,
                    &cell(point.value),
                    &cell(interval.map(|(low, _)| low)),
                    &cell(interval.map(|(_, high)| high)),
                ])
                .map_err(of_writing)?;
            }
        }
    }
    csv.flush()
}
