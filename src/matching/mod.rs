//! Matching: which agent takes a conversation that waits, and which conversation an agent with room takes.

use crate::channel::Returning;
use crate::id::{AgentId, ConversationId, QueueId};
use crate::random::{Purpose, Root, Seed};
use crate::rule::Pick;
use crate::time::{Span, Time};
use crate::world::{Place, Ranked, Tier, World};

/// The agent who takes a conversation of `queue` that has waited for `waited`; `None` if it has to wait.
///
/// Groups are tried in the queue's order, and within equals the queue's pick decides.
#[inline(always)]
pub fn agent_for(
    world: &World,
    id: ConversationId,
    queue: QueueId,
    waited: Span,
    seed: Seed,
) -> Option<AgentId> {
    match world.sole_room(queue, world.conversations[id].channel) {
        Some((group, room)) => Some(group.members[room.first(|_| 0)? as usize]),
        None => among_groups(world, id, queue, waited, seed),
    }
}

/// The same where several groups serve the queue, or under conditions.
#[inline(never)]
fn among_groups(
    world: &World,
    id: ConversationId,
    queue: QueueId,
    waited: Span,
    seed: Seed,
) -> Option<AgentId> {
    let channel = world.conversations[id].channel;
    if world.rests(channel) {
        return None;
    }
    let random = world.setup.queues[queue.index()].pick == Pick::Random;
    for equals in &world.tiers[queue.index()] {
        let open = || {
            equals.iter().filter(|tier| {
                let group = &world.groups[tier.group.index()];
                let served = &group.served[tier.served].served;
                served.after <= waited && (served.keep_free == 0 || group.free > served.keep_free)
            })
        };
        let member =
            |tier: &Tier, number: u32| world.groups[tier.group.index()].members[number as usize];
        if random {
            let candidates = |tier: &Tier| {
                world
                    .room(*tier, channel)
                    .map_or(0, |room| room.candidates())
            };
            let total: usize = open().map(candidates).sum();
            if total == 0 {
                continue;
            }
            let conversation = &world.conversations[id];
            let mut stream = seed.stream(
                Purpose::PICK,
                conversation.root,
                conversation.attempt,
                conversation.entries,
            );
            let mut drawn = stream.below(total);
            for tier in open() {
                let here = candidates(tier);
                if drawn < here {
                    let number = world.room(*tier, channel)?.first(|_| drawn)?;
                    return Some(member(tier, number));
                }
                drawn -= here;
            }
        }
        let mut best: Option<((u64, u64), AgentId)> = None;
        for tier in open() {
            let Some(room) = world.room(*tier, channel) else {
                continue;
            };
            if let Some((key, number)) = room.first_by_key()
                && best.is_none_or(|(best, _)| key < best)
            {
                best = Some((key, member(tier, number)));
            }
        }
        if let Some((_, agent)) = best {
            return Some(agent);
        }
    }
    None
}

/// The conversation that an agent with room takes next: by the ranks of its group, then by the queue's order.
#[inline(always)]
pub fn conversation_for(world: &World, id: AgentId, seed: Seed) -> Option<ConversationId> {
    let agent = &world.agents[id.index()];
    let group = &world.groups[agent.group.index()];
    if !agent.reserved.is_empty() {
        return with_reserved(world, id, seed);
    }
    if let Some(queue) = group.sole_queue {
        let first = world.lines[queue.index()].first()?;
        let channel = world.conversations[first].channel;
        return group.has_room(agent, channel, queue).then_some(first);
    }
    among_queues(world, id, seed)
}

/// The same where a group serves several queues, or under conditions.
#[inline(never)]
fn among_queues(world: &World, id: AgentId, seed: Seed) -> Option<ConversationId> {
    let group = &world.groups[world.agents[id.index()].group.index()];
    if let [only] = group.served.as_slice() {
        return next_of(world, id, only, seed).map(|(next, _)| next);
    }
    let mut best: Option<(usize, Place, ConversationId)> = None;
    for (word_place, word) in group.waiting.iter().enumerate() {
        let mut word = *word;
        while word != 0 {
            let place = word_place * 64 + word.trailing_zeros() as usize;
            word &= word - 1;
            let ranked = &group.served[place];
            if best.is_some_and(|(rank, _, _)| rank < ranked.rank) {
                return best.map(|(_, _, id)| id);
            }
            if let Some((candidate, place)) = next_of(world, id, ranked, seed)
                && best.is_none_or(|(_, best, _)| place < best)
            {
                best = Some((ranked.rank, place, candidate));
            }
        }
    }
    best.map(|(_, _, id)| id)
}

/// The next in one queue that an agent may take now.
#[inline]
fn next_of(
    world: &World,
    id: AgentId,
    ranked: &Ranked,
    seed: Seed,
) -> Option<(ConversationId, Place)> {
    let agent = &world.agents[id.index()];
    let group = &world.groups[agent.group.index()];
    let served = &ranked.served;
    if served.keep_free > 0 && group.free <= served.keep_free {
        return None;
    }
    let mut joined_before = agent.checked;
    if served.after > Span::ZERO {
        joined_before = joined_before.min(Time((world.now - served.after).0 + 1));
    }
    let queue = served.queue;
    let fits = |channel| !world.rests(channel) && world.has_room(id, channel, queue);
    let root = Root {
        segment: agent.group.0 as u16,
        number: u64::from(agent.number),
        ..Root::default()
    };
    let draw = |count| {
        let purpose = Purpose::PICK.of(1 + queue.index());
        seed.stream(purpose, root, 0, agent.picks).below(count)
    };
    let line = &world.lines[queue.index()];
    line.next(
        &world.conversations,
        world.setup,
        world.now,
        fits,
        joined_before,
        draw,
    )
}

/// The same where somebody waits for just this agent: those count like the others of their queue.
fn with_reserved(world: &World, id: AgentId, seed: Seed) -> Option<ConversationId> {
    let agent = &world.agents[id.index()];
    let group = &world.groups[agent.group.index()];
    let all = &world.conversations;
    let own = || agent.reserved.iter(all);
    let mut best: Option<((usize, Place), ConversationId)> = None;
    for ranked in &group.served {
        let queue = ranked.served.queue;
        let line = &world.lines[queue.index()];
        let reserved = own().filter(|other| {
            let kept = &all[*other];
            kept.queue == queue
                && kept.joined < agent.checked
                && !world.rests(kept.channel)
                && if world.setup.channels[kept.channel.index()].returning == Returning::Exceed {
                    true
                } else if kept.kept > 0 {
                    world.has_rest(*other)
                } else {
                    world.has_room(id, kept.channel, queue)
                }
        });
        let reserved =
            reserved.map(|other| (other, line.place(other, all, world.setup, world.now)));
        for (candidate, place) in reserved.chain(next_of(world, id, ranked, seed)) {
            if best.is_none_or(|(best, _)| (ranked.rank, place) < best) {
                best = Some(((ranked.rank, place), candidate));
            }
        }
    }
    best.map(|(_, id)| id)
}
