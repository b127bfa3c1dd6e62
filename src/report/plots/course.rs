//! How a figure goes over the week: by local weekday and time of day, or over the days of a short run.

use std::collections::BTreeMap;

use super::axis::Axis;
use super::ink;
use super::page::{LEADING, Panel, SIZE, beside};
use super::sheet::{
    Align, BLACK, Colour, GREY, HEIGHT, MARGIN, PALE, Point, Sheet, WIDTH, first_lines, fold,
};
use crate::calendar::Origin;
use crate::measure::{Clock, Measure};
use crate::metric::{Intervals, Scope};
use crate::report::{Report, Told};
use crate::scenario::Run;
use crate::time::{Span, Time};

/// A run up to this long is drawn as it was; a longer one as its average week.
const SHORT: Span = Span(8 * Span::DAY.0);

const DAY: f64 = 24.0;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Which time a picture is over, in hours from a local midnight: of a Monday, or of the first day of the run.
pub(super) struct Days {
    origin: Origin,
    zone: jiff::tz::TimeZone,
    start: jiff::civil::Date,
    length: Span,
    average: bool,
}

impl Days {
    /// Of a run.
    pub(super) fn of(report: &Report) -> Option<Days> {
        let setup = &report.strategies.first()?.strategy.setup;
        Some(Days::new(&report.scenario.run, setup.length))
    }

    /// Of a run up to this time.
    pub(super) fn new(run: &Run, length: Time) -> Days {
        let length = length - Time::ZERO;
        Days {
            origin: Origin::midnight(run.start, &run.zone),
            zone: run.zone.clone(),
            start: run.start,
            length,
            average: length > SHORT,
        }
    }

    /// The days of a run from that of a time until that of another is over, as they were.
    pub(super) fn between(run: &Run, from: Time, to: Time) -> Days {
        let origin = Origin::midnight(run.start, &run.zone);
        let start = origin.local(from, &run.zone).date();
        let last = origin.local(to, &run.zone).date();
        let days = i64::from((last - start).get_days()) + 1;
        Days {
            origin,
            zone: run.zone.clone(),
            start,
            length: Span::DAY * days,
            average: false,
        }
    }

    /// What its axis is.
    pub(super) fn title(&self) -> String {
        let zone = self.zone.iana_name().unwrap_or("UTC");
        let what = if self.average {
            "Average week"
        } else {
            "Days of the run"
        };
        format!("{what}, time of {zone}")
    }

    /// How many hours it is long.
    fn hours(&self) -> f64 {
        if self.average {
            7.0 * DAY
        } else {
            self.length.hours()
        }
    }

    /// The local hour at a time.
    pub(super) fn hour(&self, at: Time) -> f64 {
        let local = self.origin.local(at, &self.zone);
        let days = if self.average {
            i32::from(local.weekday().to_monday_zero_offset())
        } else {
            (local.date() - self.start).get_days()
        };
        let seconds = local.time() - jiff::civil::Time::midnight();
        let seconds = seconds.total(jiff::Unit::Second).unwrap_or_default();
        DAY * f64::from(days) + seconds / 3600.0
    }

    /// The axis across, with a tick at each label.
    pub(super) fn axis(&self, ends: (f64, f64)) -> Axis {
        let hours = self.hours();
        let apart = (ends.1 - ends.0) / hours;
        let least = 1.4 * ink::width("00:00", SIZE);
        let steps = [0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0];
        // Of twelve hours only noon has a name.
        let room = |step: f64| if step == 12.0 { DAY } else { step } * apart;
        let step = steps
            .into_iter()
            .find(|step| room(*step) >= least)
            .unwrap_or(DAY);
        let count = (hours / step).floor() as u32;
        let tick = |number: u32| {
            let hour = f64::from(number) * step;
            let of_day = hour % DAY;
            // Days are told by their names alone where their hours have no room.
            let name = if step >= DAY || (step > 6.0 && of_day == 0.0) {
                String::new()
            } else {
                format!("{:02}:{:02}", of_day.floor(), 60.0 * of_day.fract())
            };
            (hour, name)
        };
        Axis::plain(0.0, hours, ends, (0..=count).map(tick).collect())
    }

    /// Draws lines where days begin.
    pub(super) fn draw(&self, sheet: &mut Sheet, panel: &Panel) {
        let (_, top) = panel.up.ends();
        for (hour, _) in &panel.across.ticks {
            let x = panel.across.at(*hour);
            let midnight = hour % DAY == 0.0;
            sheet.rule(
                (x, top),
                (x, panel.bottom),
                if midnight { MIDNIGHT } else { PALE },
            );
        }
        let ends = panel.across.ends();
        sheet.rule((ends.0, panel.bottom), (ends.1, panel.bottom), GREY);
    }

