//! Scenarios: TOML as written, made into what is meant.
//!
//! A text is read into a tree whose every value knows its place, overrides and presets are laid over it, and each
//! strategy's tables are read with their types, ranges and references. Every mistake is collected, with its place.
//! No file is opened here: the caller passes a function.

mod distributions;
mod document;
mod doubts;
mod fields;
mod files;
mod filled;
mod forecast;
mod hours;
mod instant;
mod names;
mod order;
mod planning;
pub mod presets;
mod problem;
mod read;
mod sheet;
mod tables;

#[cfg(test)]
mod tests;

pub use fields::duration;
pub use files::OpenFile;
pub use filled::{Filling, filled};
pub use forecast::{Expected, forecast};
pub use planning::{Over, ShiftDays, ShiftKind, Terms};
pub use problem::{Problem, Severity};
pub use read::{read, read_like};

use crate::measure::Clock;
use crate::route::Route;
use crate::time::Span;
use crate::world::Setup;

/// One question: who comes, who answers, and the strategies to compare.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file's name without `.toml`.
    pub name: String,
    /// `title`, or the file's name.
    pub title: String,
    /// `about`.
    pub about: String,
    /// The text as read, with the `--set` overrides of the command line beside it.
    pub text: String,
    /// The overrides given on the command line, in order (`PATH=VALUE`).
    pub overrides: Vec<String>,
    /// `[run]`.
    pub run: Run,
    /// The names behind the ids.
    pub names: Names,
    /// In file order.
    pub strategies: Vec<Strategy>,
    /// `[[expect]]`.
    pub expects: Vec<Expect>,
    /// `[plan]`.
    pub terms: Terms,
}

/// How a scenario is run (what of `[run]` does not concern the engine).
#[derive(Clone, Debug)]
pub struct Run {
    /// The first local date, at whose midnight (in `zone`) the run starts.
    pub start: jiff::civil::Date,
    /// The zone of the report.
    pub zone: jiff::tz::TimeZone,
    /// The length of an interval of the report.
    pub interval: Span,
    /// How many replications.
    pub replications: u32,
    /// The seed.
    pub seed: u64,
    /// The confidence of the intervals.
    pub confidence: f64,
    /// Which strategy the others are compared with, by position in `strategies`.
    pub baseline: usize,
    /// The currency of costs.
    pub currency: String,
}

/// The names behind the ids, each list in the order of the ids.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By [`crate::id::CustomersId`].
    pub customers: Vec<String>,
    /// By [`crate::id::ZoneId`] (IANA).
    pub zones: Vec<String>,
    /// By [`crate::id::TopicId`].
    pub topics: Vec<String>,
    /// By [`crate::id::ChannelId`].
    pub channels: Vec<String>,
    /// By [`crate::id::QueueId`].
    pub queues: Vec<String>,
    /// By [`crate::id::GroupId`].
    pub agents: Vec<String>,
    /// By [`crate::id::TargetId`].
    pub targets: Vec<String>,
}

/// A way to decide which channel conversations take.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// `as-is` without `[strategies]`.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// The tables with its overrides merged in.
    pub setup: Setup,
    /// Read from the top; the first that holds wins.
    pub routes: Vec<Route>,
}

/// A number that a run must reproduce.
#[derive(Clone, Debug)]
pub struct Expect {
    /// Position in `strategies`.
    pub strategy: usize,
    /// `all`, `customers`, `topic`, `channel`, `queue`, `agents` or `target`.
    pub scope: String,
    /// The name within the scope; empty for `all`.
    pub name: String,
    /// The measure's name.
    pub metric: String,
    /// The clock, for measures that have one.
    pub clock: Clock,
    /// `mean`, `p90`, ...
    pub statistic: String,
    /// In the measure's unit (seconds, shares, per hour, ...).
    pub value: f64,
    /// Whether luck alone may explain a difference (Student-t).
    pub luck: bool,
    /// The largest relative difference.
    pub relative: Option<f64>,
    /// The largest absolute difference, in the measure's unit.
    pub absolute: Option<f64>,
    /// Where the value is from.
    pub source: String,
    /// The line of the file it stands on.
    pub line: usize,
}
