import type { Command } from "./command.js";
import { REGISTRY_HELP, REGISTRY_OPTIONS, REGISTRY_VALUES } from "./image/registry-options.js";
import { interruptible } from "./interruption.js";
import { UsageError } from "./usage-error.js";

/** `as-proxy-wasm pull`: gets the module of an image. */
export const pull: Command = {
  usage: "pull REF [-o FILE]",
  about: "gets the module of an image from a registry",
  help: `Gets the module of an image. Takes the images that Istio takes, and says why Istio would not take another one. The last line
of the output is the image with its digest. Modules stay in the user's cache ($XDG_CACHE_HOME or ~/.cache,
as-proxy-wasm/images), by their digests.

  REF                   the image: REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST
  -o, --output FILE     the file of the module; plugin.wasm by default; - for standard output
  --force               replaces the file if it exists
${REGISTRY_HELP}

Examples:
  npx as-proxy-wasm pull ghcr.io/org/auth:1.0.0
  npx as-proxy-wasm pull localhost:5000/auth:1.0.0 -o build/auth.wasm --force`,
  options: {
    output: { type: "string", short: "o", default: "plugin.wasm" },
    force: { type: "boolean" },
    ...REGISTRY_OPTIONS,
  },
  values: { output: "file", ...REGISTRY_VALUES },

  async run(positionals, values) {
    const [reference, ...more] = positionals;
    if (reference === undefined) throw new UsageError("name the image: REGISTRY/REPOSITORY:TAG");
    if (more.length > 0)
      throw new UsageError(`expected one image, got ${positionals.length}: ${positionals.join(" ")}`);
    const { pullModule } = await import("./image/pull-module.js");
    return interruptible((signal) => pullModule(reference, values, signal));
  },
};
