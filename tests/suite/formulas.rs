//! What formulas and the planner's simulation staff, and what service each then gives: the table of `docs/planning.md`.
//!
//! Every staffing is judged by the same simulation, with customers that neither the search nor anybody else has met.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use syncline::experiment::{Experiment, Judgement, verdict};
use syncline::id::GroupId;
use syncline::measure::Measure;
use syncline::metric::Scope;
use syncline::plan::{Counts, Pattern, Planned, Staffing, plan};
use syncline::scenario::{self, Scenario};
use syncline::theory::{Demand, Formula, Returning, Wanted, Whereabouts};
use syncline::time::{Span, Time};
use syncline::world::Setup;

/// Who comes to whom under which promise, as a planner with a formula sees it: one queue, one group.
struct Desk {
    customers: &'static str,
    agents: &'static str,
    target: &'static str,
}

const fn desk(customers: &'static str, agents: &'static str, target: &'static str) -> Desk {
    Desk {
        customers,
        agents,
        target,
    }
}

/// The problems in `scenarios/planning/`, in the order of the table.
const PROBLEMS: &[(&str, &[Desk])] = &[
    ("one-line", &[desk("callers", "desk", "answered")]),
    ("impatient-callers", &[desk("callers", "desk", "answered")]),
    ("morning-peak", &[desk("callers", "desk", "answered")]),
    ("three-chats-each", &[desk("visitors", "desk", "picked-up")]),
    (
        "mail-in-a-day",
        &[desk("writers", "desk", "in-a-working-day")],
    ),
    (
        "experts-help-out",
        &[
            desk("general", "generalists", "general"),
            desk("difficult", "experts", "difficult"),
        ],
    ),
    (
        "messages-that-return",
        &[desk("writers", "desk", "each-turn")],
    ),
];

/// The seed of the customers by whom staffings are judged; the scenarios have another.
const FRESH: u64 = 1001;

/// How many replications they are judged by.
const JUDGED: u32 = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Planner {
    ErlangC,
    ErlangA,
    ErlangR,
}

