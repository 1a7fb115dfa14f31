import { isJsonObject, type JsonValue } from "../spec/json.js";
import { basic } from "./basic.js";
import type { Credentials } from "./credentials.js";
import { OciError, shownUrl } from "./oci-error.js";
import { TemporaryError } from "./retry.js";
import type { Secrets } from "./secrets.js";
import { beginningOf, bodyOf, type Transport } from "./transport.js";

/** A token of a token server. */
export interface Token {
  value: string;
  /** When the token should be replaced, in milliseconds since 1970. */
  expires: number;
}

export interface TokenRequest {
  transport: Transport;
  /** The address of the registry. */
  base: URL;
  /** The parameters of the registry's challenge. */
  realm: Readonly<Record<string, string>>;
  scopes: readonly string[];
  credentials: Credentials | undefined;
  secrets: Secrets;
  signal?: AbortSignal | undefined;
}

const LARGEST_RESPONSE = 1024 * 1024;
/** A token without a duration lasts a minute. Source: Docker registry, token authentication specification. */
const USUAL_SECONDS = 60;

/**
 * Gets a token from the token server that a registry names.
 *
 * @throws OciError when the address is not acceptable, or the server gives no token; TemporaryError when the server is busy
 */
export async function fetchToken(request: TokenRequest): Promise<Token> {
  const { transport, base, realm, credentials, secrets, signal } = request;
  if (!URL.canParse(realm["realm"] ?? "")) throw new OciError(`${base.host} names no address of a token server`);
  const url = new URL(realm["realm"]!);
  transport.checkHop(base, url, "its token server");
  // A registry without TLS must not send the password to another host without TLS.
  if (url.protocol === "http:" && !transport.mayBePlain(url.host))
    throw new OciError(`${base.host} names ${shownUrl(url)} as its token server: expected https`);
  const { method, headers, body } = messageOf(request, url);
  const response = await transport.send({ method, url, headers, ...(body ? { body } : {}), signal });
  const status = response.statusCode ?? 0;
  if (status === 429 || status >= 500) {
    response.resume();
    throw new TemporaryError(`the token server ${url.host} responded with status ${status}`);
  }
  if (status !== 200) {
    await beginningOf(response);
    if (status !== 401 && status !== 403)
      throw new OciError(`the token server ${url.host} responded with status ${status}`);
    throw new OciError(
      credentials
        ? `${base.host}: the token server ${url.host} rejects the user or the password`
        : `${base.host} wants credentials: docker login ${base.host}, or --username and --password-stdin`,
    );
  }
  const token = tokenOf(await bodyOf(response, LARGEST_RESPONSE));
  if (!token) throw new OciError(`the token server ${url.host} sent no token`);
  secrets.add(`Bearer ${token.value}`);
  return token;
}

function messageOf(
  { realm, scopes, credentials }: TokenRequest,
  url: URL,
): { method: string; headers: Record<string, string>; body?: Buffer } {
  const service = realm["service"] ?? "";
  if (credentials?.kind === "identityToken") {
    const form = new URLSearchParams({ grant_type: "refresh_token", service, scope: scopes.join(" ") });
    form.set("client_id", "as-proxy-wasm");
    form.set("refresh_token", credentials.token);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { method: "POST", headers, body: Buffer.from(form.toString()) };
  }
  if (service !== "") url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  return {
    method: "GET",
    headers: credentials?.kind === "password" ? { authorization: `Basic ${basic(credentials)}` } : {},
  };
}

function tokenOf(bytes: Buffer): Token | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(bytes.toString("utf8")) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const text = [value["token"], value["access_token"]].find((one) => typeof one === "string" && one !== "");
  // What is no token could split the header.
  if (typeof text !== "string" || !/^[\x21-\x7e]+$/.test(text)) return undefined;
  const seconds = typeof value["expires_in"] === "number" ? value["expires_in"] : USUAL_SECONDS;
  // Some time before the end, so that the token still holds when the request arrives.
  return { value: text, expires: Date.now() + Math.max(0, seconds * 1000 - Math.min(10_000, seconds * 100)) };
}
