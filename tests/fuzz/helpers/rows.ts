import { CRYPTO_ROWS } from "./rows-crypto.js";
import { JSON_ROWS } from "./rows-json.js";
import { NET_ROWS } from "./rows-net.js";
import { TEXT_ROWS } from "./rows-text.js";

/** A helper of the SDK, and how to call it with random texts. */
export interface Row {
  name: string;
  /**
   * AssemblyScript that calls the helper with the texts `a` and `b`, or with their bytes. It may use the exports of index.ts,
   * and the functions of guest.ts.
   */
  code: string;
  /** What the helper may find in `a`: valid texts, and pieces from which inputs are made. */
  a: readonly string[];
  /** The same for `b`; by default as `a`. */
  b?: readonly string[];
  /** The helper's time may grow with the product of the sizes of `a` and `b`, and why. */
  product?: string;
  /** The share of the calls that the row makes, for helpers that take milliseconds. */
  share?: number;
}

/** Every helper that takes data from outside. */
export const ROWS: readonly Row[] = [...CRYPTO_ROWS, ...JSON_ROWS, ...NET_ROWS, ...TEXT_ROWS];

const BY_HOSTS = "reads what the host passes; tests/fuzz/as-host has random hosts";
const NO_TEXT = "takes no data from outside";
const SETS_UP = "sets up a plugin with its functions";
const NEEDS_CLASS = "needs a configuration class; tests/config has random configurations";

/** Exports of index.ts without a row, by the reason. */
export const WITHOUT_ROW: Readonly<Record<string, readonly string[]>> = {
  [BY_HOSTS]: [
    ...["Body", "Headers", "HttpContext", "PluginContext", "TcpContext", "GrpcClient", "GrpcStream", "HttpClient"],
    ...["RedisClient", "RouteCluster", "vmConfiguration", "callForeignFunction", "ForeignResult", "clearRouteCache"],
    ...[
      "compressZlib",
      "uncompressZlib",
      "declareProperty",
      "setFilterState",
      "getProperty",
      "Property",
      "setProperty",
    ],
    ...["addSharedData", "getSharedData", "setSharedData", "SharedValue", "QueueItem", "registerSharedQueue"],
    ...["resolveSharedQueue", "SharedQueue", "counter", "Counter", "gauge", "Gauge", "histogram", "Histogram"],
    ...["MetricValue", "log", "Log"],
  ],
  [NO_TEXT]: [
    ...["LogLevel", "Status", "Cluster", "uuidV4", "LifeSpan", "PropertyType", "hasHigressCalls", "monotonicMs"],
    ...["unixMs", "Action", "ExecutionPhase", "RedisOptions", "LogOrigin"],
  ],
  [NEEDS_CLASS]: ["readConfig"],
  [SETS_UP]: [
    ...["PrePluginStartOrReload", "WithMaxRequestsPerIoCycle", "WithRebuildAfterRequests", "WithRebuildMaxMemBytes"],
    ...["EnableSafeLog", "WithLogger", "Logger", "CtxOption", "EnableRuleLevelConfigIsolation", "FailOpen"],
    ...["OnlyTextBodies", "PassGrpcStreams", "ParseOverrideConfig", "ParseOverrideConfigBy", "ParseOverrideRawConfig"],
    ...["ParseConfig", "ParseConfigBy", "ParseConfigWithContext", "ParseRawConfig", "SetCtx", "registerTick"],
    ...["ProcessQueue", "ProcessQueueBy", "SetTcpCtx", "ReadRequestBody", "ReadRequestBodyBy", "ReadResponseBody"],
    ...["RulesInherit", "config"],
    ...["ReadStreamingRequestBody", "ReadStreamingRequestBodyBy", "ReadStreamingResponseBody"],
    ...["ReadStreamingResponseBodyBy"],
    ...["ReadResponseBodyBy", "ProcessConnectionDone", "ProcessDownstreamClose", "ProcessDownstreamData"],
    ...["ProcessNewConnection", "ProcessUpstreamClose", "ProcessUpstreamData", "ProcessStreamDone"],
    ...["ProcessStreamDoneBy"],
    ...["Request", "Response"].flatMap((side) =>
      ["Headers", "Body", "Trailers"].flatMap((part) => [`Process${side}${part}`, `Process${side}${part}By`]),
    ),
    ...["ProcessStreamingRequestBody", "ProcessStreamingRequestBodyBy", "ProcessStreamingResponseBody"],
    ...["ProcessStreamingResponseBodyBy"],
  ],
};
