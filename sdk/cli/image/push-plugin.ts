import {
  nameOf,
  OciError,
  parseReference,
  pushImage,
  sha256,
  withRegistry,
  type Image,
  type Reference,
} from "../../oci/index.js";
import { sizeText, startProgress } from "../../terminal/index.js";
import { readProject } from "../manifest/project.js";
import { UsageError } from "../usage-error.js";
import { readImage } from "./content.js";
import { lastPush, notePushed } from "./pushed.js";
import { fetchOptionsOf } from "./fetch-options.js";

/**
 * Pushes the plugin of the current folder, and prints the image with its digest.
 *
 * @returns the exit code
 * @throws UsageError for a wrong reference or option, OciError when the registry does not take the image
 */
export async function pushPlugin(
  text: string,
  values: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<number> {
  const reference = referenceOf(text);
  const tags = tagsOf(reference, (values["tag"] as string[] | undefined) ?? []);
  const options = fetchOptionsOf(values, signal);
  const { image, module, wasm } = await readImage(values);
  const mountFrom = mountOf(values["mount"] as string | undefined, reference, wasm);
  let sent = 0;
  const total = image.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const name = nameOf(reference);
  const end = startProgress(() => `pushing ${name}: ${sizeText(Math.min(sent, total))} of ${sizeText(total)},`);
  const onSent = (bytes: number) => void (sent += bytes);
  const { blobs } = await withRegistry(reference.registry, options, (registry) =>
    pushImage(registry, reference.repository, tags, image, { mountFrom, onSent }),
  ).finally(end);
  const pushed = `${name}@${image.manifest.digest}`;
  notePushed(wasm, { image: pushed, tags, module: sha256(module) });
  if (values["json"] === true) console.log(JSON.stringify(resultOf(pushed, reference, tags, image, module, blobs)));
  else {
    for (const { digest, size, how } of blobs) console.error(`${how.padEnd(8)} ${digest} ${sizeText(size)}`);
    for (const tag of tags) console.error(`tagged   ${name}:${tag}`);
    console.log(pushed);
  }
  return 0;
}

/** An image as the user names it. @throws UsageError when the name is wrong */
export function referenceOf(text: string): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    throw error instanceof OciError ? new UsageError(error.message) : error;
  }
}

function tagsOf({ tag, digest }: Reference, more: readonly string[]): string[] {
  if (digest !== undefined)
    throw new UsageError("expected an image without a digest: the digest follows from the content");
  const wrong = more.find((one) => !/^\w[\w.-]{0,127}$/.test(one));
  if (wrong !== undefined) throw new UsageError(`--tag ${wrong}: expected letters, digits, "_", "." and "-"`);
  const given = [...(tag === undefined ? [] : [tag]), ...more];
  if (given.length > 0) return [...new Set(given)];
  const { version } = readProject(".");
  if (version === undefined) throw new UsageError("package.json has no version for the tag; name the tag with --tag");
  return [version.replaceAll("+", "-")];
}

/** The repository that may have the layers: the named one, or that of the last push to the same registry. */
function mountOf(given: string | undefined, { registry }: Reference, wasm: string): string | undefined {
  if (given !== undefined) {
    if (!/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(given))
      throw new UsageError(`--mount ${given}: expected a repository such as org/auth`);
    return given;
  }
  const last = lastPush(wasm)?.reference;
  return last?.registry === registry ? last.repository : undefined;
}

function resultOf(
  image: string,
  { registry, repository }: Reference,
  tags: readonly string[],
  { root, layout, children }: Image,
  module: Buffer,
  blobs: readonly object[],
): object {
  return {
    ...{ image, registry, repository, digest: root.digest, tags, layout, mediaType: root.mediaType },
    manifests: children.map(({ digest }) => digest),
    blobs,
    module: { sha256: sha256(module), size: module.length },
  };
}
