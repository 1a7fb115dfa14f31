import {
  SetCtx,
  ParseConfig,
  ProcessRequestHeaders,
  HttpContext,
  HttpClient,
  HttpResponse,
  FQDNCluster,
  Action,
  Json,
  Log,
} from "as-proxy-wasm-sdk";

class Config {
  client: HttpClient = new HttpClient(new FQDNCluster("", 0));
  path: string = "";
  timeoutMs: i32 = 0;
}

SetCtx<Config>("my-plugin", [ParseConfig<Config>(parseConfig), ProcessRequestHeaders<Config>(onRequestHeaders)]);

/** Reads the configuration. Returns the first error, which rejects the configuration, or null. */
function parseConfig(json: Json, config: Config): Error | null {
  const fields = json.fields().required("service");
  const service = fields.object("service").required("fqdn").required("port");
  const fqdn = service.string("fqdn");
  if (fqdn.length == 0) service.fail("fqdn", "must not be empty");
  config.client = new HttpClient(new FQDNCluster(fqdn, service.i32("port", 0, 1, 65535)));
  config.path = fields.string("path", "/check");
  if (!config.path.startsWith("/")) fields.fail("path", 'expected a path such as "/check"');
  config.timeoutMs = fields.i32("timeoutMs", 500, 1, 60_000);
  return fields.error;
}

/** Calls the auth service, and holds the request until the service has responded. */
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const headers = [
    ["authorization", ctx.requestHeaders.getOr("authorization", "")],
    ["x-original-method", ctx.method],
    ["x-original-path", ctx.path],
  ];
  // Only the auth service may set x-user.
  let error = ctx.requestHeaders.delete("x-user");
  if (error === null) {
    error = config.client.get<Config>(ctx, config, config.path, headers, onChecked, config.timeoutMs);
  }
  // If the service cannot be called, onChecked does not run.
  if (error !== null) unavailable(ctx);
  return Action.Pause;
}

/** Runs with the result of the call. Only a 200 lets the request pass. */
function onChecked(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
  if (response.status == 200) {
    const user = response.header("x-user");
    if (user !== null && ctx.requestHeaders.set("x-user", user) !== null) unavailable(ctx);
    else ctx.resumeRequest();
  } else if (response.status >= 500) {
    // The gateway makes a 5xx too if the service is unreachable, too slow, or closes the connection.
    log.warn("the auth service responded with " + response.status.toString());
    unavailable(ctx);
  } else {
    ctx.sendResponse(401, [["content-type", "text/plain"]], "not allowed\n");
  }
}

function unavailable(ctx: HttpContext): void {
  ctx.sendResponse(503, [["content-type", "text/plain"]], "the auth service is not available\n");
}
