//! Files of data in odd forms: what is read, and what is said about them, as the user sees it.

use super::{line, read};
use crate::arrival::{Arrivals, Given, Opening};
use crate::random::Seed;
use crate::time::{Span, Time};

/// A scenario of a week in Berlin whose customers come from a file.
fn scenario(start: &str, arrivals: &str) -> String {
    format!(
        "[run]\nstart = {start}\nzone = \"Europe/Berlin\"\nlength = \"7 days\"\n[customers.a]\narrivals = {{ {arrivals} }}\n[topics.any]\nwork = \"1 s\"\n[topics.billing]\n[agents.b]\ncount = 9\nserves = [\"line\"]\n[channels.line]\n"
    )
}

/// The stream of a file, if nothing is wrong with it, and what is said: places in the file as `line:column`.
fn stream(text: &str, content: &[u8]) -> (Option<Arrivals>, Vec<String>) {
    let told = |problems: Vec<super::Problem>| -> Vec<String> {
        let told = problems.iter().map(line);
        told.map(|line| match line.strip_prefix("scenarios/data.csv:") {
            Some(rest) => rest.to_owned(),
            None => format!("scenario {line}"),
        })
        .collect()
    };
    match read("scenarios/test.toml", text, &[], &mut |_| {
        Ok(content.to_vec())
    }) {
        Ok((scenario, warnings)) => {
            let home = &scenario.strategies[0].setup.customers[0].homes[0];
            (Some(home.arrivals.clone()), told(warnings))
        }
        Err(problems) => (None, told(problems)),
    }
}

fn minutes(number: i64) -> Time {
    Time::ZERO + Span::MINUTE * number
}

// ---- volumes ---------------------------------------------------------------------------------------------------------

const VOLUMES: &str = "counts = { file = \"data.csv\" }";
const MONDAY: &str = "2026-03-02";
/// The last Sunday of March is the seventh day of this week.
const SPRING: &str = "2026-03-23";
const AUTUMN: &str = "2026-10-19";

/// Three half hours of the first day, from 09:00, that add up to 12.5; then nothing until the end of the week.
const PLAIN: &str = "QueueName,TimeStamp,IntervalDuration,IncomingContactVolume\n\
    PS,2026-03-02T09:00:00+01:00,30mins,4\n\
    PS,2026-03-02T09:30:00+01:00,30mins,8.5\n\
    PS,2026-03-02T10:00:00+01:00,30mins,0\n\
    PS,2026-03-08T23:30:00+01:00,30mins,0\n";

/// How many are expected in the half hours from 09:00 on the first day.
fn half_hours(stream: &Arrivals) -> [f64; 3] {
    let half =
        |number: i64| stream.expected(minutes(540 + 30 * number), minutes(570 + 30 * number));
    [half(0), half(1), half(2)]
}

fn is(found: &[f64], expected: &[f64]) -> bool {
    found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|(one, other)| (one - other).abs() < 1e-9)
}

