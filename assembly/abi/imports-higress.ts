// The host calls that only Higress has (ABI 0.2.100). A plugin that uses one of them loads only on Higress.

import { Status } from "./enums";

// @ts-ignore: decorator
@external("env", "proxy_redis_init")
export declare function proxy_redis_init(
  upstream: usize,
  upstreamSize: i32,
  user: usize,
  userSize: i32,
  password: usize,
  passwordSize: i32,
  timeout: u32,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_redis_call")
export declare function proxy_redis_call(
  upstream: usize,
  upstreamSize: i32,
  query: usize,
  querySize: i32,
  token: usize,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_upstream_hosts")
export declare function proxy_get_upstream_hosts(hosts: usize, hostsSize: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_set_upstream_override_host")
export declare function proxy_set_upstream_override_host(address: usize, addressSize: i32): Status;

// @ts-ignore: decorator
@external("env", "proxy_inject_encoded_data_to_filter_chain")
export declare function proxy_inject_encoded_data_to_filter_chain(body: usize, bodySize: i32, endOfStream: i32): Status;
