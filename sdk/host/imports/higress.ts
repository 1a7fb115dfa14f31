import { notSupported, type HostTable } from "./table.js";

/** What only Higress's host has. */
export const higress: HostTable = {
  proxy_redis_init: notSupported("iiiiiii>i", "proxy_redis_init"),
  proxy_redis_call: notSupported("iiiii>i", "proxy_redis_call"),
  proxy_get_upstream_hosts: notSupported("ii>i", "proxy_get_upstream_hosts"),
  proxy_set_upstream_override_host: notSupported("ii>i", "proxy_set_upstream_override_host"),
  proxy_inject_encoded_data_to_filter_chain: notSupported("iii>i", "proxy_inject_encoded_data_to_filter_chain"),
};
