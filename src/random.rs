//! Random numbers as a pure function of what they decide: keys to numbers, no state carried from one to the next.
//!
//! The generator is Philox4x64-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
//! A decision's key is a counter plane of its own, so streams cannot collide and nothing is hashed.

use rand::rand_core::{Infallible, TryRng};

/// What kind of decision a number is for. The second part tells decisions of a kind apart (a channel, a route, a turn).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(u32);

impl Purpose {
    /// Gaps between openings of a stream.
    pub const OPENING: Purpose = Purpose(1 << 16);
    /// How many open together.
    pub const BATCH: Purpose = Purpose(2 << 16);
    /// The busyness of a day.
    pub const BUSYNESS: Purpose = Purpose(3 << 16);
    /// The busyness of an interval.
    pub const INTERVAL_BUSYNESS: Purpose = Purpose(4 << 16);
    /// The state of a switching stream.
    pub const SWITCHING: Purpose = Purpose(5 << 16);
    /// Which topic a conversation is about.
    pub const TOPIC: Purpose = Purpose(6 << 16);
    /// How many agent turns it needs.
    pub const TURNS: Purpose = Purpose(7 << 16);
    /// An agent's effort on a turn.
    pub const WORK: Purpose = Purpose(8 << 16);
    /// The customer's time to answer.
    pub const REPLY_GAP: Purpose = Purpose(9 << 16);
    /// How long a held customer waits in a queue.
    pub const PATIENCE: Purpose = Purpose(10 << 16);
    /// How long a held customer waits for a later turn.
    pub const PATIENCE_REPLY: Purpose = Purpose(11 << 16);
    /// How long a customer stands being talked to.
    pub const PATIENCE_TALK: Purpose = Purpose(12 << 16);
    /// How long a released customer waits for a reply.
    pub const TOLERANCE: Purpose = Purpose(13 << 16);
    /// Whether an agent turn needs one more exchange.
    pub const CLARIFY: Purpose = Purpose(14 << 16);
    /// Whether a customer accepts a channel.
    pub const ACCEPT: Purpose = Purpose(15 << 16);
    /// Whether a route's share falls on a conversation.
    pub const ROUTE: Purpose = Purpose(16 << 16);
    /// Whether a customer joins a queue it sees.
    pub const BALK: Purpose = Purpose(17 << 16);
    /// Whether a leaver is noticed, and after how long.
    pub const SILENT: Purpose = Purpose(18 << 16);
    /// Whether and when a customer tries again.
    pub const RETRY: Purpose = Purpose(19 << 16);
    /// Which topic a conversation goes on as.
    pub const NEXT: Purpose = Purpose(20 << 16);
    /// Wrap-up after a conversation.
    pub const WRAP_UP: Purpose = Purpose(21 << 16);
    /// Reading back in.
    pub const RESUME: Purpose = Purpose(22 << 16);
    /// Moving attention to another conversation.
    pub const SWITCH: Purpose = Purpose(23 << 16);
    /// Whether an agent is absent on a day.
    pub const ABSENCE: Purpose = Purpose(24 << 16);
    /// When an agent on duty is not available.
    pub const UNAVAILABLE: Purpose = Purpose(25 << 16);
    /// The pause before an agent looks into the inbox again.
    pub const CHECK: Purpose = Purpose(26 << 16);
    /// A random pick of an agent or of who waits.
    pub const PICK: Purpose = Purpose(27 << 16);
    /// A work sample drawn anew after an interruption.
    pub const RESAMPLE: Purpose = Purpose(28 << 16);
    /// Thinking of a member of a finite population.
    pub const THINK: Purpose = Purpose(29 << 16);

    /// The same kind of decision about the `which`-th thing.
    #[inline]
    pub fn of(self, which: usize) -> Purpose {
        debug_assert!(which < 1 << 16);
        Purpose(self.0 | which as u32)
    }
}

/// What a conversation grew from: it names the same person under every strategy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Root {
    /// The segment of customers (or, for numbers of agents, their group).
    pub segment: u16,
    /// The zone within the segment.
    pub zone: u16,
    /// The place within a batch.
    pub place: u32,
    /// The number of the opening within its stream (or of the agent within its group).
    pub number: u64,
}

