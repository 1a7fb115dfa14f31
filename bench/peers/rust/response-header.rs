use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;

proxy_wasm::main! {{
    proxy_wasm::set_http_context(|_, _| -> Box<dyn HttpContext> { Box::new(ResponseHeader) });
}}

struct ResponseHeader;

impl Context for ResponseHeader {}

impl HttpContext for ResponseHeader {
    fn on_http_response_headers(&mut self, _: usize, _: bool) -> Action {
        self.set_http_response_header("x-bench", Some("1"));
        Action::Continue
    }
}
