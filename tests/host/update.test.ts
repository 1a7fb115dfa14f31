import { once } from "node:events";
import { copyFileSync, mkdtempSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type GatewayOptions, type RunningGateway } from "../../sdk/gateway/index.js";
import type { GatewaySpec, ListenerSpec, PluginSpec } from "../../sdk/spec/gateway-spec.js";
import { buildPlugin } from "../support/build.js";
import { headerValues } from "../support/http-message.js";
import { HttpConnection, request } from "../support/http.js";
import { Http2Connection, request2 } from "../support/http2.js";
import { echoUpstream, respondWith, textUpstream, type Upstream } from "../support/upstream.js";

let write: string;
let echoCall: string;
let mock: string;
let gateway: RunningGateway | undefined;
let echo: Upstream;
let upstreams: Upstream[];
let logged: string[];

beforeAll(async () => {
  write = await buildPlugin("tests/plugins/body-write");
  echoCall = await buildPlugin("tests/plugins/echo-call");
  mock = await buildPlugin("examples/mock-response");
});
beforeEach(async () => {
  logged = [];
  echo = await echoUpstream();
  upstreams = [echo];
});
afterEach(async () => {
  await gateway?.stop(0);
  gateway = undefined;
  await Promise.all(upstreams.map((upstream) => upstream.stop()));
});

const SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";

/** A plugin that adds its word to the request header x-order. */
const word = (text: string, more: Partial<PluginSpec> = {}): PluginSpec => ({
  ...{ name: text, wasm: write, configuration: { request: [["request.append", "x-order", text]] } },
  ...more,
});

/** Listener "gateway" in front of the echo upstream. */
const specOf = (plugins: PluginSpec[], more: Partial<ListenerSpec> = {}): GatewaySpec => ({
  listeners: [{ name: "gateway", plugins, routes: [{ name: "echo", prefix: "/", cluster: "echo" }], ...more }],
  clusters: [{ name: "echo", port: echo.port }],
});

async function start(spec: GatewaySpec, options: GatewayOptions = {}): Promise<RunningGateway> {
  gateway = await startGateway(spec, { log: ({ message }) => void logged.push(message), ...options });
  return gateway;
}

const port = (listener = "gateway") => gateway!.port(listener);
const slow = { headers: [respondWith({ body: "slow", delayMs: 300 })] };
const arrived = () => poll(5000, "the request did not arrive", () => echo.requests.length > 0 || undefined);
const order = () => headerValues(echo.requests.at(-1)!.headers, "x-order").join(",");

