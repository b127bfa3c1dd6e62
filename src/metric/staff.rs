//! What is counted of agents, by group: time paid, on duty, with conversations, in attention and in overtime.

use super::level::{Course, Level};
use super::window::Window;
use crate::agent::Roster;
use crate::fact::Fact;
use crate::id::{AgentId, GroupId};
use crate::time::Time;
use crate::world::Setup;

/// Agent-time of a group within the counted time \[ns\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// In shifts: breaks and absence included.
    pub shift: i128,
    /// On duty.
    pub duty: i128,
    /// Finishing after duty.
    pub overtime: i128,
    /// At work (on duty or in overtime) with a conversation.
    pub busy: i128,
    /// In attention: work, notice of those who left silently, and wrap-up.
    pub attention: i128,
    /// In which anybody is on duty (time of the group, not of agents).
    pub anybody: i128,
    /// In which everybody on duty has a conversation (time of the group).
    pub all_busy: i128,
}

/// A group in the counted time of a replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crew {
    /// Its agent-time.
    pub hours: Hours,
    /// Agents on duty.
    pub on_duty: Course,
    /// Agents at work with a conversation.
    pub busy: Course,
    /// Conversations with a slot of an agent at work.
    pub held: Course,
    /// The most conversations that one agent at work had.
    pub most: u32,
}

/// A group as its listeners know it.
#[derive(Clone, Debug, Default)]
struct Group {
    shift: i128,
    attention: i128,
    anybody: i128,
    all_busy: i128,
    on_duty: Level,
    busy: Level,
    overtime: Level,
    held: Level,
    most: u32,
    busy_on_duty: i64,
    is_anybody: bool,
    are_all_busy: bool,
}

/// What a group's numbers were from one cut to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CrewCourse {
    /// Agents on duty.
    pub on_duty: Course,
    /// Agents at work with a conversation.
    pub busy: Course,
    /// Agents in overtime.
    pub overtime: Course,
}

/// One agent as its listeners know it.
#[derive(Clone, Copy, Debug, Default)]
struct Person {
    group: u32,
    held: u32,
    in_shift: bool,
    on_duty: bool,
    in_overtime: bool,
    engaged: bool,
}

/// All agents, by group, and all groups together.
///
/// Where a state is no level, whoever enters it is given all the counted time that is left, and whoever leaves it gives
/// back what is left then: nobody has to remember since when.
#[derive(Debug)]
pub struct Staff {
    window: Window,
    people: Vec<Person>,
    /// By [`GroupId`]; the last is all of them together, without what [`Staff::crews`] adds up. One group is all.
    groups: Vec<Group>,
    unlimited: Vec<bool>,
}

impl Staff {
    /// Nobody known yet.
    pub fn new(setup: &Setup) -> Staff {
        let count = setup.agents.len();
        let with_all = if count == 1 { 1 } else { count + 1 };
        Staff {
            window: Window::new(setup),
            people: Vec::new(),
            groups: vec![Group::default(); with_all],
            unlimited: setup
                .agents
                .iter()
                .map(|agents| matches!(agents.roster, Roster::Unlimited))
                .collect(),
        }
    }

    /// By [`GroupId`]; the last is all of them together.
    pub fn crews(&self) -> Vec<Crew> {
        let of = |group: &Group| Crew {
            hours: Hours {
                shift: group.shift,
                duty: group.on_duty.total().area,
                overtime: group.overtime.total().area,
                busy: group.busy.total().area,
                attention: group.attention,
                anybody: group.anybody,
                all_busy: group.all_busy,
            },
            on_duty: group.on_duty.total(),
            busy: group.busy.total(),
            held: group.held.total(),
            most: group.most,
        };
        let mut crews: Vec<Crew> = self.groups.iter().map(of).collect();
        if crews.len() == self.unlimited.len() {
            crews.push(crews[0]);
        } else if let Some((all, groups)) = crews.split_last_mut() {
            for crew in groups {
                all.hours.shift += crew.hours.shift;
                all.hours.attention += crew.hours.attention;
                all.most = all.most.max(crew.most);
            }
        }
        crews
    }

    /// Time finishing after duty, by [`GroupId`]; the last is that of all together.
    pub fn overtime(&self) -> Vec<i128> {
        let crews = self.crews();
        crews.iter().map(|crew| crew.hours.overtime).collect()
    }

    /// A fact about an agent.
    #[inline(always)] // Which fact is known where it is told.
    pub fn hear(&mut self, now: Time, fact: Fact) {
        match fact {
            Fact::ShiftStarted { agent, group } => {
                self.change(now, agent, group, |person| person.in_shift = true)
            }
            Fact::ShiftEnded { agent, group } => {
                self.change(now, agent, group, |person| person.in_shift = false)
            }
            Fact::DutyStarted { agent, group } => {
                self.change(now, agent, group, |person| person.on_duty = true)
            }
            Fact::DutyEnded {
                agent,
                group,
                overtime,
            } => self.change(now, agent, group, |person| {
                (person.on_duty, person.in_overtime) = (false, overtime);
            }),
            Fact::OvertimeEnded { agent, group } => {
                self.change(now, agent, group, |person| person.in_overtime = false);
            }
            Fact::Engaged { agent, group } => {
                self.change(now, agent, group, |person| person.engaged = true)
            }
            Fact::Idled { agent, group } => {
                self.change(now, agent, group, |person| person.engaged = false)
            }
            _ => {}
        }
    }

