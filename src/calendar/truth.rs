//! Answers worked out elsewhere: time zones by Python's `zoneinfo` and, again, by hand-written switching rules minute by
//! minute (the `tz-` cases of the truth collection); business clock, overlap and closed hours by hand.

use super::*;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, ISOWeekDate, Weekday, date};

const OFFICE: &str = "Mo-Fr 09:00-17:00";
const YEAR: Span = Span(370 * Span::DAY.0);

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect(name)
}

/// The local midnight that began 2025 in a zone.
fn new_year(zone: &TimeZone) -> Origin {
    Origin::midnight(date(2025, 1, 1), zone)
}

fn hours(text: &str, zone: &TimeZone, origin: Origin) -> Calendar {
    Calendar::compile(
        &Rule::parse(text, None, &[], &[]).unwrap(),
        zone,
        origin,
        YEAR,
    )
}

fn instant(text: &str) -> Time {
    new_year(&TimeZone::UTC).time_of(text.parse::<Timestamp>().expect(text))
}

fn seconds(span: Span) -> i64 {
    assert_eq!(span.0 % Span::SECOND.0, 0);
    span.0 / Span::SECOND.0
}

/// Messages from one zone, each with its wait for the first open moment in another and the local time of that moment.
fn assert_answered(from: &str, to: &str, open: &str, cases: &[(&str, i64, &str)]) {
    let (from, to) = (zone(from), zone(to));
    let origin = new_year(&TimeZone::UTC);
    let desk = hours(open, &to, origin);
    for (sent_local, wait, answered_local) in cases {
        let sent = origin.time(sent_local.parse().unwrap(), &from);
        let answered = desk.next_open(sent);
        assert_eq!(seconds(answered - sent), *wait, "{sent_local}");
        assert_eq!(origin.iso(answered, &to), *answered_local, "{sent_local}");
    }
}

#[test]
fn berlin_waits_for_new_york_around_the_spring_switches() {
    let cases = [
        ("2025-03-07T10:00", 18_000, "2025-03-07T09:00:00-05:00"),
        ("2025-03-10T09:00", 18_000, "2025-03-10T09:00:00-04:00"),
        ("2025-03-28T09:00", 18_000, "2025-03-28T09:00:00-04:00"),
        ("2025-03-31T09:00", 21_600, "2025-03-31T09:00:00-04:00"),
        ("2025-03-28T22:30", 228_600, "2025-03-31T09:00:00-04:00"),
        ("2025-03-29T12:00", 180_000, "2025-03-31T09:00:00-04:00"),
    ];
    assert_answered("Europe/Berlin", "America/New_York", OFFICE, &cases);
}

#[test]
fn new_york_waits_for_berlin_around_the_autumn_switches() {
    let cases = [
        ("2025-10-24T12:00", 230_400, "2025-10-27T09:00:00+01:00"),
        ("2025-10-24T10:59", 0, "2025-10-24T16:59:00+02:00"),
        ("2025-10-27T03:59", 60, "2025-10-27T09:00:00+01:00"),
        ("2025-10-27T12:00", 57_600, "2025-10-28T09:00:00+01:00"),
        ("2025-10-31T18:00", 208_800, "2025-11-03T09:00:00+01:00"),
        ("2025-11-03T12:00", 54_000, "2025-11-04T09:00:00+01:00"),
    ];
    assert_answered("America/New_York", "Europe/Berlin", OFFICE, &cases);
}

#[test]
fn a_message_stamped_in_the_missing_hour() {
    let answered = "2025-03-30T07:00:00-05:00";
    // The second reading of 02:30 (with the offset after the switch) is 01:30 before it.
    let cases = [
        ("2025-03-30T02:30", 37_800, answered),
        ("2025-03-30T01:30", 41_400, answered),
        ("2025-03-30T01:59", 39_660, answered),
        ("2025-03-30T03:00", 39_600, answered),
    ];
    assert_answered(
        "Europe/Berlin",
        "America/Chicago",
        "Mo-Su 07:00-15:00",
        &cases,
    );
}

