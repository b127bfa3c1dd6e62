//! What the numbers rest on, in a few lines: what was played, who came, what the simulation does not know.

use std::fmt::Write;

use super::console::wrap;
use super::units::count;
use crate::calendar::Origin;
use crate::id::CustomersId;
use crate::scenario::{Scenario, Strategy};
use crate::time::{Span, Time};
use crate::world::Setup;

/// So many segments are named one by one.
const NAMED: usize = 4;

/// Labels stand in a column of this width.
const LABEL: usize = 11;

/// When and how often these strategies were played, who comes, what is assumed and what is not known: labels with words.
pub(super) fn basis(scenario: &Scenario, strategies: &[&Strategy]) -> Vec<(&'static str, String)> {
    let mut labelled = vec![
        ("Played", played(scenario, &strategies[0].setup)),
        ("Customers", customers(scenario, strategies)),
        ("Assumed", assumed(scenario)),
        (
            "Not known",
            "agents who tire or learn; customers who come again or stay away because of how they were served".to_owned(),
        ),
    ];
    labelled.retain(|(_, words)| !words.is_empty());
    labelled
}

/// Labels in a column beside their words.
pub(super) fn labelled(labelled: &[(&str, String)], width: usize) -> String {
    let mut text = String::new();
    for (label, words) in labelled {
        for (number, line) in wrap(words, width - LABEL).iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            let _ = writeln!(text, "{label:<LABEL$}{line}");
        }
    }
    text
}

/// When and how often.
fn played(scenario: &Scenario, setup: &Setup) -> String {
    let run = &scenario.run;
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
fn assumed(scenario: &Scenario) -> String {
    let lines = scenario.text.lines();
    match lines.filter(|line| line.contains("assumed")).count() {
        0 => String::new(),
        1 => "what one line of the scenario says is assumed".to_owned(),
        many => format!("what {many} lines of the scenario say are assumed"),
    }
}

/// How many customers come on average.
fn customers(scenario: &Scenario, strategies: &[&Strategy]) -> String {
    let names = &scenario.names.customers;
    let shown = |who: &dyn Fn(&Setup) -> f64| {
        let setups = strategies.iter().map(|strategy| &strategy.setup);
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
    let same = match strategies.len() {
        1 => "",
        _ => "; the same ones meet every strategy",
    };
    let setup = &strategies[0].setup;
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
