//! How soon a first response comes: the share of all conversations that had it within a time, a line for each strategy.

use super::axis::{Axis, human};
use super::page::{BELOW, LEADING, Page, Panel, SIZE, beside, strategies};
use super::sheet::{Align, BLACK, GREY, HEIGHT, MARGIN, Place, Point, Sheet, WHITE, WIDTH};
use crate::measure::{Clock, Measure};
use crate::metric::Scope;
use crate::report::targets::whose;
use crate::report::units::Quantity;
use crate::report::{Report, Told};
use crate::tally::Durations;

pub(super) fn draw(report: &Report) -> Sheet {
    let mut page = Page::new(
        report,
        "How soon a first response comes",
        "Of all conversations opened. Where a line ends below 100%, the rest had none: turned away, or gone too soon.",
    );
    let mut lines: Vec<_> = strategies(report)
        .filter_map(|(told, look)| Some((Answers::of(told)?, look)))
        .collect();
    if lines.is_empty() {
        return page.nothing("No conversation had a response, so there is nothing to show.");
    }
    let right = page.legend() - 40.0;
    let promises = promises(report);
    let least = lines
        .iter()
        .map(|(answers, _)| answers.soonest())
        .fold(f64::MAX, f64::min);
    let last = lines.iter().map(|(answers, _)| answers.waits.max.seconds());
    // No target stands on the edge of the picture.
    let promised = promises.iter().map(|promise| promise.within);
    let most = last
        .chain(promised.clone().map(|time| time * 1.01))
        .fold(least, f64::max);
    let least = promised.map(|time| time / 1.01).fold(least, f64::min);

    let bottom = HEIGHT - MARGIN - BELOW;
    let title = page.top + LEADING;
    let top = title + promises.len() as f64 * LEADING + 14.0;
    let up = Axis::of_shares((bottom, top));
    let across = Axis::of_ratios(least, most, (MARGIN + beside(&up), right));
    let panel = Panel { across, up, bottom };
    let sheet = &mut page.sheet;
    panel.draw_up(
        sheet,
        "Share with a first response within the time",
        MARGIN,
        title,
    );
    panel.draw_across(
        sheet,
        "Time from opening to the first response, by ratios (logarithmic)",
    );
    for promise in &promises {
        promise.draw(sheet, &panel, title);
    }
    for (row, promise) in promises.iter().enumerate() {
        promise.name(sheet, &panel, title + (row as f64 + 0.5) * LEADING);
    }
    // The densest lowest, so that lines that fall together are all seen.
    lines.sort_by(|(_, a), (_, b)| b.density().total_cmp(&a.density()));
    for (answers, look) in &lines {
        sheet.line(answers.line(&panel), look.dashes, look.colour, 4.0);
    }
    page.sheet
}

/// The first responses of a strategy.
struct Answers<'a> {
    waits: &'a Durations,
    /// How many conversations there were.
    opened: u64,
}