    /// Draws the times, the names of the days, and what the axis is, below a panel.
    pub(super) fn name(&self, sheet: &mut Sheet, panel: &Panel) {
        for (hour, name) in &panel.across.ticks {
            let at = (panel.across.at(*hour), panel.bottom + 0.8 * LEADING);
            sheet.text(at, name, SIZE, Align::Centre, GREY);
        }
        let hours = self.hours();
        let apart = panel.across.at(DAY) - panel.across.at(0.0);
        let widest = ink::width("Wed 30 Mar", SIZE) + 12.0;
        // Where days have no room for their names, only every so many have one.
        let step = match self.average {
            true => 1,
            false => (widest / apart).ceil().max(1.0) as usize,
        };
        for day in (0..(hours / DAY).ceil() as i32).step_by(step) {
            let from = DAY * f64::from(day);
            let to = (from + DAY).min(hours);
            let (left, right) = (panel.across.at(from), panel.across.at(to));
            let name = if self.average {
                DAYS[day as usize % 7].to_owned()
            } else {
                let date = self.start.saturating_add(jiff::Span::new().days(day));
                date.strftime("%a %-d %b").to_string()
            };
            if step > 1 || ink::width(&name, SIZE) < right - left {
                let at = ((left + right) / 2.0, panel.bottom + 1.7 * LEADING);
                sheet.text(at, &name, SIZE, Align::Centre, GREY);
            }
        }
        let (left, right) = panel.across.ends();
        let at = ((left + right) / 2.0, panel.bottom + 2.6 * LEADING);
        sheet.text(at, &self.title(), SIZE, Align::Centre, BLACK);
    }
}

/// A panel among others over the same days.
pub(super) struct Field {
    pub panel: Panel,
    /// Where its title begins, and how wide it may be \[pixel\].
    pub left: f64,
    pub wide: f64,
    /// Where its room begins \[pixel\].
    pub top: f64,
    /// Whether it is the lowest of its column, below which the days are named.
    pub lowest: bool,
}

/// Between two columns of panels \[pixel\].
const BETWEEN: f64 = 40.0;

/// So many panels below `top`, row by row, in two columns if there are more than three. All have the same scale, to be compared.
pub(super) fn fields(days: &Days, top: f64, count: usize, most: f64) -> Vec<Field> {
    let columns = if count > 3 { 2 } else { 1 };
    let rows = count.div_ceil(columns).max(1);
    let bottom = HEIGHT - MARGIN - BELOW;
    let high = (bottom - top) / rows as f64;
    let wide = (WIDTH - 2.0 * MARGIN - BETWEEN * (columns - 1) as f64) / columns as f64;
    let ticks = if high > 220.0 { 5 } else { 2 };
    let field = |place: usize| {
        let (row, column) = (place / columns, place % columns);
        let left = MARGIN + (wide + BETWEEN) * column as f64;
        let top = bottom - high * (rows - row) as f64;
        let floor = top + high - if row + 1 < rows { 12.0 } else { 0.0 };
        let up = Axis::of_numbers(most, (floor, top + LEADING + 10.0), ticks);
        let right = left + wide - if column + 1 == columns { 36.0 } else { 0.0 };
        let across = days.axis((left + beside(&up), right));
        Field {
            panel: Panel {
                across,
                up,
                bottom: floor,
            },
            left,
            wide,
            top,
            lowest: place + columns >= count,
        }
    };
    (0..count).map(field).collect()
}

impl Field {
    /// Draws the days and the axis up, with a title of one line.
    pub(super) fn draw(&self, sheet: &mut Sheet, days: &Days, title: &str) {
        days.draw(sheet, &self.panel);
        let lines = first_lines(fold(title, SIZE, self.wide - 10.0), 1);
        let title = lines.first().map_or("", String::as_str);
        self.panel
            .draw_up(sheet, title, self.left, self.top + LEADING + 4.0);
    }
}

/// Of lines at midnight.
const MIDNIGHT: Colour = Colour(0xb0, 0xb0, 0xb0);

/// The area between a line and the floor of its panel.
pub(super) fn under(line: &[Point], floor: f64) -> Vec<Point> {
    let mut area = line.to_vec();
    if let (Some(first), Some(last)) = (line.first(), line.last()) {
        area.extend([(last.0, floor), (first.0, floor)]);
    }
    area
}

