//! What an Erlang formula says of a desk: as a table with its assumptions, as CSV and as JSON.

use std::fmt::Write as _;
use std::io;

use comfy_table::CellAlignment;
use serde::Serialize;

use super::console::{Paint, plain_table, right, wrap};
use super::units::{Quantity, count, list};
use crate::theory::{Demand, Formula, Service, Wanted};
use crate::time::Span;

/// A desk staffed by a formula, at a steady rate or by interval.
pub struct Staffing {
    /// Whose formula; where patience differs by interval, that of any of them.
    pub formula: Formula,
    /// What is wanted; nothing if only figures were asked for.
    pub wanted: Wanted,
    /// The wait of the service level told \[s\].
    pub within: Option<f64>,
    /// The share of scheduled time that is not at work with customers.
    pub shrinkage: f64,
    /// Mean time away between visits \[s\], of Erlang-R.
    pub away_mean: Option<f64>,
    /// Whether the agents were found, not given.
    pub found: bool,
    /// One at a steady rate, else one for each interval.
    pub lines: Vec<Staffed>,
    /// At a steady rate: the same with some agents fewer and more, in order, the one asked for among them.
    pub around: Vec<Staffed>,
}

/// Agents for a demand.
#[derive(Clone, Debug)]
pub struct Staffed {
    /// Which interval, as written; nothing at a steady rate.
    pub interval: Option<(String, Span)>,
    /// Openings per hour; with Erlang-R by interval they are not those of the load.
    pub arrivals_per_hour: f64,
    /// What the agents meet, in seconds.
    pub demand: Demand,
    /// How many are at work.
    pub agents: u32,
    /// What they achieve; `None` if the queue grows, or nobody comes.
    pub service: Option<Service>,
}

impl Staffed {
    /// So many agents for a demand.
    pub fn new(
        interval: Option<(String, Span)>,
        arrivals_per_hour: f64,
        demand: Demand,
        agents: u32,
    ) -> Staffed {
        Staffed {
            interval,
            arrivals_per_hour,
            demand,
            agents,
            service: demand.served_by(agents),
        }
    }

    /// Whether more comes than the agents can end.
    fn grows(&self) -> bool {
        self.service.is_none() && self.demand.arrival_rate > 0.0
    }

    fn hours(&self) -> f64 {
        self.interval
            .as_ref()
            .map_or(0.0, |(_, length)| length.hours())
    }
}

impl Staffing {
    /// How many to schedule for so many at work, rounded up.
    pub fn scheduled(&self, agents: u32) -> u32 {
        scheduled(agents, self.shrinkage)
    }

    /// Whether agents do what is wanted; `None` if nothing is. Where nobody comes nothing is missed.
    fn met(&self, line: &Staffed) -> Option<bool> {
        if self.wanted == Wanted::default() {
            return None;
        }
        Some(match &line.service {
            Some(service) => self.wanted.met_by(service),
            None => !line.grows(),
        })
    }

    /// Whether what is wanted is missed anywhere.
    pub fn misses(&self) -> bool {
        self.lines.iter().any(|line| self.met(line) == Some(false))
    }

    fn by_interval(&self) -> bool {
        self.lines.iter().any(|line| line.interval.is_some())
    }

    fn name(&self) -> &'static str {
        match self.formula {
            Formula::B => "Erlang B",
            Formula::C => "Erlang C",
            Formula::A { .. } => "Erlang A",
            Formula::R { .. } => "Erlang-R",
        }
    }

    /// A mean over all intervals, weighted with who comes; `None` if the queue grows in one, or nobody comes at all.
    fn overall(&self, figure: impl Fn(&Service) -> f64) -> Option<f64> {
        let (mut sum, mut weights) = (0.0, 0.0);
        for line in self
            .lines
            .iter()
            .filter(|line| line.demand.arrival_rate > 0.0)
        {
            let weight = line.demand.arrival_rate * line.hours();
            sum += weight * figure(line.service.as_ref()?);
            weights += weight;
        }
        (weights > 0.0).then(|| sum / weights)
    }

    fn agent_hours(&self) -> f64 {
        self.lines
            .iter()
            .map(|line| f64::from(line.agents) * line.hours())
            .sum()
    }

    fn scheduled_hours(&self) -> f64 {
        let hours = |line: &Staffed| f64::from(self.scheduled(line.agents)) * line.hours();
        self.lines.iter().map(hours).sum()
    }
}

