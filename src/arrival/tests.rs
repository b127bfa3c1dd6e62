use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;

const HOUR: Span = Span::HOUR;
const DAY: Span = Span::DAY;

fn seed(replication: u32) -> Seed {
    Seed {
        seed: 3,
        replication,
    }
}

fn hours(number: i64) -> Time {
    Time::ZERO + HOUR * number
}

fn midnight_in(zone: &TimeZone, date: jiff::civil::Date) -> jiff::Timestamp {
    zone.to_timestamp(date.at(0, 0, 0, 0)).unwrap()
}

/// All openings before `to`.
fn openings(arrivals: &Arrivals, replication: u32, to: Time) -> Vec<Opening> {
    let mut openings = arrivals.openings(seed(replication), 1, 2);
    std::iter::from_fn(|| openings.next(arrivals))
        .take_while(|opening| opening.at < to)
        .collect()
}

fn profile(per_day: f64, slots: &[f64]) -> Profile {
    Profile {
        per_day,
        slots: slots.to_vec(),
        weekdays: [1.0; 7],
    }
}

/// Contact Centers' ContactArrivalProcessTest: six periods with counts, cumulative at their ends.
#[test]
fn volumes_are_expected_where_they_were_counted() {
    let counts = [25.0, 75.0, 50.0, 10.0, 25.0, 100.0];
    let period = Span::from_seconds(500.0);
    let volumes: Vec<(Time, Span, f64)> = counts
        .iter()
        .zip(0..)
        .map(|(count, place)| (Time::ZERO + period * place, period, *count))
        .collect();
    let rates = Rates::by_volume(&volumes).unwrap();
    for (place, sum) in (1..).zip([25.0, 100.0, 150.0, 160.0, 185.0, 285.0]) {
        assert!((rates.expected(Time::ZERO + period * place) - sum).abs() < 1e-9);
    }
    assert!((rates.expected(hours(10_000)) - 285.0).abs() < 1e-9);
    assert!(openings(&Arrivals::poisson(rates), 0, Time::NEVER).len() < 400);
}

#[test]
fn exact_volumes_are_met_in_every_interval_of_every_replication() {
    let volume = |from: i64, to: i64, number: u32| Volume {
        from: hours(from),
        to: hours(to),
        number,
    };
    let volumes = [
        volume(0, 1, 7),
        volume(1, 2, 0),
        volume(4, 6, 100),
        volume(6, 7, 1),
    ];
    let arrivals = Arrivals::exact(volumes.to_vec()).unwrap();
    for replication in 0..50 {
        let all = openings(&arrivals, replication, Time::NEVER);
        assert!(all.is_sorted_by(|one, next| one.at <= next.at));
        for Volume { from, to, number } in volumes {
            let inside = all.iter().filter(|one| one.at >= from && one.at < to);
            assert_eq!(inside.count(), number as usize);
        }
        assert_eq!(all.len(), 108);
        assert!(
            all.iter()
                .zip(0..)
                .all(|(one, number)| one.number == number)
        );
    }
    assert!((arrivals.expected(hours(1), hours(5)) - 50.0).abs() < 1e-9);
    assert_eq!(arrivals.expected(Time::ZERO, hours(9)), 108.0);
}

/// The k-th of n uniform places is at k / (n + 1) on average, with variance k (n + 1 - k) / ((n + 1)² (n + 2)). With 20,000
/// samples a mean is off by 5 standard errors once in 2 million times.
#[test]
fn exact_volumes_are_uniformly_placed() {
    let arrivals = Arrivals::exact(vec![Volume {
        from: hours(2),
        to: hours(3),
        number: 4,
    }])
    .unwrap();
    let samples = 20_000;
    let mut sums = [0.0; 4];
    for replication in 0..samples {
        let all = openings(&arrivals, replication, Time::NEVER);
        for (sum, one) in sums.iter_mut().zip(all) {
            *sum += (one.at - hours(2)).hours();
        }
    }
    for (k, sum) in (1..).map(f64::from).zip(sums) {
        let error = (k * (5.0 - k) / (25.0 * 6.0) / f64::from(samples)).sqrt();
        assert!(
            (sum / f64::from(samples) - k / 5.0).abs() < 5.0 * error,
            "{k}"
        );
    }
}

