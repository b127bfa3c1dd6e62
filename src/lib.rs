//! Syncline simulates how a team talks with its customers, synchronously and asynchronously, and what each costs.
//!
//! The modules stand floor by floor, in the order to read them. A module uses only lower floors; equals on a floor do
//! not know each other. A test says so.

pub mod id;
pub mod random;
pub mod time;

pub mod agenda;
pub mod calendar;
pub mod distribution;
pub mod tally;
pub mod theory;

pub mod arrival;
pub mod fact;
pub mod measure;
pub mod rule;

pub mod agent;
pub mod channel;
pub mod conversation;
pub mod customer;
pub mod queue;
pub mod topic;

pub mod world;

pub mod matching;
pub mod route;

pub mod metric;

pub mod scenario;

pub mod simulation;

pub mod experiment;

pub mod plan;

pub mod report;

pub mod cli;
