//! Erlang C: everybody waits until served, and Erlang-R in the long run.

use super::erlang_b;

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
