//! The page of a plan: what a team lead sends on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil;

use super::{Chapter, Page};
use crate::calendar::Origin;
use crate::id::GroupId;
use crate::plan::{Plan, Rostered};
use crate::report::basis::basis;
use crate::report::plan::{ABOUT, groups, intervals, kept, needs, verdict};
use crate::report::plots::Plot;
use crate::report::section::{Cell, Part, Row, Section, Table, Tone};
use crate::report::targets::promise;
use crate::report::units::list;
use crate::report::{Planning, outlook, planned_file, roster};
use crate::scenario::{Scenario, Strategy};

/// What the words on the page mean, but for those of a scenario's own.
const WORDS: [(&str, &str); 19] = [
    (
        "Today",
        "Agent-hours of today's roster; in an interval in which the number changes, its largest counts.",
    ),
    (
        "Net",
        "Agents at work: nobody of them is absent, on a break or busy elsewhere.",
    ),
    (
        "Scheduled",
        "Agents to schedule so that the net ones are at work: net divided by what shrinkage leaves, (1 - absent) x (1 - in office), \
         rounded up in each interval.",
    ),
    (
        "Most at once",
        "The largest number scheduled in any interval.",
    ),
    (
        "Gap",
        "Scheduled less those rostered today: above 0 so many are missing, below 0 there are more than needed.",
    ),
    (
        "Promised",
        "The share of all that a target promises to serve in time.",
    ),
    (
        "Kept",
        "The share that was served in time, for customers whom the search has not met.",
    ),
    (
        "Met, missed",
        "The whole interval is on that side of what was promised; too close to call if it spans it.",
    ),
    (
        "Days that keep it",
        "Of the days on which the target was about anybody, those on which the share was kept by the waits that began then. A promise \
         over the whole run may be broken on single days.",
    ),
    (
        "Worst interval",
        "Of the intervals of the week in which waits begin, one in each replication or more, the one in which the least share kept the \
         target.",
    ),
    (
        "Binds",
        "A target binds if it is missed without some single agent in some interval.",
    ),
    (
        "To spare",
        "By how many percentage points a target that does not bind is kept beyond what is promised: its slack.",
    ),
    (
        "This plan keeps",
        "What becomes of the targets when the world changes and everybody works as planned.",
    ),
    (
        "Needed",
        "What would have to be scheduled besides (+) or could be left out (-) so that all targets are met after the change.",
    ),
    (
        "1 point lower",
        "The target promises one percentage point less: what its last point costs.",
    ),
    (
        "Solved",
        "Of all attempts (openings, and returns after a failure), those that ended with the customer's matter done. A target judges only \
         those who were served, so a plan may keep it by serving few.",
    ),
    (
        "Frontier",
        "The curve of what a faster first response costs: 0.8 to 1.5 times the plan's agents at work.",
    ),
    (
        "Paid hours",
        "Hours of shifts with their breaks, over the whole run; what is finished after the end of a shift is not paid.",
    ),
    (
        "Cover the plan",
        "In each interval as many people are at work, on average over the run, as the plan by interval has.",
    ),
];

/// The page of plans, with their pictures; the same for the same scenario and seed.
pub fn plan_page(planning: &Planning, plots: &[Plot]) -> String {
    let Planning {
        scenario,
        plans,
        rosters,
        outlooks,
        ..
    } = *planning;
    let strategies = strategies(planning);
    let picture = |name: &str| {
        let mut plots = plots.iter();
        plots.find(|plot| plot.name == name).map(Plot::inline)
    };
    let mut chapters = Vec::new();
    if !plans.is_empty() {
        let mut needed = needs(scenario, plans);
        needed.parts.insert(0, Part::Words(ABOUT.to_owned()));
        chapters.push(Chapter::of(needed));
        chapters.push(Chapter::of(kept(scenario, plans, outlooks)));
        chapters.push(Chapter {
            told: Section {
                heading: "The plan by interval".to_owned(),
                parts: vec![Part::Words(format!(
                    "Agents to schedule by weekday and time of day ({}); in brackets how many more (+) or fewer (-) than are \
                     rostered today.",
                    scenario.run.zone.iana_name().unwrap_or("UTC")
                ))],
            },
            picture: picture("requirement-and-roster"),
            folded: plans.iter().flat_map(|plan| weeks(scenario, plan)).collect(),
        });
    }
    if !outlooks.is_empty() {
        chapters.push(Chapter {
            picture: picture("cost-and-response"),
            ..Chapter::of(outlook::section(scenario, plans, outlooks))
        });
    }
    if !rosters.is_empty() {
        chapters.push(Chapter::of(roster::section(scenario, rosters, usize::MAX)));
    }
    let page = Page {
        title: &scenario.title,
        about: &scenario.about,
        verdict: verdict(planning),
        basis: rests_on(planning, &strategies),
        chapters,
        words: words(scenario, &strategies),
        files: files(planning),
        command: has_roster(planning).then(|| {
            (
                "The scenario with the shifts of the roster is there too; in this folder it is played by",
                format!("syncline run {}", planned_file(&scenario.name)),
            )
        }),
    };
    page.html()
}

