//! Burn-down against desks that can be worked out: fixed arrivals, fixed work, a burst.

use syncline::calendar::{Calendar, Rule};
use syncline::experiment::Experiment;
use syncline::id::GroupId;
use syncline::measure::Measure;
use syncline::metric::Scope;
use syncline::plan::{Backlog, Band, Events, ExtraShift, Incident, Steps, backlog};
use syncline::scenario::Scenario;
use syncline::time::{Span, Time};

use crate::reading::read;

/// Ten mails an hour, one agent who could answer fifteen; each interval is a minute.
const DESK: &str = r#"
    [run]
    start = 2026-01-12
    length = "5 days"
    interval = "1 min"
    replications = 1
    [customers.writers]
    arrivals = { every = { gap = "6 min" } }
    [topics.question]
    work = "4 min"
    [agents.desk]
    count = 1
    serves = ["letters"]
    [channels.letters]
    mode = "asynchronous"
    [strategies.mail]
    routes = [{ to = "letters" }]
"#;

/// The same with luck: about ten an hour for two agents, two kinds of customers.
const LUCKY: &str = r#"
    [run]
    start = 2026-01-12
    length = "3 days"
    replications = 6
    [customers.private]
    arrivals = { per_hour = 6 }
    [customers.business]
    arrivals = { per_hour = 4 }
    patience = "2 h"
    [topics.question]
    turns = { geometric = 2.0 }
    work = { exponential = "4 min" }
    [agents.desk]
    count = 2
    serves = ["letters"]
    [channels.letters]
    mode = "asynchronous"
    reply_gap = { exponential = "10 min" }
    [strategies.messages]
    routes = [{ to = "letters" }]
"#;

fn played(scenario: &Scenario, events: &Events) -> Backlog {
    let steps = Steps::new(&(), 0);
    backlog(scenario, 0, events, &steps).expect("nobody stops it")
}

fn hours(hours: f64) -> Time {
    Time::ZERO + Span::HOUR.scaled(hours)
}

fn burst(at: Time, extra: u32) -> Events {
    Events {
        incident: Some(Incident {
            at,
            lasts: Span::ZERO,
            extra,
            customers: None,
        }),
        ..Events::default()
    }
}

/// One agent on some hours besides.
fn one_more(scenario: &Scenario, times: &str) -> Vec<ExtraShift> {
    let run = &scenario.run;
    let origin = syncline::calendar::Origin::midnight(run.start, &run.zone);
    let rule = Rule::parse("off", None, &[], &[times]).expect("times");
    vec![ExtraShift {
        group: GroupId(0),
        hours: Calendar::compile(&rule, &run.zone, origin, Span::WEEK * 5),
        count: 1,
    }]
}

/// To the last bit.
#[track_caller]
fn alike(one: &[Band], other: &[Band]) {
    assert_eq!(one.len(), other.len());
    let apart = one.iter().zip(other).position(|(one, other)| one != other);
    assert_eq!(apart, None, "they differ from this interval on");
}

/// How many are with one agent who takes each in turn (Lindley): on average in each minute.
fn one_after_the_other(arrivals: &[Span], work: Span, minutes: usize) -> Vec<f64> {
    let mut areas = vec![0.0; minutes];
    let mut free = Span::ZERO;
    for arrival in arrivals {
        free = free.max(*arrival) + work;
        let (from, to) = (arrival.0, free.0);
        for minute in from / Span::MINUTE.0..=to / Span::MINUTE.0 {
            let start = minute * Span::MINUTE.0;
            let inside = to.min(start + Span::MINUTE.0) - from.max(start);
            if let Some(area) = areas.get_mut(minute as usize) {
                *area += inside.max(0) as f64 / Span::MINUTE.0 as f64;
            }
        }
    }
    areas
}

