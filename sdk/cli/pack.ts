import type { Command } from "./command.js";
import { CONTENT_HELP, CONTENT_OPTIONS, CONTENT_VALUES } from "./image/content-options.js";
import { UsageError } from "./usage-error.js";

/** `as-proxy-wasm pack`: writes the image of a plugin as files. */
export const pack: Command = {
  usage: "pack [-o FILE|DIR] [--layout compat|artifact|hub]",
  about: "writes the plugin's image as an OCI image layout, without Docker",
  help: `Writes an OCI image layout: an archive if the name ends in .tar, otherwise a folder. The same module gives the same image,
byte for byte. The last line of the output is the digest of the image.

  -o, --output FILE|DIR the archive or the folder; build/image.tar by default. A folder must be empty, or have an image layout
${CONTENT_HELP}

Examples:
  npx as-proxy-wasm pack
  npx as-proxy-wasm pack -o build/image --layout artifact
  npx as-proxy-wasm pack && skopeo copy oci-archive:build/image.tar docker://registry.example.com/auth:1.0.0`,
  options: { output: { type: "string", short: "o", default: "build/image.tar" }, ...CONTENT_OPTIONS },
  values: { output: "file", ...CONTENT_VALUES },

  async run(positionals, values) {
    if (positionals.length > 0)
      throw new UsageError(`unexpected argument "${positionals[0]}"; name the module with --wasm`);
    const { readImage } = await import("./image/content.js");
    const { writeLayout } = await import("./image/write-layout.js");
    const { image } = await readImage(values);
    const output = String(values["output"]);
    writeLayout(output, image);
    console.error(`wrote ${output}`);
    console.log(image.root.digest);
  },
};
