// Stores the context of a request with `x-role: first`, and uses it in the hooks of other requests.
import { SetCtx, ProcessRequestHeadersBy, Action, HttpContext, JsonWriter, Log, getProperty } from "as-proxy-wasm-sdk";

class Kept {
  ctx: HttpContext | null = null;
}

SetCtx<Kept>("keeper", [
  ProcessRequestHeadersBy<Kept>((ctx: HttpContext, kept: Kept, log: Log) => {
    const role = ctx.requestHeaders.get("x-role");
    if (role == "first") {
      kept.ctx = ctx;
      return Action.Pause;
    }
    const first = kept.ctx;
    if (first === null) return Action.Continue;

    const out = new JsonWriter().beginArray();
    const other = first.requestHeaders.get("x-who");
    out.string(other === null ? "" : other);
    out.string(first.path);
    // A function without a context parameter acts on the hook's own stream.
    out.string(getProperty(["request", "path"]).string());
    out.string(ctx.requestHeaders.getOr("x-who", ""));
    const written = first.requestHeaders.set("x-stolen", "1");
    out.string(written === null ? "" : written.message);
    out.bool(ctx.requestHeaders.has("x-stolen"));
    if (role == "replies") {
      const error = first.sendResponse(201, [], "for the first");
      out.string(error === null ? "" : error.message);
    }
    ctx.sendResponse(200, [], out.endArray().toString());
    return Action.Pause;
  }),
]);
