//! Exact formulas for queues simple enough to have them: what tests, `verify` and planning compare with.
//!
//! Times may be in any one unit and rates in its inverse; results follow. Probabilities of states are summed upwards from
//! logarithms, so hundreds of agents do not overflow. `None` where there is no steady state. Queues whose answer needs a
//! transform or a matrix (M/D/c, GI/M/c, retrials, more than one skill) are not here: they stand in tables of truths.

/// The probability that all agents are busy when nobody waits (Erlang B); `load` in erlang.
///
/// B(0) = 1, B(n) = load · B(n − 1) / (n + load · B(n − 1)). Source: Cooper, *Introduction to Queueing Theory*, 1981.
pub fn erlang_b(load: f64, agents: u32) -> f64 {
    (1..=agents).fold(1.0, |blocked, n| {
        load * blocked / (f64::from(n) + load * blocked)
    })
}

/// Poisson openings, exponential handling, identical agents, an endless queue in order, nobody leaves (M/M/c, Erlang C).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErlangC {
    arrival_rate: f64,
    handling_mean: f64,
    agents: f64,
    wait_probability: f64,
}

impl ErlangC {
    /// `None` if the load is not below the number of agents.
    ///
    /// C = B / (1 − occupancy · (1 − B)). Source: Cooper, 1981.
    pub fn new(arrival_rate: f64, handling_mean: f64, agents: u32) -> Option<ErlangC> {
        let load = arrival_rate * handling_mean;
        if load >= f64::from(agents) {
            return None;
        }
        let blocked = erlang_b(load, agents);
        let agents = f64::from(agents);
        let wait_probability = blocked / (1.0 - load / agents * (1.0 - blocked));
        Some(ErlangC {
            arrival_rate,
            handling_mean,
            agents,
            wait_probability,
        })
    }

    /// A conversation that comes back with probability `returns` after any time away: Erlang-R in the long run.
    ///
    /// The agents see M/M/c with the rate divided by 1 − `returns`; waits are per visit. Source: Yom-Tov and Mandelbaum,
    /// "Erlang-R", MSOM 16 (2014).
    pub fn returning(
        arrival_rate: f64,
        handling_mean: f64,
        agents: u32,
        returns: f64,
    ) -> Option<ErlangC> {
        ErlangC::new(arrival_rate / (1.0 - returns), handling_mean, agents)
    }

    /// The mean share of agents at work.
    pub fn occupancy(&self) -> f64 {
        self.arrival_rate * self.handling_mean / self.agents
    }

    /// The probability of having to wait.
    pub fn wait_probability(&self) -> f64 {
        self.wait_probability
    }

    /// The rate at which waits shrink: P(wait > t) = C · exp(−drain · t).
    fn drain(&self) -> f64 {
        self.agents / self.handling_mean - self.arrival_rate
    }

    /// The mean wait, zeros included.
    pub fn wait_mean(&self) -> f64 {
        self.wait_probability / self.drain()
    }

    /// The standard deviation of the wait, zeros included.
    pub fn wait_deviation(&self) -> f64 {
        (self.wait_probability * (2.0 - self.wait_probability)).sqrt() / self.drain()
    }

    /// The wait that this share of the conversations does not exceed.
    pub fn wait_quantile(&self, share: f64) -> f64 {
        ((self.wait_probability / (1.0 - share)).ln() / self.drain()).max(0.0)
    }

    /// The share that waits at most `within`.
    pub fn service_level(&self, within: f64) -> f64 {
        1.0 - self.wait_probability * (-self.drain() * within).exp()
    }

    /// The mean number waiting.
    pub fn queue_length(&self) -> f64 {
        self.arrival_rate * self.wait_mean()
    }
}

/// Poisson openings, exponential handling, identical agents, perhaps exponential patience, perhaps limited lines.
///
/// All of M/M/c, M/M/c/K and M/M/c/K+M (Erlang A).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// Openings per unit of time.
    pub arrival_rate: f64,
    /// Mean handling time.
    pub handling_mean: f64,
    /// Agents, at least 1.
    pub agents: u32,
    /// Mean patience while waiting; `None`: nobody leaves.
    pub patience_mean: Option<f64>,
    /// Most who can be there, waiting or in work; `None`: no limit.
    pub lines: Option<u32>,
}

