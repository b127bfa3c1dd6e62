//! Who of a group has room for a kind of conversation, found without looking at every agent.

use crate::rule::Pick;

/// How an agent with room compares with the others of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether taking means interrupting what the agent does: 0 is no, else the fewer the better.
    pub interrupts: u32,
    /// How many conversations the agent has.
    pub conversations: u32,
    /// Thousandths of a slot free.
    pub free: u32,
    /// The agent's number in the group.
    pub number: u32,
    /// When its load last changed, as a count of changes.
    pub changed: u64,
    /// When it was last given a conversation, as a count of changes.
    pub given: u64,
}

/// How an agent compares with those of other groups; less is first.
pub type Key = (u64, u64);

/// The agents of one group with room for one kind of conversation, in the order of a `pick`.
#[derive(Debug)]
pub enum Room {
    /// Lists by rank, each in the order of the last change: nothing is ever compared.
    Ranks(Ranks),
    /// A tournament over keys.
    Keys(Keys),
    /// Bags to draw from: those with free room, those who would be interrupted.
    Bags(Vec<Bag>),
}

impl Room {
    /// Nobody, for a pick; those who would be interrupted differ by up to so many levels.
    pub fn new(pick: Pick, levels: usize) -> Room {
        match pick {
            Pick::LongestIdle if levels == 1 => Room::Ranks(Ranks::default()),
            Pick::Random => {
                let mut bags = Vec::new();
                bags.resize_with(1 + levels, Bag::default);
                Room::Bags(bags)
            }
            by => Room::Keys(Keys {
                by,
                keys: Vec::new(),
            }),
        }
    }

    /// Notes how an agent stands now; `None` is without room.
    #[inline]
    pub fn set(&mut self, number: u32, standing: Option<Standing>) {
        match self {
            Room::Ranks(ranks) => ranks.set(number, standing),
            Room::Keys(keys) => keys.set(number, standing),
            Room::Bags(bags) => {
                for (bag, interrupts) in bags.iter_mut().zip(0..) {
                    bag.set(
                        number,
                        standing.is_some_and(|standing| standing.interrupts == interrupts),
                    );
                }
            }
        }
    }

    /// Notes that an agent has no room.
    #[inline]
    pub fn leave(&mut self, number: u32) {
        match self {
            Room::Ranks(ranks) => ranks.leave(number),
            _ => self.set(number, None),
        }
    }

    /// The first by the pick; `draw` decides a random pick.
    #[inline]
    pub fn first(&self, draw: impl FnOnce(usize) -> usize) -> Option<u32> {
        match self {
            Room::Ranks(ranks) => ranks.first().map(|(_, number)| number),
            Room::Keys(keys) => keys.first().map(|(_, number)| number),
            Room::Bags(bags) => {
                let bag = bags.iter().find(|bag| !bag.members.is_empty())?;
                Some(bag.members[draw(bag.members.len())])
            }
        }
    }

    /// The first by a pick that is not random, with a key that compares it with the first of another group.
    pub fn first_by_key(&self) -> Option<(Key, u32)> {
        match self {
            Room::Ranks(ranks) => {
                let (rank, number) = ranks.first()?;
                let changed = ranks.places[number as usize].changed;
                let order = match rank {
                    INTERRUPTS => level(1),
                    free => u64::from(free),
                };
                Some(((order, changed), number))
            }
            Room::Keys(keys) => keys.first(),
            Room::Bags(_) => None,
        }
    }

    /// How many stand in the best tier of a random pick.
    pub fn candidates(&self) -> usize {
        match self {
            Room::Bags(bags) => bags
                .iter()
                .map(|bag| bag.members.len())
                .find(|len| *len > 0)
                .unwrap_or(0),
            _ => 1,
        }
    }

