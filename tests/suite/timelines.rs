//! Timelines worked out by hand, event by event: fixed lengths, no luck, exact instants.
//!
//! A scenario is played once and told again as lines of text; times are minutes. Conversations are numbered in the order
//! they open (`#1`), agents in the order of the scenario (`@0`). `Story::work` shows each piece of attention,
//! `Story::ends` how each attempt ended, `Story::log` anything else by its verb.
//! Cases called D1 to D14 are timelines that other simulators publish (Ciw's `tests/test_node.py` and
//! `test_scheduling.py`, simmer's `test-simmer-resource-schedule.R`).

use std::collections::BTreeMap;

use syncline::fact::{End, Fact, Listener};
use syncline::id::{AgentId, ConversationId};
use syncline::metric::{Collector, Hours, Outcome};
use syncline::random::{Purpose, Root, Seed};
use syncline::scenario::{self, Scenario};
use syncline::simulation::Simulation;
use syncline::time::{Span, Time};

/// Two hours, then who is in is served.
const RUN: &str = "[run]\nlength = \"2 h\"\nending = \"drain\"\nreplications = 1\n";

/// One agent who serves the only channel, `line`.
const ONE_AGENT: &str = "[agents.team]\ncount = 1\nserves = [\"line\"]\n";

#[derive(Default)]
struct Recorder(Vec<(Time, Fact)>);

impl Listener for Recorder {
    fn hear(&mut self, now: Time, fact: Fact) {
        self.0.push((now, fact));
    }
}

/// What happened in one replication.
struct Story {
    scenario: Scenario,
    facts: Vec<(Time, u32, Fact)>,
    outcome: Outcome,
}

fn read(text: &str) -> Scenario {
    match scenario::read("story.toml", text, &[], &mut |_| Err("no files".to_owned())) {
        Ok((scenario, _)) => scenario,
        Err(problems) => {
            let shown: String = problems.iter().map(|problem| problem.render(false)).collect();
            panic!("{shown}\n{text}")
        }
    }
}

/// Plays the first strategy of a scenario that starts with [`RUN`].
fn play(text: &str) -> Story {
    play_all(&format!("{RUN}{text}"))
}

/// Plays the first strategy of a scenario.
fn play_all(text: &str) -> Story {
    let scenario = read(text);
    let strategy = &scenario.strategies[0];
    let listener = (Recorder::default(), Collector::new(&strategy.setup));
    let mut simulation = Simulation::new(&strategy.setup, &strategy.routes, listener);
    simulation.run(Seed { seed: scenario.run.seed, replication: 0 }).expect("it ends");
    let (recorder, collector) = simulation.listener();
    let outcome = collector.take();
    let facts = number(std::mem::take(&mut recorder.0));
    drop(simulation);
    Story { scenario, facts, outcome }
}

/// Numbers conversations in the order they open; places are reused.
fn number(facts: Vec<(Time, Fact)>) -> Vec<(Time, u32, Fact)> {
    let mut numbers: BTreeMap<ConversationId, u32> = BTreeMap::new();
    let mut opened = 0;
    let mut numbered = Vec::new();
    for (at, fact) in facts {
        if let Fact::Opened { conversation, .. } = fact {
            opened += 1;
            numbers.insert(conversation, opened);
        }
        let number = about(&fact).and_then(|id| numbers.get(&id)).copied().unwrap_or(0);
        numbered.push((at, number, fact));
    }
    numbered
}

/// Which conversation a fact is about.
fn about(fact: &Fact) -> Option<ConversationId> {
    match *fact {
        Fact::Opened { conversation, .. }
        | Fact::Attempted { conversation }
        | Fact::Entered { conversation, .. }
        | Fact::Joined { conversation, .. }
        | Fact::Queued { conversation }
        | Fact::Balked { conversation, .. }
        | Fact::Taken { conversation, .. }
        | Fact::Started { conversation, .. }
        | Fact::Stopped { conversation, .. }
        | Fact::Replied { conversation, .. }
        | Fact::Returned { conversation }
        | Fact::Freed { conversation, .. }
        | Fact::HandedOver { conversation }
        | Fact::WentOn { conversation, .. }
        | Fact::Ended { conversation, .. }
        | Fact::WrapUpStarted { conversation, .. }
        | Fact::WrapUpDone { conversation, .. }
        | Fact::Gone { conversation } => Some(conversation),
        _ => None,
    }
}

