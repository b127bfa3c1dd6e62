//! The order in which ids are given: by what the file says of each table, not by its name or its place.
//!
//! Luck grows from ids, and ties are broken by them, so tables that are renamed or change places must keep theirs. What
//! is said of a table comes from the text as written: values that `--set` or a strategy lays over it move nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::Names;
use super::document::{Node, Table, Value};
use super::presets;
use crate::world::Shown;

/// Tables in which the user chooses the names and that others refer to.
const NAMED: [&str; 7] = [
    "customers",
    "topics",
    "channels",
    "queues",
    "agents",
    "hours",
    "distributions",
];

/// What is said of one name: the more telling before what is more often changed, so that a change of figures moves nobody
/// who differs from the others in more than figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    /// The rank found so far: each round only parts those who were alike.
    rank: usize,
    /// Its own tables, without figures and with them; what others say of it; what strategies say.
    own: [Vec<String>; 2],
    others: [Vec<String>; 2],
    strategies: [Vec<String>; 2],
}

/// Puts the names into the order of their ids; the order of the file stands beside them. Those that are `known` from another
/// reading of the scenario keep the ids that they have there.
pub(super) fn give_ids(names: &mut Names, document: &Table, known: Option<&Names>) -> Shown {
    let ranks = ranks(document);
    let sort = |names: &mut Vec<String>, known: Option<&Vec<String>>| {
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by_key(|place| {
            let name = names[*place].as_str();
            let before = known.and_then(|known| known.iter().position(|known| known == name));
            let before = before.unwrap_or(usize::MAX);
            match ranks.get(name) {
                Some(rank) => (before, *rank, ""),
                // What a preset's name means is known without the file.
                None => (before, usize::MAX, name),
            }
        });
        let mut shown = vec![0; order.len()];
        for (id, place) in order.iter().enumerate() {
            shown[*place] = id;
        }
        *names = order.iter().map(|place| names[*place].clone()).collect();
        shown
    };
    Shown {
        customers: ids(sort(
            &mut names.customers,
            known.map(|known| &known.customers),
        )),
        topics: ids(sort(&mut names.topics, known.map(|known| &known.topics))),
        channels: ids(sort(
            &mut names.channels,
            known.map(|known| &known.channels),
        )),
        queues: ids(sort(&mut names.queues, known.map(|known| &known.queues))),
        agents: ids(sort(&mut names.agents, known.map(|known| &known.agents))),
    }
}

fn ids<Id: From<usize>>(shown: Vec<usize>) -> Vec<Id> {
    shown.into_iter().map(Id::from).collect()
}

/// The rank of each name of the file that is not a preset's; those of whom the same is said have the same.
///
/// Colour refinement (Weisfeiler and Leman, 1968): who differs by what is said parts first, then who is named beside
/// others who differ, until nobody parts any more.
fn ranks(document: &Table) -> BTreeMap<&str, usize> {
    let mut lines = Vec::new();
    collect(document, false, &mut lines);
    if let Some(strategies) = document.table("strategies") {
        for (_, node) in &strategies.entries {
            let Some(strategy) = node.table() else {
                continue;
            };
            collect(strategy, true, &mut lines);
        }
    }
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for line in &lines {
        if let [section, Word::Text(name), _, ..] = line.words.as_slice()
            && matches!(section, Word::Text(section) if NAMED.contains(section))
        {
            names.insert(name);
        }
    }
    names.retain(|name| !presets::exists(name));
    let mut ranks: BTreeMap<&str, usize> = names.iter().map(|name| (*name, 0)).collect();
    let mut kinds = 1;
    loop {
        let said: Vec<(&str, Said)> = names
            .iter()
            .map(|name| (*name, said(name, &lines, &ranks)))
            .collect();
        let different: BTreeSet<&Said> = said.iter().map(|(_, said)| said).collect();
        let place: BTreeMap<&Said, usize> = different.iter().copied().zip(0..).collect();
        ranks = said
            .iter()
            .map(|(name, said)| (*name, place[said]))
            .collect();
        if place.len() <= kinds {
            return ranks;
        }
        kinds = place.len();
    }
}

fn said(name: &str, lines: &[Line], ranks: &BTreeMap<&str, usize>) -> Said {
    let mut said = Said {
        rank: ranks[name],
        ..Said::default()
    };
    for line in lines.iter().filter(|line| line.names(name)) {
        let to = match line {
            line if line.of_strategy => &mut said.strategies,
            line if line.words.get(1) == Some(&Word::Text(name)) => &mut said.own,
            _ => &mut said.others,
        };
        if !line.is_roster() {
            to[0].push(line.told(name, ranks, false));
        }
        to[1].push(line.told(name, ranks, true));
    }
    for lines in [&mut said.own, &mut said.others, &mut said.strategies] {
        lines.iter_mut().for_each(|lines| lines.sort_unstable());
    }
    said
}

