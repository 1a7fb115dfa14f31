/** Images of plugins: makes them, pushes them to registries, and gets modules back. */
export { annotationsOf } from "./annotations.js";
export { ModuleCache } from "./cache.js";
export { sha256 } from "./digest.js";
export type { Credentials } from "./credentials.js";
export { dockerCredentials } from "./docker-config.js";
export { fetchBlob, fetchImage, type FetchedImage } from "./fetch-image.js";
export { fetchModule, indexProblem, moduleOfImage, withRegistry } from "./fetch-module.js";
export type { FetchedModule, FetchOptions, ModuleAddress } from "./fetch-module.js";
export { HUB_FILES, imageOf, LAYOUTS, type Image, type Layout } from "./image.js";
export { layoutFiles } from "./layout-files.js";
export { assertModule } from "./module-bytes.js";
export { OciError, shownText, shownUrl } from "./oci-error.js";
export { pushImage, type PushResult } from "./push.js";
export { isHost, nameOf, parseReference, referenceText, type Reference } from "./reference.js";
export type { Registry } from "./registry.js";
export { tarOf } from "./tar-writer.js";
