//! Doubts: what is valid, but surely not meant.

use crate::agent::{Agents, Attention, Roster, Shift};
use crate::arrival::{Arrivals, Given};
use crate::channel::Channel;
use crate::distribution::Count;
use crate::id::{ChannelId, CustomersId, GroupId, QueueId, TopicId};
use crate::time::{Span, Time};
use crate::topic::Topic;
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
                let homes = setup.customers.iter().flat_map(|table| &table.homes);
                let mut given =
                    homes.flat_map(|home| home.arrivals.given_between(Time::ZERO, Time::NEVER));
                first.chain(later).any(|(other, _)| *other == topic)
                    || given.any(|given| given.topic == Some(topic))
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
                self.endless_agents(strategy, document, channel, queue);
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

    /// A conversation cannot take the whole of an agent who has no limit: a mistake, since no number of slots is meant.
    fn endless_agents(
        &self,
        strategy: &Strategy,
        document: &Table,
        channel: ChannelId,
        queue: QueueId,
    ) {
        for (name, agents) in self.names.agents.iter().zip(&strategy.setup.agents) {
            if agents.capacity.is_some() || !serves(agents, queue) {
                continue;
            }
            let capacity = document
                .table("agents")
                .and_then(|agents| agents.table(name)?.get("capacity"));
            let what = format!(
                "a conversation on `{}` takes the whole of an agent, but `agents.{name}` have no limit",
                self.names.channels[channel.index()]
            );
            self.findings.error(
                capacity.map_or(self.start, |(key, _)| key.at),
                what,
                "give `capacity` a number, or the channel's `weight` one",
            );
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
        let efforts = (0..setup.customers.len())
            .map(|customers| Effort::of(strategy, CustomersId::from(customers)));
        let (mut load, mut open) = (0.0, 0.0);
        for effort in efforts {
            load += effort.hours;
            if !effort.finite {
                open += effort.hours;
            }
        }
        if capacity <= 0.0 || load <= capacity {
            return;
        }
        let (come, then) = match open > capacity {
            true => (
                "come to do on average",
                "waits will grow until customers leave",
            ),
            false => (
                "would come if nobody waited",
                "members of a finite population will wait for each other and come less often",
            ),
        };
        let what = format!(
            "`{}` has more work than agents: {:.1} {come}, {:.1} are on duty",
            strategy.name,
            load / hours,
            capacity / hours
        );
        self.findings.warning(self.routes(strategy), what, then);
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

/// The work that a segment brings within the length of the run, on the channel that makes least of it.
struct Effort {
    hours: f64,
    /// Whether it is a finite population's, which brings less when it has to wait.
    finite: bool,
}

impl Effort {
    fn of(strategy: &Strategy, customers: CustomersId) -> Effort {
        let setup = &strategy.setup;
        let homes = &setup.customers[customers.index()].homes;
        let on = |channel| -> f64 {
            homes
                .iter()
                .map(|home| effort_hours(setup, customers, &home.arrivals, channel))
                .sum()
        };
        let least = destinations(strategy)
            .map(|(channel, _)| on(channel))
            .fold(f64::INFINITY, f64::min);
        Effort {
            hours: if least.is_finite() { least } else { 0.0 },
            finite: homes
                .iter()
                .any(|home| home.arrivals.population().is_some()),
        }
    }
}

fn effort_hours(
    setup: &Setup,
    customers: CustomersId,
    arrivals: &Arrivals,
    channel: ChannelId,
) -> f64 {
    let business = setup.business[channel.index()];
    let table = &setup.channels[channel.index()];
    let topics = &setup.customers[customers.index()].topics;
    // Topics as they are drawn, or the one that is given.
    let mean = |given: &Given, of: &dyn Fn(&Topic) -> f64| match given.topic {
        Some(topic) => of(&setup.topics[topic.index()]),
        None => {
            let below = std::iter::once(0.0).chain(topics.iter().map(|(_, up_to)| *up_to));
            let shares = topics.iter().zip(below);
            shares
                .map(|((topic, up_to), below)| (up_to - below) * of(&setup.topics[topic.index()]))
                .sum()
        }
    };
    let effort =
        |given: &Given| mean(given, &|topic| work(topic, table, given)) + table.wrap_up.mean();
    let given = arrivals.given_between(Time::ZERO, setup.length);
    let drawn = Given::default();
    let seconds = match arrivals.population() {
        // Each member opens once in a cycle, and can be served only while somebody is there.
        Some(population) => {
            let gaps = |topic: &Topic| {
                (turns(topic, table, &drawn) - 1.0).max(0.0) * table.reply_gap.mean()
            };
            let work = mean(&drawn, &|topic| work(topic, table, &drawn));
            let cycle = population.think.mean() + work + mean(&drawn, &gaps);
            let open = setup
                .calendar(business)
                .open_between(Time::ZERO, setup.length);
            let cycles = f64::from(population.members) * open.seconds() / cycle;
            if cycle > 0.0 {
                cycles * effort(&drawn)
            } else {
                0.0
            }
        }
        None if given.is_empty() => arrivals.expected(Time::ZERO, setup.length) * effort(&drawn),
        None => given.iter().map(effort).sum::<f64>() * arrivals.batch_mean(),
    };
    seconds / 3600.0
}

/// Agent turns of a conversation on average.
fn turns(topic: &Topic, channel: &Channel, given: &Given) -> f64 {
    let given = given.turns.map(Count::Constant);
    let needed = given.as_ref().unwrap_or(&topic.turns);
    needed.scaled(channel.turns_factor).mean() / (1.0 - channel.clarify)
}

/// Work on a conversation on average \[s\], turn by turn; the last distribution holds on.
fn work(topic: &Topic, channel: &Channel, given: &Given) -> f64 {
    let turns = turns(topic, channel, given);
    let work = match given.work {
        Some(work) => turns * work.seconds(),
        None => {
            let mean = |turn: usize| topic.works[turn.min(topic.works.len() - 1)].mean();
            let listed = (turns.floor() as usize).min(topic.works.len());
            let first: f64 = (0..listed).map(mean).sum();
            first + (turns - listed as f64) * mean(listed)
        }
    };
    work * channel.work_factor
}