impl Planner {
    fn name(self) -> &'static str {
        match self {
            Planner::ErlangC => "Erlang C",
            Planner::ErlangA => "Erlang A",
            Planner::ErlangR => "Erlang-R",
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/planning")
}

fn read(name: &str) -> Scenario {
    let text = std::fs::read_to_string(folder().join(format!("{name}.toml"))).expect("a scenario");
    let mut open = |_: &str| Err("no problem has files".to_owned());
    match scenario::read(name, &text, &[], &mut open) {
        Ok((scenario, warnings)) => {
            assert!(warnings.is_empty(), "{}", warnings[0].render(false));
            scenario
        }
        Err(problems) => panic!("{}", problems[0].render(false)),
    }
}

fn position(names: &[String], name: &str) -> usize {
    let place = names.iter().position(|other| other == name);
    place.unwrap_or_else(|| panic!("there is no `{name}`"))
}

/// What comes to a desk in each interval of a group's week, from the scenario's own rates.
///
/// What comes while nobody is there is spread over the open intervals of the next day that has any, as planners do.
fn volumes(scenario: &Scenario, pattern: &Pattern, desk: &Desk) -> Vec<(usize, f64)> {
    let setup = &scenario.strategies[0].setup;
    let segment = &setup.customers[position(&scenario.names.customers, desk.customers)];
    let group = GroupId::from(position(&scenario.names.agents, desk.agents));
    // Of a run of several weeks the second, so that before its Monday there is a weekend.
    let shift = if setup.length > Time::ZERO + Span::WEEK {
        Span::WEEK
    } else {
        Span::ZERO
    };
    let expected = |from: Time, to: Time| -> f64 {
        let homes = segment.homes.iter();
        homes.map(|home| home.arrivals.expected(from, to)).sum()
    };
    let mut days: BTreeMap<i64, Vec<(usize, Time)>> = BTreeMap::new();
    for (number, slot) in pattern.slots().iter().enumerate() {
        if slot.group == group {
            let start = slot.start + shift;
            let day = (start - Time::ZERO).0 / Span::DAY.0;
            days.entry(day).or_default().push((number, start));
        }
    }
    let end = |slots: &[(usize, Time)]| slots[slots.len() - 1].1 + scenario.run.interval;
    let mut before = days.values().next_back().map_or(Time::ZERO, |last| {
        if shift == Span::ZERO {
            Time::ZERO
        } else {
            end(last) - Span::WEEK
        }
    });
    let mut volumes = Vec::new();
    for slots in days.values() {
        let inside: Vec<f64> = slots
            .iter()
            .map(|(_, start)| expected(*start, *start + scenario.run.interval))
            .collect();
        let all = expected(before, end(slots));
        let closed = (all - inside.iter().sum::<f64>()) / slots.len() as f64;
        let each = slots.iter().zip(inside);
        volumes.extend(each.map(|((number, _), inside)| (*number, inside + closed)));
        before = end(slots);
    }
    volumes
}

/// How long a contact takes an agent, as a planner with a formula reckons: all its turns; of chats side by side their
/// length divided by how many there are.
fn handling(setup: &Setup, group: usize) -> f64 {
    let topic = &setup.topics[0];
    let turns = topic.turns.mean();
    let work = turns * topic.works[0].mean();
    // Capacity is in thousandths of a slot.
    let slots = setup.agents[group]
        .capacity
        .map_or(1.0, |slots| f64::from(slots) / 1000.0);
    if slots > 1.0 {
        (work + (turns - 1.0) * setup.channels[0].reply_gap.mean()) / slots
    } else {
        work
    }
}

/// What a formula staffs, slot by slot; nothing if it is not made for the problem.
fn staffed(
    scenario: &Scenario,
    pattern: &Pattern,
    desks: &[Desk],
    planner: Planner,
) -> Option<Counts> {
    let setup = &scenario.strategies[0].setup;
    let mut counts = vec![0; pattern.slots().len()];
    let length = scenario.run.interval.seconds();
    for desk in desks {
        let target = &setup.targets[position(&scenario.names.targets, desk.target)];
        let segment = &setup.customers[position(&scenario.names.customers, desk.customers)];
        let group = position(&scenario.names.agents, desk.agents);
        let wanted = Wanted {
            within: Some((target.within.seconds(), target.share)),
            ..Wanted::default()
        };
        let turns = setup.topics[0].turns.mean();
        let away_mean = setup.channels[0].reply_gap.mean();
        let returns = 1.0 - turns.recip();
        let formula = match planner {
            Planner::ErlangC => Formula::C,
            Planner::ErlangA => Formula::A {
                patience_mean: segment.patience.queue.as_ref()?.mean(),
            },
            Planner::ErlangR if turns > 1.0 && !setup.channels[0].holds_customer => {
                Formula::R { returns }
            }
            Planner::ErlangR => return None,
        };
        let handling_mean = match planner {
            Planner::ErlangR => setup.topics[0].works[0].mean(),
            _ => handling(setup, group),
        };
        let returning = Returning {
            handling_mean,
            returns,
            away_mean,
        };
        let mut whereabouts = Whereabouts::default();
        for (slot, contacts) in volumes(scenario, pattern, desk) {
            let mut arrival_rate = contacts / length;
            if planner == Planner::ErlangR {
                let (then, mean) = returning.pass(whereabouts, arrival_rate, length);
                whereabouts = then;
                arrival_rate = mean.needy * (1.0 - returns) / handling_mean;
            }
            let demand = Demand {
                formula,
                arrival_rate,
                handling_mean,
            };
            // A desk that is open has somebody at it.
            counts[slot] = demand
                .fewest(&wanted)
                .expect("some number is enough")
                .max(1);
        }
    }
    Some(counts)
}

fn planned(scenario: &Scenario) -> Counts {
    match plan(scenario, 0, &()).expect("nobody stops it") {
        Planned::Plan(plan) => plan.counts,
        other => panic!("{} has no plan: {other:?}", scenario.name),
    }
}

/// What a staffing costs and gives.
struct Judged {
    hours: f64,
    cost: f64,
    /// By target.
    kept: Vec<Promise>,
}

/// What became of a promise.
struct Promise {
    /// The share that kept it.
    share: f64,
    /// Half of the interval of that.
    half: f64,
    /// The share promised.
    promised: f64,
    /// The share on average in each interval in which anybody is there, with the interval's number.
    intervals: Vec<(usize, f64)>,
    judgement: Judgement,
}

impl Promise {
    /// The intervals in which it is not kept on average.
    fn missed(&self) -> impl Iterator<Item = usize> {
        let missed = self
            .intervals
            .iter()
            .filter(|(_, share)| *share < self.promised);
        missed.map(|(bin, _)| *bin)
    }

