use super::*;
use crate::random::{Purpose, Root, Seed};

const M: Span = Span::MINUTE;

fn stream(seed: u64) -> Stream {
    Seed {
        seed,
        replication: 0,
    }
    .stream(Purpose::WORK, Root::default(), 0, 0)
}

fn minutes(value: f64) -> Span {
    Span::from_seconds(value * 60.0)
}

/// One member of every family, by name.
fn members() -> Vec<(&'static str, Distribution)> {
    let all = [
        ("exponential", Distribution::exponential(M * 5)),
        ("lognormal cv", Distribution::lognormal_cv(M * 6, 1.3)),
        ("lognormal p90", Distribution::lognormal_p90(M, M * 3)),
        ("gamma 0.6", Distribution::gamma(M * 5, 0.6)),
        ("gamma 1.5", Distribution::gamma(M * 5, 1.5)),
        ("erlang 3", Distribution::erlang(M * 5, 3)),
        ("erlang 20", Distribution::erlang(M * 5, 20)),
        ("weibull 0.8", Distribution::weibull(M * 5, 0.8)),
        ("weibull 1.5", Distribution::weibull(M * 5, 1.5)),
        ("uniform", Distribution::uniform(M * 2, M * 10)),
        ("triangular", Distribution::triangular(M * 5, M * 7, M * 10)),
        (
            "hyperexponential",
            Distribution::hyperexponential(&[(0.9, M * 2), (0.1, M * 20)]),
        ),
        (
            "hyperexponential cv",
            Distribution::hyperexponential_cv(M * 5, 2.0),
        ),
        ("pareto", Distribution::pareto(M * 5, 4.5)),
        (
            "empirical",
            Distribution::empirical(vec![M, M * 2, M * 9], true),
        ),
        (
            "mixture",
            Distribution::mixture(vec![
                (0.3, Distribution::uniform(Span::ZERO, M * 10).unwrap()),
                (0.7, Distribution::exponential(M * 15).unwrap()),
            ]),
        ),
        (
            "scaled",
            Distribution::scaled(0.75, Distribution::exponential(M * 5).unwrap()),
        ),
        (
            "truncated",
            Distribution::truncated(Distribution::exponential(M * 5).unwrap(), M * 8),
        ),
        (
            "truncated gamma",
            Distribution::truncated(Distribution::gamma(M * 5, 0.6).unwrap(), M * 8),
        ),
        (
            "longest",
            Distribution::longest(vec![
                Distribution::exponential(M * 5).unwrap(),
                Distribution::exponential(M * 5).unwrap(),
            ]),
        ),
    ];
    all.into_iter()
        .map(|(name, made)| (name, made.unwrap()))
        .collect()
}

#[test]
fn a_draw_by_key_is_the_first_of_its_stream() {
    let seed = Seed {
        seed: 5,
        replication: 1,
    };
    for (name, distribution) in members() {
        let stream = &mut seed.stream(Purpose::WORK, Root::default(), 2, 3);
        let keyed = distribution.draw_keyed(seed, Purpose::WORK, Root::default(), 2, 3);
        assert_eq!(keyed, distribution.draw(stream), "{name}");
    }
}

/// A million draws each. The Kolmogorov-Smirnov distance times √n exceeds 2.3 in 5 of 10⁵ samples (Kolmogorov's limit law,
/// 2 exp(−2 · 2.3²)), so luck alone fails one of the 20 in a thousand; the seed is fixed.
#[test]
fn draws_follow_their_probabilities() {
    for (name, distribution) in members() {
        let mut stream = stream(11);
        let size = 1_000_000;
        let mut draws: Vec<Span> = (0..size).map(|_| distribution.draw(&mut stream)).collect();
        draws.sort_unstable();
        let mut distance: f64 = 0.0;
        for (place, draw) in draws.iter().enumerate() {
            let probability = distribution.at_most(*draw);
            let (below, with) = (place as f64 / size as f64, (place + 1) as f64 / size as f64);
            distance = distance
                .max((probability - below).abs())
                .max((probability - with).abs());
        }
        assert!(
            distance * (size as f64).sqrt() < 2.3,
            "{name}: {}",
            distance * (size as f64).sqrt()
        );
    }
}

