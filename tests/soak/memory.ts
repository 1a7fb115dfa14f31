// Tests that Envoy's memory does not grow. Sends requests with new header values each time to a plugin that makes garbage
// of every kind, and compares Envoy's memory after the first 10,000 requests with the memory after 1,000,000.
//
//   npm run soak [number of requests]
import { connect } from "node:net";
import { startEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { envoyPath, judge, memory, requestsToSend } from "./measure.js";

const WARM_UP = 10_000;
const CONNECTIONS = 32;

const total = requestsToSend(1_000_000, WARM_UP);
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

/** Sends requests numbered from `first` on several connections, one at a time on each, and waits for all responses. */
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
        // The body is short, so it arrives with the headers or right after them.
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
