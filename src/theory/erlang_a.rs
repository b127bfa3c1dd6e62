//! Erlang A and its relatives: those who wait may leave, lines may be limited.

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
