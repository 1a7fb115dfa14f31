// Makes calls with each method of the HTTP client. The header x-verb chooses the method, and x-body the body. The client gets
// the HTTP call response, with its trailers in the header x-trailers. The plugin itself calls the cluster of its
// configuration when it starts, and again with each result, until it has made `repeat` calls.
import {
  Action,
  HttpClient,
  HttpContext,
  HttpResponse,
  Json,
  Log,
  ParseConfigWithContext,
  PluginContext,
  ProcessRequestHeaders,
  SetCtx,
  TargetCluster,
} from "as-proxy-wasm-sdk";

class Config {
  repeat: i32 = 0;
  made: i32 = 0;
}

const client = new HttpClient(new TargetCluster("service", "service.example"));

SetCtx<Config>("http-client", [ParseConfigWithContext<Config>(parseConfig), ProcessRequestHeaders<Config>(onHeaders)]);

function parseConfig(ctx: PluginContext, json: Json, config: Config): Error | null {
  const fields = json.fields();
  const cluster = fields.string("atStart", "");
  const host = fields.string("host", "start.example");
  config.repeat = fields.i32("repeat", 0);
  if (cluster.length) {
    const atStart = new HttpClient(new TargetCluster(cluster, host));
    const error = atStart.get<Config, PluginContext>(ctx, config, "/start", [["x-a", "1"]], onStart, 2000);
    if (error !== null) ctx.log.info("at start: " + error.message);
  }
  return fields.error;
}

function onStart(ctx: PluginContext, config: Config, response: HttpResponse, log: Log): void {
  config.made++;
  if (config.made < config.repeat) client.get<Config, PluginContext>(ctx, config, "/again", [], onStart);
  else log.info("started " + config.made.toString() + ": " + response.status.toString() + " " + response.text());
}

function onHeaders(ctx: HttpContext, config: Config): Action {
  const verb = ctx.requestHeaders.getOr("x-verb", "get");
  const body = ctx.requestHeaders.getOr("x-body", "");
  const path = ctx.path;
  const none = new Array<string[]>();
  if (verb == "get") client.get<Config>(ctx, config, path, none, onResponse);
  else if (verb == "head") client.head<Config>(ctx, config, path, none, onResponse);
  else if (verb == "options") client.options<Config>(ctx, config, path, none, onResponse);
  else if (verb == "post") client.post<Config>(ctx, config, path, none, body, onResponse);
  else if (verb == "put") client.put<Config>(ctx, config, path, none, body, onResponse);
  else if (verb == "patch") client.patch<Config>(ctx, config, path, none, body, onResponse);
  else if (verb == "delete") client.delete<Config>(ctx, config, path, none, body, onResponse);
  else if (verb == "trace") client.trace<Config>(ctx, config, path, none, body, onResponse);
  else if (verb == "connect") client.connect<Config>(ctx, config, path, none, body, onResponse);
  else if (verb == "trailers") {
    const trailers = [["x-sum", ctx.requestHeaders.has("x-sum") ? "1\n" : "1"]];
    const bytes = String.UTF8.encode(body);
    const error = client.call<Config>(ctx, config, "POST", path, none, bytes, onResponse, 500, trailers);
    if (error !== null) ctx.sendResponse(500, [], error.message);
  }
  return Action.Pause;
}

function onResponse(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
  const headers = response.headers();
  headers.push(["x-trailers", response.trailers().join(";")]);
  ctx.sendResponse(response.status, headers, response.text());
}
