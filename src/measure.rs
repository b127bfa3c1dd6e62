//! The catalogue of measures: each one's name, unit, meaning and formula stand here and nowhere else.

use crate::time::Span;

/// Which clock a duration is read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clock {
    /// All time counts.
    Calendar,
    /// Only open time of the conversation counts: its channel's hours, or without them the rostered duty behind its queue.
    Business,
}

impl Clock {
    /// As written in scenarios and files.
    pub fn name(self) -> &'static str {
        match self {
            Clock::Calendar => "calendar",
            Clock::Business => "business",
        }
    }
}

/// How a service level counts those who left. Rejected attempts are never offered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Formula {
    /// Answered within / (offered - left within).
    ExcludingEarlyLeavers,
    /// Answered within / offered.
    AnsweredOfOffered,
    /// Answered within / answered.
    AnsweredOfAnswered,
    /// (Answered within + left within) / offered.
    LeaversCount,
    /// (Answered within + left within) / offered, where those who left before this time do not count at all.
    ShortCut(Span),
}

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// A plain number or a share.
    One,
    /// Per hour.
    PerHour,
    /// `run.currency`.
    Money,
}

impl Unit {
    /// As written in files.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::One => "1",
            Unit::PerHour => "1/h",
            Unit::Money => "money",
        }
    }
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less is better.
    Less,
    /// More is better.
    More,
    /// It depends.
    Neither,
}

/// How a figure comes about, and so which statistics it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Happenings: `total`, `per_hour`.
    Count,
    /// One duration a time it happens: `mean`, `sd`, `p10` to `p99`, `max`.
    Duration,
    /// A ratio of two sums: `share`.
    Share,
    /// A number over time: `mean` (time average), `max`, `end`.
    Level,
    /// A ratio of two sums that is no share: `mean`.
    Ratio,
    /// A sum: `total`.
    Sum,
    /// Happenings per hour of the counted time: `per_hour`.
    Rate,
}

impl Kind {
    /// The statistics that figures of this kind have.
    pub fn statistics(self) -> &'static [&'static str] {
        match self {
            Kind::Count => &["total", "per_hour"],
            Kind::Duration => &[
                "mean", "sd", "p10", "p50", "p80", "p90", "p95", "p99", "max",
            ],
            Kind::Share => &["share"],
            Kind::Level => &["mean", "max", "end"],
            Kind::Ratio => &["mean"],
            Kind::Sum => &["total"],
            Kind::Rate => &["per_hour"],
        }
    }
}

/// By what conversations and agents are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All together.
    All,
    /// By segment.
    Customers,
    /// By topic.
    Topic,
    /// By channel.
    Channel,
    /// By queue.
    Queue,
    /// By the group of agents who had it last, or of agents themselves.
    Agents,
    /// By promise.
    Target,
}

impl Part {
    /// As written in scenarios and files.
    pub fn name(self) -> &'static str {
        match self {
            Part::All => "all",
            Part::Customers => "customers",
            Part::Topic => "topic",
            Part::Channel => "channel",
            Part::Queue => "queue",
            Part::Agents => "agents",
            Part::Target => "target",
        }
    }
}

/// What conversations have, with an agent or not.
const EVERYWHERE: &[Part] = &[
    Part::All,
    Part::Customers,
    Part::Topic,
    Part::Channel,
    Part::Queue,
    Part::Agents,
];
/// What conversations have before they are with any agent, or with and without one.
const OUTSIDE: &[Part] = &[
    Part::All,
    Part::Customers,
    Part::Topic,
    Part::Channel,
    Part::Queue,
];
/// What agents have.
const TEAM: &[Part] = &[Part::All, Part::Agents];
/// What topics bring.
const TOPICS: &[Part] = &[Part::All, Part::Topic];
/// What promises have.
const TARGETS: &[Part] = &[Part::Target];

/// What is known about a measure.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name in scenarios, files and reports.
    pub name: &'static str,
    /// How it comes about.
    pub kind: Kind,
    /// What it is counted in (counts per hour are 1/h whatever stands here).
    pub unit: Unit,
    /// Whether it is read on both clocks.
    pub clocks: bool,
    /// Which way is better.
    pub better: Better,
    /// What it has a meaning for.
    pub parts: &'static [Part],
    /// What it is, with its formula.
    pub meaning: &'static str,
}

