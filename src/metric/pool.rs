//! Replications merged, and what each was.
//!
//! Counts and levels are means over replications with a Student-t interval; ratios (means of durations, shares) are
//! ratios of sums with a jackknife interval; quantiles come from the merged sizes with an interval by sectioning over
//! replications. What is floating point is folded in the order of replications.

use super::estimate::{Estimate, Parts};
use super::staff::Crew;
use super::stats::{Level, Promise, Stats, Sum, is_duration};
use super::{Collector, Scope};
use crate::id::{ChannelId, CustomersId, GroupId, QueueId, TargetId, TopicId};
use crate::measure::{Clock, Formula, Kind, Measure};
use crate::tally::Durations;
use crate::time::Span;
use crate::world::Setup;

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// About what.
    pub scope: Scope,
    /// Of what.
    pub measure: Measure,
    /// On which clock, where it has one.
    pub clock: Option<Clock>,
    /// `mean`, `p90`, ...
    pub statistic: &'static str,
    /// Nothing if nothing was counted.
    pub value: Option<f64>,
    /// The confidence interval, from two replications on.
    pub interval: Option<(f64, f64)>,
    /// How many replications it rests on.
    pub replications: u32,
}

/// What is known of one replication: exact sums and counts, folded by scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    scopes: Vec<(Scope, Stats)>,
    /// By [`GroupId`]; the last is all of them together.
    crews: Vec<Crew>,
    promises: Vec<Promise>,
    levels: Vec<(Scope, Measure, Level)>,
    ages: Vec<(Scope, Age)>,
}

/// The age of the oldest of those who wait.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Age {
    /// Twice the area under it \[ns²\].
    area: i128,
    max: Span,
    end: Span,
}

impl Outcome {
    pub(super) fn fold(collector: &Collector) -> Outcome {
        let setup = collector.setup;
        let mut scopes: Vec<(Scope, Stats)> = all_scopes(setup)
            .map(|scope| (scope, Stats::new()))
            .collect();
        for kept in &collector.cells.kept {
            for (scope, stats) in &mut scopes {
                let belongs = match *scope {
                    Scope::All => true,
                    Scope::Customers(id) => kept.cell.customers == id,
                    Scope::Topic(id) => kept.cell.topic == id,
                    Scope::Channel(id) => kept.cell.channel == Some(id),
                    Scope::Queue(id) => kept.cell.queue == Some(id),
                    Scope::Agents(id) => kept.cell.group == Some(id),
                    Scope::Target(_) => false,
                };
                if belongs {
                    stats.fold(&kept.stats, !kept.two_clocks);
                }
            }
        }
        let mut levels = vec![
            (Scope::All, Measure::QueueLength, collector.waiting),
            (Scope::All, Measure::InSystem, collector.in_system),
            (Scope::All, Measure::Backlog, collector.backlog),
            (Scope::All, Measure::Away, collector.away),
        ];
        for (id, level) in collector.queues.iter().enumerate() {
            levels.push((
                Scope::Queue(QueueId::from(id)),
                Measure::QueueLength,
                *level,
            ));
        }
        for (id, level) in collector.lines.iter().enumerate() {
            levels.push((
                Scope::Channel(ChannelId::from(id)),
                Measure::LinesBusy,
                *level,
            ));
        }
        let age = |(id, oldest): (usize, &super::Oldest)| {
            let age = Age {
                area: oldest.area,
                max: oldest.max,
                end: oldest.end,
            };
            (Scope::Queue(QueueId::from(id)), age)
        };
        Outcome {
            scopes,
            crews: collector.staff.crews(),
            promises: collector.promises.clone(),
            levels,
            ages: collector.oldest.iter().enumerate().map(age).collect(),
        }
    }

    /// The exact sums and counts of a scope's conversations.
    pub fn stats(&self, scope: Scope) -> Option<&Stats> {
        self.scopes
            .iter()
            .find(|(known, _)| *known == scope)
            .map(|(_, stats)| stats)
    }

