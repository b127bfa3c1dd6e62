//! The figures as rows: `summary.csv`.

use std::io;

use serde::Serialize;

use super::Report;
use crate::experiment::place;
use crate::measure::{Kind, Measure, Unit};
use crate::metric::Row;
use crate::scenario::Names;

/// The columns of `summary.csv`.
pub const COLUMNS: [&str; 11] = [
    "strategy",
    "scope",
    "name",
    "metric",
    "clock",
    "statistic",
    "unit",
    "value",
    "ci_low",
    "ci_high",
    "replications",
];

/// Writes `summary.csv`. With a scenario's name before each row, several can stand in one table.
pub fn summary(report: &Report, with_scenario: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let scenario = with_scenario.then_some(report.scenario.name.as_str());
    for told in &report.strategies {
        for row in &told.rows {
            let figure = Figure::new(row, &report.scenario.names);
            let [value, low, high] = [figure.value, figure.ci_low, figure.ci_high].map(cell);
            let place = figure.place;
            let cells = [
                &told.strategy.name,
                place.scope,
                place.name,
                place.metric,
                place.clock.unwrap_or(""),
                place.statistic,
                place.unit,
                &value,
                &low,
                &high,
                &figure.replications.to_string(),
            ];
            csv.write_record(scenario.into_iter().chain(cells))
                .map_err(of_writing)?;
        }
    }
    csv.flush()
}

/// Writes the header of `summary.csv`.
pub fn header(with_scenario: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(
        with_scenario
            .then_some("scenario")
            .into_iter()
            .chain(COLUMNS),
    )
    .map_err(of_writing)?;
    csv.flush()
}

/// The error as the writer had it: a closed pipe must be seen to be one.
pub(super) fn of_writing(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A number in the fewest digits that give it back; an empty cell for none.
pub(super) fn cell(value: Option<f64>) -> String {
    // Adding 0 makes -0 a 0.
    value.map_or(String::new(), |value| (value + 0.0).to_string())
}

/// What a figure is about, as told.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Place<'a> {
    pub(super) scope: &'a str,
    pub(super) name: &'a str,
    pub(super) metric: &'a str,
    pub(super) clock: Option<&'a str>,
    pub(super) statistic: &'a str,
    pub(super) unit: &'a str,
}

impl<'a> Place<'a> {
    pub(super) fn new(row: &Row, names: &'a Names) -> Place<'a> {
        let (scope, name) = place(row.scope, names);
        Place {
            scope,
            name,
            metric: row.measure.name(),
            clock: row.clock.map(|clock| clock.name()),
            statistic: row.statistic,
            unit: unit(row.measure, row.statistic).name(),
        }
    }
}

/// One figure as told.
#[derive(Serialize)]
pub(super) struct Figure<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    value: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    replications: u32,
}

impl<'a> Figure<'a> {
    pub(super) fn new(row: &Row, names: &'a Names) -> Figure<'a> {
        Figure {
            place: Place::new(row, names),
            value: row.value,
            ci_low: row.interval.map(|(low, _)| low),
            ci_high: row.interval.map(|(_, high)| high),
            replications: row.replications,
        }
    }
}

/// What a figure is counted in: counts per hour are 1/h.
pub(super) fn unit(measure: Measure, statistic: &str) -> Unit {
    let entry = measure.entry();
    match (entry.kind, statistic) {
        (Kind::Count | Kind::Rate, "per_hour") => Unit::PerHour,
        _ => entry.unit,
    }
}
