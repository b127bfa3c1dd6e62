//! The world: all nouns at one moment, with the indexes that the rules ask for. Only the simulation changes it.

mod line;
mod room;
mod setup;

pub use line::{Line, Place};
pub use room::{Room, Standing};
pub use setup::{Ending, MOST, Setup, Shown, Target};

use crate::agenda::Ticket;
use crate::agent::{Agents, Attention, Roster, Served, ShiftEnd};
use crate::channel::Channel;
use crate::conversation::{Conversation, Conversations, List, State};
use crate::id::{AgentId, ChannelId, ConversationId, GroupId, QueueId};
use crate::random::Root;
use crate::rule::{Pick, Slots};
use crate::time::{Span, Time};

/// All nouns at one moment.
pub struct World<'a> {
    /// What does not change.
    pub setup: &'a Setup,
    /// The present instant.
    pub now: Time,
    /// The conversations in the system.
    pub conversations: Conversations,
    /// By [`QueueId`].
    pub lines: Vec<Line>,
    /// By [`ChannelId`]: conversations that take a line.
    pub lines_busy: Vec<u32>,
    /// By [`GroupId`].
    pub groups: Vec<Group>,
    /// By [`AgentId`].
    pub agents: Vec<Agent>,
    /// By [`QueueId`]: the groups that serve it, in the order tried, equals together.
    pub tiers: Vec<Vec<Vec<Tier>>>,
    /// By [`QueueId`]: agents planned now in the groups that serve it.
    present: Vec<u32>,
    /// By [`QueueId`]: the waiting times after which another group may take, sorted.
    pub thresholds: Vec<Vec<Span>>,
    /// By [`QueueId`] and [`ChannelId`]: where a queue's only group takes whoever comes, that group and its kind of room.
    sole_room: Vec<Option<(GroupId, usize)>>,
    /// Counts changes, so that the order of two can be told.
    stamp: u64,
}

/// A group's place in a queue's order.
#[derive(Clone, Copy, Debug)]
pub struct Tier {
    /// The group.
    pub group: GroupId,
    /// The queue's place in the group's ranks.
    pub served: usize,
}

/// A group at one moment.
pub struct Group {
    /// Its agents by number.
    pub members: Vec<AgentId>,
    /// The queues it serves, best rank first.
    pub served: Vec<Ranked>,
    /// A bit for each of `served` in which somebody waits for anyone.
    pub waiting: Vec<u64>,
    /// The kinds of room that differ within the group.
    kinds: Vec<RoomKind>,
    /// For each of `served` and each channel, its kind of room.
    kind_of: Vec<Option<usize>>,
    /// The only queue it serves, where its agents take whoever came first.
    pub sole_queue: Option<QueueId>,
    /// Agents who may take and have no conversation.
    pub free: u32,
    /// Agents on duty.
    pub on_duty: u32,
    /// How many are to leave when next they are done.
    pub debt: u32,
    /// By [`ChannelId`]: what happens at the end of a shift.
    pub at_shift_end: Vec<ShiftEnd>,
    /// By [`QueueId`]: how fast work from it is done.
    pub speeds: Vec<f64>,
    /// By [`QueueId`]: its rank, 0 the best; the largest number is not served.
    ranks: Vec<usize>,
    /// Whether channels that may be interrupted interrupt each other, by the ranks of their queues.
    pub interrupts_by_rank: bool,
    /// By [`ChannelId`]: on which terms its agents take conversations.
    terms: Vec<Terms>,
    /// Thousandths of a slot of each agent; the largest number is without limit.
    capacity: Slots,
    /// Whether nothing but the plain rules holds: attention one at a time, always looking, a limited number of agents.
    pub is_plain: bool,
    /// Whether its agents give attention to several things at once.
    pub shares: bool,
    limits_any: bool,
    /// Whether any queue asks who was given a conversation longest ago.
    goes_round: bool,
    /// Whether it costs something to move attention.
    pub switches: bool,
    /// Whether its agents are offered conversations as they come, and do not look for them now and then.
    is_asked: bool,
}

/// On which terms an agent of a group takes conversations of a channel.
#[derive(Clone, Copy, Debug)]
struct Terms {
    /// Thousandths of a slot.
    weight: Slots,
    /// Conversations at once; the largest number is without limit.
    limit: u32,
    /// Whether only who has nothing else takes it.
    whole: bool,
    to_finish: bool,
    interruptible: bool,
    /// Whether it interrupts what may be interrupted: all of that, or what is from queues of a later rank.
    interrupts: bool,
    /// Which of an agent's lists its turns wait in for attention.
    ready: usize,
}