impl<'a> Answers<'a> {
    /// Nothing if nobody was answered.
    fn of(told: &'a Told) -> Option<Answers<'a>> {
        let stats = told.played.pool.stats(Scope::All)?;
        let waits = stats.durations(Measure::FirstResponseTime, Clock::Calendar);
        let opened = stats.counts[Measure::Opened as usize];
        (waits.count > 0).then_some(Answers { waits, opened })
    }

    /// Where the line rises first \[s\]: the first twentieth, or if that is at once, well below the next that is not.
    fn soonest(&self) -> f64 {
        let [first, half, most] = self.waits.quantiles([0.05, 0.5, 0.95]);
        let later = [half, most].map(|time| time.map(|time| (time / 10.0).min(1.0)));
        let times = [first].into_iter().chain(later).flatten();
        times.into_iter().find(|time| *time > 0.0).unwrap_or(1.0)
    }

    /// The share answered, at each pixel where it changes.
    fn line(&self, panel: &Panel) -> Vec<Point> {
        let mut buckets = self.waits.sizes.buckets().peekable();
        let (left, right) = panel.across.ends();
        let mut answered = 0;
        let mut points: Vec<Point> = Vec::new();
        let mut x = left;
        loop {
            let within = panel.across.value(x) * (1.0 + 1e-9);
            while let Some((_, to, count)) = buckets.peek()
                && (to.min(&self.waits.max).seconds() <= within || x >= right)
            {
                answered += u64::from(*count);
                buckets.next();
            }
            let y = panel.up.at(answered as f64 / self.opened as f64);
            points.push((x, y));
            if x >= right {
                return points;
            }
            x = (x + 1.0).min(right);
        }
    }
}

/// A target about the first response.
#[derive(Clone, Debug, PartialEq)]
struct Promise {
    /// \[s\]
    within: f64,
    share: f64,
    /// What it is called and of whom it speaks.
    name: String,
}

impl Promise {
    /// A line up at its time, and a ring at its share.
    fn draw(&self, sheet: &mut Sheet, panel: &Panel, top: f64) {
        let (x, y) = panel.at(self.within, self.share);
        let (bottom, _) = panel.up.ends();
        sheet.line(vec![(x, top), (x, bottom)], &[3.0, 5.0], BLACK, 2.0);
        sheet.dot((x, y), 9.0, BLACK);
        sheet.dot((x, y), 6.0, WHITE);
    }

    /// Its name in a row above the panel, right of its line unless there is no room.
    fn name(&self, sheet: &mut Sheet, panel: &Panel, middle: f64) {
        let x = panel.across.at(self.within);
        let right = Place::of_text((x + 10.0, middle), &self.name, SIZE, Align::Left);
        let (at, align) = if right.right <= WIDTH - MARGIN {
            ((x + 10.0, middle), Align::Left)
        } else {
            ((x - 10.0, middle), Align::Right)
        };
        sheet.cover(Place::of_text(at, &self.name, SIZE, align));
        sheet.text(at, &self.name, SIZE, align, GREY);
    }
}

/// The targets on this picture's measure and clock, each once, the shortest first.
fn promises(report: &Report) -> Vec<Promise> {
    let names = &report.scenario.names;
    let mut promises: Vec<Promise> = Vec::new();
    for (told, kept) in report.strategies.iter().zip(&report.verdict.kept) {
        for kept in kept {
            let target = &told.strategy.setup.targets[kept.target.index()];
            if target.metric != Measure::FirstResponseTime || target.clock != Clock::Calendar {
                continue;
            }
            let within = target.within.seconds();
            let share = Quantity::Share
                .value(target.share, None)
                .replace(".0%", "%");
            let name = format!(
                "{}: {share} within {}{}",
                names.targets[kept.target.index()],
                human(within),
                whose(target, names)
            );
            let promise = Promise {
                within,
                share: target.share,
                name,
            };
            if !promises.contains(&promise) {
                promises.push(promise);
            }
        }
    }
    promises.sort_by(|a, b| a.within.total_cmp(&b.within));
    promises
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    /// Of 20 conversations 5 are answered after 2 s, 10 more after 2 min.
    #[test]
    fn the_line_is_the_share_of_all_that_were_answered_within_the_time() {
        let mut waits = Durations::default();
        (0..5).for_each(|_| waits.add(Span::SECOND * 2));
        (0..10).for_each(|_| waits.add(Span::MINUTE * 2));
        let answers = Answers {
            waits: &waits,
            opened: 20,
        };
        let panel = Panel {
            across: Axis::of_ratios(1.0, 1000.0, (0.0, 1000.0)),
            up: Axis::of_shares((100.0, 0.0)),
            bottom: 100.0,
        };
        let line = answers.line(&panel);
        let share = |time: f64| {
            let x = panel.across.at(time);
            let before = line
                .iter()
                .rfind(|(at, _)| *at <= x)
                .expect("from the left edge");
            100.0 - before.1
        };
        let shares = [1.9, 2.1, 118.0, 122.0, 1000.0].map(share);
        assert_eq!(shares.map(f64::round), [0.0, 25.0, 25.0, 75.0, 75.0]);
    }
}
