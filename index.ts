// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- tsc copies it into types/index.d.ts
/// <reference path="./assembly/globals.d.ts" preserve="true" />

export { LogLevel, Status } from "./assembly/abi/enums";
export { Fields, Json, JsonEntry, JsonWriter } from "./assembly/json";
export {
  Cluster,
  ConsulCluster,
  DnsCluster,
  FQDNCluster,
  K8sCluster,
  NacosCluster,
  RouteCluster,
  StaticIpCluster,
  TargetCluster,
} from "./assembly/client/cluster";
export { HttpClient } from "./assembly/client/http-client";
export { HttpResponse } from "./assembly/client/http-response";
export { vmConfiguration } from "./assembly/proxywasm/buffer";
export { Headers } from "./assembly/proxywasm/headers";
export { getProperty, Property, setProperty } from "./assembly/proxywasm/property";
export { addSharedData, getSharedData, setSharedData, SharedValue } from "./assembly/proxywasm/shared-data";
export { isFieldValue, isToken, lowerAscii } from "./assembly/proxywasm/syntax";
export { monotonicMs } from "./assembly/proxywasm/time";
export { atOr, getOr } from "./assembly/total/get-or";
export { integerOr } from "./assembly/total/parse-number";
export { decodeText, encodeText } from "./assembly/text/text";
export { SseEvent } from "./assembly/text/sse-event";
export { joinEvents, SseStream } from "./assembly/text/sse-stream";
export { TextStream } from "./assembly/text/text-stream";
export { unifySSEChunk } from "./assembly/text/unify-sse-chunk";
export { Action } from "./assembly/wrapper/action";
export { Body } from "./assembly/wrapper/body";
export { ExecutionPhase } from "./assembly/wrapper/execution-phase";
export { HttpContext } from "./assembly/wrapper/http-context";
export { Log } from "./assembly/wrapper/log";
export { CtxOption } from "./assembly/wrapper/option";
export {
  EnableRuleLevelConfigIsolation,
  FailOpen,
  OnlyTextBodies,
  PassGrpcStreams,
  ProcessRequestBodyBy,
  ProcessRequestHeadersBy,
  ProcessRequestTrailersBy,
  ProcessResponseBodyBy,
  ProcessResponseHeadersBy,
  ProcessResponseTrailersBy,
  ProcessStreamDoneBy,
  ProcessStreamingRequestBodyBy,
  ProcessStreamingResponseBodyBy,
  ReadRequestBodyBy,
  ReadResponseBodyBy,
} from "./assembly/wrapper/options";
export {
  ParseOverrideConfig,
  ParseOverrideConfigBy,
  ParseOverrideRawConfig,
} from "./assembly/wrapper/override-options";
export { ParseConfig, ParseConfigBy, ParseConfigWithContext, ParseRawConfig } from "./assembly/wrapper/parse-options";
export {
  ProcessRequestBody,
  ProcessRequestHeaders,
  ProcessRequestTrailers,
  ProcessResponseBody,
  ProcessResponseHeaders,
  ProcessResponseTrailers,
  ProcessStreamDone,
  ProcessStreamingRequestBody,
  ProcessStreamingResponseBody,
  ReadRequestBody,
  ReadResponseBody,
} from "./assembly/wrapper/plain-options";
export { PluginContext } from "./assembly/wrapper/plugin-context";
export { SetCtx } from "./assembly/wrapper/set-ctx";
