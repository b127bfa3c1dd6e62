//! The strategy table on the console: one block a strategy, in units for people, within 80 columns.

use std::fmt::Write;
use std::ops::RangeInclusive;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::{Kept, Report, Told};
use crate::id::TargetId;
use crate::measure::{Measure, Unit};
use crate::metric::Row;
use crate::scenario::{Names, Scenario};
use crate::time::Span;
use crate::world::Target;

/// Nobody's terminal is narrower.
const WIDTH: u16 = 80;

/// Colour where it is wanted, plain text elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint(pub bool);

impl Paint {
    /// What is as it should be.
    pub fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    /// What is not.
    pub fn bad(self, text: &str) -> String {
        self.with("31", text)
    }

    /// What a block is about.
    pub fn title(self, text: &str) -> String {
        self.with("1", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// A table without lines, but for one under its header.
pub(super) fn plain_table() -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('-')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH);
    table
}

/// Aligns some columns, and sets all closer.
pub(super) fn right(table: &mut Table, columns: RangeInclusive<usize>, alignment: CellAlignment) {
    let count = table.column_count();
    for (number, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if number + 1 == count { 0 } else { 1 }));
        if columns.contains(&number) {
            column.set_cell_alignment(alignment);
        }
    }
}

/// What each strategy costs in waiting, in time held, in staff and in money; and which targets it keeps.
pub fn table(report: &Report, paint: Paint) -> String {
    let scenario = report.scenario;
    let mut text = format!("{}\n", paint.title(&scenario.title));
    for line in wrap(&scenario.about, usize::from(WIDTH)) {
        let _ = writeln!(text, "{line}");
    }
    text.push('\n');
    let mut table = plain_table();
    table.set_header([
        "Strategy",
        "First\nresponse",
        "Solved\nafter",
        "Customer\nheld",
        "Busy",
        "Solved",
        "Gave up",
        "Cost per\nsolved",
    ]);
    for told in &report.strategies {
        block(&mut table, told, &scenario.run.currency);
    }
    right(&mut table, 1..=7, CellAlignment::Right);
    let _ = writeln!(text, "{}", table.trim_fmt());
    targets(&mut text, report, paint);
    text.push('\n');
    for line in wrap(&basis(scenario), usize::from(WIDTH)) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A strategy's lines: means and shares, half of their intervals, and what nine of ten stay below.
fn block(table: &mut Table, told: &Told, currency: &str) {
    let durations = [
        Measure::FirstResponseTime,
        Measure::ResolutionTime,
        Measure::CustomerHeldTime,
    ];
    let means = durations.map(|measure| told.of_all(measure, "mean"));
    let ratios = [
        told.of_all(Measure::Occupancy, "share"),
        None,
        told.of_all(Measure::Abandonment, "share"),
        told.of_all(Measure::CostPerResolved, "mean"),
    ];
    let figures = means.into_iter().chain(ratios);
    let mut value: Vec<String> = figures.clone().map(|row| shown(row, currency)).collect();
    value[4] = resolved(told);
    table.add_row(std::iter::once(told.strategy.name.clone()).chain(value));
    let give = figures.map(half_width);
    if means
        .iter()
        .any(|row| row.is_some_and(|row| row.interval.is_some()))
    {
        table.add_row(std::iter::once("  ±".to_owned()).chain(give));
    }
    let tails = durations.map(|measure| shown(told.of_all(measure, "p90"), currency));
    if tails.iter().any(|tail| tail != NOTHING) {
        let rest = (0..4).map(|_| String::new());
        table.add_row(
            std::iter::once("  90 % within".to_owned())
                .chain(tails)
                .chain(rest),
        );
    }
}

/// Where nothing was counted.
const NOTHING: &str = "-";

fn shown(row: Option<&Row>, currency: &str) -> String {
    let Some((row, value)) = row.and_then(|row| Some((row, row.value?))) else {
        return NOTHING.to_owned();
    };
    match row.measure.entry().unit {
        Unit::Money => format!("{value:.2} {currency}"),
        _ => amount(row, value),
    }
}

fn amount(row: &Row, value: f64) -> String {
    match (row.measure.entry().unit, row.statistic) {
        (Unit::Seconds, _) => Span::from_seconds(value).to_string(),
        (Unit::Money, _) => format!("{value:.2}"),
        (_, "share") => percent(value),
        _ => format!("{value:.2}"),
    }
}

fn half_width(row: Option<&Row>) -> String {
    row.and_then(|row| {
        let (low, high) = row.interval?;
        Some(amount(row, (high - low) / 2.0))
    })
    .unwrap_or_default()
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// Resolved of those who opened: whatever the end of the others.
fn resolved(told: &Told) -> String {
    let total = |measure| told.of_all(measure, "total").and_then(|row| row.value);
    match (total(Measure::Resolved), total(Measure::Opened)) {
        (Some(resolved), Some(opened)) if opened > 0.0 => percent(resolved / opened),
        _ => NOTHING.to_owned(),
    }
}

fn targets(text: &mut String, report: &Report, paint: Paint) {
    let names = &report.scenario.names;
    let widest = report
        .strategies
        .iter()
        .map(|told| told.strategy.name.chars().count())
        .max()
        .unwrap_or(0);
    for (position, name) in names.targets.iter().enumerate() {
        let id = TargetId::from(position);
        let mut wish = None;
        let mut lines = String::new();
        for told in &report.strategies {
            let Some((_, Some(kept))) = told.targets().find(|(other, _)| *other == id) else {
                continue;
            };
            let target = &told.strategy.setup.targets[position];
            wish.get_or_insert_with(|| wished(target, names));
            let strategy = &told.strategy.name;
            let _ = writeln!(lines, "  {strategy:<widest$}  {}", verdict(&kept, paint));
        }
        if let Some(wish) = wish {
            let _ = write!(text, "\nTarget {name}: {wish}\n{lines}");
        }
    }
}

fn wished(target: &Target, names: &Names) -> String {
    let mut wish = format!(
        "{} of {} within {}",
        percent(target.share).replace(".0 %", " %"),
        target.metric.name(),
        target.within
    );
    let whose = [
        target.customers.map(|id| &names.customers[id.index()]),
        target.topic.map(|id| &names.topics[id.index()]),
        target.channel.map(|id| &names.channels[id.index()]),
        target.queue.map(|id| &names.queues[id.index()]),
    ];
    for name in whose.into_iter().flatten() {
        let _ = write!(wish, ", {name}");
    }
    wish
}

fn verdict(kept: &Kept, paint: Paint) -> String {
    let Some(value) = kept.value else {
        return "about nobody".to_owned();
    };
    let give = kept.interval.map_or(String::new(), |(low, high)| {
        format!(" ± {}", percent((high - low) / 2.0))
    });
    let met = match kept.met() {
        Some(true) => paint.good("met"),
        _ => paint.bad("missed"),
    };
    format!("{:>7}{give}  {met}", percent(value))
}

/// What the numbers rest on.
fn basis(scenario: &Scenario) -> String {
    let run = &scenario.run;
    match run.replications {
        1 => format!(
            "1 replication of each strategy, seed {}: no intervals.",
            run.seed
        ),
        replications => format!(
            "{replications} replications of each strategy, seed {}; ± is half of the {} % interval. \
             \"Busy\" is occupancy; \"Gave up\" are those who left while held, of those admitted.",
            run.seed,
            (1e6 * run.confidence).round() / 1e4
        ),
    }
}

/// Lines of whole words.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