#[test]
fn volumes_are_read_in_whatever_form_leaves_no_doubt() {
    let utf_16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xFEFF)
            .chain(PLAIN.encode_utf16())
            .flat_map(bytes)
            .collect()
    };
    let comma = |sign: &str| PLAIN.replace(',', sign).into_bytes();
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("as it is", PLAIN.into()),
        ("UTF-8 with its mark", format!("\u{FEFF}{PLAIN}").into()),
        ("UTF-16, small end first", utf_16(u16::to_le_bytes)),
        ("UTF-16, big end first", utf_16(u16::to_be_bytes)),
        ("other line ends", PLAIN.replace('\n', "\r\n").into()),
        ("no last line end", PLAIN.trim_end().into()),
        ("semicolons", comma(";")),
        ("tabs", comma("\t")),
        ("bars", comma("|")),
        (
            "a separator that is told",
            format!("sep=;\r\n{}", PLAIN.replace(',', ";")).into(),
        ),
        (
            "quotes",
            PLAIN
                .replace("PS", "\"P, \"\"S\"\"\"")
                .replace("30mins", "\"30mins\"")
                .into(),
        ),
        ("spaces", PLAIN.replace(',', " , ").into()),
        ("empty lines", PLAIN.replace('\n', "\n\n,,,\n").into()),
        (
            "empty cells behind",
            PLAIN.replace("30mins,4", "30mins,4,,").into(),
        ),
        ("another order", {
            let mut lines: Vec<&str> = PLAIN.lines().collect();
            lines[1..].reverse();
            lines.join("\n").into()
        }),
        ("local times", PLAIN.replace("+01:00", "").into()),
        (
            "local times with a space",
            PLAIN
                .replace("+01:00", "")
                .replace('T', " ")
                .replace(" imeS", "TimeS")
                .into(),
        ),
        ("without seconds", PLAIN.replace(":00+01:00", "").into()),
        (
            "in UTC",
            PLAIN
                .replace("T09", "T08")
                .replace("T10", "T09")
                .replace("T23", "T22")
                .replace("+01:00", "Z")
                .into(),
        ),
        ("durations", PLAIN.replace("30mins", "PT30M").into()),
    ];
    for (form, content) in forms {
        let text = String::from_utf8_lossy(&content)
            .replace(" imeS", "TimeS")
            .replace("Time tamp", "TimeStamp");
        let content = if form == "local times with a space" {
            text.into_bytes()
        } else {
            content
        };
        let (stream, told) = stream(&scenario(MONDAY, VOLUMES), &content);
        let gap = told
            .iter()
            .filter(|line| !line.contains("nobody comes then"));
        assert_eq!(gap.collect::<Vec<_>>(), [""; 0], "{form}");
        let found = half_hours(&stream.expect(form));
        assert!(is(&found, &[4.0, 8.5, 0.0]), "{form}: {found:?}");
    }
}

#[test]
fn what_is_assumed_of_volumes_is_said() {
    let latin: Vec<u8> = PLAIN
        .replace("PS", "Gruppe \u{1}")
        .bytes()
        .map(|byte| if byte == 1 { 0xFC } else { byte })
        .collect();
    let cases: Vec<(Vec<u8>, &[&str])> = vec![
        (
            latin,
            &[
                "2:8: `scenarios/data.csv` is not UTF-8; it is read as Windows-1252 (Latin-1) (save it as UTF-8 if names look wrong)",
            ],
        ),
        (
            PLAIN.replace(',', ";").replace("8.5", "8,5").into(),
            &["3:37: numbers are read with decimal commas (write a point to be sure)"],
        ),
        (
            PLAIN.replace("8.5", "\"8,5\"").into(),
            &["3:37: numbers are read with decimal commas (write a point to be sure)"],
        ),
        (
            PLAIN.lines().take(3).collect::<Vec<_>>().join("\n").into(),
            &[
                "3:4: the volumes end at 2026-03-02T10:00:00+01:00, before the run does: nobody comes then (see `run.length`, or repeat = \"weekly\")",
            ],
        ),
    ];
    for (content, expected) in cases {
        let (stream, told) = stream(&scenario(MONDAY, VOLUMES), &content);
        assert_eq!(told, expected);
        let found = half_hours(&stream.expect("it is sound"));
        assert!(is(&found[..2], &[4.0, 8.5]), "{found:?}");
    }
}

/// Files leave out intervals without anybody; between busy ones there is none.
#[test]
fn a_gap_between_busy_intervals_is_doubted() {
    let content = PLAIN.replace("T10:00:00", "T11:00:00");
    for (numbers, doubted) in [
        (["8.5", "0"], false),
        (["10", "9"], false),
        (["10", "11"], true),
    ] {
        let content = content.replace("8.5", numbers[0]).replacen(
            "30mins,0",
            &format!("30mins,{}", numbers[1]),
            1,
        );
        let (stream, told) = stream(&scenario(MONDAY, VOLUMES), content.as_bytes());
        let gap = "4:4: no line is about the time before this interval: nobody comes then (write 0 where nobody comes)";
        let expected: &[&str] = if doubted { &[gap] } else { &[] };
        assert_eq!(told, expected);
        let stream = stream.expect("it is sound");
        assert_eq!(stream.expected(minutes(600), minutes(660)), 0.0);
    }
}

