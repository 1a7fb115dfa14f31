// Replaces asc's garbage collector, `~lib/rt/tcms`, and its allocator, `~lib/rt/tlsf`, by the SDK's in assembly/runtime.

import { sourceOf } from "./parse-nodes.js";

/** Removes asc's runtime. Call it when asc has parsed its runtime, and before asc looks at the parsed files. */
export function removeRuntime(/** @type {any} */ parser) {
  for (const file of ["~lib/rt/tcms.ts", "~lib/rt/tlsf.ts"]) {
    const source = sourceOf(parser, file);
    if (source) source.statements = [];
  }
}

/** The files of the SDK that use `assembly/abi/safepoint`. */
const USERS = ["assembly/abi/entry", "assembly/abi/exports", "assembly/context/dispatcher"];

/**
 * Connects the SDK with its collector.
 *
 * @param {any} program asc's program, with all elements by name and nothing compiled
 * @param {string} library the path of the SDK's sources
 */
export function connectCollector(program, library) {
  const { elementsByName: elements, filesByName: files } = program;
  const { members } = files.get(`${library}assembly/abi/safepoint`);
  for (const user of USERS) {
    const file = files.get(library + user);
    for (const name of members.keys()) {
      if (file?.members.has(name)) file.members.set(name, elements.get(`${library}assembly/runtime/collector/${name}`));
    }
  }
}
