//! Properties of the host, and a property that the plugin sets.
use crate::Stream;
use proxy_wasm::traits::{Context, HttpContext};
use std::convert::TryInto;

impl Stream {
    pub fn request_properties(&self) {
        self.set_property(vec!["state"], Some(b"on"));
        let mtls = self.get_property(vec!["connection", "mtls"]).unwrap_or_default();
        for (name, value) in [
            ("x-path", self.text(&["request", "path"])),
            ("x-method", self.text(&["request", "method"])),
            ("x-header", self.text(&["request", "headers", "x-one"])),
            ("x-protocol", self.text(&["request", "protocol"])),
            ("x-route", self.text(&["xds", "route_name"])),
            ("x-plugin", self.text(&["plugin_name"])),
            ("x-root", self.text(&["plugin_root_id"])),
            ("x-source", self.text(&["source", "address"])),
            ("x-mtls", mtls[0].to_string()),
            ("x-state", self.text(&["state"])),
            ("x-absent", self.text(&["no", "such"])),
        ] {
            self.set_http_request_header(name, Some(&value));
        }
    }

    pub fn response_properties(&self) {
        self.add_http_response_header("x-code", &self.response_code().to_string());
        self.add_http_response_header("x-state", &self.text(&["state"]));
        self.add_http_response_header("x-path", &self.text(&["request", "path"]));
    }

    pub fn response_code(&self) -> i64 {
        let code = self.get_property(vec!["response", "code"]).unwrap_or_default();
        i64::from_le_bytes(code.as_slice().try_into().unwrap())
    }

    /// A property as text. The SDK does not distinguish an empty property from an absent property.
    pub fn text(&self, path: &[&str]) -> String {
        match self.get_property(path.to_vec()) {
            Some(bytes) => String::from_utf8(bytes).unwrap(),
            None => String::from("none"),
        }
    }
}
