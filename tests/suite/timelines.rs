//! Timelines worked out by hand, event by event: fixed lengths, no luck, exact instants.
//!
//! A scenario is played once and told again as lines of text; times are minutes. Conversations are numbered in the order
//! they open (`#1`), agents in the order of the scenario (`@0`). `Story::work` shows each piece of attention,
//! `Story::ends` how each attempt ended, `Story::log` anything else by its verb.
//! Cases called D1 to D14 are timelines that other simulators publish (Ciw's `tests/test_node.py` and
//! `test_scheduling.py`, simmer's `test-simmer-resource-schedule.R`).

use std::collections::BTreeMap;

use syncline::fact::{End, Fact, Listener};
use syncline::id::{AgentId, ConversationId, GroupId};
use syncline::measure::{Clock, Measure};
use syncline::metric::{Collector, Hours, Outcome, Scope};
use syncline::random::{Purpose, Root, Seed};
use syncline::scenario::{self, Scenario};
use syncline::simulation::Simulation;
use syncline::time::{Span, Time};
use syncline::world::Setup;

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
    /// Of each agent, in the order of the scenario.
    places: Vec<usize>,
}

fn read(text: &str) -> Scenario {
    read_with(text, &mut |_| Err("no files".to_owned()))
}

fn read_with(text: &str, open: &mut scenario::OpenFile) -> Scenario {
    match scenario::read("story.toml", text, &[], open) {
        Ok((scenario, _)) => scenario,
        Err(problems) => {
            let shown: String = problems
                .iter()
                .map(|problem| problem.render(false))
                .collect();
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
    play_read(read(text))
}

/// Plays a scenario that starts with [`RUN`] and names a file of openings.
fn replay(openings: &str, text: &str) -> Story {
    play_read(read_with(&format!("{RUN}{text}"), &mut |_| {
        Ok(openings.as_bytes().to_vec())
    }))
}

fn play_read(scenario: Scenario) -> Story {
    let strategy = &scenario.strategies[0];
    let listener = (Recorder::default(), Collector::new(&strategy.setup));
    let mut simulation = Simulation::new(&strategy.setup, &strategy.routes, listener);
    simulation
        .run(Seed {
            seed: scenario.run.seed,
            replication: 0,
        })
        .expect("it ends");
    let (recorder, collector) = simulation.listener();
    let outcome = collector.take();
    let facts = number(std::mem::take(&mut recorder.0));
    drop(simulation);
    Story {
        places: places(&strategy.setup),
        scenario,
        facts,
        outcome,
    }
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
        let number = about(&fact)
            .and_then(|id| numbers.get(&id))
            .copied()
            .unwrap_or(0);
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
        | Fact::NoticeStarted { conversation, .. }
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

/// For each agent that is there from the start its place in the order of the scenario.
fn places(setup: &Setup) -> Vec<usize> {
    let before = |group: &GroupId| {
        let groups = setup.shown.agents.iter();
        let earlier = groups.take_while(|other| *other != group);
        earlier
            .map(|other| setup.agents[other.index()].roster.people() as usize)
            .sum()
    };
    let groups = (0..setup.agents.len()).map(GroupId::from);
    groups
        .flat_map(|group| {
            let first: usize = before(&group);
            first..first + setup.agents[group.index()].roster.people() as usize
        })
        .collect()
}

impl Story {
    fn agent(&self, id: AgentId) -> String {
        let place = self.places.get(id.index()).copied();
        format!("@{}", place.unwrap_or(id.index()))
    }

    /// When conversations opened, with the number and the place of their roots.
    fn opened(&self) -> Vec<(f64, u64, u32)> {
        let opened = self.facts.iter().filter_map(|(at, _, fact)| match fact {
            Fact::Opened { root, .. } => Some((minutes(*at), root.number, root.place)),
            _ => None,
        });
        opened.collect()
    }

    /// Each piece of attention on a turn: `#1 7-18 @0`, in the order they started.
    fn work(&self) -> Vec<String> {
        let mut pieces: Vec<String> = Vec::new();
        let mut open: BTreeMap<u32, usize> = BTreeMap::new();
        for (at, number, fact) in &self.facts {
            match fact {
                Fact::Started { agent: id, .. } => {
                    open.insert(*number, pieces.len());
                    pieces.push(format!("#{number} {}-? {}", minutes(*at), self.agent(*id)));
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
                Some(format!(
                    "#{number} {}{reason} {}{again}",
                    end.name(),
                    minutes(*at)
                ))
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
                Fact::DutyStarted { agent: id, .. } => (self.agent(id), "on-duty", None),
                Fact::DutyEnded {
                    agent: id,
                    overtime: false,
                    ..
                } => (self.agent(id), "off-duty", None),
                Fact::DutyEnded {
                    agent: id,
                    overtime: true,
                    ..
                } => (self.agent(id), "overtime", None),
                Fact::OvertimeEnded { agent: id, .. } => (self.agent(id), "home", None),
                _ => return None,
            };
            let whom = whom.map_or(String::new(), |id| format!(" {}", self.agent(id)));
            verbs
                .contains(&verb)
                .then(|| format!("{who} {verb} {}{whom}", minutes(*at)))
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
                Fact::DutyEnded {
                    agent,
                    overtime: true,
                    ..
                } => {
                    since.insert(*agent, *at);
                }
                Fact::OvertimeEnded { agent, .. } => {
                    overtimes.push(minutes(*at) - minutes(since[agent]))
                }
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
    let one =
        |channel: &&str| format!("{{ if = {{ customers = \"{channel}\" }}, to = \"{channel}\" }}");
    format!(
        "[strategies.all]\nroutes = [{}]\n",
        channels.iter().map(one).collect::<Vec<_>>().join(", ")
    )
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
    assert_eq!(
        story.ends(),
        [
            "#2 abandoned 17",
            "#1 resolved 18",
            "#4 abandoned 31",
            "#3 resolved 32"
        ]
    );
}

/// The supervisor, who would help after an hour, keeps the line staffed: else the third would be turned away at 21.
#[test]
fn d2_work_is_finished_after_the_shift_and_nobody_is_taken() {
    let agent = "[agents.team]\ncount = 1\nhours = \"00:00-00:16\"\nserves = [\"line\"]\n";
    let supervisor =
        "[agents.supervisor]\ncount = 1\nserves = [{ queue = \"line\", after = \"1 h\" }]\n";
    let story = play(&format!("{D1}{agent}{supervisor}"));
    assert_eq!(story.work(), ["#1 7-18 @0"]);
    assert_eq!(
        story.ends(),
        [
            "#2 abandoned 17",
            "#1 resolved 18",
            "#3 abandoned 24",
            "#4 abandoned 31"
        ]
    );
    assert_eq!(
        story.log(&["off-duty", "overtime", "home"]),
        ["@0 overtime 16", "@0 home 18"]
    );
    assert_eq!(story.overtimes(), [2.0]);

    let alone = play(&format!("{D1}{agent}"));
    assert_eq!(
        alone.ends(),
        [
            "#2 abandoned 17",
            "#1 resolved 18",
            "#3 rejected unstaffed 21",
            "#4 rejected unstaffed 28"
        ]
    );
}

#[test]
fn d3_two_leave_at_the_same_instant() {
    let mut text = one_by_one(&[(3.0, 20.0), (4.0, 20.0), (5.0, 20.0), (20.0, 20.0)]);
    for (position, patience) in [100, 7, 6, 100].iter().enumerate() {
        text = text.replace(
            &format!("[customers.c{position}]\n"),
            &format!("[customers.c{position}]\npatience = \"{patience} min\"\n"),
        );
    }
    let story = play(&format!("{text}[channels.line]\n{ONE_AGENT}"));
    assert_eq!(story.work(), ["#1 3-23 @0", "#4 23-43 @0"]);
    assert_eq!(
        story.ends(),
        [
            "#2 abandoned 11",
            "#3 abandoned 11",
            "#1 resolved 23",
            "#4 resolved 43"
        ]
    );
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
    assert_eq!(
        story.work(),
        ["#1 7-18 @0", "#2 17-19 @1", "#3 21-32 @0", "#4 31-33 @1"]
    );
    assert_eq!(
        story.ends(),
        [
            "#2 abandoned 17 again",
            "#1 resolved 18",
            "#2 resolved 19",
            "#4 abandoned 31 again",
            "#3 resolved 32",
            "#4 resolved 33"
        ]
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
    assert_eq!(
        d6("").work(),
        ["#1 1.5-6.5 @0", "#2 6.5-11.5 @0", "#3 11.5-15.5 @0"]
    );
    let restart = d6("interruptible = [\"low\"]\ninterrupted = { work = \"restart\" }");
    assert_eq!(
        restart.work(),
        [
            "#1 1.5-6.5 @0",
            "#2 6.5-7.5 @0",
            "#3 7.5-11.5 @0",
            "#2 11.5-16.5 @0"
        ]
    );
    let resume = d6("interruptible = [\"low\"]");
    assert_eq!(
        resume.work(),
        [
            "#1 1.5-6.5 @0",
            "#2 6.5-7.5 @0",
            "#3 7.5-11.5 @0",
            "#2 11.5-15.5 @0"
        ]
    );
}

fn d7(work: &str, interrupted: &str) -> Story {
    play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"1 min\"] }}\n[topics.call]\nwork = {work}\n[channels.line]\n{ONE_AGENT}hours = \"00:00-00:05, 00:09-02:00\"\nat_shift_end = \"pause\"\ninterrupted = {{ work = \"{interrupted}\" }}\n"
    ))
}

#[test]
fn d7_work_goes_on_after_a_pause_as_is_said() {
    assert_eq!(
        d7("\"10 min\"", "restart").work(),
        ["#1 1-5 @0", "#1 9-19 @0"]
    );
    assert_eq!(
        d7("\"10 min\"", "resume").work(),
        ["#1 1-5 @0", "#1 9-15 @0"]
    );
    let story = d7(
        "{ uniform = { min = \"10 min\", max = \"40 min\" } }",
        "resample",
    );
    let seed = Seed {
        seed: story.scenario.run.seed,
        replication: 0,
    };
    let work = &story.scenario.strategies[0].setup.topics[0].works[0];
    // The second time attention starts, so that each interruption draws anew.
    let again = work.draw(&mut seed.stream(Purpose::RESAMPLE, Root::default(), 0, 1));
    assert_ne!(
        again,
        work.draw(&mut seed.stream(Purpose::WORK, Root::default(), 0, 0))
    );
    let end = Time::ZERO + Span::MINUTE * 9 + again;
    assert_eq!(
        story.work(),
        ["#1 1-5 @0".to_owned(), format!("#1 9-{} @0", minutes(end))]
    );
}

#[test]
fn d8_each_agent_stays_for_what_it_has() {
    let shifts = |shifts: &[(u32, u32, u32)]| {
        let time = |minute: &u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        let one = |(from, to, count): &(u32, u32, u32)| {
            format!(
                "{{ hours = \"{}-{}\", count = {count} }}",
                time(from),
                time(to)
            )
        };
        let all: Vec<String> = shifts.iter().map(one).collect();
        format!(
            "[channels.line]\n[agents.team]\nshifts = [{}]\nserves = [\"line\"]\n",
            all.join(", ")
        )
    };
    let a = play_all(&format!(
        "[run]\nlength = \"20 min\"\nending = \"cut\"\n[customers.callers]\narrivals = {{ every = {{ gap = \"3 min\", first = \"3 min\" }} }}\n{}",
        shifts(&[(0, 4, 1), (4, 10, 2)])
    ));
    assert_eq!(a.overtimes(), [4.0, 1.0, 4.0]);
    assert_eq!(a.work(), ["#1 3-8 @0", "#2 6-11 @1", "#3 9-14 @2"]);
    assert_eq!(a.hours().overtime, i128::from(9 * Span::MINUTE.0));

    let customers = one_by_one(&[
        (1.0, 5.0),
        (1.0, 7.0),
        (1.0, 9.0),
        (9.0, 4.0),
        (9.0, 5.0),
        (12.0, 5.0),
    ]);
    let b = play(&format!(
        "{customers}{}",
        shifts(&[(0, 7, 3), (7, 11, 2), (11, 20, 1)])
    ));
    assert_eq!(
        b.work(),
        [
            "#1 1-6 @0",
            "#2 1-8 @1",
            "#3 1-10 @2",
            "#4 9-13 @3",
            "#5 9-14 @4",
            "#6 12-17 @5"
        ]
    );
    // The first goes home on time.
    assert_eq!(b.overtimes(), [1.0, 3.0, 2.0, 3.0]);
    assert_eq!(
        b.log(&["off-duty", "overtime"])[..3],
        ["@0 off-duty 7", "@1 overtime 7", "@2 overtime 7"]
    );
}

#[test]
fn d9_utilisation_is_of_the_time_that_was_planned() {
    let customers = one_by_one(&[
        (2.0, 4.0),
        (6.0, 2.0),
        (10.0, 6.0),
        (10.0, 6.0),
        (17.0, 3.0),
    ]);
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
        assert_eq!(
            (hours.busy, hours.duty, hours.shift),
            (21 * minute, 37 * minute, 37 * minute)
        );
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
    assert_eq!(
        work[..4],
        [
            "#1 3-12.5 @0",
            "#2 6-12.5 @1",
            "#3 9-12.5 @2",
            "#4 12-12.5 @3"
        ]
    );
    assert_eq!(work[4..6], ["#1 17-17.5 @4", "#2 17.5-21 @4"]);
}

#[test]
fn d14_more_agents_come_and_those_who_go_finish() {
    for leave in ["named", "next"] {
        let story = play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"0 s\", \"0 s\"] }}\n[topics.call]\nwork = \"2 min\"\n[channels.line]\n[agents.team]\nstaffing = {{ counts = [1, 3, 1], interval = \"1 min\" }}\nleave = \"{leave}\"\nserves = [\"line\"]\n"
        ));
        assert_eq!(
            story.ends(),
            ["#1 resolved 2", "#2 resolved 3", "#3 resolved 3"]
        );
    }
}

// ---- slots -----------------------------------------------------------------------------------------------------------

/// Two conversations of two turns (work 2, reply gap 4) at 0 and 1 min, one agent.
fn two_exchanges(channel: &str, agent: &str) -> Story {
    play(&format!(
        "[customers.guests]\narrivals = {{ times = [\"0 s\", \"1 min\"] }}\n[topics.any]\nturns = 2\nwork = \"2 min\"\n[channels.line]\nreply_gap = \"4 min\"\n{channel}\n{ONE_AGENT}{agent}\n"
    ))
}

#[test]
fn a_held_slot_is_kept_until_the_end() {
    let story = two_exchanges("mode = \"synchronous\"", "");
    assert_eq!(
        story.work(),
        ["#1 0-2 @0", "#1 6-8 @0", "#2 8-10 @0", "#2 14-16 @0"]
    );
    assert_eq!(
        story.log(&["taken", "freed"]),
        [
            "#1 taken 0 @0",
            "#1 freed 8 @0",
            "#2 taken 8 @0",
            "#2 freed 16 @0"
        ]
    );
    let hours = story.hours();
    assert_eq!(
        (hours.busy, hours.attention),
        (
            i128::from(16 * Span::MINUTE.0),
            i128::from(8 * Span::MINUTE.0)
        )
    );
}

#[test]
fn a_released_slot_is_free_while_the_customer_thinks() {
    let story = two_exchanges("mode = \"asynchronous\"", "");
    assert_eq!(
        story.work(),
        ["#1 0-2 @0", "#2 2-4 @0", "#1 6-8 @0", "#2 8-10 @0"]
    );
    assert_eq!(
        story.log(&["taken", "freed", "answers"])[..4],
        [
            "#1 taken 0 @0",
            "#1 freed 2 @0",
            "#2 taken 2 @0",
            "#2 freed 4 @0"
        ]
    );
}

#[test]
fn a_slot_fades_after_a_silence() {
    let fades = "mode = \"asynchronous\"\nslot = { after = \"3 min\", to = 0.0 }";
    let story = two_exchanges(fades, "");
    assert_eq!(
        story.work(),
        ["#1 0-2 @0", "#2 5-7 @0", "#1 10-12 @0", "#2 12-14 @0"]
    );
    assert_eq!(
        story.log(&["taken", "freed", "answers", "waits"]),
        [
            "#1 taken 0 @0",
            "#2 waits 1",
            "#1 freed 5 @0",
            "#2 taken 5 @0",
            "#1 answers 6",
            "#1 waits 6",
            "#2 freed 10 @0",
            "#1 taken 10 @0",
            "#2 answers 11",
            "#2 waits 11",
            "#1 freed 12 @0",
            "#2 taken 12 @0",
            "#2 freed 14 @0",
        ]
    );
    // Whoever answers at the very instant the slot would fade still has it.
    let late = two_exchanges(
        "mode = \"asynchronous\"\nslot = { after = \"4 min\", to = 0.0 }",
        "",
    );
    assert_eq!(
        late.work(),
        ["#1 0-2 @0", "#1 6-8 @0", "#2 8-10 @0", "#2 14-16 @0"]
    );
}

#[test]
fn a_part_of_a_slot_keeps_its_agent() {
    let tenth = "mode = \"asynchronous\"\nslot = { after = \"3 min\", to = 0.1 }";
    // A tenth of a slot is kept, so a whole one is not free.
    let full = two_exchanges(tenth, "");
    assert_eq!(
        full.work(),
        ["#1 0-2 @0", "#1 6-8 @0", "#2 8-10 @0", "#2 14-16 @0"]
    );
    let story = two_exchanges(tenth, "capacity = 1.1");
    assert_eq!(
        story.work(),
        ["#1 0-2 @0", "#2 5-7 @0", "#1 10-12 @0", "#2 12-14 @0"]
    );
    assert_eq!(story.log(&["freed"]), ["#1 freed 12 @0", "#2 freed 14 @0"]);
    // It waits for its agent though another one is idle.
    let two = "capacity = 1.1\n[agents.idle]\ncount = 1\nserves = [{ queue = \"line\", after = \"4h 30m\" }]";
    assert_eq!(two_exchanges(tenth, two).work(), story.work());
}

#[test]
fn who_returns_may_exceed_the_capacity() {
    let exceed = "mode = \"asynchronous\"\nreturning = \"exceed\"\n";
    let tenth = two_exchanges(
        &format!("{exceed}slot = {{ after = \"3 min\", to = 0.1 }}"),
        "capacity = 1.1",
    );
    assert_eq!(
        tenth.work(),
        ["#1 0-2 @0", "#2 5-7 @0", "#1 7-9 @0", "#2 11-13 @0"]
    );
    assert_eq!(
        tenth.log(&["taken"])[..3],
        ["#1 taken 0 @0", "#2 taken 5 @0", "#1 taken 6 @0"]
    );
    let sticky = "sticky = \"agent-while-on-duty\"\nslot = { after = \"3 min\", to = 0.0 }";
    assert_eq!(
        two_exchanges(&format!("{exceed}{sticky}"), "").work(),
        ["#1 0-2 @0", "#2 5-7 @0", "#1 7-9 @0", "#2 11-13 @0"]
    );
}

#[test]
fn a_returning_customer_queues_with_the_age_of_its_turn() {
    // #1 answers at 6, before #3 comes at 6.5; #2 works until 8.
    let story = play(&format!(
        "{}[channels.line]\nmode = \"asynchronous\"\nreply_gap = \"4 min\"\n{ONE_AGENT}",
        one_by_one(&[(0.0, 2.0), (1.0, 6.0), (6.5, 1.0)])
            .replace("[topics.t0]", "[topics.t0]\nturns = 2")
    ));
    assert_eq!(
        story.work(),
        ["#1 0-2 @0", "#2 2-8 @0", "#1 8-10 @0", "#3 10-11 @0"]
    );
}

// ---- attention -------------------------------------------------------------------------------------------------------

#[test]
fn attention_goes_to_held_customers_first_then_to_the_oldest() {
    let story = play(&format!(
        "{}{}[channels.talk]\n[channels.mail]\nmode = \"asynchronous\"\n[agents.team]\ncount = 1\ncapacity = 4\nserves = [[\"talk\", \"mail\"]]\n{}",
        segment("talk", &[0.0, 3.0], "work = \"5 min\""),
        segment("mail", &[1.0, 2.0], "work = \"1 min\""),
        routes(&["talk", "mail"])
    ));
    assert_eq!(
        story.work(),
        ["#1 0-5 @0", "#4 5-10 @0", "#2 10-11 @0", "#3 11-12 @0"]
    );
    assert_eq!(
        story.log(&["taken"]),
        [
            "#1 taken 0 @0",
            "#2 taken 1 @0",
            "#3 taken 2 @0",
            "#4 taken 3 @0"
        ]
    );
}

#[test]
fn moving_attention_to_another_conversation_costs() {
    let chat = |times: &str| {
        play(&format!(
            "[customers.guests]\narrivals = {{ times = {times} }}\n[topics.any]\nturns = 2\nwork = \"2 min\"\n[channels.line]\nreply_gap = \"1 min\"\n{ONE_AGENT}capacity = 2\nswitch_cost = \"1 min\"\n"
        ))
    };
    assert_eq!(chat("[\"0 s\"]").work(), ["#1 0-2 @0", "#1 3-5 @0"]);
    assert_eq!(
        chat("[\"0 s\", \"0 s\"]").work(),
        ["#1 0-2 @0", "#2 2-5 @0", "#1 5-8 @0", "#2 8-11 @0"]
    );
}

#[test]
fn reading_back_in_costs_after_a_release_but_not_in_a_kept_slot() {
    let resume = |mode: &str| {
        two_exchanges(&format!("mode = \"{mode}\"\nresume_cost = \"1 min\""), "").work()
    };
    assert_eq!(
        resume("synchronous"),
        ["#1 0-2 @0", "#1 6-8 @0", "#2 8-10 @0", "#2 14-16 @0"]
    );
    assert_eq!(
        resume("asynchronous"),
        ["#1 0-2 @0", "#2 2-4 @0", "#1 6-9 @0", "#2 9-12 @0"]
    );
    // Whoever kept but a part of its slot comes back to an agent who has turned to others.
    let part = |after: u32, more: &str| {
        let channel = format!(
            "mode = \"asynchronous\"\nslot = {{ after = \"{after} min\", to = 0.1 }}\nresume_cost = \"1 min\"\n{more}"
        );
        two_exchanges(&channel, "capacity = 1.1").work()
    };
    assert_eq!(
        part(3, ""),
        ["#1 0-2 @0", "#2 5-7 @0", "#1 10-13 @0", "#2 13-16 @0"]
    );
    assert_eq!(
        part(3, "returning = \"exceed\""),
        ["#1 0-2 @0", "#2 5-7 @0", "#1 7-10 @0", "#2 11-14 @0"]
    );
    // Whoever answers in time has kept all of it.
    assert_eq!(
        part(4, ""),
        ["#1 0-2 @0", "#1 6-8 @0", "#2 8-10 @0", "#2 14-16 @0"]
    );
}

/// A mail of 5 min at 0, a call of 2 min at 2, and what else is said.
fn mail_and_call(agent: &str, more: &str) -> Story {
    play(&format!(
        "{}{}[channels.mail]\nmode = \"asynchronous\"\nresume_cost = \"1 min\"\n[channels.call]\n[agents.team]\ncount = 1\nserves = [\"call\", \"mail\"]\n{agent}\n{more}{}",
        segment("mail", &[0.0, 1.0], "work = \"5 min\""),
        segment("call", &[2.0], "work = \"2 min\""),
        routes(&["mail", "call"])
    ))
}

#[test]
fn a_call_interrupts_a_mail_which_is_read_again() {
    let calm = mail_and_call("", "");
    assert_eq!(calm.work(), ["#1 0-5 @0", "#3 5-7 @0", "#2 7-12 @0"]);
    let agent = mail_and_call("interruptible = [\"mail\"]", "");
    assert_eq!(
        agent.work(),
        ["#1 0-2 @0", "#3 2-4 @0", "#1 4-8 @0", "#2 8-13 @0"]
    );
    let restart = mail_and_call(
        "interruptible = [\"mail\"]\ninterrupted = { work = \"restart\" }",
        "",
    );
    assert_eq!(
        restart.work(),
        ["#1 0-2 @0", "#3 2-4 @0", "#1 4-10 @0", "#2 10-15 @0"]
    );
}

#[test]
fn an_interrupted_mail_may_go_to_the_head_of_its_queue() {
    let back = "interruptible = [\"mail\"]\ninterrupted = { back = \"queue-head\" }";
    let alone = mail_and_call(back, "");
    assert_eq!(
        alone.work(),
        ["#1 0-2 @0", "#3 2-4 @0", "#1 4-8 @0", "#2 8-13 @0"]
    );
    assert_eq!(
        alone.log(&["handed-over", "waits"]),
        ["#2 waits 1", "#1 handed-over 2", "#1 waits 2"]
    );
    // Another agent, who comes at 3, takes it from there, before the older one of the queue.
    let two = mail_and_call(
        back,
        "[agents.other]\ncount = 1\nhours = \"00:03-02:00\"\nserves = [\"mail\"]\n",
    );
    assert_eq!(
        two.work(),
        ["#1 0-2 @0", "#3 2-4 @0", "#1 3-7 @1", "#2 4-9 @0"]
    );
}

#[test]
fn wrap_up_holds_attention_and_slot() {
    let wrap = |capacity: u32| {
        play(&format!(
            "[customers.guests]\narrivals = {{ times = [\"0 s\", \"1 min\"] }}\n[topics.any]\nwork = \"2 min\"\n[channels.line]\nwrap_up = \"3 min\"\n{ONE_AGENT}capacity = {capacity}\n"
        ))
    };
    let one = wrap(1);
    assert_eq!(one.work(), ["#1 0-2 @0", "#2 5-7 @0"]);
    assert_eq!(one.ends(), ["#1 resolved 2", "#2 resolved 7"]);
    assert_eq!(
        one.log(&["taken", "wraps-up", "wrapped-up", "freed"]),
        [
            "#1 taken 0 @0",
            "#1 wraps-up 2 @0",
            "#1 wrapped-up 5 @0",
            "#1 freed 5 @0",
            "#2 taken 5 @0",
            "#2 wraps-up 7 @0",
            "#2 wrapped-up 10 @0",
            "#2 freed 10 @0"
        ]
    );
    let two = wrap(2);
    assert_eq!(two.log(&["taken"]), ["#1 taken 0 @0", "#2 taken 1 @0"]);
    assert_eq!(two.work(), ["#1 0-2 @0", "#2 5-7 @0"]);
}

#[test]
fn shared_attention_is_divided_among_the_active() {
    let shared = |agent: &str, at: &[(f64, f64)]| {
        play(&format!(
            "{}[channels.line]\n{ONE_AGENT}capacity = 2\n{agent}\n",
            one_by_one(at)
        ))
    };
    let halves = shared("attention = \"shared\"", &[(0.0, 4.0), (2.0, 4.0)]);
    assert_eq!(halves.work(), ["#1 0-6 @0", "#2 2-8 @0"]);
    let slowed = shared("slowdown = [1.0, 0.8]", &[(0.0, 4.0), (2.0, 4.0)]);
    assert_eq!(slowed.work(), ["#1 0-4.5 @0", "#2 2-6.5 @0"]);
    // The third waits for a slot at 0, gets it at 4, and both then have 4 min to go at half speed.
    let three = shared(
        "attention = \"shared\"",
        &[(0.0, 2.0), (0.0, 6.0), (0.0, 4.0)],
    );
    assert_eq!(three.work(), ["#1 0-4 @0", "#2 0-12 @0", "#3 4-12 @0"]);
}

#[test]
fn shared_attention_is_by_weight() {
    // Weights 1 and 3: a quarter and three quarters of the attention.
    let story = play(&format!(
        "{}{}[channels.light]\n[channels.heavy]\nweight = 3\n[agents.team]\ncount = 1\ncapacity = 4\nattention = \"shared\"\nserves = [\"light\", \"heavy\"]\n{}",
        segment("light", &[0.0], "work = \"2 min\""),
        segment("heavy", &[0.0], "work = \"3 min\""),
        routes(&["light", "heavy"])
    ));
    assert_eq!(story.work(), ["#1 0-5 @0", "#2 0-4 @0"]);
}

#[test]
fn the_speed_of_a_group_and_of_a_queue_multiply() {
    let story = play(
        "[customers.guests]\narrivals = { times = [\"0 s\"] }\n[topics.any]\nwork = \"6 min\"\n[channels.line]\nwork_factor = 2\n[agents.team]\ncount = 1\nspeed = 2\nserves = [{ queue = \"line\", speed = 1.5 }]\n",
    );
    assert_eq!(story.work(), ["#1 0-4 @0"]);
}

#[test]
fn what_a_file_of_openings_gives_is_not_drawn() {
    // Out of order; the second to open is drawn, and so is what the first goes on as.
    let story = replay(
        "opened,topic,urgency,work,turns,patience,reply_gap\n2 min,,,,,60,\n1 min,,,,,,\n0,b,1,2 min,2,,3 min\n",
        &format!(
            "[customers.guests]\narrivals = {{ times = {{ file = \"openings.csv\" }} }}\ntopics = {{ a = 1 }}\n[topics.a]\nwork = \"1 min\"\nurgency = 5\n[topics.b]\nwork = \"9 min\"\nnext = [{{ topic = \"a\", probability = 1.0 }}]\n[channels.line]\nreply_gap = \"1 min\"\nwork_factor = 2\n{ONE_AGENT}"
        ),
    );
    assert_eq!(
        story.work(),
        ["#1 0-4 @0", "#1 7-11 @0", "#2 11-13 @0", "#1 13-15 @0"]
    );
    assert_eq!(
        story.ends(),
        ["#3 abandoned 3", "#2 resolved 13", "#1 resolved 15"]
    );
    let opened = |(_, number, fact): &(Time, u32, Fact)| match fact {
        Fact::Opened { topic, urgency, .. } => {
            let topic = story.scenario.names.topics[topic.index()].as_str();
            Some((*number, topic, *urgency))
        }
        _ => None,
    };
    let opened: Vec<_> = story.facts.iter().filter_map(opened).collect();
    assert_eq!(opened, [(1, "b", 1), (2, "a", 5), (3, "a", 5)]);
}

#[test]
fn patience_given_to_a_released_customer_is_for_the_reply() {
    let story = replay(
        "opened,patience\n0,\n1 min,5 min\n",
        &format!(
            "[customers.writers]\narrivals = {{ times = {{ file = \"openings.csv\" }} }}\n[topics.any]\nwork = \"4 min\"\n[channels.line]\nmode = \"asynchronous\"\n{ONE_AGENT}"
        ),
    );
    assert_eq!(story.work(), ["#1 0-4 @0", "#2 4-6 @0"]);
    assert_eq!(story.ends(), ["#1 resolved 4", "#2 left 6"]);
}

// ---- those who give up -----------------------------------------------------------------------------------------------

/// Two chats at 0 with one agent of two slots: the second is answered first at 8, while the first waits from 5 on.
fn chats(patience: &str) -> Story {
    play(&format!(
        "[customers.guests]\narrivals = {{ times = [\"0 s\", \"0 s\"] }}\npatience = {patience}\n[topics.any]\nturns = 2\nwork = \"4 min\"\n[channels.line]\nreply_gap = \"1 min\"\n{ONE_AGENT}capacity = 2\n"
    ))
}

#[test]
fn a_held_customer_waits_only_so_long_for_a_later_turn() {
    let left = chats("{ reply = \"2 min\" }");
    assert_eq!(left.work(), ["#1 0-4 @0", "#2 4-8 @0", "#2 9-13 @0"]);
    assert_eq!(left.ends(), ["#1 abandoned 7", "#2 resolved 13"]);
    assert_eq!(left.log(&["freed"]), ["#1 freed 7 @0", "#2 freed 13 @0"]);
    // Attention at the very instant is in time. #2 answers at 9 and is attended at 12.
    let stays = chats("{ reply = \"3 min\" }");
    assert_eq!(
        stays.work(),
        ["#1 0-4 @0", "#2 4-8 @0", "#1 8-12 @0", "#2 12-16 @0"]
    );
}

/// #2 came at 1 and is taken at 5, when #1's slot fades; #1 joins again at 6 and is taken at 10.
#[test]
fn patience_runs_anew_for_each_entry() {
    let story = |patience: &str| {
        let fades = "slot = { after = \"3 min\", to = 0.0 }";
        two_exchanges(&format!("{fades}\npatience = \"{patience}\""), "")
    };
    assert_eq!(
        story("4 min").work(),
        ["#1 0-2 @0", "#2 5-7 @0", "#1 10-12 @0", "#2 12-14 @0"]
    );
    let less = story("3.9 min");
    assert_eq!(less.work(), ["#1 0-2 @0", "#1 6-8 @0"]);
    assert_eq!(less.ends(), ["#2 abandoned 4.9", "#1 resolved 8"]);
}

#[test]
fn a_caller_may_break_off_during_work() {
    let text = |talk: &str| {
        play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\"] }}\npatience = {{ talk = \"{talk}\" }}\n[topics.any]\nwork = \"5 min\"\n[channels.line]\nwrap_up = \"1 min\"\n{ONE_AGENT}"
        ))
    };
    let story = text("3 min");
    assert_eq!(story.work(), ["#1 0-3 @0", "#2 3-6 @0"]);
    assert_eq!(story.ends(), ["#1 broke_off 3", "#2 broke_off 6"]);
    // Work that ends at the same instant is done.
    assert_eq!(text("5 min").ends(), ["#1 resolved 5", "#2 resolved 11"]);
}

/// Three levels of held work, of which nothing interrupts the first.
fn three_levels(low: &[f64], middle: &[f64], high: f64, more: &str) -> Vec<String> {
    play(&format!(
        "{}{}{}[channels.low]\n[channels.middle]\n[channels.high]\n[agents.team]\nserves = [\"high\", \"middle\", \"low\"]\ninterruptible = [\"low\", \"middle\"]\n{more}\n{}",
        segment("low", low, "work = \"10 min\""),
        segment("middle", middle, "work = \"4 min\""),
        segment("high", &[high], "work = \"2 min\""),
        routes(&["low", "middle", "high"])
    ))
    .work()
}

#[test]
fn interruptible_work_interrupts_what_is_of_a_later_rank() {
    // #2 and #3 are of the same rank; #4 interrupts #2, which goes on before #3.
    for back in ["agent", "queue-head"] {
        let team = format!("count = 1\ninterrupted = {{ back = \"{back}\" }}");
        assert_eq!(
            three_levels(&[0.0], &[2.0, 3.0], 4.0, &team),
            [
                "#1 0-2 @0",
                "#2 2-4 @0",
                "#4 4-6 @0",
                "#2 6-8 @0",
                "#3 8-12 @0",
                "#1 12-20 @0"
            ],
            "{back}"
        );
    }
}

#[test]
fn the_work_of_the_latest_rank_is_interrupted() {
    for pick in [
        "longest-idle",
        "least-active",
        "most-available",
        "round-robin",
        "random",
        "listed",
    ] {
        let listed = "[queues.middle]\npick = \"listed\"\n[queues.low]\npick = \"listed\"\n";
        let team = format!(
            "count = 2\ninterrupted = {{ back = \"queue-head\" }}\n{listed}[queues.high]\npick = \"{pick}\""
        );
        assert_eq!(
            three_levels(&[1.0], &[0.0], 3.0, &team),
            ["#1 0-4 @0", "#2 1-3 @1", "#3 3-5 @1", "#2 4-12 @0"],
            "{pick}"
        );
    }
}

/// The second time attention starts, at 7, the caller's patience with being talked to is drawn anew.
#[test]
fn an_interrupted_caller_has_patience_anew() {
    let low = segment("low", &[0.0], "work = \"200 min\"").replace(
        "topics =",
        "patience = { talk = { uniform = { min = \"6 min\", max = \"50 min\" } } }\ntopics =",
    );
    let story = play(&format!(
        "{low}{}[channels.low]\n[channels.high]\n[agents.team]\ncount = 1\ninterruptible = [\"low\"]\nserves = [\"high\", \"low\"]\n{}",
        segment("high", &[5.0], "work = \"2 min\""),
        routes(&["low", "high"])
    ));
    let seed = Seed {
        seed: story.scenario.run.seed,
        replication: 0,
    };
    let talk = story.scenario.strategies[0].setup.customers[0]
        .patience
        .talk
        .as_ref();
    let drawn = |index| {
        let mut stream = seed.stream(Purpose::PATIENCE_TALK, Root::default(), 0, index);
        talk.expect("a patience").draw(&mut stream)
    };
    assert_ne!(drawn(0), drawn(1));
    let end = minutes(Time::ZERO + Span::MINUTE * 7 + drawn(1));
    assert_eq!(
        story.ends(),
        ["#2 resolved 7".to_owned(), format!("#1 broke_off {end}")]
    );
}

#[test]
fn a_released_customer_leaves_when_a_reply_is_overdue() {
    let text = |tolerance: &str| {
        play(&format!(
            "[customers.writers]\narrivals = {{ times = [\"0 s\", \"1 min\", \"1 min\"] }}\ntolerance = \"{tolerance}\"\n[topics.any]\nwork = \"4 min\"\n[channels.line]\nmode = \"asynchronous\"\n{ONE_AGENT}"
        ))
    };
    // The third is worked on when its time is over; the reply, not its start, is what it waits for.
    let story = text("10 min");
    assert_eq!(story.work(), ["#1 0-4 @0", "#2 4-8 @0", "#3 8-11 @0"]);
    assert_eq!(
        story.ends(),
        ["#1 resolved 4", "#2 resolved 8", "#3 left 11"]
    );
    assert_eq!(
        text("11 min").ends(),
        ["#1 resolved 4", "#2 resolved 8", "#3 resolved 12"]
    );
}

#[test]
fn tolerance_runs_anew_for_each_turn() {
    let story = play(&format!(
        "[customers.writers]\narrivals = {{ times = [\"0 s\"] }}\ntolerance = \"3 min\"\n[topics.any]\nturns = 2\nworks = [\"2 min\", \"4 min\"]\n[channels.line]\nmode = \"asynchronous\"\nreply_gap = \"5 min\"\n{ONE_AGENT}"
    ));
    assert_eq!(story.work(), ["#1 0-2 @0", "#1 7-10 @0"]);
    assert_eq!(story.ends(), ["#1 left 10"]);
}

#[test]
fn a_conversation_ends_after_a_long_silence() {
    let story = two_exchanges("inactivity = { after = \"3 min\", then = \"end\" }", "");
    assert_eq!(story.ends(), ["#1 timed_out 5", "#2 timed_out 10"]);
    assert_eq!(story.work(), ["#1 0-2 @0", "#2 5-7 @0"]);
    let in_time = two_exchanges("inactivity = { after = \"4 min\", then = \"end\" }", "");
    assert_eq!(in_time.ends(), ["#1 resolved 8", "#2 resolved 16"]);
}

#[test]
fn a_parked_conversation_gives_its_slot_back_and_returns() {
    let story = two_exchanges(
        "inactivity = { after = \"3 min\", then = \"park\" }\nresume_cost = \"30 s\"",
        "",
    );
    assert_eq!(
        story.work(),
        ["#1 0-2 @0", "#2 5-7 @0", "#1 10-12.5 @0", "#2 12.5-15 @0"]
    );
    assert_eq!(
        story.log(&["freed"]),
        [
            "#1 freed 5 @0",
            "#2 freed 10 @0",
            "#1 freed 12.5 @0",
            "#2 freed 15 @0"
        ]
    );
}

#[test]
fn a_silent_leaver_keeps_its_place_and_takes_an_agents_time() {
    let story = play(&format!(
        "{}{}[channels.line]\nsilent = {{ share = 1.0, notice = \"2 min\" }}\n{ONE_AGENT}[strategies.all]\nroutes = [{{ to = \"line\" }}]\n",
        segment("calm", &[0.0, 5.0], "work = \"10 min\""),
        segment("hasty", &[1.0], "work = \"10 min\"")
            .replace("topics =", "patience = \"3 min\"\ntopics =")
    ));
    assert_eq!(
        story.ends(),
        [
            "#2 silently_abandoned 4",
            "#1 resolved 10",
            "#3 resolved 22"
        ]
    );
    assert_eq!(story.work(), ["#1 0-10 @0", "#3 12-22 @0"]);
    assert_eq!(
        story.log(&["taken"]),
        ["#1 taken 0 @0", "#2 taken 10 @0", "#3 taken 12 @0"]
    );
}

#[test]
fn who_sees_a_queue_may_not_join() {
    let story = play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\", \"2 min\", \"11 min\"] }}\nbalk = [0.0, 1.0]\n[topics.any]\nwork = \"10 min\"\n[channels.line]\n{ONE_AGENT}"
    ));
    assert_eq!(
        story.ends(),
        [
            "#3 abandoned 2",
            "#1 resolved 10",
            "#2 resolved 20",
            "#4 resolved 30"
        ]
    );
    assert_eq!(
        story.log(&["balks", "waits"]),
        ["#2 waits 1", "#3 balks 2", "#4 waits 11"]
    );
}

