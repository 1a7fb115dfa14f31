import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { HttpConnection, request } from "../support/http.js";

const REQUESTS = 1000;
const CAPACITY = 100;

const CONFIGURATIONS = {
  process: { scope: "process", capacity: CAPACITY, refillPerSecond: 0 },
  keys: { scope: "process", capacity: CAPACITY, refillPerSecond: 0, keyBy: "header", keyHeader: "x-user" },
  worker: { scope: "worker", capacity: CAPACITY, refillPerSecond: 0 },
  defaults: {},
};

describeWithEnvoy("token-bucket with two workers", ({ path }) => {
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    const wasm = await buildPlugin("examples/token-bucket");
    const routes = [{ prefix: "/", directResponse: { status: 200, body: "ok" } }];
    const listeners = Object.entries(CONFIGURATIONS).map(([name, configuration]) => ({
      ...{ name, routes, balanced: true as const },
      plugins: [{ name, wasm, ecds: true, configuration }],
    }));
    envoy = await startEnvoy({ listeners }, { envoy: path, concurrency: 2 });
  }, 60_000);
  afterAll(() => envoy?.stop());

  /** Sends all requests as fast as possible. Returns how many pass. */
  async function burst(listener: keyof typeof CONFIGURATIONS, headers: [string, string][] = []): Promise<number> {
    let left = REQUESTS;
    let passed = 0;
    const client = async () => {
      const connection = await HttpConnection.open(envoy.port(listener));
      while (left-- > 0) {
        const { status } = await connection.send({ headers });
        if (status === 200) passed++;
        else expect(status).toBe(403);
      }
      connection.close();
    };
    await Promise.all(Array.from({ length: 32 }, client));
    return passed;
  }

  /** The number of connections that each worker has had. */
  async function connections(): Promise<number[]> {
    const stats = await envoy.stats(`^listener\\..*\\.worker_.*\\.downstream_cx_total`);
    return [...stats].sort().map(([, count]) => count);
  }

  test("with scope process exactly the capacity passes, and no further request after an update", async () => {
    const before = await connections();
    expect(await burst("process")).toBe(CAPACITY);
    // The test is worthless unless both workers had requests.
    const added = (await connections()).map((count, worker) => count - before[worker]!);
    expect(added.filter((count) => count > 0)).toHaveLength(2);
    expect(await envoy.updatePlugin("process", "process", { ...CONFIGURATIONS.process, body: "new" })).toBe(true);
    const { status, text } = await request(envoy.port("process"), {});
    expect([status, text]).toEqual([403, "new"]);
    expect(await burst("process")).toBe(0);
  });

  test("with scope process and keyBy the capacity passes for each key", async () => {
    const users = ["ann", "bob", "eve"];
    expect(await Promise.all(users.map((user) => burst("keys", [["x-user", user]])))).toEqual(
      users.map(() => CAPACITY),
    );
  });

  test("with scope worker the capacity of each worker passes: 200 for two workers", async () => {
    expect(await burst("worker")).toBe(2 * CAPACITY);
  });

  test("with the defaults two requests pass in a burst, and two again after a second", async () => {
    // All requests of one connection reach the same worker.
    const connection = await HttpConnection.open(envoy.port("defaults"));
    const three = async () => [await connection.send({}), await connection.send({}), await connection.send({})];
    const statuses = async () => (await three()).map(({ status }) => status);
    const [, , third] = await three();
    expect([third!.status, third!.text]).toEqual([403, "rate limited, wait and retry."]);
    expect(third!.header("powered-by")).toBe("proxy-wasm-go-sdk!!");
    await sleep(1050);
    expect(await statuses()).toEqual([200, 200, 403]);
    connection.close();
  });
});
