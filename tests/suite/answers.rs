//! What the shipped scenarios answer: what each `about` says after "Answer" holds in a shorter run.
//!
//! Seeds are fixed, so a test that passes once passes until the model changes. The margins are well inside what the
//! scenario itself shows; how often luck alone would cross one was counted over seeds 1 to 40 and stands at each test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syncline::channel::Slot;
use syncline::experiment::{Experiment, Played};
use syncline::fact::{Fact, Listener};
use syncline::id::ConversationId;
use syncline::measure::Clock;
use syncline::metric::{Row, Scope};
use syncline::random::Seed;
use syncline::scenario::{self, Scenario};
use syncline::simulation::Simulation;
use syncline::time::{Span, Time};

const HOUR: f64 = 3600.0;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// A shipped scenario with overrides, and what is doubtful in it.
fn read(name: &str, overrides: &[&str]) -> (Scenario, Vec<scenario::Problem>) {
    let file = folder().join(format!("{name}.toml"));
    let text = fs::read_to_string(file).expect("a shipped scenario");
    let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_owned()).collect();
    let mut open = |file: &str| fs::read(folder().join(file)).map_err(|error| error.to_string());
    scenario::read(name, &text, &overrides, &mut open).unwrap_or_else(|problems| {
        let told: Vec<String> = problems
            .iter()
            .map(|problem| problem.render(false))
            .collect();
        panic!("{}", told.join("\n"))
    })
}

/// The figures of a run, by strategy.
struct Answer {
    scenario: Scenario,
    rows: Vec<Vec<Row>>,
}

/// Plays a shipped scenario with overrides.
fn play(name: &str, replications: u32, overrides: &[&str]) -> Answer {
    let (mut scenario, _) = read(name, overrides);
    scenario.run.replications = replications;
    let played = Experiment::new(&scenario).run(&()).expect("it ends");
    let rows = |played: &Played| played.rows(scenario.run.confidence);
    let rows = played.iter().map(rows).collect();
    Answer { scenario, rows }
}

impl Answer {
    fn position(&self, strategy: &str) -> usize {
        let strategies = &self.scenario.strategies;
        strategies
            .iter()
            .position(|known| known.name == strategy)
            .unwrap_or_else(|| panic!("there is no strategy {strategy}"))
    }

    fn row(&self, strategy: &str, holds: impl Fn(&Row) -> bool) -> f64 {
        let mut rows = self.rows[self.position(strategy)].iter();
        rows.find(|row| holds(row))
            .and_then(|row| row.value)
            .expect("a figure")
    }

    fn figure(&self, strategy: &str, metric: &str, statistic: &str, clock: Clock) -> f64 {
        self.row(strategy, |row| {
            row.scope == Scope::All
                && row.measure.name() == metric
                && row.statistic == statistic
                && row.clock.is_none_or(|known| known == clock)
        })
    }

    /// A mean by the calendar.
    fn mean(&self, strategy: &str, metric: &str) -> f64 {
        self.figure(strategy, metric, "mean", Clock::Calendar)
    }

    fn total(&self, strategy: &str, metric: &str) -> f64 {
        self.figure(strategy, metric, "total", Clock::Calendar)
    }

    fn share(&self, strategy: &str, metric: &str) -> f64 {
        self.figure(strategy, metric, "share", Clock::Calendar)
    }

    /// The share of all attempts that ended so.
    fn ended(&self, strategy: &str, end: &str) -> f64 {
        self.total(strategy, end) / self.total(strategy, "attempts")
    }

    /// The share within a target.
    fn kept(&self, strategy: &str, target: &str) -> f64 {
        let names = &self.scenario.names.targets;
        let target = names
            .iter()
            .position(|name| name == target)
            .expect("a target");
        self.row(strategy, |row| {
            row.scope == Scope::Target(target.into()) && row.measure.name() == "service_level"
        })
    }
}

/// Six replications of two weeks; luck crossed no margin with any of 40 seeds.
#[test]
fn a_hybrid_solves_more_than_messages_and_those_more_than_chat() {
    let answer = play("live-chat-or-messaging", 6, &[]);
    let solved = |strategy| answer.ended(strategy, "resolved");
    assert!(solved("hybrid") > solved("messaging") + 0.01);
    assert!(solved("messaging") > solved("live-chat") + 0.15);
    assert!((0.35..0.47).contains(&answer.ended("live-chat", "rejected_closed")));
    assert!(answer.mean("live-chat", "resolution_time") < 0.25 * HOUR);
    assert!(answer.mean("messaging", "resolution_time") > 8.0 * HOUR);
    assert!(answer.mean("hybrid", "resolution_time") < answer.mean("messaging", "resolution_time"));

    // What the answer says it rests on.
    let patient = ["channels.messaging.tolerance = \"72 h\""];
    let answer = play("live-chat-or-messaging", 6, &patient);
    let solved = |strategy| answer.ended(strategy, "resolved");
    assert!(solved("messaging") > solved("hybrid"));
    assert!(solved("hybrid") > 0.95);
}

