import { config, SetCtx, ProcessRequestHeaders, HttpContext, Action, lowerAscii } from "as-proxy-wasm-sdk";
import { JSON } from "json-as";


@config
class Config {
  /** The path that the plugin responds to. Other requests reach the upstream. @pattern ^/ */
  path: string = "/whoami";
  /** The names of the headers in the response. @maxItems 100 @items.minLength 1 */
  headers: string[] = ["user-agent", "x-forwarded-for"];
}

/** The body of the response. json-as writes this class as JSON. */
// @ts-ignore: the transform of json-as reads the decorator
@json
class Request {
  method: string = "";
  host: string = "";
  path: string = "";
  headers: Map<string, string[]> = new Map();
}

SetCtx<Config>("whoami", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  if (ctx.pathWithoutQuery != config.path) return Action.Continue;
  const request = new Request();
  request.method = ctx.method;
  request.host = ctx.host;
  request.path = ctx.path;
  for (let i = 0; i < config.headers.length; i++) {
    const name = lowerAscii(config.headers[i]);
    const values = ctx.requestHeaders.getAll(name);
    if (values.length > 0) request.headers.set(name, values);
  }
  ctx.sendResponse(200, [["content-type", "application/json"]], JSON.stringify<Request>(request));
  return Action.Pause;
}
