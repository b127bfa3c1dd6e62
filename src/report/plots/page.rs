//! What all pictures share: title, what they rest on, panels, and one colour and dash for a strategy everywhere.

use super::axis::Axis;
use super::ink;
use super::sheet::{
    Align, BLACK, Colour, Dashes, GREY, HEIGHT, MARGIN, PALE, Point, Sheet, WIDTH, first_lines,
    fold,
};
use crate::report::{Report, Told};
use crate::scenario::Scenario;

/// Of titles \[pixel per em\].
const LARGE: f64 = 32.0;
/// Of everything else, legible at half the size.
pub(super) const SIZE: f64 = 22.0;
/// From line to line \[pixel\].
pub(super) const LEADING: f64 = 31.0;

/// Okabe and Ito's colours, told apart with any colour vision, but for their yellow, which is too light for a line
/// (Color Universal Design, 2008: <https://jfly.uni-koeln.de/color/>).
const COLOURS: [Colour; 7] = [
    Colour(0x00, 0x72, 0xb2),
    Colour(0xd5, 0x5e, 0x00),
    Colour(0x00, 0x9e, 0x73),
    Colour(0xcc, 0x79, 0xa7),
    Colour(0x56, 0xb4, 0xe9),
    Colour(0xe6, 0x9f, 0x00),
    Colour(0x00, 0x00, 0x00),
];

/// As many as have no common divisor with the colours, so that 35 strategies differ in one or the other.
const DASHES: [Dashes; 5] = [
    &[],
    &[22.0, 9.0],
    &[4.0, 7.0],
    &[22.0, 7.0, 4.0, 7.0],
    &[10.0, 6.0],
];

/// As many strategies have room for their names; a picture says so if there are more.
pub(super) const MOST: usize = 16;

/// How a strategy is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    pub colour: Colour,
    pub dashes: Dashes,
}

impl Look {
    /// By its place in the scenario, so that it stays the same when others are not played.
    pub(super) fn of(told: &Told, scenario: &Scenario) -> Look {
        let mut strategies = scenario.strategies.iter();
        let place = strategies.position(|strategy| strategy.name == told.strategy.name);
        Look::at(place.unwrap_or_default())
    }

    /// Of the strategy at this place of the scenario.
    pub(super) fn at(place: usize) -> Look {
        Look {
            colour: COLOURS[place % COLOURS.len()],
            dashes: DASHES[place % DASHES.len()],
        }
    }

    /// How much of a line is drawn.
    pub(super) fn density(&self) -> f64 {
        let drawn: f64 = self.dashes.iter().step_by(2).sum();
        let all: f64 = self.dashes.iter().sum();
        if all > 0.0 { drawn / all } else { 1.0 }
    }
}

/// A picture with its title, and the room that is left.
pub(super) struct Page<'a> {
    pub sheet: Sheet,
    /// The name and the look of each strategy that has a line.
    strategies: Vec<(&'a str, Look)>,
    /// From here down there is room \[pixel\].
    pub top: f64,
}

impl<'a> Page<'a> {
    /// A picture that says what it shows, of which scenario, and what its figures rest on.
    pub(super) fn new(report: &'a Report<'a>, title: &str, how: &str) -> Page<'a> {
        let named = report.strategies.iter().map(|told| {
            let name = told.strategy.name.as_str();
            (name, Look::of(told, report.scenario))
        });
        Page::of(report.scenario, named.collect(), title, how)
    }

    /// The same of strategies by name.
    pub(super) fn of(
        scenario: &Scenario,
        mut strategies: Vec<(&'a str, Look)>,
        title: &str,
        how: &str,
    ) -> Page<'a> {
        let all = strategies.len();
        strategies.truncate(MOST);
        let mut page = Page {
            sheet: Sheet {
                title: title.to_owned(),
                how: how.to_owned(),
                shapes: Vec::new(),
            },
            strategies,
            top: MARGIN,
        };
        page.lines(title, LARGE, BLACK, 1);
        page.top += 4.0;
        page.lines(&basis(scenario, all), SIZE, GREY, 2);
        page.lines(how, SIZE, GREY, 3);
        page.top += 8.0;
        page
    }

    /// Lines of text over the whole width.
    fn lines(&mut self, text: &str, size: f64, colour: Colour, most: usize) {
        let leading = size * LEADING / SIZE;
        let lines = fold(text, size, WIDTH - 2.0 * MARGIN);
        for line in first_lines(lines, most) {
            let at = (MARGIN, self.top + leading / 2.0);
            self.sheet.text(at, &line, size, Align::Left, colour);
            self.top += leading;
        }
    }

    /// A sentence instead of a picture.
    pub(super) fn nothing(mut self, why: &str) -> Sheet {
        let at = (WIDTH / 2.0, (self.top + HEIGHT) / 2.0);
        self.sheet.text(at, why, SIZE, Align::Centre, BLACK);
        self.sheet
    }

    /// The names of the strategies beside their lines, down the right side; says where it begins.
    pub(super) fn legend(&mut self) -> f64 {
        const SAMPLE: f64 = 56.0;
        const GAP: f64 = 12.0;
        const WIDEST: f64 = 330.0;
        let folded: Vec<_> = self
            .strategies
            .iter()
            .map(|(name, look)| (first_lines(fold(name, SIZE, WIDEST), 2), *look))
            .collect();
        let widths = folded.iter().flat_map(|(lines, _)| lines);
        let widest = widths
            .map(|line| ink::width(line, SIZE))
            .fold(0.0, f64::max);
        let left = WIDTH - MARGIN - widest - SAMPLE - GAP;
        let rows: usize = folded.iter().map(|(lines, _)| lines.len()).sum();
        let room = HEIGHT - MARGIN - self.top;
        let leading = LEADING.min(room / (rows as f64 + 0.4 * folded.len() as f64));
        let size = SIZE * leading / LEADING;
        let mut y = self.top + leading / 2.0;
        for (lines, look) in folded {
            let middle = y + leading * (lines.len() - 1) as f64 / 2.0;
            let sample = vec![(left, middle), (left + SAMPLE, middle)];
            self.sheet.line(sample, look.dashes, look.colour, 4.0);
            for line in lines {
                let at = (left + SAMPLE + GAP, y);
                self.sheet.text(at, &line, size, Align::Left, BLACK);
                y += leading;
            }
            y += 0.4 * leading;
        }
        left
    }
}

