//! Plans told: plan.csv, and what a team lead reads on the console.

use std::io;

use super::console::{Paint, paragraph};
use super::roster::LINES;
use super::section::{Cell, Part, Row, Section, Table, Tone};
use super::units::Quantity;
use super::{outlook, roster};
use crate::calendar::Origin;
use crate::experiment::Judgement;
use crate::id::{GroupId, TargetId};
use crate::plan::{Outlook, Plan, Rostered, Slot, Staffing, Verified};
use crate::scenario::{Over, Scenario};
use crate::time::Time;

/// That targets are kept so much less in an interval than promised is said.
const UNEVEN: f64 = 0.1;

/// The columns of plan.csv.
pub const PLAN_COLUMNS: [&str; 6] = ["strategy", "group", "start", "net", "scheduled", "gap"];

/// Writes plan.csv: a row for each interval of the week in which a group may be planned.
///
/// `net` is how many are to be at work, `scheduled` how many to schedule for that (shrinkage divides, rounded up), `gap` by
/// how much those rostered today fall short of it (below 0: there are more than needed).
pub fn plan_rows(scenario: &Scenario, plans: &[Plan], out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(PLAN_COLUMNS)?;
    let run = &scenario.run;
    let origin = Origin::midnight(run.start, &run.zone);
    for plan in plans {
        for interval in intervals(scenario, plan) {
            writer.write_record([
                &scenario.strategies[plan.strategy].name,
                &scenario.names.agents[interval.group.index()],
                &origin.iso(interval.start, &run.zone),
                &interval.net.to_string(),
                &interval.scheduled.to_string(),
                &interval.gap.to_string(),
            ])?;
        }
    }
    writer.flush()
}

/// An interval of the week in which a group may be planned.
pub(super) struct Interval {
    pub group: GroupId,
    /// When it first begins.
    pub start: Time,
    pub net: u32,
    pub scheduled: u32,
    /// Scheduled less those rostered today.
    pub gap: i64,
}

/// A plan by group, in the order in which groups are shown, and time.
pub(super) fn intervals(scenario: &Scenario, plan: &Plan) -> Vec<Interval> {
    let scheduled = plan.schedule(scenario, &plan.counts);
    let slots = plan.pattern.slots().iter().enumerate();
    let interval = |(number, slot): (usize, &Slot)| Interval {
        group: slot.group,
        start: slot.start,
        net: plan.counts[number],
        scheduled: scheduled[number],
        gap: i64::from(scheduled[number]) - i64::from(plan.rostered[number]),
    };
    let mut intervals: Vec<Interval> = slots.map(interval).collect();
    let shown = &scenario.strategies[plan.strategy].setup.shown;
    intervals.sort_by_key(|interval| shown.place(interval.group));
    intervals
}

/// The groups of a plan, in the order in which they are shown.
pub(super) fn groups(scenario: &Scenario, plan: &Plan) -> Vec<GroupId> {
    let shown = &scenario.strategies[plan.strategy].setup.shown;
    let mut groups: Vec<GroupId> = plan.pattern.groups().collect();
    groups.sort_by_key(|group| shown.place(*group));
    groups
}

/// What a search for plans came to.
pub struct Planning<'a> {
    /// For what.
    pub scenario: &'a Scenario,
    /// The plans found.
    pub plans: &'a [Plan],
    /// Strategies (by position) with the targets that no number of agents meets.
    pub hopeless: &'a [(usize, Vec<TargetId>)],
    /// Strategies that were not planned any more when the search was stopped.
    pub unplanned: &'a [usize],
    /// What became of the plans when shifts were made of them, unless the search was stopped.
    pub rosters: &'a [(usize, Rostered)],
    /// What becomes of the plans when the world changes.
    pub outlooks: &'a [Outlook],
}

/// What a plan is, for who has never seen one.
pub(super) const ABOUT: &str = "The fewest agents by interval with which every target is met, found by simulation. Hours and costs are of the \
                                whole run; scheduled is what shrinkage makes of net.";

/// What each strategy needs, what that costs beside today's roster, and how surely it keeps the promises.
pub fn plan_table(planning: &Planning, paint: Paint) -> String {
    let Planning {
        scenario,
        plans,
        rosters,
        outlooks,
        ..
    } = *planning;
    let mut text = format!("{}\n", paint.title(&scenario.title));
    paragraph(&mut text, ABOUT);
    if !plans.is_empty() {
        text += &needs(scenario, plans).on_console(paint);
        text += &kept(scenario, plans, outlooks).on_console(paint);
        if !outlooks.is_empty() {
            text += &outlook::section(scenario, plans, outlooks).on_console(paint);
        }
        text += &roster::section(scenario, rosters, LINES).on_console(paint);
    }
    text.push('\n');
    let mut told = String::new();
    paragraph(&mut told, &format!("Verdict: {}", verdict(planning)));
    text += &told.replacen("Verdict:", &paint.title("Verdict:"), 1);
    text
}

