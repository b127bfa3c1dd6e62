//! Pictures of a result, each of the size of a slide (1600 by 900 pixels), as SVG and as PNG.
//!
//! Always the same pictures: one that has nothing to show says why. They hold nothing that changes between two runs of
//! the same, and need no font on the machine.

mod axis;
mod burn_down;
mod course;
mod ink;
mod page;
mod planned;
mod response;
mod sheet;
mod staffing;
mod trade_off;
mod waiting;

#[cfg(test)]
mod tests;

use super::{Planning, Report};
use crate::plan::{Backlog, Events};
use crate::scenario::Scenario;
use sheet::Sheet;

/// A picture of a result.
pub struct Plot {
    /// What it shows, as its file is called.
    pub name: &'static str,
    sheet: Sheet,
}

impl Plot {
    /// As an SVG document.
    pub fn svg(&self) -> String {
        ink::svg(&self.sheet)
    }

    /// As an SVG element for a page, which says what it shows to those who cannot see it.
    pub fn inline(&self) -> String {
        ink::inline(&self.sheet, self.name)
    }

    /// As a PNG file.
    pub fn png(&self) -> Vec<u8> {
        ink::png(&self.sheet)
    }
}

/// All pictures of a result.
pub fn plots(report: &Report) -> Vec<Plot> {
    let plot = |name, sheet| Plot { name, sheet };
    vec![
        plot("first-response", response::draw(report)),
        plot("held-and-elapsed", trade_off::draw(report)),
        plot("wait-and-backlog", waiting::draw(report)),
        plot("staffing-and-load", staffing::draw(report)),
    ]
}

/// All pictures of plans.
pub fn plan_plots(planning: &Planning) -> Vec<Plot> {
    let plot = |name, sheet| Plot { name, sheet };
    let mut plots = vec![plot(
        "requirement-and-roster",
        planned::requirement(planning),
    )];
    if !planning.outlooks.is_empty() {
        plots.push(plot("cost-and-response", planned::frontier(planning)));
    }
    plots
}

/// All pictures of backlogs.
pub fn backlog_plots(scenario: &Scenario, backlogs: &[Backlog], events: &Events) -> Vec<Plot> {
    vec![Plot {
        name: "burn-down",
        sheet: burn_down::draw(scenario, backlogs, events),
    }]
}