/// Six replications of four weeks; luck crossed no margin with any of 40 seeds.
#[test]
fn longer_hours_shorten_the_wait_for_the_door_and_more_people_do_not() {
    let answer = play("close-at-18-or-20", 6, &[]);
    let floor = |strategy| answer.mean(strategy, "closed_floor");
    assert_eq!(floor("close-at-18"), floor("two-more"));
    assert!(floor("close-at-18") > floor("close-at-20") + 2.5 * HOUR);
    assert!(floor("close-at-20") > floor("saturdays") + 1.5 * HOUR);

    let same_day = |strategy| answer.kept(strategy, "same-day");
    assert!(same_day("close-at-20") > same_day("close-at-18") + 0.08);
    let left = |strategy| answer.ended(strategy, "left");
    assert!(left("saturdays") < 0.6 * left("close-at-18"));

    // The two clocks disagree on which is better.
    let first = |strategy, clock| answer.figure(strategy, "first_response_time", "mean", clock);
    assert!(first("close-at-20", Clock::Calendar) < first("close-at-18", Clock::Calendar) - HOUR);
    assert!(first("close-at-20", Clock::Business) > first("close-at-18", Clock::Business) + 180.0);
}

/// With arrivals spread evenly over the week the wait for the door is the sum of gap^2 / 2 over 168 hours.
///
/// Six replications of four weeks of 400 a day: the standard error is about 0.08 h, so 0.4 h is five of them.
#[test]
fn the_wait_for_the_door_is_what_the_hours_say() {
    let even = [
        "customers.shoppers.arrivals.profile = \"flat\"",
        "customers.shoppers.arrivals.weekdays = [1, 1, 1, 1, 1, 1, 1]",
        "customers.shoppers.arrivals.busyness_cv = 0.0",
    ];
    let answer = play("close-at-18-or-20", 6, &even);
    let exact = |gaps: &[f64]| gaps.iter().map(|gap| gap * gap / 2.0).sum::<f64>() / 168.0;
    for (strategy, gaps) in [
        ("close-at-18", &[15.0, 15.0, 15.0, 15.0, 63.0][..]),
        ("close-at-20", &[13.0, 13.0, 13.0, 13.0, 61.0]),
        ("saturdays", &[15.0, 15.0, 15.0, 15.0, 15.0, 39.0]),
    ] {
        let floor = answer.mean(strategy, "closed_floor") / HOUR;
        let exact = exact(gaps);
        assert!(
            (floor - exact).abs() < 0.4,
            "{strategy}: {floor} h, exactly {exact} h"
        );
    }
}

/// Six replications of four weeks; luck crossed no margin with any of 40 seeds.
#[test]
fn three_zones_answer_within_the_hour_with_the_hours_of_one() {
    let answer = play("three-zones", 6, &[]);
    let soon = |strategy| answer.kept(strategy, "within-an-hour");
    assert!(soon("three-zones") > 0.9 && soon("one-site") < 0.4);
    let solved = |strategy| answer.ended(strategy, "resolved");
    assert!(solved("three-zones") > solved("one-site") + 0.1);
    let floor = |strategy| answer.mean(strategy, "closed_floor");
    assert!(floor("one-site") > 10.0 * HOUR && floor("three-zones") < 3.5 * HOUR);

    // The same hours of work, and who works them at night makes no difference but in pay.
    assert_eq!(
        answer.total("one-site", "cost"),
        answer.total("three-zones", "cost")
    );
    for metric in ["resolved", "left", "replies"] {
        assert_eq!(
            answer.total("night-shifts", metric),
            answer.total("three-zones", metric)
        );
    }
    assert_eq!(soon("night-shifts"), soon("three-zones"));
    assert!(answer.total("night-shifts", "cost") > 1.1 * answer.total("three-zones", "cost"));
}