/// The share of an interval before the start does not come; the rest does.
#[test]
fn an_exact_interval_may_begin_before_the_run() {
    let arrivals = Arrivals::exact(vec![Volume {
        from: hours(-1),
        to: hours(1),
        number: 1000,
    }])
    .unwrap();
    let all = openings(&arrivals, 0, Time::NEVER);
    assert!(all[0].at >= Time::ZERO && all[0].number == 0);
    // 500 expected, standard deviation 16.
    assert!((420..580).contains(&all.len()), "{}", all.len());
    assert_eq!(arrivals.expected(Time::ZERO, hours(1)), 500.0);
}

#[test]
fn exact_volumes_that_overlap_are_refused() {
    let volume = |from: i64, to: i64| Volume {
        from: hours(from),
        to: hours(to),
        number: 1,
    };
    assert!(Arrivals::exact(vec![volume(0, 2), volume(1, 3)]).is_err());
    assert!(Arrivals::exact(vec![volume(1, 1)]).is_err());
}

#[test]
fn the_last_rate_holds_on_and_a_surge_multiplies() {
    let rates = Rates::by_interval(&[10.0, 30.0], HOUR).unwrap();
    assert!((rates.expected(hours(1)) - 10.0).abs() < 1e-9);
    assert!((rates.expected(hours(11)) - 310.0).abs() < 1e-9);
    let surged = rates
        .surged(&[Surge {
            from: hours(4),
            to: hours(6),
            factor: 3.0,
        }])
        .unwrap();
    assert!((surged.expected(hours(4)) - 100.0).abs() < 1e-9);
    assert!((surged.expected(hours(6)) - 280.0).abs() < 1e-9);
    assert!((surged.expected(hours(7)) - 310.0).abs() < 1e-9);
}

#[test]
fn a_surge_does_not_come_again_with_the_week() {
    let zone = TimeZone::UTC;
    let start = zone.to_timestamp(date(2026, 3, 2).at(0, 0, 0, 0)).unwrap();
    let mut weekly = profile(240.0, &[1.0]);
    weekly.weekdays = [1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5];
    let rates = Rates::profiled(&weekly, &zone, start, DAY * 7).unwrap();
    let surged = rates
        .surged(&[Surge {
            from: hours(24 * 15),
            to: hours(24 * 16),
            factor: 2.0,
        }])
        .unwrap();
    for (weeks, expected) in [
        (1, 1440.0),
        (2, 2880.0),
        (3, 4560.0),
        (4, 6000.0),
        (50, 72_240.0),
    ] {
        assert!(
            (surged.expected(hours(168 * weeks)) - expected).abs() < 1e-6,
            "{weeks} weeks"
        );
    }
}

/// Case `tz-arrival-profile` of the table of truths: a skipped hour brings nothing, a repeated one counts twice.
#[test]
fn a_day_of_a_changed_clock_has_the_openings_of_its_hours() {
    let weights = [
        2.0, 1.0, 4.0, 8.0, 1.0, 3.0, 6.0, 15.0, 40.0, 60.0, 70.0, 65.0, 50.0, 55.0, 60.0, 58.0,
        45.0, 30.0, 22.0, 18.0, 12.0, 9.0, 6.0, 3.0,
    ];
    let per_day: f64 = weights.iter().sum();
    for (name, (year, month, day), expected) in [
        ("America/New_York", (2025, 3, 9), 639.0),
        ("America/New_York", (2025, 11, 2), 644.0),
        ("Europe/Berlin", (2025, 3, 30), 639.0),
        ("Europe/Berlin", (2025, 10, 26), 647.0),
        ("Australia/Lord_Howe", (2025, 4, 6), 643.5),
        ("Australia/Lord_Howe", (2025, 10, 5), 641.0),
        ("America/Santiago", (2025, 9, 7), 641.0),
        ("Asia/Kathmandu", (2025, 3, 30), 643.0),
    ] {
        let zone = TimeZone::get(name).unwrap();
        // The run starts elsewhere and days before.
        let start = TimeZone::UTC
            .to_timestamp(date(year, month, day).at(0, 0, 0, 0))
            .unwrap()
            - jiff::SignedDuration::from_hours(96);
        let midnight = |date: jiff::civil::Date| {
            let at = midnight_in(&zone, date);
            Time(Span::SECOND.0 * (at.as_second() - start.as_second()))
        };
        let (from, to) = (
            midnight(date(year, month, day)),
            midnight(date(year, month, day).tomorrow().unwrap()),
        );
        for horizon in [DAY * 30, DAY, Span::ZERO] {
            let rates =
                Rates::profiled(&profile(per_day, &weights), &zone, start, horizon).unwrap();
            let arrivals = Arrivals::poisson(rates.clone());
            let found = arrivals.expected(from, to);
            assert!(
                (found - expected).abs() < 1e-6,
                "{name}, {horizon}: {found}"
            );
        }
    }
}

