import { checkTogether } from "../../sdk/manifest/check/check-together.js";
import { positionText, problemText } from "../../sdk/manifest/check/check-resource.js";
import { problemsOf } from "../../sdk/manifest/check/problems-of.js";
import { readResources } from "../../sdk/manifest/read-resources.js";

/** A manifest with a mistake: what it is, the manifest, and the lines that are reported about it. */
export type WrongManifest = [mistake: string, manifest: string, ...lines: string[]];

/** What is reported about a manifest: line, severity, path and message. */
export function problemLines(manifest: string): string[] {
  const resources = readResources(manifest, "m");
  const own = resources.flatMap((resource) => problemsOf(resource).map((problem) => ({ resource, problem })));
  return [...own, ...checkTogether(resources)].map(({ resource, problem }) => {
    const line = positionText(resource, problem).replace("m:", "");
    return `${line}: ${problem.severity}: ${problemText(problem)}`;
  });
}

/** A WasmPlugin of Higress. The given lines of `spec` begin in line 6. */
export function higress(spec = "", metadata = "{ name: auth, namespace: higress-system }"): string {
  return manifest("extensions.higress.io/v1alpha1", metadata, spec);
}

/** A WasmPlugin of Istio. The given lines of `spec` begin in line 6. */
export function istio(spec = "", metadata = "{ name: auth }"): string {
  return manifest("extensions.istio.io/v1alpha1", metadata, spec);
}

/** The manifest with another `url`, in line 5. */
export function withUrl(url: string, manifest = higress()): string {
  return manifest.replace(URL, url);
}

const URL = "oci://example.com/auth:1";

function manifest(apiVersion: string, metadata: string, spec: string): string {
  const head = [`apiVersion: ${apiVersion}`, "kind: WasmPlugin", `metadata: ${metadata}`, "spec:"];
  return [...head, `  url: ${URL}`, ...(spec === "" ? [] : [spec])].join("\n");
}
