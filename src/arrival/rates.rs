//! Rates of openings as steps over elapsed time, and the ways to write them down.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::calendar::Days;
use crate::time::{Span, Time};

/// Steps of a rate over elapsed time from the start of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// The first one begins at the start of the run.
    pieces: Arc<[Piece]>,
    /// Where the pieces end; [`Time::NEVER`] if the last holds on.
    end: Time,
    /// The piece with which to go on at the end; nothing comes after it otherwise.
    again: Option<usize>,
    /// The local days.
    days: Days,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    from: Time,
    /// \[1/ns\]
    rate: f64,
}

/// More (or less) than usual for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surge {
    /// From this instant.
    pub from: Time,
    /// Up to this one.
    pub to: Time,
    /// The factor of the rate meanwhile.
    pub factor: f64,
}

/// How openings spread over the local day and week.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Openings of a day whose factor is 1 and whose clock is not changed.
    pub per_day: f64,
    /// Weights of the slots of the local day, all equally long: 24, 48 or 96 of them, or 1 for a flat day.
    pub slots: Vec<f64>,
    /// Factors from Monday to Sunday.
    pub weekdays: [f64; 7],
}

impl Rates {
    /// The same rate for ever.
    pub fn constant(per_hour: f64) -> Result<Rates, String> {
        Rates::by_interval(&[per_hour], Span::HOUR)
    }

    /// Rates \[1/h\] of intervals from the start of the run; the last holds on.
    pub fn by_interval(per_hour: &[f64], interval: Span) -> Result<Rates, String> {
        if per_hour.is_empty() {
            return Err("at least one rate is needed".into());
        }
        if interval <= Span::ZERO {
            return Err(format!(
                "the interval must be longer than 0 s, not {interval}"
            ));
        }
        let mut steps = Steps::default();
        for (place, rate) in per_hour.iter().enumerate() {
            steps.add(
                Time(interval.0 * place as i64),
                checked("a rate", *rate)? / Span::HOUR.0 as f64,
            );
        }
        Ok(steps.rates(Time::NEVER, None, Days::default()))
    }

    /// Expected numbers in intervals (start, length, number) in rising order; nothing between or after them.
    pub fn by_volume(volumes: &[(Time, Span, f64)]) -> Result<Rates, String> {
        let mut steps = Steps::default();
        let mut end = Time::ZERO;
        for (from, length, number) in volumes {
            if *length <= Span::ZERO {
                return Err(format!("an interval must be longer than 0 s, not {length}"));
            }
            if *from < end {
                return Err("intervals of volumes must follow one another without overlap".into());
            }
            if *from > end || end == Time::ZERO {
                steps.add(end, 0.0);
            }
            steps.add(*from, checked("a volume", *number)? / length.0 as f64);
            end = from.after(*length);
        }
        if volumes.is_empty() {
            return Err("at least one interval of volumes is needed".into());
        }
        Ok(steps.rates(end, None, Days::default()))
    }

    /// A profile of the local day in a zone, for a run that starts at `start`.
    ///
    /// A skipped hour of the clock brings nothing, a repeated one counts twice. After `horizon` one more week is
    /// compiled and repeats for ever, with the clock changes it happens to hold.
    pub fn profiled(
        profile: &Profile,
        zone: &TimeZone,
        start: Timestamp,
        horizon: Span,
    ) -> Result<Rates, String> {
        const DAY: i64 = 86_400;
        let slots = profile.slots.len() as i64;
        if ![1, 24, 48, 96].contains(&slots) {
            return Err(format!("a profile has 24, 48 or 96 weights, not {slots}"));
        }
        let mut total = 0.0;
        for weight in &profile.slots {
            total += checked("a weight of the profile", *weight)?;
        }
        if total == 0.0 {
            return Err("at least one weight of the profile must be above 0".into());
        }
        for factor in profile.weekdays {
            checked("the factor of a weekday", factor)?;
        }
        let per_day = checked("per_day", profile.per_day)?;
        let days = Days::compile(zone, start, horizon.max(Span::ZERO) + Span::WEEK);
        let start = start.as_second();
        // Whole days, so that the repeated week begins where the local day of the start did.
        let ahead = (horizon.0.max(0) + Span::DAY.0 - 1) / Span::DAY.0 * DAY;
        let mut steps = Steps::default();
        let (mut from, end) = (start, start + ahead + 7 * DAY);
        let mut again = None;
        while from < end {
            let instant =
                Timestamp::from_second(from).map_err(|_| "the run reaches beyond the calendar")?;
            let shift = i64::from(zone.to_offset(instant).seconds());
            let change = zone
                .following(instant)
                .next()
                .map_or(i64::MAX, |change| change.timestamp().as_second());
            // Within one offset the local clock is elapsed time plus a constant.
            let local = from + shift;
            let (day, second) = (local.div_euclid(DAY), local.rem_euclid(DAY));
            let slot = second * slots / DAY;
            // Day 0 of the count was a Thursday.
            let weekday = profile.weekdays[(day + 3).rem_euclid(7) as usize];
            let share = profile.slots[slot as usize] * slots as f64 / total;
            if from >= start + ahead && again.is_none() {
                steps.cut = true;
                again = Some(steps.pieces.len());
            }
            steps.add(
                Time(Span::SECOND.0 * (from - start)),
                per_day * weekday * share / Span::DAY.0 as f64,
            );
            let slot_end = (slot + 1) * DAY / slots - second + from;
            // The repeated week must begin with a piece of its own.
            let border = if from < start + ahead {
                start + ahead
            } else {
                end
            };
            from = slot_end.min(change).min(border);
        }
        // What brings nothing need not be repeated.
        let again =
            again.filter(|again| steps.pieces[*again..].iter().any(|piece| piece.rate > 0.0));
        Ok(steps.rates(Time(Span::SECOND.0 * (end - start)), again, days))
    }