/// A queue in a group's ranks, with its rank.
#[derive(Clone, Copy, Debug)]
pub struct Ranked {
    /// As in the group's table.
    pub served: Served,
    /// 0 is the best.
    pub rank: usize,
}

/// A kind of room: what a conversation needs, and by which pick its queue asks.
struct RoomKind {
    pick: Pick,
    /// A channel whose conversations need it; the others need just the same.
    example: ChannelId,
    /// The rank of the queue, where that decides what is interrupted.
    rank: Option<usize>,
    room: Room,
}

/// Whether an agent is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Not there.
    Off,
    /// There for customers.
    On,
    /// Finishing what is to be finished.
    Leaving,
}

/// What an agent's attention is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Nothing.
    Nothing,
    /// A turn of a conversation.
    Turn(ConversationId),
    /// Finding out that a customer has left.
    Notice(ConversationId),
    /// Wrapping up.
    WrapUp(ConversationId),
}

/// An agent at one moment: two cache lines, whatever the number of agents.
#[repr(align(64))]
pub struct Agent {
    /// Its group.
    pub group: GroupId,
    /// Its number within the group, from 0.
    pub number: u32,
    /// Whether it is there.
    pub duty: Duty,
    /// Whether it is in the time it is planned (and paid) for, and not absent.
    pub in_shift: bool,
    /// Whether it is on duty but not available: on a break, or with other work in the office.
    pub unavailable: bool,
    /// Whether listeners know it as on duty.
    pub known_on_duty: bool,
    /// Thousandths of a slot taken.
    pub load: Slots,
    /// Of which by channels that may be interrupted.
    interruptible_load: Slots,
    /// Conversations with a slot.
    pub conversations: u32,
    /// Of which are to be finished at the end of a shift.
    pub to_finish: u32,
    /// Attention one at a time: what it is on, since when and how it ends.
    pub doing: Doing,
    /// When work proper starts in the present piece of attention, after what it costs to get into it.
    pub works_since: Time,
    /// The work in it, without what it costs to get into it.
    pub doing_work: Span,
    /// Its end.
    pub doing_end: Ticket,
    /// Turns that wait for attention, oldest first: held customers' that nothing interrupts, other held customers',
    /// released customers'.
    pub ready: [List; 3],
    /// Those that wait for room at this agent.
    pub reserved: List,
    /// For those who look into the inbox now and then: what came before this may be taken.
    pub checked: Time,
    /// How many random picks this agent has made.
    pub picks: u32,
    /// Whether listeners know it as engaged.
    pub engaged: bool,
    changed: u64,
    /// Whether the indexes know how it stands.
    is_indexed: bool,
    /// Whether any index knows it as having room.
    listed: bool,
    /// What most agents hardly ever need.
    pub apart: Box<Apart>,
}

/// What an agent hardly ever needs, kept apart so that many agents fit where they are quickly found.
#[derive(Debug, Default)]
pub struct Apart {
    /// Whether it is on a break.
    pub on_break: bool,
    /// Whether it has other work in the office.
    pub has_other_work: bool,
    /// The start or end of such other work.
    pub other_work: Ticket,
    /// The hour of duty that it is drawn for.
    pub hour: Time,
    /// Where it costs something to move attention: what the conversation grew from that last had it.
    pub last: Option<Root>,
    /// When it was last given a conversation, as a count of changes.
    given: u64,
    /// Shared attention.
    pub shared: Shared,
    /// The next look into the inbox.
    pub check: Ticket,
    /// How many looks this agent has had, for the keys of their pauses.
    pub checks: u32,
    /// By channel, where the group limits any: conversations with a slot.
    by_channel: Vec<u32>,
    /// By rank, where that decides what is interrupted: thousandths of a slot taken by channels that may be.
    interruptible_by_rank: Vec<Slots>,
}

/// Attention shared by all active conversations at once: each ends at a virtual time, and virtual time passes by load.
#[derive(Debug, Default)]
pub struct Shared {
    /// The active ones, earliest virtual end first, as a binary heap.
    pub active: Vec<Active>,
    /// Virtual time \[ns\].
    pub clock: f64,
    /// When it was last read.
    pub read: Time,
    /// Sum of the active weights \[slots\].
    pub weights: f64,
    /// The next end.
    pub next_end: Ticket,
    /// How many have been active.
    pub sequence: u64,
}

/// An active conversation under shared attention.
#[derive(Clone, Copy, Debug)]
pub struct Active {
    /// The virtual time at which it ends.
    pub end: f64,
    /// What it is doing.
    pub doing: Doing,
    /// Its weight \[slots\].
    pub weight: f64,
    /// Virtual time per work.
    pub pace: f64,
    /// In which order it came.
    pub sequence: u64,
}

