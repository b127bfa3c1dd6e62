//! Several classes of conversations, the more urgent ones first.

use super::{ErlangC, Moments};

/// Mean waits by class for one agent, most urgent class first, work never interrupted (M/G/1, Cobham).
///
/// Wₖ = Σ λᵢ E\[Sᵢ²\] / 2 / ((1 − σₖ₋₁)(1 − σₖ)), σₖ = load of the classes up to k. Source: Cobham, "Priority assignment in
/// waiting line problems", Operations Research 2 (1954). A class is a rate and its handling; all are
/// `None` if the classes together overload the agent.
pub fn single_agent_waits_by_class(classes: &[(f64, Moments)]) -> Vec<Option<f64>> {
    let total: f64 = classes
        .iter()
        .map(|(rate, handling)| rate * handling.mean)
        .sum();
    let rest: f64 = classes
        .iter()
        .map(|(rate, handling)| rate * handling.square() / 2.0)
        .sum();
    // Beyond full load the agent's present work is no longer that of all classes.
    let steady = total < 1.0;
    by_class(classes.iter().map(|(rate, handling)| rate * handling.mean))
        .map(|(above, with)| steady.then(|| rest / ((1.0 - above) * (1.0 - with))))
        .collect()
}

/// Mean waits by class for several agents, the same exponential handling for all, work never interrupted.
///
/// Wₖ = C / (c·μ (1 − σₖ₋₁)(1 − σₖ)), σₖ = occupancy by the classes up to k. Source: Cobham, 1954.
pub fn waits_by_class(arrival_rates: &[f64], handling_mean: f64, agents: u32) -> Option<Vec<f64>> {
    let all = ErlangC::new(arrival_rates.iter().sum(), handling_mean, agents)?;
    let capacity = f64::from(agents) / handling_mean;
    let waits = by_class(arrival_rates.iter().map(|rate| rate / capacity))
        .map(|(above, with)| all.wait_probability() / (capacity * (1.0 - above) * (1.0 - with)));
    Some(waits.collect())
}

/// Mean times in the system by class for one agent whom more urgent classes interrupt; work goes on where it stopped.
///
/// Tₖ = (E\[Sₖ\] (1 − σₖ) + Σ over i ≤ k of λᵢ E\[Sᵢ²\] / 2) / ((1 − σₖ₋₁)(1 − σₖ)). Source: Kleinrock, *Queueing Systems*
/// II, 1976, chapter 3. `None` for the classes that the more urgent ones and itself overload.
pub fn single_agent_times_with_interruption(classes: &[(f64, Moments)]) -> Vec<Option<f64>> {
    let mut rest = 0.0;
    classes
        .iter()
        .zip(by_class(
            classes.iter().map(|(rate, handling)| rate * handling.mean),
        ))
        .map(|((rate, handling), (above, with))| {
            rest += rate * handling.square() / 2.0;
            (with < 1.0)
                .then(|| (handling.mean * (1.0 - with) + rest) / ((1.0 - above) * (1.0 - with)))
        })
        .collect()
}

/// Mean times in the system by class for several agents whom more urgent classes interrupt, the same exponential
/// handling for all.
///
/// The classes up to k are together an M/M/c of their own, so its mean number present less that of the classes above is
/// that of class k. Source: Buzen and Bondi, "The response times of priority classes under preemptive resume in M/M/m
/// queues", Operations Research 31 (1983).
pub fn times_with_interruption(
    arrival_rates: &[f64],
    handling_mean: f64,
    agents: u32,
) -> Option<Vec<f64>> {
    let (mut rate_above, mut present_above) = (0.0, 0.0);
    arrival_rates
        .iter()
        .map(|rate| {
            rate_above += rate;
            let present = rate_above
                * (ErlangC::new(rate_above, handling_mean, agents)?.wait_mean() + handling_mean);
            let time = (present - present_above) / rate;
            present_above = present;
            Some(time)
        })
        .collect()
}

/// Running sums of loads: of the classes above, and with the class itself.
fn by_class(loads: impl Iterator<Item = f64>) -> impl Iterator<Item = (f64, f64)> {
    loads.scan(0.0, |sum, load| {
        let above = *sum;
        *sum += load;
        Some((above, *sum))
    })
}
