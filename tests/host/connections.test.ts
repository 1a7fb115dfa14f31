import { afterEach, beforeEach, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { buildPlugin } from "../support/build.js";
import { HttpConnection } from "../support/http.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";

const CONNECTIONS = 1000;
const REQUESTS = 3;
/** Long, because all requests wait for each other. */
const TIMEOUT_MS = 100_000;

let gateway: RunningGateway;
let upstream: Upstream;
beforeEach(async () => {
  upstream = await echoUpstream(({ body }) => ({ body: `${body.length}` }));
  const plugins = await Promise.all(
    ["body-write", "body-stream"].map(async (name) => ({ name, wasm: await buildPlugin(`tests/plugins/${name}`) })),
  );
  gateway = await startGateway(
    {
      listeners: [
        {
          name: "gateway",
          plugins,
          routes: [{ prefix: "/", cluster: "upstream", timeoutMs: 0 }],
        },
      ],
      clusters: [{ name: "upstream", port: upstream.port }],
    },
    { log: () => {}, callLimitMs: TIMEOUT_MS },
  );
});
afterEach(async () => {
  await gateway.stop(0);
  await upstream.stop();
});

test(`${CONNECTIONS} connections with bodies: each request gets its response, and nothing is left`, async () => {
  const wrong: string[] = [];
  const client = async (_: unknown, number: number) => {
    const connection = await HttpConnection.open(gateway.port("gateway"));
    for (let i = 0; i < REQUESTS; i++) {
      const body = "x".repeat(number + 1000 * i);
      const { status, text } = await connection.send({ method: "POST", body }, TIMEOUT_MS);
      // A plugin adds one character to the response.
      if (status !== 200 || text !== `${body.length}!`) wrong.push(`${number}/${i}: ${status} ${text}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  expect(wrong.slice(0, 3)).toEqual([]);
  await poll(5000, "requests are left", () => gateway.active("gateway") === 0 || undefined);
  const none = 'downstream_cx_active{envoy_http_conn_manager_prefix="gateway"} 0';
  const statistics = () => gateway.prometheus();
  await poll(5000, "connections are left", async () => (await statistics()).includes(none) || undefined);
  const vms = ["body-write", "body-stream"].map((name) => gateway.plugin("gateway", name).vms[0]!);
  expect(vms.map(({ contexts, failure }) => [contexts.size, failure])).toEqual([
    [1, undefined],
    [1, undefined],
  ]);
  // The gateway keeps some connections for further requests.
  await poll(5000, "connections are left", () => upstream.connections() <= 100 || undefined);
}, 120_000);
