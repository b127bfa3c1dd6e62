//! The strategy table on the console: one block a strategy, in units for people, within 80 columns.

use std::fmt::Write;
use std::ops::RangeInclusive;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::{Kept, Report, Told};
use crate::id::TargetId;
use crate::measure::{Kind, Measure, Unit};
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
    let columns = columns(report);
    let mut table = plain_table();
    let header = columns.iter().map(|column| {
        let currency = &scenario.run.currency;
        column.header.replace("MONEY", currency)
    });
    table.set_header(std::iter::once(String::new()).chain(header));
    for told in &report.strategies {
        block(&mut table, told, &columns);
    }
    right(&mut table, 1..=columns.len(), CellAlignment::Right);
    let mut strategies = report.strategies.iter();
    for line in table.trim_fmt().lines() {
        let line = match (line, strategies.as_slice()) {
            (NAME, [told, ..]) => {
                strategies.next();
                paint.title(&told.strategy.name)
            }
            _ => line.to_owned(),
        };
        let _ = writeln!(text, "{line}");
    }
    targets(&mut text, report, paint);
    text.push('\n');
    for line in wrap(&basis(scenario), usize::from(WIDTH)) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A column of the table.
struct Column {
    header: &'static str,
    measure: Measure,
    statistic: &'static str,
}

const COLUMNS: &[Column] = &[
    column("First\nresponse", Measure::FirstResponseTime, "mean"),
    column("Solved\nafter", Measure::ResolutionTime, "mean"),
    column("Customer\nheld", Measure::CustomerHeldTime, "mean"),
    column("Busy", Measure::Occupancy, "share"),
    column("Solved", Measure::Resolved, "total"),
    column("Gave\nup", Measure::Abandonment, "share"),
    column("Turned\naway", Measure::Rejection, "share"),
    column("MONEY per\nsolved", Measure::CostPerResolved, "mean"),
];

const fn column(header: &'static str, measure: Measure, statistic: &'static str) -> Column {
    Column {
        header,
        measure,
        statistic,
    }
}

/// The columns worth their width: nobody turned away and no costs are left out.
fn columns(report: &Report) -> Vec<&'static Column> {
    let matters = |column: &&Column| {
        let optional = matches!(
            column.measure,
            Measure::Rejection | Measure::CostPerResolved
        );
        let some = |told: &Told| {
            let row = told.of_all(column.measure, column.statistic);
            row.and_then(|row| row.value)
                .is_some_and(|value| value > 0.0)
        };
        !optional || report.strategies.iter().any(some)
    };
    COLUMNS.iter().filter(matters).collect()
}

/// A strategy's lines: means and shares, half of their intervals, and what nine of ten stay below.
fn block(table: &mut Table, told: &Told, columns: &[&Column]) {
    let rows: Vec<Option<&Row>> = columns
        .iter()
        .map(|column| match column.measure {
            // A count is shown as a share of those who opened, which has no interval of its own.
            Measure::Resolved => None,
            measure => told.of_all(measure, column.statistic),
        })
        .collect();
    let value = |(column, row): (&&Column, &Option<&Row>)| match column.measure {
        Measure::Resolved => resolved(told),
        _ => shown(*row),
    };
    let line = |name: &str, cells: Vec<String>| std::iter::once(name.to_owned()).chain(cells);
    let values = columns.iter().zip(&rows).map(value).collect();
    table.add_row([NAME]);
    table.add_row(line("  mean", values));
    if rows.iter().flatten().any(|row| row.interval.is_some()) {
        let give = rows.iter().map(|row| half_width(*row)).collect();
        table.add_row(line("  ±", give));
    }
    let tail = |column: &&Column| match column.measure.entry().kind {
        Kind::Duration => shown(told.of_all(column.measure, "p90")),
        _ => String::new(),
    };
    table.add_row(line("  9 in 10", columns.iter().map(tail).collect()));
}

/// Stands for a strategy's name, which takes the whole line rather than make the first column wide.
const NAME: &str = "#";

/// Where nothing was counted.
const NOTHING: &str = "-";

fn shown(row: Option<&Row>) -> String {
    row.and_then(|row| Some(amount(row, row.value?)))
        .unwrap_or_else(|| NOTHING.to_owned())
}

fn amount(row: &Row, value: f64) -> String {
    match (row.measure.entry().unit, row.statistic) {
        (Unit::Seconds, _) => Span::from_seconds(to_milliseconds(value)).to_string(),
        (_, "share") => percent(value).replace(' ', ""),
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

/// Less than a millisecond does not matter to people.
fn to_milliseconds(seconds: f64) -> f64 {
    if seconds < 1.0 {
        (seconds * 1e3).round() / 1e3
    } else {
        seconds
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// Resolved of those who opened: whatever the end of the others.
fn resolved(told: &Told) -> String {
    let total = |measure| told.of_all(measure, "total").and_then(|row| row.value);
    match (total(Measure::Resolved), total(Measure::Opened)) {
        (Some(resolved), Some(opened)) if opened > 0.0 => {
            percent(resolved / opened).replace(' ', "")
        }
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
             9 in 10 stay within the third line. Busy: occupancy. Solved: of all opened. \
             Gave up: left while held, of all admitted.",
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
