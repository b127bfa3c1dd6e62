//! Duty: shifts, breaks, absence, staffing counts, and looks into the inbox.

use super::{ENDS_OF_SHIFTS, Event, STARTS, Simulation};
use crate::agenda::Ticket;
use crate::agent::{Check, Leave, Roster, ShiftEnd};
use crate::channel::Sticky;
use crate::conversation::State;
use crate::fact::{Fact, Listener};
use crate::id::{AgentId, CalendarId, ConversationId, GroupId};
use crate::random::Purpose;
use crate::time::{Span, Time};
use crate::world::{Doing, Duty, Setup};

/// Agents of a group who share a shift pattern.
pub(super) struct RosterLine {
    group: GroupId,
    first: usize,
    count: usize,
    hours: CalendarId,
    duty: CalendarId,
}

/// The shift patterns of all groups.
pub(super) fn roster_lines(setup: &Setup) -> Vec<RosterLine> {
    let mut lines = Vec::new();
    for (position, agents) in setup.agents.iter().enumerate() {
        let Roster::Shifts(shifts) = &agents.roster else {
            continue;
        };
        let mut first = 0;
        for shift in shifts {
            let count = shift.count as usize;
            lines.push(RosterLine {
                group: GroupId::from(position),
                first,
                count,
                hours: shift.hours,
                duty: shift.duty,
            });
            first += count;
        }
    }
    lines
}

