// Ticks, the election of a leader, and options about the life of a plugin. Its header x-do chooses what a request does.
import {
  Action,
  HttpContext,
  Json,
  Log,
  ParseConfigWithContext,
  PluginContext,
  PrePluginStartOrReload,
  ProcessRequestHeaders,
  SetCtx,
  WithMaxRequestsPerIoCycle,
  WithRebuildAfterRequests,
  WithRebuildMaxMemBytes,
  decodeText,
  encodeText,
  log,
  registerTick,
  setSharedData,
  vmConfiguration,
} from "as-proxy-wasm-sdk";

class Config {
  name: string = "";
  elects: bool = false;
}

let started: i32 = 0;
const kept: ArrayBuffer[] = [];

SetCtx<Config>("life", [
  PrePluginStartOrReload<Config>((ctx: PluginContext) => {
    ctx.log.info("before " + ctx.fingerprint);
    ctx.set<string>("from", "start");
    if (decodeText(vmConfiguration()) == "tick") registerTick<string>(60_000, "start", onStartTick);
    return started++ == 2 ? new Error("the third start fails") : null;
  }),
  WithMaxRequestsPerIoCycle<Config>(5),
  WithRebuildAfterRequests<Config>(3),
  WithRebuildMaxMemBytes<Config>(4 * 1024 * 1024),
  ParseConfigWithContext<Config>(parseConfig),
  ProcessRequestHeaders<Config>(onRequestHeaders),
]);

function parseConfig(ctx: PluginContext, json: Json, config: Config): Error | null {
  log.info("parsing, with a value from " + ctx.get<string>("from")!);
  const fields = json.fields();
  config.name = fields.string("name", "");
  config.elects = fields.bool("elects", false);
  const periods = json.at("periods").array();
  for (let i = 0; i < periods.length; i++) {
    const error = registerTick<Config>(periods[i].i32(), config, onTick);
    if (error !== null) return error;
  }
  return json.at("fails").bool() ? new Error("the configuration fails") : fields.error;
}

function onStartTick(ctx: PluginContext, env: string, log: Log): void {
  log.info("tick of " + env);
}

function onTick(ctx: PluginContext, config: Config, log: Log): void {
  const runs = ctx.getOr<i32>(config.name, 0) + 1;
  ctx.set<i32>(config.name, runs);
  if (config.elects)
    log.info(config.name + (ctx.doLeaderElection() ? " leads " : " follows ") + ctx.isLeader.toString());
  else log.info(config.name + " tick " + runs.toString() + " with a value from " + ctx.get<string>("from")!);
}

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const verb = ctx.requestHeaders.getOr("x-do", "");
  if (verb == "grow") kept.push(new ArrayBuffer(4 * 1024 * 1024));
  if (verb == "lease")
    setSharedData("higress_wasm_vm_lease:plugin", encodeText(ctx.requestHeaders.getOr("x-lease", "")));
  const error = verb == "tick" ? registerTick<Config>(1000, config, onTick) : null;
  if (verb != "stay") ctx.sendResponse(200, [], error === null ? started.toString() : error.message);
  return Action.Continue;
}
