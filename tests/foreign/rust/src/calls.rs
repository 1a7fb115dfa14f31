//! Calls to the cluster that the request names.
use crate::Stream;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;
use std::time::Duration;

impl Stream {
    pub fn call(&self) -> Action {
        let cluster = self.get_http_request_header("x-cluster").unwrap_or_default();
        let headers =
            vec![(":method", "POST"), (":path", "/check"), (":authority", "auth.example"), ("x-ask", "1")];
        match self.dispatch_http_call(&cluster, headers, Some(b"ask"), vec![], Duration::from_millis(200)) {
            Ok(_) => Action::Pause,
            Err(_) => {
                self.set_http_request_header("x-checked", Some("not sent"));
                Action::Continue
            }
        }
    }

    /// Pauses the body until a call returns the text that belongs in front of the body.
    pub fn call_in_body(&self) -> Action {
        self.get("/body");
        Action::Pause
    }

    pub fn on_call_response_in_body(&self, size: usize) {
        let prefix = self.get_http_call_response_body(0, size).unwrap_or_default();
        let body = self.get_http_request_body(0, usize::MAX).unwrap_or_default();
        self.set_http_request_body(0, usize::MAX, &[prefix, body].join(&b'/'));
        self.resume_http_request();
    }

    pub fn call_in_response(&self) -> Action {
        self.get("/response");
        Action::Pause
    }

    pub fn on_call_response_in_response(&self, size: usize) {
        let checked = self.get_http_call_response_body(0, size).unwrap_or_default();
        self.add_http_response_header("x-checked", &String::from_utf8_lossy(&checked));
        self.resume_http_response();
    }

    fn get(&self, path: &str) {
        let headers = vec![(":method", "GET"), (":path", path), (":authority", "auth.example")];
        self.dispatch_http_call("auth", headers, None, vec![], Duration::from_millis(500)).unwrap();
    }

    pub fn on_check(&self, size: usize) {
        let body = self.get_http_call_response_body(0, size).unwrap_or_default();
        let status = self.get_http_call_response_header(":status").unwrap_or_default();
        if status != "200" {
            return self.send_http_response(502, vec![("x-call", &status)], Some(&body));
        }
        let header = self.get_http_call_response_header("x-answered").unwrap_or_default();
        let mut checked = format!("{} {}", header, String::from_utf8_lossy(&body));
        for (name, value) in self.get_http_call_response_trailers() {
            checked += &format!(" {}={}", name, value);
        }
        self.set_http_request_header("x-checked", Some(&checked));
        self.resume_http_request();
    }
}