    /// Nobody, keeping the memory.
    pub fn clear(&mut self) {
        match self {
            Room::Ranks(ranks) => {
                ranks.lists = [(NOBODY, NOBODY); RANKS];
                ranks.filled = 0;
                ranks.places.clear();
            }
            Room::Keys(keys) => keys.keys.clear(),
            Room::Bags(bags) => bags.iter_mut().for_each(|bag| {
                bag.members.clear();
                bag.places.clear();
            }),
        }
    }
}

const NOBODY: u32 = u32::MAX;

/// Those without a conversation, those with some, those who would be interrupted.
const RANKS: usize = 3;
const INTERRUPTS: u8 = 2;

/// Lists by rank, longest idle first: a list keeps the order in which its members came.
#[derive(Debug)]
pub struct Ranks {
    lists: [(u32, u32); RANKS],
    filled: u8,
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    rank: u8,
    before: u32,
    after: u32,
    changed: u64,
}

const NO_RANK: u8 = u8::MAX;
const ELSEWHERE: Place = Place {
    rank: NO_RANK,
    before: NOBODY,
    after: NOBODY,
    changed: 0,
};

impl Default for Ranks {
    fn default() -> Self {
        Ranks {
            lists: [(NOBODY, NOBODY); RANKS],
            filled: 0,
            places: Vec::new(),
        }
    }
}

impl Ranks {
    fn rank(standing: Standing) -> u8 {
        match standing.interrupts {
            0 => u8::from(standing.conversations > 0),
            _ => INTERRUPTS,
        }
    }

    #[inline]
    fn set(&mut self, number: u32, standing: Option<Standing>) {
        let index = number as usize;
        if index >= self.places.len() {
            self.places.resize(index + 1, ELSEWHERE);
        }
        let Some(standing) = standing else {
            return self.leave(number);
        };
        let rank = Ranks::rank(standing);
        let old = &self.places[index];
        if old.rank != NO_RANK {
            if standing.changed == old.changed && rank == old.rank {
                return;
            }
            self.leave(number);
        }
        let list = &mut self.lists[usize::from(rank)];
        let before = list.1;
        list.1 = number;
        match before {
            NOBODY => list.0 = number,
            before => self.places[before as usize].after = number,
        }
        self.filled |= 1 << rank;
        self.places[index] = Place {
            rank,
            before,
            after: NOBODY,
            changed: standing.changed,
        };
    }

    #[inline]
    fn leave(&mut self, number: u32) {
        let Some(place) = self.places.get_mut(number as usize) else {
            return;
        };
        if place.rank == NO_RANK {
            return;
        }
        let old = std::mem::replace(place, ELSEWHERE);
        let list = &mut self.lists[usize::from(old.rank)];
        match old.before {
            NOBODY => list.0 = old.after,
            before => self.places[before as usize].after = old.after,
        }
        match old.after {
            NOBODY => list.1 = old.before,
            after => self.places[after as usize].before = old.before,
        }
        if list.0 == NOBODY {
            self.filled &= !(1 << old.rank);
        }
    }

    /// The first of the best rank, and that rank.
    #[inline]
    fn first(&self) -> Option<(u8, u32)> {
        if self.filled == 0 {
            return None;
        }
        let rank = self.filled.trailing_zeros();
        Some((rank as u8, self.lists[rank as usize].0))
    }
}

/// Where keys of those who would be interrupted begin.
fn level(interrupts: u32) -> u64 {
    u64::from(interrupts) << 32
}

/// A tournament over keys: the winner of each pair moves up.
#[derive(Debug)]
pub struct Keys {
    by: Pick,
    /// Node `n` has children `2n` and `2n + 1`; the leaves are the second half. The key is beside the number that has it.
    keys: Vec<(Key, u32)>,
}

const NO_KEY: (Key, u32) = ((u64::MAX, u64::MAX), NOBODY);

