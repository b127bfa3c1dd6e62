//! Presets: channels as they usually are, each a commented scenario table.

use super::document::{Table, parse};
use super::problem::Findings;

/// By name. A new preset is a file and a line.
const PRESETS: &[(&str, &str)] = &[
    ("phone", include_str!("presets/phone.toml")),
    ("chat", include_str!("presets/chat.toml")),
    ("messaging", include_str!("presets/messaging.toml")),
    ("email", include_str!("presets/email.toml")),
];

/// Presets that will be there some day.
pub(super) const LATER: &[&str] = &["callback", "thread", "meeting", "request", "job"];

/// Whether a preset of this name can be used.
pub(super) fn exists(name: &str) -> bool {
    PRESETS.iter().any(|(known, _)| *known == name)
}

/// The names of the presets.
pub fn names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|(name, _)| *name)
}

/// The text of a preset, with the source of each value.
pub fn text(name: &str) -> Option<&'static str> {
    PRESETS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}

/// The keys of a preset, to lay a channel over.
pub(super) fn table(name: &str, findings: &Findings) -> Option<Table> {
    let text = text(name)?;
    let source = findings.source(&format!("preset {name}"), text);
    Some(parse(text, source, findings).0)
}
