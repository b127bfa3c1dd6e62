//! Facts: what happened, in ids, and who listens.

use crate::id::{AgentId, ChannelId, ConversationId, CustomersId, GroupId, QueueId, TopicId};
use crate::random::Root;
use crate::time::Time;

/// How an attempt ended. The last attempt's end is the conversation's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Its turns were done.
    Resolved,
    /// No route held.
    Rejected(Reason),
    /// A held customer gave up waiting.
    Abandoned,
    /// A held customer gave up waiting and nobody noticed.
    SilentlyAbandoned,
    /// A held customer left while an agent worked with it.
    BrokeOff,
    /// A released customer gave up waiting for a reply.
    Left,
    /// The customer was silent for too long.
    TimedOut,
    /// The run ended first.
    Unresolved,
}

impl End {
    /// As written in scenarios and files.
    pub fn name(self) -> &'static str {
        match self {
            End::Resolved => "resolved",
            End::Rejected(_) => "rejected",
            End::Abandoned => "abandoned",
            End::SilentlyAbandoned => "silently_abandoned",
            End::BrokeOff => "broke_off",
            End::Left => "left",
            End::TimedOut => "timed_out",
            End::Unresolved => "unresolved",
        }
    }
}

/// Why no route held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The channel was closed.
    Closed,
    /// Nobody was on duty.
    Unstaffed,
    /// The estimated wait was too long.
    WaitTooLong,
    /// No place, no line.
    QueueFull,
    /// The customer did not want the channel.
    Refused,
    /// Only descriptive conditions failed.
    NoRoute,
}

impl Reason {
    /// As written in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Closed => "closed",
            Reason::Unstaffed => "unstaffed",
            Reason::WaitTooLong => "wait-too-long",
            Reason::QueueFull => "queue-full",
            Reason::Refused => "refused",
            Reason::NoRoute => "no-route",
        }
    }
}

