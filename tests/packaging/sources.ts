/** The first lines of every plugin in this file. */
const HEAD = `
import { SetCtx, ParseConfigBy, ProcessRequestHeadersBy, HttpContext, Action, Json, Log } from "as-proxy-wasm-sdk";

class Config {
  text: string = "";
}
`;

/** A plugin with this statement in its hook on request headers. */
export function pluginThat(statement: string): string {
  return `${HEAD}
SetCtx<Config>("plugin", [ProcessRequestHeadersBy<Config>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: Config, log: Log): Action {
  ${statement}
  return Action.Continue;
}
`;
}

/**
 * A plugin that imports the SDK as a namespace and calls methods of numbers, whose types TypeScript 7 gets from the
 * SDK.
 */
export const NAMESPACE = `
import * as sdk from "as-proxy-wasm-sdk";

class Config {
  least: f64 = Number.MIN_SAFE_INTEGER;
}

sdk.SetCtx<Config>("namespace", [sdk.ProcessRequestHeadersBy<Config>(onRequestHeaders)]);

function onRequestHeaders(ctx: sdk.HttpContext, config: Config, log: sdk.Log): sdk.Action {
  const length = ctx.path.length;
  log.info(length.toString() + (5).toString() + config.least.toString() + I32.parseInt("7").toString());
  return length > 10 ? sdk.Action.Pause : sdk.Action.Continue;
}
`;

/** A plugin with mistakes. TypeScript must report exactly the lines that end with an error code, with that code. */
export const MISTAKES = `${HEAD}
class Other {
  count: i32 = 0;
}

SetCtx<Config>("mistakes", [
  ProcessRequestHeadersBy<Config>(onText), // TS2345
  ProcessRequestHeadersBy<Config>(onRequestHeaders),
  ParseConfigBy<Other>(parseOther), // TS2322
]);

function onText(ctx: HttpContext, config: Config, log: Log): string {
  return "Continue";
}

function onRequestHeaders(ctx: HttpContext, config: Config, log: Log): Action {
  ctx.sendResponse("200", [], "x"); // TS2345
  ctx.sendResponse(200, ["a"], "x"); // TS2322
  ctx.requestHeader.get("x"); // TS2551
  ctx.requestHeaders.get("x").length; // TS2531
  config.texts = ""; // TS2551
  ctx.close(); // TS2339
  return Action.Continue;
}

function parseOther(json: Json, config: Other, log: Log): Error | null {
  config.count = json.get("count").string(); // TS2322
  json.slice(0, 1); // TS2339
  return json.error;
}
`;