describe("the plugins of a listener", () => {
  test("change with the next request on an open connection; the request in flight ends with the old ones", async () => {
    await start(specOf([word("a"), word("b", { configuration: { response: [["response.set", "x-by", "old"]] } })]));
    const connection = await HttpConnection.open(port());
    const busy = await HttpConnection.open(port());
    await connection.send({});
    expect(order()).toBe("a");
    echo.requests.length = 0;
    const inFlight = busy.send(slow);
    await arrived();
    await gateway!.update(specOf([word("c"), word("a")]));
    await connection.send({});
    expect(order()).toBe("c,a");
    const { text, header } = await inFlight;
    expect([text, header("x-by")]).toEqual(["slow", "old"]);
    await busy.send({});
    expect(order()).toBe("c,a");
  });

  test("change with the next request of an HTTP/2 connection", async () => {
    await start(specOf([word("a")]));
    const connection = await Http2Connection.open(port());
    const inFlight = connection.send(slow);
    await arrived();
    await gateway!.update(specOf([word("b")]));
    await connection.send({});
    expect(order()).toBe("b");
    expect((await inFlight).text).toBe("slow");
    connection.session.destroy();
  });

  test("keep their VM when only the order changes", async () => {
    const [a, b] = [word("a", { vmId: "a" }), word("b", { vmId: "b" })];
    await start(specOf([a, b]));
    const vms = ["a", "b"].map((name) => gateway!.plugin("gateway", name).vms[0]!);
    const roots = vms.map((vm) => [...vm.contexts.keys()]);
    await gateway!.update(specOf([b, a]));
    await request(port(), {});
    expect(order()).toBe("b,a");
    expect(["a", "b"].map((name) => gateway!.plugin("gateway", name).vms[0])).toEqual(vms);
    expect(vms.map((vm) => [...vm.contexts.keys()])).toEqual(roots);
  });

  test("keep their VM and get a new root context when only the configuration changes", async () => {
    await start(specOf([word("a")]));
    const [vm] = gateway!.plugin("gateway", "a").vms;
    const inFlight = request(port(), slow);
    await arrived();
    const configuration = { request: [["request.append", "x-order", "new"]] };
    await gateway!.update(specOf([word("a", { configuration })]));
    expect(gateway!.plugin("gateway", "a").vms).toEqual([vm]);
    // Both root contexts and the stream context.
    expect(vm!.contexts.size).toBe(3);
    await inFlight;
    await poll(2000, "the old root context is left", () => vm!.contexts.size === 1 || undefined);
    await request(port(), {});
    expect(order()).toBe("new");
  });

  test("get a new VM when the bytes of the module change, and the old VM ends with its requests", async () => {
    const wasm = join(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")), "plugin.wasm");
    copyFileSync(write, wasm);
    await start(specOf([word("a", { wasm })]));
    const [old] = gateway!.plugin("gateway", "a").vms;
    const inFlight = request(port(), slow);
    await arrived();
    copyFileSync(mock, wasm);
    await gateway!.update(specOf([word("a", { wasm, configuration: { content: "mocked" } })]));
    expect(gateway!.pool.vms()).toContain(old);
    expect((await request(port(), {})).text).toBe("mocked");
    expect((await inFlight).text).toBe("slow");
    await poll(2000, "the old VM is left", () => !gateway!.pool.vms().includes(old!) || undefined);
  });

  test("start and end as they are added and removed", async () => {
    await start(specOf([]));
    await gateway!.update(specOf([word("a")]));
    await request(port(), {});
    expect(order()).toBe("a");
    await gateway!.update(specOf([]));
    expect(gateway!.pool.vms()).toEqual([]);
    expect(() => gateway!.plugin("gateway", "a")).toThrow('listener "gateway" has no plugin "a"');
  });

  test("stay as they are after updatePlugin and an update with the same configuration", async () => {
    await start(specOf([word("a")]));
    const configuration = { request: [["request.append", "x-order", "new"]] };
    expect(gateway!.updatePlugin("gateway", "a", configuration)).toBe(true);
    const [vm] = gateway!.plugin("gateway", "a").vms;
    const roots = [...vm!.contexts.keys()];
    await gateway!.update(specOf([word("a", { configuration })]));
    expect([...vm!.contexts.keys()]).toEqual(roots);
  });
});

describe("an update that fails", () => {
  test("names each plugin with the reason, and changes nothing", async () => {
    const before = specOf([word("a"), { name: "mock", wasm: mock, configuration: { mockEnable: false } }]);
    await start(before);
    const vms = gateway!.pool.vms();
    const roots = vms.map((vm) => [...vm.contexts.keys()]);
    const free = createServer();
    free.listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port: unused } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const bad = specOf([
      word("b"),
      { name: "mock", wasm: mock, configuration: '{"content":' },
      { name: "missing", wasm: "/none/plugin.wasm" },
      { name: "text", wasm: import.meta.filename },
    ]);
    const error = await gateway!
      .update({ ...bad, listeners: [...bad.listeners, { name: "more", port: unused, routes: [] }] })
      .then(
        () => "",
        ({ message }: Error) => message,
      );
    expect(error.split("\n")).toEqual([
      expect.stringMatching(/^plugin "mock" rejected its configuration: .*JSON/),
      expect.stringMatching(/^plugin "missing" \(\/none\/plugin\.wasm\) cannot be read: ENOENT/),
      expect.stringMatching(/^plugin "text" \(.*update\.test\.ts\) is not a WebAssembly module/),
    ]);
    expect(logged.join("\n")).toMatch(/JSON/);
    await request(port(), {});
    expect(order()).toBe("a");
    expect(gateway!.pool.vms().map((vm) => [...vm.contexts.keys()])).toEqual(roots);
    await expect(request(unused, {})).rejects.toThrow("ECONNREFUSED");
  });

  test("because of a port in use leaves the plugins and the routes as they are", async () => {
    await start(specOf([word("a")]));
    const { listeners, clusters } = specOf([word("b")]);
    const taken = { name: "taken", port: echo.port, routes: [] };
    const update = gateway!.update({ listeners: [...listeners, taken], clusters: clusters! });
    await expect(update).rejects.toThrow(`port ${echo.port} on 127.0.0.1 is in use`);
    await request(port(), {});
    expect(order()).toBe("a");
    expect(() => port("taken")).toThrow('no listener "taken"');
    await gateway!.update(specOf([word("b")]));
    await request(port(), {});
    expect(order()).toBe("b");
  });

  test.each([
    [[word("a"), word("a")], {}, 'two plugins of listener "gateway" have the name "a"'],
    [
      [],
      { routes: [{ cluster: "echo" }] },
      'route "" needs one of prefix, pathSeparatedPrefix, path, regex and connect',
    ],
    [[], { envoyFilters: [{ name: "lua", typedConfig: {} }] }, "does not support envoyFilters"],
  ])("because the spec is wrong says so", async (plugins, more, message) => {
    await expect(start(specOf(plugins, more))).rejects.toThrow(message);
    await start(specOf([word("a")]));
    await expect(gateway!.update(specOf(plugins, more))).rejects.toThrow(message);
    await request(port(), {});
    expect(order()).toBe("a");
  });
});