fn minutes(at: Time) -> f64 {
    at.0 as f64 / Span::MINUTE.0 as f64
}

fn agent(id: AgentId) -> String {
    format!("@{}", id.0)
}

impl Story {
    /// Each piece of attention on a turn: `#1 7-18 @0`, in the order they started.
    fn work(&self) -> Vec<String> {
        let mut pieces: Vec<String> = Vec::new();
        let mut open: BTreeMap<u32, usize> = BTreeMap::new();
        for (at, number, fact) in &self.facts {
            match fact {
                Fact::Started { agent: id, .. } => {
                    open.insert(*number, pieces.len());
                    pieces.push(format!("#{number} {}-? {}", minutes(*at), agent(*id)));
                }
                Fact::Stopped { .. } => {
                    // Nothing starts when an agent finds out that nobody is there.
                    if let Some(piece) = open.remove(number) {
                        pieces[piece] = pieces[piece].replace('?', &minutes(*at).to_string());
                    }
                }
                _ => {}
            }
        }
        pieces
    }

    /// How each attempt ended, in order: `#1 resolved 18`; `again` if its customer will try again.
    fn ends(&self) -> Vec<String> {
        let shown = |(at, number, fact): &(Time, u32, Fact)| match fact {
            Fact::Ended { end, again, .. } => {
                let reason = match end {
                    End::Rejected(reason) => format!(" {}", reason.name()),
                    _ => String::new(),
                };
                let again = if *again { " again" } else { "" };
                Some(format!("#{number} {}{reason} {}{again}", end.name(), minutes(*at)))
            }
            _ => None,
        };
        self.facts.iter().filter_map(shown).collect()
    }

    /// What happened by the verbs given, in order: `#2 waits 14`, `@0 overtime 16`.
    fn log(&self, verbs: &[&str]) -> Vec<String> {
        let shown = |(at, number, fact): &(Time, u32, Fact)| {
            let who = format!("#{number}");
            let (who, verb, whom) = match *fact {
                Fact::Queued { .. } => (who, "waits", None),
                Fact::Balked { .. } => (who, "balks", None),
                Fact::Taken { agent, .. } => (who, "taken", Some(agent)),
                Fact::Freed { agent, .. } => (who, "freed", Some(agent)),
                Fact::Returned { .. } => (who, "answers", None),
                Fact::HandedOver { .. } => (who, "handed-over", None),
                Fact::WentOn { .. } => (who, "goes-on", None),
                Fact::WrapUpStarted { agent, .. } => (who, "wraps-up", Some(agent)),
                Fact::WrapUpDone { agent, .. } => (who, "wrapped-up", Some(agent)),
                Fact::DutyStarted { agent: id, .. } => (agent(id), "on-duty", None),
                Fact::DutyEnded { agent: id, overtime: false, .. } => (agent(id), "off-duty", None),
                Fact::DutyEnded { agent: id, overtime: true, .. } => (agent(id), "overtime", None),
                Fact::OvertimeEnded { agent: id, .. } => (agent(id), "home", None),
                _ => return None,
            };
            let whom = whom.map_or(String::new(), |id| format!(" {}", agent(id)));
            verbs.contains(&verb).then(|| format!("{who} {verb} {}{whom}", minutes(*at)))
        };
        self.facts.iter().filter_map(shown).collect()
    }

    /// Agent-time of all groups.
    fn hours(&self) -> Hours {
        self.outcome.crew(None).hours
    }

    /// How long each agent stayed after its duty, in the order they went home [min].
    fn overtimes(&self) -> Vec<f64> {
        let mut since = BTreeMap::new();
        let mut overtimes = Vec::new();
        for (at, _, fact) in &self.facts {
            match fact {
                Fact::DutyEnded { agent, overtime: true, .. } => {
                    since.insert(*agent, *at);
                }
                Fact::OvertimeEnded { agent, .. } => overtimes.push(minutes(*at) - minutes(since[agent])),
                _ => {}
            }
        }
        overtimes
    }
}