/// A [`Station`] in the long run.
///
/// One who finds j others waiting is served after V = the sum of j + 1 exponential times with the rates c·μ + i·θ,
/// i = 0..j: each place in the queue has a rate of its own. Calculators that give all places the same rate get the mean
/// wait right and the service level wrong. Source: Mandelbaum and Zeltyn, "Service engineering in action: the Palm/Erlang-A
/// queue", 2007; the sums below from P(V > t) = Σ over k ≤ j of (a)ₖ/k! · xᵃ (1 − x)ᵏ with x = exp(−θt), a = c·μ/θ.
#[derive(Clone, Debug, PartialEq)]
pub struct Steady {
    station: Station,
    /// P(n present), n from 0 to `lines` or to where it no longer counts.
    probabilities: Vec<f64>,
}

impl Station {
    /// The long run; `None` if the queue grows without end.
    pub fn steady(self) -> Option<Steady> {
        let agents = f64::from(self.agents);
        let load = self.arrival_rate * self.handling_mean;
        let endless = self.patience_mean.is_none() && self.lines.is_none();
        if self.agents == 0 || (endless && load >= agents) {
            return None;
        }
        let (mut logarithms, mut logarithm, mut highest) = (vec![0.0f64], 0.0f64, 0.0f64);
        for n in 1..=self.lines.unwrap_or(u32::MAX) {
            let leaving = self.leaving(n);
            logarithm += (self.arrival_rate / leaving).ln();
            highest = highest.max(logarithm);
            // Beyond this the rest is a falling geometric series of less than 10⁻¹⁸ of the whole.
            let falling = 1.0 - self.arrival_rate / self.leaving(n.saturating_add(1));
            if self.lines.is_none() && falling > 0.0 && logarithm - highest < -42.0 + falling.ln() {
                break;
            }
            logarithms.push(logarithm);
        }
        let weights: Vec<f64> = logarithms
            .iter()
            .map(|logarithm| (logarithm - highest).exp())
            .collect();
        let total: f64 = weights.iter().sum();
        Some(Steady {
            station: self,
            probabilities: weights.iter().map(|weight| weight / total).collect(),
        })
    }

    /// The rate of ends of any kind with n present.
    fn leaving(&self, n: u32) -> f64 {
        f64::from(n.min(self.agents)) / self.handling_mean
            + f64::from(n.saturating_sub(self.agents)) * self.impatience()
    }

    fn impatience(&self) -> f64 {
        self.patience_mean.map_or(0.0, f64::recip)
    }
}

impl Steady {
    /// P(n present), from 0 on.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// The share of openings that find all lines taken.
    pub fn blocked(&self) -> f64 {
        self.station
            .lines
            .map_or(0.0, |lines| self.probabilities[lines as usize])
    }

    /// Those who find all agents busy and a line: j others waiting, and how likely.
    fn waiting(&self) -> impl Iterator<Item = (u32, f64)> {
        let lines = self
            .station
            .lines
            .map_or(usize::MAX, |lines| lines as usize);
        let agents = self.station.agents as usize;
        self.probabilities
            .iter()
            .take(lines)
            .skip(agents)
            .copied()
            .enumerate()
            .map(|(j, p)| (j as u32, p))
    }

    /// The share of all openings that have to wait (those blocked do not).
    pub fn wait_probability(&self) -> f64 {
        self.waiting().map(|(_, probability)| probability).sum()
    }

    /// The mean number waiting.
    pub fn queue_length(&self) -> f64 {
        let agents = self.station.agents as usize;
        self.probabilities
            .iter()
            .skip(agents)
            .enumerate()
            .map(|(waiting, p)| waiting as f64 * p)
            .sum()
    }

    /// The mean number present.
    pub fn present(&self) -> f64 {
        self.probabilities
            .iter()
            .enumerate()
            .map(|(n, p)| n as f64 * p)
            .sum()
    }

    /// The mean share of agents at work.
    pub fn occupancy(&self) -> f64 {
        let agents = self.station.agents as usize;
        let busy: f64 = self
            .probabilities
            .iter()
            .enumerate()
            .map(|(n, p)| n.min(agents) as f64 * p)
            .sum();
        busy / agents as f64
    }