#[test]
fn what_is_wrong_with_volumes_is_said_at_its_cell_all_at_once() {
    let with = |old: &str, new: &str| {
        assert!(PLAIN.contains(old), "{old}");
        PLAIN.replacen(old, new, 1).into_bytes()
    };
    let cases: Vec<(Vec<u8>, &[&str])> = vec![
        (
            b"".to_vec(),
            &[
                "scenario 6:32: cannot read `data.csv`: it is empty (the path is relative to the scenario)",
            ],
        ),
        (
            b"PK\x03\x04 a workbook".to_vec(),
            &[
                "scenario 6:32: cannot read `data.csv`: it is a workbook or an archive; export the sheet as CSV (the path is relative to the scenario)",
            ],
        ),
        (
            PLAIN.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            &[
                "scenario 6:32: cannot read `data.csv`: it is no text, or UTF-16 without its mark; save it as UTF-8 (the path is relative to the scenario)",
            ],
        ),
        (
            with("TimeStamp,IntervalDuration", "Timestamp,Interval"),
            &[
                "1:1: there is no column `TimeStamp` (did you mean `Timestamp`?)",
                "1:1: there is no column `IntervalDuration` (there is `QueueName`, `Timestamp`, `Interval` and `IncomingContactVolume`)",
            ],
        ),
        (
            with("QueueName", "TimeStamp"),
            &["1:11: there are two columns `TimeStamp` (keep one)"],
        ),
        (
            with("30mins,4", "30mins,-4"),
            &["2:37: -4 contacts are less than none (expected 0 or more)"],
        ),
        (
            String::from_utf8(with("30mins,4", "half an hour,many"))
                .unwrap()
                .replace("30mins,8.5", "0 s,")
                .into(),
            &[
                "2:30: `half an hour` is no interval: it cannot be read (as in 15mins, 30mins, 1h, hourly or daily)",
                "2:43: `many` is no number (as in 12 or 12.5)",
                "3:30: `0 s` is no interval: it has no length (as in 15mins, 30mins, 1h, hourly or daily)",
                "3:34: an empty cell is no number (as in 12 or 12.5)",
            ],
        ),
        (
            with("30mins,4", "30,nan"),
            &[
                "2:30: `30` is no interval: the unit is missing (as in 15mins, 30mins, 1h, hourly or daily)",
                "2:33: `nan` is no number (as in 12 or 12.5)",
            ],
        ),
        (
            with("30mins,4", "30mins,4,5"),
            &[
                "2:1: the line has 5 cells, the first line 4 (a number with a decimal comma needs quotes, or semicolons between cells)",
            ],
        ),
        (
            with("30mins,4", "30mins"),
            &[
                "2:1: the line has 3 cells, the first line 4 (each line has a cell for each column, if only an empty one)",
            ],
        ),
        (
            with("30mins,4", "30mins,\"4"),
            &["2:1: a quote is opened and not closed on its line (close it)"],
        ),
        (
            PLAIN
                .replace(',', ";")
                .replace("30mins;4", "30mins;1,200")
                .into(),
            &["2:37: `1,200` may be 1200 or 1.200 (write it without the comma)"],
        ),
        (
            PLAIN
                .replace(',', ";")
                .replace("30mins;4", "30mins;4,5")
                .into(),
            &[
                "2:37: some numbers have a comma and others a point (write all with a decimal point, thousands without separator)",
            ],
        ),
        (
            with("2026-03-02T09:00:00+01:00", "02.03.2026 09:00"),
            &[
                "2:4: `02.03.2026 09:00` is no instant (as in 2026-03-02T09:00+01:00, 2026-03-02 09:00 (in `run.zone`), or seconds from the start)",
            ],
        ),
        (
            with("2026-03-02T09:00", "1026-03-02T09:00"),
            &[
                "2:4: `1026-03-02T09:00:00+01:00` is out of reach (expected a year from 1950 to 2150)",
            ],
        ),
        (
            with("T09:30", "T09:00"),
            &["3:4: this interval of PS stands on line 2 already (keep one of them)"],
        ),
        (
            with("T09:30", "T09:15"),
            &[
                "3:4: this interval begins before the one of line 2 ends (intervals follow one another; write segments with a `where` each, or keep one)",
            ],
        ),
        (
            String::from_utf8(with("T09:30", "T09:00"))
                .unwrap()
                .replace(
                    "PS,2026-03-02T09:00:00+01:00,30mins,8",
                    "NW,2026-03-02T09:00:00+01:00,15mins,8",
                )
                .into(),
            &[
                "3:4: another interval, of line 2, starts here and has another length (write segments with a `where` each, or keep one)",
            ],
        ),
        (
            PLAIN.replace("2026-03-0", "2025-03-0").into(),
            &[
                "scenario 6:32: no interval of `data.csv` lies within the run, from 2026-03-02T00:00:00+01:00 to 2026-03-09T00:00:00+01:00 (see `run.start` and `run.length`, or repeat = \"weekly\")",
            ],
        ),
    ];
    for (content, expected) in cases {
        let (stream, told) = stream(&scenario(MONDAY, VOLUMES), &content);
        assert_eq!(told, expected, "{}", String::from_utf8_lossy(&content));
        assert!(stream.is_none());
    }
}

