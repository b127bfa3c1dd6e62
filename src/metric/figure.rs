//! The figures of one replication, each as the parts that its estimate is made of.

use super::Scope;
use super::estimate::{Estimate, Parts};
use super::level::Course;
use super::outcome::Outcome;
use super::pool::{Key, clocks};
use super::staff::Crew;
use super::stats::{Stats, Sum};
use super::window::Window;
use crate::id::{TargetId, TopicId};
use crate::measure::{Clock, Kind, Measure};
use crate::time::Span;
use crate::world::Setup;

/// A figure of one replication.
pub struct Figure {
    pub key: Key,
    pub parts: Parts,
}

const QUANTILES: [(&str, f64); 6] = [
    ("p10", 0.1),
    ("p50", 0.5),
    ("p80", 0.8),
    ("p90", 0.9),
    ("p95", 0.95),
    ("p99", 0.99),
];

impl Outcome {
    /// Every figure of this replication, always in the same order.
    pub(super) fn figures(&self, setup: &Setup) -> Vec<Figure> {
        let mut figures = Vec::new();
        for (scope, stats) in &self.scopes {
            let crew = match scope {
                Scope::All => Some(self.crew(None)),
                Scope::Agents(id) => Some(self.crew(Some(*id))),
                _ => None,
            };
            let mut sight = Sight {
                outcome: self,
                setup,
                scope: *scope,
                stats,
                crew,
                figures: &mut figures,
            };
            for measure in Measure::ALL {
                if scope.has(*measure) {
                    sight.tell(*measure);
                }
            }
        }
        for (id, promise) in self.promises.iter().enumerate() {
            let target = &setup.targets[id];
            let (kept, of) = promise.parts(target.formula);
            figures.push(Figure {
                key: Key {
                    scope: Scope::Target(TargetId::from(id)),
                    measure: Measure::ServiceLevel,
                    clock: Some(target.clock),
                    statistic: "share",
                    estimate: Estimate::Ratio,
                },
                parts: [kept as f64, of as f64, 0.0],
            });
        }
        figures
    }
}

/// One replication, as the figures of a scope are read from it.
struct Sight<'a> {
    outcome: &'a Outcome,
    setup: &'a Setup,
    scope: Scope,
    stats: &'a Stats,
    /// Of scopes with agents.
    crew: Option<&'a Crew>,
    figures: &'a mut Vec<Figure>,
}

