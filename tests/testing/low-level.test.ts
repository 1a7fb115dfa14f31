// Calls, queues and gRPC streams of a plugin: what runs, what is dropped, and that memory stays flat.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { startPlugin, type TestPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";
import { PluginProject } from "../support/plugin-project.js";

let lowLevel: string;
let client: string;
let hosts: string;
let tcp: string;
beforeAll(async () => {
  [lowLevel, client, hosts, tcp] = (await Promise.all(
    ["low-level", "http-client", "upstream-hosts", "tcp"].map((name) => buildPlugin(`tests/plugins/${name}`)),
  )) as [string, string, string, string];
});

const CALLBACKS = 100_000;

describe("calls of the plugin itself", () => {
  test("a call that the plugin makes when it starts gets its response", async () => {
    const plugin = await startPlugin({ wasm: client, config: { atStart: "service" } });
    expect(plugin.calls).toHaveLength(1);
    plugin.calls[0]!.answer({ status: 200, body: "yes" });
    expect(plugin).toHaveLogged("started 1: 200 yes", "info");
    expect(plugin).toHaveNothingOpen();
  });

  test("a call without a host in its URL and in its cluster is an error", async () => {
    const plugin = await startPlugin({ wasm: client, config: { atStart: "service", host: "" } });
    expect(plugin).toHaveLogged('at start: call not sent to cluster "service": the host "" is invalid');
  });

  test("the response of a call whose configuration is gone is dropped", async () => {
    const plugin = await startPlugin({ wasm: client, config: { atStart: "service" } });
    plugin.reload({});
    expect(plugin.calls[0]!.state).toBe("cancelled");
    expect(plugin).not.toHaveLogged(/started/);
  });

  test(`memory stays flat over ${CALLBACKS} calls that follow each other`, async () => {
    const plugin = await startPlugin({
      ...{ wasm: client, config: { atStart: "service", repeat: CALLBACKS } },
      upstreams: { service: { body: "yes" } },
    });
    const { memorySize } = plugin;
    await plugin.settled();
    expect(plugin).toHaveLogged(`started ${CALLBACKS}: 200 yes`);
    expect(plugin.memorySize).toBe(memorySize);
  });
});

const does = (verb: string, arg = "") => ({ headers: { "x-do": verb, "x-arg": arg } });

describe("queues", () => {
  /** Adds an item. The host reports items when the plugin is idle. */
  async function enqueue(plugin: TestPlugin, item: string) {
    await plugin.fetch("/", does("enqueue", item));
    plugin.clock.advance(0);
  }

  test("the items of a queue go to the configuration that was accepted last", async () => {
    const plugin = await startPlugin({ wasm: lowLevel });
    await enqueue(plugin, "a");
    await enqueue(plugin, "b");
    expect(plugin).toHaveLogged("item 2: b");
    plugin.reload({});
    await enqueue(plugin, "c");
    expect(plugin).toHaveLogged("item 1: c");
  });

  test("memory stays flat over the items of a queue", async () => {
    const plugin = await startPlugin({ wasm: lowLevel });
    await plugin.assertNoLeaks((i) => enqueue(plugin, `${i}`.repeat(100)), { times: 2000 });
    expect(plugin).toHaveLogged(/^item 4000: /);
  });

  test("items that were added before the configuration arrive with the next item", async () => {
    const plugin = await startPlugin({ wasm: lowLevel });
    await plugin.fetch("/", does("enqueue", "a"));
    plugin.reload({});
    await plugin.fetch("/", does("enqueue", "b"));
    plugin.clock.advance(0);
    expect(plugin).toHaveLogged("item 1: a");
    expect(plugin).toHaveLogged("item 2: b");
  });
});