#[test]
fn of_many_mistakes_of_a_file_the_first_are_told() {
    let mut content = PLAIN.to_owned();
    for minute in 0..60 {
        content.push_str(&format!("PS,2026-03-03T09:{minute:02}:00+01:00,1min,x\n"));
    }
    let (_, told) = stream(&scenario(MONDAY, VOLUMES), content.as_bytes());
    assert_eq!(told.len(), 21);
    assert_eq!(told[19], "25:35: `x` is no number (as in 12 or 12.5)");
    assert_eq!(told[20], "26:35: 40 more like these, from this line on");
}

#[test]
fn numbers_of_several_queues_and_channels_add_up_or_are_chosen() {
    let content = "TimeStamp,IntervalDuration,IncomingContactVolume,ChannelType,QueueName\n\
        2026-03-02T09:00,30mins,1,VOICE,PS\n2026-03-02T09:00,30mins,2,CHAT,PS\n\
        2026-03-02T09:00,30mins,4,VOICE,NW\n2026-03-08T23:30,30mins,8,CHAT,NW\n";
    let all = |filter: &str| {
        let arrivals = format!("counts = {{ file = \"data.csv\", {filter} }}");
        let (stream, told) = stream(&scenario(MONDAY, &arrivals), content.as_bytes());
        (
            stream.map(|stream| stream.expected(Time::ZERO, minutes(7 * 1440))),
            told,
        )
    };
    for (filter, expected) in [
        ("as = \"expected\"", 15.0),
        ("where = { QueueName = \"PS\" }", 3.0),
        ("where = { ChannelType = \"CHAT\" }", 10.0),
        (
            "where = { QueueName = \"NW\", ChannelType = \"VOICE\" }",
            4.0,
        ),
    ] {
        let (found, _) = all(filter);
        assert!(
            is(&[found.expect(filter)], &[expected]),
            "{filter}: {found:?}"
        );
    }
    assert_eq!(
        all("where = { QueueName = \"P\", ChannelType = \"VOICE\" }").1,
        [
            "scenario 6:32: `data.csv` has no line with QueueName = P and ChannelType = VOICE (nobody would come)"
        ]
    );
    assert_eq!(
        all("where = { Queue = \"PS\", ChannelType = 3 }").1,
        [
            "scenario 6:82: `customers.a.arrivals.counts.where.ChannelType` is an integer (expected text)",
            "1:1: there is no column `Queue` (there is `TimeStamp`, `IntervalDuration`, `IncomingContactVolume`, `ChannelType` and `QueueName`)",
        ]
    );
}

#[test]
fn exact_counts_are_met_and_are_whole() {
    let exact = "counts = { file = \"data.csv\", as = \"exact\" }";
    let whole = PLAIN.replace("8.5", "8");
    let (counts, told) = stream(&scenario(MONDAY, exact), whole.as_bytes());
    assert_eq!(told, [""; 0]);
    let counts = counts.expect("it is sound");
    let seed = |replication| Seed {
        seed: 1,
        replication,
    };
    let all = |replication| -> Vec<Opening> {
        let mut openings = counts.openings(seed(replication), 0, 0);
        std::iter::from_fn(|| openings.next(&counts)).collect()
    };
    for replication in 0..20 {
        let first = all(replication)
            .iter()
            .filter(|one| one.at < minutes(570))
            .count();
        assert_eq!((first, all(replication).len()), (4, 12));
    }
    assert_ne!(all(0), all(1));
    let (_, told) = stream(&scenario(MONDAY, exact), PLAIN.as_bytes());
    assert_eq!(
        told,
        [
            "3:4: 8.5 contacts cannot be met exactly (expected whole numbers; as = \"expected\" takes any)"
        ]
    );
    let (_, told) = stream(
        &scenario(
            MONDAY,
            "counts = { file = \"data.csv\", as = \"exact\" }, busyness_cv = 0.1, batch = 2",
        ),
        whole.as_bytes(),
    );
    assert_eq!(
        told,
        [
            "scenario 6:60: `busyness_cv` has no meaning with `as = \"exact\"` (it goes with rates)",
            "scenario 6:79: `batch` has no meaning with `as = \"exact\"` (it goes with rates, gaps and times)",
        ]
    );
}

