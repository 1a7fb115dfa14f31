import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** A request that a server has received. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  bytes: number;
}

/** Responds to a request in place of the registry. Returns false to leave the request to the registry. */
export type Fault = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

/** A registry in memory that misbehaves as a test wants. */
export class FakeRegistry {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, { type: string; bytes: Buffer }>();
  readonly uploads = new Map<string, Buffer>();
  readonly seen: SeenRequest[] = [];
  fault: Fault = () => false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeRegistry> {
    const server = createServer();
    const registry = new FakeRegistry(server);
    server.on("request", (request, response) => void registry.serve(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The tags and digests that a manifest has. */
  get tags(): string[] {
    return [...this.manifests.keys()].filter((name) => !name.startsWith("sha256:"));
  }

  /** The requests with a method, and a path that matches. */
  requests(method: string, path: RegExp): SeenRequest[] {
    return this.seen.filter((one) => one.method === method && path.test(one.path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, "http://registry");
    const seen = { method: request.method!, path: url.pathname + url.search, headers: request.headers, bytes: 0 };
    this.seen.push(seen);
    request.on("error", () => {});
    if (this.fault(request, response, seen.path)) return;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    seen.bytes = body.length;
    this.respond(request.method!, url, request.headers, body, response);
  }

  private respond(
    method: string,
    url: URL,
    headers: IncomingHttpHeaders,
    body: Buffer,
    response: ServerResponse,
  ): void {
    const end = (status: number, more: Record<string, string> = {}, content: Buffer | string = "") =>
      void response.writeHead(status, more).end(method === "HEAD" ? undefined : content);
    if (url.pathname === "/v2/") return end(200, { "content-type": "application/json" }, "{}");
    const [, kind, name = ""] = /\/(blobs\/uploads|blobs|manifests)\/([^/]*)$/.exec(url.pathname) ?? [];
    if (kind === "blobs") {
      const bytes = this.blobs.get(name);
      return bytes ? end(200, { "docker-content-digest": name }, bytes) : end(404);
    }
    if (kind === "manifests") {
      if (method === "PUT") {
        const digest = digestOf(body);
        for (const key of [name, digest]) this.manifests.set(key, { type: headers["content-type"] ?? "", bytes: body });
        return end(201, { "docker-content-digest": digest });
      }
      const found = this.manifests.get(name);
      if (!found) return end(404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
      return end(200, { "content-type": found.type, "docker-content-digest": digestOf(found.bytes) }, found.bytes);
    }
    if (kind !== "blobs/uploads") return end(404);
    if (method === "POST") {
      const id = randomUUID();
      this.uploads.set(id, Buffer.alloc(0));
      return end(202, { location: `${url.pathname}${id}?state=a%2Fb` });
    }
    const before = this.uploads.get(name);
    if (!before) return end(404, {}, '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}');
    const bytes = Buffer.concat([before, body]);
    const place = { location: url.pathname + url.search, range: `0-${Math.max(bytes.length - 1, 0)}` };
    if (method === "GET") return end(204, place);
    this.uploads.set(name, bytes);
    if (method === "PATCH") return end(202, place);
    const digest = url.searchParams.get("digest")!;
    if (digestOf(bytes) !== digest) return end(400, {}, '{"errors":[{"code":"DIGEST_INVALID"}]}');
    this.uploads.delete(name);
    this.blobs.set(digest, bytes);
    return end(201, { "docker-content-digest": digest });
  }
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
