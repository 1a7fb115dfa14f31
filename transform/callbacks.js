// The callbacks that a host may call, in the order in which they are exported, and what keeps each in a plugin: nothing
// (always exported), or one of the SDK's functions that only its users compile.

const options = "assembly/wrapper/options/";
const context = "assembly/wrapper/http-context/HttpContext#";

/** What any hook may ask for and only the request headers can tell. */
const requestLine = ["method", "scheme", "host", "path"].map((name) => `${context}get:${name}`);

/** The same of the response headers. */
const localReply = `${context}get:isLocalReply`;

/** Getters in the order of the bits of assembly/abi/used.ts, and the variable there that takes the bits. */
export const GETTERS = [...requestLine, localReply];
export const USED = "assembly/abi/used/used";

/** @type {Record<string, string[] | "always">} a name that ends in `<` stands for every instance of a generic function */
export const CALLBACKS = {
  // Higress takes the first marker that it knows: the order matters.
  proxy_abi_version_0_2_100: "always",
  proxy_abi_version_0_2_1: "always",
  malloc: "always",
  proxy_on_memory_allocate: "always",
  proxy_on_context_create: "always",
  proxy_on_configure: "always",
  proxy_on_request_headers: [`${options}ProcessRequestHeadersBy<`, ...requestLine],
  proxy_on_response_headers: [`${options}ProcessResponseHeadersBy<`, localReply],
  proxy_on_log: [`${options}ProcessStreamDoneBy<`],
  proxy_on_done: [`${options}ProcessStreamDoneBy<`],
  proxy_on_delete: "always",
};
