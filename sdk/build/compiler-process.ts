// The process that a Compiler starts: runs asc for the current folder, as often as it is asked to. The second build takes
// a fraction of the first, whose time goes into loading and warming up the compiler.

import { pathToFileURL } from "node:url";
import type { Asc } from "./asc.js";
import { compile, stampOf, type Compiled } from "./compile.js";

/** A request of the Compiler. */
export interface CompileRequest {
  target: string;
}

/** The response to a request. */
export type CompileResponse =
  | { compiled: Compiled }
  /** The compiler or a transform is not the one that this process has loaded. */
  | { isOutdated: true };

const ascFile = process.argv[2]!;
let loading: Promise<Asc> | undefined;
let stamp: { target: string; text: string } | undefined;

process.on("message", ({ target }: CompileRequest) => {
  void respond(target).then((response) => process.send!(response));
});
// The command has ended, in whatever way.
process.on("disconnect", () => process.exit());

async function respond(target: string): Promise<CompileResponse> {
  const asc = await (loading ??= import(pathToFileURL(ascFile).href) as Promise<Asc>);
  const text = await stampOf(asc, ascFile, target);
  if (stamp && (stamp.target !== target || stamp.text !== text)) return { isOutdated: true };
  stamp = { target, text };
  return { compiled: await compile(asc, target) };
}
