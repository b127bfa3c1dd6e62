use super::*;

/// What makes any table sound; cases add to it.
const BASE: &str = "\
[customers.shoppers]
arrivals = { per_hour = 6 }
[agents.lisbon]
count = 14
serves = [\"chat\"]
[strategies.live]
routes = [{ to = \"chat\" }]
";

#[test]
fn print() {
    let Ok(file) = std::env::var("TRY") else { return };
    let text = std::fs::read_to_string(&file).unwrap();
    for text in text.split("=====\n") {
        let text = text.replace("BASE\n", BASE);
        for problem in problems(&text) {
            println!("  {problem}");
        }
        println!("--");
    }
}
