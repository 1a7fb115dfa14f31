import { OCI_MANIFEST } from "./media-types.js";
import { describe, type Image } from "./image.js";
import type { TarFile } from "./tar-writer.js";

/**
 * The files of an OCI image layout, for a folder or an archive. Source: OCI image specification 1.1, image-layout.md.
 *
 * @example
 * writeFileSync("image.tar", tarOf(layoutFiles(image)));
 */
export function layoutFiles({ blobs, children, root }: Image): TarFile[] {
  const all = [...blobs, ...children, root].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const platform = root.mediaType === OCI_MANIFEST ? { platform: { architecture: "amd64", os: "linux" } } : {};
  const index = {
    ...{ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json" },
    manifests: [{ ...describe(root), ...platform }],
  };
  return [
    ...all.map(({ digest, bytes }) => ({ name: `blobs/${digest.replace(":", "/")}`, content: bytes })),
    { name: "index.json", content: Buffer.from(JSON.stringify(index)) },
    { name: "oci-layout", content: Buffer.from(JSON.stringify({ imageLayoutVersion: "1.0.0" })) },
  ];
}