/// Customers who come once each with a work of their own: `[(minute, work)]`, as segments `c0`, `c1`, ... in that order.
fn one_by_one(all: &[(f64, f64)]) -> String {
    let one = |(position, (at, work)): (usize, &(f64, f64))| {
        format!(
            "[customers.c{position}]\narrivals = {{ times = [\"{at} min\"] }}\ntopics = {{ t{position} = 1 }}\n[topics.t{position}]\nwork = \"{work} min\"\n"
        )
    };
    all.iter().enumerate().map(one).collect()
}

/// Customers of a channel of the same name, who come at these minutes with this work; see [`routes`].
fn segment(channel: &str, at: &[f64], topic: &str) -> String {
    let times: Vec<String> = at.iter().map(|at| format!("\"{at} min\"")).collect();
    format!(
        "[customers.{channel}]\narrivals = {{ times = [{}] }}\ntopics = {{ {channel} = 1 }}\n[topics.{channel}]\n{topic}\n",
        times.join(", ")
    )
}

/// Each segment to the channel of its name.
fn routes(channels: &[&str]) -> String {
    let one = |channel: &&str| format!("{{ if = {{ customers = \"{channel}\" }}, to = \"{channel}\" }}");
    format!("[strategies.all]\nroutes = [{}]\n", channels.iter().map(one).collect::<Vec<_>>().join(", "))
}

const D1: &str = r#"
[customers.callers]
arrivals = { times = ["7 min", "14 min", "21 min", "28 min"] }
patience = "3 min"
[topics.call]
work = "11 min"
[channels.line]
"#;

// ---- published timelines ---------------------------------------------------------------------------------------------

#[test]
fn d1_every_second_customer_leaves_when_its_patience_ends() {
    let story = play(&format!("{D1}{ONE_AGENT}"));
    assert_eq!(story.work(), ["#1 7-18 @0", "#3 21-32 @0"]);
    assert_eq!(story.ends(), ["#2 abandoned 17", "#1 resolved 18", "#4 abandoned 31", "#3 resolved 32"]);
}

/// The supervisor, who would help after an hour, keeps the line staffed: else the third would be turned away at 21.
#[test]
fn d2_work_is_finished_after_the_shift_and_nobody_is_taken() {
    let agent = "[agents.team]\ncount = 1\nhours = \"00:00-00:16\"\nserves = [\"line\"]\n";
    let supervisor = "[agents.supervisor]\ncount = 1\nserves = [{ queue = \"line\", after = \"1 h\" }]\n";
    let story = play(&format!("{D1}{agent}{supervisor}"));
    assert_eq!(story.work(), ["#1 7-18 @0"]);
    assert_eq!(story.ends(), ["#2 abandoned 17", "#1 resolved 18", "#3 abandoned 24", "#4 abandoned 31"]);
    assert_eq!(story.log(&["off-duty", "overtime", "home"]), ["@0 overtime 16", "@0 home 18"]);
    assert_eq!(story.overtimes(), [2.0]);

    let alone = play(&format!("{D1}{agent}"));
    assert_eq!(alone.ends(), ["#2 abandoned 17", "#1 resolved 18", "#3 rejected unstaffed 21", "#4 rejected unstaffed 28"]);
}

#[test]
fn d3_two_leave_at_the_same_instant() {
    let mut text = one_by_one(&[(3.0, 20.0), (4.0, 20.0), (5.0, 20.0), (20.0, 20.0)]);
    for (position, patience) in [100, 7, 6, 100].iter().enumerate() {
        text = text.replace(&format!("[customers.c{position}]\n"), &format!("[customers.c{position}]\npatience = \"{patience} min\"\n"));
    }
    let story = play(&format!("{text}[channels.line]\n{ONE_AGENT}"));
    assert_eq!(story.work(), ["#1 3-23 @0", "#4 23-43 @0"]);
    assert_eq!(story.ends(), ["#2 abandoned 11", "#3 abandoned 11", "#1 resolved 23", "#4 resolved 43"]);
}

