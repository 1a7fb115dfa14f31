// Runs a sequence of header operations from the request's x-ops header. Sends a local reply with all results and with the
// headers after the last operation. With {"raw":true} the plugin makes the host calls itself, otherwise the plugin
// uses the SDK's Headers. Both must send the same local reply.
import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  Action,
  Headers,
  HttpContext,
  Json,
  JsonWriter,
  Log,
} from "as-proxy-wasm-sdk";
import { Status } from "as-proxy-wasm-sdk/assembly/abi/enums";
import {
  proxy_add_header_map_value,
  proxy_get_header_map_pairs,
  proxy_get_header_map_value,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
} from "as-proxy-wasm-sdk/assembly/abi/imports";
import { addressSlot, sizeSlot, takenBytes, takenText } from "as-proxy-wasm-sdk/assembly/abi/memory";
import { Pairs } from "as-proxy-wasm-sdk/assembly/abi/pairs";
import { encodeUtf8 } from "as-proxy-wasm-sdk/assembly/abi/utf8";

class CompareConfig {
  raw: bool = false;
}

SetCtx<CompareConfig>("compare", [
  ParseConfigBy<CompareConfig>((json: Json, config: CompareConfig, log: Log) => {
    config.raw = json.at("raw").bool();
    return null;
  }),
  ProcessRequestHeadersBy<CompareConfig>((ctx: HttpContext, config: CompareConfig, log: Log) => {
    // Read with a raw host call, so that the cache of Headers is still empty.
    const ops = Json.parse(rawGet("x-ops")!).array();
    const out = new JsonWriter();
    out.beginArray();
    for (let i = 0; i < ops.length; i++) {
      const words = ops[i].array();
      const name = words.length > 1 ? words[1].string() : "";
      const value = words.length > 2 ? words[2].string() : "";
      if (config.raw) playRaw(words[0].string(), name, value, out);
      else play(ctx.requestHeaders, words[0].string(), name, value, out);
    }
    list(rawEntries(), out);
    out.endArray();
    ctx.sendResponse(200, [], out.toString());
    return Action.Pause;
  }),
]);

function play(headers: Headers, verb: string, name: string, value: string, out: JsonWriter): void {
  if (verb == "get") text(headers.get(name), out);
  else if (verb == "has") out.bool(headers.has(name));
  else if (verb == "set") out.bool(headers.set(name, value) === null);
  else if (verb == "append") out.bool(headers.append(name, value) === null);
  else if (verb == "delete") out.bool(headers.delete(name) === null);
  else if (verb == "getAll") {
    const values = headers.getAll(name);
    out.beginArray();
    for (let i = 0; i < values.length; i++) out.string(values[i]);
    out.endArray();
  } else list(headers.entries(), out);
}

function playRaw(verb: string, name: string, value: string, out: JsonWriter): void {
  if (verb == "get") text(rawGet(name), out);
  else if (verb == "has") out.bool(rawGet(name) !== null);
  else if (verb == "getAll") {
    const entries = rawEntries();
    const lower = name.toLowerCase();
    const wanted = lower == "host" ? ":authority" : lower;
    out.beginArray();
    for (let i = 0; i < entries.length; i++) if (entries[i][0] == wanted) out.string(entries[i][1]);
    out.endArray();
  } else if (verb == "entries") list(rawEntries(), out);
  else {
    const n = encodeUtf8(name);
    const v = encodeUtf8(value);
    const np = changetype<usize>(n);
    const vp = changetype<usize>(v);
    if (verb == "set") out.bool(proxy_replace_header_map_value(0, np, n.byteLength, vp, v.byteLength) == Status.Ok);
    else if (verb == "append") out.bool(proxy_add_header_map_value(0, np, n.byteLength, vp, v.byteLength) == Status.Ok);
    else out.bool(proxy_remove_header_map_value(0, np, n.byteLength) == Status.Ok);
  }
}

function rawGet(name: string): string | null {
  const n = encodeUtf8(name);
  const status = proxy_get_header_map_value(0, changetype<usize>(n), n.byteLength, addressSlot(), sizeSlot());
  return status == Status.Ok ? takenText() : null;
}

function rawEntries(): string[][] {
  proxy_get_header_map_pairs(0, addressSlot(), sizeSlot());
  const pairs = new Pairs(takenBytes());
  const entries = new Array<string[]>();
  for (let i = 0; i < pairs.count; i++) entries.push([pairs.name(i), pairs.value(i)]);
  return entries;
}

function list(entries: string[][], out: JsonWriter): void {
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
