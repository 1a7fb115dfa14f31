import { whereOf } from "../../manifest/manifest-error.js";
import type { Resource } from "../../manifest/resource.js";
import { toHigress } from "../../manifest/to-higress.js";
import { toIstio } from "../../manifest/to-istio.js";
import { isHigressPlugin, isIstioPlugin } from "../../manifest/wasm-plugin.js";
import { UsageError } from "../usage-error.js";

/**
 * Converts the WasmPlugins among resources. Those that are of the API already stay as they are.
 *
 * @param to "istio" or "higress"; by default the one that the WasmPlugins do not use
 * @returns notes about what was left out
 * @throws ManifestError for a WasmPlugin that the controller rejects
 */
export function convertPlugins(
  resources: readonly Resource[],
  to?: string,
): { converted: Resource[]; notes: string[] } {
  const target = to ?? otherApi(resources);
  const converted: Resource[] = [];
  const notes: string[] = [];
  for (const resource of resources) {
    const isHigress = isHigressPlugin(resource);
    if (!isHigress && !isIstioPlugin(resource)) notes.push(passedOver(resource));
    else if (isHigress === (target === "higress")) converted.push(resource);
    else if (isHigress) {
      const istio = toIstio(resource);
      if (istio) converted.push(istio);
    } else {
      const higress = toHigress(resource);
      converted.push(higress.resource);
      notes.push(...higress.warnings);
    }
  }
  return { converted, notes };
}

function otherApi(resources: readonly Resource[]): string {
  const isHigress = resources.some(isHigressPlugin);
  if (isHigress && resources.some(isIstioPlugin)) {
    throw new UsageError("the manifests have WasmPlugins of Higress and of Istio; say --to istio or --to higress");
  }
  return isHigress ? "istio" : "higress";
}

function passedOver({ apiVersion, kind, namespace, name, position }: Resource): string {
  const what = kind === "WasmPlugin" ? `WasmPlugin of ${apiVersion}` : kind;
  return `${whereOf(position)}: ${what} ${namespace}/${name} is passed over; only WasmPlugins of Higress and Istio are converted`;
}
