import { config, getProperty, isFieldValue, isToken, Json, Log } from "as-proxy-wasm-sdk";
import { Buckets, Rate } from "./bucket";
import { configData } from "./echo";
import { KeyBy, KeySource } from "./key";
import { ProcessBuckets } from "./process-buckets";
import { WorkerBuckets } from "./worker-buckets";

/** Which requests share a bucket: those of a worker, or those of the whole process. */
enum Scope {
  worker,
  process,
}

/** A configuration with its buckets. Each rule has its own buckets. */
@config
export class LimitConfig {
  /** The most tokens of a bucket. @minimum 1 @maximum 1000000 */
  capacity: i32 = 2;
  /** @minimum 0 @maximum 1000000 */
  refillPerSecond: f64 = 2;
  /** The most buckets. @minimum 1 @maximum 1000000 */
  maxKeys: i32 = 10_000;
  scope: Scope = Scope.worker;
  keyBy: KeyBy = KeyBy.none;
  keyHeader: string = "";
  /** @minimum 200 @maximum 599 */
  status: i32 = 403;
  body: string = "rate limited, wait and retry.";
  /** The headers of the local reply. @default {"powered-by": "proxy-wasm-go-sdk!!"} */
  headers: Map<string, string> = new Map<string, string>().set("powered-by", "proxy-wasm-go-sdk!!");
  /** The headers that are added to other responses. */
  responseHeaders: Map<string, string> = new Map();
  /** Adds the configuration to responses, as the header `configdata`. */
  echoConfig: bool = false;

  // The rest is made from the configuration.
  /** @ignore */
  key: KeySource = new KeySource(KeyBy.none, "");
  /** @ignore */
  replyHeaders: string[][] = [];
  /** @ignore */
  addedHeaders: string[][] = [];
  /** @ignore */
  buckets: Buckets = new WorkerBuckets(new Rate(2, 2), 1);
  /** @ignore the value of the header `configdata`; "" to send no such header */
  configData: string = "";

  validate(): Error | null {
    if (this.keyBy == KeyBy.header && !isToken(this.keyHeader)) {
      return new Error("keyHeader: expected the name of a header");
    }
    this.key = new KeySource(this.keyBy, this.keyHeader);
    const error = addHeaders(this.headers, "headers", this.replyHeaders);
    return error !== null ? error : addHeaders(this.responseHeaders, "responseHeaders", this.addedHeaders);
  }
}

/** Makes the buckets of the global configuration or of a rule. */
export function prepare(json: Json, config: LimitConfig, log: Log): Error | null {
  const rate = new Rate(<f64>config.capacity, config.refillPerSecond);
  if (config.scope == Scope.worker) config.buckets = new WorkerBuckets(rate, config.maxKeys);
  else config.buckets = new ProcessBuckets(nameOf(json, config.key, config.maxKeys), rate, config.maxKeys, log);
  if (config.echoConfig) {
    config.configData = configData(json);
    if (config.configData.length == 0) log.warn("no header configdata: the configuration is larger than 4 KB");
  }
  return null;
}

/** Checks headers, and adds them to a list of pairs. */
function addHeaders(headers: Map<string, string>, field: string, list: string[][]): Error | null {
  const names = headers.keys();
  for (let i = 0; i < names.length; i++) {
    if (!isToken(names[i])) return new Error(field + ': expected names of headers, got "' + names[i] + '"');
    const value = headers.get(names[i]);
    if (!isFieldValue(value)) return new Error(field + "." + names[i] + ": expected no control characters");
    list.push([names[i], value]);
  }
  return null;
}

/** The name of a rule's buckets in shared data. It is the same on every worker, and after an update. */
function nameOf(json: Json, key: KeySource, maxKeys: i32): string {
  let name = "token-bucket/" + getProperty(["plugin_name"]).string();
  const entries = json.entries();
  for (let i = 0; i < entries.length; i++) {
    if (entries[i].key.startsWith("_match_")) name += "/" + entries[i].key + entries[i].value.raw();
  }
  return name + "/" + key.by.toString() + ":" + key.header + "/" + maxKeys.toString();
}
