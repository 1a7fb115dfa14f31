import { settle } from "../abi/entry";
import { Status } from "../abi/enums";
import { HIGRESS_CALLS } from "../abi/features";
import { proxy_redis_call, proxy_redis_init } from "../abi/imports-higress";
import { numberSlot } from "../abi/memory";
import { encodeUtf8 } from "../abi/utf8";
import { Dispatched } from "./http-call";

/**
 * Tells the gateway how to connect to a Redis cluster.
 *
 * @param service the name of the cluster, and parameters after a `?`
 * @param timeoutMs how long a command may take
 */
export function initRedis(service: string, user: string, password: string, timeoutMs: u32): Status {
  if (!HIGRESS_CALLS) return Status.Unimplemented;
  const name = encodeUtf8(service);
  const username = encodeUtf8(user);
  const secret = encodeUtf8(password);
  settle();
  return proxy_redis_init(
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(username),
    username.byteLength,
    changetype<usize>(secret),
    secret.byteLength,
    timeoutMs,
  );
}

/** Sends a command in RESP to a Redis cluster. The root context gets the reply, with the token. */
export function dispatchRedisCall(cluster: string, command: ArrayBuffer): Dispatched {
  if (!HIGRESS_CALLS) return new Dispatched(Status.Unimplemented, 0);
  const name = encodeUtf8(cluster);
  settle();
  const status = proxy_redis_call(
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(command),
    command.byteLength,
    numberSlot(),
  );
  return new Dispatched(status, load<u32>(numberSlot()));
}
