use super::*;
use crate::agent::{Attention, Roster};
use crate::channel::{Closing, Slot, Sticky};
use crate::distribution::{Count, Distribution};
use crate::id::{CalendarId, ChannelId, GroupId, QueueId, TopicId};
use crate::measure::{Clock, Formula, Measure};
use crate::route::Condition;
use crate::rule::Order;
use crate::scenario::{Over, ShiftDays};
use crate::time::{Span, Time};

const HOUR: Time = Time(Span::HOUR.0);

#[test]
fn the_shortest_scenario_is_read_with_its_defaults() {
    let scenario = good(SHORTEST);
    assert_eq!(
        (scenario.name.as_str(), scenario.title.as_str()),
        ("test", "test")
    );
    assert_eq!(scenario.names.channels, ["chat", "messaging"]);
    assert_eq!(scenario.names.queues, ["chat", "messaging"]);
    assert_eq!(scenario.names.topics, ["any"]);
    assert_eq!(scenario.names.zones, ["Europe/Berlin"]);
    assert_eq!(scenario.run.replications, 20);
    assert_eq!(
        scenario
            .strategies
            .iter()
            .map(|strategy| strategy.name.as_str())
            .collect::<Vec<_>>(),
        ["live-chat", "messaging"]
    );
    let setup = &scenario.strategies[0].setup;
    assert_eq!(setup.length, Time::ZERO + Span::DAY * 7);
    assert_eq!(setup.limit, Time::ZERO + Span::DAY * 35);
    assert_eq!(
        setup.topics[0].works,
        [Distribution::Constant(Span::MINUTE * 5)]
    );
    assert!(
        setup.channels[0].holds_customer
            && setup.channels[0].slot == Slot::Held
            && setup.channels[0].sticky == Sticky::Agent
    );
    assert!(!setup.channels[1].holds_customer);
    assert_eq!(
        setup.channels[1].slot,
        Slot::Fades {
            after: Span::MINUTE * 10,
            to: 0.0
        }
    );
    assert_eq!(setup.channels[1].closing, Closing::CarryOver);
    assert_eq!(setup.queues[0].agents, [[GroupId(0)]]);
    assert_eq!(scenario.strategies[1].routes[0].to, ChannelId(1));
    // The run starts on Monday in UTC, which is Lisbon's time in January.
    let hours = setup.calendar(setup.business[0]);
    assert_eq!(hours.next_open(Time::ZERO), Time::ZERO + Span::HOUR * 9);
}

#[test]
fn without_strategies_the_only_channel_is_taken() {
    let scenario = good(
        "[customers.a]\narrivals = { per_hour = 6 }\n[agents.b]\ncount = 2\nserves = [\"phone\"]\n",
    );
    assert_eq!(scenario.strategies[0].name, "as-is");
    assert_eq!(scenario.strategies[0].routes[0].to, ChannelId(0));
    assert_eq!(scenario.strategies[0].setup.channels[0].weight, None);
}

/// Where a name stands: its id.
fn place(names: &[String], name: &str) -> usize {
    let found = names.iter().position(|known| known == name);
    found.unwrap_or_else(|| panic!("no {name} in {names:?}"))
}

