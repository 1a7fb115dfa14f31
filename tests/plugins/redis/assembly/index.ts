// Sends a Redis command for each request: the command of the header `x-redis`, such as {"do":"get","key":"a"}. The request
// waits for the reply, which becomes the local reply. Without a command, the request passes. With "ticks", a tick counts.
import {
  Action,
  FQDNCluster,
  HttpContext,
  Json,
  Log,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  PluginContext,
  RedisClient,
  RedisOptions,
  RedisReply,
  registerTick,
  SetCtx,
} from "as-proxy-wasm-sdk";

const TYPES = ["error", "status", "integer", "bulk", "array", "null"];

class Config {
  redis: RedisClient | null = null;
  ignoresReply: bool = false;
}

SetCtx<Config>("redis", [ParseConfigBy<Config>(parseConfig), ProcessRequestHeadersBy<Config>(onRequestHeaders)]);

function parseConfig(json: Json, config: Config, log: Log): Error | null {
  const redis = new RedisClient(new FQDNCluster(json.get("cluster").string(), 80));
  config.redis = redis;
  config.ignoresReply = json.get("ignoresReply").bool();
  if (json.get("ticks").bool()) registerTick<Config>(1000, config, onTick);
  if (json.get("noInit").bool()) return null;
  const options = new RedisOptions();
  options.database = json.get("database").i32();
  if (json.get("noBuffer").bool()) {
    options.bufferFlushTimeoutMs = 0;
    options.maxBufferSizeBeforeFlush = 0;
  }
  const error = redis.init(json.get("user").string(), json.get("password").string(), 1000, options);
  if (error !== null) log.warn("init: " + error.message);
  log.info("ready: " + redis.isReady.toString());
  return null;
}

function onTick(ctx: PluginContext, config: Config, log: Log): void {
  const redis = config.redis;
  if (redis !== null) redis.incr<Config, PluginContext>(ctx, config, "ticks", onCounted);
}

function onCounted(ctx: PluginContext, config: Config, reply: RedisReply, log: Log): void {
  log.info("tick " + reply.string());
}

function onRequestHeaders(ctx: HttpContext, config: Config, log: Log): Action {
  const redis = config.redis;
  const header = ctx.requestHeaders.get("x-redis");
  if (redis === null || header === null) return Action.Continue;
  const a = Json.parse(header);
  const error = send(ctx, config, redis, a.get("do").string(), a);
  if (error !== null) {
    ctx.sendResponse(500, [], error.message);
    return Action.Continue;
  }
  return config.ignoresReply ? Action.Continue : Action.Pause;
}

