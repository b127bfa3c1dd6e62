//! Figures by interval: a fixed short list, of all conversations and by queue, group of agents and target.
//!
//! A happening belongs to the interval in which it happened, a wait and its service level to the one in which it began,
//! a level to all that it lasted through. The intervals of a run add up to its figures: happenings and waits of the
//! counted conversations that come after the run have their intervals there, by weekday those of their weekday.

mod grid;
mod sheet;

pub use grid::Grid;
pub use sheet::{Entries, Sheet, Told};

use super::Scope;
use super::estimate::{Estimate, Estimated, Spread};
use super::pool::Key;
use super::staff::CrewCourse;
use super::standing::NUMBERS;
use crate::id::{CalendarId, TargetId};
use crate::measure::{Clock, Measure};
use crate::time::{Span, Time};
use crate::world::Setup;
use sheet::{LEVELS, VOLUMES, WAITS};

/// The figures by interval of one strategy, its replications merged.
///
/// Of each figure only sums are kept (with squares and products, for its confidence interval), folded in the order of
/// replications.
#[derive(Clone, Debug)]
pub struct Intervals {
    grid: Grid,
    setup: Setup,
    replications: u32,
    series: Vec<Series>,
}

/// One figure over all intervals.
#[derive(Clone, Debug)]
pub struct Series {
    /// What it is: `total`, `mean`, `share`, `max` or `end` of something.
    pub key: Key,
    sums: Sums,
}

impl Series {
    fn new(key: Key) -> Series {
        let sums = match key.estimate {
            Estimate::Ratio => Sums::Ratio(Vec::new()),
            _ => Sums::Mean(Vec::new()),
        };
        Series { key, sums }
    }

    /// Whether it is nothing or 0 throughout: a channel nobody takes, a way to end that nobody meets.
    pub fn is_blank(&self) -> bool {
        match &self.sums {
            Sums::Mean(bins) => bins.iter().flatten().all(|sum| *sum == 0.0),
            Sums::Ratio(bins) => bins.iter().flatten().all(|sum| *sum == 0.0),
        }
    }
}

/// One figure in one interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Its place among the intervals (or weekly intervals).
    pub bin: usize,
    /// The start of the interval; of intervals told by weekday, of the first of them.
    pub start: Time,
    /// The mean over replications; of ratios the ratio of sums; nothing if nothing was counted.
    pub value: Option<f64>,
    /// The confidence interval, from two replications on.
    pub interval: Option<(f64, f64)>,
}

/// The sums over replications of a figure, by bin.
#[derive(Clone, Debug)]
enum Sums {
    /// Of a value: the sum and the sum of squares.
    Mean(Vec<[f64; 2]>),
    /// Of a ratio: x, y, their squares and their product.
    Ratio(Vec<[f64; 5]>),
}

impl Sums {
    fn len(&self) -> usize {
        match self {
            Sums::Mean(bins) => bins.len(),
            Sums::Ratio(bins) => bins.len(),
        }
    }

    /// Adds a replication's value, or the parts of its ratio.
    fn add(&mut self, bin: usize, x: f64, y: f64) {
        match self {
            Sums::Mean(bins) => {
                if bin >= bins.len() {
                    bins.resize(bin + 1, [0.0; 2]);
                }
                let value = x / y;
                bins[bin][0] += value;
                bins[bin][1] += value * value;
            }
            Sums::Ratio(bins) => {
                if bin >= bins.len() {
                    bins.resize(bin + 1, [0.0; 5]);
                }
                let adds = [x, y, x * x, y * y, x * y];
                for (sum, add) in bins[bin].iter_mut().zip(adds) {
                    *sum += add;
                }
            }
        }
    }

    /// The estimate over so many replications.
    fn estimate(&self, bin: usize, replications: u32) -> Estimated {
        let n = f64::from(replications);
        let spread = |error| Spread {
            error,
            degrees: replications as usize - 1,
        };
        match self {
            Sums::Mean(bins) => {
                let Some([sum, squares]) = bins.get(bin) else {
                    return (None, None);
                };
                let variance = (squares - sum * sum / n).max(0.0) / (n - 1.0);
                let known = replications > 1;
                let spread = known.then(|| spread((variance / n).sqrt()));
                (Some(sum / n), spread)
            }
            Sums::Ratio(bins) => {
                let Some([x, y, xx, yy, xy]) = bins.get(bin).filter(|sums| sums[1] > 0.0) else {
                    return (None, None);
                };
                let ratio = x / y;
                // Cochran, Sampling Techniques, 6.3: the variance of x - ratio y, whose mean is 0. Where only one
                // replication has anything it would be 0 too, and is not known.
                let squares = (xx - 2.0 * ratio * xy + ratio * ratio * yy).max(0.0);
                let known = *yy < y * y;
                let spread = known.then(|| spread((squares * n / (n - 1.0)).sqrt() / y));
                (Some(ratio), spread)
            }
        }
    }
}