#[test]
fn every_unmarked_key_of_the_reference_is_read() {
    let scenario = good(EVERYTHING);
    let shown = scenario.strategies[0].setup.shown.agents.iter();
    let agents: Vec<&str> = shown
        .map(|id| scenario.names.agents[id.index()].as_str())
        .collect();
    assert_eq!(agents, ["lisbon", "goa", "night", "crowd"]);
    let setup = &scenario.strategies[0].setup;
    let names = &scenario.names;
    let (lisbon, goa) = (place(&names.agents, "lisbon"), place(&names.agents, "goa"));
    let (night, crowd) = (place(&names.agents, "night"), place(&names.agents, "crowd"));
    let shoppers = &setup.customers[place(&names.customers, "shoppers")];
    let billing = TopicId::from(place(&names.topics, "billing"));
    let technical = TopicId::from(place(&names.topics, "technical"));
    let (chat, messaging) = (
        place(&names.channels, "chat"),
        place(&names.channels, "messaging"),
    );
    let queue = &setup.queues[place(&names.queues, "chat")];
    assert_eq!(shoppers.homes.len(), 2);
    let shares: Vec<f64> = shoppers.topics.iter().map(|(_, up_to)| *up_to).collect();
    match billing < technical {
        true => assert_eq!(shares, [0.6, 1.0]),
        false => assert_eq!(shares, [0.4, 1.0]),
    }
    assert_eq!(
        (shoppers.accepts[chat], shoppers.accepts[messaging]),
        (0.9, 1.0)
    );
    assert_eq!(shoppers.retry.as_ref().unwrap().attempts, Some(3));
    assert_eq!(setup.topics[technical.index()].next, [(billing, 0.1)]);
    assert_eq!(setup.agents[lisbon].capacity, Some(3000));
    assert_eq!(
        (
            setup.agents[lisbon].concurrent[chat],
            setup.agents[lisbon].concurrent[messaging]
        ),
        (None, Some(1))
    );
    assert!(
        !setup.agents[lisbon].interruptible[chat] && setup.agents[lisbon].interruptible[messaging]
    );
    assert_eq!(setup.agents[lisbon].serves[1].len(), 1);
    assert_eq!(setup.agents[lisbon].serves[0][0].after, Span::SECOND * 30);
    assert_eq!(
        setup.agents[goa].attention,
        Attention::Slowdown(vec![1.0, 0.6, 0.45])
    );
    assert!(matches!(setup.agents[crowd].roster, Roster::Unlimited));
    let [first, others] = queue.agents.as_slice() else {
        panic!("{:?}", queue.agents);
    };
    assert_eq!(*first, [GroupId::from(lisbon)]);
    let mut others = others.clone();
    others.sort_unstable();
    let mut known = [goa, night, crowd].map(GroupId::from);
    known.sort_unstable();
    assert_eq!(others, known);
    assert!(matches!(&queue.order, Order::Score(scores) if scores[2].per_hour == 60.0));
    assert_eq!(setup.targets[0].metric, Measure::QueueWait);
    assert_eq!(
        setup.targets[0].formula,
        Formula::ShortCut(Span::SECOND * 5)
    );
    assert_eq!(scenario.strategies[0].routes[0].conditions.len(), 11);
    assert_eq!(
        scenario.strategies[0].routes[0].conditions[5],
        Condition::Share(0.5)
    );
    assert_eq!(scenario.run.baseline, 1);
    let expect = &scenario.expects[0];
    assert_eq!(
        (expect.strategy, expect.scope.as_str(), expect.name.as_str()),
        (1, "queue", "chat")
    );
    assert_eq!(
        (expect.value, expect.luck, expect.relative, expect.clock),
        (176.3, true, Some(0.02), Clock::Calendar)
    );
    assert_eq!(expect.absolute, Some(1e-9));
    assert_eq!(scenario.terms.over, Over::Interval);
    let [day, weekend] = scenario.terms.shifts.as_slice() else {
        panic!("{:?}", scenario.terms.shifts);
    };
    let groups = day.groups.as_ref().expect("groups");
    assert_eq!(
        groups.iter().map(|group| group.index()).collect::<Vec<_>>(),
        [lisbon, goa]
    );
    assert_eq!(day.starts.len(), 6);
    assert_eq!(day.starts[5], jiff::civil::time(9, 30, 0, 0));
    assert_eq!(day.length, Span::MINUTE * 510);
    assert_eq!(
        (day.days.clone(), day.least, day.most),
        (ShiftDays::InARow(5), 1, Some(9))
    );
    assert_eq!(weekend.groups, None);
    assert_eq!((day.pay, weekend.pay), (1.0, 1.5));
    assert_eq!(weekend.days, ShiftDays::Certain("Sa,Su".to_owned()));
}

