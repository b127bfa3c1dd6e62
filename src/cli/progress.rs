//! How far it is, on stderr; and Ctrl-C.

use std::io::{self, IsTerminal};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, say};
use crate::experiment::{Experiment, Progress};
use crate::plan::Watch;
use crate::time::Span;

/// Somebody pressed Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

/// Whether somebody pressed Ctrl-C.
fn stopped() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// The first Ctrl-C stops after the running replications, the second at once.
pub(super) fn listen() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
        say(format_args!(
            "\nstopping after the running replications; Ctrl-C again to stop at once"
        ));
    })
    .map_err(|error| Failure::Failed(format!("cannot listen for Ctrl-C: {error}")))
}

/// Conversations that a thread plays in a second, roughly: a few turns each.
const PER_SECOND: f64 = 4e5;

/// What takes longer than this is said before it starts.
const LONG: Span = Span(Span::MINUTE.0 * 10);

/// Bytes that an interval of a strategy takes in memory, and again in `intervals.csv`, roughly: with few queues and
/// groups of agents; more take more.
const PER_INTERVAL: f64 = 7e3;

/// What takes more bytes than this is said before it starts.
const LARGE: f64 = 1e9;

/// Says how long it is going to take, if that is long, and how much room, if that is much.
pub(super) fn foretell(scenario: &str, experiment: &Experiment, threads: usize) {
    let told = [takes_long(experiment, threads), takes_room(experiment)];
    for told in told.into_iter().flatten() {
        say(format_args!("{scenario}: {told}"));
    }
}

fn takes_long(experiment: &Experiment, threads: usize) -> Option<String> {
    let conversations = experiment.conversations();
    let seconds = conversations / PER_SECOND / threads as f64;
    if seconds <= LONG.seconds() {
        return None;
    }
    // Beyond what a length of time can hold it does not matter how far.
    let time = Span::from_seconds(seconds.min(1e9));
    let size = experiment.size();
    Some(format!(
        "{conversations:.1e} conversations in {size} runs may take {time} or more; fewer --replications, a shorter \
         run.length or fewer arrivals take less"
    ))
}

fn takes_room(experiment: &Experiment) -> Option<String> {
    let intervals = experiment.intervals();
    let bytes = intervals as f64 * PER_INTERVAL;
    (bytes > LARGE).then(|| {
        format!(
            "figures by {intervals} intervals may take {:.0} GB of memory, and as much in intervals.csv, or more; a \
             longer run.interval, a shorter run.length or no --all-intervals take less",
            bytes / 1e9
        )
    })
}

/// A pool with this many threads, or one per core.
pub(super) fn pool(threads: Option<usize>) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .map_err(|error| Failure::Failed(format!("cannot start threads: {error}")))
}