#[test]
fn a_customer_tries_again_so_many_times() {
    let story = play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\"] }}\nretry = {{ on = [\"queue-full\"], probability = 1.0, after = \"5 min\", attempts = 3 }}\n[topics.any]\nwork = \"60 min\"\n[channels.line]\nlines = 1\n{ONE_AGENT}"
    ));
    assert_eq!(
        story.ends(),
        [
            "#2 rejected queue-full 1 again",
            "#2 rejected queue-full 6 again",
            "#2 rejected queue-full 11",
            "#1 resolved 60"
        ]
    );
}

#[test]
fn trying_again_at_once_without_end_is_an_error_that_says_so() {
    let scenario = read(&format!(
        "{RUN}[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\"] }}\nretry = {{ on = [\"queue-full\"], probability = 1.0, after = \"0 s\", attempts = \"unlimited\" }}\n[topics.any]\nwork = \"60 min\"\n[channels.line]\nlines = 1\n{ONE_AGENT}"
    ));
    let strategy = &scenario.strategies[0];
    let stuck = Simulation::new(&strategy.setup, &strategy.routes, ())
        .run(Seed {
            seed: 1,
            replication: 0,
        })
        .unwrap_err();
    assert!(
        stuck.message.contains("1 min") && stuck.message.contains("try again"),
        "{}",
        stuck.message
    );
}

