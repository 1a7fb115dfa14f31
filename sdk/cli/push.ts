import type { Command } from "./command.js";
import { CONTENT_HELP, CONTENT_OPTIONS, CONTENT_VALUES } from "./image/content-options.js";
import { REGISTRY_HELP, REGISTRY_OPTIONS, REGISTRY_VALUES } from "./image/registry-options.js";
import { interruptible } from "./interruption.js";
import { UsageError } from "./usage-error.js";

/** `as-proxy-wasm push`: pushes the image of a plugin to a registry. */
export const push: Command = {
  usage: "push REF [--tag TAG ...] [--layout compat|artifact|hub]",
  about: "pushes the plugin's image to a registry, without Docker",
  help: `Makes the image as pack does, and pushes it to a registry. Layers that the registry has are not sent again. After a broken
connection, the push continues; the tags appear when all else is there. The last line of the output is the image with its
digest. manifest and deploy use this digest, which push notes in build/image.json.

  REF                   the image: REGISTRY/REPOSITORY:TAG; without a tag, the version of package.json is the tag
  --tag TAG             a further tag; may be repeated
${CONTENT_HELP}
  --mount REPOSITORY    a repository of the same registry that may have the layers already
${REGISTRY_HELP}
  --json                prints the result as JSON

Examples:
  npx as-proxy-wasm push ghcr.io/org/auth:1.0.0
  npx as-proxy-wasm push localhost:5000/auth --tag 1.0.0 --tag latest
  echo "$TOKEN" | npx as-proxy-wasm push ghcr.io/org/auth:1.0.0 --username mia --password-stdin --json`,
  options: {
    ...CONTENT_OPTIONS,
    tag: { type: "string", multiple: true },
    mount: { type: "string" },
    ...REGISTRY_OPTIONS,
    json: { type: "boolean" },
  },
  values: { ...CONTENT_VALUES, ...REGISTRY_VALUES },

  async run(positionals, values) {
    const [reference, ...more] = positionals;
    if (reference === undefined) throw new UsageError("name the image: REGISTRY/REPOSITORY:TAG");
    if (more.length > 0)
      throw new UsageError(`expected one image, got ${positionals.length}: ${positionals.join(" ")}`);
    const { pushPlugin } = await import("./image/push-plugin.js");
    return interruptible((signal) => pushPlugin(reference, values, signal));
  },
};