fn has_roster(planning: &Planning) -> bool {
    let mut rosters = planning.rosters.iter();
    rosters.any(|(_, rostered)| matches!(rostered, Rostered::Roster(_)))
}

/// The strategies that a plan was looked for, in the scenario's order.
fn strategies<'a>(planning: &Planning<'a>) -> Vec<&'a Strategy> {
    let planned = planning.plans.iter().map(|plan| plan.strategy);
    let hopeless = planning.hopeless.iter().map(|(strategy, _)| *strategy);
    let all: BTreeSet<usize> = planned.chain(hopeless).collect();
    let strategy = |place: usize| &planning.scenario.strategies[place];
    all.into_iter().map(strategy).collect()
}

/// What the plans rest on, and what they promise.
fn rests_on(planning: &Planning, strategies: &[&Strategy]) -> Vec<(&'static str, String)> {
    let scenario = planning.scenario;
    let mut labelled = Vec::new();
    for (number, name) in scenario.names.targets.iter().enumerate() {
        let of = |strategy: &&Strategy| promise(&strategy.setup.targets[number], &scenario.names);
        // A strategy may promise something else under the same name.
        let promised: BTreeSet<String> = strategies.iter().map(of).collect();
        let promised = list(promised.iter().map(String::as_str));
        labelled.push(("Promised", format!("{name}: {promised}")));
    }
    labelled.extend(basis(scenario, strategies));
    let tried = planning.plans.iter().map(|plan| {
        let name = &scenario.strategies[plan.strategy].name;
        let (tried, times) = (plan.tried, plan.replications);
        format!("{tried} plans of {name}, each up to {times} times, and the one found {times} times more")
    });
    let tried: Vec<String> = tried.collect();
    if !tried.is_empty() {
        labelled.push(("Tried", tried.join("; ")));
    }
    labelled
}

/// The plan of each group by weekday and time of day.
fn weeks(scenario: &Scenario, plan: &Plan) -> Vec<Section> {
    let strategy = &scenario.strategies[plan.strategy].name;
    let groups = groups(scenario, plan).into_iter();
    let week = |group: GroupId| Section {
        heading: format!("{strategy}: {}", scenario.names.agents[group.index()]),
        parts: vec![Part::Table(week(scenario, plan, group))],
    };
    groups.map(week).collect()
}

fn week(scenario: &Scenario, plan: &Plan, group: GroupId) -> Table {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let run = &scenario.run;
    let origin = Origin::midnight(run.start, &run.zone);
    let intervals = intervals(scenario, plan);
    let own = intervals.iter().filter(|interval| interval.group == group);
    let mut days = BTreeSet::new();
    let mut times: BTreeMap<civil::Time, BTreeMap<usize, Cell>> = BTreeMap::new();
    for interval in own {
        let local = origin.local(interval.start, &run.zone);
        let day = local.weekday().to_monday_zero_offset() as usize;
        let (text, tone) = match interval.gap {
            0 => (interval.scheduled.to_string(), Tone::Plain),
            gap => (
                format!("{} ({gap:+})", interval.scheduled),
                if gap > 0 { Tone::Bad } else { Tone::Plain },
            ),
        };
        days.insert(day);
        let row = times.entry(local.time()).or_default();
        row.insert(day, Cell { text, tone });
    }
    let rows = times.into_iter().map(|(time, mut row)| {
        let cells = days.iter().map(|day| row.remove(day).unwrap_or("".into()));
        Row::of(&time.strftime("%H:%M").to_string(), cells.collect())
    });
    let rows = rows.collect();
    let head = std::iter::once("").chain(days.iter().map(|day| DAYS[*day]));
    Table {
        head: head.map(str::to_owned).collect(),
        rows,
        words: 1,
    }
}

/// What the page's words mean, and what the targets are about.
fn words(scenario: &Scenario, strategies: &[&Strategy]) -> Vec<(String, String)> {
    let confidence = (1e6 * scenario.run.confidence).round() / 1e4;
    let spread = format!("Half of the {confidence}% interval: so much may be luck.");
    let targets = strategies
        .iter()
        .flat_map(|strategy| &strategy.setup.targets);
    let measures: BTreeSet<_> = targets.map(|target| target.metric).collect();
    let measures = measures.into_iter().map(|measure| {
        let name = measure.name().replace('_', " ");
        (name, measure.entry().meaning.to_owned())
    });
    let fixed = WORDS.map(|(word, meaning)| (word.to_owned(), meaning.to_owned()));
    let spread = ("±".to_owned(), spread);
    fixed.into_iter().chain([spread]).chain(measures).collect()
}

/// The files that are written beside the page.
fn files(planning: &Planning) -> Vec<(&'static str, &'static str)> {
    let mut files = vec![(
        "plan.csv",
        "agents by group and interval: net, scheduled, gap",
    )];
    if has_roster(planning) {
        files.push(("roster.csv", "who works which week"));
    }
    if !planning.outlooks.is_empty() {
        files.push((
            "outlook.csv",
            "what becomes of the plan when the world changes, and what would be needed",
        ));
        files.push(("frontier.csv", "what a faster first response costs"));
    }
    files
}
