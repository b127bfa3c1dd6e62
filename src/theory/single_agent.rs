//! One agent, any handling time.

/// The mean wait for one agent with any handling time (M/G/1, Pollaczek-Khinchine).
///
/// λ (variance + mean²) / (2 (1 − ρ)). Source: Kleinrock, *Queueing Systems* I, 1975, section 5.6.
pub fn single_agent_wait(
    arrival_rate: f64,
    handling_mean: f64,
    handling_variance: f64,
) -> Option<f64> {
    let occupancy = arrival_rate * handling_mean;
    let square = handling_variance + handling_mean * handling_mean;
    (occupancy < 1.0).then(|| arrival_rate * square / (2.0 * (1.0 - occupancy)))
}

/// The mean wait for one agent who does other work, piece by piece and not to be interrupted, whenever nobody waits.
///
/// The wait of M/G/1 plus the mean rest of a piece, E\[V²\] / (2 E\[V\]). Source: Doshi, "Queueing systems with vacations: a
/// survey", Queueing Systems 1 (1986).
pub fn single_agent_wait_with_other_work(
    arrival_rate: f64,
    handling: Moments,
    other_work: Moments,
) -> Option<f64> {
    let rest = other_work.square() / (2.0 * other_work.mean);
    Some(single_agent_wait(arrival_rate, handling.mean, handling.variance)? + rest)
}

/// Mean and variance of a duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The mean.
    pub mean: f64,
    /// The variance.
    pub variance: f64,
}

impl Moments {
    /// Those of an exponential duration.
    pub fn exponential(mean: f64) -> Moments {
        Moments {
            mean,
            variance: mean * mean,
        }
    }

    pub(super) fn square(&self) -> f64 {
        self.variance + self.mean * self.mean
    }
}

/// The mean time in the system of work of this size for one agent who shares attention evenly among all (M/G/1-PS).
///
/// size / (1 − ρ), whatever the distribution of sizes. Source: Kleinrock, *Queueing Systems* II, 1976, chapter 4.
pub fn shared_attention_time(arrival_rate: f64, size_mean: f64, size: f64) -> Option<f64> {
    let occupancy = arrival_rate * size_mean;
    (occupancy < 1.0).then(|| size / (1.0 - occupancy))
}
