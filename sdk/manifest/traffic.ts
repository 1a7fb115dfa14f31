import type { ProtoReader } from "./proto-reader.js";

/** Which workloads and which traffic a WasmPlugin of Istio is for. */
export interface Traffic {
  type: "http" | "network";
  /** The labels of `spec.selector`; undefined without a selector. */
  selector: Record<string, string> | undefined;
  /** `spec.targetRefs`, or the older `spec.targetRef`. */
  targets: TargetRef[];
  /** What `spec.match` leaves of a gateway's traffic: everything, nothing, or some ports. */
  match: "always" | "never" | readonly number[];
}

export interface TargetRef {
  group: string;
  kind: string;
  name: string;
  namespace: string;
}

const TYPES = ["UNSPECIFIED_PLUGIN_TYPE", "HTTP", "NETWORK"];
const MODES = ["UNDEFINED", "CLIENT", "SERVER", "CLIENT_AND_SERVER"];

/**
 * Reads the fields that only Istio's WasmPlugins have. istiod counts a gateway's listeners as clients, and takes a
 * plugin of an unknown type for an HTTP plugin. The facts are those of istio.io/istio at 2026-08,
 * pilot/pkg/model/extensions.go.
 */
export function readTraffic(spec: ProtoReader): Traffic {
  const selector = spec.message("selector");
  const targetRef = spec.message("targetRef");
  const targetRefs = spec.messages("targetRefs");
  return {
    type: TYPES[spec.enumNumber("type", TYPES)] === "NETWORK" ? "network" : "http",
    selector: selector?.textMap("matchLabels"),
    targets: (targetRefs.length > 0 || !targetRef ? targetRefs : [targetRef]).map(readTarget),
    match: readMatch(spec.messages("match")),
  };
}

function readTarget(target: ProtoReader): TargetRef {
  return {
    group: target.text("group"),
    kind: target.text("kind"),
    name: target.text("name"),
    namespace: target.text("namespace"),
  };
}

function readMatch(selectors: ProtoReader[]): Traffic["match"] {
  const read = selectors.map((selector) => ({
    mode: MODES[selector.enumNumber("mode", MODES)],
    ports: selector.messages("ports").map((port) => port.uint32("number")),
  }));
  // An unknown mode is not that of a client either.
  const forClients = read.filter(({ mode }) => mode !== undefined && mode !== "SERVER");
  if (read.length === 0 || forClients.some(({ ports }) => ports.length === 0)) return "always";
  const ports = new Set(forClients.flatMap((selector) => selector.ports).filter((port) => port !== 0));
  return ports.size === 0 ? "never" : [...ports];
}
