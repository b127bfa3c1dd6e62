//! Streams of openings: when conversations of one segment open in one zone.
//!
//! Poisson streams come by inverting the cumulative rate, one number per opening, so that opening n is the same person
//! under every strategy. Everything here is elapsed time; local clocks are read only while a profile is compiled to
//! [`Rates`]. A finite population has no stream: when its members open depends on the run, which plays them.

mod rates;

pub use self::rates::{Profile, Rates, Surge};

use std::sync::Arc;

use crate::distribution::{Count, Distribution};
use crate::id::TopicId;
use crate::random::{Purpose, Root, Seed, Stream, unit_exponential};
use crate::time::{Span, Time};

/// When conversations of a segment open in one zone, before luck.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrivals {
    kind: Kind,
    /// The factor of a day, in hours: a gamma distribution of mean 1.
    busyness: Option<Distribution>,
    /// The factor of an interval, in hours, and the interval.
    interval_busyness: Option<(Distribution, Span)>,
    /// The states of a switching stream, whose rates multiply the written ones.
    switching: Option<Arc<[Phase]>>,
    batch: Count,
}

/// One state of a switching stream.
#[derive(Clone, Debug, PartialEq)]
struct Phase {
    per_hour: f64,
    lasts: Distribution,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Poisson(Rates),
    Every {
        gap: Span,
        first: Time,
        count: Option<u64>,
    },
    Renewal(Distribution),
    Times {
        times: Arc<[Time]>,
        /// By number; empty if nothing is given.
        given: Arc<[Given]>,
    },
    /// In rising order, without overlap.
    Exact(Arc<[Volume]>),
    Finite(Population),
}

/// How many conversations open in an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volume {
    /// From this instant, perhaps before the start of the run.
    pub from: Time,
    /// Up to this one.
    pub to: Time,
    /// How many.
    pub number: u32,
}

/// A closed population: each member thinks, opens a conversation, and thinks again when that has ended for good.
///
/// Engset, "The probability calculation to determine the number of switches in automatic telephone exchanges" (1918);
/// with a queue, the machine repair problem (Palm 1947).
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// How many members there are.
    pub members: u32,
    /// How long each thinks between two conversations, and before the first.
    pub think: Distribution,
}

/// What is known beforehand of a conversation that opens at a fixed time, instead of being drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// What it is about at first.
    pub topic: Option<TopicId>,
    /// How pressing it is, whatever it is about.
    pub urgency: Option<u8>,
    /// An agent's effort on each turn of the first topic.
    pub work: Option<Span>,
    /// Agent turns of the first topic.
    pub turns: Option<u32>,
    /// How long its customer waits: held, in the queue; released, for a reply.
    pub patience: Option<Span>,
    /// How long its customer takes to answer.
    pub reply_gap: Option<Span>,
}

/// The openings of one replication, one after the other.
#[derive(Clone, Debug)]
pub struct Openings {
    seed: Seed,
    root: Root,
    gaps: Stream,
    /// By how much the cumulative rate grows until the next opening: drawn one ahead, so that nothing waits for the draw.
    growth: f64,
    now: Time,
    walk: Walk,
}

/// Where a Poisson stream stands in its rates, and the factors that hold there.
#[derive(Clone, Debug)]
struct Walk {
    piece: usize,
    /// How much later than written the pieces lie, once they repeat.
    shift: Span,
    piece_until: Time,
    day: u64,
    day_factor: f64,
    day_until: Time,
    interval: u64,
    interval_factor: f64,
    interval_until: Time,
    /// How many openings have been placed in this interval.
    placed: u32,
    /// How many states of a switching stream there were before this one.
    phase: u64,
    phase_factor: f64,
    phase_until: Time,
    /// The rate with all factors \[1/ns\], until `edge`.
    rate: f64,
    edge: Time,
    over: bool,
}

/// One instant at which conversations open.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// When.
    pub at: Time,
    /// Its number within the stream, from 0.
    pub number: u64,
    /// How many open together (1 without batches).
    pub size: u32,
}

impl Arrivals {
    /// Poisson openings with these rates.
    pub fn poisson(rates: Rates) -> Arrivals {
        Arrivals::of(Kind::Poisson(rates))
    }

