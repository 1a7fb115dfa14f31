/** Reads Kubernetes manifests, and works out the plugins and routes of a gateway as Higress's controller and istiod do. */
export type { ChainPlugin } from "./chain-plugin.js";
export { checkResource } from "./check/check-resource.js";
export { checkUnique } from "./check-unique.js";
export { ManifestError, type Position, whereOf } from "./manifest-error.js";
export { manifestText } from "./manifest-text.js";
export { positionOf, withObject } from "./origin.js";
export { pluginChain, type ChainOptions, type PluginChain } from "./plugin-chain.js";
export { readResources } from "./read-resources.js";
export type { Resource } from "./resource.js";
export type { Backend, Routing } from "./routing/routing.js";
export { routing } from "./routing/index.js";
export { toHigress, type Converted } from "./to-higress.js";
export { toIstio } from "./to-istio.js";