/// Two members think for 5 minutes and need 3 of the only agent, who wraps up for 2.
fn members(population: u32, more: &str) -> Story {
    play(&format!(
        "[customers.team]\narrivals = {{ finite = {{ population = {population}, think = \"5 min\" }} }}\n{more}[topics.any]\nwork = \"3 min\"\n[channels.line]\nwrap_up = \"2 min\"\n{ONE_AGENT}"
    ))
}

/// Both open at 5; from then on each is served by turns, every 10 minutes.
#[test]
fn a_member_thinks_again_from_the_end_of_its_conversation_on() {
    let story = members(2, "");
    assert_eq!(
        story.work()[..4],
        ["#1 5-8 @0", "#2 10-13 @0", "#3 15-18 @0", "#4 20-23 @0"]
    );
    let opened: Vec<_> = story.opened().into_iter().take(4).collect();
    assert_eq!(
        opened,
        [(5.0, 0, 0), (5.0, 1, 0), (13.0, 0, 1), (18.0, 1, 1),]
    );
}

/// The second finds the agent taken at 5 and at 10, when the wrap-up ends before it comes.
#[test]
fn a_rejected_member_thinks_again() {
    let story = members(2, "").scenario;
    let full = format!("{}[queues.line]\ncapacity = 0\n", story.text);
    let story = play_all(&full);
    assert_eq!(
        story.ends()[..4],
        [
            "#2 rejected queue-full 5",
            "#1 resolved 8",
            "#3 resolved 13",
            "#4 rejected queue-full 13",
        ]
    );
    assert_eq!(story.work()[..2], ["#1 5-8 @0", "#3 10-13 @0"]);
}

