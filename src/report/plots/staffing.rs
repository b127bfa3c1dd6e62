//! Whether there are agents when there is work: on duty and busy over the days, for each strategy and group.

use super::axis::Axis;
use super::course::{BELOW, Course, Days};
use super::page::{LEADING, Look, Page, Panel, SIZE, beside};
use super::sheet::{BLACK, HEIGHT, MARGIN, Sheet, WIDTH, first_lines, fold};
use crate::measure::Measure;
use crate::metric::Scope;
use crate::report::Report;

/// As many panels have room.
const MOST: usize = 8;
/// Between two columns of panels \[pixel\].
const BETWEEN: f64 = 40.0;

/// A strategy's group.
struct Crew {
    name: String,
    look: Look,
    on_duty: Course,
    busy: Course,
}

pub(super) fn draw(report: &Report) -> Sheet {
    let Some(days) = Days::of(report) else {
        return Page::new(report, TITLE, HOW)
            .nothing("No strategy was played, so there is nothing to show.");
    };
    let mut crews = crews(report, &days);
    let all = crews.len();
    crews.truncate(MOST);
    let how = if all > MOST {
        format!("{HOW} The first {MOST} of {all}.")
    } else {
        HOW.to_owned()
    };
    let mut page = Page::new(report, TITLE, &how);
    if crews.is_empty() {
        return page.nothing("Nobody was on duty, so there is nothing to show.");
    }
    let columns = if crews.len() > 3 { 2 } else { 1 };
    let rows = crews.len().div_ceil(columns);
    let most = crews
        .iter()
        .map(|crew| crew.on_duty.most().max(crew.busy.most()))
        .fold(0.0, f64::max);
    let bottom = HEIGHT - MARGIN - BELOW;
    let high = (bottom - page.top) / rows as f64;
    let wide = (WIDTH - 2.0 * MARGIN - BETWEEN * (columns - 1) as f64) / columns as f64;
    let ticks = if high > 220.0 { 5 } else { 2 };
    let sheet = &mut page.sheet;
    for (place, crew) in crews.iter().enumerate() {
        let (row, column) = (place / columns, place % columns);
        let left = MARGIN + (wide + BETWEEN) * column as f64;
        let top = bottom - high * (rows - row) as f64;
        let floor = top + high - if row + 1 < rows { 12.0 } else { 0.0 };
        // All have the same scale, to be compared.
        let up = Axis::of_numbers(most, (floor, top + LEADING + 10.0), ticks);
        let right = left + wide - if column + 1 == columns { 36.0 } else { 0.0 };
        let across = days.axis((left + beside(&up), right));
        let panel = Panel {
            across,
            up,
            bottom: floor,
        };
        for busy in crew.busy.steps(&panel) {
            sheet.area(under(&busy, floor), crew.look.colour, 0.35);
        }
        days.draw(sheet, &panel);
        let title = first_lines(fold(&crew.name, SIZE, wide - 10.0), 1);
        panel.draw_up(
            sheet,
            title.first().map_or("", String::as_str),
            left,
            top + LEADING + 4.0,
        );
        for band in crew.busy.bands(&panel) {
            sheet.area(band, crew.look.colour, 0.35);
        }
        for busy in crew.busy.steps(&panel) {
            sheet.line(busy, &[], crew.look.colour, 2.0);
        }
        for on_duty in crew.on_duty.steps(&panel) {
            sheet.line(on_duty, &[], BLACK, 3.0);
        }
        // The lowest panel of each column.
        if place + columns >= crews.len() {
            days.name(sheet, &panel);
        }
    }
    page.sheet
}

const TITLE: &str = "Agents on duty, and how many of them are busy";
const HOW: &str = "Black line: agents on duty. Coloured: those of them who are busy, at work or held by a conversation.";

/// Every group that anybody is on duty in, strategy by strategy.
fn crews(report: &Report, days: &Days) -> Vec<Crew> {
    let groups = &report.scenario.names.agents;
    let mut crews = Vec::new();
    for told in &report.strategies {
        for id in &told.strategy.setup.shown.agents {
            let scope = Scope::Agents(*id);
            let course = |measure| Course::of(told, days, scope, measure, report);
            let on_duty = course(Measure::OnDuty);
            if on_duty.most() <= 0.0 {
                continue;
            }
            let strategy = &told.strategy.name;
            crews.push(Crew {
                name: match groups.len() {
                    1 => strategy.clone(),
                    _ => format!("{strategy}: {}", groups[id.index()]),
                },
                look: Look::of(told, report.scenario),
                on_duty,
                busy: course(Measure::Busy),
            });
        }
    }
    crews
}

/// The area between a line and the floor of its panel.
fn under(line: &[(f64, f64)], floor: f64) -> Vec<(f64, f64)> {
    let mut area = line.to_vec();
    if let (Some(first), Some(last)) = (line.first(), line.last()) {
        area.extend([(last.0, floor), (first.0, floor)]);
    }
    area
}