/// A replication's source of numbers: the seed and the number of the replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// `run.seed`.
    pub seed: u64,
    /// The replication, from 0.
    pub replication: u32,
}

impl Seed {
    /// The numbers of one decision: `index` counts repetitions of it within the `attempt` of `root`.
    #[inline]
    pub fn stream(self, purpose: Purpose, root: Root, attempt: u32, index: u32) -> Stream {
        Stream {
            key: self.key(purpose),
            counter: counter(root, attempt, index),
            block: [0; 4],
            used: 4,
        }
    }

    /// The first number between 0 and 1 of such a stream, without the stream: for decisions that take only one.
    #[inline(always)] // So that only the one word is computed, in the caller's registers.
    pub fn uniform(self, purpose: Purpose, root: Root, attempt: u32, index: u32) -> f64 {
        open_unit(philox(counter(root, attempt, index), self.key(purpose))[0])
    }

    #[inline]
    fn key(self, purpose: Purpose) -> [u64; 2] {
        [
            self.seed,
            u64::from(self.replication) << 32 | u64::from(purpose.0),
        ]
    }
}

/// Where the numbers of a decision start: the lowest word counts its blocks.
#[inline]
fn counter(root: Root, attempt: u32, index: u32) -> [u64; 4] {
    [
        u64::from(index) << 32,
        root.number,
        u64::from(root.segment) << 48 | u64::from(root.zone) << 32 | u64::from(root.place),
        u64::from(attempt),
    ]
}

/// The numbers of one decision, in order.
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u64; 2],
    counter: [u64; 4],
    block: [u64; 4],
    used: u8,
}

impl Stream {
    /// The next 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        if self.used == 4 {
            self.refill();
        }
        let bits = self.block[usize::from(self.used)];
        self.used += 1;
        bits
    }

    fn refill(&mut self) {
        self.block = philox(self.counter, self.key);
        self.counter[0] += 1;
        self.used = 0;
    }

    /// The next number between 0 and 1, both excluded (53 bits).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        open_unit(self.bits())
    }

    /// Whether something of this probability happens.
    #[inline]
    pub fn happens(&mut self, probability: f64) -> bool {
        probability >= 1.0 || (probability > 0.0 && self.uniform() < probability)
    }

    /// A number from 0 to `below` - 1, all alike (Lemire's multiplication; bias under 2^-40 for any count met here).
    pub fn below(&mut self, below: usize) -> usize {
        ((u128::from(self.bits()) * below as u128) >> 64) as usize
    }
}

/// The samplers of `rand_distr` draw from a stream like from any other generator.
impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.bits().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// The exponential of mean 1 that a uniform number stands for: −ln(1 − `uniform`).
///
/// The uniform lies in the middle of a cell of 2⁻⁵², so 1 − u is exact and never 0. Written out, because a call of the
/// library's logarithm is a tenth of a run: additions and multiplications only, so the bits are the same everywhere, and
/// within 2 units of the last place. The number is 2ᵏ (c + d) with c the middle of one of 128 cells, so its logarithm is
/// k ln 2 + ln c + ln(1 + d / c), the last by its Taylor series (after Tang, "Table-driven implementation of the
/// logarithm function in IEEE floating-point arithmetic", ACM TOMS 16, 1990).
#[inline]
pub fn unit_exponential(uniform: f64) -> f64 {
    let bits = (1.0 - uniform).to_bits();
    let place = bits.wrapping_sub(LEAST.to_bits());
    let exponent = (place as i64) >> 52;
    let cell = &CELLS[(place >> (52 - CELL_BITS)) as usize % CELLS.len()];
    let reduced = f64::from_bits(bits.wrapping_sub((exponent as u64) << 52));
    let r = (reduced - cell.middle) * cell.inverse;
    let square = r * r;
    let low = 1.0 / 3.0 - r * (1.0 / 4.0);
    let high = 1.0 / 5.0 - r * (1.0 / 6.0) + square * (1.0 / 7.0);
    let series = square * (r * (low + square * high) - 0.5);
    -(exponent as f64 * std::f64::consts::LN_2 + cell.logarithm + (series + r))
}

