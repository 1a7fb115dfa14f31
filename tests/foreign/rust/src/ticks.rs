//! Requests that wait for a tick, or for the answer to a call that a tick makes.
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

/// The root's, and its streams'.
#[derive(Clone, Default)]
pub struct Ticker {
    waiting: Rc<RefCell<Vec<Waiting>>>,
    calling: Rc<RefCell<Vec<u32>>>,
}

impl Ticker {
    /// Called from a stream: the ticks are its root's all the same.
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

    pub fn answered(&self, body: &str) {
        for id in self.calling.borrow_mut().drain(..) {
            wake(id, &[("x-checked", body)]);
        }
    }
}

/// Lets a request go on, with some more headers.
pub fn wake(id: u32, headers: &[(&str, &str)]) {
    hostcalls::set_effective_context(id).unwrap();
    for (name, value) in headers {
        hostcalls::set_map_value(MapType::HttpRequestHeaders, name, Some(value)).unwrap();
    }
    hostcalls::resume_http_request().unwrap();
}
