use super::*;

/// What makes any table sound; cases put it for the line `BASE`.
const BASE: &str = "\
[customers.shoppers]
arrivals = { per_hour = 6 }
[agents.lisbon]
count = 14
serves = [\"chat\"]
[strategies.live]
routes = [{ to = \"chat\" }]
";

/// A text, and all that is said about it: line and column, what is wrong, what would be right.
const CASES: &[(&str, &[&str])] = &[
    (
        r#"[customers.a]
arrivals = { per_day = 9 }"#,
        &[
            r#"1:1: nobody answers: there is no `[agents.NAME]` (as in [agents.NAME] with count = 14 and serves = ["chat"])"#,
        ],
    ),
    (
        r#"[agents.a]
count = 1
serves = ["chat"]"#,
        &[
            "1:1: nobody comes: there is no `[customers.NAME]` (as in [customers.NAME] with arrivals = { per_day = 900 })",
        ],
    ),
    (
        r#"BASE
[plan.shifts.day]
start = { from = "12:00", to = "07:00" }
length = "25 h"
days = "Mon"
agents = ["lisbn"]
[plan.shifts.late]
at_least = 3
at_most = 2
start = "8"
length = "8 h"
pay = 0"#,
        &[
            "9:32: the last start 07:00 is before the first (shifts that start after midnight are another kind of shift)",
            "10:10: `plan.shifts.day.length` is 1 d 1 h (expected whole minutes, less than a day)",
            "11:8: `Mon` are no days (as in \"Mo-Fr\", \"Sa,Su\", or 5 for any five in a row)",
            "12:11: there are no agents `lisbn` (did you mean `lisbon`?)",
            "15:11: at most 2 agents are fewer than at least 3 (expected no fewer than `at_least`)",
            "16:9: `8` is no time of day (as in \"08:00\")",
            "18:7: `plan.shifts.late.pay` is 0 (expected more than 0)",
        ],
    ),
    (
        r#"BASE
[run]
lenght = "2 days""#,
        &["9:1: unknown key `lenght` in `run` (did you mean `length`?)"],
    ),
    (
        r#"BASE
[run]
length = "2 dys""#,
        &[
            r#"9:10: `2 dys` is no duration: unknown unit (as in "90 s", "4 min", "1h 30m" or "2 days")"#,
        ],
    ),
    (
        r#"BASE
[run]
length = 90"#,
        &[r#"9:10: `run.length` is an integer (expected a duration with its unit, as in "90 s")"#],
    ),
    (
        r#"BASE
[run]
length = "90""#,
        &[
            r#"9:10: `90` is no duration: the unit is missing (as in "90 s", "4 min", "1h 30m" or "2 days")"#,
        ],
    ),
    (
        r#"BASE
[run]
length = "-3 s""#,
        &[
            r#"9:10: `-3 s` is no duration: it is negative (as in "90 s", "4 min", "1h 30m" or "2 days")"#,
        ],
    ),
    (
        r#"BASE
[run]
length = "1 month""#,
        &[
            r#"9:10: `1 month` is no duration: months and years have no fixed length (as in "90 s", "4 min", "1h 30m" or "2 days")"#,
        ],
    ),
    (
        r#"BASE
[run]
length = "0 s""#,
        &["9:10: `run.length` is no time at all (expected more than 0)"],
    ),
    (
        r#"BASE
[run]
start = 2026-02-30"#,
        &["9:9: not TOML: invalid date, expected day between 01 and 28"],
    ),
    (
        r#"BASE
[run]
start = "2026-02-03""#,
        &["9:9: `run.start` is text (expected a date, as in 2026-03-02)"],
    ),
    (
        r#"BASE
[run]
zone = "Europe/Berln""#,
        &["9:8: unknown time zone `Europe/Berln` (did you mean `Europe/Berlin`?)"],
    ),
    (
        r#"BASE
[run]
interval = "7 min""#,
        &[
            r#"9:12: an interval of 7 min does not divide a day (as in "15 min", "30 min" or "1 h")"#,
        ],
    ),
    (
        r#"BASE
[run]
interval = "45 min""#,
        &[
            "9:12: an interval of 45 min does not divide the hour (labels will not fall on full hours)",
        ],
    ),
    (
        r#"BASE
[run]
warm_up = "8 days""#,
        &[
            "9:11: `run.warm_up` takes 8 d, but the run only 7 d (nothing would count; expected less than `run.length`)",
        ],
    ),
    (
        r#"BASE
[run]
replications = 0"#,
        &["9:16: `run.replications` is 0 (expected 1 or more)"],
    ),
    (
        r#"BASE
[run]
replications = 1"#,
        &["9:16: one replication gives no intervals (2 or more tell luck from effect)"],
    ),
    (
        r#"BASE
[run]
confidence = 95"#,
        &["9:14: `run.confidence` is 95 (expected a probability, 0 to 1)"],
    ),
    (
        r#"BASE
[run]
confidence = 1"#,
        &["9:14: `run.confidence` is 1 (expected between 0 and 1, as in 0.95)"],
    ),
    (
        r#"BASE
[run]
ending = "runon""#,
        &["9:10: `run.ending` cannot be `runon` (did you mean `run-on`?)"],
    ),
    (
        r#"BASE
[run]
baseline = "lve""#,
        &["9:12: there is no strategy `lve` (did you mean `live`?)"],
    ),
    (
        r#"BASE
[run]
precision = { relative = 0.02 }"#,
        &["9:1: `precision` is not built yet (leave it out)"],
    ),
    (
        r#"format = 2
BASE"#,
        &["1:10: `format` is 2 (expected 1)"],
    ),
    (
        r#"colour = 2
BASE"#,
        &[
            "1:1: unknown key `colour` (there is `format`, `title`, `about`, `run`, `hours`, `distributions`, `customers`, `topics`, `channels`, `queues`, `agents`, `targets`, `expect`, `strategies` and `plan`)",
        ],
    ),
    (
        r#"BASE
[hours]
office = "Mo-Fr 09:00-18:0""#,
        &[
            "9:26: `Mo-Fr 09:00-18:0` are no opening hours (expected opening hours as Mo-Fr 09:00-17:00)",
        ],
    ),
    (
        r#"BASE
[hours]
office = { rule = "Mo-Fr 09:00-18:00; PH off" }"#,
        &[
            "9:39: `Mo-Fr 09:00-18:00; PH off` are no opening hours (public holidays (PH) need a `country`)",
        ],
    ),
    (
        r#"BASE
[hours]
office = { rule = "Mo-Fr 09:00-18:00; PH off", country = "XX" }"#,
        &[
            "9:58: unknown country `XX` (no public holidays are known for `XX`; expected a country's two letters, as DE or US)",
        ],
    ),
    (
        r#"BASE
[hours]
office = { rule = "Mo-Fr 09:00-18:00", also = ["2026-04-04 10-14"] }"#,
        &["9:48: `2026-04-04 10-14` is not a day with times; expected as 2026-04-04 10:00-14:00"],
    ),
    (
        r#"BASE
[distributions]
a = "b"
b = { scaled = { by = 2.0, of = "a" } }"#,
        &["10:33: distribution `a` refers to itself (a -> b -> a)"],
    ),
    (
        r#"BASE
[distributions]
a = { lognormal = { mean = "75 s" } }"#,
        &["9:19: `lognormal` takes `mean` and `cv`, `mean` and `sd`, or `median` and `p90`"],
    ),
    (
        r#"BASE
[distributions]
a = { lognormall = { mean = "75 s" } }"#,
        &["9:7: unknown key `lognormall` in `distributions.a` (did you mean `lognormal`?)"],
    ),
    (
        r#"BASE
[distributions]
a = { exponential = "75 s", gamma = { mean = "5 s", cv = 1 } }"#,
        &[r#"9:5: `distributions.a` must name one distribution (as in { exponential = "4 min" })"#],
    ),
    (
        r#"BASE
[distributions]
a = { gamma = { mean = "0 s", cv = 1 } }"#,
        &["9:15: the mean must be longer than 0 s, not 0 s"],
    ),
    (
        r#"BASE
[distributions]
a = { uniform = { min = "5 s", max = "1 s" } }"#,
        &["9:17: max must not be shorter than min, but 1 s is shorter than 5 s"],
    ),
    (
        r#"BASE
[distributions]
a = { empirical = { file = "times.csv" } }"#,
        &[
            "9:28: cannot read `times.csv`: no file `times.csv` in this test (the path is relative to the scenario)",
        ],
    ),
    (
        r#"BASE
[topics.billing]
work = "talk""#,
        &[
            r#"9:8: there is no distribution `talk` (a duration needs a number and a unit, as in "90 s")"#,
        ],
    ),
    (
        r#"BASE
[topics.billing]
turns = { geometric = 0.5 }"#,
        &["9:23: the mean of a geometric count must be at least 1, not 0.5"],
    ),
    (
        r#"BASE
[topics.billing]
turns = -1"#,
        &["9:9: `topics.billing.turns` is -1 (expected 0 or more)"],
    ),
    (
        r#"BASE
[topics.billing]
turns = 2.5"#,
        &["9:9: `topics.billing.turns` is a number (expected an integer)"],
    ),
    (
        r#"BASE
[topics.billing]
urgency = 10"#,
        &["9:11: `topics.billing.urgency` is 10 (expected 1 to 9)"],
    ),
    (
        r#"BASE
[topics.billing]
next = [{ topic = "biling", probability = 0.1 }]"#,
        &["9:19: there is no topic `biling` (did you mean `billing`?)"],
    ),
    (
        r#"BASE
[topics.billing]
next = [{ topic = "billing", probability = 0.6 }, { topic = "billing", probability = 0.6 }]"#,
        &["9:8: the probabilities of `topics.billing.next` add up to 1.2 (expected at most 1)"],
    ),
    (
        r#"BASE
[topics.billing]
skills = ["invoices"]"#,
        &["9:1: `skills` is not built yet (leave it out)"],
    ),
    (
        r#"BASE
[topics.billing]
work = "1 min"
works = ["2 min"]"#,
        &[
            r#"10:1: `topics.billing` has both `work` and `works` (keep one; "none" unsets what another table gave)"#,
        ],
    ),
    (
        r#"BASE
[channels.chat]
mode = "synchronous"
customer = "released""#,
        &[
            r#"10:12: `customer` contradicts `mode = "synchronous"` (leave out one of the two: `mode` only sets defaults)"#,
        ],
    ),
    (
        r#"BASE
[channels.chat]
like = "caht""#,
        &["9:8: there is no preset `caht` (did you mean `chat`?)"],
    ),
    (
        r#"BASE
[channels.chat]
like = "thread""#,
        &["9:8: preset `thread` is not built yet"],
    ),
    (
        r#"BASE
[channels.chat]
slot = { after = "10 min", too = 0.1 }"#,
        &["9:28: unknown key `too` in `channels.chat.slot` (did you mean `to`?)"],
    ),
    (
        r#"BASE
[channels.chat]
clarify = 1.5"#,
        &["9:11: `channels.chat.clarify` is 1.5 (expected a probability, 0 to 1)"],
    ),
    (
        r#"BASE
[channels.chat]
clarify = 1"#,
        &[
            "9:11: `channels.chat.clarify` is 1: the conversation would never end (expected less than 1)",
        ],
    ),
    (
        r#"BASE
[channels.chat]
hours = "offce""#,
        &[
            r#"9:9: there are no hours `offce` (expected a name of [hours], or text as "Mo-Fr 09:00-18:00")"#,
        ],
    ),
    (
        r#"BASE
[channels.chat]
weight = 0"#,
        &["9:10: `channels.chat.weight` is 0 (expected more than 0)"],
    ),
    (
        r#"BASE
[channels.chat]
sticky = "agents""#,
        &["9:10: `channels.chat.sticky` cannot be `agents` (did you mean `agent`?)"],
    ),
    (
        r#"BASE
[channels.chat]
quick_reply = { within = "2 min", gap = "45 s" }"#,
        &["9:1: `quick_reply` is not built yet (leave it out)"],
    ),
    (
        r#"BASE
[queues.chat]
agents = ["lisbom"]"#,
        &["9:11: there are no agents `lisbom` (did you mean `lisbon`?)"],
    ),
    (
        r#"BASE
[queues.chat]
order = { score = { 10 = { base = 1 } } }"#,
        &["9:21: `10` is no urgency (expected 1 to 9)"],
    ),
    (
        r#"BASE
[queues.chat]
pick = "idle""#,
        &[
            "9:8: `queues.chat.pick` cannot be `idle` (expected `longest-idle`, `least-active`, `most-available`, `round-robin`, `random` or `listed`)",
        ],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["chat"]
[queues.mail]
agents = ["goa"]"#,
        &["12:11: `goa` do not serve `mail` (add `mail` to their `serves`)"],
    ),
    (
        r#"BASE
[agents.goa]
count = 2"#,
        &[r#"8:9: `agents.goa` needs `serves` (as in serves = ["chat"])"#],
    ),
    (
        r#"BASE
[agents.goa]
count = "many"
serves = ["chat"]"#,
        &[r#"9:9: `agents.goa.count` is text (expected an integer or "unlimited")"#],
    ),
    (
        r#"BASE
[agents.goa]
count = -2
serves = ["chat"]"#,
        &["9:9: `agents.goa.count` is -2 (expected 0 to 1000000)"],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
shifts = [{ hours = "24/7", count = 1 }]
serves = ["chat"]"#,
        &[
            r#"10:1: `agents.goa` has both `count` and `shifts` (keep one; "none" unsets what another table gave)"#,
        ],
    ),
    (
        r#"BASE
[agents.goa]
staffing = { counts = [1, 2], interval = "16 h", from = "08:00" }
serves = ["chat"]"#,
        &[
            "9:12: 2 counts of 16 h are more than a day (with `from`, they are the counts of each day)",
        ],
    ),
    (
        r#"BASE
[agents.goa]
staffing = { counts = [1, 2], interval = "1 h", from = "8 am" }
serves = ["chat"]"#,
        &[r#"9:56: `8 am` is no time of day (as in "08:00")"#],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["caht"]"#,
        &["10:11: there is no queue `caht` (did you mean `chat`?)"],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["chat", "chat"]"#,
        &["10:19: `chat` stands twice (each queue once)"],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["thread"]"#,
        &[
            r#"10:11: preset `thread` is not built yet (define a channel of this name with like = "none")"#,
        ],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["chat"]
concurrent = { caht = 1 }"#,
        &["11:16: there is no channel `caht` (did you mean `chat`?)"],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["chat"]
breaks = [{ length = "1 h" }]"#,
        &[r#"11:11: `agents.goa.breaks` needs `at` (as in at = "12:00", or every = "4 h")"#],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["chat"]
attention = "one"
slowdown = [1.0]"#,
        &[r#"12:1: `slowdown` implies `attention = "shared"` (leave out one of the two)"#],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["chat"]
shrinkage = { absent = 12 }"#,
        &["11:24: `agents.goa.shrinkage.absent` is 12 (expected a probability, 0 to 1)"],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["chat"]
speed = nan"#,
        &["11:9: `agents.goa.speed` is NaN (expected a finite number)"],
    ),
    (
        r#"BASE
[customers.b]
zones = { "Europe/Berlin" = 0.7, "Europe/Londn" = 0.3 }
arrivals = { per_day = 3 }"#,
        &["9:34: unknown time zone `Europe/Londn` (did you mean `Europe/London`?)"],
    ),
    (
        r#"BASE
[customers.b]
zone = "UTC"
zones = { "Europe/Berlin" = 0.7 }
arrivals = { per_day = 3 }"#,
        &[
            r#"10:1: `customers.b` has both `zone` and `zones` (keep one; "none" unsets what another table gave)"#,
        ],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_dya = 3 }"#,
        &["9:14: unknown key `per_dya` in `customers.b.arrivals` (did you mean `per_day`?)"],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = 3, per_hour = 3 }"#,
        &[
            r#"9:27: `customers.b.arrivals` has both `per_day` and `per_hour` (keep one; "none" unsets what another table gave)"#,
        ],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = -3 }"#,
        &["9:24: `customers.b.arrivals.per_day` is -3 (expected 0 to a thousand million)"],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = 1e300 }"#,
        &["9:24: `customers.b.arrivals.per_day` is 1e300 (expected 0 to a thousand million)"],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = 3, profile = [1, 2, 3] }"#,
        &[
            "9:37: `customers.b.arrivals.profile` has 3 weights (expected 24, 48 or 96, one for each hour, half or quarter hour)",
        ],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = 3, weekdays = [1, 2, 3] }"#,
        &["9:38: `customers.b.arrivals.weekdays` has 3 factors (expected 7, Monday to Sunday)"],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_hour = 3, profile = "flat" }"#,
        &["9:28: `profile` has no meaning with `per_hour` (it goes with `per_day`)"],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { rates = [3] }"#,
        &[
            r#"9:14: `customers.b.arrivals.rates` needs `interval` beside it (as in interval = "30 min")"#,
        ],
    ),
    (
        r#"BASE
[channels.chat]
weight = "all"
[agents.goa]
count = 3
capacity = "unlimited"
serves = ["chat"]"#,
        &[
            "12:1: a conversation on `chat` takes the whole of an agent, but `agents.goa` have no limit (give `capacity` a number, or the channel's `weight` one)",
        ],
    ),
    (
        r#"BASE
[topics.x]
work = "1.2345678901 s""#,
        &[
            "9:8: `1.2345678901 s` is no duration: it has more than nine decimals (as in \"90 s\", \"4 min\", \"1h 30m\" or \"2 days\")",
        ],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { finite = { population = 0, think = "3 mines" } }"#,
        &[
            "9:38: `customers.b.arrivals.finite.population` is 0 (expected 1 to 1000000)",
            "9:49: `3 mines` is no duration: unknown unit (as in \"90 s\", \"4 min\", \"1h 30m\" or \"2 days\")",
        ],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { finite = { population = 20 }, batch = 2, busyness_cv = 0.1 }"#,
        &[
            "9:14: `customers.b.arrivals.finite` needs `think` (as in think = { exponential = \"30 min\" })",
            "9:44: `batch` has no meaning with `finite` (it goes with rates, gaps and times)",
            "9:55: `busyness_cv` has no meaning with `finite` (it goes with rates)",
        ],
    ),
    (
        r#"BASE
[customers.b]
zones = { "Europe/Berlin" = 1, "Europe/London" = 1 }
arrivals = { finite = { population = 20, think = "3 min" } }"#,
        &[
            "10:14: `customers.b.arrivals.finite` cannot be split over zones (make a segment for each zone)",
        ],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { counts = { file = "volumes.csv" } }"#,
        &[
            "9:32: cannot read `volumes.csv`: no file `volumes.csv` in this test (the path is relative to the scenario)",
        ],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = 3, surges = [{ at = 2026-03-10, length = "2 h" }] }"#,
        &["9:37: `customers.b.arrivals.surges` needs `factor` (as in factor = 3.0)"],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = 3 }
topics = { biling = 1 }
[topics.billing]"#,
        &["10:12: there is no topic `biling` (did you mean `billing`?)"],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = 3 }
accepts = { chat = 1.2 }"#,
        &["10:20: `customers.b.accepts.chat` is 1.2 (expected a probability, 0 to 1)"],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = 3 }
retry = { on = ["abandonned"], after = "2 min" }"#,
        &["10:17: `customers.b.retry.on` cannot be `abandonned` (did you mean `abandoned`?)"],
    ),
    (
        r#"BASE
[customers.b]
arrivals = { per_day = 3 }
urgency = 0
online = "Mo-Su 8-23""#,
        &[
            "10:11: `customers.b.urgency` is 0 (expected 1 to 9)",
            "11:17: `Mo-Su 8-23` are no opening hours (expected the end or `;` or `off` or times as 09:00-17:00 or `PH`)",
        ],
    ),
    (
        r#"BASE
[targets.t]
metric = "queue_wai"
within = "60 s"
share = 0.8"#,
        &["9:10: there is no metric `queue_wai` (did you mean `queue_wait`?)"],
    ),
    (
        r#"BASE
[targets.t]
metric = "occupancy"
within = "60 s"
share = 0.8"#,
        &[
            "9:10: `occupancy` is no wait (there is `queue_wait`, `turn_wait`, `speed_of_answer`, `time_to_abandon`, `first_response_time`, `next_response_time`, `requester_wait_time` and `resolution_time`)",
        ],
    ),
    (
        r#"BASE
[targets.t]
metric = "queue_wait"
within = 60
share = 80"#,
        &[
            r#"10:10: `targets.t.within` is an integer (expected a duration with its unit, as in "90 s")"#,
            "11:9: `targets.t.share` is 80 (expected a probability, 0 to 1)",
        ],
    ),
    (
        r#"BASE
[targets.t]
metric = "queue_wait"
within = "60 s"
share = 0.8
formula = "short-cut""#,
        &[r#"8:10: `targets.t` needs `shorter_than` (as in shorter_than = "5 s")"#],
    ),
    (
        r#"BASE
[targets.t]
metric = "turn_wait"
within = "60 s"
share = 0.8
formula = "answered/offered""#,
        &["12:1: `formula` is for `queue_wait` only (leave it out)"],
    ),
    (
        r#"BASE
[strategies.b]
routes = [{ to = "caht" }]"#,
        &["9:18: there is no channel `caht` (did you mean `chat`?)"],
    ),
    (
        r#"BASE
[strategies.b]
routes = []"#,
        &[r#"9:10: `strategies.b.routes` is empty (as in [{ to = "chat" }])"#],
    ),
    (
        r#"BASE
[strategies.b]
routes = [{ if = { topik = "any" }, to = "chat" }]"#,
        &["9:20: unknown key `topik` in `strategies.b.routes.if` (did you mean `topic`?)"],
    ),
    (
        r#"BASE
[strategies.b]
routes = [{ if = { wait_below = 120 }, to = "chat" }]"#,
        &[
            r#"9:33: `strategies.b.routes.if.wait_below` is an integer (expected a duration with its unit, as in "90 s")"#,
        ],
    ),
    (
        r#"BASE
[strategies.b]
routes = [{ to = "chat" }]
[strategies.b.run]
seed = 2"#,
        &[
            "10:15: a strategy cannot override `run` (it may override `hours`, `distributions`, `customers`, `topics`, `channels`, `queues`, `agents` and `targets`)",
        ],
    ),
    (
        r#"BASE
[strategies.b]
routes = [{ to = "chat" }]
[strategies.b.agents.lisbon]
cont = 2"#,
        &["11:1: unknown key `cont` in `agents.lisbon` (did you mean `count`?)"],
    ),
    (
        r#"BASE
[strategies.b]
route = [{ to = "chat" }]"#,
        &["9:1: unknown key `route` in `strategies.b` (did you mean `routes`?)"],
    ),
    (
        r#"BASE
[[expect]]
metric = "queue_wait"
statistic = "avg"
value = "3 s"
within = "luck""#,
        &[
            "10:13: `queue_wait` has no statistic `avg` (there is `mean`, `sd`, `p10`, `p50`, `p80`, `p90`, `p95`, `p99` and `max`)",
        ],
    ),
    (
        r#"BASE
[[expect]]
metric = "queue_wait"
statistic = "mean"
value = "3 s""#,
        &[
            r#"8:1: an expectation needs its tolerance (within = "luck", relative = 0.02 or absolute = "1 ns")"#,
        ],
    ),
    (
        r#"BASE
[[expect]]
scope = "queue"
name = "caht"
metric = "occupancy"
statistic = "share"
value = "3 s"
relative = 0.1"#,
        &[
            "10:8: there is no queue `caht` (did you mean `chat`?)",
            "13:9: `occupancy` is no length of time (expected a number)",
        ],
    ),
    (
        r#"[customers.b]
arrivals = { per_day = 3 }
[agents.a]
count = 2
serves = ["chat", "phone"]"#,
        &[
            r#"1:1: without [strategies], the only channel is taken, but there are `chat` and `phone` (as in [strategies.NAME] with routes = [{ to = "chat" }])"#,
        ],
    ),
    (
        r#"BASE
[run]
seed = 
length = "2 d
[hours"#,
        &[
            "9:8: not TOML: string values must be quoted, expected literal string",
            r#"10:14: not TOML: invalid basic string, expected `"`"#,
            "11:7: not TOML: unclosed table, expected `]`",
        ],
    ),
    (
        r#"BASE
[agents.idle]
count = 2
serves = ["email"]"#,
        &["8:9: no route reaches `agents.idle` (none leads to a queue they serve)"],
    ),
    (
        r#"BASE
[strategies.b]
routes = [{ to = "email" }]"#,
        &[
            "9:1: nobody serves queue `email`, to which `b` leads (add `email` to the `serves` of some agents)",
        ],
    ),
    (
        r#"BASE
[agents.goa]
count = 0
serves = ["chat"]"#,
        &["8:9: there is nobody in `agents.goa` (their number is 0)"],
    ),
    (
        r#"BASE
[agents.goa]
count = 2
serves = ["chat"]
shrinkage = { absent = 0.1 }"#,
        &[
            "8:9: who is absent in `agents.goa` is absent for the whole run (their shifts never end: give them `hours` by the day)",
        ],
    ),
    (
        r#"BASE
[topics.a]
work = "5 h""#,
        &[
            "7:1: `live` has more work than agents: 33.4 come to do on average, 14.0 are on duty (waits will grow until customers leave)",
        ],
    ),
    (
        r#"BASE
[queues.vip]"#,
        &["8:9: no route leads to `queues.vip` (nobody will wait there)"],
    ),
    (
        r#"BASE
[channels.chat]
weight = 2"#,
        &[
            r#"9:1: a conversation on `chat` takes 2 slots, which no agent who serves it has (see the agents' `capacity`, or weight = "all")"#,
        ],
    ),
    (
        r#"BASE
[[expect]]
metric = "service_level"
statistic = "share"
value = 0.8
relative = 0.1"#,
        &[
            r#"8:1: `service_level` belongs to a target (as in scope = "target" with the target's `name`)"#,
        ],
    ),
    (
        r#"[customers.shoppers]
arrivals = { per_hour = 6 }
topics = { billing = 1 }
[topics.billing]
[topics.technical]
[agents.lisbon]
count = 2
serves = ["chat"]"#,
        &["5:9: nobody comes with `topics.technical` (see the `topics` of customers)"],
    ),
];

#[test]
fn every_mistake_is_named_at_its_place() {
    assert!(CASES.len() > 45);
    for (text, expected) in CASES {
        let text = format!("{text}\n").replace("BASE\n", BASE);
        assert_eq!(problems(&text), *expected, "{text}");
    }
}

#[test]
fn an_empty_file_is_told_the_least_there_must_be() {
    for text in ["", "# nothing\n"] {
        let problems = try_with(text, &[]).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].what, "the scenario is empty");
        assert!(
            problems[0]
                .render(false)
                .contains("routes = [{ to = \"chat\" }]"),
            "{}",
            problems[0].render(false)
        );
    }
}