fn scheduled(agents: u32, shrinkage: f64) -> u32 {
    // 9 / 0.9 is 10, not a bit more.
    (f64::from(agents) / (1.0 - shrinkage) - 1e-9).ceil() as u32
}

/// What the formula says, and what it takes for granted, within 80 columns.
pub fn erlang_table(staffing: &Staffing, paint: Paint) -> String {
    let mut text = String::new();
    paragraph(&mut text, &question(staffing));
    let (columns, rows) = if staffing.by_interval() {
        (columns(staffing, true), &staffing.lines)
    } else {
        (columns(staffing, false), &staffing.around)
    };
    if !rows.is_empty() {
        let _ = write!(text, "\n{}\n", table(staffing, &columns, rows, paint));
    }
    let mut answered = String::new();
    paragraph(&mut answered, &format!("Answer: {}", answer(staffing)));
    text += &answered.replacen("Answer:", &paint.title("Answer:"), 1);
    text.push('\n');
    paragraph(
        &mut text,
        &format!("Assumed: {}", assumed(staffing).join(" ")),
    );
    text
}

fn paragraph(text: &mut String, words: &str) {
    for line in wrap(words, 80) {
        let _ = writeln!(text, "{line}");
    }
}

fn time(seconds: f64) -> String {
    Quantity::Duration.value(seconds, None)
}

fn share(value: f64) -> String {
    Quantity::Share.value(value, None)
}

/// A time as it was given: without decimals that say nothing.
fn given_time(seconds: f64) -> String {
    let half = (seconds.fract() == 0.0).then_some(2.0);
    Quantity::Duration.value(seconds, half)
}

/// A load or hours as people say them: whole where they are.
fn load(amount: f64) -> String {
    match (amount - amount.round()).abs() {
        rest if rest < 1e-9 => count(amount),
        _ => Quantity::Amount.value(amount, None),
    }
}

/// A share as it was given, likewise.
fn given(value: f64) -> String {
    format!("{}%", (value * 1e6).round() / 1e4)
}

fn question(staffing: &Staffing) -> String {
    let mut text = format!("{}: ", staffing.name());
    if staffing.by_interval() {
        let contacts: f64 = staffing.lines.iter().map(contacts).sum();
        let lines = staffing.lines.len();
        let intervals = if lines == 1 { "interval" } else { "intervals" };
        let _ = write!(text, "{} contacts in {lines} {intervals}.", count(contacts));
    } else if let Some(line) = staffing.lines.first() {
        let erlang = line.demand.load();
        let visits = match staffing.formula {
            Formula::R { returns } => format!(" {} times on average", count(1.0 / (1.0 - returns))),
            _ => String::new(),
        };
        let _ = write!(
            text,
            "{} contacts an hour that take {}{visits} keep {} {} busy all the time.",
            count(line.arrivals_per_hour),
            given_time(line.demand.handling_mean),
            load(erlang),
            if load(erlang) == "1" {
                "agent"
            } else {
                "agents"
            },
        );
    }
    let wishes = wishes(&staffing.wanted);
    if !wishes.is_empty() {
        let _ = write!(
            text,
            " Wanted: {}.",
            list(wishes.iter().map(String::as_str))
        );
    }
    text
}

fn contacts(line: &Staffed) -> f64 {
    line.arrivals_per_hour * line.hours()
}

fn wishes(wanted: &Wanted) -> Vec<String> {
    let mut wishes = Vec::new();
    if let Some((within, least)) = wanted.within {
        wishes.push(format!(
            "{} served within {}",
            given(least),
            given_time(within)
        ));
    }
    if let Some(most) = wanted.wait_mean {
        wishes.push(format!("a mean wait of at most {}", given_time(most)));
    }
    if let Some(most) = wanted.abandonment {
        wishes.push(format!("at most {} who give up", given(most)));
    }
    if let Some(most) = wanted.blocked {
        wishes.push(format!("at most {} turned away", given(most)));
    }
    if let Some(most) = wanted.occupancy {
        wishes.push(format!(
            "agents busy for at most {} of their time",
            given(most)
        ));
    }
    wishes
}

