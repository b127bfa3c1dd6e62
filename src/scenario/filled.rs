//! A scenario's text with rosters filled in: what else stands there stays as it was written, comments too.

use jiff::civil::Date;
use toml_edit::{
    Array, Datetime, DocumentMut, InlineTable, Item, Key, Table, TableLike, TomlError, Value, value,
};

use super::document::KINDS;

/// The keys of a group that say who is there when.
const WHO: [&str; 4] = ["count", "hours", "shifts", "staffing"];

/// The roster of a group in a strategy.
#[derive(Clone, Debug)]
pub struct Filling {
    /// The strategy's name; without `[strategies]` it does not matter.
    pub strategy: String,
    /// The group's name.
    pub group: String,
    /// Opening hours in the group's zone, and how many work them.
    pub shifts: Vec<(String, u32)>,
    /// Dates on which nobody works whatever the shift.
    pub closed: Vec<Date>,
}

impl Filling {
    /// How the hours of a shift are called: as they are, or with closed dates by a name of `[hours]`.
    fn hours(&self, hours: &str) -> String {
        match self.closed.is_empty() {
            true => hours.to_owned(),
            false => format!("{} {hours}", self.group),
        }
    }
}

/// The text of a scenario with overrides laid over it and rosters filled in, under another title.
///
/// What it claims about its figures (`about`, `[[expect]]`) goes: it holds for other rosters. `file` tells how a file that it
/// names is called from where the text will stand.
pub fn filled(
    text: &str,
    overrides: &[String],
    fillings: &[Filling],
    title: &str,
    file: &dyn Fn(&str) -> String,
) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    for text in overrides {
        lay_override(&mut document, text)?;
    }
    for key in ["about", "expect"] {
        document.remove(key);
    }
    document["title"] = value(title);
    rename_files(document.as_table_mut(), file);
    let mut groups: Vec<&str> = fillings
        .iter()
        .map(|filling| filling.group.as_str())
        .collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        fill(&mut document, group, fillings);
    }
    Ok(document.to_string())
}

/// Fills in the rosters of a group. Where strategies differ, who is there stands with each of them.
fn fill(document: &mut DocumentMut, group: &str, fillings: &[Filling]) {
    let Some(strategies) = document.get("strategies").and_then(Item::as_table_like) else {
        let filling = fillings.iter().find(|filling| filling.group == group);
        if let Some(filling) = filling
            && let Some(own) = within(document, &["agents", group])
        {
            write_who(own, filling);
            write_hours(document, &["hours"], filling);
        }
        return;
    };
    let names: Vec<String> = strategies.iter().map(|(name, _)| name.to_owned()).collect();
    let base: Vec<(&str, Item)> = match within(document, &["agents", group]) {
        Some(own) => WHO
            .iter()
            .filter_map(|key| Some((*key, own.remove(key)?)))
            .collect(),
        None => Vec::new(),
    };
    for name in names {
        let filling = fillings
            .iter()
            .find(|filling| filling.group == group && filling.strategy == name);
        if filling.is_none() && base.is_empty() {
            continue;
        }
        let Some(own) = made(document, &["strategies", &name, "agents", group]) else {
            continue;
        };
        match filling {
            Some(filling) => {
                write_who(own, filling);
                write_hours(document, &["strategies", &name, "hours"], filling);
            }
            None => {
                for (key, item) in &base {
                    if !own.contains_key(key) {
                        own.insert(key, item.clone());
                    }
                }
            }
        }
    }
}

/// Says who is there when, and nothing else about it.
fn write_who(own: &mut dyn TableLike, filling: &Filling) {
    WHO.iter().for_each(|key| drop(own.remove(key)));
    match filling.shifts.is_empty() {
        true => own.insert("count", value(0)),
        false => own.insert("shifts", shifts(filling)),
    };
}

/// Names the hours of all shifts where dates are closed.
fn write_hours(document: &mut DocumentMut, path: &[&str], filling: &Filling) {
    if filling.closed.is_empty() || filling.shifts.is_empty() {
        return;
    }
    let closed: Array = filling
        .closed
        .iter()
        .map(|day| {
            let date = toml_edit::Date {
                year: day.year().unsigned_abs(),
                month: day.month().unsigned_abs(),
                day: day.day().unsigned_abs(),
            };
            Value::from(Datetime::from(date))
        })
        .collect();
    let Some(named) = made(document, path) else {
        return;
    };
    for (rule, _) in &filling.shifts {
        let mut hours = InlineTable::new();
        hours.insert("rule", rule.as_str().into());
        hours.insert("closed", closed.clone().into());
        named.insert(&filling.hours(rule), value(hours));
    }
}

