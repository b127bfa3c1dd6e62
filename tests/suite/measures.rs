//! Measures worked out by hand on small timelines: fixed lengths, no luck, exact sums.

use syncline::id::{GroupId, QueueId, TargetId, TopicId};
use syncline::measure::{Clock, Measure};
use syncline::metric::{Age, Collector, Outcome, Pool, Scope, Sum};
use syncline::random::Seed;
use syncline::scenario;
use syncline::simulation::Simulation;
use syncline::time::Span;

const MINUTE: i128 = Span::MINUTE.0 as i128;

/// Two hours, then who is in is served.
const RUN: &str = "[run]\nlength = \"2 h\"\nending = \"drain\"\nreplications = 1\n";

/// The scope of a kind that stands at this place of the file.
fn told(outcome: &Outcome, kind: &str, place: usize) -> Scope {
    let scopes = outcome.scopes().map(|(scope, _)| scope);
    let mut of_kind = scopes.filter(|scope| scope.name() == kind);
    of_kind.nth(place).expect("a table")
}

/// The only strategy of a scenario, played once: what was counted, and the figures made of it.
fn play(text: &str) -> (Outcome, Pool) {
    let read = scenario::read("measures.toml", text, &[], &mut |_| Err("no files".into()));
    let scenario = match read {
        Ok((scenario, _)) => scenario,
        Err(problems) => {
            let shown: String = problems
                .iter()
                .map(|problem| problem.render(false))
                .collect();
            panic!("{shown}")
        }
    };
    let strategy = &scenario.strategies[0];
    let collector = Collector::new(&strategy.setup);
    let mut simulation = Simulation::new(&strategy.setup, &strategy.routes, collector);
    let seed = Seed {
        seed: 1,
        replication: 0,
    };
    simulation.run(seed).expect("it ends");
    let outcome = simulation.listener().take();
    let mut pool = Pool::new(&strategy.setup);
    pool.add(outcome.clone());
    (outcome, pool)
}

/// How many waits there were, and their sum \[min\].
fn waits(outcome: &Outcome, measure: Measure, clock: Clock) -> (u64, f64) {
    let stats = outcome.stats(Scope::All).expect("all");
    let durations = stats.durations(measure, clock);
    (durations.count, durations.sum as f64 / MINUTE as f64)
}

fn count(outcome: &Outcome, measure: Measure) -> u64 {
    outcome.stats(Scope::All).expect("all").counts[measure as usize]
}

fn value(pool: &Pool, scope: Scope, measure: Measure, statistic: &str) -> Option<f64> {
    let rows = pool.rows(0.95);
    let row = rows
        .iter()
        .find(|row| (row.scope, row.measure, row.statistic) == (scope, measure, statistic));
    row.unwrap_or_else(|| panic!("{scope:?} {} {statistic}", measure.name()))
        .value
}

/// Calls at 5 and 20 take 30 minutes each: resolved at 35 and, after a wait of 15, at 65. Both opened in the warm-up and end
/// after it: neither is counted, but both are resolved by the clock, and only the first within 10 minutes.
#[test]
fn goodput_judges_whoever_ends_in_the_counted_time() {
    let (outcome, pool) = play(
        r#"
        [run]
        length = "2 h"
        warm_up = "30 min"
        ending = "drain"
        replications = 1
        [customers.callers]
        arrivals = { times = ["5 min", "20 min"] }
        [topics.any]
        work = "30 min"
        [channels.line]
        [targets.quick]
        metric = "queue_wait"
        within = "10 min"
        share = 0.8
        [agents.desk]
        count = 1
        serves = ["line"]
        "#,
    );
    let sums = outcome.stats(Scope::All).expect("all").sums;
    assert_eq!(sums[Sum::ResolvedByClock as usize], 2);
    assert_eq!(sums[Sum::GoodByClock as usize], 1);
    assert_eq!(count(&outcome, Measure::Resolved), 0);
    // The promise is about the counted ones: nobody.
    assert_eq!(outcome.promise(TargetId(0)), Default::default());
    let goodput = value(&pool, Scope::All, Measure::Goodput, "per_hour");
    assert_eq!(goodput, Some(1.0 / 1.5));
}

