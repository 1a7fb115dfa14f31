import {
  config,
  SetCtx,
  ProcessRequestHeaders,
  ProcessResponseHeaders,
  ProcessStreamingResponseBody,
  HttpContext,
  Action,
  encodeText,
  lowerAscii,
} from "as-proxy-wasm-sdk";
import { Replacer } from "./replacer";


@config
class Config {
  /**
   * The word to find. The plugin may keep as many characters of each response in its memory.
   *
   * @required @minLength 1 @maxLength 256
   */
  find: string = "";
  replace: string = "";
}

SetCtx<Config>("my-plugin", [
  ProcessRequestHeaders<Config>(onRequestHeaders),
  ProcessResponseHeaders<Config>(onResponseHeaders),
  ProcessStreamingResponseBody<Config>(onResponseChunk),
]);

/** Asks the upstream for a body without compression, because the plugin cannot read a compressed one. */
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  ctx.requestHeaders.delete("accept-encoding");
  return Action.Continue;
}

/** Only text is changed. The SDK removes content-length, because the length of the body may change. */
function onResponseHeaders(ctx: HttpContext, config: Config): Action {
  const headers = ctx.responseHeaders;
  const isText = !headers.has("content-encoding") && isTextType(headers.getOr("content-type", ""));
  if (isText) ctx.set<Replacer>("replacer", new Replacer(config.find, config.replace));
  else ctx.dontReadResponseBody();
  return Action.Continue;
}

function isTextType(contentType: string): bool {
  const type = lowerAscii(contentType.split(";")[0].trim());
  return type.startsWith("text/") || type == "application/json" || type.endsWith("+json");
}

/** Runs for each chunk of the body. The client gets the returned bytes instead, without waiting for the next chunk. */
function onResponseChunk(ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool): ArrayBuffer {
  const replacer = ctx.get<Replacer>("replacer");
  return replacer === null ? chunk : encodeText(replacer.next(chunk, isLast));
}
