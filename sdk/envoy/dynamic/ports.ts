import { createServer } from "node:net";
import type { GatewaySpec } from "../../spec/gateway-spec.js";
import { unique } from "../unique.js";
import type { PlacedListener } from "./placed-listener.js";

type Current = ReadonlyMap<string, PlacedListener>;

/** A spec in which every listener without a wanted port keeps the port that it has. */
export function withPorts(spec: GatewaySpec, current: Current, ports: ReadonlyMap<string, number>): GatewaySpec {
  unique(spec.listeners, "listeners");
  const listeners = spec.listeners.map((one) => {
    const before = current.get(one.name);
    const { port: wanted = 0 } = one;
    const keeps = before !== undefined && (wanted === 0 || wanted === ports.get(one.name));
    return keeps ? { ...one, port: before.spec.port ?? 0 } : one;
  });
  return { ...spec, listeners };
}

/** @throws Error when two listeners want the same port, or a new port is in use */
export async function checkPorts({ listeners }: GatewaySpec, open: ReadonlyMap<string, number>): Promise<void> {
  const wanted = new Map<number, string>();
  for (const { name, port = 0 } of listeners) {
    if (port === 0) continue;
    const other = wanted.get(port);
    if (other !== undefined) throw new Error(`the listeners "${other}" and "${name}" have the same port ${port}`);
    wanted.set(port, name);
  }
  const own = new Set(open.values());
  for (const port of wanted.keys()) if (!own.has(port)) await assertFree(port);
}

function assertFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", ({ code = "" }: NodeJS.ErrnoException) => reject(new Error(unusable(port, code))));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
}

/** The message for a port that cannot be used. */
export function unusable(port: number, code: string): string {
  const why = code === "EADDRINUSE" ? "is in use: stop the process that listens there" : `cannot be used (${code})`;
  return `port ${port} on 127.0.0.1 ${why}`;
}
