//! What a strategy asks of its customers: how long until they are done, against how long of that they are held.

use super::axis::Axis;
use super::page::{BELOW, LEADING, Look, Page, Panel, SIZE, beside, strategies};
use super::sheet::{Align, BLACK, GREY, HEIGHT, MARGIN, Place, Point, Sheet, WIDTH};
use crate::measure::Measure;
use crate::report::{Report, Told};

/// Of the dot at the means \[pixel\].
const RADIUS: f64 = 9.0;
/// How thick the bars of the intervals are \[pixel\].
const BAR: f64 = 7.0;

pub(super) fn draw(report: &Report) -> Sheet {
    let several = report.scenario.run.replications > 1;
    let how = format!(
        "Lower left is better for customers. Dots: means{}. Thin lines: from the median to what nine in ten stay \
         within. Resolution is of those who were resolved, time held of all.",
        if several {
            ", thick bars: their intervals"
        } else {
            ""
        }
    );
    let page = Page::new(report, "What each strategy asks of its customers", &how);
    let marks: Vec<Mark> = strategies(report)
        .filter_map(|(told, look)| Mark::of(told, look))
        .collect();
    if marks.is_empty() {
        return page.nothing("No conversation was resolved, so there is nothing to show.");
    }
    let spans = || marks.iter().map(|mark| &mark.elapsed);
    let least = spans().flat_map(Spread::values).fold(f64::MAX, f64::min);
    let most = spans().flat_map(Spread::values).fold(0.0, f64::max);
    let held = marks
        .iter()
        .flat_map(|mark| mark.held.values())
        .fold(0.0, f64::max);

    let title = page.top + LEADING;
    let bottom = HEIGHT - MARGIN - BELOW;
    let up = Axis::of_times(held, (bottom - 2.0 * RADIUS, title + 14.0));
    let left = MARGIN + beside(&up);
    let shortest = if most > 0.0 { most * 1e-6 } else { 1.0 };
    let across = Axis::of_ratios(
        least.max(shortest),
        most.max(shortest),
        (left, WIDTH - MARGIN - 40.0),
    );
    let panel = Panel { across, up, bottom };
    let mut sheet = page.sheet;
    panel.draw_up(
        &mut sheet,
        "Time that customers are held (can do nothing else)",
        MARGIN,
        title,
    );
    panel.draw_across(&mut sheet, "Time from opening to resolution");
    for mark in &marks {
        mark.draw(&mut sheet, &panel);
    }
    name(&mut sheet, &panel, &marks);
    sheet
}

/// A figure's mean with its interval, median and 90th percentile \[s\].
struct Spread {
    mean: f64,
    interval: Option<(f64, f64)>,
    half: f64,
    most: f64,
}

impl Spread {
    fn of(told: &Told, measure: Measure) -> Option<Spread> {
        let value = |statistic| told.of_all(measure, statistic)?.value;
        Some(Spread {
            mean: value("mean")?,
            interval: told.of_all(measure, "mean")?.interval,
            half: value("p50")?,
            most: value("p90")?,
        })
    }

    fn values(&self) -> impl Iterator<Item = f64> + use<> {
        let (low, high) = self.interval.unwrap_or((self.mean, self.mean));
        [
            self.mean,
            low.max(self.half.min(self.mean)),
            high,
            self.half,
            self.most,
        ]
        .into_iter()
    }
}

/// A strategy on the picture.
struct Mark<'a> {
    name: &'a str,
    look: Look,
    elapsed: Spread,
    held: Spread,
}

