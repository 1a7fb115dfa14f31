import { runner } from "../timeline/runner.js";
import { callMatchers } from "./calls.js";
import { matchers } from "./matchers.js";
import type { PluginMatchers } from "./types.js";

export type { PluginMatchers } from "./types.js";

declare module "vitest" {
  // The type parameter must have the name and the default of vitest's own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars
  interface Matchers<T = any> extends PluginMatchers {}
}

runner?.expect.extend({ ...matchers, ...callMatchers });
