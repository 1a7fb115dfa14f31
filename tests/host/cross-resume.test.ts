import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { HttpConnection, request } from "../support/http.js";
import { describeOnEngines, type TestGateway } from "./engines.js";

describeOnEngines("a request that another request resumes", (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const plugin = {
      ...{ name: "cross-resume", wasm: await buildPlugin("tests/plugins/cross-resume") },
      ...{ environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true },
    };
    const routes = [{ prefix: "/", directResponse: { status: 404 } }];
    gateway = await start({ listeners: [{ name: "gateway", plugins: [plugin], routes }] });
  }, 60_000);
  afterAll(() => gateway?.stop());

  test.each([
    ["attack", 403],
    ["benign", 404],
  ])("the body hook sees its body %s, and the other request continues on its own", async (body, status) => {
    const port = gateway.port("gateway");
    const mark = gateway.mark();
    const first = await HttpConnection.open(port);
    first.write(`POST /first HTTP/1.1\r\nhost: h\r\nx-role: first\r\ncontent-length: 6\r\n\r\n${body}`);
    await gateway.waitForLog("a message is paused, and no call will resume it", 5000, mark);
    await sleep(100); // for the body
    expect((await request(port, { target: "/second" })).status).toBe(404);
    expect((await first.receive()).status).toBe(status);
    first.close();
  });
});
