// Changes of a spec while clients send requests, on both engines.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDynamicEnvoy } from "../../sdk/envoy/index.js";
import { startGateway } from "../../sdk/gateway/index.js";
import type { Engine } from "../../sdk/spec/engine.js";
import type { GatewaySpec } from "../../sdk/spec/gateway-spec.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { NIGHTLY } from "../support/nightly.js";
import { headerValues } from "../support/http-message.js";
import { HttpConnection } from "../support/http.js";
import { Http2Connection } from "../support/http2.js";
import { echoUpstream, type ReceivedRequest, type Upstream } from "../support/upstream.js";

const UPDATES = NIGHTLY ? 100 : 30;

/** What the spec is made of. */
interface State {
  /** The plugins in order. Each adds its name and its number to the header x-order. */
  plugins: { name: string; number: number; wasm: string }[];
  cluster: "first" | "second";
  /** The upstreams of the clusters. */
  upstreams: { first: number; second: number };
}

let folder: string;
let module: string;
let upstreams: Upstream[];
let engine: Engine | undefined;
beforeAll(async () => void (module = await buildPlugin("tests/plugins/body-write")));
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "live-updates-"));
  upstreams = await Promise.all([0, 1, 2].map((index) => echoUpstream((request) => ({ body: seen(index, request) }))));
});
afterEach(async () => {
  await engine?.stop(0);
  engine = undefined;
  await Promise.all(upstreams.map((upstream) => upstream.stop()));
  rmSync(folder, { recursive: true });
});

/** What a request has passed. */
function seen(upstream: number, { headers, body }: ReceivedRequest): string {
  const [order, length] = ["x-order", "x-length"].map((name) => headerValues(headers, name).join(","));
  return `${order} > ${upstream}${String(body.length) === length ? "" : `, a body of ${body.length} bytes`}`;
}

function expected({ plugins, cluster, upstreams }: State): string {
  return `${plugins.map(({ name, number }) => `${name}${number}`).join(",")} > ${upstreams[cluster]}`;
}

function specOf({ plugins, cluster, upstreams: of }: State): GatewaySpec {
  return {
    listeners: [
      {
        name: "gateway",
        plugins: plugins.map(({ name, number, wasm }) => ({
          ...{ name, wasm },
          configuration: { request: [["request.append", "x-order", `${name}${number}`]] },
        })),
        routes: [{ prefix: "/", cluster }],
      },
    ],
    clusters: (["first", "second"] as const).map((name) => ({ name, port: upstreams[of[name]]!.port })),
  };
}

/** Another module with the same code. */
function otherModule(number: number): string {
  const path = join(folder, `${number}.wasm`);
  const name = Buffer.from(`module ${number}`);
  writeFileSync(path, Buffer.concat([readFileSync(module), Buffer.from([0, name.length + 1, name.length]), name]));
  return path;
}

/** The changes, one after the other, again and again. */
const CHANGES: Readonly<Record<string, (state: State, number: number) => State>> = {
  "a configuration": (state, number) => withPlugin(state, 0, { number }),
  "a module": (state, number) => withPlugin(state, 1, { wasm: otherModule(number) }),
  "the order": (state) => ({ ...state, plugins: [...state.plugins].reverse() }),
  "a route": (state) => ({ ...state, cluster: state.cluster === "first" ? "second" : "first" }),
  "an added plugin": (state, number) => ({
    ...state,
    plugins: [{ name: `added-`, number, wasm: module }, ...state.plugins],
  }),
  "an upstream": (state) => {
    const { cluster, upstreams } = state;
    return { ...state, upstreams: { ...upstreams, [cluster]: (upstreams[cluster] + 1) % 3 } };
  },
  "two configurations": (state, number) => withPlugin(withPlugin(state, 0, { number }), 2, { number }),
  "a removed plugin": (state) => ({ ...state, plugins: state.plugins.filter(({ name }) => name !== "added-") }),
  "plugins, their order and a route": (state, number) => ({
    ...withPlugin({ ...state, plugins: [...state.plugins].reverse() }, 1, { number }),
    cluster: state.cluster === "first" ? "second" : "first",
  }),
  nothing: (state) => state,
};

function withPlugin(state: State, index: number, change: Partial<State["plugins"][number]>): State {
  return { ...state, plugins: state.plugins.map((one, i) => (i === index ? { ...one, ...change } : one)) };
}

