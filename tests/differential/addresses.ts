/**
 * The positions of the arguments that are addresses in the plugin's memory. The addresses differ between the engines if a
 * value was longer on one engine, such as a time with two digits instead of one.
 */
const ADDRESSES: Readonly<Record<string, readonly number[]>> = {
  proxy_log: [1],
  proxy_get_property: [0, 2, 3],
  proxy_set_property: [0, 2],
  proxy_get_header_map_value: [1, 3, 4],
  proxy_add_header_map_value: [1, 3],
  proxy_replace_header_map_value: [1, 3],
  proxy_remove_header_map_value: [1],
  proxy_get_header_map_pairs: [1, 2],
  proxy_set_header_map_pairs: [1],
  proxy_get_buffer_bytes: [3, 4],
  proxy_set_buffer_bytes: [3],
  proxy_send_local_response: [1, 3, 5],
  proxy_http_call: [0, 2, 4, 6, 9],
  proxy_grpc_call: [0, 2, 4, 6, 8, 11],
  proxy_grpc_stream: [0, 2, 4, 6, 8],
  proxy_grpc_send: [1],
  proxy_get_shared_data: [0, 2, 3, 4],
  proxy_set_shared_data: [0, 2],
  proxy_register_shared_queue: [0, 2],
  proxy_resolve_shared_queue: [0, 2, 4],
  proxy_enqueue_shared_queue: [1],
  proxy_dequeue_shared_queue: [1, 2],
  proxy_define_metric: [1, 3],
  proxy_get_metric: [1],
  proxy_get_status: [0, 1, 2],
  proxy_get_log_level: [0],
  proxy_get_current_time_nanoseconds: [0],
  proxy_get_buffer_status: [1, 2],
  proxy_get_header_map_size: [1],
  proxy_call_foreign_function: [0, 2, 4, 5],
  fd_write: [1, 3],
};

/** The positions of the arguments that are sizes of values with times in them. Such sizes differ by a digit or two. */
const SIZES: Readonly<Record<string, readonly number[]>> = {
  proxy_log: [2],
  malloc: [0],
  proxy_on_memory_allocate: [0],
  proxy_set_header_map_pairs: [2],
  proxy_http_call: [3],
};

/**
 * The positions of the arguments that are queue tokens. All plugins of a process share the counter of tokens, so tokens
 * depend on earlier plugins.
 */
const TOKENS: Readonly<Record<string, number>> = {
  proxy_enqueue_shared_queue: 0,
  proxy_dequeue_shared_queue: 0,
  proxy_on_queue_ready: 1,
};

export function isToken(name: string, index: number): boolean {
  return TOKENS[name] === index;
}

export function isAddress(name: string, index: number): boolean {
  return ADDRESSES[name]?.includes(index) ?? false;
}

export function isSize(name: string, index: number): boolean {
  return SIZES[name]?.includes(index) ?? false;
}
