// The steps of the probe plugins. A step is a JSON array such as `["request.get","x-a"]`. Its result is logged as
// `did ["request.get","x-a","value"]`. With steps, a scenario for the SDK's functions is data.
import {
  Action,
  Body,
  Headers,
  HttpClient,
  HttpContext,
  HttpResponse,
  Json,
  JsonWriter,
  Log,
  TargetCluster,
  decodeText,
  getProperty,
  monotonicMs,
  setProperty,
  vmConfiguration,
} from "as-proxy-wasm-sdk";

/** Runs the steps of a hook. The steps `pause` and `hold` set the return value of the hook. */
export function run(ctx: HttpContext, steps: Json[], log: Log, body: Body | null = null): Action {
  let action = Action.Continue;
  for (let i = 0; i < steps.length; i++) {
    const words = steps[i].array();
    if (words[0].string() == "pause") action = Action.Pause;
    else if (words[0].string() == "hold") action = Action.HoldHeaders;
    else step(ctx, words, log, body);
  }
  return action;
}

/** Runs steps that need no request. */
export function start(steps: Json[], log: Log): void {
  for (let i = 0; i < steps.length; i++) {
    const words = steps[i].array();
    const out = begin(words);
    if (!plain(words[0].string(), words, log, out)) out.string("unknown");
    end(out, log);
  }
}

function begin(words: Json[]): JsonWriter {
  const out = new JsonWriter();
  out.beginArray();
  for (let i = 0; i < words.length; i++) out.raw(words[i]);
  return out;
}

function end(out: JsonWriter, log: Log): void {
  out.endArray();
  log.info("did " + out.toString());
}

function step(ctx: HttpContext, words: Json[], log: Log, body: Body | null): void {
  const out = begin(words);
  const verb = words[0].string();
  if (verb.startsWith("responseTrailers.")) header(ctx.responseTrailers, verb.substring(17), words, out);
  else if (verb.startsWith("requestTrailers.")) header(ctx.requestTrailers, verb.substring(16), words, out);
  else if (verb.startsWith("response.")) header(ctx.responseHeaders, verb.substring(9), words, out);
  else if (verb.startsWith("request.")) header(ctx.requestHeaders, verb.substring(8), words, out);
  else if (verb == "reply") {
    const pairs = new Array<string[]>();
    const given = words[2].array();
    for (let i = 0; i < given.length; i++) pairs.push(texts(given[i]));
    const body = words.length > 3 ? words[3].string() : "";
    const details = words.length > 4 ? words[4].string() : "";
    outcome(ctx.sendResponse(words[1].i32(), pairs, body, details, words.length > 5 ? words[5].i32() : -1), out);
  } else if (verb == "copy") {
    // Copies a request header to another: JSON cannot contain a byte that is not UTF-8.
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
  else if (verb == "resumeRequest") outcome(ctx.resumeRequest(), out);
  else if (verb == "resumeResponse") outcome(ctx.resumeResponse(), out);
  else if (verb == "dontReadRequestBody") ctx.dontReadRequestBody();
  else if (verb == "dontReadResponseBody") ctx.dontReadResponseBody();
  else if (verb == "bufferRequestBody") ctx.bufferRequestBody();
  else if (verb == "bufferResponseBody") ctx.bufferResponseBody();
  else if (verb == "call") call(ctx, words, out);
  else if (body !== null && verb == "keepBody") ctx.set<Body>("body", body);
  else if (verb.startsWith("kept.")) {
    const kept = ctx.get<Body>("body");
    if (kept !== null) bodyStep(kept, verb.substring(5), words, out);
  } else if (verb == "limitRequest") ctx.setRequestBodyBufferLimit(words[1].i32());
  else if (verb == "limitResponse") ctx.setResponseBodyBufferLimit(words[1].i32());
  else if (verb == "hasRequestBody") out.bool(ctx.hasRequestBody);
  else if (verb == "hasResponseBody") out.bool(ctx.hasResponseBody);
  else if (body !== null && verb == "denyIf") {
    if (body.text().includes(words[1].string())) outcome(ctx.sendResponse(403, [], "denied"), out);
  } else if (body !== null && verb.startsWith("body.")) bodyStep(body, verb.substring(5), words, out);
  else if (!plain(verb, words, log, out)) out.string("unknown");

  end(out, log);
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
  else if (type == "pairs") {
    const pairs = found.pairs();
    out.beginArray();
    for (let i = 0; i < pairs.length; i++) out.beginArray().string(pairs[i][0]).string(pairs[i][1]).endArray();
    out.endArray();
  } else out.i64(found.bytes().byteLength);
}

function clocks(out: JsonWriter): void {
  const before = monotonicMs();
  const date = new Date(Date.now()).getUTCFullYear();
  out.bool(date >= 2026);
  out.bool(monotonicMs() >= before);
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

function plain(verb: string, words: Json[], log: Log, out: JsonWriter): bool {
  if (verb == "log") say(words[1].string(), words[2].string(), log);
  else if (verb == "clock") clocks(out);
  else if (verb == "random") out.bool(Math.random() != Math.random());
  else if (verb == "trace") trace("traced", 2, 1.5, 2);
  else if (verb == "console") console.warn(words[1].string());
  else if (verb == "vmConfiguration") out.string(decodeText(vmConfiguration()));
  else if (verb == "abort") assert(false, words[1].string());
  else return false;
  return true;
}

function bodyStep(body: Body, verb: string, words: Json[], out: JsonWriter): void {
  const data = words.length > 1 ? words[1].string() : "";
  if (verb == "text") out.string(body.text());
  else if (verb == "length") out.i64(body.length);
  else if (verb == "bytes") out.i64(body.bytes().byteLength);
  else if (verb == "encoding") out.string(body.encoding);
  else if (verb == "replace") outcome(body.replace(data), out);
  else if (verb == "replaceBytes") outcome(body.replace(String.UTF8.encode(data)), out);
  else if (verb == "mask") outcome(body.replace(body.text().replaceAll(data, "******")), out);
  else if (verb == "prepend") outcome(body.prepend(data), out);
  else if (verb == "append") outcome(body.append(data), out);
  else out.string("unknown");
}

/** Runs `["call", cluster, method, url, headers, body, timeoutMs, steps]`. The steps run when the response arrives. */
function call(ctx: HttpContext, words: Json[], out: JsonWriter): void {
  const client = new HttpClient(new TargetCluster(words[1].string(), "callout.example"));
  const pairs = new Array<string[]>();
  const given = words[4].array();
  for (let i = 0; i < given.length; i++) pairs.push(texts(given[i]));
  const bytes = String.UTF8.encode(words[5].string());
  const error = client.call(
    ctx,
    words[7],
    words[2].string(),
    words[3].string(),
    pairs,
    bytes,
    onResponse,
    words[6].i32(),
  );
  outcome(error, out);
}

function onResponse(ctx: HttpContext, steps: Json, response: HttpResponse, log: Log): void {
  const out = new JsonWriter().beginArray().string("response").i64(response.status).bool(response.failed);
  out.string(response.text());
  text(response.header("X-From"), out);
  end(out, log);
  const names = new JsonWriter().beginArray().string("response headers");
  const headers = response.headers();
  for (let i = 0; i < headers.length; i++) names.string(headers[i][0]);
  end(names, log);
  run(ctx, steps.array(), log);
}