#[test]
fn busy_days_end_at_local_midnight() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let start = midnight_in(&zone, date(2026, 3, 28));
    let rates = Rates::profiled(&profile(24.0, &[1.0]), &zone, start, DAY * 2).unwrap();
    let ends: Vec<Time> = (0..3).map(|day| rates.days().end(day)).collect();
    assert_eq!(ends, [hours(24), hours(47), hours(71)]);
    assert_eq!(rates.days().end(30), hours(47 + 29 * 24));
}

/// Ten rates an hour long, 400 replications: each cell is Poisson of at least 400. Chi-square with 10 degrees of freedom
/// exceeds 39 in 2.5 of 10⁵ samples.
#[test]
fn openings_fall_where_the_rates_are() {
    let per_hour = [10.0, 1.0, 40.0, 5.0, 20.0, 2.0, 15.0, 30.0, 3.0, 8.0];
    let arrivals = Arrivals::poisson(Rates::by_interval(&per_hour, HOUR).unwrap());
    let mut counts = [0.0; 10];
    for replication in 0..400 {
        for opening in openings(&arrivals, replication, hours(10)) {
            counts[(opening.at.0 / HOUR.0) as usize] += 1.0;
        }
    }
    let square: f64 = counts
        .iter()
        .zip(per_hour)
        .map(|(count, rate): (&f64, f64)| (count - 400.0 * rate).powi(2) / (400.0 * rate))
        .sum();
    assert!(square < 39.0, "{square}");
}

/// Case `daily-volume-gamma` of the table of truths: 1000 a day, gamma of shape 25. 20 000 days: the standard error of the
/// mean is 1.43 and that of the standard deviation about 1.05; bounds of 4.5 of them fail by luck once in 10⁵.
#[test]
fn busyness_makes_days_vary_as_stated() {
    let arrivals = Arrivals::poisson(Rates::constant(1000.0 / 24.0).unwrap())
        .with_busyness(0.2)
        .unwrap();
    let days = 20_000;
    let mut halves = vec![[0.0f64; 2]; days];
    for opening in openings(&arrivals, 0, Time::ZERO + DAY * days as i64) {
        halves[(opening.at.0 / DAY.0) as usize][(opening.at.0 % DAY.0 >= 12 * HOUR.0) as usize] +=
            1.0;
    }
    let mean = |of: &dyn Fn(&[f64; 2]) -> f64| halves.iter().map(of).sum::<f64>() / days as f64;
    let average = mean(&|day| day[0] + day[1]);
    let variance = mean(&|day| (day[0] + day[1] - average).powi(2));
    assert!((average - 1000.0).abs() < 6.5, "{average}");
    assert!(
        (variance.sqrt() - 202.484_567_313_17).abs() < 4.8,
        "{}",
        variance.sqrt()
    );
    let quiet = mean(&|day| f64::from(day[0] + day[1] <= 900.0));
    // Standard error 0.0033.
    assert!((quiet - 0.329_537_789_357_87).abs() < 0.015, "{quiet}");
    let together = mean(&|day| (day[0] - 500.0) * (day[1] - 500.0));
    let apart = mean(&|day| ((day[0] - 500.0).powi(2) + (day[1] - 500.0).powi(2)) / 2.0);
    // Standard error (1 − r²) / √n = 0.0007.
    assert!(
        (together / apart - 0.952_380_952_380_95).abs() < 0.004,
        "{}",
        together / apart
    );
}

