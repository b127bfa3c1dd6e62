//! The verdict: which targets each strategy meets, and which strategy is the best by them.

use super::Played;
use crate::id::TargetId;
use crate::measure::Measure;
use crate::metric::{Estimate, Estimated, Key, Parts, Pool, Scope, Sums, jackknife};
use crate::scenario::Scenario;
use crate::world::Target;

/// A strategy that solves at least this share more of all attempts than the best one is worth a word.
const WORTH_A_WORD: f64 = 0.05;

/// Whether a promise is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// More than luck above it, or exactly at it.
    Met,
    /// More than luck below it.
    Missed,
    /// The interval spans the promised share.
    TooClose,
    /// It was about nobody.
    Nobody,
}

impl Judgement {
    /// As written in reports.
    pub fn name(self) -> &'static str {
        match self {
            Judgement::Met => "met",
            Judgement::Missed => "missed",
            Judgement::TooClose => "too close to call",
            Judgement::Nobody => "about nobody",
        }
    }

    /// Whether it is met, where that can be said.
    pub fn met(self) -> Option<bool> {
        match self {
            Judgement::Met => Some(true),
            Judgement::Missed => Some(false),
            Judgement::TooClose | Judgement::Nobody => None,
        }
    }

    /// Of the attained share and its interval.
    pub fn of(share: f64, value: Option<f64>, interval: Option<(f64, f64)>) -> Judgement {
        let Some(value) = value else {
            return Judgement::Nobody;
        };
        // No share is outside of 0 to 1, whatever the formula of its interval gives.
        let (low, high) = interval.unwrap_or((value, value));
        if low.max(0.0) >= share {
            Judgement::Met
        } else if high.min(1.0) < share {
            Judgement::Missed
        } else {
            Judgement::TooClose
        }
    }
}

/// What became of a target under a strategy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// Which target.
    pub target: TargetId,
    /// The share that should be within the time.
    pub share: f64,
    /// The share that is; nothing if the target was about nobody.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// Whether that is enough.
    pub judgement: Judgement,
}

/// Which strategy is the best by the targets. Strategies are named by their positions among those played.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// There is no target, or none was about anybody.
    NothingToJudgeBy,
    /// Some meet all their targets.
    MeetAll {
        /// Those that do, in order.
        all: Vec<usize>,
        /// The cheapest of them per resolution, and those whose cost luck does not tell from its. All, where nothing costs.
        best: Vec<usize>,
        /// Whether anything costs.
        priced: bool,
    },
    /// None surely meets all its targets, but these may.
    Open(Vec<usize>),
    /// Every one misses a target.
    NoneMeets {
        /// The one whose worst shortfall is the smallest, and those whose worst shortfall luck does not tell from its.
        best: Vec<usize>,
        /// The target that the first of them falls short of most.
        target: TargetId,
        /// By so much of a share.
        shortfall: f64,
    },
}

impl Decision {
    /// As written in files.
    pub fn name(&self) -> &'static str {
        match self {
            Decision::NothingToJudgeBy => "nothing to judge by",
            Decision::MeetAll { .. } => "met",
            Decision::Open(_) => "too close to call",
            Decision::NoneMeets { .. } => "missed",
        }
    }

    /// The best, and those that are as good as far as can be told.
    pub fn best(&self) -> &[usize] {
        match self {
            Decision::NothingToJudgeBy => &[],
            Decision::MeetAll { best, .. } | Decision::NoneMeets { best, .. } => best,
            Decision::Open(best) => best,
        }
    }
}

/// What the targets say of the strategies played.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// By strategy: each target.
    pub kept: Vec<Vec<Kept>>,
    /// Which is the best.
    pub decision: Decision,
    /// The one that solves most of all attempts, where that is clearly more than the (first) best one does: targets judge only
    /// those who were served.
    pub solves_more: Option<usize>,
}

