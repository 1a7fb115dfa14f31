import { constants } from "node:http2";
import { afterEach, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { Http2Connection, receive, request2 } from "../support/http2.js";
import { frameUpstream, type FrameUpstream, type FrameWriter } from "../support/http2-frames.js";
import { describeOnEngines, type TestGateway } from "./engines.js";

const OK = [[":status", "200"]] as const;

describeOnEngines("an upstream that speaks HTTP/2", (start) => {
  let upstream: FrameUpstream;
  let gateway: TestGateway;

  afterEach(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  const serve = async (respond: (frames: FrameWriter) => void) => {
    upstream = await frameUpstream(respond);
    gateway = await start({
      listeners: [{ name: "gateway", routes: [{ prefix: "/", cluster: "upstream" }] }],
      clusters: [{ name: "upstream", port: upstream.port, http2: true }],
    });
  };

  test.each([constants.NGHTTP2_NO_ERROR, constants.NGHTTP2_CANCEL])(
    "a reset with code %i does not end a response: the client gets a reset, too",
    async (code) => {
      await serve((frames) => frames.headers(OK).data("a part").reset(code));
      expect(await request2(gateway.port("gateway"), {})).toMatchObject({
        ...{ status: 200, reset: constants.NGHTTP2_INTERNAL_ERROR },
      });
    },
  );

  test.each([constants.NGHTTP2_NO_ERROR, constants.NGHTTP2_CANCEL])(
    "a reset with code %i before the response gives 503",
    async (code) => {
      await serve((frames) => frames.reset(code));
      expect(await request2(gateway.port("gateway"), {})).toMatchObject({ status: 503, reset: 0 });
    },
  );

  test("a response that ends before its request reaches the client, also with a reset without error behind it", async () => {
    await serve((frames) => frames.headers(OK).data("all", true).reset(constants.NGHTTP2_NO_ERROR));
    const client = await Http2Connection.open(gateway.port("gateway"));
    const stream = client.begin({ ":method": "POST", ":path": "/" }, { endStream: false });
    stream.write("a part");
    expect(await receive(stream)).toMatchObject({ status: 200, text: "all" });
    client.close();
  });

  test("a request whose response has ended first does not end: the upstream gets a reset with an error", async () => {
    await serve((frames) => frames.headers(OK).data("all", true));
    const client = await Http2Connection.open(gateway.port("gateway"));
    const stream = client.begin({ ":method": "POST", ":path": "/" }, { endStream: false });
    stream.write("a part");
    expect(await receive(stream)).toMatchObject({ status: 200, text: "all" });
    const code = await poll(2000, "no reset arrived", () => upstream.requests[0]?.reset);
    expect([upstream.requests[0]!.ended, code]).not.toContain(true);
    expect(code).not.toBe(constants.NGHTTP2_NO_ERROR);
    client.close();
  });
});