impl Sight<'_> {
    fn tell(&mut self, measure: Measure) {
        match measure.entry().kind {
            Kind::Count => self.tell_count(measure),
            Kind::Duration => self.tell_durations(measure),
            Kind::Share => self.tell_share(measure),
            Kind::Level => self.tell_level(measure),
            Kind::Ratio => self.tell_ratio(measure),
            Kind::Rate => self.tell_rate(measure),
            Kind::Sum => self.tell_sum(measure),
        }
    }

    fn push(
        &mut self,
        measure: Measure,
        clock: Option<Clock>,
        statistic: &'static str,
        estimate: Estimate,
        parts: Parts,
    ) {
        self.figures.push(Figure {
            key: Key {
                scope: self.scope,
                measure,
                clock,
                statistic,
                estimate,
            },
            parts,
        });
    }

    fn mean(&mut self, measure: Measure, statistic: &'static str, value: Option<f64>) {
        self.push(measure, None, statistic, Estimate::Mean, known(value));
    }

    fn ratio(&mut self, measure: Measure, statistic: &'static str, of: f64, among: f64) {
        let parts = [of, among, 0.0];
        self.push(measure, None, statistic, Estimate::Ratio, parts);
    }

    /// Hours of the counted time.
    fn hours(&self) -> f64 {
        Window::new(self.setup).length().hours()
    }

    fn sum(&self, sum: Sum) -> f64 {
        self.stats.sums[sum as usize] as f64
    }

    fn count(&self, measure: Measure) -> f64 {
        self.stats.counts[measure as usize] as f64
    }

    fn tell_count(&mut self, measure: Measure) {
        let count = self.count(measure);
        self.mean(measure, "total", Some(count));
        self.mean(measure, "per_hour", Some(count / self.hours()));
    }

    fn tell_durations(&mut self, measure: Measure) {
        for clock in clocks(measure) {
            let durations = self.stats.durations(measure, *clock);
            let shown = measure.entry().clocks.then_some(*clock);
            let (count, sum) = (durations.count as f64, durations.sum as f64 / 1e9);
            let moments = [count, sum, durations.squares as f64 * 1e-18];
            let quantiles = durations.quantiles(QUANTILES.map(|(_, share)| share));
            let max = (durations.count > 0).then(|| durations.max.seconds());
            self.push(measure, shown, "mean", Estimate::Ratio, [sum, count, 0.0]);
            self.push(measure, shown, "sd", Estimate::Deviation, moments);
            for ((statistic, share), value) in QUANTILES.into_iter().zip(quantiles) {
                let estimate = Estimate::Quantile(*clock, share);
                self.push(measure, shown, statistic, estimate, known(value));
            }
            self.push(measure, shown, "max", Estimate::Mean, known(max));
        }
    }

    fn tell_level(&mut self, measure: Measure) {
        let counted = Window::new(self.setup).length();
        match (measure, self.crew) {
            (Measure::OldestAge, _) => {
                let Some(age) = self.outcome.age(self.scope) else {
                    return;
                };
                let mean = age.area as f64 * 0.5e-9 / counted.0 as f64;
                self.mean(measure, "mean", Some(mean));
                self.mean(measure, "max", Some(age.max.seconds()));
                self.mean(measure, "end", Some(age.end.seconds()));
            }
            (Measure::Concurrency, Some(crew)) => {
                let (held, busy) = (crew.held, crew.busy);
                self.ratio(measure, "mean", held.area as f64, busy.area as f64);
                self.mean(measure, "max", Some(f64::from(crew.most)));
                let end = (busy.end > 0).then(|| held.end as f64 / busy.end as f64);
                self.mean(measure, "end", end);
            }
            (Measure::OnDuty, Some(crew)) => self.tell_course(measure, crew.on_duty, counted),
            (Measure::Busy, Some(crew)) => self.tell_course(measure, crew.busy, counted),
            _ => {
                if let Some(course) = self.outcome.level(self.scope, measure) {
                    self.tell_course(measure, course, counted);
                }
            }
        }
    }

    fn tell_course(&mut self, measure: Measure, course: Course, counted: Span) {
        let mean = course.area as f64 / counted.0 as f64;
        self.mean(measure, "mean", Some(mean));
        self.mean(measure, "max", Some(course.max as f64));
        self.mean(measure, "end", Some(course.end as f64));
    }

    fn tell_rate(&mut self, measure: Measure) {
        let of = match measure {
            Measure::Goodput => Sum::GoodByClock,
            _ => Sum::ResolvedByClock,
        };
        self.mean(measure, "per_hour", Some(self.sum(of) / self.hours()));
    }

    fn tell_share(&mut self, measure: Measure) {
        let count = |measure: Measure| self.count(measure);
        let sum = |sum: Sum| self.sum(sum);
        let (of, among) = match measure {
            Measure::WaitProbability => {
                let balked = match self.setup.count_balkers {
                    true => sum(Sum::Balked),
                    false => 0.0,
                };
                (
                    sum(Sum::EntriesWaiting) + balked,
                    sum(Sum::Entries) + balked,
                )
            }
            Measure::Abandonment => (
                count(Measure::Abandoned) + count(Measure::SilentlyAbandoned),
                count(Measure::Attempts) - count(Measure::Rejected),
            ),
            Measure::Rejection => (count(Measure::Rejected), count(Measure::Attempts)),
            Measure::OneTouch => (sum(Sum::OneTouch), count(Measure::Resolved)),
            Measure::WithinTarget if self.setup.targets.is_empty() => return,
            Measure::WithinTarget => (sum(Sum::WithinTarget), count(Measure::Resolved)),
            _ => {
                let Some(hours) = self.crew.map(|crew| crew.hours) else {
                    return;
                };
                let there = (hours.duty + hours.overtime) as f64;
                let paid = (hours.shift + hours.overtime) as f64;
                match measure {
                    Measure::Occupancy => (hours.busy as f64, there),
                    Measure::EffortOccupancy => (hours.attention as f64, there),
                    Measure::Utilisation => (hours.busy as f64, paid),
                    _ => (hours.all_busy as f64, hours.anybody as f64),
                }
            }
        };
        self.ratio(measure, "share", of, among);
    }

    fn tell_ratio(&mut self, measure: Measure) {
        let answered = self.sum(Sum::Answered);
        let (of, among) = match measure {
            Measure::RepliesPerConversation => (self.sum(Sum::Replies), answered),
            Measure::Touches => (self.sum(Sum::Touches), answered),
            _ => (self.cost(), self.sum(Sum::ResolvedByClock)),
        };
        self.ratio(measure, "mean", of, among);
    }

    fn tell_sum(&mut self, measure: Measure) {
        let value = match measure {
            Measure::Overtime => self.crew.map(|crew| crew.hours.overtime as f64 / 1e9),
            Measure::Value => Some(self.value()),
            _ => Some(self.cost()),
        };
        self.mean(measure, "total", value);
    }

    /// What the resolutions of the counted time are worth.
    fn value(&self) -> f64 {
        let topics = (0..self.setup.topics.len()).map(TopicId::from);
        let of = |topic: TopicId| {
            let stats = self.outcome.stats(Scope::Topic(topic));
            let resolved = stats.map_or(0, |stats| stats.sums[Sum::ResolvedByClock as usize]);
            self.setup.topics[topic.index()].value * resolved as f64
        };
        let told = |topic: &TopicId| match self.scope {
            Scope::Topic(only) => *topic == only,
            _ => true,
        };
        topics.filter(told).map(of).sum()
    }

    /// Paid hours times their price.
    fn cost(&self) -> f64 {
        let of = |group: usize| {
            let hours = &self.outcome.crews[group].hours;
            let agents = &self.setup.agents[group];
            let paid = hours.shift as f64 + hours.overtime as f64 * agents.overtime_factor;
            paid / Span::HOUR.0 as f64 * agents.cost_per_hour
        };
        match self.scope {
            Scope::Agents(group) => of(group.index()),
            _ => (0..self.setup.agents.len()).map(of).sum(),
        }
    }
}

/// A value that may be missing, as the parts of a mean.
fn known(value: Option<f64>) -> Parts {
    [
        value.unwrap_or(0.0),
        f64::from(u8::from(value.is_some())),
        0.0,
    ]
}
