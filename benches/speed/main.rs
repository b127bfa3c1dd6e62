//! How fast the engine is, as a ratio to specialised loops that play the same models in the same process.
//!
//! `cargo bench --bench speed -- [--only NAME] [--customers N] [--pairs N] [--side engine|yardstick]`. Engine and
//! yardstick take turns, so that a busy machine slows both; what counts is the median of the ratios. With `--side` one of
//! them runs once and silently, for a tool that counts instructions. What the figures mean: `docs/performance.md`.

mod models;
mod yardstick;

use std::env;
use std::hint::black_box;

use models::{CALL, CHAT_DAY, Model};
use syncline::experiment::Experiment;
use syncline::fact::{End, Fact, Listener};
use syncline::metric::{Collector, Grid, Judge};
use syncline::random::Seed;
use syncline::scenario;
use syncline::simulation::Simulation;
use syncline::time::{Span, Time};
use yardstick::Seen;

/// CPU seconds of this process. The standard library has no such clock.
#[expect(
    unsafe_code,
    reason = "the standard library does not tell processor time"
)]
fn cpu_seconds() -> f64 {
    #[repr(C)]
    struct Reading {
        seconds: i64,
        nanoseconds: i64,
    }
    unsafe extern "C" {
        fn clock_gettime(clock: i32, reading: *mut Reading) -> i32;
    }
    const PROCESS_CPU_TIME: i32 = 2;
    let mut reading = Reading {
        seconds: 0,
        nanoseconds: 0,
    };
    // SAFETY: the call writes two 64-bit numbers, as Linux on 64-bit machines defines it, and keeps nothing.
    unsafe { clock_gettime(PROCESS_CPU_TIME, &mut reading) };
    reading.seconds as f64 + reading.nanoseconds as f64 * 1e-9
}

/// Counts what was handled, and averages the waits; for the untimed run that says how much work a timed one does.
#[derive(Default)]
struct Census {
    joined: Vec<Time>,
    opened: u64,
    left: u64,
    /// Openings, ends of work, answers and ends of patience.
    events: u64,
    waits: u64,
    waited: i128,
}

impl Census {
    fn mean_wait(&self) -> f64 {
        self.waited as f64 * 1e-9 / self.waits as f64
    }

    fn left_queue(&mut self, now: Time, conversation: syncline::id::ConversationId) {
        self.waits += 1;
        self.waited += i128::from((now - self.joined[conversation.index()]).0);
    }
}

impl Listener for Census {
    fn hear(&mut self, now: Time, fact: Fact) {
        match fact {
            Fact::Opened { .. } => {
                self.opened += 1;
                self.events += 1;
            }
            Fact::Joined { conversation, .. } => {
                let place = conversation.index();
                if self.joined.len() <= place {
                    self.joined.resize(place + 1, Time::NEVER);
                }
                self.joined[place] = now;
            }
            Fact::Taken { conversation, .. } => self.left_queue(now, conversation),
            Fact::Ended {
                conversation,
                end: End::Abandoned,
                ..
            } => {
                self.left += 1;
                self.events += 1;
                self.left_queue(now, conversation);
            }
            Fact::Replied { .. } | Fact::Returned { .. } => self.events += 1,
            _ => {}
        }
    }
}

/// Plays replications, heard by whoever `listener` makes.
fn play<L: Listener>(model: &Model, replications: u32, listener: L) -> Simulation<'_, L> {
    let mut simulation = Simulation::new(&model.setup, &model.routes, listener);
    for replication in 0..replications {
        let seed = Seed {
            seed: 1,
            replication,
        };
        simulation.run(seed).expect("no cycle");
    }
    simulation
}

/// The same with all standard measures, of the whole run or of each half hour too.
fn measure(model: &Model, replications: u32, by_interval: bool) {
    let collector = Collector::new(&model.setup);
    let collector = match by_interval {
        true => collector.by_interval(&Grid::new(&model.setup, Span::MINUTE * 30)),
        false => collector,
    };
    let mut simulation = Simulation::new(&model.setup, &model.routes, collector);
    for replication in 0..replications {
        let seed = Seed {
            seed: 1,
            replication,
        };
        simulation.run(seed).expect("no cycle");
        black_box(simulation.listener().take());
    }
}

/// The same with one promise alone.
fn judge(model: &Model, replications: u32) {
    let setup = models::promised(&model.setup);
    let mut simulation = Simulation::new(&setup, &model.routes, Judge::new(&setup));
    for replication in 0..replications {
        let seed = Seed {
            seed: 1,
            replication,
        };
        simulation.run(seed).expect("no cycle");
        black_box(simulation.listener().take());
    }
}

/// Who listens to the engine.
#[derive(Clone, Copy)]
enum Heard {
    Silent,
    Judged,
    Measured,
    ByInterval,
}

