// Runs a sequence of operations from the request's x-ops header: {"request": [...], "response": [...]}, each operation
// [verb, name, value, "other" for the request that x-other names]. Two plugins run the same sequences: "compare" with the
// SDK's Headers, "compare-raw" with host calls. They must have the same results (the response header x-results), send the
// same messages to the next filter, and leave the same headers for access logs (the log line "done").
import {
  Action,
  Body,
  getProperty,
  Headers,
  HttpClient,
  HttpContext,
  HttpResponse,
  Json,
  JsonWriter,
  Log,
  TargetCluster,
} from "as-proxy-wasm-sdk";
import { MapType, Status } from "as-proxy-wasm-sdk/assembly/abi/enums";
import { takenText } from "as-proxy-wasm-sdk/assembly/abi/memory";
import { requestHeader } from "as-proxy-wasm-sdk/assembly/proxywasm/header-value";

/** Makes the header operations; this one makes none. */
export class Player {
  get(ctx: HttpContext, map: MapType, name: string): string | null {
    return null;
  }
  set(ctx: HttpContext, map: MapType, name: string, value: string): bool {
    return false;
  }
  append(ctx: HttpContext, map: MapType, name: string, value: string): bool {
    return false;
  }
  remove(ctx: HttpContext, map: MapType, name: string): bool {
    return false;
  }
  entries(ctx: HttpContext, map: MapType): string[][] {
    return [];
  }
  valuesOf(ctx: HttpContext, map: MapType, name: string): string[] {
    return [];
  }
}

/** The operations of one stream. */
class Sequence {
  operations: Json[] = [];
  next: i32 = 0;
  hadBody: bool = false;
  replied: bool = false;
  out: JsonWriter = new JsonWriter();
  other: string = "";
}

let player: Player = new Player();
const held = new Map<string, HttpContext>();
const client = new HttpClient(new TargetCluster("upstream", "upstream.example"));

export function setPlayer(it: Player): void {
  player = it;
}

/** Reads a header without the cache of Headers. */
function rawRequestHeader(name: string): string {
  return requestHeader(MapType.RequestHeaders, name) == Status.Ok ? takenText() : "";
}

export function onRequestHeaders(ctx: HttpContext, log: Log): Action {
  const hold = rawRequestHeader("x-hold");
  if (hold != "") {
    held.set(hold, ctx);
    return Action.Pause;
  }
  const sequence = new Sequence();
  sequence.other = rawRequestHeader("x-other");
  if (sequence.other != "" && !held.has(sequence.other)) {
    ctx.sendResponse(503, [], "not held");
    return Action.Pause;
  }
  const text = rawRequestHeader("x-ops");
  sequence.operations = Json.parse(text).at("request").array();
  ctx.set<Sequence>("sequence", sequence);
  ctx.set<string>("ops", text);
  sequence.out.beginArray();
  return run(ctx, sequence, null, log);
}

export function onRequestBody(ctx: HttpContext, body: Body, log: Log): Action {
  const sequence = ctx.get<Sequence>("sequence");
  if (sequence === null) return Action.Continue;
  sequence.hadBody = true;
  return run(ctx, sequence, body, log);
}

function onCalled(ctx: HttpContext, sequence: Sequence, response: HttpResponse, log: Log): void {
  sequence.out.i64(response.status);
  if (run(ctx, sequence, null, log) == Action.Continue && !sequence.replied) ctx.resumeRequest();
}

