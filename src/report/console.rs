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
    for line in wrap(&basis(scenario, &columns), usize::from(WIDTH)) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A column of the table.
struct Column {
    header: &'static str,
    shows: Shows,
    /// What the footnote says of it, if anything.
    meaning: &'static str,
}

/// What a column shows of a strategy.
#[derive(Clone, Copy)]
enum Shows {
    /// A figure as it is.
    Figure(Measure, &'static str),
    /// Attempts that ended in one of these ways, of all attempts: such columns add up to 1.
    Ends(&'static [Measure]),
}

const COLUMNS: &[Column] = &[
    duration("First\nresponse", Measure::FirstResponseTime),
    duration("Solved\nafter", Measure::ResolutionTime),
    duration("Customer\nheld", Measure::CustomerHeldTime),
    Column {
        header: "Busy",
        shows: Shows::Figure(Measure::Occupancy, "share"),
        meaning: "",
    },
    Column {
        header: "Solved",
        shows: Shows::Ends(&[Measure::Resolved]),
        meaning: "",
    },
    Column {
        header: "Gave\nup",
        shows: Shows::Ends(&[
            Measure::Abandoned,
            Measure::SilentlyAbandoned,
            Measure::BrokeOff,
        ]),
        meaning: "Gave up: while held, or rather than queue.",
    },
    Column {
        header: "Left",
        shows: Shows::Ends(&[Measure::Left, Measure::TimedOut]),
        meaning: "Left: while released, or silent for too long.",
    },
    Column {
        header: "Turned\naway",
        shows: Shows::Ends(&[Measure::Rejected]),
        meaning: "",
    },
    Column {
        header: "Still\nopen",
        shows: Shows::Ends(&[Measure::Unresolved]),
        meaning: "Still open: when the run ended.",
    },
    Column {
        header: "MONEY per\nsolved",
        shows: Shows::Figure(Measure::CostPerResolved, "mean"),
        meaning: "",
    },
];

const fn duration(header: &'static str, measure: Measure) -> Column {
    Column {
        header,
        shows: Shows::Figure(measure, "mean"),
        meaning: "",
    }
}

impl Column {
    fn value(&self, told: &Told) -> Option<f64> {
        match self.shows {
            Shows::Figure(measure, statistic) => told.of_all(measure, statistic)?.value,
            Shows::Ends(ends) => {
                let total = |measure| told.of_all(measure, "total").and_then(|row| row.value);
                let ended: f64 = ends.iter().filter_map(|end| total(*end)).sum();
                total(Measure::Attempts)
                    .filter(|attempts| *attempts > 0.0)
                    .map(|attempts| ended / attempts)
            }
        }
    }

    /// The figure whose interval is the column's; a sum of several ends has none.
    fn row<'a>(&self, told: &'a Told) -> Option<&'a Row> {
        match self.shows {
            Shows::Figure(measure, statistic) => told.of_all(measure, statistic),
            Shows::Ends([Measure::Rejected]) => told.of_all(Measure::Rejection, "share"),
            Shows::Ends(_) => None,
        }
    }

    fn amount(&self, value: f64) -> String {
        let unit = match self.shows {
            Shows::Ends(_) | Shows::Figure(_, "share") => return percent(value).replace(' ', ""),
            Shows::Figure(measure, _) => measure.entry().unit,
        };
        match unit {
            Unit::Seconds => short(Span::from_seconds(to_milliseconds(value))),
            _ => format!("{value:.2}"),
        }
    }

    fn shown(&self, value: Option<f64>) -> String {
        value.map_or_else(|| NOTHING.to_owned(), |value| self.amount(value))
    }
}

/// The columns worth their width: ends that nobody came to and no costs are left out, solved ones never.
fn columns(report: &Report) -> Vec<&'static Column> {
    let matters = |column: &&Column| {
        let optional = match column.shows {
            Shows::Figure(measure, _) => measure == Measure::CostPerResolved,
            Shows::Ends(ends) => ends != [Measure::Resolved],
        };
        let some = |told: &Told| column.value(told).is_some_and(|value| value > 0.0);
        !optional || report.strategies.iter().any(some)
    };
    COLUMNS.iter().filter(matters).collect()
}

/// A strategy's lines: means and shares, half of their intervals, and what nine of ten stay below.
fn block(table: &mut Table, told: &Told, columns: &[&Column]) {
    let line = |name: &str, cells: Vec<String>| std::iter::once(name.to_owned()).chain(cells);
    let values = columns
        .iter()
        .map(|column| column.shown(column.value(told)));
    table.add_row([NAME]);
    table.add_row(line(" mean", values.collect()));
    let intervals: Vec<Option<(f64, f64)>> = columns
        .iter()
        .map(|column| column.row(told).and_then(|row| row.interval))
        .collect();
    if intervals.iter().any(Option::is_some) {
        let half = |(column, interval): (&&Column, &Option<(f64, f64)>)| {
            interval.map_or(String::new(), |(low, high)| {
                column.amount((high - low) / 2.0)
            })
        };
        let give = columns.iter().zip(&intervals).map(half);
        table.add_row(line(" ±", give.collect()));
    }
    let tail = |column: &&Column| match column.shows {
        Shows::Figure(measure, _) if measure.entry().kind == Kind::Duration => {
            column.shown(told.of_all(measure, "p90").and_then(|row| row.value))
        }
        _ => String::new(),
    };
    table.add_row(line(" 9 in 10", columns.iter().map(tail).collect()));
}

/// Stands for a strategy's name, which takes the whole line rather than make the first column wide.
const NAME: &str = "#";

/// Where nothing was counted.
const NOTHING: &str = "-";

/// A length of time without its blanks inside: `1h 30m`.
fn short(span: Span) -> String {
    let mut text = String::new();
    for (place, word) in span.to_string().split(' ').enumerate() {
        if place > 0 && place % 2 == 0 {
            text.push(' ');
        }
        text.push_str(if word == "min" { "m" } else { word });
    }
    text
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
fn basis(scenario: &Scenario, columns: &[&Column]) -> String {
    let run = &scenario.run;
    let mut text = match run.replications {
        1 => format!(
            "1 replication of each strategy, seed {}: no intervals.",
            run.seed
        ),
        replications => format!(
            "{replications} replications of each strategy, seed {}; ± is half of the {} % interval.",
            run.seed,
            (1e6 * run.confidence).round() / 1e4
        ),
    };
    let of = "9 in 10 stay within the last line. Busy: occupancy. Solved and the \
              ends beside it: of all attempts (openings, and returns after a failure); they add up to 100 %.";
    for part in std::iter::once(of).chain(columns.iter().map(|column| column.meaning)) {
        if !part.is_empty() {
            let _ = write!(text, " {part}");
        }
    }
    text
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