/// One replication, as the figures of a scope are read from it.
struct Sight<'a> {
    told: &'a Told,
    setup: &'a Setup,
    scope: Scope,
    entries: &'a [Entries],
}

impl Sight<'_> {
    /// How many bins it may have something in.
    fn bins(&self) -> usize {
        match self.scope {
            Scope::Target(id) => self.told.promises(id).len(),
            _ => self.entries.len(),
        }
    }

    /// The parts of a figure in a bin: of a mean the value and what it is divided by; nothing where a level was not
    /// counted.
    fn parts(&self, series: &Series, grid: &Grid, bin: usize) -> Option<(f64, f64)> {
        let measure = series.key.measure;
        if let Scope::Target(id) = self.scope {
            let promise = self.told.promises(id).get(bin)?;
            let (kept, of) = promise.parts(self.setup.targets[id.index()].formula);
            return Some((kept as f64, of as f64));
        }
        if series.key.statistic == "total" {
            let count = self.entries.get(bin).and_then(|of| of.volume(measure));
            return Some((count.unwrap_or(0) as f64, f64::from(grid.times(bin).max(1))));
        }
        if let Some(clock) = series.key.clock {
            let (count, sum) = self.entries.get(bin)?.wait(measure, clock);
            return Some((sum as f64 / 1e9, count as f64));
        }
        if grid.counted(bin) == Span::ZERO {
            return None;
        }
        let crew = self.told.crew(self.scope).and_then(|crew| crew.get(bin));
        if measure == Measure::Occupancy {
            let CrewCourse {
                on_duty,
                busy,
                overtime,
            } = crew?;
            return Some((busy.area as f64, (on_duty.area + overtime.area) as f64));
        }
        let course = match measure {
            Measure::OnDuty => crew?.on_duty,
            Measure::Busy => crew?.busy,
            _ => *self.told.level(self.scope, measure)?.get(bin)?,
        };
        let times = f64::from(grid.times(bin));
        Some(match series.key.statistic {
            "max" => (course.max as f64, times),
            "end" => (course.end as f64, times),
            _ => (course.area as f64, grid.counted(bin).0 as f64),
        })
    }
}

impl Intervals {
    /// No replication yet.
    pub fn new(setup: &Setup, grid: &Grid) -> Intervals {
        let has_hours = |id: &CalendarId| !setup.calendar(*id).is_always();
        let clocks: &[Clock] = match setup.business.iter().any(has_hours) {
            true => &[Clock::Calendar, Clock::Business],
            false => &[Clock::Calendar],
        };
        let queues = setup.shown.queues.iter().copied().map(Scope::Queue);
        let agents = setup.shown.agents.iter().copied().map(Scope::Agents);
        let mut series = Vec::new();
        for scope in std::iter::once(Scope::All).chain(queues).chain(agents) {
            let mut tell = |measure: Measure, clock, statistic, estimate| {
                if scope.has(measure) {
                    series.push(Series::new(Key {
                        scope,
                        measure,
                        clock,
                        statistic,
                        estimate,
                    }));
                }
            };
            for measure in VOLUMES {
                tell(measure, None, "total", Estimate::Mean);
            }
            for measure in WAITS {
                for clock in clocks {
                    tell(measure, Some(*clock), "mean", Estimate::Ratio);
                }
            }
            tell(Measure::Occupancy, None, "share", Estimate::Ratio);
            let levels = NUMBERS[..LEVELS].iter().copied();
            for measure in levels.chain([Measure::OnDuty, Measure::Busy]) {
                for statistic in ["mean", "max", "end"] {
                    tell(measure, None, statistic, Estimate::Mean);
                }
            }
        }
        for (id, target) in setup.targets.iter().enumerate() {
            series.push(Series::new(Key {
                scope: Scope::Target(TargetId::from(id)),
                measure: Measure::ServiceLevel,
                clock: Some(target.clock),
                statistic: "share",
                estimate: Estimate::Ratio,
            }));
        }
        Intervals {
            grid: grid.clone(),
            setup: setup.clone(),
            replications: 0,
            series,
        }
    }