function run(ctx: HttpContext, sequence: Sequence, body: Body | null, log: Log): Action {
  const out = sequence.out;
  while (sequence.next < sequence.operations.length) {
    const words = sequence.operations[sequence.next++].array();
    const verb = words[0].string();
    const value = words.length > 2 ? words[2].string() : "";
    if (verb == "later") {
      // A request with a local reply gets no call results.
      if (!sequence.replied && client.get<Sequence, HttpContext>(ctx, sequence, "/", [], onCalled, 2000) === null)
        return Action.Pause;
    } else if (verb == "call") {
      out.bool(client.get<Sequence, HttpContext>(ctx, sequence, "/", [["x y", "not sent"]], onCalled) === null);
    } else if (verb == "reply") {
      sequence.replied = true;
      out.bool(ctx.sendResponse(201, [["x-reply", value]], "reply") === null);
    } else if (verb == "body") {
      // The rest runs in the hook on the body, if there is one.
      if (!sequence.hadBody && !sequence.replied && ctx.requestHeaders.has("content-type")) return Action.Continue;
      out.string(body === null ? "" : body.text());
    } else if (verb == "resume") {
      resume(sequence, out);
    } else playOne(ctx, sequence, MapType.RequestHeaders, words, out, log);
  }
  if (sequence.other != "") resume(sequence, out);
  return Action.Continue;
}

function resume(sequence: Sequence, out: JsonWriter): void {
  if (!held.has(sequence.other)) return;
  out.bool(held.get(sequence.other).resumeRequest() === null);
  // The SDK reports the second resume of a request itself.
  held.delete(sequence.other);
}

function playOne(own: HttpContext, sequence: Sequence, map: MapType, words: Json[], out: JsonWriter, log: Log): void {
  const verb = words[0].string();
  const name = words.length > 1 ? words[1].string() : "";
  const value = words.length > 2 ? words[2].string() : "";
  const isOther = words.length > 3 && held.has(sequence.other);
  const ctx = isOther ? held.get(sequence.other) : own;
  const it = player;
  if (verb == "get") text(it.get(ctx, map, name), out);
  else if (verb == "has") out.bool(it.get(ctx, map, name) !== null);
  else if (verb == "set") out.bool(it.set(ctx, map, name, value));
  else if (verb == "append") out.bool(it.append(ctx, map, name, value));
  else if (verb == "delete") out.bool(it.remove(ctx, map, name));
  else if (verb == "entries") list(it.entries(ctx, map), out);
  else if (verb == "property") out.string(getProperty(["request", "headers", name]).string());
  else if (verb == "log") log.info(name);
  else {
    const values = it.valuesOf(ctx, map, name);
    out.beginArray();
    for (let i = 0; i < values.length; i++) out.string(values[i]);
    out.endArray();
  }
}

export function onResponseHeaders(ctx: HttpContext, log: Log): Action {
  const sequence = ctx.get<Sequence>("sequence");
  if (sequence === null) return Action.Continue;
  const out = sequence.out;
  const operations = Json.parse(ctx.get<string>("ops")!).at("response").array();
  for (let i = 0; i < operations.length; i++) {
    playOne(ctx, sequence, MapType.ResponseHeaders, operations[i].array(), out, log);
  }
  out.endArray();
  player.set(ctx, MapType.ResponseHeaders, "x-results", out.toString());
  return Action.Continue;
}

export function onDone(ctx: HttpContext, log: Log): void {
  // Not for a request that came before the one that it names in x-other.
  if (ctx.get<Sequence>("sequence") === null && rawRequestHeader("x-hold") == "") return;
  const out = new JsonWriter();
  out.beginArray();
  list(player.entries(ctx, MapType.RequestHeaders), out);
  out.endArray();
  log.warn("done " + rawRequestHeader("x-seed") + " " + out.toString());
}

export function list(entries: string[][], out: JsonWriter): void {
  out.beginArray();
  for (let i = 0; i < entries.length; i++) {
    out.beginArray();
    out.string(entries[i][0]);
    out.string(entries[i][1]);
    out.endArray();
  }
  out.endArray();
}

function text(value: string | null, out: JsonWriter): void {
  if (value === null) out.null();
  else out.string(value);
}

/** The headers of a message, as the SDK reads them. */
export function headersOf(ctx: HttpContext, map: MapType): Headers {
  return map == MapType.RequestHeaders ? ctx.requestHeaders : ctx.responseHeaders;
}
