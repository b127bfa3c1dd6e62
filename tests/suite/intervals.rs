//! Figures by interval: worked out by hand, and by weekday the same in total.

use syncline::experiment::Experiment;
use syncline::id::{GroupId, QueueId, TargetId};
use syncline::measure::{Clock, Measure};
use syncline::metric::{Intervals, Pool, Scope};
use syncline::scenario::Scenario;

use crate::reading::read;

/// The only strategy, by each interval or as the length of the run says.
fn play(text: &str, each: bool) -> (Scenario, Pool) {
    let scenario = read(text);
    let played = Experiment::new(&scenario).by_interval(each).run(&());
    let mut played = played.expect("nobody stops it");
    let pool = played.remove(0).pool;
    (scenario, pool)
}

/// A figure by interval: its place and value.
fn figure(
    intervals: &Intervals,
    scope: Scope,
    measure: Measure,
    statistic: &str,
) -> Vec<(usize, Option<f64>)> {
    let clock = measure.entry().clocks.then_some(Clock::Calendar);
    let series = intervals.find(scope, measure, clock, statistic);
    let series = series.unwrap_or_else(|| panic!("{scope:?} {} {statistic}", measure.name()));
    let points = intervals.points(series, 0.95);
    points.map(|point| (point.bin, point.value)).collect()
}

/// Calls at 5, 10, 15 and 55 take 20 minutes each at one desk, which closes at 100 and finishes. They are taken at 5, 25, 45
/// and 65. Half-hour intervals of a run of 80 minutes; the last call ends at 85, after it. #4 waits 10 minutes, and its wait
/// begins before the second interval ends.
#[test]
fn each_figure_is_in_its_interval() {
    let (_, pool) = play(
        r#"
        [run]
        length = "80 min"
        interval = "30 min"
        replications = 1
        [customers.callers]
        arrivals = { times = ["5 min", "10 min", "15 min", "55 min"] }
        [topics.any]
        work = "20 min"
        [channels.line]
        mode = "synchronous"
        [targets.quick]
        metric = "queue_wait"
        within = "10 min"
        share = 0.8
        [agents.desk]
        count = 1
        hours = "Mo-Su 00:00-01:10"
        serves = ["line"]
        "#,
        true,
    );
    let intervals = pool.intervals().expect("asked for");
    let of = |scope, measure, statistic| figure(intervals, scope, measure, statistic);
    let some = |values: &[(usize, f64)]| -> Vec<(usize, Option<f64>)> {
        values
            .iter()
            .map(|(bin, value)| (*bin, Some(*value)))
            .collect()
    };
    let (desk, line) = (Scope::Agents(GroupId(0)), Scope::Queue(QueueId(0)));
    for scope in [Scope::All, line] {
        let opened = of(scope, Measure::Opened, "total");
        assert_eq!(opened, some(&[(0, 3.0), (1, 1.0), (2, 0.0)]));
        // 10 waits 15 of its first half hour and 15 half of it; 15 until 45; 55 until 60 and from then until 65.
        let waiting = of(scope, Measure::QueueLength, "mean");
        let means = [(15.0 + 15.0) / 30.0, (15.0 + 5.0) / 30.0, 5.0 / 20.0];
        assert_eq!(waiting.len(), 3);
        for ((_, value), mean) in waiting.iter().zip(means) {
            assert!(
                (value.expect("a level") - mean).abs() < 1e-12,
                "{value:?} for {mean}"
            );
        }
        assert_eq!(
            of(scope, Measure::QueueLength, "max"),
            some(&[(0, 2.0), (1, 1.0), (2, 1.0)])
        );
        assert_eq!(
            of(scope, Measure::QueueLength, "end"),
            some(&[(0, 1.0), (1, 1.0), (2, 0.0)])
        );
    }
    // Resolved at 25, 45, 65 and 85: in the third interval, the last of them after the run.
    for scope in [Scope::All, line, desk] {
        let resolved = of(scope, Measure::Resolved, "total");
        assert_eq!(resolved, some(&[(0, 1.0), (1, 1.0), (2, 2.0)]));
        // 0, 15 and 30 minutes for those who come in the first half hour, 10 for the one in the second.
        let waits = of(scope, Measure::QueueWait, "mean");
        assert_eq!(waits, [(0, Some(900.0)), (1, Some(600.0)), (2, None)]);
    }
    let served = of(Scope::Target(TargetId(0)), Measure::ServiceLevel, "share");
    assert_eq!(served, [(0, Some(1.0 / 3.0)), (1, Some(1.0)), (2, None)]);
    for scope in [Scope::All, desk] {
        assert_eq!(
            of(scope, Measure::OnDuty, "mean"),
            some(&[(0, 1.0), (1, 1.0), (2, 0.5)])
        );
        assert_eq!(
            of(scope, Measure::OnDuty, "end"),
            some(&[(0, 1.0), (1, 1.0), (2, 0.0)])
        );
        // Busy from 5 on, from 70 on in overtime: 25 of 30, all, and 20 of 20.
        let occupancy = of(scope, Measure::Occupancy, "share");
        assert_eq!(occupancy, some(&[(0, 25.0 / 30.0), (1, 1.0), (2, 1.0)]));
    }
    assert!(
        intervals
            .series()
            .iter()
            .all(|series| series.key.scope.has(series.key.measure))
    );
}