/// The same dates are busy in Lisbon and, nine hours later or more, in Los Angeles; hundred thousand a day leave little luck.
#[test]
fn the_zones_of_a_segment_are_busy_on_the_same_dates() {
    let lisbon = TimeZone::get("Europe/Lisbon").unwrap();
    let start = midnight_in(&lisbon, date(2026, 3, 2));
    let volumes = |name: &str, zone: u16, before: i64| {
        let there = TimeZone::get(name).unwrap();
        let rates = Rates::profiled(&profile(100_000.0, &[1.0]), &there, start, DAY * 5).unwrap();
        let arrivals = Arrivals::poisson(rates).with_busyness(0.5).unwrap();
        let mut stream = arrivals.openings(seed(0), 0, zone);
        let mut volumes = [0.0f64; 4];
        while let Some(opening) = stream
            .next(&arrivals)
            .filter(|opening| opening.at < hours(24 * 5))
        {
            let day = (opening.at - hours(before)).0.div_euclid(DAY.0);
            if (0..4).contains(&day) {
                volumes[day as usize] += 1.0;
            }
        }
        volumes
    };
    let (here, there) = (
        volumes("Europe/Lisbon", 0, 0),
        volumes("America/Los_Angeles", 1, 8),
    );
    for (here, there) in here.iter().zip(there) {
        assert!((here / there - 1.0).abs() < 0.05, "{here} and {there}");
    }
    assert!((here[0] / here[1] - 1.0).abs() > 0.05, "{here:?}");
}

/// 100 an hour with a cv of 0.3 by half-hour: the variance of a half-hour's number is 50 + 0.09 · 2500 = 275. With 20 000
/// half-hours its standard error is about 3.3 (a negative binomial has a kurtosis of 3.5).
#[test]
fn busy_intervals_vary_apart_from_each_other() {
    let half = Span::MINUTE * 30;
    let arrivals = Arrivals::poisson(Rates::constant(100.0).unwrap())
        .with_interval_busyness(0.3, half)
        .unwrap();
    let mut counts = vec![0.0f64; 20_000];
    for opening in openings(&arrivals, 0, Time::ZERO + half * 20_000) {
        counts[(opening.at.0 / half.0) as usize] += 1.0;
    }
    let mean = |of: &dyn Fn(usize) -> f64| (0..19_999).map(of).sum::<f64>() / 19_999.0;
    assert!((mean(&|i| counts[i]) - 50.0).abs() < 0.53);
    let variance = mean(&|i| (counts[i] - 50.0).powi(2));
    assert!((variance - 275.0).abs() < 15.0, "{variance}");
    let neighbours = mean(&|i| (counts[i] - 50.0) * (counts[i + 1] - 50.0)) / variance;
    assert!(neighbours.abs() < 0.032, "{neighbours}");
}

/// 10 an hour for 1 h and 40 for 20 min on average: 17.5 in the long run. With Q's relaxation rate r = 4/h and rates' variance
/// v = (3/4)(1/4)30² = 168.75, the number in t = 2 h has the variance 35 + 2v (t/r − (1 − exp(−rt))/r²) = 182.66. 40 000
/// replications: standard errors 0.068 and, with a kurtosis below 6, at most 2.1.
#[test]
fn a_switching_stream_starts_in_its_long_run() {
    let exponential = |span| Distribution::exponential(span).unwrap();
    let arrivals = Arrivals::switching(vec![
        (10.0, exponential(HOUR)),
        (40.0, exponential(Span::MINUTE * 20)),
    ])
    .unwrap();
    assert!((arrivals.expected(hours(0), hours(2)) - 35.0).abs() < 1e-9);
    let counts: Vec<f64> = (0..40_000)
        .map(|run| openings(&arrivals, run, hours(2)).len() as f64)
        .collect();
    let mean = counts.iter().sum::<f64>() / 40_000.0;
    let variance = counts
        .iter()
        .map(|count| (count - mean).powi(2))
        .sum::<f64>()
        / 40_000.0;
    assert!((mean - 35.0).abs() < 0.31, "{mean}");
    let (t, r) = (2.0f64, 4.0f64);
    let stated = 35.0 + 2.0 * 168.75 * (t / r - (1.0 - (-r * t).exp()) / (r * r));
    assert!((variance - stated).abs() < 9.0, "{variance} for {stated}");
    let first_hour = (0..40_000)
        .map(|run| openings(&arrivals, run, hours(1)).len() as f64)
        .sum::<f64>()
        / 40_000.0;
    assert!((first_hour - 17.5).abs() < 0.21, "{first_hour}");
    let fixed = Arrivals::switching(vec![
        (0.0, Distribution::Constant(HOUR)),
        (6.0, Distribution::Constant(HOUR)),
    ])
    .unwrap();
    let counts = (0..20_000)
        .map(|run| openings(&fixed, run, hours(1)).len() as f64)
        .sum::<f64>()
        / 20_000.0;
    // Variance 3 + 36 / 12, standard error 0.0173.
    assert!((counts - 3.0).abs() < 0.08, "{counts}");
}