    /// The agent-time of a group, or of all.
    pub fn crew(&self, group: Option<GroupId>) -> &Crew {
        &self.crews[group.map_or(self.crews.len() - 1, GroupId::index)]
    }

    /// Every figure of this replication, as the parts that its estimate is made of, always in the same order.
    fn figures(&self, setup: &Setup) -> Vec<Figure> {
        let mut figures = Vec::new();
        let counted = setup.length - setup.warm_up;
        for (scope, stats) in &self.scopes {
            for measure in Measure::ALL {
                self.figures_of(*scope, stats, *measure, setup, counted, &mut figures);
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

    fn figures_of(
        &self,
        scope: Scope,
        stats: &Stats,
        measure: Measure,
        setup: &Setup,
        counted: Span,
        figures: &mut Vec<Figure>,
    ) {
        let mut push = |clock, statistic, estimate, parts| {
            figures.push(Figure {
                key: Key {
                    scope,
                    measure,
                    clock,
                    statistic,
                    estimate,
                },
                parts,
            });
        };
        let mean = |value: Option<f64>| {
            [
                value.unwrap_or(0.0),
                f64::from(u8::from(value.is_some())),
                0.0,
            ]
        };
        let time = counted.0 as f64;
        if is_duration(measure) {
            for clock in clocks(measure) {
                let durations = stats.durations(measure, *clock);
                let shown = measure.entry().clocks.then_some(*clock);
                let moments = [
                    durations.count as f64,
                    durations.sum as f64 / 1e9,
                    durations.squares as f64 * 1e-18,
                ];
                push(
                    shown,
                    "mean",
                    Estimate::Ratio,
                    [moments[1], moments[0], 0.0],
                );
                push(shown, "sd", Estimate::Deviation, moments);
                let quantiles = durations.quantiles(QUANTILES.map(|(_, share)| share));
                for ((statistic, share), value) in QUANTILES.into_iter().zip(quantiles) {
                    push(
                        shown,
                        statistic,
                        Estimate::Quantile(*clock, share),
                        mean(value),
                    );
                }
                let max = (durations.count > 0).then(|| durations.max.seconds());
                push(shown, "max", Estimate::Mean, mean(max));
            }
            return;
        }
        let crew = match scope {
            Scope::All => Some(self.crew(None)),
            Scope::Agents(id) => Some(self.crew(Some(id))),
            _ => None,
        };
        let sum = |sum: Sum| stats.sums[sum as usize] as f64;
        let count = |measure: Measure| stats.counts[measure as usize] as f64;
        let ratio = |of: f64, among: f64| [of, among, 0.0];
        match measure.entry().kind {
            Kind::Count => {
                push(None, "total", Estimate::Mean, mean(Some(count(measure))));
                push(
                    None,
                    "per_hour",
                    Estimate::Mean,
                    mean(Some(count(measure) / counted.hours())),
                );
            }
            Kind::Level => {
                let area = match measure {
                    Measure::OnDuty => crew.map(|crew| crew.hours.duty as f64),
                    Measure::Busy => crew.map(|crew| crew.hours.busy as f64),
                    Measure::OldestAge => None,
                    level => Some(stats.area_of(level) as f64),
                };
                let level = match measure {
                    Measure::OnDuty => crew.map(|crew| crew.on_duty),
                    Measure::Busy => crew.map(|crew| crew.busy),
                    _ => self
                        .levels
                        .iter()
                        .find(|l| l.0 == scope && l.1 == measure)
                        .map(|l| l.2),
                };
                if let Some(area) = area {
                    push(None, "mean", Estimate::Mean, mean(Some(area / time)));
                }
                if let Some(level) = level {
                    push(None, "max", Estimate::Mean, mean(Some(level.max as f64)));
                    push(None, "end", Estimate::Mean, mean(Some(level.end as f64)));
                }
                if let Some((_, age)) = self
                    .ages
                    .iter()
                    .find(|age| age.0 == scope && measure == Measure::OldestAge)
                {
                    push(
                        None,
                        "mean",
                        Estimate::Mean,
                        mean(Some(age.area as f64 * 0.5e-9 / time)),
                    );
                    push(None, "max", Estimate::Mean, mean(Some(age.max.seconds())));
                    push(None, "end", Estimate::Mean, mean(Some(age.end.seconds())));
                }
            }
            Kind::Rate => {
                let of = if measure == Measure::Goodput {
                    Sum::GoodByClock
                } else {
                    Sum::ResolvedByClock
                };
                push(
                    None,
                    "per_hour",
                    Estimate::Mean,
                    mean(Some(sum(of) / counted.hours())),
                );
            }
            Kind::Share => {
                let parts = match measure {
                    Measure::WaitProbability => {
                        let balked = if setup.count_balkers {
                            sum(Sum::Balked)
                        } else {
                            0.0
                        };
                        ratio(
                            sum(Sum::EntriesWaiting) + balked,
                            sum(Sum::Entries) + balked,
                        )
                    }
                    Measure::Abandonment => {
                        let left = count(Measure::Abandoned) + count(Measure::SilentlyAbandoned);
                        ratio(left, count(Measure::Attempts) - count(Measure::Rejected))
                    }
                    Measure::Rejection => ratio(count(Measure::Rejected), count(Measure::Attempts)),
                    Measure::OneTouch => ratio(sum(Sum::OneTouch), count(Measure::Resolved)),
                    Measure::WithinTarget if !setup.targets.is_empty() => {
                        ratio(sum(Sum::WithinTarget), count(Measure::Resolved))
                    }
                    _ => {
                        let Some(hours) = crew.map(|crew| crew.hours) else {
                            return;
                        };
                        let there = (hours.duty + hours.overtime) as f64;
                        match measure {
                            Measure::Occupancy => ratio(hours.busy as f64, there),
                            Measure::EffortOccupancy => ratio(hours.attention as f64, there),
                            Measure::Utilisation => {
                                ratio(hours.busy as f64, (hours.shift + hours.overtime) as f64)
                            }
                            Measure::AllBusy => ratio(hours.all_busy as f64, hours.anybody as f64),
                            _ => return,
                        }
                    }
                };
                push(None, "share", Estimate::Ratio, parts);
            }
            Kind::Ratio => {
                let parts = match measure {
                    Measure::RepliesPerConversation => ratio(sum(Sum::Replies), sum(Sum::Answered)),
                    Measure::Touches => ratio(sum(Sum::Touches), sum(Sum::Answered)),
                    Measure::Concurrency => {
                        let Some(crew) = crew else { return };
                        ratio(stats.slot_area as f64, crew.hours.busy as f64)
                    }
                    _ => {
                        let Some(cost) = self.cost(scope, setup) else {
                            return;
                        };
                        ratio(cost, sum(Sum::ResolvedByClock))
                    }
                };
                push(None, "mean", Estimate::Ratio, parts);
            }
            Kind::Sum => {
                let value = match measure {
                    Measure::Overtime => crew.map(|crew| crew.hours.overtime as f64 / 1e9),
                    Measure::Value => self.value(scope, setup),
                    _ => self.cost(scope, setup),
                };
                if value.is_some() {
                    push(None, "total", Estimate::Mean, mean(value));
                }
            }
            Kind::Duration => {}
        }
    }

    /// What the resolutions of the counted time are worth.
    fn value(&self, scope: Scope, setup: &Setup) -> Option<f64> {
        let of = |topic: usize| {
            let stats = self.stats(Scope::Topic(TopicId::from(topic)))?;
            Some(setup.topics[topic].value * stats.sums[Sum::ResolvedByClock as usize] as f64)
        };
        match scope {
            Scope::All => (0..setup.topics.len()).map(of).sum(),
            Scope::Topic(topic) => of(topic.index()),
            _ => None,
        }
    }

    /// Paid hours times their price.
    fn cost(&self, scope: Scope, setup: &Setup) -> Option<f64> {
        let of = |group: usize| {
            let hours = &self.crews[group].hours;
            let agents = &setup.agents[group];
            let paid = hours.shift as f64 + hours.overtime as f64 * agents.overtime_factor;
            paid / Span::HOUR.0 as f64 * agents.cost_per_hour
        };
        match scope {
            Scope::All => Some((0..setup.agents.len()).map(of).sum()),
            Scope::Agents(group) => Some(of(group.index())),
            _ => None,
        }
    }
}

impl Promise {
    /// What a service level is the ratio of.
    fn parts(&self, formula: Formula) -> (u64, u64) {
        let offered = self.answered + self.left;
        match formula {
            Formula::ExcludingEarlyLeavers => (self.answered_within, offered - self.left_within),
            Formula::AnsweredOfOffered => (self.answered_within, offered),
            Formula::AnsweredOfAnswered => (self.answered_within, self.answered),
            Formula::LeaversCount => (self.answered_within + self.left_within, offered),
            // Who left at once is no success, but was offered: domain.md section 8, fifth formula.
            Formula::ShortCut(_) => {
                let early = self.left_within.saturating_sub(self.left_at_once);
                (self.answered_within + early, offered)
            }
        }
    }
}

const QUANTILES: [(&str, f64); 6] = [
    ("p10", 0.1),
    ("p50", 0.5),
    ("p80", 0.8),
    ("p90", 0.9),
    ("p95", 0.95),
    ("p99", 0.99),
];

fn all_scopes(setup: &Setup) -> impl Iterator<Item = Scope> {
    let customers = (0..setup.customers.len()).map(|id| Scope::Customers(CustomersId::from(id)));
    let topics = (0..setup.topics.len()).map(|id| Scope::Topic(TopicId::from(id)));
    let channels = (0..setup.channels.len()).map(|id| Scope::Channel(ChannelId::from(id)));
    let queues = (0..setup.queues.len()).map(|id| Scope::Queue(QueueId::from(id)));
    let agents = (0..setup.agents.len()).map(|id| Scope::Agents(GroupId::from(id)));
    std::iter::once(Scope::All)
        .chain(customers)
        .chain(topics)
        .chain(channels)
        .chain(queues)
        .chain(agents)
}

/// What a figure is about and how it is estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Key {
    /// About what.
    pub scope: Scope,
    /// Of what.
    pub measure: Measure,
    /// On which clock, where it has one.
    pub clock: Option<Clock>,
    /// `mean`, `p90`, ...
    pub statistic: &'static str,
    /// How it comes from the parts of its replications.
    pub estimate: Estimate,
}

/// A figure of one replication.
struct Figure {
    key: Key,
    parts: Parts,
}

/// The replications of one strategy, merged.
pub struct Pool {
    setup: Setup,
    merged: Vec<(Scope, Stats)>,
    keys: Vec<Key>,
    /// By replication, then by key.
    parts: Vec<Vec<Parts>>,
}

impl Pool {
    /// No replication yet.
    pub fn new(setup: &Setup) -> Pool {
        Pool {
            setup: setup.clone(),
            merged: Vec::new(),
            keys: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Adds the next replication (they are added in the order of their numbers).
    pub fn add(&mut self, outcome: Outcome) {
        let figures = outcome.figures(&self.setup);
        self.parts
            .push(figures.iter().map(|figure| figure.parts).collect());
        if self.keys.is_empty() {
            self.keys = figures.iter().map(|figure| figure.key).collect();
            self.merged = outcome.scopes;
        } else {
            for ((_, merged), (_, stats)) in self.merged.iter_mut().zip(&outcome.scopes) {
                merged.merge(stats);
            }
        }
    }

    /// How many replications there are.
    pub fn replications(&self) -> u32 {
        self.parts.len() as u32
    }

    /// The exact sums, counts and sizes of a scope's conversations over all replications.
    pub fn stats(&self, scope: Scope) -> Option<&Stats> {
        let merged = self.merged.iter().find(|(known, _)| *known == scope);
        merged.map(|(_, stats)| stats)
    }

    /// What there are figures of, by scope, measure, clock and statistic in the order of the catalogue.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The place of another pool's key among the keys, which is mostly where the other has it.
    pub fn position(&self, key: &Key, likely: usize) -> Option<usize> {
        if self.keys.get(likely) == Some(key) {
            return Some(likely);
        }
        self.keys.iter().position(|own| own == key)
    }

    /// The parts of a figure, by replication.
    pub fn parts(&self, key: usize) -> Vec<Parts> {
        self.parts.iter().map(|parts| parts[key]).collect()
    }

    /// The figures of one replication (from 0), in the order of the keys; nothing where nothing was counted.
    pub fn replication(&self, number: usize) -> impl Iterator<Item = (&Key, Option<f64>)> {
        let parts = self.keys.iter().zip(&self.parts[number]);
        parts.map(|(key, parts)| (key, key.estimate.of(*parts)))
    }

    /// All durations counted, by scope, measure and clock (where they have one) in the order of the catalogue.
    pub fn durations(&self) -> impl Iterator<Item = (Scope, Measure, Option<Clock>, &Durations)> {
        self.merged.iter().flat_map(|(scope, stats)| {
            let measures = Measure::ALL.iter().filter(|measure| is_duration(**measure));
            measures.flat_map(move |measure| {
                clocks(*measure).iter().map(move |clock| {
                    let shown = measure.entry().clocks.then_some(*clock);
                    (*scope, *measure, shown, stats.durations(*measure, *clock))
                })
            })
        })
    }

    /// A quantile of the merged sizes; nothing for what is no quantile.
    pub fn quantile(&self, key: &Key) -> Option<f64> {
        let Estimate::Quantile(clock, share) = key.estimate else {
            return None;
        };
        let stats = self.stats(key.scope)?;
        stats.durations(key.measure, clock).quantiles([share])[0]
    }

    /// All figures, in the order of the keys, with intervals of this confidence.
    pub fn rows(&self, confidence: f64) -> Vec<Row> {
        let row = |(position, key): (usize, &Key)| {
            let estimate = key.estimate;
            let (value, spread) = estimate.estimate(&self.parts(position), self.quantile(key));
            Row {
                scope: key.scope,
                measure: key.measure,
                clock: key.clock,
                statistic: key.statistic,
                value,
                interval: value
                    .zip(spread)
                    .map(|(value, spread)| spread.around(value, confidence)),
                replications: self.replications(),
            }
        };
        self.keys.iter().enumerate().map(row).collect()
    }
}

/// The clocks that a duration is read on.
fn clocks(measure: Measure) -> &'static [Clock] {
    if measure.entry().clocks {
        &[Clock::Calendar, Clock::Business]
    } else {
        &[Clock::Calendar]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// domain.md section 8: 1000 answered, 860 of them within; 60 left, 20 of them within, 10 of them at once.
    #[test]
    fn five_formulas_of_the_service_level_give_five_figures() {
        let promise = Promise {
            answered: 1000,
            answered_within: 860,
            left: 60,
            left_within: 20,
            left_at_once: 10,
        };
        let level = |formula| {
            let (kept, of) = promise.parts(formula);
            (kept as f64 / of as f64 * 1e4).round() / 1e4
        };
        assert_eq!(level(Formula::LeaversCount), 0.8302);
        assert_eq!(level(Formula::AnsweredOfAnswered), 0.86);
        assert_eq!(level(Formula::AnsweredOfOffered), 0.8113);
        assert_eq!(level(Formula::ExcludingEarlyLeavers), 0.8269);
        assert_eq!(level(Formula::ShortCut(Span::SECOND * 5)), 0.8208);
    }
}
