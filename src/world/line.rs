//! A queue at one moment: who waits, and in what order they are taken.

use crate::conversation::{Conversation, Conversations, List};
use crate::id::{ChannelId, ConversationId, QueueId};
use crate::measure::Clock;
use crate::queue::Queue;
use crate::rule::{Estimator, Order, Urgency};
use crate::time::{Span, Time};
use crate::world::setup::{Setup, Target};

/// How somebody who waits compares with others; less is taken first.
pub type Place = (i64, i64);

/// Who waits in a queue for anyone.
///
/// They stand in one list per channel and rank (urgency, or length of the target), each by age; so the next is the best
/// of a few heads whatever the order, and an agent without room for a channel passes over its lists.
#[derive(Debug)]
pub struct Line {
    order: Order,
    lists: Vec<List>,
    /// What each list's members have in common.
    kinds: Vec<Kind>,
    /// For each channel, its first list, or none if it never waits here.
    channels: Vec<Option<usize>>,
    ranks: Vec<Rank>,
    /// Who waits for anyone, and how many wait for one certain agent besides.
    waiting: u32,
    /// Those who wait for one certain agent.
    pub reserved: u32,
    waits: Waits,
}

#[derive(Clone, Copy, Debug)]
struct Kind {
    channel: ChannelId,
}

/// What ranks members of a list alike, besides age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rank {
    Any,
    Urgency(Urgency),
    Deadline(Promise),
}

/// The shortest targets that hold for a conversation, on each clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Promise {
    calendar: Option<Span>,
    business: Option<Span>,
}

impl Line {
    /// Nobody waits. `channels` are those whose conversations may.
    pub fn new(id: QueueId, queue: &Queue, channels: &[ChannelId], setup: &Setup) -> Line {
        let ranks: Vec<Rank> = match &queue.order {
            Order::PriorityThenAge | Order::Score(_) => {
                let topics = setup.topics.iter().filter_map(|topic| topic.urgency);
                let homes = setup.customers.iter().flat_map(|table| &table.homes);
                let mut urgencies: Vec<_> = setup
                    .customers
                    .iter()
                    .map(|customers| customers.urgency)
                    .chain(topics)
                    .chain(homes.flat_map(|home| home.arrivals.urgencies()))
                    .collect();
                urgencies.sort_unstable();
                urgencies.dedup();
                urgencies.into_iter().map(Rank::Urgency).collect()
            }
            Order::EarliestDeadline => {
                let of_queue = |target: &&Target| target.queue.is_none_or(|queue| queue == id);
                let lengths = |clock: Clock| {
                    let targets = setup.targets.iter().filter(of_queue);
                    let on_clock = targets.filter(|target| target.clock == clock);
                    let mut lengths: Vec<_> = on_clock.map(|target| Some(target.within)).collect();
                    lengths.push(None);
                    lengths.sort_unstable();
                    lengths.dedup();
                    lengths
                };
                let business = lengths(Clock::Business);
                let all = lengths(Clock::Calendar).into_iter().flat_map(|calendar| {
                    let promise = move |business: &Option<Span>| Promise {
                        calendar,
                        business: *business,
                    };
                    business.iter().map(promise)
                });
                all.map(Rank::Deadline).collect()
            }
            Order::LongestWait | Order::NewestFirst | Order::Random => vec![Rank::Any],
        };
        let mut first_list = vec![None; setup.channels.len()];
        let mut kinds = Vec::new();
        for channel in channels {
            first_list[channel.index()] = Some(kinds.len());
            kinds.extend(ranks.iter().map(|_| Kind { channel: *channel }));
        }
        Line {
            order: queue.order.clone(),
            lists: vec![List::default(); kinds.len()],
            kinds,
            channels: first_list,
            ranks,
            waiting: 0,
            reserved: 0,
            waits: Waits::default(),
        }
    }