#[test]
fn the_same_key_gives_the_same_openings_in_order() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let start = midnight_in(&zone, date(2026, 3, 2));
    let slots: Vec<f64> = (0..48).map(|slot| f64::from(slot % 7)).collect();
    let arrivals =
        Arrivals::poisson(Rates::profiled(&profile(900.0, &slots), &zone, start, DAY * 3).unwrap())
            .with_busyness(0.2)
            .unwrap()
            .with_interval_busyness(0.1, Span::MINUTE * 20)
            .unwrap()
            .with_batch(Count::geometric(2.0).unwrap());
    let once = openings(&arrivals, 0, hours(24 * 40));
    assert_eq!(once, openings(&arrivals, 0, hours(24 * 40)));
    assert_ne!(once, openings(&arrivals, 1, hours(24 * 40)));
    assert!(once.is_sorted_by_key(|opening| opening.at));
    assert!(
        once.iter()
            .zip(0..)
            .all(|(opening, number)| opening.number == number && opening.size >= 1)
    );
    let people: f64 = once.iter().map(|opening| f64::from(opening.size)).sum();
    // 36 000 openings of 2 each; the day factors give most of the error, 0.2 · 72 000 / √40 = 2277.
    assert!((arrivals.expected(Time::ZERO, hours(24 * 40)) - 72_000.0).abs() < 100.0);
    assert!((people - 72_000.0).abs() < 10_000.0, "{people}");
}

#[test]
fn twice_the_rate_brings_the_same_people_in_half_the_time() {
    let slow = openings(
        &Arrivals::poisson(Rates::constant(10.0).unwrap()),
        0,
        hours(100),
    );
    let fast = openings(
        &Arrivals::poisson(Rates::constant(20.0).unwrap()),
        0,
        hours(50),
    );
    assert!(slow.len() > 900 && slow.len().abs_diff(fast.len()) < 2);
    assert!(
        slow.iter()
            .zip(&fast)
            .all(|(slow, fast)| (slow.at.0 - 2 * fast.at.0).abs() < 4000)
    );
}

#[test]
fn more_often_is_more_of_all_that_is_drawn() {
    let rates = Rates::by_interval(&[10.0, 30.0], Span::HOUR).unwrap();
    let drawn = [
        Arrivals::poisson(rates).with_busyness(0.3).unwrap(),
        Arrivals::renewal(Distribution::exponential(Span::MINUTE).unwrap()).unwrap(),
        Arrivals::every(Span::MINUTE, Time::ZERO, None).unwrap(),
    ];
    for arrivals in drawn {
        let more = arrivals.more_often(1.25).expect("it can be");
        let count = |arrivals: &Arrivals| openings(arrivals, 0, hours(200)).len() as f64;
        let expected = |arrivals: &Arrivals| arrivals.expected(Time::ZERO, hours(200));
        assert!(
            (expected(&more) / expected(&arrivals) - 1.25).abs() < 1e-3,
            "{more:?}"
        );
        // By more than a tenth off in 1 of 10^6: 2 000 openings or more, a day's factor has cv 0.3.
        assert!(
            (count(&more) / count(&arrivals) - 1.25).abs() < 0.1,
            "{more:?}"
        );
    }
    assert_eq!(
        Arrivals::times(vec![Time::ZERO]).unwrap().more_often(1.1),
        None
    );
    assert_eq!(
        Arrivals::every(Span::MINUTE, Time::ZERO, Some(3))
            .unwrap()
            .more_often(1.1),
        None
    );
}