describe("gRPC", () => {
  const callsOf = ({ grpcCalls }: TestPlugin) => grpcCalls;

  test("a call that waits for a gRPC result is no reason for a warning", async () => {
    const plugin = await startPlugin({ wasm: lowLevel });
    const request = plugin.request("/", does("grpc", "Check"));
    expect(request).toBeHeld();
    expect(plugin).not.toHaveLogged(/./, "warn");
    callsOf(plugin)[0]!.answer("yes");
    expect(request.response).toBeLocalReply({ status: 200, body: "Check 0  yes" });
  });

  test.each([
    [5, "Check 5 gone"],
    [99, "Check 99 gone"],
  ])("the status %i reaches the call handler", async (status, body) => {
    const plugin = await startPlugin({ wasm: lowLevel });
    const request = plugin.request("/", does("grpc", "Check"));
    callsOf(plugin)[0]!.answer({ status, message: "gone" });
    expect(request.response!.text()).toContain(body);
  });

  test("a call of a request that is over is cancelled, and its handler does not run", async () => {
    const plugin = await startPlugin({ wasm: lowLevel });
    const request = plugin.request("/", does("grpc", "Check"));
    request.cancel();
    expect(callsOf(plugin)[0]!.state).toBe("cancelled");
    expect(plugin).toHaveNothingOpen();
  });

  test("a stream of a request that is over is cancelled", async () => {
    const plugin = await startPlugin({ wasm: lowLevel });
    const request = plugin.request("/", does("stream"));
    request.cancel();
    expect(callsOf(plugin)[0]!.state).toBe("cancelled");
    expect(plugin).toHaveNothingOpen();
  });

  test("a stream that the server ends first is closed", async () => {
    const plugin = await startPlugin({ wasm: lowLevel });
    const request = plugin.request("/", does("stream"));
    callsOf(plugin)[0]!.end({ status: 3 });
    expect(request.response).toBeLocalReply({ status: 200, body: "ended 3" });
    expect(plugin).toHaveNothingOpen();
  });

  test("the handlers of a stream read the metadata with which the server begins and ends the stream", async () => {
    const plugin = await startPlugin({ wasm: lowLevel });
    const request = plugin.request("/", does("stream"));
    const [stream] = callsOf(plugin);
    stream!.begin({ "x-initial": ["a", "b"] });
    stream!.send("one");
    stream!.end({ status: 0, trailers: { "x-trailing-bin": "AP8=" } });
    expect(request.response).toHaveHeader(
      "x-initial",
      ":status=200 content-type=application/grpc x-initial=a x-initial=b",
    );
    expect(request.response).toHaveHeader("x-trailing", "grpc-status=0 x-trailing-bin=AP8=");
  });

  test("a stream that ends without a message has no initial metadata, and a stream that fails has no metadata", async () => {
    const plugin = await startPlugin({ wasm: lowLevel });
    const ends = plugin.request("/", does("stream"));
    callsOf(plugin)[0]!.end({ status: 5 });
    expect(ends.response).toHaveHeader("x-trailing", /^:status=200 .*grpc-status=5$/);
    expect(ends.response).not.toHaveHeader("x-initial");
    const fails = plugin.request("/", does("stream"));
    callsOf(plugin)[1]!.answer({ fails: "reset" });
    expect(fails.response).toHaveHeader("x-trailing", "");
  });

  test("a stream of the plugin itself is cancelled with its configuration", async () => {
    const plugin = await startPlugin({ wasm: lowLevel, config: { watches: true } });
    const [stream] = callsOf(plugin);
    stream!.send("one");
    expect(plugin).toHaveLogged("watched one");
    plugin.reload({});
    expect(stream!.state).toBe("cancelled");
  });

  test("memory stays flat over gRPC messages", async () => {
    const plugin = await startPlugin({ wasm: lowLevel, config: { watches: true } });
    const [stream] = callsOf(plugin);
    const send = (times: number) => {
      for (let i = 0; i < times; i++) stream!.send("message");
    };
    send(2000);
    const { memorySize } = plugin;
    send(10_000);
    expect(plugin.memorySize).toBe(memorySize);
  });

  test("memory stays flat over gRPC calls", async () => {
    const plugin = await startPlugin({ wasm: lowLevel, grpc: { grpc: "yes" } });
    await plugin.assertNoLeaks(() => plugin.fetch("/", does("grpc", "Check")), { times: 2000 });
  });
});

