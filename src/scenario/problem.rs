//! Problems: what is wrong in a text, where, and what would be right.
//!
//! All mistakes are collected; nobody stops at the first. Nothing is printed here.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A place in one of the texts that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct At {
    source: u32,
    from: u32,
    to: u32,
}

impl At {
    pub(super) fn new(source: u32, span: std::ops::Range<usize>) -> At {
        let place = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        At {
            source,
            from: place(span.start),
            to: place(span.end),
        }
    }

    /// A part of this place, in bytes from its start.
    pub(super) fn part(self, from: usize, to: usize) -> At {
        let place = |byte: usize| (self.from as usize + byte).min(self.to as usize) as u32;
        At {
            from: place(from),
            to: place(to),
            ..self
        }
    }

    /// The number of bytes.
    pub(super) fn len(self) -> usize {
        (self.to - self.from) as usize
    }

    /// Where it starts.
    pub(super) fn start(self) -> u32 {
        self.from
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can run.
    Error,
    /// Valid, but surely not meant.
    Warning,
}

/// One mistake, or one doubt, with the place it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub what: String,
    /// What would be right; may be empty.
    pub instead: String,
    /// The file, or the override.
    pub file: Arc<str>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    text: Arc<str>,
    span: (usize, usize),
}

impl Problem {
    /// The problem with its source line underlined; plain ASCII without `colour`.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(self.what.as_str());
        let group = if self.text.is_empty() {
            let place = format!("{}:{}:{}", self.file, self.line, self.column);
            let group = title.element(Level::NOTE.message(place));
            if self.instead.is_empty() {
                group
            } else {
                group.element(Level::HELP.message(self.instead.as_str()))
            }
        } else {
            let mut annotation = AnnotationKind::Primary.span(self.span.0..self.span.1);
            if !self.instead.is_empty() && !self.instead.contains('\n') {
                annotation = annotation.label(self.instead.as_str());
            }
            let group = title.element(
                Snippet::source(&*self.text)
                    .path(&*self.file)
                    .annotation(annotation),
            );
            if self.instead.contains('\n') {
                group.element(Level::HELP.message(self.instead.as_str()))
            } else {
                group
            }
        };
        renderer.render(&[group])
    }
}

/// One line: `file:line:column: what (instead)`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.what
        )?;
        if self.instead.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", self.instead)
        }
    }
}

struct Found {
    severity: Severity,
    /// May be a mere consequence of a broken line elsewhere.
    doubtful: bool,
    at: At,
    what: String,
    instead: String,
}

/// A text that is read.
struct Source {
    name: Arc<str>,
    text: Arc<str>,
    /// A file of data, whose lines may all be wrong in the same way.
    is_sheet: bool,
}

/// So many mistakes of a file of data are told, and how many more there are.
const TOLD: usize = 20;

/// The texts that are read, and what was found in them so far.
#[derive(Default)]
pub(super) struct Findings {
    sources: RefCell<Vec<Source>>,
    found: RefCell<Vec<Found>>,
}

impl Findings {
    /// Makes a text known, so that places in it can be named.
    pub(super) fn source(&self, name: &str, text: &str) -> u32 {
        self.know(name, text, false)
    }

    /// Makes the text of a file of data known.
    pub(super) fn sheet(&self, name: &str, text: &str) -> u32 {
        self.know(name, text, true)
    }

    fn know(&self, name: &str, text: &str, is_sheet: bool) -> u32 {
        let mut sources = self.sources.borrow_mut();
        sources.push(Source {
            name: name.into(),
            text: text.into(),
            is_sheet,
        });
        sources.len() as u32 - 1
    }

    /// Whether a place is in a preset rather than in what the user wrote.
    pub(super) fn is_preset(&self, at: At) -> bool {
        self.sources.borrow()[at.source as usize]
            .name
            .starts_with("preset ")
    }

    /// Whether a place is in an override of the command line.
    pub(super) fn is_override(&self, at: At) -> bool {
        &*self.sources.borrow()[at.source as usize].name == "--set"
    }

    /// Something is wrong.
    pub(super) fn error(&self, at: At, what: impl Into<String>, instead: impl Into<String>) {
        self.add(Severity::Error, false, at, what.into(), instead.into());
    }