describe("routes and clusters", () => {
  test("change with the next request; unchanged upstreams keep their connections, removed ones end", async () => {
    const [kept, removed, added] = await Promise.all(["kept", "removed", "added"].map(textUpstream));
    upstreams.push(kept!, removed!, added!);
    const spec = (second: Upstream): GatewaySpec => ({
      listeners: [
        {
          name: "gateway",
          routes: [
            { prefix: "/kept", cluster: "kept" },
            { prefix: "/", cluster: "second" },
          ],
        },
      ],
      clusters: [
        { name: "kept", port: kept!.port },
        { name: "second", port: second.port },
      ],
    });
    await start(spec(removed!));
    const connection = await HttpConnection.open(port());
    const text = async (target: string) => (await connection.send({ target })).text;
    expect([await text("/kept"), await text("/")]).toEqual(["kept", "removed"]);
    const inFlight = request(port(), { target: "/", headers: [respondWith({ body: "last", delayMs: 200 })] });
    await poll(2000, "the request did not arrive", () => removed!.requests.length > 1 || undefined);
    await gateway!.update(spec(added!));
    expect([await text("/kept"), await text("/")]).toEqual(["kept", "added"]);
    expect((await inFlight).text).toBe("last");
    expect(kept!.connections()).toBe(1);
    await poll(2000, "connections to the removed upstream are left", () => removed!.connections() === 0 || undefined);
  });

  test("a plugin's call in flight to a removed cluster ends with its response", async () => {
    const auth = await textUpstream("");
    upstreams.push(auth);
    let respond = (): void => {};
    auth.response = () => new Promise((resolve) => (respond = () => resolve({ body: "allowed" })));
    const plugin = { name: "call", wasm: echoCall, configuration: { label: "x" } };
    const spec = specOf([plugin]);
    await start({ ...spec, clusters: [...spec.clusters!, { name: "auth", port: auth.port }] });
    const waiting = request(port(), { headers: [["x-number", "1"]] });
    await poll(2000, "the call did not arrive", () => auth.requests.length > 0 || undefined);
    await gateway!.update(spec);
    respond();
    expect((await waiting).status).toBe(200);
    expect(echo.requests).toHaveLength(1);
    // Further calls have no cluster, and the plugin lets the request pass.
    expect((await request(port(), { headers: [["x-number", "2"]] })).status).toBe(200);
    expect(auth.requests).toHaveLength(1);
  });
});