    /// Poisson openings whose rate \[1/h\] goes round through states that last by chance (Markov-modulated), started in its
    /// long run: in a state with the probability of its share of time, and part of the way through it.
    ///
    /// Fischer and Meier-Hellstern, "The Markov-modulated Poisson process cookbook", Performance Evaluation 18 (1993).
    pub fn switching(states: Vec<(f64, Distribution)>) -> Result<Arrivals, String> {
        for (per_hour, lasts) in &states {
            if !(*per_hour >= 0.0 && per_hour.is_finite()) {
                return Err(format!(
                    "a rate must be 0 or a number above it, not {per_hour}"
                ));
            }
            // Only for these the time still to go at a random instant is simple: the same again, or a uniform part.
            if !matches!(
                lasts,
                Distribution::Exponential(_) | Distribution::Constant(_)
            ) || lasts.mean() <= 0.0
            {
                return Err("a state of switching arrivals lasts an exponential or a constant time above 0 s".into());
            }
        }
        if states.iter().all(|(per_hour, _)| *per_hour == 0.0) {
            return Err("at least one state of switching arrivals must have a rate above 0".into());
        }
        let phases = states
            .into_iter()
            .map(|(per_hour, lasts)| Phase { per_hour, lasts })
            .collect();
        Ok(Arrivals {
            switching: Some(phases),
            ..Arrivals::poisson(Rates::constant(1.0)?)
        })
    }

    /// One at `first` and then one every `gap`; `count` in all, or without end.
    pub fn every(gap: Span, first: Time, count: Option<u64>) -> Result<Arrivals, String> {
        if gap < Span::ZERO || (gap == Span::ZERO && count.is_none()) {
            return Err(format!("the gap must be longer than 0 s, not {gap}"));
        }
        if first < Time::ZERO {
            return Err("the first opening cannot be before the start of the run".into());
        }
        Ok(Arrivals::of(Kind::Every { gap, first, count }))
    }

    /// Independent gaps of this distribution, the first one from the start of the run.
    pub fn renewal(gap: Distribution) -> Result<Arrivals, String> {
        if gap.mean() <= 0.0 {
            return Err("gaps between openings must be longer than 0 s on average".into());
        }
        Ok(Arrivals::of(Kind::Renewal(gap)))
    }

    /// Exactly these instants, in any order.
    pub fn times(times: Vec<Time>) -> Result<Arrivals, String> {
        Arrivals::replay(times.into_iter().map(|at| (at, Given::default())).collect())
    }

    /// Exactly these instants, with what is given at each; those of the same instant stay in order.
    pub fn replay(mut rows: Vec<(Time, Given)>) -> Result<Arrivals, String> {
        rows.sort_by_key(|(at, _)| *at);
        if rows.first().is_some_and(|(first, _)| *first < Time::ZERO) {
            return Err("an opening cannot be before the start of the run".into());
        }
        let (times, mut given): (Vec<Time>, Vec<Given>) = rows.into_iter().unzip();
        if given.iter().all(|given| *given == Given::default()) {
            given.clear();
        }
        Ok(Arrivals::of(Kind::Times {
            times: times.into(),
            given: given.into(),
        }))
    }

    /// Exactly so many openings in each interval, uniformly placed in it; those before the start of the run are left out.
    pub fn exact(volumes: Vec<Volume>) -> Result<Arrivals, String> {
        let mut end = None;
        for volume in &volumes {
            if volume.to <= volume.from {
                return Err("an interval of volumes must be longer than 0 s".into());
            }
            if end.is_some_and(|end| volume.from < end) {
                return Err("intervals of volumes must follow one another without overlap".into());
            }
            end = Some(volume.to);
        }
        Ok(Arrivals::of(Kind::Exact(volumes.into())))
    }

    /// Conversations of a closed population, one at a time for each member.
    pub fn finite(members: u32, think: Distribution) -> Arrivals {
        Arrivals::of(Kind::Finite(Population { members, think }))
    }

    fn of(kind: Kind) -> Arrivals {
        Arrivals {
            kind,
            busyness: None,
            interval_busyness: None,
            switching: None,
            batch: Count::Constant(1),
        }
    }

    /// The same, so many times as often; nothing for openings that are counted one by one (`every` with a count, `times`,
    /// `exact`, `finite`).
    pub fn more_often(&self, factor: f64) -> Option<Arrivals> {
        let kind = match &self.kind {
            Kind::Poisson(rates) => Kind::Poisson(rates.times(factor).ok()?),
            Kind::Renewal(gap) => {
                Kind::Renewal(Distribution::scaled(1.0 / factor, gap.clone()).ok()?)
            }
            Kind::Every {
                gap,
                first,
                count: None,
            } => Kind::Every {
                gap: gap.scaled(1.0 / factor),
                first: *first,
                count: None,
            },
            Kind::Every { .. } | Kind::Times { .. } | Kind::Exact(_) | Kind::Finite(_) => {
                return None;
            }
        };
        Some(Arrivals {
            kind,
            ..self.clone()
        })
    }

