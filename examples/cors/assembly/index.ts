import {
  Action,
  equalsIgnoreCase,
  Headers,
  HttpContext,
  lowerAscii,
  ParseConfigBy,
  ProcessRequestHeaders,
  ProcessResponseHeaders,
  SetCtx,
} from "as-proxy-wasm-sdk";
import { CorsConfig, parseConfig } from "./config";
import { isSameOrigin } from "./origin";

/** The headers that only this plugin sets. */
const OWN_HEADERS = [
  "x-cors-trace",
  "access-control-allow-origin",
  "access-control-allow-methods",
  "access-control-expose-headers",
  "access-control-allow-credentials",
  "access-control-max-age",
];

/** A request from another origin that is allowed. */
class AllowedRequest {
  constructor(
    readonly origin: string,
    readonly isPreflight: bool,
    /** The headers that the browser wants to send. */
    readonly headers: string,
  ) {}
}

SetCtx<CorsConfig>("cors", [
  ParseConfigBy<CorsConfig>(parseConfig),
  ProcessRequestHeaders<CorsConfig>(onRequestHeaders),
  ProcessResponseHeaders<CorsConfig>(onResponseHeaders),
]);

function onRequestHeaders(ctx: HttpContext, config: CorsConfig): Action {
  const request = ctx.requestHeaders;
  if (!request.available) return forbid(ctx);
  let origin = joined(request, "origin");
  if (origin.endsWith("/")) origin = origin.substring(0, origin.length - 1);
  if (origin == "") return Action.Continue;

  const wanted = joined(request, "access-control-request-method");
  const isPreflight = wanted != "" && equalsIgnoreCase(ctx.method, "OPTIONS");
  if (!isSameOrigin(origin, ctx.scheme, ctx.host)) {
    const headers = joined(request, "access-control-request-headers");
    if (!config.allowsOrigin(origin)) return forbid(ctx);
    if (!config.allowsMethod(isPreflight ? wanted : ctx.method)) return forbid(ctx);
    if (isPreflight && !config.allowsHeaders(headers)) return forbid(ctx);
    ctx.set<AllowedRequest>("allowed", new AllowedRequest(origin, isPreflight, headers));
  }
  if (isPreflight) ctx.sendResponse(200, [], "", "cores.preflight");
  return Action.Continue;
}

/** All values of a header. A browser sends one. */
function joined(headers: Headers, name: string): string {
  return headers.getAll(name).join(",").trim();
}

function forbid(ctx: HttpContext): Action {
  ctx.sendResponse(403, [], "Invalid CORS request", "cors.forbidden");
  return Action.Continue;
}

function onResponseHeaders(ctx: HttpContext, config: CorsConfig): Action {
  const response = ctx.responseHeaders;
  for (let i = 0; i < OWN_HEADERS.length; i++) if (response.has(OWN_HEADERS[i])) response.delete(OWN_HEADERS[i]);
  response.set("x-cors-version", "1.0.0");
  varyByOrigin(response);

  const request = ctx.get<AllowedRequest>("allowed");
  if (request === null) return Action.Continue;
  response.set("access-control-allow-origin", request.origin);
  if (request.isPreflight) {
    response.set("access-control-allow-methods", config.methodsText);
    response.set("access-control-allow-headers", config.headersText(request.headers));
  }
  if (config.exposeHeaders != "") response.set("access-control-expose-headers", config.exposeHeaders);
  if (config.allowsCredentials) response.set("access-control-allow-credentials", "true");
  if (request.isPreflight) response.set("access-control-max-age", config.maxAge.toString());
  return Action.Continue;
}

/** Tells caches that the response depends on the origin. */
function varyByOrigin(response: Headers): void {
  const vary = response.getAll("vary").join(", ");
  const names = vary.split(",");
  for (let i = 0; i < names.length; i++) {
    const name = lowerAscii(names[i].trim());
    if (name == "origin" || name == "*") return;
  }
  response.set("vary", vary.trim() == "" ? "Origin" : vary + ", Origin");
}
