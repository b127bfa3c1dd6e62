//! The world: all nouns at one moment, with the indexes that the rules ask for. Only the simulation changes it.

mod line;
mod room;
mod setup;

pub use line::{Line, Place};
pub use room::{Room, Standing};
pub use setup::{Ending, Setup, Target};

use crate::agenda::Ticket;
use crate::agent::{Agents, Attention, Roster, Served, ShiftEnd};
use crate::channel::{Closing, Slots};
use crate::conversation::{Conversations, List, State};
use crate::id::{AgentId, ChannelId, ConversationId, GroupId, QueueId};
use crate::random::Root;
use crate::rule::Pick;
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
    /// By [`QueueId`]: the waiting times after which another group may take, sorted.
    pub thresholds: Vec<Vec<Span>>,
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
    /// Agents who may take and have no conversation.
    pub free: u32,
    /// Agents on duty.
    pub on_duty: u32,
    /// Agents planned now, those on a break included and those absent not.
    pub present: u32,
    /// How many are to leave when next they are done.
    pub debt: u32,
    /// By [`ChannelId`]: what happens at the end of a shift.
    pub at_shift_end: Vec<ShiftEnd>,
    /// By [`QueueId`]: how fast work from it is done.
    pub speeds: Vec<f64>,
    /// By [`ChannelId`]: conversations at once.
    limits: Vec<Option<u32>>,
    capacity: Option<Slots>,
    has_interruptible: bool,
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
    weight: Option<Slots>,
    limited: Option<ChannelId>,
    interrupts: bool,
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

/// An agent at one moment.
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
    /// Whether it is on a break.
    pub on_break: bool,
    /// Whether it has other work in the office.
    pub has_other_work: bool,
    /// The start or end of such other work.
    pub other_work: Ticket,
    /// The hour of duty that it is drawn for.
    pub hour: Time,
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
    /// By channel, where the group limits any.
    by_channel: Vec<u32>,
    /// Attention one at a time: what it is on, since when and how it ends.
    pub doing: Doing,
    /// When the present piece of attention started.
    pub doing_since: Time,
    /// The work in it, without what it costs to get into it.
    pub doing_work: Span,
    /// What it costs to get into it.
    pub doing_cost: Span,
    /// How fast it is done.
    pub doing_speed: f64,
    /// Its end.
    pub doing_end: Ticket,
    /// Shared attention.
    pub shared: Shared,
    /// What the conversation grew from that last had attention.
    pub last: Option<Root>,
    /// Turns of held customers that wait for attention, oldest first.
    pub ready_held: List,
    /// Turns of released customers that wait for attention, oldest first.
    pub ready_released: List,
    /// Those that wait for room at this agent.
    pub reserved: List,
    /// For those who look into the inbox now and then: what came before this may be taken.
    pub checked: Time,
    /// The next look.
    pub check: Ticket,
    /// How many looks, breaks and picks this agent has had, for their keys.
    pub checks: u32,
    /// How many random picks this agent has made.
    pub picks: u32,
    /// Whether listeners know it as engaged.
    pub engaged: bool,
    changed: u64,
    given: u64,
    indexed: u64,
}

/// Attention shared by all active conversations at once: each ends at a virtual time, and virtual time passes by load.
#[derive(Debug, Default)]
pub struct Shared {
    /// The active ones, earliest virtual end first, as a binary heap.
    pub active: Vec<Active>,
    /// Virtual time [ns].
    pub clock: f64,
    /// When it was last read.
    pub read: Time,
    /// Sum of the active weights [slots].
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
    /// Its weight [slots].
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
        let groups: Vec<_> = setup
            .agents
            .iter()
            .map(|agents| Group::new(agents, setup))
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
        let lines = lines.collect();
        let mut world = World {
            setup,
            now: Time::ZERO,
            conversations: Conversations::default(),
            lines,
            lines_busy: vec![0; setup.channels.len()],
            groups,
            agents: Vec::new(),
            tiers,
            thresholds,
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
        self.agents.clear();
        for group in &mut self.groups {
            group.members.clear();
            group.waiting.fill(0);
            group.kinds.iter_mut().for_each(|kind| kind.room.clear());
            (group.free, group.on_duty, group.present, group.debt) = (0, 0, 0, 0);
        }
        self.stamp = 0;
        self.people();
    }

