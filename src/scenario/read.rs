//! From the text to the scenario: the order of the steps.

use std::cell::RefCell;

use crate::calendar::Calendar;
use crate::id::{CalendarId, QueueId};
use crate::route::Route;
use crate::time::{Span, Time};
use crate::world::{MOST, Setup, Shown, Target};

use super::distributions::Distributions;
use super::document::{Key, Node, Table, Value, apply_override, parse};
use super::doubts::{self, Doubted};
use super::fields::{Fields, Item};
use super::files::{Files, OpenFile};
use super::hours::{Calendars, Hours};
use super::names::find;
use super::order;
use super::problem::{At, Findings, Problem, did_you_mean, list};
use super::tables::{
    Desk, agents, channels, customers, expects, plan, queues, routes, run, targets, topics,
};
use super::{Expect, Names, Scenario, Strategy};

/// Tables that a strategy may override, in the order of the reference.
const OVERRIDABLE: &[&str] = &[
    "hours",
    "distributions",
    "customers",
    "topics",
    "channels",
    "queues",
    "agents",
    "targets",
];

/// What an empty file lacks.
const SHORTEST: &str = "a scenario needs customers, agents and a strategy at least:\n\n\
    [customers.shoppers]\narrivals = { per_day = 900 }\n\n\
    [agents.lisbon]\ncount = 14\nserves = [\"chat\"]\n\n\
    [strategies.live-chat]\nroutes = [{ to = \"chat\" }]";

/// Reads a scenario: `file` is its path, for messages and the scenario's name; `overrides` are `PATH=VALUE`, laid over
/// the text before anything is read from it; `open` gives the content of files the scenario names.
///
/// Beside the scenario stand warnings. If anything is wrong, all of it comes at once, errors first.
pub fn read(
    file: &str,
    text: &str,
    overrides: &[String],
    open: &mut OpenFile,
) -> Result<(Scenario, Vec<Problem>), Vec<Problem>> {
    read_like(file, text, overrides, open, None)
}

/// The same of another text of a scenario whose names are known: each keeps its id, and so its luck.
pub fn read_like(
    file: &str,
    text: &str,
    overrides: &[String],
    open: &mut OpenFile,
    known: Option<&Names>,
) -> Result<(Scenario, Vec<Problem>), Vec<Problem>> {
    let findings = Findings::default();
    let source = findings.source(file, text);
    let (mut document, sound) = parse(text, source, &findings);
    if sound && document.entries.is_empty() {
        findings.error(At::new(source, 0..0), "the scenario is empty", SHORTEST);
        return Err(findings.problems(false));
    }
    let written = document.clone();
    for text in overrides {
        apply_override(&mut document, text, &findings);
    }
    let open = RefCell::new(open);
    let open = |path: &str| (open.borrow_mut())(path);
    let files = Files::new(&open, file);
    let name = stem(file);
    let scenario = Reader {
        findings: &findings,
        files: &files,
        written: &written,
        known,
        start: At::new(source, 0..0),
    }
    .scenario(name, &document, text, overrides);
    match scenario {
        Some(scenario) if !findings.any_error() => Ok((scenario, findings.problems(false))),
        _ => Err(findings.problems(!sound)),
    }
}

/// The file's name without `.toml`.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".toml").unwrap_or(name)
}

struct Reader<'a> {
    findings: &'a Findings,
    files: &'a Files<'a>,
    /// The text as it stands, without overrides.
    written: &'a Table,
    /// The names of another reading.
    known: Option<&'a Names>,
    /// The start of the text, for what is about no line of it.
    start: At,
}

/// A strategy's name and its tables, not yet read.
struct Draft {
    name: String,
    about: String,
    document: Table,
}

