// The sequences of ../../header-sequence.ts with the SDK's Headers. The plugin must not name a host call: then no write would wait.
import {
  Body,
  HttpContext,
  Log,
  ProcessRequestHeadersBy,
  ProcessResponseHeadersBy,
  ProcessStreamDoneBy,
  ReadRequestBodyBy,
  SetCtx,
} from "as-proxy-wasm-sdk";
import { MapType } from "as-proxy-wasm-sdk/assembly/abi/enums";
import {
  headersOf,
  onDone,
  onRequestBody,
  onRequestHeaders,
  onResponseHeaders,
  Player,
  setPlayer,
} from "../../header-sequence";

class ViewPlayer extends Player {
  get(ctx: HttpContext, map: MapType, name: string): string | null {
    return headersOf(ctx, map).get(name);
  }
  set(ctx: HttpContext, map: MapType, name: string, value: string): bool {
    return headersOf(ctx, map).set(name, value) === null;
  }
  append(ctx: HttpContext, map: MapType, name: string, value: string): bool {
    return headersOf(ctx, map).append(name, value) === null;
  }
  remove(ctx: HttpContext, map: MapType, name: string): bool {
    return headersOf(ctx, map).delete(name) === null;
  }
  entries(ctx: HttpContext, map: MapType): string[][] {
    return headersOf(ctx, map).entries();
  }
  valuesOf(ctx: HttpContext, map: MapType, name: string): string[] {
    return headersOf(ctx, map).getAll(name);
  }
}

class Config {}

setPlayer(new ViewPlayer());
SetCtx<Config>("compare", [
  ProcessRequestHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => onRequestHeaders(ctx, log)),
  ReadRequestBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) => onRequestBody(ctx, body, log)),
  ProcessResponseHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => onResponseHeaders(ctx, log)),
  ProcessStreamDoneBy<Config>((ctx: HttpContext, config: Config, log: Log) => onDone(ctx, log)),
]);
