import { SetCtx, ProcessRequestHeaders, HttpContext, Action } from "as-proxy-wasm-sdk";
import { limitOf } from "./limits";

// The plugin whose trap docs/testing.md shows.

/** Limits for Monday to Friday. */
class LimitsConfig {
  limits: i32[] = [100, 100, 100, 100, 100];
}

SetCtx<LimitsConfig>("limits", [ProcessRequestHeaders<LimitsConfig>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: LimitsConfig): Action {
  const day = I32.parseInt(ctx.requestHeaders.getOr("x-day", "0"));
  ctx.requestHeaders.set("x-limit", limitOf(config.limits, day).toString());
  return Action.Continue;
}