impl Reader<'_> {
    fn scenario(
        &self,
        name: &str,
        document: &Table,
        text: &str,
        overrides: &[String],
    ) -> Option<Scenario> {
        let root = Fields::new(self.findings, document, self.start, "");
        let _ = root.read("format", |format| format.integer(1..=1));
        let title = root
            .read("title", |title| title.text())
            .unwrap_or(name)
            .to_owned();
        let about = root
            .read("about", |about| about.text())
            .unwrap_or_default()
            .to_owned();
        let run_fields = root.read("run", Item::fields);
        let (mut run, baseline) = run::read(run_fields.as_ref());
        if let Some(fields) = run_fields {
            fields.done();
        }
        for section in OVERRIDABLE {
            let _ = root.read(section, Item::fields);
        }
        let expects = root.get("expect");
        let strategies = root.get("strategies");
        let planning = root.get("plan");
        self.require(&root, "customers", "arrivals = { per_day = 900 }");
        self.require(&root, "agents", "count = 14 and serves = [\"chat\"]");
        root.done();

        let mut drafts = self.drafts(document, strategies.as_ref());
        let mut names = Names::collect(
            &drafts
                .iter()
                .map(|draft| &draft.document)
                .collect::<Vec<_>>(),
            &run.zone_name,
        );
        let shown = order::give_ids(&mut names, self.written, self.known);
        if let Some(only) = drafts.first_mut().filter(|_| strategies.is_none()) {
            self.route_to_the_only_channel(&mut only.document, &names);
        }
        for draft in &mut drafts {
            channels::lay_over_presets(&mut draft.document, &names.channels, self.findings);
        }
        self.check_overrides(document, &names, strategies.as_ref(), &run.zone_name);
        let horizon = run.limit - Time::ZERO;
        let calendars = Calendars::new(run.origin, horizon.max(Span::WEEK));
        let mut read: Vec<Strategy> = Vec::new();
        let mut targets: Vec<Option<Target>> = vec![None; names.targets.len()];
        for draft in &drafts {
            let desk = Desk {
                findings: self.findings,
                document: &draft.document,
                names: &names,
                run: &run,
                files: self.files,
                distributions: Distributions::new(&draft.document, self.files),
                hours: Hours {
                    named: draft.document.table("hours"),
                    calendars: &calendars,
                },
            };
            let (setup, routes) = self.setup(&desk, &draft.name, &mut targets);
            read.push(Strategy {
                name: draft.name.clone(),
                about: draft.about.clone(),
                setup,
                routes,
            });
        }
        let strategy_names: Vec<String> =
            read.iter().map(|strategy| strategy.name.clone()).collect();
        if let Some(position) =
            baseline.and_then(|baseline| find(&strategy_names, "there is no strategy", &baseline))
        {
            run.run.baseline = position;
        }
        let expects = self.expects(expects, &names, &strategy_names);
        let terms = planning.map(|planning| plan::read(&planning, &names));
        // A target stands for itself in every strategy, also where only another one writes it.
        let targets: Option<Vec<Target>> = targets.into_iter().collect();
        for strategy in &mut read {
            strategy.setup.calendars = calendars.all();
            strategy.setup.shown = shown.clone();
            complete(&mut strategy.setup.targets, targets.as_ref()?);
        }
        if !self.findings.any_error() {
            let documents: Vec<&Table> = drafts.iter().map(|draft| &draft.document).collect();
            doubts::look(&Doubted {
                findings: self.findings,
                names: &names,
                strategies: &read,
                documents: &documents,
                start: self.start,
            });
        }
        Some(Scenario {
            name: name.to_owned(),
            title,
            about,
            text: text.to_owned(),
            overrides: overrides.to_vec(),
            run: run.run,
            names,
            strategies: read,
            expects,
            terms: terms.unwrap_or_default(),
        })
    }

    /// A section with at least one member.
    fn require(&self, root: &Fields, section: &'static str, example: &str) {
        let what = if section == "customers" {
            "nobody comes"
        } else {
            "nobody answers"
        };
        match root.get(section) {
            None if root.has(section) => {}
            Some(item)
                if item
                    .node
                    .table()
                    .is_some_and(|table| table.entries.is_empty()) =>
            {
                self.findings.absent(
                    item.key,
                    format!("{what}: `[{section}]` is empty"),
                    format!("as in [{section}.NAME] with {example}"),
                );
            }
            Some(_) => {}
            None => self.findings.absent(
                self.start,
                format!("{what}: there is no `[{section}.NAME]`"),
                format!("as in [{section}.NAME] with {example}"),
            ),
        }
    }

    /// The base tables with each strategy's overrides laid over them; `routes` stays among them.
    fn drafts(&self, document: &Table, strategies: Option<&Item>) -> Vec<Draft> {
        let mut base = Table::default();
        base.entries.extend(
            document
                .entries
                .iter()
                .filter(|(key, _)| OVERRIDABLE.contains(&key.text.as_str()))
                .cloned(),
        );
        let Some(strategies) = strategies.and_then(Item::fields) else {
            return vec![Draft {
                name: "as-is".to_owned(),
                about: String::new(),
                document: base,
            }];
        };
        if strategies.all().is_empty() {
            self.findings.absent(
                strategies.at,
                "`[strategies]` is empty",
                "as in [strategies.live-chat] with routes = [{ to = \"chat\" }]",
            );
        }
        let mut drafts = Vec::new();
        for (name, item) in strategies.all() {
            let Some(fields) = item.fields() else {
                continue;
            };
            let mut over = Table::default();
            for (key, inner) in fields.all() {
                match key {
                    "about" | "routes" => {}
                    _ if OVERRIDABLE.contains(&key) => {}
                    "run" | "strategies" | "expect" | "format" | "title" => {
                        self.findings.error(
                            inner.key,
                            format!("a strategy cannot override `{key}`"),
                            format!("it may override {}", list(OVERRIDABLE)),
                        );
                        continue;
                    }
                    _ => {
                        let known = ["routes", "about"].iter().chain(OVERRIDABLE).copied();
                        self.findings.error(
                            inner.key,
                            format!("unknown key `{key}` in `{}`", fields.path),
                            did_you_mean(key, known),
                        );
                        continue;
                    }
                }
                if OVERRIDABLE.contains(&key) && !inner.is_table() {
                    let _: Option<()> = inner.expected("a table");
                    continue;
                }
                if let Some((key, node)) = item.node.table().and_then(|table| table.get(key)) {
                    over.entries.push((key.clone(), node.clone()));
                }
            }
            let about = fields
                .read("about", |about| about.text())
                .unwrap_or_default()
                .to_owned();
            let _: Option<()> = fields.need("routes", "routes = [{ to = \"chat\" }]", |_| None);
            let mut document = base.clone();
            document.lay(&over);
            drafts.push(Draft {
                name: name.to_owned(),
                about,
                document,
            });
        }
        drafts
    }

    fn route_to_the_only_channel(&self, document: &mut Table, names: &Names) {
        match names.channels.as_slice() {
            [only] => {
                let place = document.entries.first().map_or(self.start, |(key, _)| key.at);
                let text = |key: &str, value: Value| (Key { at: place, text: key.to_owned() }, Node { at: place, value });
                let route = Table { entries: vec![text("to", Value::Text(only.clone()))] };
                document.entries.push(text("routes", Value::Array(vec![Node { at: place, value: Value::Table(route) }])));
            }
            [] if names.agents.is_empty() => {}
            [] => self.findings.absent(self.start, "there is no channel", "as in [channels.chat], or [strategies.live-chat] with routes = [{ to = \"chat\" }]"),
            several => self.findings.absent(
                self.start,
                format!("without [strategies], the only channel is taken, but there are {}", list(several)),
                format!("as in [strategies.NAME] with routes = [{{ to = \"{}\" }}]", several[0]),
            ),
        }
    }

    /// Channels and queues need not be written; one that only an override knows is surely misspelt.
    fn check_overrides(
        &self,
        document: &Table,
        names: &Names,
        strategies: Option<&Item>,
        zone: &str,
    ) {
        let invented = |key: &Key| self.findings.is_override(key.at);
        let sections = [("channels", &names.channels), ("queues", &names.queues)];
        if !sections.iter().any(|(section, _)| {
            document
                .table(section)
                .is_some_and(|table| table.keys().any(invented))
        }) {
            return;
        }
        let mut written = document.clone();
        for (key, node) in &mut written.entries {
            if let Value::Table(table) = &mut node.value
                && sections.iter().any(|(section, _)| *section == key.text)
            {
                table.entries.retain(|(key, _)| !invented(key));
            }
        }
        let drafts = self.drafts(&written, strategies);
        let known = Names::collect(
            &drafts
                .iter()
                .map(|draft| &draft.document)
                .collect::<Vec<_>>(),
            zone,
        );
        for (section, known) in [("channels", &known.channels), ("queues", &known.queues)] {
            for key in document
                .table(section)
                .into_iter()
                .flat_map(Table::keys)
                .filter(|key| invented(key) && !known.contains(&key.text))
            {
                let hint = did_you_mean(&key.text, known.iter().map(String::as_str));
                self.findings.error(
                    key.at,
                    format!("there is no `{section}.{}`", key.text),
                    hint,
                );
            }
        }
    }

    fn setup(
        &self,
        desk: &Desk,
        strategy: &str,
        shared: &mut [Option<Target>],
    ) -> (Setup, Vec<Route>) {
        desk.distributions.check(self.findings);
        desk.hours.check(self.findings);
        let names = desk.names;
        let agents: Vec<_> = names
            .agents
            .iter()
            .map(|name| agents::read(desk, name))
            .collect();
        let channels: Vec<_> = names
            .channels
            .iter()
            .map(|name| channels::read(desk, name))
            .collect();
        let queues = (0..names.queues.len())
            .map(|queue| queues::read(desk, QueueId::from(queue), &agents))
            .collect();
        let mut targets = Vec::new();
        for (name, shared) in names.targets.iter().zip(shared) {
            let target = targets::read(desk, name);
            if shared.is_none() {
                shared.clone_from(&target);
            }
            targets.extend(target.or(shared.clone()));
        }
        let routes = match desk.document.get("routes") {
            Some((key, node)) => routes::read(
                desk,
                &Item {
                    findings: self.findings,
                    node,
                    key: key.at,
                    path: format!("strategies.{strategy}.routes"),
                },
            ),
            None => Vec::new(),
        };
        let business = channels
            .iter()
            .map(|channel| business(desk, channel, &agents))
            .collect();
        let setup = Setup {
            customers: names
                .customers
                .iter()
                .map(|name| customers::read(desk, name))
                .collect(),
            topics: names
                .topics
                .iter()
                .map(|name| topics::read(desk, name))
                .collect(),
            channels,
            queues,
            agents,
            targets,
            calendars: Vec::new(),
            business,
            warm_up: desk.run.warm_up,
            length: desk.run.length,
            limit: desk.run.limit,
            ending: desk.run.ending,
            count_balkers: desk.run.count_balkers,
            shown: Shown::default(),
        };
        self.limit(&setup, &routes);
        (setup, routes)
    }

    /// Refuses more of a kind than the numbers that name them can tell apart.
    fn limit(&self, setup: &Setup, routes: &[Route]) {
        let zones = setup.customers.iter().map(|table| table.homes.len()).sum();
        let kinds = [
            ("zones of customers", zones),
            ("channels", setup.channels.len()),
            ("queues", setup.queues.len()),
            ("groups of agents", setup.agents.len()),
            ("routes", routes.len()),
        ];
        for (kind, count) in kinds.into_iter().filter(|(_, count)| *count > MOST) {
            self.findings.error(
                self.start,
                format!("there are {count} {kind}"),
                format!("at most {MOST}"),
            );
        }
    }

    fn expects(&self, item: Option<Item>, names: &Names, strategies: &[String]) -> Vec<Expect> {
        let Some(item) = item else { return Vec::new() };
        let Some(members) = item.as_array() else {
            return item
                .expected("an array of tables, as in [[expect]]")
                .unwrap_or_default();
        };
        members
            .iter()
            .filter_map(|member| expects::read(member, names, strategies))
            .collect()
    }
}