    /// Something is not there; where the syntax is broken too, that may be the only reason.
    pub(super) fn absent(&self, at: At, what: impl Into<String>, instead: impl Into<String>) {
        self.add(Severity::Error, true, at, what.into(), instead.into());
    }

    /// Something is surely not meant.
    pub(super) fn warning(&self, at: At, what: impl Into<String>, instead: impl Into<String>) {
        self.add(Severity::Warning, true, at, what.into(), instead.into());
    }

    fn add(&self, severity: Severity, doubtful: bool, at: At, what: String, instead: String) {
        self.found.borrow_mut().push(Found {
            severity,
            doubtful,
            at,
            what,
            instead,
        });
    }

    /// Whether anything is wrong so far.
    pub(super) fn any_error(&self) -> bool {
        self.found
            .borrow()
            .iter()
            .any(|found| found.severity == Severity::Error)
    }

    /// Everything found, by place, each once. Consequences are left out if the syntax is `broken`.
    pub(super) fn problems(&self, broken: bool) -> Vec<Problem> {
        let mut found = self.found.borrow_mut();
        found.sort_by_key(|found| (found.severity, found.at.source, found.at.from));
        let mut seen = BTreeSet::new();
        let sources = self.sources.borrow();
        let mut told: Vec<&Found> = found
            .iter()
            .filter(|found| !(broken && found.doubtful))
            .filter(|found| seen.insert((found.at, found.what.clone())))
            .collect();
        let mut more = Vec::new();
        let mut alike = BTreeMap::new();
        told.retain(|found| {
            let count: &mut usize = alike.entry((found.severity, found.at.source)).or_default();
            *count += 1;
            let short = *count <= TOLD || !sources[found.at.source as usize].is_sheet;
            if *count == TOLD + 1 && !short {
                more.push((found.severity, found.at));
            }
            short
        });
        let more: Vec<Found> = more
            .into_iter()
            .map(|(severity, at)| Found {
                severity,
                doubtful: false,
                at,
                what: match alike[&(severity, at.source)] - TOLD {
                    1 => "1 more like this".to_owned(),
                    count => format!("{count} more like these, from this line on"),
                },
                instead: String::new(),
            })
            .collect();
        told.extend(&more);
        told.sort_by_key(|found| (found.severity, found.at.source, found.at.from));
        told.into_iter()
            .map(|found| {
                let Source {
                    name: file, text, ..
                } = &sources[found.at.source as usize];
                let start = floor(text, found.at.from as usize);
                let end = floor(text, (found.at.to as usize).max(start)).max(start);
                // One line is enough: the rest of a long value would bury the message.
                let end = text[start..end]
                    .find('\n')
                    .map_or(end, |newline| start + newline);
                let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
                Problem {
                    severity: found.severity,
                    what: found.what.clone(),
                    instead: found.instead.clone(),
                    file: file.clone(),
                    line: text[..start].matches('\n').count() + 1,
                    column: text[line_start..start].chars().count() + 1,
                    text: text.clone(),
                    span: (start, end),
                }
            })
            .collect()
    }

    /// The line on which a place starts.
    pub(super) fn line(&self, at: At) -> usize {
        let sources = self.sources.borrow();
        let text = &sources[at.source as usize].text;
        text[..floor(text, at.from as usize)].matches('\n').count() + 1
    }
}

/// The last character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len()))
        .rev()
        .find(|&byte| text.is_char_boundary(byte))
        .unwrap_or(0)
}

/// ``did you mean `chat`?`` if one of `names` is close, else the names there are.
pub(super) fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let near = |name: &&&str| {
        let distance = strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase());
        (distance <= 1 + word.chars().count() / 4).then_some(distance)
    };
    if let Some(name) = names
        .iter()
        .filter(|name| near(name).is_some())
        .min_by_key(near)
    {
        return format!("did you mean `{name}`?");
    }
    match names.len() {
        0 => String::new(),
        1..=16 => format!("there is {}", list(&names)),
        _ => String::new(),
    }
}

/// `a`, `b` and `c`, in backquotes.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    joined(names, "and")
}

/// `a`, `b` or `c`, in backquotes.
pub(super) fn alternatives<S: AsRef<str>>(names: &[S]) -> String {
    joined(names, "or")
}

fn joined<S: AsRef<str>>(names: &[S], word: &str) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
    }
}
