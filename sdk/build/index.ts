/** Builds plugins with the compiler of their projects, and watches their sources. */
export { Builder, buildPlugin } from "./build-plugin.js";
export type { BuildFailure, BuildOptions, BuildResult, BuildSuccess } from "./build-plugin.js";
export type { Diagnostic } from "./diagnostic.js";
export { readProject, resolveFrom } from "./project.js";
export { buildReport } from "./report.js";
export { isIgnored } from "./file-tree.js";
export { writeFiles } from "./write-files.js";
export { watchFolder, type Watching, type WatchOptions } from "./watch.js";
