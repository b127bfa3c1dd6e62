//! Turns: attention, work, replies, ends and wrap-up.

use super::opening::{pick, unless_forever};
use super::queueing::time_out;
use super::{ENDS, Event, Simulation, TIME_OUTS};
use crate::agenda::{Agenda, Ticket};
use crate::agent::{Attention, Rework, ShiftEnd};
use crate::arrival::Given;
use crate::channel::Slot;
use crate::conversation::{Conversation, List, State};
use crate::fact::{End, Fact, Listener};
use crate::id::{AgentId, ConversationId, TopicId};
use crate::random::{Purpose, Seed};
use crate::time::{Span, Time};
use crate::world::{Active, Agent, Doing, Duty, Setup};

impl<L: Listener> Simulation<'_, L> {
    /// An agent gives its attention to the turns that wait for it: held customers first, then the oldest.
    #[inline(never)] // Nearly always somebody is given attention as soon as assigned.
    pub(super) fn attend(&mut self, agent: AgentId) {
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
    #[inline(always)] // With those who assign and attend.
    pub(super) fn start(&mut self, id: ConversationId, agent: AgentId) {
        let (seed, now, setup) = (self.seed, self.world.now, self.world.setup);
        let replays = self.replays;
        let (conversation, known, group) = self.world.together(id, agent);
        conversation.state = State::Working;
        let channel = &setup.channels[conversation.channel.index()];
        if channel.holds_customer {
            self.agenda.cancel(&mut conversation.patience);
        }
        if conversation.silent {
            return self.notice(id, agent);
        }
        let speed = group.speeds[conversation.queue.index()];
        let mut cost = Span::ZERO;
        if group.switches {
            let last = known.apart.last.replace(conversation.root);
            if last.is_some_and(|last| last != conversation.root) {
                let switch = &setup.agents[known.group.index()].switch_cost;
                cost = conversation.draw(seed, switch, Purpose::SWITCH, conversation.starts);
            }
        }
        if conversation.resumes {
            let resume = &channel.resume_cost;
            cost += conversation.draw(seed, resume, Purpose::RESUME, conversation.starts);
        }
        let work = match conversation.remaining.take() {
            Some(remaining) => remaining,
            None => {
                let given = replays.then(|| setup.given(conversation)).flatten();
                work(setup, conversation, given, seed)
            }
        };
        conversation.resumes = false;
        if channel.holds_customer {
            let own = &setup.customers[conversation.customers.index()]
                .patience
                .talk;
            if let Some(patience) = own.as_ref().or(channel.patience.talk.as_ref()) {
                let (purpose, starts) = (Purpose::PATIENCE_TALK, conversation.starts);
                let patience = conversation.draw(seed, patience, purpose, starts);
                time_out(&mut self.agenda, now, id, conversation, patience);
            }
        }
        conversation.starts += 1;
        let started = Fact::Started {
            conversation: id,
            agent,
        };
        self.listener.hear(now, started);
        let piece = Piece {
            doing: Doing::Turn(id),
            work,
            cost,
            speed,
        };
        if group.shares {
            self.begin_shared(agent, piece);
        } else {
            piece.begin(&mut self.agenda, now, agent, known);
        }
    }

    /// Attention starts on a customer who has left silently.
    #[cold]
    fn notice(&mut self, id: ConversationId, agent: AgentId) {
        let conversation = &self.world.conversations[id];
        let channel = &self.world.setup.channels[conversation.channel.index()];
        let notice = channel.silent.as_ref().map_or(Span::ZERO, |silent| {
            let (purpose, index) = (Purpose::SILENT.of(1), conversation.entries);
            conversation.draw(self.seed, &silent.notice, purpose, index)
        });
        self.tell(Fact::NoticeStarted {
            conversation: id,
            agent,
        });
        self.begin(agent, Piece::besides(Doing::Notice(id), notice));
    }

    /// A piece of attention begins.
    fn begin(&mut self, agent: AgentId, piece: Piece) {
        let now = self.world.now;
        let known = &mut self.world.agents[agent.index()];
        if self.world.groups[known.group.index()].shares {
            self.begin_shared(agent, piece);
        } else {
            piece.begin(&mut self.agenda, now, agent, known);
        }
    }

    /// The same beside others.
    #[inline(never)]
    fn begin_shared(&mut self, agent: AgentId, piece: Piece) {
        let Piece {
            doing,
            work,
            cost,
            speed,
        } = piece;
        let id = match doing {
            Doing::Turn(id) | Doing::Notice(id) | Doing::WrapUp(id) => id,
            Doing::Nothing => return,
        };
        let weight = match self.world.table(agent).attention {
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
        if conversation.happens(self.seed, channel.clarify, Purpose::CLARIFY, turn) {
            conversation.turns_left += 1;
        }
        if conversation.turns_left == 0 {
            return self.done(id);
        }
        let conversation = &self.world.conversations[id];
        let gap = self
            .given_to(conversation)
            .and_then(|given| given.reply_gap)
            .unwrap_or_else(|| {
                conversation.draw(self.seed, &channel.reply_gap, Purpose::REPLY_GAP, turn)
            });
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
    #[inline(always)] // With the end of the last turn.
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
        let wrap_up = &self.world.setup.channels[conversation.channel.index()].wrap_up;
        let wrap_up = conversation.draw(self.seed, wrap_up, Purpose::WRAP_UP, conversation.stage);
        if wrap_up == Span::ZERO {
            self.free(id);
            return self.gone(id);
        }
        self.world.conversations[id].state = State::WrapUp;
        self.tell(Fact::WrapUpStarted {
            conversation: id,
            agent,
        });
        self.begin(agent, Piece::besides(Doing::WrapUp(id), wrap_up));
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
        let urgency = self.given_to(&self.world.conversations[id]);
        let urgency = urgency.and_then(|given| given.urgency);
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

/// A piece of attention: `work` at `speed`, after what it costs to get into it.
struct Piece {
    doing: Doing,
    work: Span,
    cost: Span,
    speed: f64,
}

impl Piece {
    /// What is no turn of a conversation: it costs nothing to get into it, and nobody is faster at it.
    fn besides(doing: Doing, work: Span) -> Piece {
        Piece {
            doing,
            work,
            cost: Span::ZERO,
            speed: 1.0,
        }
    }

    /// It has all of an agent's attention from now on.
    #[inline(always)]
    fn begin(self, agenda: &mut Agenda<Event>, now: Time, agent: AgentId, known: &mut Agent) {
        known.doing = self.doing;
        known.doing_work = self.work;
        known.works_since = now.after(self.cost);
        let at = known.works_since.after(at_speed(self.work, self.speed));
        known.doing_end = agenda.add(at, ENDS, Event::Attention(agent));
    }
}

/// An agent's effort on the present turn.
#[inline(always)] // With the start of the turn.
fn work(setup: &Setup, conversation: &Conversation, given: Option<&Given>, seed: Seed) -> Span {
    let works = &setup.topics[conversation.topic.index()].works;
    let work = &works[(conversation.topic_turn as usize).min(works.len() - 1)];
    let (purpose, index) = match conversation.resamples {
        true => (Purpose::RESAMPLE, conversation.starts),
        false => (Purpose::WORK, conversation.turn),
    };
    let factor = setup.channels[conversation.channel.index()].work_factor;
    given
        .filter(|_| conversation.stage == 0)
        .and_then(|given| given.work)
        .unwrap_or_else(|| conversation.draw(seed, work, purpose, index))
        .scaled(factor)
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