/** A response that a client got. */
interface Got {
  text: string;
  /** Whether the connection ends with the response. */
  last: boolean;
}

/** Sends one request with a body. */
type Send = (body: string) => Promise<Got>;

/** Clients that send requests until they are stopped. */
class Clients {
  readonly failures: string[] = [];
  responses = 0;
  /** The responses that the specs make which were in force, in their order. */
  private readonly specs: string[];
  /** The index of the newest spec that is in force for certain. */
  private inForce = 0;
  private isStopped = false;
  private readonly running: Promise<void>[];

  constructor(first: State, port: number) {
    this.specs = [expected(first)];
    this.running = [
      this.run(() => keptConnection(port), true),
      this.run(() => keptConnection(port), true),
      this.run(() => keptHttp2Connection(port), true),
      this.run(() => newConnections(port), false),
    ];
  }

  begin(state: State): void {
    this.specs.push(expected(state));
  }

  end(): void {
    this.inForce = this.specs.length - 1;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.running);
  }

  private async run(open: () => Send | Promise<Send>, isKept: boolean): Promise<void> {
    let send: Send | undefined;
    for (let i = 0; !this.isStopped; i++) {
      const oldest = this.inForce;
      const isFirst = send === undefined;
      try {
        send ??= await open();
        const { text, last } = await send("x".repeat((i * 137) % 5000));
        this.responses++;
        // The last response on a connection may still be by the previous spec.
        const allowed = this.specs.slice(isKept && last && !isFirst ? Math.max(oldest - 1, 0) : oldest);
        if (!allowed.includes(text))
          this.failures.push(`"${text}" instead of ${allowed.map((one) => `"${one}"`).join(" or ")}`);
        if (last) send = undefined;
      } catch (error) {
        this.failures.push((error as Error).message);
        send = undefined;
      }
    }
  }
}

async function keptConnection(port: number): Promise<Send> {
  const connection = await HttpConnection.open(port);
  return async (body) => {
    const { text, header } = await connection.send(post(body));
    const last = header("connection") === "close";
    if (last) connection.close();
    return { text, last };
  };
}

async function keptHttp2Connection(port: number): Promise<Send> {
  const connection = await Http2Connection.open(port);
  let isGoing = false;
  connection.session.on("goaway", () => (isGoing = true));
  return async (body) => {
    const { text } = await connection.send(post(body));
    if (isGoing) connection.close();
    return { text, last: isGoing };
  };
}

function newConnections(port: number): Send {
  return async (body) => {
    const connection = await HttpConnection.open(port);
    const { text } = await connection.send(post(body));
    connection.close();
    return { text, last: true };
  };
}

function post(body: string) {
  return { method: "POST", body, headers: [["x-length", String(body.length)]] as [string, string][] };
}

function tests(start: (spec: GatewaySpec) => Promise<Engine>): void {
  test(`${UPDATES} updates fail no request, and each request passes one spec`, { timeout: 300_000 }, async () => {
    let state: State = {
      plugins: ["a", "b", "c"].map((name) => ({ name, number: 0, wasm: module })),
      ...{ cluster: "first", upstreams: { first: 0, second: 1 } },
    };
    engine = await start(specOf(state));
    const clients = new Clients(state, engine.port("gateway"));
    const changes = Object.entries(CHANGES);
    for (let i = 0; i < UPDATES; i++) {
      const [name, change] = changes[i % changes.length]!;
      state = change(state, i);
      clients.begin(state);
      await engine.update(specOf(state)).catch((error: Error) => {
        throw new Error(`update ${i}, ${name}: ${error.message}`);
      });
      clients.end();
      const before = clients.responses;
      await expect.poll(() => clients.responses, { timeout: 10_000, interval: 5 }).toBeGreaterThan(before + 4);
      if (clients.failures.length > 0) throw new Error(`after update ${i}, ${name}: ${clients.failures.join("\n")}`);
    }
    await clients.stop();
    expect(clients.failures).toEqual([]);
  });
}

describe("live updates on the Node gateway", () => tests((spec) => startGateway(spec, { log: () => {} })));
describeWithEnvoy("live updates on Envoy", ({ path }) =>
  tests((spec) => startDynamicEnvoy(spec, { envoy: path, concurrency: 2, log: () => {} })),
);
