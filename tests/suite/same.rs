//! The same seed gives the same figures, bit for bit; another one does not.

use syncline::fact::{Fact, Listener};
use syncline::metric::{Collector, Outcome, Pool, Row};
use syncline::random::{Root, Seed};
use syncline::scenario::Scenario;
use syncline::simulation::Simulation;
use syncline::time::{Span, Time};

use crate::reading::read;

/// Two channels, two groups with shifts, retries, patience, several turns: something of everything that is drawn.
const BUSY: &str = r#"
[run]
length = "1 day"
warm_up = "6 h"
replications = 6
[customers.shoppers]
zones = { "Europe/Berlin" = 0.7, "Europe/London" = 0.3 }
arrivals = { per_day = 600, profile = "office-day", busyness_cv = 0.2, batch = { geometric = 1.2 } }
balk = [0.0, 0.1]
retry = { on = ["abandoned", "closed", "unstaffed"], probability = 0.6, after = { exponential = "20 min" }, attempts = 3 }
[customers.members]
arrivals = { per_hour = 8 }
urgency = 1
[topics.billing]
turns = { geometric = 3.0 }
work = { lognormal = { mean = "75 s", cv = 0.8 } }
next = [{ topic = "technical", probability = 0.2 }]
[topics.technical]
turns = { poisson = 2.0 }
work = { gamma = { mean = "3 min", cv = 0.6 } }
[queues.chat]
order = "random"
pick = "random"
[agents.day]
count = 6
hours = "Mo-Su 08:00-18:00"
serves = ["chat", "messaging"]
capacity = 3
switch_cost = { exponential = "5 s" }
shrinkage = { absent = 0.1, in_office = 0.1 }
breaks = [{ at = "12:00", length = "1 h" }]
[agents.night]
staffing = { counts = [3, 1, 2, 4], interval = "6 h" }
serves = [["messaging", "chat"]]
capacity = 2
check_every = { pause = { exponential = "10 min" } }
[strategies.chat]
routes = [{ if = { share = 0.8 }, to = "chat" }, { to = "messaging" }]
[strategies.messaging]
routes = [{ to = "messaging" }]
"#;

/// One replication on a simulation of its own.
fn alone(scenario: &Scenario, strategy: usize, seed: u64, replication: u32) -> Outcome {
    let strategy = &scenario.strategies[strategy];
    let mut simulation = Simulation::new(
        &strategy.setup,
        &strategy.routes,
        Collector::new(&strategy.setup),
    );
    simulation.run(Seed { seed, replication }).expect("it ends");
    simulation.listener().take()
}

/// All replications on one simulation.
fn together(scenario: &Scenario, strategy: usize, seed: u64, replications: &[u32]) -> Vec<Outcome> {
    let strategy = &scenario.strategies[strategy];
    let mut simulation = Simulation::new(
        &strategy.setup,
        &strategy.routes,
        Collector::new(&strategy.setup),
    );
    let play = |replication: &u32| {
        simulation
            .run(Seed {
                seed,
                replication: *replication,
            })
            .expect("it ends");
        simulation.listener().take()
    };
    replications.iter().map(play).collect()
}

fn rows(scenario: &Scenario, strategy: usize, outcomes: Vec<Outcome>) -> Vec<Row> {
    let mut pool = Pool::new(&scenario.strategies[strategy].setup);
    outcomes.into_iter().for_each(|outcome| pool.add(outcome));
    pool.rows(scenario.run.confidence)
}

/// Every figure of one replication as bits.
fn figures(scenario: &Scenario, strategy: usize, outcome: Outcome) -> Vec<Bits> {
    bits(&rows(scenario, strategy, vec![outcome]))
}

/// A row's key, value, interval and number of replications.
type Bits = (String, Option<u64>, Option<(u64, u64)>, u32);

/// Rows with their numbers as bits, so that nothing is rounded away.
fn bits(rows: &[Row]) -> Vec<Bits> {
    let one = |row: &Row| {
        let key = format!(
            "{:?} {} {:?} {}",
            row.scope,
            row.measure.name(),
            row.clock,
            row.statistic
        );
        (
            key,
            row.value.map(f64::to_bits),
            row.interval
                .map(|(low, high)| (low.to_bits(), high.to_bits())),
            row.replications,
        )
    };
    rows.iter().map(one).collect()
}

#[test]
fn a_seed_gives_the_same_bits_on_a_fresh_and_on_a_used_simulation() {
    let scenario = read(BUSY);
    for strategy in 0..2 {
        let all = [0, 1, 2, 3];
        let fresh: Vec<Outcome> = all
            .iter()
            .map(|replication| alone(&scenario, strategy, 7, *replication))
            .collect();
        let used = together(&scenario, strategy, 7, &all);
        for (fresh, used) in fresh.iter().zip(&used) {
            assert_eq!(
                figures(&scenario, strategy, fresh.clone()),
                figures(&scenario, strategy, used.clone())
            );
        }
        assert_eq!(
            bits(&rows(&scenario, strategy, fresh)),
            bits(&rows(&scenario, strategy, used))
        );
    }
}