    /// Everyone, off duty.
    fn people(&mut self) {
        for (position, agents) in self.setup.agents.iter().enumerate() {
            let count = match &agents.roster {
                Roster::Unlimited => 0,
                Roster::Shifts(shifts) => shifts.iter().map(|shift| shift.count).sum(),
                Roster::Counts(counts) => counts.iter().map(|(_, count)| *count).max().unwrap_or(0),
            };
            for _ in 0..count {
                self.add_agent(GroupId::from(position));
            }
        }
    }

    /// One more agent of a group, off duty.
    pub fn add_agent(&mut self, group: GroupId) -> AgentId {
        let id = AgentId::from(self.agents.len());
        let limits = self.groups[group.index()]
            .limits
            .iter()
            .any(Option::is_some);
        let channels = if limits { self.setup.channels.len() } else { 0 };
        let members = &mut self.groups[group.index()].members;
        self.agents.push(Agent {
            group,
            number: members.len() as u32,
            duty: Duty::Off,
            in_shift: false,
            unavailable: false,
            on_break: false,
            has_other_work: false,
            other_work: Ticket::NONE,
            hour: Time::ZERO,
            known_on_duty: false,
            load: 0,
            interruptible_load: 0,
            conversations: 0,
            to_finish: 0,
            by_channel: vec![0; channels],
            doing: Doing::Nothing,
            doing_since: Time::ZERO,
            doing_work: Span::ZERO,
            doing_cost: Span::ZERO,
            doing_speed: 1.0,
            doing_end: Ticket::NONE,
            shared: Shared::default(),
            last: None,
            ready_held: List::default(),
            ready_released: List::default(),
            reserved: List::default(),
            checked: Time::NEVER,
            check: Ticket::NONE,
            checks: 0,
            picks: 0,
            engaged: false,
            changed: 0,
            given: 0,
            indexed: 0,
        });
        members.push(id);
        id
    }

