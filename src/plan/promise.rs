//! What can be promised: the times that 80, 90 and 95 % of responses and resolutions keep with today's team, rounded up to what
//! one would publish, and how often that would be kept.
//!
//! The times are found in some replications; whether they are kept is judged in as many others, as targets are, so that no
//! promise is praised by the customers it was made from.

use std::sync::Mutex;
use std::sync::PoisonError;

use super::ensemble::{Ensemble, Steps};
use crate::experiment::Stopped;
use crate::id::TargetId;
use crate::measure::{Clock, Formula, Measure};
use crate::metric::{Estimate, Grid, Outcome, Parts, Scope};
use crate::scenario::Scenario;
use crate::tally::Durations;
use crate::time::Span;
use crate::world::{Setup, Target};

/// For how many of all waits a promise is made.
pub const SHARES: [f64; 3] = [0.8, 0.9, 0.95];

/// What customers wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// The first response.
    FirstResponse,
    /// Each response, the first and all later ones.
    EachResponse,
    /// The resolution.
    Resolution,
}

impl Awaited {
    /// All of them.
    pub const ALL: [Awaited; 3] = [
        Awaited::FirstResponse,
        Awaited::EachResponse,
        Awaited::Resolution,
    ];

    /// As written in files.
    pub fn name(self) -> &'static str {
        match self {
            Awaited::FirstResponse => "first response",
            Awaited::EachResponse => "each response",
            Awaited::Resolution => "resolution",
        }
    }

    /// The waits it is made of.
    fn measures(self) -> &'static [Measure] {
        match self {
            Awaited::FirstResponse => &[Measure::FirstResponseTime],
            Awaited::EachResponse => &[Measure::FirstResponseTime, Measure::NextResponseTime],
            Awaited::Resolution => &[Measure::ResolutionTime],
        }
    }
}

/// What can be promised for one kind of wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// In which channel or queue.
    pub scope: Scope,
    /// Of what.
    pub awaited: Awaited,
    /// On which clock.
    pub clock: Clock,
    /// For each of [`SHARES`].
    pub promises: [Promised; 3],
}

/// A promise to a share of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promised {
    /// The time that they do not exceed \[s\].
    pub value: f64,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// That rounded up to what one would publish; nothing where it is longer than anybody would.
    pub within: Option<Span>,
    /// How many of all keep it, for other customers; nothing if there were none.
    pub kept: Option<f64>,
    /// Its interval.
    pub kept_interval: Option<(f64, f64)>,
    /// On how many days the share kept it.
    pub days_kept: u32,
    /// On how many days there was anybody.
    pub days: u32,
}

/// What a strategy can promise.
#[derive(Clone, Debug, PartialEq)]
pub struct Promises {
    /// Its position in [`Scenario::strategies`].
    pub strategy: usize,
    /// By channel and queue; a queue that has just the conversations of a channel is left out.
    pub lines: Vec<Line>,
    /// By channel and queue told of: the share of attempts let in that no agent ever answered. No promise is about them.
    pub unanswered: Vec<(Scope, f64)>,
    /// The share of all attempts that were turned away.
    pub turned_away: f64,
}

/// How often each strategy is played: to find the times, and to judge them.
pub const ROUNDS: usize = 2;

/// What one would publish \[min\], up to a working day.
const SHORT: [f64; 15] = [
    1.0 / 6.0,
    1.0 / 3.0,
    0.5,
    1.0,
    2.0,
    3.0,
    5.0,
    10.0,
    15.0,
    20.0,
    30.0,
    60.0,
    120.0,
    240.0,
    480.0,
];

/// And from there on \[h\], where all time counts: days and weeks.
const CALENDAR: [i64; 8] = [12, 24, 48, 72, 120, 168, 336, 672];

/// The same in open time: days and weeks of eight hours.
const BUSINESS: [i64; 6] = [16, 24, 32, 40, 80, 160];