const CELL_BITS: u32 = 7;
/// Numbers are reduced to from here to its double, so that those next to 1 need no power of 2.
const LEAST: f64 = 0.6875;
static CELLS: [LogarithmCell; 1 << CELL_BITS] = cells();

struct LogarithmCell {
    middle: f64,
    /// 1 / `middle`.
    inverse: f64,
    /// The natural logarithm of `middle`.
    logarithm: f64,
}

const fn cells() -> [LogarithmCell; 1 << CELL_BITS] {
    let mut cells = [const {
        LogarithmCell {
            middle: 1.0,
            inverse: 1.0,
            logarithm: 0.0,
        }
    }; 1 << CELL_BITS];
    let width = 1u64 << (52 - CELL_BITS);
    let mut place = 0;
    while place < cells.len() {
        let from = LEAST.to_bits() + place as u64 * width;
        // Either side of 1 the logarithm is small, so 1 itself must be the middle there.
        if from != 1.0f64.to_bits() && from + width != 1.0f64.to_bits() {
            let middle = f64::from_bits(from + width / 2);
            // ln c = 2 artanh((c − 1) / (c + 1)), from the smallest term up.
            let s = (middle - 1.0) / (middle + 1.0);
            let mut sum = 0.0;
            let mut odd = 31;
            while odd >= 3 {
                sum = (sum + 1.0 / odd as f64) * (s * s);
                odd -= 2;
            }
            cells[place] = LogarithmCell {
                middle,
                inverse: 1.0 / middle,
                logarithm: 2.0 * (s + s * sum),
            };
        }
        place += 1;
    }
    cells
}

/// The middle of the 2^-53 wide cell that 64 random bits fall in: never 0, never 1.
#[inline]
fn open_unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
}

