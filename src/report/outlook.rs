//! Outlooks told: which targets bind, what becomes of a plan when the world changes, outlook.csv and frontier.csv.

use std::io;

use super::plan::cost_unit;
use super::section::{Part, Row, Section, Table};
use super::units::{Quantity, list};
use crate::plan::{Change, Changed, Outlook, Plan, Staffing};
use crate::scenario::Scenario;

/// The columns of outlook.csv.
pub const OUTLOOK_COLUMNS: [&str; 7] = [
    "strategy",
    "change",
    "target",
    "promised",
    "kept",
    "scheduled_hours",
    "cost",
];

/// The columns of frontier.csv.
pub const FRONTIER_COLUMNS: [&str; 6] = [
    "strategy",
    "times",
    "cost",
    "first_response_mean",
    "first_response_p80",
    "solved",
];

/// So many points of shrinkage more are told of.
const SHRINKAGE: f64 = 0.05;

/// Writes outlook.csv: for each change and target the share that the plan keeps as it is, and what all targets would need.
pub fn outlook_rows(
    scenario: &Scenario,
    plans: &[Plan],
    outlooks: &[Outlook],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(OUTLOOK_COLUMNS)?;
    for (plan, outlook) in pairs(plans, outlooks) {
        let strategy = &scenario.strategies[plan.strategy];
        for changed in &outlook.changed {
            let needed = changed.counts.as_ref().map(|counts| {
                let scheduled = plan.schedule(scenario, counts);
                let hours = plan.pattern.hours(&scheduled, None);
                (hours.to_string(), plan.pattern.cost(&scheduled).to_string())
            });
            let (hours, cost) = needed.unwrap_or_default();
            for (target, kept) in strategy.setup.targets.iter().zip(&changed.kept).enumerate() {
                let (number, (target, kept)) = (target, kept);
                writer.write_record([
                    strategy.name.as_str(),
                    &name(scenario, changed.change),
                    &scenario.names.targets[number],
                    &promised(changed.change, number, target.share).to_string(),
                    &kept.map_or(String::new(), |kept| kept.to_string()),
                    &hours,
                    &cost,
                ])?;
            }
        }
    }
    writer.flush()
}

/// Writes frontier.csv: multiples of each plan, what they cost, and how soon customers hear first \[s\].
pub fn frontier_rows(
    scenario: &Scenario,
    outlooks: &[Outlook],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(FRONTIER_COLUMNS)?;
    for outlook in outlooks {
        for paid in &outlook.paid {
            writer.write_record([
                scenario.strategies[outlook.strategy].name.as_str(),
                &paid.times.to_string(),
                &paid.cost.to_string(),
                &paid.mean.to_string(),
                &paid.most.to_string(),
                &paid.solved.to_string(),
            ])?;
        }
    }
    writer.flush()
}

/// Which targets bind, and how many attempts were solved.
pub(super) fn binding(scenario: &Scenario, plans: &[Plan], outlooks: &[Outlook]) -> Vec<Part> {
    let minimal = plans.iter().filter(|plan| plan.minimal);
    let mut parts: Vec<Part> = minimal
        .map(|plan| Part::Words(binds(scenario, plan)))
        .collect();
    let solved = outlooks.iter().filter_map(|outlook| {
        let plan = outlook.paid.iter().find(|paid| paid.times == 1.0)?;
        let name = &scenario.strategies[outlook.strategy].name;
        let share = Quantity::Share.value(plan.solved, Some(0.001));
        Some(format!("{name} {share}"))
    });
    let solved: Vec<String> = solved.collect();
    if !outlooks.is_empty() {
        parts.push(Part::Words(format!(
            "Solved, of all attempts: {}. Targets judge only those who were served.",
            list(solved.iter().map(String::as_str))
        )));
    }
    parts
}

