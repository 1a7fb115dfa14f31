import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { HttpConnection } from "../support/http.js";

const RELOADS = 20;
const CONNECTIONS = 8;

describeWithEnvoy("reload under load", ({ path }) => {
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    const wasm = await buildPlugin("examples/mock-response");
    const plugin = { name: "mock", wasm, ecds: true, configuration: { content: "answer 0" } };
    const routes = [{ prefix: "/", directResponse: { status: 404 } }];
    envoy = await startEnvoy(
      { listeners: [{ name: "gateway", plugins: [plugin], routes }] },
      { envoy: path, concurrency: 2 },
    );
  }, 60_000);
  afterAll(() => envoy?.stop());

  test("each configuration is seen within a second, a bad one changes nothing, no request fails", async () => {
    let running = true;
    let requests = 0;
    const strange: string[] = [];
    // Every connection keeps asking; what it saw last, and when. Each worker of Envoy has some of them.
    const seen = Array.from({ length: CONNECTIONS }, () => ({ text: "", at: 0 }));
    const clients = seen.map(async (last) => {
      const connection = await HttpConnection.open(envoy.port("gateway"));
      while (running) {
        const { status, text } = await connection.send({});
        requests++;
        if (status !== 200 || !/^answer \d+$/.test(text)) strange.push(`${status} ${text}`);
        last.text = text;
        last.at = performance.now();
      }
      connection.close();
    });
    const everybodySees = async (text: string) => {
      const start = performance.now();
      while (!seen.every((last) => last.text === text && last.at >= start)) {
        if (performance.now() - start > 1000) {
          throw new Error(`not everybody saw "${text}" within a second: ${JSON.stringify(seen)}`);
        }
        await sleep(5);
      }
    };

    try {
      for (let reload = 1; reload <= RELOADS; reload++) {
        expect(await envoy.updatePlugin("gateway", "mock", { content: `answer ${reload}` })).toBe(true);
        await everybodySees(`answer ${reload}`);
        if (reload !== RELOADS / 2) continue;
        expect(await envoy.updatePlugin("gateway", "mock", '{"content":')).toBe(false);
        await everybodySees(`answer ${reload}`);
      }
    } finally {
      running = false;
      await Promise.all(clients);
    }
    expect(strange).toEqual([]);
    expect(requests).toBeGreaterThan(RELOADS * CONNECTIONS);
    expect(envoy.log).not.toMatch(/abort:|unreachable/);
  }, 60_000);
});
