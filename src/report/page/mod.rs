//! A result as one page for the browser that needs nothing beside it: no network, no scripts, no other file.
//!
//! The skeleton (`page.html`) is the same for every result: the question, the verdict, what it rests on, then sections,
//! and at the end what the words mean and which files hold the figures. Whatever a scenario says is text there, never markup.

mod plan;

pub use plan::plan_page;

use minijinja::{Environment, UndefinedBehavior, value::Serde};
use serde::Serialize;

use super::section::Section;

/// What stands on a page, from the top.
#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    /// The scenario's question.
    about: &'a str,
    verdict: String,
    /// What the figures rest on: labels with words.
    basis: Vec<(&'static str, String)>,
    chapters: Vec<Chapter>,
    /// Words with their meanings.
    words: Vec<(String, String)>,
    /// Files of the same folder, with what they hold.
    files: Vec<(&'static str, &'static str)>,
    /// What can be done with one of them: what that is, and the command.
    command: Option<(&'static str, String)>,
}

/// A section with its picture, and what is folded away below.
#[derive(Serialize)]
struct Chapter {
    told: Section,
    /// As SVG.
    picture: Option<String>,
    folded: Vec<Section>,
}

impl Chapter {
    /// A section by itself.
    fn of(told: Section) -> Chapter {
        Chapter {
            told,
            picture: None,
            folded: Vec::new(),
        }
    }
}

impl Page<'_> {
    /// The page as HTML that is well-formed XML too.
    fn html(&self) -> String {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        // By the end of its name the template's values are escaped.
        let page =
            environment.render_named_str("page.html", include_str!("page.html"), Serde(self));
        page.unwrap_or_else(|error| unreachable!("page.html draws every page: {error:#}"))
    }
}