/// A column: its header and what stands in a line.
type Column<'a> = (String, Box<dyn Fn(&Staffed) -> String + 'a>);

fn columns(staffing: &Staffing, by_interval: bool) -> Vec<Column<'_>> {
    let mut columns: Vec<Column> = Vec::new();
    let mut add = |header: &str, cell: Box<dyn Fn(&Staffed) -> String>| {
        columns.push((header.to_owned(), cell));
    };
    let of = |figure: fn(&Service) -> f64, shown: fn(f64) -> String| {
        Box::new(move |line: &Staffed| {
            let service = line.service.as_ref();
            service.map_or(String::new(), |service| shown(figure(service)))
        })
    };
    if by_interval {
        // To the minute: what else an instant has would take the place of figures.
        let label = |line: &Staffed| {
            let start = line.interval.as_ref().map_or("", |(start, _)| start);
            start.replace('T', " ").chars().take(16).collect()
        };
        add("Start", Box::new(label));
        add("Contacts", Box::new(|line| count(contacts(line))));
        add("Load", Box::new(|line| load(line.demand.load())));
    } else {
        let asked = staffing.lines.first().map(|line| line.agents);
        let mark = move |line: &Staffed| {
            let asked = asked == Some(line.agents);
            (if asked { ">" } else { "" }).to_owned()
        };
        add("", Box::new(mark));
    }
    add("Agents", Box::new(|line| line.agents.to_string()));
    if staffing.shrinkage > 0.0 {
        let shrinkage = staffing.shrinkage;
        add(
            "Sched-\nuled",
            Box::new(move |line| scheduled(line.agents, shrinkage).to_string()),
        );
    }
    if staffing.formula == Formula::B {
        add("Turned\naway", of(Service::blocked, share));
    } else {
        if let Some(within) = staffing.within {
            let level = move |line: &Staffed| {
                let service = line.service.as_ref();
                service.map_or(String::new(), |service| {
                    share(service.service_level(within))
                })
            };
            add(&format!("Within\n{}", given_time(within)), Box::new(level));
        }
        let wait = |line: &Staffed| match &line.service {
            Some(service) => time(service.wait_mean()),
            None if line.grows() => "grows".to_owned(),
            None => String::new(),
        };
        add("Mean\nwait", Box::new(wait));
        if !by_interval {
            add("Wait\nat all", of(Service::wait_probability, share));
        }
        if let Formula::A { .. } = staffing.formula {
            add("Give\nup", of(Service::abandonment, share));
        }
    }
    add("Busy", of(Service::occupancy, share));
    columns
}

fn table(staffing: &Staffing, columns: &[Column], rows: &[Staffed], paint: Paint) -> String {
    let mut table = plain_table();
    let wanted = staffing.wanted != Wanted::default();
    let headers = columns.iter().map(|(header, _)| header.clone());
    table.set_header(headers.chain(wanted.then(String::new)));
    for row in rows {
        let cells = columns.iter().map(|(_, cell)| cell(row));
        let judged = staffing.met(row).map(|met| match met {
            true => paint.good("met"),
            false => paint.bad("missed"),
        });
        table.add_row(cells.chain(judged));
    }
    right(&mut table, 1..=columns.len() - 1, CellAlignment::Right);
    table.trim_fmt()
}