/// 400 000 draws each; means within 4.5 standard errors and variances within 4.5 of the error estimated from the fourth
/// moment (heavier tails make that estimate low, hence light members): luck fails about one comparison in 10⁵.
#[test]
fn draws_have_the_stated_mean_and_variance() {
    for (name, distribution) in members() {
        let mut stream = stream(12);
        let size = 400_000.0;
        let draws: Vec<f64> = (0..400_000)
            .map(|_| distribution.draw(&mut stream).seconds())
            .collect();
        let (mean, variance) = (distribution.mean(), distribution.variance().unwrap());
        let drawn = draws.iter().sum::<f64>() / size;
        assert!(
            (drawn - mean).abs() < 4.5 * (variance / size).sqrt(),
            "{name}: {drawn} for {mean}"
        );
        let moment = |power| draws.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / size;
        let error = ((moment(4) - variance * variance) / size).sqrt();
        assert!(
            (moment(2) - variance).abs() < 4.5 * error,
            "{name}: {} for {variance}",
            moment(2)
        );
    }
}

#[test]
fn moments_are_the_closed_forms() {
    let near = |value: f64, expected: f64, relative: f64| {
        assert!(
            (value - expected).abs() <= relative * expected,
            "{value} for {expected}"
        );
    };
    let spread = |of: &Distribution| of.variance().unwrap().sqrt() / of.mean();
    for (name, distribution) in members() {
        match name {
            "exponential" | "gamma 0.6" | "gamma 1.5" | "erlang 3" | "weibull 0.8" | "pareto" => {
                near(distribution.mean(), 300.0, 1e-12)
            }
            _ => {}
        }
        match name {
            "gamma 0.6" => near(spread(&distribution), 0.6, 1e-12),
            "gamma 1.5" => near(spread(&distribution), 1.5, 1e-12),
            "erlang 3" => near(spread(&distribution), (1.0f64 / 3.0).sqrt(), 1e-12),
            "hyperexponential cv" => {
                near(distribution.mean(), 300.0, 1e-12);
                near(spread(&distribution), 2.0, 1e-12);
            }
            // 1, 2, 9 min joined by lines: (1.5 + 5.5) / 2.
            "empirical" => near(distribution.mean(), 210.0, 1e-12),
            "mixture" => near(distribution.mean(), 60.0 * (0.3 * 5.0 + 0.7 * 15.0), 1e-12),
            // m − max · q / (1 − q) with q = exp(−max / m).
            "truncated" => {
                let q = (-1.6f64).exp();
                near(distribution.mean(), 300.0 - 480.0 * q / (1.0 - q), 1e-9);
            }
            // The maximum of two alike: 3/2 means, and 5/4 squares of it.
            "longest" => {
                near(distribution.mean(), 450.0, 1e-9);
                near(distribution.variance().unwrap(), 1.25 * 90_000.0, 1e-8);
            }
            _ => {}
        }
    }
    assert_eq!(Distribution::pareto(M, 1.9).unwrap().variance(), None);
    assert!(Distribution::pareto(M, 2.1).unwrap().variance().is_some());
}

