import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { readFileSync } from "node:fs";
import { startEnvoy, type ListenerSpec, type RouteSpec, type RunningEnvoy } from "../sdk/envoy/index.js";
import { echoUpstream, type ReceivedRequest } from "../tests/support/upstream.js";
import { cpuOf } from "./cpu.js";
import { exchange, get, Load, post } from "./load.js";
import { PEERS, type Peer } from "./peers.js";
import { added, ratio, spread, type Spread } from "./stats.js";
import type { Group, Talk, Workload } from "./workloads.js";

/** The microseconds of CPU of Envoy that one turn of a variant is to last. */
const TURN = 25_000;
/** A round has this many turns of each variant, in random order. */
const TURNS = 3;
const WARM_UP = 2_000;
const BASELINES = ["baseline", "baseline again"] as const;

export interface PeerResult {
  /** Microseconds of CPU that the plugin adds to a request. */
  added: Spread;
  toRust?: Spread;
  toLua?: Spread;
  /** Compared with the same peer in the workload `comparedWith`. */
  toOther?: Spread;
}

export interface WorkloadResult {
  name: string;
  title: string;
  comparedWith?: string;
  /** Microseconds of CPU that a request costs without a plugin. */
  baseline: Spread;
  /** The second baseline less the first. */
  noise: Spread;
  peers: Partial<Record<Peer, PeerResult>>;
}

export interface MeasureOptions {
  envoy: string;
  rounds: number;
  peers: readonly Peer[];
  /** The plugins of each peer by name. */
  plugins: ReadonlyMap<Peer, ReadonlyMap<string, string>>;
}

/** A listener with a plugin of a peer, or a baseline. */
interface Variant {
  listener: string;
  workload?: Workload;
  peer?: Peer;
}

/**
 * Measures the workloads of a group: an Envoy has a listener for each peer, and all take turns.
 *
 * @throws Error when a plugin does not do what it is measured for
 */
export async function measureGroup(group: Group, options: MeasureOptions): Promise<WorkloadResult[]> {
  const variants = variantsOf(group, options);
  const auth = await authService();
  const echo = await echoUpstream();
  const counting = await countingUpstream();
  const clusters = [
    { name: "auth", port: (auth.server.address() as AddressInfo).port },
    { name: "echo", port: echo.port },
    { name: "counting", port: (counting.address() as AddressInfo).port },
    ...routeClusters(group),
  ];
  const listeners = variants.map((variant) => listenerOf(variant, group, options));
  const start = { envoy: options.envoy, logLevel: "error" as const, startTimeoutMs: 180_000, change: allowLargeBodies };
  const envoy = await startEnvoy({ listeners, clusters }, start);
  try {
    for (const { listener, workload } of variants) {
      const talk = talkTo(envoy.port(listener), group, () => auth.calls);
      await workload?.check(talk).catch((error: unknown) => {
        throw new Error(`${listener}: ${String(error)}\n${envoy.log.slice(-2000)}`);
      });
    }
    return summary(group, await takeTurns(envoy, group, variants, options.rounds), options.peers);
  } finally {
    await envoy.stop();
    await echo.stop();
    auth.server.close();
    auth.closeConnections();
    counting.close();
    counting.closeAllConnections();
  }
}

function variantsOf({ workloads }: Group, { peers, plugins }: MeasureOptions): Variant[] {
  const ofWorkloads = workloads.flatMap((workload) =>
    peers
      .filter((peer) => workload.peers.includes(peer) && plugins.get(peer)?.has(workload.plugin))
      .map((peer) => ({ listener: `${workload.name}: ${peer}`, workload, peer })),
  );
  return [...BASELINES.map((listener) => ({ listener })), ...ofWorkloads];
}

function listenerOf({ listener, workload, peer }: Variant, group: Group, options: MeasureOptions): ListenerSpec {
  const direct: RouteSpec = group.upload
    ? { prefix: "/", cluster: "counting" }
    : { prefix: "/", directResponse: { status: 200, body: group.body } };
  const base: ListenerSpec = {
    name: listener,
    routes: workload?.routes ?? [{ prefix: "/echo", cluster: "echo" }, direct],
    bufferLimitBytes: 8 << 20,
    // Envoy's header with the upstream's time varies in length.
    suppressEnvoyHeaders: true,
  };
  if (!workload || !peer) return base;
  const file = options.plugins.get(peer)!.get(workload.plugin)!;
  if (peer === "lua") {
    const source = readFileSync(file, "utf8");
    const type = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";
    const default_source_code = { inline_string: workload.lua?.(source) ?? source };
    const typedConfig = { "@type": type, default_source_code };
    return { ...base, envoyFilters: [{ name: "envoy.filters.http.lua", typedConfig }] };
  }
  const { plugin: name, configuration = {} } = workload;
  // solo-io's SDK finds the plugin by its root id.
  return { ...base, plugins: [{ name, rootId: name, wasm: file, vmId: listener, configuration }] };
}

