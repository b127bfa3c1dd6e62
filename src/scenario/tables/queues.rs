//! `[queues]`: waiting lines.

use crate::agent::Agents;
use crate::id::{GroupId, QueueId};
use crate::queue::Queue;
use crate::rule::{Estimator, Order, Pick, Score};
use crate::scenario::fields::Item;

use super::Desk;

pub(in crate::scenario) fn read(desk: &Desk, id: QueueId, agents: &[Agents]) -> Queue {
    let name = &desk.names.queues[id.index()];
    let serving: Vec<GroupId> = (0..agents.len())
        .filter(|&group| serves(&agents[group], id))
        .map(GroupId::from)
        .collect();
    let everybody = if serving.is_empty() {
        Vec::new()
    } else {
        vec![serving.clone()]
    };
    let mut queue = Queue {
        order: Order::PriorityThenAge,
        capacity: None,
        agents: everybody,
        pick: Pick::LongestIdle,
        estimator: Estimator::RecentWeighted,
    };
    let Some(fields) = desk.open("queues", name) else {
        return queue;
    };
    queue.order = fields
        .read("order", order)
        .unwrap_or(Order::PriorityThenAge);
    queue.capacity = fields
        .get("capacity")
        .and_then(|item| match item.as_text() {
            Some("unlimited") => None,
            _ => item.whole(0),
        });
    if let Some(groups) = fields.read("agents", |item| groups(desk, item, name, &serving)) {
        queue.agents = groups;
    }
    let picks = [
        ("longest-idle", Pick::LongestIdle),
        ("least-active", Pick::LeastActive),
        ("most-available", Pick::MostAvailable),
        ("round-robin", Pick::RoundRobin),
        ("random", Pick::Random),
        ("listed", Pick::Listed),
    ];
    queue.pick = fields
        .read("pick", |item| item.choice(&picks))
        .unwrap_or(queue.pick);
    let estimators = [
        ("recent-weighted", Estimator::RecentWeighted),
        ("exponential-average", Estimator::ExponentialAverage),
        ("queue-rate", Estimator::QueueRate),
    ];
    queue.estimator = fields
        .read("estimator", |item| item.choice(&estimators))
        .unwrap_or(queue.estimator);
    fields.later(&["offer"]);
    fields.done();
    queue
}

/// Whether a group serves a queue.
pub(in crate::scenario) fn serves(agents: &Agents, queue: QueueId) -> bool {
    agents
        .serves
        .iter()
        .flatten()
        .any(|served| served.queue == queue)
}

fn order(item: &Item) -> Option<Order> {
    if item.as_text().is_some() {
        return item.choice(&[
            ("priority-then-age", Order::PriorityThenAge),
            ("longest-wait", Order::LongestWait),
            ("newest-first", Order::NewestFirst),
            ("random", Order::Random),
            ("earliest-deadline", Order::EarliestDeadline),
        ]);
    }
    let Some(fields) = item.as_table() else {
        return item.expected("a word, or scores as in { score = { 1 = { base = 100.0 } } }");
    };
    let scores = fields.need(
        "score",
        "score = { 1 = { base = 100.0, per_hour = 60.0 } }",
        Item::fields,
    );
    fields.done();
    let mut table = [Score::default(); 9];
    for (urgency, member) in scores?.all() {
        let Some(position) = urgency
            .parse::<usize>()
            .ok()
            .filter(|urgency| (1..=9).contains(urgency))
        else {
            item.findings.error(
                member.key,
                format!("`{urgency}` is no urgency"),
                "expected 1 to 9",
            );
            continue;
        };
        let Some(fields) = member.fields() else {
            continue;
        };
        let base = fields.read("base", Item::number).unwrap_or(0.0);
        let per_hour = fields.read("per_hour", Item::number).unwrap_or(0.0);
        fields.done();
        table[position - 1] = Score { base, per_hour };
    }
    Some(Order::Score(Box::new(table)))
}

fn groups(desk: &Desk, item: &Item, queue: &str, serving: &[GroupId]) -> Option<Vec<Vec<GroupId>>> {
    let mut seen: Vec<GroupId> = Vec::new();
    let mut ranks = Vec::new();
    for member in item.array()? {
        let equals = member.as_array().unwrap_or_else(|| vec![member.clone()]);
        let mut rank = Vec::new();
        for group in equals {
            let Some(id) = desk.names.group_id(&group) else {
                continue;
            };
            if seen.contains(&id) {
                group.wrong(
                    format!("`{}` stands twice", desk.names.agents[id.index()]),
                    "each group once",
                );
            } else if serving.contains(&id) {
                rank.push(id);
            } else if desk
                .open("agents", &desk.names.agents[id.index()])
                .is_some()
            {
                group.wrong(
                    format!("`{}` do not serve `{queue}`", desk.names.agents[id.index()]),
                    format!("add `{queue}` to their `serves`"),
                );
            }
            seen.push(id);
        }
        if !rank.is_empty() {
            ranks.push(rank);
        }
    }
    Some(ranks)
}
