//! Specialised loops: one model each, nothing that the model does not need. What the engine is measured against.
//!
//! They use what is fastest and simplest where only one model has to run: times in floating point, xoshiro256++ and a
//! ziggurat, a 4-ary heap of 128-bit keys whose top stays empty until the next addition, patience that is skipped when
//! stale. They record the mean, variance and maximum of the waits, of the times in the system, and who left.

use std::collections::VecDeque;

/// xoshiro256++ (Blackman and Vigna, ACM TOMS 47, 2021), seeded by SplitMix64.
struct Generator([u64; 4]);

impl Generator {
    fn new(mut seed: u64) -> Generator {
        Generator(std::array::from_fn(|_| {
            seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut word = seed;
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^ (word >> 31)
        }))
    }

    #[inline(always)]
    fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.0;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.0 = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        result
    }
}

#[inline(always)]
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// Exponential numbers of mean 1 by 256 layers (Marsaglia and Tsang, Journal of Statistical Software 5(8), 2000).
struct Luck {
    generator: Generator,
    /// Right edge of each layer, the lowest first; that one's stands for its tail too.
    width: Box<[f64; 257]>,
    /// The density there.
    height: Box<[f64; 257]>,
}

impl Luck {
    /// Where the tail begins, and the area of a layer.
    const TAIL: f64 = 7.697_117_470_131_05;
    const AREA: f64 = 0.003_949_659_822_581_557;

    fn new(seed: u64) -> Luck {
        let mut width = Box::new([0.0; 257]);
        width[0] = Self::AREA * Self::TAIL.exp();
        width[1] = Self::TAIL;
        for layer in 2..256 {
            let below: f64 = width[layer - 1];
            width[layer] = -(Self::AREA / below + (-below).exp()).ln();
        }
        let height = Box::new(width.map(|edge| (-edge).exp()));
        Luck {
            generator: Generator::new(seed),
            width,
            height,
        }
    }

    #[inline(always)]
    fn exponential(&mut self) -> f64 {
        let bits = self.generator.bits();
        let layer = usize::from(bits as u8);
        let x = unit(bits) * self.width[layer];
        if x < self.width[layer + 1] {
            x
        } else {
            self.at_an_edge(layer, x)
        }
    }

    #[cold]
    #[inline(never)]
    fn at_an_edge(&mut self, layer: usize, x: f64) -> f64 {
        if layer == 0 {
            return Self::TAIL - (1.0 - unit(self.generator.bits())).ln();
        }
        let (low, high) = (self.height[layer], self.height[layer + 1]);
        if high + (low - high) * unit(self.generator.bits()) < (-x).exp() {
            x
        } else {
            self.exponential()
        }
    }
}

/// What will happen: time, number of the addition and what it is, in one key.
#[derive(Default)]
struct Agenda {
    heap: Vec<u128>,
    hole: bool,
    additions: u32,
}

impl Agenda {
    #[inline(always)]
    fn add(&mut self, at: f64, what: u32) {
        self.additions = self.additions.wrapping_add(1);
        self.add_as(at, self.additions, what);
    }

    #[inline(always)]
    fn add_as(&mut self, at: f64, number: u32, what: u32) {
        let key = u128::from(at.to_bits()) << 64 | u128::from(number) << 32 | u128::from(what);
        if self.hole {
            self.hole = false;
            self.sink(key);
            return;
        }
        let mut place = self.heap.len();
        self.heap.push(key);
        while place > 0 && self.heap[(place - 1) / 4] > key {
            self.heap[place] = self.heap[(place - 1) / 4];
            place = (place - 1) / 4;
        }
        self.heap[place] = key;
    }

    /// Time, number and what.
    #[inline(always)]
    fn next(&mut self) -> Option<(f64, u32, u32)> {
        if self.hole {
            self.hole = false;
            let last = self.heap.pop()?;
            if !self.heap.is_empty() {
                self.sink(last);
            }
        }
        let top = *self.heap.first()?;
        self.hole = true;
        Some((
            f64::from_bits((top >> 64) as u64),
            (top >> 32) as u32,
            top as u32,
        ))
    }

    #[inline(always)]
    fn sink(&mut self, key: u128) {
        let heap = self.heap.as_mut_slice();
        let mut place = 0;
        loop {
            let first = 4 * place + 1;
            let (least, child) = match heap.get(first..first + 4) {
                Some(&[a, b, c, d]) => {
                    let left = if b < a { (b, first + 1) } else { (a, first) };
                    let right = if d < c {
                        (d, first + 3)
                    } else {
                        (c, first + 2)
                    };
                    if right.0 < left.0 { right } else { left }
                }
                _ => match (first..heap.len()).map(|child| (heap[child], child)).min() {
                    Some(least) => least,
                    None => break,
                },
            };
            if least >= key {
                break;
            }
            heap[place] = least;
            place = child;
        }
        heap[place] = key;
    }
}

