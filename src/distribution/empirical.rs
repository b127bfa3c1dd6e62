//! Empirical: values that were measured, drawn again with equal chances.

use super::{Distribution, Family};
use crate::random::Stream;
use crate::time::Span;

/// Measured values; interpolated, everything between neighbours can occur as well.
///
/// Interpolation is linear between the sorted values, least and most included ("type 7" of Hyndman and Fan, "Sample
/// quantiles in statistical packages", 1996), so that nothing beyond the measured range occurs.
#[derive(Clone, Debug, PartialEq)]
pub struct Empirical {
    /// Rising.
    values: Box<[Span]>,
    interpolate: bool,
}

impl Distribution {
    /// The given values with equal chances.
    pub fn empirical(mut values: Vec<Span>, interpolate: bool) -> Result<Distribution, String> {
        values.sort_unstable();
        match (values.first(), values.last()) {
            (None, _) | (_, None) => {
                Err("an empirical distribution needs at least one value".into())
            }
            (Some(least), _) if *least < Span::ZERO => Err(format!(
                "a duration must not be negative, but one is {least}"
            )),
            (Some(least), Some(most)) if least == most => Ok(Distribution::Constant(*least)),
            _ => Ok(Distribution::Empirical(Empirical {
                values: values.into(),
                interpolate,
            })),
        }
    }
}

impl Empirical {
    fn value(&self, probability: f64) -> f64 {
        let last = self.values.len() - 1;
        if !self.interpolate {
            let place = (probability * self.values.len() as f64) as usize;
            return self.values[place.min(last)].0 as f64;
        }
        let position = probability * last as f64;
        let place = (position as usize).min(last - 1);
        let (from, to) = (self.values[place].0 as f64, self.values[place + 1].0 as f64);
        from + (to - from) * (position - place as f64)
    }

    /// The mean of the values minus `origin`, to the given power (1 or 2).
    fn moment(&self, origin: f64, power: i32) -> f64 {
        let away = |value: &Span| value.0 as f64 - origin;
        if !self.interpolate {
            return self
                .values
                .iter()
                .map(|value| away(value).powi(power))
                .sum::<f64>()
                / self.values.len() as f64;
        }
        // Uniform between neighbours: (a + b) / 2 and (a² + ab + b²) / 3.
        let pieces = self.values.windows(2).map(|pair| {
            let (a, b) = (away(&pair[0]), away(&pair[1]));
            if power == 1 {
                (a + b) / 2.0
            } else {
                (a * a + a * b + b * b) / 3.0
            }
        });
        pieces.sum::<f64>() / (self.values.len() - 1) as f64
    }
}

impl Family for Empirical {
    fn draw(&self, stream: &mut Stream) -> f64 {
        self.value(stream.uniform())
    }

    fn mean(&self) -> f64 {
        self.moment(0.0, 1)
    }

    fn variance(&self) -> Option<f64> {
        Some(self.moment(self.mean(), 2))
    }

    fn at_most(&self, value: f64) -> f64 {
        let count = self.values.partition_point(|one| one.0 as f64 <= value);
        let last = self.values.len() - 1;
        if !self.interpolate {
            count as f64 / self.values.len() as f64
        } else if count == 0 {
            0.0
        } else if count > last {
            1.0
        } else {
            let (from, to) = (self.values[count - 1].0 as f64, self.values[count].0 as f64);
            ((count - 1) as f64 + (value - from) / (to - from)) / last as f64
        }
    }

    fn quantile(&self, probability: f64) -> Option<f64> {
        Some(self.value(probability))
    }
}
