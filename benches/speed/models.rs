//! The models that both sides play, as the engine takes them.

use syncline::agent::{Agents, Attention, Back, Interrupted, Leave, Rework, Roster, Served, Shift};
use syncline::arrival::{Arrivals, Rates};
use syncline::calendar::{Calendar, Days};
use syncline::channel::{Channel, Closing, Returning, Slot, Sticky};
use syncline::customer::{Customers, Home};
use syncline::distribution::{Count, Distribution};
use syncline::id::{CalendarId, ChannelId, CustomersId, GroupId, QueueId, TopicId, ZoneId};
use syncline::measure::{Clock, Formula, Measure};
use syncline::queue::Queue;
use syncline::route::{Condition, Route};
use syncline::rule::{Estimator, Order, Patience, Pick};
use syncline::time::{Span, Time};
use syncline::topic::Topic;
use syncline::world::{Ending, Setup, Shown, Target};

use crate::yardstick::ChatDay;

/// Mean work of a call in the models with one turn.
pub const CALL: Span = Span(100 * Span::SECOND.0);

/// 16 hours of half-hour rates, at most 468 an hour. 40 agents with 3 slots each can do 450, so that some wait and leave.
pub const CHAT_DAY: ChatDay = ChatDay {
    per_hour: &[
        47.0, 70.0, 109.0, 156.0, 218.0, 281.0, 351.0, 413.0, 460.0, 468.0, 460.0, 437.0, 406.0,
        374.0, 351.0, 343.0, 359.0, 390.0, 421.0, 437.0, 421.0, 390.0, 343.0, 296.0, 250.0, 211.0,
        172.0, 140.0, 117.0, 94.0, 70.0, 47.0,
    ],
    agents: 40,
    slots: 3,
    turns: 5,
    work: 60.0,
    reply_gap: 60.0,
    patience: 120.0,
};

const ALWAYS: CalendarId = CalendarId(0);

/// A strategy as the engine takes it.
pub struct Model {
    pub setup: Setup,
    pub routes: Vec<Route>,
}

fn exponential(mean: Span) -> Distribution {
    Distribution::exponential(mean).expect("a mean above 0")
}

fn nothing() -> Distribution {
    Distribution::Constant(Span::ZERO)
}

fn channel(queue: QueueId) -> Channel {
    Channel {
        holds_customer: true,
        slot: Slot::Held,
        returning: Returning::Queue,
        spoken: true,
        weight: None,
        queue,
        hours: ALWAYS,
        closing: Closing::Drain,
        lines: None,
        patience: Patience::default(),
        tolerance: None,
        reply_gap: nothing(),
        work_factor: 1.0,
        turns_factor: 1.0,
        clarify: 0.0,
        resume_cost: nothing(),
        wrap_up: nothing(),
        inactivity: None,
        silent: None,
        sticky: Sticky::AgentWhileOnDuty,
    }
}

fn customers(rates: Rates, channels: usize) -> Customers {
    Customers {
        homes: vec![Home {
            zone: ZoneId(0),
            arrivals: Arrivals::poisson(rates),
            online: ALWAYS,
        }],
        topics: vec![(TopicId(0), 1.0)],
        patience: Patience::default(),
        tolerance: None,
        urgency: 3,
        balk: Vec::new(),
        accepts: vec![1.0; channels],
        retry: None,
    }
}

fn topic(turns: u32, work: Span) -> Topic {
    Topic {
        turns: Count::Constant(turns),
        works: vec![exponential(work)],
        urgency: None,
        next: Vec::new(),
        value: 0.0,
    }
}

fn queue() -> Queue {
    Queue {
        order: Order::PriorityThenAge,
        capacity: None,
        agents: vec![vec![GroupId(0)]],
        pick: Pick::LongestIdle,
        estimator: Estimator::RecentWeighted,
    }
}

/// Agents who are always there and serve all queues alike.
fn agents(count: u32, capacity: u32, queues: u32, channels: usize) -> Agents {
    let shift = Shift {
        hours: ALWAYS,
        duty: ALWAYS,
        count,
    };
    let served = |queue| Served {
        queue: QueueId(queue),
        after: Span::ZERO,
        keep_free: 0,
        speed: 1.0,
    };
    Agents {
        zone: jiff::tz::TimeZone::UTC,
        roster: Roster::Shifts(vec![shift]),
        closed: Vec::new(),
        serves: vec![(0..queues).map(served).collect()],
        capacity: Some(capacity),
        concurrent: vec![None; channels],
        attention: Attention::One,
        switch_cost: nothing(),
        interruptible: vec![false; channels],
        interrupted: Interrupted {
            back: Back::Agent,
            work: Rework::Resume,
        },
        at_shift_end: None,
        leave: Leave::Named,
        check_every: None,
        absent: 0.0,
        days: Days::default(),
        in_office: 0.0,
        speed: 1.0,
        cost_per_hour: 0.0,
        overtime_factor: 1.0,
    }
}