    /// Nobody, keeping the memory.
    pub fn clear(&mut self) {
        self.lists.fill(List::default());
        self.waiting = 0;
        self.reserved = 0;
        self.waits = Waits::default();
    }

    /// The channels whose conversations may wait here.
    pub fn channels(&self) -> impl Iterator<Item = ChannelId> {
        self.kinds.iter().map(|kind| kind.channel)
    }

    /// How many wait, for anyone or for a certain agent.
    pub fn len(&self) -> u32 {
        self.waiting + self.reserved
    }

    /// How many wait for anyone.
    #[inline]
    pub fn waiting(&self) -> u32 {
        self.waiting
    }

    /// Whether nobody waits for anyone.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    #[inline]
    fn list_of(&self, id: ConversationId, all: &Conversations, setup: &Setup) -> usize {
        if self.lists.len() == 1 {
            return 0;
        }
        let conversation = &all[id];
        let first = self.channels[conversation.channel.index()]
            .expect("a line knows the channels that wait in it");
        if self.ranks.len() == 1 {
            return first;
        }
        let rank = match self.order {
            Order::EarliestDeadline => Rank::Deadline(promise(conversation, setup)),
            _ => Rank::Urgency(conversation.urgency),
        };
        first
            + self
                .ranks
                .iter()
                .position(|known| *known == rank)
                .expect("every rank has its list")
    }

    /// Puts a conversation in by its age.
    #[inline]
    pub fn insert(&mut self, id: ConversationId, all: &mut Conversations, setup: &Setup) {
        let list = self.list_of(id, all, setup);
        self.lists[list].insert(id, all);
        self.waiting += 1;
    }

    /// Takes a conversation out.
    #[inline]
    pub fn remove(&mut self, id: ConversationId, all: &mut Conversations, setup: &Setup) {
        let list = self.list_of(id, all, setup);
        self.lists[list].remove(id, all);
        self.waiting -= 1;
    }

    /// The age that puts a conversation before all who were not put to the head; among those, `since` decides.
    pub fn head_age(&self, since: Time) -> Time {
        // Longer than any run, and far from the ends of what a time can be.
        const AHEAD: Span = Span(i64::MAX / 4);
        match self.order {
            Order::NewestFirst => since + AHEAD,
            _ => since - AHEAD,
        }
    }

    /// Where a conversation of this queue stands by its order.
    pub fn place(
        &self,
        id: ConversationId,
        all: &Conversations,
        setup: &Setup,
        now: Time,
    ) -> Place {
        let conversation = &all[id];
        let age = conversation.age.0;
        match &self.order {
            Order::PriorityThenAge => (i64::from(conversation.urgency), age),
            Order::LongestWait | Order::Random => (0, age),
            Order::NewestFirst => (0, -age),
            Order::EarliestDeadline => (deadline(conversation, setup).0, age),
            Order::Score(scores) => {
                let score =
                    scores[usize::from(conversation.urgency) - 1].after(now - conversation.age);
                (-total_order(score), age)
            }
        }
    }

    /// Whether the next is simply whoever came first.
    pub fn is_plain(&self) -> bool {
        let by_age = matches!(self.order, Order::PriorityThenAge | Order::LongestWait);
        self.lists.len() == 1 && by_age
    }

    /// The one who came first, where the next is simply that.
    #[inline]
    pub fn first(&self) -> Option<ConversationId> {
        self.lists[0].first()
    }

