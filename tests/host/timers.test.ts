import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { HttpConnection } from "../support/http.js";
import { describeOnEngines, type TestGateway } from "./engines.js";

// Plugins that compute for a long time while timers run.

/** The upstream runs in another process, because a plugin that computes on the Node host blocks this process. */
const UPSTREAM = `
  const server = require("node:http").createServer((request, response) => {
    setTimeout(() => response.end("up"), request.url === "/slow" ? 700 : 0);
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

const call = (path: string, timeoutMs: number) =>
  `request_headers http_call "upstream {:method=GET,:path=${path},:authority=a " { ${timeoutMs} _`;
const spin = (ms: number) => `request_headers spin ${ms}`;
const PAUSE = "request_headers return 4";
const REPLY = ["call set_effective_context $stream", 'call send_local_response 299 " "called { -1'];

interface Case {
  script: readonly string[];
  timeoutMs?: number;
  /** The status code of the HTTP call response. */
  call?: string;
  /** The status code that the client gets. */
  status: number;
}

const calling = (script: readonly string[], status: string): Case => ({
  script: [...script, PAUSE, 'call get_header_map_value 6 ":status %', ...REPLY],
  ...{ call: status, status: 299 },
});

const CASES: Readonly<Record<string, Case>> = {
  "computes before its call, for longer than the call's timeout": calling([spin(400), call("/", 300)], "504"),
  "computes after its call, for longer than the call's timeout": calling([call("/", 300), spin(400)], "504"),
  "computes before its call, which leaves the call only the rest of its timeout": calling(
    [spin(400), call("/slow", 1000)],
    "504",
  ),
  "computes before its call to a quick upstream": calling([spin(400), call("/", 1500)], "200"),
  "computes after its call to a quick upstream": calling([call("/", 1500), spin(400)], "200"),
  "computes for longer than the connect timeout, before its call": calling([spin(1300), call("/", 4000)], "200"),
  "computes for longer than the connect timeout, after its call": calling([call("/", 4000), spin(1300)], "200"),
  "computes and makes a call without a timeout": calling([spin(400), call("/slow", 0)], "200"),
  "computes for longer than the connect timeout": { script: [spin(1300)], status: 200 },
  "computes for longer than the route's timeout": { script: [spin(500)], timeoutMs: 300, status: 504 },
  "computes in each tick for longer than the tick period": {
    script: [
      ...["request_headers set_tick_period_milliseconds 100", PAUSE, "tick spin 250"],
      ...["tick:3 set_tick_period_milliseconds 0", "tick:3 set_effective_context $stream", "tick:3 continue_stream 0"],
    ],
    status: 200,
  },
};

describeOnEngines("a plugin that", (start) => {
  let gateway: TestGateway;
  let upstream: ChildProcess;
  let mark = 0;

  beforeAll(async () => {
    upstream = spawn(process.execPath, ["-e", UPSTREAM], { stdio: ["ignore", "pipe", "inherit"] });
    const [port] = (await once(upstream.stdout!, "data")) as [Buffer];
    const wasm = await buildPlugin("tests/support/raw-calls");
    // A cluster for each case, so that no case finds an open connection.
    const named = Object.entries(CASES).map(([name, one], index) => ({ name, one, cluster: `upstream${index}` }));
    gateway = await start({
      listeners: named.map(({ name, one, cluster }) => ({
        ...{ name, routes: [{ prefix: "/", cluster, ...(one.timeoutMs ? { timeoutMs: one.timeoutMs } : {}) }] },
        plugins: [
          { name, vmId: name, wasm, configuration: one.script.join("\n").replaceAll('"upstream ', `"${cluster} `) },
        ],
      })),
      clusters: named.map(({ cluster }) => ({ name: cluster, port: Number(port.toString()) })),
    });
  }, 120_000);
  afterAll(async () => {
    await gateway?.stop();
    upstream?.kill();
  });

  test.sequential.each(Object.entries(CASES))("%s", async (name, { status, call: called }) => {
    const connection = await HttpConnection.open(gateway.port(name));
    const response = await connection.send({}, 8000);
    connection.close();
    expect(response.status).toBe(status);
    if (called !== undefined) await gateway.waitForLog(`:status % = 0 3 '${called}'`, 1000, mark);
    mark = gateway.mark();
  });
});
