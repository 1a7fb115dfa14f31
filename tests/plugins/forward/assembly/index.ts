// Calls a cluster ("service" by default) for each request, and sends the HTTP call response to the client: with the headers
// of `forwardableHeaders()`, or of `headers()` if `all` is true. The call has the headers of the request that may be forwarded if
// `request` is "forwardable", and all of them if it is "entries".
import {
  SetCtx,
  ParseConfig,
  ProcessRequestHeaders,
  HttpClient,
  HttpContext,
  HttpResponse,
  Action,
  Json,
  Log,
  TargetCluster,
} from "as-proxy-wasm-sdk";

class Config {
  service: HttpClient = new HttpClient(new TargetCluster("", ""));
  timeoutMs: i32 = 0;
  all: bool = false;
  request: string = "";
}

SetCtx<Config>("forward", [ParseConfig<Config>(parseConfig), ProcessRequestHeaders<Config>(onRequestHeaders)]);

function parseConfig(json: Json, config: Config): Error | null {
  const fields = json.fields();
  config.service = new HttpClient(new TargetCluster(fields.string("cluster", "service"), "service.example"));
  config.timeoutMs = fields.i32("timeoutMs", 5000);
  config.all = fields.bool("all", false);
  config.request = fields.string("request", "");
  return fields.error;
}

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const method = ctx.requestHeaders.getOr("x-method", "GET");
  let headers: string[][] = [];
  if (config.request == "forwardable") headers = ctx.requestHeaders.forwardable();
  else if (config.request == "entries") headers = ctx.requestHeaders.entries();
  const body = new ArrayBuffer(0);
  const error = config.service.call<Config>(ctx, config, method, ctx.path, headers, body, onResponse, config.timeoutMs);
  if (error !== null) ctx.sendResponse(500, [], "not sent");
  return Action.Pause;
}

function onResponse(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
  ctx.sendResponse(response.status, config.all ? response.headers() : response.forwardableHeaders(), response.text());
}
