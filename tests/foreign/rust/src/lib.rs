//! A plugin on the Rust SDK: a token in a header, a call to an upstream, a body in capitals.
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use std::time::Duration;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::new(Root { token: String::new() }));
}}

struct Root {
    token: String,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _size: usize) -> bool {
        let bytes = self.get_plugin_configuration().unwrap_or_default();
        self.token = String::from_utf8_lossy(&bytes).into_owned();
        !self.token.is_empty()
    }

    fn create_http_context(&self, _id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream { token: self.token.clone() }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Stream {
    token: String,
}

impl Context for Stream {
    fn on_http_call_response(&mut self, _token: u32, _headers: usize, size: usize, _trailers: usize) {
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
        if self.get_http_request_header("x-call").is_none() {
            return Action::Continue;
        }
        let headers = vec![(":method", "GET"), (":path", "/check"), (":authority", "auth.example")];
        match self.dispatch_http_call("auth", headers, None, vec![], Duration::from_millis(500)) {
            Ok(_) => Action::Pause,
            Err(_) => Action::Continue,
        }
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        if !end {
            return Action::Pause;
        }
        if let Some(body) = self.get_http_request_body(0, size) {
            self.set_http_request_body(0, size, &body.to_ascii_uppercase());
        }
        Action::Continue
    }

    fn on_http_response_headers(&mut self, count: usize, _end: bool) -> Action {
        self.add_http_response_header("x-headers", &count.to_string());
        Action::Continue
    }
}
