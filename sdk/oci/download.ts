import type { IncomingMessage } from "node:http";
import { LARGEST_MODULE } from "./module-bytes.js";
import { OciError, shownUrl } from "./oci-error.js";
import { TemporaryError, withRetries, type RetryOptions } from "./retry.js";
import { withHost } from "./socket-error.js";
import { Transport, beginningOf, bodyOf, type TransportOptions } from "./transport.js";
import { unbox } from "./unbox.js";

const MOST_REDIRECTS = 10;

/**
 * Gets a module from an http or https URL, as Istio does: follows redirects, tries again after a status 5xx, and unpacks gzip
 * and tar. A user and a password in the URL go to its own host only.
 *
 * @throws OciError when there is no module
 */
export async function downloadModule(address: string, options: TransportOptions & RetryOptions = {}): Promise<Buffer> {
  if (!URL.canParse(address)) throw new OciError(`${shownUrl(address)} is no URL`);
  const transport = new Transport(options);
  const start = new URL(address);
  let host = start.host;
  const once = async () => {
    let url = start;
    for (let redirects = 0; ; redirects++) {
      host = url.host;
      const response = await transport.send({ method: "GET", url, signal: options.signal });
      const next = await nextOf(response, url);
      if (!(next instanceof URL)) return next;
      if (redirects >= MOST_REDIRECTS) throw new OciError(`${shownUrl(start)}: more than ${MOST_REDIRECTS} redirects`);
      transport.checkHop(url, next, "the place of a redirect");
      url = next;
    }
  };
  try {
    return await unbox(await withRetries(once, options));
  } catch (error) {
    options.signal?.throwIfAborted();
    throw withHost(error, host);
  } finally {
    transport.close();
  }
}

/** The body of a response, or where it redirects to. */
async function nextOf(response: IncomingMessage, url: URL): Promise<Buffer | URL> {
  const { statusCode: status = 0, headers } = response;
  if (status === 200) return bodyOf(response, LARGEST_MODULE);
  await beginningOf(response);
  const text = `${shownUrl(url)} responded with status ${status}`;
  if (status >= 500) throw new TemporaryError(text);
  const { location } = headers;
  if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url)) throw new OciError(text);
  const next = new URL(location, url);
  if (next.origin !== url.origin) next.username = next.password = "";
  return next;
}
