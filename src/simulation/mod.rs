//! The simulation: the loop that plays one strategy. It reads no file, knows no string and no zone, and prints nothing.
//!
//! An event is followed at once by all the matching it allows: whoever handles it ends with `settle` for
//! each agent it touched. Of simultaneous events the classes below come in order (design: shifts, hours and looks into
//! the inbox; ends of work, gaps and wrap-up; openings and returns; time-outs).

mod duty;
mod opening;
mod population;
mod queueing;
mod turns;

use crate::agenda::{Agenda, Class, Ticket};
use crate::arrival::{Arrivals, Given, Opening, Openings};
use crate::conversation::{Conversation, State};
use crate::fact::{End, Fact, Listener};
use crate::id::{AgentId, ChannelId, ConversationId, CustomersId, GroupId};
use crate::random::{Root, Seed};
use crate::route::Route;
use crate::time::Time;
use crate::world::{Ending, Setup, World};

/// Starts of shifts, hours and the like.
const STARTS: Class = 0;
/// Ends of shifts, looks into the inbox.
const ENDS_OF_SHIFTS: Class = 1;
/// Ends of work, gaps and wrap-up.
const ENDS: Class = 2;
/// Openings and returns, by identity.
const OPENINGS: Class = 3;
/// Silence, fading slots, waits that are long enough for others.
const TIME_OUTS: Class = 4;
/// Patience and tolerance: whoever is served at the same instant, by whatever happens at it, is served.
const LEAVES: Class = 5;

/// So many events at one instant are a cycle without length.
const CYCLE: u32 = 2_000_000;

/// After so many events it is asked whether to go on: a few hundredths of a second.
const ASK: u32 = 1 << 17;

/// More conversations than this in the system at once are a mistake in a scenario, to be told before they take all
/// memory: about 400 bytes each.
const CROWD: usize = if cfg!(test) { 100_000 } else { 5_000_000 };

/// What will happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// The length of the run is reached.
    Length,
    /// A stream has its next opening.
    Opening { stream: u32 },
    /// A member of a finite population has thought.
    Thought { member: u32 },
    /// A customer tries again.
    Return(ConversationId),
    /// A topic that no agent is needed for is done.
    Done(ConversationId),
    /// A piece of an agent's attention ends.
    Attention(AgentId),
    /// A customer answers.
    Answer(ConversationId),
    /// A silent customer's slot fades.
    Fade(ConversationId),
    /// A customer has been silent for too long.
    Silence(ConversationId),
    /// Patience or tolerance ends.
    Patience(ConversationId),
    /// More groups may take a waiting conversation.
    Overflow(ConversationId),
    /// A shift (or a break in it) starts or ends.
    Shift { shift: u32 },
    /// A staffing count changes.
    Counts(GroupId),
    /// An agent looks into the inbox.
    Check(AgentId),
    /// Other work in the office starts or ends.
    OtherWork(AgentId),
    /// What an agent had when its shift ended is handed over, once all shifts of the instant have changed.
    HandOver(AgentId),
    /// A channel opens or closes.
    Hours(ChannelId),
}

/// One strategy, played: reset between replications, never rebuilt.
pub struct Simulation<'a, L: Listener> {
    world: World<'a>,
    routes: &'a [Route],
    agenda: Agenda<Event>,
    seed: Seed,
    /// Segment by segment in the order of the file, in which simultaneous openings come.
    streams: Vec<Stream<'a>>,
    /// By [`CustomersId`]: the first of its streams.
    first_streams: Vec<usize>,
    populations: Vec<population::Population<'a>>,
    members: Vec<population::Member>,
    shifts: Vec<duty::RosterLine>,
    listener: L,
    /// Whether conversations still open.
    accepting: bool,
    /// Counted conversations that have not gone.
    counted: u64,
    /// For each group with staffing counts, the next step.
    steps: Vec<usize>,
    /// Whether any route asks how long a wait is going to be.
    foretells: bool,
    /// Whether any opening comes with what is given instead of drawn.
    replays: bool,
}

/// The openings of one segment in one zone.
struct Stream<'a> {
    segment: u16,
    home: u16,
    arrivals: &'a Arrivals,
    openings: Openings,
    next: Option<Opening>,
}

/// Why a replication cannot be played: events follow each other without end at one instant, or nobody ever leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// What to tell the user: where the cycle is and how to break it.
    pub message: String,
}

