//! Erlang-R by the hour: conversations that come back load later hours than those they opened in.

/// Conversations that need an agent, and with a probability come back after a time away, again and again.
///
/// With an agent free for each of them, the means of those with an agent R₁ and those away R₂ follow two linear equations,
/// R₁' = λ(t) + R₂ / away − R₁ / handling and R₂' = returns · R₁ / handling − R₂ / away. R₁(t) is the load that agents
/// meet at t (modified offered load); staffing follows from it as from a steady one. Source: Yom-Tov and Mandelbaum,
/// "Erlang-R: a time-varying queue with reentrant customers, in support of healthcare staffing", MSOM 16 (2014).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Returning {
    /// Mean handling time of a visit, exponential.
    pub handling_mean: f64,
    /// The probability of another visit after each, below 1.
    pub returns: f64,
    /// Mean time away between two visits, exponential, above 0.
    pub away_mean: f64,
}

/// The mean numbers of conversations by where they are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Whereabouts {
    /// With an agent.
    pub needy: f64,
    /// Away, to come back.
    pub away: f64,
}

impl Returning {
    /// Where conversations are in the long run of a rate of openings.
    pub fn steady(&self, arrival_rate: f64) -> Whereabouts {
        let visits = arrival_rate / (1.0 - self.returns);
        Whereabouts {
            needy: visits * self.handling_mean,
            away: visits * self.returns * self.away_mean,
        }
    }

    /// Where they are after `length` of a rate of openings, and where they were on average meanwhile.
    ///
    /// x(t) = x∞ + exp(At) (x(0) − x∞) with the matrix A of the equations, whose two eigenvalues are real.
    pub fn pass(
        &self,
        before: Whereabouts,
        arrival_rate: f64,
        length: f64,
    ) -> (Whereabouts, Whereabouts) {
        let (ends, comes_back) = (self.handling_mean.recip(), self.away_mean.recip());
        let steady = self.steady(arrival_rate);
        let far = [before.needy - steady.needy, before.away - steady.away];
        let middle = -(ends + comes_back) / 2.0;
        let spread = ((ends - comes_back).powi(2) / 4.0 + self.returns * ends * comes_back).sqrt();
        // exp(At) = exp(mt) (cosh(qt) I + sinh(qt) / q (A − mI)), the faster of both exponentials taken out.
        let slow = ((middle + spread) * length).exp();
        let fast = ((middle - spread) * length).exp();
        let even = (slow + fast) / 2.0;
        let odd = if spread > 0.0 {
            -slow * (-2.0 * spread * length).exp_m1() / (2.0 * spread)
        } else {
            slow * length
        };
        let turned = [
            (-ends - middle) * far[0] + comes_back * far[1],
            self.returns * ends * far[0] + (-comes_back - middle) * far[1],
        ];
        let left = [
            even * far[0] + odd * turned[0],
            even * far[1] + odd * turned[1],
        ];
        // The integral of exp(At) y is A⁻¹ (exp(AT) − I) y.
        let gone = [far[0] - left[0], far[1] - left[1]];
        let per = ends * (1.0 - self.returns) * length;
        let needy = (gone[0] + gone[1]) / per;
        let away = (self.returns * gone[0] + gone[1]) * ends / (comes_back * per);
        (
            Whereabouts {
                needy: steady.needy + left[0],
                away: steady.away + left[1],
            },
            Whereabouts {
                needy: steady.needy + needy,
                away: steady.away + away,
            },
        )
    }
}