function send(ctx: HttpContext, config: Config, redis: RedisClient, name: string, a: Json): Error | null {
  if (config.ignoresReply) return redis.command<Config>(ctx, config, texts(a, "args"), null);
  if (name == "command") return redis.command<Config>(ctx, config, texts(a, "args"), onReply);
  if (name == "eval") {
    return redis.eval<Config>(ctx, config, text(a, "script"), texts(a, "keys"), texts(a, "args"), onReply);
  }
  if (name == "del") return redis.del<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "exists") return redis.exists<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "expire") return redis.expire<Config>(ctx, config, text(a, "key"), int(a, "ttl"), onReply);
  if (name == "persist") return redis.persist<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "get") return redis.get<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "set") return redis.set<Config>(ctx, config, text(a, "key"), text(a, "value"), onReply);
  if (name == "setEx")
    return redis.setEx<Config>(ctx, config, text(a, "key"), text(a, "value"), int(a, "ttl"), onReply);
  if (name == "setNX")
    return redis.setNX<Config>(ctx, config, text(a, "key"), text(a, "value"), int(a, "ttl"), onReply);
  if (name == "mGet") return redis.mGet<Config>(ctx, config, texts(a, "keys"), onReply);
  if (name == "mSet") return redis.mSet<Config>(ctx, config, map(a, "values"), onReply);
  if (name == "incr") return redis.incr<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "decr") return redis.decr<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "incrBy") return redis.incrBy<Config>(ctx, config, text(a, "key"), int(a, "delta"), onReply);
  if (name == "decrBy") return redis.decrBy<Config>(ctx, config, text(a, "key"), int(a, "delta"), onReply);
  if (name == "lLen") return redis.lLen<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "rPush") return redis.rPush<Config>(ctx, config, text(a, "key"), texts(a, "values"), onReply);
  if (name == "rPop") return redis.rPop<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "lPush") return redis.lPush<Config>(ctx, config, text(a, "key"), texts(a, "values"), onReply);
  if (name == "lPop") return redis.lPop<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "lIndex") return redis.lIndex<Config>(ctx, config, text(a, "key"), int(a, "index"), onReply);
  if (name == "lRange")
    return redis.lRange<Config>(ctx, config, text(a, "key"), int(a, "start"), int(a, "stop"), onReply);
  if (name == "lRem")
    return redis.lRem<Config>(ctx, config, text(a, "key"), int(a, "count"), text(a, "value"), onReply);
  if (name == "lInsertBefore")
    return redis.lInsertBefore<Config>(ctx, config, text(a, "key"), text(a, "pivot"), text(a, "value"), onReply);
  if (name == "lInsertAfter")
    return redis.lInsertAfter<Config>(ctx, config, text(a, "key"), text(a, "pivot"), text(a, "value"), onReply);
  if (name == "hExists") return redis.hExists<Config>(ctx, config, text(a, "key"), text(a, "field"), onReply);
  if (name == "hDel") return redis.hDel<Config>(ctx, config, text(a, "key"), texts(a, "fields"), onReply);
  if (name == "hLen") return redis.hLen<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "hGet") return redis.hGet<Config>(ctx, config, text(a, "key"), text(a, "field"), onReply);
  if (name == "hSet")
    return redis.hSet<Config>(ctx, config, text(a, "key"), text(a, "field"), text(a, "value"), onReply);
  if (name == "hMGet") return redis.hMGet<Config>(ctx, config, text(a, "key"), texts(a, "fields"), onReply);
  if (name == "hMSet") return redis.hMSet<Config>(ctx, config, text(a, "key"), map(a, "values"), onReply);
  if (name == "hKeys") return redis.hKeys<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "hVals") return redis.hVals<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "hGetAll") return redis.hGetAll<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "hIncrBy")
    return redis.hIncrBy<Config>(ctx, config, text(a, "key"), text(a, "field"), int(a, "delta"), onReply);
  if (name == "hIncrByFloat")
    return redis.hIncrByFloat<Config>(ctx, config, text(a, "key"), text(a, "field"), a.get("delta").f64(), onReply);
  if (name == "sCard") return redis.sCard<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "sAdd") return redis.sAdd<Config>(ctx, config, text(a, "key"), texts(a, "members"), onReply);
  if (name == "sRem") return redis.sRem<Config>(ctx, config, text(a, "key"), texts(a, "members"), onReply);
  if (name == "sIsMember") return redis.sIsMember<Config>(ctx, config, text(a, "key"), text(a, "member"), onReply);
  if (name == "sMembers") return redis.sMembers<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "sDiff") return redis.sDiff<Config>(ctx, config, text(a, "key"), text(a, "other"), onReply);
  if (name == "sDiffStore")
    return redis.sDiffStore<Config>(ctx, config, text(a, "target"), text(a, "key"), text(a, "other"), onReply);
  if (name == "sInter") return redis.sInter<Config>(ctx, config, text(a, "key"), text(a, "other"), onReply);
  if (name == "sInterStore")
    return redis.sInterStore<Config>(ctx, config, text(a, "target"), text(a, "key"), text(a, "other"), onReply);
  if (name == "sUnion") return redis.sUnion<Config>(ctx, config, text(a, "key"), text(a, "other"), onReply);
  if (name == "sUnionStore")
    return redis.sUnionStore<Config>(ctx, config, text(a, "target"), text(a, "key"), text(a, "other"), onReply);
  if (name == "zCard") return redis.zCard<Config>(ctx, config, text(a, "key"), onReply);
  if (name == "zAdd") return redis.zAdd<Config>(ctx, config, text(a, "key"), scores(a, "scores"), onReply);
  if (name == "zCount")
    return redis.zCount<Config>(ctx, config, text(a, "key"), a.get("min").f64(), a.get("max").f64(), onReply);
  if (name == "zIncrBy")
    return redis.zIncrBy<Config>(ctx, config, text(a, "key"), text(a, "member"), a.get("delta").f64(), onReply);
  if (name == "zScore") return redis.zScore<Config>(ctx, config, text(a, "key"), text(a, "member"), onReply);
  if (name == "zRank") return redis.zRank<Config>(ctx, config, text(a, "key"), text(a, "member"), onReply);
  if (name == "zRevRank") return redis.zRevRank<Config>(ctx, config, text(a, "key"), text(a, "member"), onReply);
  if (name == "zRem") return redis.zRem<Config>(ctx, config, text(a, "key"), texts(a, "members"), onReply);
  if (name == "zRange")
    return redis.zRange<Config>(ctx, config, text(a, "key"), int(a, "start"), int(a, "stop"), onReply);
  if (name == "zRevRange")
    return redis.zRevRange<Config>(ctx, config, text(a, "key"), int(a, "start"), int(a, "stop"), onReply);
  return new Error("no command " + name);
}

function onReply(ctx: HttpContext, config: Config, reply: RedisReply, log: Log): void {
  const parts = [TYPES[reply.type], reply.string(), reply.integer().toString(), reply.float().toString()]; // cannot trap: TYPES has all types
  parts.push(reply.bool() ? "true" : "false");
  parts.push(reply.array().length.toString());
  const error = reply.error;
  const headers = [
    ["x-null", reply.isNull.toString()],
    ["x-bytes", reply.bytes().byteLength.toString()],
  ];
  ctx.sendResponse(error === null ? 200 : 502, headers, parts.join("|"));
}

function text(a: Json, name: string): string {
  return a.get(name).string();
}

function int(a: Json, name: string): i32 {
  return a.get(name).i32();
}

function texts(a: Json, name: string): string[] {
  const found: string[] = [];
  const values = a.get(name).array();
  for (let i = 0; i < values.length; i++) found.push(values[i].string());
  return found;
}

function map(a: Json, name: string): Map<string, string> {
  const found = new Map<string, string>();
  const entries = a.get(name).entries();
  for (let i = 0; i < entries.length; i++) found.set(entries[i].key, entries[i].value.string());
  return found;
}

function scores(a: Json, name: string): Map<string, f64> {
  const found = new Map<string, f64>();
  const entries = a.get(name).entries();
  for (let i = 0; i < entries.length; i++) found.set(entries[i].key, entries[i].value.f64());
  return found;
}