impl<'a> World<'a> {
    /// Nobody there yet. `routes_to` tells which channels may wait in which queue.
    pub fn new(setup: &'a Setup, waits_in: impl Fn(ChannelId, QueueId) -> bool) -> World<'a> {
        let channels = || (0..setup.channels.len()).map(ChannelId::from);
        let lines = setup.queues.iter().enumerate().map(|(position, queue)| {
            let id = QueueId::from(position);
            let here: Vec<_> = channels()
                .filter(|channel| waits_in(*channel, id))
                .collect();
            Line::new(id, queue, &here, setup)
        });
        let lines: Vec<Line> = lines.collect();
        let groups: Vec<_> = setup
            .agents
            .iter()
            .map(|agents| Group::new(agents, setup, &lines))
            .collect();
        let served_at = |group: GroupId, queue| {
            groups[group.index()]
                .served
                .iter()
                .position(|ranked| ranked.served.queue == queue)
        };
        let tiers = setup.queues.iter().enumerate().map(|(position, queue)| {
            let queue_id = QueueId::from(position);
            let tier = |equals: &Vec<GroupId>| {
                let tier = |group: &GroupId| {
                    Some(Tier {
                        group: *group,
                        served: served_at(*group, queue_id)?,
                    })
                };
                equals.iter().filter_map(tier).collect()
            };
            queue.agents.iter().map(tier).collect::<Vec<Vec<Tier>>>()
        });
        let tiers: Vec<_> = tiers.collect();
        let thresholds = tiers.iter().map(|tiers| {
            let after = |tier: &Tier| groups[tier.group.index()].served[tier.served].served.after;
            let mut after: Vec<_> = tiers
                .iter()
                .flatten()
                .map(after)
                .filter(|after| *after > Span::ZERO)
                .collect();
            after.sort_unstable();
            after.dedup();
            after
        });
        let thresholds = thresholds.collect();
        let sole_room = tiers.iter().zip(&setup.queues).flat_map(|(tiers, queue)| {
            let groups = &groups;
            let only = match tiers.as_slice() {
                [equals] if equals.len() == 1 => Some(equals[0]),
                _ => None,
            };
            channels().map(move |channel| {
                let tier = only?;
                let group = &groups[tier.group.index()];
                let served = &group.served[tier.served].served;
                let anyone = served.takes_anyone()
                    && queue.pick != Pick::Random
                    && !setup.channels[channel.index()].may_rest();
                let kind = group.kind_of[tier.served * setup.channels.len() + channel.index()]?;
                anyone.then_some((tier.group, kind))
            })
        });
        let sole_room = sole_room.collect();
        let mut world = World {
            setup,
            now: Time::ZERO,
            conversations: Conversations::default(),
            lines,
            lines_busy: vec![0; setup.channels.len()],
            present: vec![0; setup.queues.len()],
            groups,
            agents: Vec::new(),
            tiers,
            thresholds,
            sole_room,
            stamp: 0,
        };
        world.people();
        world
    }

    /// Back to the start, keeping the memory.
    pub fn reset(&mut self) {
        self.now = Time::ZERO;
        self.conversations.clear();
        self.lines.iter_mut().for_each(Line::clear);
        self.lines_busy.fill(0);
        self.present.fill(0);
        self.agents.clear();
        for group in &mut self.groups {
            group.members.clear();
            group.waiting.fill(0);
            group.kinds.iter_mut().for_each(|kind| kind.room.clear());
            (group.free, group.on_duty, group.debt) = (0, 0, 0);
        }
        self.stamp = 0;
        self.people();
    }

    /// Everyone, off duty.
    fn people(&mut self) {
        for (position, agents) in self.setup.agents.iter().enumerate() {
            for _ in 0..agents.roster.people() {
                self.add_agent(GroupId::from(position));
            }
        }
    }

    /// One more agent of a group, off duty.
    pub fn add_agent(&mut self, group: GroupId) -> AgentId {
        let id = AgentId::from(self.agents.len());
        let limits = self.groups[group.index()].limits_any;
        let channels = if limits { self.setup.channels.len() } else { 0 };
        let ranks = self.groups[group.index()].levels_by_rank();
        let members = &mut self.groups[group.index()].members;
        self.agents.push(Agent {
            group,
            number: members.len() as u32,
            duty: Duty::Off,
            in_shift: false,
            unavailable: false,
            known_on_duty: false,
            load: 0,
            interruptible_load: 0,
            conversations: 0,
            to_finish: 0,
            doing: Doing::Nothing,
            works_since: Time::ZERO,
            doing_work: Span::ZERO,
            doing_end: Ticket::NONE,
            ready: [List::default(); 3],
            reserved: List::default(),
            checked: Time::NEVER,
            picks: 0,
            engaged: false,
            changed: 0,
            is_indexed: true,
            listed: false,
            apart: Box::new(Apart {
                by_channel: vec![0; channels],
                interruptible_by_rank: vec![0; ranks],
                ..Apart::default()
            }),
        });
        members.push(id);
        id
    }

    /// A conversation, an agent and its group, to be changed together.
    #[inline]
    pub fn together(
        &mut self,
        id: ConversationId,
        agent: AgentId,
    ) -> (&mut Conversation, &mut Agent, &mut Group) {
        let agent = &mut self.agents[agent.index()];
        let group = &mut self.groups[agent.group.index()];
        (&mut self.conversations[id], agent, group)
    }

    /// The table of an agent's group.
    #[inline]
    pub fn table(&self, agent: AgentId) -> &'a Agents {
        &self.setup.agents[self.agents[agent.index()].group.index()]
    }

