import {
  config,
  SetCtx,
  ProcessRequestHeaders,
  ReadRequestBody,
  HttpContext,
  Body,
  Action,
  Json,
  JsonWriter,
} from "as-proxy-wasm-sdk";


@config
class Config {
  /** The fields that each body must have. */
  required: string[] = [];
  /** @minimum 1 @maximum 1048576 */
  maxBytes: i32 = 65_536;
}

// ReadRequestBody only reads the body. A hook that writes the body is registered with ProcessRequestBody.
SetCtx<Config>("my-plugin", [ProcessRequestHeaders<Config>(onRequestHeaders), ReadRequestBody<Config>(onRequestBody)]);

/** Rejects requests whose body the hook on the body would not see, or could not read. */
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const headers = ctx.requestHeaders;
  // After an upgrade, the client sends bytes that are no HTTP body.
  if (headers.has("upgrade") || ctx.method == "CONNECT") return reject(ctx, 400, "upgrades are not allowed");
  if (headers.has("content-encoding")) return reject(ctx, 415, "compressed bodies are not allowed");
  if (!ctx.hasRequestBody && needsBody(ctx.method)) return reject(ctx, 400, "expected a JSON body");
  ctx.setRequestBodyBufferLimit(config.maxBytes);
  return Action.Continue;
}

function needsBody(method: string): bool {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

/** Runs once, when the whole body has arrived. Before that, no byte of the body reaches the upstream. */
function onRequestBody(ctx: HttpContext, config: Config, body: Body): Action {
  if (body.length > config.maxBytes) return reject(ctx, 413, "the body is too large");
  const json = Json.parse(body.text());
  const invalid = json.error;
  if (invalid !== null) return reject(ctx, 400, "the body is not JSON: " + invalid.message);
  const fields = json.fields();
  for (let i = 0; i < config.required.length; i++) {
    // The first call reports a field that is absent or null, the second call a field that is present twice.
    fields.required(config.required[i]).json(config.required[i]);
  }
  const error = fields.error;
  if (error !== null) return reject(ctx, 400, error.message);
  return Action.Continue;
}

/** Sends a local reply instead of the request. */
function reject(ctx: HttpContext, status: i32, message: string): Action {
  const body = new JsonWriter().beginObject().key("error").string(message).endObject().toString();
  ctx.sendResponse(status, [["content-type", "application/json"]], body);
  return Action.Pause;
}
