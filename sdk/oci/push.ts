import type { Blob, Image } from "./image.js";
import type { Registry } from "./registry.js";
import { beginningOf } from "./transport.js";
import { assertDigest, uploadBlob, type UploadOptions, type Uploaded } from "./upload.js";

/** What a push has done. */
export interface PushResult {
  /** How each configuration and layer has come into the repository. */
  blobs: { digest: string; size: number; how: Uploaded }[];
}

/**
 * Pushes an image: first its blobs, then its manifests, then the tags. A tag appears when all else is there, so nobody gets half
 * an image.
 *
 * @param tags the tags, at least one
 * @throws OciError when the registry does not take a part
 */
export async function pushImage(
  registry: Registry,
  repository: string,
  tags: readonly string[],
  image: Image,
  options: UploadOptions = {},
): Promise<PushResult> {
  const blobs: PushResult["blobs"] = [];
  for (const blob of image.blobs) {
    const how = await uploadBlob(registry, repository, blob, options);
    blobs.push({ digest: blob.digest, size: blob.bytes.length, how });
  }
  for (const child of image.children) await putManifest(registry, repository, child.digest, child);
  for (const tag of tags) await putManifest(registry, repository, tag, image.root);
  return { blobs };
}

async function putManifest(registry: Registry, repository: string, identifier: string, blob: Blob): Promise<void> {
  const what = `the manifest ${identifier}`;
  const request = {
    ...{ method: "PUT", target: `/v2/${repository}/manifests/${identifier}`, what, expected: [201] },
    ...{ headers: { "content-type": blob.mediaType }, body: blob.bytes },
    scopes: [`repository:${repository}:pull,push`],
  };
  await registry.request(request, async ({ headers, message }) => {
    await beginningOf(message);
    assertDigest(headers["docker-content-digest"], blob.digest, what);
  });
}