/// The file's week comes every week, before and after it, by the clock on the wall: in Berlin 09:00 is 08:00 UTC in winter
/// and 07:00 UTC in summer, which begins on the Sunday of the second week.
#[test]
fn weeks_repeat_by_the_local_calendar() {
    let weekly = "counts = { file = \"data.csv\", repeat = \"weekly\" }";
    for start in ["2026-03-16", "2026-02-02"] {
        let text = scenario(start, weekly).replace("7 days", "28 days");
        let (weeks, told) = stream(&text, PLAIN.as_bytes());
        assert_eq!(told, [""; 0]);
        let weeks = weeks.expect("it is sound");
        for week in 0..4 {
            let switched = i64::from(start == "2026-03-16" && week >= 2);
            let monday = week * 7 * 1440 + 540 - 60 * switched;
            let half = |number: i64| {
                weeks.expected(
                    minutes(monday + 30 * number),
                    minutes(monday + 30 * number + 30),
                )
            };
            let found = [half(-1), half(0), half(1), half(2)];
            assert!(
                is(&found, &[0.0, 4.0, 8.5, 0.0]),
                "{start}, week {week}: {found:?}"
            );
        }
        assert!(is(
            &[weeks.expected(Time::ZERO, minutes(28 * 1440 - 60))],
            &[50.0]
        ));
    }
    // Ten days are two weeks.
    let longer = PLAIN.replace("2026-03-08T23", "2026-03-11T23");
    let text = scenario(MONDAY, weekly).replace("7 days", "28 days");
    let weeks = stream(&text, longer.as_bytes()).0.expect("it is sound");
    assert!(is(
        &[weeks.expected(Time::ZERO, minutes(28 * 1440))],
        &[25.0]
    ));
    let exact = "counts = { file = \"data.csv\", repeat = \"weekly\", as = \"exact\" }";
    let text = scenario(MONDAY, exact).replace("7 days", "28 days");
    let weeks = stream(&text, PLAIN.replace("8.5", "8").as_bytes())
        .0
        .expect("it is sound");
    assert_eq!(weeks.expected(Time::ZERO, minutes(28 * 1440 - 60)), 48.0);
}

/// Half hours by the local clock from 01:30 to 03:30 on the days of the switches, 60 each.
fn switch(day: &str, times: &[&str], skipped: u32) -> String {
    let mut content = "TimeStamp,IntervalDuration,IncomingContactVolume\n".to_owned();
    for time in times {
        let number = if time.starts_with("02") { skipped } else { 60 };
        content.push_str(&format!("{day} {time},30mins,{number}\n"));
    }
    content
}

#[test]
fn an_hour_that_the_clocks_skip_brings_nobody() {
    let times = ["01:30", "02:00", "02:30", "03:00", "03:30"];
    let (stream_, told) = stream(
        &scenario(SPRING, VOLUMES),
        switch("2026-03-29", &times, 0).as_bytes(),
    );
    assert_eq!(
        told,
        [
            "6:1: the volumes end at 2026-03-29T04:00:00+02:00, before the run does: nobody comes then (see `run.length`, or repeat = \"weekly\")"
        ]
    );
    let sunday = 6 * 1440;
    let stream_ = stream_.expect("it is sound");
    assert!(is(
        &[stream_.expected(minutes(sunday + 90), minutes(sunday + 180))],
        &[180.0]
    ));
    let (_, told) = stream(
        &scenario(SPRING, VOLUMES),
        switch("2026-03-29", &times, 7).as_bytes(),
    );
    assert_eq!(
        told,
        ["02:00", "02:30"].iter().zip([3, 4]).map(|(time, line)| format!("{line}:1: the clocks of Europe/Berlin skip `2026-03-29 {time}`, but 7 contacts come then (write the time after the switch, or each time with its offset)")).collect::<Vec<_>>()
    );
}