/// What one unit of work is.
#[derive(Clone, Copy)]
enum Per {
    Customer,
    Event,
}

/// One model, played by both sides.
struct Case {
    name: &'static str,
    model: Model,
    replications: u32,
    heard: Heard,
    per: Per,
    yardstick: Box<dyn Fn() -> Seen>,
    /// Seconds per unit of time of the yardstick.
    unit: f64,
}

impl Case {
    fn calls(name: &'static str, customers: u64, agents: u32, queues: u32, heard: Heard) -> Case {
        Case {
            name,
            model: models::calls(customers, agents, queues, 0.9),
            replications: 1,
            heard,
            per: Per::Customer,
            yardstick: Box::new(move || yardstick::calls(customers, agents, queues, 0.9, 1)),
            unit: CALL.seconds(),
        }
    }

    fn chat_days(name: &'static str, customers: u64, heard: Heard) -> Case {
        let daily: f64 = CHAT_DAY.per_hour.iter().map(|rate| rate / 2.0).sum();
        let days = (customers as f64 / daily / 5.0).ceil() as u32;
        Case {
            name,
            model: models::chat_day(&CHAT_DAY),
            replications: days,
            heard,
            per: Per::Event,
            yardstick: Box::new(move || yardstick::chat_days(&CHAT_DAY, u64::from(days), 1)),
            unit: 1.0,
        }
    }

    fn engine(&self) {
        let (model, replications) = (&self.model, self.replications);
        match self.heard {
            Heard::Silent => {
                black_box(play(model, replications, ()));
            }
            Heard::Judged => judge(model, replications),
            Heard::Measured => measure(model, replications, false),
            Heard::ByInterval => measure(model, replications, true),
        }
    }

    /// Plays both in turns and prints the medians; the ratio is returned.
    fn compare(&self, pairs: usize) -> f64 {
        let mut counted = play(&self.model, self.replications, Census::default());
        let census = counted.listener();
        let seen = (self.yardstick)();
        let (units, its_units, word) = match self.per {
            Per::Customer => (census.opened, seen.opened, "customer"),
            Per::Event => (census.events, seen.events, "live event"),
        };
        let mut engine = Vec::new();
        let mut yardstick = Vec::new();
        let mut ratios = Vec::new();
        for _ in 0..pairs {
            let start = cpu_seconds();
            self.engine();
            let middle = cpu_seconds();
            black_box((self.yardstick)());
            let end = cpu_seconds();
            engine.push((middle - start) * 1e9 / units as f64);
            yardstick.push((end - middle) * 1e9 / its_units as f64);
            ratios.push(engine[engine.len() - 1] / yardstick[yardstick.len() - 1]);
        }
        let ratio = median(&mut ratios);
        println!(
            "{:<18} engine {:>7.1} ns, yardstick {:>6.1} ns per {word}: {ratio:.2} ({:.2} to {:.2}); \
             mean wait {:.3} s and {:.3} s, left {:.4} and {:.4}",
            self.name,
            median(&mut engine),
            median(&mut yardstick),
            ratios[0],
            ratios[ratios.len() - 1],
            census.mean_wait(),
            seen.waits.mean * self.unit,
            census.left as f64 / census.opened as f64,
            seen.left as f64 / seen.opened as f64,
        );
        black_box((seen.waits.squares, seen.waits.most, seen.stays.mean));
        ratio
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Erlang C: the mean wait in units of mean work.
fn erlang_c(agents: u32, load: f64) -> f64 {
    let offered = load * f64::from(agents);
    let blocked = (1..=agents).fold(1.0, |blocked, n| {
        offered * blocked / (f64::from(n) + offered * blocked)
    });
    let waits = blocked / (1.0 - load * (1.0 - blocked));
    waits / (f64::from(agents) - offered)
}

/// Peak memory of this process [MB].
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1000.0)
}

/// A year of 1,000 conversations a day as a user would write it.
const YEAR: &str = r#"
[run]
start = 2026-01-01
length = "365 d"
replications = 20

[customers.callers]
arrivals = { per_day = 1000 }

[topics.any]
work.exponential = "25 min"

[channels.phone]

[agents.team]
count = 20
serves = ["phone"]
"#;

/// Peak memory of a whole experiment on two threads, all measures on, by each half hour too, down to its figures.
fn year() {
    let read = scenario::read("year.toml", YEAR, &[], &mut |_| Err("no files".to_owned()));
    let (scenario, _) = read.unwrap_or_else(|problems| {
        let shown: String = problems
            .iter()
            .map(|problem| problem.render(false))
            .collect();
        panic!("{shown}")
    });
    let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build();
    let threads = threads.expect("two threads");
    let played = threads.install(|| Experiment::new(&scenario).by_interval(true).run(&()));
    let played = played.unwrap_or_else(|_| panic!("the year stopped"));
    black_box(played[0].rows(0.95));
    match peak_memory() {
        Some(megabytes) => println!("year               peak memory {megabytes:.1} MB"),
        None => println!("year               peak memory not told by this system"),
    }
}

