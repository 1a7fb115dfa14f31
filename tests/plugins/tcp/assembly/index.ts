// A plugin on TCP connections: reads lines of the client, and writes down the end of each side. The lines are commands.
import {
  Action,
  Body,
  HttpClient,
  HttpResponse,
  Json,
  Log,
  ParseConfig,
  ProcessConnectionDone,
  ProcessDownstreamClose,
  ProcessDownstreamData,
  ProcessNewConnection,
  ProcessUpstreamClose,
  ProcessUpstreamData,
  SetTcpCtx,
  TargetCluster,
  TcpContext,
  getProperty,
} from "as-proxy-wasm-sdk";

class Config {
  prefix: string = "";
}

const service = new HttpClient(new TargetCluster("service", "service.example"));

SetTcpCtx<Config>("tcp", [
  ParseConfig<Config>((json: Json, config: Config) => {
    const fields = json.fields().required("prefix");
    config.prefix = fields.string("prefix", "");
    return fields.error;
  }),
  ProcessNewConnection<Config>((ctx: TcpContext, config: Config) => {
    ctx.log.info("new " + getProperty(["source", "address"]).exists().toString());
    return Action.Continue;
  }),
  ProcessDownstreamData<Config>(onData),
  ProcessUpstreamData<Config>((ctx: TcpContext, config: Config, data: Body, isLast: bool) => {
    const text = data.text();
    if (text.includes("secret")) data.replace<string>(text.replaceAll("secret", "******"));
    return Action.Continue;
  }),
  ProcessDownstreamClose<Config>((ctx: TcpContext, config: Config) => ctx.log.info("downstream closed")),
  ProcessUpstreamClose<Config>((ctx: TcpContext, config: Config) => ctx.log.info("upstream closed")),
  ProcessConnectionDone<Config>((ctx: TcpContext, config: Config) => {
    ctx.log.info("done after " + ctx.getOr<i32>("lines", 0).toString());
  }),
]);

function onData(ctx: TcpContext, config: Config, data: Body, isLast: bool): Action {
  const text = data.text();
  if (!text.endsWith("\n")) return isLast ? Action.Continue : Action.Pause;
  ctx.set<i32>("lines", ctx.getOr<i32>("lines", 0) + 1);
  if (text == "close\n") ctx.close();
  else if (text == "ask\n") {
    const error = service.get<Config, TcpContext>(ctx, config, "/ask", [], onAnswer);
    return error === null ? Action.Pause : Action.Continue;
  } else if (text == "resume\n") ctx.resume();
  else data.prepend<string>(config.prefix);
  return Action.Continue;
}

function onAnswer(ctx: TcpContext, config: Config, response: HttpResponse, log: Log): void {
  if (response.status == 200) ctx.resume();
  else ctx.close();
}