    /// An agent gives a slot to a conversation.
    #[inline]
    pub fn give_slot(&mut self, now: Time, agent: AgentId, group: GroupId) {
        let person = self.meet(agent, group);
        person.held += 1;
        let (held, is_there) = (person.held, self.is_at_work(agent));
        if is_there {
            self.hold(now, group, 1);
            let group = &mut self.groups[group.index()];
            if held > group.most && now < self.window.to {
                group.most = held;
            }
        }
    }

    /// An agent takes a slot back.
    #[inline]
    pub fn take_slot(&mut self, now: Time, agent: AgentId, group: GroupId) {
        self.meet(agent, group).held -= 1;
        if self.is_at_work(agent) {
            self.hold(now, group, -1);
        }
    }

    #[inline]
    fn hold(&mut self, now: Time, group: GroupId, by: i64) {
        self.groups[group.index()].held.change(by, now);
        let all = self.groups.len() - 1;
        if all != group.index() {
            self.groups[all].held.change(by, now);
        }
    }

    /// Attention of an agent from one instant to another.
    #[inline]
    pub fn attention(&mut self, agent: AgentId, from: Time, to: Time) {
        if let Some(person) = self.people.get(agent.index()) {
            let time = self.window.clip(from, to);
            self.groups[person.group as usize].attention += i128::from(time.0);
        }
    }

    /// The counted time starts.
    pub fn start(&mut self, at: Time) {
        for group in &mut self.groups {
            group.most = 0;
            for level in [
                &mut group.on_duty,
                &mut group.busy,
                &mut group.overtime,
                &mut group.held,
            ] {
                level.start(at);
            }
        }
        for position in 0..self.people.len() {
            if self.is_at_work(AgentId::from(position)) {
                let person = self.people[position];
                let group = &mut self.groups[person.group as usize];
                group.most = group.most.max(person.held);
            }
        }
    }

    /// Cuts all numbers; `tell` is told what each group's were since the last cut, all groups together the last.
    pub fn cut(&mut self, at: Time, mut tell: impl FnMut(usize, CrewCourse)) {
        let cut = |group: &mut Group| {
            group.held.cut(at);
            CrewCourse {
                on_duty: group.on_duty.cut(at),
                busy: group.busy.cut(at),
                overtime: group.overtime.cut(at),
            }
        };
        for (position, group) in self.groups.iter_mut().enumerate() {
            let course = cut(group);
            tell(position, course);
            if self.unlimited.len() == 1 {
                tell(1, course);
            }
        }
    }

    /// Nobody known, keeping the memory.
    pub fn clear(&mut self) {
        self.people.clear();
        self.groups.fill(Group::default());
    }

    #[inline]
    fn meet(&mut self, agent: AgentId, group: GroupId) -> &mut Person {
        if agent.index() >= self.people.len() {
            self.people.resize(agent.index() + 1, Person::default());
        }
        let person = &mut self.people[agent.index()];
        person.group = group.0;
        person
    }

    /// An unlimited group has whoever is needed: its agents are there when they have a conversation.
    #[inline]
    fn is_at_work(&self, agent: AgentId) -> bool {
        let person = &self.people[agent.index()];
        person.on_duty || person.in_overtime || self.unlimited[person.group as usize]
    }

    #[inline(never)] // What changes is known in each of its copies, and many places tell of it.
    fn change(&mut self, now: Time, agent: AgentId, group: GroupId, change: impl Fn(&mut Person)) {
        let before = *self.meet(agent, group);
        let was_there = self.is_at_work(agent);
        let person = &mut self.people[agent.index()];
        change(person);
        let after = *person;
        let is_there = self.is_at_work(agent);
        let left = self.window.left(now);
        let difference = |is: bool, was: bool| i64::from(is) - i64::from(was);
        let on_duty = difference(after.on_duty, before.on_duty);
        let overtime = difference(after.in_overtime, before.in_overtime);
        let busy = difference(after.engaged && is_there, before.engaged && was_there);
        let busy_on_duty = difference(
            after.engaged && after.on_duty,
            before.engaged && before.on_duty,
        );
        let first = &mut self.groups[group.index()];
        pass(&mut first.shift, before.in_shift, after.in_shift, left);
        if is_there && now < self.window.to {
            first.most = first.most.max(after.held);
        }
        let held = i64::from(after.held) * difference(is_there, was_there);
        if held != 0 {
            self.hold(now, group, held);
        }
        let all = self.groups.len() - 1;
        // One group is all of them: once.
        let others = usize::from(all != group.index());
        for position in [group.index(), all].into_iter().take(1 + others) {
            let group = &mut self.groups[position];
            group.busy.change(busy, now);
            group.busy_on_duty += busy_on_duty;
            if overtime != 0 {
                group.overtime.change(overtime, now);
            }
            if on_duty != 0 {
                group.on_duty.change(on_duty, now);
                let anybody = group.on_duty.value() > 0;
                pass(&mut group.anybody, group.is_anybody, anybody, left);
                group.is_anybody = anybody;
            }
            let all_busy = group.is_anybody && group.busy_on_duty == group.on_duty.value();
            pass(&mut group.all_busy, group.are_all_busy, all_busy, left);
            group.are_all_busy = all_busy;
        }
    }
}

/// Gives or takes back the time that is left, where a state has changed.
#[inline]
fn pass(time: &mut i128, was: bool, is: bool, left: i64) {
    if is != was {
        *time += i128::from(if is { left } else { -left });
    }
}
