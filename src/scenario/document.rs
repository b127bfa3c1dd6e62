//! Documents: TOML as a tree whose every key and value knows its place, merged before anything is read from it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::problem::{At, Findings, did_you_mean};

/// A value as written.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) at: At,
    pub(super) value: Value,
}

/// What was written.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    Date(Datetime),
    Array(Vec<Node>),
    Table(Table),
    /// Something that could not be read and has been reported.
    Broken,
}

/// A key with its place.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) at: At,
    pub(super) text: String,
}

/// Keys with values, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) entries: Vec<(Key, Node)>,
}

impl Table {
    pub(super) fn get(&self, key: &str) -> Option<(&Key, &Node)> {
        self.entries
            .iter()
            .find(|(k, _)| k.text == key)
            .map(|(k, node)| (k, node))
    }

    pub(super) fn table(&self, key: &str) -> Option<&Table> {
        self.get(key).and_then(|(_, node)| node.table())
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// Lays another table over this one: tables merge key by key, everything else is replaced.
    pub(super) fn lay(&mut self, over: &Table) {
        for (key, node) in &over.entries {
            match self.entries.iter_mut().find(|(k, _)| k.text == key.text) {
                None => self.entries.push((key.clone(), node.clone())),
                Some((place, below)) => {
                    if below.table().is_none() || node.table().is_none() {
                        *place = key.clone();
                    }
                    lay_value(below, node);
                }
            }
        }
    }
}

/// The kinds of distributions and counts: one of them stands alone in its table.
pub(super) const KINDS: &[&str] = &[
    "constant",
    "exponential",
    "lognormal",
    "gamma",
    "erlang",
    "weibull",
    "uniform",
    "triangular",
    "hyperexponential",
    "pareto",
    "empirical",
    "mixture",
    "scaled",
    "truncated",
    "longest",
    "geometric",
    "poisson",
    "binomial",
];

/// Which of several kinds a table names by its only key.
fn kind_named(table: &Table) -> Option<&str> {
    match table.entries.as_slice() {
        [(key, _)] if KINDS.contains(&key.text.as_str()) => Some(&key.text),
        _ => None,
    }
}

/// Lays a value over another. A distribution of another kind or with other parameters replaces the one below.
fn lay_value(below: &mut Node, over: &Node) {
    if let (Value::Table(lower), Value::Table(upper)) = (&mut below.value, &over.value) {
        let replaces = match (kind_named(lower), kind_named(upper)) {
            (None, None) => false,
            (Some(a), Some(b)) if a == b => match (lower.table(a), upper.table(b)) {
                (Some(lower), Some(upper)) => {
                    upper.keys().any(|key| lower.get(&key.text).is_none())
                }
                _ => true,
            },
            _ => true,
        };
        if !replaces {
            lower.lay(upper);
            return;
        }
    }
    *below = over.clone();
}

impl Node {
    pub(super) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The kind of value, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "text",
            Value::Integer(_) => "an integer",
            Value::Number(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::Date(_) => "a date",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
            Value::Broken => "nothing",
        }
    }
}

/// Reads a text; whether its syntax is sound stands beside the tree.
pub(super) fn parse(text: &str, source: u32, findings: &Findings) -> (Table, bool) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let sound = errors.is_empty();
    let mut lines = Vec::new();
    let mut errors: Vec<_> = errors
        .iter()
        .map(|error| (error.span().unwrap_or(0..0), error.message().to_owned()))
        .collect();
    errors.sort_by_key(|(span, _)| span.start);
    for (span, message) in errors {
        let at = At::new(source, span);
        // What follows on the same line is an echo.
        let line = findings.line(at);
        if !lines.contains(&line) {
            lines.push(line);
            findings.error(at, format!("not TOML: {message}"), "");
        }
    }
    (convert_table(table.get_ref(), (source, 0), findings), sound)
}

/// A text and the byte at which what is converted starts in it.
type Origin = (u32, usize);

fn place((source, offset): Origin, span: std::ops::Range<usize>) -> At {
    At::new(source, span.start + offset..span.end + offset)
}