describe("upstream hosts", () => {
  test("sets the host of a request on Higress", async () => {
    const plugin = await startPlugin({ wasm: hosts, host: "higress" });
    const { upstream } = plugin.request("/", { headers: { "x-host": "10.0.0.7:8080" } });
    expect(upstream).toHaveHeader("x-found", "true,true,0");
    expect(upstream).toHaveHeader("x-error", "");
    expect(plugin.timeline).toMatch(/set_upstream_override_host\(\d+, 13\) → Ok/);
  });

  test("the option hosts sets the hosts of a cluster", async () => {
    const list = [["10.0.0.8:80", '{"health_status":"HEALTHY"}'], "10.0.0.9:80"] as const;
    const plugin = await startPlugin({ wasm: hosts, host: "higress", hosts: { upstream: list } });
    const { upstream } = plugin.request("/", { headers: { "x-host": "10.0.0.7:8080" } });
    expect(upstream).toHaveHeader("x-found", "true,true,2");
    expect(upstream).toHaveHeader("x-error", "");
    expect(upstream).toHaveHeader("x-details", '{"health_status":"HEALTHY"},');
    expect(plugin.timeline).toMatch(
      /set_upstream_override_host\("?10\.0\.0\.8:80|set_upstream_override_host\(\d+, 11\)/,
    );
    const other = plugin.request("/", { cluster: "other", headers: { "x-host": "10.0.0.7:8080" } });
    expect(other.upstream).toHaveHeader("x-found", "true,true,0");
  });

  test.each([
    [{}, 'startPlugin: hosts: only Higress lists upstream hosts; add host: "higress"'],
    [{ host: "higress" as const, list: "10.0.0.7:80" }, "startPlugin: hosts: upstream: expected a list of addresses"],
    [
      { host: "higress" as const, list: [["10.0.0.7:80"]] },
      "startPlugin: hosts: upstream: expected a list of addresses",
    ],
  ])(
    "the option hosts is checked: %j",
    async ({ list = [], ...host }: { host?: "higress"; list?: unknown }, message) => {
      await expect(startPlugin({ wasm: hosts, ...host, hosts: { upstream: list as string[] } })).rejects.toThrow(
        message,
      );
    },
  );

  test("a build without Higress's calls loads on Envoy, and knows no hosts", async () => {
    const project = new PluginProject({
      "assembly/index.ts": readFileSync(join(packageRoot(), "tests/plugins/upstream-hosts/assembly/index.ts"), "utf8"),
      "asconfig.json": JSON.stringify({
        ...{ extends: "as-proxy-wasm-sdk/asconfig.json", entries: ["assembly/index.ts"] },
        options: { use: ["HIGRESS_CALLS=0"], outFile: "plugin.wasm" },
      }),
    });
    try {
      const plugin = await startPlugin({ wasm: await buildPlugin(project.folder) });
      const { upstream } = plugin.request("/", { headers: { "x-host": "10.0.0.7:8080" } });
      expect(upstream).toHaveHeader("x-found", "false,false,0");
      expect(upstream).toHaveHeader(
        "x-error",
        'upstream host "10.0.0.7:8080" cannot be set: not available on this gateway',
      );
    } finally {
      project.remove();
    }
  });

  test("a plugin with these host calls does not load on Envoy", async () => {
    await expect(startPlugin({ wasm: hosts })).rejects.toThrow(/proxy_get_upstream_hosts/);
  });
});

test("a plugin exports only the callbacks of the hooks and calls that it uses", () => {
  const callbacks = (file: string) =>
    WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(file)))
      .map(({ name }) => name)
      .filter((name) => name.startsWith("proxy_on_"))
      .sort();
  const always = ["proxy_on_configure", "proxy_on_context_create", "proxy_on_delete", "proxy_on_memory_allocate"];
  const of = (...more: string[]) => [...always, ...more.map((name) => `proxy_on_${name}`)].sort();
  expect(callbacks(client)).toEqual(of("request_headers", "http_call_response"));
  expect(callbacks(hosts)).toEqual(["proxy_on_configure", "proxy_on_memory_allocate", "proxy_on_request_headers"]);
  expect(callbacks(lowLevel)).toEqual(
    of(
      ...["request_headers", "queue_ready", "grpc_receive", "grpc_close"],
      ...["grpc_receive_initial_metadata", "grpc_receive_trailing_metadata"],
    ),
  );
  expect(callbacks(tcp)).toEqual(
    of(
      ...["new_connection", "downstream_data", "upstream_data", "http_call_response", "log", "done"],
      ...["downstream_connection_close", "upstream_connection_close"],
    ),
  );
});