    /// Adds the next replication (they are added in the order of their numbers).
    pub fn add(&mut self, told: &Told) {
        self.replications += 1;
        let mut of: Option<Scope> = None;
        let mut entries = Vec::new();
        for series in &mut self.series {
            if of != Some(series.key.scope) {
                of = Some(series.key.scope);
                entries = told.entries(series.key.scope);
            }
            let sight = Sight {
                told,
                setup: &self.setup,
                scope: series.key.scope,
                entries: &entries,
            };
            for bin in 0..self.grid.bins().max(sight.bins()) {
                if let Some((x, y)) = sight.parts(series, &self.grid, bin) {
                    series.sums.add(bin, x, y);
                }
            }
        }
    }

    /// How many replications there are.
    pub fn replications(&self) -> u32 {
        self.replications
    }

    /// Whether intervals of the same weekday and time of day are told as one, on average.
    pub fn are_weekly(&self) -> bool {
        self.grid.is_weekly()
    }

    /// The start of an interval; of those told by weekday, of the first that counts.
    pub fn start(&self, bin: usize) -> Time {
        self.grid.start(bin)
    }

    /// How many intervals within the counted time are told as this one.
    pub fn times(&self, bin: usize) -> u32 {
        self.grid.times(bin)
    }

    /// The counted time in those intervals.
    pub fn counted(&self, bin: usize) -> Span {
        self.grid.counted(bin)
    }

    /// The length of an interval.
    pub fn length(&self) -> Span {
        self.grid.length()
    }

    /// All figures: by scope, then in the order of happenings, waits, occupancy and levels; service levels at last.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// A figure over all intervals; nothing if it is not told by interval.
    pub fn find(
        &self,
        scope: Scope,
        measure: Measure,
        clock: Option<Clock>,
        statistic: &str,
    ) -> Option<&Series> {
        self.series.iter().find(|series| {
            let key = series.key;
            (key.scope, key.measure, key.clock) == (scope, measure, clock)
                && key.statistic == statistic
        })
    }

    /// A figure in each interval that has counted time, and in those after the run in which anything was counted.
    pub fn points(&self, series: &Series, confidence: f64) -> impl Iterator<Item = Point> {
        let within = self.grid.bins();
        let bins = 0..within.max(series.sums.len());
        bins.filter_map(move |bin| {
            let is_counted = bin < within && self.grid.counted(bin) > Span::ZERO;
            let (value, spread) = series.sums.estimate(bin, self.replications);
            if !is_counted && value.is_none_or(|value| value == 0.0) {
                return None;
            }
            let around = |(value, spread): (f64, Spread)| spread.around(value, confidence);
            Some(Point {
                bin,
                start: self.grid.start(bin),
                value,
                interval: value.zip(spread).map(around),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(mut sums: Sums, parts: &[(f64, f64)]) -> Estimated {
        parts.iter().for_each(|(x, y)| sums.add(0, *x, *y));
        sums.estimate(0, parts.len() as u32)
    }

    /// The variance of 1, 2, 4, 7 is 7, the squared error of their mean 7/4; divided by 2 they are half.
    #[test]
    fn a_mean_has_the_error_of_a_mean() {
        let parts = [(1.0, 2.0), (2.0, 2.0), (4.0, 2.0), (7.0, 2.0)];
        let (value, spread) = estimate(Sums::Mean(Vec::new()), &parts);
        assert_eq!(value, Some(1.75));
        let spread = spread.expect("four replications");
        assert!((spread.error - (7.0f64 / 4.0).sqrt() / 2.0).abs() < 1e-12);
        assert_eq!(spread.degrees, 3);
        assert_eq!(
            estimate(Sums::Mean(Vec::new()), &parts[..1]),
            (Some(0.5), None)
        );
    }

    /// 10 / 5 is 2; what is left of x - 2 y is 0, 1, -1: squares 2, times 3 / 2, the root over 5.
    #[test]
    fn a_ratio_has_the_error_of_what_it_leaves() {
        let parts = [(6.0, 3.0), (3.0, 1.0), (1.0, 1.0)];
        let (value, spread) = estimate(Sums::Ratio(Vec::new()), &parts);
        assert_eq!(value, Some(2.0));
        let error = spread.expect("three replications").error;
        assert!((error - 3f64.sqrt() / 5.0).abs() < 1e-12);
    }

    #[test]
    fn the_error_of_a_ratio_is_not_known_from_one_replication() {
        let parts = [(0.0, 0.0), (3.0, 2.0), (0.0, 0.0)];
        let ratio = estimate(Sums::Ratio(Vec::new()), &parts);
        assert_eq!(ratio, (Some(1.5), None));
        let nothing = estimate(Sums::Ratio(Vec::new()), &parts[..1]);
        assert_eq!(nothing, (None, None));
    }
}
