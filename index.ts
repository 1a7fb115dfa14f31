// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- tsc copies it into types/index.d.ts
/// <reference path="./assembly/globals.d.ts" preserve="true" />

export { LogLevel, Status } from "./assembly/abi/enums";
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
export { GrpcClient } from "./assembly/client/grpc/grpc-client";
export { GrpcResponse } from "./assembly/client/grpc/grpc-response";
export { GrpcStream } from "./assembly/client/grpc/grpc-stream";
export { HttpClient } from "./assembly/client/http-client";
export { HttpResponse } from "./assembly/client/http-response";
export { RedisClient } from "./assembly/client/redis/redis-client";
export { RedisOptions } from "./assembly/client/redis/redis-options";
export { RedisReply, RedisReplyType } from "./assembly/client/redis/redis-reply";
export { constantTimeEqual, constantTimeEqualText } from "./assembly/crypto/constant-time";
export { crc32 } from "./assembly/crypto/crc32";
export { Hash } from "./assembly/crypto/hash";
export { hmac, Hmac } from "./assembly/crypto/hmac";
export { Jwt, readUnverifiedJwt, verifyJwt, verifyJwtWithSecret } from "./assembly/crypto/jwt";
export { Md5, md5 } from "./assembly/crypto/md5";
export { PublicKey } from "./assembly/crypto/public-key";
export { SecretMap } from "./assembly/crypto/secret-map";
export { Sha1, sha1 } from "./assembly/crypto/sha1";
export { Sha256, sha256 } from "./assembly/crypto/sha256";
export { Sha384, sha384, Sha512, sha512 } from "./assembly/crypto/sha512";
export { SignatureAlgorithm } from "./assembly/crypto/signature-algorithm";
export { uuidV4 } from "./assembly/crypto/uuid";
export { config } from "./assembly/config/config";
export { readConfig } from "./assembly/config/read-class";
export { compactJson, Fields, Json, JsonEditor, JsonEntry, JsonWriter, mergeJson, prettyJson } from "./assembly/json";
export { Cidr } from "./assembly/net/cidr";
export { Cookies } from "./assembly/net/cookies";
export { IpAddress } from "./assembly/net/ip-address";
export { IpSet } from "./assembly/net/ip-set";
export { elementFromRight } from "./assembly/net/list-header";
export { MediaType } from "./assembly/net/media-type";
export { Multipart } from "./assembly/net/multipart";
export { MultipartPart } from "./assembly/net/multipart-part";
export { decodePath, decodeQueryComponent, encodePathSegment, encodeQueryComponent } from "./assembly/net/percent";
export { Query } from "./assembly/net/query";
export { pathOf, queryOf, targetOf } from "./assembly/net/request-target";
export { SameSite, SetCookie } from "./assembly/net/set-cookie";
export { SocketAddress } from "./assembly/net/socket-address";
export { Url } from "./assembly/net/url";
export { vmConfiguration } from "./assembly/proxywasm/buffer";
export { callForeignFunction, ForeignResult } from "./assembly/proxywasm/foreign-function";
export {
  clearRouteCache,
  compressZlib,
  declareProperty,
  LifeSpan,
  PropertyType,
  setFilterState,
  uncompressZlib,
} from "./assembly/proxywasm/foreign-functions";
export { Headers } from "./assembly/proxywasm/headers";
export { Counter, counter, Gauge, gauge, Histogram, histogram, MetricValue } from "./assembly/proxywasm/metric";
export { metricName } from "./assembly/proxywasm/metric-name";
export { getProperty, Property, setProperty } from "./assembly/proxywasm/property";
export { addSharedData, getSharedData, setSharedData, SharedValue } from "./assembly/proxywasm/shared-data";
export { QueueItem, registerSharedQueue, resolveSharedQueue, SharedQueue } from "./assembly/proxywasm/shared-queue";
export {
  getUpstreamHosts,
  hasHigressCalls,
  setUpstreamOverrideHost,
  UpstreamHost,
  UpstreamHosts,
} from "./assembly/proxywasm/upstream-hosts";
export { monotonicMs, unixMs } from "./assembly/proxywasm/time";
export { equalsIgnoreCase, indexOfIgnoreCase, lowerAscii, startsWithIgnoreCase } from "./assembly/text/ascii";
export { Base64, base64Decode, base64Encode } from "./assembly/text/base64";
export { DecodedBytes } from "./assembly/text/decoded-bytes";
export { matchesGlob } from "./assembly/text/glob";
export { hexDecode, hexEncode } from "./assembly/text/hex";
export { Regex, RegexMatch } from "./assembly/text/regex";
export { decodeText, encodeText } from "./assembly/text/text";
export { SseEvent } from "./assembly/text/sse-event";
export { joinEvents, SseStream } from "./assembly/text/sse-stream";
export { TextStream } from "./assembly/text/text-stream";
export { unifySSEChunk } from "./assembly/text/unify-sse-chunk";
export { isFieldValue, isToken } from "./assembly/text/token";
export { formatHttpDate, parseHttpDate } from "./assembly/time/http-date";
export { ParsedTime } from "./assembly/time/parsed-time";
export { formatRfc3339, parseRfc3339 } from "./assembly/time/rfc3339";
export { atOr, getOr } from "./assembly/total/get-or";
export { integerOr } from "./assembly/total/parse-number";
export { Action } from "./assembly/wrapper/action";
export { Body } from "./assembly/wrapper/body";
export { log } from "./assembly/wrapper/current-log";
export { ExecutionPhase } from "./assembly/wrapper/execution-phase";
export { HttpContext } from "./assembly/wrapper/http-context";
export {
  PrePluginStartOrReload,
  WithMaxRequestsPerIoCycle,
  WithRebuildAfterRequests,
  WithRebuildMaxMemBytes,
} from "./assembly/wrapper/life-options";
export { Log } from "./assembly/wrapper/log";
export { EnableSafeLog, WithLogger } from "./assembly/wrapper/log-options";
export { Logger, LogOrigin } from "./assembly/wrapper/logger";
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
  ReadStreamingRequestBodyBy,
  ReadStreamingResponseBodyBy,
} from "./assembly/wrapper/options";
export {
  ParseOverrideConfig,
  ParseOverrideConfigBy,
  ParseOverrideRawConfig,
  RulesInherit,
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
  ReadStreamingRequestBody,
  ReadStreamingResponseBody,
} from "./assembly/wrapper/plain-options";
export { PluginContext } from "./assembly/wrapper/plugin-context";
export { ProcessQueue, ProcessQueueBy } from "./assembly/wrapper/queue-option";
export { SetCtx } from "./assembly/wrapper/set-ctx";
export { registerTick } from "./assembly/wrapper/tick";
export { SetTcpCtx } from "./assembly/wrapper/tcp/set-tcp-ctx";
export { TcpContext } from "./assembly/wrapper/tcp/tcp-context";
export {
  ProcessConnectionDone,
  ProcessDownstreamClose,
  ProcessDownstreamData,
  ProcessNewConnection,
  ProcessUpstreamClose,
  ProcessUpstreamData,
} from "./assembly/wrapper/tcp/tcp-options";
