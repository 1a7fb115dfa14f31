import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { HTTP_CASES } from "./http-cases.js";

/** A response counts as complete after this long without new bytes. */
const QUIET_MS = 150;

describeWithEnvoy("the gateway handles HTTP/1 like Envoy", ({ path }) => {
  let envoy: RunningEnvoy;
  let gateway: RunningGateway;
  let upstream: Server;

  beforeAll(async () => {
    upstream = await startUpstream();
    const { port } = upstream.address() as AddressInfo;
    const spec = {
      listeners: [{ name: "gateway", routes: [{ prefix: "/", cluster: "upstream" }] }],
      clusters: [{ name: "upstream", address: "127.0.0.1", port }],
    };
    envoy = await startEnvoy(spec, { envoy: path });
    gateway = await startGateway(spec, { log: () => {} });
  });
  afterAll(async () => {
    await envoy?.stop();
    await gateway?.stop(0);
    upstream?.close();
  });

  test.concurrent.each(HTTP_CASES)("$name", async ({ bytes }) => {
    const ports = [gateway.port("gateway"), envoy.port("gateway")];
    const [node, real] = await Promise.all(ports.map((port) => exchange(port, bytes)));
    expect(node).toBe(real);
  });
});

/** Sends bytes and returns the response: headers in alphabetical order, without values that differ each time. */
async function exchange(port: number, bytes: string | readonly string[]): Promise<string> {
  const text = await new Promise<string>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(received);
    };
    let timer = setTimeout(done, 2000);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      clearTimeout(timer);
      timer = setTimeout(done, QUIET_MS);
    });
    socket.on("end", done).on("error", done);
    void (async () => {
      for (const part of Array.isArray(bytes) ? (bytes as string[]) : [bytes as string]) {
        socket.write(Buffer.from(part, "latin1"));
        await sleep(30);
      }
    })();
  });
  const plain = text
    .replace(/^date: \w{3}, .*\r\n/gm, "")
    .replace(/(service-time: )\d+/g, "$1N")
    .replace(/(x-request-id: )[0-9a-f-]{36}/g, "$1ID");
  const end = plain.indexOf("\r\n\r\n");
  const [first, ...headers] = plain.slice(0, end).split("\r\n");
  return [first, ...headers.sort()].join("\n") + plain.slice(end);
}

/** Responds with the request that it received, or with the bytes in the header `x-answer`. */
function startUpstream(): Promise<Server> {
  const server = createServer((socket) => {
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = endOfRequest(text); end !== undefined; end = endOfRequest(text)) {
        const request = text.slice(0, end);
        text = text.slice(end);
        const response = /^x-answer: (\S+)/im.exec(request)?.[1];
        if (response !== undefined) {
          const { bytes, then } = JSON.parse(Buffer.from(response, "base64").toString()) as Record<string, string>;
          socket.write(Buffer.from(bytes!, "latin1"));
          if (then === "end") socket.end();
          if (then === "reset") socket.resetAndDestroy();
          continue;
        }
        const echo = request.replace(/^x-request-id: (?!mine).*/im, "x-request-id: ID");
        const body = request.startsWith("HEAD") ? "" : echo;
        socket.write(Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${echo.length}\r\n\r\n${body}`, "latin1"));
      }
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function endOfRequest(text: string): number | undefined {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return undefined;
  const start = head + 4;
  const length = /^content-length: (\d+)/im.exec(text.slice(0, head))?.[1];
  if (length !== undefined) return text.length >= start + Number(length) ? start + Number(length) : undefined;
  if (!/^transfer-encoding: chunked/im.test(text.slice(0, head))) return start;
  const last = /(?:^|\r\n)0\r\n(?:.+\r\n)*\r\n/.exec(text.slice(start));
  return last ? start + last.index + last[0].length : undefined;
}