#[test]
fn an_hour_that_comes_twice_is_read_in_the_order_of_the_lines() {
    let told_twice = "3:1: the clocks of Europe/Berlin show this time twice: its first line is the first, a second line the second (write times with their offset)";
    let ends = |line: u32| {
        format!(
            "{line}:1: the volumes end at 2026-10-25T04:00:00+01:00, before the run does: nobody comes then (see `run.length`, or repeat = \"weekly\")"
        )
    };
    let sunday = 6 * 1440;
    let both = [
        "01:30", "02:00", "02:30", "02:00", "02:30", "03:00", "03:30",
    ];
    let (stream_, told) = stream(
        &scenario(AUTUMN, VOLUMES),
        switch("2026-10-25", &both, 10).as_bytes(),
    );
    assert_eq!(told, [told_twice.to_owned(), ends(8)]);
    let found = stream_.expect("it is sound");
    let hour = |from: i64| found.expected(minutes(sunday + from), minutes(sunday + from + 60));
    assert!(is(&[hour(120), hour(180), hour(240)], &[20.0, 20.0, 120.0]));
    let once = ["01:30", "02:00", "02:30", "03:00", "03:30"];
    let (stream_, told) = stream(
        &scenario(AUTUMN, VOLUMES),
        switch("2026-10-25", &once, 10).as_bytes(),
    );
    let gap = "5:1: no line is about the time before this interval: nobody comes then (write 0 where nobody comes)";
    assert_eq!(told, [told_twice, gap, &ends(6)]);
    let found = stream_.expect("it is sound");
    let hour = |from: i64| found.expected(minutes(sunday + from), minutes(sunday + from + 60));
    assert!(is(&[hour(120), hour(180), hour(240)], &[20.0, 0.0, 120.0]));
}

/// A day of the local calendar: 24 contacts in 23, 24 or 25 hours, each day beginning at midnight.
#[test]
fn daily_volumes_last_as_long_as_the_day() {
    for (start, hours) in [(SPRING, 23), (MONDAY, 24), (AUTUMN, 25)] {
        let first: jiff::civil::Date = start.parse().unwrap();
        let mut content = "TimeStamp,IntervalDuration,IncomingContactVolume\n".to_owned();
        for day in 0..8 {
            let day = first + jiff::Span::new().days(day);
            content.push_str(&format!("{day},daily,24\n"));
        }
        let (days, told) = stream(&scenario(start, VOLUMES), content.as_bytes());
        assert_eq!(told, [""; 0]);
        let days = days.expect("it is sound");
        let sunday = 6 * 1440;
        let found = [
            days.expected(minutes(0), minutes(sunday)),
            days.expected(minutes(sunday), minutes(sunday + 60 * hours)),
        ];
        assert!(is(&found, &[144.0, 24.0]), "{start}: {found:?}");
    }
}

// ---- openings --------------------------------------------------------------------------------------------------------

const TIMES: &str = "times = { file = \"data.csv\" }";

fn openings(stream: &Arrivals) -> Vec<(f64, Given)> {
    let mut openings = stream.openings(
        Seed {
            seed: 1,
            replication: 0,
        },
        0,
        0,
    );
    std::iter::from_fn(|| openings.next(stream))
        .map(|one| {
            (
                (one.at - Time::ZERO).seconds(),
                stream.given(one.number).cloned().unwrap_or_default(),
            )
        })
        .collect()
}

#[test]
fn openings_are_read_in_whatever_form_leaves_no_doubt() {
    let given = |seconds: f64| Given {
        work: Some(Span::from_seconds(seconds)),
        urgency: Some(1),
        ..Given::default()
    };
    let forms = [
        "opened,work,urgency\n60,1.5 s,1\n2 min,,\n",
        "\u{FEFF}opened;work;urgency\r\n60;1.5;1\r\n\r\n120;;\r\n",
        "urgency\topened\twork\n1\t2026-03-02T00:01\t1500 ms\n\t2026-03-02 00:02:00\t\n",
        "opened,work,urgency\n2026-03-01T23:01Z,\"1.5\",1\n2026-03-02T00:02:00+01:00[Europe/Berlin],,\n",
    ];
    for form in forms {
        let (found, told) = stream(&scenario(MONDAY, TIMES), form.as_bytes());
        assert_eq!(told, [""; 0], "{form}");
        let expected = [(60.0, given(1.5)), (120.0, Given::default())];
        assert_eq!(openings(&found.expect(form)), expected, "{form}");
    }
    for form in [
        "opened\n60\n120\n",
        "seconds\n60\n120\n",
        "60\n120\n",
        "2026-03-02 00:01\n2026-03-02 00:02\n",
    ] {
        let (found, told) = stream(&scenario(MONDAY, TIMES), form.as_bytes());
        assert_eq!(told, [""; 0], "{form}");
        let expected = [(60.0, Given::default()), (120.0, Given::default())];
        assert_eq!(openings(&found.expect(form)), expected, "{form}");
    }
}

