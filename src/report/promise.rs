//! What can be promised: promise.csv, and what a team lead reads on the console.

use std::fmt::Write as _;
use std::io;

use comfy_table::CellAlignment;

use super::console::{Paint, plain_table, right, wrap};
use super::summary::{cell, of_writing};
use super::units::{Quantity, list};
use crate::experiment::place;
use crate::measure::Clock;
use crate::metric::Scope;
use crate::plan::{Awaited, Line, Promised, Promises, SHARES};
use crate::scenario::Scenario;
use crate::time::Span;

/// The columns of promise.csv.
const COLUMNS: [&str; 15] = [
    "strategy",
    "scope",
    "name",
    "wait",
    "clock",
    "share",
    "value",
    "ci_low",
    "ci_high",
    "promise",
    "kept",
    "kept_low",
    "kept_high",
    "days_kept",
    "days",
];

/// Writes promise.csv: a row for each kind of wait and share of all.
pub fn promise_rows(
    scenario: &Scenario,
    promises: &[Promises],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS).map_err(of_writing)?;
    for of_strategy in promises {
        for line in &of_strategy.lines {
            let (scope, name) = place(line.scope, &scenario.names);
            for (promised, share) in line.promises.iter().zip(SHARES) {
                let (interval, kept) = (promised.interval, promised.kept_interval);
                csv.write_record([
                    scenario.strategies[of_strategy.strategy].name.as_str(),
                    scope,
                    name,
                    line.awaited.name(),
                    line.clock.name(),
                    &share.to_string(),
                    &cell(Some(promised.value)),
                    &cell(interval.map(|(low, _)| low)),
                    &cell(interval.map(|(_, high)| high)),
                    &cell(promised.within.map(Span::seconds)),
                    &cell(promised.kept),
                    &cell(kept.map(|(low, _)| low)),
                    &cell(kept.map(|(_, high)| high)),
                    &promised.days_kept.to_string(),
                    &promised.days.to_string(),
                ])
                .map_err(of_writing)?;
            }
        }
    }
    csv.flush()
}

/// What each strategy can promise, by channel and queue.
pub fn promise_table(scenario: &Scenario, promises: &[Promises], paint: Paint) -> String {
    let mut text = format!("{}\n", paint.title(&scenario.title));
    paragraph(
        &mut text,
        &format!(
            "The times within which so many have their response or resolution with today's team, rounded up to what one \
             would publish; below them what was measured. Days: on how many of them so many had it in that time, in {} \
             replications with other customers.",
            scenario.run.replications
        ),
    );
    for of_strategy in promises {
        let _ = write!(text, "\n{}", of_one(scenario, of_strategy, paint));
    }
    text.push('\n');
    let mut told = String::new();
    paragraph(
        &mut told,
        &format!("Verdict: {}", verdict(scenario, promises)),
    );
    text += &told.replacen("Verdict:", &paint.title("Verdict:"), 1);
    text
}

fn paragraph(text: &mut String, words: &str) {
    for line in wrap(words, 80) {
        let _ = writeln!(text, "{line}");
    }
}

fn of_one(scenario: &Scenario, promises: &Promises, paint: Paint) -> String {
    let mut table = plain_table();
    let name = &scenario.strategies[promises.strategy].name;
    let header = SHARES.map(|share| format!("{} see at most", share_of(share)));
    table.set_header(std::iter::once(paint.title(name)).chain(header));
    let mut of: Option<Scope> = None;
    for line in &promises.lines {
        if of != Some(line.scope) {
            of = Some(line.scope);
            table.add_row([scope_name(scenario, line.scope)]);
        }
        let clock = match line.clock {
            Clock::Calendar => "",
            Clock::Business => ", open time",
        };
        let mut row = |name: String, cells: [String; 3]| {
            table.add_row(std::iter::once(name).chain(cells));
        };
        let of = |cell: &dyn Fn(&Promised) -> String| [0, 1, 2].map(|at| cell(&line.promises[at]));
        row(
            format!(" {}{clock}", line.awaited.name()),
            of(&|promised| published(promised, line.clock)),
        );
        row("  measured".to_owned(), of(&measured));
        row("  days".to_owned(), of(&days));
    }
    right(&mut table, 1..=3, CellAlignment::Right);
    let mut text = format!("{table}\n");
    let share = |share: f64| Quantity::Share.value(share, None);
    let mut left: Vec<String> = promises
        .unanswered
        .iter()
        .filter(|(_, unanswered)| *unanswered > 0.0)
        .map(|(scope, unanswered)| {
            let name = scope_name(scenario, *scope);
            format!("{} left {name} without any answer", share(*unanswered))
        })
        .collect();
    if promises.turned_away > 0.0 {
        left.push(format!("{} were turned away", share(promises.turned_away)));
    }
    if !left.is_empty() {
        let left = list(left.iter().map(String::as_str));
        paragraph(
            &mut text,
            &format!("Nothing is promised to those who had none: {left}."),
        );
    }
    text
}

/// `80%`.
fn share_of(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// `chat`, `queue vip`.
fn scope_name(scenario: &Scenario, scope: Scope) -> String {
    let (kind, name) = place(scope, &scenario.names);
    match scope {
        Scope::Channel(_) => name.to_owned(),
        _ => format!("{kind} {name}"),
    }
}

/// What would be published. Days of open time would be misread: they are told in hours.
fn published(promised: &Promised, clock: Clock) -> String {
    match promised.within {
        None => "too long".to_owned(),
        Some(within) if clock == Clock::Business && within >= Span::DAY => {
            format!("{:.0}h", within.hours())
        }
        Some(within) => Quantity::Duration.value(within.seconds(), None),
    }
}

fn measured(promised: &Promised) -> String {
    let value = promised.value;
    match promised.interval {
        None => Quantity::Duration.value(value, None),
        Some((low, high)) => {
            let half = (high - low) / 2.0;
            format!(
                "{} ± {}",
                Quantity::Duration.value(value, Some(half)),
                Quantity::Duration.half(value, half)
            )
        }
    }
}

fn days(promised: &Promised) -> String {
    match promised.days {
        0 => String::new(),
        days => Quantity::Share.value(f64::from(promised.days_kept) / f64::from(days), None),
    }
}

/// What 9 in 10 can be told, by strategy.
fn verdict(scenario: &Scenario, promises: &[Promises]) -> String {
    let of_strategy = |promises: &Promises| {
        let first = |line: &&Line| {
            line.awaited == Awaited::FirstResponse && matches!(line.scope, Scope::Channel(_))
        };
        let told: Vec<String> = promises
            .lines
            .iter()
            .filter(first)
            .map(|line| {
                let promised = &line.promises[1];
                let clock = match line.clock {
                    Clock::Calendar => "",
                    Clock::Business => " of open time",
                };
                match promised.within {
                    None => format!(
                        "in nothing one would publish by {}",
                        scope_name(scenario, line.scope)
                    ),
                    Some(_) => format!(
                        "within {}{clock} by {} (on {} of days)",
                        published(promised, line.clock),
                        scope_name(scenario, line.scope),
                        days(promised)
                    ),
                }
            })
            .collect();
        let name = &scenario.strategies[promises.strategy].name;
        match told.is_empty() {
            true => format!("{name} answers nobody."),
            false => format!(
                "{name} can promise 9 in 10 a first response {}.",
                told.join(", ")
            ),
        }
    };
    promises
        .iter()
        .map(of_strategy)
        .collect::<Vec<_>>()
        .join(" ")
}
