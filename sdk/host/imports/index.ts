import type { AbiVersion, HostKind } from "../abi.js";
import { buffers } from "./buffers.js";
import { calls } from "./calls.js";
import { contexts } from "./contexts.js";
import { dns } from "./dns.js";
import { foreign } from "./foreign.js";
import { grpc } from "./grpc.js";
import { headers } from "./headers.js";
import { higress } from "./higress.js";
import { logging } from "./logging.js";
import { metrics } from "./metrics.js";
import { properties } from "./properties.js";
import { queues } from "./queues.js";
import { shared } from "./shared.js";
import { streams, streamsOf010, streamsOf02 } from "./streams.js";
import type { HostEntry, HostTable } from "./table.js";
import { wasiOf } from "./wasi/index.js";

export type { HostFunction } from "./table.js";

const ALWAYS: readonly HostTable[] = [
  ...[
    buffers,
    calls,
    contexts,
    dns,
    foreign,
    grpc,
    headers,
    logging.always,
    metrics,
    properties,
    queues,
    shared,
    streams,
  ],
];

/** The functions that a module of an ABI version can import from a host, by "module.name". */
export function importsOf(host: HostKind, abi: AbiVersion): ReadonlyMap<string, HostEntry> {
  const env: HostTable = Object.assign(
    {},
    ...ALWAYS,
    abi === "0.1.0" ? streamsOf010 : streamsOf02,
    abi === "0.2.1" || abi === "0.2.100" ? logging.since021 : {},
    host === "higress" ? higress : {},
  ) as HostTable;
  const all = new Map<string, HostEntry>();
  for (const [name, entry] of Object.entries(env)) all.set(`env.${name}`, entry);
  for (const [name, entry] of Object.entries(wasiOf(host))) {
    all.set(`wasi_snapshot_preview1.${name}`, entry);
    all.set(`wasi_unstable.${name}`, entry);
  }
  return all;
}
