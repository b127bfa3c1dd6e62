//! What the numbers rest on, in a few lines: what was played, who came, what the simulation does not know.

use std::fmt::Write;

use super::Report;
use super::console::wrap;
use super::units::count;
use crate::calendar::Origin;
use crate::id::CustomersId;
use crate::time::{Span, Time};
use crate::world::Setup;

/// So many segments are named one by one.
const NAMED: usize = 4;

/// Labels stand in a column of this width.
const LABEL: usize = 11;

/// When and how often it was played, who comes, what is assumed and what is not known.
pub(super) fn basis(report: &Report, width: usize) -> String {
    let mut text = String::new();
    let labelled = [
        ("Played", played(report)),
        ("Customers", customers(report)),
        ("Assumed", assumed(report)),
        (
            "Not known",
            "agents who tire or learn; customers who come again or stay away because of how they were served".to_owned(),
        ),
    ];
    for (label, words) in labelled.iter().filter(|(_, words)| !words.is_empty()) {
        for (number, line) in wrap(words, width - LABEL).iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            let _ = writeln!(text, "{label:<LABEL$}{line}");
        }
    }
    text
}

/// When and how often.
fn played(report: &Report) -> String {
    let run = &report.scenario.run;
    let setup = &report.strategies[0].strategy.setup;
    let start = Origin::midnight(run.start, &run.zone).local(Time::ZERO, &run.zone);
    let mut text = format!(
        "{} from {} ({})",
        length(setup.length - Time::ZERO),
        start.strftime("%a %Y-%m-%d"),
        run.zone.iana_name().unwrap_or("UTC")
    );
    if setup.warm_up > Time::ZERO {
        let warm_up = length(setup.warm_up - Time::ZERO);
        let _ = write!(text, ", the first {warm_up} to warm up");
    }
    match run.replications {
        1 => text += ", once: no intervals",
        replications => {
            let _ = write!(text, ", {replications} times");
        }
    }
    let _ = write!(text, ", seed {}", run.seed);
    text
}

/// How much of the file is a guess.
fn assumed(report: &Report) -> String {
    let lines = report.scenario.text.lines();
    match lines.filter(|line| line.contains("assumed")).count() {
        0 => String::new(),
        1 => "what one line of the scenario says is assumed".to_owned(),
        many => format!("what {many} lines of the scenario say are assumed"),
    }
}

/// How many customers come on average.
fn customers(report: &Report) -> String {
    let names = &report.scenario.names.customers;
    let shown = |who: &dyn Fn(&Setup) -> f64| {
        let setups = report.strategies.iter().map(|told| &told.strategy.setup);
        let each: Vec<f64> = setups.map(who).collect();
        let least = each.iter().copied().fold(f64::INFINITY, f64::min);
        let most = each.iter().copied().fold(0.0, f64::max);
        if !most.is_finite() {
            // Members of a finite population who do not think before they come again.
            "any number".to_owned()
        } else if most - least > 0.005 * most {
            // Strategies may override who comes.
            format!("{} to {}", count(least), count(most))
        } else {
            count(most)
        }
    };
    let same = match report.strategies.len() {
        1 => "",
        _ => "; the same ones meet every strategy",
    };
    let setup = &report.strategies[0].strategy.setup;
    // Of what does not last a day there is none.
    let (unit, name) = if setup.length - setup.warm_up >= Span::DAY {
        (Span::DAY, "a day")
    } else {
        (Span::HOUR, "an hour")
    };
    if names.len() > NAMED {
        let all = |setup: &Setup| {
            let each = (0..names.len()).map(|id| arrivals(setup, CustomersId::from(id), unit));
            each.sum()
        };
        return format!(
            "{} segments: {} {name} on average.",
            names.len(),
            shown(&all)
        );
    }
    let each = setup.shown.customers.iter().map(|id| {
        let of = |setup: &Setup| arrivals(setup, *id, unit);
        let segment = &names[id.index()];
        format!("{segment} {}", shown(&of))
    });
    let each: Vec<String> = each.collect();
    format!("{} {name} on average{same}", each.join(", "))
}

/// How many of a segment open a conversation within a unit of the counted time.
fn arrivals(setup: &Setup, customers: CustomersId, unit: Span) -> f64 {
    let (from, to) = (setup.warm_up, setup.length);
    let homes = setup.customers[customers.index()].homes.iter();
    let all: f64 = homes.map(|home| home.arrivals.expected(from, to)).sum();
    all * unit.seconds() / (to - from).seconds()
}

/// Whole days as such: `14 days`.
fn length(span: Span) -> String {
    match (span.0 % Span::DAY.0, span.0 / Span::DAY.0) {
        (0, 1) => "1 day".to_owned(),
        (0, days) if days > 0 => format!("{days} days"),
        _ => span.to_string(),
    }
}
