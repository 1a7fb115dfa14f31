import type { Command } from "./command.js";
import { REGISTRY_HELP, REGISTRY_OPTIONS, REGISTRY_VALUES } from "./image/registry-options.js";
import { interruptible } from "./interruption.js";
import { UsageError } from "./usage-error.js";

/** `as-proxy-wasm inspect`: what an image in a registry contains. */
export const inspect: Command = {
  usage: "inspect REF [--json]",
  about: "lists the layers of an image, what its module imports, and which gateways load it",
  help: `Lists the layers, sizes and annotations of an image in a registry, what its module imports, which gateways load the module,
and the schema of the plugin's configuration if the image has a spec.yaml. The exit code is 1 when Istio would not take the
image; the output says why.

  REF                   the image: REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST
  --json                prints the result as JSON
${REGISTRY_HELP}

Examples:
  npx as-proxy-wasm inspect ghcr.io/org/auth:1.0.0
  npx as-proxy-wasm inspect localhost:5000/auth:1.0.0 --json`,
  options: { json: { type: "boolean" }, ...REGISTRY_OPTIONS },
  values: REGISTRY_VALUES,

  async run(positionals, values) {
    const [reference, ...more] = positionals;
    if (reference === undefined) throw new UsageError("name the image: REGISTRY/REPOSITORY:TAG");
    if (more.length > 0)
      throw new UsageError(`expected one image, got ${positionals.length}: ${positionals.join(" ")}`);
    const { inspectImage } = await import("./image/inspect-image.js");
    return interruptible((signal) => inspectImage(reference, values, signal));
  },
};
