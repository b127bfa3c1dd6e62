//! Doubts: what is valid, but surely not meant.

use crate::agent::{Agents, Attention, Roster, Shift};
use crate::id::{ChannelId, CustomersId, GroupId, QueueId, TopicId};
use crate::time::{Span, Time};
use crate::world::Setup;

use super::document::Table;
use super::problem::{At, Findings};
use super::tables::queues::serves;
use super::{Names, Strategy};

/// What to look at: strategies that have been read without mistakes, with their tables.
pub(super) struct Doubted<'a> {
    pub(super) findings: &'a Findings,
    pub(super) names: &'a Names,
    pub(super) strategies: &'a [Strategy],
    pub(super) documents: &'a [&'a Table],
    /// The start of the text.
    pub(super) start: At,
}

/// Warns of everything doubtful.
pub(super) fn look(doubted: &Doubted) {
    doubted.idle_groups();
    doubted.idle_queues();
    doubted.idle_topics();
    for (strategy, document) in doubted.strategies.iter().zip(doubted.documents) {
        doubted.unserved_queues(strategy);
        doubted.absent_agents(strategy, document);
        doubted.endless_absence(strategy, document);
        doubted.oversized_conversations(strategy, document);
        doubted.overload(strategy);
    }
}

impl Doubted<'_> {
    /// Where a member of a section is written, in whichever strategy.
    fn place(&self, section: &str, name: &str) -> At {
        let mut written = self
            .documents
            .iter()
            .filter_map(|document| document.table(section)?.get(name));
        written.next().map_or(self.start, |(key, _)| key.at)
    }

    /// Where a strategy decides.
    fn routes(&self, strategy: &Strategy) -> At {
        let position = self
            .strategies
            .iter()
            .position(|other| other.name == strategy.name)
            .unwrap_or(0);
        self.documents[position]
            .get("routes")
            .map_or(self.start, |(key, _)| key.at)
    }

    fn idle_groups(&self) {
        for (position, name) in self.names.agents.iter().enumerate() {
            let reached = |strategy: &Strategy| {
                reached(strategy).any(|queue| serves(&strategy.setup.agents[position], queue))
            };
            if !self.strategies.iter().any(reached) {
                self.findings.warning(
                    self.place("agents", name),
                    format!("no route reaches `agents.{name}`"),
                    "none leads to a queue they serve",
                );
            }
        }
    }

    fn idle_queues(&self) {
        for (position, name) in self.names.queues.iter().enumerate() {
            let queue = QueueId::from(position);
            let written = self.documents.iter().any(|document| {
                document
                    .table("queues")
                    .is_some_and(|queues| queues.get(name).is_some())
            });
            if written
                && !self
                    .strategies
                    .iter()
                    .any(|strategy| reached(strategy).any(|other| other == queue))
            {
                self.findings.warning(
                    self.place("queues", name),
                    format!("no route leads to `queues.{name}`"),
                    "nobody will wait there",
                );
            }
        }
    }

    fn idle_topics(&self) {
        for (position, name) in self.names.topics.iter().enumerate() {
            let topic = TopicId::from(position);
            let comes = |strategy: &Strategy| {
                let setup = &strategy.setup;
                let first = setup
                    .customers
                    .iter()
                    .flat_map(|customers| &customers.topics);
                let later = setup.topics.iter().flat_map(|topic| &topic.next);
                first.chain(later).any(|(other, _)| *other == topic)
            };
            if !self.strategies.iter().any(comes) {
                let what = format!("nobody comes with `topics.{name}`");
                self.findings.warning(
                    self.place("topics", name),
                    what,
                    "see the `topics` of customers",
                );
            }
        }
    }

    fn unserved_queues(&self, strategy: &Strategy) {
        let mut queues: Vec<QueueId> = reached(strategy).collect();
        queues.sort_unstable();
        queues.dedup();
        for queue in queues.into_iter().filter(|&queue| {
            !strategy
                .setup
                .agents
                .iter()
                .any(|agents| serves(agents, queue))
        }) {
            let name = &self.names.queues[queue.index()];
            let what = format!(
                "nobody serves queue `{name}`, to which `{}` leads",
                strategy.name
            );
            self.findings.warning(
                self.routes(strategy),
                what,
                format!("add `{name}` to the `serves` of some agents"),
            );
        }
    }

    fn absent_agents(&self, strategy: &Strategy, document: &Table) {
        for (position, name) in self.names.agents.iter().enumerate() {
            if document
                .table("agents")
                .is_none_or(|agents| agents.get(name).is_none())
            {
                continue;
            }
            let at = self.place("agents", name);
            let nobody = match &strategy.setup.agents[position].roster {
                Roster::Unlimited => false,
                Roster::Shifts(shifts) => shifts.iter().all(|shift| shift.count == 0),
                Roster::Counts(steps) => steps.iter().all(|(_, count)| *count == 0),
            };
            if nobody {
                self.findings.warning(
                    at,
                    format!("there is nobody in `agents.{name}`"),
                    "their number is 0",
                );
            } else if duty_hours(&strategy.setup, GroupId::from(position)) == Some(0.0) {
                self.findings.warning(
                    at,
                    format!("`agents.{name}` are never on duty during the run"),
                    "see their hours, `run.start` and `run.length`",
                );
            }
        }
    }

    /// Absence is for the shifts that begin on a date; one that never ends begins once.
    fn endless_absence(&self, strategy: &Strategy, document: &Table) {
        if strategy.setup.length <= Time::ZERO + Span::DAY {
            return;
        }
        for (name, agents) in self.names.agents.iter().zip(&strategy.setup.agents) {
            let written = document.table("agents").and_then(|table| table.get(name));
            let Roster::Shifts(shifts) = &agents.roster else {
                continue;
            };
            let calendar = |shift: &Shift| strategy.setup.calendar(shift.hours).is_always();
            if written.is_some() && agents.absent > 0.0 && shifts.iter().any(calendar) {
                self.findings.warning(
                    self.place("agents", name),
                    format!("who is absent in `agents.{name}` is absent for the whole run"),
                    "their shifts never end: give them `hours` by the day",
                );
            }
        }
    }

    fn oversized_conversations(&self, strategy: &Strategy, document: &Table) {
        for (channel, queue) in destinations(strategy) {
            let Some(weight) = strategy.setup.channels[channel.index()].weight else {
                continue;
            };
            let fits = |agents: &&Agents| agents.capacity.is_none_or(|capacity| capacity >= weight);
            let mut serving = strategy
                .setup
                .agents
                .iter()
                .filter(|agents| serves(agents, queue))
                .peekable();
            if serving.peek().is_some() && !serving.any(|agents| fits(&agents)) {
                let name = &self.names.channels[channel.index()];
                let place = document
                    .table("channels")
                    .and_then(|channels| channels.table(name)?.get("weight"))
                    .map(|(key, _)| key.at);
                let at = place
                    .filter(|at| !self.findings.is_preset(*at))
                    .unwrap_or_else(|| self.routes(strategy));
                let what = format!(
                    "a conversation on `{name}` takes {} slots, which no agent who serves it has",
                    f64::from(weight) / 1000.0
                );
                self.findings
                    .warning(at, what, "see the agents' `capacity`, or weight = \"all\"");
            }
        }
    }

    /// The effort that comes in on average against the agents who could give it; both without the slots they keep.
    fn overload(&self, strategy: &Strategy) {
        let setup = &strategy.setup;
        let hours = (setup.length - Time::ZERO).hours();
        let queues: Vec<QueueId> = reached(strategy).collect();
        let mut capacity = 0.0;
        for (position, agents) in setup
            .agents
            .iter()
            .enumerate()
            .filter(|(_, agents)| queues.iter().any(|&queue| serves(agents, queue)))
        {
            let Some(duty) = duty_hours(setup, GroupId::from(position)) else {
                return;
            };
            let best = agents
                .serves
                .iter()
                .flatten()
                .map(|served| served.speed)
                .fold(0.0, f64::max);
            capacity += duty
                * (1.0 - agents.absent)
                * (1.0 - agents.in_office)
                * agents.speed
                * best
                * together(agents);
        }
        let load: f64 = (0..setup.customers.len())
            .map(|customers| effort_hours(strategy, CustomersId::from(customers)))
            .sum();
        if capacity > 0.0 && load > capacity {
            let what = format!(
                "`{}` has more work than agents: {:.1} come to do on average, {:.1} are on duty",
                strategy.name,
                load / hours,
                capacity / hours
            );
            self.findings.warning(
                self.routes(strategy),
                what,
                "waits will grow until customers leave",
            );
        }
    }
}

