import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { startEnvoy } from "../sdk/envoy/index.js";
import { cpuOf } from "./cpu.js";
import { exchange, get, Load } from "./load.js";
import { PEERS, type Peer } from "./peers.js";
import { spread, type Spread } from "./stats.js";
import { consumers, MANY } from "./workloads.js";

/** What key-auth costs beside requests, with a configuration of one size. */
export interface StartResult {
  /** Such as "1 KB". */
  configuration: string;
  /** Milliseconds of Envoy's CPU until Envoy is ready, less those without a plugin. */
  start: Partial<Record<Peer, Spread>>;
  /** MiB of Envoy's memory after requests, less those without a plugin. Envoy has three VMs. */
  memory: Partial<Record<Peer, Spread>>;
}

/** The sizes of a peer's modules. */
export interface SizeResult {
  plugin: string;
  bytes: number;
  gzip: number;
}

const SIZES = { "1 KB": 10, "1 MB": MANY };
const REQUESTS = 5_000;

type Files = ReadonlyMap<Peer, ReadonlyMap<string, string>>;

/** Starts an Envoy for each peer and each size of the configuration, several times in turn. */
export async function measureStarts(envoy: string, plugins: Files, rounds: number): Promise<StartResult[]> {
  const results: StartResult[] = [];
  const peers = PEERS.filter((peer) => peer !== "lua" && plugins.get(peer)?.has("key-auth"));
  if (peers.length === 0) return results;
  for (const [configuration, count] of Object.entries(SIZES)) {
    const starts = new Map<Peer, number[]>(peers.map((peer) => [peer, []]));
    const memories = new Map<Peer, number[]>(peers.map((peer) => [peer, []]));
    for (let round = 0; round < rounds; round++) {
      const without = await once(envoy, undefined, count);
      for (const peer of peers) {
        const own = await once(envoy, plugins.get(peer)!.get("key-auth"), count);
        starts.get(peer)!.push(own.milliseconds - without.milliseconds);
        memories.get(peer)!.push(own.mebibytes - without.mebibytes);
      }
    }
    const spreads = (values: Map<Peer, number[]>) =>
      Object.fromEntries([...values].map(([peer, all]) => [peer, spread(all)]));
    results.push({ configuration, start: spreads(starts), memory: spreads(memories) });
  }
  return results;
}

async function once(
  binary: string,
  wasm: string | undefined,
  count: number,
): Promise<{ milliseconds: number; mebibytes: number }> {
  const configuration = consumers(count);
  const plugin = wasm === undefined ? [] : [{ name: "key-auth", rootId: "key-auth", wasm, configuration }];
  const routes = [{ prefix: "/", directResponse: { status: 200, body: "ok" } }];
  const spec = { listeners: [{ name: "bench", routes, plugins: plugin }] };
  const envoy = await startEnvoy(spec, { envoy: binary, logLevel: "error", startTimeoutMs: 180_000 });
  try {
    const milliseconds = cpuOf(envoy.pid) / 1000;
    const request = get("/", { host: "bench", "x-api-key": configuration.consumers[count - 1]!.key });
    const port = envoy.port("bench");
    const { length: responseLength } = await exchange(port, request);
    const load = await Load.open({ port, request, responseLength, connections: 4, pipelined: 2 });
    await load.send(REQUESTS);
    load.close();
    return { milliseconds, mebibytes: anonymousMemory(envoy.pid) / 1024 };
  } finally {
    await envoy.stop();
  }
}

/** KiB of memory of a process that no file backs. Source: Linux, Documentation/filesystems/proc.rst. */
function anonymousMemory(pid: number): number {
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))![1]);
}

/** The sizes of the modules, by peer. */
export function sizesOf(plugins: Files): Partial<Record<Peer, SizeResult[]>> {
  const sizes: Partial<Record<Peer, SizeResult[]>> = {};
  for (const [peer, files] of plugins) {
    if (peer === "lua") continue;
    sizes[peer] = [...files].map(([plugin, path]) => {
      const bytes = readFileSync(path);
      return { plugin, bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
    });
  }
  return sizes;
}
