// Calls the cluster "auth" for each request with an `x-number`. Sends the response, the call's `env` and the
// configuration's label to the upstream and to the client.
import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  ProcessResponseHeadersBy,
  Action,
  HttpClient,
  HttpContext,
  HttpResponse,
  Json,
  Log,
  TargetCluster,
} from "as-proxy-wasm-sdk";

class Config {
  label: string = "";
}

class Call {
  constructor(
    public number: string,
    public config: Config,
  ) {}
}

const client = new HttpClient(new TargetCluster("auth", "auth.example"));

SetCtx<Config>("echo-call", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.label = json.at("label").string();
    return null;
  }),
  ProcessRequestHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    const number = ctx.requestHeaders.get("x-number");
    if (number === null) return Action.Continue;
    const call = new Call(number, config);
    const error = client.get<Call>(ctx, call, "/" + config.label + "/" + number, [], onResponse, 60000);
    return error === null ? Action.Pause : Action.Continue;
  }),
  ProcessResponseHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    ctx.responseHeaders.set("x-outcome", ctx.getOr<string>("outcome", "none"));
    return Action.Continue;
  }),
]);

function onResponse(ctx: HttpContext, call: Call, response: HttpResponse, log: Log): void {
  const outcome = response.text() + "," + call.number + "," + call.config.label;
  log.info("response " + outcome);
  ctx.set<string>("outcome", outcome);
  ctx.requestHeaders.set("x-outcome", outcome);
  ctx.resumeRequest();
}
