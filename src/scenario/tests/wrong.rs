use super::*;

#[test]
fn print() {
    let Ok(file) = std::env::var("TRY") else { return };
    let text = std::fs::read_to_string(&file).unwrap();
    match try_with(&text, &[]) {
        Ok((scenario, warnings)) => {
            println!("{:#?}", scenario.names);
            warnings.iter().for_each(|w| println!("{}\n", w.render(false)));
        }
        Err(problems) => problems.iter().for_each(|w| println!("{}\n", w.render(false))),
    }
}