    /// So many times as many.
    pub fn times(&self, factor: f64) -> Result<Rates, String> {
        checked("the factor of a rate", factor)?;
        let times = |piece: &Piece| Piece {
            rate: piece.rate * factor,
            ..*piece
        };
        Ok(Rates {
            pieces: self.pieces.iter().map(times).collect(),
            ..self.clone()
        })
    }

    /// With surges, which multiply where they overlap; they do not come again where rates repeat.
    pub fn surged(&self, surges: &[Surge]) -> Result<Rates, String> {
        let mut edges: Vec<Time> = Vec::new();
        for surge in surges {
            checked("the factor of a surge", surge.factor)?;
            if surge.to <= surge.from {
                return Err("a surge must be longer than 0 s".into());
            }
            edges.extend([surge.from.max(Time::ZERO), surge.to.max(Time::ZERO)]);
        }
        let plain = self.unrolled(edges.iter().copied().max().unwrap_or(Time::ZERO));
        edges.extend(plain.pieces.iter().map(|piece| piece.from));
        edges.sort_unstable();
        edges.dedup();
        let repeated = plain.again.map(|piece| plain.pieces[piece].from);
        let (mut steps, mut again) = (
            Steps {
                cut: true,
                ..Steps::default()
            },
            None,
        );
        for at in edges.into_iter().filter(|at| *at < plain.end) {
            if repeated == Some(at) {
                again = Some(steps.pieces.len());
            }
            let piece = plain.pieces.partition_point(|piece| piece.from <= at) - 1;
            let holding = surges
                .iter()
                .filter(|surge| surge.from <= at && at < surge.to);
            steps.cut = true;
            steps.add(
                at,
                plain.pieces[piece].rate * holding.map(|surge| surge.factor).product::<f64>(),
            );
        }
        Ok(Rates {
            days: plain.days,
            ..steps.rates(plain.end, again, Days::default())
        })
    }

    /// The same rates, written out so far that what repeats begins at or after `until`.
    fn unrolled(&self, until: Time) -> Rates {
        let (Some(again), mut pieces, mut end) = (self.again, self.pieces.to_vec(), self.end)
        else {
            return self.clone();
        };
        let period = self.end - self.pieces[again].from;
        let mut first = again;
        while pieces[first].from < until {
            let later = end - self.pieces[again].from;
            first = pieces.len();
            pieces.extend(self.pieces[again..].iter().map(|piece| Piece {
                from: piece.from.after(later),
                ..*piece
            }));
            end = end.after(period);
        }
        Rates {
            pieces: pieces.into(),
            end,
            again: Some(first),
            days: self.days.clone(),
        }
    }

    /// How many are expected before `to`.
    pub fn expected(&self, to: Time) -> f64 {
        let written = |to: Time| -> f64 {
            let parts = self
                .pieces
                .iter()
                .enumerate()
                .take_while(|(_, piece)| piece.from < to);
            parts
                .map(|(place, piece)| {
                    piece.rate * (self.until(place).min(to) - piece.from).0 as f64
                })
                .sum()
        };
        match self.again {
            Some(again) if to > self.end => {
                let from = self.pieces[again].from;
                let period = self.end - from;
                let beyond = (to - self.end).0;
                let before = written(from);
                let whole = written(self.end);
                let part = written(from + Span(beyond % period.0)) - before;
                whole + (beyond / period.0) as f64 * (whole - before) + part
            }
            _ => written(to.min(self.end)),
        }
    }

    /// The rate of a piece \[1/ns\].
    #[inline]
    pub(super) fn rate(&self, piece: usize) -> f64 {
        self.pieces[piece].rate
    }

    /// Where a piece ends, as written.
    pub(super) fn until(&self, piece: usize) -> Time {
        self.pieces
            .get(piece + 1)
            .map_or(self.end, |next| next.from)
    }

    /// The piece after this one, and by how much later than before it lies.
    pub(super) fn following(&self, piece: usize) -> Option<(usize, Span)> {
        if piece + 1 < self.pieces.len() {
            return Some((piece + 1, Span::ZERO));
        }
        self.again
            .map(|again| (again, self.end - self.pieces[again].from))
    }

    /// The local days.
    pub(super) fn days(&self) -> &Days {
        &self.days
    }
}

/// Pieces while they are collected; alike neighbours become one unless a cut is asked for.
#[derive(Default)]
struct Steps {
    pieces: Vec<Piece>,
    cut: bool,
}

impl Steps {
    fn add(&mut self, from: Time, rate: f64) {
        let cut = std::mem::take(&mut self.cut);
        match self.pieces.last_mut() {
            Some(last) if last.from == from => last.rate = rate,
            Some(last) if last.rate == rate && !cut => {}
            _ => self.pieces.push(Piece { from, rate }),
        }
    }

    fn rates(self, end: Time, again: Option<usize>, days: Days) -> Rates {
        Rates {
            pieces: self.pieces.into(),
            end,
            again,
            days,
        }
    }
}

/// Refuses what is not a finite number from 0 on.
fn checked(name: &str, number: f64) -> Result<f64, String> {
    if number >= 0.0 && number.is_finite() {
        Ok(number)
    } else {
        Err(format!(
            "{name} must be 0 or a number above it, not {number}"
        ))
    }
}
