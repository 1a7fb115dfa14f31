import { digestOf } from "./digest.js";
import { gzip } from "./gzip.js";
import {
  HUB_ICON,
  HUB_README,
  HUB_README_EN,
  HUB_README_ZH,
  HUB_SPEC,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
  WASM_CONFIG,
  WASM_LAYER,
} from "./media-types.js";
import { tarOf } from "./tar-writer.js";

export const LAYOUTS = ["compat", "artifact", "hub"] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Bytes with their media type. */
export interface Blob {
  mediaType: string;
  digest: string;
  bytes: Buffer;
}

/** An image that is ready to be written or pushed. */
export interface Image {
  layout: Layout;
  /** Configurations and layers, each once. */
  blobs: readonly Blob[];
  /** The manifests of an index, each once. */
  children: readonly Blob[];
  /** What a tag points to: a manifest, or an index. */
  root: Blob;
  /** The manifest for linux/amd64: the root, or in the index. Istio takes no other digest in a URL. */
  manifest: Blob;
}

/** What an image is made from. */
export interface ImageContent {
  layout: Layout;
  module: Buffer;
  /** For the layout "hub": spec.yaml, README.md and others, by their names. */
  files?: ReadonlyMap<string, Buffer>;
  annotations?: Readonly<Record<string, string>>;
  /** Makes an index of linux/amd64 and linux/arm64. */
  hasIndex?: boolean;
}

/** The files of the layout "hub" besides the module, in the order of the layers. */
export const HUB_FILES: Readonly<Record<string, string>> = {
  "spec.yaml": HUB_SPEC,
  "README.md": HUB_README,
  "README_ZH.md": HUB_README_ZH,
  "README_EN.md": HUB_README_EN,
  "icon.png": HUB_ICON,
};

const ARCHITECTURES = ["amd64", "arm64"] as const;
type Architecture = (typeof ARCHITECTURES)[number];

/**
 * Makes an image. The same content gives the same bytes on the same version of zlib.
 *
 * @example
 * const image = imageOf({ layout: "compat", module: readFileSync("build/plugin.wasm") });
 * image.root.digest; // "sha256:…"
 */
export function imageOf(content: ImageContent): Image {
  const { layout, annotations = {}, hasIndex = false } = content;
  const { layers, diffIds } = layersOf(content);
  const images = (hasIndex ? ARCHITECTURES : (["amd64"] as const)).map((architecture) => {
    const config = configOf(layout, architecture, diffIds);
    return { architecture, config, manifest: manifestOf(config, layers, annotations) };
  });
  const configs = images.map(({ config }) => config);
  const manifests = unique(images.map(({ manifest }) => manifest));
  const blobs = unique([...configs, ...layers.map(({ blob }) => blob)]);
  if (!hasIndex) return { layout, blobs, children: [], root: manifests[0]!, manifest: manifests[0]! };
  const listed = images.map(({ architecture, manifest }) => ({
    ...describe(manifest),
    platform: { architecture, os: "linux" },
  }));
  const root = json(OCI_INDEX, { ...head(OCI_INDEX), manifests: listed, ...annotated(annotations) });
  return { layout, blobs, children: manifests, root, manifest: manifests[0]! };
}

interface Layer {
  blob: Blob;
  /** The name of the file, for tools that write layers as files. */
  title?: string;
}

function layersOf({ layout, module, files = new Map() }: ImageContent): { layers: Layer[]; diffIds: string[] } {
  if (layout === "artifact") {
    const runtime = { type: "envoy_proxy", abiVersions: ["v0-2-1"], config: { rootIds: [] } };
    const layers = [
      { blob: blobOf(WASM_LAYER, module), title: "plugin.wasm" },
      { blob: json(WASM_CONFIG, runtime), title: "runtime-config.json" },
    ];
    return { layers, diffIds: [] };
  }
  const tar = tarOf([{ name: "plugin.wasm", content: module }]);
  const last: Layer = { blob: blobOf(OCI_LAYER, gzip(tar)) };
  if (layout === "compat") return { layers: [last], diffIds: [digestOf(tar)] };
  const documents = Object.entries(HUB_FILES).flatMap(([title, mediaType]) => {
    const bytes = files.get(title);
    return bytes ? [{ blob: blobOf(mediaType, bytes), title }] : [];
  });
  const diffIds = [...documents.map(({ blob }) => blob.digest), digestOf(tar)];
  return { layers: [...documents, { ...last, title: "plugin.tar.gz" }], diffIds };
}

function configOf(layout: Layout, architecture: Architecture, diffIds: readonly string[]): Blob {
  if (layout === "artifact") return json(WASM_CONFIG, {});
  return json(OCI_CONFIG, { architecture, os: "linux", config: {}, rootfs: { type: "layers", diff_ids: diffIds } });
}

function manifestOf(config: Blob, layers: readonly Layer[], annotations: Readonly<Record<string, string>>): Blob {
  const described = layers.map(({ blob, title }) => ({
    ...describe(blob),
    ...(title === undefined ? {} : { annotations: { "org.opencontainers.image.title": title } }),
  }));
  return json(OCI_MANIFEST, {
    ...head(OCI_MANIFEST),
    config: describe(config),
    layers: described,
    ...annotated(annotations),
  });
}

function head(mediaType: string): object {
  return { schemaVersion: 2, mediaType };
}

function annotated(annotations: Readonly<Record<string, string>>): object {
  return Object.keys(annotations).length > 0 ? { annotations } : {};
}

/** A descriptor of a blob. */
export function describe({ mediaType, digest, bytes }: Blob): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest, size: bytes.length };
}

function json(mediaType: string, value: object): Blob {
  return blobOf(mediaType, Buffer.from(JSON.stringify(value)));
}

function blobOf(mediaType: string, bytes: Buffer): Blob {
  return { mediaType, digest: digestOf(bytes), bytes };
}

function unique(blobs: readonly Blob[]): Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}