/// In what the costs of a strategy are told: money, or `hours` where nobody's hours cost anything.
pub(super) fn cost_unit(scenario: &Scenario, strategy: usize, hours: &str) -> String {
    let mut groups = scenario.strategies[strategy].setup.agents.iter();
    match groups.all(|agents| agents.cost_per_hour == 0.0) {
        true => hours.to_owned(),
        false => scenario.run.currency.clone(),
    }
}

/// Agent-hours and cost of a plan, by group and in all.
struct Hours {
    rostered: f64,
    net: f64,
    scheduled: f64,
    most: u32,
    cost: f64,
}

fn hours(scenario: &Scenario, plan: &Plan, group: Option<GroupId>) -> Hours {
    let pattern = &plan.pattern;
    let scheduled = plan.schedule(scenario, &plan.counts);
    let setup = &scenario.strategies[plan.strategy].setup;
    let price = |group: GroupId| setup.agents[group.index()].cost_per_hour;
    let slots = pattern.slots().iter().zip(&scheduled);
    let of = |counts: &[u32]| pattern.hours(counts, group);
    Hours {
        rostered: of(&plan.rostered),
        net: of(&plan.counts),
        scheduled: of(&scheduled),
        most: slots
            .clone()
            .filter(|(slot, _)| group.is_none_or(|group| slot.group == group))
            .map(|(_, count)| *count)
            .max()
            .unwrap_or(0),
        cost: slots
            .filter(|(slot, _)| group.is_none_or(|group| slot.group == group))
            .map(|(slot, count)| price(slot.group) * slot.hours * f64::from(*count))
            .sum(),
    }
}

/// Agent-hours today and planned, by strategy and group.
pub(super) fn needs(scenario: &Scenario, plans: &[Plan]) -> Section {
    let cells = |hours: Hours| {
        let amount = |value: f64| Quantity::Amount.value(value, None).into();
        vec![
            amount(hours.rostered),
            amount(hours.net),
            amount(hours.scheduled),
            hours.most.to_string().into(),
            amount(hours.cost),
        ]
    };
    let mut rows = Vec::new();
    for plan in plans {
        let strategy = &scenario.strategies[plan.strategy].name;
        rows.push(Row::title(strategy, cells(hours(scenario, plan, None))));
        for group in groups(scenario, plan) {
            let name = &scenario.names.agents[group.index()];
            rows.push(Row::of(name, cells(hours(scenario, plan, Some(group)))));
        }
    }
    let cost = format!("{} scheduled", scenario.run.currency);
    let head = [
        "Agent-hours",
        "today",
        "net",
        "scheduled",
        "most at once",
        cost.trim(),
    ];
    let table = Table {
        head: head.map(str::to_owned).to_vec(),
        rows,
        words: 1,
    };
    Section {
        heading: "How many agents are needed".to_owned(),
        parts: vec![Part::Table(table)],
    }
}

/// Which targets each plan keeps, which of them bind, and how many customers were served at all.
pub(super) fn kept(scenario: &Scenario, plans: &[Plan], outlooks: &[Outlook]) -> Section {
    let kept: Vec<(usize, &[Verified])> = plans
        .iter()
        .map(|plan| (plan.strategy, plan.verified.as_slice()))
        .collect();
    let over = format!(
        "Kept: over {} replications with customers that the search has not met.",
        plans[0].replications
    );
    let each = match (scenario.terms.over, is_uneven(scenario, plans)) {
        (Over::Interval, _) => "Planned to meet them in each interval of the week too, on average.",
        (Over::Run, true) => {
            "Targets are met over the run, and some intervals are given up for others: with promise = \"interval\" in [plan] they are met \
             in each of them."
        }
        (Over::Run, false) => "",
    };
    let worst = worst(scenario, plans);
    let told = [over.as_str(), worst.as_str(), each];
    let told: Vec<&str> = told.into_iter().filter(|words| !words.is_empty()).collect();
    let over = told.join(" ");
    let mut parts = vec![Part::Table(promises(scenario, &kept)), Part::Words(over)];
    parts.extend(outlook::binding(scenario, plans, outlooks));
    Section {
        heading: "Which targets are kept".to_owned(),
        parts,
    }
}

/// In which interval of the week least of each target is kept.
fn worst(scenario: &Scenario, plans: &[Plan]) -> String {
    let run = &scenario.run;
    let origin = Origin::midnight(run.start, &run.zone);
    let of = |plan: &Plan| {
        let told = plan.verified.iter().filter_map(|verified| {
            let (start, kept) = verified.worst?;
            let name = &scenario.names.targets[verified.target.index()];
            let start = origin.local(start, &run.zone).strftime("%a %H:%M");
            Some(format!(
                "{name} {} ({start})",
                Quantity::Share.value(kept, None)
            ))
        });
        let told: Vec<String> = told.collect();
        let strategy = &scenario.strategies[plan.strategy].name;
        (!told.is_empty()).then(|| format!("{strategy}: {}", told.join(", ")))
    };
    let told: Vec<String> = plans.iter().filter_map(of).collect();
    match told.is_empty() {
        true => String::new(),
        false => format!("In the worst interval of the week, {}.", told.join("; ")),
    }
}

