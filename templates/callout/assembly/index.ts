import {
  config,
  SetCtx,
  ProcessRequestHeaders,
  HttpContext,
  HttpClient,
  HttpResponse,
  FQDNCluster,
  Action,
  Log,
} from "as-proxy-wasm-sdk";

/** A service in the cluster. */
@config
class Service {
  /** @required @minLength 1 */
  fqdn: string = "";
  /** @required @minimum 1 */
  port: u16 = 0;
}


@config
class Config {
  /** The auth service. @required */
  service: Service = new Service();
  /** @pattern ^/ */
  path: string = "/check";
  /** @minimum 1 @maximum 60000 */
  timeoutMs: i32 = 500;
  /** @ignore no field of the configuration */
  client: HttpClient = new HttpClient(new FQDNCluster("", 0));

  /** Runs once the fields are read. An error rejects the configuration. */
  validate(): Error | null {
    this.client = new HttpClient(new FQDNCluster(this.service.fqdn, this.service.port));
    return null;
  }
}

SetCtx<Config>("my-plugin", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

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