/// It comes back 1 minute after each refusal and thinks again only when it has given up.
#[test]
fn a_member_does_not_think_between_its_attempts() {
    let retry = "retry = { on = [\"queue-full\"], after = \"1 min\", attempts = 2 }\n";
    let story = play_all(&format!(
        "{}[queues.line]\ncapacity = 0\n",
        members(2, retry).scenario.text
    ));
    assert_eq!(
        story.ends()[..4],
        [
            "#2 rejected queue-full 5 again",
            "#2 rejected queue-full 6",
            "#1 resolved 8",
            "#4 rejected queue-full 13 again",
        ]
    );
    assert_eq!(story.work()[1], "#3 11-14 @0");
}

#[test]
fn a_silent_leaver_thinks_again_at_once() {
    let story = play_all(&members(2, "patience = \"1 min\"\n").scenario.text.replace(
        "[channels.line]",
        "[channels.line]\nsilent = { share = 1.0, notice = \"30 min\" }",
    ));
    assert_eq!(
        story.ends()[..3],
        [
            "#2 silently_abandoned 6",
            "#1 resolved 8",
            "#3 silently_abandoned 12"
        ]
    );
}

#[test]
fn members_who_never_think_nor_get_in_are_an_error_that_says_so() {
    let scenario = read(&format!(
        "{RUN}[customers.team]\narrivals = {{ finite = {{ population = 2, think = \"0 s\" }} }}\n[topics.any]\nwork = \"60 min\"\n[channels.line]\nlines = 1\n{ONE_AGENT}"
    ));
    let strategy = &scenario.strategies[0];
    let stuck = Simulation::new(&strategy.setup, &strategy.routes, ())
        .run(Seed {
            seed: 1,
            replication: 0,
        })
        .unwrap_err();
    assert!(
        stuck.message.contains("members of a finite population"),
        "{}",
        stuck.message
    );
}

#[test]
fn a_reply_gap_runs_only_while_the_customer_is_online() {
    let story = play(&format!(
        "[customers.writers]\narrivals = {{ times = [\"0 s\"] }}\nonline = \"00:00-00:05, 00:20-23:00\"\n[topics.any]\nturns = 2\nwork = \"2 min\"\n[channels.line]\nmode = \"asynchronous\"\nreply_gap = \"4 min\"\n{ONE_AGENT}"
    ));
    assert_eq!(story.work(), ["#1 0-2 @0", "#1 21-23 @0"]);
}

// ---- who takes whom --------------------------------------------------------------------------------------------------

/// #1 is answered by @0 until 2 and answers at 6; then @0 has #2 (5.5 to 10), and @1 is idle.
fn sticky(rule: &str, hours: &str) -> Story {
    play(&format!(
        "{}[channels.line]\nmode = \"asynchronous\"\nreply_gap = \"4 min\"\nsticky = \"{rule}\"\n[queues.line]\npick = \"listed\"\n[agents.team]\nshifts = [{{ hours = \"{hours}\", count = 1 }}, {{ hours = \"24/7\", count = 1 }}]\nserves = [\"line\"]\n",
        one_by_one(&[(0.0, 2.0), (5.5, 4.5)]).replace("[topics.t0]", "[topics.t0]\nturns = 2")
    ))
}