/// Mean, variance and maximum, one value after the other (Welford 1962).
#[derive(Default)]
pub struct Tally {
    pub count: u64,
    pub mean: f64,
    pub squares: f64,
    pub most: f64,
}

impl Tally {
    #[inline(always)]
    fn add(&mut self, value: f64) {
        self.count += 1;
        let away = value - self.mean;
        self.mean += away / self.count as f64;
        self.squares += away * (value - self.mean);
        self.most = self.most.max(value);
    }
}

/// What a loop has seen.
#[derive(Default)]
pub struct Seen {
    pub waits: Tally,
    pub stays: Tally,
    pub opened: u64,
    pub left: u64,
    /// Events that meant something when they came up.
    pub events: u64,
}

/// Poisson arrivals to some queues, in all `load` erlang per agent; work of mean 1; each agent takes who has waited longest.
pub fn calls(customers: u64, agents: u32, queues: u32, load: f64, seed: u64) -> Seen {
    if queues == 1 {
        one_queue(customers, agents, load, seed)
    } else {
        many_queues(customers, agents, queues, load, seed)
    }
}

/// Places of customers in the system, reused.
struct Places<T> {
    all: Vec<T>,
    free: Vec<u32>,
}

impl<T> Places<T> {
    fn new() -> Places<T> {
        Places {
            all: Vec::new(),
            free: Vec::new(),
        }
    }

    #[inline(always)]
    fn put(&mut self, new: T) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.all[place as usize] = new;
                place
            }
            None => {
                self.all.push(new);
                self.all.len() as u32 - 1
            }
        }
    }
}

#[inline(never)]
fn one_queue(customers: u64, agents: u32, load: f64, seed: u64) -> Seen {
    const ARRIVAL: u32 = u32::MAX;
    let gap = 1.0 / (load * f64::from(agents));
    let mut luck = Luck::new(seed);
    let mut agenda = Agenda::default();
    let mut arrived = Places::<f64>::new();
    let mut queue = VecDeque::new();
    let mut idle: VecDeque<u32> = (0..agents).collect();
    let mut serves = vec![0u32; agents as usize];
    let mut seen = Seen::default();
    let mut to_come = customers;
    agenda.add(gap * luck.exponential(), ARRIVAL);
    while let Some((now, _, what)) = agenda.next() {
        seen.events += 1;
        let (customer, agent) = if what == ARRIVAL {
            to_come -= 1;
            if to_come > 0 {
                agenda.add(now + gap * luck.exponential(), ARRIVAL);
            }
            let customer = arrived.put(now);
            match idle.pop_front() {
                Some(agent) => (customer, agent),
                None => {
                    queue.push_back(customer);
                    continue;
                }
            }
        } else {
            let done = serves[what as usize];
            seen.stays.add(now - arrived.all[done as usize]);
            arrived.free.push(done);
            match queue.pop_front() {
                Some(customer) => (customer, what),
                None => {
                    idle.push_back(what);
                    continue;
                }
            }
        };
        seen.waits.add(now - arrived.all[customer as usize]);
        serves[agent as usize] = customer;
        agenda.add(now + luck.exponential(), agent);
    }
    seen.opened = customers;
    seen
}

#[inline(never)]
fn many_queues(customers: u64, agents: u32, queues: u32, load: f64, seed: u64) -> Seen {
    assert!(queues <= 64, "one bit for each queue");
    let gap = f64::from(queues) / (load * f64::from(agents));
    let mut luck = Luck::new(seed);
    let mut agenda = Agenda::default();
    let mut arrived = Places::<f64>::new();
    let mut lines = vec![VecDeque::<u32>::new(); queues as usize];
    let mut waiting = 0u64;
    let mut idle: VecDeque<u32> = (0..agents).collect();
    let mut serves = vec![0u32; agents as usize];
    let mut seen = Seen::default();
    for queue in 0..queues {
        agenda.add(gap * luck.exponential(), agents + queue);
    }
    while let Some((now, _, what)) = agenda.next() {
        if seen.opened == customers && what >= agents {
            continue;
        }
        seen.events += 1;
        let (customer, agent) = if what >= agents {
            seen.opened += 1;
            agenda.add(now + gap * luck.exponential(), what);
            let customer = arrived.put(now);
            match idle.pop_front() {
                Some(agent) => (customer, agent),
                None => {
                    lines[(what - agents) as usize].push_back(customer);
                    waiting |= 1 << (what - agents);
                    continue;
                }
            }
        } else {
            let done = serves[what as usize];
            seen.stays.add(now - arrived.all[done as usize]);
            arrived.free.push(done);
            let (mut left, mut oldest, mut place) = (waiting, f64::INFINITY, usize::MAX);
            while left != 0 {
                let line = left.trailing_zeros() as usize;
                left &= left - 1;
                let age = arrived.all[lines[line][0] as usize];
                if age < oldest {
                    (oldest, place) = (age, line);
                }
            }
            let Some(line) = lines.get_mut(place) else {
                idle.push_back(what);
                continue;
            };
            let customer = line.pop_front().expect("its bit is set");
            if line.is_empty() {
                waiting &= !(1 << place);
            }
            (customer, what)
        };
        seen.waits.add(now - arrived.all[customer as usize]);
        serves[agent as usize] = customer;
        agenda.add(now + luck.exponential(), agent);
    }
    seen
}

