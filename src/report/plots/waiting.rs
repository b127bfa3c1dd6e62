//! When customers wait: the first response and the backlog over the days, one above the other.

use super::axis::Axis;
use super::course::{BELOW, Course, Days};
use super::page::{LEADING, Look, Page, Panel, beside, strategies};
use super::sheet::{HEIGHT, MARGIN, Sheet};
use crate::measure::Measure;
use crate::metric::Scope;
use crate::report::Report;

/// Strategies whose waits differ more than so many times are drawn by their ratios.
const FAR_APART: f64 = 20.0;

pub(super) fn draw(report: &Report) -> Sheet {
    let several = report.scenario.run.replications > 1;
    let bands = if several { " Shaded: intervals." } else { "" };
    let how = format!(
        "First response: of those who opened a conversation then. Where a line is broken, none of them had one. Backlog: conversations whose turn is ours.{bands}"
    );
    let mut page = Page::new(report, "When customers wait", &how);
    let Some(days) = Days::of(report) else {
        return page.nothing("No strategy was played, so there is nothing to show.");
    };
    let courses = |measure| -> Vec<(Course, Look)> {
        let course = |(told, look)| (Course::of(told, &days, Scope::All, measure, report), look);
        let mut courses: Vec<_> = strategies(report).map(course).collect();
        // The densest lowest, so that lines that fall together are all seen.
        courses.sort_by(|(_, a), (_, b)| b.density().total_cmp(&a.density()));
        courses
    };
    let (waits, backlogs) = (
        courses(Measure::FirstResponseTime),
        courses(Measure::Backlog),
    );
    let most = |courses: &[(Course, Look)]| {
        courses
            .iter()
            .map(|(course, _)| course.most())
            .fold(0.0, f64::max)
    };
    if waits.iter().all(|(course, _)| course.0.is_empty()) {
        return page.nothing("No conversation had a response, so there is nothing to show.");
    }
    let right = page.legend() - 40.0;
    let bottom = HEIGHT - MARGIN - BELOW;
    let half = (bottom - page.top) / 2.0;
    let ends = |number: f64| {
        let top = page.top + number * half;
        (top + half - 14.0 * (1.0 - number), top + LEADING + 14.0)
    };
    let least = waits.iter().filter_map(|(course, _)| course.least());
    let tops = waits
        .iter()
        .map(|(course, _)| course.most())
        .filter(|most| *most > 0.0);
    let far_apart = tops.clone().fold(0.0, f64::max) > FAR_APART * tops.fold(f64::MAX, f64::min);
    let wait = if far_apart {
        let least = least.fold(f64::MAX, f64::min);
        // The least is not drawn upon the edge.
        Axis::of_ratios(
            (0.8 * least).max(most(&waits) * 1e-5),
            most(&waits),
            ends(0.0),
        )
    } else {
        Axis::of_times(most(&waits), ends(0.0))
    };
    let backlog = Axis::of_numbers(most(&backlogs), ends(1.0), 5);
    let left = MARGIN + beside(&wait).max(beside(&backlog));
    let sheet = &mut page.sheet;
    let panels = [
        (wait, waits, "Time to the first response (mean)"),
        (backlog, backlogs, "Backlog (conversations, mean)"),
    ];
    for (number, (up, courses, title)) in panels.into_iter().enumerate() {
        let bottom = up.ends().0;
        let panel = Panel {
            across: days.axis((left, right)),
            up,
            bottom,
        };
        days.draw(sheet, &panel);
        panel.draw_up(sheet, title, MARGIN, panel.up.ends().1 - 14.0);
        for (course, look) in &courses {
            for band in course.bands(&panel) {
                sheet.area(band, look.colour, 0.2);
            }
        }
        for (course, look) in &courses {
            for line in course.steps(&panel) {
                sheet.line(line, look.dashes, look.colour, 3.0);
            }
        }
        if number == 1 {
            days.name(sheet, &panel);
        }
    }
    page.sheet
}
