import { Fields, getProperty, isFieldValue, isToken, Json, Log } from "as-proxy-wasm-sdk";
import { Buckets, Rate } from "./bucket";
import { configData } from "./echo";
import { KeySource } from "./key";
import { ProcessBuckets } from "./process-buckets";
import { WorkerBuckets } from "./worker-buckets";

/** A configuration with its buckets. Each rule has its own buckets. */
export class LimitConfig {
  key: KeySource = new KeySource("none", "");
  buckets: Buckets = new WorkerBuckets(new Rate(2, 2), 1);
  status: i32 = 403;
  body: string = "";
  headers: string[][] = [];
  responseHeaders: string[][] = [];
  /** The value of the header `configdata`; "" to send no such header. */
  configData: string = "";
}

/** Parses the global configuration or the configuration of a rule. */
export function readConfig(json: Json, config: LimitConfig, log: Log): Error | null {
  // Without a configuration all fields have their defaults.
  const fields = (json.exists() ? json : Json.parse("{}")).fields();
  const rate = new Rate(<f64>fields.i32("capacity", 2, 1, 1_000_000), fields.f64("refillPerSecond", 2, 0, 1_000_000));
  const maxKeys = fields.i32("maxKeys", 10_000, 1, 1_000_000);
  const scope = fields.oneOf("scope", "worker", ["worker", "process"]);
  config.key = readKey(fields);
  config.status = fields.i32("status", 403, 200, 599);
  config.body = fields.string("body", "rate limited, wait and retry.");
  config.headers = fields.has("headers") ? readHeaders(fields, "headers") : [["powered-by", "proxy-wasm-go-sdk!!"]];
  config.responseHeaders = readHeaders(fields, "responseHeaders");
  if (fields.bool("echoConfig")) {
    config.configData = configData(json);
    if (config.configData.length == 0) log.warn("no header configdata: the configuration is larger than 4 KB");
  }
  if (scope == "worker") config.buckets = new WorkerBuckets(rate, maxKeys);
  else config.buckets = new ProcessBuckets(nameOf(json, config.key, maxKeys), rate, maxKeys, log);
  return fields.error;
}

function readKey(fields: Fields): KeySource {
  const by = fields.oneOf("keyBy", "none", ["none", "header", "address", "consumer"]);
  const header = fields.string("keyHeader");
  if (by == "header" && !isToken(header)) fields.fail("keyHeader", "expected the name of a header");
  return new KeySource(by, header);
}

function readHeaders(fields: Fields, name: string): string[][] {
  const headers: string[][] = [];
  fields.object(name); // adds an error if the field is not an object
  const entries = fields.json(name).entries();
  for (let i = 0; i < entries.length; i++) {
    const key = entries[i].key;
    const value = entries[i].value;
    if (!isToken(key)) fields.fail(name, 'expected names of headers, got "' + key + '"');
    else if (!value.isString()) fields.fail(name + "." + key, "expected string, got " + value.typeName());
    else if (!isFieldValue(value.string())) fields.fail(name + "." + key, "expected no control characters");
    else headers.push([key, value.string()]);
  }
  return headers;
}

/** The name of a rule's buckets in shared data. It is the same on every worker, and after an update. */
function nameOf(json: Json, key: KeySource, maxKeys: i32): string {
  let name = "token-bucket/" + getProperty(["plugin_name"]).string();
  const entries = json.entries();
  for (let i = 0; i < entries.length; i++) {
    if (entries[i].key.startsWith("_match_")) name += "/" + entries[i].key + entries[i].value.raw();
  }
  return name + "/" + key.by + ":" + key.header + "/" + maxKeys.toString();
}