/// Judges the strategies played.
///
/// The best strategy meets all its targets at the least cost per resolution; where none does, it is the one whose worst shortfall
/// (promised less attained share) is the smallest. What luck does not tell from the best, by an interval paired by
/// replication, is a tie.
pub fn verdict(scenario: &Scenario, played: &[Played]) -> Verdict {
    let confidence = scenario.run.confidence;
    let judged: Vec<Judged> = played
        .iter()
        .map(|played| {
            let targets = &scenario.strategies[played.strategy].setup.targets;
            Judged::new(&played.pool, targets, confidence)
        })
        .collect();
    let decision = decide(&judged, confidence);
    let solves_more = decision.best().first().and_then(|&best| {
        let ahead = |other: usize| {
            let (value, spread) = judged[other].solved().difference(&judged[best].solved());
            let value = value.filter(|value| *value >= WORTH_A_WORD)?;
            let sure = spread.is_none_or(|spread| spread.around(value, confidence).0 > 0.0);
            sure.then_some((other, value))
        };
        let others = (0..judged.len()).filter_map(ahead);
        others
            .reduce(|most, other| if other.1 > most.1 { other } else { most })
            .map(|(other, _)| other)
    });
    Verdict {
        kept: judged.into_iter().map(|judged| judged.kept).collect(),
        decision,
        solves_more,
    }
}

/// A ratio of two sums, by replication.
struct Ratio(Vec<Parts>);

impl Ratio {
    fn difference(&self, other: &Ratio) -> Estimated {
        Estimate::Ratio.difference(&self.0, &other.0, None)
    }
}

/// A strategy with what its targets are judged by.
struct Judged<'a> {
    pool: &'a Pool,
    kept: Vec<Kept>,
    /// By target that was about somebody: the promised share, and the parts of the attained one.
    shares: Vec<(f64, Vec<Parts>)>,
}

impl<'a> Judged<'a> {
    fn new(pool: &'a Pool, targets: &[Target], confidence: f64) -> Judged<'a> {
        let mut judged = Judged {
            pool,
            kept: Vec::new(),
            shares: Vec::new(),
        };
        for (id, target) in targets.iter().enumerate() {
            let id = TargetId::from(id);
            let key = Key {
                scope: Scope::Target(id),
                measure: Measure::ServiceLevel,
                clock: Some(target.clock),
                statistic: "share",
                estimate: Estimate::Ratio,
            };
            let Some(position) = pool.position(&key, 0) else {
                continue;
            };
            let parts = pool.parts(position);
            let (value, spread) = Estimate::Ratio.estimate(&parts, None);
            let interval = value
                .zip(spread)
                .map(|(value, spread)| spread.around(value, confidence));
            judged.kept.push(Kept {
                target: id,
                share: target.share,
                value,
                interval,
                judgement: Judgement::of(target.share, value, interval),
            });
            if value.is_some() {
                judged.shares.push((target.share, parts));
            }
        }
        judged
    }

    fn has(&self, judgement: Judgement) -> bool {
        self.kept.iter().any(|kept| kept.judgement == judgement)
    }

    fn is_judged(&self) -> bool {
        !self.shares.is_empty()
    }

    fn meets_all(&self) -> bool {
        self.is_judged() && !self.has(Judgement::Missed) && !self.has(Judgement::TooClose)
    }

    fn may_meet_all(&self) -> bool {
        self.is_judged() && !self.has(Judgement::Missed)
    }

    /// The target it falls short of most, and by how much.
    fn worst(&self) -> Option<(TargetId, f64)> {
        let short = |kept: &Kept| Some((kept.target, kept.share - kept.value?));
        let worse = |most: (TargetId, f64), other: (TargetId, f64)| {
            if other.1 > most.1 { other } else { most }
        };
        self.kept.iter().filter_map(short).reduce(worse)
    }

    /// The worst shortfall of this one less that of another, with the error that leaving out pairs of replications gives.
    fn falls_shorter_than(&self, other: &Judged) -> Estimated {
        fn sums<'p>(judged: &'p Judged) -> Vec<(f64, Sums<'p>)> {
            let shares = judged.shares.iter();
            shares
                .map(|(share, parts)| (*share, Sums::new(parts)))
                .collect()
        }
        let worst = |shares: &[(f64, Sums)], left_out: Option<usize>| {
            let short = |(share, sums): &(f64, Sums)| {
                Some(share - Estimate::Ratio.of(sums.without(left_out))?)
            };
            shares.iter().filter_map(short).reduce(f64::max)
        };
        let (mine, theirs) = (sums(self), sums(other));
        jackknife(self.pool.replications() as usize, |left_out| {
            Some(worst(&mine, left_out)? - worst(&theirs, left_out)?)
        })
    }

