import { connect } from "node:net";
import { startEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { envoyPath, judge, memory, requestsToSend } from "./measure.js";

const WARM_UP = 10_000;
const CONNECTIONS = 32;

const total = requestsToSend({
  ...{ script: "soak", requests: 1_000_000, warmUp: WARM_UP },
  about: `Checks that Envoy's memory does not grow. Each request has new header values, and the plugin makes garbage of every
kind. The command compares Envoy's memory after the first ${WARM_UP} requests with the memory at the end.`,
});
const path = await envoyPath();
const plugin = { name: "churn", wasm: await buildPlugin("tests/plugins/churn") };
const routes = [{ prefix: "/", directResponse: { status: 200, body: "ok" } }];
const spec = { listeners: [{ name: "gateway", plugins: [plugin], routes }] };
const envoy = await startEnvoy(spec, { envoy: path, logLevel: "warning" });
try {
  await send(envoy.port("gateway"), 0, WARM_UP);
  const before = await memory(envoy);
  await send(envoy.port("gateway"), WARM_UP, total - WARM_UP);
  await judge(envoy, "gateway", before, await memory(envoy));
} finally {
  await envoy.stop();
}

/** Sends requests numbered from `first`, one at a time on each of some connections, and waits for all responses. */
async function send(port: number, first: number, count: number): Promise<void> {
  let next = first;
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, noDelay: true });
      socket.setEncoding("latin1");
      let text = "";
      const sendNext = () => {
        if (next === first + count) return socket.destroy();
        const id = next++;
        const long = String(id).repeat(1 + (id % 20));
        socket.write(`GET /${id} HTTP/1.1\r\nhost: h\r\nx-id: id-${id}\r\nx-long: ${long}\r\n\r\n`, "latin1");
      };
      socket.on("connect", sendNext);
      socket.on("data", (chunk) => {
        text += chunk;
        // The body is short, so it has come with the headers or follows at once.
        const [, length] = /content-length: (\d+)/.exec(text) ?? [];
        const end = text.indexOf("\r\n\r\n");
        if (length === undefined || end < 0 || text.length < end + 4 + Number(length)) return;
        if (!text.startsWith("HTTP/1.1 200 OK"))
          return void socket.destroy(new Error(`a response was not 200: ${text}`));
        text = "";
        sendNext();
      });
      socket.on("error", reject);
      socket.on("close", () => (next === first + count ? resolve() : reject(new Error("Envoy closed a connection"))));
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
}
