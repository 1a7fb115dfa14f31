// Modules for plugins whose own modules are not on this machine. Istio's agent puts a filter that denies or allows all
// requests instead of a plugin that it cannot fetch; these modules do the same on both engines.

/**
 * Sends a local reply with status 403 to each request, like Envoy's RBAC filter. In WebAssembly text, without the
 * callbacks that only return 1:
 *
 *     (import "env" "proxy_send_local_response" (func $reply (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
 *     (data (i32.const 0) "RBAC: access denied")
 *     (data (i32.const 32) "module_not_available")
 *     (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
 *       (drop (call $reply (i32.const 403) (i32.const 32) (i32.const 20) (i32.const 0) (i32.const 19)
 *                          (i32.const 0) (i32.const 0) (i32.const -1)))
 *       (i32.const 1))
 */
const DENY_ALL =
  "AGFzbQEAAAABJwZgCH9/f39/f39/AX9gAABgAX8Bf2ACf38Bf2ACf38AYAN/f38BfwIhAQNlbnYZcHJveHlfc2VuZF9sb2NhbF9yZXNwb25zZQAAAwcG" +
  "AQIDAwQFBQMBAAEHnQEHBm1lbW9yeQIAF3Byb3h5X2FiaV92ZXJzaW9uXzBfMl8xAAEYcHJveHlfb25fbWVtb3J5X2FsbG9jYXRlAAIRcHJveHlfb25f" +
  "dm1fc3RhcnQAAxJwcm94eV9vbl9jb25maWd1cmUABBdwcm94eV9vbl9jb250ZXh0X2NyZWF0ZQAFGHByb3h5X29uX3JlcXVlc3RfaGVhZGVycwAGCjAG" +
  "AgALBQBBgAgLBABBAQsEAEEBCwIACxgAQZMDQSBBFEEAQRNBAEEAQX8QABpBAQsLMgIAQQALE1JCQUM6IGFjY2VzcyBkZW5pZWQAQSALFG1vZHVsZV9u" +
  "b3RfYXZhaWxhYmxl";

/** Has no hook, so that all requests pass. */
const ALLOW_ALL =
  "AGFzbQEAAAABFARgAABgAX8Bf2ACf38Bf2ACf38AAwYFAAECAgMFAwEAAQeCAQYGbWVtb3J5AgAXcHJveHlfYWJpX3ZlcnNpb25fMF8yXzEAABhwcm94" +
  "eV9vbl9tZW1vcnlfYWxsb2NhdGUAARFwcm94eV9vbl92bV9zdGFydAACEnByb3h5X29uX2NvbmZpZ3VyZQADF3Byb3h5X29uX2NvbnRleHRfY3JlYXRl" +
  "AAQKFwUCAAsFAEGACAsEAEEBCwQAQQELAgAL";

/** The module for a plugin whose own module is not on this machine. */
export function substituteModule(failOpen: boolean): Buffer {
  return Buffer.from(failOpen ? ALLOW_ALL : DENY_ALL, "base64");
}
