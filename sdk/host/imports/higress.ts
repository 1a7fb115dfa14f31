import { Status } from "../abi.js";
import { encodePairs } from "../message/pairs.js";
import { host, type HostTable } from "./table.js";

/** Host calls that only Higress has. */
export const higress: HostTable = {
  proxy_redis_init: host(
    "iiiiiii>i",
    (
      { memory, context },
      service: number,
      serviceSize: number,
      user: number,
      userSize: number,
      password: number,
      passwordSize: number,
      timeout: number,
    ) => {
      const name = memory.text(service, serviceSize);
      const username = memory.text(user, userSize);
      const secret = memory.text(password, passwordSize);
      if (name === undefined || username === undefined || secret === undefined) return Status.InvalidMemoryAccess;
      return context.root?.redisCalls.init(name, username, secret, timeout) ?? Status.BadArgument;
    },
  ),
  proxy_redis_call: host(
    "iiiii>i",
    ({ memory, context }, service: number, serviceSize: number, query: number, querySize: number, tokenAt: number) => {
      const name = memory.text(service, serviceSize);
      const bytes = memory.bytes(query, querySize);
      if (name === undefined || bytes === undefined || !memory.writable(tokenAt, 4)) return Status.InvalidMemoryAccess;
      const sent = context.root?.redisCalls.query(name, bytes) ?? { status: Status.InternalFailure };
      if ("status" in sent) return sent.status;
      memory.writeU32(tokenAt, sent.token);
      return Status.Ok;
    },
  ),
  proxy_get_upstream_hosts: host("ii>i", ({ memory, context, services }, at: number, sizeAt: number) => {
    const cluster = context.info?.route?.cluster;
    const hosts = cluster === undefined ? [] : (services.upstreams.hosts?.(cluster) ?? []);
    return memory.copyToGuest(encodePairs(hosts), at, sizeAt);
  }),
  proxy_set_upstream_override_host: host("ii>i", ({ memory, context }, address: number, size: number) => {
    const text = memory.text(address, size);
    if (text === undefined) return Status.InvalidMemoryAccess;
    // The host override only works while the request's headers wait.
    if (context.info && context.requestHeaders) context.info.overrideHost = text;
    return Status.Ok;
  }),
  proxy_inject_encoded_data_to_filter_chain: host(
    "iii>i",
    ({ memory, context }, address: number, size: number, end: number) => {
      const bytes = memory.bytes(address, size);
      if (!bytes) return Status.InvalidMemoryAccess;
      context.injectResponse(bytes, end !== 0);
      return Status.Ok;
    },
  ),
};