/// What becomes of each plan under each change.
pub(super) fn section(scenario: &Scenario, plans: &[Plan], outlooks: &[Outlook]) -> Section {
    let mut rows = Vec::new();
    for (plan, outlook) in pairs(plans, outlooks) {
        rows.push(Row::title(
            &scenario.strategies[plan.strategy].name,
            Vec::new(),
        ));
        let before = plan.pattern.cost(&plan.schedule(scenario, &plan.counts));
        for changed in &outlook.changed {
            let needed = match &changed.counts {
                None => "not by this plan's shape".to_owned(),
                Some(counts) => {
                    let cost = plan.pattern.cost(&plan.schedule(scenario, counts));
                    more(scenario, plan, cost - before, before)
                }
            };
            rows.push(Row::of(
                &name(scenario, changed.change),
                vec![kept(scenario, plan, changed).into(), needed.into()],
            ));
        }
        // Without rounding, which small teams have to do in each interval.
        let shrunk = |by: f64| -> f64 {
            let slots = plan.pattern.slots().iter().zip(&plan.counts);
            let each = slots.map(|(slot, count)| {
                let left = plan.available(scenario, slot.group) - by;
                slot.cost * f64::from(*count) / left.max(SHRINKAGE)
            });
            each.sum()
        };
        let (now, then) = (shrunk(0.0), shrunk(SHRINKAGE));
        rows.push(Row::of(
            "5 points more shrinkage",
            vec!["".into(), more(scenario, plan, then - now, now).into()],
        ));
    }
    let head = ["What if", "this plan keeps", "needed"];
    let table = Table {
        head: head.map(str::to_owned).to_vec(),
        rows,
        words: 1,
    };
    let how = "This plan keeps: with other customers, everybody as planned. Needed: the change of what is scheduled so that all \
               targets are met; searched with less effort than the plan, so that it may be a little too much.";
    Section {
        heading: "What if the world changes".to_owned(),
        parts: vec![Part::Table(table), Part::Words(how.to_owned())],
    }
}

fn pairs<'a>(
    plans: &'a [Plan],
    outlooks: &'a [Outlook],
) -> impl Iterator<Item = (&'a Plan, &'a Outlook)> {
    outlooks.iter().filter_map(|outlook| {
        let plan = plans.iter().find(|plan| plan.strategy == outlook.strategy);
        Some((plan?, outlook))
    })
}

fn name(scenario: &Scenario, change: Change) -> String {
    let by = |factor: f64, more: &str, fewer: &str| {
        let percent = (100.0 * (factor - 1.0).abs()).round();
        format!("{percent}% {}", if factor > 1.0 { more } else { fewer })
    };
    match change {
        Change::Customers(factor) => by(factor, "more customers", "fewer customers"),
        Change::Handling(factor) => by(factor, "longer handling", "shorter handling"),
        Change::Point(target) => {
            format!("{} 1 point lower", scenario.names.targets[target.index()])
        }
    }
}

/// What is promised under a change.
fn promised(change: Change, target: usize, share: f64) -> f64 {
    match change {
        Change::Point(lowered) if lowered.index() == target => share - 0.01,
        _ => share,
    }
}

/// The targets that are not kept, with their shares.
fn kept(scenario: &Scenario, plan: &Plan, changed: &Changed) -> String {
    let targets = &scenario.strategies[plan.strategy].setup.targets;
    let missed = targets.iter().zip(&changed.kept).enumerate();
    let missed = missed.filter_map(|(number, (target, kept))| {
        let kept = (*kept)?;
        let name = &scenario.names.targets[number];
        (kept < promised(changed.change, number, target.share))
            .then(|| format!("{name} {}", Quantity::Share.value(kept, Some(0.001))))
    });
    let missed: Vec<String> = missed.collect();
    match (missed.is_empty(), targets.len()) {
        (true, 1) => "the target".to_owned(),
        (true, _) => "all targets".to_owned(),
        (false, _) => format!("not {}", list(missed.iter().map(String::as_str))),
    }
}

fn more(scenario: &Scenario, plan: &Plan, more: f64, before: f64) -> String {
    let sign = if more < 0.0 { "-" } else { "+" };
    let unit = cost_unit(scenario, plan.strategy, "h");
    format!(
        "{sign}{} {unit} ({sign}{:.1}%)",
        Quantity::Amount.value(more.abs(), None),
        100.0 * more.abs() / before.max(f64::MIN_POSITIVE)
    )
}

fn binds(scenario: &Scenario, plan: &Plan) -> String {
    let strategy = &scenario.strategies[plan.strategy];
    let mut sentences = Vec::new();
    for verified in &plan.verified {
        let number = verified.target.index();
        let name = &scenario.names.targets[number];
        let Some(kept) = verified.value else { continue };
        let slack = 100.0 * (kept - strategy.setup.targets[number].share);
        sentences.push(match plan.binding[number] {
            0 => format!("{name} does not bind, with {slack:.1} points to spare"),
            fewer => format!(
                "{name} binds: it is missed with one agent less in {fewer} of the intervals"
            ),
        });
    }
    format!("{}: {}.", strategy.name, sentences.join("; "))
}
