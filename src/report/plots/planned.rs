//! Plans: what is required by interval against who is there, and what a faster response costs.

use super::axis::Axis;
use super::course::{Course, Days, Stretch, fields, under};
use super::page::{BELOW, LEADING, Look, Page, Panel, beside};
use super::sheet::{BLACK, Dashes, GREY, HEIGHT, MARGIN, Sheet};
use crate::id::GroupId;
use crate::plan::{Plan, Rostered};
use crate::report::Planning;
use crate::report::plan::{cost_unit, groups};
use crate::time::Time;

/// As many panels have room.
const MOST: usize = 8;
/// How today's roster is drawn.
const TODAY: Dashes = &[10.0, 6.0];
/// Of the dot at the plan itself \[pixel\].
const RADIUS: f64 = 9.0;

/// What a strategy's group needs, and who is there.
struct Crew {
    name: String,
    look: Look,
    required: Course,
    today: Course,
    rostered: Option<Course>,
}

/// The requirement of each group by interval, today's roster and the one that was found.
pub(super) fn requirement(planning: &Planning) -> Sheet {
    const TITLE: &str = "How many agents are needed, and how many are there";
    const HOW: &str = "Coloured: agents to schedule so that all targets are met. Black line: those of the roster found. \
                       Dashed: today's.";
    let mut crews: Vec<Crew> = planning
        .plans
        .iter()
        .flat_map(|plan| crews(planning, plan))
        .collect();
    let all = crews.len();
    crews.truncate(MOST);
    let how = match all > MOST {
        true => format!("{HOW} The first {MOST} of {all}."),
        false => HOW.to_owned(),
    };
    let mut page = Page::of(planning.scenario, Vec::new(), TITLE, &how);
    let Some(plan) = planning.plans.first() else {
        return page.nothing("No plan was found, so there is nothing to show.");
    };
    let setup = &planning.scenario.strategies[plan.strategy].setup;
    let days = Days::new(&planning.scenario.run, setup.length);
    let most = crews.iter().flat_map(|crew| {
        let rostered = crew.rostered.iter().map(Course::most);
        rostered.chain([crew.required.most(), crew.today.most()])
    });
    let most = most.fold(0.0, f64::max);
    let fields = fields(&days, page.top, crews.len(), most);
    let sheet = &mut page.sheet;
    for (crew, field) in crews.iter().zip(fields) {
        let panel = &field.panel;
        for line in crew.required.steps(panel) {
            sheet.area(under(&line, panel.bottom), crew.look.colour, 0.35);
        }
        field.draw(sheet, &days, &crew.name);
        for line in crew.required.steps(panel) {
            sheet.line(line, &[], crew.look.colour, 2.0);
        }
        for line in crew.today.steps(panel) {
            sheet.line(line, TODAY, GREY, 2.5);
        }
        for line in crew.rostered.iter().flat_map(|course| course.steps(panel)) {
            sheet.line(line, &[], BLACK, 3.0);
        }
        if field.lowest {
            days.name(sheet, panel);
        }
    }
    page.sheet
}

fn crews(planning: &Planning, plan: &Plan) -> Vec<Crew> {
    let scenario = planning.scenario;
    let strategy = &scenario.strategies[plan.strategy];
    let days = Days::new(&scenario.run, strategy.setup.length);
    let course = |group: GroupId, values: &[f64]| {
        let slots = plan.pattern.slots().iter().zip(values);
        let own = slots.filter(|(slot, _)| slot.group == group);
        let mut stretches: Vec<Stretch> = own
            .map(|(slot, value)| {
                let interval = scenario.run.interval;
                let since = (slot.start - Time::ZERO).0 % interval.0;
                let from = days.hour(slot.start);
                Stretch {
                    from,
                    to: from + (interval.0 - since) as f64 / crate::time::Span::HOUR.0 as f64,
                    value: *value,
                    band: None,
                }
            })
            .collect();
        stretches.sort_by(|a, b| a.from.total_cmp(&b.from));
        Course(stretches)
    };
    let whole = |counts: &[u32]| {
        counts
            .iter()
            .map(|count| f64::from(*count))
            .collect::<Vec<_>>()
    };
    let required = whole(&plan.schedule(scenario, &plan.counts));
    let today = whole(&plan.rostered);
    let rostered = planning
        .rosters
        .iter()
        .find_map(|(number, rostered)| match rostered {
            Rostered::Roster(roster) if *number == plan.strategy => Some(&roster.at_work),
            _ => None,
        });
    let crew = |group: GroupId| Crew {
        name: format!(
            "{}: {}",
            strategy.name,
            scenario.names.agents[group.index()]
        ),
        look: Look::at(plan.strategy),
        required: course(group, &required),
        today: course(group, &today),
        rostered: rostered.map(|at_work| course(group, at_work)),
    };
    groups(scenario, plan).into_iter().map(crew).collect()
}

/// What a faster response costs with each strategy.
pub(super) fn frontier(planning: &Planning) -> Sheet {
    const HOW: &str = "Lower left is better. Each line is a strategy with 20% fewer to 50% more agents at work than planned; the \
                       dot is the plan. A strategy below and left of another is faster for less money, for those who have a response at all. \
                       With other customers than the search has met.";
    let scenario = planning.scenario;
    let named = planning.outlooks.iter().map(|outlook| {
        let name = scenario.strategies[outlook.strategy].name.as_str();
        (name, Look::at(outlook.strategy))
    });
    let mut page = Page::of(
        scenario,
        named.collect(),
        "What a faster response costs",
        HOW,
    );
    let points = || planning.outlooks.iter().flat_map(|outlook| &outlook.paid);
    let shortest = points().map(|paid| paid.mean).fold(f64::MAX, f64::min);
    let longest = points().map(|paid| paid.mean).fold(0.0, f64::max);
    let dearest = points().map(|paid| paid.cost).fold(0.0, f64::max);
    if longest <= 0.0 {
        return page.nothing("Nobody waits with any of the plans, so there is nothing to show.");
    }
    let right = page.legend() - 40.0;
    let bottom = HEIGHT - MARGIN - BELOW;
    let title = page.top + LEADING;
    let up = Axis::of_ratios(
        shortest.max(longest * 1e-6),
        longest,
        (bottom - 2.0 * RADIUS, title + 14.0),
    );
    let left = MARGIN + beside(&up);
    let across = Axis::of_numbers(dearest, (left, right), 8);
    let panel = Panel { across, up, bottom };
    let strategy = planning
        .outlooks
        .first()
        .map_or(0, |outlook| outlook.strategy);
    let unit = cost_unit(scenario, strategy, "agent-hours");
    let sheet = &mut page.sheet;
    panel.draw_up(
        sheet,
        "Time to the first response, on average",
        MARGIN,
        title,
    );
    panel.draw_across(sheet, &format!("Agents at work over the run [{unit}]"));
    for outlook in planning.outlooks {
        let look = Look::at(outlook.strategy);
        let line = outlook
            .paid
            .iter()
            .map(|paid| panel.at(paid.cost, paid.mean));
        sheet.line(line.collect(), look.dashes, look.colour, 4.0);
        for paid in outlook.paid.iter().filter(|paid| paid.times == 1.0) {
            sheet.dot(panel.at(paid.cost, paid.mean), RADIUS, look.colour);
        }
    }
    page.sheet
}
