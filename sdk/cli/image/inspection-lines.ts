import { shownText } from "../../oci/index.js";
import { columns, sizeText } from "../../terminal/index.js";
import type { Inspection } from "./inspection.js";

/** An inspection for people. Texts of the image have no control characters. */
export function inspectionLines(inspection: Inspection): string[] {
  const { image, digest, manifest, mediaType, platforms, layers, annotations, module, problem, spec } = inspection;
  const rows = [
    [digest === manifest ? "manifest" : "index", `${digest} (${shownText(mediaType)})`],
    ...(platforms.length > 0 ? [["platforms", platforms.map(shownText).join(", ")]] : []),
    ...Object.entries(annotations).map(([key, value]) => [shownText(key), shownText(value)]),
  ];
  const layerRows = layers.map(({ mediaType: type, digest, size, title = "" }, index) => [
    ...[`${index + 1}.`, sizeText(size), digest, shownText(type), shownText(title)],
  ]);
  return [
    ...[image, ...columns(rows, "  "), "layers", ...columns(layerRows, "  ")],
    ...(problem === undefined ? [] : [`Istio does not take the image: ${problem}`]),
    ...(module ? moduleLines(module) : []),
    ...(spec === undefined ? [] : ["spec.yaml, with the schema of the configuration", ...specLines(spec)]),
  ];
}

function moduleLines({
  sha256,
  size,
  imports,
  gateways,
  needsHigress,
  problem,
}: NonNullable<Inspection["module"]>): string[] {
  const why = needsHigress.length > 0 ? ` only: ${needsHigress.map(shownText).join(", ")}` : "";
  const rows = [
    ["size", sizeText(size)],
    ["sha256", sha256],
    ["gateways", problem === undefined ? gateways.join(", ") + why : `none: ${shownText(problem)}`],
    ...(problem === undefined ? [["imports", imports.map(shownText).join(", ") || "nothing"]] : []),
  ];
  return ["module", ...columns(rows, "  ")];
}

function specLines(spec: string): string[] {
  // eslint-disable-next-line no-control-regex
  const plain = spec.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
  return plain.trimEnd().split("\n").map((line) => `  ${line}`); // prettier-ignore
}
