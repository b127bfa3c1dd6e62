//! The strategy table on the console: one block a strategy, in units for people, within 80 columns.

use std::fmt::Write;
use std::ops::RangeInclusive;

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::basis::{basis, labelled};
use super::targets::{sentences, targets};
use super::units::Quantity;
use super::{Report, Told};
use crate::measure::{Kind, Measure};
use crate::metric::Row;
use crate::scenario::Strategy;

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

/// Of so many strategies each has a line for the tails, too.
const TALL: usize = 6;

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
    paragraph(&mut text, &scenario.about);
    let strategies: Vec<&Strategy> = report.strategies.iter().map(|told| told.strategy).collect();
    let basis = basis(scenario, &strategies);
    let _ = write!(text, "\n{}\n", labelled(&basis, usize::from(WIDTH)));
    let columns = columns(report);
    text += &blocks(report, &columns, paint);
    paragraph(&mut text, &legend(report, &columns));
    let targets = targets(report, paint);
    if !targets.is_empty() {
        let _ = write!(text, "\n{targets}");
    }
    let mut verdict = String::new();
    paragraph(&mut verdict, &format!("Verdict: {}", sentences(report)));
    let _ = write!(
        text,
        "\n{}",
        verdict.replacen("Verdict:", &paint.title("Verdict:"), 1)
    );
    text
}

/// A block of lines for each strategy.
fn blocks(report: &Report, columns: &[&Column], paint: Paint) -> String {
    let mut table = plain_table();
    let header = columns.iter().map(|column| {
        let currency = &report.scenario.run.currency;
        column.header.replace("MONEY", currency)
    });
    table.set_header(std::iter::once(String::new()).chain(header));
    for told in &report.strategies {
        block(&mut table, told, columns, report.strategies.len() <= TALL);
    }
    right(&mut table, 1..=columns.len(), CellAlignment::Right);
    let mut text = String::new();
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

    fn quantity(&self) -> Quantity {
        match self.shows {
            Shows::Ends(_) => Quantity::Share,
            Shows::Figure(measure, statistic) => Quantity::of(measure.entry().unit, statistic),
        }
    }
}

/// Half of a figure's interval.
fn half(row: Option<&Row>) -> Option<f64> {
    let (low, high) = row?.interval?;
    Some((high - low) / 2.0)
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

/// A strategy's lines: means and shares, half of their intervals, and (if `tall`) what nine of ten stay below.
fn block(table: &mut Table, told: &Told, columns: &[&Column], tall: bool) {
    let mut line = |name: &str, cells: &dyn Fn(&Column) -> Option<String>, otherwise: &str| {
        let cells = columns
            .iter()
            .map(|column| cells(column).unwrap_or_else(|| otherwise.to_owned()));
        let cells: Vec<String> = std::iter::once(name.to_owned()).chain(cells).collect();
        table.add_row(cells);
    };
    line(NAME, &|_| None, "");
    let mean = |column: &Column| {
        let value = column.value(told)?;
        Some(column.quantity().value(value, half(column.row(told))))
    };
    line(" mean", &mean, NOTHING);
    let spread = |column: &Column| {
        let half = half(column.row(told))?;
        Some(column.quantity().half(column.value(told)?, half))
    };
    if columns.iter().any(|column| spread(column).is_some()) {
        line(" ±", &spread, "");
    }
    let tail = |column: &Column| match column.shows {
        Shows::Figure(measure, _) if measure.entry().kind == Kind::Duration => {
            let row = told.of_all(measure, "p90");
            let value = row.and_then(|row| row.value);
            Some(value.map_or_else(
                || NOTHING.to_owned(),
                |value| Quantity::Duration.value(value, half(row)),
            ))
        }
        _ => None,
    };
    if tall {
        line(" 9 in 10", &tail, "");
    }
}

/// Stands for a strategy's name, which takes the whole line rather than make the first column wide.
const NAME: &str = "#";

/// Where nothing was counted.
const NOTHING: &str = "-";

/// How the table is read.
fn legend(report: &Report, columns: &[&Column]) -> String {
    let run = &report.scenario.run;
    let mut text = String::new();
    if run.replications > 1 {
        let confidence = (1e6 * run.confidence).round() / 1e4;
        let _ = write!(text, "±: half of the {confidence}% interval. ");
    }
    if report.strategies.len() <= TALL {
        text += "9 in 10 stay within the last line. ";
    }
    text += "Busy: occupancy. Solved and the ends beside it: of all attempts (openings, and returns after a failure).";
    for meaning in columns.iter().map(|column| column.meaning) {
        if !meaning.is_empty() {
            let _ = write!(text, " {meaning}");
        }
    }
    text
}

/// Adds a paragraph.
pub(super) fn paragraph(text: &mut String, words: &str) {
    for line in wrap(words, usize::from(WIDTH)) {
        let _ = writeln!(text, "{line}");
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