impl<'a, L: Listener> Simulation<'a, L> {
    /// Ready to play a strategy.
    pub fn new(setup: &'a Setup, routes: &'a [Route], listener: L) -> Self {
        let waits_in = |channel: ChannelId, queue| {
            setup.channels[channel.index()].queue == queue
                || routes
                    .iter()
                    .any(|route| route.to == channel && route.queue == Some(queue))
        };
        Simulation {
            world: World::new(setup, waits_in),
            routes,
            agenda: Agenda::new(),
            seed: Seed {
                seed: 0,
                replication: 0,
            },
            streams: Vec::new(),
            first_streams: vec![0; setup.customers.len()],
            populations: population::populations(setup),
            members: Vec::new(),
            shifts: duty::roster_lines(setup),
            listener,
            accepting: true,
            counted: 0,
            steps: vec![0; setup.agents.len()],
            foretells: routes.iter().any(Route::asks_for_the_wait),
            replays: setup
                .customers
                .iter()
                .flat_map(|customers| &customers.homes)
                .any(|home| home.arrivals.gives()),
        }
    }

    /// Who listens.
    pub fn listener(&mut self) -> &mut L {
        &mut self.listener
    }

    /// Plays one replication.
    pub fn run(&mut self, seed: Seed) -> Result<(), Stuck> {
        self.run_unless(seed, || false).map(|_| ())
    }

    /// Plays one replication unless something stops it, which is asked for now and then; whether it was played to its end.
    pub fn run_unless(&mut self, seed: Seed, stops: impl Fn() -> bool) -> Result<bool, Stuck> {
        self.seed = seed;
        self.world.reset();
        self.agenda.clear();
        (self.accepting, self.counted) = (true, 0);
        self.steps.fill(0);
        self.agenda
            .add(self.world.setup.length, STARTS, Event::Length);
        self.open_streams();
        self.let_all_think();
        self.open_doors();
        self.staff();
        let mut at_once = 0;
        let mut events = 0u32;
        while let Some((at, ticket, event)) = self.agenda.take() {
            if at > self.world.setup.limit {
                self.world.now = self.world.setup.limit;
                break;
            }
            assert!(
                at >= self.world.now,
                "time went back from {:?} to {at:?} for {event:?}",
                self.world.now
            );
            if at == self.world.now {
                at_once += 1;
                if at_once > CYCLE {
                    return Err(self.cycle(event));
                }
            } else {
                self.world.now = at;
                at_once = 0;
            }
            self.handle(event, ticket);
            events = events.wrapping_add(1);
            if events.is_multiple_of(ASK) {
                if stops() {
                    return Ok(false);
                }
                if self.world.conversations.len() > CROWD {
                    return Err(self.crowd());
                }
            }
            if at >= self.world.setup.length && self.is_over() {
                break;
            }
            if self.agenda.is_mostly_stale() {
                self.forget_stale();
            }
        }
        self.close();
        Ok(true)
    }

    #[inline(always)] // Into the loop.
    fn handle(&mut self, event: Event, ticket: Ticket) {
        match event {
            Event::Opening { stream } => self.opening(stream),
            Event::Attention(agent) => self.attention_ends(agent, ticket),
            Event::Answer(id) if self.is_awaited(event, ticket) => self.answer(id),
            Event::Patience(id) if self.is_awaited(event, ticket) => self.give_up(id),
            Event::Fade(id) if self.is_awaited(event, ticket) => self.fade(id),
            Event::Silence(id) if self.is_awaited(event, ticket) => self.silence(id),
            Event::Overflow(id) if self.is_awaited(event, ticket) => self.overflow(id),
            Event::Answer(_)
            | Event::Patience(_)
            | Event::Fade(_)
            | Event::Silence(_)
            | Event::Overflow(_) => {
                self.agenda.dropped();
            }
            Event::Thought { member } => self.thought(member),
            Event::Return(id) => self.attempt(id),
            Event::Done(id) => self.done(id),
            Event::Shift { shift } => self.shift(shift),
            Event::Counts(group) => self.counts(group),
            Event::Check(agent) => self.check(agent, ticket),
            Event::OtherWork(agent) => self.other_work(agent, ticket),
            Event::HandOver(agent) => self.hand_all_over(agent),
            Event::Hours(channel) => self.hours(channel),
            Event::Length => self.length_reached(),
        }
    }

    /// Whether somebody still waits for an event.
    #[inline]
    fn is_awaited(&self, event: Event, ticket: Ticket) -> bool {
        let of = |id: ConversationId| &self.world.conversations[id];
        match event {
            Event::Answer(id) => of(id).timer == ticket,
            Event::Fade(id) => of(id).fade == ticket,
            Event::Silence(id) => of(id).inactive == ticket,
            Event::Patience(id) => of(id).patience == ticket,
            Event::Overflow(id) => of(id).timer == ticket,
            Event::Attention(id) => {
                let agent = &self.world.agents[id.index()];
                agent.doing_end == ticket || agent.apart.shared.next_end == ticket
            }
            Event::Check(id) => self.world.agents[id.index()].apart.check == ticket,
            Event::OtherWork(id) => self.world.agents[id.index()].apart.other_work == ticket,
            _ => true,
        }
    }