#[test]
fn a_conversation_comes_back_to_whom_it_should() {
    let hers = ["#1 0-2 @0", "#2 5.5-10 @0", "#1 10-12 @0"];
    let anyones = ["#1 0-2 @0", "#2 5.5-10 @0", "#1 6-8 @1"];
    assert_eq!(sticky("any", "24/7").work(), anyones);
    assert_eq!(sticky("agent", "24/7").work(), hers);
    assert_eq!(sticky("agent-while-on-duty", "24/7").work(), hers);
    assert_eq!(sticky("3 min", "24/7").work(), anyones);
    assert_eq!(sticky("4 min", "24/7").work(), hers);
}

#[test]
fn who_waits_for_an_agent_who_goes_home_waits_for_anyone_or_for_the_next_shift() {
    let hours = "00:00-00:08, 00:30-00:50";
    let anyone = ["#1 0-2 @0", "#2 5.5-8 @0", "#1 8-10 @1", "#2 30-32 @0"];
    assert_eq!(sticky("agent-while-on-duty", hours).work(), anyone);
    assert_eq!(sticky("4 min", hours).work(), anyone);
    assert_eq!(
        sticky("agent", hours).work(),
        ["#1 0-2 @0", "#2 5.5-8 @0", "#2 30-32 @0", "#1 32-34 @0"]
    );
    // Gone before the answer comes.
    let gone = "00:00-00:05, 00:30-00:50";
    assert_eq!(
        sticky("agent-while-on-duty", gone).work(),
        ["#1 0-2 @0", "#2 5.5-10 @1", "#1 10-12 @1"]
    );
    assert_eq!(
        sticky("agent", gone).work(),
        ["#1 0-2 @0", "#2 5.5-10 @1", "#1 30-32 @0"]
    );
}

#[test]
fn another_group_helps_after_a_while() {
    let story = |first: f64| {
        play(&format!(
            "{}[channels.line]\n[agents.own]\ncount = 1\nserves = [\"line\"]\n[agents.others]\ncount = 1\nserves = [{{ queue = \"line\", after = \"3 min\" }}]\n",
            one_by_one(&[(0.0, first), (1.0, 5.0), (2.0, 5.0)])
        ))
        .work()
    };
    assert_eq!(story(20.0), ["#1 0-20 @0", "#2 4-9 @1", "#3 9-14 @1"]);
    // The own agent is free at the very instant.
    assert_eq!(story(4.0), ["#1 0-4 @0", "#2 4-9 @0", "#3 5-10 @1"]);
}

/// #2 and #3 have both waited 3 min at 4: the helper takes the more urgent one.
#[test]
fn helpers_take_in_the_queues_order_who_has_waited_long_enough() {
    let story = play(&format!(
        "{}[channels.line]\n[agents.own]\ncount = 1\nserves = [\"line\"]\n[agents.others]\ncount = 1\nserves = [{{ queue = \"line\", after = \"3 min\" }}]\n",
        one_by_one(&[(0.0, 20.0), (1.0, 5.0), (1.0, 5.0)])
            .replace("[topics.t2]", "[topics.t2]\nurgency = 1")
    ));
    assert_eq!(story.work(), ["#1 0-20 @0", "#3 4-9 @1", "#2 9-14 @1"]);
}

/// Both come while the desk is closed, and nobody else is there: the newest is first when it opens at 20.
#[test]
fn who_waited_for_the_opening_is_taken_in_the_queues_order() {
    let work = |order: &str| {
        play(&format!(
            "{}[channels.line]\nmode = \"asynchronous\"\nhours = \"00:20-24:00\"\n[queues.line]\norder = \"{order}\"\n{ONE_AGENT}",
            one_by_one(&[(6.0, 2.0), (7.0, 2.0)])
        ))
        .work()
    };
    assert_eq!(work("longest-wait"), ["#1 20-22 @0", "#2 22-24 @0"]);
    assert_eq!(work("newest-first"), ["#2 20-22 @0", "#1 22-24 @0"]);
}

/// Two groups of one; the second in the file may be the first tried, and equals compare all their agents.
#[test]
fn groups_are_tried_in_the_order_of_the_queue() {
    let who = |agents: &str| {
        play(&format!(
            "{}[channels.line]\n[queues.line]\n{agents}\n[agents.first]\ncount = 1\nserves = [\"line\"]\n[agents.second]\ncount = 1\nserves = [\"line\"]\n",
            one_by_one(&[(0.0, 2.0), (3.0, 2.0), (6.0, 5.0), (7.0, 2.0)])
        ))
        .work()
    };
    assert_eq!(
        who("agents = [\"first\", \"second\"]"),
        ["#1 0-2 @0", "#2 3-5 @0", "#3 6-11 @0", "#4 7-9 @1"]
    );
    assert_eq!(
        who("agents = [\"second\", \"first\"]"),
        ["#1 0-2 @1", "#2 3-5 @1", "#3 6-11 @1", "#4 7-9 @0"]
    );
    // @1 has been idle longer at 3, @0 at 6.
    let equals = ["#1 0-2 @0", "#2 3-5 @1", "#3 6-11 @0", "#4 7-9 @1"];
    assert_eq!(who("agents = [[\"first\", \"second\"]]"), equals);
    assert_eq!(who(""), equals);
}

/// Two agents of two slots each.
#[test]
fn the_pick_says_who_takes() {
    let who = |pick: &str| {
        let story = play(&format!(
            "{}[channels.line]\n[queues.line]\npick = \"{pick}\"\n{ONE_AGENT}capacity = 2\nattention = \"shared\"\n",
            one_by_one(&[(0.0, 30.0), (1.0, 30.0), (2.0, 30.0), (3.0, 30.0)])
        )
        .replace("count = 1", "count = 2"));
        story.log(&["taken"]).join(", ")
    };
    let idle_first = "#1 taken 0 @0, #2 taken 1 @1, #3 taken 2 @0, #4 taken 3 @1";
    for pick in [
        "longest-idle",
        "least-active",
        "most-available",
        "round-robin",
    ] {
        assert_eq!(who(pick), idle_first, "{pick}");
    }
    assert_eq!(
        who("listed"),
        "#1 taken 0 @0, #2 taken 1 @0, #3 taken 2 @1, #4 taken 3 @1"
    );
}

#[test]
fn halves_of_a_slot_fit_into_one() {
    let story = play(&format!(
        "{}[channels.line]\nweight = 0.5\n{ONE_AGENT}",
        one_by_one(&[(0.0, 5.0), (1.0, 5.0), (2.0, 5.0)])
    ));
    assert_eq!(
        story.log(&["taken"]),
        ["#1 taken 0 @0", "#2 taken 1 @0", "#3 taken 5 @0"]
    );
    assert_eq!(story.work(), ["#1 0-5 @0", "#2 5-10 @0", "#3 10-15 @0"]);
}

#[test]
fn a_group_keeps_some_free_for_others() {
    let story = play(&format!(
        "{}[channels.line]\n[queues.line]\nagents = [\"own\", \"others\"]\n[agents.own]\ncount = 1\nserves = [\"line\"]\n[agents.others]\ncount = 2\nserves = [{{ queue = \"line\", keep_free = 1 }}]\n",
        one_by_one(&[(0.0, 20.0), (1.0, 5.0), (2.0, 5.0)])
    ));
    assert_eq!(story.work(), ["#1 0-20 @0", "#2 1-6 @1", "#3 6-11 @1"]);
}

#[test]
fn an_agent_takes_by_its_ranks_and_equals_by_age() {
    let serves = |serves: &str| {
        play(&format!(
            "{}{}[channels.a]\n[channels.b]\n[agents.team]\ncount = 1\nserves = {serves}\n{}",
            segment("a", &[0.0, 3.0], "work = \"5 min\""),
            segment("b", &[1.0, 2.0], "work = \"5 min\""),
            routes(&["a", "b"])
        ))
        .work()
    };
    assert_eq!(
        serves("[\"a\", \"b\"]"),
        ["#1 0-5 @0", "#4 5-10 @0", "#2 10-15 @0", "#3 15-20 @0"]
    );
    assert_eq!(
        serves("[[\"a\", \"b\"]]"),
        ["#1 0-5 @0", "#2 5-10 @0", "#3 10-15 @0", "#4 15-20 @0"]
    );
}

#[test]
fn a_queue_has_its_order() {
    let order = |order: &str, more: &str| {
        let customers = one_by_one(&[(0.0, 5.0), (1.0, 5.0), (2.0, 5.0), (3.0, 5.0)]);
        let customers = customers
            .replace("[topics.t2]", "[topics.t2]\nurgency = 1")
            .replace("[topics.t1]", "[topics.t1]\nurgency = 5");
        let story = play(&format!(
            "{customers}[channels.line]\n[queues.line]\norder = {order}\n{ONE_AGENT}{more}"
        ));
        story
            .work()
            .iter()
            .map(|piece| piece[..2].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(order("\"longest-wait\"", ""), ["#1", "#2", "#3", "#4"]);
    assert_eq!(order("\"newest-first\"", ""), ["#1", "#4", "#3", "#2"]);
    assert_eq!(order("\"priority-then-age\"", ""), ["#1", "#3", "#4", "#2"]);
    let target = |topic: &str, within: &str| {
        format!(
            "[targets.{topic}]\nmetric = \"queue_wait\"\ntopic = \"{topic}\"\nwithin = \"{within}\"\nshare = 0.8\n"
        )
    };
    // Deadlines: #2 at 21, #4 at 5, #3 has none.
    assert_eq!(
        order(
            "\"earliest-deadline\"",
            &(target("t1", "20 min") + &target("t3", "2 min"))
        ),
        ["#1", "#4", "#2", "#3"]
    );
    // At 5: #2 4 x 1, #3 2 x 1 + 1, #4 2 x 1. At 10: #3 9, #4 7.
    let score = "{ score = { 1 = { base = 1.0, per_hour = 60.0 }, 3 = { base = 0.0, per_hour = 60.0 }, 5 = { base = 0.0, per_hour = 60.0 } } }";
    assert_eq!(order(score, ""), ["#1", "#2", "#3", "#4"]);
}

/// The desk is closed from 10 to 20 min. #3 is promised 25; #2 18 by the calendar, but 28 in open time.
#[test]
fn a_deadline_is_read_on_the_clock_of_its_target() {
    let first = |clock: &str| {
        let target = |topic: &str, within: u32, clock: &str| {
            format!(
                "[targets.{topic}]\nmetric = \"first_response_time\"\ntopic = \"{topic}\"\nwithin = \"{within} min\"\nshare = 0.8\nclock = \"{clock}\"\n"
            )
        };
        play(&format!(
            "{}[channels.line]\nmode = \"asynchronous\"\nhours = \"00:00-00:10, 00:20-24:00\"\n[queues.line]\norder = \"earliest-deadline\"\n{ONE_AGENT}{}{}",
            one_by_one(&[(0.0, 22.0), (8.0, 2.0), (9.0, 2.0)]),
            target("t1", 10, clock),
            target("t2", 16, "calendar"),
        ))
        .work()
    };
    assert_eq!(
        first("calendar"),
        ["#1 0-22 @0", "#2 22-24 @0", "#3 24-26 @0"]
    );
    assert_eq!(
        first("business"),
        ["#1 0-22 @0", "#3 22-24 @0", "#2 24-26 @0"]
    );
}

#[test]
fn a_queue_and_its_lines_may_be_full() {
    let text = |queue: &str| {
        play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\", \"2 min\", \"11 min\"] }}\n[topics.any]\nwork = \"10 min\"\n[channels.line]\n{queue}\n{ONE_AGENT}"
        ))
        .ends()
    };
    let ends = [
        "#3 rejected queue-full 2",
        "#1 resolved 10",
        "#2 resolved 20",
        "#4 resolved 30",
    ];
    assert_eq!(text("[queues.line]\ncapacity = 1"), ends);
    assert_eq!(text("lines = 2"), ends);
}

