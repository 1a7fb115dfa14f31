import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isJsonObject, type JsonValue } from "../spec/json.js";
import { Authorizer } from "./authorizer.js";
import type { Credentials } from "./credentials.js";
import { OciError, shownText, shownUrl } from "./oci-error.js";
import { TemporaryError, isDropped, withRetries, type RetryOptions } from "./retry.js";
import { isTlsError, withHost } from "./socket-error.js";
import { Transport, beginningOf, type TransportOptions } from "./transport.js";

/** How a registry is reached. */
export interface RegistryOptions extends TransportOptions, RetryOptions {
  /** Finds the credentials when the registry wants some. */
  credentials?: () => Promise<Credentials | undefined>;
}

/** One request to a registry. */
export interface RegistryRequest {
  method: string;
  /** A path of the registry such as "/v2/auth/tags/list", or the address that the registry has named. */
  target: string | URL;
  /** What the request is for, for messages: "the manifest auth:1". */
  what: string;
  /** What a token must allow: "repository:auth:pull". */
  scopes: readonly string[];
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
  /** The statuses that are no error. */
  expected: readonly number[];
  followRedirects?: boolean;
  onSent?: ((bytes: number) => void) | undefined;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A registry of the distribution protocol. Source: OCI distribution specification 1.1. */
export class Registry {
  private readonly authorizer: Authorizer;

  private constructor(
    /** The name of the registry as references have it. */
    readonly name: string,
    readonly base: URL,
    readonly options: RegistryOptions,
    private readonly transport: Transport,
  ) {
    this.authorizer = new Authorizer(transport, base, options.credentials ?? (() => Promise.resolve(undefined)));
  }

  /**
   * Finds out how to talk to a registry: with TLS, or without for this machine and for hosts that were named as insecure.
   *
   * @throws OciError when the host cannot be reached, or is no registry
   */
  static async connect(name: string, options: RegistryOptions = {}): Promise<Registry> {
    const transport = new Transport(options);
    const open = (scheme: string) => new Registry(name, new URL(`${scheme}://${name}`), options, transport);
    try {
      const secure = open("https");
      if (!transport.mayBePlain(name)) return await secure.greet();
      // Nothing secret is sent before the registry has answered over TLS or cannot do so.
      return await secure.greet(1).catch((error: unknown) => {
        const cause = error instanceof OciError ? error.cause : error;
        if (isTlsError(cause) || isDropped(cause)) return open("http").greet();
        throw error;
      });
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  close(): void {
    this.transport.close();
  }

  /** A text of the registry for messages: one line, without credentials. */
  shown(text: string): string {
    return shownText(this.authorizer.redact(text));
  }

  /** Resolves an address that the registry names. @throws OciError when the address is not acceptable */
  resolve(location: string | undefined, from: URL, what: string): URL {
    if (location === undefined || !URL.canParse(location, from)) throw new OciError(`${from.host} names no ${what}`);
    const url = new URL(location, from);
    url.username = url.password = "";
    this.transport.checkHop(from, url, `the ${what}`);
    return url;
  }

  /**
   * Sends a request, again after a dropped connection and a temporary error.
   *
   * @param read reads the response. Its dropped connections count too
   * @throws OciError when the status is not expected, or the registry cannot be reached
   */
  async request<T>(request: RegistryRequest, read: (response: RegistryResponse) => Promise<T>): Promise<T> {
    try {
      return await withRetries(() => this.once(request, read), this.options);
    } catch (error) {
      this.options.signal?.throwIfAborted();
      throw withHost(error, this.base.host);
    }
  }

  /** Sends a request one time. Rejects with TemporaryError, or an error of the socket, when another try may succeed. */
  async once<T>(request: RegistryRequest, read: (response: RegistryResponse) => Promise<T>): Promise<T> {
    let url = typeof request.target === "string" ? new URL(request.target, this.base) : request.target;
    for (let redirects = 0; ; redirects++) {
      const response = await this.authorized(request, url);
      const status = response.statusCode ?? 0;
      if (request.expected.includes(status)) return read({ status, headers: response.headers, url, message: response });
      if (!request.followRedirects || !REDIRECTS.has(status)) throw await this.failure(response, request);
      await beginningOf(response);
      if (redirects >= MOST_REDIRECTS) throw new OciError(`${request.what}: more than ${MOST_REDIRECTS} redirects`);
      url = this.resolve(response.headers.location, url, "place of a redirect");
    }
  }

  private async authorized(request: RegistryRequest, url: URL): Promise<IncomingMessage> {
    const { method, headers = {}, body, scopes, onSent } = request;
    const { signal } = this.options;
    for (let round = 0; ; round++) {
      const authorization = await this.authorizer.headerFor(url, scopes, signal);
      const response = await this.transport.send({
        ...{ method, url, signal, headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) } },
        ...(body ? { body, onSent } : {}),
      });
      if (response.statusCode !== 401 || round > 0 || url.origin !== this.base.origin) return response;
      const challenge = response.headers["www-authenticate"];
      if (!(await this.authorizer.learn(challenge, authorization, scopes))) return response;
      await beginningOf(response);
    }
  }