/// Who works when, a line each.
fn shifts(filling: &Filling) -> Item {
    let mut all = Array::new();
    for (hours, count) in &filling.shifts {
        let mut shift = InlineTable::new();
        shift.insert("hours", filling.hours(hours).into());
        shift.insert("count", i64::from(*count).into());
        let mut shift = Value::from(shift);
        shift.decor_mut().set_prefix("\n    ");
        all.push_formatted(shift);
    }
    if !all.is_empty() {
        all.set_trailing("\n");
    }
    value(all)
}

/// A table within tables.
fn within<'a>(document: &'a mut DocumentMut, path: &[&str]) -> Option<&'a mut dyn TableLike> {
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for key in path {
        table = table.get_mut(key)?.as_table_like_mut()?;
    }
    Some(table)
}

/// A table within tables, made where there is none.
fn made<'a>(document: &'a mut DocumentMut, path: &[&str]) -> Option<&'a mut dyn TableLike> {
    let mut item = document.as_item_mut();
    for key in path {
        match item {
            Item::Table(table) if !table.contains_key(key) => {
                let mut empty = Table::new();
                empty.set_dotted(true);
                table.insert(key, Item::Table(empty));
            }
            Item::Value(Value::InlineTable(table)) if !table.contains_key(key) => {
                table.insert(*key, InlineTable::new().into());
            }
            _ => {}
        }
        item = item.get_mut(key)?;
    }
    item.as_table_like_mut()
}

/// Lays an override of the command line over the document, as it is laid when the scenario is read.
fn lay_override(document: &mut DocumentMut, text: &str) -> Result<(), TomlError> {
    let Some((path, value)) = text.split_once('=') else {
        return Ok(());
    };
    let keys = Key::parse(path.trim())?;
    let value: Value = match value.trim().parse() {
        Ok(value) => value,
        // What is not TOML is text.
        Err(_) => value.trim().into(),
    };
    let mut item = document.as_item_mut();
    for key in &keys {
        let key = key.get();
        if let Some(table) = item.as_table_like_mut() {
            only_kind(table, key);
        }
        item = match key.parse::<usize>() {
            Ok(position) if item.is_array() => match item.get_mut(position) {
                Some(member) => member,
                None => return Ok(()),
            },
            _ => &mut item[key],
        };
    }
    lay(item, value);
    Ok(())
}

/// Lays a value over another: tables merge key by key, everything else is replaced.
fn lay(item: &mut Item, over: Value) {
    match (item.as_table_like_mut(), over) {
        (Some(table), Value::InlineTable(over)) => {
            for (key, value) in over {
                only_kind(table, &key);
                match table.get_mut(&key) {
                    Some(below) => lay(below, value),
                    None => drop(table.insert(&key, Item::Value(value))),
                }
            }
        }
        // With the old value goes the comment beside it.
        (_, over) => *item = Item::Value(over),
    }
}

/// Before a kind of distribution is set, another kind goes.
fn only_kind(table: &mut dyn TableLike, key: &str) {
    let other = |known: &str| KINDS.contains(&known) && known != key;
    if KINDS.contains(&key) && table.len() == 1 && table.iter().all(|(known, _)| other(known)) {
        table.clear();
    }
}

