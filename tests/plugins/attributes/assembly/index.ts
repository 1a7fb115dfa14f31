// Sets the attributes of its configuration, writes them, and sends what the properties then hold as a local reply.
import {
  Action,
  HttpContext,
  Json,
  Log,
  ParseConfigBy,
  ProcessRequestHeaders,
  SetCtx,
  getProperty,
  setProperty,
} from "as-proxy-wasm-sdk";

class Config {
  json: Json = Json.missing();
}

SetCtx<Config>("attributes", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.json = json;
    return null;
  }),
  ProcessRequestHeaders<Config>(onRequestHeaders),
]);

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const json = config.json;
  const key = json.at("key").exists() ? json.at("key").string() : "custom_log";
  if (json.at("before").exists()) setProperty([key], json.at("before").string());
  if (json.at("map").exists()) {
    const error = ctx.setUserAttributeMap(json.at("map"));
    if (error !== null) ctx.sendResponse(500, [], error.message);
  }
  const entries = json.at("set").entries();
  for (let i = 0; i < entries.length; i++) ctx.setUserAttribute<Json>(entries[i].key, entries[i].value);
  if (json.at("types").bool()) setTypes(ctx);
  if (key == "custom_log") ctx.writeUserAttributeToLog();
  else ctx.writeUserAttributeToLogWithKey(key);
  const tags = json.at("tags").array();
  if (tags.length > 0) ctx.writeUserAttributeToTrace();
  if (!json.at("reply").bool()) return Action.Continue;
  let text = getProperty([key]).string() + "\n" + ctx.getUserAttributeMap().raw();
  for (let i = 0; i < tags.length; i++) text += "\n" + getProperty(["trace_span_tag." + tags[i].string()]).string();
  const got = json.at("get").array();
  for (let i = 0; i < got.length; i++) text += "\n" + shown(ctx.getUserAttribute(got[i].string()));
  ctx.sendResponse(200, [], text);
  return Action.Continue;
}

function shown(json: Json): string {
  return json.exists() ? json.raw() : "missing";
}

function setTypes(ctx: HttpContext): void {
  ctx.setUserAttribute("string", 'a"b');
  ctx.setUserAttribute("i32", -7);
  ctx.setUserAttribute<u64>("u64", u64.MAX_VALUE);
  ctx.setUserAttribute<u8>("u8", 255);
  ctx.setUserAttribute("f64", 0.5);
  ctx.setUserAttribute<f64>("nan", NaN);
  ctx.setUserAttribute("bool", true);
  ctx.setUserAttribute<string | null>("null", null);
  ctx.setUserAttribute<string | null>("nullable", ctx.requestHeaders.get("x-user"));
}