    /// The next of those whose channel `fits` and who joined before `joined_before`, with its place.
    #[inline]
    pub fn next(
        &self,
        all: &Conversations,
        setup: &Setup,
        now: Time,
        fits: impl Fn(ChannelId) -> bool,
        joined_before: Time,
        draw: impl FnOnce(usize) -> usize,
    ) -> Option<(ConversationId, Place)> {
        // Nearly all queues: one channel, one rank, first come first served.
        if let ([list], Order::PriorityThenAge) = (self.lists.as_slice(), &self.order) {
            let id = self.first_of(list, all, joined_before)?;
            let place = (i64::from(all[id].urgency), all[id].age.0);
            return fits(self.kinds[0].channel).then_some((id, place));
        }
        if matches!(self.order, Order::Random) {
            return self
                .any(all, fits, joined_before, draw)
                .map(|id| (id, (0, all[id].age.0)));
        }
        let mut best: Option<(ConversationId, Place)> = None;
        for (list, kind) in self.lists.iter().zip(&self.kinds) {
            if list.is_empty() || !fits(kind.channel) {
                continue;
            }
            let Some(id) = self.first_of(list, all, joined_before) else {
                continue;
            };
            let place = self.place(id, all, setup, now);
            if best.is_none_or(|(_, best)| place < best) {
                best = Some((id, place));
            }
        }
        best
    }

    /// The first of a list who joined before `joined_before`.
    #[inline]
    fn first_of(
        &self,
        list: &List,
        all: &Conversations,
        joined_before: Time,
    ) -> Option<ConversationId> {
        let newest = matches!(self.order, Order::NewestFirst);
        if joined_before == Time::NEVER {
            return if newest { list.last() } else { list.first() };
        }
        let mut members = list.iter(all);
        let in_time = |id: &ConversationId| all[*id].joined < joined_before;
        if newest {
            return members.filter(in_time).last();
        }
        // Who was put to the head may have joined late; behind those, age is joining.
        let may_follow = |id: &ConversationId| in_time(id) || all[*id].age < Time::ZERO;
        members.by_ref().take_while(may_follow).find(in_time)
    }

    /// Anyone of them, all alike.
    fn any(
        &self,
        all: &Conversations,
        fits: impl Fn(ChannelId) -> bool,
        joined_before: Time,
        draw: impl FnOnce(usize) -> usize,
    ) -> Option<ConversationId> {
        let candidates = || {
            let lists = self
                .lists
                .iter()
                .zip(&self.kinds)
                .filter(|(_, kind)| fits(kind.channel));
            lists
                .flat_map(|(list, _)| list.iter(all))
                .filter(|id| all[*id].joined < joined_before)
        };
        let count = candidates().count();
        (count > 0).then(|| candidates().nth(draw(count)))?
    }

    /// Everyone of a channel who waits for anyone, oldest first within each rank.
    pub fn of_channel(&self, channel: ChannelId, all: &Conversations) -> Vec<ConversationId> {
        let lists = self
            .lists
            .iter()
            .zip(&self.kinds)
            .filter(|(_, kind)| kind.channel == channel);
        lists.flat_map(|(list, _)| list.iter(all)).collect()
    }

    /// Notes that a wait ended with a slot.
    #[inline]
    pub fn note_wait(&mut self, now: Time, wait: Span) {
        self.waits.note(now, wait);
    }

    /// The wait foretold to somebody who joins now and finds no agent with room.
    pub fn estimate(&self, estimator: Estimator, now: Time, all: &Conversations) -> Span {
        let oldest = self
            .lists
            .iter()
            .filter_map(List::first)
            .map(|id| now - all[id].joined)
            .max();
        let oldest = oldest.unwrap_or(Span::ZERO);
        match estimator {
            Estimator::RecentWeighted => self.waits.recent_weighted(now).unwrap_or(oldest),
            Estimator::ExponentialAverage => self.waits.average.unwrap_or(oldest),
            Estimator::QueueRate => self
                .waits
                .gap()
                .map_or(oldest, |gap| gap * i64::from(self.len() + 1)),
        }
    }
}