#[test]
fn fixed_times_gaps_and_renewals_come_as_written() {
    let ats = |arrivals: &Arrivals, to| {
        openings(arrivals, 0, to)
            .iter()
            .map(|opening| opening.at)
            .collect::<Vec<Time>>()
    };
    let every = Arrivals::every(HOUR, hours(1), Some(3)).unwrap();
    assert_eq!(ats(&every, hours(99)), [hours(1), hours(2), hours(3)]);
    assert_eq!(every.expected(hours(1), hours(3)), 2.0);
    assert_eq!(every.expected(hours(0), hours(30)), 3.0);
    let listed = Arrivals::times(vec![hours(5), hours(2), hours(2)]).unwrap();
    assert_eq!(ats(&listed, hours(99)), [hours(2), hours(2), hours(5)]);
    assert_eq!(listed.expected(hours(2), hours(5)), 2.0);
    let renewal = Arrivals::renewal(Distribution::Constant(HOUR * 2)).unwrap();
    assert_eq!(ats(&renewal, hours(7)), [hours(2), hours(4), hours(6)]);
    assert_eq!(renewal.expected(hours(0), hours(8)), 4.0);
}

#[test]
fn no_rate_brings_nobody_and_ends() {
    let none = Arrivals::poisson(Rates::constant(0.0).unwrap())
        .with_interval_busyness(0.1, HOUR)
        .unwrap();
    assert!(openings(&none, 0, Time::NEVER).is_empty());
    let zeros = Rates::by_volume(&[(Time::ZERO, HOUR, 0.0)]).unwrap();
    assert!(openings(&Arrivals::poisson(zeros), 0, Time::NEVER).is_empty());
    let later = Rates::by_interval(&[0.0, 0.0, 5.0, 0.0], HOUR).unwrap();
    assert!(
        openings(&Arrivals::poisson(later), 0, Time::NEVER)
            .iter()
            .all(|opening| opening.at > hours(2))
    );
}

#[test]
fn what_cannot_be_is_refused_in_plain_words() {
    assert_eq!(
        Rates::constant(-1.0).unwrap_err(),
        "a rate must be 0 or a number above it, not -1"
    );
    assert!(Rates::by_interval(&[], HOUR).is_err());
    assert!(Rates::by_volume(&[(hours(1), HOUR, 1.0), (hours(1), HOUR, 1.0)]).is_err());
    assert!(Arrivals::every(Span::ZERO, Time::ZERO, None).is_err());
    assert!(Arrivals::renewal(Distribution::Constant(Span::ZERO)).is_err());
    assert!(Arrivals::times(vec![]).unwrap().with_busyness(0.1).is_err());
    assert!(Arrivals::switching(vec![]).is_err());
    assert!(Arrivals::switching(vec![(1.0, Distribution::gamma(HOUR, 0.5).unwrap())]).is_err());
    let flat = Rates::profiled(
        &profile(1.0, &[1.0; 23]),
        &TimeZone::UTC,
        jiff::Timestamp::UNIX_EPOCH,
        DAY,
    );
    assert_eq!(
        flat.unwrap_err(),
        "a profile has 24, 48 or 96 weights, not 23"
    );
}

/// How long an opening takes; run by hand: `cargo test --release -- --ignored --nocapture pace`.
#[test]
#[ignore = "a measurement"]
fn pace_of_an_opening() {
    let arrivals = Arrivals::poisson(Rates::constant(1000.0).unwrap());
    let mut openings = arrivals.openings(seed(0), 0, 0);
    let start = std::time::Instant::now();
    let last = (0..5_000_000)
        .filter_map(|_| openings.next(&arrivals))
        .last();
    println!(
        "{:.1} ns ({last:?})",
        start.elapsed().as_secs_f64() / 5e6 * 1e9
    );
}