  /** The error for a status that is not expected. */
  private async failure(response: IncomingMessage, { what }: RegistryRequest): Promise<Error> {
    const status = response.statusCode ?? 0;
    const detail = this.shown(detailOf(await beginningOf(response)));
    const text = `${what}: ${this.base.host} responded with status ${status}${detail === "" ? "" : `: ${detail}`}`;
    if (status === 429 || status === 408 || status >= 500) return new TemporaryError(text, waitOf(response.headers));
    if (status === 404) return new NotFoundError(text);
    if (status !== 401 && status !== 403) return new OciError(text);
    const has = await this.authorizer.hasCredentials();
    const login = `docker login ${this.name}, or --username and --password-stdin`;
    return new OciError(`${text}; ${has ? `the user may not do this, or the password is wrong` : login}`);
  }

  private async greet(tries?: number): Promise<this> {
    const work = async () => {
      const url = new URL("/v2/", this.base);
      const message = await this.transport.send({ method: "GET", url, signal: this.options.signal });
      const status = message.statusCode ?? 0;
      const type = message.headers["content-type"] ?? "";
      const body = await beginningOf(message);
      if (status === 429 || status >= 500)
        throw new TemporaryError(`${url.host} responded with status ${status}`, waitOf(message.headers));
      if (status === 401) await this.authorizer.learn(message.headers["www-authenticate"], undefined, []);
      else if (status !== 200 || /html/i.test(type) || /^\s*</.test(body.toString("latin1", 0, 100)))
        throw new OciError(
          `${this.name} is not a registry: ${shownUrl(url)} responded with status ${status}, ${shownText(type) || "no type"}`,
        );
      return this;
    };
    try {
      return await withRetries(work, { ...this.options, ...(tries === undefined ? {} : { tries }) });
    } catch (error) {
      this.options.signal?.throwIfAborted();
      throw withHost(error, this.base.host);
    }
  }
}

/** What a registry responds to an expected request. */
export interface RegistryResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** The address that responded, after redirects. */
  url: URL;
  message: IncomingMessage;
}

/** The registry does not have what was asked for. */
export class NotFoundError extends OciError {}

function waitOf(headers: IncomingHttpHeaders): number {
  const text = headers["retry-after"] ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : 0;
}

/** The codes and messages of an error. Source: OCI distribution specification 1.1, "Error Codes". */
function detailOf(bytes: Buffer): string {
  try {
    const value = JSON.parse(bytes.toString("utf8")) as JsonValue;
    const errors = isJsonObject(value) && Array.isArray(value["errors"]) ? value["errors"] : [];
    return errors
      .filter(isJsonObject)
      .map(({ code, message }) =>
        [code, message]
          .filter((one) => typeof one === "string")
          .join(" ")
          .trim(),
      )
      .join("; ");
  } catch {
    return "";
  }
}
