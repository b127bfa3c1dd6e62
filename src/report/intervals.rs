//! The figures by interval: `intervals.csv`.

use std::io;

use super::summary::{cell, of_writing, unit_of};
use crate::calendar::Origin;
use crate::experiment::{Played, place};
use crate::scenario::Scenario;

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
pub fn intervals(
    scenario: &Scenario,
    played: &[Played],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let run = &scenario.run;
    let origin = Origin::midnight(run.start, &run.zone);
    let mut starts: Vec<String> = Vec::new();
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS).map_err(of_writing)?;
    for played in played {
        let strategy = &scenario.strategies[played.strategy].name;
        let Some(intervals) = played.pool.intervals() else {
            continue;
        };
        for series in intervals
            .series()
            .iter()
            .filter(|series| !series.is_blank())
        {
            let (scope, name) = place(series.scope, &scenario.names);
            let unit = unit_of(series.measure, series.statistic).name();
            for point in intervals.points(series, run.confidence) {
                // Every strategy has the same intervals.
                for bin in starts.len()..=point.bin {
                    starts.push(origin.iso(intervals.start(bin), &run.zone));
                }
                let interval = point.interval;
                csv.write_record([
                    strategy.as_str(),
                    starts[point.bin].as_str(),
                    scope,
                    name,
                    series.measure.name(),
                    series.clock.map_or("", |clock| clock.name()),
                    series.statistic,
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