/** The clusters that routes name. Plugins respond before requests reach them. */
function routeClusters(group: Group): { name: string; port: number }[] {
  const names = group.workloads.flatMap(({ routes = [] }) => routes.map(({ cluster }) => cluster!));
  return [...new Set(names)].map((name) => ({ name, port: 1 }));
}

/** A bootstrap in which direct responses may have large bodies. */
function allowLargeBodies(bootstrap: object): object {
  return JSON.parse(JSON.stringify(bootstrap), (key, value: object) =>
    key === "route_config" ? { ...value, max_direct_response_body_size_bytes: 8 << 20 } : value,
  ) as object;
}

/** The request of a group, with other headers if given. */
function requestOf({ headers, upload }: Group, changes?: Record<string, string>): Buffer {
  const all = { ...headers, ...changes };
  return upload ? post("/", all, upload) : get("/", all);
}

function talkTo(port: number, group: Group, calls: () => number): Talk {
  const { headers } = group;
  return {
    get: (changes) => exchange(port, requestOf(group, changes)),
    async behind(changes) {
      const { body } = await exchange(port, get("/echo", { ...headers, ...changes }));
      return new Map((JSON.parse(String(body)) as ReceivedRequest).headers);
    },
    calls,
  };
}

/** Returns what a request costs in each round, in microseconds of Envoy's CPU, by listener. */
async function takeTurns(
  envoy: RunningEnvoy,
  group: Group,
  variants: readonly Variant[],
  rounds: number,
): Promise<Map<string, number[]>> {
  const { connections, pipelined } = group;
  const request = requestOf(group);
  const turns: { listener: string; load: Load; count: number; cpu: number; costs: number[] }[] = [];
  for (const { listener } of variants) {
    const port = envoy.port(listener);
    const { length: responseLength } = await exchange(port, request);
    const load = await Load.open({ port, request, responseLength, connections, pipelined });
    turns.push({ listener, load, count: 0, cpu: 0, costs: [] as number[] });
  }
  const take = async ({ load, listener }: { load: Load; listener: string }, count: number) => {
    const before = cpuOf(envoy.pid);
    await load.send(count).catch((error: unknown) => {
      throw new Error(`${listener}: ${String(error)}`);
    });
    return cpuOf(envoy.pid) - before;
  };
  for (const turn of turns) {
    const first = (await take(turn, 50)) / 50;
    const count = Math.max(50, Math.min(WARM_UP, (TURN * 10) / first));
    const cost = (await take(turn, Math.round(count))) / count;
    turn.count = Math.max(5, Math.round(TURN / cost));
  }
  for (let round = 0; round < rounds; round++) {
    for (const turn of turns) turn.cpu = 0;
    for (let i = 0; i < TURNS; i++) {
      for (const turn of shuffled(turns)) turn.cpu += await take(turn, turn.count);
    }
    for (const turn of turns) turn.costs.push(turn.cpu / (turn.count * TURNS));
  }
  for (const { load } of turns) load.close();
  return new Map(variants.map(({ listener }, index) => [listener, turns[index]!.costs]));
}

function shuffled<T>(values: readonly T[]): T[] {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

function summary({ workloads }: Group, costs: Map<string, number[]>, peers: readonly Peer[]): WorkloadResult[] {
  const [first, second] = BASELINES.map((name) => costs.get(name)!) as [number[], number[]];
  const addedBy = (name: string, peer: Peer) => {
    const own = costs.get(`${name}: ${peer}`);
    return own && added(own, [first, second]);
  };
  return workloads.map(({ name, title, comparedWith }) => {
    const results: WorkloadResult["peers"] = {};
    for (const peer of PEERS.filter((one) => peers.includes(one))) {
      const own = addedBy(name, peer);
      if (!own) continue;
      const to = (divisors: number[] | undefined) => divisors && ratio(own, divisors);
      results[peer] = {
        added: spread(own),
        toRust: to(addedBy(name, "rust")),
        toLua: to(addedBy(name, "lua")),
        ...(comparedWith === undefined ? {} : { toOther: to(addedBy(comparedWith, peer)) }),
      };
    }
    const noise = spread(second.map((cost, round) => cost - first[round]!));
    return { name, title, comparedWith, baseline: spread([...first, ...second]), noise, peers: results };
  });
}

/** An upstream that responds with the number of bytes of a request's body and with the first byte. */
async function countingUpstream(): Promise<HttpServer> {
  const server = createHttpServer((request, response) => {
    let [count, first] = [0, ""];
    request.on("data", (chunk: Buffer) => {
      if (count === 0) first = chunk.toString("latin1", 0, 1);
      count += chunk.length;
    });
    request.on("end", () => response.end(`${count} bytes, the first is ${first}`));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** An upstream that responds to every request with 200. */
async function authService(): Promise<{ server: Server; readonly calls: number; closeConnections(): void }> {
  let calls = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    // Envoy sends one request at a time, without a body.
    socket.on("data", (chunk) => {
      if (chunk.indexOf("\r\n\r\n") < 0) return;
      calls++;
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
  });
  const sockets = new Set<Socket>();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    server,
    get calls() {
      return calls;
    },
    closeConnections: () => sockets.forEach((socket) => socket.destroy()),
  };
}