#[test]
fn limits_by_channel_hold_besides_capacity() {
    let story = play(&format!(
        "{}{}[channels.talk]\n[channels.mail]\nmode = \"asynchronous\"\n[agents.team]\ncount = 1\ncapacity = 3\nconcurrent = {{ talk = 1 }}\nserves = [\"talk\", \"mail\"]\n{}",
        segment("talk", &[0.0, 1.0], "work = \"10 min\""),
        segment("mail", &[2.0], "work = \"1 min\""),
        routes(&["talk", "mail"])
    ));
    assert_eq!(
        story.log(&["taken"]),
        ["#1 taken 0 @0", "#3 taken 2 @0", "#2 taken 10 @0"]
    );
    assert_eq!(story.work(), ["#1 0-10 @0", "#2 10-20 @0", "#3 20-21 @0"]);
}

#[test]
fn a_call_takes_the_whole_agent() {
    let story = play(&format!(
        "{}{}[channels.talk]\n[channels.call]\nweight = \"all\"\n[agents.team]\ncount = 1\ncapacity = 3\nserves = [\"call\", \"talk\"]\n{}",
        segment("talk", &[0.0, 5.0], "work = \"4 min\""),
        segment("call", &[1.0], "work = \"4 min\""),
        routes(&["talk", "call"])
    ));
    assert_eq!(
        story.log(&["taken"]),
        ["#1 taken 0 @0", "#2 taken 4 @0", "#3 taken 8 @0"]
    );
}

#[test]
fn a_topic_goes_on_as_another() {
    let story = play(&format!(
        "{}[channels.line]\n{ONE_AGENT}",
        one_by_one(&[(0.0, 2.0), (1.0, 3.0)]).replace(
            "[topics.t0]",
            "[topics.t0]\nnext = [{ topic = \"t1\", probability = 1.0 }]"
        )
    ));
    // The agent takes who waits before the conversation that moves on.
    assert_eq!(story.work(), ["#1 0-2 @0", "#2 2-5 @0", "#1 5-8 @0"]);
    assert_eq!(story.ends(), ["#2 resolved 5", "#1 resolved 8"]);
    assert_eq!(story.log(&["goes-on"]), ["#1 goes-on 2"]);
}

#[test]
fn without_turns_no_agent_is_needed() {
    let story = play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"3 min\"] }}\n[topics.any]\nturns = 0\n[channels.line]\n{ONE_AGENT}"
    ));
    assert_eq!(story.ends(), ["#1 resolved 3"]);
    assert_eq!(story.work().len(), 0);
}

// ---- ties ------------------------------------------------------------------------------------------------------------

#[test]
fn a_freed_agent_takes_who_waits_before_who_arrives_at_that_instant() {
    let story = play(&format!(
        "{}[channels.line]\n[queues.line]\norder = \"newest-first\"\n{ONE_AGENT}",
        one_by_one(&[(0.0, 10.0), (1.0, 5.0), (10.0, 5.0)])
    ));
    assert_eq!(story.work(), ["#1 0-10 @0", "#2 10-15 @0", "#3 15-20 @0"]);
}

#[test]
fn who_is_taken_as_its_patience_ends_is_taken() {
    let ends = |patience: &str| {
        play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\"] }}\npatience = \"{patience}\"\n[topics.any]\nwork = \"10 min\"\n[channels.line]\n{ONE_AGENT}"
        ))
        .ends()
    };
    assert_eq!(ends("9 min"), ["#1 resolved 10", "#2 resolved 20"]);
    assert_eq!(ends("8.99 min"), ["#2 abandoned 9.99", "#1 resolved 10"]);
}

/// The wait is long enough for the helper at the very instant at which the caller would leave.
#[test]
fn who_is_helped_as_its_patience_ends_is_taken() {
    let story = play(
        "[customers.callers]\narrivals = { times = [\"0 s\"] }\npatience = \"3 min\"\n[topics.any]\nwork = \"1 min\"\n[channels.line]\n[agents.others]\ncount = 1\nserves = [{ queue = \"line\", after = \"3 min\" }]\n",
    );
    assert_eq!(story.ends(), ["#1 resolved 4"]);
}

#[test]
fn duty_comes_before_everything_else_of_its_instant() {
    // A shift starts as the first comes and as the patience of the second ends.
    let story = play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"0 s\", \"5 min\", \"10 min\"] }}\npatience = \"5 min\"\n[topics.any]\nwork = \"1 min\"\n[channels.line]\n[agents.team]\nshifts = [{{ hours = \"00:00-00:05, 00:10-02:00\", count = 1 }}]\nserves = [\"line\"]\n{SUPERVISOR}"
    ));
    assert_eq!(story.work(), ["#1 0-1 @0", "#2 10-11 @0", "#3 11-12 @0"]);
}

/// Keeps `line` staffed, and does nothing.
const SUPERVISOR: &str =
    "[agents.supervisor]\ncount = 1\nserves = [{ queue = \"line\", after = \"20 h\" }]\n";

/// #2 comes back at 10, the very instant at which #1 frees the only line and #3 opens.
#[test]
fn returns_follow_the_openings_of_their_instant() {
    let story = play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"0 s\", \"5 min\", \"10 min\"] }}\nretry = {{ on = [\"queue-full\"], probability = 1.0, after = \"5 min\", attempts = 2 }}\n[topics.any]\nwork = \"10 min\"\n[channels.line]\nlines = 1\n{ONE_AGENT}"
    ));
    assert_eq!(
        story.ends(),
        [
            "#2 rejected queue-full 5 again",
            "#1 resolved 10",
            "#2 rejected queue-full 10",
            "#3 resolved 20"
        ]
    );
}

/// The run lasts 10 min and 5 more; the work 60.
#[test]
fn what_does_not_end_is_unresolved_at_the_limit() {
    let ends = |ending: &str| {
        play_all(&format!(
            "[run]\nlength = \"10 min\"\nlimit = \"5 min\"\nending = \"{ending}\"\n[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\"] }}\n[topics.any]\nwork = \"60 min\"\n[channels.line]\n{ONE_AGENT}"
        ))
        .ends()
    };
    let at = |minute: u32| [1, 2].map(|who| format!("#{who} unresolved {minute}"));
    assert_eq!(ends("cut"), at(10));
    assert_eq!(ends("drain"), at(15));
    assert_eq!(ends("run-on"), at(15));
}

// ---- closing, duty, breaks, counts, inboxes --------------------------------------------------------------------------

#[test]
fn closing_drains_purges_or_carries_over() {
    let closing = |channel: &str| {
        play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"1 min\", \"2 min\", \"6 min\"] }}\n[topics.any]\nwork = \"10 min\"\n[channels.line]\nhours = \"00:00-00:05, 00:20-00:40\"\n{channel}\n{ONE_AGENT}"
        ))
        .ends()
    };
    assert_eq!(
        closing(""),
        ["#3 rejected closed 6", "#1 resolved 11", "#2 resolved 21"]
    );
    assert_eq!(
        closing("closing = \"purge\""),
        [
            "#2 rejected closed 5",
            "#3 rejected closed 6",
            "#1 resolved 11"
        ]
    );
    assert_eq!(
        closing("closing = \"carry-over\""),
        ["#3 rejected closed 6", "#1 resolved 11", "#2 resolved 30"]
    );
    // Released customers are let in while it is closed, and wait for the opening.
    assert_eq!(
        closing("mode = \"asynchronous\""),
        ["#1 resolved 11", "#2 resolved 30", "#3 resolved 40"]
    );
    // Patience does not stop when the desk closes.
    assert_eq!(
        closing("closing = \"carry-over\"\npatience = \"15 min\""),
        ["#3 rejected closed 6", "#1 resolved 11", "#2 abandoned 17"]
    );
}

#[test]
fn who_returns_to_a_closed_desk_waits_for_its_opening() {
    // The answer comes at 6; the agent is free but the channel is closed until 20.
    for sticky in ["any", "agent"] {
        let story = play(&format!(
            "{}{}[channels.line]\nmode = \"asynchronous\"\nreply_gap = \"4 min\"\nhours = \"00:00-00:05, 00:20-02:00\"\nsticky = \"{sticky}\"\n[channels.call]\n[agents.team]\ncount = 1\nserves = [\"line\", \"call\"]\n{}",
            segment("line", &[0.0, 8.0], "turns = 2\nwork = \"2 min\""),
            segment("call", &[7.0], "work = \"1 min\""),
            routes(&["line", "call"])
        ));
        assert_eq!(
            story.work(),
            [
                "#1 0-2 @0",
                "#2 7-8 @0",
                "#1 20-22 @0",
                "#3 22-24 @0",
                "#3 28-30 @0"
            ],
            "{sticky}"
        );
    }
}

/// A call of 10 min at 0 with @0, whose shift ends at 5 and starts again at 20; @1 comes at 8.
fn shift_end(rule: &str, more: &str) -> Story {
    play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"0 s\"] }}\n[topics.any]\nwork = \"10 min\"\n[channels.line]\nresume_cost = \"1 min\"\n{more}\n[agents.team]\nshifts = [{{ hours = \"00:00-00:05, 00:20-00:40\", count = 1 }}, {{ hours = \"00:08-00:30\", count = 1 }}]\nat_shift_end = \"{rule}\"\nserves = [\"line\"]\n{SUPERVISOR}"
    ))
}

#[test]
fn at_the_end_of_a_shift_work_is_finished_handed_over_or_paused() {
    let finish = shift_end("finish", "");
    assert_eq!(finish.work(), ["#1 0-10 @0"]);
    assert_eq!(finish.overtimes(), [5.0]);
    let hand_over = shift_end("hand-over", "");
    assert_eq!(hand_over.work(), ["#1 0-5 @0", "#1 8-14 @1"]);
    assert_eq!(
        hand_over.log(&["handed-over", "waits"]),
        ["#1 handed-over 5", "#1 waits 5"]
    );
    assert_eq!(hand_over.hours().overtime, 0);
    let pause = shift_end("pause", "");
    assert_eq!(pause.work(), ["#1 0-5 @0", "#1 20-26 @0"]);
    // Patience runs anew after a hand-over.
    let leaves = shift_end("hand-over", "patience = \"2 min\"");
    assert_eq!(leaves.ends(), ["#1 abandoned 7"]);
    // The default: held work is finished, released work pauses.
    assert_eq!(shift_end("finish", "").work(), shift_end_default("").work());
    assert_eq!(
        shift_end("pause", "").work(),
        shift_end_default("mode = \"asynchronous\"").work()
    );
}

fn shift_end_default(more: &str) -> Story {
    play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"0 s\"] }}\n[topics.any]\nwork = \"10 min\"\n[channels.line]\nresume_cost = \"1 min\"\n{more}\n[agents.team]\nshifts = [{{ hours = \"00:00-00:05, 00:20-00:40\", count = 1 }}, {{ hours = \"00:08-00:30\", count = 1 }}]\nserves = [\"line\"]\n{SUPERVISOR}"
    ))
}

/// Three handed over at once, at the end of one shift or of one agent's: the longest waiting is served first.
#[test]
fn those_handed_over_together_keep_their_order() {
    for (count, capacity) in [(3, 1), (1, 3)] {
        let story = play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\", \"2 min\", \"3 min\"] }}\n[topics.any]\nwork = \"10 min\"\n[channels.line]\n[agents.team]\nshifts = [{{ hours = \"00:00-00:05\", count = {count} }}]\ncapacity = {capacity}\nat_shift_end = \"hand-over\"\nserves = [\"line\"]\n[agents.later]\nshifts = [{{ hours = \"00:08-02:00\", count = 1 }}]\nserves = [\"line\"]\n{SUPERVISOR}"
        ));
        let after: Vec<String> = story
            .work()
            .iter()
            .filter(|piece| !piece.ends_with("@0") || count == 3)
            .skip(if count == 3 { 3 } else { 0 })
            .map(|piece| piece[..2].to_owned())
            .collect();
        assert_eq!(
            after,
            ["#1", "#2", "#3", "#4"],
            "{count} agents with {capacity} slots: {:?}",
            story.work()
        );
    }
}