/// The least time on a clock that one would publish and that is not shorter.
fn published(seconds: f64, clock: Clock) -> Option<Span> {
    let short = SHORT.map(|minutes| Span::MINUTE.scaled(minutes));
    let long: &[i64] = match clock {
        Clock::Calendar => &CALENDAR,
        Clock::Business => &BUSINESS,
    };
    let long = long.iter().map(|hours| Span::HOUR * *hours);
    short
        .into_iter()
        .chain(long)
        .find(|step| step.seconds() >= seconds)
}

/// The clocks of a scenario's targets, in all strategies; the calendar where there are none.
pub fn clocks(scenario: &Scenario) -> Vec<Clock> {
    let targets = || {
        let strategies = scenario.strategies.iter();
        strategies.flat_map(|strategy| &strategy.setup.targets)
    };
    let used = |clock: &Clock| targets().any(|target| target.clock == *clock);
    let all = [Clock::Calendar, Clock::Business];
    let clocks: Vec<Clock> = all.into_iter().filter(used).collect();
    match clocks.is_empty() {
        true => vec![Clock::Calendar],
        false => clocks,
    }
}

/// What a strategy can promise on some clocks.
///
/// Deterministic for a scenario and its seed. Plays on all threads of the rayon pool it is called in.
pub fn promises(
    scenario: &Scenario,
    strategy: usize,
    clocks: &[Clock],
    steps: &Steps,
) -> Result<Promises, Stopped> {
    let played = &scenario.strategies[strategy];
    let setup = &played.setup;
    let waits = Waits::new(setup, clocks);
    let ensemble = Ensemble {
        scenario,
        strategy: played,
        counted: setup,
        grid: None,
        first: 0,
        steps,
    };
    // Sizes add up exactly, in whatever order the replications come.
    let merged = Mutex::new(vec![Durations::default(); waits.0.len()]);
    let seen = ensemble.play(|outcome| {
        let each: Vec<Durations> = waits.0.iter().map(|wait| wait.of(&outcome)).collect();
        let mut merged = merged.lock().unwrap_or_else(PoisonError::into_inner);
        for (sum, durations) in merged.iter_mut().zip(&each) {
            sum.merge(durations);
        }
        let quantiles = each.iter().map(|durations| {
            let known = |value: Option<f64>| {
                [
                    value.unwrap_or(0.0),
                    f64::from(u8::from(value.is_some())),
                    0.0,
                ]
            };
            durations.quantiles(SHARES).map(known)
        });
        Seen {
            quantiles: quantiles.collect(),
            attempts: attempts(&waits, &outcome),
            turned_away: [Measure::Rejected, Measure::Attempts]
                .map(|measure| count(&outcome, Scope::All, measure)),
        }
    })?;
    let merged = merged.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut found: Vec<(Wait, [Promised; 3])> = Vec::new();
    for (number, wait) in waits.0.iter().enumerate() {
        let durations = &merged[number];
        if durations.count == 0 || waits.repeats(number, &merged) {
            continue;
        }
        let quantiles = durations.quantiles(SHARES);
        let promise = |place: usize| {
            let parts: Vec<Parts> = seen
                .iter()
                .map(|seen| seen.quantiles[number][place])
                .collect();
            let estimate = Estimate::Quantile(wait.clock, SHARES[place]);
            let (value, spread) = estimate.estimate(&parts, quantiles[place]);
            let value = value.unwrap_or(0.0);
            let interval = spread.map(|spread| spread.around(value, scenario.run.confidence));
            let surely = interval.map_or(value, |(_, high)| high);
            Promised {
                value,
                interval,
                within: published(surely, wait.clock),
                kept: None,
                kept_interval: None,
                days_kept: 0,
                days: 0,
            }
        };
        found.push((*wait, [0, 1, 2].map(promise)));
    }
    let mut unanswered: Vec<(Scope, f64)> = Vec::new();
    for (number, wait) in waits.0.iter().enumerate() {
        let told = found.iter().any(|(found, _)| found.scope == wait.scope);
        if !told || unanswered.iter().any(|(scope, _)| *scope == wait.scope) {
            continue;
        }
        let sum = |part: usize| {
            seen.iter()
                .map(|seen| seen.attempts[number][part])
                .sum::<u64>() as f64
        };
        unanswered.push((wait.scope, 1.0 - sum(0) / sum(1).max(1.0)));
    }
    let sum = |part: usize| seen.iter().map(|seen| seen.turned_away[part]).sum::<u64>() as f64;
    let turned_away = sum(0) / sum(1).max(1.0);
    judge(scenario, &ensemble, &mut found)?;
    Ok(Promises {
        strategy,
        lines: found
            .into_iter()
            .map(|(wait, promises)| Line {
                scope: wait.scope,
                awaited: wait.awaited,
                clock: wait.clock,
                promises,
            })
            .collect(),
        unanswered,
        turned_away,
    })
}