/// The room that the times, the days and the title need below a panel \[pixel\].
pub(super) const BELOW: f64 = 3.1 * LEADING;

/// A figure's mean and interval from an hour to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub from: f64,
    pub to: f64,
    pub value: f64,
    pub band: Option<(f64, f64)>,
}

/// A figure over the days.
pub(super) struct Course(pub Vec<Stretch>);

/// A figure in an interval.
pub(super) struct Sample {
    /// When the interval begins.
    pub at: Time,
    /// How much it weighs where several are drawn as one.
    pub weight: f64,
    pub value: f64,
    pub band: Option<(f64, f64)>,
}

/// What is added up of the intervals that fall together.
#[derive(Default)]
struct Sums {
    weight: f64,
    value: f64,
    low: f64,
    high: f64,
    bands: bool,
}

/// No more stretches are told apart on a picture.
const MOST: f64 = 700.0;

impl Course {
    /// A figure of a strategy; empty if there is none. Waits weigh as many as opened.
    pub(super) fn of(
        told: &Told,
        days: &Days,
        scope: Scope,
        measure: Measure,
        report: &Report,
    ) -> Course {
        let nothing = Course(Vec::new());
        let Some(intervals) = told.played.pool.intervals() else {
            return nothing;
        };
        let clock = measure.entry().clocks.then_some(Clock::Calendar);
        let Some(series) = intervals.find(scope, measure, clock, "mean") else {
            return nothing;
        };
        let confidence = report.scenario.run.confidence;
        let opened = clock.and_then(|_| weights(intervals, confidence));
        let last = told.strategy.setup.length;
        let points = intervals.points(series, confidence);
        let samples = points.filter_map(|point| {
            let weight = opened
                .as_ref()
                .map_or(1.0, |of| of.get(&point.bin).copied().unwrap_or(0.0));
            Some(Sample {
                at: point.start,
                weight,
                value: point.value.filter(|_| point.start < last)?,
                band: point.interval,
            })
        });
        Course::averaged(days, intervals.length(), samples)
    }

    /// A figure of intervals of this length, as far as they are on these days.
    ///
    /// Where several intervals are drawn as one, their bands are averaged like their values: no narrower than the band
    /// of the average would be.
    pub(super) fn averaged(
        days: &Days,
        length: Span,
        samples: impl Iterator<Item = Sample>,
    ) -> Course {
        let (length, all) = (length.hours(), days.hours());
        let together = (all / length / MOST).ceil().max(1.0);
        let width = length * together;
        let mut stretches: BTreeMap<i64, Sums> = BTreeMap::new();
        for sample in samples {
            let hour = days.hour(sample.at) + 1e-9;
            if !(0.0..all).contains(&hour) {
                continue;
            }
            let sums = stretches
                .entry((hour / width).floor() as i64)
                .or_insert_with(|| Sums {
                    bands: true,
                    ..Sums::default()
                });
            let (low, high) = sample.band.unwrap_or((sample.value, sample.value));
            sums.bands &= sample.band.is_some();
            sums.weight += sample.weight;
            sums.value += sample.weight * sample.value;
            sums.low += sample.weight * low;
            sums.high += sample.weight * high;
        }
        let stretch = |(place, sums): (i64, Sums)| {
            let from = place as f64 * width;
            (sums.weight > 0.0).then(|| Stretch {
                from,
                to: from + width,
                value: sums.value / sums.weight,
                band: sums
                    .bands
                    .then(|| (sums.low / sums.weight, sums.high / sums.weight)),
            })
        };
        Course(stretches.into_iter().filter_map(stretch).collect())
    }

    /// Its largest value and upper end of a band.
    pub(super) fn most(&self) -> f64 {
        let tops = self.0.iter().map(|stretch| {
            stretch
                .band
                .map_or(stretch.value, |(_, high)| high.max(stretch.value))
        });
        tops.fold(0.0, f64::max)
    }

    /// Its smallest value above 0.
    pub(super) fn least(&self) -> Option<f64> {
        let values = self
            .0
            .iter()
            .map(|stretch| stretch.value)
            .filter(|value| *value > 0.0);
        values.reduce(f64::min)
    }

    /// Runs of stretches without a gap.
    fn runs(&self) -> impl Iterator<Item = &[Stretch]> {
        self.0
            .chunk_by(|one, next| (next.from - one.to).abs() < 1e-6)
    }

