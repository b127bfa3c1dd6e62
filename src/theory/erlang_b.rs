//! Erlang B: nobody waits, who finds all agents busy is lost.

/// The probability that all agents are busy when nobody waits (Erlang B); `load` in erlang.
///
/// B(0) = 1, B(n) = load · B(n − 1) / (n + load · B(n − 1)). Source: Cooper, *Introduction to Queueing Theory*, 1981.
pub fn erlang_b(load: f64, agents: u32) -> f64 {
    (1..=agents).fold(1.0, |blocked, n| {
        load * blocked / (f64::from(n) + load * blocked)
    })
}
