//! A plugin on the Rust SDK. It checks a token in a header, calls an upstream, and turns a body into capitals. The x-topic
//! header selects other features of the SDK.
mod calls;
mod headers;
mod properties;
mod queues;
mod replies;
mod state;
mod ticks;

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel, MapType};
use queues::Queue;
use std::time::Duration;
use ticks::{Ticker, Waiting};

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::<Root>::default());
}}

#[derive(Default)]
struct Root {
    token: String,
    ticker: Ticker,
    queue: Queue,
}

impl Context for Root {
    fn on_http_call_response(&mut self, _token: u32, _headers: usize, size: usize, _trailers: usize) {
        let body = self.get_http_call_response_body(0, size).unwrap_or_default();
        self.ticker.on_call_response(&String::from_utf8_lossy(&body));
    }
}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        let bytes = self.get_plugin_configuration().unwrap_or_default();
        self.token = String::from_utf8_lossy(&bytes).into_owned();
        !self.token.is_empty()
    }

    fn on_tick(&mut self) {
        self.ticker.tick();
    }

    fn on_queue_ready(&mut self, queue: u32) {
        self.queue.ready(queue);
    }

    fn create_http_context(&self, id: u32) -> Option<Box<dyn HttpContext>> {
        let (token, ticker, queue) = (self.token.clone(), self.ticker.clone(), self.queue.clone());
        Some(Box::new(Stream { id, token, ticker, queue, topic: String::new() }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Stream {
    id: u32,
    token: String,
    ticker: Ticker,
    queue: Queue,
    /// The value of the request's x-topic header.
    topic: String,
}

impl Context for Stream {
    fn on_http_call_response(&mut self, _token: u32, _headers: usize, size: usize, _trailers: usize) {
        match self.topic.as_str() {
            "call" => return self.on_check(size),
            "call in body" => return self.on_call_response_in_body(size),
            "call in response" => return self.on_call_response_in_response(size),
            _ => (),
        }
        let body = self.get_http_call_response_body(0, size).unwrap_or_default();
        let status = self.get_http_call_response_header(":status").unwrap_or_default();
        self.set_http_request_header("x-checked", Some(&format!("{} {}", status, String::from_utf8_lossy(&body))));
        self.resume_http_request();
    }
}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _count: usize, _end: bool) -> Action {
        if self.get_http_request_header("x-token").as_deref() != Some(self.token.as_str()) {
            self.send_http_response(401, vec![("x-by", "rust")], Some(b"who are you?"));
            return Action::Pause;
        }
        self.set_http_request_header("content-length", None);
        self.topic = self.get_http_request_header("x-topic").unwrap_or_default();
        match self.topic.as_str() {
            "edit" => headers::edit(MapType::HttpRequestHeaders),
            "set" => headers::set_all(MapType::HttpRequestHeaders),
            "call" => return self.call(),
            "tick" => return self.ticker.wait(Waiting::Tick(self.id)),
            "tick call" => return self.ticker.wait(Waiting::Call(self.id)),
            "shared data" => return self.reply(state::shared_data()),
            "queue" => return self.queue.wait(self.id),
            "metrics" => return self.reply(state::metrics()),
            "properties" => self.request_properties(),
            "log" => replies::log_all(),
            "grpc" => {
                // The SDK cannot set the gRPC status of a local reply. The host derives it from the HTTP status code.
                self.send_http_response(403, vec![], Some(b"denied"));
                return Action::Pause;
            }
            _ => return self.check(),
        }
        Action::Continue
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        if !end {
            return Action::Pause;
        }
        match self.topic.as_str() {
            "wrap" => {
                self.set_http_request_body(0, 0, b"<");
                self.set_http_request_body(size + 1, 0, b">");
            }
            "add trailers" => self.add_http_request_trailer("x-added", "1"),
            "call in body" => return self.call_in_body(),
            "reply to body" => {
                let body = self.get_http_request_body(0, size).unwrap_or_default();
                self.send_http_response(403, vec![], Some(&[b"not ", body.as_slice()].concat()));
                return Action::Pause;
            }
            _ => {
                if let Some(body) = self.get_http_request_body(0, size) {
                    self.set_http_request_body(0, size, &body.to_ascii_uppercase());
                }
            }
        }
        Action::Continue
    }

    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        match self.topic.as_str() {
            "edit" => headers::edit(MapType::HttpRequestTrailers),
            "set" => headers::set_all(MapType::HttpRequestTrailers),
            _ => (),
        }
        Action::Continue
    }

    fn on_http_response_headers(&mut self, count: usize, _end: bool) -> Action {
        self.add_http_response_header("x-headers", &count.to_string());
        match self.topic.as_str() {
            "edit" => headers::edit(MapType::HttpResponseHeaders),
            "set" => headers::set_all(MapType::HttpResponseHeaders),
            "wrap" | "replace" | "add trailers" => self.set_http_response_header("content-length", None),
            "properties" => self.response_properties(),
            "call in response" => return self.call_in_response(),
            "reply to response" => {
                self.send_http_response(502, vec![("x-why", "bad response")], Some(b"sorry"));
                return Action::Pause;
            }
            _ => (),
        }
        Action::Continue
    }

    fn on_http_response_body(&mut self, size: usize, end: bool) -> Action {
        if !["wrap", "replace", "add trailers"].contains(&self.topic.as_str()) {
            return Action::Continue;
        }
        if !end {
            return Action::Pause;
        }
        match self.topic.as_str() {
            "wrap" => {
                self.set_http_response_body(0, 0, b"<");
                self.set_http_response_body(size + 1, 0, b">");
            }
            "replace" => {
                let part = self.get_http_response_body(1, 2).unwrap_or_default();
                let whole = self.get_http_response_body(0, size).unwrap_or_default();
                self.set_http_response_body(0, size, &[part, whole].join(&b'/'));
            }
            _ => self.add_http_response_trailer("x-added", "1"),
        }
        Action::Continue
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        match self.topic.as_str() {
            "edit" => headers::edit(MapType::HttpResponseTrailers),
            "set" => headers::set_all(MapType::HttpResponseTrailers),
            _ => (),
        }
        Action::Continue
    }

    fn on_log(&mut self) {
        if self.topic == "log" {
            self.log_done();
        }
    }
}

impl Stream {
    fn check(&self) -> Action {
        if self.get_http_request_header("x-call").is_none() {
            return Action::Continue;
        }
        let headers = vec![(":method", "GET"), (":path", "/check"), (":authority", "auth.example")];
        match self.dispatch_http_call("auth", headers, None, vec![], Duration::from_millis(500)) {
            Ok(_) => Action::Pause,
            Err(_) => Action::Continue,
        }
    }
}
