use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;

proxy_wasm::main! {{
    proxy_wasm::set_http_context(|_, _| -> Box<dyn HttpContext> { Box::new(TwoReads) });
}}

struct TwoReads;

impl Context for TwoReads {}

impl HttpContext for TwoReads {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        let is = |name, value| self.get_http_request_header(name).as_deref() == Some(value);
        if is("x-a5", "value 5") && is("x-a11", "value 11") {
            return Action::Continue;
        }
        self.send_http_response(403, vec![], Some(b"wrong values"));
        Action::Pause
    }
}
