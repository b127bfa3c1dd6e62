//! `[topics]`: what conversations need.

use crate::distribution::{Count, Distribution};
use crate::id::TopicId;
use crate::scenario::fields::Item;
use crate::time::Span;
use crate::topic::Topic;

use super::Desk;

/// What holds where nothing is written.
fn plain() -> Topic {
    Topic {
        turns: Count::Constant(1),
        works: vec![Distribution::Constant(Span::MINUTE * 5)],
        urgency: None,
        next: Vec::new(),
        value: 0.0,
    }
}

pub(in crate::scenario) fn read(desk: &Desk, name: &str) -> Topic {
    let Some(fields) = desk.open("topics", name) else {
        return plain();
    };
    let mut topic = plain();
    if let Some(turns) = fields.read("turns", |item| desk.distributions.count(item)) {
        topic.turns = turns;
    }
    if let Some(item) = fields.one_of(&["work", "works"]) {
        let works = if item.path.ends_with(".works") {
            item.array().and_then(|members| {
                if members.is_empty() {
                    item.wrong(
                        format!("`{}` is empty", item.path),
                        "as in [\"8 min\", \"4 min\"]",
                    );
                    return None;
                }
                members
                    .iter()
                    .map(|member| desk.distributions.read(member))
                    .collect()
            })
        } else {
            desk.distributions.read(&item).map(|work| vec![work])
        };
        topic.works = works.unwrap_or(topic.works);
    }
    topic.urgency = fields
        .read("urgency", |urgency| urgency.integer(1..=9))
        .map(|urgency| urgency as u8);
    topic.next = fields
        .read("next", |item| next(desk, item))
        .unwrap_or_default();
    topic.value = fields.read("value", Item::number).unwrap_or(0.0);
    fields.later(&[
        "reopens",
        "skills",
        "skills_wanted",
        "drop_after",
        "parties",
    ]);
    fields.done();
    topic
}

fn next(desk: &Desk, item: &Item) -> Option<Vec<(TopicId, f64)>> {
    let mut sum = 0.0;
    let mut next = Vec::new();
    for member in item.array()? {
        let Some(fields) = member.fields() else {
            continue;
        };
        let topic = fields.need("topic", "topic = \"technical\"", |topic| {
            desk.names.topic_id(topic)
        });
        let probability = fields.need("probability", "probability = 0.1", Item::share);
        fields.done();
        if let (Some(topic), Some(probability)) = (topic, probability) {
            sum += probability;
            next.push((topic, sum));
        }
    }
    if sum > 1.0 + 1e-9 {
        item.wrong(
            format!("the probabilities of `{}` add up to {sum}", item.path),
            "expected at most 1",
        );
        return None;
    }
    Some(next)
}
