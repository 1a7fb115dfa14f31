import { FQDNCluster, Json, RedisClient, RedisOptions } from "as-proxy-wasm-sdk";
import { RuleItem, readRuleItem } from "./rule-item";
import { Threshold, readThreshold } from "./threshold";

export class LimitConfig {
  ruleName: string = "";
  /** The limit for all requests together; null when there are rule items. */
  global: Threshold | null = null;
  items: RuleItem[] = [];
  showQuota: bool = false;
  rejectedCode: i32 = 429;
  rejectedMessage: string = "Too many requests";
  /** Whether a request is rejected when Redis makes no decision. */
  rejectsOnFailure: bool = false;
  redis: RedisClient = new RedisClient(new FQDNCluster("", 0));
}

export function parseConfig(json: Json, config: LimitConfig): Error | null {
  const redis = json.get("redis");
  if (!redis.exists()) return new Error("missing redis in config");
  const service = redis.get("service_name").string();
  if (service == "") return new Error("redis service name must not be empty");

  const name = json.get("rule_name");
  if (!name.exists()) return new Error("missing rule_name in config");
  config.ruleName = name.string();
  const limits = readLimits(json, config);
  if (limits !== null) return limits;

  config.showQuota = json.get("show_limit_quota_header").bool();
  const code = json.get("rejected_code");
  const status = code.exists() && !code.isNull() ? code.i64() : 429;
  if (status < 200 || status > 599)
    return new Error("rejected_code: expected integer from 200 to 599, got " + code.string());
  config.rejectedCode = <i32>status;
  const message = json.get("rejected_msg");
  if (message.exists()) config.rejectedMessage = message.string();
  const fields = json.fields();
  config.rejectsOnFailure = fields.oneOf("on_redis_failure", "pass", ["pass", "reject"]) == "reject";
  if (fields.error !== null) return fields.error;
  return connect(redis, service, config);
}

function connect(redis: Json, service: string, config: LimitConfig): Error | null {
  // 0 stands for the default.
  let port = redis.get("service_port").i64();
  if (port == 0) port = service.endsWith(".static") ? 80 : 6379;
  let timeoutMs = redis.get("timeout").i64();
  if (timeoutMs == 0) timeoutMs = 1000;
  const database = redis.get("database").i64();
  if (port < 0 || port > 65535)
    return new Error("redis.service_port: expected integer from 0 to 65535, got " + port.toString());
  if (timeoutMs < 0 || timeoutMs > i32.MAX_VALUE)
    return new Error("redis.timeout: expected integer from 0 to 2147483647, got " + timeoutMs.toString());
  if (database < 0 || database > i32.MAX_VALUE)
    return new Error("redis.database: expected integer from 0 to 2147483647, got " + database.toString());
  const options = new RedisOptions();
  options.database = <i32>database;
  config.redis = new RedisClient(new FQDNCluster(service, <i32>port));
  return config.redis.init(redis.get("username").string(), redis.get("password").string(), <i32>timeoutMs, options);
}

function readLimits(json: Json, config: LimitConfig): Error | null {
  const global = json.get("global_threshold");
  const items = json.get("rule_items");
  if (global.exists() == items.exists()) {
    return new Error(
      global.exists()
        ? "'global_threshold' and 'rule_items' cannot be set at the same time"
        : "at least one of 'global_threshold' or 'rule_items' must be set",
    );
  }
  if (global.exists()) {
    const threshold = readThreshold(global, "");
    config.global = threshold;
    const error = threshold.error;
    return error === null ? null : new Error("failed to parse global_threshold: " + error.message);
  }
  const elements = items.array();
  if (elements.length == 0) return new Error("config rule_items cannot be empty");
  for (let i = 0; i < elements.length; i++) {
    const item = readRuleItem(elements[i]);
    const error = item.error;
    if (error !== null) return new Error("failed to parse rule_item in rule_items: " + error.message);
    config.items.push(item);
  }
  return null;
}
