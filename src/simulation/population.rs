//! Finite populations: members who think, open, end and think again.
//!
//! All members start to think at the start of the run, each with a whole time of thinking: for exponential times that is
//! the long run of an empty system, for others the warm-up must pass first. A member thinks again from the end of its
//! conversation on: its wrap-up is the agent's affair, a rejection is an end, and between the attempts of one
//! conversation it does not think. So with exponential times and no wrap-up these are the systems of Engset (no queue) and
//! of machine repair (a queue).

use super::{Event, OPENINGS, Simulation};
use crate::arrival;
use crate::fact::Listener;
use crate::id::{ConversationId, CustomersId};
use crate::random::{Purpose, Root};
use crate::world::Setup;

/// A population and where its members stand among all.
pub(super) struct Population<'a> {
    segment: u16,
    home: u16,
    first: u32,
    table: &'a arrival::Population,
}

/// A member of some population.
pub(super) struct Member {
    /// The position of its population.
    population: u32,
    /// How many conversations it has opened.
    cycle: u32,
}

/// The populations of a strategy.
pub(super) fn populations(setup: &Setup) -> Vec<Population<'_>> {
    let mut populations = Vec::new();
    let mut first = 0;
    for (segment, customers) in setup.customers.iter().enumerate() {
        for (home, place) in customers.homes.iter().enumerate() {
            if let Some(table) = place.arrivals.population() {
                populations.push(Population {
                    segment: segment as u16,
                    home: home as u16,
                    first,
                    table,
                });
                first += table.members;
            }
        }
    }
    populations
}

impl<L: Listener> Simulation<'_, L> {
    /// All members of all populations start to think.
    pub(super) fn let_all_think(&mut self) {
        self.members.clear();
        for (position, population) in self.populations.iter().enumerate() {
            self.members
                .extend((0..population.table.members).map(|_| Member {
                    population: position as u32,
                    cycle: 0,
                }));
        }
        for member in 0..self.members.len() {
            self.think(member);
        }
    }

    fn think(&mut self, member: usize) {
        let root = self.root_of(member);
        let population = &self.populations[self.members[member].population as usize];
        let think = population
            .table
            .think
            .draw_keyed(self.seed, Purpose::THINK, root, 0, 0);
        // By identity like the openings of streams; a member opens only one at a time.
        let identity = self.identity_of(root);
        self.agenda.add_by_identity(
            self.world.now.after(think),
            OPENINGS,
            identity,
            Event::Thought {
                member: member as u32,
            },
        );
    }

    /// What the next conversation of a member grows from: it is known by member and cycle.
    fn root_of(&self, member: usize) -> Root {
        let Member { population, cycle } = self.members[member];
        let Population {
            segment,
            home,
            first,
            ..
        } = self.populations[population as usize];
        Root {
            segment,
            zone: home,
            place: cycle,
            number: member as u64 - u64::from(first),
        }
    }

    /// A member has thought and opens a conversation.
    pub(super) fn thought(&mut self, member: u32) {
        if !self.accepting {
            return;
        }
        let root = self.root_of(member as usize);
        self.members[member as usize].cycle += 1;
        self.open(
            CustomersId::from(usize::from(root.segment)),
            root.zone,
            root,
        );
    }

    /// A conversation has ended for good: if its customer is a member, that thinks again.
    #[inline]
    pub(super) fn think_again(&mut self, id: ConversationId) {
        if self.populations.is_empty() {
            return;
        }
        let root = self.world.conversations[id].root;
        let own = |population: &&Population| {
            (population.segment, population.home) == (root.segment, root.zone)
        };
        if let Some(population) = self.populations.iter().find(own) {
            self.think(population.first as usize + root.number as usize);
        }
    }
}