/// The strategies of a report there is room for.
pub(super) fn strategies<'a>(report: &'a Report<'a>) -> impl Iterator<Item = (&'a Told<'a>, Look)> {
    let strategies = report.strategies.iter().take(MOST);
    strategies.map(|told| (told, Look::of(told, report.scenario)))
}

/// Which scenario, and what its figures rest on.
fn basis(scenario: &Scenario, all: usize) -> String {
    let run = &scenario.run;
    let times = match run.replications {
        1 => "1 replication, so no intervals".to_owned(),
        replications => format!(
            "{replications} replications, {}% intervals",
            (1e6 * run.confidence).round() / 1e4
        ),
    };
    let title = &scenario.title;
    let first = if all > MOST {
        format!("; the first {MOST} of {all} strategies")
    } else {
        String::new()
    };
    format!("{title} ({times}, seed {}{first})", run.seed)
}

/// A panel with its axes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Panel {
    pub across: Axis,
    pub up: Axis,
    /// Where the axis across is drawn \[pixel\].
    pub bottom: f64,
}

impl Panel {
    /// Where a pair of values is.
    pub(super) fn at(&self, across: f64, up: f64) -> Point {
        (self.across.at(across), self.up.at(up))
    }

    /// Draws the ticks of the axis up, and what it is from `start` on in the line above `over` \[pixel\].
    pub(super) fn draw_up(&self, sheet: &mut Sheet, title: &str, start: f64, over: f64) {
        let ((left, right), (_, top)) = (self.across.ends(), self.up.ends());
        sheet.rule((left, top), (left, self.bottom), GREY);
        for (value, name) in &self.up.ticks {
            let y = self.up.at(*value);
            sheet.rule((left, y), (right, y), PALE);
            sheet.text((left - 10.0, y), name, SIZE, Align::Right, GREY);
        }
        let at = (start, over - LEADING / 2.0);
        sheet.text(at, title, SIZE, Align::Left, BLACK);
    }

    /// Draws the ticks of the axis across, with what it is below it.
    pub(super) fn draw_across(&self, sheet: &mut Sheet, title: &str) {
        let ((left, right), (_, top), bottom) = (self.across.ends(), self.up.ends(), self.bottom);
        for (value, name) in &self.across.ticks {
            let x = self.across.at(*value);
            sheet.rule((x, top), (x, bottom), PALE);
            sheet.text((x, bottom + 0.9 * LEADING), name, SIZE, Align::Centre, GREY);
        }
        sheet.rule((left, bottom), (right, bottom), GREY);
        let at = ((left + right) / 2.0, bottom + 1.9 * LEADING);
        sheet.text(at, title, SIZE, Align::Centre, BLACK);
    }
}

/// The room that the ticks and the title of an axis across need below a panel \[pixel\].
pub(super) const BELOW: f64 = 2.3 * LEADING;

/// The room that the ticks of an axis up need beside a panel \[pixel\]; half of the first of those across may be there too.
pub(super) fn beside(axis: &Axis) -> f64 {
    let widths = axis.ticks.iter().map(|(_, name)| ink::width(name, SIZE));
    widths.fold(32.0, f64::max) + 10.0
}
