//! Changes to the headers and trailers of requests and responses.
use proxy_wasm::hostcalls::{add_map_value, get_map, get_map_value, set_map, set_map_value};
use proxy_wasm::types::MapType;

pub fn edit(map: MapType) {
    let value = |name| get_map_value(map, name).unwrap().unwrap_or_else(|| String::from("none"));
    let got = format!("{} {} {}", value("x-one"), value("x-many"), value("x-absent"));
    let all = get_map(map).unwrap().into_iter();
    let many: Vec<String> = all.filter(|(name, _)| name == "x-many").map(|(_, value)| value).collect();
    add_map_value(map, "x-many", "c").unwrap();
    set_map_value(map, "x-old", Some("2")).unwrap();
    set_map_value(map, "x-new", Some("1")).unwrap();
    set_map_value(map, "x-gone", None).unwrap();
    add_map_value(map, "x-got", &got).unwrap();
    add_map_value(map, "x-all", &many.join(" ")).unwrap();
}

pub fn set_all(map: MapType) {
    let all = get_map(map).unwrap();
    let pairs = all.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut kept: Vec<(&str, &str)> = pairs.filter(|(name, _)| *name != "x-one").collect();
    kept.push(("x-set", "yes"));
    set_map(map, kept).unwrap();
}