/// Ten weeks with a switch of the clocks and a warm-up that ends within an interval.
const LONG: &str = r#"
[run]
start = 2026-03-01
zone = "Europe/Berlin"
length = "10 weeks"
warm_up = "50 h 20 min"
interval = "1 h"
replications = 3
[customers.writers]
zone = "Europe/Berlin"
arrivals = { per_day = 40, profile = "office-day" }
[topics.any]
turns = 2
work = { exponential = "5 min" }
[channels.mail]
mode = "asynchronous"
reply_gap = { exponential = "5 h" }
[agents.desk]
zone = "Europe/Berlin"
count = 2
hours = "Mo-Fr 09:00-17:00"
serves = ["mail"]
"#;

/// Of each figure the intervals, weighted, make what `summary.csv` has, told by weekday or each alone. Sums of floating
/// point in another order: to one in 10^9.
#[test]
fn intervals_add_up_to_the_summary_by_weekday_too() {
    for each in [false, true] {
        let (scenario, pool) = play(LONG, each);
        let intervals = pool.intervals().expect("asked for");
        assert_eq!(intervals.are_weekly(), !each);
        let rows = pool.rows(scenario.run.confidence);
        let mut compared = 0;
        for series in intervals.series() {
            let key = series.key;
            let weighted = |(bin, value): (usize, Option<f64>)| {
                let value = value.unwrap_or(0.0);
                match key.statistic {
                    "total" => value * f64::from(intervals.times(bin)),
                    _ => value * intervals.counted(bin).hours(),
                }
            };
            let points = intervals.points(series, 0.95);
            let sum: f64 = points.map(|point| weighted((point.bin, point.value))).sum();
            let is_level = key.statistic == "mean" && key.clock.is_none();
            let hours = (10.0 * 168.0) - (50.0 + 1.0 / 3.0);
            let told = match key.statistic {
                "total" => sum,
                _ if is_level => sum / hours,
                _ => continue,
            };
            let row = rows.iter().find(|row| {
                (row.scope, row.measure, row.statistic) == (key.scope, key.measure, key.statistic)
            });
            let value = row.and_then(|row| row.value).expect("a figure");
            compared += 1;
            assert!(
                (told - value).abs() <= 1e-9 * value.abs(),
                "{:?} {}: {told} by interval, {value} in all",
                key.scope,
                key.measure.name()
            );
        }
        assert!(compared > 40, "{compared}");
    }
}

/// What comes at night waits until the morning, and says so where it came: the first response of a mail that comes at
/// 20:00 on a weekday takes at least the 13 hours until 9:00, and what comes at 10:00 is faster.
#[test]
fn a_week_shows_when_who_comes_waits() {
    let (scenario, pool) = play(LONG, false);
    let intervals = pool.intervals().expect("asked for");
    let origin = syncline::calendar::Origin::midnight(scenario.run.start, &scenario.run.zone);
    let response = figure(intervals, Scope::All, Measure::FirstResponseTime, "mean");
    assert_eq!(response.len(), 168);
    let at = |weekday: jiff::civil::Weekday, hour: i8| {
        let there = |(bin, _): &&(usize, Option<f64>)| {
            let local = origin.local(intervals.start(*bin), &scenario.run.zone);
            (local.weekday(), local.hour()) == (weekday, hour)
        };
        response.iter().find(there).and_then(|(_, value)| *value)
    };
    let (evening, morning) = (
        at(jiff::civil::Weekday::Tuesday, 20),
        at(jiff::civil::Weekday::Wednesday, 10),
    );
    let hours = |value: Option<f64>| value.expect("somebody came") / 3600.0;
    assert!(hours(evening) > 12.0, "{evening:?}");
    assert!(hours(morning) < 6.0, "{morning:?}");
}
