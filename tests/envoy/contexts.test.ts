import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { HttpConnection, request } from "../support/http.js";

describeOnEngines("a stream context that a plugin keeps", (start) => {
  let envoy: TestGateway;

  beforeAll(async () => {
    const plugin = { name: "keeper", wasm: await buildPlugin("tests/plugins/keeper") };
    const routes = [{ prefix: "/", directResponse: { status: 404 } }];
    envoy = await start({ listeners: [{ name: "gateway", plugins: [plugin], routes }] });
  }, 60_000);
  afterAll(() => envoy?.stop());

  test("acts on its own stream, and returns an error after the stream has ended", async () => {
    const port = envoy.port("gateway");
    const first = await HttpConnection.open(port);
    first.write("GET /first HTTP/1.1\r\nhost: h\r\nx-role: first\r\nx-who: one\r\n\r\n");
    await envoy.waitForLog("a message is paused, and no call will resume it");

    const send = async (role: string) =>
      request(port, {
        target: "/second",
        headers: [
          ["x-role", role],
          ["x-who", "two"],
        ],
      });
    const second = await send("reads");
    expect(JSON.parse(second.text)).toEqual(["one", "/first", "/second", "two", "", false]);

    const third = await send("replies");
    expect(third.status).toBe(200);
    expect(JSON.parse(third.text)).toEqual(["one", "/first", "/second", "two", "", false, ""]);
    const response = await first.receive();
    expect([response.status, response.text]).toEqual([201, "for the first"]);
    first.close();

    const mark = envoy.mark();
    const fourth = await send("replies");
    expect(JSON.parse(fourth.text)).toEqual([
      ...["", "/first", "/second", "two"],
      ...['request headers: set "x-stolen": the stream is over', false, "the stream is over"],
    ]);
    expect(envoy.logSince(mark)).not.toMatch(/abort:|unreachable/);
  });
});
