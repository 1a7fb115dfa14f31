/** Reads Kubernetes manifests, and works out the plugins and routes of a gateway as Higress's controller and istiod do. */
export type { ChainPlugin } from "./chain-plugin.js";
export { checkUnique } from "./check-unique.js";
export { ManifestError, type Position } from "./manifest-error.js";
export { manifestText } from "./manifest-text.js";
export { pluginChain } from "./plugin-chain.js";
export { readResources } from "./read-resources.js";
export type { Resource } from "./resource.js";
export { routing } from "./routing/index.js";
export type { Backend } from "./routing.js";
