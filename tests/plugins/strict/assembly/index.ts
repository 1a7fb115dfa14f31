// Reads a configuration with a field of every type. Sends its `content` as a local reply to every request.
import { SetCtx, ParseConfigBy, ProcessRequestHeadersBy, Action, HttpContext, Json, Log } from "as-proxy-wasm-sdk";

class StrictConfig {
  content: string = "";
}

SetCtx<StrictConfig>("strict", [
  ParseConfigBy<StrictConfig>((json: Json, config: StrictConfig, log: Log) => {
    const fields = json.fields().required("content");
    config.content = fields.string("content");
    fields.bool("enabled", true);
    fields.i32("capacity", 1, 1, 100);
    fields.i64("id");
    fields.f64("ratio", 0, 0, 1);
    fields.strings("keys");
    fields.oneOf("mode", "fast", ["fast", "safe"]);
    fields.object("limit").i32("burst", 1, 1, 10);
    const rules = fields.array("rules");
    for (let i = 0; i < rules.length; i++) rules[i].required("name").string("name");
    return fields.error;
  }),
  ProcessRequestHeadersBy<StrictConfig>((ctx: HttpContext, config: StrictConfig, log: Log) => {
    ctx.sendResponse(200, [], config.content);
    return Action.Continue;
  }),
]);
