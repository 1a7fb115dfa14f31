import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request } from "../support/http.js";

const routes = [{ prefix: "/", directResponse: { status: 200 } }];
const specOf = async (configuration: object) => {
  const wasm = await buildPlugin("tests/plugins/life");
  const plugin = { name: "life", wasm, vmId: "life", configuration: JSON.stringify(configuration), ecds: true };
  return { listeners: [{ name: "life", plugins: [plugin], routes }] };
};

describeOnEngines("ticks", (start) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await start(await specOf({ name: "old", periods: [20, 70] }));
    // The first request makes the Node gateway's plugin start, if it has not started yet.
    await request(gateway.port("life"), {});
  }, 60_000);
  afterAll(() => gateway?.stop());

  test("run periodically, and end with their configuration", async () => {
    await gateway.waitForLog("old tick 9 with a value from start");
    expect(gateway.log).toContain("WithMaxRequestsPerIoCycle has no effect on this gateway: NotFound");
    const update = JSON.stringify({ name: "new", periods: [40] });
    expect(await gateway.updatePlugin("life", "life", update)).toBe(true);
    await gateway.waitForLog("new tick 2 with a value from start");
    const mark = gateway.mark();
    await gateway.waitForLog(/new tick [0-9]{1,} /, 5000, mark);
    await gateway.waitForLog("new tick 9 with a value from start");
    expect(gateway.logSince(mark)).not.toContain("old tick");
  });
});

describeWithEnvoy("the election of a leader among workers", ({ path }) => {
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    const spec = await specOf({ name: "a", periods: [100], elects: true });
    envoy = await startEnvoy(spec, { envoy: path, concurrency: 3 });
  }, 60_000);
  afterAll(() => envoy?.stop());

  test("makes one VM the leader, and the others follow", async () => {
    const threads = (text: string, log: string) =>
      new Set([...log.matchAll(new RegExp(`^\\[[^\\]]*\\]\\[(\\d+)\\].*${text}`, "gm"))].map(([, thread]) => thread));
    await envoy.waitForLog(/a leads true/);
    await new Promise((done) => setTimeout(done, 1000));
    const [leaders, followers] = [threads("a leads true", envoy.log), threads("a follows false", envoy.log)];
    expect(leaders.size).toBe(1);
    expect(followers.size).toBeGreaterThanOrEqual(2);
    expect([...leaders].filter((thread) => followers.has(thread))).toEqual([]);
  });
});