    fn worst(&self) -> f64 {
        self.intervals
            .iter()
            .map(|(_, share)| *share)
            .fold(1.0, f64::min)
    }
}

impl Judged {
    fn keeps_every_interval(&self) -> bool {
        self.kept
            .iter()
            .all(|kept| kept.share >= kept.promised && kept.missed().next().is_none())
    }
}

fn judged(scenario: &Scenario, pattern: &Pattern, counts: &[u32], seed: u64) -> Judged {
    let mut staffed = scenario.clone();
    staffed.run.replications = JUDGED;
    staffed.run.seed = seed;
    staffed.strategies[0].setup = pattern.staffed(&scenario.strategies[0].setup, counts);
    let experiment = Experiment::new(&staffed).by_interval(false);
    let played = experiment.run(&()).expect("nobody stops it");
    let intervals = played[0].pool.intervals().expect("told by interval");
    let setup = &staffed.strategies[0].setup;
    let open = pattern.by_interval(scenario.run.interval, setup.length);
    let is_open = |bin: usize| {
        let at = |(_, slots): &(GroupId, Vec<Option<usize>>)| slots.get(bin).copied().flatten();
        open.iter().any(|group| at(group).is_some())
    };
    let of = |kept: &syncline::experiment::Kept| {
        let series = intervals.series().iter().filter(|series| {
            let clock = setup.targets[kept.target.index()].clock;
            series.key.scope == Scope::Target(kept.target)
                && series.key.measure == Measure::ServiceLevel
                && series.key.clock.is_none_or(|read| read == clock)
        });
        let intervals = series
            .flat_map(|series| intervals.points(series, 0.95))
            .filter(|point| is_open(point.bin))
            .filter_map(|point| Some((point.bin, point.value?)))
            .collect();
        let (low, high) = kept.interval.expect("enough replications");
        Promise {
            share: kept.value.expect("somebody comes"),
            half: (high - low) / 2.0,
            promised: kept.share,
            intervals,
            judgement: kept.judgement,
        }
    };
    let verdict = verdict(&staffed, &played);
    Judged {
        hours: pattern.hours(counts, None),
        cost: pattern.cost(counts),
        kept: verdict.kept[0].iter().map(of).collect(),
    }
}

/// The fewest agents with whom every interval keeps every promise on average, as formulas want it: first up where one is
/// missed, then down wherever nothing is missed for it. Nobody can go alone; it need not be the cheapest.
fn in_every_interval(
    scenario: &Scenario,
    pattern: &Pattern,
    desks: &[Desk],
    mut counts: Counts,
) -> Counts {
    let setup = &scenario.strategies[0].setup;
    let open = pattern.by_interval(scenario.run.interval, setup.length);
    let play = |counts: &[u32]| judged(scenario, pattern, counts, scenario.run.seed);
    let slot_of = |target: usize, bin: usize| {
        let desk = desks
            .iter()
            .find(|desk| desk.target == scenario.names.targets[target]);
        let desk = desk.unwrap_or(&desks[0]);
        let group = GroupId::from(position(&scenario.names.agents, desk.agents));
        let (_, slots) = open
            .iter()
            .find(|(other, _)| *other == group)
            .expect("it is planned");
        slots[bin]
    };
    loop {
        let now = play(&counts);
        let mut missed: Vec<usize> = (now.kept.iter().enumerate())
            .flat_map(|(target, kept)| kept.missed().map(move |bin| (target, bin)))
            .filter_map(|(target, bin)| slot_of(target, bin))
            .collect();
        missed.sort_unstable();
        missed.dedup();
        if missed.is_empty() {
            break;
        }
        for slot in missed {
            counts[slot] += 1;
        }
    }
    loop {
        let before = counts.clone();
        for slot in 0..counts.len() {
            while counts[slot] > 1 {
                counts[slot] -= 1;
                if !play(&counts).keeps_every_interval() {
                    counts[slot] += 1;
                    break;
                }
            }
        }
        if counts == before {
            return counts;
        }
    }
}

/// All staffings of a problem, with what each gives.
fn compared(name: &str, desks: &[Desk]) -> Vec<(&'static str, Judged)> {
    let scenario = read(name);
    let pattern = Pattern::new(&scenario, &scenario.strategies[0].setup);
    let formulas = [Planner::ErlangC, Planner::ErlangA, Planner::ErlangR];
    let mut staffings: Vec<(&str, Counts)> = formulas
        .into_iter()
        .filter_map(|planner| {
            Some((
                planner.name(),
                staffed(&scenario, &pattern, desks, planner)?,
            ))
        })
        .collect();
    let plan = planned(&scenario);
    if plan.len() > desks.len() {
        let each = in_every_interval(&scenario, &pattern, desks, plan.clone());
        staffings.push(("simulation, each interval", each));
    }
    staffings.push((PLAN, plan));
    staffings
        .into_iter()
        .map(|(name, counts)| (name, judged(&scenario, &pattern, &counts, FRESH)))
        .collect()
}

/// How the table names the plan of `syncline plan`.
const PLAN: &str = "`plan`";

fn rows(name: &str, staffings: &[(&str, Judged)]) -> String {
    let mut rows = String::new();
    let plan = staffings.last().map_or(0.0, |(_, plan)| plan.cost);
    for (planner, judged) in staffings {
        let several =
            |of: fn(&Promise) -> String| judged.kept.iter().map(of).collect::<Vec<_>>().join(", ");
        let more = match (100.0 * (judged.cost / plan - 1.0)).round() {
            0.0 => String::new(),
            more => format!(" ({more:+} %)"),
        };
        let _ = writeln!(
            rows,
            "| `{name}` | {planner} | {:.1} | {:.0}{more} | {} | {} | {} | {} |",
            judged.hours,
            judged.cost,
            several(|kept| format!("{:.1} ± {:.1} %", 100.0 * kept.share, 100.0 * kept.half)),
            several(|kept| kept.judgement.name().to_owned()),
            several(|kept| {
                let all = kept.intervals.len();
                format!("{} of {all}", all - kept.missed().count())
            }),
            several(|kept| format!("{:.0} %", 100.0 * kept.worst())),
        );
    }
    rows
}

/// Where the table begins in `docs/planning.md`.
const TABLE: &str = "| problem | staffed by | agent-hours | EUR | promise kept | | intervals that keep it | in the worst |\n|---|---|---|---|---|---|---|---|\n";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/planning.md")
}

