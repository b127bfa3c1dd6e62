//! What is counted of agents, by group: time paid, on duty, with conversations, in attention and in overtime.

use crate::agent::Roster;
use crate::fact::Fact;
use crate::id::{AgentId, GroupId};
use crate::metric::stats::{Level, Window};
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
    anybody: bool,
    all_busy: bool,
}

/// One agent as its listeners know it.
#[derive(Clone, Copy, Debug, Default)]
struct Person {
    group: usize,
    in_shift: bool,
    on_duty: bool,
    in_overtime: bool,
    engaged: bool,
}

/// All agents, by group, and all groups together.
///
/// Whoever enters a state is given all the counted time that is left, and whoever leaves it gives back what is left
/// then: nobody has to remember since when.
#[derive(Debug)]
pub struct Staff {
    window: Window,
    people: Vec<Person>,
    /// By [`GroupId`]; the last is all of them together, without the agent-time that [`Staff::crews`] adds up.
    crews: Vec<Crew>,
    unlimited: Vec<bool>,
}

impl Staff {
    /// Nobody known yet.
    pub fn new(setup: &Setup) -> Staff {
        Staff {
            window: Window {
                from: setup.warm_up,
                to: setup.length,
            },
            people: Vec::new(),
            crews: vec![Crew::default(); setup.agents.len() + 1],
            unlimited: setup
                .agents
                .iter()
                .map(|agents| matches!(agents.roster, Roster::Unlimited))
                .collect(),
        }
    }

    /// By [`GroupId`]; the last is all of them together.
    pub fn crews(&self) -> Vec<Crew> {
        let mut crews = self.crews.clone();
        if let Some((all, groups)) = crews.split_last_mut() {
            for hours in groups.iter().map(|crew| crew.hours) {
                // Whether anybody or everybody is there is no sum over groups.
                all.hours.merge(&Hours {
                    anybody: 0,
                    all_busy: 0,
                    ..hours
                });
            }
        }
        crews
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

    /// Attention of an agent from one instant to another.
    #[inline]
    pub fn attention(&mut self, agent: AgentId, from: Time, to: Time) {
        if let Some(person) = self.people.get(agent.index()) {
            let time = self.window.clip(from, to);
            self.crews[person.group].hours.attention += i128::from(time.0);
        }
    }

    /// The counted time starts.
    pub fn start(&mut self) {
        for crew in &mut self.crews {
            crew.on_duty.start();
            crew.busy.start();
        }
    }

    /// The counted time ends.
    pub fn stop(&mut self) {
        for crew in &mut self.crews {
            crew.on_duty.stop();
            crew.busy.stop();
        }
    }

    /// Nobody known, keeping the memory.
    pub fn clear(&mut self) {
        self.people.clear();
        self.crews.fill(Crew::default());
    }

    #[inline(never)] // What changes is known in each of its copies, and many places tell of it.
    fn change(&mut self, now: Time, agent: AgentId, group: GroupId, change: impl Fn(&mut Person)) {
        if agent.index() >= self.people.len() {
            self.people.resize(agent.index() + 1, Person::default());
        }
        let person = &mut self.people[agent.index()];
        let before = *person;
        person.group = group.index();
        change(person);
        let after = *person;
        let (left, counted) = (self.window.left(now), self.window.has(now));
        // An unlimited group has whoever is needed: its agents are there when they have a conversation.
        let unlimited = self.unlimited[group.index()];
        let is_busy =
            |person: Person| person.engaged && (unlimited || person.on_duty || person.in_overtime);
        let (busy, was_busy) = (is_busy(after), is_busy(before));
        let hours = &mut self.crews[group.index()].hours;
        pass(&mut hours.shift, before.in_shift, after.in_shift, left);
        pass(&mut hours.duty, before.on_duty, after.on_duty, left);
        pass(
            &mut hours.overtime,
            before.in_overtime,
            after.in_overtime,
            left,
        );
        pass(&mut hours.busy, was_busy, busy, left);
        let difference = |is: bool, was: bool| i64::from(is) - i64::from(was);
        let on_duty = difference(after.on_duty, before.on_duty);
        let busy_on_duty = difference(
            after.engaged && after.on_duty,
            before.engaged && before.on_duty,
        );
        let all = self.crews.len() - 1;
        for crew in [group.index(), all] {
            let crew = &mut self.crews[crew];
            crew.busy.change(difference(busy, was_busy), counted);
            crew.busy_on_duty += busy_on_duty;
            if on_duty != 0 {
                crew.on_duty.change(on_duty, counted);
                let anybody = crew.on_duty.now() > 0;
                pass(&mut crew.hours.anybody, crew.anybody, anybody, left);
                crew.anybody = anybody;
            }
            let all_busy = crew.anybody && crew.busy_on_duty == crew.on_duty.now();
            pass(&mut crew.hours.all_busy, crew.all_busy, all_busy, left);
            crew.all_busy = all_busy;
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
