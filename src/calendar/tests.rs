//! Small calendars by hand, and what holds for any.

use super::*;
use jiff::civil::{date, time};
use proptest::prelude::*;

fn hour(hours: i64) -> Time {
    Time::ZERO + Span::HOUR * hours
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect(name)
}

/// Open in the hours given, within a range of two weeks.
fn open(hours: &[(i64, i64)]) -> Calendar {
    Calendar::from_intervals(
        hours
            .iter()
            .map(|(from, to)| (hour(*from), hour(*to)))
            .collect(),
        Span::WEEK * 2,
    )
}

fn german_office(
    text: &str,
    closed: &[jiff::civil::Date],
    also: &[&str],
) -> (Calendar, Origin, TimeZone) {
    let berlin = zone("Europe/Berlin");
    let origin = Origin::midnight(date(2026, 3, 30), &berlin);
    let rule = Rule::parse(text, Some("DE"), closed, also).unwrap();
    (
        Calendar::compile(&rule, &berlin, origin, Span::WEEK * 2),
        origin,
        berlin,
    )
}

#[test]
fn always_and_never_answer_every_question() {
    let (always, never) = (Calendar::always(), Calendar::never());
    assert!(always.is_always() && always.is_open(hour(7)) && always.is_open(Time::NEVER));
    assert_eq!(always.next_edge(Time::ZERO), None);
    assert_eq!(always.next_open(hour(7)), hour(7));
    assert_eq!(always.open_before(hour(7)), Span::HOUR * 7);
    assert_eq!(always.after_open(hour(7), Span::HOUR), hour(8));
    assert_eq!(always.after_open(hour(7), Span::FOREVER), Time::NEVER);
    assert!(!never.is_open(Time::ZERO) && !never.is_always());
    assert_eq!(never.next_edge(Time::ZERO), None);
    assert_eq!(never.next_open(hour(7)), Time::NEVER);
    assert_eq!(never.open_before(hour(7)), Span::ZERO);
    assert_eq!(never.after_open(hour(7), Span::HOUR), Time::NEVER);
    assert_eq!(never.after_open(hour(7), Span::ZERO), hour(7));
    let text = Calendar::compile(
        &Rule::always(),
        &TimeZone::UTC,
        jiff::Timestamp::UNIX_EPOCH,
        Span::DAY,
    );
    assert!(text.is_always());
    assert_eq!(text, always);
    assert_ne!(always, never);
}

#[test]
fn an_interval_contains_its_start_and_not_its_end() {
    let calendar = open(&[(9, 17), (33, 41)]);
    assert!(!calendar.is_open(hour(9) - Span(1)) && calendar.is_open(hour(9)));
    assert!(calendar.is_open(hour(17) - Span(1)) && !calendar.is_open(hour(17)));
    assert_eq!(calendar.next_edge(Time::ZERO), Some(hour(9)));
    assert_eq!(calendar.next_edge(hour(9)), Some(hour(17)));
    assert_eq!(calendar.next_edge(hour(17)), Some(hour(33)));
    assert_eq!(calendar.next_open(hour(17)), hour(33));
    assert_eq!(calendar.next_open(hour(10)), hour(10));
    assert_eq!(calendar.open_before(hour(34)), Span::HOUR * 9);
    assert_eq!(calendar.open_between(hour(16), hour(34)), Span::HOUR * 2);
}

#[test]
fn open_time_used_up_at_closing_ends_at_closing() {
    let calendar = open(&[(9, 17), (33, 41)]);
    assert_eq!(calendar.after_open(hour(9), Span::HOUR * 8), hour(17));
    assert_eq!(
        calendar.after_open(hour(9), Span::HOUR * 8 + Span(1)),
        hour(33) + Span(1)
    );
    assert_eq!(calendar.after_open(hour(20), Span::HOUR * 8), hour(41));
    assert_eq!(calendar.after_open(hour(20), Span::ZERO), hour(20));
}

