import { wat } from "../host/wat.js";

// Small plugins on the raw ABI, for tests that need a plugin which misbehaves, or which makes host calls that the SDK
// does not make.

/** Ticks every second. Each tick increments the metric "ticks" and logs a line. */
export const TICKING = wat(`
  (import "env" "proxy_set_tick_period_milliseconds" (func $period (param i32) (result i32)))
  (import "env" "proxy_define_metric" (func $define (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_increment_metric" (func $increment (param i32 i64) (result i32)))
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (data (i32.const 64) "ticks")
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (drop (call $period (i32.const 1000)))
    (drop (call $define (i32.const 0) (i32.const 64) (i32.const 5) (i32.const 32)))
    (i32.const 1))
  (func (export "proxy_on_tick") (param i32)
    (drop (call $increment (i32.load (i32.const 32)) (i64.const 1)))
    (drop (call $log (i32.const 3) (i32.const 64) (i32.const 5))))`);

/** Grows its memory by a page for each request. */
export const GROWING = wat(`
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (drop (memory.grow (i32.const 1)))
    (i32.const 0))`);

/** Pauses each request for ever. */
export const HOLDING = wat(`
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (i32.const 1))`);

/** Calls the cluster "c" with a timeout of 500 ms when it is configured. */
export const CALLING = wat(`
  (import "env" "proxy_http_call"
    (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (data (i32.const 64) "c")
  (data (i32.const 128)
    "\\03\\00\\00\\00\\07\\00\\00\\00\\03\\00\\00\\00\\05\\00\\00\\00\\02\\00\\00\\00\\0a\\00\\00\\00\\01\\00\\00\\00"
    ":method\\00GET\\00:path\\00/a\\00:authority\\00h\\00")
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (i32.eqz (call $call (i32.const 64) (i32.const 1) (i32.const 128) (i32.const 62) (i32.const 0) (i32.const 0)
      (i32.const 0) (i32.const 0) (i32.const 500) (i32.const 32))))`);