#[test]
fn the_southern_half_switches_the_other_way() {
    let cases = [
        ("2025-03-28T12:00", 28_800, "2025-03-28T09:00:00+00:00"),
        ("2025-03-31T12:00", 25_200, "2025-03-31T09:00:00+01:00"),
        ("2025-04-07T12:00", 21_600, "2025-04-07T09:00:00+01:00"),
        ("2025-10-03T12:00", 21_600, "2025-10-03T09:00:00+01:00"),
        ("2025-10-06T12:00", 25_200, "2025-10-06T09:00:00+01:00"),
        ("2025-10-27T12:00", 28_800, "2025-10-27T09:00:00+00:00"),
    ];
    assert_answered("Australia/Sydney", "Europe/London", OFFICE, &cases);
}

#[test]
fn across_the_date_line_it_is_another_day() {
    let cases = [
        ("2025-06-02T09:00", 90_000, "2025-06-02T09:00:00-11:00"),
        ("2025-06-06T16:00", 0, "2025-06-05T15:00:00-11:00"),
        ("2025-06-07T09:00", 3_600, "2025-06-06T09:00:00-11:00"),
        ("2025-06-01T23:59", 122_460, "2025-06-02T09:00:00-11:00"),
    ];
    assert_answered("Pacific/Kiritimati", "Pacific/Pago_Pago", OFFICE, &cases);
}

#[test]
fn a_night_shift_starts_in_the_evening_of_its_day() {
    let cases = [
        ("2025-03-09T15:00", 75_600, "2025-03-09T22:00:00-05:00"),
        ("2025-03-09T16:30", 70_200, "2025-03-09T22:00:00-05:00"),
        ("2025-03-08T12:00", 172_800, "2025-03-09T22:00:00-05:00"),
        ("2025-11-02T12:00", 90_000, "2025-11-02T22:00:00-06:00"),
        ("2025-11-02T16:00", 75_600, "2025-11-02T22:00:00-06:00"),
        ("2025-11-07T23:00", 223_200, "2025-11-09T22:00:00-06:00"),
    ];
    assert_answered("Asia/Tokyo", "America/Chicago", "Su-Th 22:00-06:00", &cases);
}

#[test]
fn a_night_shift_is_shorter_or_longer_when_the_clocks_switch() {
    let shifts = |name: &str, first_evening: Date| {
        let zone = zone(name);
        let origin = Origin::midnight(first_evening, &zone);
        let nights = hours("22:00-06:00", &zone, origin);
        let found = nights.intervals(Time::ZERO + Span::DAY * 6).skip(1).take(4);
        found
            .map(|(from, to)| (origin.at(from).to_string(), seconds(to - from)))
            .collect::<Vec<_>>()
    };
    let expected = |starts: [(&str, i64); 4]| {
        starts
            .map(|(start, length)| (start.to_owned(), length))
            .to_vec()
    };
    assert_eq!(
        shifts("Australia/Lord_Howe", date(2025, 4, 4)),
        expected([
            ("2025-04-04T11:00:00Z", 28_800),
            ("2025-04-05T11:00:00Z", 30_600),
            ("2025-04-06T11:30:00Z", 28_800),
            ("2025-04-07T11:30:00Z", 28_800),
        ])
    );
    assert_eq!(
        shifts("America/Chicago", date(2025, 3, 7)),
        expected([
            ("2025-03-08T04:00:00Z", 28_800),
            ("2025-03-09T04:00:00Z", 25_200),
            ("2025-03-10T03:00:00Z", 28_800),
            ("2025-03-11T03:00:00Z", 28_800),
        ])
    );
    assert_eq!(
        shifts("America/Chicago", date(2025, 10, 31)),
        expected([
            ("2025-11-01T03:00:00Z", 28_800),
            ("2025-11-02T03:00:00Z", 32_400),
            ("2025-11-03T04:00:00Z", 28_800),
            ("2025-11-04T04:00:00Z", 28_800),
        ])
    );
}

fn monday(week: i8) -> Time {
    let day = ISOWeekDate::new(2025, week, Weekday::Monday)
        .unwrap()
        .date();
    new_year(&TimeZone::UTC).time(day.at(0, 0, 0, 0), &TimeZone::UTC)
}

