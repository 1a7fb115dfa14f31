import { integerText } from "../../abi/decimal";
import { Caller } from "../../wrapper/caller";
import { HttpContext } from "../../wrapper/http-context";
import { RedisConnection, RedisHandler } from "./redis-connection";

/**
 * A client of a Redis server, on Higress. A hook sends a command and returns `Action.Pause`; when the reply arrives, the
 * call handler resumes the message or sends a local reply, as with `HttpClient`. Each command returns null if it was sent,
 * otherwise an error, which is also logged. A command that fails later gives the call handler a reply with an error. A tick
 * or a parser sends commands with its `PluginContext`: `redis.get<Config, PluginContext>(ctx, …)`.
 *
 * A plugin with this class loads only on Higress. With `"use": ["HIGRESS_CALLS=0"]` among the options of asconfig.json, the
 * build loads on Istio and Envoy as well, and `init` and each command return the error `not available on this gateway`.
 *
 * @example
 * ```ts
 * const redis = new RedisClient(new K8sCluster("redis", "default", 6379));
 *
 * function parseConfig(json: Json, config: Config, log: Log): Error | null {
 *   return redis.init("", json.get("password").string(), 1000);
 * }
 *
 * function limit(ctx: HttpContext, config: Config, log: Log): Action {
 *   const error = redis.incr<Config>(ctx, config, "requests", onCount);
 *   return error === null ? Action.Pause : Action.Continue;
 * }
 *
 * function onCount(ctx: HttpContext, config: Config, reply: RedisReply, log: Log): void {
 *   if (reply.integer() > 100) ctx.sendResponse(429, [], "too many requests");
 *   else ctx.resumeRequest();
 * }
 * ```
 */