#[test]
fn strategies_merge_key_by_key_and_replace_what_is_no_table() {
    let scenario = good(
        &(SHORTEST.to_owned()
            + "[strategies.messaging.agents.lisbon]\ncount = 9\nserves = [\"messaging\"]\n[strategies.messaging.channels.messaging]\nclarify = 0.0\n"),
    );
    let [chat, messaging] = [&scenario.strategies[0].setup, &scenario.strategies[1].setup];
    let count = |setup: &crate::world::Setup| match &setup.agents[0].roster {
        Roster::Shifts(shifts) => (shifts[0].count, shifts[0].hours),
        other => panic!("{other:?}"),
    };
    assert_eq!((count(chat).0, count(messaging).0), (14, 9));
    assert_eq!(count(chat).1, count(messaging).1);
    assert_eq!(messaging.agents[0].serves.len(), 1);
    // Channels that are written are told of before those that are only routed to.
    let written = place(&scenario.names.channels, "messaging");
    assert_eq!(chat.shown.channels[0].index(), written);
    let [in_chat, in_messaging] = [&chat.channels[written], &messaging.channels[written]];
    assert_eq!((in_chat.clarify, in_messaging.clarify), (0.2, 0.0));
    assert_eq!(in_messaging.tolerance, in_chat.tolerance);
}

#[test]
fn none_unsets_what_a_preset_gave() {
    let scenario = good(
        &(SHORTEST.to_owned()
            + "[channels.chat]\npatience = \"none\"\nsilent = \"none\"\ninactivity = \"none\"\nwrap_up = \"none\"\n"),
    );
    let chat = &scenario.strategies[0].setup.channels[0];
    assert!(chat.patience.queue.is_none() && chat.silent.is_none() && chat.inactivity.is_none());
    assert_eq!(chat.wrap_up.constant(), Some(Span::ZERO));
    let plain = good(&(SHORTEST.to_owned() + "[channels.chat]\nlike = \"none\"\n"));
    assert_eq!(
        plain.strategies[0].setup.channels[0].reply_gap.constant(),
        Some(Span::ZERO)
    );
}

#[test]
fn patience_of_a_preset_is_replaced_by_a_distribution_and_joined_by_other_parts() {
    let with = |patience: &str| {
        good(&format!(
            "{SHORTEST}[channels.chat]\npatience = {patience}\n"
        ))
        .strategies[0]
            .setup
            .channels[0]
            .patience
            .clone()
    };
    assert_eq!(
        with("\"3 min\"").queue.unwrap().constant(),
        Some(Span::MINUTE * 3)
    );
    let joined = with("{ reply = \"5 min\" }");
    assert!(joined.queue.is_some() && joined.reply.is_some() && joined.talk.is_none());
}

#[test]
fn a_channel_may_be_like_another_preset_and_share_a_queue() {
    let text = "[customers.a]\narrivals = { per_hour = 6 }\n[channels.web]\nlike = \"chat\"\nqueue = \"desk\"\nslot = \"released\"\n[channels.call]\nlike = \"phone\"\nqueue = \"desk\"\n\
        [agents.b]\ncount = 2\nserves = [\"desk\"]\n[strategies.s]\nroutes = [{ if = { share = 0.5 }, to = \"web\" }, { to = \"call\" }]\n";
    let scenario = good(text);
    assert_eq!(scenario.names.queues, ["desk"]);
    let setup = &scenario.strategies[0].setup;
    assert_eq!(
        (setup.channels[0].queue, setup.channels[1].queue),
        (QueueId(0), QueueId(0))
    );
    // The preset's mode only sets defaults; what the user writes beside it holds.
    assert_eq!(setup.channels[0].slot, Slot::Released);
    assert!(setup.channels[1].spoken);
}

