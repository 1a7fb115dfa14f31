import { connect } from "node:net";

const CONNECTIONS = 8;

/**
 * Sends requests on several connections, one at a time on each, and waits for all responses.
 *
 * @param request the bytes of each request, as latin1
 * @throws when a response does not end with `body`
 */
export async function sendMany(
  port: number,
  host: string,
  count: number,
  body: string,
  request = `GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
): Promise<void> {
  let left = count;
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, noDelay: true });
      socket.setEncoding("latin1");
      let text = "";
      const sendNext = () => (left-- > 0 ? void socket.write(request, "latin1") : void socket.destroy());
      socket.on("connect", sendNext);
      socket.on("data", (chunk) => {
        text += chunk;
        if (!text.includes("\r\n\r\n")) return;
        // The body ends by its length, or with the last chunk.
        if (text.endsWith(body) || text.endsWith(`${body}\r\n0\r\n\r\n`)) {
          text = "";
          sendNext();
        } else if (!text.startsWith("HTTP/1.1 200")) socket.destroy(new Error(`unexpected response: ${text}`));
      });
      socket.on("error", reject);
      socket.on("close", () => (left <= 0 ? resolve() : reject(new Error("Envoy closed a connection"))));
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
}