impl<'a> Mark<'a> {
    fn of(told: &'a Told, look: Look) -> Option<Mark<'a>> {
        Some(Mark {
            name: &told.strategy.name,
            look,
            elapsed: Spread::of(told, Measure::ResolutionTime)?,
            held: Spread::of(told, Measure::CustomerHeldTime)?,
        })
    }

    fn at(&self, panel: &Panel) -> Point {
        panel.at(self.elapsed.mean, self.held.mean)
    }

    /// From where to where its thin lines go, across and up.
    fn spans(&self, panel: &Panel) -> [[Point; 2]; 2] {
        let (elapsed, held) = (&self.elapsed, &self.held);
        [
            [elapsed.half, elapsed.most].map(|time| panel.at(time, held.mean)),
            [held.half, held.most].map(|time| panel.at(elapsed.mean, time)),
        ]
    }

    /// From where to where its thick bars go, across and up.
    fn bars(&self, panel: &Panel) -> impl Iterator<Item = [Point; 2]> {
        let (elapsed, held) = (&self.elapsed, &self.held);
        let across = elapsed
            .interval
            .map(|(low, high)| [low, high].map(|time| panel.at(time, held.mean)));
        let up = held
            .interval
            .map(|(low, high)| [low, high].map(|time| panel.at(elapsed.mean, time)));
        across.into_iter().chain(up)
    }

    fn draw(&self, sheet: &mut Sheet, panel: &Panel) {
        let colour = self.look.colour;
        for [from, to] in self.spans(panel) {
            sheet.line(vec![from, to], &[], colour, 2.0);
        }
        for [from, to] in self.bars(panel) {
            sheet.line(vec![from, to], &[], colour, BAR);
        }
        sheet.dot(self.at(panel), RADIUS, colour);
    }
}

/// Names each mark beside it, where there is the most room; one that must stand further away has a line to its mark.
fn name(sheet: &mut Sheet, panel: &Panel, marks: &[Mark]) {
    let (left, _) = panel.across.ends();
    let (_, top) = panel.up.ends();
    let room = Place {
        left,
        top: top - 10.0,
        right: WIDTH - MARGIN,
        bottom: panel.bottom,
    };
    let dot = |(x, y): Point| around((x - RADIUS, y - RADIUS), (x + RADIUS, y + RADIUS));
    let dots: Vec<Place> = marks.iter().map(|mark| dot(mark.at(panel))).collect();
    let spans = marks
        .iter()
        .flat_map(|mark| mark.spans(panel).into_iter().chain(mark.bars(panel)));
    let spans: Vec<Place> = spans.map(|[from, to]| around(from, to)).collect();
    let mut names: Vec<Place> = Vec::new();
    for mark in marks {
        let (x, y) = mark.at(panel);
        let cost = |&(at, align): &(Point, Align)| {
            let place = label(at, mark.name, align);
            let shared =
                |others: &[Place]| others.iter().map(|other| place.shared(other)).sum::<f64>();
            // Downwards rather than up, so that names of neighbours stand in their order.
            let away = if at.1 > y { at.1 - y } else { 8.0 * (y - at.1) };
            let outside = if room.holds(&place) { 0.0 } else { 1e6 };
            outside
                + 20.0 * shared(&names)
                + 8.0 * shared(&dots)
                + 8.0 * shared(&spans)
                + away / 2.0
        };
        let best = places((x, y)).min_by(|a, b| cost(a).total_cmp(&cost(b)));
        let (at, align) = best.expect("there are places");
        if (at.1 - y).abs() > 2.0 * LEADING {
            sheet.line(vec![(x, y), (at.0, at.1)], &[], GREY, 1.0);
        }
        let place = label(at, mark.name, align);
        sheet.dot((place.left + 0.4 * SIZE, at.1), 6.0, mark.look.colour);
        let at = (place.left + SIZE, at.1);
        sheet.text(at, mark.name, SIZE, Align::Left, BLACK);
        names.push(place);
    }
}

/// What a name takes with a dot of its colour before it.
fn label(at: Point, name: &str, align: Align) -> Place {
    let text = Place::of_text(at, name, SIZE, align);
    match align {
        Align::Left => Place {
            right: text.right + SIZE,
            ..text
        },
        _ => Place {
            left: text.left - SIZE,
            ..text
        },
    }
}

/// Where a name may stand: right and left of its mark, above and below it, ever further away.
fn places((x, y): Point) -> impl Iterator<Item = (Point, Align)> {
    (0..24).flat_map(move |ring| {
        let away = f64::from(ring) * LEADING * 0.75;
        let beside = RADIUS + 9.0;
        let sides = [
            (x + beside, Align::Left),
            (x - beside, Align::Right),
            (x, Align::Centre),
        ];
        sides.into_iter().flat_map(move |(x, align)| {
            [((x, y - away), align), ((x, y + away), align)].into_iter()
        })
    })
}

/// The place between two corners, with room for a line.
fn around(a: Point, b: Point) -> Place {
    Place {
        left: a.0.min(b.0) - BAR / 2.0,
        top: a.1.min(b.1) - BAR / 2.0,
        right: a.0.max(b.0) + BAR / 2.0,
        bottom: a.1.max(b.1) + BAR / 2.0,
    }
}
