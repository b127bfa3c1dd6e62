//! `docs/scenario.md` names every key that is read, where it is read, and none that is not.

use std::collections::BTreeSet;

use super::{Problem, read, valid};
use crate::scenario::fields::{ASKED, LATER};

type Keys = BTreeSet<(String, String)>;

/// What [`valid::EVERYTHING`] leaves out: the ways to open that need a file, and other forms of a key.
const MORE: &str = r#"
[customers.counted]
arrivals = { counts = { file = "volumes.csv", as = "exact", repeat = "weekly", where = { QueueName = "PS" } } }
[customers.replayed]
arrivals = { times = { file = "openings.csv" } }
[customers.members]
arrivals = { finite = { population = 20, think = "3 min" } }
[customers.grouped]
arrivals = { per_hour = 3, batch = { binomial = { n = 5, p = 0.3 } } }
[channels.chat]
patience = { queue = "4 min", reply = "5 min" }
[agents.b]
count = 2
serves = ["chat"]
"#;

/// The keys that are asked for while scenarios are read, by table; and those of them that are not built yet.
fn asked() -> (Keys, Keys) {
    let mut open = |path: &str| {
        Ok(match path {
            "volumes.csv" => "QueueName,TimeStamp,IntervalDuration,IncomingContactVolume\nPS,2026-01-05,daily,12\n".into(),
            _ => "opened\n30\n".into(),
        })
    };
    let (mut asked, mut later) = (Keys::new(), Keys::new());
    for text in [valid::EVERYTHING, MORE] {
        ASKED.with_borrow_mut(Keys::clear);
        LATER.with_borrow_mut(Keys::clear);
        let read = read("test.toml", text, &[], &mut open);
        let told =
            |problems: Vec<Problem>| problems.iter().map(Problem::to_string).collect::<Vec<_>>();
        assert!(read.is_ok(), "{:?}", read.err().map(told));
        let tables = ASKED.take();
        let named = |keys: Keys| {
            keys.iter()
                .map(|(path, key)| (general(path, &tables), key.clone()))
                .collect::<Keys>()
        };
        later.extend(named(LATER.take()));
        asked.extend(named(tables.clone()));
    }
    (asked, later)
}

/// A table's path with `NAME` for names, and `DIST` and `COUNT` for where distributions and counts stand.
fn general(path: &str, tables: &Keys) -> String {
    let has = |path: &str, key: &str| tables.contains(&(path.to_owned(), key.to_owned()));
    let parts: Vec<&str> = path.split('.').collect();
    for end in (1..=parts.len()).rev() {
        let whole = parts[..end].join(".");
        let kind = match (has(&whole, "hyperexponential"), has(&whole, "geometric")) {
            (true, _) => "DIST",
            (_, true) => "COUNT",
            _ => continue,
        };
        return [&[kind], &parts[end..]].concat().join(".");
    }
    let mut parts = parts;
    match parts[0] {
        "run" => {}
        "plan" if parts.len() > 2 => parts[2] = "NAME",
        "plan" => {}
        _ if parts.len() > 1 => parts[1] = "NAME",
        _ => {}
    }
    if let Some(last) = parts.last_mut().filter(|last| last.parse::<u8>().is_ok()) {
        *last = "URGENCY";
    }
    parts.join(".")
}

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The keys in the tables of the page, under headings that name where they stand; and those said not to be built yet.
fn documented() -> (Keys, Keys) {
    let page = include_str!("../../../docs/scenario.md");
    let (mut keys, mut later) = (Keys::new(), Keys::new());
    let mut places: Vec<&str> = Vec::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix('#') {
            places = match heading.trim_start_matches('#').trim() {
                "The file" => vec![""],
                heading => quoted(heading).collect(),
            };
        }
        let Some(row) = line.strip_prefix("| `").filter(|_| !places.is_empty()) else {
            continue;
        };
        let first = &line[..line.len() - row.len() + row.find('|').unwrap_or(0)];
        for key in quoted(first) {
            for place in &places {
                let entry = ((*place).to_owned(), key.to_owned());
                if row.contains("Not built yet") {
                    later.insert(entry.clone());
                }
                assert!(
                    keys.insert(entry),
                    "`{place}.{key}` stands twice in docs/scenario.md"
                );
            }
        }
    }
    (keys, later)
}

#[test]
fn the_page_names_every_key_and_no_other() {
    let ((asked, later), (named, named_later)) = (asked(), documented());
    let missing: Vec<_> = asked.difference(&named).collect();
    let invented: Vec<_> = named.difference(&asked).collect();
    assert!(missing.is_empty(), "docs/scenario.md lacks {missing:?}");
    assert!(invented.is_empty(), "docs/scenario.md has {invented:?}");
    assert_eq!(later, named_later, "what is not built yet");
}