/// Calls files as they are called from elsewhere.
fn rename_files(table: &mut dyn TableLike, file: &dyn Fn(&str) -> String) {
    for (key, item) in table.iter_mut() {
        if key == "file"
            && let Some(name) = item.as_str().map(file)
        {
            *item = value(name);
            continue;
        }
        if let Some(table) = item.as_table_like_mut() {
            rename_files(table, file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Roster;
    use crate::scenario::read;

    /// Groups written in every way: a table, dotted keys, within braces, by a strategy alone.
    const TEXT: &str = r#"
about = "Claims."
[customers.users]       # who comes
arrivals = { per_day = 30 }
[agents.london]
zone = "Europe/London"
count = 12              # assumed
hours = "Mo-Fr 09:00-17:00"
serves = ["messaging"]
[strategies.one-site]
routes = [{ to = "messaging" }]
[strategies.three]
routes = [{ to = "messaging" }]
agents.london.count = 4
agents.goa = { zone = "Asia/Kolkata", count = 4, hours = "Mo-Fr 09:00-17:00", serves = ["messaging"] }
[strategies.headed]
routes = [{ to = "messaging" }]
[strategies.headed.agents.london]
count = 5
"#;

    fn filling(strategy: &str, group: &str, shifts: &[(&str, u32)]) -> Filling {
        let shifts = shifts
            .iter()
            .map(|(hours, count)| ((*hours).to_owned(), *count));
        Filling {
            strategy: strategy.to_owned(),
            group: group.to_owned(),
            shifts: shifts.collect(),
            closed: Vec::new(),
        }
    }

    #[test]
    fn rosters_stand_where_they_hold_and_all_else_stays() {
        let fillings = [
            filling(
                "three",
                "london",
                &[("Mo-Fr 08:00-16:00", 2), ("Tu-Sa 10:00-18:00", 3)],
            ),
            filling("three", "goa", &[("Mo-Fr 10:00-18:00", 7)]),
            filling("headed", "london", &[]),
        ];
        let text = filled(TEXT, &[], &fillings, "Planned", &str::to_owned).expect("TOML");
        assert!(
            text.contains("# who comes") && !text.contains("Claims"),
            "{text}"
        );
        let mut open = |_: &str| Err(String::new());
        let scenario = match read("test.toml", &text, &[], &mut open) {
            Ok((scenario, _)) => scenario,
            Err(problems) => panic!("{}\n{text}", problems[0].render(false)),
        };
        assert_eq!(scenario.title, "Planned");
        let counts = |strategy: usize, group: &str| {
            let groups = &scenario.names.agents;
            let place = groups.iter().position(|known| known == group);
            match &scenario.strategies[strategy].setup.agents[place.expect("a group")].roster {
                Roster::Shifts(shifts) => {
                    shifts.iter().map(|shift| shift.count).collect::<Vec<_>>()
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(counts(0, "london"), [12]);
        assert_eq!(counts(1, "london"), [2, 3]);
        assert_eq!(counts(1, "goa"), [7]);
        assert_eq!(counts(2, "london"), [0]);
    }

    /// With and without hours in the text, in a strategy and at the top.
    #[test]
    fn on_closed_dates_nobody_works() {
        let alone = TEXT.split("[strategies").next().expect("a text");
        let with_hours = format!("{alone}[hours]\noffice = \"Mo-Fr 09:00-17:00\"\n");
        for text in [TEXT, alone, &with_hours] {
            let filling = Filling {
                closed: vec![jiff::civil::date(2026, 1, 6)],
                ..filling(
                    "three",
                    "london",
                    &[("Mo-Fr 08:00-16:00", 2), ("Su-Th 22:00-06:00", 3)],
                )
            };
            let text = filled(text, &[], &[filling], "Planned", &str::to_owned).expect("TOML");
            let mut open = |_: &str| Err(String::new());
            let scenario = match read("test.toml", &text, &[], &mut open) {
                Ok((scenario, _)) => scenario,
                Err(problems) => panic!("{}\n{text}", problems[0].render(false)),
            };
            let strategies = scenario.strategies.len();
            let setup = &scenario.strategies[strategies.min(2) - 1].setup;
            let groups = &scenario.names.agents;
            let london = groups.iter().position(|known| known == "london");
            let agents = &setup.agents[london.expect("a group")];
            assert_eq!(agents.closed, [jiff::civil::date(2026, 1, 6)], "{text}");
            let Roster::Shifts(shifts) = &agents.roster else {
                panic!("{text}");
            };
            // From Monday 5 January on: without Tuesday, and without what the nights have of it.
            let hours = shifts.iter().map(|shift| {
                let week = crate::time::Time::ZERO + crate::time::Span::WEEK;
                (
                    shift.count,
                    setup.calendar(shift.hours).open_before(week).hours(),
                )
            });
            assert_eq!(hours.collect::<Vec<_>>(), [(2, 32.0), (3, 32.0)], "{text}");
        }
    }

    #[test]
    fn overrides_are_in_the_text() {
        let overrides = [
            "agents.london.speed=2".to_owned(),
            "customers.users.arrivals={ per_day = 7 }".to_owned(),
        ];
        let text = filled(TEXT, &overrides, &[], "Planned", &str::to_owned).expect("TOML");
        assert!(
            text.contains("speed = 2") || text.contains("speed=2"),
            "{text}"
        );
        assert!(
            text.contains("per_day = 7") && !text.contains("per_day = 30"),
            "{text}"
        );
        let mut open = |_: &str| Err(String::new());
        assert!(read("test.toml", &text, &[], &mut open).is_ok(), "{text}");
    }

    #[test]
    fn files_are_called_from_where_the_text_stands() {
        let text = "[customers.a]\narrivals = { counts = { file = \"v.csv\" } }\n";
        let file = |name: &str| format!("/data/{name}");
        let text = filled(text, &[], &[], "Planned", &file).expect("TOML");
        assert!(text.contains("\"/data/v.csv\""), "{text}");
    }
}