#[test]
fn what_touches_is_one_interval() {
    let calendar = open(&[(12, 17), (9, 12), (10, 11), (20, 20)]);
    assert_eq!(
        calendar.intervals(hour(48)).collect::<Vec<_>>(),
        [(hour(9), hour(17))]
    );
}

#[test]
fn the_last_week_is_repeated_by_elapsed_weeks() {
    // A week of 168 hours: the first differs, the second comes again and again, and is open over its end.
    let calendar = open(&[(1, 2), (168, 170), (200, 208), (330, 336)]);
    for week in 2..2000 {
        let start = hour(168 * week);
        assert!(calendar.is_open(start) && calendar.is_open(start + Span::HOUR));
        assert!(!calendar.is_open(start + Span::HOUR * 2));
        assert_eq!(
            calendar.next_edge(start - Span::HOUR),
            Some(start + Span::HOUR * 2)
        );
        assert_eq!(calendar.next_edge(start), Some(start + Span::HOUR * 2));
        assert_eq!(
            calendar.next_edge(start + Span::HOUR * 2),
            Some(start + Span::HOUR * 32)
        );
        assert_eq!(
            calendar.open_before(start),
            Span::HOUR * (1 + 16 * (week - 1))
        );
        assert_eq!(
            calendar.after_open(Time::ZERO, Span::HOUR * (1 + 16 * (week - 1))),
            start
        );
    }
    let closed_at_last = open(&[(1, 2)]);
    assert_eq!(closed_at_last.next_edge(hour(2)), None);
    assert_eq!(
        closed_at_last.after_open(Time::ZERO, Span::HOUR * 2),
        Time::NEVER
    );
    let short = Calendar::from_intervals(vec![(hour(1), hour(2))], Span::DAY);
    assert_eq!(
        short.next_open(hour(2)),
        hour(169),
        "a horizon of a day still repeats by the week"
    );
}

#[test]
fn without_horizon_the_last_state_holds_on() {
    let staffed = Calendar::from_intervals(
        vec![(hour(1), hour(2)), (hour(5), Time::NEVER)],
        Span::FOREVER,
    );
    assert!(staffed.is_open(hour(100_000)) && !staffed.is_always());
    assert_eq!(staffed.next_edge(hour(5)), None);
    assert_eq!(staffed.open_before(hour(105)), Span::HOUR * 101);
    assert_eq!(staffed.after_open(Time::ZERO, Span::HOUR * 11), hour(15));
    let week = Calendar::intersection(&[&staffed, &open(&[(3, 6), (171, 174)])]);
    let expected = [
        (hour(5), hour(6)),
        (hour(171), hour(174)),
        (hour(339), hour(342)),
    ];
    assert_eq!(week.intervals(hour(400)).collect::<Vec<_>>(), expected);
}

