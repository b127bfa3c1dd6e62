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
use super::pool::student_quantile;
use super::staff::CrewCourse;
use super::standing::NUMBERS;
use crate::id::{CalendarId, GroupId, QueueId, TargetId};
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
    /// About what.
    pub scope: Scope,
    /// Of what.
    pub measure: Measure,
    /// On which clock, where it has one.
    pub clock: Option<Clock>,
    /// `total`, `mean`, `share`, `max` or `end`.
    pub statistic: &'static str,
    sums: Sums,
}

impl Series {
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

    /// The estimate and its standard error over so many replications.
    fn estimate(&self, bin: usize, replications: u32) -> Option<(f64, Option<f64>)> {
        let n = f64::from(replications);
        match self {
            Sums::Mean(bins) => {
                let [sum, squares] = *bins.get(bin)?;
                let variance = (squares - sum * sum / n).max(0.0) / (n - 1.0);
                let error = (replications > 1).then(|| (variance / n).sqrt());
                Some((sum / n, error))
            }
            Sums::Ratio(bins) => {
                let [x, y, xx, yy, xy] = *bins.get(bin)?;
                if y <= 0.0 {
                    return None;
                }
                let ratio = x / y;
                // Cochran, Sampling Techniques, 6.3: the variance of x - ratio y, whose mean is 0. Where only one
                // replication has anything it would be 0 too, and is not known.
                let squares = (xx - 2.0 * ratio * xy + ratio * ratio * yy).max(0.0);
                let error = (yy < y * y).then(|| (squares * n / (n - 1.0)).sqrt() / y);
                Some((ratio, error))
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
        let measure = series.measure;
        if let Scope::Target(id) = self.scope {
            let promise = self.told.promises(id).get(bin)?;
            let (kept, of) = promise.parts(self.setup.targets[id.index()].formula);
            return Some((kept as f64, of as f64));
        }
        if series.statistic == "total" {
            let count = self.entries.get(bin).and_then(|of| of.volume(measure));
            return Some((count.unwrap_or(0) as f64, f64::from(grid.times(bin).max(1))));
        }
        if let Some(clock) = series.clock {
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
        Some(match series.statistic {
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
        let queues = (0..setup.queues.len()).map(|id| Scope::Queue(QueueId::from(id)));
        let agents = (0..setup.agents.len()).map(|id| Scope::Agents(GroupId::from(id)));
        let mut series = Vec::new();
        for scope in std::iter::once(Scope::All).chain(queues).chain(agents) {
            let mut tell = |measure: Measure, clock, statistic, is_ratio| {
                if !scope.has(measure) {
                    return;
                }
                let sums = match is_ratio {
                    true => Sums::Ratio(Vec::new()),
                    false => Sums::Mean(Vec::new()),
                };
                series.push(Series {
                    scope,
                    measure,
                    clock,
                    statistic,
                    sums,
                });
            };
            for measure in VOLUMES {
                tell(measure, None, "total", false);
            }
            for measure in WAITS {
                for clock in clocks {
                    tell(measure, Some(*clock), "mean", true);
                }
            }
            tell(Measure::Occupancy, None, "share", true);
            let levels = NUMBERS[..LEVELS].iter().copied();
            for measure in levels.chain([Measure::OnDuty, Measure::Busy]) {
                for statistic in ["mean", "max", "end"] {
                    tell(measure, None, statistic, false);
                }
            }
        }
        for (id, target) in setup.targets.iter().enumerate() {
            series.push(Series {
                scope: Scope::Target(TargetId::from(id)),
                measure: Measure::ServiceLevel,
                clock: Some(target.clock),
                statistic: "share",
                sums: Sums::Ratio(Vec::new()),
            });
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
            if of != Some(series.scope) {
                of = Some(series.scope);
                entries = told.entries(series.scope);
            }
            let sight = Sight {
                told,
                setup: &self.setup,
                scope: series.scope,
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
            (series.scope, series.measure, series.clock) == (scope, measure, clock)
                && series.statistic == statistic
        })
    }

    /// A figure in each interval that has counted time, and in those after the run in which anything was counted.
    pub fn points(&self, series: &Series, confidence: f64) -> impl Iterator<Item = Point> {
        let quantile = match self.replications {
            0 | 1 => f64::NAN,
            n => student_quantile(confidence, n as usize - 1),
        };
        let within = self.grid.bins();
        let bins = 0..within.max(series.sums.len());
        bins.filter_map(move |bin| {
            let is_counted = bin < within && self.grid.counted(bin) > Span::ZERO;
            let estimate = series.sums.estimate(bin, self.replications);
            if !is_counted && estimate.is_none_or(|(value, _)| value == 0.0) {
                return None;
            }
            let around = |(value, error): (f64, Option<f64>)| {
                error.map(|error| (value - quantile * error, value + quantile * error))
            };
            Some(Point {
                bin,
                start: self.grid.start(bin),
                value: estimate.map(|(value, _)| value),
                interval: estimate.and_then(around),
            })
        })
    }
}
