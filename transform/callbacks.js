// The callbacks that a host may call, in the order in which they are exported, and what keeps each in a plugin: nothing
// (always exported), or one of the SDK's functions that only its users compile.

const wrapper = "assembly/wrapper/";
const context = "assembly/wrapper/http-context/HttpContext#";

/** What any hook may ask for and only the request headers can tell. */
const requestLine = ["method", "scheme", "host", "path"].map((name) => `${context}get:${name}`);

/** The same of the response headers. */
const localReply = `${context}get:isLocalReply`;

/** The functions that register a hook: with a log for the callback, and without. */
const hooks = (/** @type {string[]} */ ...names) =>
  names.flatMap((name) => [`${wrapper}options/${name}By<`, `${wrapper}plain-options/${name}<`]);
const requestBody = hooks("ProcessRequestBody", "ReadRequestBody", "ProcessStreamingRequestBody");
const responseBody = hooks("ProcessResponseBody", "ReadResponseBody", "ProcessStreamingResponseBody");

const otherHooks = hooks(
  ...["ProcessRequestHeaders", "ProcessResponseHeaders", "ProcessStreamDone"],
  ...["ProcessRequestTrailers", "ProcessResponseTrailers"],
);

const bodyHooks = [...requestBody, ...responseBody];
const httpCalls = ["assembly/client/http-client/HttpClient#call<"];

/** Whatever a plugin must use one of, unless it exports callbacks itself: else nothing of it would ever run. */
export const HOOKS = [...otherHooks, ...bodyHooks];

/** Callbacks that the SDK does without where the plugin exports them itself. */
export const OPTIONAL = ["proxy_on_tick"];

/** Constants of the SDK that say whether a plugin may use something: false where it names none of these functions. */
export const FEATURES = [
  { file: "assembly/abi/features.ts", constant: "BODY_HOOKS", functions: bodyHooks },
  { file: "assembly/abi/features.ts", constant: "CALLS", functions: httpCalls },
  {
    file: `${wrapper}rules/isolation.ts`,
    constant: "ISOLATION",
    functions: [`${wrapper}options/EnableRuleLevelConfigIsolation<`],
  },
];

/** Getters in the order of the bits of assembly/abi/used.ts, and the variable there that takes the bits. */
export const GETTERS = [...requestLine, localReply];
export const USED = "assembly/abi/used/used";

/** The bit there that says that the plugin exports callbacks itself. */
export const OWN_CALLBACKS = 32;

/** @type {Record<string, string[] | "always">} a name that ends in `<` stands for every instance of a generic function */
export const CALLBACKS = {
  // Higress takes the first marker that it knows: the order matters.
  proxy_abi_version_0_2_100: "always",
  proxy_abi_version_0_2_1: "always",
  malloc: "always",
  proxy_on_memory_allocate: "always",
  proxy_on_context_create: "always",
  proxy_on_configure: "always",
  // Envoy may not tell a hook on a whole body that a response has ended, and another stream may resume a request.
  proxy_on_tick: hooks("ProcessRequestBody", "ReadRequestBody", "ProcessResponseBody", "ReadResponseBody"),
  // Whatever hook there is, the rule for a request is found when its headers come: they are gone later.
  proxy_on_request_headers: HOOKS,
  proxy_on_request_body: requestBody,
  // Trailers may end a body.
  proxy_on_request_trailers: [...hooks("ProcessRequestTrailers"), ...requestBody],
  proxy_on_response_headers: [...hooks("ProcessResponseHeaders"), localReply, ...responseBody],
  proxy_on_response_body: responseBody,
  proxy_on_response_trailers: [...hooks("ProcessResponseTrailers"), ...responseBody],
  proxy_on_http_call_response: httpCalls,
  proxy_on_log: hooks("ProcessStreamDone"),
  proxy_on_done: hooks("ProcessStreamDone"),
  proxy_on_delete: "always",
};