/// A day of chats.
pub struct ChatDay {
    /// Openings per hour in each half hour.
    pub per_hour: &'static [f64],
    pub agents: u32,
    pub slots: u32,
    pub turns: u32,
    /// Mean effort on a turn [s].
    pub work: f64,
    /// Mean time to answer [s].
    pub reply_gap: f64,
    /// Mean patience in the queue [s].
    pub patience: f64,
}

#[derive(Clone, Copy)]
struct Chat {
    opened: f64,
    /// When the turn that waits now arrived.
    since: f64,
    turns_left: u32,
    agent: u32,
    /// Counts who has had this place, so that a stale end of patience is known.
    generation: u32,
    waits: bool,
}

#[derive(Clone)]
struct Agent {
    load: u32,
    works_on: u32,
    ready: [u32; 8],
    ready_len: usize,
    /// Neighbours among those alike: idle, or with some room.
    before: u32,
    after: u32,
    list: usize,
}

const NONE: u32 = u32::MAX;
const WORK: u32 = 1 << 30;
const ANSWER: u32 = 2 << 30;
const PATIENCE: u32 = 3 << 30;
const NUMBER: u32 = WORK - 1;

struct ChatLoop<'a> {
    day: &'a ChatDay,
    luck: Luck,
    agenda: Agenda,
    chats: Places<Chat>,
    queue: VecDeque<(u32, u32)>,
    agents: Vec<Agent>,
    /// First and last of the idle ones, and of those with room.
    lists: [(u32, u32); 2],
    now: f64,
    half_hour: usize,
    seen: Seen,
}

/// Days of chats, one after the other; everyone who waits at the end is served.
pub fn chat_days(day: &ChatDay, days: u64, seed: u64) -> Seen {
    assert!(day.slots <= 8);
    let mut chats = ChatLoop {
        day,
        luck: Luck::new(seed),
        agenda: Agenda::default(),
        chats: Places::new(),
        queue: VecDeque::new(),
        agents: Vec::new(),
        lists: [(NONE, NONE); 2],
        now: 0.0,
        half_hour: 0,
        seen: Seen::default(),
    };
    for _ in 0..days {
        chats.play();
    }
    chats.seen
}

const FULL: usize = 2;

