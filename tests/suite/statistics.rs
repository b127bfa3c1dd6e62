//! The statistics of the statistics: intervals cover as often as they say, merging has no order, and common random
//! numbers pay.

use syncline::measure::Measure;
use syncline::metric::{Collector, Outcome, Pool, Row, Scope, Stats};
use syncline::random::Seed;
use syncline::scenario::{self, Scenario};
use syncline::simulation::Simulation;
use syncline::world::Setup;

fn read(text: &str) -> Scenario {
    match scenario::read("statistics.toml", text, &[], &mut |_| {
        Err("no files".to_owned())
    }) {
        Ok((scenario, _)) => scenario,
        Err(problems) => {
            let told: Vec<String> = problems
                .iter()
                .map(|problem| problem.render(false))
                .collect();
            panic!("{}", told.join("\n"))
        }
    }
}

/// Some replications of a strategy of a scenario.
fn play(scenario: &Scenario, strategy: usize, seed: u64, replications: u32) -> Vec<Outcome> {
    let strategy = &scenario.strategies[strategy];
    let listener = Collector::new(&strategy.setup);
    let mut simulation = Simulation::new(&strategy.setup, &strategy.routes, listener);
    let mut outcomes = Vec::new();
    for replication in 0..replications {
        let played = simulation.run(Seed { seed, replication });
        played.expect("nothing goes round in circles");
        outcomes.push(simulation.listener().take());
    }
    outcomes
}

fn merged(setup: &Setup, outcomes: Vec<Outcome>) -> Pool {
    let mut pool = Pool::new(setup);
    outcomes.into_iter().for_each(|outcome| pool.add(outcome));
    pool
}

/// A call each minute, one agent, one place to wait, an hour from empty: short, skewed and correlated, with figures
/// that can be had exactly.
const HOUR: &str = r#"
[run]
length = "1 h"
[customers.callers]
arrivals = { every = { gap = "60 s", first = "0 s", count = 60 } }
[topics.any]
work = { exponential = "50 s" }
[channels.line]
mode = "synchronous"
[queues.line]
capacity = 1
[agents.desk]
count = 1
serves = ["line"]
[strategies.only]
routes = [{ to = "line" }]
"#;

/// The chain of how many a call finds: the calls that wait among those let in, and the mean number in system.
///
/// With `n` there after a call and work at rate µ for one at a time, the next call finds fewer by as many ends of work
/// as a Poisson stream has in the gap; the number's integral over the gap is that of its mean.
fn exact() -> (f64, f64) {
    let (gap, work) = (60.0f64, 50.0f64);
    let none = (-gap / work).exp();
    let one = gap / work * none;
    // Seconds of those there: with one, until it is done; with two, until the first is done, and until both are.
    let of_one = work * (1.0 - none);
    let of_two = of_one + work * (2.0 - 2.0 * none - one);
    let mut found = [1.0, 0.0, 0.0];
    let (mut waiting, mut let_in, mut time) = (0.0, 0.0, 0.0);
    for _ in 0..60 {
        waiting += found[1];
        let_in += found[0] + found[1];
        let after = [found[0], found[1] + found[2]];
        time += after[0] * of_one + after[1] * of_two;
        found = [
            after[0] * (1.0 - none) + after[1] * (1.0 - none - one),
            after[0] * none + after[1] * one,
            after[1] * none,
        ];
    }
    (waiting / let_in, time / 3600.0)
}