/// The business clock of a channel: its hours, or without them whenever the groups that serve its queue are rostered.
fn business(
    desk: &Desk,
    channel: &crate::channel::Channel,
    agents: &[crate::agent::Agents],
) -> CalendarId {
    use crate::agent::Roster;
    if channel.hours != Calendars::ALWAYS {
        return channel.hours;
    }
    let calendars = desk.hours.calendars;
    let mut open = Vec::new();
    for agents in agents
        .iter()
        .filter(|agents| queues::serves(agents, channel.queue))
    {
        match &agents.roster {
            Roster::Unlimited => open.push(Calendars::ALWAYS),
            Roster::Shifts(shifts) => open.extend(
                shifts
                    .iter()
                    .filter(|shift| shift.count > 0)
                    .map(|shift| shift.hours),
            ),
            Roster::Counts(steps) => open.push(
                calendars.intern(&format!("{steps:?}"), || staffed(steps, calendars.horizon)),
            ),
        }
    }
    // With nobody to answer, no clock runs better than the calendar's.
    if open.is_empty() {
        Calendars::ALWAYS
    } else {
        calendars.union(open)
    }
}

/// When a count is above 0.
fn staffed(steps: &[(Time, u32)], horizon: Span) -> Calendar {
    let ends = steps.iter().skip(1).map(|(at, _)| *at).chain([Time::NEVER]);
    let intervals: Vec<(Time, Time)> = steps
        .iter()
        .zip(ends)
        .filter(|((_, count), _)| *count > 0)
        .map(|((from, _), to)| (*from, to))
        .collect();
    let open_ended = intervals.last().is_some_and(|(_, to)| *to == Time::NEVER);
    Calendar::from_intervals(intervals, if open_ended { Span::FOREVER } else { horizon })
}

/// Targets in the order of their ids, whoever writes them.
fn complete(own: &mut Vec<Target>, shared: &[Target]) {
    if own.len() != shared.len() {
        *own = shared.to_vec();
    }
}