/// What was asked for on the command line.
struct Asked {
    only: Option<String>,
    customers: u64,
    pairs: usize,
    side: Option<String>,
}

impl Asked {
    fn read() -> Asked {
        let mut asked = Asked {
            only: None,
            customers: 1_000_000,
            pairs: 7,
            side: None,
        };
        let mut words = env::args().skip(1);
        while let Some(word) = words.next() {
            // Cargo adds this one.
            if word == "--bench" {
                continue;
            }
            let value = words
                .next()
                .unwrap_or_else(|| panic!("{word} needs a value"));
            let number = || {
                value
                    .parse()
                    .unwrap_or_else(|_| panic!("{word} needs a number, not {value}"))
            };
            match word.as_str() {
                "--only" => asked.only = Some(value),
                "--customers" => asked.customers = number(),
                "--pairs" => asked.pairs = number() as usize,
                "--side" => asked.side = Some(value),
                _ => panic!("{word} is not --only, --customers, --pairs or --side"),
            }
        }
        asked
    }

    fn wants(&self, name: &str) -> bool {
        self.only
            .as_ref()
            .is_none_or(|only| name.starts_with(only.as_str()))
    }
}

/// How a case is built from its name and size.
type Build = fn(&'static str, u64) -> Case;

fn main() {
    let asked = Asked::read();
    let customers = asked.customers;
    let cases: [(&str, Build); 14] = [
        ("mm20-silent", |name, n| {
            Case::calls(name, n, 20, 1, Heard::Silent)
        }),
        ("mm20-judged", |name, n| {
            Case::calls(name, n, 20, 1, Heard::Judged)
        }),
        ("mm20-measured", |name, n| {
            Case::calls(name, n, 20, 1, Heard::Measured)
        }),
        ("mm20-intervals", |name, n| {
            Case::calls(name, n, 20, 1, Heard::ByInterval)
        }),
        ("chat-silent", |name, n| {
            Case::chat_days(name, n, Heard::Silent)
        }),
        ("chat-judged", |name, n| {
            Case::chat_days(name, n, Heard::Judged)
        }),
        ("chat-measured", |name, n| {
            Case::chat_days(name, n, Heard::Measured)
        }),
        ("chat-intervals", |name, n| {
            Case::chat_days(name, n, Heard::ByInterval)
        }),
        ("size-20", |name, n| {
            Case::calls(name, n, 20, 1, Heard::Silent)
        }),
        ("size-200", |name, n| {
            Case::calls(name, n, 200, 1, Heard::Silent)
        }),
        ("size-2000", |name, n| {
            Case::calls(name, n, 2000, 1, Heard::Silent)
        }),
        ("size-20000", |name, n| {
            Case::calls(name, n, 20_000, 1, Heard::Silent)
        }),
        ("queues-1", |name, n| {
            Case::calls(name, n, 20, 1, Heard::Silent)
        }),
        ("queues-50", |name, n| {
            Case::calls(name, n, 20, 50, Heard::Silent)
        }),
    ];
    if asked.side.is_none() && asked.only.is_none() {
        println!(
            "Erlang C, 18 erlang on 20 agents: mean wait {:.3} s",
            erlang_c(20, 0.9) * CALL.seconds()
        );
    }
    let mut first_of_family: Option<(&str, f64)> = None;
    for (name, case) in cases {
        if !asked.wants(name) {
            continue;
        }
        let case = case(name, customers);
        match asked.side.as_deref() {
            Some("engine") => case.engine(),
            Some("yardstick") => {
                black_box((case.yardstick)());
            }
            Some(side) => panic!("--side is engine or yardstick, not {side}"),
            None => {
                let ratio = case.compare(asked.pairs);
                let family = name.split('-').next().unwrap_or(name);
                match first_of_family {
                    Some((first, base))
                        if first == family && ["size", "queues"].contains(&family) =>
                    {
                        println!(
                            "{:<18} the ratio is {:.2} times the first",
                            "",
                            ratio / base
                        );
                    }
                    _ => first_of_family = Some((family, ratio)),
                }
            }
        }
    }
    if asked.only.as_deref() == Some("year") {
        year();
    } else if asked.only.is_none() && asked.side.is_none() {
        // In a process of its own, since the peak is a process's.
        let me = env::current_exe().expect("the program knows where it is");
        let done = std::process::Command::new(me)
            .args(["--only", "year"])
            .status();
        assert!(done.is_ok_and(|status| status.success()), "the year failed");
    }
}
