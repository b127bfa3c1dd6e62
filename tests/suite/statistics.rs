//! The statistics of the statistics: intervals cover as often as they say, merging has no order, and common random
//! numbers pay.

use std::collections::VecDeque;

use syncline::fact::{Fact, Listener};
use syncline::measure::{Clock, Measure};
use syncline::metric::{Collector, Outcome, Pool, Row, Scope, Stats};
use syncline::random::Seed;
use syncline::scenario::Scenario;
use syncline::simulation::Simulation;
use syncline::time::Time;
use syncline::world::Setup;

use crate::reading::read;

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
            let course = outcome.level(Scope::All, Measure::InSystem);
            course.expect("all are a scope").area as f64
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

/// What a figure of each replication is, in replications of a scenario.
fn figures(text: &str, replications: u32, figure: impl Fn(&Outcome) -> f64) -> Vec<f64> {
    let scenario = read(text);
    let outcomes = play(&scenario, 0, 1, replications);
    outcomes.iter().map(figure).collect()
}

fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

/// Fails when a mean or a standard deviation is more than 4.5 errors off: 7 in a million by luck, for each of the two. The
/// error of a deviation is that of a normal sample, a root of 2n of it.
fn assert_spread(values: &[f64], mean: f64, sd: f64) {
    let (found, spread) = mean_and_sd(values);
    let n = values.len() as f64;
    println!("mean {found:.5} for {mean}, sd {spread:.5} for {sd}");
    assert!(
        (found - mean).abs() < 4.5 * sd / n.sqrt(),
        "mean {found} for {mean}"
    );
    assert!(
        (spread - sd).abs() < 4.5 * sd / (2.0 * n).sqrt(),
        "sd {spread} for {sd}"
    );
}

/// The calls of 4,000 days whose busyness is gamma of shape 25: the negative binomial law has mean 1000, standard deviation
/// 202.48456731317, and 0.32953778935787 of it are at most 900.
#[test]
fn busy_and_quiet_days_are_as_many_as_their_law_says() {
    let days = r#"
        [run]
        length = "1 day"
        [customers.callers]
        arrivals = { per_day = 1000, busyness_cv = 0.2 }
        [topics.any]
        turns = 0
        [channels.line]
        mode = "synchronous"
        [agents.desk]
        count = 1
        serves = ["line"]
    "#;
    let calls = figures(days, 4_000, |outcome| {
        let stats = outcome.stats(Scope::All).expect("all are a scope");
        stats.counts[Measure::Opened as usize] as f64
    });
    assert_spread(&calls, 1000.0, 202.484_567_313_17);
    let law: f64 = 0.329_537_789_357_87;
    let quiet = calls.iter().filter(|calls| **calls <= 900.0).count() as f64 / 4_000.0;
    println!("{quiet} of days have at most 900 calls, {law} by their law");
    assert!(
        (quiet - law).abs() < 4.5 * (law * (1.0 - law) / 4_000.0).sqrt(),
        "{quiet} for {law}"
    );
}

/// One agent, four fifths busy, over 10,000 min after a warm-up: averages over time scatter by the root of their asymptotic
/// variance, 1800 and 1.6, over 10,000.
#[test]
fn averages_over_a_long_time_scatter_as_theory_says() {
    let long = r#"
        [run]
        length = "11000 min"
        warm_up = "1000 min"
        ending = "cut"
        [customers.callers]
        arrivals = { per_hour = 48 }
        [topics.any]
        work = { exponential = "1 min" }
        [channels.line]
        mode = "synchronous"
        [agents.desk]
        count = 1
        serves = ["line"]
    "#;
    let minutes = |area: i128| area as f64 / 60e9 / 10_000.0;
    let area = |outcome: &Outcome, measure: Measure| {
        let course = outcome.level(Scope::All, measure);
        course.expect("all are a scope").area
    };
    let there = figures(long, 1_000, |outcome| {
        minutes(area(outcome, Measure::InSystem))
    });
    assert_spread(&there, 4.0, 0.424_264_068_711_93);
    let busy = figures(long, 1_000, |outcome| {
        minutes(area(outcome, Measure::InSystem) - area(outcome, Measure::QueueLength))
    });
    assert_spread(&busy, 0.8, 0.012_649_110_640_674);
}

/// The average waits \[min\] of `many` customers in a row, after as many as a tenth of them, of one agent with work of a minute.
fn averages_of_waits(load: f64, many: usize, runs: u32) -> Vec<f64> {
    let minutes = (1.1 * many as f64 / load + 10.0 * (many as f64).sqrt()).ceil();
    let rate = 60.0 * load;
    let scenario = read(&format!(
        "[run]\nlength = \"{minutes} min\"\n[customers.callers]\narrivals = {{ per_hour = {rate} }}\n\
        [topics.any]\nwork = {{ exponential = \"1 min\" }}\n[channels.line]\nmode = \"synchronous\"\n\
        [agents.desk]\ncount = 1\nserves = [\"line\"]\n[strategies.only]\nroutes = [{{ to = \"line\" }}]\n"
    ));
    let strategy = &scenario.strategies[0];
    let mut simulation = Simulation::new(&strategy.setup, &strategy.routes, Waits::default());
    let mut average = |replication| {
        let played = simulation.run(Seed {
            seed: 1,
            replication,
        });
        played.expect("nothing goes round in circles");
        let heard = std::mem::take(simulation.listener());
        heard.waits[many / 10..][..many].iter().sum::<f64>() / many as f64
    };
    (0..runs).map(&mut average).collect()
}

