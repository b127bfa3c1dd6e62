//! Promises against what can be worked out.

use syncline::measure::Clock;
use syncline::metric::Scope;
use syncline::plan::{Awaited, Line, Promises, Steps, clocks, promises};
use syncline::scenario::Scenario;
use syncline::time::Span;

use crate::reading::read;

fn promised(scenario: &Scenario) -> Promises {
    let clocks = clocks(scenario);
    promises(scenario, 0, &clocks, &Steps::new(&(), 0)).expect("nobody stops it")
}

fn line(promises: &Promises, awaited: Awaited) -> &Line {
    let mut lines = promises.lines.iter();
    lines.find(|line| line.awaited == awaited).expect("a line")
}

/// On the first day 20 mails come one at a time and are answered in 4 minutes; on the second two pairs, of which one each waits
/// for 8; on the third nobody. 22 of 24 have their answer in 4 minutes, as would be published for 80 and 90 %, in 5; but on the second
/// day only half. 95 % need 8 minutes.
#[test]
fn a_promise_is_rounded_up_and_judged_by_day() {
    let days = (0..20).chain([25, 25, 26, 26]);
    let times: Vec<String> = days.map(|hour| format!("\"{hour} h\"")).collect();
    let scenario = read(&format!(
        r#"
        [run]
        length = "3 days"
        replications = 3
        [customers.writers]
        arrivals = {{ times = [{}] }}
        [topics.question]
        work = "4 min"
        [agents.desk]
        count = 1
        serves = ["letters"]
        [channels.letters]
        mode = "asynchronous"
        [strategies.mail]
        routes = [{{ to = "letters" }}]
    "#,
        times.join(", ")
    ));
    let promises = promised(&scenario);
    // The channel and its queue have the same conversations.
    assert_eq!(promises.lines.len(), 3);
    assert_eq!((promises.unanswered[0].1, promises.turned_away), (0.0, 0.0));
    for awaited in Awaited::ALL {
        let told = line(&promises, awaited).promises;
        for (promised, minutes) in told.iter().zip([4.0, 4.0, 8.0]) {
            // Sizes are known to 0.4 %.
            assert!((promised.value / 60.0 / minutes - 1.0).abs() < 0.004);
        }
        let minutes = told.map(|promised| promised.within.unwrap().0 / Span::MINUTE.0);
        assert_eq!(minutes, [5, 5, 10]);
        let part = 22.0 / 24.0;
        assert_eq!(
            told.map(|promised| promised.kept.unwrap()),
            [part, part, 1.0]
        );
        assert_eq!(told.map(|promised| promised.days_kept), [3, 3, 6]);
        assert_eq!(told.map(|promised| promised.days), [6; 3]);
    }
}

/// A held customer who finds no free line is turned away, one who gives up has no answer; promises are about neither.
#[test]
fn who_had_no_answer_is_told() {
    // Four call at once: one is answered, one waits for a minute and gives up, two find no place.
    let promises = promised(&read(
        r#"
        [run]
        length = "1 day"
        replications = 2
        [customers.callers]
        arrivals = { times = ["9 h", "9 h", "9 h", "9 h"] }
        patience = "1 min"
        [topics.call]
        work = "4 min"
        [agents.desk]
        count = 1
        serves = ["phone"]
        [channels.phone]
        lines = 2
        [strategies.call]
        routes = [{ to = "phone" }]
    "#,
    ));
    assert_eq!((promises.unanswered[0].1, promises.turned_away), (0.5, 0.5));
    let first = line(&promises, Awaited::FirstResponse);
    assert_eq!(first.promises[0].within, Some(Span::SECOND * 10));
    assert_eq!(first.promises[0].kept, Some(1.0));
}

