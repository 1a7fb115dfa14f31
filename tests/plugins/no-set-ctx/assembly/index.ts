import { SetCtx, ProcessRequestHeaders, Action, HttpContext } from "as-proxy-wasm-sdk";

class NoConfig {}

/** asc compiles this function because it is exported, but nothing calls it. The build cannot detect that. */
export function setUp(): void {
  SetCtx<NoConfig>("never", [ProcessRequestHeaders<NoConfig>((ctx: HttpContext, config: NoConfig) => Action.Continue)]);
}
