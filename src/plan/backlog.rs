//! Burn-down: how the backlog goes after an incident or closed days, when it is what it would have been without them, and what
//! extra shifts buy.
//!
//! The run as it is, upset, and upset with extra shifts are played for the same customers (common random numbers), so that
//! what is between them, replication by replication, is what the incident does and hardly any luck.

use super::disruption::{self, ExtraShift, Incident};
use super::ensemble::{Ensemble, Steps};
use crate::experiment::Stopped;
use crate::measure::Measure;
use crate::metric::{Estimate, Grid, Outcome, Parts, Scope};
use crate::scenario::{Scenario, Strategy};
use crate::time::{Span, Time};

/// What happens, and what is done about it.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// Customers who come besides.
    pub incident: Option<Incident>,
    /// When all desks are closed.
    pub closed: Vec<(Time, Time)>,
    /// Who works besides.
    pub shifts: Vec<ExtraShift>,
}

/// A number over the replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Their mean.
    pub mean: f64,
    /// What 5 % of them do not exceed.
    pub low: f64,
    /// What 95 % of them do not exceed.
    pub high: f64,
}

/// The backlog of a strategy by interval, and what upsets it.
#[derive(Clone, Debug)]
pub struct Backlog {
    /// The strategy's position in [`Scenario::strategies`].
    pub strategy: usize,
    /// When the intervals begin.
    pub starts: Vec<Time>,
    /// When the last one ends.
    pub end: Time,
    /// The backlog as it is: the average over each interval.
    pub usual: Vec<Band>,
    /// What the incident and closed days make of it.
    pub upset: Option<Upset>,
    /// The same with the extra shifts.
    pub relieved: Option<Upset>,
}

/// A backlog that is upset.
#[derive(Clone, Debug)]
pub struct Upset {
    /// The backlog, by interval.
    pub backlog: Vec<Band>,
    /// How much more it is than as it is, in pairs of replications with the same customers.
    pub more: Vec<Band>,
    /// When it is burnt down, in rising order of replications; nothing where that is not within the run.
    pub burnt: Vec<Option<Time>>,
    /// Waiting that is added: the area under `more` \[conversation-hours\], with its interval.
    pub waiting: (f64, Option<(f64, f64)>),
    /// Conversations more that end without being resolved, with its interval.
    pub lost: (f64, Option<(f64, f64)>),
}

impl Upset {
    /// When so large a share of the replications is burnt down; nothing if that is not within the run.
    pub fn burnt_in(&self, share: f64) -> Option<Time> {
        self.burnt[rank(self.burnt.len(), share)]
    }
}

/// A backlog is burnt down when so small a part of the most that was added is left, or a single conversation.
const LEFT: f64 = 0.01;

/// What is kept of a replication.
struct Course {
    /// By interval: the average backlog.
    backlog: Vec<f64>,
    /// Conversations that ended without being resolved.
    lost: f64,
}

impl Events {
    /// Whether anything upsets the run.
    pub fn upset(&self) -> bool {
        self.incident.is_some() || !self.closed.is_empty()
    }

    /// How often each strategy is played.
    pub fn courses(&self) -> usize {
        1 + usize::from(self.upset()) * (1 + usize::from(!self.shifts.is_empty()))
    }

    /// When the first of it begins that upsets; nothing if nothing does.
    pub fn begins(&self) -> Option<Time> {
        let closed = self.closed.iter().map(|(from, _)| *from);
        let incident = self.incident.iter().map(|incident| incident.at);
        closed.chain(incident).min()
    }

    /// When everything that upsets is over.
    fn over(&self) -> Time {
        let closed = self.closed.iter().map(|(_, to)| *to);
        let incident = self.incident.iter().map(Incident::end);
        closed.chain(incident).max().unwrap_or(Time::ZERO)
    }
}

/// The backlog of a strategy as it is, and after what happens.
///
/// Deterministic for a scenario and its seed. Plays on all threads of the rayon pool it is called in.
pub fn backlog(
    scenario: &Scenario,
    strategy: usize,
    events: &Events,
    steps: &Steps,
) -> Result<Backlog, Stopped> {
    let usual = &scenario.strategies[strategy];
    let grid = Grid::new(&usual.setup, scenario.run.interval);
    // Where the warm-up ends within an interval, the rest of it counts.
    let counted: Vec<usize> = (0..grid.bins())
        .filter(|bin| grid.counted(*bin) > Span::ZERO)
        .collect();
    let times = Times {
        starts: counted.iter().map(|bin| grid.start(*bin)).collect(),
        lengths: counted.iter().map(|bin| grid.counted(*bin)).collect(),
        end: usual.setup.length,
    };
    let play = |strategy: &Strategy| {
        let ensemble = Ensemble {
            scenario,
            strategy,
            counted: &strategy.setup,
            grid: Some(&grid),
            first: 0,
            steps,
        };
        ensemble.play(|outcome| course(&outcome, &grid, &counted))
    };
    let base = play(usual)?;
    let mut result = Backlog {
        strategy,
        usual: bands(&base, |course, bin| course.backlog[bin]),
        starts: times.starts.clone(),
        end: times.end,
        upset: None,
        relieved: None,
    };
    if events.upset() {
        let mut upset = usual.clone();
        if let Some(incident) = &events.incident {
            incident.strike(&mut upset.setup);
        }
        if !events.closed.is_empty() {
            disruption::close(&mut upset, &events.closed);
        }
        let after =
            |courses: &[Course]| compared(courses, &base, &times, events, scenario.run.confidence);
        result.upset = Some(after(&play(&upset)?));
        if !events.shifts.is_empty() {
            for shift in &events.shifts {
                shift.add_to(&mut upset.setup);
            }
            result.relieved = Some(after(&play(&upset)?));
        }
    }
    Ok(result)
}

