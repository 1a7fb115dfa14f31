import {
  Action,
  Headers,
  HttpContext,
  Log,
  LogLevel,
  lowerAscii,
  ParseConfig,
  ProcessRequestHeadersBy,
  ProcessResponseHeadersBy,
  ReadStreamingRequestBodyBy,
  ReadStreamingResponseBodyBy,
  SetCtx,
  uuidV4,
} from "as-proxy-wasm-sdk";
import { BodyStart } from "./body-start";
import { LoggerConfig, parseConfig } from "./config";

SetCtx<LoggerConfig>("easy-logger", [
  ParseConfig<LoggerConfig>(parseConfig),
  ProcessRequestHeadersBy<LoggerConfig>(onRequestHeaders),
  ReadStreamingRequestBodyBy<LoggerConfig>(onRequestBody),
  ProcessResponseHeadersBy<LoggerConfig>(onResponseHeaders),
  ReadStreamingResponseBodyBy<LoggerConfig>(onResponseBody),
]);

function onRequestHeaders(ctx: HttpContext, config: LoggerConfig, log: Log): Action {
  const isLogged = config.request && log.enabled(LogLevel.Info);
  if (isLogged) write(ctx, log, "request headers", listed(ctx.requestHeaders, config));
  if (!isLogged || isBinary(ctx.requestHeaders)) ctx.dontReadRequestBody();
  return Action.Continue;
}

function onRequestBody(ctx: HttpContext, config: LoggerConfig, chunk: ArrayBuffer, isLast: bool, log: Log): void {
  collect(ctx, config, chunk, isLast, log, "request body");
}

function onResponseHeaders(ctx: HttpContext, config: LoggerConfig, log: Log): Action {
  const response = ctx.responseHeaders;
  response.set("x-easy-logger", "1.0.0");
  const isLogged = config.response && log.enabled(LogLevel.Info);
  if (isLogged) write(ctx, log, "response headers", listed(response, config));
  const hasBody = isLogged && config.logsBodyOf(response.getOr(":status", "")) && !isBinary(response);
  if (!hasBody) ctx.dontReadResponseBody();
  return Action.Continue;
}

function onResponseBody(ctx: HttpContext, config: LoggerConfig, chunk: ArrayBuffer, isLast: bool, log: Log): void {
  collect(ctx, config, chunk, isLast, log, "response body");
}

/** Keeps the beginning of a body, and logs it when the body has ended. */
function collect(
  ctx: HttpContext,
  config: LoggerConfig,
  chunk: ArrayBuffer,
  isLast: bool,
  log: Log,
  title: string,
): void {
  let start = ctx.get<BodyStart>(title);
  if (start === null) {
    start = new BodyStart(config.maxBodySize);
    ctx.set<BodyStart>(title, start);
  }
  start.add(chunk);
  if (isLast) write(ctx, log, title, "body:" + start.toString() + "\n");
}

function newId(): string {
  const id = uuidV4();
  return id === null ? "" : id;
}

function write(ctx: HttpContext, log: Log, title: string, text: string): void {
  const known = ctx.get<string>("requestId");
  const id = known === null ? newId() : known;
  if (known === null) ctx.set<string>("requestId", id);
  log.info("\n===========" + title + "===============\nrequestId:" + id + "\n" + text);
}

/** A line for each header. */
function listed(headers: Headers, config: LoggerConfig): string {
  const entries = headers.entries();
  const lines: string[] = [];
  for (let i = 0; i < entries.length; i++) {
    const name = entries[i][0];
    lines.push(name + ":" + (config.hiddenHeaders.includes(name) ? "***" : entries[i][1]) + "\n");
  }
  return lines.join("");
}

/** As in Go: compressed bodies, octet streams and gRPC are no text. */
function isBinary(headers: Headers): bool {
  const type = lowerAscii(headers.getOr("content-type", ""));
  return headers.getOr("content-encoding", "") != "" || type.includes("octet-stream") || type.includes("grpc");
}