    /// Its lines, level within a stretch, one for each run without a gap.
    pub(super) fn steps(&self, panel: &Panel) -> Vec<Vec<Point>> {
        let steps = |run: &[Stretch]| {
            let ends = |stretch: &Stretch| {
                [stretch.from, stretch.to].map(|hour| panel.at(hour, stretch.value))
            };
            run.iter().flat_map(ends).collect()
        };
        self.runs().map(steps).collect()
    }

    /// The outlines of its bands, one for each run without a gap.
    pub(super) fn bands(&self, panel: &Panel) -> Vec<Vec<Point>> {
        let outline = |run: &[Stretch]| {
            let banded = || {
                run.iter()
                    .filter_map(|stretch| Some((stretch, stretch.band?)))
            };
            let upper = banded().flat_map(|(stretch, (_, high))| {
                [stretch.from, stretch.to].map(|hour| panel.at(hour, high))
            });
            let lower = banded().rev().flat_map(|(stretch, (low, _))| {
                [stretch.to, stretch.from].map(|hour| panel.at(hour, low))
            });
            upper.chain(lower).collect()
        };
        let outlines = self.runs().map(outline);
        outlines
            .filter(|points: &Vec<Point>| !points.is_empty())
            .collect()
    }
}

/// How many conversations opened, by interval.
fn weights(intervals: &Intervals, confidence: f64) -> Option<BTreeMap<usize, f64>> {
    let opened = intervals.find(Scope::All, Measure::Opened, None, "total")?;
    let points = intervals.points(opened, confidence);
    Some(
        points
            .filter_map(|point| Some((point.bin, point.value?)))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    /// Two weeks around the change to summer time on 29 March 2026, in local time.
    #[test]
    fn the_average_week_is_by_the_clock_on_the_wall() {
        let text = r#"
            [run]
            start = 2026-03-23
            zone = "Europe/Berlin"
            length = "14 days"
            replications = 2
            [customers.callers]
            arrivals = { per_hour = 1 }
            [agents.desk]
            zone = "Europe/Berlin"
            count = 3
            hours = "Mo-Fr 09:00-17:00"
            serves = ["phone"]
        "#;
        let mut open = |_: &str| Err(String::new());
        let read = crate::scenario::read("test.toml", text, &[], &mut open);
        let scenario = read.expect("a sound scenario").0;
        let experiment = Experiment::new(&scenario).by_interval(false);
        let report = Report::new(&scenario, experiment.run(&()).expect("nobody stops it"));
        let days = Days::of(&report).expect("a strategy");
        assert_eq!(days.title(), "Average week, time of Europe/Berlin");
        let told = &report.strategies[0];
        let course = Course::of(told, &days, Scope::All, Measure::OnDuty, &report);
        let at = |hour: f64| {
            let mut stretches = course.0.iter();
            let found = stretches.find(|stretch| stretch.from <= hour && hour < stretch.to);
            found.expect("a whole week").value
        };
        for day in 0..7 {
            let expected = if day < 5 { 3.0 } else { 0.0 };
            let hour = |hour: f64| at(24.0 * f64::from(day) + hour);
            assert_eq!(
                [hour(8.9), hour(9.1), hour(16.9), hour(17.1)],
                [0.0, expected, expected, 0.0]
            );
        }
    }

    #[test]
    fn lines_and_bands_end_where_there_is_nothing() {
        let stretch = |from: f64, value: f64| Stretch {
            from,
            to: from + 1.0,
            value,
            band: Some((value - 1.0, value + 1.0)),
        };
        let course = Course(vec![
            stretch(0.0, 2.0),
            stretch(1.0, 4.0),
            stretch(5.0, 3.0),
        ]);
        let panel = Panel {
            across: Axis::plain(0.0, 10.0, (0.0, 10.0), Vec::new()),
            up: Axis::plain(0.0, 10.0, (10.0, 0.0), Vec::new()),
            bottom: 10.0,
        };
        assert_eq!(
            course.steps(&panel),
            [
                vec![(0.0, 8.0), (1.0, 8.0), (1.0, 6.0), (2.0, 6.0)],
                vec![(5.0, 7.0), (6.0, 7.0)],
            ]
        );
        let bands = course.bands(&panel);
        assert_eq!(bands[1], [(5.0, 6.0), (6.0, 6.0), (6.0, 8.0), (5.0, 8.0)]);
        assert_eq!((bands.len(), bands[0].len()), (2, 8));
        assert_eq!((course.most(), course.least()), (5.0, Some(2.0)));
    }
}