    /// With a gamma factor of mean 1 for each local day, the same all day and independent from day to day.
    ///
    /// The zones of a segment share the factor of a date. Days without a zone are 24 hours from the start of the run. Brown et al., JASA 100 (2005): volumes vary more than
    /// Poisson; Avramidis, Deslauriers, L'Ecuyer, Management Science 50 (2004).
    pub fn with_busyness(mut self, cv: f64) -> Result<Arrivals, String> {
        self.only_poisson("busyness")?;
        self.busyness = Some(Distribution::gamma(Span::HOUR, cv)?).filter(|_| cv > 0.0);
        Ok(self)
    }

    /// With a gamma factor of mean 1 for each interval from the start of the run, which the zones of a segment share.
    pub fn with_interval_busyness(mut self, cv: f64, interval: Span) -> Result<Arrivals, String> {
        self.only_poisson("busyness of intervals")?;
        if interval <= Span::ZERO {
            return Err(format!(
                "the interval must be longer than 0 s, not {interval}"
            ));
        }
        self.interval_busyness =
            Some((Distribution::gamma(Span::HOUR, cv)?, interval)).filter(|_| cv > 0.0);
        Ok(self)
    }

    /// With so many conversations at each opening; the rates stay those of the openings.
    pub fn with_batch(mut self, batch: Count) -> Arrivals {
        self.batch = batch;
        self
    }

    fn only_poisson(&self, what: &str) -> Result<(), String> {
        match self.kind {
            Kind::Poisson(_) => Ok(()),
            _ => Err(format!(
                "{what} is for arrivals given by rates, not for fixed times or gaps"
            )),
        }
    }

    /// The closed population whose conversations these are, if they are one's.
    pub fn population(&self) -> Option<&Population> {
        match &self.kind {
            Kind::Finite(population) => Some(population),
            _ => None,
        }
    }

    /// Whether anything is given.
    pub fn gives(&self) -> bool {
        self.given(0).is_some()
    }

    /// What is given at the opening of this number.
    pub fn given(&self, number: u64) -> Option<&Given> {
        match &self.kind {
            Kind::Times { given, .. } => given.get(number as usize),
            _ => None,
        }
    }

    /// What is given at the openings from one instant up to another; nothing if nothing is given at all.
    pub fn given_between(&self, from: Time, to: Time) -> &[Given] {
        match &self.kind {
            Kind::Times { times, given } if !given.is_empty() => {
                let place = |at: Time| times.partition_point(|time| *time < at);
                &given[place(from)..place(to).max(place(from))]
            }
            _ => &[],
        }
    }

    /// The urgencies given.
    pub fn urgencies(&self) -> impl Iterator<Item = u8> {
        let given = match &self.kind {
            Kind::Times { given, .. } => &**given,
            _ => &[],
        };
        given.iter().filter_map(|given| given.urgency)
    }

    /// How many conversations open together on average.
    pub fn batch_mean(&self) -> f64 {
        self.batch.mean()
    }

    /// The openings of one replication; `segment` and `zone` are parts of every root and so of every key.
    pub fn openings(&self, seed: Seed, segment: u16, zone: u16) -> Openings {
        let root = Root {
            segment,
            zone,
            ..Root::default()
        };
        let gaps = seed.stream(Purpose::OPENING, root, 0, 0);
        let mut openings = Openings {
            seed,
            root,
            gaps,
            growth: 0.0,
            now: Time::ZERO,
            walk: Walk::START,
        };
        if let Kind::Poisson(rates) = &self.kind {
            openings.growth = unit_exponential(openings.gaps.uniform());
            openings.walk.piece_until = rates.until(0);
            openings.adjust(self, rates);
        }
        openings
    }