macro_rules! catalogue {
    ($($measure:ident $name:literal $kind:ident $unit:ident $clocks:literal $better:ident $parts:ident $meaning:literal)*) => {
        /// A measure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Measure {
            $(#[doc = $meaning] $measure,)*
        }

        impl Measure {
            /// All measures, in the order of reports.
            pub const ALL: &[Measure] = &[$(Measure::$measure,)*];
        }

        const ENTRIES: &[Entry] = &[$(Entry {
            name: $name,
            kind: Kind::$kind,
            unit: Unit::$unit,
            clocks: $clocks,
            better: Better::$better,
            parts: $parts,
            meaning: $meaning,
        },)*];
    };
}

catalogue! {
    Opened "opened" Count One false Neither OUTSIDE "Conversations opened."
    Attempts "attempts" Count One false Neither OUTSIDE "Attempts: openings and returns after a failed attempt."
    Rejected "rejected" Count One false Less OUTSIDE "Attempts for which no route held, or whose channel closed meanwhile; in a channel or queue those that had entered it."
    RejectedClosed "rejected_closed" Count One false Less OUTSIDE "Attempts rejected because the channel was closed."
    RejectedUnstaffed "rejected_unstaffed" Count One false Less OUTSIDE "Attempts rejected because nobody was on duty."
    RejectedWaitTooLong "rejected_wait_too_long" Count One false Less OUTSIDE "Attempts rejected because the estimated wait was too long."
    RejectedQueueFull "rejected_queue_full" Count One false Less OUTSIDE "Attempts rejected because no place or no line was free."
    RejectedRefused "rejected_refused" Count One false Less OUTSIDE "Attempts rejected because the customer did not want the channel."
    RejectedNoRoute "rejected_no_route" Count One false Less OUTSIDE "Attempts rejected because only descriptive conditions failed."
    Resolved "resolved" Count One false More EVERYWHERE "Attempts whose turns were done."
    Abandoned "abandoned" Count One false Less EVERYWHERE "Attempts in which a held customer gave up waiting, balkers included."
    SilentlyAbandoned "silently_abandoned" Count One false Less EVERYWHERE "Attempts in which a held customer gave up waiting and nobody noticed."
    BrokeOff "broke_off" Count One false Less EVERYWHERE "Attempts in which a held customer left while an agent worked with it."
    Left "left" Count One false Less EVERYWHERE "Attempts in which a released customer gave up waiting for a reply."
    TimedOut "timed_out" Count One false Less EVERYWHERE "Attempts that ended because the customer was silent for too long."
    Unresolved "unresolved" Count One false Less EVERYWHERE "Attempts that the end of the run cut short."
    Answered "answered" Count One false More EVERYWHERE "Attempts in which an agent's attention started."
    Replies "replies" Count One false Neither EVERYWHERE "Agent turns completed, by clock time in [warm-up, length)."
    HandedOver "handed_over" Count One false Less EVERYWHERE "Conversations given back to the queue at the end of a shift or after an interruption."
    Retried "retried" Count One false Less EVERYWHERE "Attempts after which the customer tried again."
    OutOfHours "out_of_hours" Count One false Neither OUTSIDE "Conversations opened while their business clock stood still, or rejected at once because the channel was closed or nobody on duty."

    QueueWait "queue_wait" Duration Seconds true Less EVERYWHERE "From joining a queue to a slot, per entry; zeros and leavers count, balkers with 0 unless `run.count_balkers` is false, rejected attempts do not."
    TurnWait "turn_wait" Duration Seconds true Less EVERYWHERE "From a customer turn's arrival to attention starting on it."
    SpeedOfAnswer "speed_of_answer" Duration Seconds true Less EVERYWHERE "From opening to attention first starting; answered attempts only."
    TimeToAbandon "time_to_abandon" Duration Seconds true Neither EVERYWHERE "From joining the queue, or from the turn that they gave up on if it was a later one, to giving up; those who abandoned, balkers with 0."
    FirstResponseTime "first_response_time" Duration Seconds true Less EVERYWHERE "From opening to the end of the first agent turn; on spoken channels to its start."
    NextResponseTime "next_response_time" Duration Seconds true Less EVERYWHERE "From a later customer turn to the end of the agent turn that answers it; on spoken channels to its start."
    RequesterWaitTime "requester_wait_time" Duration Seconds true Less EVERYWHERE "All the time of a conversation in which the ball was with us."
    ResolutionTime "resolution_time" Duration Seconds true Less EVERYWHERE "From opening to the end of the last turn, before wrap-up; resolved conversations only."
    ClosedFloor "closed_floor" Duration Seconds false Less OUTSIDE "From opening to the next open moment: the part of the first response that no agent can shorten; 0 when open."

    CustomerHeldTime "customer_held_time" Duration Seconds false Less EVERYWHERE "The time of a conversation in which its customer could do nothing else."
    AgentHeldIdleTime "agent_held_idle_time" Duration Seconds false Less EVERYWHERE "The time of a conversation in which its slot was kept with nothing to do for it."
    HandleTime "handle_time" Duration Seconds false Neither EVERYWHERE "Attention on a conversation, wrap-up included; answered conversations only."
    WorkTime "work_time" Duration Seconds false Neither EVERYWHERE "Attention on a conversation, without wrap-up; answered conversations only."
    WrapUpTime "wrap_up_time" Duration Seconds false Neither EVERYWHERE "Attention on a conversation after its end; wrapped-up conversations only."

    WaitProbability "wait_probability" Share One false Less OUTSIDE "Queue entries that got no slot at once / queue entries. Leavers count, and balkers unless `run.count_balkers` is false."
    Abandonment "abandonment" Share One false Less OUTSIDE "(Abandoned + silently abandoned) / (attempts - rejected)."
    Rejection "rejection" Share One false Less OUTSIDE "Rejected / attempts."
    ServiceLevel "service_level" Share One true More TARGETS "The share of a target's waits within its time, by the target's formula. Balkers have left within it, unless `run.count_balkers` is false."
    Occupancy "occupancy" Share One false Neither TEAM "(Time with a conversation + overtime) / (duty + overtime), per agent; also while the slot is only kept."
    EffortOccupancy "effort_occupancy" Share One false Neither TEAM "Attention (work, notice of silent leavers, wrap-up) / (duty + overtime)."
    Utilisation "utilisation" Share One false Neither TEAM "Time at work with a conversation / paid time (shifts with breaks and absence, and overtime)."
    AllBusy "all_busy" Share One false Less TEAM "Time in which every agent on duty has a conversation / time with anybody on duty."
    OneTouch "one_touch" Share One false More EVERYWHERE "Conversations resolved by a single agent turn / resolved."
    WithinTarget "within_target" Share One false More EVERYWHERE "Resolved conversations all of whose targeted waits kept their target / resolved."

    QueueLength "queue_length" Level One false Less OUTSIDE "Conversations waiting for a slot."
    Backlog "backlog" Level One false Less OUTSIDE "Conversations with the ball on our side: waiting for a slot or for attention, or being worked on."
    InSystem "in_system" Level One false Neither OUTSIDE "Conversations that have entered a channel and not ended, those between attempts left out."
    Concurrency "concurrency" Level One false Neither TEAM "Conversations with a slot per agent with one, while the agent is at work (on duty or in overtime); on average by time of agents, at most with one agent."
    OnDuty "on_duty" Level One false Neither TEAM "Agents on duty, those who finish after their shift left out."
    Busy "busy" Level One false Neither TEAM "Agents at work (on duty or in overtime) with a conversation."
    Away "away" Level One false Neither OUTSIDE "Conversations between attempts or with the customer."
    LinesBusy "lines_busy" Level One false Neither OUTSIDE "Conversations that take a line, from entry to end."
    OldestAge "oldest_age" Level Seconds false Less OUTSIDE "How long the oldest of those waiting for a slot has waited; 0 when nobody does."

    Throughput "throughput" Rate PerHour false More EVERYWHERE "Resolved, by clock time, per hour of [warm-up, length)."
    Goodput "goodput" Rate PerHour false More EVERYWHERE "Resolved with all their targets kept, by clock time, per hour of [warm-up, length)."
    RepliesPerConversation "replies_per_conversation" Ratio One false Neither EVERYWHERE "Agent turns of the counted conversations / answered conversations."
    Touches "touches" Ratio One false Less EVERYWHERE "Times an agent took a counted conversation in hand / answered conversations."
    Overtime "overtime" Sum Seconds false Less TEAM "Agents' time with a conversation outside their duty."
    Cost "cost" Sum Money false Less TEAM "Paid hours x cost per hour, overtime by its factor."
    Value "value" Sum Money false More TOPICS "Resolved, by clock time, x the value of their topic."
    CostPerResolved "cost_per_resolved" Ratio Money false Less TEAM "Cost / resolved by clock time."
}

impl Measure {
    /// What is known about it.
    pub fn entry(self) -> &'static Entry {
        &ENTRIES[self as usize]
    }

    /// The name in scenarios, files and reports.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The measure of a name.
    pub fn by_name(name: &str) -> Option<Measure> {
        Measure::ALL
            .iter()
            .copied()
            .find(|measure| measure.name() == name)
    }
}