    /// Whether a channel's waiting conversations rest because it is closed.
    #[inline]
    pub fn rests(&self, channel: ChannelId) -> bool {
        let table = &self.setup.channels[channel.index()];
        table.may_rest() && !self.setup.calendar(table.hours).is_open(self.now)
    }

    /// A queue's only group and its agents with room for a channel, where that group takes whoever comes.
    #[inline]
    pub fn sole_room(&self, queue: QueueId, channel: ChannelId) -> Option<(&Group, &Room)> {
        let place = queue.index() * self.setup.channels.len() + channel.index();
        let (group, kind) = self.sole_room[place]?;
        let group = &self.groups[group.index()];
        Some((group, &group.kinds[kind].room))
    }

    /// Whether anybody is planned for a queue now.
    #[inline]
    pub fn is_staffed(&self, queue: QueueId) -> bool {
        self.present[queue.index()] > 0
    }

    /// An agent of a group is planned from now on, on a break perhaps but not absent; or is so no longer.
    pub fn note_present(&mut self, group: GroupId, present: bool) {
        for (tiers, count) in self.tiers.iter().zip(&mut self.present) {
            if tiers.iter().flatten().any(|tier| tier.group == group) {
                *count = if present { *count + 1 } else { *count - 1 };
            }
        }
    }

    /// Puts a conversation into its queue.
    #[inline]
    pub fn wait(&mut self, id: ConversationId) {
        let queue = self.conversations[id].queue;
        self.conversations[id].state = State::Waiting;
        let line = &mut self.lines[queue.index()];
        line.insert(id, &mut self.conversations, self.setup);
        if line.waiting() == 1 {
            self.mark_waiting(queue);
        }
    }

    /// Takes a conversation out of its queue, or out of the list of those who wait for its agent.
    #[inline]
    pub fn stop_waiting(&mut self, id: ConversationId) {
        let conversation = &self.conversations[id];
        let line = &mut self.lines[conversation.queue.index()];
        if conversation.state == State::Reserved {
            line.reserved -= 1;
            let agent = conversation
                .agent
                .expect("a reserved conversation has an agent");
            let mut reserved = self.agents[agent.index()].reserved;
            reserved.remove(id, &mut self.conversations);
            self.agents[agent.index()].reserved = reserved;
        } else {
            let queue = conversation.queue;
            line.remove(id, &mut self.conversations, self.setup);
            if line.is_empty() {
                self.mark_waiting(queue);
            }
        }
    }

    /// Lets a conversation wait for room at one certain agent.
    pub fn reserve(&mut self, id: ConversationId, agent: AgentId) {
        let conversation = &mut self.conversations[id];
        conversation.state = State::Reserved;
        conversation.agent = Some(agent);
        self.lines[conversation.queue.index()].reserved += 1;
        let mut reserved = self.agents[agent.index()].reserved;
        reserved.insert(id, &mut self.conversations);
        self.agents[agent.index()].reserved = reserved;
    }

    fn mark_waiting(&mut self, queue: QueueId) {
        let waits = !self.lines[queue.index()].is_empty();
        for tier in self.tiers[queue.index()].iter().flatten() {
            let word = &mut self.groups[tier.group.index()].waiting[tier.served / 64];
            let bit = 1 << (tier.served % 64);
            *word = if waits { *word | bit } else { *word & !bit };
        }
    }

    /// Whether an agent takes anything at all now.
    #[inline]
    pub fn is_available(&self, agent: AgentId) -> bool {
        self.agents[agent.index()].is_available()
    }

    /// Thousandths of a slot that a conversation of a channel takes at an agent of a group.
    #[inline]
    pub fn weight(&self, channel: ChannelId, group: GroupId) -> Slots {
        self.groups[group.index()].terms[channel.index()].weight
    }

