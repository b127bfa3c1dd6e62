//! Rosters told: roster.csv, and what a team lead reads on the console.

use std::io;

use super::plan::{cost_unit, promises};
use super::section::{Part, Row, Section, Table};
use super::units::Quantity;
use crate::id::GroupId;
use crate::plan::{Roster, Rostered, Verified};
use crate::scenario::Scenario;

/// The columns of roster.csv.
pub const ROSTER_COLUMNS: [&str; 6] = [
    "strategy",
    "group",
    "shift",
    "hours",
    "agents",
    "paid_hours",
];

/// So many lines of who works when have room on the console; all of them stand in roster.csv.
pub(super) const LINES: usize = 24;

/// Writes roster.csv: a row for each week that anybody works. `hours` are in the group's zone; `paid_hours` are those of all
/// these agents over the whole run.
pub fn roster_rows(
    scenario: &Scenario,
    rosters: &[Roster],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(ROSTER_COLUMNS)?;
    for roster in rosters {
        for (tour, count, hours) in &roster.tours {
            writer.write_record([
                &scenario.strategies[roster.strategy].name,
                &scenario.names.agents[tour.group.index()],
                &tour.kind,
                &tour.hours,
                &count.to_string(),
                &(hours * f64::from(*count)).to_string(),
            ])?;
        }
    }
    writer.flush()
}

/// The file in which the scenario of this name stands with its shifts.
pub fn planned_file(scenario: &str) -> String {
    format!("{scenario}-planned.toml")
}

/// Who works when, what that costs, and what it keeps; who works when only if that takes no more than so many `lines`.
pub(super) fn section(scenario: &Scenario, rosters: &[(usize, Rostered)], lines: usize) -> Section {
    let found: Vec<&Roster> = rosters
        .iter()
        .filter_map(|(_, rostered)| match rostered {
            Rostered::Roster(roster) => Some(roster.as_ref()),
            _ => None,
        })
        .collect();
    let mut parts = Vec::new();
    if !found.is_empty() {
        let kept: Vec<(usize, &[Verified])> = found
            .iter()
            .map(|roster| (roster.strategy, roster.verified.as_slice()))
            .collect();
        parts.push(Part::Table(people(scenario, &found, lines)));
        parts.push(Part::Table(promises(scenario, &kept)));
    }
    for (strategy, rostered) in rosters {
        let name = &scenario.strategies[*strategy].name;
        let sentence = match rostered {
            Rostered::Roster(roster) => about(scenario, roster),
            Rostered::Unreached(slots) => format!(
                "{name}: no shift of [plan.shifts] reaches {} of the intervals in which somebody is needed.",
                slots.len()
            ),
            Rostered::TooFew(groups) => {
                let groups = groups.iter();
                let names: Vec<&str> = groups
                    .map(|group| scenario.names.agents[group.index()].as_str())
                    .collect();
                format!(
                    "{name}: with `at_most` as it is, the shifts of {} cannot cover what is needed.",
                    names.join(" and ")
                )
            }
            Rostered::Hopeless(targets) => {
                let targets = targets.iter();
                let names: Vec<&str> = targets
                    .map(|target| scenario.names.targets[target.index()].as_str())
                    .collect();
                format!(
                    "{name}: however many people work these shifts, {} is missed.",
                    names.join(" and ")
                )
            }
        };
        parts.push(Part::Words(sentence));
    }
    if found.iter().any(|roster| roster.assumed) {
        parts.push(Part::Words(
            "The scenario has no [plan.shifts]: assumed are shifts of eight hours (or as long as anybody is there today) that \
             start on the hour, five days in a row."
                .to_owned(),
        ));
    }
    Section {
        heading: "Who works when".to_owned(),
        parts,
    }
}

fn people(scenario: &Scenario, rosters: &[&Roster], most: usize) -> Table {
    let mut rows = Vec::new();
    let lines: usize = rosters.iter().map(|roster| roster.tours.len()).sum();
    let paid = |roster: &Roster, group: Option<GroupId>| -> (u32, f64) {
        let own = roster
            .tours
            .iter()
            .filter(|(tour, _, _)| group.is_none_or(|group| tour.group == group));
        own.fold((0, 0.0), |(people, paid), (_, count, hours)| {
            (people + count, paid + hours * f64::from(*count))
        })
    };
    let cells = |when: &str, people: u32, hours: f64| {
        let hours = Quantity::Amount.value(hours, None);
        vec![when.into(), people.to_string().into(), hours.into()]
    };
    for roster in rosters {
        let (people, hours) = paid(roster, None);
        let strategy = &scenario.strategies[roster.strategy].name;
        rows.push(Row::title(strategy, cells("", people, hours)));
        for group in &roster.groups {
            let (people, hours) = paid(roster, Some(*group));
            let name = &scenario.names.agents[group.index()];
            if lines > most || people == 0 {
                rows.push(Row::of(name, cells("", people, hours)));
                continue;
            }
            let own = roster
                .tours
                .iter()
                .filter(|(tour, _, _)| tour.group == *group);
            for (place, (tour, count, hours)) in own.enumerate() {
                let name = if place == 0 { name } else { "" };
                let hours = hours * f64::from(*count);
                rows.push(Row::of(name, cells(&tour.hours, *count, hours)));
            }
        }
    }
    let head = ["Roster", "hours (local)", "people", "paid hours"];
    Table {
        head: head.map(str::to_owned).to_vec(),
        rows,
        words: 2,
    }
}

/// How good a roster is.
fn about(scenario: &Scenario, roster: &Roster) -> String {
    let unit = cost_unit(scenario, roster.strategy, "paid hours");
    let amount = |value: f64| Quantity::Amount.value(value, None);
    let mut text = format!(
        "{}: {} {unit}. The cheapest people found who cover the plan by interval cost {}, and none who do cost less than {}",
        scenario.strategies[roster.strategy].name,
        amount(roster.cost),
        amount(roster.covering),
        amount(roster.bound),
    );
    text += match roster.cost.total_cmp(&roster.covering) {
        std::cmp::Ordering::Less => {
            "; simulated together they are more than the targets need, so some can go."
        }
        std::cmp::Ordering::Equal => "; simulated, they meet the targets.",
        std::cmp::Ordering::Greater => "; simulated, they miss a target, so more are needed.",
    };
    if !roster.minimal {
        text += " The search was stopped: it may do with fewer.";
    }
    let hires = roster.hires.iter().map(|hire| {
        let gains = scenario.names.targets.iter().zip(&hire.gains);
        let gains: Vec<String> = gains
            .map(|(target, gain)| format!("{target} {:+.1} points", 100.0 * gain))
            .collect();
        format!(
            "{}, {} ({}, for {} {unit})",
            scenario.names.agents[hire.tour.group.index()],
            hire.tour.hours,
            gains.join(", "),
            amount(hire.cost),
        )
    });
    let hires: Vec<String> = hires.collect();
    if !hires.is_empty() {
        text += &format!(
            " One person more would help most for what they cost in {}.",
            hires.join("; then ")
        );
    }
    text
}
