import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningEnvoy } from "../../sdk/envoy/index.js";
import { startEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request } from "../support/http.js";
import { headerValues } from "../support/http-message.js";
import { echoUpstream, type Answer, type ReceivedRequest, type Upstream } from "../support/upstream.js";

describeWithEnvoy("a request that the gateway sends again", ({ path }) => {
  let upstream: Upstream;
  let gateway: RunningEnvoy;

  beforeAll(async () => {
    upstream = await echoUpstream();
    const wasm = await buildPlugin("tests/plugins/body-write");
    const configuration = { request: [["request.append", "x-hook", "ran"]], requestBody: [["body.append", "+"]] };
    gateway = await startEnvoy(
      {
        listeners: [
          {
            name: "gateway",
            plugins: [{ name: "appends", wasm, configuration }],
            routes: [
              { prefix: "/retry", cluster: "echo", retry: { on: ["5xx", "reset"], most: 2 } },
              { prefix: "/", cluster: "echo", internalRedirects: 1 },
            ],
          },
        ],
        clusters: [{ name: "echo", port: upstream.port }],
      },
      { envoy: path },
    );
  });
  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const send = async (target: string, answers: readonly Answer[]) => {
    upstream.requests = [];
    upstream.answer = () => answers[upstream.requests.length - 1] ?? {};
    const { status } = await request(gateway.port("gateway"), { target, body: "body" });
    return { status, seen: upstream.requests.map(seen) };
  };
  const redirect: Answer = { status: 302, headers: [["location", "http://other.test/second"]] };

  test("a redirect goes through the plugins again, as they have left the request", async () => {
    expect(await send("/first", [redirect])).toEqual({
      status: 200,
      seen: [
        { target: "/first", host: ["localhost"], hooks: ["ran"], body: "body+" },
        { target: "/second", host: ["other.test"], hooks: ["ran", "ran"], body: "body++" },
      ],
    });
  });

  test("one redirect more than the route allows reaches the client", async () => {
    const { status, seen } = await send("/first", [redirect, redirect]);
    expect([status, seen.map(({ body }) => body)]).toEqual([302, ["body+", "body++"]]);
  });

  test("a retry is what the plugins have made once", async () => {
    const one = { target: "/retry", host: ["localhost"], hooks: ["ran"], body: "body+" };
    expect(await send("/retry", [{ status: 500 }, { reset: true }])).toEqual({ status: 200, seen: [one, one, one] });
  });

  test("retries end", async () => {
    const { status, seen } = await send("/retry", Array<Answer>(4).fill({ status: 503 }));
    expect([status, seen.length]).toEqual([503, 3]);
  });
});

/** What plugins or the gateway can change of a request. */
function seen({ target, headers, body }: ReceivedRequest) {
  return { target, host: headerValues(headers, "host"), hooks: headerValues(headers, "x-hook"), body };
}
