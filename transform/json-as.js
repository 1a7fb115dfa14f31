// json-as writes references without telling the garbage collector: into an object that a plugin passes to `JSON.parse`, and into
// a `JSON.Value` that a plugin sets or that parses its text when it is read.

import { parseNodes, sourceOf } from "./parse-nodes.js";

const INDEX = "~lib/json-as/assembly/index";
/** The methods of `JSON.Value` that write a reference without `__link`. */
const WRITERS = ["set", "setWide", "materialize"];

/** Makes json-as tell the collector which objects it writes. */
export function reportRewrites(/** @type {any} */ parser) {
  const source = sourceOf(parser, `${INDEX}.ts`);
  const named = (/** @type {any[]} */ nodes, /** @type {string} */ name) => nodes?.find((it) => it.name?.text === name);
  const json = named(source?.statements, "JSON")?.members;
  const begin = (/** @type {any} */ method, /** @type {string} */ call, /** @type {string} */ file) => {
    method.body.statements.unshift(...parseNodes(parser, call, `${INDEX}~${file}.ts`));
  };
  const parse = named(json, "parse");
  const [, target] = parse?.signature.parameters ?? [];
  if (target) begin(parse, `if (isManaged<T>()) __rewrite(changetype<usize>(${target.name.text}));`, "rewrite");
  const value = named(json, "Value")?.members;
  for (const name of WRITERS) {
    const method = named(value, name);
    if (method) begin(method, "__link(changetype<usize>(this), 0, false);", name);
  }
}