/// Where the routes of a strategy lead.
fn destinations(strategy: &Strategy) -> impl Iterator<Item = (ChannelId, QueueId)> + '_ {
    strategy.routes.iter().map(|route| {
        (
            route.to,
            route
                .queue
                .unwrap_or(strategy.setup.channels[route.to.index()].queue),
        )
    })
}

fn reached(strategy: &Strategy) -> impl Iterator<Item = QueueId> + '_ {
    destinations(strategy).map(|(_, queue)| queue)
}

/// Agent hours of duty within the length of the run; `None` without limit.
fn duty_hours(setup: &Setup, group: GroupId) -> Option<f64> {
    match &setup.agents[group.index()].roster {
        Roster::Unlimited => None,
        Roster::Shifts(shifts) => {
            let hours = |duty| {
                setup
                    .calendar(duty)
                    .open_between(Time::ZERO, setup.length)
                    .hours()
            };
            Some(
                shifts
                    .iter()
                    .map(|shift| f64::from(shift.count) * hours(shift.duty))
                    .sum(),
            )
        }
        Roster::Counts(steps) => {
            let ends = steps
                .iter()
                .skip(1)
                .map(|(at, _)| *at)
                .chain([setup.length]);
            let inside = |at: Time| at.min(setup.length);
            Some(
                steps
                    .iter()
                    .zip(ends)
                    .map(|((from, count), to)| {
                        f64::from(*count) * (inside(to) - inside(*from)).hours()
                    })
                    .sum(),
            )
        }
    }
}

