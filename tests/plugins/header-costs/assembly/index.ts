// Header operations whose host calls tests/host/host-calls.test.ts counts. The configuration names them.
import {
  Action,
  getProperty,
  HttpContext,
  Json,
  Log,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  ProcessResponseHeadersBy,
  SetCtx,
} from "as-proxy-wasm-sdk";

class Config {
  request: string = "";
  response: string = "";
}

SetCtx<Config>("header-costs", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.request = json.at("request").string();
    config.response = json.at("response").string();
    return null;
  }),
  ProcessRequestHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    const headers = ctx.requestHeaders;
    const what = config.request;
    if (what == "20/20/20") {
      for (let i = 0; i < 20; i++) headers.set("x-h" + i.toString(), "value-" + i.toString());
      for (let i = 0; i < 20; i++) if (headers.get("x-h" + i.toString()) === null) log.error("not set");
      for (let i = 0; i < 20; i++) headers.delete("x-h" + i.toString());
    } else if (what == "set 20") {
      for (let i = 0; i < 20; i++) headers.set("x-h" + i.toString(), "value-" + i.toString());
    } else if (what == "set twice") {
      headers.set("x-a", "1");
      headers.set("X-A", "2");
    } else if (what == "two reads") {
      if (headers.has("x-a") || headers.get("x-b") !== null) log.error("there");
    } else if (what == "set and delete an absent header") {
      if (!headers.has("x-a")) headers.set("x-a", "1");
      headers.delete("x-a");
    } else if (what == "delete an absent header after a read") {
      if (headers.get("x-a") === null) headers.delete("x-b");
    } else if (what == "set and delete a header of the request") {
      headers.set("user-agent", "1");
      headers.delete("user-agent");
    } else if (what == "read, modify, write") {
      headers.set("user-agent", headers.getOr("user-agent", "") + " modified");
    } else if (what == "a property in between") {
      headers.set("x-a", "1");
      headers.set("x-a", getProperty(["request", "headers", "x-a"]).string() + "2");
    } else if (what == "append in between") {
      headers.set("x-a", "1");
      headers.append("x-b", "2");
      headers.set("x-c", "3");
    } else if (what == "a local reply in between") {
      headers.set("x-a", "1");
      ctx.sendResponse(200, [], "");
      headers.set("x-b", "2");
    } else if (what == "a trap") {
      headers.set("x-a", "1");
      throw new Error("trap");
    }
    return Action.Continue;
  }),
  ProcessResponseHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    if (config.response == "set") ctx.responseHeaders.set("x-added", "yes");
    return Action.Continue;
  }),
]);
