import { integerText } from "../../abi/decimal";
import { HttpContext } from "../../wrapper/http-context";
import { RedisConnection, RedisHandler } from "./redis-connection";

/**
 * A client of a Redis server, on Higress. A hook sends a command and returns `Action.Pause`; when the reply arrives, the
 * call handler resumes the message or sends a local reply, as with `HttpClient`. Each command returns null if it was sent,
 * otherwise an error, which is also logged. A command that fails later gives the call handler a reply with an error.
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
  eval<E>(
    ctx: HttpContext,
    env: E,
    script: string,
    keys: string[],
    args: string[],
    done: RedisHandler<E> | null,
  ): Error | null {
    const all = ["eval", script, integerText(keys.length)].concat(keys).concat(args);
    return this.command<E>(ctx, env, all, done);
  }

  /** Deletes a key. The reply is the number of deleted keys. */
  del<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["del", key], done);
  }

  /** Asks whether a key exists. The reply is 1 or 0. */
  exists<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["exists", key], done);
  }

  /** Sets after how many seconds a key is deleted. */
  expire<E>(ctx: HttpContext, env: E, key: string, ttl: i32, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["expire", key, integerText(ttl)], done);
  }

  /** Removes the time limit of a key. */
  persist<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["persist", key], done);
  }

  /** Reads a text. The reply is null if the key does not exist. */
  get<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["get", key], done);
  }

  /** Writes a text. */
  set<E>(ctx: HttpContext, env: E, key: string, value: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["set", key, value], done);
  }

  /** Writes a text that is deleted after `ttl` seconds. */
  setEx<E>(ctx: HttpContext, env: E, key: string, value: string, ttl: i32, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["set", key, value, "ex", integerText(ttl)], done);
  }

  /** Writes a text if the key does not exist. A `ttl` above 0 deletes it after as many seconds. The reply is null if the key
   * exists. */
  setNX<E>(ctx: HttpContext, env: E, key: string, value: string, ttl: i32, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(
      ctx,
      env,
      ttl > 0 ? ["set", key, value, "nx", "ex", integerText(ttl)] : ["set", key, value, "nx"],
      done,
    );
  }

  /** Reads several texts. The reply is an array. */
  mGet<E>(ctx: HttpContext, env: E, keys: string[], done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["mget"].concat(keys), done);
  }

  /** Writes several texts. */
  mSet<E>(ctx: HttpContext, env: E, values: Map<string, string>, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["mset"].concat(pairsOf(values)), done);
  }

  /** Adds 1 to an integer. The reply is the sum. */
  incr<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["incr", key], done);
  }

  /** Subtracts 1 from an integer. The reply is the difference. */
  decr<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["decr", key], done);
  }

  /** Adds to an integer. The reply is the sum. */
  incrBy<E>(ctx: HttpContext, env: E, key: string, delta: i32, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["incrby", key, integerText(delta)], done);
  }

  /** Subtracts from an integer. The reply is the difference. */
  decrBy<E>(ctx: HttpContext, env: E, key: string, delta: i32, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["decrby", key, integerText(delta)], done);
  }

  /** Asks for the length of a list. */
  lLen<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["llen", key], done);
  }

  /** Appends values to a list. The reply is the length. */
  rPush<E>(ctx: HttpContext, env: E, key: string, values: string[], done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["rpush", key].concat(values), done);
  }

  /** Removes the last value of a list. */
  rPop<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["rpop", key], done);
  }

  /** Puts values in front of a list, one after the other. The reply is the length. */
  lPush<E>(ctx: HttpContext, env: E, key: string, values: string[], done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["lpush", key].concat(values), done);
  }

  /** Removes the first value of a list. */
  lPop<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["lpop", key], done);
  }

  /** Reads a value of a list. */
  lIndex<E>(ctx: HttpContext, env: E, key: string, index: i32, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["lindex", key, integerText(index)], done);
  }

  /** Reads the values of a list from `start` to `stop`; negative numbers count from the end. */
  lRange<E>(ctx: HttpContext, env: E, key: string, start: i32, stop: i32, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["lrange", key, integerText(start), integerText(stop)], done);
  }

  /** Removes a value from a list, `count` times; 0 removes all. */
  lRem<E>(
    ctx: HttpContext,
    env: E,
    key: string,
    count: i32,
    value: string,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["lrem", key, integerText(count), value], done);
  }

  /** Puts a value in front of another value of a list. */
  lInsertBefore<E>(
    ctx: HttpContext,
    env: E,
    key: string,
    pivot: string,
    value: string,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["linsert", key, "before", pivot, value], done);
  }

  /** Puts a value behind another value of a list. */
  lInsertAfter<E>(
    ctx: HttpContext,
    env: E,
    key: string,
    pivot: string,
    value: string,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["linsert", key, "after", pivot, value], done);
  }

  /** Asks whether a hash has a field. The reply is 1 or 0. */
  hExists<E>(ctx: HttpContext, env: E, key: string, field: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["hexists", key, field], done);
  }

  /** Deletes fields of a hash. */
  hDel<E>(ctx: HttpContext, env: E, key: string, fields: string[], done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["hdel", key].concat(fields), done);
  }

  /** Asks for the number of fields of a hash. */
  hLen<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["hlen", key], done);
  }

  /** Reads a field of a hash. */
  hGet<E>(ctx: HttpContext, env: E, key: string, field: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["hget", key, field], done);
  }

  /** Writes a field of a hash. */
  hSet<E>(
    ctx: HttpContext,
    env: E,
    key: string,
    field: string,
    value: string,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["hset", key, field, value], done);
  }

  /** Reads several fields of a hash. The reply is an array. */
  hMGet<E>(ctx: HttpContext, env: E, key: string, fields: string[], done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["hmget", key].concat(fields), done);
  }

  /** Writes several fields of a hash. */
  hMSet<E>(
    ctx: HttpContext,
    env: E,
    key: string,
    values: Map<string, string>,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["hmset", key].concat(pairsOf(values)), done);
  }

  /** Reads the names of the fields of a hash. */
  hKeys<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["hkeys", key], done);
  }

  /** Reads the values of the fields of a hash. */
  hVals<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["hvals", key], done);
  }

  /** Reads all fields of a hash. The reply is an array of names and values in turn. */
  hGetAll<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["hgetall", key], done);
  }

  /** Adds to an integer in a field of a hash. */
  hIncrBy<E>(
    ctx: HttpContext,
    env: E,
    key: string,
    field: string,
    delta: i32,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["hincrby", key, field, integerText(delta)], done);
  }

  /** Adds to a number in a field of a hash. */
  hIncrByFloat<E>(
    ctx: HttpContext,
    env: E,
    key: string,
    field: string,
    delta: f64,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["hincrbyfloat", key, field, numberText(delta)], done);
  }

  /** Asks for the number of members of a set. */
  sCard<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["scard", key], done);
  }

  /** Adds members to a set. */
  sAdd<E>(ctx: HttpContext, env: E, key: string, members: string[], done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["sadd", key].concat(members), done);
  }

  /** Removes members from a set. */
  sRem<E>(ctx: HttpContext, env: E, key: string, members: string[], done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["srem", key].concat(members), done);
  }

  /** Asks whether a set has a member. The reply is 1 or 0. */
  sIsMember<E>(ctx: HttpContext, env: E, key: string, member: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["sismember", key, member], done);
  }

  /** Reads all members of a set. */
  sMembers<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["smembers", key], done);
  }

  /** Reads the members of a set that another set does not have. */
  sDiff<E>(ctx: HttpContext, env: E, key: string, other: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["sdiff", key, other], done);
  }

  /** Writes the difference of two sets. */
  sDiffStore<E>(
    ctx: HttpContext,
    env: E,
    target: string,
    key: string,
    other: string,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["sdiffstore", target, key, other], done);
  }

  /** Reads the members that both sets have. */
  sInter<E>(ctx: HttpContext, env: E, key: string, other: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["sinter", key, other], done);
  }

  /** Writes the intersection of two sets. */
  sInterStore<E>(
    ctx: HttpContext,
    env: E,
    target: string,
    key: string,
    other: string,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["sinterstore", target, key, other], done);
  }

  /** Reads the members of both sets. */
  sUnion<E>(ctx: HttpContext, env: E, key: string, other: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["sunion", key, other], done);
  }

  /** Writes the union of two sets. */
  sUnionStore<E>(
    ctx: HttpContext,
    env: E,
    target: string,
    key: string,
    other: string,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["sunionstore", target, key, other], done);
  }

  /** Asks for the number of members of a sorted set. */
  zCard<E>(ctx: HttpContext, env: E, key: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["zcard", key], done);
  }

  /** Adds members with their scores to a sorted set. */
  zAdd<E>(ctx: HttpContext, env: E, key: string, scores: Map<string, f64>, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["zadd", key].concat(scoresOf(scores)), done);
  }

  /** Asks for the number of members whose score is from `min` to `max`. */
  zCount<E>(ctx: HttpContext, env: E, key: string, min: f64, max: f64, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["zcount", key, numberText(min), numberText(max)], done);
  }

  /** Adds to the score of a member. */
  zIncrBy<E>(
    ctx: HttpContext,
    env: E,
    key: string,
    member: string,
    delta: f64,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["zincrby", key, numberText(delta), member], done);
  }

  /** Reads the score of a member. */
  zScore<E>(ctx: HttpContext, env: E, key: string, member: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["zscore", key, member], done);
  }

  /** Asks for the position of a member, lowest score first. */
  zRank<E>(ctx: HttpContext, env: E, key: string, member: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["zrank", key, member], done);
  }

  /** Asks for the position of a member, highest score first. */
  zRevRank<E>(ctx: HttpContext, env: E, key: string, member: string, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["zrevrank", key, member], done);
  }

  /** Removes members from a sorted set. */
  zRem<E>(ctx: HttpContext, env: E, key: string, members: string[], done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["zrem", key].concat(members), done);
  }

  /** Reads members from `start` to `stop`, lowest score first. */
  zRange<E>(ctx: HttpContext, env: E, key: string, start: i32, stop: i32, done: RedisHandler<E> | null): Error | null {
    return this.command<E>(ctx, env, ["zrange", key, integerText(start), integerText(stop)], done);
  }

  /** Reads members from `start` to `stop`, highest score first. */
  zRevRange<E>(
    ctx: HttpContext,
    env: E,
    key: string,
    start: i32,
    stop: i32,
    done: RedisHandler<E> | null,
  ): Error | null {
    return this.command<E>(ctx, env, ["zrevrange", key, integerText(start), integerText(stop)], done);
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