/// Cases `dist-lognormal` and `dist-weibull` of the table of truths, computed there to 40 digits.
#[test]
fn moments_and_percentiles_are_the_published_ones() {
    let check = |of: &Distribution, mean: f64, sd: f64, percentiles: [(f64, f64); 4]| {
        assert!((of.mean() / 60.0 / mean - 1.0).abs() < 1e-10);
        assert!((of.variance().unwrap().sqrt() / 60.0 / sd - 1.0).abs() < 1e-10);
        for (probability, value) in percentiles {
            let quantile = of.family().quantile(probability).unwrap() / 60e9;
            assert!(
                (quantile / value - 1.0).abs() < 1e-10,
                "{quantile} for {value}"
            );
            assert!((of.at_most(minutes(value)) - probability).abs() < 1e-10);
        }
    };
    check(
        &Distribution::lognormal_cv(M * 6, 1.3).unwrap(),
        6.0,
        7.8,
        [
            (0.1, 1.0224039540365),
            (0.5, 3.6582645650982),
            (0.9, 13.089639936755),
            (0.99, 37.008194426314),
        ],
    );
    // Scale 5 min and shape 0.8, given by the mean.
    check(
        &Distribution::weibull(minutes(5.6650154815967), 0.8).unwrap(),
        5.6650154815967,
        7.1408244520129,
        [
            (0.1, 0.30013549787609),
            (0.5, 3.1622909898609),
            (0.9, 14.182069692111),
            (0.99, 33.730836366646),
        ],
    );
}

#[test]
fn ways_to_say_the_same_agree() {
    let alike = |a: Distribution, b: Distribution| {
        let (mut x, mut y) = (stream(13), stream(13));
        for _ in 0..1000 {
            let (a, b) = (a.draw(&mut x).0, b.draw(&mut y).0);
            assert!((a - b).abs() <= 2 + a / 1_000_000_000, "{a} and {b}");
        }
    };
    alike(
        Distribution::lognormal_cv(M * 6, 0.5).unwrap(),
        Distribution::lognormal_sd(M * 6, M * 3).unwrap(),
    );
    let spread = (1.25f64).ln().sqrt();
    let median = 360.0 / 1.25f64.sqrt();
    alike(
        Distribution::lognormal_cv(M * 6, 0.5).unwrap(),
        Distribution::lognormal_p90(
            Span::from_seconds(median),
            Span::from_seconds(median * (1.281_551_565_544_600_4 * spread).exp()),
        )
        .unwrap(),
    );
    alike(
        Distribution::exponential(M).unwrap(),
        Distribution::weibull(M, 1.0).unwrap(),
    );
    alike(
        Distribution::exponential(M).unwrap(),
        Distribution::erlang(M, 1).unwrap(),
    );
    alike(
        Distribution::exponential(M * 3).unwrap(),
        Distribution::scaled(3.0, Distribution::exponential(M).unwrap()).unwrap(),
    );
}

#[test]
fn nothing_that_varies_is_constant_and_no_spread_is() {
    let fixed = [
        Distribution::constant_of(M),
        Distribution::lognormal_cv(M, 0.0),
        Distribution::lognormal_sd(M, Span::ZERO),
        Distribution::lognormal_p90(M, M),
        Distribution::gamma(M, 0.0),
        Distribution::uniform(M, M),
        Distribution::triangular(M, M, M),
        Distribution::empirical(vec![M, M], false),
        Distribution::scaled(0.5, Distribution::Constant(M * 2)),
    ];
    for distribution in fixed {
        let distribution = distribution.unwrap();
        assert_eq!(distribution.constant(), Some(M));
        assert_eq!(distribution.draw(&mut stream(1)), M);
    }
    assert!(
        members()
            .iter()
            .all(|(_, distribution)| distribution.constant().is_none())
    );
}

#[test]
fn nothing_exceeds_its_maximum() {
    for of in [
        Distribution::lognormal_cv(M * 6, 1.3),
        Distribution::gamma(M * 6, 1.3),
        Distribution::pareto(M * 6, 1.5),
    ] {
        let truncated = Distribution::truncated(of.unwrap(), M * 8).unwrap();
        let mut stream = stream(14);
        assert!((0..10_000).all(|_| truncated.draw(&mut stream) <= M * 8));
    }
}