/// Minutes in which both are open, by ISO week of 2025.
fn assert_overlap(desks: [(&str, &str); 2], weeks: &[(i8, i64)]) {
    let [one, other] = desks.map(|(name, open)| hours(open, &zone(name), new_year(&TimeZone::UTC)));
    let both = Calendar::intersection(&[&one, &other]);
    for (week, minutes) in weeks {
        let from = monday(*week);
        assert_eq!(
            both.open_between(from, from + Span::WEEK),
            Span::MINUTE * *minutes,
            "week {week} of {desks:?}"
        );
    }
}

#[test]
fn common_hours_of_two_offices_through_the_switches() {
    assert_overlap(
        [("Europe/Berlin", OFFICE), ("America/New_York", OFFICE)],
        &[
            (9, 600),
            (10, 600),
            (11, 900),
            (12, 900),
            (13, 900),
            (14, 600),
            (20, 600),
            (42, 600),
            (43, 600),
            (44, 900),
            (45, 600),
            (46, 600),
        ],
    );
    assert_overlap(
        [
            ("Australia/Sydney", "Mo-Fr 08:00-17:30"),
            ("America/Los_Angeles", "Mo-Fr 09:00-18:00"),
        ],
        &[
            (9, 1200),
            (10, 1200),
            (11, 960),
            (13, 960),
            (14, 960),
            (15, 720),
            (39, 720),
            (40, 720),
            (41, 960),
            (44, 960),
            (45, 1200),
        ],
    );
    assert_overlap(
        [
            ("Australia/Lord_Howe", OFFICE),
            ("Pacific/Auckland", OFFICE),
        ],
        &[
            (13, 1800),
            (14, 1770),
            (15, 1950),
            (38, 1950),
            (39, 1950),
            (40, 1680),
            (41, 1800),
        ],
    );
    assert_overlap(
        [
            ("America/St_Johns", "Mo-Fr 08:00-19:00"),
            ("Australia/Adelaide", "Mo-Fr 06:30-18:00"),
        ],
        &[
            (9, 600),
            (10, 600),
            (11, 360),
            (14, 360),
            (15, 120),
            (40, 120),
            (41, 360),
            (44, 360),
            (45, 600),
        ],
    );
}

/// Twice the integral of the wait for opening over [from, to) \[s^2\], and the time in which it is 0: exact integers,
/// since all edges are whole seconds.
fn waiting(desk: &Calendar, from: Time, to: Time) -> (i128, Span) {
    let mut twice = 0;
    let mut at = from;
    while at < to {
        if desk.is_open(at) {
            at = desk.next_edge(at).unwrap_or(Time::NEVER);
            continue;
        }
        let opening = desk.next_open(at);
        let [longest, rest] =
            [at, opening.min(to)].map(|instant| i128::from(seconds(opening - instant)));
        twice += longest * longest - rest * rest;
        at = opening;
    }
    (twice, desk.open_between(from, to))
}

#[test]
fn mean_wait_for_opening_of_messages_sent_at_random() {
    // The mean wait is `numerator / denominator` seconds exactly.
    let assert_mean =
        |name: &str, from: &str, to: &str, numerator: i128, denominator: i128, at_once: f64| {
            let desk = hours(OFFICE, &zone(name), new_year(&TimeZone::UTC));
            let (from, to) = (instant(from), instant(to));
            let (twice, open) = waiting(&desk, from, to);
            assert_eq!(
                twice * denominator,
                2 * numerator * i128::from(seconds(to - from)),
                "{name}"
            );
            assert!(
                (open.seconds() / (to - from).seconds() - at_once).abs() < 1e-13,
                "{name}"
            );
        };
    let week = ["2025-06-02T00:00:00Z", "2025-06-09T00:00:00Z"];
    assert_mean(
        "Asia/Kolkata",
        week[0],
        week[1],
        384_000,
        7,
        0.23809523809524,
    );
    let switch = ["2025-03-03T00:00:00Z", "2025-03-17T00:00:00Z"];
    assert_mean(
        "America/New_York",
        switch[0],
        switch[1],
        380_250,
        7,
        0.23809523809524,
    );
    let year = ["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"];
    assert_mean(
        "Australia/Lord_Howe",
        year[0],
        year[1],
        7_994_895,
        146,
        0.23835616438356,
    );
}

