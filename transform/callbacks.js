// The callbacks in the order in which they are exported, and the reason to export each: "always", or the SDK functions
// whose use in a plugin makes the callback necessary.

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
const requestBody = hooks("ProcessRequestBody", "ReadRequestBody", "ProcessStreamingRequestBody");
const responseBody = hooks("ProcessResponseBody", "ReadResponseBody", "ProcessStreamingResponseBody");

const otherHooks = hooks(
  ...["ProcessRequestHeaders", "ProcessResponseHeaders", "ProcessStreamDone"],
  ...["ProcessRequestTrailers", "ProcessResponseTrailers"],
);

const queueHooks = [`${wrapper}queue-option/ProcessQueueBy<`, `${wrapper}queue-option/ProcessQueue<`];

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

/** Callbacks that the SDK does not need if the plugin exports them itself. */
export const OPTIONAL = ["proxy_on_tick"];

/** Constants of the SDK for features. A constant becomes false if the plugin names none of the feature's functions. */
export const FEATURES = [
  ...[
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
  ].map((feature) => ({ ...feature, file: "assembly/abi/features.ts" })),
  {
    file: `${wrapper}rules/isolation.ts`,
    constant: "ISOLATION",
    functions: [`${wrapper}options/EnableRuleLevelConfigIsolation<`],
  },
];

/** The getters in the order of the bits of assembly/abi/used.ts, and the variable there that gets the bits. */
export const GETTERS = [...requestLine, localReply];
export const USED = "assembly/abi/used/used";

/** The bit of assembly/abi/used.ts for a plugin that exports callbacks itself. */
export const OWN_CALLBACKS = 32;

/** @type {Record<string, string[] | "always">} a name that ends with `<` stands for every instance of a generic function */
export const CALLBACKS = {
  // Higress uses the first marker that it knows, so its marker comes first.
  proxy_abi_version_0_2_100: "always",
  proxy_abi_version_0_2_1: "always",
  malloc: "always",
  proxy_on_memory_allocate: "always",
  proxy_on_context_create: "always",
  proxy_on_configure: "always",
  // The tick ends a response whose end Envoy does not report, and runs the body hook of a request that another stream
  // resumed.
  proxy_on_tick: [
    ...hooks("ProcessRequestBody", "ReadRequestBody", "ProcessResponseBody", "ReadResponseBody"),
    ...routeCalls,
  ],
  proxy_on_queue_ready: queueHooks,
  // Every plugin needs this callback to find the rule of a request, because the headers are gone later.
  proxy_on_request_headers: [...otherHooks, ...bodyHooks],
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
  proxy_on_grpc_receive: grpcCalls,
  proxy_on_grpc_close: grpcCalls,
  proxy_on_redis_call_response: redisCalls,
  proxy_on_log: [...hooks("ProcessStreamDone"), connectionDone],
  proxy_on_done: [...hooks("ProcessStreamDone"), connectionDone],
  proxy_on_delete: "always",
};
