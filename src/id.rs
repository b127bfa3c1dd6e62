//! Small newtypes by which the nouns name each other: positions in flat vectors, never names.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position this id stands for.
            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                Self(u32::try_from(index).expect("fewer than 2^32 of a kind"))
            }
        }
    )*};
}

ids! {
    /// A segment of customers (`[customers.NAME]`).
    CustomersId
    /// A time zone that customers live in, over the whole scenario.
    ZoneId
    /// A topic (`[topics.NAME]`).
    TopicId
    /// A channel (`[channels.NAME]`).
    ChannelId
    /// A queue (`[queues.NAME]`).
    QueueId
    /// A group of agents planned together (`[agents.NAME]`).
    GroupId
    /// One agent, over all groups of a strategy.
    AgentId
    /// A place in the table of conversations in the system; reused after an end.
    ConversationId
    /// A compiled calendar of a strategy.
    CalendarId
    /// A promise to keep (`[targets.NAME]`).
    TargetId
}