#[test]
fn a_ticket_is_due_when_eight_working_hours_have_passed() {
    let helsinki = zone("Europe/Helsinki");
    let origin = new_year(&helsinki);
    let holidays = [
        date(2025, 12, 25),
        date(2025, 12, 26),
        date(2025, 4, 18),
        date(2025, 4, 21),
    ];
    let rule = Rule::parse(OFFICE, None, &holidays, &[]).unwrap();
    let desk = Calendar::compile(&rule, &helsinki, origin, YEAR);
    let cases = [
        ("2025-03-07T15:00", "2025-03-10T15:00:00+02:00"),
        ("2025-03-28T16:30", "2025-03-31T16:30:00+03:00"),
        ("2025-03-29T11:00", "2025-03-31T17:00:00+03:00"),
        ("2025-10-24T16:59", "2025-10-27T16:59:00+02:00"),
        ("2025-12-24T12:00", "2025-12-29T12:00:00+02:00"),
    ];
    for (arrival, due) in cases {
        let at = desk.after_open(
            origin.time(arrival.parse().unwrap(), &helsinki),
            Span::HOUR * 8,
        );
        assert_eq!(origin.iso(at, &helsinki), due);
    }
}

#[test]
fn a_day_is_as_long_as_its_clock_makes_it() {
    let cases = [
        (
            "America/New_York",
            "2025-03-08T12:00",
            82_800,
            "2025-03-09T13:00:00-04:00",
        ),
        (
            "America/New_York",
            "2025-11-01T12:00",
            90_000,
            "2025-11-02T11:00:00-05:00",
        ),
        (
            "Europe/London",
            "2025-03-29T18:00",
            82_800,
            "2025-03-30T19:00:00+01:00",
        ),
        (
            "Australia/Lord_Howe",
            "2025-04-05T12:00",
            88_200,
            "2025-04-06T11:30:00+10:30",
        ),
        (
            "Australia/Lord_Howe",
            "2025-10-04T12:00",
            84_600,
            "2025-10-05T12:30:00+11:00",
        ),
        (
            "Asia/Kolkata",
            "2025-03-29T12:00",
            86_400,
            "2025-03-30T12:00:00+05:30",
        ),
    ];
    for (name, start, to_same_clock, after_24_hours) in cases {
        let zone = zone(name);
        let origin = new_year(&zone);
        let local: DateTime = start.parse().unwrap();
        let at = origin.time(local, &zone);
        let next = origin.time(
            local.date().tomorrow().unwrap().to_datetime(local.time()),
            &zone,
        );
        assert_eq!(seconds(next - at), to_same_clock, "{name} {start}");
        assert_eq!(origin.iso(at + Span::DAY, &zone), after_24_hours);
    }
}

#[test]
fn a_local_day_at_a_switch_has_its_true_length() {
    let cases = [
        ("America/New_York", date(2025, 3, 9), 82_800),
        ("America/New_York", date(2025, 11, 2), 90_000),
        ("Europe/Berlin", date(2025, 3, 30), 82_800),
        ("Europe/Berlin", date(2025, 10, 26), 90_000),
        ("Australia/Lord_Howe", date(2025, 4, 6), 88_200),
        ("Australia/Lord_Howe", date(2025, 10, 5), 84_600),
        ("America/Santiago", date(2025, 9, 7), 82_800),
        ("Asia/Kathmandu", date(2025, 3, 30), 86_400),
    ];
    for (name, day, length) in cases {
        let next = Origin::midnight(day.tomorrow().unwrap(), &zone(name));
        assert_eq!(
            seconds(Origin::midnight(day, &zone(name)).time_of(next.timestamp()) - Time::ZERO),
            length,
            "{name}"
        );
    }
}

