//! Who listens for the promises alone hears of them what is heard with all figures.

use proptest::prelude::*;

use super::laws::{read, scenarios, search};
use syncline::id::{ChannelId, CustomersId, GroupId, QueueId, TargetId, TopicId};
use syncline::measure::{Clock, Formula, Kind, Measure};
use syncline::metric::{Collector, Grid, Judge, Promise};
use syncline::random::Seed;
use syncline::simulation::Simulation;
use syncline::time::Span;
use syncline::world::{Setup, Target};

/// Promises about every wait there is, of all conversations and of some.
fn targets(setup: &Setup, clocks: &[Clock]) -> Vec<Target> {
    let all = |metric: Measure, clock: Clock, within: Span| Target {
        metric,
        customers: None,
        topic: None,
        channel: None,
        queue: None,
        within,
        share: 0.8,
        clock,
        formula: match metric {
            Measure::QueueWait => Formula::ShortCut(Span::MINUTE),
            _ => Formula::ExcludingEarlyLeavers,
        },
    };
    let waits = Measure::ALL
        .iter()
        .map(|measure| (measure, measure.entry()));
    let waits = waits.filter(|(_, entry)| entry.kind == Kind::Duration && entry.clocks);
    let mut targets = Vec::new();
    for (place, (measure, _)) in waits.enumerate() {
        for clock in clocks {
            for within in [Span::ZERO, Span::MINUTE * 4] {
                targets.push(all(*measure, *clock, within));
            }
            let whole = all(*measure, *clock, Span::MINUTE * 12);
            let some = |number: usize| place % number;
            targets.push(match place % 4 {
                0 => Target {
                    customers: Some(CustomersId::from(some(setup.customers.len()))),
                    ..whole
                },
                1 => Target {
                    topic: Some(TopicId::from(some(setup.topics.len()))),
                    ..whole
                },
                2 => Target {
                    channel: Some(ChannelId::from(some(setup.channels.len()))),
                    ..whole
                },
                _ => Target {
                    queue: Some(QueueId::from(some(setup.queues.len()))),
                    ..whole
                },
            });
        }
    }
    targets
}

/// Plays both strategies of a scenario twice, with promises of its own.
fn check(text: &str, promised: impl Fn(&Setup) -> Vec<Target>) -> Result<(), TestCaseError> {
    let scenario = read(text)?;
    for strategy in &scenario.strategies {
        let mut setup = strategy.setup.clone();
        setup.targets = promised(&setup);
        // The last interval reaches beyond the run.
        let grid = Grid::new(&setup, Span::MINUTE * 35);
        let listener = (
            Collector::new(&setup).by_interval(&grid),
            (Judge::new(&setup).by_interval(&grid), Judge::new(&setup)),
        );
        let mut simulation = Simulation::new(&setup, &strategy.routes, listener);
        for replication in 0..2 {
            let seed = scenario.run.seed;
            let played = simulation.run(Seed { seed, replication });
            prop_assert!(played.is_ok(), "{played:?}");
            let (collector, (by_interval, judge)) = simulation.listener();
            let (outcome, ruling) = (collector.take(), by_interval.take());
            let whole = judge.take();
            let told = outcome.by_interval().expect("asked for");
            for id in (0..setup.targets.len()).map(TargetId::from) {
                let target = &setup.targets[id.index()];
                let promise = outcome.promise(id);
                prop_assert_eq!(ruling.promise(id), promise, "{:?}", target);
                prop_assert_eq!(whole.promise(id), promise, "{:?}", target);
                prop_assert_eq!(ruling.promises(id), told.promises(id), "{:?}", target);
                prop_assert_eq!(whole.promises(id), &[] as &[Promise]);
            }
            let groups = (0..setup.agents.len()).map(|id| Some(GroupId::from(id)));
            for group in groups.chain([None]) {
                let overtime = outcome.crew(group).hours.overtime;
                prop_assert_eq!(ruling.overtime(group), overtime);
                prop_assert_eq!(whole.overtime(group), overtime);
            }
        }
    }
    Ok(())
}

/// Small random scenarios, whatever becomes of those who are left at their end.
fn with_any_ending() -> impl Strategy<Value = String> {
    prop_oneof![scenarios("cut"), scenarios("drain"), scenarios("run-on")]
}

proptest! {
    #![proptest_config(search())]

    #[test]
    fn promises_are_the_same_to_the_last_count_whoever_listens(text in with_any_ending()) {
        check(&text, |setup| targets(setup, &[Clock::Calendar, Clock::Business]))?;
    }

    /// Nobody asks for business time then, and the judge keeps none.
    #[test]
    fn promises_by_the_calendar_need_no_business_time(text in with_any_ending()) {
        check(&text, |setup| targets(setup, &[Clock::Calendar]))?;
    }

    #[test]
    fn a_promise_to_few_is_the_same_too(text in with_any_ending(), place in 0usize..1000) {
        check(&text, |setup| {
            let mut all = targets(setup, &[Clock::Calendar, Clock::Business]);
            vec![all.swap_remove(place % all.len())]
        })?;
    }
}
