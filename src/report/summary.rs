//! The figures as rows: `summary.csv`, and the same as JSON.

use std::io;

use serde::Serialize;

use super::{Report, Told};
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
            let cells = [
                &told.strategy.name,
                figure.scope,
                figure.name,
                figure.metric,
                figure.clock.unwrap_or(""),
                figure.statistic,
                figure.unit,
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

/// One figure as told.
#[derive(Serialize)]
struct Figure<'a> {
    scope: &'a str,
    name: &'a str,
    metric: &'a str,
    clock: Option<&'a str>,
    statistic: &'a str,
    unit: &'a str,
    value: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    replications: u32,
}

impl<'a> Figure<'a> {
    fn new(row: &Row, names: &'a Names) -> Figure<'a> {
        let (scope, name) = place(row.scope, names);
        Figure {
            scope,
            name,
            metric: row.measure.name(),
            clock: row.clock.map(|clock| clock.name()),
            statistic: row.statistic,
            unit: unit_of(row.measure, row.statistic).name(),
            value: row.value,
            ci_low: row.interval.map(|(low, _)| low),
            ci_high: row.interval.map(|(_, high)| high),
            replications: row.replications,
        }
    }
}

/// What a figure is counted in: counts per hour are 1/h.
pub(super) fn unit_of(measure: Measure, statistic: &str) -> Unit {
    let entry = measure.entry();
    match (entry.kind, statistic) {
        (Kind::Count | Kind::Rate, "per_hour") => Unit::PerHour,
        _ => entry.unit,
    }
}

#[derive(Serialize)]
struct Whole<'a> {
    scenario: &'a str,
    title: &'a str,
    about: &'a str,
    seed: u64,
    replications: u32,
    confidence: f64,
    currency: &'a str,
    strategies: Vec<OfStrategy<'a>>,
}

#[derive(Serialize)]
struct OfStrategy<'a> {
    strategy: &'a str,
    about: &'a str,
    targets: Vec<Judged<'a>>,
    figures: Vec<Figure<'a>>,
}

/// What became of a target, as told.
#[derive(Serialize)]
pub(super) struct Judged<'a> {
    target: &'a str,
    share: f64,
    value: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    met: Option<bool>,
}

impl<'a> Judged<'a> {
    /// All targets of a strategy.
    pub(super) fn all(told: &Told, names: &'a Names) -> Vec<Judged<'a>> {
        let judged = |(id, kept): (crate::id::TargetId, Option<super::Kept>)| {
            let kept = kept?;
            Some(Judged {
                target: &names.targets[id.index()],
                share: kept.share,
                value: kept.value,
                ci_low: kept.interval.map(|(low, _)| low),
                ci_high: kept.interval.map(|(_, high)| high),
                met: kept.met(),
            })
        };
        told.targets().filter_map(judged).collect()
    }
}

/// Writes the same figures of several scenarios as a JSON array, one object each.
pub fn json(reports: &[Report], out: &mut dyn io::Write) -> io::Result<()> {
    let whole: Vec<Whole> = reports.iter().map(Whole::new).collect();
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    out.write_all(b"\n")
}

impl<'a> Whole<'a> {
    fn new(report: &'a Report) -> Whole<'a> {
        let scenario = report.scenario;
        let names = &scenario.names;
        let of_strategy = |told: &'a Told| OfStrategy {
            strategy: &told.strategy.name,
            about: &told.strategy.about,
            targets: Judged::all(told, names),
            figures: told
                .rows
                .iter()
                .map(|row| Figure::new(row, names))
                .collect(),
        };
        Whole {
            scenario: &scenario.name,
            title: &scenario.title,
            about: &scenario.about,
            seed: scenario.run.seed,
            replications: scenario.run.replications,
            confidence: scenario.run.confidence,
            currency: &scenario.run.currency,
            strategies: report.strategies.iter().map(of_strategy).collect(),
        }
    }
}