/// What happened. The conversation's place is its name until its last fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A conversation opened.
    Opened {
        /// Its place.
        conversation: ConversationId,
        /// Whose it is.
        customers: CustomersId,
        /// Which of their homes it comes from.
        home: u32,
        /// What it is about.
        topic: TopicId,
        /// How pressing it is.
        urgency: u8,
        /// What it grew from.
        root: Root,
        /// Whether it opened in the counted time.
        counts: bool,
    },
    /// An attempt began: the opening, or a return after a failed one.
    Attempted {
        /// Whose.
        conversation: ConversationId,
    },
    /// A route held: the conversation entered a channel, and the ball is with us.
    Entered {
        /// Which.
        conversation: ConversationId,
        /// The channel.
        channel: ChannelId,
        /// Where it will wait.
        queue: QueueId,
    },
    /// It joined a queue (also when an agent takes it at once).
    Joined {
        /// Which.
        conversation: ConversationId,
        /// The queue.
        queue: QueueId,
    },
    /// Having joined, it found no slot at once and waits.
    Queued {
        /// Which.
        conversation: ConversationId,
    },
    /// It saw a queue and did not join; its end follows.
    Balked {
        /// Which.
        conversation: ConversationId,
        /// The queue.
        queue: QueueId,
    },
    /// It left its queue for an agent's slot.
    Taken {
        /// Which.
        conversation: ConversationId,
        /// By whom.
        agent: AgentId,
        /// Of which group.
        group: GroupId,
        /// Its number within the group, from 0.
        number: u32,
    },
    /// Attention started, or went on, on its turn.
    Started {
        /// Which.
        conversation: ConversationId,
        /// Whose attention.
        agent: AgentId,
    },
    /// Attention started on a conversation whose customer has left silently: its agent has yet to learn of it.
    NoticeStarted {
        /// Which.
        conversation: ConversationId,
        /// Whose attention.
        agent: AgentId,
    },
    /// Attention stopped: the turn was done, interrupted, or nobody was there any more.
    Stopped {
        /// Which.
        conversation: ConversationId,
        /// Whose attention.
        agent: AgentId,
    },
    /// An agent turn was done; the ball is with the customer.
    Replied {
        /// Which.
        conversation: ConversationId,
        /// By whom.
        agent: AgentId,
    },
    /// A customer turn arrived; the ball is with us.
    Returned {
        /// Which.
        conversation: ConversationId,
    },
    /// It left its agent's slot (wrap-up done, slot released, handed over, ended).
    Freed {
        /// Which.
        conversation: ConversationId,
        /// Whose slot.
        agent: AgentId,
        /// Of which group.
        group: GroupId,
    },
    /// Its agent gave it back to the head of its queue.
    HandedOver {
        /// Which.
        conversation: ConversationId,
    },
    /// Its turns were done and it goes on as another topic.
    WentOn {
        /// Which.
        conversation: ConversationId,
        /// The other topic.
        topic: TopicId,
    },
    /// An attempt ended.
    Ended {
        /// Whose.
        conversation: ConversationId,
        /// How.
        end: End,
        /// Whether the customer will try again.
        again: bool,
    },
    /// Wrap-up started, after the end.
    WrapUpStarted {
        /// Of which.
        conversation: ConversationId,
        /// By whom.
        agent: AgentId,
    },
    /// Wrap-up was done.
    WrapUpDone {
        /// Of which.
        conversation: ConversationId,
        /// By whom.
        agent: AgentId,
    },
    /// The conversation's last fact: its place is free for another.
    Gone {
        /// Which.
        conversation: ConversationId,
    },
    /// An agent's planned and paid time started.
    ShiftStarted {
        /// Who.
        agent: AgentId,
        /// Of which group.
        group: GroupId,
    },
    /// It ended.
    ShiftEnded {
        /// Who.
        agent: AgentId,
        /// Of which group.
        group: GroupId,
    },
    /// An agent came on duty.
    DutyStarted {
        /// Who.
        agent: AgentId,
        /// Of which group.
        group: GroupId,
    },
    /// An agent went off duty; overtime starts if conversations are to be finished.
    DutyEnded {
        /// Who.
        agent: AgentId,
        /// Of which group.
        group: GroupId,
        /// Whether something is to be finished.
        overtime: bool,
    },
    /// Everything was finished (or duty started again).
    OvertimeEnded {
        /// Who.
        agent: AgentId,
        /// Of which group.
        group: GroupId,
    },
    /// An agent without conversations was given one.
    Engaged {
        /// Who.
        agent: AgentId,
        /// Of which group.
        group: GroupId,
    },
    /// An agent's last conversation left.
    Idled {
        /// Who.
        agent: AgentId,
        /// Of which group.
        group: GroupId,
    },
    /// The counted time ended.
    LengthReached,
}

/// Somebody who is told what happens, as it happens.
pub trait Listener {
    /// Whether anybody is there; where not, telling costs nothing.
    const LISTENS: bool = true;

    /// A fact, told in the order of time.
    fn hear(&mut self, now: Time, fact: Fact);
}

/// Nobody listens.
impl Listener for () {
    const LISTENS: bool = false;

    #[inline]
    fn hear(&mut self, _: Time, _: Fact) {}
}

/// Two listeners hear the same.
impl<A: Listener, B: Listener> Listener for (A, B) {
    const LISTENS: bool = A::LISTENS || B::LISTENS;

    #[inline]
    fn hear(&mut self, now: Time, fact: Fact) {
        self.0.hear(now, fact);
        self.1.hear(now, fact);
    }
}

impl<L: Listener> Listener for &mut L {
    const LISTENS: bool = L::LISTENS;

    #[inline]
    fn hear(&mut self, now: Time, fact: Fact) {
        (**self).hear(now, fact);
    }
}

impl<L: Listener> Listener for Option<L> {
    const LISTENS: bool = L::LISTENS;

    #[inline]
    fn hear(&mut self, now: Time, fact: Fact) {
        if let Some(listener) = self {
            listener.hear(now, fact);
        }
    }
}