    /// How many conversations are expected from one instant up to another, batches counted by their members.
    ///
    /// For renewals this is the long-run rate times the length, whatever the start; for a finite population what it would
    /// be if conversations took no time.
    pub fn expected(&self, from: Time, to: Time) -> f64 {
        if to <= from {
            return 0.0;
        }
        let openings = match &self.kind {
            Kind::Poisson(rates) => rates.expected(to) - rates.expected(from),
            Kind::Every { gap, first, count } => {
                let before = |at: Time| match (at - *first).0 {
                    ..=0 => 0,
                    away => ((away - 1)
                        .checked_div(gap.0)
                        .map_or(i64::MAX, |gaps| gaps + 1) as u64)
                        .min(count.unwrap_or(u64::MAX)),
                };
                (before(to) - before(from)) as f64
            }
            Kind::Renewal(gap) => (to - from).seconds() / gap.mean(),
            Kind::Times { times, .. } => {
                (times.partition_point(|at| *at < to) - times.partition_point(|at| *at < from))
                    as f64
            }
            Kind::Exact(volumes) => {
                let inside = |volume: &Volume| {
                    let both = to.min(volume.to) - from.max(volume.from);
                    let share = both.0.max(0) as f64 / (volume.to - volume.from).0 as f64;
                    f64::from(volume.number) * share
                };
                volumes.iter().map(inside).sum()
            }
            Kind::Finite(population) => {
                f64::from(population.members) * (to - from).seconds() / population.think.mean()
            }
        };
        let switching = self.switching.as_ref().map_or(1.0, |phases| {
            let time: f64 = phases.iter().map(|phase| phase.lasts.mean()).sum();
            phases
                .iter()
                .map(|phase| phase.per_hour * phase.lasts.mean())
                .sum::<f64>()
                / time
        });
        openings * switching * self.batch.mean()
    }
}

impl Walk {
    const START: Walk = Walk {
        piece: 0,
        shift: Span::ZERO,
        piece_until: Time::NEVER,
        day: 0,
        day_factor: 1.0,
        day_until: Time::ZERO,
        interval: 0,
        interval_factor: 1.0,
        interval_until: Time::ZERO,
        placed: 0,
        phase: 0,
        phase_factor: 1.0,
        phase_until: Time::ZERO,
        rate: 0.0,
        edge: Time::NEVER,
        over: false,
    };
}

impl Openings {
    /// The next opening, if there is one.
    #[inline]
    pub fn next(&mut self, arrivals: &Arrivals) -> Option<Opening> {
        let number = self.root.number;
        self.now = match &arrivals.kind {
            Kind::Poisson(rates) => self.jump(arrivals, rates)?,
            Kind::Every { gap, first, count } => {
                if count.is_some_and(|count| number >= count) {
                    return None;
                }
                if number == 0 {
                    *first
                } else {
                    self.now.after(*gap)
                }
            }
            Kind::Renewal(gap) => self.now.after(gap.draw(&mut self.gaps)),
            Kind::Times { times, .. } => *times.get(number as usize)?,
            Kind::Exact(volumes) => self.place(volumes)?,
            Kind::Finite(_) => return None,
        };
        if self.now == Time::NEVER {
            return None;
        }
        let size = match &arrivals.batch {
            Count::Constant(size) => *size,
            batch => batch.draw(&mut self.seed.stream(Purpose::BATCH, self.root, 0, 0)),
        };
        self.root.number += 1;
        Some(Opening {
            at: self.now,
            number,
            size,
        })
    }

    /// The instant at which the cumulative rate has grown by one unit exponential.
    #[inline]
    fn jump(&mut self, arrivals: &Arrivals, rates: &Rates) -> Option<Time> {
        let next = unit_exponential(self.gaps.uniform());
        let mut growth = std::mem::replace(&mut self.growth, next);
        loop {
            if self.walk.over {
                return None;
            }
            let room = self.walk.rate * (self.walk.edge - self.now).0 as f64;
            if growth < room {
                let at = self
                    .now
                    .after(Span::from_nanoseconds(growth / self.walk.rate));
                return Some(at.min(self.walk.edge));
            }
            growth -= room;
            self.now = self.walk.edge;
            self.adjust(arrivals, rates);
        }
    }

    /// The next of the places in an interval, which are uniform: of those left the first is the least of as many uniform
    /// ones in what remains (order statistics; Devroye, "Non-Uniform Random Variate Generation", 1986, V.3).
    fn place(&mut self, volumes: &[Volume]) -> Option<Time> {
        loop {
            let volume = volumes.get(self.walk.piece)?;
            let left = volume.number - self.walk.placed;
            if left == 0 {
                (self.walk.piece, self.walk.placed) = (self.walk.piece + 1, 0);
                continue;
            }
            let last = match self.walk.placed {
                0 => volume.from,
                _ => self.now,
            };
            let growth = unit_exponential(self.gaps.uniform()) / f64::from(left);
            let rest = (volume.to - last).0 as f64 * -libm::expm1(-growth);
            self.now = last
                .after(Span::from_nanoseconds(rest))
                .min(Time(volume.to.0 - 1));
            self.walk.placed += 1;
            if self.now >= Time::ZERO {
                return Some(self.now);
            }
        }
    }

