//! Requests that wait for a tick, or for the response to a call that a tick makes.
use crate::state::increment;
use proxy_wasm::hostcalls;
use proxy_wasm::types::{Action, MapType};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

#[derive(Clone, Copy)]
pub enum Waiting {
    Tick(u32),
    Call(u32),
}

/// The root context and its streams share the lists.
#[derive(Clone, Default)]
pub struct Ticker {
    waiting: Rc<RefCell<Vec<Waiting>>>,
    calling: Rc<RefCell<Vec<u32>>>,
}

impl Ticker {
    /// Starts the timer from a stream. The ticks still arrive at the root context.
    pub fn wait(&self, who: Waiting) -> Action {
        self.waiting.borrow_mut().push(who);
        hostcalls::set_tick_period(Duration::from_millis(50)).unwrap();
        Action::Pause
    }

    pub fn tick(&self) {
        hostcalls::set_tick_period(Duration::from_millis(0)).unwrap();
        let ticks = increment("ticks").to_string();
        for who in self.waiting.borrow_mut().drain(..) {
            match who {
                Waiting::Tick(id) => wake(id, &[("x-ticks", ticks.as_str())]),
                Waiting::Call(id) => {
                    let headers = vec![(":method", "GET"), (":path", "/tick"), (":authority", "auth.example")];
                    hostcalls::dispatch_http_call("auth", headers, None, vec![], Duration::from_millis(500)).unwrap();
                    self.calling.borrow_mut().push(id);
                }
            }
        }
    }

    pub fn on_call_response(&self, body: &str) {
        for id in self.calling.borrow_mut().drain(..) {
            wake(id, &[("x-checked", body)]);
        }
    }
}

/// Sets headers on a paused request and resumes it.
pub fn wake(id: u32, headers: &[(&str, &str)]) {
    hostcalls::set_effective_context(id).unwrap();
    for (name, value) in headers {
        hostcalls::set_map_value(MapType::HttpRequestHeaders, name, Some(value)).unwrap();
    }
    hostcalls::resume_http_request().unwrap();
}