/// The counted intervals.
struct Times {
    starts: Vec<Time>,
    lengths: Vec<Span>,
    end: Time,
}

impl Times {
    fn end(&self, place: usize) -> Time {
        self.starts.get(place + 1).copied().unwrap_or(self.end)
    }
}

fn course(outcome: &Outcome, grid: &Grid, counted: &[usize]) -> Course {
    let told = outcome.by_interval();
    let level = told.and_then(|told| told.level(Scope::All, Measure::Backlog));
    let average = |bin: &usize| {
        let course = level.and_then(|level| level.get(*bin));
        course.map_or(0.0, |course| {
            course.area as f64 / grid.counted(*bin).0 as f64
        })
    };
    let count = |measure: Measure| {
        let stats = outcome.stats(Scope::All);
        stats.map_or(0, |stats| stats.counts[measure as usize]) as f64
    };
    Course {
        backlog: counted.iter().map(average).collect(),
        lost: count(Measure::Opened) - count(Measure::Resolved) - count(Measure::Unresolved),
    }
}

fn compared(
    courses: &[Course],
    base: &[Course],
    times: &Times,
    events: &Events,
    confidence: f64,
) -> Upset {
    let pairs: Vec<Course> = courses
        .iter()
        .zip(base)
        .map(|(ours, theirs)| Course {
            backlog: difference(&ours.backlog, &theirs.backlog),
            lost: ours.lost - theirs.lost,
        })
        .collect();
    let mut burnt: Vec<Option<Time>> = pairs
        .iter()
        .map(|pair| burnt_down(&pair.backlog, times, events.over()))
        .collect();
    burnt.sort_by_key(|at| at.unwrap_or(Time::NEVER));
    let mean = |of: &dyn Fn(&Course) -> f64| {
        let parts: Vec<Parts> = pairs.iter().map(|pair| [of(pair), 1.0, 0.0]).collect();
        let (value, spread) = Estimate::Mean.estimate(&parts, None);
        let value = value.unwrap_or(0.0);
        (value, spread.map(|spread| spread.around(value, confidence)))
    };
    Upset {
        backlog: bands(courses, |course, bin| course.backlog[bin]),
        more: bands(&pairs, |pair, bin| pair.backlog[bin]),
        burnt,
        waiting: mean(&|pair| area(&pair.backlog, times)),
        lost: mean(&|pair| pair.lost),
    }
}

fn difference(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter()
        .zip(theirs)
        .map(|(ours, theirs)| ours - theirs)
        .collect()
}

/// Conversation-hours.
fn area(more: &[f64], times: &Times) -> f64 {
    let each = more.iter().zip(&times.lengths);
    each.map(|(more, length)| more * length.hours()).sum()
}

/// The end of the last interval in which more than hardly anything was left; not before what upsets is over, and nothing if
/// the run ends first.
fn burnt_down(more: &[f64], times: &Times, over: Time) -> Option<Time> {
    let most = more.iter().copied().fold(0.0, f64::max);
    let little = (LEFT * most).max(1.0);
    match more.iter().rposition(|more| *more > little) {
        Some(last) if last + 1 == more.len() => None,
        Some(last) => Some(times.end(last).max(over)),
        None => Some(over),
    }
    .filter(|at| *at < times.end)
}

/// Mean and band of something in each interval.
fn bands(courses: &[Course], of: impl Fn(&Course, usize) -> f64) -> Vec<Band> {
    let bins = courses.first().map_or(0, |course| course.backlog.len());
    let band = |bin: usize| {
        let mut values: Vec<f64> = courses.iter().map(|course| of(course, bin)).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.sort_by(f64::total_cmp);
        Band {
            mean,
            low: values[rank(values.len(), 0.05)],
            high: values[rank(values.len(), 0.95)],
        }
    };
    (0..bins).map(band).collect()
}

/// The place of the value that a share of `count` sorted ones does not exceed.
fn rank(count: usize, share: f64) -> usize {
    ((share * count as f64).ceil() as usize).clamp(1, count) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times() -> Times {
        Times {
            starts: (0..6).map(|hour| Time::ZERO + Span::HOUR * hour).collect(),
            lengths: vec![Span::HOUR; 6],
            end: Time::ZERO + Span::HOUR * 6,
        }
    }

    #[test]
    fn burnt_down_is_after_the_last_interval_with_more_than_one() {
        let at = |hours: i64| Some(Time::ZERO + Span::HOUR * hours);
        let burnt = |more: [f64; 6]| burnt_down(&more, &times(), Time::ZERO + Span::HOUR);
        assert_eq!(burnt([0.0, 50.0, 20.0, 0.9, 0.0, 0.0]), at(3));
        assert_eq!(burnt([0.0, 50.0, 0.0, 2.0, 1.0, 0.0]), at(4));
        // One in a hundred may be left.
        assert_eq!(burnt([0.0, 500.0, 20.0, 4.0, 0.0, 0.0]), at(3));
        // Better than before is burnt down, too; nothing there at all is so at once.
        assert_eq!(burnt([0.0, 50.0, -3.0, -2.0, 0.0, 0.0]), at(2));
        assert_eq!(burnt([0.0; 6]), at(1));
        assert_eq!(burnt([0.0, 50.0, 40.0, 30.0, 20.0, 10.0]), None);
    }

    #[test]
    fn five_in_a_hundred_of_twenty_are_one() {
        assert_eq!(
            [0.05, 0.5, 0.95, 1.0].map(|share| rank(20, share)),
            [0, 9, 18, 19]
        );
        assert_eq!(rank(1, 0.05), 0);
    }
}
