import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { rootCertificates } from "node:tls";
import { OciError, shownUrl } from "./oci-error.js";
import { isLoopback, isPrivate } from "./hosts.js";
import { noteHost } from "./socket-error.js";

/** How the hosts of registries and downloads are reached. */
export interface TransportOptions {
  /** Certificates in PEM that are trusted besides those of Node.js. */
  ca?: string | undefined;
  /** The hosts, with their ports if they have one, whose certificates are not verified, and which may speak plain HTTP. */
  insecure?: readonly string[] | undefined;
  /** How long a connection may be without a byte; 30 seconds by default. */
  idleMs?: number | undefined;
}

export interface HttpRequest {
  method: string;
  url: URL;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
  signal?: AbortSignal | undefined;
  /** Called with the number of bytes of the body that were written. */
  onSent?: ((bytes: number) => void) | undefined;
}

/** Sends HTTP requests, one by one, without following redirects. */
export class Transport {
  private readonly http = new HttpAgent({ keepAlive: true });
  private readonly https: HttpsAgent;
  private readonly unverified = new HttpsAgent({ keepAlive: true, rejectUnauthorized: false });
  private readonly insecure: ReadonlySet<string>;
  private readonly idleMs: number;

  constructor({ ca, insecure = [], idleMs = 30_000 }: TransportOptions = {}) {
    this.https = new HttpsAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) });
    this.insecure = new Set(insecure.map((host) => host.toLowerCase()));
    this.idleMs = idleMs;
  }

  /** Whether a host was named as insecure. */
  isInsecure(host: string): boolean {
    return this.insecure.has(host.toLowerCase());
  }

  /** Whether a host may be asked without TLS: this machine, and hosts that were named as insecure. */
  mayBePlain(host: string): boolean {
    const [name = ""] = /^(?:\[[^\]]*\]|[^:]*)/.exec(host) ?? [];
    return this.isInsecure(host) || isLoopback(name);
  }

  /**
   * Rejects a URL that a server names, when following it would give more away than asking the server itself.
   *
   * @throws OciError for another scheme, for HTTP after HTTPS, and for a private address behind a public host
   */
  checkHop(from: URL, to: URL, what: string): void {
    const reason = hopProblem(from, to, this.mayBePlain(to.host));
    if (reason !== undefined) throw new OciError(`${from.host} names ${shownUrl(to)} as ${what}: ${reason}`);
  }

  /** Sends a request, and resolves with the response once its headers are there. Rejects with an error of the socket. */
  send({ method, url, headers = {}, body, signal, onSent }: HttpRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const isTls = url.protocol === "https:";
      const agent = isTls ? (this.isInsecure(url.host) ? this.unverified : this.https) : this.http;
      const length = method === "GET" || method === "HEAD" ? {} : { "content-length": String(body?.length ?? 0) };
      const request = (isTls ? httpsRequest : httpRequest)(url, {
        ...{ method, agent, headers: { "user-agent": "as-proxy-wasm", ...length, ...headers } },
        ...(signal ? { signal } : {}),
      });
      const { idleMs } = this;
      request.setTimeout(idleMs, () =>
        request.destroy(new IdleError(`${url.host} sent nothing for ${idleMs / 1000} s`)),
      );
      const note = (error: Error) => noteHost(error, url.host);
      request.once("response", (response) => {
        response.on("error", note);
        resolve(response);
      });
      // A server may respond before it has read the whole body, and close the connection.
      request.on("error", (error) => {
        note(error);
        reject(error);
      });
      if (body === undefined) request.end();
      else writeBody(request, body, onSent);
    });
  }

  /** Closes the connections that are kept. */
  close(): void {
    for (const agent of [this.http, this.https, this.unverified]) agent.destroy();
  }
}

/** A connection that takes too long. */
class IdleError extends Error {
  readonly code = "ETIMEDOUT";
}

const PIECE = 64 * 1024;

/** Writes a body piece by piece, so that progress is known. */
function writeBody(request: ReturnType<typeof httpRequest>, body: Buffer, onSent?: (bytes: number) => void): void {
  const next = (at: number) => {
    if (request.destroyed || at >= body.length) return void request.end();
    const piece = body.subarray(at, at + PIECE);
    request.write(piece, (error) => {
      if (error) return;
      onSent?.(piece.length);
      next(at + PIECE);
    });
  };
  next(0);
}

function hopProblem(from: URL, to: URL, mayBePlain: boolean): string | undefined {
  if (to.protocol !== "https:" && to.protocol !== "http:") return "expected http or https";
  if (to.protocol === "http:" && from.protocol === "https:" && !mayBePlain)
    return "expected https, as the registry has";
  if (to.host !== from.host && isPrivate(to.hostname) && !isPrivate(from.hostname))
    return "a private address behind a public host";
  return undefined;
}

/**
 * The body of a response, up to a limit.
 *
 * @throws OciError when the body is larger; an error of the socket when the body ends early
 */
export async function bodyOf(
  response: IncomingMessage,
  limit: number,
  onReceived?: (bytes: number) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      response.destroy();
      throw new OciError(`the server sends more than the ${limit} bytes that were expected`);
    }
    chunks.push(chunk);
    onReceived?.(chunk.length);
  }
  return Buffer.concat(chunks);
}

/** The beginning of a body that describes an error. */
export async function beginningOf(response: IncomingMessage, limit = 8192): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if ((size += chunk.length) >= limit) break;
    }
  } catch {
    // What has arrived is enough.
  }
  return Buffer.concat(chunks).subarray(0, limit);
}