/// Twenty replications of a week, as shipped; luck crossed no margin with any of 40 seeds.
#[test]
fn three_chats_an_agent_serve_most_and_more_only_slow_each_answer() {
    let answer = play("chats-per-agent", 20, &[]);
    let solved = |strategy| answer.ended(strategy, "resolved");
    assert!(solved("three") > solved("one") + 0.2);
    assert!(solved("three") > solved("two") + 0.01);
    assert!(solved("three") > solved("four") + 0.003);
    assert!(solved("three") > solved("six") + 0.01);
    let waited = |strategy| answer.mean(strategy, "queue_wait");
    assert!(waited("one") > 90.0 && waited("three") < 10.0);
    let next = |strategy| answer.mean(strategy, "next_response_time");
    assert!(next("one") + 20.0 < next("two"));
    assert!(next("two") + 10.0 < next("three"));
    assert!(next("three") < next("four"));
    assert!((0.15..0.35).contains(&(1.0 - answer.kept("two", "picked-up"))));
}

/// How much of the slots' time is held idle while somebody waits for one.
#[derive(Default)]
struct HeldIdle {
    window: (Time, Time),
    /// After which silence a part of the slot is kept, and which.
    fades: Option<(Span, f64)>,
    heard: Time,
    waiting: BTreeSet<ConversationId>,
    slotted: BTreeSet<ConversationId>,
    /// Since when the ball is with the customer.
    silent: BTreeMap<ConversationId, Time>,
    /// Slots held idle while somebody waited [slot seconds].
    idle: f64,
    /// With somebody waiting [s].
    queued: f64,
}

impl HeldIdle {
    /// Adds the time since the last fact, as far as it is counted.
    fn pass(&mut self, now: Time) {
        let (from, to) = self.window;
        let (from, to) = (self.heard.max(from), now.min(to));
        self.heard = now;
        if to <= from || self.waiting.is_empty() {
            return;
        }
        self.queued += (to - from).seconds();
        let silent = self.silent.iter();
        let idle = silent.filter(|(conversation, _)| self.slotted.contains(conversation));
        self.idle += idle
            .map(|(_, since)| self.kept(*since, from, to))
            .sum::<f64>();
    }

    /// What a conversation that is silent since then holds of a slot between two instants [slot seconds].
    fn kept(&self, since: Time, from: Time, to: Time) -> f64 {
        let Some((after, part)) = self.fades else {
            return (to - from).seconds();
        };
        let fades = since.after(after).max(from).min(to);
        (fades - from).seconds() + part * (to - fades).seconds()
    }
}

impl Listener for HeldIdle {
    fn hear(&mut self, now: Time, fact: Fact) {
        self.pass(now);
        match fact {
            Fact::Queued { conversation } => {
                self.waiting.insert(conversation);
            }
            Fact::Taken { conversation, .. } => {
                self.waiting.remove(&conversation);
                self.slotted.insert(conversation);
            }
            Fact::Freed { conversation, .. } => {
                self.slotted.remove(&conversation);
            }
            Fact::Replied { conversation, .. } => {
                self.silent.insert(conversation, now);
            }
            Fact::Returned { conversation } => {
                self.silent.remove(&conversation);
            }
            Fact::Ended { conversation, .. } | Fact::Gone { conversation } => {
                self.waiting.remove(&conversation);
                self.silent.remove(&conversation);
            }
            _ => {}
        }
    }
}

/// By strategy, over some replications: the share of all slots' time that is held idle while somebody waits, and the
/// share of the time in which somebody waits.
fn held_idle(replications: u32) -> Vec<(String, f64, f64)> {
    let (scenario, _) = read("release-of-slots", &[]);
    let play = |strategy: &scenario::Strategy| {
        let setup = &strategy.setup;
        let mut simulation = Simulation::new(setup, &strategy.routes, HeldIdle::default());
        let (mut idle, mut queued) = (0.0, 0.0);
        for replication in 0..replications {
            *simulation.listener() = HeldIdle {
                window: (setup.warm_up, setup.length),
                fades: match setup.channels[0].slot {
                    Slot::Fades { after, to } => Some((after, to)),
                    Slot::Held | Slot::Released => None,
                },
                ..HeldIdle::default()
            };
            let seed = scenario.run.seed;
            simulation.run(Seed { seed, replication }).expect("it ends");
            idle += simulation.listener().idle;
            queued += simulation.listener().queued;
        }
        let seconds = f64::from(replications) * (setup.length - setup.warm_up).seconds();
        (
            strategy.name.clone(),
            idle / (seconds * 8.0 * 8.0),
            queued / seconds,
        )
    };
    scenario.strategies.iter().map(play).collect()
}

