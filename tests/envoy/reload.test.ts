import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { HttpConnection } from "../support/http.js";

const RELOADS = 20;
const CONNECTIONS = 8;
/** How long every worker may take on a busy machine. */
const LIMIT_MS = 10_000;

describeWithEnvoy("reload under load", ({ path }) => {
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    const wasm = await buildPlugin("examples/mock-response");
    const plugin = { name: "mock", wasm, ecds: true, configuration: { content: "content 0" } };
    const routes = [{ prefix: "/", directResponse: { status: 404 } }];
    envoy = await startEnvoy(
      { listeners: [{ name: "gateway", plugins: [plugin], routes }] },
      { envoy: path, concurrency: 2 },
    );
  }, 60_000);
  afterAll(() => envoy?.stop());

  test("every worker gets a new configuration, a rejected one changes nothing, no request fails", async () => {
    let running = true;
    let requests = 0;
    const unexpected: string[] = [];
    // The last response on each connection, and its time. Every connection keeps sending requests, and each worker of Envoy
    // has some of the connections.
    const seen = Array.from({ length: CONNECTIONS }, () => ({ text: "", at: 0 }));
    const clients = seen.map(async (last) => {
      const connection = await HttpConnection.open(envoy.port("gateway"));
      while (running) {
        const { status, text } = await connection.send({});
        requests++;
        if (status !== 200 || !/^content \d+$/.test(text)) unexpected.push(`${status} ${text}`);
        last.text = text;
        last.at = performance.now();
      }
      connection.close();
    });
    const allReceive = async (text: string) => {
      const start = performance.now();
      while (!seen.every((last) => last.text === text && last.at >= start)) {
        if (performance.now() - start > LIMIT_MS) {
          throw new Error(`not every connection received "${text}" in time: ${JSON.stringify(seen)}`);
        }
        await sleep(5);
      }
    };

    try {
      for (let reload = 1; reload <= RELOADS; reload++) {
        expect(await envoy.updatePlugin("gateway", "mock", { content: `content ${reload}` })).toBe(true);
        await allReceive(`content ${reload}`);
        if (reload !== RELOADS / 2) continue;
        expect(await envoy.updatePlugin("gateway", "mock", '{"content":')).toBe(false);
        await allReceive(`content ${reload}`);
      }
    } finally {
      running = false;
      await Promise.all(clients);
    }
    expect(unexpected).toEqual([]);
    expect(requests).toBeGreaterThan(RELOADS * CONNECTIONS);
    expect(envoy.log).not.toMatch(/abort:|unreachable/);
  }, 60_000);
});
