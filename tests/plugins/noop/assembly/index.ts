import { SetCtx, ProcessRequestHeadersBy, HttpContext, Action, Log } from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("noop", [
  ProcessRequestHeadersBy<NoConfig>((ctx: HttpContext, config: NoConfig, log: Log) => Action.Continue),
]);