    /// The share of all openings that leave while they wait.
    pub fn abandonment(&self) -> f64 {
        self.queue_length() * self.station.impatience() / self.station.arrival_rate
    }

    /// The mean time in queue of all who got a line, leavers included.
    pub fn wait_mean(&self) -> f64 {
        self.queue_length() / (self.station.arrival_rate * (1.0 - self.blocked()))
    }

    /// The mean wait of the served (average speed of answer).
    ///
    /// E\[V exp(−θV)\] = P(served) · Σ over i ≤ j of 1 / (c·μ + (i + 1)·θ).
    pub fn wait_mean_served(&self) -> f64 {
        let (mut sum, mut served) = (0.0, 1.0 - self.blocked() - self.wait_probability());
        let mut mean = 0.0;
        for (j, probability) in self.waiting() {
            mean += self.place_rate(j + 1).recip();
            let answered = probability * self.answered(j);
            sum += answered * mean;
            served += answered;
        }
        sum / served
    }

    /// The mean wait of one who would never leave, of those who got a line.
    pub fn wait_mean_offered(&self) -> f64 {
        let (mut sum, mut mean) = (0.0, 0.0);
        for (j, probability) in self.waiting() {
            mean += self.place_rate(j).recip();
            sum += probability * mean;
        }
        sum / (1.0 - self.blocked())
    }

    /// The mean time until leavers leave; `None` if nobody does.
    pub fn wait_mean_abandoned(&self) -> Option<f64> {
        let left = self.abandonment();
        let accepted = 1.0 - self.blocked();
        (left > 0.0).then(|| {
            (self.wait_mean() * accepted - self.wait_mean_served() * (accepted - left)) / left
        })
    }

    /// The share of all openings served after a wait of at most `within`.
    pub fn served_within(&self, within: f64) -> f64 {
        let at_once = 1.0 - self.blocked() - self.wait_probability();
        at_once
            + self
                .sum_over_places(within, 1)
                .zip(self.waiting())
                .map(|(late, (j, p))| p * self.answered(j) * (1.0 - late))
                .sum::<f64>()
    }

    /// The share of all openings that left after at most `within` in the queue.
    pub fn abandoned_within(&self, within: f64) -> f64 {
        let still = (-self.station.impatience() * within).exp();
        let served = self.sum_over_places(within, 1);
        let waits = self.sum_over_places(within, 0);
        served
            .zip(waits)
            .zip(self.waiting())
            .map(|((late_served, late), (j, p))| {
                p * (1.0 - self.answered(j) * (1.0 - late_served) - still * late)
            })
            .sum()
    }

    /// Served in time of those who neither were blocked nor left earlier than that.
    pub fn service_level_excluding_early_leavers(&self, within: f64) -> f64 {
        self.served_within(within) / (1.0 - self.blocked() - self.abandoned_within(within))
    }

    /// Served in time or left earlier than that, of all who got a line.
    pub fn service_level_counting_early_leavers(&self, within: f64) -> f64 {
        (self.served_within(within) + self.abandoned_within(within)) / (1.0 - self.blocked())
    }

    /// Served in time of the served.
    pub fn service_level_of_served(&self, within: f64) -> f64 {
        self.served_within(within) / (1.0 - self.blocked() - self.abandonment())
    }

    /// The rate at which one with i others ahead in the queue moves up, its own impatience aside.
    fn place_rate(&self, i: u32) -> f64 {
        f64::from(self.station.agents) / self.station.handling_mean
            + f64::from(i) * self.station.impatience()
    }

    /// The probability that one who finds j others waiting is served.
    fn answered(&self, j: u32) -> f64 {
        self.place_rate(0) / self.place_rate(j + 1)
    }

    /// For each j, the probability that j + 1 exponential times with the rates of the places from `first` on exceed `t`.
    fn sum_over_places(&self, t: f64, first: u32) -> impl Iterator<Item = f64> {
        let impatience = self.station.impatience();
        // (1 − exp(−θt)) / θ, which is t without impatience.
        let reach = if impatience > 0.0 {
            -(-impatience * t).exp_m1() / impatience
        } else {
            t
        };
        let mut logarithm = -self.place_rate(first) * t;
        let mut sum = 0.0;
        (0u32..).map(move |j| {
            sum += logarithm.exp();
            logarithm += (reach * self.place_rate(first + j) / f64::from(j + 1)).ln();
            sum
        })
    }
}

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

    fn square(&self) -> f64 {
        self.variance + self.mean * self.mean
    }
}

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

