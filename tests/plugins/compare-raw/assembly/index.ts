// The sequences of ../../header-sequence.ts with host calls. With {"dump": true} it is the filter after the plugin
// instead, which sends a local reply with the headers that reach it.
import {
  Action,
  Body,
  HttpContext,
  Json,
  JsonWriter,
  Log,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  ProcessResponseHeadersBy,
  ProcessStreamDoneBy,
  ReadRequestBodyBy,
  SetCtx,
} from "as-proxy-wasm-sdk";
import { select } from "as-proxy-wasm-sdk/assembly/abi/entry";
import { MapType, Status } from "as-proxy-wasm-sdk/assembly/abi/enums";
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
import {
  list,
  onDone,
  onRequestBody,
  onRequestHeaders,
  onResponseHeaders,
  Player,
  setPlayer,
} from "../../header-sequence";

class RawPlayer extends Player {
  get(ctx: HttpContext, map: MapType, name: string): string | null {
    if (!select(ctx.id)) return null;
    const n = encodeUtf8(name);
    const status = proxy_get_header_map_value(map, changetype<usize>(n), n.byteLength, addressSlot(), sizeSlot());
    return status == Status.Ok ? takenText() : null;
  }
  set(ctx: HttpContext, map: MapType, name: string, value: string): bool {
    const n = encodeUtf8(name);
    const v = encodeUtf8(value);
    const np = changetype<usize>(n);
    const vp = changetype<usize>(v);
    return select(ctx.id) && proxy_replace_header_map_value(map, np, n.byteLength, vp, v.byteLength) == Status.Ok;
  }
  append(ctx: HttpContext, map: MapType, name: string, value: string): bool {
    const n = encodeUtf8(name);
    const v = encodeUtf8(value);
    const np = changetype<usize>(n);
    const vp = changetype<usize>(v);
    return select(ctx.id) && proxy_add_header_map_value(map, np, n.byteLength, vp, v.byteLength) == Status.Ok;
  }
  remove(ctx: HttpContext, map: MapType, name: string): bool {
    const n = encodeUtf8(name);
    return select(ctx.id) && proxy_remove_header_map_value(map, changetype<usize>(n), n.byteLength) == Status.Ok;
  }
  entries(ctx: HttpContext, map: MapType): string[][] {
    if (!select(ctx.id)) return [];
    proxy_get_header_map_pairs(map, addressSlot(), sizeSlot());
    return new Pairs(takenBytes()).list();
  }
  valuesOf(ctx: HttpContext, map: MapType, name: string): string[] {
    const entries = this.entries(ctx, map);
    const lower = name.toLowerCase();
    const wanted = lower == "host" && map == MapType.RequestHeaders ? ":authority" : lower;
    const values = new Array<string>();
    for (let i = 0; i < entries.length; i++) if (entries[i][0] == wanted) values.push(entries[i][1]);
    return values;
  }
}

class Config {
  dump: bool = false;
}

const raw = new RawPlayer();
setPlayer(raw);
SetCtx<Config>("compare-raw", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.dump = json.at("dump").bool();
    return null;
  }),
  ProcessRequestHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    if (!config.dump) return onRequestHeaders(ctx, log);
    const out = new JsonWriter();
    list(raw.entries(ctx, MapType.RequestHeaders), out);
    ctx.sendResponse(200, [["x-kept", "1"]], out.toString());
    return Action.Pause;
  }),
  ReadRequestBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) =>
    config.dump ? Action.Continue : onRequestBody(ctx, body, log),
  ),
  ProcessResponseHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) =>
    config.dump ? Action.Continue : onResponseHeaders(ctx, log),
  ),
  ProcessStreamDoneBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    if (!config.dump) onDone(ctx, log);
  }),
]);