fn model(length: Span, everything: Setup, conditions: Vec<Vec<Condition>>) -> Model {
    let routes = conditions
        .into_iter()
        .enumerate()
        .map(|(number, conditions)| Route {
            conditions,
            to: ChannelId(0),
            queue: Some(QueueId::from(number)),
        });
    let length = Time::ZERO.after(length);
    Model {
        setup: Setup {
            business: vec![ALWAYS; everything.channels.len()],
            length,
            limit: Time::NEVER,
            ..everything
        },
        routes: routes.collect(),
    }
}

fn setup(
    customers: Vec<Customers>,
    topic: Topic,
    channel: Channel,
    queues: u32,
    agents: Agents,
) -> Setup {
    let shown = Shown {
        customers: (0..customers.len()).map(CustomersId::from).collect(),
        topics: vec![TopicId(0)],
        channels: vec![ChannelId(0)],
        queues: (0..queues).map(QueueId).collect(),
        agents: vec![GroupId(0)],
    };
    Setup {
        customers,
        topics: vec![topic],
        channels: vec![channel],
        queues: (0..queues).map(|_| queue()).collect(),
        agents: vec![agents],
        targets: Vec::new(),
        calendars: vec![Calendar::always()],
        business: Vec::new(),
        warm_up: Time::ZERO,
        length: Time::NEVER,
        limit: Time::NEVER,
        ending: Ending::Drain,
        count_balkers: true,
        shown,
    }
}

/// About as many customers of one turn, in all `load` erlang per agent, in as many streams as there are queues.
pub fn calls(customer_count: u64, agent_count: u32, queues: u32, load: f64) -> Model {
    let per_hour = load * f64::from(agent_count) / CALL.hours();
    let length = Span::HOUR.scaled(customer_count as f64 / per_hour);
    let segment = || {
        let rates = Rates::constant(per_hour / f64::from(queues)).expect("a rate above 0");
        customers(rates, 1)
    };
    let conditions = (0..queues).map(|queue| match queues {
        1 => Vec::new(),
        _ => vec![Condition::Customers(CustomersId(queue))],
    });
    let setup = setup(
        (0..queues).map(|_| segment()).collect(),
        topic(1, CALL),
        channel(QueueId(0)),
        queues,
        agents(agent_count, 1000, queues, 1),
    );
    model(length, setup, conditions.collect())
}

/// The same with a promise: eight in ten wait no longer than 20 s.
pub fn promised(setup: &Setup) -> Setup {
    let target = Target {
        metric: Measure::QueueWait,
        customers: None,
        topic: None,
        channel: None,
        queue: None,
        within: Span::from_seconds(20.0),
        share: 0.8,
        clock: Clock::Calendar,
        formula: Formula::ExcludingEarlyLeavers,
    };
    Setup {
        targets: vec![target],
        ..setup.clone()
    }
}

/// One day of chats; a replication is a day.
pub fn chat_day(day: &ChatDay) -> Model {
    let half_hour = Span::HOUR.scaled(0.5);
    let volumes: Vec<_> = (day.per_hour.iter().enumerate())
        .map(|(place, per_hour)| (Time(half_hour.0 * place as i64), half_hour, per_hour / 2.0))
        .collect();
    let rates = Rates::by_volume(&volumes).expect("half hours in order");
    let chat = Channel {
        weight: Some(1000),
        spoken: false,
        patience: Patience {
            queue: Some(exponential(Span::from_seconds(day.patience))),
            ..Patience::default()
        },
        reply_gap: exponential(Span::from_seconds(day.reply_gap)),
        ..channel(QueueId(0))
    };
    let setup = setup(
        vec![customers(rates, 1)],
        topic(day.turns, Span::from_seconds(day.work)),
        chat,
        1,
        agents(day.agents, 1000 * day.slots, 1, 1),
    );
    let length = half_hour * day.per_hour.len() as i64;
    model(length, setup, vec![Vec::new()])
}