#[test]
fn measured_values_come_up_alike() {
    let three = Distribution::empirical(vec![M * 9, M, M * 2], false).unwrap();
    let mut stream = stream(15);
    let mut seen = [0; 3];
    for _ in 0..30_000 {
        let draw = three.draw(&mut stream);
        seen[[M, M * 2, M * 9]
            .iter()
            .position(|value| *value == draw)
            .unwrap()] += 1;
    }
    // Standard deviation 82: luck fails in 2 of 10⁵ samples.
    assert!(
        seen.iter().all(|count: &i32| (count - 10_000).abs() < 350),
        "{seen:?}"
    );
    assert!((three.mean() - 240.0).abs() < 1e-9);
}

/// How far a share of a million draws is from its probability, in standard deviations: beyond 4.5 by luck alone in 7 of 10⁶.
fn far(seen: u32, probability: f64) -> f64 {
    let size = 1e6;
    (f64::from(seen) - size * probability).abs() / (size * probability * (1.0 - probability)).sqrt()
}

#[test]
fn single_values_come_up_as_often_as_they_weigh() {
    let mixture = Distribution::mixture(vec![
        (1.0, Distribution::Constant(Span::ZERO)),
        (2.0, Distribution::Constant(M * 2)),
        (7.0, Distribution::exponential(M * 5).unwrap()),
    ])
    .unwrap();
    let mut stream = stream(17);
    let (mut none, mut two) = (0, 0);
    for _ in 0..1_000_000 {
        let draw = mixture.draw(&mut stream);
        none += u32::from(draw == Span::ZERO);
        two += u32::from(draw == M * 2);
    }
    assert!(far(none, 0.1) < 4.5 && far(two, 0.2) < 4.5, "{none} {two}");
    assert!((mixture.at_most(Span::ZERO) - 0.1).abs() < 1e-12);
}

/// Each count's frequency against its own formula.
#[test]
fn counts_come_up_as_often_as_their_formulas_say() {
    let poisson = |n: u32| (1..=n).fold((-2.0f64).exp(), |p, k| p * 2.0 / f64::from(k));
    let binomial = |n: u32| {
        let ways = [1.0, 5.0, 10.0, 10.0, 5.0, 1.0].get(n as usize);
        let ways = ways.copied().unwrap_or_default();
        ways * 0.3f64.powi(n as i32) * 0.7f64.powi(5 - n as i32)
    };
    let geometric = |n: u32| match n {
        0 => 0.0,
        n => (2.0f64 / 3.0).powi(n as i32 - 1) / 3.0,
    };
    let between = |n: u32| if (2..=6).contains(&n) { 0.2 } else { 0.0 };
    let weighed = |n: u32| [0.0, 0.5, 0.3, 0.2].get(n as usize).copied().unwrap_or(0.0);
    type Formula<'a> = &'a dyn Fn(u32) -> f64;
    let families: [(&str, Count, Formula); 5] = [
        ("poisson", Count::poisson(2.0).unwrap(), &poisson),
        ("binomial", Count::binomial(5, 0.3).unwrap(), &binomial),
        ("geometric", Count::geometric(3.0).unwrap(), &geometric),
        ("uniform", Count::uniform(2, 6).unwrap(), &between),
        (
            "empirical",
            Count::empirical(&[0.5, 0.3, 0.2]).unwrap(),
            &weighed,
        ),
    ];
    for (name, count, formula) in families {
        let mut stream = stream(18);
        let mut seen = [0u32; 8];
        for _ in 0..1_000_000 {
            if let Some(seen) = seen.get_mut(count.draw(&mut stream) as usize) {
                *seen += 1;
            }
        }
        for (n, seen) in seen.into_iter().enumerate() {
            match formula(n as u32) {
                0.0 => assert_eq!(seen, 0, "{name}: {n}"),
                probability => assert!(far(seen, probability) < 4.5, "{name}: {n} {seen}"),
            }
        }
    }
}

