//! Turns: attention, work, replies, ends and wrap-up.

use super::opening::{pick, unless_forever};
use super::{ENDS, Event, Simulation, TIME_OUTS};
use crate::agenda::Ticket;
use crate::agent::{Attention, Rework, ShiftEnd};
use crate::channel::Slot;
use crate::conversation::{List, State};
use crate::fact::{End, Fact, Listener};
use crate::id::{AgentId, ConversationId, TopicId};
use crate::random::Purpose;
use crate::time::{Span, Time};
use crate::world::{Active, Doing, Duty};

impl<L: Listener> Simulation<'_, L> {
    /// An agent gives its attention to the turns that wait for it: held customers first, then the oldest.
    #[inline]
    pub(super) fn attend(&mut self, agent: AgentId) {
        if self.world.agents[agent.index()]
            .ready
            .iter()
            .all(List::is_empty)
        {
            return;
        }
        let shares = self.shares(agent);
        let mut changed = false;
        while (shares || self.world.agents[agent.index()].doing == Doing::Nothing)
            && let Some(id) = self.next_turn(agent)
        {
            if shares && !changed {
                self.let_pass(agent);
                changed = true;
            }
            self.world.stop_being_ready(id);
            self.start(id, agent);
        }
        if changed {
            self.schedule_shared(agent);
        }
    }

    #[inline]
    fn next_turn(&self, agent: AgentId) -> Option<ConversationId> {
        let known = &self.world.agents[agent.index()];
        let group = &self.world.groups[known.group.index()];
        let all = &self.world.conversations;
        let is_there = known.duty == Duty::On && !known.unavailable;
        if is_there && !group.interrupts_by_rank {
            return known.ready.iter().find_map(List::first);
        }
        let may = |id: &ConversationId| {
            let rule = group.at_shift_end[all[*id].channel.index()];
            is_there || (known.duty != Duty::Off && rule == ShiftEnd::Finish)
        };
        // Those that interrupt each other by rank are taken by rank, too.
        let rank = |id: &ConversationId| match group.interrupts_by_rank {
            true => group.rank(all[*id].queue),
            false => 0,
        };
        let [mut first, by_rank, mut last] = known.ready.map(|list| list.iter(all).filter(may));
        let first = first.next().or_else(|| by_rank.min_by_key(rank));
        first.or_else(|| last.next())
    }

    /// Attention starts, or goes on, on a conversation's turn.
    #[inline]
    pub(super) fn start(&mut self, id: ConversationId, agent: AgentId) {
        let conversation = &mut self.world.conversations[id];
        conversation.state = State::Working;
        let channel = &self.world.setup.channels[conversation.channel.index()];
        if channel.holds_customer {
            self.agenda.cancel(&mut conversation.patience);
        }
        if conversation.silent {
            let index = conversation.entries;
            let notice = channel.silent.as_ref().map_or(Span::ZERO, |silent| {
                self.draw(&silent.notice, Purpose::SILENT.of(1), id, index)
            });
            self.tell(Fact::NoticeStarted {
                conversation: id,
                agent,
            });
            return self.begin(agent, Doing::Notice(id), notice, Span::ZERO, 1.0);
        }
        let (resumes, root) = (conversation.resumes, conversation.root);
        let (queue, customers) = (conversation.queue, conversation.customers);
        let group = &self.world.groups[self.world.agents[agent.index()].group.index()];
        let speed = group.speeds[queue.index()];
        let starts = self.world.conversations[id].starts;
        let mut cost = Span::ZERO;
        if group.switches {
            let last = self.world.agents[agent.index()].apart.last.replace(root);
            if last.is_some_and(|last| last != root) {
                cost = self.draw(
                    &self.world.table(agent).switch_cost,
                    Purpose::SWITCH,
                    id,
                    starts,
                );
            }
        }
        if resumes {
            cost += self.draw(&channel.resume_cost, Purpose::RESUME, id, starts);
        }
        let work = match self.world.conversations[id].remaining {
            Some(remaining) => remaining,
            None => self.work(id),
        };
        let conversation = &mut self.world.conversations[id];
        conversation.resumes = false;
        conversation.remaining = None;
        conversation.starts += 1;
        if channel.holds_customer {
            let own = &self.world.setup.customers[customers.index()].patience.talk;
            if let Some(patience) = own.as_ref().or(channel.patience.talk.as_ref()) {
                let patience = self.draw(patience, Purpose::PATIENCE_TALK, id, starts);
                self.time_out(id, patience);
            }
        }
        self.tell(Fact::Started {
            conversation: id,
            agent,
        });
        self.begin(agent, Doing::Turn(id), work, cost, speed);
    }

    /// An agent's effort on the present turn.
    #[inline]
    fn work(&self, id: ConversationId) -> Span {
        let conversation = &self.world.conversations[id];
        let works = &self.world.setup.topics[conversation.topic.index()].works;
        let work = &works[(conversation.topic_turn as usize).min(works.len() - 1)];
        let (purpose, index) = match conversation.resamples {
            true => (Purpose::RESAMPLE, conversation.starts),
            false => (Purpose::WORK, conversation.turn),
        };
        let factor = self.world.setup.channels[conversation.channel.index()].work_factor;
        self.given_at_first(id)
            .and_then(|given| given.work)
            .unwrap_or_else(|| self.draw(work, purpose, id, index))
            .scaled(factor)
    }

    /// A piece of attention begins: `work` at `speed`, after what it costs to get into it.
    #[inline]
    fn begin(&mut self, agent: AgentId, doing: Doing, work: Span, cost: Span, speed: f64) {
        let now = self.world.now;
        let table = self.world.table(agent);
        if let Attention::One = table.attention {
            let at = now.after(cost).after(at_speed(work, speed));
            let ticket = self.agenda.add(at, ENDS, Event::Attention(agent));
            let known = &mut self.world.agents[agent.index()];
            (known.doing, known.doing_end) = (doing, ticket);
            (known.doing_work, known.works_since) = (work, now.after(cost));
            return;
        }
        let id = match doing {
            Doing::Turn(id) | Doing::Notice(id) | Doing::WrapUp(id) => id,
            Doing::Nothing => return,
        };
        let weight = match table.attention {
            Attention::Shared => f64::from(self.world.conversations[id].weight) / 1000.0,
            _ => 1.0,
        };
        let known = &mut self.world.agents[agent.index()];
        let pace = 1.0 / (speed * weight);
        let total = work.0 as f64 + cost.0 as f64 * speed;
        let sequence = known.apart.shared.sequence;
        known.apart.shared.sequence += 1;
        known.apart.shared.push(Active {
            end: known.apart.shared.clock + total * pace,
            doing,
            weight,
            pace,
            sequence,
        });
    }

    /// Lets the virtual time of shared attention pass until now; whoever changes the active ones does so after this.
    fn let_pass(&mut self, agent: AgentId) {
        let attention = &self.world.table(agent).attention;
        let now = self.world.now;
        self.world.agents[agent.index()]
            .apart
            .shared
            .advance(now, attention);
    }

    /// Schedules the next end under shared attention.
    fn schedule_shared(&mut self, agent: AgentId) {
        let attention = &self.world.table(agent).attention;
        let now = self.world.now;
        let shared = &mut self.world.agents[agent.index()].apart.shared;
        self.agenda.cancel(&mut shared.next_end);
        if let Some(first) = shared.active.first() {
            let left = Span::from_nanoseconds(
                (first.end - shared.clock).max(0.0) / shared.rate(attention),
            );
            shared.next_end = self
                .agenda
                .add(now.after(left), ENDS, Event::Attention(agent));
        }
    }

    /// A piece of attention ends.
    #[inline]
    pub(super) fn attention_ends(&mut self, agent: AgentId, ticket: Ticket) {
        let known = &mut self.world.agents[agent.index()];
        let doing = if known.doing_end == ticket {
            known.doing_end = Ticket::NONE;
            std::mem::replace(&mut known.doing, Doing::Nothing)
        } else if known.apart.shared.next_end == ticket {
            known.apart.shared.next_end = Ticket::NONE;
            self.let_pass(agent);
            let shared = &mut self.world.agents[agent.index()].apart.shared;
            let ended = shared.remove(0);
            // The end was rounded to a whole nanosecond; virtual time is exactly there.
            shared.clock = ended.end;
            ended.doing
        } else {
            return self.agenda.dropped();
        };
        match doing {
            Doing::Turn(id) => self.turn_done(id, agent),
            Doing::Notice(id) => {
                self.tell(Fact::Stopped {
                    conversation: id,
                    agent,
                });
                self.free(id);
                self.gone(id);
            }
            Doing::WrapUp(id) => {
                self.tell(Fact::WrapUpDone {
                    conversation: id,
                    agent,
                });
                self.free(id);
                self.gone(id);
            }
            Doing::Nothing => {}
        }
        if self.shares(agent) {
            self.schedule_shared(agent);
        }
        self.settle(agent);
    }

    /// An agent turn is done: the ball is with the customer, or the conversation's turns are used up.
    #[inline]
    fn turn_done(&mut self, id: ConversationId, agent: AgentId) {
        let now = self.world.now;
        self.tell(Fact::Stopped {
            conversation: id,
            agent,
        });
        self.tell(Fact::Replied {
            conversation: id,
            agent,
        });
        let conversation = &mut self.world.conversations[id];
        self.agenda.cancel(&mut conversation.patience);
        let turn = conversation.turn;
        conversation.turn += 1;
        conversation.topic_turn += 1;
        conversation.turns_left -= 1;
        conversation.since = now;
        conversation.resamples = false;
        conversation.state = State::Gap;
        let channel = &self.world.setup.channels[conversation.channel.index()];
        if self.happens(channel.clarify, Purpose::CLARIFY, id, turn) {
            self.world.conversations[id].turns_left += 1;
        }
        if self.world.conversations[id].turns_left == 0 {
            return self.done(id);
        }
        let gap = self
            .given_to(id)
            .and_then(|given| given.reply_gap)
            .unwrap_or_else(|| self.draw(&channel.reply_gap, Purpose::REPLY_GAP, id, turn));
        let conversation = &self.world.conversations[id];
        let home = &self.world.setup.customers[conversation.customers.index()].homes
            [conversation.home as usize];
        let back = if home.online.0 == 0 {
            now.after(gap)
        } else {
            self.world.setup.calendar(home.online).after_open(now, gap)
        };
        let gap = if back == Time::NEVER {
            Ticket::NONE
        } else {
            self.agenda.add(back, ENDS, Event::Answer(id))
        };
        self.world.conversations[id].timer = gap;
        match channel.slot {
            Slot::Held => {}
            Slot::Released => {
                self.free(id);
            }
            // A timer only for who will be silent for so long.
            Slot::Fades { after, .. } => {
                if let Some(at) = unless_forever(now, after).filter(|at| *at < back) {
                    self.world.conversations[id].fade =
                        self.agenda.add(at, TIME_OUTS, Event::Fade(id));
                }
            }
        }
        if let Some(inactivity) = channel.inactivity
            && let Some(at) = unless_forever(now, inactivity.after).filter(|at| *at < back)
        {
            self.world.conversations[id].inactive =
                self.agenda.add(at, TIME_OUTS, Event::Silence(id));
        }
    }

    /// A conversation's turns are used up: it goes on as another topic, or is resolved and wrapped up.
    pub(super) fn done(&mut self, id: ConversationId) {
        let conversation = &self.world.conversations[id];
        let next = &self.world.setup.topics[conversation.topic.index()].next;
        if !next.is_empty() {
            let mut stream = self.seed.stream(
                Purpose::NEXT,
                conversation.root,
                conversation.attempt,
                conversation.stage,
            );
            if let Some(topic) = pick(next, stream.uniform()) {
                return self.go_on(id, topic);
            }
        }
        self.forget_timers(id);
        self.leave_line(id);
        self.tell(Fact::Ended {
            conversation: id,
            end: End::Resolved,
            again: false,
        });
        self.think_again(id);
        let conversation = &self.world.conversations[id];
        if conversation.kept == 0 {
            return self.gone(id);
        }
        let agent = conversation.agent.expect("a slot is an agent's");
        let stage = conversation.stage;
        let wrap_up = &self.world.setup.channels[conversation.channel.index()].wrap_up;
        let wrap_up = self.draw(wrap_up, Purpose::WRAP_UP, id, stage);
        if wrap_up == Span::ZERO {
            self.free(id);
            return self.gone(id);
        }
        self.world.conversations[id].state = State::WrapUp;
        self.tell(Fact::WrapUpStarted {
            conversation: id,
            agent,
        });
        self.begin(agent, Doing::WrapUp(id), wrap_up, Span::ZERO, 1.0);
    }

    /// A conversation goes on as another topic: it leaves its agent and takes a route anew.
    fn go_on(&mut self, id: ConversationId, topic: TopicId) {
        self.forget_timers(id);
        self.leave_line(id);
        self.tell(Fact::WentOn {
            conversation: id,
            topic,
        });
        let freed = (self.world.conversations[id].kept > 0).then(|| self.free(id));
        let urgency = self.given_to(id).and_then(|given| given.urgency);
        let conversation = &mut self.world.conversations[id];
        conversation.topic = topic;
        conversation.urgency =
            urgency.unwrap_or_else(|| self.world.setup.urgency(conversation.customers, topic));
        conversation.stage += 1;
        conversation.topic_turn = 0;
        conversation.state = State::Away;
        conversation.agent = None;
        if let Some(agent) = freed {
            // The agent's attention is free only once the shared ones are counted anew, which its own event does; taking
            // from the queue comes before the conversation that moves on.
            if !self.shares(agent) {
                self.settle(agent);
            }
        }
        self.enter(id);
    }

    /// Attention on a turn stops before it is done, and the turn will go on later.
    pub(super) fn put_aside(&mut self, id: ConversationId) {
        let agent = self.world.conversations[id]
            .agent
            .expect("work is an agent's");
        let Some(remaining) = self.stop_attention(id) else {
            return;
        };
        let rework = self.world.table(agent).interrupted.work;
        let conversation = &mut self.world.conversations[id];
        conversation.resumes = true;
        match rework {
            Rework::Resume => conversation.remaining = Some(remaining),
            Rework::Restart => conversation.remaining = None,
            Rework::Resample => {
                conversation.remaining = None;
                conversation.resamples = true;
            }
        }
        if self.world.setup.channels[conversation.channel.index()].holds_customer {
            self.agenda.cancel(&mut conversation.patience);
        }
    }

    /// Whether the one thing that has an agent's attention ends at this instant.
    pub(super) fn is_due(&self, agent: AgentId) -> bool {
        let known = &self.world.agents[agent.index()];
        let Doing::Turn(id) = known.doing else {
            return false;
        };
        let queue = self.world.conversations[id].queue;
        let speed = self.world.groups[known.group.index()].speeds[queue.index()];
        known.works_since.after(at_speed(known.doing_work, speed)) <= self.world.now
    }

    /// Attention on a conversation stops; what is left of its work.
    pub(super) fn stop_attention(&mut self, id: ConversationId) -> Option<Span> {
        let now = self.world.now;
        let agent = self.world.conversations[id].agent?;
        let is_about = |doing: Doing| matches!(doing, Doing::Turn(other) | Doing::Notice(other) if other == id);
        let known = &mut self.world.agents[agent.index()];
        let queue = self.world.conversations[id].queue;
        let speed = self.world.groups[known.group.index()].speeds[queue.index()];
        let remaining = if is_about(known.doing) {
            self.agenda.cancel(&mut known.doing_end);
            known.doing = Doing::Nothing;
            let worked = Span((now - known.works_since).0.max(0)).scaled(speed);
            Span((known.doing_work - worked).0.max(0))
        } else {
            self.let_pass(agent);
            let shared = &mut self.world.agents[agent.index()].apart.shared;
            let place = shared
                .active
                .iter()
                .position(|active| is_about(active.doing))?;
            let active = shared.remove(place);
            let left = Span::from_nanoseconds((active.end - shared.clock) / active.pace);
            self.schedule_shared(agent);
            left
        };
        self.tell(Fact::Stopped {
            conversation: id,
            agent,
        });
        Some(remaining)
    }
}

/// How long work takes at a speed.
#[inline]
fn at_speed(work: Span, speed: f64) -> Span {
    if speed == 1.0 {
        work
    } else {
        work.scaled(1.0 / speed)
    }
}