/// What is kept of a replication.
struct Seen {
    /// By wait and share: the quantile, as the parts of its estimate.
    quantiles: Vec<[Parts; 3]>,
    /// By wait: attempts answered, and attempts let in.
    attempts: Vec<[u64; 2]>,
    /// Attempts turned away, and all attempts.
    turned_away: [u64; 2],
}

/// One kind of wait.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Wait {
    scope: Scope,
    awaited: Awaited,
    clock: Clock,
}

impl Wait {
    /// Its durations in a replication.
    fn of(&self, outcome: &Outcome) -> Durations {
        let mut durations = Durations::default();
        if let Some(stats) = outcome.stats(self.scope) {
            for measure in self.awaited.measures() {
                durations.merge(stats.durations(*measure, self.clock));
            }
        }
        durations
    }
}

/// All kinds of wait, channels before queues.
struct Waits(Vec<Wait>);

impl Waits {
    fn new(setup: &Setup, clocks: &[Clock]) -> Waits {
        let channels = setup.shown.channels.iter().copied().map(Scope::Channel);
        let queues = setup.shown.queues.iter().copied().map(Scope::Queue);
        let mut waits = Vec::new();
        for scope in channels.chain(queues) {
            for clock in clocks {
                for awaited in Awaited::ALL {
                    waits.push(Wait {
                        scope,
                        awaited,
                        clock: *clock,
                    });
                }
            }
        }
        Waits(waits)
    }

    /// Whether a queue's waits are just those of a channel.
    fn repeats(&self, number: usize, merged: &[Durations]) -> bool {
        let wait = self.0[number];
        if !matches!(wait.scope, Scope::Queue(_)) {
            return false;
        }
        let channel = |(other, durations): (&Wait, &Durations)| {
            matches!(other.scope, Scope::Channel(_))
                && (other.awaited, other.clock) == (wait.awaited, wait.clock)
                && *durations == merged[number]
        };
        self.0.iter().zip(merged).any(channel)
    }
}

/// By wait: attempts answered, and attempts let in.
fn attempts(waits: &Waits, outcome: &Outcome) -> Vec<[u64; 2]> {
    let of = |wait: &Wait| {
        let count = |measure| count(outcome, wait.scope, measure);
        let let_in = count(Measure::Attempts).saturating_sub(count(Measure::Rejected));
        [count(Measure::Answered), let_in]
    };
    waits.0.iter().map(of).collect()
}

fn count(outcome: &Outcome, scope: Scope, measure: Measure) -> u64 {
    let stats = outcome.stats(scope);
    stats.map_or(0, |stats| stats.counts[measure as usize])
}

