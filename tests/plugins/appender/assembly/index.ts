// Appends the letter of `x-letter` to a text that all VMs share. Letters that other VMs append at the same time are not
// lost.
import {
  SetCtx,
  ProcessRequestHeadersBy,
  Action,
  HttpContext,
  Log,
  Status,
  addSharedData,
  decodeText,
  encodeText,
  getSharedData,
  setSharedData,
} from "as-proxy-wasm-sdk";

class None {}

SetCtx<None>("appender", [
  ProcessRequestHeadersBy<None>((ctx: HttpContext, config: None, log: Log) => {
    const letter = ctx.requestHeaders.getOr("x-letter", "");
    for (let tries = 1; tries <= 100; tries++) {
      const old = getSharedData("letters");
      const text = encodeText(decodeText(old.bytes) + letter);
      const status = old.exists() ? setSharedData("letters", text, old.cas) : addSharedData("letters", text);
      if (status != Status.Ok) continue;
      log.info("tries " + tries.toString());
      break;
    }
    return Action.Continue;
  }),
]);
