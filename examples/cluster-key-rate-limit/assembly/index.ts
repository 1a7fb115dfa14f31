import {
  Action,
  HttpContext,
  Log,
  ParseConfig,
  ProcessRequestHeadersBy,
  ProcessResponseHeaders,
  RedisReply,
  SetCtx,
} from "as-proxy-wasm-sdk";
import { LimitConfig, parseConfig } from "./config";
import { Threshold } from "./threshold";

const PREFIX = "higress-cluster-key-rate-limit:";

/**
 * Counts a request in a window of fixed length. A request above the threshold is counted once: afterwards the counter stays,
 * so that the window can end. Returns the threshold, the count, and how many seconds the window still lasts.
 */
const SCRIPT = `
local count = redis.call('get', KEYS[1])
if count and tonumber(count) > tonumber(ARGV[1]) then
  return {tonumber(ARGV[1]), tonumber(count), redis.call('ttl', KEYS[1])}
end
count = redis.call('incr', KEYS[1])
if count == 1 then redis.call('expire', KEYS[1], ARGV[2]) end
return {tonumber(ARGV[1]), count, redis.call('ttl', KEYS[1])}`;

/** What the headers of the response show. */
class Quota {
  constructor(
    readonly limit: i64,
    readonly remaining: i64,
  ) {}
}

SetCtx<LimitConfig>("cluster-key-rate-limit", [
  ParseConfig<LimitConfig>(parseConfig),
  ProcessRequestHeadersBy<LimitConfig>(onRequestHeaders),
  ProcessResponseHeaders<LimitConfig>(onResponseHeaders),
]);

function onRequestHeaders(ctx: HttpContext, config: LimitConfig, log: Log): Action {
  const global = config.global;
  if (global !== null) return count(ctx, config, global, "global_threshold:" + global.seconds.toString(), log);
  for (let i = 0; i < config.items.length; i++) {
    const item = config.items[i];
    const hit = item.hit(ctx);
    if (hit === null) continue;
    const window = hit.threshold.seconds.toString();
    return count(ctx, config, hit.threshold, [item.type, window, item.name, hit.value].join(":"), log);
  }
  return Action.Continue;
}

/** Asks Redis whether the request may pass. */
function count(ctx: HttpContext, config: LimitConfig, threshold: Threshold, key: string, log: Log): Action {
  const keys = [PREFIX + config.ruleName + ":" + key];
  const args = [threshold.count.toString(), threshold.seconds.toString()];
  const error = config.redis.eval<LimitConfig>(ctx, config, SCRIPT, keys, args, onCount);
  if (error === null) return Action.Pause;
  if (config.rejectsOnFailure) reject(ctx, config, [], "the request is rejected without a decision", log);
  return Action.Continue;
}

function onCount(ctx: HttpContext, config: LimitConfig, reply: RedisReply, log: Log): void {
  const values = reply.array();
  if (reply.error !== null || values.length != 3) {
    log.error("redis made no decision: " + reply.string());
    if (config.rejectsOnFailure) reject(ctx, config, [], "the request is rejected without a decision", log);
    else ctx.resumeRequest();
    return;
  }
  const limit = values[0].integer();
  const used = values[1].integer();
  if (used <= limit) {
    if (config.showQuota) ctx.set<Quota>("quota", new Quota(limit, limit - used));
    ctx.resumeRequest();
    return;
  }
  const headers: string[][] = [];
  if (config.showQuota) {
    headers.push(["X-RateLimit-Limit", limit.toString()]);
    headers.push(["X-RateLimit-Remaining", "0"]);
  }
  headers.push(["X-RateLimit-Reset", values[2].integer().toString()]);
  reject(ctx, config, headers, "too many requests", log);
}

function reject(ctx: HttpContext, config: LimitConfig, headers: string[][], why: string, log: Log): void {
  log.debug(why);
  ctx.sendResponse(config.rejectedCode, headers, config.rejectedMessage, "cluster-key-rate-limit.rejected");
}

function onResponseHeaders(ctx: HttpContext, config: LimitConfig): Action {
  const quota = ctx.get<Quota>("quota");
  if (quota !== null) {
    ctx.responseHeaders.set("x-ratelimit-limit", quota.limit.toString());
    ctx.responseHeaders.set("x-ratelimit-remaining", quota.remaining.toString());
  }
  return Action.Continue;
}
