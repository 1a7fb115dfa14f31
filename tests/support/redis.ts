import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";

/** A running redis-server. */
export interface RedisServer {
  port: number;
  stop(): Promise<void>;
}

const isInstalled = spawnSync("redis-server", ["--version"]).status === 0;

/**
 * A `describe` for tests that need a real Redis. They are skipped, with a line of output, if redis-server is not
 * installed.
 */
export function describeWithRedis(name: string, tests: () => void): void {
  if (isInstalled) return void describe(name, tests);
  console.log(`Skipping "${name}": redis-server is not installed`);
  describe.skip(name, tests);
}

/** Starts a redis-server that stores nothing on disk, with options such as `--requirepass secret`. */
export async function startRedis(...options: readonly string[]): Promise<RedisServer> {
  const port = await freePort();
  const own = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"];
  const child: ChildProcess = spawn("redis-server", [...own, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout!.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await poll(10_000, "redis-server did not start", () => output.includes("Ready to accept connections") || undefined);
  return {
    port,
    stop: async () => {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
