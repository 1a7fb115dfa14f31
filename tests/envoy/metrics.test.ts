import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { request } from "../support/http.js";
import { describeOnEngines, type TestGateway } from "../host/engines.js";

describeOnEngines("metrics", (start) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    const plugins = [{ name: "metrics", wasm: await buildPlugin("tests/plugins/metrics") }];
    const routes = [{ prefix: "/", directResponse: { status: 200 } }];
    gateway = await start({ listeners: [{ name: "metrics", plugins, routes }] });
  }, 60_000);
  afterAll(() => gateway?.stop());

  const run = async (verb: string, arg = "") => {
    const headers = [["x-do", verb], ["x-arg", arg]] as const; // prettier-ignore
    return (await request(gateway.port("metrics"), { headers })).text;
  };
  const stat = async (name: string) => (await gateway.stats()).get(`wasmcustom.${name}`);

  test("a counter counts", async () => {
    expect(await run("count")).toBe("000 3 3");
    expect(await run("count")).toBe("000 6 6");
    expect(await stat("metrics_requests")).toBe(6);
  });

  test("a counter takes no amount above the largest i64", async () => {
    expect(await run("too large")).toBe("2");
  });

  test("a gauge rises and falls", async () => {
    expect(await run("gauge")).toBe("000 7");
    expect(await stat("metrics_level")).toBe(7);
  });

  test("a histogram takes values", async () => {
    expect(await run("histogram")).toBe("00");
  });

  test("a counter and a gauge may have the same name", async () => {
    expect(await run("same name")).toBe("00 5 1");
  });

  test("tags are parts of the name, and a value cannot look like a tag", async () => {
    const name = "route.a_upstream_b__c.model.none.wrong.none.metric.input_token";
    expect(await run("tags", "a.upstream.b. c")).toBe(`${name} 0`);
    expect(await stat(name)).toBe(1);
  });

  test("a VM defines 10,000 metrics, and no more", async () => {
    expect(await run("many")).toBe("true 6");
    expect(await stat("metrics_many_9000")).toBe(1);
    expect(await stat("metrics_many_10000")).toBeUndefined();
  });
});
