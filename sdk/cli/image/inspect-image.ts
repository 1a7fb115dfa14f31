import { checkModule } from "../../build/check-module.js";
import {
  fetchBlob,
  fetchImage,
  indexProblem,
  ModuleCache,
  moduleOfImage,
  nameOf,
  OciError,
  sha256,
  withRegistry,
  type FetchedImage,
} from "../../oci/index.js";
import { startProgress } from "../../terminal/index.js";
import { fetchOptionsOf } from "./fetch-options.js";
import type { Inspection } from "./inspection.js";
import { inspectionLines } from "./inspection-lines.js";
import { referenceOf } from "./push-plugin.js";

/** How many bytes of a spec.yaml are read. */
const LARGEST_SPEC = 1024 * 1024;
const SPEC_TYPE = "application/vnd.module.wasm.spec.v1+yaml";

/**
 * Prints what an image contains.
 *
 * @returns the exit code: 1 when Istio would not take the image
 * @throws UsageError for a wrong reference or option, OciError when there is no image
 */
export async function inspectImage(
  text: string,
  values: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<number> {
  const reference = referenceOf(text);
  const options = fetchOptionsOf(values, signal);
  const { cache = new ModuleCache() } = options;
  const end = startProgress(`reading ${nameOf(reference)}`);
  const inspection = await withRegistry(reference.registry, options, async (registry): Promise<Inspection> => {
    const fetched = await fetchImage(registry, reference);
    const found = describe(nameOf(reference), fetched);
    const layer = fetched.image.manifest.layers.find(
      ({ mediaType, size }) => mediaType === SPEC_TYPE && size <= LARGEST_SPEC,
    );
    if (layer) found.spec = (await fetchBlob(registry, reference.repository, layer)).toString("utf8");
    try {
      const module = factsOf(await moduleOfImage(registry, reference, fetched, cache));
      const problem = indexProblem(reference, fetched);
      return { ...found, module, ...(problem === undefined ? {} : { problem }) };
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      return { ...found, problem: error.message };
    }
  }).finally(end);
  console.log(values["json"] === true ? JSON.stringify(inspection) : inspectionLines(inspection).join("\n"));
  return inspection.problem === undefined ? 0 : 1;
}

function describe(name: string, { root, image }: FetchedImage): Inspection {
  const layers = image.manifest.layers.map(({ mediaType, digest, size, annotations }) => {
    const title = annotations["org.opencontainers.image.title"];
    return { mediaType, digest, size, ...(title === undefined ? {} : { title }) };
  });
  return {
    ...{ image: `${name}@${image.digest}`, digest: root.digest, mediaType: root.mediaType, manifest: image.digest },
    platforms: root.manifest.manifests.flatMap(({ platform }) => (platform === undefined ? [] : [platform])),
    ...{ layers, annotations: { ...root.manifest.annotations, ...image.manifest.annotations } },
  };
}

function factsOf(bytes: Buffer): NonNullable<Inspection["module"]> {
  const facts = checkModule(bytes);
  const base = { sha256: sha256(bytes), size: bytes.length };
  if (typeof facts === "string") return { ...base, imports: [], gateways: [], needsHigress: [], problem: facts };
  const { imports, needsHigress } = facts;
  return {
    ...base,
    imports,
    gateways: needsHigress.length > 0 ? ["Higress"] : ["Higress", "Istio", "Envoy"],
    needsHigress,
  };
}