test("a plugin calls a cluster of its spec while it starts, also when the cluster is new", async () => {
  const auth = await textUpstream("");
  upstreams.push(auth);
  const wasm = await buildPlugin("tests/support/raw-calls");
  const call = 'configure http_call "auth {:method=GET,:path=/start,:authority=a " { 1000 _';
  const spec = specOf([{ name: "start", wasm, configuration: call }]);
  await start(specOf([]));
  await gateway!.update({ ...spec, clusters: [...spec.clusters!, { name: "auth", port: auth.port }] });
  await poll(2000, "the call did not arrive", () => auth.requests.some((one) => one.target === "/start") || undefined);
});

describe("listeners", () => {
  const respond = (name: string, more: Partial<ListenerSpec> = {}): ListenerSpec => ({
    ...{ name, routes: [{ prefix: "/", directResponse: { status: 200, body: name } }], ...more },
  });

  test("are added, get another port, pass on a port, and are removed", async () => {
    await start({ listeners: [respond("a")] });
    const first = port("a");
    const connection = await HttpConnection.open(first);
    await gateway!.update({ listeners: [respond("b"), respond("a")] });
    expect(port("a")).toBe(first);
    const second = port("b");
    expect((await request(second, {})).text).toBe("b");
    // Both listeners change places.
    await gateway!.update({ listeners: [respond("a", { port: second }), respond("b", { port: first })] });
    expect([(await request(first, {})).text, (await request(second, {})).text]).toEqual(["b", "a"]);
    expect((await connection.send({})).text).toBe("a");
    await gateway!.update({ listeners: [respond("b")] });
    expect(port("b")).toBe(first);
    await expect(request(second, {})).rejects.toThrow("ECONNREFUSED");
    // An idle connection of a removed listener gets one more response.
    const last = await connection.send({});
    expect([last.text, last.header("connection")]).toEqual(["a", "close"]);
  });

  test("with the same port are rejected", async () => {
    await start({ listeners: [respond("a")] });
    const update = gateway!.update({ listeners: [respond("a", { port: 4711 }), respond("b", { port: 4711 })] });
    await expect(update).rejects.toThrow('the listeners "b" and "a" have the same port 4711');
  });

  test("for TCP are added and removed, and their connections stay open", async () => {
    const server = createServer((socket) => socket.on("error", () => {}).pipe(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const clusters = [{ name: "tcp", port: (server.address() as AddressInfo).port }];
    await start({ listeners: [respond("a")] });
    await gateway!.update({ listeners: [respond("a"), { name: "tcp", tcp: "tcp" }], clusters });
    const tcp = port("tcp");
    const socket = connect(tcp, "127.0.0.1");
    const exchange = async (text: string) => {
      socket.write(text);
      return String((await once(socket, "data"))[0]);
    };
    expect(await exchange("one")).toBe("one");
    await gateway!.update({ listeners: [respond("a")] });
    expect(await exchange("two")).toBe("two");
    await expect(request(tcp, {})).rejects.toThrow("ECONNREFUSED");
    socket.destroy();
    server.close();
  });
});

test("a websocket and a stream of events stay open while everything else changes", async () => {
  const tunnel = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (head: Buffer) => {
      const isUpgrade = head.includes("websocket");
      socket.write(isUpgrade ? SWITCHED : "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n");
      if (isUpgrade) socket.pipe(socket);
      else on.event = (text) => void socket.write(`data: ${text}\n\n`);
    });
  });
  const on = { event: (text: string): void => expect.unreachable(text) };
  tunnel.listen(0, "127.0.0.1");
  await once(tunnel, "listening");
  const streaming = specOf([word("a")], { upgrades: ["websocket"] });
  await start({ ...streaming, clusters: [{ name: "echo", port: (tunnel.address() as AddressInfo).port }] });
  const [socket, events] = [connect(port(), "127.0.0.1"), connect(port(), "127.0.0.1")];
  let [frames, received] = ["", ""];
  socket.on("data", (bytes: Buffer) => (frames += bytes.toString()));
  events.on("data", (bytes: Buffer) => (received += bytes.toString()));
  socket.write("GET / HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  events.write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  await poll(5000, "no streams", () => (frames.includes("101") && received.includes("200")) || undefined);
  for (let i = 0; i < 20; i++) {
    await gateway!.update(specOf([word(`b${i}`), word(`c${i % 2}`)]));
    socket.write(`frame ${i}\n`);
    on.event(`${i}`);
    await poll(5000, `nothing after update ${i}`, () =>
      frames.endsWith(`frame ${i}\n`) && received.includes(`data: ${i}\n`) ? true : undefined,
    );
  }
  await request(port(), {});
  expect(order()).toBe("b19,c1");
  socket.destroy();
  events.destroy();
  await new Promise((resolve) => tunnel.close(resolve));
  await poll(
    2000,
    "old plugins are left",
    () => gateway!.pool.vms().every((vm) => vm.contexts.size === 2) || undefined,
  );
});