/// Plays on for as many other customers, with the promises as targets.
fn judge(
    scenario: &Scenario,
    found_by: &Ensemble,
    found: &mut [(Wait, [Promised; 3])],
) -> Result<(), Stopped> {
    let mut counted = found_by.counted.clone();
    counted.targets.clear();
    // By wait and share: its targets, one for each measure.
    let mut places: Vec<Vec<Vec<TargetId>>> = Vec::new();
    for (wait, promises) in found.iter() {
        let mut of_wait = Vec::new();
        for (promised, share) in promises.iter().zip(SHARES) {
            let first = counted.targets.len();
            if let Some(within) = promised.within {
                let measures = wait.awaited.measures().iter();
                counted
                    .targets
                    .extend(measures.map(|measure| target(wait, *measure, within, share)));
            }
            of_wait.push((first..counted.targets.len()).map(TargetId::from).collect());
        }
        places.push(of_wait);
    }
    let grid = Grid::new(&counted, Span::DAY);
    let ensemble = Ensemble {
        counted: &counted,
        grid: Some(&grid),
        first: scenario.run.replications,
        ..*found_by
    };
    // By replication, wait and share: kept and all, over the run and by day.
    let told = ensemble.play(|outcome| {
        let of = |targets: &Vec<TargetId>| kept(&outcome, targets);
        places
            .iter()
            .map(|of_wait| of_wait.iter().map(of).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    })?;
    for (number, (_, promises)) in found.iter_mut().enumerate() {
        for (place, promised) in promises.iter_mut().enumerate() {
            let each = || told.iter().map(|told| &told[number][place]);
            let parts: Vec<Parts> = each()
                .map(|kept| [kept.run.0 as f64, kept.run.1 as f64, 0.0])
                .collect();
            let (value, spread) = Estimate::Ratio.estimate(&parts, None);
            let days = each().flat_map(|kept| &kept.days);
            let about: Vec<&(u64, u64)> = days.filter(|(_, all)| *all > 0).collect();
            let keeps = |day: &&&(u64, u64)| day.0 as f64 >= SHARES[place] * day.1 as f64;
            promised.kept = value;
            promised.kept_interval = value
                .zip(spread)
                .map(|(value, spread)| spread.around(value, scenario.run.confidence));
            promised.days_kept = about.iter().filter(keeps).count() as u32;
            promised.days = about.len() as u32;
        }
    }
    Ok(())
}

/// A promise as a target. Who left without a response was never to have one.
fn target(wait: &Wait, metric: Measure, within: Span, share: f64) -> Target {
    let (channel, queue) = match wait.scope {
        Scope::Channel(id) => (Some(id), None),
        Scope::Queue(id) => (None, Some(id)),
        _ => (None, None),
    };
    Target {
        metric,
        customers: None,
        topic: None,
        channel,
        queue,
        within,
        share,
        clock: wait.clock,
        formula: Formula::AnsweredOfAnswered,
    }
}

/// How many waits of some targets kept them, and how many there were.
struct Kept {
    run: (u64, u64),
    days: Vec<(u64, u64)>,
}

fn kept(outcome: &Outcome, targets: &[TargetId]) -> Kept {
    let formula = Formula::AnsweredOfAnswered;
    let mut kept = Kept {
        run: (0, 0),
        days: Vec::new(),
    };
    let add = |sum: &mut (u64, u64), parts: (u64, u64)| *sum = (sum.0 + parts.0, sum.1 + parts.1);
    for target in targets {
        add(&mut kept.run, outcome.promise(*target).parts(formula));
        let days = outcome.by_interval().map(|told| told.promises(*target));
        for (day, promise) in days.unwrap_or_default().iter().enumerate() {
            if day >= kept.days.len() {
                kept.days.resize(day + 1, (0, 0));
            }
            add(&mut kept.days[day], promise.parts(formula));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_round_and_never_shorter() {
        let minutes = |minutes: f64, clock| {
            published(60.0 * minutes, clock).map(|span| span.0 / Span::MINUTE.0)
        };
        assert_eq!(minutes(4.0, Clock::Calendar), Some(5));
        assert_eq!(minutes(5.0, Clock::Calendar), Some(5));
        assert_eq!(minutes(5.01, Clock::Calendar), Some(10));
        assert_eq!(minutes(480.1, Clock::Calendar), Some(720));
        assert_eq!(minutes(480.1, Clock::Business), Some(960));
        assert_eq!(published(0.0, Clock::Calendar), Some(Span::SECOND * 10));
        assert_eq!(published(1e7, Clock::Calendar), None);
    }
}