export class RedisClient extends RedisConnection {
  /**
   * Runs a Lua script on the server.
   *
   * @param keys the names that the script reads as `KEYS`
   * @param args the values that the script reads as `ARGV`
   */
  eval<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    script: string,
    keys: string[],
    args: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    const all = ["eval", script, integerText(keys.length)].concat(keys).concat(args);
    return this.command<E, X>(ctx, env, all, done);
  }

  /** Deletes a key. The reply is the number of deleted keys. */
  del<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["del", key], done);
  }

  /** Asks whether a key exists. The reply is 1 or 0. */
  exists<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["exists", key], done);
  }

  /** Sets after how many seconds a key is deleted. */
  expire<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    ttl: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["expire", key, integerText(ttl)], done);
  }

  /** Removes the time limit of a key. */
  persist<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["persist", key], done);
  }

  /** Reads a text. The reply is null if the key does not exist. */
  get<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["get", key], done);
  }

  /** Writes a text. */
  set<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    value: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["set", key, value], done);
  }

  /** Writes a text that is deleted after `ttl` seconds. */
  setEx<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    value: string,
    ttl: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["set", key, value, "ex", integerText(ttl)], done);
  }

  /** Writes a text if the key does not exist. A `ttl` above 0 deletes it after as many seconds. The reply is null if the key
   * exists. */
  setNX<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    value: string,
    ttl: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(
      ctx,
      env,
      ttl > 0 ? ["set", key, value, "nx", "ex", integerText(ttl)] : ["set", key, value, "nx"],
      done,
    );
  }

  /** Reads several texts. The reply is an array. */
  mGet<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    keys: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["mget"].concat(keys), done);
  }

  /** Writes several texts. */
  mSet<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    values: Map<string, string>,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["mset"].concat(pairsOf(values)), done);
  }

  /** Adds 1 to an integer. The reply is the sum. */
  incr<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["incr", key], done);
  }

  /** Subtracts 1 from an integer. The reply is the difference. */
  decr<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["decr", key], done);
  }

  /** Adds to an integer. The reply is the sum. */
  incrBy<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    delta: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["incrby", key, integerText(delta)], done);
  }

  /** Subtracts from an integer. The reply is the difference. */
  decrBy<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    delta: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["decrby", key, integerText(delta)], done);
  }

  /** Asks for the length of a list. */
  lLen<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["llen", key], done);
  }

  /** Appends values to a list. The reply is the length. */
  rPush<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    values: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["rpush", key].concat(values), done);
  }

  /** Removes the last value of a list. */
  rPop<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["rpop", key], done);
  }

  /** Puts values in front of a list, one after the other. The reply is the length. */
  lPush<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    values: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["lpush", key].concat(values), done);
  }

  /** Removes the first value of a list. */
  lPop<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["lpop", key], done);
  }

  /** Reads a value of a list. */
  lIndex<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    index: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["lindex", key, integerText(index)], done);
  }

  /** Reads the values of a list from `start` to `stop`; negative numbers count from the end. */
  lRange<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    start: i32,
    stop: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["lrange", key, integerText(start), integerText(stop)], done);
  }

  /** Removes a value from a list, `count` times; 0 removes all. */
  lRem<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    count: i32,
    value: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["lrem", key, integerText(count), value], done);
  }

  /** Puts a value in front of another value of a list. */
  lInsertBefore<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    pivot: string,
    value: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["linsert", key, "before", pivot, value], done);
  }

  /** Puts a value behind another value of a list. */
  lInsertAfter<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    pivot: string,
    value: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["linsert", key, "after", pivot, value], done);
  }

  /** Asks whether a hash has a field. The reply is 1 or 0. */
  hExists<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    field: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["hexists", key, field], done);
  }

  /** Deletes fields of a hash. */
  hDel<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    fields: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["hdel", key].concat(fields), done);
  }

  /** Asks for the number of fields of a hash. */
  hLen<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["hlen", key], done);
  }

  /** Reads a field of a hash. */
  hGet<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    field: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["hget", key, field], done);
  }

  /** Writes a field of a hash. */
  hSet<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    field: string,
    value: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["hset", key, field, value], done);
  }

  /** Reads several fields of a hash. The reply is an array. */
  hMGet<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    fields: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["hmget", key].concat(fields), done);
  }

  /** Writes several fields of a hash. */
  hMSet<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    values: Map<string, string>,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["hmset", key].concat(pairsOf(values)), done);
  }

  /** Reads the names of the fields of a hash. */
  hKeys<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["hkeys", key], done);
  }

  /** Reads the values of the fields of a hash. */
  hVals<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["hvals", key], done);
  }

  /** Reads all fields of a hash. The reply is an array of names and values in turn. */
  hGetAll<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["hgetall", key], done);
  }

  /** Adds to an integer in a field of a hash. */
  hIncrBy<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    field: string,
    delta: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["hincrby", key, field, integerText(delta)], done);
  }

  /** Adds to a number in a field of a hash. */
  hIncrByFloat<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    field: string,
    delta: f64,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["hincrbyfloat", key, field, numberText(delta)], done);
  }

  /** Asks for the number of members of a set. */
  sCard<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["scard", key], done);
  }

  /** Adds members to a set. */
  sAdd<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    members: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["sadd", key].concat(members), done);
  }

  /** Removes members from a set. */
  sRem<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    members: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["srem", key].concat(members), done);
  }

  /** Asks whether a set has a member. The reply is 1 or 0. */
  sIsMember<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    member: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["sismember", key, member], done);
  }

  /** Reads all members of a set. */
  sMembers<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["smembers", key], done);
  }

  /** Reads the members of a set that another set does not have. */
  sDiff<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    other: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["sdiff", key, other], done);
  }

  /** Writes the difference of two sets. */
  sDiffStore<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    target: string,
    key: string,
    other: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["sdiffstore", target, key, other], done);
  }

  /** Reads the members that both sets have. */
  sInter<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    other: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["sinter", key, other], done);
  }

  /** Writes the intersection of two sets. */
  sInterStore<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    target: string,
    key: string,
    other: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["sinterstore", target, key, other], done);
  }

  /** Reads the members of both sets. */
  sUnion<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    other: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["sunion", key, other], done);
  }

  /** Writes the union of two sets. */
  sUnionStore<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    target: string,
    key: string,
    other: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["sunionstore", target, key, other], done);
  }

  /** Asks for the number of members of a sorted set. */
  zCard<E, X extends Caller = HttpContext>(ctx: X, env: E, key: string, done: RedisHandler<E, X> | null): Error | null {
    return this.command<E, X>(ctx, env, ["zcard", key], done);
  }

  /** Adds members with their scores to a sorted set. */
  zAdd<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    scores: Map<string, f64>,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["zadd", key].concat(scoresOf(scores)), done);
  }

  /** Asks for the number of members whose score is from `min` to `max`. */
  zCount<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    min: f64,
    max: f64,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["zcount", key, numberText(min), numberText(max)], done);
  }

  /** Adds to the score of a member. */
  zIncrBy<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    member: string,
    delta: f64,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["zincrby", key, numberText(delta), member], done);
  }

  /** Reads the score of a member. */
  zScore<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    member: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["zscore", key, member], done);
  }

  /** Asks for the position of a member, lowest score first. */
  zRank<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    member: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["zrank", key, member], done);
  }

  /** Asks for the position of a member, highest score first. */
  zRevRank<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    member: string,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["zrevrank", key, member], done);
  }

  /** Removes members from a sorted set. */
  zRem<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    members: string[],
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["zrem", key].concat(members), done);
  }

  /** Reads members from `start` to `stop`, lowest score first. */
  zRange<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    start: i32,
    stop: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["zrange", key, integerText(start), integerText(stop)], done);
  }

  /** Reads members from `start` to `stop`, highest score first. */
  zRevRange<E, X extends Caller = HttpContext>(
    ctx: X,
    env: E,
    key: string,
    start: i32,
    stop: i32,
    done: RedisHandler<E, X> | null,
  ): Error | null {
    return this.command<E, X>(ctx, env, ["zrevrange", key, integerText(start), integerText(stop)], done);
  }
}

/** A number as Go prints it: without ".0" for integers. */
function numberText(value: f64): string {
  const text = value.toString();
  return text.endsWith(".0") ? text.substring(0, text.length - 2) : text;
}

/** The keys and values in turn, in the order in which the map got them. */
function pairsOf(map: Map<string, string>): string[] {
  const pairs = new Array<string>();
  const keys = map.keys();
  for (let i = 0; i < keys.length; i++) {
    pairs.push(keys[i]);
    pairs.push(map.get(keys[i]));
  }
  return pairs;
}

/** The scores and members in turn. */
function scoresOf(map: Map<string, f64>): string[] {
  const pairs = new Array<string>();
  const members = map.keys();
  for (let i = 0; i < members.length; i++) {
    pairs.push(numberText(map.get(members[i])));
    pairs.push(members[i]);
  }
  return pairs;
}
