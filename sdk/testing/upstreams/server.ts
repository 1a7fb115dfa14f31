import type { HeaderMap } from "../../host/index.js";
import type { Answer } from "./answer.js";

/** Headers for one connection only. They are not forwarded. */
const HOP = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

/**
 * Sends a request to a real server, with the path and the host name that the plugin chose.
 *
 * @param server an address that `checkServer` accepts
 */
export async function sendToServer(
  server: URL,
  { headers, body }: { headers: HeaderMap; body: Uint8Array },
): Promise<Answer> {
  // Loaded here because most tests use no real server, and these modules take long to load.
  const { request: send } = await (server.protocol === "https:" ? import("node:https") : import("node:http"));
  const lines: string[] = [];
  for (const [name, value] of headers.entries()) {
    if (!name.startsWith(":") && !HOP.has(name)) lines.push(name, value);
  }
  lines.push("host", headers.get(":authority") ?? server.host, "content-length", String(body.length));
  return new Promise((resolve) => {
    const request = send(
      {
        ...{ protocol: server.protocol, hostname: server.hostname.replace(/^\[|\]$/g, ""), port: server.port },
        ...{ method: headers.get(":method"), path: headers.get(":path"), headers: lines as never, agent: false },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", () => resolve({ fails: "reset" }));
        response.on("end", () => {
          const pairs: [string, string][] = [];
          for (let i = 0; i < response.rawHeaders.length; i += 2) {
            const [name, value] = [response.rawHeaders[i]!, response.rawHeaders[i + 1]!];
            if (!HOP.has(name.toLowerCase())) pairs.push([name, value]);
          }
          resolve({ status: response.statusCode ?? 0, headers: pairs, body: Buffer.concat(chunks) });
        });
      },
    );
    request.on("error", () => resolve({ fails: "unreachable" }));
    request.end(body);
  });
}
