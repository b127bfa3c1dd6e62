//! Plans told: plan.csv, and what a team lead reads on the console.

use std::fmt::Write as _;
use std::io;

use comfy_table::CellAlignment;

use super::console::{Paint, plain_table, right, wrap};
use super::units::Quantity;
use super::{outlook, roster};
use crate::calendar::Origin;
use crate::experiment::Judgement;
use crate::id::{GroupId, TargetId};
use crate::plan::{Outlook, Plan, Rostered, Staffing, Verified};
use crate::scenario::Scenario;

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
        let strategy = &scenario.strategies[plan.strategy].name;
        let all = plan.schedule(scenario, &plan.counts);
        let shown = &scenario.strategies[plan.strategy].setup.shown;
        let mut slots: Vec<_> = plan.pattern.slots().iter().enumerate().collect();
        slots.sort_by_key(|(_, slot)| shown.place(slot.group));
        for (number, slot) in slots {
            let scheduled = all[number];
            let gap = i64::from(scheduled) - i64::from(plan.rostered[number]);
            writer.write_record([
                strategy,
                &scenario.names.agents[slot.group.index()],
                &origin.iso(slot.start, &run.zone),
                &plan.counts[number].to_string(),
                &scheduled.to_string(),
                &gap.to_string(),
            ])?;
        }
    }
    writer.flush()
}

/// What a search for plans came to.
pub struct Planning<'a> {
    /// For what.
    pub scenario: &'a Scenario,
    /// The plans found.
    pub plans: &'a [Plan],
    /// Strategies (by position) with the targets that no number of agents meets.
    pub hopeless: &'a [(usize, Vec<TargetId>)],
    /// What became of the plans when shifts were made of them.
    pub rosters: &'a [(usize, Rostered)],
    /// What becomes of the plans when the world changes.
    pub outlooks: &'a [Outlook],
}

/// What each strategy needs, what that costs beside today's roster, and how surely it keeps the promises.
pub fn plan_table(planning: &Planning, paint: Paint) -> String {
    let Planning {
        scenario,
        plans,
        hopeless,
        rosters,
        outlooks,
    } = *planning;
    let mut text = format!("{}\n", paint.title(&scenario.title));
    paragraph(
        &mut text,
        "The fewest agents by interval with which every target is met, found by simulation. Hours and costs are of the \
         whole run; scheduled is what shrinkage makes of net.",
    );
    if !plans.is_empty() {
        let _ = write!(text, "\n{}", needs(scenario, plans, paint));
        let kept: Vec<(usize, &[Verified])> = plans
            .iter()
            .map(|plan| (plan.strategy, plan.verified.as_slice()))
            .collect();
        let _ = write!(text, "\n{}", promises(scenario, &kept, paint));
        paragraph(
            &mut text,
            &format!(
                "Kept: over {} replications with customers that the search has not met.",
                plans[0].replications
            ),
        );
        text += &outlook::told(scenario, plans, outlooks, paint);
        text += &roster::told(scenario, rosters, paint);
    }
    text.push('\n');
    let mut told = String::new();
    paragraph(
        &mut told,
        &format!("Verdict: {}", verdict(scenario, plans, hopeless)),
    );
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

pub(super) fn paragraph(text: &mut String, words: &str) {
    for line in wrap(words, 80) {
        let _ = writeln!(text, "{line}");
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

fn needs(scenario: &Scenario, plans: &[Plan], paint: Paint) -> String {
    let mut table = plain_table();
    let cost = format!("{} scheduled", scenario.run.currency);
    table.set_header([
        "Agent-hours",
        "today",
        "net",
        "scheduled",
        "most at once",
        cost.trim(),
    ]);
    let amount = |value: f64| Quantity::Amount.value(value, None);
    for plan in plans {
        let mut row = |name: String, hours: Hours| {
            table.add_row([
                name,
                amount(hours.rostered),
                amount(hours.net),
                amount(hours.scheduled),
                hours.most.to_string(),
                amount(hours.cost),
            ]);
        };
        let strategy = &scenario.strategies[plan.strategy].name;
        row(paint.title(strategy), hours(scenario, plan, None));
        let mut groups: Vec<GroupId> = plan.pattern.slots().iter().map(|slot| slot.group).collect();
        groups.dedup();
        let shown = &scenario.strategies[plan.strategy].setup.shown;
        groups.sort_by_key(|group| shown.place(*group));
        for group in groups {
            let name = format!(" {}", scenario.names.agents[group.index()]);
            row(name, hours(scenario, plan, Some(group)));
        }
    }
    right(&mut table, 1..=5, CellAlignment::Right);
    format!("{table}\n")
}

/// What became of each strategy's promises.
pub(super) fn promises(scenario: &Scenario, kept: &[(usize, &[Verified])], paint: Paint) -> String {
    let mut table = plain_table();
    table.set_header(["Target", "promised", "kept", "", "days that keep it"]);
    let share = |value: f64| Quantity::Share.value(value, None);
    for (strategy, kept) in kept {
        let strategy = &scenario.strategies[*strategy];
        table.add_row([paint.title(&strategy.name)]);
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
            let name = verified.judgement.name();
            let judgement = match verified.judgement {
                Judgement::Met => paint.good(name),
                Judgement::Missed => paint.bad(name),
                _ => name.to_owned(),
            };
            let days = match verified.days {
                0 => String::new(),
                days => share(f64::from(verified.days_met) / f64::from(days)),
            };
            table.add_row([
                format!(" {}", scenario.names.targets[verified.target.index()]),
                share(target.share),
                kept,
                judgement,
                days,
            ]);
        }
    }
    right(&mut table, 1..=4, CellAlignment::Right);
    format!("{table}\n")
}

fn verdict(scenario: &Scenario, plans: &[Plan], hopeless: &[(usize, Vec<TargetId>)]) -> String {
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