/// 3,000 experiments of 20 replications each, seeds 1 to 3,000. If an interval covers 95 times in 100, the share of them that
/// cover has an error of 0.4 %: luck alone leaves the bounds of 93 and 97 % less than once in a million tries.
/// The interval of a median comes from few medians, which scatter more than theirs merged: it may cover more often.
#[test]
fn intervals_cover_as_often_as_they_say() {
    let scenario = read(HOUR);
    let setup = &scenario.strategies[0].setup;
    let (wait_probability, in_system) = exact();
    let median = 50.0 * std::f64::consts::LN_2;
    let sought = [
        (Measure::InSystem, "mean", in_system),
        (Measure::WaitProbability, "share", wait_probability),
        (Measure::WorkTime, "p50", median),
    ];
    let mut covered = [0u32; 3];
    let mut sums = [0.0; 3];
    let experiments = 3_000;
    for seed in 1..=experiments {
        let rows = merged(setup, play(&scenario, 0, seed, 20)).rows(0.95);
        for (place, (measure, statistic, exact)) in sought.into_iter().enumerate() {
            let is_sought = |row: &&Row| {
                row.scope == Scope::All && row.measure == measure && row.statistic == statistic
            };
            let row = rows.iter().find(is_sought).expect("a figure");
            let (low, high) = row.interval.expect("twenty replications");
            covered[place] += u32::from(low <= exact && exact <= high);
            sums[place] += row.value.expect("something was counted");
        }
    }
    let share = |covered: u32| f64::from(covered) / experiments as f64;
    println!("covered by mean, ratio, median: {:?}", covered.map(share));
    println!(
        "averages {:?} of {sought:?}",
        sums.map(|sum| sum / experiments as f64)
    );
    let [mean, ratio, median] = covered.map(share);
    assert!((0.93..=0.97).contains(&mean), "mean: {mean}");
    assert!((0.93..=0.97).contains(&ratio), "ratio: {ratio}");
    assert!(median >= 0.93, "median: {median}");
}

/// The sums of replications are integers: whichever comes first, their merge is the same.
#[test]
fn replications_merge_in_any_order() {
    let scenario = read(HOUR);
    let outcomes = play(&scenario, 0, 7, 12);
    let folded = |order: &mut dyn Iterator<Item = usize>| {
        let mut all = Stats::new();
        for place in order {
            all.merge(outcomes[place].stats(Scope::All).expect("all are a scope"));
        }
        all
    };
    let forwards = folded(&mut (0..12));
    assert!(forwards.counts[Measure::Resolved as usize] > 100);
    assert_eq!(forwards, folded(&mut (0..12).rev()));
    assert_eq!(forwards, folded(&mut (0..12).map(|place| place * 5 % 12)));
}

/// Two desks, of six and of seven, on a day of callers who wait as long as it takes.
const DESKS: &str = r#"
[run]
length = "8 h"
[customers.callers]
arrivals = { per_hour = 60 }
[topics.any]
work = { exponential = "4 min" }
[channels.line]
mode = "synchronous"
[agents.desk]
count = 6
serves = ["line"]
[strategies.six]
routes = [{ to = "line" }]
[strategies.seven]
routes = [{ to = "line" }]
agents.desk.count = 7
"#;

/// 200 days each, seeds 1 and 2. The same callers meet both desks, so that what they differ by is less a matter of luck than
/// if each had callers of its own: the variance of the difference in occupied agents and in work falls to nothing, that
/// of the mean wait at least fivefold (an estimate of a ratio of variances from 200 pairs has an error of about 15 %).
#[test]
fn the_same_customers_make_a_difference_clearer() {
    let scenario = read(DESKS);
    let wait = |outcomes: &[Outcome]| -> Vec<f64> {
        let level = |outcome: &Outcome| {
            let stats = outcome.stats(Scope::All).expect("all are a scope");
            stats.area_of(Measure::InSystem) as f64
        };
        outcomes.iter().map(level).collect()
    };
    let six = wait(&play(&scenario, 0, 1, 200));
    let seven = wait(&play(&scenario, 1, 1, 200));
    let seven_others = wait(&play(&scenario, 1, 2, 200));
    let variance = |one: &[f64], other: &[f64]| {
        let differences: Vec<f64> = one.iter().zip(other).map(|(a, b)| a - b).collect();
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        let squares = differences.iter().map(|d| (d - mean) * (d - mean));
        squares.sum::<f64>() / (differences.len() - 1) as f64
    };
    let (paired, independent) = (variance(&six, &seven), variance(&six, &seven_others));
    println!(
        "common random numbers cut the variance {:.1} times",
        independent / paired
    );
    assert!(independent > 5.0 * paired, "{independent} against {paired}");
}