    /// Whether an agent has room for a conversation of a channel that waits in a queue.
    #[inline]
    pub fn has_room(&self, id: AgentId, channel: ChannelId, queue: QueueId) -> bool {
        let agent = &self.agents[id.index()];
        self.groups[agent.group.index()].has_room(agent, channel, queue)
    }

    /// Whether a turn interrupts what an agent does now.
    #[inline]
    pub fn interrupts(&self, id: ConversationId, agent: AgentId) -> bool {
        let agent = &self.agents[agent.index()];
        let Doing::Turn(other) = agent.doing else {
            return false;
        };
        let group = &self.groups[agent.group.index()];
        let (turn, other) = (&self.conversations[id], &self.conversations[other]);
        let terms = group.terms[turn.channel.index()];
        terms.interrupts
            && group.terms[other.channel.index()].interruptible
            && (!terms.interruptible || group.rank(turn.queue) < group.rank(other.queue))
    }

    /// Puts a conversation's turn among those that wait for its agent's attention.
    #[inline]
    pub fn make_ready(&mut self, id: ConversationId) {
        let list = self.ready_list(id);
        let agent = &mut self.agents[list.0];
        agent.ready[list.1].insert(id, &mut self.conversations);
    }

    /// Takes it out again.
    #[inline]
    pub fn stop_being_ready(&mut self, id: ConversationId) {
        let list = self.ready_list(id);
        let agent = &mut self.agents[list.0];
        agent.ready[list.1].remove(id, &mut self.conversations);
    }

    #[inline]
    fn ready_list(&self, id: ConversationId) -> (usize, usize) {
        let conversation = &self.conversations[id];
        let agent = conversation
            .agent
            .expect("a ready conversation has an agent")
            .index();
        let group = &self.groups[self.agents[agent].group.index()];
        (agent, group.terms[conversation.channel.index()].ready)
    }

    /// Whether there is anybody at all whom an agent may take.
    #[inline]
    pub fn may_take(&self, id: AgentId) -> bool {
        let agent = &self.agents[id.index()];
        let waiting = &self.groups[agent.group.index()].waiting;
        !agent.reserved.is_empty() || (!self.is_full(id) && waiting.iter().any(|word| *word != 0))
    }

    /// Whether an agent has no room for anything.
    #[inline]
    pub fn is_full(&self, id: AgentId) -> bool {
        let agent = &self.agents[id.index()];
        self.groups[agent.group.index()].is_full(agent)
    }

    /// Whether a conversation that kept part of its slot finds the rest of it.
    pub fn has_rest(&self, id: ConversationId) -> bool {
        let conversation = &self.conversations[id];
        conversation.agent.is_some_and(|agent| {
            let agent = &self.agents[agent.index()];
            let capacity = self.groups[agent.group.index()].capacity;
            agent.load + conversation.weight - conversation.kept <= capacity
        })
    }

    /// Gives a conversation a slot of an agent.
    #[inline(always)]
    pub fn give_slot(&mut self, id: ConversationId, agent_id: AgentId) {
        let agent = &mut self.agents[agent_id.index()];
        let group = &mut self.groups[agent.group.index()];
        let conversation = &mut self.conversations[id];
        let terms = group.terms[conversation.channel.index()];
        conversation.agent = Some(agent_id);
        (conversation.weight, conversation.kept) = (terms.weight, terms.weight);
        agent.load += terms.weight;
        if terms.interruptible {
            agent.interruptible_load += terms.weight;
            if let Some(load) = agent.load_of_rank(group.rank(conversation.queue)) {
                *load += terms.weight;
            }
        }
        if agent.conversations == 0 && agent.duty == Duty::On && !agent.unavailable {
            group.free -= 1;
        }
        agent.conversations += 1;
        agent.to_finish += u32::from(terms.to_finish);
        if group.limits_any {
            agent.apart.by_channel[conversation.channel.index()] += 1;
        }
        self.stamp += 1;
        agent.changed = self.stamp;
        agent.is_indexed = false;
        if group.goes_round {
            agent.apart.given = self.stamp;
        }
    }

    /// Takes a conversation's slot away.
    #[inline(always)]
    pub fn take_slot(&mut self, id: ConversationId) -> AgentId {
        let conversation = &mut self.conversations[id];
        let agent_id = conversation
            .agent
            .expect("a conversation with a slot has an agent");
        let agent = &mut self.agents[agent_id.index()];
        let group = &mut self.groups[agent.group.index()];
        let terms = group.terms[conversation.channel.index()];
        agent.load -= conversation.kept;
        if terms.interruptible {
            agent.interruptible_load -= conversation.kept;
            if let Some(load) = agent.load_of_rank(group.rank(conversation.queue)) {
                *load -= conversation.kept;
            }
        }
        conversation.kept = 0;
        agent.conversations -= 1;
        if agent.conversations == 0 && agent.duty == Duty::On && !agent.unavailable {
            group.free += 1;
        }
        agent.to_finish -= u32::from(terms.to_finish);
        if group.limits_any {
            agent.apart.by_channel[conversation.channel.index()] -= 1;
        }
        self.stamp += 1;
        agent.changed = self.stamp;
        agent.is_indexed = false;
        agent_id
    }

