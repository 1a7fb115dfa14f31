import { Status } from "../abi.js";

/** How long a state exists: for the request, or for the connection with all its requests. */
export enum LifeSpan {
  FilterChain = 0,
  Request = 1,
  Connection = 2,
}

/** What a plugin has declared about a property of its own. */
export interface PropertyDeclaration {
  readOnly: boolean;
  span: LifeSpan;
}

/** The properties that plugins set on one request or one connection, by "wasm." and the whole path. */
export type FilterState = Map<string, { value: Buffer; readOnly: boolean }>;

/** The states of a request: its own, and those of its connection. */
export interface FilterStates {
  readonly filterState: FilterState;
  readonly connection: { readonly filterState: FilterState };
}

/** The prefix of a plugin's property. */
const PREFIX = "wasm.";

/** Implements `proxy_set_property`. */
export function writeState(
  states: FilterStates,
  path: string,
  value: Buffer,
  declaration: PropertyDeclaration = { readOnly: false, span: LifeSpan.FilterChain },
): Status {
  const key = PREFIX + path;
  const old = findState(states, key);
  if (old) {
    if (old.readOnly) return Status.BadArgument;
    old.value = value;
    return Status.Ok;
  }
  const target = declaration.span === LifeSpan.Connection ? states.connection.filterState : states.filterState;
  target.set(key, { value, readOnly: declaration.readOnly });
  return Status.Ok;
}

/** Reads a plugin's property. */
export function readState(states: FilterStates, name: string): Buffer | undefined {
  return findState(states, PREFIX + name)?.value;
}

/** Finds a state by its whole name. The state can be a plugin's or Envoy's. */
export function findState(states: FilterStates, key: string): { value: Buffer; readOnly: boolean } | undefined {
  return states.filterState.get(key) ?? states.connection.filterState.get(key);
}

const ANYTHING = /^/;
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:]+\]):\d{1,5}$/i;
const COUNT = /^\d{1,10}$/;

/** Envoy's own states that a plugin may set, with the form of their values. */
const ENVOY_STATES: Readonly<Record<string, RegExp>> = {
  "envoy.string": ANYTHING,
  "envoy.tcp_proxy.cluster": ANYTHING,
  "envoy.network.upstream_server_name": ANYTHING,
  "envoy.network.application_protocols": ANYTHING,
  "envoy.network.upstream_subject_alt_names": ANYTHING,
  "envoy.network.transport_socket.original_dst_address": ADDRESS,
  "envoy.filters.listener.original_dst.local_ip": ADDRESS,
  "envoy.filters.listener.original_dst.remote_ip": ADDRESS,
  "envoy.tcp_proxy.per_connection_idle_timeout_ms": COUNT,
  "envoy.upstream.dynamic_host": ANYTHING,
  "envoy.upstream.dynamic_port": COUNT,
};

/** Implements the foreign function `set_envoy_filter_state`. */
export function writeEnvoyState(states: FilterStates | undefined, name: string, value: Buffer, span: LifeSpan): Status {
  const form = Object.hasOwn(ENVOY_STATES, name) ? ENVOY_STATES[name] : undefined;
  if (!form) return Status.NotFound;
  if (!form.test(value.toString("latin1"))) return Status.BadArgument;
  if (!states) return Status.NotFound;
  const target = span === LifeSpan.Connection ? states.connection.filterState : states.filterState;
  target.set(name, { value, readOnly: false });
  return Status.Ok;
}
