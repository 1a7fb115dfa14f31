//! Local replies with only headers, and log lines at each level.
use crate::state::Headers;
use crate::Stream;
use proxy_wasm::hostcalls::log;
use proxy_wasm::traits::HttpContext;
use proxy_wasm::types::{Action, LogLevel};

impl Stream {
    pub fn reply(&self, headers: Headers) -> Action {
        let headers = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.send_http_response(200, headers, None);
        Action::Pause
    }

    /// Logs what a finished stream still has: its headers, and the path.
    pub fn log_done(&self) {
        let path = self.text(&["request", "path"]);
        let one = self.get_http_request_header("x-one").unwrap_or_default();
        let up = self.get_http_response_header("x-up").unwrap_or_default();
        log(LogLevel::Info, &format!("done {} {} {} {}", path, self.response_code(), one, up)).unwrap();
    }
}

pub fn log_all() {
    log(LogLevel::Trace, "say trace").unwrap();
    log(LogLevel::Debug, "say debug").unwrap();
    log(LogLevel::Info, "say info").unwrap();
    log(LogLevel::Warn, "say warn").unwrap();
    log(LogLevel::Error, "say error").unwrap();
    log(LogLevel::Critical, "say critical").unwrap();
}
