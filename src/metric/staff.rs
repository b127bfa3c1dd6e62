//! What is counted of agents, by group: time paid, on duty, with conversations, in attention and in overtime.

use crate::agent::Roster;
use crate::fact::Fact;
use crate::id::{AgentId, GroupId};
use crate::metric::stats::Level;
use crate::time::Time;
use crate::world::Setup;

/// Agent-time of a group within the counted time [ns].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// In shifts: breaks and absence included.
    pub shift: i128,
    /// On duty.
    pub duty: i128,
    /// Finishing after duty.
    pub overtime: i128,
    /// With a conversation, on duty or in overtime.
    pub busy: i128,
    /// In attention: work and wrap-up.
    pub attention: i128,
    /// In which anybody is on duty (time of the group, not of agents).
    pub anybody: i128,
    /// In which everybody on duty has a conversation (time of the group).
    pub all_busy: i128,
}

impl Hours {
    /// Adds another group's or replication's.
    pub fn merge(&mut self, other: &Hours) {
        self.shift += other.shift;
        self.duty += other.duty;
        self.overtime += other.overtime;
        self.busy += other.busy;
        self.attention += other.attention;
        self.anybody += other.anybody;
        self.all_busy += other.all_busy;
    }
}

/// A group as its listeners know it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crew {
    /// Its agent-time.
    pub hours: Hours,
    /// Agents on duty.
    pub on_duty: Level,
    /// Agents with a conversation, on duty or in overtime.
    pub busy: Level,
    busy_on_duty: i64,
    since: Time,
}

/// One agent as its listeners know it.
#[derive(Clone, Copy, Debug, Default)]
struct Person {
    group: usize,
    since: Time,
    in_shift: bool,
    on_duty: bool,
    in_overtime: bool,
    engaged: bool,
}

/// All agents, by group, and all groups together.
#[derive(Debug)]
pub struct Staff {
    from: Time,
    to: Time,
    people: Vec<Person>,
    /// By [`GroupId`]; the last is all of them together.
    pub crews: Vec<Crew>,
    unlimited: Vec<bool>,
}

impl Staff {
    /// Nobody known yet.
    pub fn new(setup: &Setup) -> Staff {
        Staff {
            from: setup.warm_up,
            to: setup.length,
            people: Vec::new(),
            crews: vec![Crew::default(); setup.agents.len() + 1],
            unlimited: setup
                .agents
                .iter()
                .map(|agents| matches!(agents.roster, Roster::Unlimited))
                .collect(),
        }
    }

    /// A fact about an agent.
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

    /// Attention of an agent from one instant to another.
    #[inline]
    pub fn attention(&mut self, agent: AgentId, from: Time, to: Time) {
        let time = i128::from((to.min(self.to).0 - from.max(self.from).0).max(0));
        let Some(person) = self.people.get(agent.index()) else {
            return;
        };
        let all = self.crews.len() - 1;
        self.crews[person.group].hours.attention += time;
        self.crews[all].hours.attention += time;
    }

    /// The counted time starts.
    pub fn start(&mut self) {
        for crew in &mut self.crews {
            crew.on_duty.start();
            crew.busy.start();
        }
    }

    /// The counted time ends.
    pub fn stop(&mut self, now: Time) {
        for agent in 0..self.people.len() {
            let group = GroupId::from(self.people[agent].group);
            self.change(now, AgentId::from(agent), group, |_| {});
        }
        for crew in &mut self.crews {
            crew.pass(now, self.from, self.to);
            crew.on_duty.stop();
            crew.busy.stop();
        }
    }

    /// Nobody known, keeping the memory.
    pub fn clear(&mut self) {
        self.people.clear();
        self.crews.fill(Crew::default());
    }

    #[inline]
    fn change(&mut self, now: Time, agent: AgentId, group: GroupId, change: impl Fn(&mut Person)) {
        if agent.index() >= self.people.len() {
            self.people.resize(agent.index() + 1, Person::default());
        }
        let person = &mut self.people[agent.index()];
        let before = *person;
        let (from, to) = (before.since.max(self.from), now.min(self.to));
        let time = i128::from((to.0 - from.0).max(0));
        let counted = now >= self.from && now < self.to;
        person.group = group.index();
        change(person);
        person.since = now;
        let after = *person;
        // An unlimited group has whoever is needed: its agents are there when they have a conversation.
        let unlimited = self.unlimited[group.index()];
        let is_busy =
            |person: Person| person.engaged && (unlimited || person.on_duty || person.in_overtime);
        let all = self.crews.len() - 1;
        for crew in [group.index(), all] {
            let crew = &mut self.crews[crew];
            let hours = &mut crew.hours;
            hours.shift += time * i128::from(before.in_shift);
            hours.duty += time * i128::from(before.on_duty);
            hours.overtime += time * i128::from(before.in_overtime);
            hours.busy += time * i128::from(is_busy(before));
            if after.on_duty != before.on_duty || after.engaged != before.engaged {
                crew.pass(now, self.from, self.to);
            }
            let difference = |is: bool, was: bool| i64::from(is) - i64::from(was);
            crew.on_duty
                .change(difference(after.on_duty, before.on_duty), counted);
            crew.busy
                .change(difference(is_busy(after), is_busy(before)), counted);
            crew.busy_on_duty += difference(
                after.engaged && after.on_duty,
                before.engaged && before.on_duty,
            );
        }
    }
}

impl Crew {
    /// Time passes for the group as a whole.
    fn pass(&mut self, now: Time, from: Time, to: Time) {
        let time = i128::from((now.min(to).0 - self.since.max(from).0).max(0));
        self.since = now;
        if self.on_duty.now() > 0 {
            self.hours.anybody += time;
            self.hours.all_busy += time * i128::from(self.busy_on_duty == self.on_duty.now());
        }
    }
}