#[test]
fn what_is_assumed_of_openings_is_said() {
    let cases: [(&str, &str, &[&str], f64); 5] = [
        (
            MONDAY,
            "opened,agent\n60,Ann\n",
            &[
                "1:8: the column `agent` is not read (beside `opened` there may be `topic`, `urgency`, `work`, `turns`, `patience` and `reply_gap`)",
            ],
            60.0,
        ),
        (
            MONDAY,
            "start,urgency\n60,1\n",
            &["1:1: the first column, `start`, is taken for `opened` (name the column so)"],
            60.0,
        ),
        (
            MONDAY,
            "opened;work\n\"60,5\";1\n",
            &["2:1: numbers are read with decimal commas (write a point to be sure)"],
            60.5,
        ),
        (
            SPRING,
            "opened\n2026-03-29 02:30\n",
            &[
                "2:1: the clocks of Europe/Berlin skip `2026-03-29 02:30`; the time after the switch is taken (write it with its offset)",
            ],
            // 03:30 summer time.
            6.0 * 86_400.0 + 9_000.0,
        ),
        (
            AUTUMN,
            "opened\n2026-10-25T02:30\n",
            &[
                "2:1: the clocks of Europe/Berlin show `2026-10-25T02:30` twice; the first is taken (write it with its offset)",
            ],
            6.0 * 86_400.0 + 9_000.0,
        ),
    ];
    for (start, content, expected, at) in cases {
        let (found, told) = stream(&scenario(start, TIMES), content.as_bytes());
        assert_eq!(told, expected);
        assert_eq!(openings(&found.expect(content))[0].0, at, "{content}");
    }
}

#[test]
fn what_is_wrong_with_openings_is_said_at_its_cell_all_at_once() {
    let cases: [(&str, &[&str]); 11] = [
        (
            "opened,topic\n0,billing\n1,biling\n",
            &["3:3: there is no topic `biling` (did you mean `billing`?)"],
        ),
        (
            "opened,urgency,turns,work\n0,10,1.5,-1\nsoon,,,2 mines\n",
            &[
                "2:3: `urgency` is `10` (expected an integer from 1 to 9)",
                "2:6: `turns` is `1.5` (expected an integer from 0 on)",
                "2:10: `-1` is no duration: it is negative, no number, or longer than a century (seconds, or as in \"4 min\")",
                "3:1: `soon` is no instant (as in 2026-03-02T09:00+01:00, 2026-03-02 09:00 (in `run.zone`), or seconds from the start)",
                "3:8: `2 mines` is no duration: unknown unit (seconds, or as in \"4 min\")",
            ],
        ),
        (
            "opened,patience\n0,\n0,1 year\n",
            &[
                "3:3: `1 year` is no duration: months and years have no fixed length (seconds, or as in \"4 min\")",
            ],
        ),
        (
            "urgency,at\n3,1 min\n",
            &["1:1: there is no column `opened` (it says when each conversation opens)"],
        ),
        (
            "opened,turn\n0,3\n",
            &["1:8: there is no such column as `turn` (did you mean `turns`?)"],
        ),
        (
            "opened,turns,turns\n0,3,4\n",
            &["1:14: there are two columns `turns` (keep one)"],
        ),
        (
            "60,billing\n120,billing\n",
            &[
                "1:1: the first line is an opening, not the names of the columns (put a line before it, as in opened,topic,urgency,work,turns,patience,reply_gap)",
            ],
        ),
        (
            "opened,turns\n,3\n",
            &[
                "2:1: an empty cell is no instant (as in 2026-03-02T09:00+01:00, 2026-03-02 09:00 (in `run.zone`), or seconds from the start)",
            ],
        ),
        (
            "opened\n2026-03-01T23:59\n",
            &[
                "2:1: `2026-03-01T23:59` is before the start of the run (the run starts at 2026-03-02T00:00:00+01:00; see `run.start`)",
            ],
        ),
        (
            "opened,turns\n",
            &["1:1: no line follows the names of the columns (nobody would come)"],
        ),
        (
            "opened\n1,2\n",
            &[
                "2:1: the line has 2 cells, the first line 1 (a number with a decimal comma needs quotes, or semicolons between cells)",
            ],
        ),
    ];
    for (content, expected) in cases {
        let (found, told) = stream(&scenario(MONDAY, TIMES), content.as_bytes());
        assert_eq!(told, expected, "{content}");
        assert!(found.is_none());
    }
}

