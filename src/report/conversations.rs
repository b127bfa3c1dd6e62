//! One replication told conversation by conversation: `conversations.csv`.
//!
//! A listener stamps times and writes a row when a conversation is gone, so only those in the system are kept.

use std::io;

use crate::calendar::Origin;
use crate::fact::{End, Fact, Listener};
use crate::id::{ChannelId, ConversationId, CustomersId, GroupId, TopicId};
use crate::random::{Root, Seed};
use crate::report::summary::cell;
use crate::scenario::{Scenario, Strategy};
use crate::simulation::{Simulation, Stuck};
use crate::time::{Span, Time};

/// `waits` is the time the ball was with us and nobody worked \[s\], `held` the time its customer was held \[s\].
const COLUMNS: [&str; 16] = [
    "strategy",
    "id",
    "segment",
    "topic",
    "channel",
    "opened",
    "answered",
    "first_response",
    "end",
    "ended",
    "reason",
    "turns",
    "waits",
    "held",
    "agents",
    "counted",
];

/// Why there are no rows.
#[derive(Debug)]
pub enum Failure {
    /// They cannot be written.
    Write(io::Error),
    /// The replication does not end.
    Stuck(Stuck),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Write(error)
    }
}

/// Plays one replication (from 1) of each strategy again and writes a row for each conversation, by the time it is gone.
pub fn conversations(
    scenario: &Scenario,
    strategies: &[&Strategy],
    replication: u32,
    out: &mut dyn io::Write,
) -> Result<(), Failure> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS).map_err(io::Error::from)?;
    let seed = Seed {
        seed: scenario.run.seed,
        replication: replication - 1,
    };
    for strategy in strategies {
        let log = Log {
            scenario,
            strategy,
            origin: Origin::midnight(scenario.run.start, &scenario.run.zone),
            places: Vec::new(),
            csv: &mut csv,
            result: Ok(()),
        };
        let mut simulation = Simulation::new(&strategy.setup, &strategy.routes, log);
        simulation.run(seed).map_err(Failure::Stuck)?;
        let log = simulation.listener();
        log.rest();
        std::mem::replace(&mut log.result, Ok(()))?;
    }
    csv.flush()?;
    Ok(())
}

/// Writes rows as conversations go.
struct Log<'a, W: io::Write> {
    scenario: &'a Scenario,
    strategy: &'a Strategy,
    origin: Origin,
    /// By [`ConversationId`].
    places: Vec<Option<Record>>,
    csv: &'a mut csv::Writer<W>,
    result: io::Result<()>,
}

/// What is known of a conversation so far.
struct Record {
    root: Root,
    customers: CustomersId,
    topic: TopicId,
    counts: bool,
    opened: Time,
    channel: Option<ChannelId>,
    answered: Option<Time>,
    first_response: Option<Time>,
    ended: Option<(Time, End)>,
    turns: u32,
    /// Since when the ball has been with us and nobody works.
    waiting: Option<Time>,
    waits: Span,
    /// Since when its customer has been held.
    held: Option<Time>,
    holds: Span,
    /// With their numbers in their groups.
    agents: Vec<(GroupId, u32)>,
}

impl Record {
    fn stop_waiting(&mut self, now: Time) {
        if let Some(since) = self.waiting.take() {
            self.waits += now - since;
        }
    }

    fn release(&mut self, now: Time) {
        if let Some(since) = self.held.take() {
            self.holds += now - since;
        }
    }
}