#[test]
fn overrides_are_laid_over_the_file_before_the_strategies() {
    let overrides = [
        "agents.lisbon.count=3",
        "run.length=2 days",
        "channels.chat.clarify=0.3",
        "strategies.messaging.routes.0.to=chat",
        "topics.any.turns=2",
    ];
    let text = SHORTEST.to_owned()
        + "[topics.any]\nwork = \"talk\"\n[distributions]\ntalk = { lognormal = { mean = \"75 s\", cv = 0.8 } }\n";
    let scenario = good_with(&text, &overrides);
    let setup = &scenario.strategies[1].setup;
    assert!(matches!(&setup.agents[0].roster, Roster::Shifts(shifts) if shifts[0].count == 3));
    assert_eq!(setup.length, Time::ZERO + Span::DAY * 2);
    assert_eq!(setup.channels[0].clarify, 0.3);
    assert_eq!(scenario.strategies[1].routes[0].to, ChannelId(0));
    assert_eq!(setup.topics[0].turns, Count::Constant(2));
    assert_eq!(scenario.overrides, overrides);
    // A single parameter of a distribution, or another distribution altogether.
    let works = |set: &str| {
        good_with(&text, &[set]).strategies[0].setup.topics[0]
            .works
            .clone()
    };
    assert!((works("distributions.talk.lognormal.mean=150 s")[0].mean() - 150.0).abs() < 1e-6);
    assert!((works("distributions.talk={ exponential = \"50 s\" }")[0].mean() - 50.0).abs() < 1e-6);
    assert!((works("distributions.talk.exponential=50 s")[0].mean() - 50.0).abs() < 1e-6);
}

#[test]
fn shifts_are_paid_with_their_breaks_but_on_duty_without() {
    let text = SHORTEST.to_owned()
        + "[strategies.live-chat.agents.lisbon]\nbreaks = [{ at = \"12:00\", length = \"1 h\" }, { length = \"15 min\", every = \"2 h\" }]\n";
    let scenario = good(&text);
    let setup = &scenario.strategies[0].setup;
    let Roster::Shifts(shifts) = &setup.agents[0].roster else {
        panic!()
    };
    let open = |id: CalendarId| {
        setup
            .calendar(id)
            .open_between(Time::ZERO, Time::ZERO + Span::DAY)
    };
    assert_eq!(open(shifts[0].hours), Span::HOUR * 9);
    // Breaks at 11:00, 12:00-13:00, 13:15 or so, ...: at least the lunch and one short break are gone.
    assert!(
        open(shifts[0].duty) <= Span::HOUR * 8 - Span::MINUTE * 15,
        "{}",
        open(shifts[0].duty)
    );
}

