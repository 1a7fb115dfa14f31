import type { ListenerSpec } from "../spec/gateway-spec.js";

/** The values of `pathNormalization.normalization` in Istio's and Higress's MeshConfig. `DEFAULT` is `BASE`. */
export const PATH_NORMALIZATIONS = ["NONE", "BASE", "MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES"] as const;

export type PathNormalization = (typeof PATH_NORMALIZATIONS)[number];

/**
 * The settings of a gateway's listener, as istiod makes them.
 *
 * Source: Istio and Higress's Istio, pilot/pkg/networking/core, listener_builder.go.
 */
export function pathSettings(
  mode: PathNormalization = "BASE",
): Pick<ListenerSpec, "normalizePath" | "mergeSlashes" | "pathWithEscapedSlashesAction"> {
  const decodes = mode === "DECODE_AND_MERGE_SLASHES";
  return {
    normalizePath: mode !== "NONE",
    mergeSlashes: decodes || mode === "MERGE_SLASHES",
    pathWithEscapedSlashesAction: decodes ? "UNESCAPE_AND_FORWARD" : "KEEP_UNCHANGED",
  };
}