impl ChatLoop<'_> {
    #[inline(never)]
    fn play(&mut self) {
        let idle = Agent {
            load: 0,
            works_on: NONE,
            ready: [NONE; 8],
            ready_len: 0,
            before: NONE,
            after: NONE,
            list: FULL,
        };
        self.agents.clear();
        self.agents.resize(self.day.agents as usize, idle);
        self.lists = [(NONE, NONE); 2];
        (self.now, self.half_hour) = (0.0, 0);
        for agent in 0..self.day.agents {
            self.enlist(agent);
        }
        self.schedule_arrival();
        while let Some((at, number, what)) = self.agenda.next() {
            self.now = at;
            match what & !NUMBER {
                WORK => self.work_ends(what & NUMBER),
                ANSWER => self.answer(what & NUMBER),
                PATIENCE => {
                    let place = what & NUMBER;
                    let chat = &mut self.chats.all[place as usize];
                    if !chat.waits || chat.generation != number {
                        continue;
                    }
                    chat.waits = false;
                    self.seen.left += 1;
                    self.seen.waits.add(at - chat.opened);
                    self.chats.free.push(place);
                }
                _ => self.arrival(),
            }
            self.seen.events += 1;
        }
    }

    /// By inverting the cumulative rate.
    #[inline(always)]
    fn schedule_arrival(&mut self) {
        let mut growth = self.luck.exponential();
        let mut from = self.now;
        while let Some(per_hour) = self.day.per_hour.get(self.half_hour) {
            let end = (self.half_hour + 1) as f64 * 1800.0;
            let rate = per_hour / 3600.0;
            let room = (end - from) * rate;
            if growth < room {
                return self.agenda.add(from + growth / rate, 0);
            }
            growth -= room;
            from = end;
            self.half_hour += 1;
        }
    }

    #[inline(always)]
    fn arrival(&mut self) {
        self.schedule_arrival();
        self.seen.opened += 1;
        let now = self.now;
        let chat = Chat {
            opened: now,
            since: now,
            turns_left: self.day.turns,
            agent: NONE,
            generation: 0,
            waits: false,
        };
        let place = match self.chats.free.pop() {
            Some(place) => {
                let generation = self.chats.all[place as usize].generation.wrapping_add(1);
                self.chats.all[place as usize] = Chat { generation, ..chat };
                place
            }
            None => self.chats.put(chat),
        };
        let agent = match self.lists[0].0 {
            NONE => self.lists[1].0,
            idle => idle,
        };
        if agent != NONE {
            self.take(place, agent);
            self.attend(agent);
            self.enlist(agent);
        } else {
            let chat = &mut self.chats.all[place as usize];
            chat.waits = true;
            let generation = chat.generation;
            self.queue.push_back((place, generation));
            let patience = self.day.patience * self.luck.exponential();
            self.agenda
                .add_as(now + patience, generation, PATIENCE | place);
        }
    }

    #[inline(always)]
    fn take(&mut self, place: u32, agent: u32) {
        let chat = &mut self.chats.all[place as usize];
        chat.agent = agent;
        self.seen.waits.add(self.now - chat.opened);
        let known = &mut self.agents[agent as usize];
        known.load += 1;
        known.ready[known.ready_len] = place;
        known.ready_len += 1;
    }

    /// Attention goes to the turn that has waited longest.
    #[inline(always)]
    fn attend(&mut self, agent: u32) {
        let known = &mut self.agents[agent as usize];
        if known.works_on != NONE || known.ready_len == 0 {
            return;
        }
        let since = |place: u32| self.chats.all[place as usize].since;
        let mut oldest = 0;
        for other in 1..known.ready_len {
            if since(known.ready[other]) < since(known.ready[oldest]) {
                oldest = other;
            }
        }
        known.works_on = known.ready[oldest];
        known.ready_len -= 1;
        known.ready[oldest] = known.ready[known.ready_len];
        let work = self.day.work * self.luck.exponential();
        self.agenda.add(self.now + work, WORK | agent);
    }

    #[inline(always)]
    fn work_ends(&mut self, agent: u32) {
        let known = &mut self.agents[agent as usize];
        let place = known.works_on;
        known.works_on = NONE;
        let chat = &mut self.chats.all[place as usize];
        chat.turns_left -= 1;
        if chat.turns_left > 0 {
            let gap = self.day.reply_gap * self.luck.exponential();
            self.agenda.add(self.now + gap, ANSWER | place);
            return self.attend(agent);
        }
        self.seen.stays.add(self.now - chat.opened);
        self.chats.free.push(place);
        known.load -= 1;
        while let Some((place, generation)) = self.queue.pop_front() {
            let chat = &mut self.chats.all[place as usize];
            if chat.waits && chat.generation == generation {
                chat.waits = false;
                self.take(place, agent);
                break;
            }
        }
        self.attend(agent);
        self.enlist(agent);
    }

    #[inline(always)]
    fn answer(&mut self, place: u32) {
        let chat = &mut self.chats.all[place as usize];
        chat.since = self.now;
        let agent = chat.agent;
        let known = &mut self.agents[agent as usize];
        known.ready[known.ready_len] = place;
        known.ready_len += 1;
        self.attend(agent);
    }

    /// An agent whose load changed comes last among those alike.
    #[inline(always)]
    fn enlist(&mut self, agent: u32) {
        let known = &self.agents[agent as usize];
        let (before, after, old) = (known.before, known.after, known.list);
        let new = match known.load {
            0 => 0,
            load if load < self.day.slots => 1,
            _ => FULL,
        };
        if old != FULL {
            match before {
                NONE => self.lists[old].0 = after,
                before => self.agents[before as usize].after = after,
            }
            match after {
                NONE => self.lists[old].1 = before,
                after => self.agents[after as usize].before = before,
            }
        }
        let mut last = NONE;
        if new != FULL {
            last = std::mem::replace(&mut self.lists[new].1, agent);
            match last {
                NONE => self.lists[new].0 = agent,
                last => self.agents[last as usize].after = agent,
            }
        }
        let known = &mut self.agents[agent as usize];
        (known.before, known.after, known.list) = (last, NONE, new);
    }
}