#[test]
fn staffing_counts_by_the_local_clock_or_from_the_start() {
    let with = |staffing: &str| {
        let text = format!(
            "[run]\nstart = 2026-03-28\nlength = \"3 days\"\nlimit = \"0 s\"\n[customers.a]\narrivals = {{ per_hour = 1 }}\n[agents.b]\nzone = \"Europe/Berlin\"\nstaffing = {staffing}\nserves = [\"chat\"]\n"
        );
        match &good(&text).strategies[0].setup.agents[0].roster {
            Roster::Counts(steps) => steps.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        with("{ counts = [4, 6, 8], interval = \"1 h\" }"),
        [(Time::ZERO, 4), (HOUR, 6), (HOUR + Span::HOUR, 8)]
    );
    // The run starts on Saturday in UTC; on Sunday the clocks go forward, so Monday's 08:00 is 06:00 UTC.
    let weekdays =
        with("{ counts = [4, 6], interval = \"1 h\", from = \"08:00\", days = \"Mo-Fr\" }");
    let monday = Time::ZERO + Span::DAY * 2 + Span::HOUR * 6;
    assert_eq!(
        weekdays[..4],
        [
            (Time::ZERO, 0),
            (monday, 4),
            (monday + Span::HOUR, 6),
            (monday + Span::HOUR * 2, 0)
        ]
    );
    let daily = with("{ counts = [4], interval = \"24 h\", from = \"00:00\" }");
    assert_eq!(daily[0], (Time::ZERO, 4));
    assert_eq!(
        daily
            .iter()
            .filter(|(at, count)| *at < Time::ZERO + Span::DAY * 3 && *count == 0)
            .count(),
        0
    );
}

#[test]
fn volumes_times_and_measured_values_come_from_files() {
    let text = r#"
[run]
start = 2026-03-02
length = "1 day"
[customers.a]
arrivals = { counts = { file = "volumes.csv", where = { QueueName = "PS" } } }
[customers.b]
arrivals = { times = { file = "openings.csv" } }
[topics.any]
work = { empirical = { file = "work.csv", column = "seconds" } }
[agents.b]
count = 2
serves = ["chat"]
"#;
    let mut open = |path: &str| {
        Ok(match path {
            "volumes.csv" => "QueueName,TimeStamp,IntervalDuration,IncomingContactVolume\nPS,2026-03-02T08:00:00+00:00,30mins,12\nNW,2026-03-02T08:00:00Z,30mins,99\nPS,2026-03-02T10:00:00Z,15mins,3\n",
            "openings.csv" => "opened\n30\n1 min\n2026-03-02T01:00:00Z\n",
            "work.csv" => "name,seconds\na,60\nb,120\n",
            other => return Err(format!("no {other}")),
        }
        .as_bytes()
        .to_vec())
    };
    let (scenario, _) = read("test.toml", text, &[], &mut open).unwrap();
    let setup = &scenario.strategies[0].setup;
    let expected = |customers: &str| {
        setup.customers[place(&scenario.names.customers, customers)].homes[0]
            .arrivals
            .expected(Time::ZERO, setup.length)
    };
    assert!((expected("a") - 15.0).abs() < 1e-9);
    assert!((expected("b") - 3.0).abs() < 1e-9);
    assert!((setup.topics[0].works[0].mean() - 90.0).abs() < 1e-9);
}

#[test]
fn customers_of_several_zones_share_the_arrivals() {
    let text = SHORTEST.replace(
        "zone = \"Europe/Berlin\"",
        "zones = { \"Europe/Berlin\" = 3, \"Europe/London\" = 1 }",
    );
    let scenario = good(&text);
    assert_eq!(scenario.names.zones, ["Europe/Berlin", "Europe/London"]);
    let setup = &scenario.strategies[0].setup;
    let expected: Vec<f64> = setup.customers[0]
        .homes
        .iter()
        .map(|home| home.arrivals.expected(Time::ZERO, Time::ZERO + Span::WEEK))
        .collect();
    assert!(
        (expected[0] - 4725.0).abs() < 1e-6 && (expected[1] - 1575.0).abs() < 1e-6,
        "{expected:?}"
    );
}

#[test]
fn every_preset_is_sound_and_silent() {
    for preset in crate::scenario::presets::names() {
        let text = format!(
            "[customers.a]\narrivals = {{ per_hour = 6 }}\n[agents.b]\ncount = 2\nserves = [\"{preset}\"]\n"
        );
        let (_, warnings) = try_with(&text, &[]).unwrap();
        assert_eq!(warnings, []);
    }
}

pub(super) const EVERYTHING: &str = r#"
format = 1
title = "Everything"
about = "All keys."
[run]
start = 2026-03-02
zone = "Europe/Lisbon"
length = "14 days"
warm_up = "1 day"
interval = "30 min"
replications = 40
seed = 1
confidence = 0.95
ending = "run-on"
limit = "4 weeks"
baseline = "live-chat"
count_balkers = true
currency = "EUR"
[hours]
office = "Mo-Fr 09:00-18:00"
support = { rule = "Mo-Fr 08:00-20:00; Sa 10:00-14:00", zone = "Europe/Berlin", country = "DE", closed = [2026-04-03], also = ["2026-04-04 10:00-14:00"] }
always = "24/7"
[distributions]
constant = "75 s"
exponential = { exponential = "4 min" }
talk = { lognormal = { mean = "75 s", cv = 0.8 } }
sd = { lognormal = { mean = "75 s", sd = "10 s" } }
gamma = { gamma = { mean = "5 min", cv = 0.6 } }
erlang = { erlang = { mean = "5 min", phases = 3 } }
weibull = { weibull = { mean = "5 min", shape = 1.5 } }
uniform = { uniform = { min = "2 min", max = "10 min" } }
triangular = { triangular = { min = "5 min", mode = "7 min", max = "10 min" } }
hyperexponential = { hyperexponential = [{ weight = 0.9, mean = "2 min" }, { weight = 0.1, mean = "20 min" }] }
balanced = { hyperexponential = { mean = "5 min", cv = 2.0 } }
pareto = { pareto = { mean = "5 min", shape = 2.5 } }
empirical = { empirical = { values = ["1 min", "2 min", "9 min"] } }
mixture = { mixture = [{ weight = 0.1, of = "0 s" }, { weight = 0.9, of = { exponential = "1000 s" } }] }
scaled = { scaled = { by = 0.75, of = { exponential = "5 min" } } }
truncated = { truncated = { of = { exponential = "5 min" }, max = "1 h" } }
longest = { longest = [{ exponential = "5 min" }, "talk"] }
[customers.shoppers]
zones = { "Europe/Berlin" = 0.7, "Europe/London" = 0.3 }
arrivals = { per_day = 900, profile = "office-day", weekdays = [1.25, 1.05, 1.0, 0.95, 1.0, 0.5, 0.5], busyness_cv = 0.15, interval_cv = 0.05, surges = [{ at = 2026-03-10T09:00:00, length = "2 h", factor = 3.0 }], batch = { geometric = 1.0 } }
topics = { billing = 0.6, technical = 0.4 }
online = "Mo-Su 08:00-23:00"
patience = { queue = { exponential = "4 min" }, reply = "5 min", talk = { exponential = "1 h" } }
tolerance = { lognormal = { median = "4 h", p90 = "24 h" } }
urgency = 3
balk = [0.0, 0.0, 0.1, 0.2]
accepts = { chat = 0.9 }
retry = { on = ["abandoned", "queue-full", "closed"], probability = 0.5, after = { exponential = "20 min" }, attempts = 3 }
[customers.hourly]
arrivals = { per_hour = 18.0 }
[customers.stepped]
arrivals = { rates = [10.0, 30.0], interval = "30 min" }
[customers.clockwork]
arrivals = { every = { gap = "60 s", first = "0 s", count = 100 } }
[customers.renewed]
arrivals = { renewal = "talk" }
[customers.listed]
arrivals = { times = ["0 s", "30 s"] }
[customers.moody]
arrivals = { switching = [{ per_hour = 10.0, lasts = { exponential = "1 h" } }, { per_hour = 40.0, lasts = { exponential = "20 min" } }] }
[topics.billing]
turns = { geometric = 3.0 }
work = "talk"
urgency = 2
value = 20.0
[topics.technical]
turns = { uniform = [1, 5] }
works = ["8 min", "4 min"]
next = [{ topic = "billing", probability = 0.1 }]
[channels.chat]
like = "chat"
mode = "synchronous"
customer = "held"
slot = "held"
returning = "queue"
spoken = false
weight = 1.0
queue = "chat"
hours = "support"
closing = "drain"
lines = 30
patience = { exponential = "5 min" }
tolerance = "24 h"
reply_gap = { lognormal = { median = "45 s", p90 = "140 s" } }
work_factor = 1.0
turns_factor = 1.0
clarify = 0.1
resume_cost = "30 s"
wrap_up = { exponential = "45 s" }
inactivity = { after = "10 min", then = "end" }
silent = { share = 0.3, notice = "2 min" }
sticky = "2 h"
[channels.messaging]
slot = { after = "4 min", to = 0.1 }
[queues.chat]
order = { score = { 1 = { base = 100.0, per_hour = 60.0 }, 3 = { base = 0.0, per_hour = 60.0 } } }
capacity = 50
agents = ["lisbon", ["goa", "night", "crowd"]]
pick = "longest-idle"
estimator = "recent-weighted"
[agents.lisbon]
zone = "Europe/Lisbon"
count = 14
hours = "office"
serves = [{ queue = "chat", after = "30 s", keep_free = 1, speed = 0.9 }, ["messaging"]]
capacity = 3
concurrent = { messaging = 1 }
attention = "one"
switch_cost = "8 s"
interruptible = ["messaging"]
interrupted = { back = "agent", work = "resume" }
at_shift_end = "finish"
leave = "named"
check_every = { period = "30 min" }
breaks = [{ at = "12:00", length = "1 h" }]
shrinkage = { absent = 0.1, in_office = 0.1 }
speed = 1.0
cost_per_hour = 24.0
overtime_factor = 1.5
[agents.goa]
zone = "Asia/Kolkata"
shifts = [{ hours = "Mo-Fr 08:00-16:00", count = 6 }, { hours = "Mo-Fr 12:00-20:00", count = 8 }]
serves = ["chat"]
slowdown = [1.0, 0.6, 0.45]
check_every = { pause = { exponential = "10 min" } }
[agents.night]
staffing = { counts = [4, 6, 8], interval = "1 h", from = "08:00", days = "Mo-Fr" }
serves = ["chat"]
[agents.crowd]
count = "unlimited"
serves = ["chat"]
capacity = "unlimited"
[targets.answer-fast]
metric = "queue_wait"
channel = "chat"
within = "60 s"
share = 0.8
clock = "business"
formula = "short-cut"
shorter_than = "5 s"
[strategies.hybrid]
about = "Chat when someone is there soon, else a message"
routes = [
  { if = { topic = "billing", customers = "shoppers", urgency = 1, zone = "Europe/Berlin", hours = "office", share = 0.5, open = "chat", staffed = "chat", wait_below = "2 min", wait_above = "1 s", queue_below = 5 }, to = "chat", queue = "chat" },
  { to = "messaging" },
]
[strategies.hybrid.agents.lisbon]
count = 12
[strategies.live-chat]
routes = [{ to = "chat" }]
[plan]
promise = "interval"
[plan.shifts.day]
agents = ["lisbon", "goa"]
start = { from = "07:00", to = "09:30", every = "30 min" }
length = "8 h 30 min"
days = 5
at_least = 1
at_most = 9
[plan.shifts.weekend]
start = "10:00"
length = "4 h"
days = "Sa,Su"
pay = 1.5
[[expect]]
strategy = "live-chat"
scope = "queue"
name = "chat"
metric = "queue_wait"
clock = "calendar"
statistic = "mean"
value = "176.3 s"
within = "luck"
relative = 0.02
absolute = "1 ns"
source = "Erlang C, 5 erlang on 6 agents"
"#;

/// In January 2026 Thursday the 1st is a public holiday in Germany and the 6th, a Tuesday, is not in all of it.
#[test]
fn a_group_is_closed_when_none_of_its_hours_has_the_day_open() {
    let text = |group: &str| {
        format!(
            "[run]\nstart = 2025-12-29\nlength = \"14 days\"\nending = \"cut\"\n[hours]\n\
             office = {{ rule = \"Mo-Fr 09:00-17:00; PH off\", country = \"DE\", closed = [2026-01-06, 2026-01-11] }}\n\
             late = {{ rule = \"Mo-Fr 12:00-20:00\", closed = [2026-01-01, 2026-01-07] }}\n\
             short = {{ rule = \"Mo-Fr 09:00-17:00; PH 10:00-12:00\", country = \"DE\" }}\n\
             plain = \"Mo-Fr 09:00-17:00\"\n\
             [customers.a]\narrivals = {{ per_hour = 6 }}\n[agents.b]\nserves = [\"phone\"]\n{group}\n"
        )
    };
    let closed = |group: &str| {
        let closed = &good(&text(group)).strategies[0].setup.agents[0].closed;
        closed.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    // The 11th is a Sunday, when nobody works anyway.
    let office = "count = 2\nhours = \"office\"";
    assert_eq!(closed(office), ["2026-01-01", "2026-01-06"]);
    let both = "shifts = [{ hours = \"office\", count = 1 }, { hours = \"late\", count = 1 }]";
    assert_eq!(closed(both), ["2026-01-01"]);
    for group in [
        "count = 2",
        "count = 2\nhours = \"short\"",
        "count = 2\nhours = \"plain\"",
        "count = \"unlimited\"",
        "staffing = { counts = [2], interval = \"8 h\", from = \"09:00\", days = \"Mo-Fr\" }",
        "shifts = [{ hours = \"office\", count = 1 }, { hours = \"plain\", count = 1 }]",
    ] {
        assert!(closed(group).is_empty(), "{group}");
    }
}