/// Whether some target is kept so much less in some interval that one should know.
fn is_uneven(scenario: &Scenario, plans: &[Plan]) -> bool {
    plans.iter().any(|plan| {
        let targets = &scenario.strategies[plan.strategy].setup.targets;
        plan.verified.iter().any(|verified| {
            let promised = targets[verified.target.index()].share;
            let worst = verified.worst.map_or(promised, |(_, kept)| kept);
            worst < promised - UNEVEN
        })
    })
}

/// What became of each strategy's promises.
pub(super) fn promises(scenario: &Scenario, kept: &[(usize, &[Verified])]) -> Table {
    let share = |value: f64| Quantity::Share.value(value, None);
    let mut rows = Vec::new();
    for (strategy, kept) in kept {
        let strategy = &scenario.strategies[*strategy];
        rows.push(Row::title(&strategy.name, Vec::new()));
        for verified in *kept {
            let target = &strategy.setup.targets[verified.target.index()];
            let kept = match (verified.value, verified.interval) {
                (None, _) => String::new(),
                (Some(value), None) => share(value),
                (Some(value), Some((low, high))) => {
                    let half = (high - low) / 2.0;
                    format!(
                        "{} ± {}",
                        Quantity::Share.value(value, Some(half)),
                        Quantity::Share.half(value, half)
                    )
                }
            };
            let judgement = Cell {
                text: verified.judgement.name().to_owned(),
                tone: match verified.judgement {
                    Judgement::Met => Tone::Good,
                    Judgement::Missed => Tone::Bad,
                    _ => Tone::Plain,
                },
            };
            let days = match verified.days {
                0 => String::new(),
                days => share(f64::from(verified.days_met) / f64::from(days)),
            };
            let promised = share(target.share);

            rows.push(Row::of(
                &scenario.names.targets[verified.target.index()],
                vec![promised.into(), kept.into(), judgement, days.into()],
            ));
        }
    }
    let head = ["Target", "promised", "kept", "", "days that keep it"];
    Table {
        head: head.map(str::to_owned).to_vec(),
        rows,
        words: 1,
    }
}

/// What the search came to, in sentences.
pub(super) fn verdict(planning: &Planning) -> String {
    let Planning {
        scenario,
        plans,
        hopeless,
        unplanned,
        rosters,
        ..
    } = *planning;
    let mut sentences = Vec::new();
    let name = |plan: &Plan| scenario.strategies[plan.strategy].name.clone();
    let cost = |plan: &Plan| plan.pattern.cost(&plan.schedule(scenario, &plan.counts));
    if let [plan] = plans {
        let all = hours(scenario, plan, None);
        sentences.push(format!(
            "{} needs {} scheduled agent-hours; today's roster has {}.",
            name(plan),
            Quantity::Amount.value(all.scheduled, None),
            Quantity::Amount.value(all.rostered, None)
        ));
    } else if let Some(best) = plans.iter().min_by(|a, b| cost(a).total_cmp(&cost(b))) {
        let all = hours(scenario, best, None);
        let same: Vec<String> = plans
            .iter()
            .filter(|plan| cost(plan) == cost(best))
            .map(name)
            .collect();
        sentences.push(format!(
            "{} {} least: {} scheduled agent-hours.",
            same.join(" and "),
            if same.len() == 1 { "costs" } else { "cost" },
            Quantity::Amount.value(all.scheduled, None)
        ));
    }
    for plan in plans {
        if !plan.minimal {
            sentences.push(format!(
                "The search for {} was stopped: it may do with fewer.",
                name(plan)
            ));
        }
        let doubtful = |judgement| {
            let missed = plan
                .verified
                .iter()
                .filter(move |verified| verified.judgement == judgement);
            missed
                .map(|verified| scenario.names.targets[verified.target.index()].as_str())
                .collect::<Vec<_>>()
        };
        for (judgement, what) in [
            (Judgement::Missed, "other customers miss"),
            (
                Judgement::TooClose,
                "other customers leave it open whether it meets",
            ),
        ] {
            let targets = doubtful(judgement);
            if !targets.is_empty() {
                sentences.push(format!(
                    "With the plan of {}, {what} {}: more --replications tell.",
                    name(plan),
                    targets.join(" and ")
                ));
            }
        }
    }
    for plan in plans {
        if !rosters.iter().any(|(of, _)| *of == plan.strategy) {
            sentences.push(format!(
                "Stopped before shifts were made of the plan of {}.",
                name(plan)
            ));
        }
    }
    for strategy in unplanned {
        sentences.push(format!(
            "Stopped before {} was planned.",
            scenario.strategies[*strategy].name
        ));
    }
    for (strategy, targets) in hopeless {
        let targets = targets.iter();
        let names: Vec<&str> = targets
            .map(|target| scenario.names.targets[target.index()].as_str())
            .collect();
        sentences.push(format!(
            "With {}, no number of agents in the hours they have now meets {}: longer hours, a business clock or a lower \
             share may.",
            scenario.strategies[*strategy].name,
            names.join(" and ")
        ));
    }
    sentences.join(" ")
}
