import { ModuleReader } from "./module-reader.js";

/**
 * One import or export of a module. The type of a function reads like "iiI>i": i for i32, I for i64, f and F for
 * floats.
 */
export interface Import {
  module: string;
  name: string;
  kind: EntityKind;
  type?: string;
  /** The limits of a memory or a table. */
  limits?: Limits;
  /** The element type of a table. */
  element?: "anyfunc" | "externref";
}

export interface Limits {
  initial: number;
  maximum?: number;
  shared?: boolean;
}

export interface Export {
  name: string;
  kind: EntityKind;
  type?: string;
}

export type EntityKind = "function" | "table" | "memory" | "global" | "tag";

export interface Entities {
  imports: Import[];
  /** In the order of the module. */
  exports: Export[];
}

const EXTERNREF = 0x6f;
const KINDS: readonly EntityKind[] = ["function", "table", "memory", "global", "tag"];
const TYPES: Readonly<Record<number, string>> = { 0x7f: "i", 0x7e: "I", 0x7d: "f", 0x7c: "F", 0x7b: "v" };

/**
 * Reads the imports and exports of a module with the types of functions, which JavaScript's API does not have. The
 * module must be valid: compile it first.
 *
 * @example
 * entities(bytes).imports[0]; // { module: "env", name: "proxy_log", kind: "function", type: "iii>i" }
 */
export function entities(bytes: Uint8Array): Entities {
  const reader = new ModuleReader(bytes);
  const types: string[] = [];
  const functions: number[] = [];
  const found: Entities = { imports: [], exports: [] };
  for (const { id } of reader.sections()) {
    if (id === 1) reader.list(() => types.push(functionType(reader)));
    else if (id === 2) reader.list(() => found.imports.push(readImport(reader, types, functions)));
    else if (id === 3) reader.list(() => functions.push(reader.integer()));
    else if (id === 7) reader.list(() => found.exports.push(readExport(reader, types, functions)));
  }
  return found;
}

function functionType(reader: ModuleReader): string {
  reader.byte();
  const values = () => {
    let text = "";
    reader.list(() => (text += TYPES[reader.byte()] ?? "?"));
    return text;
  };
  const parameters = values();
  return `${parameters}>${values()}`;
}

function readImport(reader: ModuleReader, types: readonly string[], functions: number[]): Import {
  const module = reader.name();
  const name = reader.name();
  const kind = KINDS[reader.byte()] ?? "tag";
  if (kind === "function") {
    const index = reader.integer();
    functions.push(index);
    return { module, name, kind, type: types[index]! };
  }
  if (kind === "table") {
    const element = reader.byte() === EXTERNREF ? "externref" : "anyfunc";
    return { module, name, kind, element, limits: limits(reader) };
  }
  if (kind === "memory") return { module, name, kind, limits: limits(reader) };
  if (kind === "global") reader.at += 2;
  else {
    reader.byte();
    reader.integer();
  }
  return { module, name, kind };
}

function readExport(reader: ModuleReader, types: readonly string[], functions: readonly number[]): Export {
  const name = reader.name();
  const kind = KINDS[reader.byte()] ?? "tag";
  const index = reader.integer();
  return kind === "function" ? { name, kind, type: types[functions[index]!]! } : { name, kind };
}

function limits(reader: ModuleReader): Limits {
  const flags = reader.byte();
  const initial = reader.integer();
  if (!(flags & 1)) return { initial };
  return { initial, maximum: reader.integer(), ...(flags & 2 ? { shared: true } : {}) };
}