/// The waits for a slot \[min\] where who comes first is served first.
#[derive(Default)]
struct Waits {
    line: VecDeque<Time>,
    waits: Vec<f64>,
}

impl Listener for Waits {
    fn hear(&mut self, now: Time, fact: Fact) {
        match fact {
            Fact::Opened { .. } => self.line.push_back(now),
            Fact::Taken { .. } => {
                let opened = self.line.pop_front().expect("who is taken has opened");
                self.waits.push((now - opened).seconds() / 60.0);
            }
            _ => {}
        }
    }
}

/// The average wait of 10,000 customers in a row, one agent half busy, scatters by the root of its asymptotic variance,
/// 7.25 times the squared mean work times 4 (here the work is a minute, there half a minute), over 10,000 (Daley 1968).
#[test]
fn averages_over_many_customers_scatter_as_theory_says() {
    assert_spread(
        &averages_of_waits(0.5, 10_000, 1_000),
        1.0,
        2.0 * 0.026_925_824_035_673,
    );
}

/// The same for 100,000 customers and an agent nine tenths busy.
#[test]
#[ignore = "takes a minute; run it in release"]
fn averages_over_very_many_customers_scatter_as_theory_says() {
    assert_spread(
        &averages_of_waits(0.9, 100_000, 400),
        9.0,
        0.599_174_432_031_27,
    );
}

/// A bank branch, `BankEv.res` of SSJ: 3, 2 or 1 tellers come with 80, 15 and 5 % of days, doors open at 10, customers come
/// from 9:45 to 15 (a porter is there, or nobody would be let in) and go again where more than 5 wait with (n − 5) / 5. Published from 100 days: 240.590 are served
/// (standard deviation 19.210) and wait 4.793 hours in all (5.186).
///
/// Days of each number of tellers are played apart and weighed by how many there are. Their means and the published ones
/// are further apart than 4 of their standard errors by luck alone in 6 of 10⁵ for each; those waits are not normal, of
/// which 100 days leave little.
#[test]
fn a_bank_serves_as_many_and_keeps_them_waiting_as_long_as_published() {
    let rates: Vec<&str> = (0..61)
        .map(|quarter| match quarter {
            39..44 | 56..60 => "30.0",
            44..56 => "60.0",
            _ => "0.0",
        })
        .collect();
    let bank = |tellers: u32| {
        format!(
            r#"
            [run]
            length = "1 day"
            ending = "drain"
            [customers.customers]
            arrivals = {{ rates = [{}], interval = "15 min" }}
            balk = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
            [topics.any]
            work = {{ erlang = {{ phases = 2, mean = "2 min" }} }}
            [channels.counter]
            mode = "synchronous"
            [agents.tellers]
            count = {tellers}
            hours = "10:00-24:00"
            serves = ["counter"]
            [agents.porter]
            count = 1
            serves = [{{ queue = "counter", after = "1 day" }}]
            [strategies.only]
            routes = [{{ to = "counter" }}]
            "#,
            rates.join(", ")
        )
    };
    const DAYS: u32 = 1000;
    let days = [(3, 0.8), (2, 0.15), (1, 0.05)].map(|(tellers, share)| {
        let day = |outcome: Outcome| {
            let stats = outcome.stats(Scope::All).expect("all").clone();
            let waits = stats.durations(Measure::QueueWait, Clock::Calendar);
            let served = stats.counts[Measure::Resolved as usize] as f64;
            [served, waits.sum as f64 * 1e-9 / 3600.0]
        };
        let scenario = read(&bank(tellers));
        let days: Vec<[f64; 2]> = play(&scenario, 0, 14, DAYS).into_iter().map(day).collect();
        (share, days)
    });
    for (figure, mean, sd) in [(0, 240.590, 19.210), (1, 4.793, 5.186)] {
        let (mut ours, mut variance) = (0.0, sd * sd / 100.0);
        for (share, days) in &days {
            let values: Vec<f64> = days.iter().map(|day| day[figure]).collect();
            let (mean, sd) = mean_and_sd(&values);
            ours += share * mean;
            variance += (share * sd).powi(2) / f64::from(DAYS);
        }
        let off = (ours - mean) / f64::sqrt(variance);
        println!("{ours:.3} for {mean}: {off:.2} standard errors");
        assert!(
            off.abs() < 4.0,
            "{ours} instead of {mean}: {off} standard errors off"
        );
    }
}