/// A value with the keys that lead to it.
struct Line<'t> {
    of_strategy: bool,
    words: Vec<Word<'t>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Word<'t> {
    Text(&'t str),
    Figure(String),
    Mark(&'static str),
}

impl Line<'_> {
    fn names(&self, name: &str) -> bool {
        self.words.contains(&Word::Text(name))
    }

    /// Whether it says how many agents are there, and when: that is changed as often as figures are.
    fn is_roster(&self) -> bool {
        let [Word::Text("agents"), _, Word::Text(key), ..] = self.words.as_slice() else {
            return false;
        };
        ["count", "hours", "shifts", "staffing", "breaks"].contains(key)
    }

    /// The line as said of `name`, other names by their ranks.
    fn told(&self, name: &str, ranks: &BTreeMap<&str, usize>, figures: bool) -> String {
        let told = self.words.iter().map(|word| match word {
            Word::Text(text) if *text == name => "@".to_owned(),
            Word::Text(text) => match ranks.get(text) {
                Some(rank) => format!("@{rank:09}"),
                None if !figures && text.starts_with(|c: char| c.is_ascii_digit()) => {
                    "0".to_owned()
                }
                None => format!("\"{text}\""),
            },
            Word::Figure(figure) if figures => figure.clone(),
            Word::Figure(_) => "0".to_owned(),
            Word::Mark(mark) => (*mark).to_owned(),
        });
        told.collect::<Vec<_>>().join(" ")
    }
}

/// The lines of the tables that names stand in.
fn collect<'t>(document: &'t Table, of_strategy: bool, lines: &mut Vec<Line<'t>>) {
    for (key, node) in &document.entries {
        let section = key.text.as_str();
        if NAMED.contains(&section) || (of_strategy && section == "routes") {
            add(node, &mut vec![Word::Text(section)], of_strategy, lines);
        }
    }
}

fn add<'t>(node: &'t Node, path: &mut Vec<Word<'t>>, of_strategy: bool, lines: &mut Vec<Line<'t>>) {
    match &node.value {
        Value::Table(table) if !table.entries.is_empty() => {
            for (key, node) in &table.entries {
                path.push(Word::Text(&key.text));
                add(node, path, of_strategy, lines);
                path.pop();
            }
        }
        // The members of an array that are tables stand for themselves, with their place.
        Value::Array(members) if members.iter().any(|member| member.table().is_some()) => {
            for (place, member) in members.iter().enumerate() {
                path.push(Word::Figure(place.to_string()));
                add(member, path, of_strategy, lines);
                path.pop();
            }
        }
        value => {
            let mut words = path.clone();
            write(value, &mut words);
            lines.push(Line { of_strategy, words });
        }
    }
}

fn write<'t>(value: &'t Value, words: &mut Vec<Word<'t>>) {
    match value {
        Value::Text(text) => words.push(Word::Text(text)),
        Value::Integer(number) => words.push(Word::Figure(number.to_string())),
        Value::Number(number) => words.push(Word::Figure(number.to_string())),
        Value::Boolean(true) => words.push(Word::Mark("true")),
        Value::Boolean(false) => words.push(Word::Mark("false")),
        Value::Date(date) => words.push(Word::Figure(date.to_string())),
        Value::Array(members) => {
            words.push(Word::Mark("["));
            members.iter().for_each(|node| write(&node.value, words));
            words.push(Word::Mark("]"));
        }
        Value::Table(_) | Value::Broken => words.push(Word::Mark("{}")),
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::read;

    /// Segments that differ in figures, in zones and in what is routed where; two groups alike.
    const TEXT: &str = r#"
[customers.b]
arrivals = { per_hour = 6 }
[customers.a]
arrivals = { per_hour = 60 }
[customers.far]
zone = "Asia/Kolkata"
arrivals = { per_hour = 6 }
[channels.one]
[channels.two]
[agents.first]
count = 2
serves = ["one", "two"]
[agents.second]
count = 2
serves = ["one", "two"]
[strategies.only]
routes = [{ if = { customers = "a" }, to = "two" }, { to = "one" }]
"#;

    fn ids(text: &str, overrides: &[&str]) -> Vec<Vec<String>> {
        let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_owned()).collect();
        let mut open = |_: &str| Err(String::new());
        let names = match read("test.toml", text, &overrides, &mut open) {
            Ok((scenario, _)) => scenario.names,
            Err(problems) => panic!("{}\n{text}", problems[0].render(false)),
        };
        vec![names.customers, names.channels, names.agents]
    }

    #[test]
    fn ids_stay_when_tables_change_places_and_names() {
        let given = ids(TEXT, &[]);
        let tables: Vec<&str> = TEXT.trim().split("\n[").collect();
        let (first, others) = tables.split_first().expect("tables");
        let reversed: String = others
            .iter()
            .rev()
            .map(|table| format!("[{table}\n"))
            .collect();
        let reversed = ids(&format!("{reversed}{first}\n"), &[]);
        assert_eq!(reversed[..2], given[..2]);
        // Of two who differ in nothing the first in the file is the first.
        assert_eq!(given[2], ["first", "second"]);
        assert_eq!(reversed[2], ["second", "first"]);
        let renamed = TEXT
            .replace(".a]", ".zoe]")
            .replace("\"a\"", "\"zoe\"")
            .replace("one]", "z-one]")
            .replace("\"one\"", "\"z-one\"");
        let renamed = ids(&renamed, &[]);
        let old = |name: &String| match name.as_str() {
            "zoe" => "a".to_owned(),
            name => name.trim_start_matches("z-").to_owned(),
        };
        let renamed: Vec<Vec<String>> = renamed
            .iter()
            .map(|names| names.iter().map(old).collect())
            .collect();
        assert_eq!(renamed, given);
    }

    #[test]
    fn figures_move_nobody_who_differs_in_more() {
        let given = ids(TEXT, &[]);
        let set = ids(
            TEXT,
            &["customers.a.arrivals.per_hour=1", "agents.second.count=1"],
        );
        assert_eq!(set, given);
        let written = TEXT.replace(
            "Kolkata\"\narrivals = { per_hour = 6 }",
            "Kolkata\"\narrivals = { per_hour = 1 }",
        );
        assert_ne!(written, TEXT);
        assert_eq!(ids(&written, &[]), given);
        // Nor does a strategy more move those who differ without it.
        let other = "[strategies.other]\nroutes = [{ if = { customers = \"b\" }, to = \"one\" }, { to = \"two\" }]\n";
        assert_eq!(ids(&format!("{TEXT}{other}"), &[])[0], given[0]);
    }
}