#[test]
fn a_call_across_a_switch_ends_at_the_new_clock() {
    // The second showing of 01:50 in New York is an hour after the first.
    let cases = [
        (
            "America/New_York",
            "2025-11-02T01:50",
            0,
            30,
            "2025-11-02T01:20:00-05:00",
        ),
        (
            "America/New_York",
            "2025-11-02T01:50",
            60,
            30,
            "2025-11-02T02:20:00-05:00",
        ),
        (
            "Europe/Berlin",
            "2025-03-30T01:45",
            0,
            40,
            "2025-03-30T03:25:00+02:00",
        ),
        (
            "Australia/Lord_Howe",
            "2025-04-06T01:40",
            0,
            45,
            "2025-04-06T01:55:00+10:30",
        ),
        (
            "Australia/Lord_Howe",
            "2025-10-05T01:40",
            0,
            45,
            "2025-10-05T02:55:00+11:00",
        ),
        (
            "Pacific/Chatham",
            "2025-09-28T02:30",
            0,
            45,
            "2025-09-28T04:15:00+13:45",
        ),
    ];
    for (name, start, later, minutes, end) in cases {
        let zone = zone(name);
        let origin = new_year(&zone);
        let from = origin.time(start.parse().unwrap(), &zone) + Span::MINUTE * later;
        assert_eq!(origin.iso(from + Span::MINUTE * minutes, &zone), end);
    }
}

#[test]
fn a_weekly_meeting_in_new_york_moves_in_berlin_four_weeks_a_year() {
    let (new_york, berlin) = (zone("America/New_York"), zone("Europe/Berlin"));
    let origin = new_year(&TimeZone::UTC);
    let office = hours(OFFICE, &berlin, origin);
    let starts = (1..=52).map(|week| {
        let tuesday = ISOWeekDate::new(2025, week, Weekday::Tuesday)
            .unwrap()
            .date();
        origin.time(tuesday.at(11, 0, 0, 0), &new_york)
    });
    // The first lies on 31 December 2024, before the run: asked for its clock, not for the calendar.
    let starts: Vec<Time> = starts.collect();
    let at_16: Vec<usize> = (1..=52)
        .filter(|week| origin.local(starts[week - 1], &berlin).hour() == 16)
        .collect();
    assert_eq!(at_16, [11, 12, 13, 44]);
    assert!(
        starts
            .iter()
            .all(|at| [16, 17].contains(&origin.local(*at, &berlin).hour()))
    );
    assert_eq!(starts.iter().filter(|at| !office.is_open(**at)).count(), 48);
}

#[test]
fn the_first_hour_that_suits_three_zones() {
    let origin = new_year(&TimeZone::UTC);
    let berlin = zone("Europe/Berlin");
    let desks = [
        hours("Mo-Fr 09:00-18:00", &berlin, origin),
        hours("Mo-Fr 08:00-17:00", &zone("America/New_York"), origin),
        hours("Mo-Fr 11:00-20:00", &zone("Asia/Kolkata"), origin),
    ];
    let all = Calendar::intersection(&desks.each_ref());
    let first_hour = |at: Time| {
        let mut slots = all
            .intervals(Time::NEVER)
            .map(|(from, to)| (from.max(at), to));
        slots
            .find(|(from, to)| *to >= *from + Span::HOUR)
            .expect("it repeats")
            .0
    };
    let cases = [
        ("2025-03-07T16:00", "2025-03-10T12:00:00Z"),
        ("2025-03-10T09:00", "2025-03-10T12:00:00Z"),
        ("2025-03-31T15:30", "2025-03-31T13:30:00Z"),
        ("2025-10-27T08:00", "2025-10-27T12:00:00Z"),
        ("2025-11-03T08:00", "2025-11-03T13:00:00Z"),
    ];
    for (request, start) in cases {
        let found = first_hour(origin.time(request.parse().unwrap(), &berlin));
        assert_eq!(origin.at(found).to_string(), start, "{request}");
    }
}

