import { SetCtx, ParseConfigBy, ProcessRequestHeadersBy, HttpContext, Action, Json, Log } from "as-proxy-wasm-sdk";
import { indexTooFar } from "./deep/index-too-far";

// Traps like a plugin with mistakes, for tests of the error output. The tests depend on line numbers: a comment marks
// each line that they look for.

class NoConfig {}

const kept: StaticArray<u8>[] = [];

SetCtx<NoConfig>("traps", [ParseConfigBy<NoConfig>(parseConfig), ProcessRequestHeadersBy<NoConfig>(onRequestHeaders)]);

function parseConfig(json: Json, config: NoConfig, log: Log): Error | null {
  if (json.get("throw").bool()) throw new Error("thrown at the start"); // start
  // Read once: a loop that makes objects ends when the memory is full.
  const loops = json.get("loop").bool();
  while (loops) memory.fill(0, 0, 0);
  return null;
}

function onRequestHeaders(ctx: HttpContext, config: NoConfig, log: Log): Action {
  const how = ctx.requestHeaders.getOr("x-trap", "");
  log.info("x-trap is " + (how == "" ? "nothing" : how));
  if (how == "throw") throw new Error("thrown by the plugin"); // throw
  if (how == "index") indexTooFar([1, 2, 3], 7); // calls index
  if (how == "null") nullValue(ctx); // calls null
  if (how == "unreachable") unreachable(); // unreachable
  while (how == "loop") memory.fill(0, 0, 0); // loop
  if (how == "memory") while (memory.grow(256) >= 0); // 16 MiB each
  if (how == "memory") unreachable();
  if (how == "leak") kept.push(new StaticArray<u8>(500));
  return Action.Continue;
}

function nullValue(ctx: HttpContext): void {
  ctx.requestHeaders.set("x-length", ctx.requestHeaders.get("x-missing")!.length.toString()); // null
}
