import {
  SetCtx,
  ParseConfig,
  ProcessRequestHeaders,
  HttpContext,
  HttpClient,
  HttpResponse,
  FQDNCluster,
  TargetCluster,
  Action,
  Fields,
  Json,
  Log,
  lowerAscii,
} from "as-proxy-wasm-sdk";

class AuthConfig {
  client: HttpClient = new HttpClient(new TargetCluster("", ""));
  path: string = "";
  timeoutMs: i32 = 0;
  headers: string[] = [];
}

// The characters of a header name in lower case.
const TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";

SetCtx<AuthConfig>("ext-auth", [
  ParseConfig<AuthConfig>(parseConfig),
  ProcessRequestHeaders<AuthConfig>(onRequestHeaders),
]);

function parseConfig(json: Json, config: AuthConfig): Error | null {
  const fields = json.fields();
  config.client = readClient(fields);
  config.path = fields.string("path", "/auth");
  if (!isPath(config.path)) fields.fail("path", 'expected a path such as "/auth"');
  config.timeoutMs = fields.i32("timeoutMs", 500, 1, 60000);
  config.headers = fields.has("headers") ? fields.strings("headers") : ["authorization", "cookie"];
  for (let i = 0; i < config.headers.length; i++) {
    const name = lowerAscii(config.headers[i]);
    if (!isSendable(name)) fields.fail("headers", '"' + name + '" cannot be sent to the auth service');
  }
  return fields.error;
}

function readClient(fields: Fields): HttpClient {
  if (fields.has("service") == fields.has("cluster")) {
    fields.fail("", "expected one of service and cluster, got " + (fields.has("service") ? "both" : "neither"));
  }
  if (fields.has("cluster")) {
    const name = fields.string("cluster");
    if (name.length == 0) fields.fail("cluster", "must not be empty");
    // The host of the call is the name of the cluster, not the host of the request, which the client chooses.
    return new HttpClient(new TargetCluster(name, name));
  }
  const service = fields.object("service").required("fqdn").required("port");
  const fqdn = service.string("fqdn");
  if (fqdn.length == 0) service.fail("fqdn", "must not be empty");
  return new HttpClient(new FQDNCluster(fqdn, service.i32("port", 0, 1, 65535)));
}

function isPath(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c <= 0x20 || c == 0x7f || c == 0x23) return false;
  }
  return text.startsWith("/");
}

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
