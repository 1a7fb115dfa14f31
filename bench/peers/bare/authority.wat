;; What a host needs for rules on domains: a stream belongs to a root context, so a request has three entries, and one host call
;; reads the authority. This module has no rules.
(module
  (import "env" "proxy_get_header_map_value" (func $get (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) ":authority")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param i32) (result i32) (i32.const 1024))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (i32.const 1))
  (func (export "proxy_on_configure") (param i32 i32) (result i32) (i32.const 1))
  (func (export "proxy_on_context_create") (param i32 i32)
    (i32.store (i32.const 16) (local.get 0))
    (i32.store (i32.const 20) (local.get 1)))
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    ;; The host writes the address and the size of the value to 32 and 36.
    (drop (call $get (i32.const 0) (i32.const 64) (i32.const 10) (i32.const 32) (i32.const 36)))
    (i32.const 0))
  (func (export "proxy_on_delete") (param i32) (i32.store (i32.const 24) (local.get 0))))
