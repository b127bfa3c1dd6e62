//! Each replication's figures on their own: `replications.csv`.

use std::io;

use super::Report;
use super::summary::{cell, of_writing};
use crate::experiment::place;

const COLUMNS: [&str; 8] = [
    "strategy",
    "replication",
    "scope",
    "name",
    "metric",
    "clock",
    "statistic",
    "value",
];

/// Writes `replications.csv`: by strategy, then by replication (from 1), the figures in the order of `summary.csv`.
pub fn replications(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS).map_err(of_writing)?;
    for told in &report.strategies {
        let pool = &told.played.pool;
        for number in 0..pool.replications() {
            let replication = (number + 1).to_string();
            for (key, value) in pool.replication(number as usize) {
                let (scope, name) = place(key.scope, &report.scenario.names);
                csv.write_record([
                    told.strategy.name.as_str(),
                    &replication,
                    scope,
                    name,
                    key.measure.name(),
                    key.clock.map_or("", |clock| clock.name()),
                    key.statistic,
                    &cell(value),
                ])
                .map_err(of_writing)?;
            }
        }
    }
    csv.flush()
}
