// Pauses each request until the next tick. The plugin sets the tick period and exports proxy_on_tick itself, because the
// SDK has no hook for ticks. A request that still exists at the tick after that gets a local reply.
import {
  SetCtx,
  ParseConfig,
  ProcessRequestHeaders,
  ProcessStreamDone,
  Action,
  HttpContext,
  Json,
} from "as-proxy-wasm-sdk";

// @ts-ignore: decorator
@external("env", "proxy_set_tick_period_milliseconds")
declare function setTickPeriod(ms: u32): i32;

class NoConfig {}

let paused: HttpContext[] = [];
let resumed: HttpContext[] = [];
let text: string = "";

SetCtx<NoConfig>("own-callbacks", [
  ParseConfig<NoConfig>((json: Json, config: NoConfig): Error | null => {
    setTickPeriod(50);
    return null;
  }),
  ProcessRequestHeaders<NoConfig>((ctx: HttpContext, config: NoConfig): Action => {
    paused.push(ctx);
    return Action.Pause;
  }),
  ProcessStreamDone<NoConfig>((ctx: HttpContext, config: NoConfig): void => {
    for (let i = resumed.indexOf(ctx); i >= 0; i = resumed.indexOf(ctx)) resumed.splice(i, 1);
    for (let i = paused.indexOf(ctx); i >= 0; i = paused.indexOf(ctx)) paused.splice(i, 1);
  }),
]);

export function proxy_on_tick(root: u32): void {
  // Create garbage for the collector.
  for (let i = 0; i < 100; i++) text = "tick " + i.toString();
  for (let i = 0; i < resumed.length; i++) resumed[i].sendResponse(504, [["x-last", text]], "too slow");
  resumed = paused;
  paused = [];
  for (let i = 0; i < resumed.length; i++) {
    resumed[i].requestHeaders.set("x-last", text);
    resumed[i].resumeRequest();
  }
}
