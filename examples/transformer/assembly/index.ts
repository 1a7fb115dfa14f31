import {
  Action,
  Body,
  Headers,
  HttpContext,
  Log,
  ParseConfigBy,
  pathOf,
  ProcessRequestBodyBy,
  ProcessRequestHeadersBy,
  ProcessResponseBodyBy,
  ProcessResponseHeadersBy,
  Query,
  queryOf,
  SetCtx,
  targetOf,
  Url,
  WithRebuildAfterRequests,
} from "as-proxy-wasm-sdk";
import { changeValues } from "./change-values";
import { parseConfig, TransformerConfig } from "./config";
import { encoded } from "./form-content";
import { Message } from "./message";
import { isReadable, readContent } from "./read-content";
import { Steps } from "./steps";
import { Values } from "./values";

SetCtx<TransformerConfig>("transformer", [
  ParseConfigBy<TransformerConfig>(parseConfig),
  ProcessRequestHeadersBy<TransformerConfig>(onRequestHeaders),
  ProcessRequestBodyBy<TransformerConfig>(onRequestBody),
  ProcessResponseHeadersBy<TransformerConfig>(onResponseHeaders),
  ProcessResponseBodyBy<TransformerConfig>(onResponseBody),
  WithRebuildAfterRequests<TransformerConfig>(1000),
]);

function onRequestHeaders(ctx: HttpContext, config: TransformerConfig, log: Log): Action {
  if (!config.reroute) ctx.disableReroute();
  const message = new Message(ctx.host, ctx.path, Values.of(ctx.requestHeaders.entries()));
  message.querys = Values.of(Query.parse(queryOf(ctx.path)).entries());
  return onHeaders(ctx, config.request, message, true);
}

function onResponseHeaders(ctx: HttpContext, config: TransformerConfig, log: Log): Action {
  const message = new Message(ctx.host, ctx.path, Values.of(ctx.responseHeaders.entries()));
  return onHeaders(ctx, config.response, message, false);
}

/** Changes headers and query at once, or holds them if they get values of the body. */
function onHeaders(ctx: HttpContext, steps: Steps, message: Message, isRequest: bool): Action {
  const isRead = (steps.changesBody || steps.headNeedsBody) && hasReadableBody(ctx, message, isRequest);
  if (isRead) ctx.set<Message>(isRequest ? "request" : "response", message);
  chooseBody(ctx, isRead, isRequest);
  if (isRead && steps.headNeedsBody) return Action.HoldHeaders;
  changeHead(ctx, steps, message, isRequest);
  return Action.Continue;
}

/** Whether the hook on the body will run, and rules can read the body. */
function hasReadableBody(ctx: HttpContext, message: Message, isRequest: bool): bool {
  if (!isReadable(message.type.type, isRequest)) return false;
  if (isRequest) return ctx.hasRequestBody && !ctx.isTunnel;
  const opensTunnel = ctx.isTunnel && ctx.responseHeaders.getOr(":status", "") == "101";
  return ctx.hasResponseBody && !opensTunnel;
}

function chooseBody(ctx: HttpContext, isRead: bool, isRequest: bool): void {
  if (isRequest) {
    if (isRead) ctx.bufferRequestBody();
    else ctx.dontReadRequestBody();
  } else {
    if (isRead) ctx.bufferResponseBody();
    else ctx.dontReadResponseBody();
  }
}

function onRequestBody(ctx: HttpContext, config: TransformerConfig, body: Body, log: Log): Action {
  const message = ctx.get<Message>("request");
  if (message !== null) onBody(ctx, config.request, message, body, log, true);
  return Action.Continue;
}

function onResponseBody(ctx: HttpContext, config: TransformerConfig, body: Body, log: Log): Action {
  const message = ctx.get<Message>("response");
  if (message !== null) onBody(ctx, config.response, message, body, log, false);
  return Action.Continue;
}

function onBody(ctx: HttpContext, steps: Steps, message: Message, body: Body, log: Log, isRequest: bool): void {
  const content = readContent(message.type, body, log);
  message.content = content;
  if (steps.headNeedsBody) {
    if (!headersOf(ctx, isRequest).available) {
      log.error("map from the body to headers or querys needs a gateway that holds headers");
      ctx.sendResponse(500, [], "", "transformer.headers_gone");
      return;
    }
    // The SDK has removed this header, since the body may change.
    message.headers.delete("content-length");
    if (!changeHead(ctx, steps, message, isRequest)) return;
  }
  if (content === null || !steps.changesBody) return;
  const error = content.change(steps.body, message);
  if (error === null) body.replace<ArrayBuffer>(content.bytes());
  else log.warn("a body stays as it is: " + error.message);
}

/**
 * Changes headers and query. A message that cannot be changed does not pass, since rules may remove what the upstream or the
 * client must not see.
 *
 * @returns false if the client gets a local reply instead
 */
function changeHead(ctx: HttpContext, steps: Steps, message: Message, isRequest: bool): bool {
  if (!steps.changesHead) return true;
  changeValues(message.headers, steps.headers, message);
  if (isRequest && steps.querys.length > 0) {
    changeValues(message.querys, steps.querys, message);
    message.headers.set(":path", [withQuery(message.path, encoded(message.querys))]);
  }
  if (headersOf(ctx, isRequest).replaceAll(message.headers.sorted()) === null) return true;
  ctx.sendResponse(isRequest ? 400 : 502, [], "", "transformer.invalid_header");
  return false;
}

function headersOf(ctx: HttpContext, isRequest: bool): Headers {
  return isRequest ? ctx.requestHeaders : ctx.responseHeaders;
}

/** A path with another query. As in the Go plugin, characters of the path that no path may have are encoded. */
function withQuery(path: string, query: string): string {
  const url = Url.parse(path);
  if (url.error !== null) return targetOf(pathOf(path), query);
  url.rawQuery = query;
  return url.toString();
}