/// One block of Philox4x64-10: four random words from a counter and a key.
#[inline(always)]
fn philox(mut counter: [u64; 4], mut key: [u64; 2]) -> [u64; 4] {
    const MULTIPLIERS: [u64; 2] = [0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157];
    const WEYL: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B];
    for _ in 0..10 {
        let a = u128::from(MULTIPLIERS[0]) * u128::from(counter[0]);
        let b = u128::from(MULTIPLIERS[1]) * u128::from(counter[2]);
        counter = [
            (b >> 64) as u64 ^ counter[1] ^ key[0],
            b as u64,
            (a >> 64) as u64 ^ counter[3] ^ key[1],
            a as u64,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random123's known answers for Philox4x64-10 (`kat_vectors`), and NumPy 2's `Philox(key=[1, 2], counter=[0, 3, 4, 5])`,
    /// which counts up before its first block.
    #[test]
    fn the_generator_gives_the_published_answers() {
        assert_eq!(
            philox([0; 4], [0; 2]),
            [
                0x16554d9eca36314c,
                0xdb20fe9d672d0fdc,
                0xd7e772cee186176b,
                0x7e68b68aec7ba23b
            ]
        );
        assert_eq!(
            philox([u64::MAX; 4], [u64::MAX; 2]),
            [
                0x87b092c3013fe90b,
                0x438c3c67be8d0224,
                0x9cc7d7c69cd777b6,
                0xa09caebf594f0ba0
            ]
        );
    }

    #[test]
    fn the_exponential_is_the_librarys_logarithm_within_two_units_of_the_last_place() {
        let seed = Seed {
            seed: 1,
            replication: 0,
        };
        let mut stream = seed.stream(Purpose::WORK, Root::default(), 0, 0);
        let check = |uniform: f64| {
            let (ours, theirs) = (unit_exponential(uniform), -libm::log(1.0 - uniform));
            let away = ours.to_bits().abs_diff(theirs.to_bits());
            assert!(away <= 2, "{ours} for {theirs} at {uniform}");
        };
        for _ in 0..1_000_000 {
            let uniform = stream.uniform();
            check(uniform);
            // Also where the number or its complement is tiny.
            check(open_unit(stream.bits() >> (stream.bits() % 52)));
            check(open_unit(!(stream.bits() >> (stream.bits() % 52))));
        }
        check(open_unit(0));
        check(open_unit(u64::MAX));
    }

    #[test]
    fn a_single_number_is_the_first_of_its_stream() {
        let seed = Seed {
            seed: 7,
            replication: 3,
        };
        let root = Root {
            segment: 1,
            zone: 2,
            place: 3,
            number: 4,
        };
        assert_eq!(
            seed.uniform(Purpose::WORK, root, 5, 6),
            seed.stream(Purpose::WORK, root, 5, 6).uniform()
        );
    }

    #[test]
    fn a_number_depends_on_each_part_of_its_key_and_on_nothing_else() {
        let seed = Seed {
            seed: 1,
            replication: 0,
        };
        let root = Root {
            segment: 1,
            zone: 2,
            place: 3,
            number: 4,
        };
        let first = |seed: Seed, purpose, root, attempt, index| {
            seed.stream(purpose, root, attempt, index).bits()
        };
        let same = first(seed, Purpose::WORK, root, 5, 6);
        assert_eq!(same, first(seed, Purpose::WORK, root, 5, 6));
        let others = [
            first(Seed { seed: 2, ..seed }, Purpose::WORK, root, 5, 6),
            first(
                Seed {
                    replication: 1,
                    ..seed
                },
                Purpose::WORK,
                root,
                5,
                6,
            ),
            first(seed, Purpose::TURNS, root, 5, 6),
            first(seed, Purpose::WORK.of(1), root, 5, 6),
            first(seed, Purpose::WORK, Root { segment: 2, ..root }, 5, 6),
            first(seed, Purpose::WORK, Root { zone: 3, ..root }, 5, 6),
            first(seed, Purpose::WORK, Root { place: 4, ..root }, 5, 6),
            first(seed, Purpose::WORK, Root { number: 5, ..root }, 5, 6),
            first(seed, Purpose::WORK, root, 6, 6),
            first(seed, Purpose::WORK, root, 5, 7),
        ];
        assert!(others.iter().all(|other| *other != same));
    }

    /// Streams whose keys differ by one in one part, 100 000 pairs of each: their correlation times √n is beyond 4.5
    /// by luck alone in 7 of 10⁶.
    #[test]
    fn neighbouring_streams_have_nothing_in_common() {
        const PAIRS: u32 = 100_000;
        let first = |replication, purpose, root, attempt, index| {
            let seed = Seed {
                seed: 1,
                replication,
            };
            let bits = seed.stream(purpose, root, attempt, index).bits();
            open_unit(bits) - 0.5
        };
        let root = |number| Root {
            number,
            ..Root::default()
        };
        let work = Purpose::WORK;
        let at = |n: u32| root(u64::from(n));
        type Part<'a> = &'a dyn Fn(u32, u32) -> f64;
        let parts: [(&str, Part); 7] = [
            ("number", &|n, by| first(0, work, at(n + by), 0, 0)),
            ("replication", &|n, by| first(by, work, at(n), 0, 0)),
            ("purpose", &|n, by| {
                first(0, work.of(by as usize), at(n), 0, 0)
            }),
            ("attempt", &|n, by| first(0, work, at(n), by, 0)),
            ("index", &|n, by| first(0, work, at(n), 0, by)),
            ("segment", &|n, by| {
                let root = Root {
                    segment: by as u16,
                    ..at(n)
                };
                first(0, work, root, 0, 0)
            }),
            ("place", &|n, by| {
                let root = Root { place: by, ..at(n) };
                first(0, work, root, 0, 0)
            }),
        ];
        for (name, part) in parts {
            let products = (0..PAIRS).map(|n| part(n, 0) * part(n, 1));
            // The variance of a number in (−1/2, 1/2) is 1/12.
            let correlation = products.sum::<f64>() / f64::from(PAIRS) * 12.0;
            let far = correlation.abs() * f64::from(PAIRS).sqrt();
            assert!(far < 4.5, "{name}: {far}");
        }
    }

    #[test]
    fn numbers_stay_strictly_between_0_and_1() {
        assert!(open_unit(0) > 0.0);
        assert!(open_unit(u64::MAX) < 1.0);
    }
}