/// What is promised to whoever has a conversation like this.
fn promise(conversation: &Conversation, setup: &Setup) -> Promise {
    let holds = |target: &&Target| {
        target
            .customers
            .is_none_or(|id| id == conversation.customers)
            && target.topic.is_none_or(|id| id == conversation.topic)
            && target.channel.is_none_or(|id| id == conversation.channel)
            && target.queue.is_none_or(|id| id == conversation.queue)
    };
    let shortest = |clock: Clock| {
        let targets = setup.targets.iter().filter(holds);
        let on_clock = targets.filter(|target| target.clock == clock);
        on_clock.map(|target| target.within).min()
    };
    Promise {
        calendar: shortest(Clock::Calendar),
        business: shortest(Clock::Business),
    }
}

/// When the first promise ends, counted from its age; never where nothing is promised.
fn deadline(conversation: &Conversation, setup: &Setup) -> Time {
    let age = conversation.age;
    let Promise { calendar, business } = promise(conversation, setup);
    let ends = calendar.map_or(Time::NEVER, |within| age.after(within));
    let Some(within) = business else { return ends };
    // Whoever was put to the head has an age from before the run, where no calendar reaches.
    if age < Time::ZERO {
        return ends.min(age.after(within));
    }
    let hours = setup.calendar(setup.business[conversation.channel.index()]);
    ends.min(hours.after_open(age, within))
}

/// A number that orders like the float it comes from.
fn total_order(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    (bits ^ (((bits >> 63) as u64) >> 1) as i64).saturating_add(1)
}

/// The last waits that ended with a slot.
#[derive(Debug, Default)]
struct Waits {
    last: [(Time, Span); 10],
    count: u64,
    average: Option<Span>,
}

impl Waits {
    #[inline]
    fn note(&mut self, now: Time, wait: Span) {
        self.last[(self.count % 10) as usize] = (now, wait);
        self.count += 1;
        // Salesforce's older rule: nine parts of the last estimate, one of the last wait.
        self.average = Some(
            self.average
                .map_or(wait, |average| Span((9 * average.0 + wait.0) / 10)),
        );
    }

    fn newest_first(&self) -> impl Iterator<Item = (Time, Span)> + '_ {
        (1..=self.count.min(10)).map(|back| self.last[((self.count - back) % 10) as usize])
    }

    /// Salesforce's present rule: the last 10 within 10 min, weighted 10, 9, ... from the newest.
    fn recent_weighted(&self, now: Time) -> Option<Span> {
        let recent = self
            .newest_first()
            .take_while(|(at, _)| now - *at <= Span(10 * Span::MINUTE.0));
        let (mut sum, mut weights) = (0i128, 0i128);
        for (weight, (_, wait)) in (1..=10).rev().zip(recent) {
            sum += weight * i128::from(wait.0);
            weights += weight;
        }
        (weights > 0).then(|| Span((sum / weights) as i64))
    }

    /// The mean time between the last departures.
    fn gap(&self) -> Option<Span> {
        let n = self.count.min(10) as i64;
        let (newest, oldest) = (self.newest_first().next()?.0, self.newest_first().last()?.0);
        (n > 1).then(|| Span((newest - oldest).0 / (n - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked by hand: waits newest first 60, 30, 15 s give (60 x 10 + 30 x 9 + 15 x 8) / 27 = 36.67 s.
    #[test]
    fn the_newest_wait_weighs_most_in_an_estimate() {
        let mut waits = Waits::default();
        for (at, wait) in [(0, 99), (900, 15), (930, 30), (960, 60)] {
            waits.note(Time(at * Span::SECOND.0), Span(wait * Span::SECOND.0));
        }
        let estimate = waits.recent_weighted(Time(1000 * Span::SECOND.0)).unwrap();
        assert_eq!(estimate, Span(990 * Span::SECOND.0 / 27));
        assert_eq!(waits.recent_weighted(Time(9000 * Span::SECOND.0)), None);
    }

    #[test]
    fn a_float_and_its_order_number_agree() {
        let values = [f64::NEG_INFINITY, -2.0, -1.0, -0.0, 0.5, 1.0, 1e300];
        assert!(
            values
                .windows(2)
                .all(|pair| total_order(pair[0]) < total_order(pair[1]))
        );
    }
}
