//! The list in `src/lib.rs` is the architecture: a module uses only those on lower floors.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules with their floors, from 0.
fn floors() -> Vec<(String, usize)> {
    let list = read(&source().join("lib.rs"));
    let mut floors = Vec::new();
    let mut floor = 0;
    for line in list.lines() {
        if let Some(module) = line.strip_prefix("pub mod ") {
            floors.push((module.trim_end_matches(';').to_owned(), floor));
        } else if line.is_empty() && !floors.is_empty() {
            floor += 1;
        }
    }
    floors
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Code without comments and without items that only tests have.
fn without_tests(code: &str) -> String {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut rest = lines.collect::<Vec<_>>().join("\n");
    while let Some(start) = rest.find("#[cfg(test)]") {
        let mut depth = 0;
        let end = rest[start..]
            .char_indices()
            .find(|(_, character)| {
                depth += i32::from(*character == '{') - i32::from(*character == '}');
                depth == 0 && (*character == ';' || *character == '}')
            })
            .map_or(rest.len(), |(place, _)| start + place + 1);
        rest.replace_range(start..end, "");
    }
    rest
}

/// The text of a module and of those within it, tests left out.
fn code(folder: &Path, module: &str) -> String {
    let file = folder.join(format!("{module}.rs"));
    let inner = folder.join(module);
    let own = if file.exists() {
        file
    } else {
        inner.join("mod.rs")
    };
    let mut code = without_tests(&read(&own));
    let children: Vec<String> = code
        .lines()
        .filter_map(|line| {
            let line = line.trim().strip_suffix(';')?;
            let (before, child) = line.split_once("mod ")?;
            (before.is_empty() || before.starts_with("pub")).then(|| child.to_owned())
        })
        .collect();
    for child in children {
        code.push_str(&self::code(&inner, &child));
    }
    code
}

/// The modules of this crate that code names.
fn named(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|character| character.is_alphanumeric() || *character == '_')
            .collect()
    };
    let mut names = Vec::new();
    for (place, _) in code.match_indices("crate::") {
        let rest = &code[place + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (end, character) in group.char_indices() {
            if depth == 0 && (character == ',' || character == '}') {
                names.push(word(&group[start..end]));
                start = end + 1;
            }
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn a_module_uses_only_lower_floors() {
    let floors = floors();
    assert!(floors.len() > 20, "the list in lib.rs was understood");
    let mut wrong = Vec::new();
    for (module, floor) in &floors {
        for name in named(&code(&source(), module)) {
            let Some((_, other)) = floors.iter().find(|(known, _)| *known == name) else {
                wrong.push(format!(
                    "{module} uses {name}, which is no module of lib.rs"
                ));
                continue;
            };
            if name != *module && other >= floor {
                wrong.push(format!(
                    "{module} (floor {floor}) uses {name} (floor {other})"
                ));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_are_found_in_paths_and_groups_but_not_in_tests_and_comments() {
    let code = "
        use crate::time::Span;
        use crate::{id::{A, B}, queue, world::Setup};
        // crate::nothing
        fn f() { crate::metric::g() }
        #[cfg(test)]
        mod tests {
            use crate::report::X;
            fn h() {}
        }
        #[cfg(test)]
        mod truth;
    ";
    assert_eq!(
        named(&without_tests(code)),
        ["time", "id", "queue", "world", "metric"]
    );
}
