import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { packageRoot, startEnvoy, type GatewaySpec, type ListenerSpec, type PluginSpec } from "../sdk/envoy/index.js";
import { startGateway as startNode } from "../sdk/gateway/index.js";
import { textUpstream } from "../tests/support/upstream.js";
import type { Part } from "./parts.js";

/** The demo's gateway: a listener for each part, all with the same two routes and upstreams. */
export interface Gateway {
  /** Resolves when the gateway ends without `stop`. */
  ended: Promise<void>;
  port(part: number): number;
  stop(): Promise<void>;
}

/**
 * Starts the gateway.
 *
 * @param ports the port of each part, 0 for any
 * @param envoy the path of a real Envoy; the Node gateway runs without one
 * @example
 * const gateway = await startGateway(PARTS, PARTS.map(() => 0));
 */
export async function startGateway(parts: readonly Part[], ports: readonly number[], envoy?: string): Promise<Gateway> {
  const listeners = parts.map((part, index) => listener(part, index, ports[index] ?? 0));
  for (const port of ports) if (port !== 0) await assertFree(port);
  const [foo, bar] = await Promise.all([textUpstream("foo"), textUpstream("bar")]);
  const stopUpstreams = async () => void (await Promise.all([foo.stop(), bar.stop()]));
  try {
    const clusters = [
      { name: "foo", port: foo.port },
      { name: "bar", port: bar.port },
    ];
    const { running, ended } = await start({ listeners, clusters }, envoy);
    const stop = async () => {
      await running.stop();
      await stopUpstreams();
    };
    return { ended, port: (part) => running.port(nameOf(part)), stop };
  } catch (error) {
    await stopUpstreams();
    throw error;
  }
}

async function start(spec: GatewaySpec, envoy: string | undefined) {
  if (envoy === undefined) return { running: await startNode(spec), ended: new Promise<void>(() => {}) };
  const running = await startEnvoy(spec, { envoy });
  return { running, ended: running.exit };
}

/** The path of an example's plugin. */
export function pluginPath(example: string): string {
  return join(packageRoot(), "examples", example, "build", "plugin.wasm");
}

function listener(part: Part, index: number, port: number): ListenerSpec {
  return {
    ...{ name: nameOf(index), port, plugins: part.example === undefined ? [] : [plugin(part, part.example)] },
    routes: [
      { name: "default/foo", prefix: "/foo", cluster: "foo" },
      { name: "default/bar", prefix: "/bar", cluster: "bar" },
    ],
  };
}

function plugin({ configuration }: Part, example: string): PluginSpec {
  const wasm = pluginPath(example);
  if (!existsSync(wasm)) throw new Error(`${relative(packageRoot(), wasm)} is missing: run npm run build`);
  return { name: example, wasm, ...(configuration === undefined ? {} : { configuration }) };
}

function nameOf(part: number): string {
  return `part-${part}`;
}

function assertFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "EADDRINUSE"
          ? "is in use: stop the process that listens there"
          : `cannot be used (${error.code})`;
      reject(new Error(`port ${port} on 127.0.0.1 ${why}`));
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
}
