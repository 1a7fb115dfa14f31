// The callbacks in the order in which they are exported, and the SDK functions whose use in a plugin makes each callback
// necessary.

const wrapper = "assembly/wrapper/";
// HttpContext and the classes that it extends.
const info = `${wrapper}message-info/MessageInfo#`;
const control = `${wrapper}body-control/BodyControl#`;
const context = `${wrapper}http-context/HttpContext#`;

/** Getters that work in every hook, but whose values can be read only while the request headers exist. */
const requestLine = ["method", "scheme", "host", "path"].map((name) => `${info}get:${name}`);

/** Getters whose values can be read only while the response headers exist. */
const localReply = `${context}get:isLocalReply`;
const binaryResponse = `${info}get:isBinaryResponseBody`;
const fromUpstream = `${info}get:isResponseFromUpstream`;

/** Methods that stop or overtake chunks of a body. */
const chunkPauses = ["needPauseStreamingRequest", "needPauseStreamingResponse", "injectResponseBody"].map(
  (name) => `${control}${name}`,
);

/** A request whose response a handler of its own gets. */
const routeCalls = [`${context}routeCall<`];

/** The functions that register a hook: with a log parameter (`…By`), and without. */
const hooks = (/** @type {string[]} */ ...names) =>
  names.flatMap((name) => [`${wrapper}options/${name}By<`, `${wrapper}plain-options/${name}<`]);
const requestBody = hooks(
  ...["ProcessRequestBody", "ReadRequestBody", "ProcessStreamingRequestBody", "ReadStreamingRequestBody"],
);
const responseBody = hooks(
  ...["ProcessResponseBody", "ReadResponseBody", "ProcessStreamingResponseBody", "ReadStreamingResponseBody"],
);

const otherHooks = hooks(
  ...["ProcessRequestHeaders", "ProcessResponseHeaders", "ProcessStreamDone"],
  ...["ProcessRequestTrailers", "ProcessResponseTrailers"],
);

const queueHooks = [`${wrapper}queue-option/ProcessQueueBy<`, `${wrapper}queue-option/ProcessQueue<`];

const tick = `${wrapper}tick/registerTick<`;
const lifeOption = (/** @type {string} */ name) => `${wrapper}life-options/${name}<`;

const tcpHook = (/** @type {string} */ name) => `${wrapper}tcp/tcp-options/${name}<`;
const connectionDone = tcpHook("ProcessConnectionDone");
const tcpHooks = [
  ...["ProcessNewConnection", "ProcessDownstreamData", "ProcessUpstreamData"].map(tcpHook),
  ...["ProcessDownstreamClose", "ProcessUpstreamClose"].map(tcpHook),
  connectionDone,
];

const bodyHooks = [...requestBody, ...responseBody];
const grpcCalls = [
  "assembly/client/grpc/grpc-client/GrpcClient#call<",
  "assembly/client/grpc/grpc-client/GrpcClient#stream<",
];
const httpCalls = ["assembly/client/http-client/HttpClient#call<"];

// The second name is what the source of a plugin names.
const redisCalls = [
  "assembly/client/redis/redis-connection/RedisConnection#send<",
  "assembly/client/redis/redis-client/RedisClient#constructor",
];

/** A plugin must use at least one of these functions or export callbacks itself. Otherwise none of its code would run. */
export const HOOKS = [...otherHooks, ...bodyHooks, ...queueHooks, ...tcpHooks];

/** The hooks that run only for HTTP streams, and those that run only for TCP connections. */
export const STREAM_HOOKS = [...otherHooks, ...bodyHooks];
export const TCP_HOOKS = tcpHooks;

/**
 * Callbacks that the SDK does not need if the plugin exports them itself, and the functions for which the SDK needs them
 * all the same.
 *
 * @type {Record<string, string[]>}
 */
export const OPTIONAL = { proxy_on_tick: [tick] };

/** Functions and classes with which a plugin reads its configuration. */
export const READERS = [
  ...["ParseConfig", "ParseConfigBy", "ParseConfigWithContext", "ParseRawConfig"].map(
    (name) => `${wrapper}parse-options/${name}<`,
  ),
  ...["ParseOverrideConfig", "ParseOverrideConfigBy", "ParseOverrideRawConfig", "RulesInherit"].map(
    (name) => `${wrapper}override-options/${name}<`,
  ),
  `${wrapper}options/EnableRuleLevelConfigIsolation<`,
];

/**
 * Functions for which the SDK must know the root context of a stream. Not among them: hooks on headers and trailers, and
 * options that hold for all root contexts of the VM.
 */
export const ROOT_USERS = [
  ...[...bodyHooks, ...routeCalls, ...queueHooks, ...tcpHooks, ...httpCalls, ...grpcCalls, ...redisCalls, tick],
  // Hosts differ in the order of the callbacks at the end of a stream.
  ...hooks("ProcessStreamDone"),
  ...["PrePluginStartOrReload", "WithMaxRequestsPerIoCycle"].map(lifeOption),
  ...["WithRebuildAfterRequests", "WithRebuildMaxMemBytes"].map(lifeOption),
];

/** The callbacks of a stream in which a plugin may do something. */
export const STREAM_CALLBACKS = ["headers", "body", "trailers"].flatMap((part) => [
  `proxy_on_request_${part}`,
  `proxy_on_response_${part}`,
]);