    fn figure(&self, measure: Measure, statistic: &'static str) -> Vec<Parts> {
        let keys = self.pool.keys().iter();
        let mut places = keys.enumerate().filter(|(_, key)| {
            (key.scope, key.measure, key.statistic) == (Scope::All, measure, statistic)
        });
        places
            .next()
            .map_or(Vec::new(), |(position, _)| self.pool.parts(position))
    }

    fn cost_per_resolved(&self) -> Ratio {
        Ratio(self.figure(Measure::CostPerResolved, "mean"))
    }

    /// Resolved of all attempts.
    fn solved(&self) -> Ratio {
        let resolved = self.figure(Measure::Resolved, "total");
        let attempts = self.figure(Measure::Attempts, "total");
        let pairs = resolved.iter().zip(&attempts);
        Ratio(pairs.map(|(of, all)| [of[0], all[0], 0.0]).collect())
    }
}

fn decide(judged: &[Judged], confidence: f64) -> Decision {
    let which = |holds: fn(&Judged) -> bool| -> Vec<usize> {
        (0..judged.len())
            .filter(|&one| holds(&judged[one]))
            .collect()
    };
    let all = which(|judged| judged.meets_all());
    if !all.is_empty() {
        let cost = |one: usize| {
            Estimate::Ratio
                .estimate(&judged[one].cost_per_resolved().0, None)
                .0
        };
        let priced = all
            .iter()
            .any(|&one| cost(one).is_some_and(|cost| cost > 0.0));
        let best = best(&all, cost, confidence, |one, other| {
            let other = judged[other].cost_per_resolved();
            judged[one].cost_per_resolved().difference(&other)
        });
        return Decision::MeetAll { all, best, priced };
    }
    let open = which(|judged| judged.may_meet_all());
    if !open.is_empty() {
        return Decision::Open(open);
    }
    let shortfall = |one: usize| judged[one].worst().map(|(_, shortfall)| shortfall);
    let some = which(|judged| judged.is_judged());
    let best = best(&some, shortfall, confidence, |one, other| {
        judged[one].falls_shorter_than(&judged[other])
    });
    match best.first().and_then(|&first| judged[first].worst()) {
        Some((target, shortfall)) => Decision::NoneMeets {
            best,
            target,
            shortfall,
        },
        None => Decision::NothingToJudgeBy,
    }
}