/// The bar's line, with what it says to be left.
fn style(left: &str) -> ProgressStyle {
    let line = format!("{{msg}} {{bar:30}} {{pos}}/{{len}} runs, {left} left");
    ProgressStyle::with_template(&line).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A bar on a terminal; elsewhere a line at the start and one at the end, unless it is to be quiet.
struct Told {
    bar: ProgressBar,
    /// Whose work it is, where lines are told instead of a bar.
    lines: Option<String>,
    started: Instant,
}

impl Told {
    fn new(name: &str, quiet: bool, bar: impl FnOnce() -> ProgressBar, start: &str) -> Told {
        let terminal = io::stderr().is_terminal();
        let shown = terminal && !quiet;
        let bar = if shown { bar() } else { ProgressBar::hidden() };
        if shown {
            // A replication may take minutes; the clock goes on meanwhile.
            bar.enable_steady_tick(Duration::from_millis(500));
        }
        let lines = (!quiet && !terminal).then(|| name.to_owned());
        if let Some(name) = &lines {
            say(format_args!("{name}: {start}"));
        }
        Told {
            bar,
            lines,
            started: Instant::now(),
        }
    }

    fn done(&self, more: &str) {
        self.bar.finish_and_clear();
        if let Some(name) = &self.lines {
            let seconds = self.started.elapsed().as_secs_f64();
            say(format_args!("{name}: done after {seconds:.1} s{more}"));
        }
    }
}

/// Tells how far a scenario is: with a bar on a terminal, elsewhere a line at the start and one at the end.
pub(super) struct Telling {
    told: Told,
    /// Whether a replication is done, so that what is left can be estimated.
    known: AtomicBool,
}

impl Telling {
    /// Starts telling about a scenario with so many runs: replications of all strategies.
    pub(super) fn new(scenario: &str, runs: usize, quiet: bool) -> Telling {
        let bar = || {
            ProgressBar::new(runs as u64)
                .with_style(style("?"))
                .with_message(scenario.to_owned())
        };
        Telling {
            told: Told::new(scenario, quiet, bar, &format!("{runs} runs")),
            known: AtomicBool::new(false),
        }
    }

    /// It is done.
    pub(super) fn done(&self) {
        self.told.done("");
    }

    /// It came to nothing.
    pub(super) fn broken_off(&self) {
        self.told.bar.finish_and_clear();
    }
}

impl Progress for Telling {
    fn advanced(&self, done: usize, _: usize) {
        // Before the first is done nobody knows how long they take.
        if done > 0 && !self.known.swap(true, Ordering::Relaxed) {
            self.told.bar.set_style(style("{eta}"));
        }
        self.told.bar.set_position(done as u64);
    }

    fn stops(&self) -> bool {
        stopped()
    }
}

/// Tells how far a search is: on a terminal how many plans were tried; elsewhere a line at the start and one at the end.
pub(super) struct Searching {
    told: Told,
}

impl Searching {
    /// Starts telling about the plan of a strategy.
    pub(super) fn new(strategy: &str, quiet: bool) -> Searching {
        let bar = || {
            let style = ProgressStyle::with_template("{prefix} {spinner} {pos} plans tried{msg}");
            ProgressBar::new_spinner()
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
                .with_prefix(strategy.to_owned())
        };
        Searching {
            told: Told::new(strategy, quiet, bar, "searching for the fewest agents"),
        }
    }

    /// It is done.
    pub(super) fn done(&self) {
        let plans = self.told.bar.position();
        self.told.done(&format!(", {plans} plans tried"));
    }

    /// Whether somebody stopped it.
    pub(super) fn stopped(&self) -> bool {
        stopped()
    }
}

impl Watch for Searching {
    fn tried(&self, plans: usize, cost: Option<f64>) {
        self.told.bar.set_position(plans as u64);
        if let Some(cost) = cost {
            self.told.bar.set_message(format!(", best at {cost:.0}"));
        }
    }

    fn stops(&self) -> bool {
        stopped()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn told(overrides: &[&str]) -> Option<String> {
        let text = r#"
            [customers.shoppers]
            arrivals = { per_day = 900 }
            [agents.lisbon]
            count = 14
            serves = ["chat"]
            [strategies.chat]
            routes = [{ to = "chat" }]
            [strategies.the-same]
            routes = [{ to = "chat" }]
        "#;
        let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
        let mut nothing = |_: &str| Err("there are no files".to_owned());
        let (scenario, _) =
            scenario::read("room.toml", text, &overrides, &mut nothing).expect("a scenario");
        takes_room(
            &Experiment::new(&scenario)
                .only(vec![0, 1])
                .by_interval(false),
        )
    }

    #[test]
    fn much_room_is_foretold() {
        // 7 days of 48 intervals, for two strategies; then 7 of 86,400.
        assert_eq!(told(&[]), None);
        let seconds = told(&["run.interval='1 s'"]).expect("a warning");
        assert!(
            seconds.contains("1209600 intervals may take 8 GB"),
            "{seconds}"
        );
        // A year by weekday and time of day takes no more than a week.
        assert_eq!(
            told(&["run.length='365 days'", "run.interval='1 min'"]),
            None
        );
    }
}