/** Constants of the SDK for features. A constant becomes false if the plugin names none of the feature's functions. */
export const FEATURES = [
  ...[
    {
      constant: "REQUEST_MAP",
      functions: [
        ...[...requestLine, ...bodyHooks, ...routeCalls, ...httpCalls, ...grpcCalls, ...redisCalls],
        ...["requestHeaders", "pathWithoutQuery", "rawPathWithoutQuery", "isWebsocket", "isBinaryRequestBody"].map(
          (name) => `${info}get:${name}`,
        ),
      ],
    },
    { constant: "BODY_HOOKS", functions: [...bodyHooks, ...routeCalls] },
    { constant: "CALLS", functions: [...httpCalls, ...grpcCalls, ...redisCalls] },
    { constant: "QUEUE_HOOKS", functions: queueHooks },
    { constant: "FORWARDING", functions: httpCalls },
    { constant: "CHUNK_PAUSES", functions: chunkPauses },
    { constant: "ROUTE_CALLS", functions: routeCalls },
    { constant: "TEXT_BODIES", functions: [`${wrapper}options/OnlyTextBodies<`] },
    { constant: "IS_WEBSOCKET", functions: [`${info}get:isWebsocket`] },
    { constant: "IS_BINARY_REQUEST_BODY", functions: [`${info}get:isBinaryRequestBody`] },
    { constant: "IS_BINARY_RESPONSE_BODY", functions: [binaryResponse] },
    { constant: "IS_FROM_UPSTREAM", functions: [fromUpstream] },
    { constant: "EXECUTION_PHASE", functions: [`${info}get:executionPhase`] },
    { constant: "LOGGERS", functions: [`${wrapper}log-options/WithLogger<`] },
    { constant: "SAFE_LOG", functions: [`${wrapper}log-options/EnableSafeLog<`] },
    { constant: "TICKS", functions: [tick] },
    {
      constant: "START_OPTIONS",
      functions: ["PrePluginStartOrReload", "WithMaxRequestsPerIoCycle"].map(lifeOption),
    },
    { constant: "REBUILDS", functions: ["WithRebuildAfterRequests", "WithRebuildMaxMemBytes"].map(lifeOption) },
  ].map((feature) => ({ ...feature, file: "assembly/abi/features.ts" })),
  {
    file: `${wrapper}rules/isolation.ts`,
    constant: "ISOLATION",
    functions: [`${wrapper}options/EnableRuleLevelConfigIsolation<`],
  },
];

/** The getters in the order of the bits of assembly/abi/used.ts, and the variable there that gets all bits. */
export const GETTERS = [...requestLine, localReply];
export const USED = "assembly/abi/used/used";

/** The other bits of assembly/abi/used.ts. */
export const OWN_CALLBACKS = 32;
export const ROOTS = 64;
export const STREAMS = 128;

/**
 * The callbacks that every plugin exports. Removed later: the creation of contexts if the plugin's root contexts all do the
 * same, and their deletion if the plugin does not keep streams either.
 */
export const ALWAYS = [
  // Higress uses the first marker that it knows, so its marker comes first.
  ...["proxy_abi_version_0_2_100", "proxy_abi_version_0_2_1", "malloc", "proxy_on_memory_allocate"],
  ...["proxy_on_context_create", "proxy_on_configure", "proxy_on_delete"],
];

/** @type {Record<string, string[]>} a name that ends with `<` stands for every instance of a generic function */
export const CALLBACKS = {
  proxy_abi_version_0_2_100: [],
  proxy_abi_version_0_2_1: [],
  malloc: [],
  proxy_on_memory_allocate: [],
  proxy_on_context_create: [],
  proxy_on_configure: [],
  // The tick ends a response whose end Envoy does not report, and runs the body hook of a request that another stream
  // resumed.
  proxy_on_tick: [
    ...hooks("ProcessRequestBody", "ReadRequestBody", "ProcessResponseBody", "ReadResponseBody"),
    ...routeCalls,
    tick,
  ],
  proxy_on_queue_ready: queueHooks,
  // A plugin with rules needs this callback too, to find the rule of a request: the headers are gone later.
  proxy_on_request_headers: [
    ...[...hooks("ProcessRequestHeaders"), ...bodyHooks, ...routeCalls, ...requestLine],
    ...["isWebsocket", "isBinaryRequestBody"].map((name) => `${info}get:${name}`),
    `${control}get:hasRequestBody`,
    ...["WithRebuildAfterRequests", "WithRebuildMaxMemBytes"].map(lifeOption),
  ],
  proxy_on_request_body: requestBody,
  // Trailers may end a body.
  proxy_on_request_trailers: [...hooks("ProcessRequestTrailers"), ...requestBody],
  proxy_on_response_headers: [
    ...hooks("ProcessResponseHeaders"),
    ...[localReply, binaryResponse, fromUpstream, ...responseBody, ...routeCalls],
  ],
  proxy_on_response_body: [...responseBody, ...routeCalls],
  proxy_on_response_trailers: [...hooks("ProcessResponseTrailers"), ...responseBody, ...routeCalls],
  proxy_on_new_connection: [tcpHook("ProcessNewConnection")],
  proxy_on_downstream_data: [tcpHook("ProcessDownstreamData")],
  proxy_on_upstream_data: [tcpHook("ProcessUpstreamData")],
  proxy_on_downstream_connection_close: [tcpHook("ProcessDownstreamClose")],
  proxy_on_upstream_connection_close: [tcpHook("ProcessUpstreamClose")],
  proxy_on_http_call_response: httpCalls,
  proxy_on_grpc_receive_initial_metadata: ["assembly/client/grpc/grpc-stream/GrpcStream#initialMetadata"],
  proxy_on_grpc_receive: grpcCalls,
  proxy_on_grpc_receive_trailing_metadata: ["assembly/client/grpc/grpc-response/GrpcResponse#trailingMetadata"],
  proxy_on_grpc_close: grpcCalls,
  proxy_on_redis_call_response: redisCalls,
  proxy_on_log: [...hooks("ProcessStreamDone"), connectionDone],
  proxy_on_done: [...hooks("ProcessStreamDone"), connectionDone],
  proxy_on_delete: [],
};
