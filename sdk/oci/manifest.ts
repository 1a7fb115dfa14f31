import { isJsonObject, type JsonObject, type JsonValue } from "../spec/json.js";
import { isDigest } from "./digest.js";
import { OciError, shownText } from "./oci-error.js";

/** How many bytes of a manifest are read. Registries allow 4 MiB. */
export const LARGEST_MANIFEST = 4 * 1024 * 1024;

/** What a manifest says about a blob or another manifest. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  annotations: Readonly<Record<string, string>>;
  /** "linux/amd64", for a manifest in an index. */
  platform?: string;
}

/** The manifest of an image, or an index of manifests. */
export interface Manifest {
  /** As the manifest has it; "" without one. */
  mediaType: string;
  config: Descriptor | undefined;
  layers: readonly Descriptor[];
  /** The manifests of an index. */
  manifests: readonly Descriptor[];
  annotations: Readonly<Record<string, string>>;
}

/**
 * Reads a manifest from outside.
 *
 * @throws OciError that names the field that is wrong
 */
export function parseManifest(bytes: Buffer): Manifest {
  let value: JsonValue;
  try {
    value = JSON.parse(bytes.toString("utf8")) as JsonValue;
  } catch {
    throw new OciError("the manifest is not JSON");
  }
  if (!isJsonObject(value)) throw new OciError("the manifest is not a JSON object");
  const config = value["config"];
  return {
    mediaType: text(value, "mediaType"),
    config: isJsonObject(config) && config["digest"] !== undefined ? descriptor(config, "config") : undefined,
    layers: descriptors(value, "layers"),
    manifests: descriptors(value, "manifests"),
    annotations: annotationsOf(value),
  };
}

function descriptors(value: JsonObject, name: string): Descriptor[] {
  const list = value[name] ?? [];
  if (!Array.isArray(list)) throw new OciError(`the manifest's ${name}: expected a list`);
  return list.map((one, index) => {
    const where = `${name}[${index}]`;
    if (!isJsonObject(one)) throw new OciError(`the manifest's ${where}: expected an object`);
    return descriptor(one, where);
  });
}

function descriptor(value: JsonObject, where: string): Descriptor {
  const { digest, size = 0 } = value;
  if (!isDigest(digest)) {
    const found = typeof digest === "string" ? `"${shownText(digest)}"` : "no text";
    throw new OciError(`the manifest's ${where}.digest: expected sha256:… in lower case, got ${found}`);
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
    throw new OciError(`the manifest's ${where}.size: expected a number of bytes`);
  const platform = value["platform"];
  return {
    ...{ mediaType: text(value, "mediaType"), digest, size, annotations: annotationsOf(value) },
    ...(isJsonObject(platform) ? { platform: `${text(platform, "os")}/${text(platform, "architecture")}` } : {}),
  };
}

function text(value: JsonObject, name: string): string {
  const found = value[name] ?? "";
  if (typeof found !== "string") throw new OciError(`the manifest's ${name}: expected a text`);
  return found;
}

function annotationsOf(value: JsonObject): Record<string, string> {
  const found = value["annotations"] ?? {};
  const wrong = () => new OciError("the manifest's annotations: expected an object of texts");
  if (!isJsonObject(found)) throw wrong();
  return Object.fromEntries(
    Object.entries(found).map(([name, text]) => {
      if (typeof (text ?? "") !== "string") throw wrong();
      return [name, (text ?? "") as string];
    }),
  );
}
