// Configuration classes: a class that is marked with `@config` is the parser, the messages and the schema.

import { unusedParts, writeTable } from "./descriptor.js";
import { addMethods, findMarked } from "./mark.js";
import { buildModel } from "./model.js";
import { writeSchemas } from "./schema.js";

const SET_CTX = "assembly/wrapper/set-ctx/SetCtx";
const SET_TCP_CTX = "assembly/wrapper/tcp/set-tcp-ctx/SetTcpCtx";

/** The configuration classes of a plugin. */
export class ConfigClasses {
  /** @type {import("./mark.js").Marked[]} */
  marked = [];
  /** @type {import("./model.js").ConfigClass[]} */
  model = [];

  /** Finds the classes, and adds the methods that set their fields. */
  add(/** @type {any} */ parser) {
    this.marked = findMarked(parser.sources);
    addMethods(parser, this.marked);
  }

  /**
   * Builds the model of the classes.
   *
   * @param {any} program asc's program, with all elements
   * @returns {{ table: string, unused: string[] } | undefined} the table of descriptors, as the text of a string literal,
   * and the constants that are false; undefined if there are no classes, or if they have errors
   */
  describe(program) {
    if (this.marked.length === 0) return undefined;
    const before = program.diagnostics.length;
    this.model = buildModel(program, this.marked);
    if (program.diagnostics.length > before) return undefined;
    const unused = unusedParts(this.model);
    const bytes = writeTable(this.model, unused);
    const units = Array.from(
      { length: (bytes.length + 1) >> 1 },
      (_, i) => (bytes[i * 2] ?? 0) + (bytes[i * 2 + 1] ?? 0) * 256,
    );
    const table = units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
    return { table, unused };
  }

  /**
   * The schemas of the configuration that SetCtx names.
   *
   * @param {any} program asc's program, compiled
   * @param {string} library the path of the SDK's sources
   * @param {boolean} inherits rules have the values of the global configuration
   * @returns {ReturnType<typeof writeSchemas> | undefined} undefined if the configuration is no marked class
   */
  schemas(program, library, inherits) {
    const instances = [SET_CTX, SET_TCP_CTX].flatMap((name) => [
      ...(program.elementsByName.get(library + name)?.instances?.values() ?? []),
    ]);
    const declaration = instances[0]?.typeArguments?.[0]?.classReference?.prototype.declaration;
    const root = this.marked.findIndex(({ node }) => node === declaration);
    return root < 0 ? undefined : writeSchemas(this.model, root, inherits);
  }
}
