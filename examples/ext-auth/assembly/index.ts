import {
  config,
  SetCtx,
  ProcessRequestHeaders,
  HttpContext,
  HttpClient,
  HttpResponse,
  FQDNCluster,
  TargetCluster,
  Action,
  Log,
  lowerAscii,
} from "as-proxy-wasm-sdk";


@config
class Service {
  /** @required @minLength 1 */
  fqdn: string = "";
  /** @required @minimum 1 */
  port: u16 = 0;
}


@config
class AuthConfig {
  /** The auth service, by its name in Higress. */
  service: Service | null = null;
  /** The auth service, by the name of an Envoy cluster. @minLength 1 */
  cluster: string | null = null;
  /** @pattern ^/[^\x00- #\x7f]*$ */
  path: string = "/auth";
  /** @minimum 1 @maximum 60000 */
  timeoutMs: i32 = 500;
  /** The headers that the auth service gets. */
  headers: string[] = ["authorization", "cookie"];
  /** @ignore no field of the configuration */
  client: HttpClient = new HttpClient(new TargetCluster("", ""));

  validate(): Error | null {
    for (let i = 0; i < this.headers.length; i++) {
      const name = lowerAscii(this.headers[i]);
      if (!isSendable(name)) return new Error('headers: "' + name + '" cannot be sent to the auth service');
    }
    const service = this.service;
    const cluster = this.cluster;
    if (service !== null && cluster === null) this.client = new HttpClient(new FQDNCluster(service.fqdn, service.port));
    // The host of the call is the name of the cluster, not the host of the request, which the client chooses.
    else if (cluster !== null && service === null) this.client = new HttpClient(new TargetCluster(cluster, cluster));
    else return new Error("expected one of service and cluster, got " + (service !== null ? "both" : "neither"));
    return null;
  }
}

// The characters of a header name in lower case.
const TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";

SetCtx<AuthConfig>("ext-auth", [ProcessRequestHeaders<AuthConfig>(onRequestHeaders)]);

/** Whether a header can be sent to the auth service: it is valid in a call, and the plugin does not send it itself. */
function isSendable(name: string): bool {
  for (let i = 0; i < name.length; i++) if (!TOKEN.includes(name.charAt(i))) return false;
  if (name == "" || name == "host" || name == "content-length" || name == "transfer-encoding") return false;
  return !name.startsWith("x-original-");
}

function onRequestHeaders(ctx: HttpContext, config: AuthConfig): Action {
  const headers: string[][] = [
    ["x-original-method", ctx.method],
    ["x-original-path", ctx.path],
    ["x-original-host", ctx.host],
  ];
  for (let i = 0; i < config.headers.length; i++) {
    const name = config.headers[i];
    const values = ctx.requestHeaders.getAll(name);
    for (let j = 0; j < values.length; j++) headers.push([name, values[j]]);
  }
  // Only the auth service may set x-user.
  let error = ctx.requestHeaders.delete("x-user");
  if (error === null) {
    error = config.client.get<AuthConfig>(ctx, config, config.path, headers, onAuthResponse, config.timeoutMs);
  }
  if (error !== null) unavailable(ctx);
  return Action.Pause;
}

/** Resumes the request after a 200. In every other case the client gets a local reply. */
function onAuthResponse(ctx: HttpContext, config: AuthConfig, response: HttpResponse, log: Log): void {
  if (response.status == 200) {
    const user = response.header("x-user");
    if (user !== null && ctx.requestHeaders.set("x-user", user) !== null) unavailable(ctx);
    else ctx.resumeRequest();
  } else if (response.status >= 500) {
    // The gateway makes a 5xx too if the service is unreachable, too slow, or closes the connection.
    log.warn("the auth service responded with " + response.status.toString());
    unavailable(ctx);
  } else {
    ctx.sendResponse(401, challenges(response), "unauthorized\n");
  }
}

/** The `www-authenticate` headers of a response. There may be one for each way to log in. */
function challenges(response: HttpResponse): string[][] {
  // cannot trap: a header is a name and a value
  return response.headers().filter((header) => header[0] == "www-authenticate");
}

function unavailable(ctx: HttpContext): void {
  ctx.sendResponse(503, [], "the auth service is not available\n");
}
