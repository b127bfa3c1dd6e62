//! How durations are distributed: `distributions.csv`.

use std::io;

use super::Report;
use super::summary::{cell, of_writing};
use crate::experiment::place;

const COLUMNS: [&str; 8] = [
    "strategy", "scope", "name", "metric", "clock", "from", "to", "count",
];

/// Writes `distributions.csv`: how many durations of all replications were at least `from` and less than `to` \[s\].
pub fn distributions(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS).map_err(of_writing)?;
    for told in &report.strategies {
        for (scope, measure, clock, durations) in told.played.pool.durations() {
            let (scope, name) = place(scope, &report.scenario.names);
            for (from, to, count) in durations.sizes.coarse() {
                csv.write_record([
                    told.strategy.name.as_str(),
                    scope,
                    name,
                    measure.name(),
                    clock.map_or("", |clock| clock.name()),
                    &cell(Some(from.seconds())),
                    &cell(Some(to.seconds())),
                    &count.to_string(),
                ])
                .map_err(of_writing)?;
            }
        }
    }
    csv.flush()
}
