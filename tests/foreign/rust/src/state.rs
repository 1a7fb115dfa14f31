//! Shared data and metrics.
use proxy_wasm::hostcalls::{
    define_metric, get_metric, get_shared_data, increment_metric, record_metric, set_shared_data,
};
use proxy_wasm::types::{MetricType, Status};

pub type Headers = Vec<(&'static str, String)>;

pub fn shared_data() -> Headers {
    let (absent, no_cas) = get_shared_data("absent").unwrap();
    set_shared_data("key", Some(b"1"), None).unwrap();
    let (first, cas) = get_shared_data("key").unwrap();
    set_shared_data("key", Some(b"2"), cas).unwrap();
    let late = set_shared_data("key", Some(b"3"), cas);
    let (last, last_cas) = get_shared_data("key").unwrap();
    vec![
        ("x-absent", String::from(if absent.is_none() && no_cas.is_none() { "none" } else { "there" })),
        ("x-first", text(first)),
        ("x-late", String::from(if late == Err(Status::CasMismatch) { "mismatch" } else { "set" })),
        ("x-last", text(last)),
        ("x-cas", (last_cas.unwrap() - cas.unwrap()).to_string()),
        ("x-count", increment("count").to_string()),
    ]
}

/// Increments a counter in shared data. Tries again when another VM has changed the counter.
pub fn increment(key: &str) -> u32 {
    loop {
        let (value, cas) = get_shared_data(key).unwrap();
        let next = text(value).parse().unwrap_or(0) + 1;
        if set_shared_data(key, Some(next.to_string().as_bytes()), cas).is_ok() {
            return next;
        }
    }
}

fn text(bytes: Option<Vec<u8>>) -> String {
    String::from_utf8(bytes.unwrap_or_default()).unwrap()
}

pub fn metrics() -> Headers {
    let counter = define_metric(MetricType::Counter, "rust_counter").unwrap();
    increment_metric(counter, 1).unwrap();
    increment_metric(define_metric(MetricType::Counter, "rust_counter").unwrap(), 2).unwrap();
    let down = increment_metric(counter, -1);
    let gauge = define_metric(MetricType::Gauge, "rust_gauge").unwrap();
    record_metric(gauge, 5).unwrap();
    increment_metric(gauge, -2).unwrap();
    let histogram = define_metric(MetricType::Histogram, "rust_histogram").unwrap();
    record_metric(histogram, 7).unwrap();
    vec![
        ("x-counter", get_metric(counter).unwrap().to_string()),
        ("x-down", format!("{:?}", down)),
        ("x-gauge", get_metric(gauge).unwrap().to_string()),
        ("x-histogram", format!("{:?}", get_metric(histogram))),
        ("x-unknown", format!("{:?}", get_metric(counter + 4000))),
    ]
}