#[test]
fn d4_who_leaves_tries_another_channel() {
    let text = D1.replace("patience = \"3 min\"", "patience = \"3 min\"\nretry = { on = [\"abandoned\"], probability = 1.0, after = \"0 s\", attempts = 2 }");
    let story = play(&format!(
        r#"{text}
[channels.mail]
mode = "asynchronous"
{ONE_AGENT}
[agents.back]
count = 1
speed = 5.5
serves = ["mail"]
[strategies.fallback]
routes = [{{ if = {{ hours = "00:00-00:15, 00:20-00:30" }}, to = "line" }}, {{ to = "mail" }}]
"#
    ));
    assert_eq!(story.work(), ["#1 7-18 @0", "#2 17-19 @1", "#3 21-32 @0", "#4 31-33 @1"]);
    assert_eq!(
        story.ends(),
        ["#2 abandoned 17 again", "#1 resolved 18", "#2 resolved 19", "#4 abandoned 31 again", "#3 resolved 32", "#4 resolved 33"]
    );
}

fn d6(interruptible: &str) -> Story {
    play(&format!(
        "{}{}[channels.low]\n[channels.high]\n[agents.team]\ncount = 1\nserves = [\"high\", \"low\"]\n{interruptible}\n{}",
        segment("low", &[1.5, 5.0], "work = \"5 min\""),
        segment("high", &[7.5], "work = \"4 min\""),
        routes(&["low", "high"])
    ))
}

#[test]
fn d6_the_urgent_one_waits_unless_it_may_interrupt() {
    assert_eq!(d6("").work(), ["#1 1.5-6.5 @0", "#2 6.5-11.5 @0", "#3 11.5-15.5 @0"]);
    let restart = d6("interruptible = [\"low\"]\ninterrupted = { work = \"restart\" }");
    assert_eq!(restart.work(), ["#1 1.5-6.5 @0", "#2 6.5-7.5 @0", "#3 7.5-11.5 @0", "#2 11.5-16.5 @0"]);
    let resume = d6("interruptible = [\"low\"]");
    assert_eq!(resume.work(), ["#1 1.5-6.5 @0", "#2 6.5-7.5 @0", "#3 7.5-11.5 @0", "#2 11.5-15.5 @0"]);
}

fn d7(work: &str, interrupted: &str) -> Story {
    play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"1 min\"] }}\n[topics.call]\nwork = {work}\n[channels.line]\n{ONE_AGENT}hours = \"00:00-00:05, 00:09-02:00\"\nat_shift_end = \"pause\"\ninterrupted = {{ work = \"{interrupted}\" }}\n"
    ))
}

#[test]
fn d7_work_goes_on_after_a_pause_as_is_said() {
    assert_eq!(d7("\"10 min\"", "restart").work(), ["#1 1-5 @0", "#1 9-19 @0"]);
    assert_eq!(d7("\"10 min\"", "resume").work(), ["#1 1-5 @0", "#1 9-15 @0"]);
    let story = d7("{ uniform = { min = \"10 min\", max = \"40 min\" } }", "resample");
    let seed = Seed { seed: story.scenario.run.seed, replication: 0 };
    let work = &story.scenario.strategies[0].setup.topics[0].works[0];
    let again = work.draw(&mut seed.stream(Purpose::RESAMPLE, Root::default(), 0, 0));
    assert_ne!(again, work.draw(&mut seed.stream(Purpose::WORK, Root::default(), 0, 0)));
    let end = Time::ZERO + Span::MINUTE * 9 + again;
    assert_eq!(story.work(), ["#1 1-5 @0".to_owned(), format!("#1 9-{} @0", minutes(end))]);
}

