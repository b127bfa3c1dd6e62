//! Names: made into ids once, over the base tables and all strategies, so that an id means the same in each of them.

use crate::id::{ChannelId, CustomersId, GroupId, QueueId, TopicId, ZoneId};

use super::Names;
use super::document::{Node, Table, Value};
use super::fields::Item;
use super::presets;
use super::problem::did_you_mean;

impl Names {
    /// All names that the documents of the strategies define or imply, in the order of the file.
    pub(super) fn collect(documents: &[&Table], report_zone: &str) -> Names {
        let mut names = Names {
            customers: keys(documents, "customers"),
            topics: keys(documents, "topics"),
            channels: keys(documents, "channels"),
            queues: Vec::new(),
            agents: keys(documents, "agents"),
            targets: keys(documents, "targets"),
            zones: Vec::new(),
        };
        if names.topics.is_empty() {
            names.topics.push("any".to_owned());
        }
        names.collect_zones(documents, report_zone);
        let written_queues = keys(documents, "queues");
        names.collect_channels(documents, &written_queues);
        for document in documents {
            for channel in names.channels.clone() {
                let queue = document
                    .table("channels")
                    .and_then(|channels| channels.table(&channel))
                    .and_then(|channel| text(channel, "queue"));
                add(&mut names.queues, queue.unwrap_or(&channel));
            }
            for route in routes(document) {
                if let Some(queue) = text(route, "queue") {
                    add(&mut names.queues, queue);
                }
            }
        }
        for queue in &written_queues {
            add(&mut names.queues, queue);
        }
        names
    }

    fn collect_zones(&mut self, documents: &[&Table], report_zone: &str) {
        for customers in members(documents, "customers") {
            match (text(customers, "zone"), customers.table("zones")) {
                (Some(zone), _) => add(&mut self.zones, zone),
                (None, Some(zones)) => zones
                    .keys()
                    .for_each(|zone| add(&mut self.zones, &zone.text)),
                (None, None) => add(&mut self.zones, report_zone),
            }
        }
    }

    /// Channels that routes lead to, or whose queue is served, come from the preset of their name without being written.
    fn collect_channels(&mut self, documents: &[&Table], written_queues: &[String]) {
        let mut wanted = Vec::new();
        for document in documents {
            for route in routes(document) {
                let conditions = route.table("if");
                let in_conditions = ["open", "staffed"]
                    .into_iter()
                    .filter_map(|key| conditions.and_then(|table| text(table, key)));
                text(route, "to")
                    .into_iter()
                    .chain(in_conditions)
                    .for_each(|name| add(&mut wanted, name));
            }
        }
        let queues_of_channels: Vec<&str> = members(documents, "channels")
            .filter_map(|channel| text(channel, "queue"))
            .collect();
        for agents in members(documents, "agents") {
            let Some((
                _,
                Node {
                    value: Value::Array(serves),
                    ..
                },
            )) = agents.get("serves")
            else {
                continue;
            };
            let flat = serves.iter().flat_map(|node| match &node.value {
                Value::Array(equals) => equals.as_slice(),
                _ => std::slice::from_ref(node),
            });
            for node in flat {
                let queue = match &node.value {
                    Value::Text(queue) => Some(queue.as_str()),
                    Value::Table(table) => text(table, "queue"),
                    _ => None,
                };
                if let Some(queue) = queue.filter(|queue| {
                    !written_queues.iter().any(|q| q == queue)
                        && !queues_of_channels.contains(queue)
                }) {
                    add(&mut wanted, queue);
                }
            }
        }
        wanted
            .iter()
            .filter(|name| presets::exists(name))
            .for_each(|name| add(&mut self.channels, name));
    }

    pub(super) fn customers_id(&self, item: &Item) -> Option<CustomersId> {
        find(&self.customers, "there are no customers", item).map(CustomersId::from)
    }

    pub(super) fn topic_id(&self, item: &Item) -> Option<TopicId> {
        find(&self.topics, "there is no topic", item).map(TopicId::from)
    }

    pub(super) fn channel_id(&self, item: &Item) -> Option<ChannelId> {
        channel(&self.channels, "there is no channel", item).map(ChannelId::from)
    }

    pub(super) fn queue_id(&self, item: &Item) -> Option<QueueId> {
        channel(&self.queues, "there is no queue", item).map(QueueId::from)
    }

    pub(super) fn group_id(&self, item: &Item) -> Option<GroupId> {
        find(&self.agents, "there are no agents", item).map(GroupId::from)
    }

    pub(super) fn zone_id(&self, name: &str) -> Option<ZoneId> {
        self.zones
            .iter()
            .position(|zone| zone == name)
            .map(ZoneId::from)
    }
}

/// The position of the name that stands as text.
pub(super) fn find(names: &[String], is_none: &str, item: &Item) -> Option<usize> {
    let name = item.text()?;
    let position = names.iter().position(|known| known == name);
    if position.is_none() {
        item.findings.absent(
            item.node.at,
            format!("{is_none} `{name}`"),
            did_you_mean(name, names.iter().map(String::as_str)),
        );
    }
    position
}

/// The position of a channel or of its queue, which may also come from a preset of its name.
fn channel(names: &[String], is_none: &str, item: &Item) -> Option<usize> {
    let name = item.text()?;
    let position = names.iter().position(|known| known == name);
    if position.is_none() && presets::LATER.contains(&name) {
        item.findings.error(
            item.node.at,
            format!("preset `{name}` is not built yet"),
            "define a channel of this name with like = \"none\"",
        );
    } else if position.is_none() {
        let mut known: Vec<&str> = names.iter().map(String::as_str).collect();
        for preset in presets::names() {
            if !known.contains(&preset) {
                known.push(preset);
            }
        }
        item.findings.absent(
            item.node.at,
            format!("{is_none} `{name}`"),
            did_you_mean(name, known),
        );
    }
    position
}

/// The position of the name that stands as a key.
pub(super) fn find_key(names: &[String], is_none: &str, name: &str, item: &Item) -> Option<usize> {
    let position = names.iter().position(|known| known == name);
    if position.is_none() {
        item.findings.absent(
            item.key,
            format!("{is_none} `{name}`"),
            did_you_mean(name, names.iter().map(String::as_str)),
        );
    }
    position
}

fn add(names: &mut Vec<String>, name: &str) {
    if name != "none" && !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

fn text<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    match table.get(key) {
        Some((
            _,
            Node {
                value: Value::Text(text),
                ..
            },
        )) if text != "none" => Some(text),
        _ => None,
    }
}

fn keys(documents: &[&Table], section: &str) -> Vec<String> {
    let mut names = Vec::new();
    for key in documents
        .iter()
        .filter_map(|document| document.table(section))
        .flat_map(Table::keys)
    {
        add(&mut names, &key.text);
    }
    names
}

fn members<'t>(documents: &'t [&Table], section: &'static str) -> impl Iterator<Item = &'t Table> {
    documents
        .iter()
        .filter_map(move |document| document.table(section))
        .flat_map(|table| table.entries.iter())
        .filter_map(|(_, node)| node.table())
}

/// The routes of a strategy's document.
fn routes(document: &Table) -> impl Iterator<Item = &Table> {
    let routes = match document.get("routes") {
        Some((
            _,
            Node {
                value: Value::Array(routes),
                ..
            },
        )) => routes.as_slice(),
        _ => &[],
    };
    routes.iter().filter_map(Node::table)
}
