use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;

proxy_wasm::main! {{
    proxy_wasm::set_http_context(|_, _| -> Box<dyn HttpContext> { Box::new(Chunks) });
}}

struct Chunks;

impl Context for Chunks {}

impl HttpContext for Chunks {
    fn on_http_request_body(&mut self, size: usize, _: bool) -> Action {
        if let Some(mut chunk) = self.get_http_request_body(0, size) {
            if size > 0 {
                chunk[0] = b'b';
                self.set_http_request_body(0, size, &chunk);
            }
        }
        Action::Continue
    }
}