fn answer(staffing: &Staffing) -> String {
    let growing: Vec<&Staffed> = staffing.lines.iter().filter(|line| line.grows()).collect();
    if staffing.by_interval() {
        return answer_by_interval(staffing, &growing);
    }
    let Some(line) = staffing.lines.first() else {
        return String::new();
    };
    let agents = many(line.agents);
    let mut sentences = Vec::new();
    if line.demand.arrival_rate == 0.0 {
        sentences.push("nobody comes, so nobody is needed.".to_owned());
    } else if !growing.is_empty() {
        sentences.push(format!(
            "with {agents} the queue grows without end: it takes more than {} to end what comes in.",
            load(line.demand.load())
        ));
    } else if staffing.found {
        sentences.push(format!("{agents} at work are the fewest that do it."));
    } else if let Some(met) = staffing.met(line) {
        let verdict = if met { "do" } else { "do not do" };
        sentences.push(format!("{agents} at work {verdict} what is wanted."));
    } else {
        sentences.push(format!(
            "{agents} at work achieve what stands beside the >."
        ));
    }
    if staffing.shrinkage > 0.0 && line.agents > 0 {
        sentences.push(format!(
            "With {} of their time lost to breaks, meetings, leave and illness, schedule {}.",
            given(staffing.shrinkage),
            staffing.scheduled(line.agents)
        ));
    }
    if let (Formula::R { returns }, Some(service)) = (staffing.formula, &line.service) {
        let visits = 1.0 / (1.0 - returns);
        sentences.push(format!(
            "All its visits together, a contact waits {}.",
            time(visits * service.wait_mean())
        ));
        if let Some(away) = staffing.away_mean {
            let visit = service.wait_mean() + line.demand.handling_mean;
            sentences.push(format!(
                "It is over {} after it came, of which it is away {}.",
                time(visits * visit + (visits - 1.0) * away),
                time((visits - 1.0) * away)
            ));
        }
    }
    sentences.join(" ")
}

fn answer_by_interval(staffing: &Staffing, growing: &[&Staffed]) -> String {
    let mut text = format!("{} agent-hours at work", load(staffing.agent_hours()));
    if staffing.shrinkage > 0.0 {
        let _ = write!(
            text,
            ", {} scheduled (shrinkage {})",
            load(staffing.scheduled_hours()),
            given(staffing.shrinkage)
        );
    }
    let most = staffing
        .lines
        .iter()
        .map(|line| line.agents)
        .max()
        .unwrap_or(0);
    let _ = write!(text, "; at most {} at once.", many(most));
    let mut figures = Vec::new();
    if let Some(within) = staffing.within
        && let Some(level) = staffing.overall(|service| service.service_level(within))
    {
        figures.push(format!(
            "{} are served within {}",
            share(level),
            given_time(within)
        ));
    }
    if staffing.formula == Formula::B {
        figures.extend(
            staffing
                .overall(Service::blocked)
                .map(|blocked| format!("{} are turned away", share(blocked))),
        );
    } else {
        figures.extend(
            staffing
                .overall(Service::wait_mean)
                .map(|wait| format!("the mean wait is {}", time(wait))),
        );
    }
    if let Formula::A { .. } = staffing.formula {
        figures.extend(
            staffing
                .overall(Service::abandonment)
                .map(|left| format!("{} give up", share(left))),
        );
    }
    if !figures.is_empty() {
        let _ = write!(
            text,
            " Over all intervals {}.",
            list(figures.iter().map(String::as_str))
        );
    }
    if let Some(first) = growing.first().and_then(|line| line.interval.as_ref()) {
        let _ = write!(
            text,
            " In {} of {} intervals (first {}) more comes than the agents can end: the queue grows as long as that lasts, and \
             the formula has no figures.",
            growing.len(),
            staffing.lines.len(),
            first.0
        );
    }
    let missed = staffing
        .lines
        .iter()
        .filter(|line| staffing.met(line) == Some(false))
        .count();
    if missed > 0 {
        let _ = write!(
            text,
            " What is wanted is missed in {missed} of {} intervals.",
            staffing.lines.len()
        );
    }
    text
}

fn many(agents: u32) -> String {
    format!("{agents} {}", if agents == 1 { "agent" } else { "agents" })
}

/// What the formula takes for granted, and what to do where that is not so.
fn assumed(staffing: &Staffing) -> Vec<String> {
    let mut sentences = vec![
        match staffing.formula {
            Formula::B => "whoever finds all agents busy is turned away and does not come again; nobody waits.",
            Formula::C => "everybody waits as long as it takes. Where people give up, this asks for too many agents (--patience).",
            Formula::A { .. } => {
                "whoever waits gives up after a random time (exponential, with the patience as its mean) and does not come again. \
                 Those who give up earlier than the time wanted are not counted in its share."
            }
            Formula::R { .. } => {
                "after each visit a contact comes back with the same probability and queues for any agent; nobody gives up. \
                 Waits are per visit."
            }
        }
        .to_owned(),
        "Contacts come one by one and at random, times to handle them are random (exponential), an agent has one at a time, \
         all agents can do everything, first come, first served."
            .to_owned(),
    ];
    sentences.push(
        match (staffing.by_interval(), staffing.formula) {
            (false, _) => "All stays like this for long.",
            (true, Formula::R { .. }) => {
                "The load of each interval is what would be there on average if agents were always free, with those who come \
                 back from earlier ones; no queue is carried over, and before the first interval and after a gap nobody is there."
            }
            (true, _) => {
                "Each interval is as if it lasted for long: no queue and no work is carried over from the one before."
            }
        }
        .to_owned(),
    );
    sentences.push("Several chats at a time, skills, shifts and what else this leaves out: `syncline run` and `plan`.".to_owned());
    sentences
}

