//! The agenda: what will happen, earliest first.
//!
//! An implicit 4-ary heap over entries of 24 bytes. Taking the earliest leaves a hole at the top that the next addition
//! fills with one walk down, so that an ordinary event, which schedules its successor, costs one walk instead of two.
//! A cancelled entry stays until it comes up (whoever scheduled it knows by its ticket that it is stale) or until stale
//! entries outnumber the live ones and the heap is compacted.

use crate::time::Time;

/// The rank among simultaneous events; lower first.
pub type Class = u8;

/// Names one entry, so that whoever scheduled it can tell whether it still waits for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

impl Ticket {
    /// No entry.
    pub const NONE: Ticket = Ticket(0);

    /// Whether it names an entry.
    #[inline]
    pub fn is_some(self) -> bool {
        self.0 != 0
    }
}

#[derive(Clone, Copy)]
struct Entry<E> {
    time: u64,
    order: u64,
    event: E,
}

impl<E> Entry<E> {
    #[inline]
    fn key(&self) -> u128 {
        u128::from(self.time) << 64 | u128::from(self.order)
    }
}

/// What will happen, earliest first; of simultaneous events the lower class first, then who came first.
pub struct Agenda<E> {
    heap: Vec<Entry<E>>,
    /// Whether the top entry has been taken and waits to be replaced.
    hole: bool,
    sequence: u64,
    stale: usize,
}

const CLASS_SHIFT: u32 = 61;
const ARITY: usize = 4;

impl<E: Copy> Agenda<E> {
    /// An empty agenda.
    pub fn new() -> Self {
        Agenda {
            heap: Vec::new(),
            hole: false,
            sequence: 0,
            stale: 0,
        }
    }

    /// Empty again, keeping its memory.
    pub fn clear(&mut self) {
        self.heap.clear();
        self.hole = false;
        self.sequence = 0;
        self.stale = 0;
    }

    /// Adds an event; simultaneous ones of a class come in the order they were added.
    #[inline]
    pub fn add(&mut self, at: Time, class: Class, event: E) -> Ticket {
        self.sequence += 1;
        self.push(at, u64::from(class) << CLASS_SHIFT | self.sequence, event)
    }

    /// Adds an event that comes in the order of `identity` (less than 2^61) among the simultaneous ones of its class.
    #[inline]
    pub fn add_by_identity(&mut self, at: Time, class: Class, identity: u64, event: E) -> Ticket {
        debug_assert!(identity < 1 << CLASS_SHIFT);
        self.push(at, u64::from(class) << CLASS_SHIFT | identity, event)
    }

    #[inline(never)] // One walk for all who schedule.
    fn push(&mut self, at: Time, order: u64, event: E) -> Ticket {
        let entry = Entry {
            time: at.0 as u64,
            order,
            event,
        };
        if self.hole {
            self.hole = false;
            self.sink(entry);
        } else {
            self.heap.push(entry);
            self.rise(self.heap.len() - 1);
        }
        Ticket(order)
    }

    /// Takes the earliest event, with its instant and its ticket.
    #[inline]
    pub fn take(&mut self) -> Option<(Time, Ticket, E)> {
        if self.hole {
            self.fill();
        }
        let top = self.heap.first()?;
        self.hole = true;
        Some((Time(top.time as i64), Ticket(top.order), top.event))
    }

    /// Notes that an entry will be stale when it comes up.
    #[inline]
    pub fn cancel(&mut self, ticket: &mut Ticket) {
        if ticket.is_some() {
            self.stale += 1;
            *ticket = Ticket::NONE;
        }
    }

    /// Notes that a stale entry came up.
    #[inline]
    pub fn dropped(&mut self) {
        self.stale = self.stale.saturating_sub(1);
    }

    /// Whether stale entries outnumber the live ones by so much that compacting pays.
    #[inline]
    pub fn is_mostly_stale(&self) -> bool {
        self.stale > 64 && self.stale * 2 > self.heap.len()
    }

    /// Removes the entries that nobody waits for any more.
    pub fn compact(&mut self, mut is_live: impl FnMut(Ticket, &E) -> bool) {
        if self.hole {
            self.fill();
        }
        self.heap
            .retain(|entry| is_live(Ticket(entry.order), &entry.event));
        self.stale = 0;
        for position in (0..self.heap.len().div_ceil(ARITY)).rev() {
            self.sink_from(position, self.heap[position]);
        }
    }

    /// Puts the last entry into the hole.
    fn fill(&mut self) {
        self.hole = false;
        if let Some(last) = self.heap.pop()
            && !self.heap.is_empty()
        {
            self.sink(last);
        }
    }

    fn rise(&mut self, mut position: usize) {
        let entry = self.heap[position];
        while position > 0 {
            let parent = (position - 1) / ARITY;
            if self.heap[parent].key() <= entry.key() {
                break;
            }
            self.heap[position] = self.heap[parent];
            position = parent;
        }
        self.heap[position] = entry;
    }

    #[inline]
    fn sink(&mut self, entry: Entry<E>) {
        self.sink_from(0, entry);
    }

    #[inline(always)] // Its entry then never goes through memory on the way in.
    fn sink_from(&mut self, mut position: usize, entry: Entry<E>) {
        let key = entry.key();
        let heap = self.heap.as_mut_slice();
        loop {
            let first = ARITY * position + 1;
            let Some(rest) = heap.get(first..) else {
                break;
            };
            let least = if let Some(children) = rest.first_chunk::<ARITY>() {
                // The least of either pair, then of the two, without a branch.
                let left = usize::from(children[1].key() < children[0].key());
                let right = 2 + usize::from(children[3].key() < children[2].key());
                if children[right].key() < children[left].key() {
                    first + right
                } else {
                    first + left
                }
            } else {
                let last = (first..heap.len()).min_by_key(|child| heap[*child].key());
                let Some(last) = last else { break };
                last
            };
            if heap[least].key() >= key {
                break;
            }
            heap[position] = heap[least];
            position = least;
        }
        heap[position] = entry;
    }
}

impl<E: Copy> Default for Agenda<E> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_entry_takes_24_bytes() {
        assert_eq!(size_of::<Entry<(u32, u32)>>(), 24);
    }

    proptest! {
        /// Against the sorted order of (time, class, sequence), with takings and additions mixed and some entries removed.
        #[test]
        fn events_come_by_time_then_class_then_the_order_they_were_added(
            steps in prop::collection::vec((0u8..4, 0i64..20, 0u8..4), 1..200)
        ) {
            let mut agenda = Agenda::new();
            let mut model: Vec<(i64, u8, u32)> = Vec::new();
            for (number, (action, delay, class)) in steps.into_iter().enumerate() {
                let number = number as u32;
                match action {
                    0 => {
                        model.sort_unstable();
                        let expected = (!model.is_empty()).then(|| model.remove(0));
                        prop_assert_eq!(agenda.take().map(|(time, _, number)| (time.0, number)), expected.map(|e| (e.0, e.2)));
                    }
                    1 => {
                        model.retain(|entry| entry.2 % 3 != 0);
                        agenda.compact(|_, number| number % 3 != 0);
                    }
                    _ => {
                        agenda.add(Time(delay), class, number);
                        model.push((delay, class, number));
                    }
                }
            }
        }
    }
}