impl<W: io::Write> Listener for Log<'_, W> {
    fn hear(&mut self, now: Time, fact: Fact) {
        match fact {
            Fact::Opened {
                conversation,
                customers,
                topic,
                root,
                counts,
                ..
            } => {
                let place = conversation.index();
                if self.places.len() <= place {
                    self.places.resize_with(place + 1, || None);
                }
                self.places[place] = Some(Record {
                    root,
                    customers,
                    topic,
                    counts,
                    opened: now,
                    channel: None,
                    answered: None,
                    first_response: None,
                    ended: None,
                    turns: 0,
                    waiting: None,
                    waits: Span::ZERO,
                    held: None,
                    holds: Span::ZERO,
                    agents: Vec::new(),
                });
            }
            Fact::Entered {
                conversation,
                channel,
                ..
            } => {
                let holds = self.strategy.setup.channels[channel.index()].holds_customer;
                let record = self.record(conversation);
                record.channel = Some(channel);
                record.waiting.get_or_insert(now);
                if holds {
                    record.held.get_or_insert(now);
                } else {
                    record.release(now);
                }
            }
            Fact::Taken {
                conversation,
                group,
                number,
                ..
            } => {
                let agents = &mut self.record(conversation).agents;
                if agents.last() != Some(&(group, number)) {
                    agents.push((group, number));
                }
            }
            Fact::Started { conversation, .. } => {
                let spoken = self.spoken(conversation);
                let record = self.record(conversation);
                record.stop_waiting(now);
                record.answered.get_or_insert(now);
                if spoken {
                    record.first_response.get_or_insert(now);
                }
            }
            // Interrupted, or done: then the reply or the end follows at the same instant.
            Fact::Stopped { conversation, .. } => self.record(conversation).waiting = Some(now),
            Fact::Replied { conversation, .. } => {
                let record = self.record(conversation);
                record.stop_waiting(now);
                record.first_response.get_or_insert(now);
                record.turns += 1;
            }
            Fact::Returned { conversation } | Fact::WentOn { conversation, .. } => {
                self.record(conversation).waiting.get_or_insert(now);
            }
            Fact::Ended {
                conversation, end, ..
            } => {
                let record = self.record(conversation);
                record.stop_waiting(now);
                record.release(now);
                record.ended = Some((now, end));
            }
            Fact::Gone { conversation } => {
                if let Some(record) = self.places[conversation.index()].take() {
                    self.write(&record);
                }
            }
            _ => {}
        }
    }
}

impl<W: io::Write> Log<'_, W> {
    fn record(&mut self, conversation: ConversationId) -> &mut Record {
        self.places[conversation.index()]
            .as_mut()
            .expect("a conversation opens before anything else happens to it")
    }

    fn spoken(&mut self, conversation: ConversationId) -> bool {
        let channels = &self.strategy.setup.channels;
        let channel = self.record(conversation).channel;
        channel.is_some_and(|channel| channels[channel.index()].spoken)
    }

    /// Those who were still there when the replication ended, by their places.
    fn rest(&mut self) {
        for record in std::mem::take(&mut self.places).into_iter().flatten() {
            self.write(&record);
        }
    }

    fn write(&mut self, record: &Record) {
        if self.result.is_ok() {
            self.result = self.row(record).map_err(io::Error::from);
        }
    }

    fn row(&mut self, record: &Record) -> csv::Result<()> {
        let names = &self.scenario.names;
        let zone = &self.scenario.run.zone;
        let local = |at: Time| self.origin.iso(at, zone);
        let Root {
            zone: home,
            place,
            number,
            ..
        } = record.root;
        let segments = &self.strategy.setup.shown.customers;
        let segment = segments.iter().position(|id| *id == record.customers);
        let segment = segment.unwrap_or_default();
        let end = record.ended.map(|(_, end)| end);
        let reason = match end {
            Some(End::Rejected(reason)) => reason.name(),
            _ => "",
        };
        let agents: Vec<String> = record
            .agents
            .iter()
            .map(|(group, number)| format!("{} {}", names.agents[group.index()], number + 1))
            .collect();
        self.csv.write_record([
            self.strategy.name.as_str(),
            // What it grew from: the same person has the same name under every strategy.
            &format!("{segment}.{home}.{number}.{place}"),
            &names.customers[record.customers.index()],
            &names.topics[record.topic.index()],
            record
                .channel
                .map_or("", |channel| names.channels[channel.index()].as_str()),
            &local(record.opened),
            &record.answered.map_or(String::new(), local),
            &record.first_response.map_or(String::new(), local),
            &record.ended.map_or(String::new(), |(at, _)| local(at)),
            end.unwrap_or(End::Unresolved).name(),
            reason,
            &record.turns.to_string(),
            &cell(Some(record.waits.seconds())),
            &cell(Some(record.holds.seconds())),
            &agents.join("; "),
            if record.counts { "yes" } else { "no" },
        ])
    }
}