/// A mail at 10 waits for its hours from 30 on and, the desk coming at 40, is answered at 50; it goes on to a line that is
/// always there and is answered at 55. The ball is with us for 45 minutes, 25 of them open: 20 of the mail's and all 5 of
/// the call's. A call of its own at 60 takes 5 minutes on both clocks.
#[test]
fn open_time_is_that_of_each_channel_a_conversation_was_in() {
    let (outcome, _) = play(&format!(
        r#"{RUN}
        [customers.writers]
        arrivals = {{ times = ["10 min"] }}
        topics = {{ first = 1 }}
        [customers.callers]
        arrivals = {{ times = ["60 min"] }}
        topics = {{ second = 1 }}
        [topics.first]
        work = "10 min"
        next = [{{ topic = "second", probability = 1.0 }}]
        [topics.second]
        work = "5 min"
        [channels.mail]
        mode = "asynchronous"
        hours = "00:30-24:00"
        [channels.line]
        [agents.clerks]
        count = 1
        hours = "00:40-24:00"
        serves = ["mail"]
        [agents.callees]
        count = 1
        serves = ["line"]
        [strategies.only]
        routes = [{{ if = {{ topic = "first" }}, to = "mail" }}, {{ to = "line" }}]
        "#
    ));
    let waited = |clock| waits(&outcome, Measure::RequesterWaitTime, clock);
    assert_eq!(waited(Clock::Calendar), (2, 50.0));
    assert_eq!(waited(Clock::Business), (2, 30.0));
    let line = outcome
        .stats(told(&outcome, "channel", 1))
        .expect("a channel");
    let of_line = |clock| line.durations(Measure::RequesterWaitTime, clock).sum;
    assert_eq!(of_line(Clock::Calendar), 50 * MINUTE);
    assert_eq!(of_line(Clock::Business), 30 * MINUTE);
    // Nothing else on the line has two clocks.
    assert_eq!(
        waits(&outcome, Measure::QueueWait, Clock::Calendar),
        (3, 30.0)
    );
    assert_eq!(
        waits(&outcome, Measure::QueueWait, Clock::Business),
        (3, 10.0)
    );
}

/// The silent leaver's place is taken at 10 and found empty at 12: attention on it, but no conversation was handled.
#[test]
fn notice_is_attention() {
    let (outcome, pool) = play(&format!(
        r#"{RUN}
        [customers.calm]
        arrivals = {{ times = ["0 s"] }}
        [customers.hasty]
        arrivals = {{ times = ["1 min"] }}
        patience = "3 min"
        [topics.any]
        work = "10 min"
        [channels.line]
        silent = {{ share = 1.0, notice = "2 min" }}
        [agents.desk]
        count = 1
        serves = ["line"]
        "#
    ));
    let hours = outcome.crew(None).hours;
    assert_eq!((hours.attention, hours.busy), (12 * MINUTE, 12 * MINUTE));
    let effort = value(&pool, Scope::All, Measure::EffortOccupancy, "share");
    assert_eq!(effort, Some(0.1));
    assert_eq!(
        waits(&outcome, Measure::HandleTime, Clock::Calendar),
        (1, 10.0)
    );
    assert_eq!(
        waits(&outcome, Measure::TimeToAbandon, Clock::Calendar),
        (1, 3.0)
    );
}

/// Two chats with one attention: #1 is answered at 4, writes again at 5 and waits for attention, which #2 has, no longer
/// than until 7. It gave up on a turn, after 2 minutes.
#[test]
fn who_gives_up_on_a_later_turn_abandons_that() {
    let (outcome, _) = play(&format!(
        r#"{RUN}
        [customers.guests]
        arrivals = {{ times = ["0 s", "0 s"] }}
        patience = {{ reply = "2 min" }}
        [topics.any]
        turns = 2
        work = "4 min"
        [channels.line]
        reply_gap = "1 min"
        [agents.desk]
        count = 1
        capacity = 2
        serves = ["line"]
        "#
    ));
    assert_eq!(count(&outcome, Measure::Abandoned), 1);
    assert_eq!(
        waits(&outcome, Measure::TimeToAbandon, Clock::Calendar),
        (1, 2.0)
    );
    assert_eq!(
        waits(&outcome, Measure::QueueWait, Clock::Calendar),
        (2, 0.0)
    );
}

