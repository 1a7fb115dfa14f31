import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { outside, pack } from "./project.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** The path of the packed package. */
    tarball: string;
  }
}

/** Packs the package once per run: packing compiles the types and the JavaScript. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { folder, remove } = outside();
  project.provide("tarball", await pack(join(folder, "packed")));
  return remove;
}
