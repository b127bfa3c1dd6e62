//! The command line: one file per command. Only here files are opened, and only here anything is printed.

mod backlog;
mod check;
mod erlang;
mod output;
mod plan;
mod progress;
mod promise;
mod reading;
mod run;
mod study;
mod verify;

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::experiment::Stopped;
use crate::report::Paint;

/// Plays how a team talks with its customers, synchronously and asynchronously, and shows what each costs.
#[derive(Debug, Parser)]
#[command(name = "syncline", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play the strategies of scenarios against the same customers and write what came of it
    Run(run::Run),
    /// Read scenarios, say what is wrong or doubtful, and show what would run
    Check(check::Check),
    /// Find how many agents each group needs, by interval, to meet all targets
    Plan(plan::Plan),
    /// Find within what time 80, 90 and 95% have a response or resolution with today's team
    Promise(promise::Promise),
    /// Show the backlog, when it is burnt down after an incident or closed days, and what extra shifts buy
    Backlog(backlog::Backlog),
    /// Reckon agents by the Erlang formulas, without a scenario and without simulation
    Erlang(erlang::Erlang),
    /// Play scenarios with known answers and judge each `[[expect]]`
    Verify(verify::Verify),
}

/// What every command that plays understands.
#[derive(Args, Clone, Debug)]
struct Playing {
    /// Replications of each strategy, instead of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    replications: Option<u32>,
    /// The seed of all chance, instead of the scenario's
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Threads to play on [default: one per core]; the result is the same for any number
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1024))]
    threads: Option<usize>,
    #[command(flatten)]
    reading: Reading,
}

/// What every command that reads scenarios understands.
#[derive(Args, Clone, Debug)]
struct Reading {
    /// Replace a value of the scenario, as in agents.lisbon.count=12
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// No progress and no warnings
    #[arg(long)]
    quiet: bool,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// Why a command did not do what it should.
#[derive(Debug)]
enum Failure {
    /// It failed: exit 1.
    Failed(String),
    /// What was given is wrong: exit 2.
    Wrong(String),
    /// Nobody reads the output any more: nobody misses it.
    NobodyReads,
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Failure {
        Failure::Failed(match stopped {
            Stopped::Interrupted => "stopped by Ctrl-C".to_owned(),
            Stopped::Stuck {
                strategy,
                replication,
                message,
            } => format!("strategy `{strategy}`, replication {replication}: {message}"),
        })
    }
}

/// How a command that did its work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Exit 0.
    Done,
    /// Targets or expectations were not met: exit 3.
    Missed,
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help goes to stdout, mistakes to stderr; a closed pipe is no mistake.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()) * 2);
        }
    };
    let result = match arguments.command {
        Command::Run(run) => run.execute(),
        Command::Check(check) => check.execute(),
        Command::Plan(plan) => plan.execute(),
        Command::Promise(promise) => promise.execute(),
        Command::Backlog(backlog) => backlog.execute(),
        Command::Erlang(erlang) => erlang.execute(),
        Command::Verify(verify) => verify.execute(),
    };
    match result {
        Ok(Verdict::Done) | Err(Failure::NobodyReads) => ExitCode::SUCCESS,
        Ok(Verdict::Missed) => ExitCode::from(3),
        Err(Failure::Failed(message)) => {
            say(format_args!("error: {message}"));
            ExitCode::from(1)
        }
        Err(Failure::Wrong(message)) => {
            say(format_args!("{message}"));
            ExitCode::from(2)
        }
    }
}

/// Prints a message to stderr; if nobody can read it, there is nobody to tell.
fn say(message: fmt::Arguments) {
    let _ = writeln!(io::stderr(), "{message}");
}

/// Prints a result to stdout.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    write(&mut out)
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::NobodyReads,
            _ => Failure::Failed(format!("cannot print the result: {error}")),
        })
}

/// Colour on a terminal, unless `NO_COLOR` says otherwise.
fn paint(terminal: &impl IsTerminal) -> Paint {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Paint(terminal.is_terminal() && !unwanted)
}

/// ` (did you mean ...?)`, or which there are.
fn meant<'a>(word: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = names
        .clone()
        .map(|name| (strsim::damerau_levenshtein(word, name), name))
        .min()
        .filter(|(distance, _)| *distance <= 1 + word.chars().count() / 4);
    match near {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => {
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            format!("there is {}", names.join(", "))
        }
    }
}
