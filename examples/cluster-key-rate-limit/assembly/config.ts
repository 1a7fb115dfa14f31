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

  config.ruleName = json.get("rule_name").string();
  if (config.ruleName == "") return new Error("missing rule_name in config");
  const limits = readLimits(json, config);
  if (limits !== null) return limits;

  const fields = json.fields();
  config.showQuota = fields.bool("show_limit_quota_header");
  config.rejectedCode = fields.i32("rejected_code", 429, 200, 599);
  config.rejectedMessage = fields.string("rejected_msg", "Too many requests");
  config.rejectsOnFailure = fields.oneOf("on_redis_failure", "pass", ["pass", "reject"]) == "reject";

  const server = fields.required("redis").object("redis");
  const port = server.i32("service_port", service.endsWith(".static") ? 80 : 6379, 1, 65535);
  const options = new RedisOptions();
  options.database = server.i32("database", 0, 0);
  const user = server.string("username");
  const password = server.string("password");
  const timeoutMs = server.i32("timeout", 1000, 1);
  if (fields.error !== null) return fields.error;
  config.redis = new RedisClient(new FQDNCluster(service, port));
  return config.redis.init(user, password, timeoutMs, options);
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