fn convert_table(table: &DeTable, origin: Origin, findings: &Findings) -> Table {
    let mut entries: Vec<(Key, Node)> = table
        .iter()
        .map(|(key, value)| {
            let node = convert(value, origin, findings);
            (
                Key {
                    at: place(origin, key.span()),
                    text: key.get_ref().to_string(),
                },
                node,
            )
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.at.start());
    Table { entries }
}

fn convert(value: &Spanned<DeValue>, origin: Origin, findings: &Findings) -> Node {
    let at = place(origin, value.span());
    let value = match value.get_ref() {
        // The parser recovers with empty text where there is nothing.
        DeValue::String(_) if at.len() == 0 => Value::Broken,
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => {
                if at.len() > 0 {
                    findings.error(at, "this integer is too large", "");
                }
                Value::Broken
            }
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::Broken,
        },
        DeValue::Boolean(boolean) => Value::Boolean(*boolean),
        DeValue::Datetime(date) if date.date.is_none() && date.time.is_none() => Value::Broken,
        DeValue::Datetime(date) => Value::Date(*date),
        DeValue::Array(array) => Value::Array(
            array
                .iter()
                .map(|value| convert(value, origin, findings))
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(convert_table(table, origin, findings)),
    };
    Node { at, value }
}

/// Tables whose members have names of the user's choice; an override may not invent one.
const NAMED: &[&str] = &[
    "hours",
    "distributions",
    "customers",
    "topics",
    "agents",
    "targets",
    "strategies",
];

/// Lays an override of the command line, `PATH=VALUE`, over the document.
///
/// The value is TOML; what is not TOML is text. Members of arrays are named by their position, from 0.
pub(super) fn apply_override(document: &mut Table, text: &str, findings: &Findings) {
    let source = findings.source("--set", text);
    let whole = At::new(source, 0..text.len());
    let Some((path, value)) = text.split_once('=') else {
        findings.error(
            whole,
            "an override needs `=`",
            "PATH=VALUE, as in agents.lisbon.count=12",
        );
        return;
    };
    let (keys, sound) = parse(&format!("{path}= 0"), source, findings);
    if !sound {
        return;
    }
    let path = path_of(&keys);
    let from = text.len() - value.trim_start().len();
    let node = match DeValue::parse(value.trim()) {
        Ok(value) => convert(&value, (source, from), findings),
        Err(_) => Node {
            at: At::new(source, from..from + value.trim().len()),
            value: Value::Text(value.trim().to_owned()),
        },
    };
    if let [first, second, ..] = path.as_slice()
        && NAMED.contains(&first.text.as_str())
    {
        let there: Vec<&str> = document
            .table(&first.text)
            .map(|table| table.keys().map(|key| key.text.as_str()).collect())
            .unwrap_or_default();
        if !there.contains(&second.text.as_str()) {
            findings.error(
                second.at,
                format!("there is no `{}.{}`", first.text, second.text),
                did_you_mean(&second.text, there),
            );
            return;
        }
    }
    if let Some((first, rest)) = path.split_first() {
        set(document, first, rest, node, findings);
    }
}

fn path_of(table: &Table) -> Vec<Key> {
    let mut path = Vec::new();
    let mut table = Some(table);
    while let Some((key, node)) = table.and_then(|table| table.entries.first()) {
        path.push(key.clone());
        table = node.table();
    }
    path
}

fn set(table: &mut Table, key: &Key, rest: &[Key], leaf: Node, findings: &Findings) {
    if KINDS.contains(&key.text.as_str()) && kind_named(table).is_some_and(|kind| kind != key.text)
    {
        table.entries.clear();
    }
    let position = match table.entries.iter().position(|(k, _)| k.text == key.text) {
        Some(position) => position,
        None => {
            let empty = Node {
                at: leaf.at,
                value: Value::Table(Table::default()),
            };
            table.entries.push((
                key.clone(),
                if rest.is_empty() { leaf.clone() } else { empty },
            ));
            table.entries.len() - 1
        }
    };
    let (place, node) = &mut table.entries[position];
    if rest.is_empty() && (leaf.table().is_none() || node.table().is_none()) {
        *place = key.clone();
    }
    set_value(node, key, rest, leaf, findings);
}

fn set_value(node: &mut Node, key: &Key, rest: &[Key], leaf: Node, findings: &Findings) {
    let Some((next, rest)) = rest.split_first() else {
        lay_value(node, &leaf);
        return;
    };
    let kind = node.kind();
    match &mut node.value {
        Value::Table(table) => set(table, next, rest, leaf, findings),
        Value::Array(members) => {
            let count = members.len();
            match next
                .text
                .parse::<usize>()
                .ok()
                .and_then(|position| members.get_mut(position))
            {
                Some(member) => set_value(member, next, rest, leaf, findings),
                None => findings.error(
                    next.at,
                    format!("`{}` has no member `{}`", key.text, next.text),
                    format!("it has {count}, counted from 0"),
                ),
            }
        }
        _ => findings.error(
            next.at,
            format!("`{}` is {kind}, not a table", key.text),
            "set the key itself",
        ),
    }
}
