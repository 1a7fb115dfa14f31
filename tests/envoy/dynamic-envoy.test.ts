import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { request as requestTls } from "node:https";
import { createRequire } from "node:module";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { HttpConnection, request } from "../support/http.js";
import { Http2Connection } from "../support/http2.js";
import { echoUpstream, respondWith, type Upstream } from "../support/upstream.js";
import type { GatewaySpec, ListenerSpec, PluginSpec } from "../../sdk/spec/gateway-spec.js";
import type { RequestLine } from "../../sdk/spec/request-line.js";
import { poll } from "../../sdk/envoy/wait.js";
import type { DynamicEnvoy } from "../../sdk/envoy/dynamic/dynamic-envoy.js";
import { startDynamicEnvoy, type DynamicOptions, type EnvoyLogLine } from "../../sdk/envoy/index.js";
import { selfSigned } from "../../sdk/dev/certificate.js";

// A temporary folder for this file only: other tests start Envoys at the same time.
process.env["TMPDIR"] = mkdtempSync(join(tmpdir(), "as-proxy-wasm-dynamic-"));
const folders = (within = tmpdir()) => readdirSync(within).filter((name) => name.startsWith("as-proxy-wasm-envoy-"));

describeWithEnvoy("startDynamicEnvoy", ({ path }) => {
  let raw: string;
  let steps: string;
  let echo: Upstream;
  let envoy: DynamicEnvoy | undefined;
  let requests: RequestLine[];
  let log: EnvoyLogLine[];

  beforeAll(async () => {
    raw = await buildPlugin("tests/support/raw-plugin");
    steps = await buildPlugin("tests/plugins/body-write");
    echo = await echoUpstream();
  });
  afterEach(async () => {
    await envoy?.stop(0);
    envoy = undefined;
  });
  afterAll(() => echo?.stop());

  /** A plugin that puts its configuration into x-config. The configuration "reject" is rejected. */
  const plugin = (name: string, configuration: string, more: Partial<PluginSpec> = {}): PluginSpec => ({
    ...{ name, wasm: raw, vmId: name, configuration },
    ...more,
  });
  const stepsPlugin = (name: string, configuration: object): PluginSpec => ({ name, wasm: steps, configuration });
  const specOf = (plugins: PluginSpec[], more: Partial<ListenerSpec> = {}): GatewaySpec => ({
    listeners: [{ name: "gateway", plugins, routes: [{ name: "echo", prefix: "/", cluster: "echo" }], ...more }],
    clusters: [{ name: "echo", port: echo.port }],
  });
  async function start(spec: GatewaySpec, options: DynamicOptions = {}): Promise<DynamicEnvoy> {
    requests = [];
    log = [];
    envoy = await startDynamicEnvoy(spec, {
      ...{ envoy: path, onRequest: (line) => void requests.push(line), log: (line) => void log.push(line) },
      ...options,
    });
    return envoy;
  }
  const port = (name = "gateway") => envoy!.port(name);
  /** The configuration of the first plugin, by its local reply. */
  const first = async () => (await request(port(), { headers: [["x-reply", "200"]] })).text;
  test("shows the plugins in their order, and their configuration, in the configuration dump", async () => {
    await start(specOf([plugin("ns.a", "A"), plugin("ns.b", "B")]));
    const names = async () =>
      findValues(await envoy!.configDump(), "http_filters").map((filters) =>
        (filters as { name: string }[]).map(({ name }) => name),
      );
    expect(await names()).toEqual([["ns.a", "ns.b", "envoy.filters.http.router"]]);
    await envoy!.update(specOf([plugin("ns.b", "B2"), plugin("ns.a", "A")]));
    expect((await names())[0]).toEqual(["ns.b", "ns.a", "envoy.filters.http.router"]);
    expect(JSON.stringify(await envoy!.configDump())).toContain('"B2"');
    expect(await envoy!.prometheus()).toContain("envoy_http_downstream_rq_total");
  });

  test("keeps the root contexts of plugins that only change their place", async () => {
    const [a, b] = [plugin("a", "A"), plugin("b", "B")];
    await start(specOf([a, b]));
    expect(await first()).toBe("A");
    await settled(() => log.length);
    log.length = 0;
    await envoy!.update(specOf([b, plugin("c", "C"), a]));
    expect(await first()).toBe("B");
    await settled(() => log.length);
    expect(new Set(log.map((line) => line.plugin))).toEqual(new Set(["c"]));
  });

  test("ends a kept connection after one more response when the chain changes, and a request in flight ends", async () => {
    await start(specOf([plugin("a", "A")]));
    const [idle, busy] = await Promise.all([0, 1].map(() => HttpConnection.open(port())));
    const http2 = await Http2Connection.open(port());
    await Promise.all([idle!.send({}), http2.send({})]);
    echo.requests.length = 0;
    const inFlight = busy!.send({ headers: [respondWith({ body: "slow", delayMs: 300 })] });
    await poll(5000, "the request did not arrive", () => echo.requests.length > 0 || undefined);
    await envoy!.update(specOf([plugin("b", "B")]));
    const going = once(http2.session, "goaway");
    expect((await inFlight).text).toBe("slow");
    expect((await idle!.send({})).header("connection")).toBe("close");
    expect((await http2.send({})).status).toBe(200);
    await going;
    expect(await first()).toBe("B");
    for (const one of [idle!, busy!, http2]) one.close();
  });

  test("keeps connections when only one configuration or the routes change", async () => {
    await start(specOf([plugin("a", "A")]));
    const connection = await HttpConnection.open(port());
    const reply = async () => {
      const { text, header } = await connection.send({ headers: [["x-reply", "200"]] });
      return [text, header("connection")];
    };
    expect(await reply()).toEqual(["A", undefined]);
    await envoy!.update(specOf([plugin("a", "A2")]));
    expect(await reply()).toEqual(["A2", undefined]);
    const routes = [{ prefix: "/", directResponse: { status: 404, body: "none" } }];
    await envoy!.update(specOf([plugin("a", "A2")], { routes }));
    const { text, header } = await connection.send({});
    expect([text, header("connection")]).toEqual(["none", undefined]);
    connection.close();
  });

  test.each([
    ["its configuration", [plugin0("a", "reject")]],
    ["its configuration and another place", [plugin0("b", "B"), plugin0("a", "reject")]],
    ["a new plugin", [plugin0("a", "A"), plugin0("b", "B"), plugin0("c", "reject")]],
    ["a plugin that fails open", [plugin0("a", "A"), plugin0("c", "reject", { failurePolicy: "FAIL_OPEN" })]],
  ])("a rejected update changes nothing: %s", async (_, plugins) => {
    const before = specOf([plugin("a", "A"), plugin("b", "B")]);
    await start(before);
    const withWasm = plugins.map((one) => ({ ...one, wasm: raw }));
    const routes = [{ prefix: "/", directResponse: { status: 404 } }];
    const { listeners } = specOf(withWasm, { routes });
    const more = { name: "more", routes };
    const bad = { listeners: [...listeners, more], clusters: [{ name: "other", port: 9 }] };
    const name = withWasm.find(({ configuration }) => configuration === "reject")!.name;
    await expect(envoy!.update(bad)).rejects.toThrow(`plugin "${name}" rejected its configuration`);
    expect(await first()).toBe("A");
    expect((await request(port(), {})).status).toBe(200);
    expect(() => port("more")).toThrow('no listener "more"');
    expect(findValues(await envoy!.configDump(), "http_filters")[0]).toMatchObject([{ name: "a" }, { name: "b" }, {}]);
    // The next update works.
    await envoy!.update(specOf([plugin("b", "B3"), plugin("a", "A3")]));
    expect(await first()).toBe("B3");
  });

  /** A plugin whose module the test fills in, because the module is built later. */
  function plugin0(name: string, configuration: string, more: Partial<PluginSpec> = {}): PluginSpec {
    return { name, wasm: "", vmId: name, configuration, ...more };
  }

  test("a plugin that does not load is named with the reason, at the start and later", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modules-"));
    const importing = join(folder, "importing.wasm");
    writeFileSync(importing, moduleWithImport("nothing"));
    const text = join(folder, "text.wasm");
    writeFileSync(text, "text");
    const cases: [PluginSpec, RegExp][] = [
      [plugin("missing", "", { wasm: "/none.wasm" }), /^plugin "missing" \(\/none\.wasm\) cannot be read: ENOENT/],
      [plugin("text", "", { wasm: text }), /^plugin "text" \(.*\/text\.wasm\) is not a WebAssembly module$/],
      [
        plugin("importing", "", { wasm: importing }),
        /^plugin "importing" does not load: .*missing import: env\.nothing/,
      ],
      [
        { ...stepsPlugin("rejects", {}), configuration: '{"content":' },
        /^plugin "rejects" rejected its configuration: .*JSON/,
      ],
    ];
    for (const [one, message] of cases) await expect(start(specOf([one]))).rejects.toThrow(message);
    expect(folders()).toEqual([]);
    await start(specOf([plugin("a", "A")]));
    for (const [one, message] of cases) await expect(envoy!.update(specOf([one]))).rejects.toThrow(message);
    expect(await first()).toBe("A");
  });

  test.each<[string, Partial<ListenerSpec>, string]>([
    [
      "route",
      { routes: [{ cluster: "echo" }] },
      'route "" needs one of prefix, pathSeparatedPrefix, path, regex and connect',
    ],
    [
      "regular expression",
      { routes: [{ regex: "(", cluster: "echo" }] },
      'Envoy rejects the routes of listener "gateway": ',
    ],
    ["certificate", { tls: { certificate: "none", key: "none" } }, "Envoy rejects "],
  ])("a wrong %s prevents the start, and in an update changes nothing", async (_, more, message) => {
    await expect(start(specOf([plugin("a", "A")], more))).rejects.toThrow(message);
    await start(specOf([plugin("a", "A")]));
    await expect(envoy!.update(specOf([plugin("a", "A")], more))).rejects.toThrow(message);
    expect((await request(port(), {})).status).toBe(200);
    await expect(envoy!.update(specOf([plugin("b", "B")], more))).rejects.toThrow(message);
    expect(await first()).toBe("A");
  });

  test("a port in use is named in one line, at the start and later", async () => {
    const server = createServer();
    const used = await listen(server);
    const message = `port ${used} on 127.0.0.1 is in use: stop the process that listens there`;
    await expect(start(specOf([], { port: used }))).rejects.toThrow(message);
    await start(specOf([plugin("a", "A")]));
    await expect(envoy!.update(specOf([plugin("b", "B")], { port: used }))).rejects.toThrow(message);
    expect(await first()).toBe("A");
    const before = port();
    await new Promise((resolve) => server.close(resolve));
    await envoy!.update(specOf([plugin("b", "B")], { port: used }));
    expect(port()).toBe(used);
    expect(await first()).toBe("B");
    await expect(request(before, {})).rejects.toThrow("ECONNREFUSED");
    const more = { name: "more", port: used, routes: [] };
    const { listeners } = specOf([]);
    await expect(envoy!.update({ listeners: [{ ...listeners[0]!, port: used }, more] })).rejects.toThrow(
      `the listeners "gateway" and "more" have the same port ${used}`,
    );
    // A new listener gets the port that another one leaves.
    await envoy!.update({ ...specOf([], { port: before }), listeners: [more, { ...listeners[0]!, port: before }] });
    expect([port("more"), port()]).toEqual([used, before]);
    expect([(await request(used, {})).status, (await request(before, {})).status]).toEqual([404, 200]);
  });

  test("reports requests with the plugin that sent the response", async () => {
    const reply = (name: string, hook: string) =>
      stepsPlugin(name, { [hook]: [["reply", 418, [], hook, `by ${hook}`]] });
    const routes = (routes: ListenerSpec["routes"]) => ({ useRemoteAddress: true, routes });
    const listeners: Record<string, [PluginSpec[], ListenerSpec["routes"]]> = {
      upstream: [
        [stepsPlugin("a", { request: [["request.set", ":path", "/new"]] })],
        [{ name: "echo", prefix: "/", cluster: "echo" }],
      ],
      request: [
        [stepsPlugin("a", {}), reply("ns.b", "request"), stepsPlugin("c", {})],
        [{ prefix: "/", cluster: "echo" }],
      ],
      body: [[reply("ns.a", "requestBody"), stepsPlugin("c", {})], [{ prefix: "/", cluster: "echo" }]],
      response: [
        [stepsPlugin("a", {}), reply("ns.b", "response"), stepsPlugin("c", {})],
        [{ prefix: "/", cluster: "echo" }],
      ],
      trap: [[stepsPlugin("a", {}), plugin("ns.trap", "")], [{ prefix: "/", cluster: "echo" }]],
      direct: [[stepsPlugin("a", {})], [{ name: "direct", prefix: "/", directResponse: { status: 201 } }]],
      none: [[stepsPlugin("a", {})], [{ prefix: "/other", cluster: "echo" }]],
    };
    await start({
      listeners: Object.entries(listeners).map(([name, [plugins, list]]) => ({ name, plugins, ...routes(list) })),
      clusters: [{ name: "echo", port: echo.port }],
    });
    for (const name of Object.keys(listeners)) {
      const headers: [string, string][] = [
        ["host", "a.org"],
        ...(name === "trap" ? [["x-trap", "1"] as [string, string]] : []),
      ];
      await request(port(name), { method: "POST", target: "/path?q=1", body: "body", headers });
    }
    const bad = await HttpConnection.open(port("upstream"));
    await bad.send(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    bad.close();
    const gone = await HttpConnection.open(port("upstream"));
    gone.write(`GET /gone HTTP/1.1\r\nhost: a.org\r\nx-answer: {"body":"late","delayMs":500}\r\n\r\n`);
    await poll(5000, "no request", () =>
      echo.requests.find(({ headers }) => headers.some(([, value]) => value.includes("late"))),
    );
    gone.close();
    await poll(5000, "not all requests were reported", () => requests.length === 9 || undefined);
    const lines = requests.map(({ listener, method, authority, path, route, status, plugin, details }) =>
      [listener, method, authority, path, route, status, plugin, details].join(" "),
    );
    expect(lines).toEqual([
      "upstream POST a.org /path?q=1 echo 200  via_upstream",
      "request POST a.org /path?q=1  418 ns.b by_request",
      "body POST a.org /path?q=1  418 ns.a by_requestBody",
      "response POST a.org /path?q=1  418 ns.b by_response",
      "trap POST a.org /path?q=1  503 ns.trap wasm_fail_stream",
      "direct POST a.org /path?q=1 direct 201  direct_response",
      "none POST a.org /path?q=1  404  route_not_found",
      "upstream GET  /  400  missing_host_header",
      "upstream GET a.org /gone echo 0  downstream_remote_disconnect",
    ]);
    for (const { ms } of requests) expect(ms).toBeGreaterThanOrEqual(0);
  });

  test("reports the lines of plugins, at the level that setLogLevel sets", async () => {
    await start(specOf([plugin("ns.a", "A"), stepsPlugin("ns.b", { request: [["request.get", "x-log"]] })]));
    const send = async (text: string) => {
      log.length = 0;
      await request(port(), { headers: [["x-log", text]] });
      await settled(() => log.length);
      return log.filter(({ message }) => message.includes(text));
    };
    const ofA = { level: "warn", message: "one: 1", plugin: "ns.a" };
    const ofB = {
      level: "info",
      plugin: "ns.b",
      message: expect.stringContaining('did ["request.get","x-log","one: 1"]') as string,
    };
    expect(await send("one: 1")).toEqual([ofA, ofB]);
    await envoy!.setLogLevel("warn");
    expect(await send("one: 1")).toEqual([ofA]);
    await envoy!.setLogLevel("error");
    expect(await send("one: 1")).toEqual([]);
    await envoy!.setLogLevel("trace");
    expect(await send("one: 1")).toEqual([ofA, ofB]);
    log.length = 0;
    await request(port(), { headers: [["x-trap", "1"]] });
    await poll(
      5000,
      "no line about the trap",
      () => log.some(({ level, message }) => level === "error" && message.includes("unreachable")) || undefined,
    );
  });

  test("serves TLS with HTTP/2 and HTTP/1.1, and shows no key", async () => {
    const tls = selfSigned(["127.0.0.1"]);
    await start(specOf([plugin("a", "A")], { tls }));
    const origin = `https://127.0.0.1:${port()}`;
    const session = connectHttp2(origin, { rejectUnauthorized: false });
    const stream = session.request({ ":path": "/", "x-reply": "207" });
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    expect([headers[":status"], session.alpnProtocol]).toEqual([207, "h2"]);
    stream.resume();
    session.destroy();
    const call = requestTls(origin, { rejectUnauthorized: false, headers: { "x-reply": "208" } }).end();
    const [response] = (await once(call, "response")) as [{ statusCode: number; httpVersion: string; resume(): void }];
    response.resume();
    expect([response.statusCode, response.httpVersion]).toEqual([208, "1.1"]);
    const key = tls.key.split("\n")[1]!;
    const dump = JSON.stringify(await envoy!.configDump());
    expect(dump).not.toContain(key);
    expect(dump).not.toContain(Buffer.from(tls.key).toString("base64").slice(0, 60));
  });

  test("serves TCP with network filters, which an update replaces", async () => {
    const calls = await buildPlugin("tests/support/raw-calls");
    const server = createServer((socket) => socket.on("error", () => {}).pipe(socket));
    const clusters = [{ name: "tcp", port: await listen(server) }];
    const tcp = (configuration: string): GatewaySpec => ({
      listeners: [{ name: "tcp", tcp: "tcp", plugins: [{ name: "net", wasm: calls, vmId: "net", configuration }] }],
      clusters,
    });
    await start(tcp(""));
    const open = async () => {
      const socket = connect(port("tcp"), "127.0.0.1");
      await once(socket, "connect");
      return socket;
    };
    const exchange = async (socket: Awaited<ReturnType<typeof open>>, text: string) => {
      socket.write(text);
      return String((await once(socket, "data"))[0]);
    };
    const old = await open();
    expect(await exchange(old, "one")).toBe("one");
    await envoy!.update(tcp("downstream_data log 2 data"));
    expect(await exchange(old, "two")).toBe("two");
    expect(await exchange(await open(), "three")).toBe("three");
    old.destroy();
    server.close();
  });

  test("keeps removed clusters and old connections for a while", async () => {
    const { clusters, ...spec } = specOf([plugin("a", "A")]);
    await start({ ...spec, clusters: [...clusters!, { name: "removed", port: echo.port }] }, { drainMs: 1000 });
    const connection = await HttpConnection.open(port());
    await connection.send({});
    const inFlight = request(port(), { headers: [respondWith({ body: "slow", delayMs: 300 })] });
    await envoy!.update({ ...specOf([plugin("b", "B")]), clusters: clusters! });
    const dumped = async () => JSON.stringify(await envoy!.configDump()).includes('"removed"');
    expect(await dumped()).toBe(true);
    expect((await inFlight).text).toBe("slow");
    await poll(5000, "the cluster was not removed", async () => ((await dumped()) ? undefined : true));
    await expect(connection.receive()).rejects.toThrow("the connection was closed");
    expect(await first()).toBe("B");
  });

  test("serves more plugins than Envoy can watch files", async () => {
    const many = (number: (index: number) => number) =>
      Array.from({ length: 40 }, (_, index) =>
        stepsPlugin(`p${index}`, { request: [["request.append", "x-order", String(number(index))]] }),
      );
    const sum = async () => {
      await request(port(), {});
      const { headers } = echo.requests.at(-1)!;
      return headers.filter(([name]) => name === "x-order").reduce((sum, [, value]) => sum + Number(value), 0);
    };
    await start(specOf(many(() => 1)));
    expect(await sum()).toBe(40);
    for (const changed of [0, 39]) {
      await envoy!.update(specOf(many((index) => (index === changed ? 100 : 1))));
      expect(await sum()).toBe(139);
    }
  });

  test("stop lets requests in flight end, and ended resolves only without stop", async () => {
    await start(specOf([plugin("a", "A")]));
    let isEnded = false;
    void envoy!.ended.then(() => (isEnded = true));
    echo.requests.length = 0;
    const inFlight = request(port(), { headers: [respondWith({ body: "slow", delayMs: 300 })] });
    await poll(5000, "the request did not arrive", () => echo.requests.length > 0 || undefined);
    await envoy!.stop(5000);
    expect((await inFlight).text).toBe("slow");
    expect(isEnded).toBe(false);
    expect(folders()).toEqual([]);
    await expect(envoy!.update(specOf([]))).rejects.toThrow("the gateway has been stopped");

    await start(specOf([]));
    process.kill(envoy!.pid, "SIGKILL");
    await envoy!.ended;
    await expect(envoy!.update(specOf([plugin("b", "B")]))).rejects.toThrow("Envoy ended (SIGKILL)");
  });

  test.each(["SIGINT", "SIGKILL"])("ends with the process that started it: %s", async (signal) => {
    const own = mkdtempSync(join(tmpdir(), "parent-"));
    try {
      const script = join(own, "script.mts");
      writeFileSync(
        script,
        `import { startDynamicEnvoy } from ${JSON.stringify(fileURLToPath(new URL("../../sdk/envoy/index.ts", import.meta.url)))};
         const routes = [{ prefix: "/", directResponse: { status: 200 } }];
         const envoy = await startDynamicEnvoy({ listeners: [{ name: "a", routes }] }, { envoy: ${JSON.stringify(path)}, onRequest() {} });
         console.log(envoy.pid);
         process.kill(process.pid, ${JSON.stringify(signal)});
         setInterval(() => {}, 1000);`,
      );
      const tsx = createRequire(import.meta.url).resolve("tsx");
      const child = spawn(process.execPath, ["--import", tsx, script], {
        stdio: ["ignore", "pipe", "ignore"],
        env: { ...process.env, TMPDIR: own },
      });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      await once(child, "close");
      expect(Number(output)).toBeGreaterThan(0);
      await poll(5000, "Envoy outlived its parent", () => !existsSync(`/proc/${Number(output)}`) || undefined);
      await poll(5000, "the folder outlived its process", () => folders(own).length === 0 || undefined);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  });
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Waits until a count no longer changes. */
async function settled(count: () => number): Promise<void> {
  let last = -1;
  await poll(5000, "the count changes all the time", () => (last === (last = count()) ? true : undefined), 150);
}

/** The values of all fields of that name in a JSON value. */
function findValues(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === name ? [inner] : findValues(inner, name)));
}

/** A module that imports a function of `env`. */
function moduleWithImport(name: string): Buffer {
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  const section = (id: number, content: number[]) => [id, content.length, ...content];
  return Buffer.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(2, [1, ...text("env"), ...text(name), 0, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...text("memory"), 2, 0, ...text("proxy_abi_version_0_2_1"), 0, 0]),
  ]);
}