    /// Changes how much of a slot a conversation keeps.
    pub fn change_slot(&mut self, id: ConversationId, kept: Slots) {
        let conversation = &mut self.conversations[id];
        let agent = conversation
            .agent
            .expect("a conversation with a slot has an agent");
        let agent = &mut self.agents[agent.index()];
        agent.load = agent.load + kept - conversation.kept;
        let group = &self.groups[agent.group.index()];
        if group.terms[conversation.channel.index()].interruptible {
            agent.interruptible_load = agent.interruptible_load + kept - conversation.kept;
            if let Some(load) = agent.load_of_rank(group.rank(conversation.queue)) {
                *load = *load + kept - conversation.kept;
            }
        }
        conversation.kept = kept;
        self.stamp += 1;
        agent.changed = self.stamp;
        agent.is_indexed = false;
    }

    /// Changes whether an agent is there and available, keeping the counts of its group.
    pub fn set_duty(&mut self, id: AgentId, duty: Duty, unavailable: bool) {
        let agent = &mut self.agents[id.index()];
        let group = &mut self.groups[agent.group.index()];
        let counts = |duty: Duty, unavailable: bool, conversations: u32| {
            (
                u32::from(duty == Duty::On),
                u32::from(duty == Duty::On && !unavailable && conversations == 0),
            )
        };
        let (was_on, was_free) = counts(agent.duty, agent.unavailable, agent.conversations);
        let (is_on, is_free) = counts(duty, unavailable, agent.conversations);
        group.on_duty = group.on_duty + is_on - was_on;
        group.free = group.free + is_free - was_free;
        (agent.duty, agent.unavailable) = (duty, unavailable);
        self.stamp += 1;
        agent.changed = self.stamp;
        agent.is_indexed = false;
    }

    /// Brings the indexes up to date with how an agent stands now.
    #[inline(always)]
    pub fn refresh(&mut self, id: AgentId) {
        let agent = &mut self.agents[id.index()];
        if agent.is_indexed {
            return;
        }
        agent.is_indexed = true;
        let group = &mut self.groups[agent.group.index()];
        if group.is_full(agent) {
            if agent.listed {
                agent.listed = false;
                for kind in &mut group.kinds {
                    kind.room.leave(agent.number);
                }
            }
            return;
        }
        let asked = agent.duty == Duty::On && !agent.unavailable && group.is_asked;
        agent.listed = false;
        for kind in 0..group.kinds.len() {
            let RoomKind { example, rank, .. } = group.kinds[kind];
            let standing = if asked {
                group.standing(agent, example, rank)
            } else {
                None
            };
            agent.listed |= standing.is_some();
            group.kinds[kind].room.set(agent.number, standing);
        }
    }

    /// The agents of a group with room for a channel of one of its queues.
    #[inline]
    pub fn room(&self, tier: Tier, channel: ChannelId) -> Option<&Room> {
        let group = &self.groups[tier.group.index()];
        let kind = group.kind_of[tier.served * self.setup.channels.len() + channel.index()]?;
        Some(&group.kinds[kind].room)
    }
}

