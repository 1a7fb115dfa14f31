import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { buildPlugin } from "../support/build.js";
import { HttpConnection } from "../support/http.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";
import { describeOnEngines, type TestGateway } from "./engines.js";

// A plugin rejects the body of a request whose headers have reached the upstream. Another plugin holds the local reply, in
// its hook on response headers or on the response body, until its call has ended.

const PAUSE = [["call", "later", "GET", "/", [], "", 5000, [["resumeResponse"]]], ["pause"]];
const HOLDERS: Record<string, { plugin: string; configuration: object }> = {
  headers: { plugin: "probe", configuration: { response: PAUSE } },
  body: { plugin: "body-write", configuration: { responseBody: PAUSE } },
};

describeOnEngines("a local reply that a hook holds", (start) => {
  const upstream = createServer({ noDelay: true });
  let later: Upstream;
  /** Ends the call that holds the local reply. */
  let release: () => void = () => {};
  let gateway: TestGateway;

  beforeAll(async () => {
    upstream.listen(0, "127.0.0.1");
    await once(upstream, "listening");
    later = await echoUpstream(() => new Promise((resolve) => (release = () => resolve({ body: "ok" }))));
    const guard = await buildPlugin("tests/plugins/body-write");
    const listeners = Object.entries(HOLDERS).map(async ([name, { plugin, configuration }]) => ({
      name,
      plugins: [
        { name: "holder", wasm: await buildPlugin(`tests/plugins/${plugin}`), vmId: `${name}/holder`, configuration },
        { name: "guard", wasm: guard, vmId: `${name}/guard`, configuration: { requestBody: [["denyIf", "attack"]] } },
      ],
      routes: [{ prefix: "/", cluster: "upstream" }],
    }));
    gateway = await start({
      listeners: await Promise.all(listeners),
      clusters: [
        { name: "upstream", port: (upstream.address() as AddressInfo).port },
        { name: "later", port: later.port },
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop();
    await later?.stop();
    upstream.close();
  });

  /** Sends a request that the guard rejects. Returns when the upstream has its headers and a hook holds the local reply. */
  const reject = async (listener: string): Promise<{ client: HttpConnection; socket: Socket }> => {
    later.requests = [];
    const accepted = once(upstream, "connection") as Promise<[Socket]>;
    const client = await HttpConnection.open(gateway.port(listener));
    client.write("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n");
    const [socket] = await accepted;
    socket.on("error", () => {});
    await once(socket, "data");
    client.write("6\r\nattack\r\n0\r\n\r\n");
    await poll(2000, "no hook has held the local reply", () => later.requests.length > 0 || undefined);
    return { client, socket };
  };

  test.each(Object.keys(HOLDERS))(
    "ends the request to the upstream at once, held by the hook on %s",
    async (listener) => {
      const { client, socket } = await reject(listener);
      await poll(
        2000,
        "the connection to the upstream stayed open",
        () => socket.closed || socket.readableEnded || undefined,
      );
      release();
      expect(await client.receive(2000)).toMatchObject({ status: 403, text: "denied" });
      client.close();
    },
  );

  test.each(Object.keys(HOLDERS))(
    "does not mix with the upstream's response, held by the hook on %s",
    async (listener) => {
      const { client, socket } = await reject(listener);
      if (socket.writable)
        await new Promise((resolve) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret", resolve));
      release();
      expect(await client.receive(2000)).toMatchObject({ status: 403, text: "denied" });
      client.close();
    },
  );
});