#[test]
fn a_replication_can_be_run_alone_in_any_order() {
    let scenario = read(BUSY);
    let forwards = together(&scenario, 0, 1, &[0, 1, 2, 3, 4, 5]);
    let mut backwards = together(&scenario, 0, 1, &[5, 4, 3, 2, 1, 0]);
    backwards.reverse();
    let all = |outcomes: &[Outcome]| {
        outcomes
            .iter()
            .map(|outcome| figures(&scenario, 0, outcome.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(all(&forwards), all(&backwards));
    assert_eq!(
        figures(&scenario, 0, alone(&scenario, 0, 1, 4)),
        all(&forwards)[4]
    );
}

#[test]
fn a_strategy_is_the_same_in_any_company() {
    let scenario = read(BUSY);
    let second = BUSY.find("[strategies.chat]").expect("there");
    let third = BUSY.find("[strategies.messaging]").expect("there");
    let single = read(&format!(
        "{}[channels.chat]\n{}",
        &BUSY[..second],
        &BUSY[third..]
    ));
    assert_eq!(
        figures(&scenario, 1, alone(&scenario, 1, 1, 0)),
        figures(&single, 0, alone(&single, 0, 1, 0))
    );
}

#[test]
fn other_seeds_and_replications_differ() {
    let scenario = read(BUSY);
    let play = |seed, replication| figures(&scenario, 0, alone(&scenario, 0, seed, replication));
    assert_ne!(play(1, 0), play(2, 0));
    assert_ne!(play(1, 0), play(1, 1));
}

#[test]
fn counts_and_sums_do_not_depend_on_the_order_of_merging() {
    let scenario = read(BUSY);
    let outcomes = together(&scenario, 0, 3, &[0, 1, 2, 3]);
    let mut turned = outcomes.clone();
    turned.reverse();
    let exact = |rows: Vec<Row>| {
        let quantile = |row: &Row| row.statistic.starts_with('p') && row.statistic != "per_hour";
        rows.into_iter()
            .filter(quantile)
            .map(|row| {
                (
                    row.scope,
                    row.measure,
                    row.clock,
                    row.statistic,
                    row.value.map(f64::to_bits),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        exact(rows(&scenario, 0, outcomes)),
        exact(rows(&scenario, 0, turned))
    );
}

#[derive(Default)]
struct Works {
    roots: std::collections::BTreeMap<syncline::id::ConversationId, (Root, u32)>,
    since: std::collections::BTreeMap<syncline::id::ConversationId, Time>,
    works: std::collections::BTreeMap<(Root, u32), Span>,
    opened: Vec<(Time, Root)>,
}

impl Listener for Works {
    fn hear(&mut self, now: Time, fact: Fact) {
        match fact {
            Fact::Opened {
                conversation, root, ..
            } => {
                self.roots.insert(conversation, (root, 0));
                self.opened.push((now, root));
            }
            Fact::Started { conversation, .. } => {
                self.since.insert(conversation, now);
            }
            Fact::Replied { conversation, .. } => {
                let (root, turn) = self.roots[&conversation];
                self.works
                    .insert((root, turn), now - self.since[&conversation]);
                self.roots.insert(conversation, (root, turn + 1));
            }
            _ => {}
        }
    }
}

/// The k-th turn of a customer takes as long in a chat as in messages, with few agents or many.
#[test]
fn the_same_customers_meet_the_same_luck_under_every_strategy() {
    let scenario = read(
        r#"
[run]
length = "1 day"
ending = "drain"
[customers.shoppers]
arrivals = { per_hour = 30, batch = { geometric = 1.3 } }
[customers.members]
arrivals = { renewal = { exponential = "10 min" } }
[topics.billing]
turns = { geometric = 3.0 }
work = { lognormal = { mean = "75 s", cv = 0.8 } }
[topics.technical]
turns = { poisson = 2.0 }
work = { gamma = { mean = "3 min", cv = 0.6 } }
[channels.talk]
reply_gap = "30 s"
[channels.letters]
mode = "asynchronous"
reply_gap = { exponential = "1 h" }
[agents.team]
count = 6
serves = ["talk", "letters"]
[strategies.talk]
routes = [{ to = "talk" }]
[strategies.letters]
routes = [{ to = "letters" }]
[strategies.letters.agents.team]
count = 3
"#,
    );
    let play = |strategy: usize| {
        let strategy = &scenario.strategies[strategy];
        let mut simulation = Simulation::new(&strategy.setup, &strategy.routes, Works::default());
        simulation
            .run(Seed {
                seed: 1,
                replication: 0,
            })
            .expect("it ends");
        std::mem::take(simulation.listener())
    };
    let (talk, letters) = (play(0), play(1));
    assert!(talk.opened.len() > 500 && talk.works.len() > 1000);
    assert_eq!(talk.opened, letters.opened);
    assert_eq!(talk.works, letters.works);
}
