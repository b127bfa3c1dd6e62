//! The standard normal: its inverse, from which lognormal draws come, and its probabilities.

/// Coefficients of numerators and denominators, from the constant upwards: centre, shoulder, tail.
#[allow(clippy::excessive_precision)] // As printed in the source.
const CENTRE: [[f64; 8]; 2] = [
    [
        3.3871328727963666080e0,
        1.3314166789178437745e+2,
        1.9715909503065514427e+3,
        1.3731693765509461125e+4,
        4.5921953931549871457e+4,
        6.7265770927008700853e+4,
        3.3430575583588128105e+4,
        2.5090809287301226727e+3,
    ],
    [
        1.0,
        4.2313330701600911252e+1,
        6.8718700749205790830e+2,
        5.3941960214247511077e+3,
        2.1213794301586595867e+4,
        3.9307895800092710610e+4,
        2.8729085735721942674e+4,
        5.2264952788528545610e+3,
    ],
];
#[allow(clippy::excessive_precision)] // As printed in the source.
const SHOULDER: [[f64; 8]; 2] = [
    [
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ],
    [
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ],
];
#[allow(clippy::excessive_precision)] // As printed in the source.
const TAIL: [[f64; 8]; 2] = [
    [
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ],
    [
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ],
];

/// The value not exceeded with this probability, to about 16 digits.
///
/// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16.
pub(super) fn normal_quantile(probability: f64) -> f64 {
    let off = probability - 0.5;
    if off.abs() <= 0.425 {
        return off * ratio(&CENTRE, 0.180625 - off * off);
    }
    let away = (-libm::log(probability.min(1.0 - probability))).sqrt();
    let size = if away <= 5.0 {
        ratio(&SHOULDER, away - 1.6)
    } else {
        ratio(&TAIL, away - 5.0)
    };
    if off < 0.0 { -size } else { size }
}

/// The probability of at most `value`.
pub(super) fn normal_at_most(value: f64) -> f64 {
    libm::erfc(-value * std::f64::consts::FRAC_1_SQRT_2) / 2.0
}

fn ratio([above, below]: &[[f64; 8]; 2], x: f64) -> f64 {
    let polynomial = |terms: &[f64; 8]| terms.iter().rev().fold(0.0, |sum, term| sum * x + term);
    polynomial(above) / polynomial(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_gives_the_published_check_values() {
        // Wichura's own: 0.25, 0.001, 1e-20.
        for (probability, value) in [
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_813_5),
            (1e-20, -9.262_340_089_798_408),
        ] {
            assert!((normal_quantile(probability) - value).abs() < 4e-16 * value.abs());
        }
    }

    #[test]
    fn the_inverse_undoes_the_probability() {
        for value in [-8.0, -3.0, -0.5, 0.0, 0.1, 1.5, 4.0] {
            assert!((normal_quantile(normal_at_most(value)) - value).abs() < 1e-9);
        }
    }
}
