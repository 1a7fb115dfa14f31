// The functions that a module may import. Sources: for `env`, proxy-wasm-cpp-host's `exports.h` as of 2026-06; for WASI,
// the functions that every Envoy since 1.27 provides.

const names = (/** @type {string} */ text) => text.trim().split(/\s+/);

/** Host calls of every proxy-wasm 0.2.1 host. */
export const HOST = new Set(
  names(`
    log get_log_level get_current_time_nanoseconds set_tick_period_milliseconds get_status get_property set_property
    get_buffer_bytes get_buffer_status set_buffer_bytes get_header_map_value add_header_map_value
    replace_header_map_value remove_header_map_value get_header_map_pairs set_header_map_pairs get_header_map_size
    send_local_response continue_stream close_stream http_call grpc_call grpc_stream grpc_send grpc_cancel grpc_close
    define_metric increment_metric record_metric get_metric get_shared_data set_shared_data register_shared_queue
    resolve_shared_queue enqueue_shared_queue dequeue_shared_queue set_effective_context done call_foreign_function
  `).map((name) => `env.proxy_${name}`),
);

/** Host calls that only Higress has. */
export const HIGRESS = new Set(
  names(`
    redis_init redis_call get_upstream_hosts set_upstream_override_host inject_encoded_data_to_filter_chain
  `).map((name) => `env.proxy_${name}`),
);

/** WASI functions of every proxy-wasm host. */
export const WASI = new Set(
  names(`
    fd_write fd_read fd_seek fd_close fd_fdstat_get environ_get environ_sizes_get args_get args_sizes_get
    clock_time_get random_get proc_exit path_open fd_prestat_get fd_prestat_dir_name
  `).map((name) => `wasi_snapshot_preview1.${name}`),
);
