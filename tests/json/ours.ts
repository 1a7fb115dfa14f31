import { compileAssembly, type Instance } from "../support/assembly.js";
import type { Case } from "./cases.js";

/** Compiles functions that do what the cases ask for. Each returns U+0000 if there is no result. */
export function compileOurs(): Promise<Instance> {
  return compileAssembly(`
    import { compactJson, Json, JsonEditor, prettyJson } from "./assembly/json";
    const NONE = "\\0";
    export function query(text: string, path: string): string {
      const found = Json.parse(text).query(path);
      return found.exists() ? found.raw() : NONE;
    }
    export function set(text: string, path: string, value: string): string {
      const edit = JsonEditor.parse(text).setRaw(path, value);
      return edit.error === null ? edit.text() : NONE;
    }
    export function replace(text: string, path: string, value: string): string {
      const edit = JsonEditor.parse(text).replace<Json>(path, Json.parse(value));
      return edit.error === null ? edit.text() : NONE;
    }
    export function remove(text: string, path: string): string {
      const edit = JsonEditor.parse(text).delete(path);
      return edit.error === null ? edit.text() : NONE;
    }
    export function pretty(text: string): string { return prettyJson(Json.parse(text)); }
    export function ugly(text: string): string { return compactJson(Json.parse(text)); }
  `);
}

/** The result of the SDK; null if there is none. */
export function resultOf(wasm: Instance, { op, json, path, value }: Case): string | null {
  const result = ((): string => {
    if (op === "query") return wasm.string("query", json, path);
    if (op === "set" || op === "replace") return wasm.string(op, json, path, value);
    if (op === "delete") return wasm.string("remove", json, path);
    return wasm.string(op, json);
  })();
  return result === "\0" ? null : result;
}