/// A call at 10 comes too early and is rejected as closed; one at 40 is answered; one at 100 finds nobody on duty.
#[test]
fn who_comes_out_of_hours_is_counted_even_if_rejected() {
    let (outcome, _) = play(&format!(
        r#"{RUN}
        [customers.callers]
        arrivals = {{ times = ["10 min", "40 min", "100 min"] }}
        [topics.any]
        work = "5 min"
        [channels.line]
        hours = "00:30-24:00"
        [agents.desk]
        count = 1
        hours = "00:00-01:30"
        serves = ["line"]
        "#
    ));
    assert_eq!(count(&outcome, Measure::RejectedClosed), 1);
    assert_eq!(count(&outcome, Measure::RejectedUnstaffed), 1);
    assert_eq!(count(&outcome, Measure::OutOfHours), 2);
    assert_eq!(count(&outcome, Measure::Opened), 3);
}

/// One is served at once, one waits 9 minutes, one balks.
#[test]
fn balkers_are_in_the_service_level_as_they_are_in_the_queue() {
    let text = |counts: bool| {
        format!(
            r#"{RUN}count_balkers = {counts}
            [customers.callers]
            arrivals = {{ times = ["0 s", "1 min", "2 min"] }}
            balk = [0.0, 1.0]
            [topics.any]
            work = "10 min"
            [channels.line]
            [targets.quick]
            metric = "queue_wait"
            within = "5 min"
            share = 0.8
            [agents.desk]
            count = 1
            serves = ["line"]
            "#
        )
    };
    for (counts, left, share, waited) in [(true, 1, 2.0 / 3.0, 3), (false, 0, 0.5, 2)] {
        let (outcome, pool) = play(&text(counts));
        let promise = outcome.promise(TargetId(0));
        assert_eq!((promise.left, promise.left_within), (left, left));
        assert_eq!((promise.answered, promise.answered_within), (2, 1));
        let waits_at_all = value(&pool, Scope::All, Measure::WaitProbability, "share");
        assert_eq!(waits_at_all, Some(share));
        assert_eq!(
            waits(&outcome, Measure::QueueWait, Clock::Calendar),
            (waited, 9.0)
        );
        assert_eq!(
            waits(&outcome, Measure::TimeToAbandon, Clock::Calendar),
            (1, 0.0)
        );
    }
}

/// Mails at 30 and 40 take 40 minutes each of a desk with nobody at it from 60 to 120, and keep their slots over it.
/// The first is worked on from 30 to 60 and from 120 to 130, the second then until 170. The run ends at 180.
/// At work: slots 10 + 2 * 20 + 2 * 10 + 40 = 110 minutes, the agent with a conversation for 30 + 50 = 80.
#[test]
fn slots_kept_while_nobody_is_at_work_are_no_concurrency() {
    let (outcome, pool) = play(
        r#"
        [run]
        length = "3 h"
        ending = "drain"
        replications = 1
        [customers.writers]
        arrivals = { times = ["30 min", "40 min"] }
        [topics.any]
        work = "40 min"
        [channels.mail]
        customer = "released"
        slot = "held"
        [agents.desk]
        count = 1
        capacity = 2
        hours = "00:00-01:00, 02:00-24:00"
        serves = ["mail"]
        "#,
    );
    let crew = outcome.crew(None);
    assert_eq!(crew.held.area, 110 * MINUTE);
    assert_eq!(crew.hours.busy, 80 * MINUTE);
    for scope in [Scope::All, Scope::Agents(GroupId(0))] {
        let of = |statistic| value(&pool, scope, Measure::Concurrency, statistic);
        assert_eq!(of("mean"), Some(110.0 / 80.0));
        assert_eq!(of("max"), Some(2.0));
        assert_eq!(of("end"), None);
    }
}