#[test]
fn the_business_clock_stands_still_while_the_desk_is_closed() {
    let utc = TimeZone::UTC;
    let origin = Origin::midnight(date(2026, 3, 2), &utc); // a Monday
    let at = |text: &str| origin.time(text.parse().unwrap(), &utc);
    let desk = hours(OFFICE, &utc, origin);
    assert_eq!(
        desk.after_open(at("2026-03-02T16:00"), Span::HOUR * 4),
        at("2026-03-03T12:00")
    );
    assert_eq!(
        desk.after_open(at("2026-03-02T16:30"), Span::HOUR),
        at("2026-03-03T09:30")
    );
    let longer = hours("Mo-Fr 09:00-18:00", &utc, origin);
    let (created, replied) = (at("2026-03-06T17:30"), at("2026-03-09T09:40"));
    assert_eq!(longer.open_between(created, replied), Span::MINUTE * 70);
    assert_eq!(replied - created, Span::HOUR * 64 + Span::MINUTE * 10);
    let mut clock = Cursor::default();
    let stamp = clock.open_before(&longer, created);
    assert_eq!(
        clock.open_before(&longer, replied) - stamp,
        Span::MINUTE * 70
    );
}

#[test]
fn common_hours_of_cities_on_three_days() {
    // [half hours] on Wednesdays in January, on 18 March and in July 2026.
    let cases = [
        ("Europe/London", "Asia/Kolkata", [Some(5), None, Some(7)]),
        (
            "Europe/London",
            "America/New_York",
            [Some(6), Some(8), Some(6)],
        ),
        (
            "Europe/London",
            "America/Los_Angeles",
            [Some(0), Some(2), Some(0)],
        ),
        (
            "Europe/London",
            "Europe/Berlin",
            [Some(14), Some(14), Some(14)],
        ),
        (
            "America/New_York",
            "Europe/Berlin",
            [Some(4), Some(6), Some(4)],
        ),
        (
            "America/Los_Angeles",
            "Australia/Sydney",
            [Some(6), Some(4), Some(2)],
        ),
        (
            "America/Los_Angeles",
            "Asia/Tokyo",
            [Some(2), Some(0), Some(0)],
        ),
        ("Asia/Tokyo", "Australia/Sydney", [Some(12), None, Some(14)]),
    ];
    let origin = Origin::midnight(date(2026, 1, 1), &TimeZone::UTC);
    for (one, other, days) in cases {
        let [one_desk, other_desk] = [one, other].map(|name| hours(OFFICE, &zone(name), origin));
        let both = Calendar::intersection(&[&one_desk, &other_desk]);
        for (day, half_hours) in [date(2026, 1, 14), date(2026, 3, 18), date(2026, 7, 15)]
            .into_iter()
            .zip(days)
        {
            let Some(half_hours) = half_hours else {
                continue;
            };
            // The day of the first city.
            let midnight = |day: Date| origin.time(day.at(0, 0, 0, 0), &zone(one));
            let common = both.open_between(midnight(day), midnight(day.tomorrow().unwrap()));
            assert_eq!(
                common,
                Span::MINUTE * 30 * half_hours,
                "{one} and {other} on {day}"
            );
        }
    }
}

#[test]
fn closed_hours_put_a_floor_under_the_mean_wait() {
    let utc = TimeZone::UTC;
    let origin = Origin::midnight(date(2026, 3, 2), &utc);
    // Rounded to 0.01 h in the source.
    let floor = |text: &str| {
        let desk = hours(text, &utc, origin);
        let (twice, open) = waiting(&desk, Time::ZERO, Time::ZERO + Span::WEEK);
        let mean = twice as f64 / 2.0 / Span::WEEK.seconds() / 3600.0;
        ((mean * 100.0).round() / 100.0, 1.0 - open.hours() / 168.0)
    };
    let (wait, closed) = floor("Mo-Fr 09:00-18:00");
    assert_eq!(wait, 14.49);
    assert!((closed - 0.732).abs() < 0.0005);
    assert_eq!(floor("Mo-Fr 09:00-17:00").0, 15.24);
    assert_eq!(floor("Mo-Fr 09:00-20:00").0, 13.09);
    assert_eq!(floor("Mo-Fr 08:00-20:00").0, 12.43);
    assert_eq!(floor("09:00-18:00").0, 4.69);
    assert_eq!(floor("Mo-Fr 00:00-24:00").0, 6.86);
    assert_eq!(floor("Mo-Fr 09:00-18:00, Mo-Fr 17:00-02:00").0, 9.59);
    assert_eq!(
        floor("Mo-Fr 09:00-18:00, Mo-Fr 17:00-02:00, Mo-Fr 00:00-09:00").0,
        6.30
    );
}