    /// The table of an agent's group.
    #[inline]
    pub fn table(&self, agent: AgentId) -> &'a Agents {
        &self.setup.agents[self.agents[agent.index()].group.index()]
    }

    /// Whether a channel's waiting conversations rest because it is closed.
    pub fn rests(&self, channel: ChannelId) -> bool {
        let table = &self.setup.channels[channel.index()];
        table.closing == Closing::CarryOver
            && table.hours.0 != 0
            && !self.setup.calendar(table.hours).is_open(self.now)
    }

    /// Whether anybody is planned for a queue now.
    pub fn is_staffed(&self, queue: QueueId) -> bool {
        let groups = self.tiers[queue.index()].iter().flatten();
        groups
            .map(|tier| &self.groups[tier.group.index()])
            .any(|group| group.present > 0)
    }

    /// Puts a conversation into its queue.
    #[inline]
    pub fn wait(&mut self, id: ConversationId) {
        let queue = self.conversations[id].queue;
        self.conversations[id].state = State::Waiting;
        let line = &mut self.lines[queue.index()];
        line.insert(id, &mut self.conversations, self.setup);
        self.mark_waiting(queue);
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
            self.mark_waiting(queue);
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
        let agent = &self.agents[agent.index()];
        agent.duty == Duty::On && !agent.unavailable
    }

    /// Thousandths of a slot that a conversation of a channel takes at an agent of a group.
    #[inline]
    pub fn weight(&self, channel: ChannelId, group: GroupId) -> Slots {
        match self.setup.channels[channel.index()].weight {
            Some(weight) => weight,
            None => self.groups[group.index()].capacity.unwrap_or(1000).max(1),
        }
    }

    /// Whether an agent has room for `extra` more thousandths of a slot of a channel.
    #[inline]
    pub fn has_room(&self, id: AgentId, channel: ChannelId, extra: Slots) -> bool {
        let agent = &self.agents[id.index()];
        let group = &self.groups[agent.group.index()];
        let table = &self.setup.channels[channel.index()];
        if let Some(limit) = group.limits[channel.index()]
            && agent.by_channel[channel.index()] >= limit
        {
            return false;
        }
        let mut load = agent.load;
        if group.has_interruptible
            && table.holds_customer
            && !self.setup.agents[agent.group.index()].interruptible[channel.index()]
        {
            load -= agent.interruptible_load;
        }
        match table.weight {
            None => load == 0,
            Some(_) => group
                .capacity
                .is_none_or(|capacity| load + extra <= capacity),
        }
    }

    /// Whether a conversation that kept part of its slot finds the rest of it.
    pub fn has_rest(&self, id: ConversationId) -> bool {
        let conversation = &self.conversations[id];
        conversation.agent.is_some_and(|agent| {
            let agent = &self.agents[agent.index()];
            let capacity = self.groups[agent.group.index()].capacity;
            capacity.is_none_or(|capacity| {
                agent.load + conversation.weight - conversation.kept <= capacity
            })
        })
    }

    /// Gives a conversation a slot of an agent.
    #[inline]
    pub fn give_slot(&mut self, id: ConversationId, agent_id: AgentId) {
        let agent = &mut self.agents[agent_id.index()];
        let group = &mut self.groups[agent.group.index()];
        let conversation = &mut self.conversations[id];
        let channel = conversation.channel;
        let weight = match self.setup.channels[channel.index()].weight {
            Some(weight) => weight,
            None => group.capacity.unwrap_or(1000).max(1),
        };
        conversation.agent = Some(agent_id);
        (conversation.weight, conversation.kept) = (weight, weight);
        agent.load += weight;
        if group.has_interruptible
            && self.setup.agents[agent.group.index()].interruptible[channel.index()]
        {
            agent.interruptible_load += weight;
        }
        if agent.conversations == 0 && agent.duty == Duty::On && !agent.unavailable {
            group.free -= 1;
        }
        agent.conversations += 1;
        if group.at_shift_end[channel.index()] == ShiftEnd::Finish {
            agent.to_finish += 1;
        }
        if let Some(count) = agent.by_channel.get_mut(channel.index()) {
            *count += 1;
        }
        self.stamp += 1;
        agent.changed = self.stamp;
        agent.given = self.stamp;
    }

    /// Takes a conversation's slot away.
    #[inline]
    pub fn take_slot(&mut self, id: ConversationId) -> AgentId {
        let channel = self.conversations[id].channel;
        self.change_slot(id, 0);
        let agent_id = self.conversations[id]
            .agent
            .expect("a conversation with a slot has an agent");
        let agent = &mut self.agents[agent_id.index()];
        let group = &mut self.groups[agent.group.index()];
        agent.conversations -= 1;
        if agent.conversations == 0 && agent.duty == Duty::On && !agent.unavailable {
            group.free += 1;
        }
        if group.at_shift_end[channel.index()] == ShiftEnd::Finish {
            agent.to_finish -= 1;
        }
        if let Some(count) = agent.by_channel.get_mut(channel.index()) {
            *count -= 1;
        }
        agent_id
    }

    /// Changes how much of a slot a conversation keeps.
    #[inline]
    pub fn change_slot(&mut self, id: ConversationId, kept: Slots) {
        let conversation = &mut self.conversations[id];
        let agent = &mut self.agents[conversation
            .agent
            .expect("a conversation with a slot has an agent")
            .index()];
        agent.load = agent.load + kept - conversation.kept;
        if self.groups[agent.group.index()].has_interruptible
            && self.setup.agents[agent.group.index()].interruptible[conversation.channel.index()]
        {
            agent.interruptible_load = agent.interruptible_load + kept - conversation.kept;
        }
        conversation.kept = kept;
        self.stamp += 1;
        agent.changed = self.stamp;
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
    }

    /// Brings the indexes up to date with how an agent stands now.
    #[inline]
    pub fn refresh(&mut self, id: AgentId) {
        let agent = &self.agents[id.index()];
        if agent.indexed == agent.changed {
            return;
        }
        let asked =
            agent.duty == Duty::On && !agent.unavailable && self.table(id).check_every.is_none();
        let group_id = agent.group;
        let number = agent.number;
        for kind in 0..self.groups[group_id.index()].kinds.len() {
            let standing = if asked { self.standing(id, kind) } else { None };
            self.groups[group_id.index()].kinds[kind]
                .room
                .set(number, standing);
        }
        let agent = &mut self.agents[id.index()];
        agent.indexed = agent.changed;
    }

    #[inline]
    fn standing(&self, id: AgentId, kind: usize) -> Option<Standing> {
        let agent = &self.agents[id.index()];
        let group = &self.groups[agent.group.index()];
        let kind = &group.kinds[kind];
        if let Some(channel) = kind.limited
            && agent.by_channel[channel.index()]
                >= group.limits[channel.index()].unwrap_or(u32::MAX)
        {
            return None;
        }
        let fits = |load: Slots| match kind.weight {
            None => load == 0,
            Some(weight) => group
                .capacity
                .is_none_or(|capacity| load + weight <= capacity),
        };
        let interrupts = !fits(agent.load);
        if interrupts && !(kind.interrupts && fits(agent.load - agent.interruptible_load)) {
            return None;
        }
        Some(Standing {
            interrupts,
            conversations: agent.conversations,
            load: agent.load,
            number: agent.number,
            changed: agent.changed,
            given: agent.given,
        })
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
    fn new(agents: &Agents, setup: &Setup) -> Group {
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
        let has_interruptible = agents.interruptible.contains(&true);
        for ranked in &served {
            let pick = setup.queues[ranked.served.queue.index()].pick;
            for (position, channel) in setup.channels.iter().enumerate() {
                let weight = channel.weight;
                if weight
                    .zip(agents.capacity)
                    .is_some_and(|(weight, capacity)| weight > capacity)
                {
                    kind_of.push(None);
                    continue;
                }
                let limited = agents.concurrent[position].map(|_| ChannelId::from(position));
                let interrupts =
                    has_interruptible && channel.holds_customer && !agents.interruptible[position];
                let alike = |kind: &RoomKind| {
                    kind.pick == pick
                        && kind.weight == weight
                        && kind.limited == limited
                        && kind.interrupts == interrupts
                };
                let kind = kinds.iter().position(alike).unwrap_or_else(|| {
                    kinds.push(RoomKind {
                        pick,
                        weight,
                        limited,
                        interrupts,
                        room: Room::new(pick),
                    });
                    kinds.len() - 1
                });
                kind_of.push(Some(kind));
            }
        }
        let at_shift_end = setup.channels.iter().map(|channel| {
            let usual = if channel.holds_customer {
                ShiftEnd::Finish
            } else {
                ShiftEnd::Pause
            };
            agents.at_shift_end.unwrap_or(usual)
        });
        let mut speeds = vec![agents.speed; setup.queues.len()];
        for ranked in &served {
            speeds[ranked.served.queue.index()] = agents.speed * ranked.served.speed;
        }
        Group {
            speeds,
            members: Vec::new(),
            waiting: vec![0; served.len().div_ceil(64)],
            served,
            kinds,
            kind_of,
            free: 0,
            on_duty: 0,
            present: 0,
            debt: 0,
            at_shift_end: at_shift_end.collect(),
            limits: agents.concurrent.clone(),
            capacity: agents.capacity,
            has_interruptible,
        }
    }
}

impl Agent {
    /// Whether nothing has its attention.
    #[inline]
    pub fn is_at_leisure(&self) -> bool {
        self.doing == Doing::Nothing && self.shared.active.is_empty()
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