// ---- measured values -------------------------------------------------------------------------------------------------

/// The mean work and what is said of a file of measured values.
fn measured(rest: &str, content: &str) -> (Option<f64>, Vec<String>) {
    let text = scenario(MONDAY, "times = [\"0 s\"]").replace(
        "\"1 s\"",
        &format!("{{ empirical = {{ file = \"data.csv\"{rest} }} }}"),
    );
    let told = |problems: Vec<super::Problem>| problems.iter().map(line).collect();
    match read("test.toml", &text, &[], &mut |_| Ok(content.into())) {
        Ok((scenario, warnings)) => {
            let work = &scenario.strategies[0].setup.topics[0].works[0];
            (Some((work.mean() * 1e6).round() / 1e6), told(warnings))
        }
        Err(problems) => (None, told(problems)),
    }
}

#[test]
fn measured_values_are_read_with_or_without_a_name() {
    let named = ", column = \"work\"";
    for (rest, content) in [
        ("", "60\n2 min\n"),
        ("", "work\n60\n2 min\n"),
        ("", "\u{FEFF}work\r\n60\r\n\r\n120.0\r\n"),
        (named, "agent;work\nAnn;60\nBob;120\n"),
        (named, "work\n60\n120\n"),
    ] {
        let (mean, told) = measured(rest, content);
        assert_eq!((mean, told), (Some(90.0), vec![]), "{content}");
    }
    assert_eq!(
        measured("", "work,agent\n60,Ann\n"),
        (Some(60.0), vec!["data.csv:1:1: of several columns the first is taken, `work` (say `column` beside `file`)".to_owned()])
    );
    assert_eq!(
        measured("", "\"60,5\"\n\"61,5\"\n"),
        (
            Some(61.0),
            vec![
                "data.csv:1:1: numbers are read with decimal commas (write a point to be sure)"
                    .to_owned()
            ]
        )
    );
}

#[test]
fn what_is_wrong_with_measured_values_is_said_at_its_cell_all_at_once() {
    let cases: [(&str, &str, &[&str]); 6] = [
        (
            ", column = \"wrok\"",
            "agent,work\nAnn,60\n",
            &["data.csv:1:1: there is no column `wrok` (did you mean `work`?)"],
        ),
        (
            ", column = \"work\"",
            "agent,work\nAnn,-5\nBob,\nCid,long\nDan,60\n",
            &[
                "data.csv:2:5: `-5` is no duration: it is negative, no number, or longer than a century (seconds, or as in \"4 min\")",
                "data.csv:3:5: an empty cell is no duration: it cannot be read (seconds, or as in \"4 min\")",
                "data.csv:4:5: `long` is no duration: it cannot be read (seconds, or as in \"4 min\")",
            ],
        ),
        (
            "",
            "-5\n60\n",
            &[
                "data.csv:1:1: `-5` is no duration: it is negative, no number, or longer than a century (seconds, or as in \"4 min\")",
            ],
        ),
        (
            "",
            "work\n",
            &["test.toml:8:22: an empirical distribution needs at least one value"],
        ),
        (
            "",
            "60,5\n61,5\n",
            &[
                "data.csv:1:1: the lines have several cells without names (name the columns on the first line and say `column`; decimals have a point)",
            ],
        ),
        (
            "",
            "60\n1,234\n",
            &[
                "data.csv:2:1: the line has 2 cells, the first line 1 (a number with a decimal comma needs quotes, or semicolons between cells)",
            ],
        ),
    ];
    for (rest, content, expected) in cases {
        let (mean, told) = measured(rest, content);
        assert_eq!(
            (mean, told.as_slice()),
            (
                None,
                expected
                    .iter()
                    .map(|line| (*line).to_owned())
                    .collect::<Vec<_>>()
                    .as_slice()
            ),
            "{content}"
        );
    }
}