impl Group {
    fn new(agents: &Agents, setup: &Setup, lines: &[Line]) -> Group {
        let flat = agents.serves.iter().enumerate();
        let served: Vec<Ranked> = flat
            .flat_map(|(rank, equals)| {
                equals.iter().map(move |served| Ranked {
                    served: *served,
                    rank,
                })
            })
            .collect();
        let mut kinds: Vec<RoomKind> = Vec::new();
        let mut kind_of = Vec::new();
        let capacity = agents.capacity.unwrap_or(Slots::MAX / 2);
        let at_shift_end = |channel: &Channel| {
            let usual = if channel.holds_customer {
                ShiftEnd::Finish
            } else {
                ShiftEnd::Pause
            };
            agents.at_shift_end.unwrap_or(usual)
        };
        let may_be = agents.interruptible.iter().zip(&setup.channels);
        let held =
            may_be.filter(|(interruptible, channel)| **interruptible && channel.holds_customer);
        let interrupts_by_rank = held.count() > 0 && agents.serves.len() > 1;
        let terms = setup
            .channels
            .iter()
            .enumerate()
            .map(|(position, channel)| Terms {
                weight: channel
                    .weight
                    .unwrap_or(agents.capacity.unwrap_or(1000).max(1)),
                limit: agents.concurrent[position].unwrap_or(u32::MAX),
                whole: channel.weight.is_none(),
                to_finish: at_shift_end(channel) == ShiftEnd::Finish,
                interruptible: agents.interruptible[position],
                interrupts: channel.holds_customer
                    && (!agents.interruptible[position] || interrupts_by_rank),
                ready: match channel.holds_customer {
                    true => usize::from(agents.interruptible[position]),
                    false => 2,
                },
            });
        let terms: Vec<Terms> = terms.collect();
        let is_alike = |one: usize, other: usize| {
            let (one, other) = (&terms[one], &terms[other]);
            let unlimited = one.limit == u32::MAX && other.limit == u32::MAX;
            let alike = one.weight == other.weight && one.whole == other.whole;
            alike && one.interrupts == other.interrupts && unlimited
        };
        let most_levels = if interrupts_by_rank {
            agents.serves.len()
        } else {
            1
        };
        for ranked in &served {
            let pick = setup.queues[ranked.served.queue.index()].pick;
            for (position, needed) in terms.iter().enumerate() {
                if needed.weight > capacity {
                    kind_of.push(None);
                    continue;
                }
                let decides = needed.interrupts && needed.interruptible;
                let rank = decides.then_some(ranked.rank);
                let alike = |kind: &RoomKind| {
                    let example = kind.example.index();
                    let alike = kind.pick == pick && kind.rank == rank;
                    alike && (example == position || is_alike(example, position))
                };
                let kind = kinds.iter().position(alike).unwrap_or_else(|| {
                    let example = ChannelId::from(position);
                    kinds.push(RoomKind {
                        pick,
                        example,
                        rank,
                        room: Room::new(pick, most_levels),
                    });
                    kinds.len() - 1
                });
                kind_of.push(Some(kind));
            }
        }
        let mut speeds = vec![agents.speed; setup.queues.len()];
        for ranked in &served {
            speeds[ranked.served.queue.index()] = agents.speed * ranked.served.speed;
        }
        let sole_queue = match served.as_slice() {
            [only] if only.served.takes_anyone() && agents.check_every.is_none() => {
                let queue = only.served.queue;
                let line = &lines[queue.index()];
                let never_rests = !line
                    .channels()
                    .any(|id| setup.channels[id.index()].may_rest());
                (line.is_plain() && never_rests).then_some(queue)
            }
            _ => None,
        };
        let mut ranks = vec![usize::MAX; setup.queues.len()];
        for ranked in &served {
            ranks[ranked.served.queue.index()] = ranked.rank;
        }
        let goes_round = kinds.iter().any(|kind| kind.pick == Pick::RoundRobin);
        Group {
            speeds,
            ranks,
            interrupts_by_rank,
            members: Vec::new(),
            waiting: vec![0; served.len().div_ceil(64)],
            served,
            sole_queue,
            kinds,
            kind_of,
            free: 0,
            on_duty: 0,
            debt: 0,
            at_shift_end: setup.channels.iter().map(at_shift_end).collect(),
            limits_any: agents.concurrent.iter().any(Option::is_some),
            is_asked: agents.check_every.is_none(),
            goes_round,
            switches: agents.switch_cost.constant() != Some(Span::ZERO),
            shares: !matches!(agents.attention, Attention::One),
            is_plain: agents.check_every.is_none()
                && matches!(agents.attention, Attention::One)
                && !matches!(agents.roster, Roster::Unlimited),
            terms,
            capacity,
        }
    }
}

impl Group {
    /// Whether one of its agents has no room for anything.
    #[inline]
    pub fn is_full(&self, agent: &Agent) -> bool {
        agent.load - agent.interruptible_load >= self.capacity
    }

    /// Whether one of its agents has room for a conversation of a channel that waits in a queue.
    #[inline]
    pub fn has_room(&self, agent: &Agent, channel: ChannelId, queue: QueueId) -> bool {
        let rank = self.rank_that_decides(channel, queue);
        self.standing(agent, channel, rank).is_some()
    }

    /// The rank of a queue, 0 the best.
    #[inline]
    pub fn rank(&self, queue: QueueId) -> usize {
        self.ranks[queue.index()]
    }

    /// How many ranks are told apart where they decide what is interrupted.
    fn levels_by_rank(&self) -> usize {
        match self.interrupts_by_rank {
            true => self.served.last().map_or(0, |last| last.rank + 1),
            false => 0,
        }
    }

    /// The rank of a queue, where that decides what a channel interrupts.
    #[inline]
    fn rank_that_decides(&self, channel: ChannelId, queue: QueueId) -> Option<usize> {
        let terms = &self.terms[channel.index()];
        (terms.interrupts && terms.interruptible).then(|| self.rank(queue))
    }

