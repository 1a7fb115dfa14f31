import { SetCtx, ProcessRequestHeaders, Action, HttpContext } from "as-proxy-wasm-sdk";

class NoConfig {}

/** Is compiled, since it is exported, and called by nobody: the build cannot tell. */
export function setUp(): void {
  SetCtx<NoConfig>("never", [ProcessRequestHeaders<NoConfig>((ctx: HttpContext, config: NoConfig) => Action.Continue)]);
}
