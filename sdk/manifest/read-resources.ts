import { isJsonObject } from "../spec/json.js";
import type { JsonObject, JsonValue } from "../spec/json.js";
import { describe } from "./json-type.js";
import { parseStream } from "./json-stream.js";
import { ManifestError, type Position } from "./manifest-error.js";
import { setOrigin } from "./origin.js";
import type { Resource } from "./resource.js";
import type { DocumentLines, Path } from "./yaml/lines.js";

export interface ReadOptions {
  /**
   * Called for a document that is no Kubernetes resource: an object with neither apiVersion nor kind, or a list in a file
   * that ends in .json. The document is then passed over. By default, such a document is an error.
   */
  onOther?: (position: Position) => void;
}

/**
 * Reads the Kubernetes resources of a file in YAML or JSON. Lists (`kind: List`, `kind: WasmPluginList`) become their
 * items, and empty documents are passed over.
 *
 * @param text the file, see `manifestText` for bytes
 * @param file the path for positions and errors
 * @throws ManifestError for what is not YAML, and for a document without apiVersion, kind or metadata.name
 * @example
 * const [ingress] = readResources(readFileSync("ingress.yaml", "utf8"), "ingress.yaml");
 */
export function readResources(text: string, file: string, { onOther }: ReadOptions = {}): Resource[] {
  const resources: Resource[] = [];
  for (const { value, line, lines } of parseStream(text, file)) {
    if (value === null) continue;
    if (onOther && isOther(value, file)) onOther({ file, line });
    else resources.push(...new ResourceReader(file, line, lines).read(value, []));
  }
  return resources;
}

/** Whether a value has neither apiVersion nor kind, in whatever case: a wrong case is a mistake in a resource. */
function isOther(value: JsonValue, file: string): boolean {
  if (!isJsonObject(value)) return file.endsWith(".json");
  return !Object.keys(value).some((key) => ["apiversion", "kind"].includes(key.toLowerCase()));
}

class ResourceReader {
  constructor(
    private readonly file: string,
    private readonly line: number,
    private readonly lines: DocumentLines,
  ) {}

  /** @param listed the apiVersion and kind that a list gives its items */
  read(value: JsonValue, path: Path, listed?: { apiVersion: string; kind: string }): Resource[] {
    if (!isJsonObject(value)) {
      this.fail(path, `expected a resource with apiVersion, kind and metadata, got ${describe(value)}`);
    }
    const apiVersion = this.text(value, "apiVersion", path, listed?.apiVersion);
    const kind = this.text(value, "kind", path, listed?.kind);
    if (kind.endsWith("List") && (kind === "List" || value["items"] !== undefined)) {
      return this.list(value, path, { apiVersion, kind: kind.slice(0, -"List".length) });
    }
    const { name, namespace } = this.metadata(value, path);
    setOrigin(value, this.lines, path);
    return [{ apiVersion, kind, namespace, name, object: value, position: this.position(path) }];
  }

  private list(list: JsonObject, path: Path, of: { apiVersion: string; kind: string }): Resource[] {
    const items = list["items"] ?? [];
    const itemsPath = [...path, "items"];
    if (!Array.isArray(items)) this.fail(itemsPath, `items: expected a list, got ${describe(items)}`);
    const typed = of.kind === "" ? undefined : of;
    return items.flatMap((item, index) => this.read(item, [...itemsPath, index], typed));
  }

  private metadata(object: JsonObject, path: Path): { name: string; namespace: string } {
    const metadata = object["metadata"];
    if (metadata === undefined || metadata === null)
      this.fail(path, "metadata is missing; a resource needs metadata.name");
    const metadataPath = [...path, "metadata"];
    if (!isJsonObject(metadata)) this.fail(metadataPath, `metadata: expected an object, got ${describe(metadata)}`);
    const namespace = metadata["namespace"];
    if (namespace !== undefined && namespace !== null && typeof namespace !== "string") {
      this.fail([...metadataPath, "namespace"], `metadata.namespace: ${expectedText(namespace)}`);
    }
    return {
      name: this.text(metadata, "name", metadataPath, undefined, "metadata."),
      namespace: namespace || "default",
    };
  }

  private text(object: JsonObject, field: string, path: Path, otherwise?: string, prefix = ""): string {
    const value = object[field];
    if ((value === undefined || value === null || value === "") && otherwise !== undefined) return otherwise;
    if (value === undefined) {
      const other = Object.keys(object).find((key) => key.toLowerCase() === field.toLowerCase());
      this.fail(
        path,
        `${prefix}${field} is missing${other === undefined ? "" : `; did you mean ${field} instead of "${other}"?`}`,
      );
    }
    if (typeof value !== "string") this.fail([...path, field], `${prefix}${field}: ${expectedText(value)}`);
    if (value === "") this.fail([...path, field], `${prefix}${field} is empty`);
    return value;
  }

  private fail(path: Path, reason: string): never {
    throw new ManifestError(this.position(path), reason);
  }

  private position(path: Path): { file: string; line: number } {
    return { file: this.file, line: path.length === 0 ? this.line : this.lines.find(path) };
  }
}

function expectedText(value: JsonValue): string {
  const quotes = typeof value === "number" || typeof value === "boolean" ? "; put it in quotes" : "";
  return `expected a string, got ${describe(value)}${quotes}`;
}