/// Ten hours for a burst of 50: five an hour are burnt down. Minute by minute it is what Lindley's recursion says.
#[test]
fn a_burst_burns_down_in_its_size_over_the_spare_capacity() {
    let scenario = read(DESK);
    let at = hours(9.0);
    let backlog = played(&scenario, &burst(at, 50));
    let minutes = 5 * 24 * 60;
    let usual: Vec<Span> = (0..1200).map(|mail| Span::MINUTE * (6 * mail)).collect();
    let mut upset = usual.clone();
    upset.extend([Span::HOUR * 9; 50]);
    upset.sort_unstable();
    let [usual, upset] =
        [usual, upset].map(|mails| one_after_the_other(&mails, Span::MINUTE * 4, minutes));
    let told = backlog.upset.as_ref().expect("it is upset");
    assert_eq!(backlog.usual.len(), minutes);
    for minute in 0..minutes {
        let near =
            |is: f64, right: f64| assert!((is - right).abs() < 1e-9, "{minute}: {is} {right}");
        near(backlog.usual[minute].mean, usual[minute]);
        near(told.backlog[minute].mean, upset[minute]);
        near(told.more[minute].mean, upset[minute] - usual[minute]);
    }
    // The last one but one: a single conversation may be left, which takes a fifth of an hour.
    let burnt = told.burnt_in(0.5).expect("it is burnt down") - at;
    let exact = 50.0 / (15.0 - 10.0);
    assert!(
        burnt.hours() <= exact && burnt.hours() > exact - 0.2 - 1.0 / 60.0,
        "{burnt}"
    );
    // The area of a triangle, give or take the steps of its long side.
    let waiting = told.waiting.0;
    assert!(
        (waiting / (50.0 * exact / 2.0) - 1.0).abs() < 0.02,
        "{waiting}"
    );
    assert_eq!(told.lost.0, 0.0);
    assert!(backlog.relieved.is_none());
}

/// A second agent for two hours answers thirty, for which the first would need the spare time of six hours.
#[test]
fn an_extra_shift_brings_the_end_nearer_by_its_work_over_the_spare_capacity() {
    let scenario = read(DESK);
    let events = Events {
        shifts: one_more(&scenario, "2026-01-12 10:00-12:00"),
        ..burst(hours(9.0), 50)
    };
    let setup = &scenario.strategies[0].setup;
    assert_eq!(events.shifts[0].agent_hours(setup), 2.0);
    let backlog = played(&scenario, &events);
    let (upset, relieved) = (backlog.upset.unwrap(), backlog.relieved.unwrap());
    let sooner = upset.burnt_in(0.5).unwrap() - relieved.burnt_in(0.5).unwrap();
    assert!((sooner.hours() - 6.0).abs() < 0.1, "{sooner}");
    // From 10 to 12 twenty an hour go instead of five: of 50 at 9 are 45, 5 and 0 left at 10, 12 and 13.
    let area = (50.0 + 45.0) / 2.0 + (45.0 + 5.0) / 2.0 * 2.0 + 5.0 / 2.0;
    assert!(
        (relieved.waiting.0 / area - 1.0).abs() < 0.03,
        "{}",
        relieved.waiting.0
    );
}

/// A day without anybody leaves 240 mails, which five an hour burn down in two days.
#[test]
fn a_holiday_burns_down_in_what_it_leaves_over_the_spare_capacity() {
    let scenario = read(DESK);
    let events = Events {
        closed: vec![(hours(24.0), hours(48.0))],
        ..Events::default()
    };
    let upset = played(&scenario, &events).upset.unwrap();
    let most = upset.more.iter().map(|band| band.mean).fold(0.0, f64::max);
    assert!((most - 240.0).abs() < 1.0, "{most}");
    let burnt = upset.burnt_in(0.5).unwrap() - hours(48.0);
    // 2.4 may be left: half an hour.
    assert!(burnt.hours() <= 48.0 && burnt.hours() > 47.4, "{burnt}");
}

/// What is not burnt down within the run has no date.
#[test]
fn what_takes_longer_than_the_run_has_no_date() {
    let upset = played(&read(DESK), &burst(hours(9.0), 5000)).upset.unwrap();
    assert_eq!(upset.burnt_in(0.05), None);
}

/// Who comes anyway is the same: before the incident both courses are alike to the last bit, and the usual one is that of a run.
#[test]
fn the_usual_course_is_that_of_a_run_and_nobody_else_changes() {
    let scenario = read(LUCKY);
    let at = hours(30.0);
    let backlog = played(&scenario, &burst(at, 40));
    let upset = backlog.upset.unwrap();
    let before = backlog
        .starts
        .iter()
        .take_while(|start| **start < at)
        .count();
    alike(&backlog.usual[..before], &upset.backlog[..before]);
    assert!(upset.more[before].mean > 20.0);
    let experiment = Experiment::new(&scenario).by_interval(true);
    let pool = experiment.run(&()).expect("nobody stops it").remove(0).pool;
    let intervals = pool.intervals().expect("told by interval");
    let series = intervals
        .find(Scope::All, Measure::Backlog, None, "mean")
        .expect("a level");
    for point in intervals.points(series, 0.95) {
        let band = backlog.usual[point.bin];
        assert!((point.value.unwrap() - band.mean).abs() < 1e-9);
        assert!(band.low <= band.mean && band.mean <= band.high);
    }
}

