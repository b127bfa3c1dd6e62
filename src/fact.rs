//! Facts: what happened, in ids, and who listens.

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
