use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType};
use serde::Deserialize;
use std::collections::HashMap;
use std::rc::Rc;

proxy_wasm::main! {{
    proxy_wasm::set_root_context(|_| -> Box<dyn RootContext> { Box::new(Root::default()) });
}}

#[derive(Deserialize)]
struct Config {
    consumers: Vec<Consumer>,
}

#[derive(Deserialize)]
struct Consumer {
    name: String,
    key: String,
}

#[derive(Default)]
struct Root {
    /// The names of the consumers by their keys.
    consumers: Rc<HashMap<String, String>>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, _: usize) -> bool {
        let bytes = self.get_plugin_configuration().unwrap_or_default();
        let config: Config = match serde_json::from_slice(&bytes) {
            Ok(config) => config,
            Err(_) => return false,
        };
        self.consumers = Rc::new(config.consumers.into_iter().map(|it| (it.key, it.name)).collect());
        true
    }

    fn create_http_context(&self, _: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(KeyAuth { consumers: self.consumers.clone() }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct KeyAuth {
    consumers: Rc<HashMap<String, String>>,
}

impl Context for KeyAuth {}

impl HttpContext for KeyAuth {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        let key = self.get_http_request_header("x-api-key");
        match key.and_then(|key| self.consumers.get(&key)) {
            Some(name) => {
                self.set_http_request_header("x-consumer", Some(name));
                Action::Continue
            }
            None => {
                self.send_http_response(401, vec![], Some(b"unknown key"));
                Action::Pause
            }
        }
    }
}