#[test]
fn all_mistakes_come_at_once_errors_first() {
    let text = BASE.to_owned()
        + r#"
[run]
interval = "45 min"
zone = "Europe/Lisbn"
[customers.b]
arrivals = { per_day = -1 }
urgency = 12
[channels.chat]
clarify = 2
[agents.b]
count = 2
serves = ["caht"]
[strategies.b]
routes = [{ to = "chat", queu = "x" }]
"#;
    assert_eq!(
        problems(&text),
        [
            r#"11:8: unknown time zone `Europe/Lisbn` (did you mean `Europe/Lisbon`?)"#,
            "13:24: `customers.b.arrivals.per_day` is -1 (expected 0 to a thousand million)",
            "14:11: `customers.b.urgency` is 12 (expected 1 to 9)",
            "16:11: `channels.chat.clarify` is 2 (expected a probability, 0 to 1)",
            "19:11: there is no queue `caht` (did you mean `chat`?)",
            "21:26: unknown key `queu` in `strategies.b.routes` (did you mean `queue`?)",
            "10:12: an interval of 45 min does not divide the hour (labels will not fall on full hours)",
        ]
    );
}

#[test]
fn more_of_a_kind_than_can_be_told_apart_are_refused() {
    let text = |count| {
        let routes = vec!["{ to = \"chat\" }"; count].join(", ");
        BASE.replace("{ to = \"chat\" }", &routes)
    };
    let said = |text: &str| match read("many.toml", text, &[], &mut |_| Err("no files".to_owned()))
    {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .iter()
            .map(|problem| problem.what.clone())
            .collect(),
    };
    assert_eq!(said(&text(16_384)), [""; 0]);
    assert_eq!(said(&text(16_385)), ["there are 16385 routes"]);
}

