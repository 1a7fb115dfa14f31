// Makes several chains of calls for each request: the header `x-chains: hr,rh` stands for two chains at the same time, one
// with an HTTP call and then a Redis command, one the other way round. The request waits until all chains have ended. The
// upstream then gets a header `x-outcomes` with a line for each call: what the call sent, what it got, and what its call
// handler found in the request, in its `env` and in the configuration.
import {
  Action,
  HttpClient,
  HttpContext,
  HttpResponse,
  Json,
  Log,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  RedisClient,
  RedisReply,
  SetCtx,
  TargetCluster,
} from "as-proxy-wasm-sdk";
import { enter, leave } from "as-proxy-wasm-sdk/assembly/abi/entry";
import { firstBlock } from "as-proxy-wasm-sdk/assembly/runtime/blocks";
import { requestFull } from "as-proxy-wasm-sdk/assembly/runtime/collector";

class Config {
  label: string = "";
  http: HttpClient = new HttpClient(new TargetCluster("up", "up.example"));
  redis: RedisClient = new RedisClient(new TargetCluster("cache", "cache.example"));
}

/** What a request has in its context. */
class Progress {
  waiting: i32 = 0;
  outcomes: string[] = [];

  constructor(public number: string) {}
}

/** The `env` of a call. */
class Call {
  constructor(
    public config: Config,
    public number: string,
    public chain: string,
    public step: i32,
  ) {}

  /** Such as "/red/17/1hr/0". */
  get path(): string {
    return "/" + this.config.label + "/" + this.number + "/" + this.chain + "/" + this.step.toString();
  }
}

SetCtx<Config>("in-flight", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.label = json.at("label").string();
    return config.redis.init("", config.label, 1000);
  }),
  ProcessRequestHeadersBy<Config>(onRequestHeaders),
]);

function onRequestHeaders(ctx: HttpContext, config: Config, log: Log): Action {
  const number = ctx.requestHeaders.getOr("x-number", "");
  const chains = ctx.requestHeaders.getOr("x-chains", "").split(",");
  const progress = new Progress(number);
  ctx.set<Progress>("progress", progress);
  for (let i = 0; i < chains.length; i++) {
    if (makeCall(ctx, new Call(config, number, i.toString() + chains[i], 0))) progress.waiting++;
  }
  return progress.waiting > 0 ? Action.Pause : Action.Continue;
}

/** Makes the call of a step. Returns false if the chain has ended. */
function makeCall(ctx: HttpContext, call: Call): bool {
  const kind = call.chain.charAt(call.step + 1);
  let error: Error | null = null;
  if (kind == "h") error = call.config.http.get<Call>(ctx, call, call.path, [], onResponse, 1000);
  else if (kind == "r") error = call.config.redis.get<Call>(ctx, call, call.path, onReply);
  else return false;
  if (error === null) return true;
  add(ctx, call, "not sent");
  return false;
}

function onResponse(ctx: HttpContext, call: Call, response: HttpResponse, log: Log): void {
  next(ctx, call, response.status.toString() + " " + response.text(), log);
}

function onReply(ctx: HttpContext, call: Call, reply: RedisReply, log: Log): void {
  const error = reply.error;
  next(ctx, call, error === null ? reply.string() : "error", log);
}

function next(ctx: HttpContext, call: Call, result: string, log: Log): void {
  log.info("result " + call.path);
  const progress = add(ctx, call, result);
  if (progress === null) return;
  if (makeCall(ctx, new Call(call.config, call.number, call.chain, call.step + 1))) return;
  if (--progress.waiting > 0) return;
  ctx.requestHeaders.set("x-outcomes", progress.outcomes.join(";"));
  ctx.resumeRequest();
}

function add(ctx: HttpContext, call: Call, result: string): Progress | null {
  const progress = ctx.get<Progress>("progress");
  if (progress === null) return null;
  progress.outcomes.push(progress.number + "=" + call.path + "=" + result);
  return progress;
}

/** Collects all garbage. Returns the address of the first block of memory. */
export function collect_all(): usize {
  const outer = enter(0);
  requestFull();
  leave(outer);
  return firstBlock();
}
