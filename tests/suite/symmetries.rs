//! What must not matter, does not: names, the order of tables, the unit of time, the zone in which everything happens;
//! and one agent more makes nobody wait longer where that is a theorem.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::laws::{read, scenarios, search};
use syncline::fact::{Fact, Listener};
use syncline::id::ConversationId;
use syncline::measure::{Clock, Measure};
use syncline::metric::{Collector, Outcome, Scope};
use syncline::random::{Root, Seed};
use syncline::scenario::Scenario;
use syncline::simulation::Simulation;
use syncline::time::{Span, Time};

/// The first replication of each strategy of a scenario.
fn play(text: &str) -> Result<Vec<Outcome>, TestCaseError> {
    let scenario = read(text)?;
    let mut outcomes = Vec::new();
    for strategy in &scenario.strategies {
        let listener = Collector::new(&strategy.setup);
        let mut simulation = Simulation::new(&strategy.setup, &strategy.routes, listener);
        if simulation
            .run(Seed {
                seed: 3,
                replication: 0,
            })
            .is_ok()
        {
            outcomes.push(simulation.listener().take());
        }
    }
    Ok(outcomes)
}

/// The words of a text and what stands between them, in order.
fn words(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '.';
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c| is_word(c) != is_word(first))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

/// The text with the names of all tables turned round in the alphabet; units of time are no names.
fn renamed(text: &str) -> String {
    let names = "abcdghixy";
    let new = |name: &str| {
        format!(
            "n-{}",
            u32::from('z') - name.chars().next().map_or(0, u32::from)
        )
    };
    let mut told = String::new();
    for word in words(text) {
        let follows_a_number = told
            .trim_end_matches(' ')
            .ends_with(|c: char| c.is_ascii_digit());
        let parts: Vec<String> = word
            .split('.')
            .map(
                |part| match part.len() == 1 && names.contains(part) && !follows_a_number {
                    true => new(part),
                    false => part.to_owned(),
                },
            )
            .collect();
        told += &parts.join(".");
    }
    told
}

/// The tables of a text, each with its lines.
fn tables(text: &str) -> Vec<String> {
    let mut tables: Vec<String> = Vec::new();
    for line in text.lines() {
        match tables.last_mut() {
            Some(table) if !line.starts_with('[') => *table += line,
            _ => tables.push(line.to_owned()),
        }
        tables
            .last_mut()
            .expect("a table was just added")
            .push('\n');
    }
    tables
}