#[test]
fn a_mistake_is_shown_in_its_line_as_plain_text() {
    let text = BASE.replace("to = \"chat\"", "to = \"caht\"");
    let problems = try_with(&text, &[]).unwrap_err();
    let shown = "\
error: there is no channel `caht`
 --> scenarios/test.toml:7:18
  |
7 | routes = [{ to = \"caht\" }]
  |                  ^^^^^^ did you mean `chat`?";
    let channel = problems
        .iter()
        .find(|problem| problem.what.contains("channel"))
        .unwrap();
    assert_eq!(channel.render(false), shown);
    assert!(channel.render(true).contains("\u{1b}["));
}

#[test]
fn broken_syntax_does_not_hide_other_mistakes_nor_invent_them() {
    let text = BASE.replace("count = 14", "count = ") + "[run]\nreplications = 0\nseed = = 3\n";
    assert_eq!(
        problems(&text),
        [
            "4:9: not TOML: string values must be quoted, expected literal string",
            "9:16: `run.replications` is 0 (expected 1 or more)",
            "10:8: not TOML: extra `=`, expected nothing",
        ]
    );
}

#[test]
fn overrides_are_checked_at_their_own_place() {
    let cases = [
        (
            "agents.lisbon.count",
            r#"--set:1:1: an override needs `=` (PATH=VALUE, as in agents.lisbon.count=12)"#,
        ),
        (
            "agents.lisbn.count=3",
            "--set:1:8: there is no `agents.lisbn` (did you mean `lisbon`?)",
        ),
        (
            "agents.lisbon.cuont=3",
            "--set:1:15: unknown key `cuont` in `agents.lisbon` (did you mean `count`?)",
        ),
        (
            "agents.lisbon.count=many",
            r#"--set:1:21: `agents.lisbon.count` is text (expected an integer or "unlimited")"#,
        ),
        (
            "run.length=2 dys",
            r#"--set:1:12: `2 dys` is no duration: unknown unit (as in "90 s", "4 min", "1h 30m" or "2 days")"#,
        ),
        (
            "channels.caht.clarify=0.2",
            "--set:1:10: there is no `channels.caht` (did you mean `chat`?)",
        ),
        (
            "runn.length=2 days",
            "--set:1:1: unknown key `runn` (did you mean `run`?)",
        ),
        (
            "strategies.live.routes.3.to=chat",
            "--set:1:24: `routes` has no member `3` (it has 1, counted from 0)",
        ),
        (
            "customers.shoppers.arrivals.per_hour.x=1",
            "--set:1:38: `per_hour` is an integer, not a table (set the key itself)",
        ),
    ];
    for (text, expected) in cases {
        let problems: Vec<String> = try_with(BASE, &[text])
            .unwrap_err()
            .iter()
            .map(line)
            .collect();
        assert_eq!(problems, [expected]);
    }
}

/// On 14 agents; half of the day somebody is there, and a member who waits does not come again.
#[test]
fn members_of_a_finite_population_bring_as_much_as_they_can() {
    let told = |population: u32, think: &str, more: &str| {
        problems(&format!(
            "[customers.team]\narrivals = {{ finite = {{ population = {population}, think = \"{think}\" }} }}\n{more}[topics.help]\nwork = \"20 min\"\n[agents.desk]\ncount = 14\nhours = \"00:00-12:00\"\nserves = [\"line\"]\n[channels.line]\n[strategies.live]\nroutes = [{{ to = \"line\" }}]\n"
        ))
    };
    assert_eq!(told(28, "20 min", ""), [""; 0]);
    assert_eq!(
        told(30, "20 min", ""),
        [
            "11:1: `live` has more work than agents: 7.5 would come if nobody waited, 7.0 are on duty (members of a finite population will wait for each other and come less often)"
        ]
    );
    let others = "[customers.others]\narrivals = { per_hour = 30 }\n";
    assert_eq!(
        told(2, "20 min", others),
        [
            "13:1: `live` has more work than agents: 10.5 come to do on average, 7.0 are on duty (waits will grow until customers leave)"
        ]
    );
}

/// What a file gives counts instead of what would be drawn: 3 h of work in a run of 2 h.
#[test]
fn work_that_a_file_gives_is_weighed_as_it_is_given() {
    let text = "[run]\nlength = \"2 h\"\n[customers.a]\narrivals = { times = { file = \"openings.csv\" } }\ntopics = { short = 1 }\n[topics.short]\nwork = \"1 min\"\n[topics.long]\nwork = \"2 h\"\n[agents.b]\ncount = 1\nserves = [\"line\"]\n[channels.line]\n[strategies.one]\nroutes = [{ to = \"line\" }]\n";
    let told = |file: &str| -> Vec<String> {
        let read = read("scenarios/test.toml", text, &[], &mut |_| {
            Ok(file.as_bytes().to_vec())
        });
        let (_, warnings) = read.expect("it is sound");
        warnings.iter().map(line).collect()
    };
    let warned = |load: &str| {
        [format!(
            "15:1: `one` has more work than agents: {load} come to do on average, 1.0 are on duty (waits will grow until customers leave)"
        )]
    };
    let idle = ["8:9: nobody comes with `topics.long` (see the `topics` of customers)"];
    assert_eq!(told("opened\n0\n60\n"), idle);
    assert_eq!(told("opened,topic\n0,long\n60,\n"), warned("1.0"));
    let late = "opened,work,turns,topic\n0,1 h,1,\n7200,1 h,9,long\n";
    assert_eq!(told(late), [""; 0]);
    let more = late.replace("1 h,1,", "1 h,3,");
    assert_eq!(told(&more), warned("1.5"));
}

#[test]
fn whatever_is_written_is_answered_rather_than_met_with_a_panic() {
    const ODD: &[&str] = &[
        "-1",
        "0",
        "1e300",
        "nan",
        "9223372036854775807",
        "true",
        "\"none\"",
        "\"36000 days\"",
        "\"0 s\"",
        "9999-12-31",
        "[[0]]",
        "[{}]",
        "{ queue = 1 }",
        "",
    ];
    let text = valid::EVERYTHING;
    let mut answered = 0;
    for (number, line) in text.lines().enumerate() {
        let Some((key, _)) = line
            .split_once('=')
            .filter(|(key, _)| !key.contains(['{', '[']))
        else {
            continue;
        };
        for odd in ODD {
            let changed: Vec<String> = text
                .lines()
                .enumerate()
                .map(|(other, line)| {
                    if other == number {
                        format!("{key}= {odd}")
                    } else {
                        line.to_owned()
                    }
                })
                .collect();
            if let Err(problems) = try_with(&changed.join("\n"), &[]) {
                answered += 1;
                problems
                    .iter()
                    .for_each(|problem| assert!(!problem.render(false).is_empty()));
            }
        }
    }
    assert!(answered > 700, "{answered}");
}
