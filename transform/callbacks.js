// The callbacks that a host may call, in the order in which they are exported, and what keeps each in a plugin: nothing
// (always exported), or one of the SDK's functions that only its users compile.

const options = "assembly/wrapper/options/";
const context = "assembly/wrapper/http-context/HttpContext#";

/** Getters that any hook may call, in the order of the bits of `USED_PARTS`. Only the request headers can tell them. */
export const REQUEST_PARTS = ["method", "scheme", "host", "path"].map((name) => `${context}get:${name}`);

/** The variable that says which of them the plugin's code calls. */
export const USED_PARTS = "assembly/proxywasm/request-headers/usedParts";

/** @type {Record<string, string[] | "always">} a name that ends in `<` stands for every instance of a generic function */
export const CALLBACKS = {
  // Higress takes the first marker that it knows: the order matters.
  proxy_abi_version_0_2_100: "always",
  proxy_abi_version_0_2_1: "always",
  malloc: "always",
  proxy_on_memory_allocate: "always",
  proxy_on_context_create: "always",
  proxy_on_configure: "always",
  proxy_on_request_headers: [`${options}ProcessRequestHeadersBy<`, ...REQUEST_PARTS],
  proxy_on_response_headers: [`${options}ProcessResponseHeadersBy<`],
  proxy_on_log: [`${options}ProcessStreamDoneBy<`],
  proxy_on_done: [`${options}ProcessStreamDoneBy<`],
  proxy_on_delete: "always",
};