/// A chat whose customer thinks when its agent's shift ends is anyone's: it is not held until the next shift.
#[test]
fn a_chat_handed_over_in_its_reply_gap_is_answered_by_another() {
    for slot in ["", "slot = { after = \"3 min\", to = 0.1 }"] {
        let story = play(&format!(
            "[customers.guests]\narrivals = {{ times = [\"0 s\"] }}\n[topics.any]\nturns = 2\nwork = \"4 min\"\n[channels.line]\nreply_gap = \"5 min\"\n{slot}\n[agents.team]\nshifts = [{{ hours = \"00:00-00:06, 00:30-01:00\", count = 1 }}, {{ hours = \"00:05-01:00\", count = 1 }}]\nat_shift_end = \"hand-over\"\nserves = [\"line\"]\n"
        ));
        assert_eq!(story.work(), ["#1 0-4 @0", "#1 9-13 @1"], "{slot}");
    }
}

#[test]
fn work_is_finished_in_a_break_and_mail_waits() {
    let day = |mode: &str| {
        play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\"] }}\n[topics.any]\nwork = \"6 min\"\n[channels.line]\nmode = \"{mode}\"\n{ONE_AGENT}breaks = [{{ at = \"00:05\", length = \"3 min\" }}]\n"
        ))
    };
    assert_eq!(day("synchronous").work(), ["#1 0-6 @0", "#2 8-14 @0"]);
    assert_eq!(
        day("asynchronous").work(),
        ["#1 0-5 @0", "#1 8-9 @0", "#2 9-15 @0"]
    );
    assert_eq!(
        day("synchronous").log(&["off-duty", "on-duty"]),
        ["@0 on-duty 0", "@0 off-duty 6", "@0 on-duty 8"]
    );
}

/// Two agents until 5 min, then one; calls at 0 of 10 and 12 min and one at 6.
fn drop_to_one(leave: &str, works: &[(f64, f64)]) -> Story {
    play(&format!(
        "{}[channels.line]\n[agents.team]\nstaffing = {{ counts = [2, 1], interval = \"5 min\" }}\nleave = \"{leave}\"\nserves = [\"line\"]\n",
        one_by_one(works)
    ))
}

#[test]
fn when_counts_drop_named_ones_leave_or_the_next_to_finish() {
    let busy = [(0.0, 10.0), (0.0, 12.0), (6.0, 5.0)];
    let named = drop_to_one("named", &busy);
    assert_eq!(named.work(), ["#1 0-10 @0", "#2 0-12 @1", "#3 10-15 @0"]);
    assert_eq!(named.overtimes(), [7.0]);
    let next = drop_to_one("next", &busy);
    assert_eq!(next.work(), ["#1 0-10 @0", "#2 0-12 @1", "#3 12-17 @1"]);
    assert_eq!(
        next.log(&["off-duty", "overtime", "home"]),
        ["@0 off-duty 10"]
    );
    // Who is idle goes first.
    for leave in ["named", "next"] {
        let idle = drop_to_one(leave, &[(0.0, 2.0), (0.0, 12.0), (6.0, 5.0)]);
        assert_eq!(
            idle.work(),
            ["#1 0-2 @0", "#2 0-12 @1", "#3 12-17 @1"],
            "{leave}"
        );
        assert_eq!(
            idle.log(&["off-duty", "overtime"]),
            ["@0 off-duty 5"],
            "{leave}"
        );
    }
}

#[test]
fn a_look_into_the_inbox_finds_what_came_before() {
    let inbox = |every: &str| {
        play(&format!(
            "[customers.writers]\narrivals = {{ times = [\"0 s\", \"3 min\", \"10 min\", \"13 min\"] }}\n[topics.any]\nwork = \"2 min\"\n[channels.line]\nmode = \"asynchronous\"\n{ONE_AGENT}check_every = {{ {every} }}\n"
        ))
        .work()
    };
    assert_eq!(
        inbox("period = \"10 min\""),
        ["#1 10-12 @0", "#2 12-14 @0", "#3 20-22 @0", "#4 22-24 @0"]
    );
    // Empty at 0; looks at 10, and goes on until nothing is left.
    assert_eq!(
        inbox("pause = \"10 min\""),
        ["#1 10-12 @0", "#2 12-14 @0", "#3 14-16 @0", "#4 16-18 @0"]
    );
}

#[test]
fn an_answer_is_found_at_the_next_look_as_well() {
    // #1 is answered at 12 and answers at 16, while the agent works on #2 until 18: the next look is at 20.
    for sticky in ["any", "agent"] {
        let story = play(&format!(
            "{}[channels.line]\nmode = \"asynchronous\"\nreply_gap = \"4 min\"\nsticky = \"{sticky}\"\n{ONE_AGENT}check_every = {{ period = \"10 min\" }}\n",
            one_by_one(&[(0.0, 2.0), (3.0, 6.0)]).replace("[topics.t0]", "[topics.t0]\nturns = 2")
        ));
        assert_eq!(
            story.work(),
            ["#1 10-12 @0", "#2 12-18 @0", "#1 20-22 @0"],
            "{sticky}"
        );
    }
}

#[test]
fn nobody_comes_who_is_absent() {
    let story = play(&format!(
        "[customers.writers]\narrivals = {{ times = [\"0 s\"] }}\n[topics.any]\nwork = \"2 min\"\n[channels.line]\n{ONE_AGENT}shrinkage = {{ absent = 1.0 }}\n"
    ));
    assert_eq!(story.ends(), ["#1 rejected unstaffed 0"]);
    assert_eq!(
        (story.hours().duty, story.hours().shift),
        (0, i128::from(2 * Span::HOUR.0))
    );
}

/// A quarter of each hour, at an instant drawn for it; a call that runs into it is finished.
#[test]
fn other_work_takes_its_part_of_each_hour() {
    let story = play_all(&format!(
        "[run]\nlength = \"3 h\"\nending = \"cut\"\n[customers.callers]\narrivals = {{ times = [\"1 min\"] }}\n[topics.any]\nwork = \"1 s\"\n[channels.line]\nmode = \"asynchronous\"\n{ONE_AGENT}shrinkage = {{ in_office = 0.25 }}\n"
    ));
    let seed = Seed {
        seed: story.scenario.run.seed,
        replication: 0,
    };
    let mut expected = vec!["@0 on-duty 0".to_owned()];
    for hour in 0..3 {
        let luck = seed.uniform(Purpose::UNAVAILABLE, Root::default(), 0, hour * 3600);
        let from = Time::ZERO + Span::HOUR * i64::from(hour) + (Span::MINUTE * 45).scaled(luck);
        expected.push(format!("@0 off-duty {}", minutes(from)));
        expected.push(format!("@0 on-duty {}", minutes(from + Span::MINUTE * 15)));
    }
    assert_eq!(story.log(&["on-duty", "off-duty"]), expected);
    assert_eq!(story.hours().duty, i128::from(135 * Span::MINUTE.0));
}

/// Two shifts on each date of Los Angeles, which are on two dates of the run: who is absent is absent from both.
#[test]
fn who_is_absent_is_absent_for_a_date_of_its_zone() {
    let story = play_all(
        r#"
[run]
length = "20 days"
ending = "cut"
[customers.writers]
arrivals = { times = ["1 min"] }
[topics.any]
work = "2 min"
[channels.line]
mode = "asynchronous"
[agents.team]
count = 1
zone = "America/Los_Angeles"
hours = "10:00-12:00, 18:00-20:00"
serves = ["line"]
shrinkage = { absent = 0.5 }
"#,
    );
    // In minutes of UTC: 18:00 of one date and 02:00 of the next are one date there.
    let at = |wanted: fn(&Fact) -> bool| -> Vec<i64> {
        let facts = story.facts.iter().filter(|(_, _, fact)| wanted(fact));
        facts
            .map(|(at, ..)| (*at - Time::ZERO).0 / Span::HOUR.0)
            .collect()
    };
    let shifts = at(|fact| matches!(fact, Fact::ShiftStarted { .. }));
    let came = at(|fact| matches!(fact, Fact::DutyStarted { .. }));
    assert_eq!(shifts[..4], [2, 18, 26, 42]);
    let dates: Vec<[bool; 2]> = shifts[1..]
        .chunks_exact(2)
        .map(|pair| [came.contains(&pair[0]), came.contains(&pair[1])])
        .collect();
    assert_eq!(dates.len(), 19);
    assert!(dates.iter().all(|[early, late]| early == late), "{dates:?}");
    assert!(
        dates.contains(&[true; 2]) && dates.contains(&[false; 2]),
        "{dates:?}"
    );
}

// ---- routes ----------------------------------------------------------------------------------------------------------

#[test]
fn the_first_route_that_holds_wins_and_the_last_reason_counts() {
    let story = |routes: &str| {
        play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\", \"2 min\"] }}\naccepts = {{ mail = 0.0 }}\n[topics.any]\nwork = \"10 min\"\n[channels.line]\n[channels.mail]\n[channels.shut]\nhours = \"05:00-06:00\"\n[agents.team]\ncount = 1\nserves = [\"line\", \"mail\", \"shut\"]\n[strategies.all]\nroutes = {routes}\n"
        ))
        .ends()
    };
    let third = |ends: Vec<String>| ends[0].clone();
    assert_eq!(
        third(story(
            "[{ to = \"shut\" }, { if = { queue_below = 1 }, to = \"line\" }]"
        )),
        "#3 rejected queue-full 2"
    );
    assert_eq!(
        third(story(
            "[{ if = { queue_below = 1 }, to = \"line\" }, { to = \"shut\" }]"
        )),
        "#3 rejected closed 2"
    );
    assert_eq!(
        third(story(
            "[{ if = { queue_below = 1 }, to = \"line\" }, { to = \"mail\" }]"
        )),
        "#3 rejected refused 2"
    );
    assert_eq!(
        third(story(
            "[{ if = { queue_below = 1 }, to = \"line\" }, { if = { urgency = 1 }, to = \"shut\" }]"
        )),
        "#3 rejected queue-full 2"
    );
    assert_eq!(
        third(story(
            "[{ if = { wait_above = \"1 min\" }, to = \"line\" }]"
        )),
        "#1 rejected wait-too-long 0"
    );
    assert_eq!(
        third(story("[{ if = { urgency = 1 }, to = \"line\" }]")),
        "#1 rejected no-route 0"
    );
}

#[test]
fn a_released_channel_accepts_without_anybody_there_and_waits() {
    let story = play(&format!(
        "[customers.writers]\narrivals = {{ times = [\"0 s\"] }}\n[topics.any]\nwork = \"2 min\"\n[channels.line]\nmode = \"asynchronous\"\nhours = \"00:10-24:00\"\n{ONE_AGENT}hours = \"00:30-24:00\"\n"
    ));
    assert_eq!(story.work(), ["#1 30-32 @0"]);
}

/// Waits of 0, 9 and 18 min ended at 0, 10 and 20; the fourth comes at 21, when only the last is recent enough.
#[test]
fn a_wait_is_foretold_as_the_queue_estimates_it() {
    let is_let_in = |estimator: &str, below: &str| {
        let story = play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"1 min\", \"2 min\", \"21 min\"] }}\n[topics.any]\nwork = \"10 min\"\n[channels.line]\n[queues.line]\nestimator = \"{estimator}\"\n{ONE_AGENT}[strategies.all]\nroutes = [{{ if = {{ wait_below = \"{below}\" }}, to = \"line\" }}]\n"
        ));
        let ends = story.ends();
        assert_eq!(ends.len(), 4);
        !ends.contains(&"#4 rejected wait-too-long 21".to_owned())
    };
    // 0.9 (0.9 x 0 + 0.1 x 9) + 0.1 x 18 = 2.61 min; two departures from the queue in 20 min make 10 min a place.
    for (estimator, seconds) in [
        ("recent-weighted", 1080.0),
        ("exponential-average", 156.6),
        ("queue-rate", 600.0),
    ] {
        assert!(
            !is_let_in(estimator, &format!("{seconds} s")),
            "{estimator}"
        );
        assert!(
            is_let_in(estimator, &format!("{} s", seconds + 0.1)),
            "{estimator}"
        );
    }
}