#[test]
fn d8_each_agent_stays_for_what_it_has() {
    let shifts = |shifts: &[(u32, u32, u32)]| {
        let time = |minute: &u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        let one = |(from, to, count): &(u32, u32, u32)| format!("{{ hours = \"{}-{}\", count = {count} }}", time(from), time(to));
        let all: Vec<String> = shifts.iter().map(one).collect();
        format!("[channels.line]\n[agents.team]\nshifts = [{}]\nserves = [\"line\"]\n", all.join(", "))
    };
    let a = play_all(&format!(
        "[run]\nlength = \"20 min\"\nending = \"cut\"\n[customers.callers]\narrivals = {{ every = {{ gap = \"3 min\", first = \"3 min\" }} }}\n{}",
        shifts(&[(0, 4, 1), (4, 10, 2)])
    ));
    assert_eq!(a.overtimes(), [4.0, 1.0, 4.0]);
    assert_eq!(a.work(), ["#1 3-8 @0", "#2 6-11 @1", "#3 9-14 @2"]);
    assert_eq!(a.hours().overtime, i128::from(9 * Span::MINUTE.0));

    let customers = one_by_one(&[(1.0, 5.0), (1.0, 7.0), (1.0, 9.0), (9.0, 4.0), (9.0, 5.0), (12.0, 5.0)]);
    let b = play(&format!("{customers}{}", shifts(&[(0, 7, 3), (7, 11, 2), (11, 20, 1)])));
    assert_eq!(b.work(), ["#1 1-6 @0", "#2 1-8 @1", "#3 1-10 @2", "#4 9-13 @3", "#5 9-14 @4", "#6 12-17 @5"]);
    // The first goes home on time.
    assert_eq!(b.overtimes(), [1.0, 3.0, 2.0, 3.0]);
    assert_eq!(b.log(&["off-duty", "overtime"])[..3], ["@0 off-duty 7", "@1 overtime 7", "@2 overtime 7"]);
}

#[test]
fn d9_utilisation_is_of_the_time_that_was_planned() {
    let customers = one_by_one(&[(2.0, 4.0), (6.0, 2.0), (10.0, 6.0), (10.0, 6.0), (17.0, 3.0)]);
    let rosters = [
        "shifts = [{ hours = \"00:00-00:09\", count = 1 }, { hours = \"00:09-00:23\", count = 2 }]",
        "staffing = { counts = [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0], interval = \"1 min\" }",
    ];
    for roster in rosters {
        let story = play_all(&format!(
            "[run]\nlength = \"23 min\"\n{customers}[channels.line]\n[agents.team]\n{roster}\nserves = [\"line\"]\n"
        ));
        let hours = story.hours();
        let minute = i128::from(Span::MINUTE.0);
        assert_eq!((hours.busy, hours.duty, hours.shift), (21 * minute, 37 * minute, 37 * minute));
        assert_eq!((hours.attention, hours.overtime), (21 * minute, 0));
    }
}

/// Ciw's servers put everybody back; so the first of those interrupted, who has waited longest, goes on first.
#[test]
fn d12_interrupted_work_goes_on_in_the_order_it_came() {
    let story = play_all(
        r#"
[run]
length = "27.5 min"
ending = "cut"
[customers.callers]
arrivals = { every = { gap = "3 min", first = "3 min" } }
[topics.call]
work = "10 min"
[channels.line]
[agents.team]
staffing = { counts = [4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], interval = "2.5 min" }
at_shift_end = "hand-over"
serves = ["line"]
[agents.later]
shifts = [{ hours = "00:17-01:40", count = 1 }]
serves = ["line"]
[agents.supervisor]
count = 1
serves = [{ queue = "line", after = "1 h" }]
"#,
    );
    let work = story.work();
    assert_eq!(work[..4], ["#1 3-12.5 @0", "#2 6-12.5 @1", "#3 9-12.5 @2", "#4 12-12.5 @3"]);
    assert_eq!(work[4..6], ["#1 17-17.5 @4", "#2 17.5-21 @4"]);
}

#[test]
fn d14_more_agents_come_and_those_who_go_finish() {
    for leave in ["named", "next"] {
        let story = play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"0 s\", \"0 s\"] }}\n[topics.call]\nwork = \"2 min\"\n[channels.line]\n[agents.team]\nstaffing = {{ counts = [1, 3, 1], interval = \"1 min\" }}\nleave = \"{leave}\"\nserves = [\"line\"]\n"
        ));
        assert_eq!(story.ends(), ["#1 resolved 2", "#2 resolved 3", "#3 resolved 3"]);
    }
}