    /// Goes over an edge: the next piece, the next day, the next interval, or several of them at once.
    #[inline(never)] // Rare; inlined it slows every opening (20 ns instead of 14).
    fn adjust(&mut self, arrivals: &Arrivals, rates: &Rates) {
        let (walk, now) = (&mut self.walk, self.now);
        while now >= walk.piece_until {
            match rates.following(walk.piece) {
                Some((piece, later)) => (walk.piece, walk.shift) = (piece, walk.shift + later),
                None => {
                    walk.over = true;
                    return;
                }
            }
            walk.piece_until = rates.until(walk.piece).after(walk.shift);
        }
        let rate = rates.rate(walk.piece);
        if rate == 0.0 && walk.piece_until == Time::NEVER {
            walk.over = true;
            return;
        }
        // The same in all zones of a segment, so that its volume varies as stated.
        let factor = |distribution: &Distribution, purpose: Purpose, number: u64| {
            let root = Root {
                segment: self.root.segment,
                number,
                ..Root::default()
            };
            distribution
                .draw(&mut self.seed.stream(purpose, root, 0, 0))
                .hours()
        };
        walk.edge = walk.piece_until;
        if let Some(busyness) = &arrivals.busyness {
            if now >= walk.day_until {
                // A day may be skipped by the calendar or by an edge that falls on midnight twice.
                let before = walk.day;
                while now >= rates.days().end(walk.day) {
                    walk.day += 1;
                }
                if walk.day != before || walk.day_until == Time::ZERO {
                    let date = rates.days().first() + walk.day as i64;
                    walk.day_factor = factor(busyness, Purpose::BUSYNESS, date as u64);
                }
                walk.day_until = rates.days().end(walk.day);
            }
            walk.edge = walk.edge.min(walk.day_until);
        }
        if let Some((busyness, interval)) = &arrivals.interval_busyness {
            if now >= walk.interval_until {
                walk.interval = (now.0 / interval.0) as u64;
                walk.interval_factor = factor(busyness, Purpose::INTERVAL_BUSYNESS, walk.interval);
                walk.interval_until = Time((walk.interval as i64 + 1) * interval.0);
            }
            walk.edge = walk.edge.min(walk.interval_until);
        }
        if let Some(phases) = &arrivals.switching {
            while now >= walk.phase_until {
                let start = walk.phase_until == Time::ZERO;
                walk.phase += u64::from(!start);
                let luck = |number| {
                    self.seed.stream(
                        Purpose::SWITCHING,
                        Root {
                            number,
                            place: 0,
                            ..self.root
                        },
                        0,
                        0,
                    )
                };
                let (first, rest) = first_phase(phases, &mut luck(0));
                let phase = &phases[((first as u64 + walk.phase) % phases.len() as u64) as usize];
                let lasts = if start {
                    rest
                } else {
                    phase.lasts.draw(&mut luck(walk.phase))
                };
                // At least a nanosecond, so that time goes on.
                walk.phase_until = walk.phase_until.after(lasts.max(Span(1)));
                walk.phase_factor = phase.per_hour;
            }
            walk.edge = walk.edge.min(walk.phase_until);
        }
        walk.rate = rate * walk.day_factor * walk.interval_factor * walk.phase_factor;
    }
}

/// The state of a switching stream at a random instant, and how long it still lasts.
fn first_phase(phases: &[Phase], luck: &mut Stream) -> (usize, Span) {
    let total: f64 = phases.iter().map(|phase| phase.lasts.mean()).sum();
    let mut place = luck.uniform() * total;
    let mut first = phases.len() - 1;
    for (number, phase) in phases.iter().enumerate() {
        if place < phase.lasts.mean() {
            first = number;
            break;
        }
        place -= phase.lasts.mean();
    }
    let rest = match &phases[first].lasts {
        Distribution::Constant(span) => span.scaled(luck.uniform()),
        without_memory => without_memory.draw(luck),
    };
    (first, rest)
}

#[cfg(test)]
mod tests;