/// Two kinds of customers share an incident as they share the arrivals; only one does if it is named.
#[test]
fn an_incident_is_like_the_customers_it_is_said_to_be_like() {
    // Those whom no route takes are lost at once, and nobody else is.
    let text = LUCKY.replace(
        "routes = [{ to = \"letters\" }]",
        "routes = [{ if = { customers = \"private\" }, to = \"letters\" }]",
    );
    let scenario = read(&text);
    let lost = |customers: Option<u32>| {
        let mut events = burst(hours(30.0), 40);
        let incident = events.incident.as_mut().unwrap();
        incident.customers = customers.map(syncline::id::CustomersId);
        incident.lasts = Span::HOUR;
        played(&scenario, &events).upset.unwrap().lost.0
    };
    assert_eq!(
        [lost(None), lost(Some(0)), lost(Some(1))],
        [16.0, 0.0, 40.0]
    );
}

/// A desk with hours that a route asks for and a channel keeps, and a second one that is staffed by head-count.
const OFFICE: &str = r#"
    [run]
    start = 2026-01-12
    zone = "Europe/Berlin"
    length = "5 days"
    replications = 3
    [hours]
    office = { rule = "Mo-Fr 08:00-18:00", closed = [] }
    [customers.callers]
    arrivals = { per_day = 200, profile = "office-day" }
    [agents.desk]
    shifts = [{ hours = "office", count = 3 }]
    serves = ["phone", "mail"]
    [agents.back]
    staffing = { counts = [1, 2], interval = "12 h" }
    serves = ["mail"]
    [channels.phone]
    hours = "office"
    [channels.mail]
    mode = "asynchronous"
    [strategies.both]
    routes = [{ if = { hours = "office", share = 0.5 }, to = "phone" }, { to = "mail" }]
"#;

/// A day closed by the command line is a day closed in the scenario, to the last bit.
#[test]
fn a_closed_day_is_that_of_a_scenario() {
    let wednesday = Events {
        closed: vec![(hours(48.0), hours(72.0))],
        ..Events::default()
    };
    let upset = played(&read(OFFICE), &wednesday).upset.unwrap();
    let text = OFFICE
        .replace("closed = []", "closed = [2026-01-14]")
        .replace("[1, 2]", "[1, 2, 2, 2, 0, 0, 2]");
    let closed = played(&read(&text), &Events::default());
    alike(&upset.backlog, &closed.usual);
    assert!(upset.more.iter().any(|band| band.mean > 10.0));
}

/// An extra shift is one more shift of the scenario, to the last bit; and one more head where heads are counted.
#[test]
fn an_extra_shift_is_that_of_a_scenario() {
    let scenario = read(OFFICE);
    let mut events = burst(hours(33.0), 60);
    events.shifts = one_more(&scenario, "2026-01-13 10:00-22:00");
    let relieved = played(&scenario, &events).relieved.unwrap();
    events.shifts.clear();
    let more = "count = 3 }, { hours = \"2026 Jan 13 10:00-22:00\", count = 1 }";
    let shifted = played(&read(&OFFICE.replace("count = 3 }", more)), &events);
    alike(&relieved.backlog, &shifted.upset.unwrap().backlog);
    events.shifts = one_more(&scenario, "2026-01-13 12:00-24:00");
    events.shifts[0].group = GroupId(1);
    let relieved = played(&scenario, &events).relieved.unwrap();
    events.shifts.clear();
    let more = OFFICE.replace("[1, 2]", "[1, 2, 2, 3, 2]");
    let shifted = played(&read(&more), &events);
    alike(&relieved.backlog, &shifted.upset.unwrap().backlog);
}

#[test]
fn threads_change_no_burn_down() {
    let scenario = read(LUCKY);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let events = Events {
            shifts: one_more(&scenario, "2026-01-13 10:00-12:00"),
            closed: vec![(hours(48.0), hours(72.0))],
            ..burst(hours(30.0), 40)
        };
        let backlog = pool
            .expect("threads")
            .install(|| played(&scenario, &events));
        format!("{backlog:?}")
    };
    assert!(on(1) == on(3));
}
