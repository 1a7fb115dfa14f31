// Reads eight headers, of which four exist. Tests count the host calls.
import { SetCtx, ProcessRequestHeadersBy, HttpContext, Action, Log } from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("reads", [
  ProcessRequestHeadersBy<NoConfig>((ctx: HttpContext, config: NoConfig, log: Log) => {
    const headers = ctx.requestHeaders;
    let found = 0;
    for (let i = 0; i < 8; i++) {
      if (headers.has("x-" + i.toString())) found++;
    }
    return found == 4 ? Action.Continue : Action.Pause;
  }),
]);
