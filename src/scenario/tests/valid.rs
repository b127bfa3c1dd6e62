use super::*;

#[test]
fn the_shortest_scenario_is_read() {
    let scenario = good(SHORTEST);
    assert_eq!(scenario.name, "test");
    assert_eq!(scenario.title, "test");
    assert_eq!(scenario.names.channels, ["chat", "messaging"]);
    assert_eq!(scenario.names.queues, ["chat", "messaging"]);
    assert_eq!(scenario.names.topics, ["any"]);
    assert_eq!(scenario.names.zones, ["Europe/Berlin"]);
    assert_eq!(scenario.strategies.len(), 2);
}