    /// How an agent stands towards conversations of a channel, from a queue of a rank where that decides what they
    /// interrupt; `None` is without room.
    #[inline(always)]
    fn standing(&self, agent: &Agent, channel: ChannelId, rank: Option<usize>) -> Option<Standing> {
        let terms = &self.terms[channel.index()];
        if terms.limit != u32::MAX && agent.apart.by_channel[channel.index()] >= terms.limit {
            return None;
        }
        let fits = |load: Slots| {
            if terms.whole {
                load == 0
            } else {
                load + terms.weight <= self.capacity
            }
        };
        let interrupts = if fits(agent.load) {
            0
        } else if terms.interrupts && fits(agent.load - agent.below(rank)) {
            agent.interrupts()
        } else {
            return None;
        };
        Some(Standing {
            interrupts,
            conversations: agent.conversations,
            free: self.capacity.saturating_sub(agent.load),
            number: agent.number,
            changed: agent.changed,
            given: if self.goes_round {
                agent.apart.given
            } else {
                0
            },
        })
    }
}

impl Agent {
    /// Whether it takes anything at all now.
    #[inline]
    pub fn is_available(&self) -> bool {
        self.duty == Duty::On && !self.unavailable
    }

    /// Whether any turns wait for its attention.
    #[inline]
    pub fn has_ready(&self) -> bool {
        self.ready.iter().any(|list| !list.is_empty())
    }

    /// What channels that may be interrupted take from queues of a later rank, or from any.
    #[inline(never)]
    fn below(&self, rank: Option<usize>) -> Slots {
        let by_rank = &self.apart.interruptible_by_rank;
        match rank {
            Some(rank) => by_rank[(rank + 1).min(by_rank.len())..].iter().sum(),
            None => self.interruptible_load,
        }
    }

    /// How much it matters to interrupt it: the later the rank of what would be interrupted, the less, from 1 on.
    #[inline(never)]
    fn interrupts(&self) -> u32 {
        let by_rank = &self.apart.interruptible_by_rank;
        let worst = by_rank.iter().rposition(|load| *load > 0);
        worst.map_or(1, |worst| by_rank.len() - worst) as u32
    }

    /// What channels that may be interrupted take from queues of a rank, where that is told apart.
    #[inline]
    fn load_of_rank(&mut self, rank: usize) -> Option<&mut Slots> {
        self.apart.interruptible_by_rank.get_mut(rank)
    }

    /// Whether nothing has its attention.
    #[inline]
    pub fn is_at_leisure(&self) -> bool {
        self.doing == Doing::Nothing && self.apart.shared.active.is_empty()
    }
}

impl Shared {
    /// How fast virtual time passes: the speed that each active conversation (or each slot of it) gets.
    pub fn rate(&self, attention: &Attention) -> f64 {
        match attention {
            Attention::Slowdown(speeds) => speeds[self.active.len().clamp(1, speeds.len()) - 1],
            _ => 1.0 / self.weights.max(f64::MIN_POSITIVE),
        }
    }

    /// Lets virtual time pass until now.
    pub fn advance(&mut self, now: Time, attention: &Attention) {
        if self.active.is_empty() {
            // Starting anew keeps the numbers small and so exact.
            self.clock = 0.0;
            self.weights = 0.0;
        } else {
            self.clock += (now - self.read).0 as f64 * self.rate(attention);
        }
        self.read = now;
    }

    /// Adds one to the heap.
    pub fn push(&mut self, active: Active) {
        self.weights += active.weight;
        self.active.push(active);
        let mut place = self.active.len() - 1;
        while place > 0 && self.active[place].key() < self.active[(place - 1) / 2].key() {
            self.active.swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    /// Takes one out of the heap.
    pub fn remove(&mut self, place: usize) -> Active {
        let removed = self.active.swap_remove(place);
        self.weights -= removed.weight;
        let mut place = place;
        while place > 0
            && place < self.active.len()
            && self.active[place].key() < self.active[(place - 1) / 2].key()
        {
            self.active.swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
        loop {
            let children = 2 * place + 1..(2 * place + 3).min(self.active.len());
            let Some(child) = children.min_by_key(|child| self.active[*child].key()) else {
                break;
            };
            if self.active[place].key() <= self.active[child].key() {
                break;
            }
            self.active.swap(place, child);
            place = child;
        }
        removed
    }
}

impl Active {
    fn key(&self) -> (u64, u64) {
        // Virtual times are never negative, so their bits order like they do.
        (self.end.max(0.0).to_bits(), self.sequence)
    }
}