/// How much work an agent does in an hour when it has all it can take.
fn together(agents: &Agents) -> f64 {
    match &agents.attention {
        Attention::One | Attention::Shared => 1.0,
        Attention::Slowdown(speeds) => {
            let most = agents
                .capacity
                .map_or(speeds.len(), |capacity| (capacity as usize / 1000).max(1));
            let speed = |n: usize| speeds[n.min(speeds.len()) - 1];
            (1..=most.min(1000))
                .map(|n| n as f64 * speed(n))
                .fold(0.0, f64::max)
        }
    }
}

/// The hours of work that customers bring within the length of the run, on the channel that makes least of it.
fn effort_hours(strategy: &Strategy, customers: CustomersId) -> f64 {
    let setup = &strategy.setup;
    let customers = &setup.customers[customers.index()];
    let openings: f64 = customers
        .homes
        .iter()
        .map(|home| home.arrivals.expected(Time::ZERO, setup.length))
        .sum();
    let mut below = 0.0;
    let mut turns_and_work = Vec::new();
    for (topic, cumulative) in &customers.topics {
        let topic = &setup.topics[topic.index()];
        turns_and_work.push((cumulative - below, topic));
        below = *cumulative;
    }
    let on = |channel: ChannelId| {
        let channel = &setup.channels[channel.index()];
        let work: f64 = turns_and_work
            .iter()
            .map(|(share, topic)| {
                let turns =
                    topic.turns.scaled(channel.turns_factor).mean() / (1.0 - channel.clarify);
                // Turn by turn; the last distribution holds on.
                let whole = turns.floor() as usize;
                let mean = |turn: usize| topic.works[turn.min(topic.works.len() - 1)].mean();
                let listed = whole.min(topic.works.len());
                let first: f64 = (0..listed).map(mean).sum();
                share * (first + (turns - listed as f64) * mean(listed)) * channel.work_factor
            })
            .sum();
        work + channel.wrap_up.mean()
    };
    let least = destinations(strategy)
        .map(|(channel, _)| on(channel))
        .fold(f64::INFINITY, f64::min);
    if least.is_finite() {
        openings * least / 3600.0
    } else {
        0.0
    }
}
