import {
  config,
  SetCtx,
  ProcessRequestHeaders,
  ProcessRequestBodyBy,
  ProcessResponseHeaders,
  ProcessResponseBodyBy,
  HttpContext,
  Headers,
  Body,
  Action,
  Json,
  JsonEntry,
  JsonWriter,
  Log,
  lowerAscii,
} from "as-proxy-wasm-sdk";

/** The field to set in a body. */
@config
class Rule {
  /** @required */
  field: string = "";
  /** @required */
  value: string = "";
}


@config
class TransformConfig {
  request: Rule | null = null;
  response: Rule | null = null;
}

SetCtx<TransformConfig>("body-transform", [
  ProcessRequestHeaders<TransformConfig>(onRequestHeaders),
  ProcessRequestBodyBy<TransformConfig>(onRequestBody),
  ProcessResponseHeaders<TransformConfig>(onResponseHeaders),
  ProcessResponseBodyBy<TransformConfig>(onResponseBody),
]);

// The headers are gone when the body hook runs, so the headers hook stores whether the body is JSON.

function onRequestHeaders(ctx: HttpContext, config: TransformConfig): Action {
  ctx.set<bool>("request is JSON", declaresJson(ctx.requestHeaders));
  return Action.Continue;
}

function onResponseHeaders(ctx: HttpContext, config: TransformConfig): Action {
  ctx.set<bool>("response is JSON", declaresJson(ctx.responseHeaders));
  return Action.Continue;
}

function declaresJson(headers: Headers): bool {
  if (headers.has("content-encoding")) return false;
  const type = lowerAscii(headers.getOr("content-type", "").split(";")[0].trim());
  return type == "application/json" || type.endsWith("+json");
}

function onRequestBody(ctx: HttpContext, config: TransformConfig, body: Body, log: Log): Action {
  const rule = config.request;
  if (rule !== null && ctx.getOr<bool>("request is JSON", false)) transform(body, rule, "request", log);
  return Action.Continue;
}

function onResponseBody(ctx: HttpContext, config: TransformConfig, body: Body, log: Log): Action {
  const rule = config.response;
  if (rule !== null && ctx.getOr<bool>("response is JSON", false)) transform(body, rule, "response", log);
  return Action.Continue;
}

function transform(body: Body, rule: Rule, what: string, log: Log): void {
  const json = Json.parse(body.text());
  const error = json.error;
  if (error !== null) log.warn("the " + what + " body is not JSON: " + error.message);
  else if (!isUtf8(json)) log.warn("the " + what + " body is not UTF-8");
  else if (json.isObject()) setField(body, json.entries(), rule);
}

/** Whether the JSON is UTF-8. JsonWriter replaces bytes that are not UTF-8 by U+FFFD, so its output then differs. */
function isUtf8(json: Json): bool {
  return new JsonWriter().raw(json).toString() == json.raw();
}

/** Replaces the field, or adds it at the end. All other values keep their JSON text. */
function setField(body: Body, entries: JsonEntry[], rule: Rule): void {
  const out = new JsonWriter().beginObject();
  let found = false;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    out.key(entry.key);
    if (entry.key == rule.field) {
      out.string(rule.value);
      found = true;
    } else out.raw(entry.value);
  }
  if (!found) out.key(rule.field).string(rule.value);
  body.replace<string>(out.endObject().toString());
}