// ---- what random scenarios have found --------------------------------------------------------------------------------

/// Both shifts end at 5: neither takes what the other hands over.
#[test]
fn nothing_is_handed_over_to_who_leaves_at_that_instant() {
    for shifts in [
        "{ hours = \"00:00-00:05\", count = 2 }",
        "{ hours = \"00:00-00:05\", count = 1 }, { hours = \"00:00-00:05\", count = 1 }",
    ] {
        let story = play(&format!(
            "[customers.callers]\narrivals = {{ times = [\"0 s\", \"0 s\"] }}\n[topics.any]\nwork = \"10 min\"\n[channels.line]\n[agents.team]\nshifts = [{shifts}]\ncapacity = 2\nat_shift_end = \"hand-over\"\nserves = [\"line\"]\n[agents.later]\ncount = 1\nhours = \"00:08-02:00\"\nserves = [\"line\"]\n{SUPERVISOR}"
        ));
        assert_eq!(
            story.work(),
            ["#1 0-5 @0", "#2 0-5 @1", "#1 8-13 @2", "#2 13-18 @2"],
            "{shifts}"
        );
        assert_eq!(
            story.log(&["handed-over"]),
            ["#1 handed-over 5", "#2 handed-over 5"],
            "{shifts}"
        );
    }
}

/// #1 has waited anew since it was handed over at 5; #2 since 1.
#[test]
fn who_was_handed_over_does_not_hide_those_behind_from_helpers() {
    let story = play(&format!(
        "{}{}[channels.line]\n[channels.task]\n[agents.own]\ncount = 1\nhours = \"00:00-00:05\"\nat_shift_end = \"hand-over\"\nserves = [\"line\"]\n[agents.helpers]\ncount = 1\nserves = [\"task\", {{ queue = \"line\", after = \"3 min\" }}]\n{}",
        segment("line", &[0.0, 1.0], "work = \"10 min\""),
        segment("task", &[0.0], "work = \"6 min\""),
        routes(&["line", "task"])
    ));
    assert_eq!(
        story.work(),
        ["#1 0-5 @0", "#2 0-6 @1", "#3 6-16 @1", "#1 16-21 @1"]
    );
}

/// The answer comes at 6, in the break, and the slot was given back at 5.
#[test]
fn who_may_exceed_waits_for_the_end_of_a_break() {
    let story = play(&format!(
        "[customers.guests]\narrivals = {{ times = [\"0 s\"] }}\n[topics.any]\nturns = 2\nwork = \"2 min\"\n[channels.line]\nreply_gap = \"4 min\"\nslot = {{ after = \"3 min\", to = 0.0 }}\nreturning = \"exceed\"\n{ONE_AGENT}breaks = [{{ at = \"00:05\", length = \"3 min\" }}]\n"
    ));
    assert_eq!(story.work(), ["#1 0-2 @0", "#1 8-10 @0"]);
}

/// #1 answers at 6 and needs the rest of its slot, which #2 has until 11; the shift ends at 8.
#[test]
fn who_kept_a_part_of_a_slot_is_finished_in_overtime() {
    let story = play(&format!(
        "{}[channels.line]\nreply_gap = \"4 min\"\nslot = {{ after = \"3 min\", to = 0.5 }}\n{ONE_AGENT}capacity = 1.5\nhours = \"00:00-00:08, 00:30-02:00\"\n",
        one_by_one(&[(0.0, 2.0), (1.0, 6.0)]).replace("[topics.t0]", "[topics.t0]\nturns = 2")
    ));
    assert_eq!(story.work(), ["#1 0-2 @0", "#2 5-11 @0", "#1 11-13 @0"]);
    assert_eq!(story.overtimes(), [5.0]);
}

/// The same, but handed over: #1 has waited since 6, and #2 since 8; @1 comes at 9 and has room for one.
#[test]
fn who_kept_a_part_of_a_slot_is_handed_over_and_waits_on() {
    let story = play(&format!(
        "{}[channels.line]\nreply_gap = \"4 min\"\nslot = {{ after = \"3 min\", to = 0.5 }}\n{ONE_AGENT}capacity = 1.5\nhours = \"00:00-00:08, 00:30-02:00\"\nat_shift_end = \"hand-over\"\n[agents.later]\ncount = 1\nhours = \"00:09-02:00\"\nserves = [\"line\"]\n",
        one_by_one(&[(0.0, 2.0), (1.0, 6.0)]).replace("[topics.t0]", "[topics.t0]\nturns = 2")
    ));
    assert_eq!(
        story.work(),
        ["#1 0-2 @0", "#2 5-8 @0", "#2 9-12 @1", "#1 12-14 @1"]
    );
    assert_eq!(
        story.log(&["waits", "handed-over", "freed"]),
        [
            "#2 waits 1",
            "#1 waits 6",
            "#2 freed 8 @0",
            "#2 handed-over 8",
            "#2 waits 8",
            "#1 freed 8 @0",
            "#1 handed-over 8",
            "#2 freed 12 @1",
            "#1 freed 14 @1"
        ]
    );
    // #1 at once and 6-12, #2 1-5 and 8-9.
    let stats = story.outcome.stats(Scope::All).expect("all");
    let waits = stats.durations(Measure::QueueWait, Clock::Calendar);
    let minute = i128::from(Span::MINUTE.0);
    assert_eq!((waits.count, waits.sum), (4, 11 * minute));
    let level = story.outcome.level(Scope::All, Measure::QueueLength);
    assert_eq!(level.expect("all").area, 11 * minute);
}

/// Both are handed over at 5, when @1 comes, who has room for one: the more urgent is taken, not the first in the books.
#[test]
fn those_handed_over_are_taken_in_the_queues_order() {
    let story = play(&format!(
        "{}[channels.line]\n{ONE_AGENT}capacity = 2\nhours = \"00:00-00:05\"\nat_shift_end = \"hand-over\"\n[agents.later]\ncount = 1\nhours = \"00:05-02:00\"\nserves = [\"line\"]\n",
        one_by_one(&[(0.0, 10.0), (1.0, 10.0)]).replace("[topics.t1]", "[topics.t1]\nurgency = 1")
    ));
    assert_eq!(story.work(), ["#1 0-5 @0", "#2 5-15 @1", "#1 15-20 @1"]);
}

/// #1 answers at 6 and waits for its slot, leaves silently at 8, and its place is taken at 9 while #3 is worked on.
#[test]
fn a_silent_leaver_of_a_later_turn_leaves_once() {
    let text = one_by_one(&[(0.0, 2.0), (1.0, 7.0), (5.0, 9.0)])
        .replace("[topics.t0]", "[topics.t0]\nturns = 2");
    let story = play(&format!(
        "{}[channels.line]\nreply_gap = \"4 min\"\nslot = {{ after = \"3 min\", to = 0.0 }}\nsilent = {{ share = 1.0, notice = \"1 min\" }}\n{ONE_AGENT}capacity = 2\n",
        text.replace(
            "[customers.c0]",
            "[customers.c0]\npatience = { queue = \"2 min\", reply = \"1 min\" }"
        )
    ));
    assert_eq!(story.work(), ["#1 0-2 @0", "#2 2-9 @0", "#3 9-18 @0"]);
    assert_eq!(
        story.ends(),
        ["#1 silently_abandoned 8", "#2 resolved 9", "#3 resolved 18"]
    );
}

/// #1 waits for @0 from 4 on, though @1 is idle; both leave at 5, and @2 comes at 8. #2 is @0's until the next day.
#[test]
fn nobody_is_offered_to_who_leaves_at_that_instant() {
    let customers =
        one_by_one(&[(0.0, 2.0), (2.5, 10.0)]).replace("[topics.t0]", "[topics.t0]\nturns = 2");
    let story = play(&format!(
        "{customers}[channels.line]\nmode = \"asynchronous\"\nreply_gap = \"2 min\"\nsticky = \"agent-while-on-duty\"\n[queues.line]\npick = \"listed\"\n[agents.team]\nshifts = [{{ hours = \"00:00-00:05\", count = 2 }}]\nserves = [\"line\"]\n[agents.later]\ncount = 1\nhours = \"00:08-02:00\"\nserves = [\"line\"]\n"
    ));
    assert_eq!(
        story.work(),
        [
            "#1 0-2 @0",
            "#2 2.5-5 @0",
            "#1 8-10 @2",
            "#2 1440-1445 @0",
            "#2 2880-2882.5 @0"
        ]
    );
}

/// #3 leaves silently at 2.5 and its place is taken at 3; the shift ends at 5, before anybody notices.
#[test]
fn a_silent_leaver_is_not_handed_over_as_a_customer() {
    let text = one_by_one(&[(0.0, 3.0), (0.0, 10.0), (0.5, 1.0)]);
    let story = play(&format!(
        "{}[channels.line]\nsilent = {{ share = 1.0, notice = \"1 min\" }}\n{ONE_AGENT}capacity = 2\nhours = \"00:00-00:05\"\nat_shift_end = \"hand-over\"\n[agents.later]\ncount = 1\nhours = \"00:08-02:00\"\nserves = [\"line\"]\n{SUPERVISOR}",
        text.replace("[customers.c2]", "[customers.c2]\npatience = \"2 min\"")
    ));
    assert_eq!(story.work(), ["#1 0-3 @0", "#2 3-5 @0", "#2 8-16 @1"]);
    assert_eq!(
        story.ends(),
        [
            "#3 silently_abandoned 2.5",
            "#1 resolved 3",
            "#2 resolved 16"
        ]
    );
}

/// The last piece ends with the shift: it is done, not left for the next morning.
#[test]
fn what_ends_with_the_shift_is_done() {
    let story = play(&format!(
        "[customers.writers]\narrivals = {{ times = [\"0 s\"] }}\n[topics.any]\nwork = \"5 min\"\n[channels.line]\nmode = \"asynchronous\"\n{ONE_AGENT}hours = \"00:00-00:05, 00:20-01:00\"\n"
    ));
    assert_eq!(story.work(), ["#1 0-5 @0"]);
    assert_eq!(story.ends(), ["#1 resolved 5"]);
}

/// Each topic's works start with its own first turn.
#[test]
fn the_next_topic_starts_with_its_first_work() {
    let story = play(&format!(
        "[customers.callers]\narrivals = {{ times = [\"0 s\"] }}\ntopics = {{ first = 1.0 }}\n[topics.first]\nwork = \"1 min\"\nnext = [{{ topic = \"second\", probability = 1.0 }}]\n[topics.second]\nturns = 2\nworks = [\"10 min\", \"2 min\"]\n[channels.line]\n{ONE_AGENT}"
    ));
    assert_eq!(story.work(), ["#1 0-1 @0", "#1 1-11 @0", "#1 11-13 @0"]);
}

/// Topics that need no agent and go on as each other have no length: an error that says so, instead of no end.
#[test]
fn topics_without_turns_that_go_on_as_each_other_are_an_error() {
    let text = format!(
        "[run]\nlength = \"1 h\"\nreplications = 1\n[customers.callers]\narrivals = {{ times = [\"0 s\"] }}\n[topics.any]\nturns = 0\nnext = [{{ topic = \"any\", probability = 1.0 }}]\n[channels.line]\n{ONE_AGENT}"
    );
    let read = syncline::scenario::read("cycle.toml", &text, &[], &mut |_| Err(String::new()));
    let (scenario, _) = read.expect("a scenario");
    let strategy = &scenario.strategies[0];
    let mut simulation =
        syncline::simulation::Simulation::new(&strategy.setup, &strategy.routes, ());
    let stuck = simulation
        .run(Seed {
            seed: 1,
            replication: 0,
        })
        .expect_err("it goes round");
    assert!(
        stuck.message.contains("topics of no turns"),
        "{}",
        stuck.message
    );
}
