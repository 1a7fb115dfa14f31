import type { Completion } from "../command.js";
import type { OptionTypes } from "../command-line.js";

/** The options that say what an image contains. */
export const CONTENT_OPTIONS = {
  layout: { type: "string", default: "compat" },
  wasm: { type: "string", default: "build/plugin.wasm" },
  index: { type: "boolean" },
  annotate: { type: "boolean" },
  annotation: { type: "string", multiple: true },
} as const satisfies OptionTypes;

export const CONTENT_VALUES: Readonly<Record<string, Completion>> = {
  layout: ["compat", "artifact", "hub"],
  wasm: "file",
};

export const CONTENT_HELP = `  --layout LAYOUT       compat, the default: one layer with plugin.wasm, as a Dockerfile makes it; artifact: the module itself
                        as a layer; hub: Higress's plugin hub, with spec.yaml and README.md, and README_ZH.md, README_EN.md
                        and icon.png if they exist
  --wasm FILE           the module; build/plugin.wasm by default
  --index               makes an index of linux/amd64 and linux/arm64 with the same layer
  --annotate            adds annotations from package.json and Git: title, description, version, licenses, url, source, revision
  --annotation KEY=TEXT adds an annotation, such as org.opencontainers.image.created=2026-01-31T00:00:00Z; may be repeated`;