/// The one with the least, and after it those whose difference from it luck explains.
fn best(
    of: &[usize],
    value: impl Fn(usize) -> Option<f64>,
    confidence: f64,
    difference: impl Fn(usize, usize) -> Estimated,
) -> Vec<usize> {
    let values = of.iter().filter_map(|&one| Some((one, value(one)?)));
    let less = |least: (usize, f64), other: (usize, f64)| {
        if other.1 < least.1 { other } else { least }
    };
    // What resolves nothing has no cost per resolution; if none has, none is better.
    let Some((least, _)) = values.reduce(less) else {
        return of.to_vec();
    };
    let ties = |&other: &usize| {
        let (Some(by), spread) = difference(other, least) else {
            return false;
        };
        let low = spread.map_or(by, |spread| spread.around(by, confidence).0);
        other != least && low <= 0.0
    };
    std::iter::once(least)
        .chain(of.iter().copied().filter(ties))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Spread;

    #[test]
    fn a_target_is_met_or_missed_only_where_luck_does_not_decide() {
        let of = |value, interval| Judgement::of(0.8, Some(value), interval);
        assert_eq!(of(0.85, Some((0.8, 0.9))), Judgement::Met);
        assert_eq!(of(0.85, Some((0.79, 0.91))), Judgement::TooClose);
        assert_eq!(of(0.75, Some((0.69, 0.81))), Judgement::TooClose);
        assert_eq!(of(0.75, Some((0.71, 0.79))), Judgement::Missed);
        assert_eq!(of(0.8, None), Judgement::Met);
        assert_eq!(of(0.79, None), Judgement::Missed);
        assert_eq!(Judgement::of(0.8, None, None), Judgement::Nobody);
        // A promise of nothing is kept, though the interval reaches below nothing.
        let nothing = Judgement::of(0.0, Some(0.01), Some((-0.01, 0.03)));
        assert_eq!(nothing, Judgement::Met);
    }

    /// Costs of 3, 2 and 2.1, the last of which may be the cheapest; and what costs as much as the cheapest is a tie.
    #[test]
    fn the_best_comes_first_and_then_its_ties() {
        let costs = [3.0, 2.0, 2.1, 2.0];
        let spread = Spread {
            error: 0.1,
            degrees: 19,
        };
        let best = best(
            &[0, 1, 2, 3],
            |one| Some(costs[one]),
            0.95,
            |one, other| (Some(costs[one] - costs[other]), Some(spread)),
        );
        assert_eq!(best, [1, 2, 3]);
    }

    /// The strategies of a desk of as many agents as each name says, judged by an answer within 1 min.
    fn judge(share: f64, within: &str, more: &str) -> Verdict {
        let mut text = format!(
            "[run]\nlength = '8 h'\nreplications = 8\n\
             [customers.callers]\narrivals = {{ per_hour = 60 }}\n\
             [topics.call]\nwork = {{ exponential = '5 min' }}\n\
             [agents.desk]\ncount = 5\nserves = ['phone']\ncost_per_hour = 20.0\n\
             [targets.fast]\nmetric = 'queue_wait'\nwithin = '{within}'\nshare = {share}\n{more}"
        );
        for count in [4, 9, 12, 8] {
            text += &format!(
                "[strategies.s{count}]\nroutes = [{{ to = 'phone' }}]\nagents.desk.count = {count}\n"
            );
        }
        let mut open = |_: &str| Err(String::new());
        let read = crate::scenario::read("test.toml", &text, &[], &mut open);
        let (scenario, _) = read.unwrap_or_else(|problems| panic!("{}", problems[0]));
        let played = crate::experiment::Experiment::new(&scenario).run(&());
        let played = played.unwrap_or_else(|stopped| panic!("{stopped:?}"));
        verdict(&scenario, &played)
    }

    #[test]
    fn of_those_that_meet_all_the_cheapest_is_best() {
        let verdict = judge(0.8, "60 s", "");
        let Decision::MeetAll { all, best, priced } = verdict.decision else {
            panic!("{verdict:?}");
        };
        // The load is 5 of calls and 1.5 of wrap-up: 4 are too few.
        assert_eq!((all, best, priced), (vec![1, 2, 3], vec![3], true));
        assert_eq!(verdict.kept[0][0].judgement, Judgement::Missed);
        // A fraction of those who find all 8 busy gives up; hardly anybody finds 12 busy.
        assert_eq!(verdict.solves_more, Some(2));
    }

    #[test]
    fn where_none_meets_all_the_smallest_worst_shortfall_is_best() {
        // Nobody answers everyone at once; the second target falls short by less.
        let verdict = judge(
            1.0,
            "0 s",
            "[targets.slow]\nmetric = 'queue_wait'\nwithin = '1 s'\nshare = 1.0\n",
        );
        let Decision::NoneMeets {
            best,
            target,
            shortfall,
        } = verdict.decision
        else {
            panic!("{verdict:?}");
        };
        assert_eq!(best, [2]);
        assert_eq!(target, TargetId::from(0));
        let fast = verdict.kept[2][0].value.expect("a share");
        assert_eq!(shortfall, 1.0 - fast);
        assert_eq!(
            verdict.solves_more, None,
            "the best by far is also the largest"
        );
    }

    #[test]
    fn without_anybody_to_judge_by_there_is_no_best() {
        let verdict = judge(
            0.8,
            "60 s",
            "channel = 'phone'\nqueue = 'other'\n[queues.other]\n",
        );
        assert_eq!(verdict.decision, Decision::NothingToJudgeBy);
        assert_eq!(verdict.decision.best(), [0; 0]);
        assert_eq!(verdict.kept[1][0].judgement, Judgement::Nobody);
    }
}
