//! Whether there are agents when there is work: on duty and busy over the days, for each strategy and group.

use super::course::{Course, Days, fields, under};
use super::page::{Look, Page};
use super::sheet::{BLACK, Sheet};
use crate::measure::Measure;
use crate::metric::Scope;
use crate::report::Report;

/// As many panels have room.
const MOST: usize = 8;

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
    let most = crews
        .iter()
        .map(|crew| crew.on_duty.most().max(crew.busy.most()))
        .fold(0.0, f64::max);
    let fields = fields(&days, page.top, crews.len(), most);
    let sheet = &mut page.sheet;
    for (crew, field) in crews.iter().zip(fields) {
        let panel = &field.panel;
        for busy in crew.busy.steps(panel) {
            sheet.area(under(&busy, panel.bottom), crew.look.colour, 0.35);
        }
        field.draw(sheet, &days, &crew.name);
        for band in crew.busy.bands(panel) {
            sheet.area(band, crew.look.colour, 0.35);
        }
        for busy in crew.busy.steps(panel) {
            sheet.line(busy, &[], crew.look.colour, 2.0);
        }
        for on_duty in crew.on_duty.steps(panel) {
            sheet.line(on_duty, &[], BLACK, 3.0);
        }
        if field.lowest {
            days.name(sheet, panel);
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