test("updates wait for each other, and none comes after stop", async () => {
  await start(specOf([word("a")]));
  const updates = ["b", "c", "d"].map((name) => gateway!.update(specOf([word(name)])));
  await Promise.all(updates);
  await request(port(), {});
  expect(order()).toBe("d");
  await gateway!.stop(0);
  await expect(gateway!.update(specOf([]))).rejects.toThrow("the gateway has been stopped");
});

test("the configuration dump shows the plugins in order with their configuration, ports and no keys", async () => {
  const configuration = { content: "dumped" };
  const plugins = [word("b"), { name: "mock", wasm: mock, configuration, ecds: true }];
  await start(specOf(plugins));
  const { configs } = (await gateway!.configDump()) as { configs: Record<string, unknown>[] };
  expect(configs.map((one) => one["@type"])).toEqual(
    ["Bootstrap", "Clusters", "Listeners", "Routes"].map(
      (kind) => `type.googleapis.com/envoy.admin.v3.${kind}ConfigDump`,
    ),
  );
  const [bootstrap, clusters, listeners, routes] = configs as [object, object, object, object];
  const [{ listener }] = (listeners as { static_listeners: [{ listener: DumpedListener }] }).static_listeners;
  const filters = listener.filter_chains[0].filters[0].typed_config.http_filters;
  expect(filters.map(({ name }) => name)).toEqual(["b", "mock", "envoy.filters.http.router"]);
  expect(filters[1]!.typed_config.config!.configuration.value).toBe(JSON.stringify(configuration));
  expect(listener.address.socket_address.port_value).toBe(port());
  expect(clusters).toMatchObject({ static_clusters: [{ cluster: { name: "echo", type: "STATIC" } }] });
  expect(routes).toMatchObject({
    static_route_configs: [{ route_config: { name: "gateway", virtual_hosts: [{ name: "*" }] } }],
  });
  expect(bootstrap).toMatchObject({ bootstrap: { static_resources: { listeners: [{ name: "gateway" }] } } });
  gateway!.updatePlugin("gateway", "mock", { content: "second" });
  expect(JSON.stringify(await gateway!.configDump())).toContain("second");
  await gateway!.update(specOf([word("z")]));
  expect(JSON.stringify(await gateway!.configDump())).not.toContain("second");
});

interface DumpedListener {
  address: { socket_address: { port_value: number } };
  filter_chains: [
    {
      filters: [
        {
          typed_config: {
            http_filters: { name: string; typed_config: { config?: { configuration: { value: string } } } }[];
          };
        },
      ];
    },
  ];
}

test("the statistics for Prometheus have Envoy's names", async () => {
  await start(specOf([{ name: "mock", wasm: mock, configuration: { mockEnable: false } }]));
  await request(port(), {});
  await request(port(), { headers: [respondWith({ status: 404 })] });
  await request2(port(), {});
  const text = await gateway!.prometheus();
  const sample = (name: string, labels = "") => `${name}{${labels}envoy_http_conn_manager_prefix="gateway"}`;
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      "# TYPE envoy_http_downstream_rq_xx counter",
      `${sample("envoy_http_downstream_rq_xx", 'envoy_response_code_class="2",')} 2`,
      `${sample("envoy_http_downstream_rq_xx", 'envoy_response_code_class="4",')} 1`,
      `${sample("envoy_http_downstream_rq_total")} 3`,
      "# TYPE envoy_http_downstream_rq_active gauge",
    ]),
  );
});