/// The mean time in the system of work of this size for one agent who shares attention evenly among all (M/G/1-PS).
///
/// size / (1 − ρ), whatever the distribution of sizes. Source: Kleinrock, *Queueing Systems* II, 1976, chapter 4.
pub fn shared_attention_time(arrival_rate: f64, size_mean: f64, size: f64) -> Option<f64> {
    let occupancy = arrival_rate * size_mean;
    (occupancy < 1.0).then(|| size / (1.0 - occupancy))
}

/// Running sums of loads: of the classes above, and with the class itself.
fn by_class(loads: impl Iterator<Item = f64>) -> impl Iterator<Item = (f64, f64)> {
    loads.scan(0.0, |sum, load| {
        let above = *sum;
        *sum += load;
        Some((above, *sum))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the source gives so many digits.
    fn exactly(value: f64, expected: f64) {
        assert!(
            (value - expected).abs() <= 1e-9 * expected.abs(),
            "{value:.14} for {expected}"
        );
    }

    /// Half a unit of the last decimal given.
    fn rounded(value: f64, expected: f64, decimals: i32) {
        assert!(
            (value - expected).abs() <= 0.5001 * 10f64.powi(-decimals),
            "{value:.10} for {expected}"
        );
    }

    fn station(arrival_rate: f64, handling_mean: f64, agents: u32) -> Station {
        Station {
            arrival_rate,
            handling_mean,
            agents,
            patience_mean: None,
            lines: None,
        }
    }

    fn patient(arrival_rate: f64, handling_mean: f64, agents: u32, patience: f64) -> Steady {
        Station {
            patience_mean: Some(patience),
            ..station(arrival_rate, handling_mean, agents)
        }
        .steady()
        .unwrap()
    }

    fn limited(arrival_rate: f64, handling_mean: f64, agents: u32, lines: u32) -> Steady {
        Station {
            lines: Some(lines),
            ..station(arrival_rate, handling_mean, agents)
        }
        .steady()
        .unwrap()
    }

    /// Case A11 and the table of truths.
    #[test]
    fn erlang_b_gives_the_published_numbers() {
        exactly(erlang_b(1.0, 1), 0.5);
        exactly(erlang_b(1.0, 2), 0.2);
        rounded(erlang_b(10.0, 16), 0.0223, 4);
        rounded(erlang_b(10.0, 17), 0.01295, 5);
        exactly(erlang_b(8.0, 10), 0.12166106425295);
        exactly(erlang_b(100.0, 100), 0.075700452710861);
        exactly(limited(50.0, 2.0, 100, 100).blocked(), 0.075700452710861);
        exactly(limited(50.0, 2.0, 100, 100).occupancy(), 0.92429954728914);
    }

    /// Cases A1, A4, A7, A8, A9 and the table of truths.
    #[test]
    fn erlang_c_gives_the_published_numbers() {
        let a1 = ErlangC::new(4.2, 2.0, 12).unwrap();
        rounded(a1.wait_probability(), 0.1838886, 7);
        rounded(a1.wait_mean(), 0.1021604, 7);
        rounded(a1.queue_length(), 0.4290735, 7);
        rounded(a1.service_level(1.0 / 3.0), 0.8990798, 7);
        let a4 = ErlangC::new(0.2, 10.0, 3).unwrap();
        exactly(a4.wait_probability(), 4.0 / 9.0);
        exactly(a4.wait_mean(), 40.0 / 9.0);
        rounded(
            ErlangC::new(3.5 / 60.0, 180.0, 13).unwrap().wait_mean(),
            26.5568858,
            7,
        );
        exactly(ErlangC::new(0.01, 80.0, 1).unwrap().wait_mean(), 320.0);
        let a9 = ErlangC::new(100.0 / 30.0, 3.0, 14).unwrap();
        exactly(a9.wait_probability(), 0.1741319335950498);
        exactly(a9.service_level(1.0 / 3.0), 0.8883500191794669);
        rounded(a9.service_level(0.33), 0.8878527, 7);
        exactly(a9.wait_deviation() * 60.0, 25.373853121026);
        exactly(a9.wait_quantile(0.95) * 60.0, 56.150561048418);
        exactly(a9.wait_quantile(0.8) + 1.0, 1.0);
        rounded(
            ErlangC::new(100.0 / 30.0, 3.0, 15)
                .unwrap()
                .wait_probability(),
            0.1020424,
            7,
        );
        let big = ErlangC::new(49.0, 10.0, 500).unwrap();
        exactly(big.wait_probability(), 0.54667327219483);
        exactly(big.service_level(1.0 / 3.0), 0.60829148381858);
        exactly(big.occupancy(), 0.98);
        assert_eq!(ErlangC::new(1.0, 2.0, 2), None);
    }

    #[test]
    fn the_general_station_agrees_with_erlang_c() {
        for (rate, handling, agents) in [
            (4.2, 2.0, 12),
            (0.8, 1.0, 1),
            (49.0, 10.0, 500),
            (0.999, 1.0, 1),
        ] {
            let (c, steady) = (
                ErlangC::new(rate, handling, agents).unwrap(),
                station(rate, handling, agents).steady().unwrap(),
            );
            exactly(steady.wait_probability(), c.wait_probability());
            exactly(steady.wait_mean(), c.wait_mean());
            exactly(steady.wait_mean_served(), c.wait_mean());
            exactly(steady.wait_mean_offered(), c.wait_mean());
            exactly(steady.served_within(0.7), c.service_level(0.7));
            assert_eq!(steady.wait_mean_abandoned(), None);
        }
        assert_eq!(station(2.0, 1.0, 2).steady(), None);
    }

    /// Cases A2, A6, A14, A15 and the table of truths.
    #[test]
    fn limited_lines_give_the_published_numbers() {
        let a2 = limited(4.2, 2.0, 12, 17);
        rounded(a2.blocked(), 0.0094769, 7);
        rounded(a2.queue_length(), 0.2542889, 7);
        rounded(a2.wait_mean(), 0.0611242, 7);
        rounded(a2.occupancy(), 0.6933662, 7);
        rounded(a2.wait_probability() / (1.0 - a2.blocked()), 0.1578614, 7);
        let a6 = limited(0.5, 1.0 / 0.333333, 1, 14);
        rounded(a6.blocked(), 0.334097, 6);
        // Recomputed there with the service rate as the fraction of the source, hence 36.1443 or 36.1444.
        rounded(a6.wait_mean() + 1.0 / 0.333333, 36.1443, 3);
        let a15 = limited(3.0, 0.25, 2, 3);
        rounded(a15.present(), 0.76234, 5);
        rounded(a15.blocked(), 0.0493601, 7);
        let one = limited(0.9, 1.0, 1, 5);
        exactly(one.blocked(), 0.12602254998837);
        exactly(one.wait_mean(), 1.790285951503);
        exactly(one.queue_length(), 1.4082025956176);
        exactly(
            one.served_within(1.0) / (1.0 - one.blocked()),
            0.45272194975445,
        );
        let five = limited(1.6, 3.0, 5, 15);
        exactly(five.blocked(), 0.056488116018158);
        exactly(five.wait_mean(), 2.3380296746386);
        exactly(
            five.served_within(0.5) / (1.0 - five.blocked()),
            0.31923780067361,
        );
        exactly(five.occupancy(), 0.90577140862257);
        let a14 = station(10.0, 1.0 / 12.0, 3).steady().unwrap();
        exactly(a14.probabilities()[0], 0.4321329639889196);
        rounded(a14.probabilities()[8], 0.0000689303, 10);
    }

    /// Cases A3, A7, A10.
    #[test]
    fn patience_gives_the_published_numbers() {
        let a3 = patient(4.2, 2.0, 12, 1.0);
        rounded(a3.wait_probability(), 0.1273723, 7);
        rounded(a3.abandonment(), 0.0296789, 7);
        rounded(a3.queue_length(), 0.1246514, 7);
        rounded(a3.wait_mean(), 0.0296789, 7);
        rounded(a3.occupancy(), 0.6792248, 7);
        let within = 1.0 / 3.0;
        rounded(a3.served_within(within), 0.9452696, 7);
        rounded(a3.abandoned_within(within), 0.0233522, 7);
        rounded(
            a3.service_level_excluding_early_leavers(within),
            0.9678715,
            7,
        );
        rounded(
            a3.service_level_counting_early_leavers(within),
            0.9686218,
            7,
        );
        rounded(a3.service_level_of_served(within), 0.9741822, 7);
        let a7 = patient(3.5 / 60.0, 180.0, 13, 300.0);
        rounded(a7.wait_mean(), 9.9128026, 7);
        rounded(a7.abandonment(), 0.0330427, 7);
        rounded(a7.wait_probability(), 0.2812545, 7);
        rounded(a7.occupancy(), 0.781004, 6);
        let nine = patient(3.5 / 60.0, 180.0, 9, 300.0);
        rounded(nine.wait_mean(), 56.6184355, 7);
        rounded(nine.abandonment(), 0.1887281, 7);
        rounded(nine.wait_probability(), 0.789839, 6);
        rounded(nine.occupancy(), 0.9464839, 7);
        let a10 = patient(100.0 / 30.0, 3.0, 14, 5.0);
        rounded(a10.wait_probability(), 0.14526, 5);
        rounded(a10.abandonment(), 0.013984, 6);
        rounded(a10.served_within(within), 0.916792, 6);
        rounded(
            a10.service_level_excluding_early_leavers(within),
            0.9234073,
            7,
        );
        rounded(
            a10.service_level_counting_early_leavers(within),
            0.9239560,
            7,
        );
    }

    /// The table of truths: `erlanga-50-a50`, `erlanga-1-agent`, `erlanga-14-patient`, `mmck-m-3-8`.
    #[test]
    fn patience_gives_the_numbers_of_the_table() {
        let check = |of: Steady, t: f64, numbers: [f64; 10]| {
            exactly(of.abandonment(), numbers[0]);
            exactly(of.wait_probability(), numbers[1]);
            exactly(of.wait_mean_offered(), numbers[2]);
            exactly(of.wait_mean(), numbers[3]);
            exactly(of.wait_mean_served(), numbers[4]);
            exactly(of.wait_mean_abandoned().unwrap(), numbers[5]);
            exactly(of.served_within(t), numbers[6]);
            exactly(of.abandoned_within(t), numbers[7]);
            exactly(of.service_level_excluding_early_leavers(t), numbers[8]);
            exactly(of.occupancy(), numbers[9]);
        };
        check(
            patient(10.0, 5.0, 50, 2.5),
            1.0 / 3.0,
            [
                0.06594072993775,
                0.43665996707473,
                0.18793365953799,
                0.16485182484437,
                0.15445236448529,
                0.31216157348105,
                0.75571643756262,
                0.041548767283727,
                0.78847667128655,
                0.93405927006225,
            ],
        );
        check(
            patient(1.2, 1.0, 1, 10.0),
            2.0,
            [
                0.2528276650383,
                0.89660680195404,
                3.2405481514022,
                2.528276650383,
                2.6142355203417,
                2.2742455515,
                0.35756543151289,
                0.1386183395403,
                0.41510685440187,
                0.89660680195404,
            ],
        );
        check(
            patient(1.0 / 18.0, 180.0, 12, 600.0),
            20.0,
            [
                0.030004508742635,
                0.36678404510907,
                19.409573581051,
                18.002705245581,
                17.20562171239,
                43.771080258243,
                0.73398312719941,
                0.010288456443288,
                0.74161318212144,
                0.8083295760478,
            ],
        );
        let lines = Station {
            patience_mean: Some(3.0),
            lines: Some(8),
            ..station(2.0, 2.0, 3)
        }
        .steady()
        .unwrap();
        exactly(lines.blocked(), 0.059363201747387);
        exactly(lines.abandonment(), 0.26424153964537);
        exactly(lines.queue_length(), 1.5854492378722);
        exactly(lines.wait_mean_served(), 0.8226880237262);
        exactly(lines.served_within(1.0), 0.44335303376109);
        exactly(lines.present(), 4.2910302723012);
    }

    /// The trap of the literature notes, section 5: one rate for every place in the queue would give 0.8211448.
    #[test]
    fn every_place_in_the_queue_has_a_rate_of_its_own() {
        let of = patient(3.5 / 60.0, 180.0, 13, 300.0);
        // The time in the queue, however it ends.
        rounded(
            of.served_within(20.0) + of.abandoned_within(20.0),
            0.8310678,
            7,
        );
    }

    /// Case A18 and the table of truths.
    #[test]
    fn one_agent_with_any_handling_gives_the_published_numbers() {
        exactly(single_agent_wait(0.1, 6.0, 0.0).unwrap(), 4.5);
        exactly(single_agent_wait(0.8, 1.0, 0.0).unwrap(), 2.0);
        exactly(
            single_agent_wait(0.85, 1.0, 1.0 / 3.0).unwrap(),
            3.7777777777778,
        );
        // 0.8 of mean 2 and 0.2 of mean 12: second moment 2 (0.8 · 4 + 0.2 · 144).
        exactly(single_agent_wait(0.15, 4.0, 64.0 - 16.0).unwrap(), 12.0);
        exactly(single_agent_wait(0.15, 6.0, 64.0 / 12.0).unwrap(), 31.0);
        assert_eq!(single_agent_wait(1.0, 1.0, 0.0), None);
        let other = Moments::exponential(4.0);
        exactly(
            single_agent_wait_with_other_work(0.6, Moments::exponential(1.0), other).unwrap(),
            5.5,
        );
    }

    /// Case A12 and the table of truths.
    #[test]
    fn priorities_give_the_published_numbers() {
        let one = Moments::exponential(1.0);
        let a12 = single_agent_waits_by_class(&[(0.2, one), (0.6, one)]);
        exactly(a12[0].unwrap() + 1.0, 2.0);
        exactly(a12[1].unwrap() + 1.0, 6.0);
        let two = waits_by_class(&[0.3, 0.5], 1.0, 1).unwrap();
        exactly(two[0], 1.1428571428571);
        exactly(two[1], 5.7142857142857);
        let three = single_agent_waits_by_class(&[
            (0.12, Moments::exponential(2.0)),
            (
                0.06,
                Moments {
                    mean: 5.0,
                    variance: 0.0,
                },
            ),
            (
                0.04,
                Moments {
                    mean: 8.0,
                    variance: 64.0,
                },
            ),
        ]);
        for (wait, expected) in
            three
                .iter()
                .zip([4.9868421052632, 10.840961098398, 58.850931677019])
        {
            exactly(wait.unwrap(), expected);
        }
        let interrupted = single_agent_times_with_interruption(&[(0.35, one), (0.45, one)]);
        exactly(interrupted[0].unwrap(), 1.5384615384615);
        exactly(interrupted[1].unwrap(), 7.6923076923077);
        let unequal =
            single_agent_times_with_interruption(&[(0.3, one), (0.08, Moments::exponential(5.0))]);
        exactly(unequal[0].unwrap(), 1.4285714285714);
        exactly(unequal[1].unwrap(), 18.095238095238);
        let four = times_with_interruption(&[0.9, 0.7], 2.0, 4).unwrap();
        exactly(four[0], 2.116848769802);
        exactly(four[1], 5.2579514204683);
    }

    /// Case A13 and `md1-ps`, `mh2-1-ps` of the table of truths.
    #[test]
    fn shared_attention_gives_the_published_numbers() {
        exactly(shared_attention_time(3.0, 0.2, 0.2).unwrap(), 0.5);
        exactly(shared_attention_time(4.0, 0.2, 0.2).unwrap(), 1.0);
        exactly(shared_attention_time(0.2, 4.0, 4.0).unwrap(), 20.0);
        exactly(shared_attention_time(0.2, 4.0, 13.0).unwrap(), 65.0);
    }

    /// `erlangr-open` of the table of truths.
    #[test]
    fn returning_conversations_load_like_more_openings() {
        let visits = ErlangC::returning(1.8, 1.0, 8, 0.7).unwrap();
        exactly(visits.wait_probability(), 0.35698108587868);
        exactly(visits.wait_mean(), 0.17849054293934);
        exactly(visits.occupancy(), 0.75);
    }
}