#[test]
fn public_holidays_closed_days_and_times_besides_hold() {
    let easter = ["2026-04-04 10:00-14:00,22:00-02:00"];
    let text = "Mo-Fr 08:00-20:00; Sa 10:00-12:00; PH off";
    let (calendar, origin, berlin) =
        german_office(text, &[date(2026, 4, 1), date(2026, 4, 7)], &easter);
    let shown: Vec<_> = calendar
        .intervals(hour(24 * 10))
        .map(|(from, to)| {
            format!(
                "{} {}",
                origin.local(from, &berlin),
                origin.local(to, &berlin).time()
            )
        })
        .collect();
    let expected = [
        "2026-03-30T08:00:00 20:00:00",
        "2026-03-31T08:00:00 20:00:00",
        "2026-04-02T08:00:00 20:00:00", // the 3rd is Good Friday
        "2026-04-04T10:00:00 14:00:00",
        "2026-04-04T22:00:00 02:00:00", // the 6th is Easter Monday
        "2026-04-08T08:00:00 20:00:00",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_shift_under_way_at_the_start_is_open_and_keeps_its_breaks() {
    // Sunday evening to Monday morning, and the run starts on Monday.
    let (night, ..) = german_office("Mo-Su 22:00-06:00", &[], &[]);
    assert_eq!(
        night.intervals(hour(24)).collect::<Vec<_>>(),
        [(hour(0), hour(6)), (hour(22), hour(24))]
    );
    let breaks = night.breaks(Span::MINUTE * 15, Span::HOUR * 4, Span::WEEK);
    let quarter = Span::MINUTE * 15;
    let two = [(hour(2), hour(2) + quarter), (hour(26), hour(26) + quarter)];
    assert_eq!(breaks.intervals(hour(48)).collect::<Vec<_>>(), two);
    assert_eq!(
        night.minus(&breaks).open_before(hour(24 * 7)),
        Span::MINUTE * (7 * (8 * 60 - 15))
    );
    let ever = Calendar::always().breaks(quarter, Span::HOUR * 4, Span::WEEK);
    assert_eq!(
        ever.open_before(hour(24 * 14)),
        Span::MINUTE * (15 * (14 * 6)) - quarter,
        "none at the very start"
    );
}

#[test]
fn lunch_is_at_noon_before_and_after_the_clocks_switch() {
    let berlin = zone("Europe/Berlin");
    let origin = Origin::midnight(date(2026, 3, 28), &berlin);
    let lunch = Calendar::daily(time(12, 0, 0, 0), Span::HOUR, &berlin, origin, Span::WEEK);
    let at: Vec<_> = lunch.intervals(hour(72)).map(|(from, _)| from).collect();
    assert_eq!(at, [hour(12), hour(35), hour(59)]);
    let late = Calendar::daily(time(23, 30, 0, 0), Span::HOUR, &berlin, origin, Span::WEEK);
    assert!(
        late.is_open(Time::ZERO),
        "the pause of the evening before is not over"
    );
}

#[test]
fn a_closed_day_takes_from_a_night_shift_what_lies_on_it() {
    let (night, ..) = german_office("Mo-Su 22:00-06:00; PH off", &[date(2026, 4, 1)], &[]);
    let first = night.intervals(hour(24 * 4)).collect::<Vec<_>>();
    let expected =
        [(0, 6), (22, 30), (46, 48), (72, 78), (94, 96)].map(|(from, to)| (hour(from), hour(to)));
    assert_eq!(first, expected, "Wednesday is closed, Friday a holiday");
}

#[test]
fn a_run_without_end_is_compiled_for_a_century() {
    let rule = Rule::parse("Mo-Fr 09:00-17:00", None, &[], &[]).unwrap();
    let monday = Origin::midnight(date(2026, 3, 2), &TimeZone::UTC);
    let office = Calendar::compile(&rule, &TimeZone::UTC, monday, Span::FOREVER);
    assert_eq!(
        office.open_before(Time::ZERO + Span::WEEK * 10_000),
        Span::HOUR * 400_000
    );
}

#[test]
fn a_local_time_that_is_skipped_is_read_with_the_offset_before() {
    let berlin = zone("Europe/Berlin");
    let origin = Origin::midnight(date(2025, 3, 30), &berlin);
    assert_eq!(
        origin.iso(
            origin.time(date(2025, 3, 30).at(2, 30, 0, 0), &berlin),
            &berlin
        ),
        "2025-03-30T03:30:00+02:00"
    );
    // The switch takes the skipped hour from a shift across it and nothing from shifts that meet.
    let shift = |text: &str| {
        let rule = Rule::parse(text, None, &[], &[]).unwrap();
        Calendar::compile(&rule, &berlin, origin, Span::WEEK).open_before(hour(23))
    };
    assert_eq!(shift("00:00-06:00"), Span::HOUR * 5);
    assert_eq!(shift("02:00-03:00"), Span::ZERO);
    assert_eq!(shift("00:00-02:30,02:30-06:00"), Span::HOUR * 5);
}

#[test]
fn a_day_that_starts_late_starts_when_it_starts() {
    // Santiago goes from 24:00 on 6 September 2025 to 01:00.
    let santiago = zone("America/Santiago");
    let origin = Origin::midnight(date(2025, 9, 7), &santiago);
    assert_eq!(
        origin.iso(Time::ZERO, &santiago),
        "2025-09-07T01:00:00-03:00"
    );
    assert_eq!(
        origin.local_day(Time::ZERO - Span(1), &santiago),
        date(2025, 9, 6)
    );
    assert_eq!(origin.local_day(hour(23), &santiago), date(2025, 9, 8));
}

#[test]
fn a_cursor_past_the_range_counts_as_a_search_does() {
    let calendar = open(&[(1, 2), (160, 170), (200, 208), (330, 336)]);
    let (mut clock, mut door) = (Cursor::default(), Cursor::default());
    for minute in (0..168 * 60 * 6).step_by(7) {
        let at = Time::ZERO + Span::MINUTE * minute;
        assert_eq!(
            clock.open_before(&calendar, at),
            calendar.open_before(at),
            "{minute}"
        );
        assert_eq!(
            door.is_open(&calendar, at),
            calendar.is_open(at),
            "{minute}"
        );
    }
}

/// A calendar of any kind: weekly, held on for ever, always, never.
fn any_calendar() -> impl Strategy<Value = Calendar> {
    let intervals = prop::collection::vec((0i64..500, 1i64..60), 0..12);
    (intervals, 0i64..500, 0..8).prop_map(|(intervals, horizon, kind)| {
        let mut intervals: Vec<_> = intervals
            .iter()
            .map(|(from, length)| (hour(*from), hour(from + length)))
            .collect();
        match kind {
            0 => Calendar::always(),
            1 => Calendar::from_intervals(intervals, Span::FOREVER),
            2 => {
                intervals.push((hour(horizon), Time::NEVER));
                Calendar::from_intervals(intervals, Span::FOREVER)
            }
            _ => Calendar::from_intervals(intervals, Span::HOUR * horizon),
        }
    })
}

fn any_time() -> impl Strategy<Value = Time> {
    // Whole hours are where the edges are.
    prop_oneof![
        (0i64..3000).prop_map(hour),
        (0..3000 * Span::HOUR.0).prop_map(Time)
    ]
}

proptest! {
    #[test]
    fn open_time_adds_up(calendar in any_calendar(), mut at in [any_time(), any_time(), any_time()]) {
        at.sort();
        let [a, b, c] = at;
        prop_assert_eq!(calendar.open_between(a, c), calendar.open_between(a, b) + calendar.open_between(b, c));
        let listed: i64 = calendar.intervals(c).map(|(from, to)| (to - from).0).sum();
        prop_assert_eq!(calendar.open_before(c), Span(listed));
    }

    #[test]
    fn after_open_is_the_first_instant_with_that_much(
        calendar in any_calendar(), from in any_time(), open in 1..400 * Span::HOUR.0, whole in any::<bool>(),
    ) {
        let open = if whole { Span::HOUR * (1 + open / Span::HOUR.0) } else { Span(open) };
        let at = calendar.after_open(from, open);
        if at == Time::NEVER {
            prop_assert!(calendar.open_between(from, hour(1_000_000)) < open);
        } else {
            prop_assert_eq!(calendar.open_between(from, at), open);
            prop_assert_eq!(calendar.open_between(from, at - Span(1)), open - Span(1));
        }
    }

    #[test]
    fn between_two_edges_nothing_changes(calendar in any_calendar(), at in any_time()) {
        let open = calendar.is_open(at);
        match calendar.next_edge(at) {
            None => prop_assert_eq!(calendar.is_open(at + Span::WEEK * 9), open),
            Some(edge) => {
                prop_assert!(edge > at);
                prop_assert_eq!(calendar.is_open(edge - Span(1)), open);
                prop_assert_eq!(calendar.is_open(edge), !open);
                let expected = if open { edge - at } else { Span::ZERO };
                prop_assert_eq!(calendar.open_between(at, edge), expected);
            }
        }
    }

    #[test]
    fn sets_hold_at_every_instant(a in any_calendar(), b in any_calendar(), at in any_time()) {
        prop_assert_eq!(Calendar::union(&[&a, &b]).is_open(at), a.is_open(at) || b.is_open(at));
        prop_assert_eq!(Calendar::intersection(&[&a, &b]).is_open(at), a.is_open(at) && b.is_open(at));
        prop_assert_eq!(a.minus(&b).is_open(at), a.is_open(at) && !b.is_open(at));
    }

    #[test]
    fn sets_obey_their_laws(a in any_calendar(), b in any_calendar(), c in any_calendar()) {
        let or = |a: &Calendar, b: &Calendar| Calendar::union(&[a, b]);
        let and = |a: &Calendar, b: &Calendar| Calendar::intersection(&[a, b]);
        let not = |a: &Calendar| Calendar::always().minus(a);
        prop_assert_eq!(or(&a, &a), a.clone());
        prop_assert_eq!(and(&a, &b), and(&b, &a));
        prop_assert_eq!(or(&or(&a, &b), &c), Calendar::union(&[&a, &b, &c]));
        prop_assert_eq!(and(&a, &or(&b, &c)), or(&and(&a, &b), &and(&a, &c)));
        prop_assert_eq!(not(&or(&a, &b)), and(&not(&a), &not(&b)));
        prop_assert_eq!(a.minus(&b), and(&a, &not(&b)));
        prop_assert!(or(&a, &not(&a)).is_always());
        prop_assert_eq!(and(&a, &not(&a)), Calendar::never());
    }

    #[test]
    fn a_cursor_counts_as_a_search_does(calendar in any_calendar(), mut at in prop::collection::vec(any_time(), 1..40)) {
        at.sort();
        let mut cursor = Cursor::default();
        for now in at {
            prop_assert_eq!(cursor.open_before(&calendar, now), calendar.open_before(now));
            prop_assert_eq!(cursor.is_open(&calendar, now), calendar.is_open(now));
        }
    }
}

#[test]
fn a_date_has_the_same_number_in_every_zone_and_its_own_length() {
    // The last Sunday of March 2026 has 23 hours in Berlin; 2026-03-28 is day 20540 since 1970.
    let (berlin, angeles) = (zone("Europe/Berlin"), zone("America/Los_Angeles"));
    let start = Origin::midnight(date(2026, 3, 28), &berlin);
    let days = Days::compile(&berlin, start, Span::DAY * 4);
    let ends: Vec<Time> = (0..5).map(|place| days.end(place)).collect();
    assert_eq!(ends, [24, 47, 71, 95, 119].map(hour));
    let numbers =
        [-25, -24, -1, 0, 23, 24, 46, 47, 95, 118, 119].map(|hours| days.number(hour(hours)));
    let today = 20_540;
    assert_eq!(
        numbers.map(|number| number - today),
        [-2, -1, -1, 0, 0, 1, 1, 2, 4, 4, 5]
    );
    // There it is still the day before, 16:00.
    let west = Days::compile(&angeles, start, Span::DAY * 4);
    assert_eq!((west.first(), west.end(0)), (today - 1, hour(8)));
    assert_eq!(
        [-17, -16, 7, 8].map(|hours| west.number(hour(hours)) - today),
        [-2, -1, -1, 0]
    );
    let elapsed = Days::default();
    assert_eq!(
        [-1, 0, 23, 24, 48].map(|hours| elapsed.number(hour(hours))),
        [-1, 0, 0, 1, 2]
    );
    assert_eq!((elapsed.end(0), elapsed.end(2)), (hour(24), hour(72)));
}