/// The page before its table, the table, and what follows it.
fn parts(page: &str) -> (&str, &str, &str) {
    let (before, rest) = page.split_once(TABLE).expect("the page has its table");
    let (table, after) = rest.split_once("\n\n").unwrap_or((rest, ""));
    (before, table, after)
}

/// All problems, and with `SYNCLINE_WRITE=1` their table anew.
#[test]
#[ignore = "takes a minute; run it in release"]
fn the_table_of_formulas_and_simulation() {
    let mut table = String::new();
    for (name, desks) in PROBLEMS {
        let staffings = compared(name, desks);
        let told = rows(name, &staffings);
        eprint!("{told}");
        table += &told;
        let (_, plan) = staffings.last().expect("a plan");
        for kept in &plan.kept {
            assert_ne!(kept.judgement, Judgement::Missed, "{told}");
        }
    }
    let text = std::fs::read_to_string(page()).expect("the page");
    let (before, written, after) = parts(&text);
    if std::env::var_os("SYNCLINE_WRITE").is_some() {
        std::fs::write(page(), format!("{before}{TABLE}{table}\n{after}")).expect("the page");
        return;
    }
    assert!(
        written.trim_end() == table.trim_end(),
        "docs/planning.md is old: SYNCLINE_WRITE=1 cargo test --release --test suite formulas -- --ignored"
    );
}

/// Where a formula's assumptions hold, simulation and formula staff the same.
#[test]
fn where_a_formula_is_exact_the_plan_is_the_same() {
    for (name, planner) in [
        ("one-line", Planner::ErlangC),
        ("impatient-callers", Planner::ErlangA),
    ] {
        let (_, desks) = PROBLEMS
            .iter()
            .find(|(other, _)| *other == name)
            .expect("a problem");
        let scenario = read(name);
        let pattern = Pattern::new(&scenario, &scenario.strategies[0].setup);
        assert_eq!(
            staffed(&scenario, &pattern, desks, planner),
            Some(planned(&scenario)),
            "{name}"
        );
    }
}

#[test]
fn the_page_has_every_problem_of_the_folder() {
    let text = std::fs::read_to_string(page()).expect("the page");
    let (_, table, _) = parts(&text);
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    // The day of two teams is too large for this table; it has a section of its own.
    files.retain(|name| name != "two-teams");
    assert!(text.contains("scenarios/planning/two-teams.toml"));
    files.sort();
    let mut problems: Vec<&str> = PROBLEMS.iter().map(|(name, _)| *name).collect();
    problems.sort_unstable();
    assert_eq!(files, problems);
    for name in problems {
        assert!(table.contains(&format!("`{name}` | {PLAN}")), "{name}");
        assert!(!read(name).about.is_empty() && read(name).title != name);
    }
}
