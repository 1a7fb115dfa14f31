import { HeaderMap, StreamInfo, type Pair, type RouteInfo } from "../host/index.js";
import { HeaderList } from "./message/headers.js";
import { checkRoute } from "./options.js";
import type { RequestOptions } from "./request-options.js";
import type { Session } from "./session.js";
import { fromLatin1, shown, toBuffer, toLatin1 } from "./message/text.js";

/** Headers that a gateway adds to each request. The timeline leaves them out. */
const ADDED = /^:|^x-forwarded-proto$|^x-request-id$|^content-length$/;

/** A request's headers as plugins get them from a gateway, with `x-forwarded-proto` and `x-request-id`. */
export function requestHead(id: number, options: RequestOptions, pairs: readonly Pair[], hasBody: boolean): HeaderMap {
  const { path = "/", method = hasBody ? "POST" : "GET", authority = "example.com", scheme = "http" } = options;
  const map = new HeaderMap("request", [
    [":authority", toLatin1(authority)],
    [":path", toLatin1(path)],
    [":method", toLatin1(method)],
    [":scheme", scheme],
    ...pairs,
  ]);
  if (!map.has("x-forwarded-proto")) map.add("x-forwarded-proto", scheme);
  if (!map.has("x-request-id")) map.add("x-request-id", `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`);
  return map;
}

/** The headers of a request as text for the timeline: 'GET /foo, x-user: "mia"'. */
export function describeHead(map: HeaderMap): string {
  const own = map.entries().filter(([name]) => !ADDED.test(name));
  const headers = own.map(([name, value]) => `, ${name}: ${shown(fromLatin1(value))}`).join("");
  return `${map.get(":method")} ${fromLatin1(map.get(":path") ?? "")}${headers}`;
}

/** Properties of a request that plugins can read: time, addresses, route, and those that the test has given. */
export function requestInfo(id: number, options: RequestOptions, session: Session): StreamInfo {
  const { clock } = session.clock.services;
  const { source = "127.0.0.1:50000", properties = {} } = options;
  const info = new StreamInfo(
    { wall: clock.wall(), monotonic: clock.monotonic() },
    { id: BigInt(id), source, destination: "127.0.0.1:10000" },
    (headers) => routeOf(headers, options, session),
  );
  for (const [name, value] of Object.entries(properties)) {
    info.presetProperties.set(
      toLatin1(name).replaceAll(".", "\0"),
      toBuffer(typeof value === "number" ? String(value) : value),
    );
  }
  return info;
}

/** The route of a request. The request's options win over those of `startPlugin`. */
function routeOf(headers: HeaderMap, own: RequestOptions, { options }: Session): RouteInfo {
  const { route = {} } = options;
  const general = typeof route === "function" ? route(new HeaderList(headers)) : route;
  if (typeof route === "function") checkRoute(general, "the return value of startPlugin's route");
  const virtualHost = own.virtualHost ?? general.virtualHost;
  return {
    name: toLatin1(own.route ?? general.route ?? "default"),
    cluster: toLatin1(own.cluster ?? general.cluster ?? "upstream"),
    ...(virtualHost === undefined ? {} : { virtualHost: toLatin1(virtualHost) }),
  };
}
