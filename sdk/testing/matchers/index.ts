import { runner } from "../timeline/runner.js";
import { callMatchers } from "./calls.js";
import { matchers } from "./matchers.js";
import type { PluginMatchers } from "./types.js";

export type { PluginMatchers } from "./types.js";

declare module "vitest" {
  // Its parameter must be named and have a default as in vitest.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars
  interface Matchers<T = any> extends PluginMatchers {}
}

runner?.expect.extend({ ...matchers, ...callMatchers });
