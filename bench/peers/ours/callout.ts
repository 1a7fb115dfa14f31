import {
  Action,
  HttpClient,
  HttpContext,
  HttpResponse,
  Log,
  ProcessRequestHeaders,
  SetCtx,
  TargetCluster,
} from "as-proxy-wasm-sdk";

class Config {
  client: HttpClient = new HttpClient(new TargetCluster("auth", "auth"));
}

SetCtx<Config>("callout", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  if (config.client.get<Config>(ctx, config, "/check", [], onChecked, 1000) !== null) ctx.sendResponse(503, [], "");
  return Action.Pause;
}

function onChecked(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
  if (response.status == 200) ctx.resumeRequest();
  else ctx.sendResponse(403, [], "denied");
}
