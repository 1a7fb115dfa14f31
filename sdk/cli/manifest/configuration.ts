import { existsSync, readFileSync, statSync } from "node:fs";
import { valueText } from "../../manifest/check/problem.js";
import { ManifestError } from "../../manifest/manifest-error.js";
import { manifestText } from "../../manifest/manifest-text.js";
import { parseYaml } from "../../manifest/yaml/parse-yaml.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../../spec/json.js";
import { UsageError } from "../usage-error.js";

/**
 * The configuration of `--config`: JSON, or a file with JSON or YAML.
 *
 * @throws UsageError when the text is neither, or not an object
 */
export function readConfiguration(given: string): JsonObject {
  const value = isFile(given) ? fromFile(given) : fromJson(given);
  if (isJsonObject(value)) return value;
  throw new UsageError(`--config ${given}: expected an object, got ${valueText(value)}`);
}

function fromFile(path: string): JsonValue {
  try {
    const [first, ...more] = parseYaml(manifestText(readFileSync(path), path), path);
    if (more.length > 0) throw new UsageError(`--config ${path}: expected one document, got ${more.length + 1}`);
    return first?.value ?? {};
  } catch (error) {
    throw error instanceof ManifestError ? new UsageError(`--config ${error.message}`) : error;
  }
}

function fromJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new UsageError(`--config ${text}: expected a file or JSON`);
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
