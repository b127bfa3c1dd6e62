//! Queueing: joining, being taken, giving up; and slots.

use super::opening::unless_forever;
use super::{ENDS_OF_SHIFTS, Event, LEAVES, Simulation, TIME_OUTS};
use crate::agenda::Agenda;
use crate::agent::{Back, Check, ShiftEnd};
use crate::channel::{Inactive, Returning, Slot, Sticky};
use crate::conversation::{Conversation, State};
use crate::fact::{End, Fact, Listener};
use crate::id::{AgentId, ConversationId};
use crate::matching::{agent_for, conversation_for};
use crate::random::Purpose;
use crate::time::{Span, Time};
use crate::world::{Agent, Doing, Duty};

impl<L: Listener> Simulation<'_, L> {
    /// A conversation joins its queue; an agent with room takes it at once. Those who see a queue for the first time may balk.
    #[inline(always)] // With those who enter.
    pub(super) fn join<const MAY_BALK: bool>(&mut self, id: ConversationId) {
        let now = self.world.now;
        let conversation = &mut self.world.conversations[id];
        let queue = conversation.queue;
        conversation.joined = now;
        conversation.entries += 1;
        match agent_for(&self.world, id, queue, Span::ZERO, self.seed) {
            Some(agent) => {
                self.tell(Fact::Joined {
                    conversation: id,
                    queue,
                });
                self.assign(id, agent);
                self.settle(agent);
            }
            None if MAY_BALK && self.balks(id) => {
                self.tell(Fact::Balked {
                    conversation: id,
                    queue,
                });
                self.end(id, End::Abandoned);
            }
            None => {
                self.tell(Fact::Joined {
                    conversation: id,
                    queue,
                });
                self.world.wait(id);
                self.start_waiting(id);
            }
        }
    }

    /// A conversation joins a queue not for the first time.
    #[inline(never)]
    fn join_again(&mut self, id: ConversationId) {
        self.join::<false>(id);
    }

    fn balks(&self, id: ConversationId) -> bool {
        let conversation = &self.world.conversations[id];
        let balk = &self.world.setup.customers[conversation.customers.index()].balk;
        let waiting = self.world.lines[conversation.queue.index()].len() as usize;
        let probability = balk.get(waiting).or(balk.last());
        probability.is_some_and(|probability| {
            conversation.happens(self.seed, *probability, Purpose::BALK, conversation.stage)
        })
    }

    /// Patience starts, and the time after which other groups may take.
    fn start_waiting(&mut self, id: ConversationId) {
        self.tell(Fact::Queued { conversation: id });
        let conversation = &self.world.conversations[id];
        let channel = &self.world.setup.channels[conversation.channel.index()];
        if channel.holds_customer {
            let own = &self.world.setup.customers[conversation.customers.index()]
                .patience
                .queue;
            let drawn = own.as_ref().or(channel.patience.queue.as_ref());
            let given = self.given_to(conversation);
            let given = given.and_then(|given| given.patience);
            let entry = conversation.entries - 1;
            let patience = given
                .or_else(|| Some(conversation.draw(self.seed, drawn?, Purpose::PATIENCE, entry)));
            if let Some(patience) = patience {
                self.time_out(id, patience);
            }
        }
        let thresholds = &self.world.thresholds[self.world.conversations[id].queue.index()];
        if let Some(first) = thresholds.first() {
            let at = self.world.now.after(*first);
            let ticket = self.agenda.add(at, TIME_OUTS, Event::Overflow(id));
            self.world.conversations[id].timer = ticket;
        }
    }

    /// Patience or tolerance ends after `span`, unless somebody is faster.
    #[inline]
    pub(super) fn time_out(&mut self, id: ConversationId, span: Span) {
        let conversation = &mut self.world.conversations[id];
        time_out(&mut self.agenda, self.world.now, id, conversation, span);
    }

    /// A released customer's tolerance starts with its turn.
    #[inline]
    pub(super) fn start_tolerance(&mut self, id: ConversationId) {
        let conversation = &self.world.conversations[id];
        let channel = &self.world.setup.channels[conversation.channel.index()];
        let own = &self.world.setup.customers[conversation.customers.index()].tolerance;
        let drawn = own.as_ref().or(channel.tolerance.as_ref());
        let given = self.given_to(conversation);
        let given = given.and_then(|given| given.patience);
        let turn = conversation.turn;
        let tolerance =
            given.or_else(|| Some(conversation.draw(self.seed, drawn?, Purpose::TOLERANCE, turn)));
        if let Some(tolerance) = tolerance {
            self.time_out(id, tolerance);
        }
    }

    /// Offers a waiting conversation to those who may take it now. Whoever may takes in its own order: others may have
    /// come to be offered at the same instant.
    pub(super) fn offer(&mut self, id: ConversationId) {
        loop {
            let conversation = &self.world.conversations[id];
            if conversation.state != State::Waiting {
                return;
            }
            let (queue, waited) = (conversation.queue, self.world.now - conversation.joined);
            let Some(agent) = agent_for(&self.world, id, queue, waited, self.seed) else {
                return;
            };
            let next = self.next_for(agent).unwrap_or(id);
            self.assign(next, agent);
            self.settle(agent);
        }
    }

    /// The conversation that an agent with room takes next.
    #[inline(always)] // With those who settle.
    fn next_for(&mut self, agent: AgentId) -> Option<ConversationId> {
        let next = conversation_for(&self.world, agent, self.seed)?;
        self.world.agents[agent.index()].picks += 1;
        Some(next)
    }

    /// A wait has become long enough for more groups.
    pub(super) fn overflow(&mut self, id: ConversationId) {
        let conversation = &self.world.conversations[id];
        let joined = conversation.joined;
        let waited = self.world.now - joined;
        let mut thresholds = self.world.thresholds[conversation.queue.index()].iter();
        self.world.conversations[id].timer = match thresholds.find(|after| **after > waited) {
            Some(next) => self
                .agenda
                .add(joined.after(*next), TIME_OUTS, Event::Overflow(id)),
            None => Default::default(),
        };
        self.offer(id);
    }

    /// Patience or tolerance has ended.
    pub(super) fn give_up(&mut self, id: ConversationId) {
        let conversation = &mut self.world.conversations[id];
        conversation.patience = Default::default();
        let channel = &self.world.setup.channels[conversation.channel.index()];
        if !channel.holds_customer {
            return self.end(id, End::Left);
        }
        if conversation.state == State::Working {
            return self.end(id, End::BrokeOff);
        }
        let waits = matches!(conversation.state, State::Waiting | State::Reserved);
        if waits
            && let Some(silent) = &channel.silent
            && conversation.happens(
                self.seed,
                silent.share,
                Purpose::SILENT,
                conversation.entries,
            )
        {
            // The place in the queue stays, and the agent who takes it learns of it later. The line is free.
            self.world.conversations[id].silent = true;
            self.leave_line(id);
            self.tell(Fact::Ended {
                conversation: id,
                end: End::SilentlyAbandoned,
                again: false,
            });
            self.think_again(id);
            return;
        }
        self.end(id, End::Abandoned);
    }

    /// A silent leaver's place is found to be empty, or is cleared.
    pub(super) fn send_silent_away(&mut self, id: ConversationId) {
        let freed = self.detach(id);
        self.forget_timers(id);
        self.gone(id);
        if let Some(agent) = freed {
            self.settle(agent);
        }
    }

    /// Takes a conversation out of wherever it is; the agent whose slot that frees is to be settled.
    pub(super) fn detach(&mut self, id: ConversationId) -> Option<AgentId> {
        match self.world.conversations[id].state {
            State::Waiting | State::Reserved => self.world.stop_waiting(id),
            State::Ready => self.world.stop_being_ready(id),
            State::Working | State::WrapUp => {
                self.stop_attention(id);
            }
            State::Gap | State::Away | State::Gone => {}
        }
        (self.world.conversations[id].kept > 0).then(|| self.free(id))
    }

    /// Gives a conversation that waits (or just joins) a slot of an agent and its turn to that agent's attention.
    #[inline(never)]
    pub(super) fn assign(&mut self, id: ConversationId, agent: AgentId) {
        let now = self.world.now;
        let conversation = &mut self.world.conversations[id];
        if matches!(conversation.state, State::Waiting | State::Reserved) {
            self.agenda.cancel(&mut conversation.timer);
            if self.world.setup.channels[conversation.channel.index()].holds_customer {
                self.agenda.cancel(&mut conversation.patience);
            }
            self.world.stop_waiting(id);
        }
        let conversation = &self.world.conversations[id];
        let wait = now - conversation.joined;
        if self.foretells {
            self.world.lines[conversation.queue.index()].note_wait(now, wait);
        }
        if conversation.kept > 0 {
            let weight = conversation.weight;
            self.world.change_slot(id, weight);
        } else {
            if conversation.agent.is_some_and(|last| last != agent) {
                self.world.conversations[id].resumes = true;
            }
            self.world.give_slot(id, agent);
        }
        let Agent { group, number, .. } = self.world.agents[agent.index()];
        self.tell(Fact::Taken {
            conversation: id,
            agent,
            group,
            number,
        });
        // Whoever is full takes nothing more before giving attention; where nothing else waits for it, that is here.
        let known = &self.world.agents[agent.index()];
        let group = &self.world.groups[group.index()];
        if known.doing == Doing::Nothing
            && !known.has_ready()
            && group.is_plain
            && group.is_full(known)
            && known.is_available()
        {
            self.start(id, agent);
        } else {
            self.ready(id);
        }
    }

    /// A turn is with its agent and waits for attention; a held customer's may interrupt.
    #[inline]
    pub(super) fn ready(&mut self, id: ConversationId) {
        let conversation = &mut self.world.conversations[id];
        conversation.state = State::Ready;
        conversation.age = conversation.since;
        let agent = conversation
            .agent
            .expect("a ready conversation has an agent");
        let (channel, starts) = (conversation.channel, conversation.starts);
        let waits_again = conversation.topic_turn > 0 && !conversation.silent;
        self.world.make_ready(id);
        let table = &self.world.setup.channels[channel.index()];
        if !table.holds_customer {
            return;
        }
        if waits_again {
            let conversation = &self.world.conversations[id];
            let customers = &self.world.setup.customers[conversation.customers.index()];
            let own = &customers.patience.reply;
            if let Some(patience) = own.as_ref().or(table.patience.reply.as_ref()) {
                let purpose = Purpose::PATIENCE_REPLY;
                let patience = conversation.draw(self.seed, patience, purpose, starts);
                self.time_out(id, patience);
            }
        }
        if self.world.interrupts(id, agent) {
            self.interrupt(agent);
        }
    }

    /// Held work comes in between.
    fn interrupt(&mut self, agent: AgentId) {
        let Doing::Turn(id) = self.world.agents[agent.index()].doing else {
            return;
        };
        self.put_aside(id);
        match self.world.table(agent).interrupted.back {
            Back::Agent => self.ready(id),
            Back::QueueHead => self.hand_over(id),
        }
    }

    /// Gives a conversation back to the head of its queue. Its agent is to be settled.
    pub(super) fn hand_over(&mut self, id: ConversationId) {
        let agent = self.free(id);
        self.world.refresh(agent);
        self.tell(Fact::HandedOver { conversation: id });
        let conversation = &mut self.world.conversations[id];
        conversation.resumes = true;
        conversation.state = State::Gap;
        self.agenda.cancel(&mut conversation.timer);
        if self.world.setup.channels[conversation.channel.index()].holds_customer {
            // Patience starts anew with the queue.
            self.agenda.cancel(&mut conversation.patience);
        }
        let line = &self.world.lines[conversation.queue.index()];
        conversation.age = line.head_age(conversation.since);
        self.join_again(id);
    }

    /// Takes a conversation's slot away.
    #[inline]
    pub(super) fn free(&mut self, id: ConversationId) -> AgentId {
        self.agenda.cancel(&mut self.world.conversations[id].fade);
        let agent = self.world.take_slot(id);
        let group = self.world.agents[agent.index()].group;
        self.tell(Fact::Freed {
            conversation: id,
            agent,
            group,
        });
        agent
    }

    /// A customer's turn arrives.
    pub(super) fn answer(&mut self, id: ConversationId) {
        let now = self.world.now;
        let conversation = &mut self.world.conversations[id];
        conversation.timer = Default::default();
        self.agenda.cancel(&mut conversation.fade);
        self.agenda.cancel(&mut conversation.inactive);
        let left_off = std::mem::replace(&mut conversation.since, now);
        conversation.age = now;
        let (kept, weight) = (conversation.kept, conversation.weight);
        let channel = &self.world.setup.channels[conversation.channel.index()];
        let queue = conversation.queue;
        let last = conversation.agent;
        self.tell(Fact::Returned { conversation: id });
        if !channel.holds_customer {
            self.start_tolerance(id);
        }
        let Some(agent) = last else {
            // Handed over in its reply gap.
            return self.join_again(id);
        };
        if kept == weight {
            self.ready(id);
            return self.settle(agent);
        }
        let conversation = &mut self.world.conversations[id];
        conversation.joined = now;
        conversation.resumes = true;
        if kept > 0 {
            conversation.entries += 1;
            self.tell(Fact::Joined {
                conversation: id,
                queue,
            });
            if channel.returning == Returning::Exceed || self.world.has_rest(id) {
                self.assign(id, agent);
                self.settle(agent);
            } else {
                self.world.reserve(id, agent);
                self.start_waiting(id);
            }
            return;
        }
        let channel_id = conversation.channel;
        let is_there = self.world.agents[agent.index()].duty == Duty::On;
        let stays = match channel.sticky {
            Sticky::Any => false,
            Sticky::Agent => true,
            Sticky::AgentWhileOnDuty => is_there,
            Sticky::Within(span) => is_there && now - left_off <= span,
        };
        if !stays {
            return self.join_again(id);
        }
        self.world.conversations[id].entries += 1;
        self.tell(Fact::Joined {
            conversation: id,
            queue,
        });
        let looks = self.world.table(agent).check_every.is_some();
        let has_room = self.world.is_available(agent)
            && !looks
            && self.world.has_room(agent, channel_id, queue);
        if (has_room && !self.world.rests(channel_id))
            || (self.world.is_available(agent) && channel.returning == Returning::Exceed)
        {
            self.assign(id, agent);
            self.settle(agent);
        } else {
            self.world.reserve(id, agent);
            self.start_waiting(id);
        }
    }

    /// A silent customer's slot is kept only in part, or not at all.
    pub(super) fn fade(&mut self, id: ConversationId) {
        let conversation = &mut self.world.conversations[id];
        conversation.fade = Default::default();
        let agent = conversation.agent.expect("a fading slot is an agent's");
        let Slot::Fades { to, .. } = self.world.setup.channels[conversation.channel.index()].slot
        else {
            return;
        };
        let kept = (f64::from(conversation.weight) * to).round() as u32;
        if kept > 0 {
            self.world.change_slot(id, kept);
        } else {
            self.free(id);
        }
        self.settle(agent);
    }

    /// A customer has been silent for too long.
    pub(super) fn silence(&mut self, id: ConversationId) {
        let conversation = &mut self.world.conversations[id];
        conversation.inactive = Default::default();
        let channel = &self.world.setup.channels[conversation.channel.index()];
        match channel.inactivity.map(|inactivity| inactivity.then) {
            Some(Inactive::End) => self.end(id, End::TimedOut),
            Some(Inactive::Park) if conversation.kept > 0 => {
                let agent = self.free(id);
                self.settle(agent);
            }
            _ => {}
        }
    }

    /// All the matching that a change at an agent allows: it takes what it may, gives its attention, or goes home.
    pub(super) fn settle(&mut self, agent: AgentId) {
        let known = &self.world.agents[agent.index()];
        let group = &self.world.groups[known.group.index()];
        if group.is_plain && group.debt == 0 && known.is_available() {
            self.take_and_attend(agent);
            self.world.refresh(agent);
        } else {
            self.settle_special(agent);
        }
    }

    /// Takes what the agent has room for, then gives its attention.
    #[inline(always)] // With its one caller that is always in a hurry.
    fn take_and_attend(&mut self, agent: AgentId) {
        while self.world.is_available(agent)
            && self.world.may_take(agent)
            && let Some(id) = self.next_for(agent)
        {
            self.assign(id, agent);
        }
        if self.world.agents[agent.index()].has_ready() {
            self.attend(agent);
        }
        let known = &mut self.world.agents[agent.index()];
        let engaged = known.conversations > 0;
        if L::LISTENS && engaged != known.engaged {
            known.engaged = engaged;
            let group = known.group;
            self.tell(if engaged {
                Fact::Engaged { agent, group }
            } else {
                Fact::Idled { agent, group }
            });
        }
    }

    /// The same for those who are off, about to leave or unavailable, look now and then, or come as needed.
    #[inline(never)]
    fn settle_special(&mut self, agent: AgentId) {
        let group = self.world.agents[agent.index()].group;
        if self.world.groups[group.index()].debt > 0 {
            self.pay_debt(agent);
        }
        if self.world.agents[agent.index()].duty == Duty::Leaving {
            self.take_back(agent);
        }
        self.take_and_attend(agent);
        let known = &self.world.agents[agent.index()];
        if known.duty == Duty::Leaving && known.to_finish == 0 {
            self.world.set_duty(agent, Duty::Off, false);
            self.tell(Fact::OvertimeEnded { agent, group });
        } else if known.unavailable && known.to_finish == 0 {
            self.tell_duty(agent);
        }
        self.next_check(agent);
        self.world.refresh(agent);
        self.keep_one_free(group);
    }

    /// Who is about to leave takes back what kept a part of its slot and is to be finished.
    fn take_back(&mut self, agent: AgentId) {
        let all = &self.world.conversations;
        let known = &self.world.agents[agent.index()];
        let list = known.reserved;
        let rules = &self.world.groups[known.group.index()].at_shift_end;
        let to_finish = |id: &ConversationId| {
            all[*id].kept > 0 && rules[all[*id].channel.index()] == ShiftEnd::Finish
        };
        let back: Vec<_> = list.iter(all).filter(to_finish).collect();
        for id in back {
            let channel = self.world.conversations[id].channel;
            let exceeds = self.world.setup.channels[channel.index()].returning == Returning::Exceed;
            if exceeds || self.world.has_rest(id) {
                self.assign(id, agent);
            }
        }
    }

    /// Who looks into the inbox after a pause does so once nothing is left.
    fn next_check(&mut self, agent: AgentId) {
        let Some(Check::Pause(pause)) = &self.world.table(agent).check_every else {
            return;
        };
        let known = &self.world.agents[agent.index()];
        if known.duty != Duty::On
            || known.apart.check.is_some()
            || known.conversations > 0
            || !known.is_at_leisure()
        {
            return;
        }
        let mut stream = self.seed.stream(
            Purpose::CHECK,
            self.agent_root(agent),
            0,
            known.apart.checks,
        );
        let at = self.world.now.after(pause.draw(&mut stream));
        let ticket = self.agenda.add(at, ENDS_OF_SHIFTS, Event::Check(agent));
        let known = &mut self.world.agents[agent.index()];
        known.apart.checks += 1;
        // Nothing that comes in the pause is seen before its end.
        known.checked = Time(i64::MIN);
        known.apart.check = ticket;
    }

    /// Whether attention is shared at an agent.
    #[inline]
    pub(super) fn shares(&self, agent: AgentId) -> bool {
        let group = self.world.agents[agent.index()].group;
        self.world.groups[group.index()].shares
    }

    /// An agent looks into the inbox. By a period, it takes what came before; between pauses, whatever comes until
    /// nothing is left.
    pub(super) fn look(&mut self, agent: AgentId) {
        let now = self.world.now;
        let until = match self.world.table(agent).check_every {
            Some(Check::Period(_)) => now,
            _ => Time::NEVER,
        };
        self.world.agents[agent.index()].checked = until;
    }
}

/// Patience or tolerance of a conversation ends after `span`, unless somebody is faster.
#[inline]
pub(super) fn time_out(
    agenda: &mut Agenda<Event>,
    now: Time,
    id: ConversationId,
    conversation: &mut Conversation,
    span: Span,
) {
    if let Some(at) = unless_forever(now, span) {
        agenda.cancel(&mut conversation.patience);
        conversation.patience = agenda.add(at, LEAVES, Event::Patience(id));
    }
}