impl Keys {
    fn key(&self, standing: Standing) -> Key {
        let (order, tie) = match self.by {
            Pick::LongestIdle => {
                let engaged = standing.interrupts == 0 && standing.conversations > 0;
                (u32::from(engaged), standing.changed)
            }
            Pick::LeastActive => (standing.conversations, standing.changed),
            Pick::MostAvailable => (u32::MAX - standing.free, standing.changed),
            Pick::RoundRobin => (0, standing.given),
            _ => (0, u64::from(standing.number)),
        };
        (level(standing.interrupts) | u64::from(order), tie)
    }

    fn set(&mut self, number: u32, standing: Option<Standing>) {
        let index = number as usize;
        let mut leaves = self.keys.len() / 2;
        if index >= leaves {
            let old: Vec<_> = self.keys.get(leaves..).unwrap_or_default().to_vec();
            leaves = (index + 1).next_power_of_two();
            self.keys = vec![NO_KEY; 2 * leaves];
            self.keys[leaves..leaves + old.len()].copy_from_slice(&old);
            for node in (1..leaves).rev() {
                self.keys[node] = self.keys[2 * node].min(self.keys[2 * node + 1]);
            }
        }
        let mut node = leaves + index;
        self.keys[node] = standing.map_or(NO_KEY, |standing| (self.key(standing), number));
        while node > 1 {
            node /= 2;
            self.keys[node] = self.keys[2 * node].min(self.keys[2 * node + 1]);
        }
    }

    fn first(&self) -> Option<(Key, u32)> {
        let (key, number) = *self.keys.get(1)?;
        (number != NOBODY).then_some((key, number))
    }
}

/// Members in no order, each found by its place.
#[derive(Debug, Default)]
pub struct Bag {
    members: Vec<u32>,
    places: Vec<u32>,
}

impl Bag {
    fn set(&mut self, number: u32, inside: bool) {
        let index = number as usize;
        if index >= self.places.len() {
            self.places.resize(index + 1, NOBODY);
        }
        let place = self.places[index];
        match (place == NOBODY, inside) {
            (true, true) => {
                self.places[index] = self.members.len() as u32;
                self.members.push(number);
            }
            (false, false) => {
                self.members.swap_remove(place as usize);
                if let Some(moved) = self.members.get(place as usize) {
                    self.places[*moved as usize] = place;
                }
                self.places[index] = NOBODY;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against a plain search through all agents, for each pick that is not random.
        #[test]
        fn the_first_is_the_one_a_plain_search_finds(
            pick in prop::sample::select(vec![
                Pick::LongestIdle, Pick::LeastActive, Pick::MostAvailable, Pick::RoundRobin, Pick::Listed,
            ]),
            levels in 1u32..4,
            steps in prop::collection::vec((0u32..6, prop::option::of((0u32..40, 0u32..4))), 1..60)
        ) {
            let mut room = Room::new(pick, levels as usize);
            let mut all: Vec<Option<Standing>> = vec![None; 6];
            for (stamp, (number, new)) in steps.into_iter().enumerate() {
                let stamp = stamp as u64 + 1;
                all[number as usize] = new.map(|(conversations, interrupts)| Standing {
                    interrupts: interrupts.min(levels), conversations, free: 40_000_000 - 1_000_000 * conversations, number, changed: stamp, given: 1000 - stamp,
                });
                room.set(number, all[number as usize]);
                let key = |s: &Standing| (s.interrupts, match pick {
                    Pick::LongestIdle if s.interrupts > 0 => (0, s.changed),
                    Pick::LongestIdle => (u64::from(s.conversations > 0), s.changed),
                    Pick::LeastActive | Pick::MostAvailable => (u64::from(s.conversations), s.changed),
                    Pick::RoundRobin => (s.given, 0),
                    Pick::Listed | Pick::Random => (u64::from(s.number), 0),
                });
                let expected = all.iter().flatten().min_by_key(|s| key(s)).map(|s| s.number);
                prop_assert_eq!(room.first(|_| 0), expected);
                prop_assert_eq!(room.first_by_key().map(|(_, number)| number), expected);
            }
        }
    }
}