/// The text with its kinds of tables, and those of a kind among themselves, the other way round. Strategies stay, for the
/// first is the baseline, and segments where several open by the clock: of simultaneous openings the first in the file
/// comes first.
fn reordered(text: &str) -> String {
    let kind = |table: &str| {
        table[1..]
            .split(['.', ']'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for table in tables(text) {
        kinds.entry(kind(&table)).or_default().push(table);
    }
    let by_the_clock = ["every = ", "think = \"", "counts = "];
    let clocks = text
        .lines()
        .filter(|line| by_the_clock.iter().any(|key| line.contains(key)));
    let ties = clocks.count() > 1;
    for (kind, tables) in &mut kinds {
        if kind != "strategies" && !(ties && kind == "customers") {
            tables.reverse();
        }
    }
    kinds.into_values().rev().flatten().collect()
}

/// The figures of each part, whatever it is called: of tables that say the same, the first in the file is the first.
fn by_part(outcome: &Outcome) -> Vec<String> {
    let mut told: Vec<String> = outcome
        .scopes()
        .map(|(scope, stats)| format!("{} {stats:?}", scope.name()))
        .collect();
    told.sort_unstable();
    told
}

/// The text with every duration so many times as long, and every rate as much lower.
fn stretched(text: &str, by: u32) -> String {
    let units = ["s", "min", "h", "days"];
    let all = words(text);
    let mut told = String::new();
    let mut rates = false;
    for (place, word) in all.iter().enumerate() {
        rates = match *word {
            "per_hour" | "rates" => true,
            "batch" | "interval" => false,
            word => rates && !word.contains('\n'),
        };
        let is_duration = all.get(place + 1) == Some(&" ")
            && all.get(place + 2).is_some_and(|unit| units.contains(unit));
        match word.parse::<f64>() {
            Ok(number) if is_duration => told += &format!("{}", number * f64::from(by)),
            Ok(number) if rates => told += &format!("{:?}", number / f64::from(by)),
            _ => told += word,
        }
    }
    told
}

/// The text without what a clock on the wall or a day decides, files of volumes among it; without estimates, which
/// remember for a fixed time; and without speeds: what they divide is rounded to a nanosecond, which may part or join what
/// happens at one instant.
fn timeless(text: &str) -> String {
    let of_the_day = [
        "hours",
        "breaks",
        "shifts",
        "online",
        "shrinkage",
        "closing",
        "staffing",
        "speed",
        "attention",
        "slowdown",
    ];
    let is_timeless = |line: &&str| !of_the_day.iter().any(|key| line.starts_with(key));
    let kept: Vec<&str> = text.lines().filter(is_timeless).collect();
    // A group needs somebody in it, whatever was left out.
    let staffed = |table: String| {
        let is_group = table.starts_with("[agents.") || table.contains(".agents.");
        match is_group && !table.contains("count = ") {
            true => table.replace("serves = ", "count = 2\nserves = "),
            false => table,
        }
    };
    let staffed: String = tables(&kept.join("\n")).into_iter().map(staffed).collect();
    let anytime = staffed
        .replace("wait_below = \"3 min\", ", "")
        .replace(", speed = 0.8", "");
    let lines = anytime.lines().map(|line| match line.contains("file = ") {
        true => "arrivals = { per_hour = 6 }\n".to_owned(),
        false => format!("{line}\n"),
    });
    lines.collect()
}

const DURATIONS: [Measure; 9] = [
    Measure::QueueWait,
    Measure::TurnWait,
    Measure::FirstResponseTime,
    Measure::NextResponseTime,
    Measure::RequesterWaitTime,
    Measure::ResolutionTime,
    Measure::CustomerHeldTime,
    Measure::AgentHeldIdleTime,
    Measure::HandleTime,
];

proptest! {
    #![proptest_config(search())]

    #[test]
    fn names_do_not_matter(text in scenarios("drain")) {
        prop_assert_eq!(play(&text)?, play(&renamed(&text))?);
    }

    #[test]
    fn the_order_of_tables_does_not_matter(text in scenarios("drain")) {
        let (as_written, otherwise) = (play(&text)?, play(&reordered(&text))?);
        prop_assert_eq!(as_written.len(), otherwise.len());
        for (one, other) in as_written.iter().zip(&otherwise) {
            prop_assert_eq!(one.stats(Scope::All), other.stats(Scope::All));
            prop_assert_eq!(by_part(one), by_part(other));
        }
    }

    /// Zones without switch days: where everybody lives five hours and a half further east, the same happens.
    #[test]
    fn where_on_earth_it_happens_does_not_matter(text in scenarios("drain")) {
        let east = text.replacen("[run]\n", "[run]\nzone = \"Asia/Kolkata\"\n", 1);
        prop_assert_eq!(play(&text)?, play(&east)?);
    }

    /// A duration drawn is rounded to a nanosecond; three times as long, it may be three off from three times it.
    #[test]
    fn the_unit_of_time_does_not_matter(text in scenarios("drain")) {
        let text = timeless(&text);
        let (short, long) = (play(&text)?, play(&stretched(&text, 3))?);
        prop_assert_eq!(short.len(), long.len());
        for (short, long) in short.iter().zip(&long) {
            let of = |outcome: &Outcome, measure| {
                let stats = outcome.stats(Scope::All).expect("all are a scope");
                let durations = stats.durations(measure, Clock::Calendar);
                (durations.count, durations.sum)
            };
            for measure in DURATIONS {
                let ((count, sum), (count_of_long, sum_of_long)) = (of(short, measure), of(long, measure));
                prop_assert_eq!(count, count_of_long, "{}", measure.name());
                // A conversation has some dozens of draws before its end at most, and waits for those before it.
                let off = (sum_of_long - 3 * sum).abs();
                prop_assert!(off <= i128::from(count) * 3_000, "{}: {off} ns off in {count}", measure.name());
            }
            let counts = |outcome: &Outcome| outcome.stats(Scope::All).map(|stats| stats.counts);
            prop_assert_eq!(counts(short), counts(long));
        }
    }
}

/// How long each waited for a slot, by what it grew from.
#[derive(Default)]
struct Waits {
    open: BTreeMap<ConversationId, (Root, Time)>,
    waits: Vec<(Root, Span)>,
}

impl Listener for Waits {
    fn hear(&mut self, now: Time, fact: Fact) {
        match fact {
            Fact::Opened {
                conversation, root, ..
            } => {
                self.open.insert(conversation, (root, now));
            }
            Fact::Taken { conversation, .. } => {
                let (root, opened) = self.open[&conversation];
                self.waits.push((root, now - opened));
            }
            _ => {}
        }
    }
}

fn waits(scenario: &Scenario) -> Vec<(Root, Span)> {
    let strategy = &scenario.strategies[0];
    let mut simulation = Simulation::new(&strategy.setup, &strategy.routes, Waits::default());
    let played = simulation.run(Seed {
        seed: 5,
        replication: 0,
    });
    played.expect("nothing goes round in circles");
    let mut waits = std::mem::take(&mut simulation.listener().waits);
    waits.sort_by_key(|(root, _)| *root);
    waits
}

proptest! {
    #![proptest_config(search())]

    /// First come, first served, one contact an agent, nobody leaves: the waits are those of Kiefer and Wolfowitz (1955),
    /// each of which falls or stays when a server is added.
    #[test]
    fn one_agent_more_makes_nobody_wait_longer(
        count in 1u32..6,
        per_hour in 1u32..40,
        work in prop::sample::select(vec![
            "\"7 min\"",
            "{ exponential = \"7 min\" }",
            "{ lognormal = { mean = \"7 min\", cv = 2.0 } }",
            "{ uniform = { min = \"0 s\", max = \"14 min\" } }",
        ]),
        wrap_up in prop::sample::select(vec!["0 s", "2 min"]),
        batch in 1u32..4,
    ) {
        let desk = |count: u32| format!(
            "[run]\nlength = \"8 h\"\nending = \"drain\"\n[customers.callers]\narrivals = {{ per_hour = {per_hour}, batch = {batch} }}\n\
            [topics.any]\nwork = {work}\n[channels.line]\nmode = \"synchronous\"\nwrap_up = \"{wrap_up}\"\n\
            [queues.line]\norder = \"longest-wait\"\n[agents.desk]\ncount = {count}\nserves = [\"line\"]\n\
            [strategies.only]\nroutes = [{{ to = \"line\" }}]\n"
        );
        let (few, more) = (waits(&read(&desk(count))?), waits(&read(&desk(count + 1))?));
        prop_assert!(few.len() == more.len());
        for ((root, wait), (_, wait_with_more)) in few.into_iter().zip(more) {
            prop_assert!(wait_with_more <= wait, "{root:?} waits {wait_with_more:?} instead of {wait:?}");
        }
    }
}
