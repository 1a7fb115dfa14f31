// Asks the cluster "auth" about each request that carries an `x-number`, and tells upstream and client the answer, what
// was handed over for it, and the configuration's label.
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

class Asked {
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
    const asked = new Asked(number, config);
    const error = client.get<Asked>(ctx, asked, "/" + config.label + "/" + number, [], onAnswer, 60000);
    return error === null ? Action.Pause : Action.Continue;
  }),
  ProcessResponseHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    ctx.responseHeaders.set("x-outcome", ctx.getOr<string>("outcome", "none"));
    return Action.Continue;
  }),
]);

function onAnswer(ctx: HttpContext, asked: Asked, response: HttpResponse, log: Log): void {
  const outcome = response.text() + "," + asked.number + "," + asked.config.label;
  log.info("answered " + outcome);
  ctx.set<string>("outcome", outcome);
  ctx.requestHeaders.set("x-outcome", outcome);
  ctx.resumeRequest();
}
