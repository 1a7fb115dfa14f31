use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;
use serde_json::Value;

proxy_wasm::main! {{
    proxy_wasm::set_http_context(|_, _| -> Box<dyn HttpContext> { Box::new(Edit) });
}}

struct Edit;

impl Context for Edit {}

impl HttpContext for Edit {
    fn on_http_response_headers(&mut self, _: usize, _: bool) -> Action {
        self.set_http_response_header("content-length", None);
        Action::Continue
    }

    fn on_http_response_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        if !end_of_stream {
            return Action::Pause;
        }
        let body = self.get_http_response_body(0, size).unwrap_or_default();
        if let Ok(mut json) = serde_json::from_slice::<Value>(&body) {
            json["model"] = Value::from("changed");
            self.set_http_response_body(0, size, json.to_string().as_bytes());
        }
        Action::Continue
    }
}
