//! The Erlang formulas both ways: what a number of agents achieves, and how many are needed.

use super::{ErlangC, Station, Steady, erlang_b};

/// Whose formula, and what it knows of customers beside how often they come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Formula {
    /// Erlang B: who finds all agents busy is turned away.
    B,
    /// Erlang C: everybody waits until served.
    C,
    /// Erlang A: who waits leaves after an exponential time.
    A {
        /// Its mean.
        patience_mean: f64,
    },
    /// Erlang-R: everybody waits, and may come back after each visit. Figures are per visit.
    R {
        /// The probability of another visit after each, below 1.
        returns: f64,
    },
}

/// Conversations that come at random at a steady rate to identical agents who have one at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Whose formula.
    pub formula: Formula,
    /// Openings per unit of time.
    pub arrival_rate: f64,
    /// Mean handling time (of a visit), exponential.
    pub handling_mean: f64,
}

/// What is wanted of a staffing; what is `None` is not asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wanted {
    /// A wait, and the share of the service level that stays within it.
    pub within: Option<(f64, f64)>,
    /// The mean wait at most.
    pub wait_mean: Option<f64>,
    /// The share that leaves, at most.
    pub abandonment: Option<f64>,
    /// The share turned away, at most.
    pub blocked: Option<f64>,
    /// The occupancy, at most.
    pub occupancy: Option<f64>,
}

/// What a number of agents achieves in the long run.
#[derive(Clone, Debug, PartialEq)]
pub enum Service {
    /// By Erlang B.
    B {
        /// The share turned away.
        blocked: f64,
        /// The mean share of agents at work.
        occupancy: f64,
    },
    /// By Erlang C, and by Erlang-R for each visit.
    C(ErlangC),
    /// By Erlang A.
    A(Steady),
}

/// More agents than this are not looked for.
const MOST: u32 = 1 << 24;

/// From here on waits are as long as nobody lives, and rounding decides whether there is a long run at all.
const NEARLY: f64 = 1.0 - 1e-9;

impl Demand {
    /// How much work there is at a time \[erlang\]: the agents it keeps busy if nobody leaves or is turned away.
    pub fn load(&self) -> f64 {
        let visits = match self.formula {
            Formula::R { returns } => 1.0 / (1.0 - returns),
            _ => 1.0,
        };
        self.arrival_rate * visits * self.handling_mean
    }

    /// What so many agents achieve; `None` if the queue grows without end, or nobody comes to tell anything of.
    pub fn served_by(&self, agents: u32) -> Option<Service> {
        let (rate, handling) = (self.arrival_rate, self.handling_mean);
        let endless = matches!(self.formula, Formula::C | Formula::R { .. });
        if rate == 0.0 || (endless && self.load() >= f64::from(agents) * NEARLY) {
            return None;
        }
        match self.formula {
            Formula::B => {
                let blocked = erlang_b(self.load(), agents);
                let occupancy = match agents {
                    0 => 0.0,
                    agents => self.load() * (1.0 - blocked) / f64::from(agents),
                };
                Some(Service::B { blocked, occupancy })
            }
            Formula::C => ErlangC::new(rate, handling, agents).map(Service::C),
            Formula::R { returns } => {
                ErlangC::returning(rate, handling, agents, returns).map(Service::C)
            }
            Formula::A { patience_mean } => Station {
                arrival_rate: rate,
                handling_mean: handling,
                agents,
                patience_mean: Some(patience_mean),
                lines: None,
            }
            .steady()
            .map(Service::A),
        }
    }

    /// The fewest agents with whom all that is wanted is met: with one fewer it is not.
    ///
    /// Every figure improves with each agent. 0 if nobody comes; `None` if even 2²⁴ are too few.
    pub fn fewest(&self, wanted: &Wanted) -> Option<u32> {
        if self.arrival_rate == 0.0 {
            return Some(0);
        }
        let meets = |agents: u32| {
            self.served_by(agents)
                .is_some_and(|service| wanted.met_by(&service))
        };
        if meets(0) {
            return Some(0);
        }
        let (mut misses, mut enough) = (0, (self.load().ceil() as u32).clamp(1, MOST));
        // Rarely more than a few square roots of the load are needed beyond it.
        let mut step = f64::from(enough).sqrt() as u32;
        while !meets(enough) {
            if enough == MOST {
                return None;
            }
            (misses, enough) = (enough, (enough + step).min(MOST));
            step *= 2;
        }
        while enough - misses > 1 {
            let middle = misses + (enough - misses) / 2;
            if meets(middle) {
                enough = middle;
            } else {
                misses = middle;
            }
        }
        Some(enough)
    }
}

impl Wanted {
    /// Whether a service is all that is wanted.
    pub fn met_by(&self, service: &Service) -> bool {
        let at_most = |figure: f64, most: Option<f64>| most.is_none_or(|most| figure <= most);
        self.within
            .is_none_or(|(within, share)| service.service_level(within) >= share)
            && at_most(service.wait_mean(), self.wait_mean)
            && at_most(service.abandonment(), self.abandonment)
            && at_most(service.blocked(), self.blocked)
            && at_most(service.occupancy(), self.occupancy)
    }
}

impl Service {
    /// The mean share of agents at work.
    pub fn occupancy(&self) -> f64 {
        match self {
            Service::B { occupancy, .. } => *occupancy,
            Service::C(of) => of.occupancy(),
            Service::A(of) => of.occupancy(),
        }
    }

    /// The share turned away.
    pub fn blocked(&self) -> f64 {
        match self {
            Service::B { blocked, .. } => *blocked,
            Service::C(_) => 0.0,
            Service::A(of) => of.blocked(),
        }
    }

    /// The share that has to wait.
    pub fn wait_probability(&self) -> f64 {
        match self {
            Service::B { .. } => 0.0,
            Service::C(of) => of.wait_probability(),
            Service::A(of) => of.wait_probability(),
        }
    }

    /// The mean wait, zeros and those who leave included.
    pub fn wait_mean(&self) -> f64 {
        match self {
            Service::B { .. } => 0.0,
            Service::C(of) => of.wait_mean(),
            Service::A(of) => of.wait_mean(),
        }
    }

    /// The share served within this wait; those who leave earlier than that do not count.
    pub fn service_level(&self, within: f64) -> f64 {
        match self {
            Service::B { blocked, .. } => 1.0 - blocked,
            Service::C(of) => of.service_level(within),
            Service::A(of) => of.service_level_excluding_early_leavers(within),
        }
    }

    /// The share that leaves while waiting.
    pub fn abandonment(&self) -> f64 {
        match self {
            Service::A(of) => of.abandonment(),
            _ => 0.0,
        }
    }

    /// The mean number waiting.
    pub fn queue_length(&self) -> f64 {
        match self {
            Service::B { .. } => 0.0,
            Service::C(of) => of.queue_length(),
            Service::A(of) => of.queue_length(),
        }
    }
}