    #[cold]
    fn forget_stale(&mut self) {
        let mut agenda = std::mem::take(&mut self.agenda);
        agenda.compact(|ticket, event| self.is_awaited(*event, ticket));
        self.agenda = agenda;
    }

    fn length_reached(&mut self) {
        self.tell(Fact::LengthReached);
        self.accepting &= self.world.setup.ending == Ending::RunOn;
    }

    fn is_over(&self) -> bool {
        match self.world.setup.ending {
            Ending::RunOn => self.counted == 0,
            Ending::Drain => self.world.conversations.is_empty(),
            Ending::Cut => true,
        }
    }

    /// Ends what has not ended, by place.
    fn close(&mut self) {
        for place in 0..self.world.conversations.places() {
            let id = ConversationId::from(place);
            let conversation = &self.world.conversations[id];
            if conversation.state == State::Gone {
                continue;
            }
            let (state, silent, kept, agent) = (
                conversation.state,
                conversation.silent,
                conversation.kept,
                conversation.agent,
            );
            if let Some(agent) = agent {
                match state {
                    State::Working => self.tell(Fact::Stopped {
                        conversation: id,
                        agent,
                    }),
                    State::WrapUp => self.tell(Fact::WrapUpDone {
                        conversation: id,
                        agent,
                    }),
                    _ => {}
                }
            }
            // Who is away between attempts, is wrapped up or has left silently has had its end.
            if !matches!(state, State::WrapUp | State::Away) && !silent {
                self.tell(Fact::Ended {
                    conversation: id,
                    end: End::Unresolved,
                    again: false,
                });
            }
            if let Some(agent) = agent.filter(|_| kept > 0) {
                let group = self.world.agents[agent.index()].group;
                self.tell(Fact::Freed {
                    conversation: id,
                    agent,
                    group,
                });
            }
            self.tell(Fact::Gone { conversation: id });
        }
    }

    #[cold]
    fn cycle(&self, event: Event) -> Stuck {
        let at = self.world.now - Time::ZERO;
        let what = match event {
            Event::Answer(_) | Event::Attention(_) => {
                "work and reply gaps of no length follow each other"
            }
            Event::Return(_) => "customers try again at once, again and again",
            Event::Done(_) => "topics of no turns go on as each other",
            Event::Opening { .. } => "conversations open without end",
            Event::Thought { .. } => {
                "members of a finite population open again at once, again and again"
            }
            _ => "changes follow each other",
        };
        Stuck {
            message: format!(
                "at {at} after the start, {what} at one instant without end; give one of them a length"
            ),
        }
    }

    #[cold]
    fn crowd(&self) -> Stuck {
        let at = self.world.now - Time::ZERO;
        let number = self.world.conversations.len();
        Stuck {
            message: format!(
                "{at} after the start {number} conversations are in the system at once, more than fit into memory: far \
                 more come than are ended; fewer `arrivals`, more agents, or an end to waiting (`patience`, `tolerance`, \
                 `inactivity`) would do"
            ),
        }
    }

    #[inline(always)] // Which fact is told decides what is heard: told in place, the listener need not ask.
    fn tell(&mut self, fact: Fact) {
        if L::LISTENS {
            self.listener.hear(self.world.now, fact);
        }
    }

    /// What is given instead of drawn to those who open from this root.
    #[inline]
    fn given(&self, customers: CustomersId, home: u16, root: Root) -> Option<&'a Given> {
        if !self.replays {
            return None;
        }
        let homes = &self.world.setup.customers[customers.index()].homes;
        homes[home as usize].arrivals.given(root.number)
    }

    /// What is given to a conversation.
    #[inline]
    fn given_to(&self, conversation: &Conversation) -> Option<&'a Given> {
        let setup = self.world.setup;
        self.replays.then(|| setup.given(conversation)).flatten()
    }

    /// What is given to a conversation while it is about its first topic.
    #[inline]
    fn given_at_first(&self, conversation: &Conversation) -> Option<&'a Given> {
        self.given_to(conversation)
            .filter(|_| conversation.stage == 0)
    }

    /// What the numbers of an agent grow from.
    fn agent_root(&self, agent: AgentId) -> Root {
        let agent = &self.world.agents[agent.index()];
        Root {
            segment: agent.group.0 as u16,
            number: u64::from(agent.number),
            ..Root::default()
        }
    }
}
