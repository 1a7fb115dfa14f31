use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;

proxy_wasm::main! {{
    proxy_wasm::set_http_context(|_, _| -> Box<dyn HttpContext> { Box::new(Headers60) });
}}

struct Headers60;

impl Context for Headers60 {}

impl HttpContext for Headers60 {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        for i in 0..20 {
            self.set_http_request_header(&format!("x-bench-{i}"), Some(&format!("value-{i}")));
        }
        let mut got = 0;
        for i in 0..20 {
            got += self.get_http_request_header(&format!("x-bench-{i}")).map_or(0, |value| value.len());
        }
        for i in 0..20 {
            self.set_http_request_header(&format!("x-bench-{i}"), None);
        }
        if got != 150 {
            self.send_http_response(500, vec![], Some(b"wrong values"));
            return Action::Pause;
        }
        Action::Continue
    }
}