/// Six replications of six days; luck crossed no margin with any of 40 seeds.
#[test]
fn slots_kept_until_the_end_stay_idle_while_others_wait() {
    for (strategy, idle, queued) in held_idle(6) {
        let holds = match strategy.as_str() {
            "held" => idle > 0.85 && queued > 0.95,
            // Those who come back wait for the rest of their slot.
            "partly" => idle < 0.005,
            _ => idle < 0.001,
        };
        assert!(
            holds,
            "{strategy}: idle {idle} of the slots, somebody waits {queued} of the time"
        );
    }
}

/// Six replications of six days; luck crossed no margin with any of 40 seeds.
#[test]
fn each_way_to_give_a_slot_back_has_its_price() {
    let answer = play("release-of-slots", 6, &[]);
    let first = |strategy| answer.mean(strategy, "first_response_time");
    assert!(first("held") > 4.0 * HOUR);
    assert!(first("at-once") + 15.0 < first("after-10-min"));
    assert!(first("after-10-min") + 30.0 < first("partly"));
    assert!(first("partly") < HOUR / 6.0);
    let handled = |strategy| answer.mean(strategy, "handle_time");
    assert!(handled("at-once") > handled("after-10-min") + 30.0);
    assert!(handled("at-once") > handled("partly") + 30.0);

    let roomy = play("release-of-slots", 6, &["agents.desk.capacity = 12"]);
    assert!(roomy.mean("held", "first_response_time") < HOUR / 3.0);
}

/// The share of the volume in the file that was not handled, of these days of August.
fn observed_to_leave(days: std::ops::RangeInclusive<u32>) -> f64 {
    let file = folder().join("data/bank_august_half_hours.csv");
    let text = fs::read_to_string(file).expect("the data");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let column = |name| {
        header
            .iter()
            .position(|known| *known == name)
            .expect("a column")
    };
    let (at, volume, handled) = (
        column("TimeStamp"),
        column("IncomingContactVolume"),
        column("ContactsHandled"),
    );
    let (mut offered, mut served) = (0.0, 0.0);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |column: usize| cells[column].parse::<f64>().expect("a number");
        let day: u32 = cells[at]["2010-08-".len()..][..2].parse().expect("a day");
        if days.contains(&day) {
            offered += number(volume);
            served += number(handled);
        }
    }
    1.0 - served / offered
}

/// Six replications of the month; luck crossed no margin with any of 40 seeds.
#[test]
fn a_pause_after_each_call_fitted_to_one_fortnight_gives_the_other() {
    let leave = |overrides: &[&str]| {
        let answer = play("real-month", 6, overrides);
        let leave = |strategy| answer.share(strategy, "abandonment");
        (leave("as-seen"), leave("with-pauses"))
    };
    let observed = (observed_to_leave(1..=15), observed_to_leave(16..=31));
    assert!((observed.0 - 0.2713).abs() < 0.0001 && (observed.1 - 0.0966).abs() < 0.0001);

    let (plain, fitted) = leave(&["run.length = \"15 days\""]);
    assert!(plain < observed.0 - 0.09, "{plain}");
    assert!((fitted - observed.0).abs() < 0.015, "{fitted}");
    let (plain, fitted) = leave(&["run.warm_up = \"15 days\""]);
    assert!(plain < observed.1 - 0.03, "{plain}");
    assert!((fitted - observed.1).abs() < 0.01, "{fitted}");

    // Not fitted: 41.0 % of all were served within 20 s.
    let answer = play("real-month", 6, &[]);
    let soon = |strategy| answer.kept(strategy, "within-20-seconds");
    assert!(soon("as-seen") > 0.6);
    assert!((soon("with-pauses") - 0.41).abs() < 0.03);
    let leave = |strategy| answer.share(strategy, "abandonment");
    assert!(leave("with-pauses-one-more") < leave("with-pauses") - 0.04);
    assert!(leave("as-seen-one-more") < leave("as-seen") - 0.03);
}

#[test]
fn every_shipped_scenario_has_a_question_and_an_answer_and_no_doubts() {
    let index = fs::read_to_string(folder().join("README.md")).expect("the index");
    let mut count = 0;
    for entry in fs::read_dir(folder()).expect("the scenarios") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let (scenario, doubts) = read(&name, &[]);
        assert!(doubts.is_empty(), "{name}: {}", doubts[0].render(false));
        assert!(
            scenario.about.contains('?') && scenario.about.contains("Answer, as shipped: "),
            "{name}"
        );
        assert!(
            !scenario.strategies[0].setup.targets.is_empty(),
            "{name} promises nothing"
        );
        assert!(
            index.contains(&format!("`{name}.toml`")),
            "{name} is not in the index"
        );
        count += 1;
    }
    assert_eq!(count, 6);
}
