//! Plans against plain runs and against trying everything.

use syncline::experiment::{Experiment, Judgement, verdict};
use syncline::plan::{Pattern, Plan, Planned, Staffing, plan};
use syncline::scenario::{self, Scenario};

/// One queue over three hours: 20, 60 and 30 callers an hour.
const SINGLE: &str = r#"
    [run]
    length = "3 h"
    interval = "1 h"
    replications = 12
    [customers.callers]
    arrivals = { rates = [20.0, 60.0, 30.0], interval = "1 h" }
    [topics.call]
    work = { exponential = "4 min" }
    [agents.desk]
    count = 6
    serves = ["phone"]
    [targets.fast]
    metric = "queue_wait"
    within = "30 s"
    share = 0.8
"#;

/// The N-model over two hours: the second group helps the first out, and costs more.
const N_MODEL: &str = r#"
    [run]
    length = "2 h"
    interval = "1 h"
    replications = 12
    [customers.few]
    arrivals = { per_hour = 20.0 }
    [customers.many]
    arrivals = { rates = [20.0, 40.0], interval = "1 h" }
    [topics.call]
    work = { exponential = "4 min" }
    [queues.first]
    [queues.second]
    [agents.narrow]
    count = 4
    serves = ["first"]
    cost_per_hour = 20.0
    [agents.wide]
    count = 4
    serves = ["second", "first"]
    cost_per_hour = 25.0
    [targets.first]
    metric = "queue_wait"
    queue = "first"
    within = "30 s"
    share = 0.8
    [targets.second]
    metric = "queue_wait"
    queue = "second"
    within = "30 s"
    share = 0.8
    [strategies.pooled]
    routes = [
      { if = { customers = "few" }, to = "phone", queue = "first" },
      { to = "phone", queue = "second" },
    ]
"#;

fn read(text: &str) -> Scenario {
    let mut open = |_: &str| Err(String::new());
    match scenario::read("test.toml", text, &[], &mut open) {
        Ok((scenario, _)) => scenario,
        Err(problems) => panic!("{}", problems[0].render(false)),
    }
}

fn planned(scenario: &Scenario) -> Plan {
    match plan(scenario, 0, &()).expect("nobody stops it") {
        Planned::Plan(plan) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

/// Whether a plain run of the scenario with this staffing says that all targets are met.
fn meets_all(scenario: &Scenario, pattern: &Pattern, counts: &[u32], replications: u32) -> bool {
    let mut staffed = scenario.clone();
    staffed.run.replications = replications;
    staffed.strategies[0].setup = pattern.staffed(&scenario.strategies[0].setup, counts);
    let played = Experiment::new(&staffed).run(&()).expect("nobody stops it");
    let verdict = verdict(&staffed, &played);
    verdict.kept[0]
        .iter()
        .all(|kept| kept.judgement == Judgement::Met)
}

/// A plain run says of the plan what the search says: every target is met, and without any one agent one is not.
#[test]
fn a_plan_meets_all_targets_and_nobody_can_go() {
    for text in [SINGLE, N_MODEL] {
        let scenario = read(text);
        let plan = planned(&scenario);
        assert!(plan.minimal);
        let counts = &plan.counts;
        let meets = |counts: &[u32]| meets_all(&scenario, &plan.pattern, counts, plan.replications);
        assert!(meets(counts), "{counts:?}");
        for slot in 0..counts.len() {
            // The last one where there is work stays: a desk is closed by its hours.
            if counts[slot] > 1 {
                let mut fewer = counts.clone();
                fewer[slot] -= 1;
                assert!(!meets(&fewer), "{fewer:?}");
            }
        }
    }
}

/// All plans from one agent to a few more than the plan has, in each slot: none that meets the targets is more than 1 % cheaper.
#[test]
fn no_plan_around_is_cheaper() {
    for text in [SINGLE, N_MODEL] {
        let scenario = read(text);
        let plan = planned(&scenario);
        let cost = |counts: &[u32]| plan.pattern.cost(counts);
        let reach = |count: &u32| count.saturating_sub(2).max(1)..=count + 2;
        let mut plans: Vec<Vec<u32>> = vec![Vec::new()];
        for count in &plan.counts {
            let grown = plans.iter().flat_map(|begun| {
                reach(count).map(move |next| begun.iter().copied().chain([next]).collect())
            });
            plans = grown.collect();
        }
        let found = cost(&plan.counts);
        for counts in plans {
            let cheaper = cost(&counts) < found * 0.99;
            assert!(
                !(cheaper && meets_all(&scenario, &plan.pattern, &counts, plan.replications)),
                "{counts:?} costs {} and {:?} {found}",
                cost(&counts),
                plan.counts
            );
        }
    }
}

/// The same plan on one thread and on three.
#[test]
fn threads_change_no_plan() {
    let scenario = read(N_MODEL);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let plan = pool.expect("threads").install(|| planned(&scenario));
        (plan.counts, plan.tried, plan.verified)
    };
    assert_eq!(on(1), on(3));
}

/// Who waits through the night for a desk that opens at nine is not answered within the hour by any number of agents.
#[test]
fn what_no_number_of_agents_keeps_is_said() {
    let scenario = read(
        r#"
        [run]
        length = "2 days"
        replications = 4
        [customers.writers]
        arrivals = { per_hour = 10.0 }
        [hours]
        day = "Mo-Su 09:00-17:00"
        [agents.desk]
        count = 2
        hours = "day"
        serves = ["email"]
        [targets.soon]
        metric = "first_response_time"
        within = "1 h"
        share = 0.8
        [strategies.mail]
        routes = [{ to = "email" }]
    "#,
    );
    let planned = plan(&scenario, 0, &()).expect("nobody stops it");
    assert!(matches!(planned, Planned::Hopeless(targets) if targets.len() == 1));
}

/// 9 at work of whom one in ten is busy elsewhere are 10 to schedule, and 10 are 12.
#[test]
fn shrinkage_divides() {
    let text = SINGLE.replace(
        "count = 6",
        "count = 6\n    shrinkage = { absent = 0.1, in_office = 0.0 }",
    );
    let scenario = read(&text);
    let mut plan = planned(&scenario);
    plan.counts = vec![9, 10, 0];
    let scheduled: Vec<u32> = (0..3).map(|slot| plan.scheduled(&scenario, slot)).collect();
    assert_eq!(scheduled, [10, 12, 0]);
}