/// Calls of three segments at 0, 5 and 10 take 20 minutes each: the second waits from 5 to 20, the third from 10 to 40. The
/// oldest has waited 0 to 15 minutes from 5 on, and then 10 to 30.
#[test]
fn levels_and_ages_are_those_of_their_scope() {
    let (outcome, pool) = play(&format!(
        r#"{RUN}
        [customers.a]
        arrivals = {{ times = ["0 s"] }}
        [customers.b]
        arrivals = {{ times = ["5 min"] }}
        [customers.c]
        arrivals = {{ times = ["10 min"] }}
        [topics.any]
        work = "20 min"
        [channels.line]
        [channels.unused]
        [agents.desk]
        count = 1
        serves = ["line"]
        [strategies.only]
        routes = [{{ to = "line" }}]
        "#
    ));
    let age = |area: i128, max: i64| Age {
        area: area * MINUTE * MINUTE,
        max: Span::MINUTE * max,
        end: Span::ZERO,
    };
    let both = [
        Scope::All,
        Scope::Topic(TopicId(0)),
        told(&outcome, "channel", 0),
        told(&outcome, "queue", 0),
    ];
    for scope in both {
        assert_eq!(
            outcome.age(scope),
            Some(age(15 * 15 + 30 * 30 - 10 * 10, 30))
        );
        let max = |measure| value(&pool, scope, measure, "max");
        assert_eq!(max(Measure::QueueLength), Some(2.0));
        assert_eq!(max(Measure::InSystem), Some(3.0));
        assert_eq!(max(Measure::Backlog), Some(3.0));
        assert_eq!(max(Measure::LinesBusy), Some(3.0));
        assert_eq!(max(Measure::Away), Some(0.0));
    }
    let (b, c) = (
        told(&outcome, "customers", 1),
        told(&outcome, "customers", 2),
    );
    assert_eq!(outcome.age(b), Some(age(15 * 15, 15)));
    assert_eq!(outcome.age(c), Some(age(30 * 30, 30)));
    for scope in [b, c] {
        assert_eq!(value(&pool, scope, Measure::InSystem, "max"), Some(1.0));
    }
    assert_eq!(
        outcome.age(told(&outcome, "channel", 1)),
        Some(Age::default())
    );
    assert_eq!(outcome.age(Scope::Agents(GroupId(0))), None);
}

/// What comes before any agent has a conversation is not told by group; everything else is.
#[test]
fn figures_are_told_where_they_have_a_meaning() {
    let (_, pool) = play(&format!(
        r#"{RUN}
        [customers.callers]
        arrivals = {{ times = ["0 s"] }}
        [topics.any]
        work = "20 min"
        [channels.line]
        [agents.desk]
        count = 1
        serves = ["line"]
        "#
    ));
    let told = |scope: Scope| -> Vec<&str> {
        let mut names: Vec<&str> = pool
            .rows(0.95)
            .iter()
            .filter(|row| row.scope == scope)
            .map(|row| row.measure.name())
            .collect();
        names.dedup();
        names
    };
    let group = told(Scope::Agents(GroupId(0)));
    for name in [
        "opened",
        "attempts",
        "queue_length",
        "wait_probability",
        "backlog",
    ] {
        assert!(!group.contains(&name), "{name}");
    }
    for name in ["resolved", "queue_wait", "occupancy", "concurrency", "cost"] {
        assert!(group.contains(&name), "{name}");
    }
    let queue = told(Scope::Queue(QueueId(0)));
    for name in ["occupancy", "on_duty", "concurrency", "cost", "value"] {
        assert!(!queue.contains(&name), "{name}");
    }
    for name in [
        "opened",
        "queue_length",
        "oldest_age",
        "wait_probability",
        "away",
    ] {
        assert!(queue.contains(&name), "{name}");
    }
}