/// A line as told to programs; durations in seconds.
#[derive(Serialize)]
struct Row<'a> {
    start: Option<&'a str>,
    length: Option<f64>,
    arrivals_per_hour: f64,
    handling_mean: f64,
    load: f64,
    agents: u32,
    scheduled: u32,
    met: Option<bool>,
    grows: bool,
    service_level: Option<f64>,
    wait_mean: Option<f64>,
    wait_probability: Option<f64>,
    queue_length: Option<f64>,
    abandonment: Option<f64>,
    blocked: Option<f64>,
    occupancy: Option<f64>,
}

fn row<'a>(staffing: &Staffing, line: &'a Staffed) -> Row<'a> {
    let service = line.service.as_ref();
    let waits = service.filter(|_| staffing.formula != Formula::B);
    let leaves = service.filter(|_| matches!(staffing.formula, Formula::A { .. }));
    let interval = line.interval.as_ref();
    Row {
        start: interval.map(|(start, _)| start.as_str()),
        length: interval.map(|(_, length)| length.seconds()),
        arrivals_per_hour: line.arrivals_per_hour,
        handling_mean: line.demand.handling_mean,
        load: line.demand.load(),
        agents: line.agents,
        scheduled: staffing.scheduled(line.agents),
        met: staffing.met(line),
        grows: line.grows(),
        service_level: waits
            .zip(staffing.within)
            .map(|(service, within)| service.service_level(within)),
        wait_mean: waits.map(Service::wait_mean),
        wait_probability: waits.map(Service::wait_probability),
        queue_length: waits.map(Service::queue_length),
        abandonment: leaves.map(Service::abandonment),
        blocked: service
            .filter(|_| staffing.formula == Formula::B)
            .map(Service::blocked),
        occupancy: service.map(Service::occupancy),
    }
}

/// Writes a row for each interval, or the one at a steady rate.
pub fn erlang_rows(staffing: &Staffing, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for line in &staffing.lines {
        writer.serialize(row(staffing, line))?;
    }
    writer.flush()
}

#[derive(Serialize)]
struct Whole<'a> {
    formula: &'static str,
    wanted: Wishes,
    within: Option<f64>,
    shrinkage: f64,
    agent_hours: Option<f64>,
    scheduled_hours: Option<f64>,
    lines: Vec<Row<'a>>,
    assumed: Vec<String>,
}

#[derive(Serialize)]
struct Wishes {
    service_level: Option<f64>,
    wait_mean: Option<f64>,
    abandonment: Option<f64>,
    blocked: Option<f64>,
    occupancy: Option<f64>,
}

/// Writes the same as a JSON object.
pub fn erlang_json(staffing: &Staffing, out: &mut dyn io::Write) -> io::Result<()> {
    let wanted = &staffing.wanted;
    let by_interval = staffing.by_interval();
    let whole = Whole {
        formula: staffing.name(),
        wanted: Wishes {
            service_level: wanted.within.map(|(_, share)| share),
            wait_mean: wanted.wait_mean,
            abandonment: wanted.abandonment,
            blocked: wanted.blocked,
            occupancy: wanted.occupancy,
        },
        within: staffing.within,
        shrinkage: staffing.shrinkage,
        agent_hours: by_interval.then(|| staffing.agent_hours()),
        scheduled_hours: by_interval.then(|| staffing.scheduled_hours()),
        lines: staffing
            .lines
            .iter()
            .map(|line| row(staffing, line))
            .collect(),
        assumed: assumed(staffing),
    };
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    writeln!(out)
}