impl<L: Listener> Simulation<'_, L> {
    /// Brings everyone on duty who is planned at the start.
    pub(super) fn staff(&mut self) {
        for shift in 0..self.shifts.len() {
            self.shift(shift as u32);
        }
        for position in 0..self.world.setup.agents.len() {
            let group = GroupId::from(position);
            match self.world.setup.agents[position].roster {
                Roster::Unlimited => self.keep_one_free(group),
                Roster::Counts(_) => self.counts(group),
                Roster::Shifts(_) => {}
            }
        }
    }

    /// A shift or a break in it starts or ends, for all who share it.
    pub(super) fn shift(&mut self, position: u32) {
        let now = self.world.now;
        let line = &self.shifts[position as usize];
        let (hours, duty) = (
            self.world.setup.calendar(line.hours),
            self.world.setup.calendar(line.duty),
        );
        let edge = [hours.next_edge(now), duty.next_edge(now)]
            .into_iter()
            .flatten()
            .min();
        if let Some(at) = edge {
            let class = if duty.is_open(at) {
                STARTS
            } else {
                ENDS_OF_SHIFTS
            };
            self.agenda.add(at, class, Event::Shift { shift: position });
        }
        let (in_shift, on_break) = (hours.is_open(now), !duty.is_open(now));
        // A shift under way at the start belongs to the day it began on.
        let began = if now == Time::ZERO {
            hours.since()
        } else {
            now
        };
        let (group, members) = (line.group, line.first..line.first + line.count);
        for number in members {
            let agent = self.world.groups[group.index()].members[number];
            let known = &self.world.agents[agent.index()];
            match (known.in_shift, in_shift) {
                (false, true) => {
                    self.tell(Fact::ShiftStarted { agent, group });
                    self.world.agents[agent.index()].in_shift = true;
                    if !self.is_absent(agent, began) {
                        self.begin_duty(agent, on_break);
                    }
                }
                (true, false) => {
                    self.tell(Fact::ShiftEnded { agent, group });
                    self.world.agents[agent.index()].in_shift = false;
                    if self.world.agents[agent.index()].duty == Duty::On {
                        self.end_duty(agent);
                    }
                }
                (true, true) if known.duty == Duty::On && known.apart.on_break != on_break => {
                    self.world.agents[agent.index()].apart.on_break = on_break;
                    self.change_availability(agent);
                }
                _ => {}
            }
        }
    }

    /// Whether an agent is absent from a shift; the same for all that begin on one date of its zone.
    fn is_absent(&self, agent: AgentId, began: Time) -> bool {
        let table = self.world.table(agent);
        table.absent > 0.0 && {
            let date = table.days.number(began) as u32;
            let root = self.agent_root(agent);
            let mut stream = self.seed.stream(Purpose::ABSENCE, root, 0, date);
            stream.happens(table.absent)
        }
    }

    /// An agent comes on duty, and finds what it left.
    pub(super) fn begin_duty(&mut self, agent: AgentId, on_break: bool) {
        let now = self.world.now;
        let known = &mut self.world.agents[agent.index()];
        let group = known.group;
        let was_leaving = known.duty == Duty::Leaving;
        known.apart.on_break = on_break;
        known.apart.has_other_work = false;
        known.apart.hour = now;
        if was_leaving {
            self.tell(Fact::OvertimeEnded { agent, group });
        }
        self.world.note_present(group, true);
        self.world.set_duty(agent, Duty::On, on_break);
        self.tell_duty(agent);
        self.next_other_work(agent);
        if let Some(check) = &self.world.table(agent).check_every {
            self.look(agent);
            if let Check::Period(period) = check {
                let ticket =
                    self.agenda
                        .add(now.after(*period), ENDS_OF_SHIFTS, Event::Check(agent));
                self.world.agents[agent.index()].apart.check = ticket;
            }
        }
        self.settle(agent);
    }

    /// An agent goes off duty: finishes, hands over or pauses what it has.
    pub(super) fn end_duty(&mut self, agent: AgentId) {
        let known = &mut self.world.agents[agent.index()];
        let group = known.group;
        self.agenda.cancel(&mut known.apart.other_work);
        self.agenda.cancel(&mut known.apart.check);
        self.world.note_present(group, false);
        self.stand_down(agent);
        let stays = self.world.agents[agent.index()].to_finish > 0;
        self.world
            .set_duty(agent, if stays { Duty::Leaving } else { Duty::Off }, false);
        let known = &mut self.world.agents[agent.index()];
        if std::mem::take(&mut known.known_on_duty) {
            self.tell(Fact::DutyEnded {
                agent,
                group,
                overtime: stays,
            });
        }
        self.world.refresh(agent);
        let hands_over = self.world.groups[group.index()]
            .at_shift_end
            .contains(&ShiftEnd::HandOver);
        if hands_over || !self.world.agents[agent.index()].reserved.is_empty() {
            // Nobody whose own shift ends at this instant is to take it.
            self.agenda
                .add(self.world.now, ENDS_OF_SHIFTS, Event::HandOver(agent));
        }
        self.settle(agent);
    }

    /// Gives what is to be handed over to the heads of the queues.
    pub(super) fn hand_all_over(&mut self, agent: AgentId) {
        let known = &self.world.agents[agent.index()];
        if known.duty == Duty::On {
            return;
        }
        let rules = &self.world.groups[known.group.index()].at_shift_end;
        let held = self.world.conversations.iter().filter(|(_, conversation)| {
            conversation.agent == Some(agent)
                && conversation.kept > 0
                && rules[conversation.channel.index()] == ShiftEnd::HandOver
                && matches!(
                    conversation.state,
                    State::Ready | State::Reserved | State::Gap
                )
        });
        let mut held: Vec<ConversationId> = held.map(|(id, _)| id).collect();
        // Whoever is there takes of them by the queue's order.
        let world = &self.world;
        held.sort_by_key(|id| {
            let line = &world.lines[world.conversations[*id].queue.index()];
            line.place(*id, &world.conversations, world.setup, world.now)
        });
        for id in held {
            let conversation = &self.world.conversations[id];
            match conversation.state {
                _ if conversation.silent => self.send_silent_away(id),
                State::Gap => {
                    // Anyone's, once its customer answers.
                    self.free(id);
                    self.tell(Fact::HandedOver { conversation: id });
                    let conversation = &mut self.world.conversations[id];
                    (conversation.agent, conversation.resumes) = (None, true);
                }
                State::Reserved => self.hand_over_waiting(id),
                _ => {
                    self.world.stop_being_ready(id);
                    self.hand_over(id);
                }
            }
        }
        self.release_reserved(agent);
        self.settle(agent);
    }

    /// Lets anyone take who waits for the rest of a slot: it has joined its queue already, so its wait goes on.
    fn hand_over_waiting(&mut self, id: ConversationId) {
        self.world.stop_waiting(id);
        self.free(id);
        self.tell(Fact::HandedOver { conversation: id });
        let conversation = &mut self.world.conversations[id];
        let line = &self.world.lines[conversation.queue.index()];
        conversation.age = line.head_age(conversation.since);
        self.world.wait(id);
        self.offer(id);
    }

    /// Whoever waits for just this agent while it is on duty waits for anyone now.
    fn release_reserved(&mut self, agent: AgentId) {
        let list = self.world.agents[agent.index()].reserved;
        let all = &self.world.conversations;
        let moves = |id: &ConversationId| {
            let conversation = &all[*id];
            let sticky = self.world.setup.channels[conversation.channel.index()].sticky;
            conversation.kept == 0 && matches!(sticky, Sticky::AgentWhileOnDuty | Sticky::Within(_))
        };
        let moved: Vec<_> = list.iter(all).filter(moves).collect();
        for id in moved {
            self.world.stop_waiting(id);
            self.world.wait(id);
            self.offer(id);
        }
    }

    /// Attention stops on what is not to be finished; it waits with its agent.
    fn stand_down(&mut self, agent: AgentId) {
        let known = &self.world.agents[agent.index()];
        let rules = &self.world.groups[known.group.index()].at_shift_end;
        let active = known.apart.shared.active.iter().map(|active| active.doing);
        let stops = |doing: Doing| match doing {
            Doing::Turn(id) => Some(id).filter(|id| {
                rules[self.world.conversations[*id].channel.index()] != ShiftEnd::Finish
            }),
            _ => None,
        };
        // What ends at this very instant is done.
        let one = Some(known.doing).filter(|_| !self.is_due(agent));
        let stopped: Vec<_> = one.into_iter().chain(active).filter_map(stops).collect();
        for id in stopped {
            self.put_aside(id);
            self.ready(id);
        }
    }

    /// A break or other work starts or ends.
    fn change_availability(&mut self, agent: AgentId) {
        let known = &self.world.agents[agent.index()];
        let unavailable = known.apart.on_break || known.apart.has_other_work;
        if unavailable {
            self.stand_down(agent);
        }
        self.world.set_duty(agent, Duty::On, unavailable);
        self.tell_duty(agent);
        self.settle(agent);
    }

    /// Tells whether an agent is on duty; who is unavailable still is while it finishes what it has.
    pub(super) fn tell_duty(&mut self, agent: AgentId) {
        let known = &mut self.world.agents[agent.index()];
        let group = known.group;
        if matches!(
            self.world.setup.agents[group.index()].roster,
            Roster::Unlimited
        ) {
            return;
        }
        let on_duty = known.duty == Duty::On && !(known.unavailable && known.to_finish == 0);
        if on_duty != known.known_on_duty {
            known.known_on_duty = on_duty;
            let started = Fact::DutyStarted { agent, group };
            self.tell(if on_duty {
                started
            } else {
                Fact::DutyEnded {
                    agent,
                    group,
                    overtime: false,
                }
            });
        }
    }

    /// Draws when, within the next hour of duty, other work keeps an agent from customers.
    fn next_other_work(&mut self, agent: AgentId) {
        let share = self.world.table(agent).in_office;
        if share <= 0.0 {
            return;
        }
        let known = &self.world.agents[agent.index()];
        let hour = known.apart.hour;
        let index = (hour.0 / Span::SECOND.0) as u32;
        let late = self
            .seed
            .stream(Purpose::UNAVAILABLE, self.agent_root(agent), 0, index)
            .uniform();
        let at = hour + Span::HOUR.scaled(late * (1.0 - share));
        let ticket = self.agenda.add(at, ENDS_OF_SHIFTS, Event::OtherWork(agent));
        self.world.agents[agent.index()].apart.other_work = ticket;
    }

    /// Other work in the office starts or ends.
    pub(super) fn other_work(&mut self, agent: AgentId, ticket: Ticket) {
        let share = self.world.table(agent).in_office;
        let now = self.world.now;
        let known = &mut self.world.agents[agent.index()];
        if known.apart.other_work != ticket {
            return self.agenda.dropped();
        }
        known.apart.has_other_work = !known.apart.has_other_work;
        if known.apart.has_other_work {
            known.apart.other_work = self.agenda.add(
                now + Span::HOUR.scaled(share),
                STARTS,
                Event::OtherWork(agent),
            );
        } else {
            known.apart.hour = known.apart.hour + Span::HOUR;
            self.next_other_work(agent);
        }
        self.change_availability(agent);
    }

    /// A staffing count changes.
    pub(super) fn counts(&mut self, group: GroupId) {
        let Roster::Counts(steps) = &self.world.setup.agents[group.index()].roster else {
            return;
        };
        let now = self.world.now;
        let step = &mut self.steps[group.index()];
        let mut wanted = 0;
        while let Some((at, count)) = steps.get(*step).filter(|(at, _)| *at <= now) {
            debug_assert!(*at <= now);
            wanted = *count;
            *step += 1;
        }
        if let Some((at, next)) = steps.get(*step) {
            let class = if *next > wanted {
                STARTS
            } else {
                ENDS_OF_SHIFTS
            };
            self.agenda.add(*at, class, Event::Counts(group));
        }
        let leave = self.world.setup.agents[group.index()].leave;
        while self.counted_on(group) < wanted {
            if self.world.groups[group.index()].debt > 0 {
                self.world.groups[group.index()].debt -= 1;
                continue;
            }
            // Who is about to leave stays; else the first who is not there comes.
            let members = &self.world.groups[group.index()].members;
            let with = |duty: Duty| {
                members
                    .iter()
                    .copied()
                    .find(|agent| self.world.agents[agent.index()].duty == duty)
            };
            let Some(agent) = with(Duty::Leaving).or_else(|| with(Duty::Off)) else {
                return;
            };
            self.world.agents[agent.index()].in_shift = true;
            self.tell(Fact::ShiftStarted { agent, group });
            self.begin_duty(agent, false);
        }
        while self.counted_on(group) > wanted {
            let members = self.world.groups[group.index()]
                .members
                .iter()
                .rev()
                .copied();
            let mut on = members.filter(|agent| self.world.agents[agent.index()].duty == Duty::On);
            let idle = on
                .clone()
                .find(|agent| self.world.agents[agent.index()].conversations == 0);
            match (idle, leave) {
                (Some(agent), _) => self.go_home(agent),
                (None, Leave::Named) => {
                    let Some(agent) = on.next() else { return };
                    self.go_home(agent);
                }
                (None, Leave::Next) => self.world.groups[group.index()].debt += 1,
            }
        }
    }

    /// Agents of a group on duty, without those who are to leave when they are done.
    fn counted_on(&self, group: GroupId) -> u32 {
        let group = &self.world.groups[group.index()];
        group.on_duty - group.debt
    }

    /// An agent's planned time ends with a count.
    fn go_home(&mut self, agent: AgentId) {
        let group = self.world.agents[agent.index()].group;
        self.world.agents[agent.index()].in_shift = false;
        self.tell(Fact::ShiftEnded { agent, group });
        self.end_duty(agent);
    }

    /// Whoever is done goes home while more are there than planned.
    pub(super) fn pay_debt(&mut self, agent: AgentId) {
        let known = &self.world.agents[agent.index()];
        if known.duty == Duty::On && known.conversations == 0 {
            self.world.groups[known.group.index()].debt -= 1;
            self.go_home(agent);
        }
    }

    /// An unlimited group always has one more agent.
    pub(super) fn keep_one_free(&mut self, group: GroupId) {
        let unlimited = matches!(
            self.world.setup.agents[group.index()].roster,
            Roster::Unlimited
        );
        if unlimited && self.world.groups[group.index()].free == 0 {
            let agent = self.world.add_agent(group);
            self.begin_duty(agent, false);
        }
    }

    /// An agent looks into the inbox.
    pub(super) fn check(&mut self, agent: AgentId, ticket: Ticket) {
        if self.world.agents[agent.index()].apart.check != ticket {
            return self.agenda.dropped();
        }
        self.world.agents[agent.index()].apart.check = Ticket::NONE;
        self.look(agent);
        if let Some(Check::Period(period)) = &self.world.table(agent).check_every {
            let at: Time = self.world.now.after(*period);
            self.world.agents[agent.index()].apart.check =
                self.agenda.add(at, ENDS_OF_SHIFTS, Event::Check(agent));
        }
        self.settle(agent);
    }
}
