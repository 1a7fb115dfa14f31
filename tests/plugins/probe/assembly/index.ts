// Does in each hook what its configuration lists, and logs each outcome as a line of JSON, `did ["get","x-a","value"]`.
// So a scenario on the SDK's calls is data.
import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  ProcessResponseHeadersBy,
  ProcessStreamDoneBy,
  Action,
  Headers,
  HttpContext,
  Json,
  JsonWriter,
  Log,
  getProperty,
  monotonicMs,
  setProperty,
  vmConfiguration,
} from "as-proxy-wasm-sdk";

class ProbeConfig {
  request: Json[] = [];
  response: Json[] = [];
  done: Json[] = [];
}

SetCtx<ProbeConfig>("probe", [
  ParseConfigBy<ProbeConfig>(parseConfig),
  ProcessRequestHeadersBy<ProbeConfig>((ctx: HttpContext, config: ProbeConfig, log: Log) =>
    run(ctx, config.request, log),
  ),
  ProcessResponseHeadersBy<ProbeConfig>((ctx: HttpContext, config: ProbeConfig, log: Log) =>
    run(ctx, config.response, log),
  ),
  ProcessStreamDoneBy<ProbeConfig>((ctx: HttpContext, config: ProbeConfig, log: Log) => {
    run(ctx, config.done, log);
  }),
]);

function parseConfig(json: Json, config: ProbeConfig, log: Log): Error | null {
  config.request = json.at("request").array();
  config.response = json.at("response").array();
  config.done = json.at("done").array();
  const start = json.at("start").array();
  const ctx = new HttpContext(0);
  for (let i = 0; i < start.length; i++) step(ctx, start[i].array(), log);
  return null;
}

function run(ctx: HttpContext, steps: Json[], log: Log): Action {
  let action = Action.Continue;
  for (let i = 0; i < steps.length; i++) {
    const words = steps[i].array();
    if (words[0].string() == "pause") action = Action.Pause;
    else step(ctx, words, log);
  }
  return action;
}

function step(ctx: HttpContext, words: Json[], log: Log): void {
  const out = new JsonWriter();
  out.beginArray();
  for (let i = 0; i < words.length; i++) out.raw(words[i]);

  const verb = words[0].string();
  if (verb.startsWith("response.")) header(ctx.responseHeaders, verb.substring(9), words, out);
  else if (verb.startsWith("request.")) header(ctx.requestHeaders, verb.substring(8), words, out);
  else if (verb == "reply") {
    const pairs = new Array<string[]>();
    const given = words[2].array();
    for (let i = 0; i < given.length; i++) pairs.push(texts(given[i]));
    const body = words.length > 3 ? words[3].string() : "";
    const details = words.length > 4 ? words[4].string() : "";
    outcome(ctx.sendResponse(words[1].i32(), pairs, body, details, words.length > 5 ? words[5].i32() : -1), out);
  } else if (verb == "copy") {
    // From a request header to another: JSON cannot say a byte that is not UTF-8.
    const value = ctx.requestHeaders.get(words[1].string());
    outcome(ctx.requestHeaders.set(words[2].string(), value === null ? "" : value), out);
  } else if (verb == "line") {
    out.string(ctx.method);
    out.string(ctx.scheme);
    out.string(ctx.host);
    out.string(ctx.path);
  } else if (verb == "isLocalReply") out.bool(ctx.isLocalReply);
  else if (verb == "routeName") out.string(ctx.routeName);
  else if (verb == "clusterName") out.string(ctx.clusterName);
  else if (verb == "keep") ctx.set<string>(words[1].string(), words[2].string());
  else if (verb == "keepHeader") {
    const value = ctx.requestHeaders.get(words[1].string());
    if (value !== null) ctx.set(words[1].string(), value);
  } else if (verb == "keepNumber") ctx.set<i32>(words[1].string(), words[2].i32());
  else if (verb == "kept") {
    const value = ctx.get<string>(words[1].string());
    text(value, out);
    out.i64(ctx.getOr<i32>(words[1].string(), -1));
  } else if (verb == "property") property(texts(words[1]), words[2].string(), out);
  else if (verb == "setProperty") outcome(setProperty(texts(words[1]), words[2].string()), out);
  else if (verb == "log") say(words[1].string(), words[2].string(), log);
  else if (verb == "clock") clocks(ctx, out);
  else if (verb == "random") out.bool(Math.random() != Math.random());
  else if (verb == "trace") trace("traced", 2, 1.5, 2);
  else if (verb == "console") console.warn(words[1].string());
  else if (verb == "vmConfiguration") out.string(String.UTF8.decode(vmConfiguration()));
  else if (verb == "abort") assert(false, words[1].string());
  else out.string("unknown");

  out.endArray();
  log.info("did " + out.toString());
}

function header(headers: Headers, verb: string, words: Json[], out: JsonWriter): void {
  const name = words.length > 1 ? words[1].string() : "";
  const value = words.length > 2 ? words[2].string() : "";
  if (verb == "get") text(headers.get(name), out);
  else if (verb == "getOr") out.string(headers.getOr(name, value));
  else if (verb == "has") out.bool(headers.has(name));
  else if (verb == "available") out.bool(headers.available);
  else if (verb == "set") outcome(headers.set(name, value), out);
  else if (verb == "append") outcome(headers.append(name, value), out);
  else if (verb == "delete") outcome(headers.delete(name), out);
  else if (verb == "getAll") list(headers.getAll(name), out);
  else if (verb == "count") out.i64(headers.entries().length);
  else if (verb == "entries") {
    const entries = headers.entries();
    out.beginArray();
    for (let i = 0; i < entries.length; i++) list(entries[i], out);
    out.endArray();
  } else out.string("unknown");
}

function property(path: string[], type: string, out: JsonWriter): void {
  const found = getProperty(path);
  if (!found.exists()) out.null();
  else if (type == "string") out.string(found.string());
  else if (type == "i64") out.i64(found.i64());
  else if (type == "bool") out.bool(found.bool());
  else out.i64(found.bytes().byteLength);
}

function clocks(ctx: HttpContext, out: JsonWriter): void {
  const before = monotonicMs();
  const date = new Date(Date.now()).getUTCFullYear();
  out.bool(date >= 2026);
  out.bool(ctx.monotonicMs >= before);
  out.bool(performance.now() >= before);
}

function say(level: string, message: string, log: Log): void {
  if (level == "trace") log.trace(message);
  else if (level == "debug") log.debug(message);
  else if (level == "info") log.info(message);
  else if (level == "warn") log.warn(message);
  else if (level == "error") log.error(message);
  else log.critical(message);
}

function outcome(error: Error | null, out: JsonWriter): void {
  if (error === null) out.null();
  else out.string(error.message);
}

function text(value: string | null, out: JsonWriter): void {
  if (value === null) out.null();
  else out.string(value);
}

function list(values: string[], out: JsonWriter): void {
  out.beginArray();
  for (let i = 0; i < values.length; i++) out.string(values[i]);
  out.endArray();
}

function texts(json: Json): string[] {
  const values = json.array();
  const found = new Array<string>();
  for (let i = 0; i < values.length; i++) found.push(values[i].string());
  return found;
}