#[test]
fn a_longer_mean_gives_a_longer_draw_from_the_same_luck() {
    let (mut a, mut b) = (stream(16), stream(16));
    let pairs = [
        (
            Distribution::exponential(M),
            Distribution::exponential(M * 2),
        ),
        (
            Distribution::lognormal_cv(M, 0.8),
            Distribution::lognormal_cv(M * 2, 0.8),
        ),
        (
            Distribution::weibull(M, 0.8),
            Distribution::weibull(M * 2, 0.8),
        ),
    ];
    for (short, long) in pairs {
        let (short, long) = (short.unwrap(), long.unwrap());
        assert!((0..1000).all(|_| short.draw(&mut a) < long.draw(&mut b)));
    }
}

#[test]
fn what_cannot_be_is_refused_in_plain_words() {
    let message = |made: Result<Distribution, String>| made.unwrap_err();
    assert_eq!(
        message(Distribution::exponential(Span::ZERO)),
        "the mean must be longer than 0 s, not 0 s"
    );
    assert_eq!(
        message(Distribution::gamma(M, -1.0)),
        "cv must be a number above 0, not -1"
    );
    assert_eq!(
        message(Distribution::weibull(M, f64::NAN)),
        "the shape must be a number above 0, not NaN"
    );
    assert_eq!(
        message(Distribution::pareto(M, 1.0)),
        "the shape must be above 1 for the mean to exist, not 1"
    );
    assert_eq!(
        message(Distribution::uniform(M * 2, M)),
        "max must not be shorter than min, but 1 min is shorter than 2 min"
    );
    assert_eq!(
        message(Distribution::erlang(M, 0)),
        "an Erlang distribution has at least 1 phase"
    );
    assert!(Distribution::constant_of(Span(-1)).is_err());
    assert!(Distribution::hyperexponential(&[]).is_err());
    assert!(Distribution::hyperexponential_cv(M, 0.9).is_err());
    assert!(Distribution::mixture(vec![(0.0, Distribution::Constant(M))]).is_err());
    assert!(Distribution::empirical(vec![], true).is_err());
    assert!(Distribution::longest(vec![]).is_err());
    assert!(Distribution::scaled(0.0, Distribution::Constant(M)).is_err());
    assert!(Distribution::truncated(Distribution::Constant(M * 2), M).is_err());
    assert!(Distribution::truncated(Distribution::gamma(M * 500, 0.1).unwrap(), M).is_err());
    assert!(Distribution::triangular(M, M * 3, M * 2).is_err());
}

#[test]
fn a_distribution_stays_small() {
    assert!(size_of::<Distribution>() <= 32);
}

/// The bits a seed gives are a promise: if this fails, stored results change.
#[test]
fn the_first_draws_are_these() {
    let first: Vec<i64> = members()
        .iter()
        .map(|(_, of)| of.draw(&mut stream(1)).0)
        .collect();
    assert_eq!(
        first,
        [
            239_759_187_590,
            248_916_026_632,
            66_869_293_487,
            276_932_266_512,
            652_702_065_164,
            287_902_255_745,
            238_207_099_659,
            200_081_835_360,
            286_192_791_792,
            384_148_901_335,
            444_169_166_723,
            113_441_798_319,
            163_665_399_998,
            278_680_912_519,
            162_260_577_336,
            1_564_262_460_063,
            179_819_390_693,
            173_519_687_949,
            276_932_266_512,
            521_420_820_021
        ]
    );
}

/// How long a draw takes; run by hand: `cargo test --release -- --ignored --nocapture pace`.
#[test]
#[ignore = "a measurement"]
fn pace_of_a_draw() {
    for (name, distribution) in members() {
        let mut stream = stream(2);
        let start = std::time::Instant::now();
        let mut sum = 0i64;
        for _ in 0..5_000_000 {
            sum = sum.wrapping_add(distribution.draw(&mut stream).0);
        }
        println!(
            "{name:>22}: {:5.1} ns ({sum})",
            start.elapsed().as_secs_f64() / 5e6 * 1e9
        );
    }
}