/// The time in an M/M/1 system is exponential with rate μ - λ: 6 an hour for an agent who does 10 stay for 15 minutes on average.
/// 80, 90 and 95 % of them stay no longer than 24.1, 34.5 and 44.9 minutes, published as 30 minutes, 1 hour and 1 hour, which 1 - e^-2
/// and 1 - e^-4 keep.
#[test]
fn promises_of_mm1_are_the_quantiles_of_an_exponential_time() {
    let scenario = read(
        r#"
        [run]
        length = "100 days"
        warm_up = "5 days"
        replications = 20
        [customers.writers]
        arrivals = { per_hour = 6.0 }
        [topics.question]
        work = { exponential = "6 min" }
        [agents.desk]
        count = 1
        serves = ["letters"]
        [channels.letters]
        mode = "asynchronous"
        [strategies.mail]
        routes = [{ to = "letters" }]
    "#,
    );
    let promises = promised(&scenario);
    let line = line(&promises, Awaited::FirstResponse);
    assert_eq!(line.clock, Clock::Calendar);
    assert!(matches!(line.scope, Scope::Channel(_)));
    let shares: [f64; 3] = [0.2, 0.1, 0.05];
    let published: [f64; 3] = [30.0, 60.0, 60.0];
    for ((promised, left), minutes) in line.promises.iter().zip(shares).zip(published) {
        // Sizes are known to 0.4 %; the intervals of 95 % would miss the truth once in twenty times, three times wider ones hardly ever.
        let exact = -left.ln() / 4.0 * 3600.0;
        let (low, high) = promised.interval.expect("an interval");
        let room = 1.5 * (high - low) + 0.004 * exact;
        assert!(
            (promised.value - exact).abs() < room,
            "{promised:?} {exact}"
        );
        assert_eq!(promised.within, Some(Span::MINUTE.scaled(minutes)));
        let (low, high) = promised.kept_interval.expect("an interval");
        let exact = 1.0 - (-4.0 * minutes / 60.0).exp();
        assert!(
            (promised.kept.unwrap() - exact).abs() < 1.5 * (high - low),
            "{promised:?} {exact}"
        );
        // 95 days of each replication, 5 of them not counted.
        assert_eq!(promised.days, 20 * 95);
    }
    // Of single turns each response is the first.
    let each = promises
        .lines
        .iter()
        .find(|line| line.awaited == Awaited::EachResponse);
    assert_eq!(each.unwrap().promises, line.promises);
}

/// A desk from nine to five, and a mail at each midnight: on the calendar it waits for 9 hours, in open time for none.
const NIGHTS: &str = r#"
    [run]
    length = "7 days"
    replications = 2
    [customers.writers]
    arrivals = { every = { gap = "1 day" } }
    [topics.question]
    work = "4 min"
    [agents.desk]
    count = 1
    hours = "Mo-Su 09:00-17:00"
    serves = ["letters"]
    [channels.letters]
    mode = "asynchronous"
    [strategies.mail]
    routes = [{ to = "letters" }]
"#;

#[test]
fn promises_are_on_the_clocks_of_the_targets() {
    assert_eq!(clocks(&read(NIGHTS)), [Clock::Calendar]);
    let within = |promises: &Promises| {
        let line = line(promises, Awaited::FirstResponse);
        (line.clock, line.promises[2].within.unwrap().hours() * 60.0)
    };
    assert_eq!(within(&promised(&read(NIGHTS))), (Clock::Calendar, 720.0));
    let target = "\n[targets.soon]\nmetric = \"first_response_time\"\nwithin = \"1 h\"\nshare = 0.8\nclock = \"business\"";
    let scenario = read(&format!("{NIGHTS}{target}"));
    assert_eq!(clocks(&scenario), [Clock::Business]);
    assert_eq!(within(&promised(&scenario)), (Clock::Business, 5.0));
}

#[test]
fn threads_change_no_promise() {
    let text = NIGHTS.replace("every = { gap = \"1 day\" }", "per_hour = 20.0");
    let scenario = read(&text);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads").install(|| promised(&scenario))
    };
    assert_eq!(on(1), on(3));
}
