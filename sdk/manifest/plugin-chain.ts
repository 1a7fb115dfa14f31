import type { JsonObject } from "../spec/json.js";
import type { ChainPlugin } from "./chain-plugin.js";
import { gatewayIdentity, passedOver } from "./gateway-selection.js";
import type { GatewayIdentity, GatewayOptions } from "./gateway-selection.js";
import { goScheme, goUrlError } from "./go-url.js";
import { whereOf } from "./manifest-error.js";
import { ProtoReader } from "./proto-reader.js";
import type { Resource } from "./resource.js";
import { toIstio } from "./to-istio.js";
import { readTraffic } from "./traffic.js";
import type { Traffic } from "./traffic.js";
import { FAIL_STRATEGIES, isHigressPlugin, isIstioPlugin, PHASES, PULL_POLICIES, readCommon } from "./wasm-plugin.js";
import type { CommonSpec } from "./wasm-plugin.js";

export interface ChainOptions extends GatewayOptions {
  /** The environment variables of the gateway, for plugins with `valueFrom: HOST`. None by default. */
  hostEnvironment?: Readonly<Record<string, string | undefined>>;
}

/** The plugins of a gateway, and what was passed over and why. */
export interface PluginChain {
  plugins: ChainPlugin[];
  warnings: string[];
}

/** The order of the phases in the chain. Plugins of an unknown phase have no place in it. */
const PHASE_ORDER = ["AUTHN", "AUTHZ", "STATS", "UNSPECIFIED_PHASE"].map((name) =>
  PHASES.findIndex((one) => one === name),
);
/**
 * istiod adds this to the names of WasmPlugins before it compares them, so that "a" comes behind "a-b" and "a1". Istio does so
 * since 1.30; Higress's istiod is of 1.27.
 */
const NAME_MARK = "~istio-translated-wasmplugin";
/** A plugin without a priority comes behind all others of its phase. */
const NO_PRIORITY = -(2 ** 31);

interface Candidate {
  resource: Resource;
  spec: CommonSpec;
  traffic: Traffic;
  /** The namespace in which the plugin counts. */
  namespace: string;
  /** In milliseconds; 0 when unknown. */
  created: number;
}

/**
 * Puts the WasmPlugins of Higress and Istio into the order in which istiod puts them into a gateway's chain: by phase,
 * then by descending priority, then the gateway's own namespace before the root, the older before the younger, and by
 * name. The plugins of Higress are converted first; they count in the gateway's namespace, and have no age, since Higress
 * hands them to istiod so. The facts are those of istio.io/istio at 2026-08, pilot/pkg/model/push_context.go and
 * pilot/pkg/config/kube/extensions/translate.go, and those of Istio 1.27 when a plugin is Higress's.
 *
 * @param resources the resources of all files
 * @throws ManifestError for a WasmPlugin that the control plane cannot decode or rejects
 * @example
 * const { plugins, warnings } = pluginChain(resources, { gatewayNamespace: "team-a", labels: { app: "edge" } });
 */
export function pluginChain(resources: readonly Resource[], options: ChainOptions = {}): PluginChain {
  const gateway = gatewayIdentity(resources, options);
  const warnings: string[] = [];
  const candidates: Candidate[] = [];
  for (const resource of resources) {
    const candidate = candidateOf(resource, gateway);
    if (typeof candidate === "string") warnings.push(passedOverMessage(resource, candidate));
    else if (candidate) candidates.push(candidate);
  }
  const mark = resources.some(isHigressPlugin) ? "" : NAME_MARK;
  candidates.sort((a, b) => byAge(a, b, mark));
  const own = candidates.filter(({ namespace }) => namespace === gateway.namespace);
  const root = candidates.filter(({ namespace }) => namespace !== gateway.namespace);
  const ordered = PHASE_ORDER.flatMap((phase) =>
    [...own, ...root].filter(({ spec }) => spec.phase === phase).sort((a, b) => priorityOf(b) - priorityOf(a)),
  );
  return { plugins: ordered.map((candidate) => chainPlugin(candidate, options.hostEnvironment ?? {})), warnings };
}

/** The reason why a plugin is passed over, or undefined for what is no plugin. */
function candidateOf(resource: Resource, gateway: GatewayIdentity): Candidate | string | undefined {
  const isHigress = isHigressPlugin(resource);
  if (!isHigress && !isIstioPlugin(resource)) return undefined;
  const istio = isHigress ? toIstio(resource) : resource;
  if (!istio) return "its default configuration is disabled, and no rule is left";
  const reader = ProtoReader.ofSpec(istio);
  const spec = readCommon(reader, FAIL_STRATEGIES);
  const traffic: Traffic = isHigress ? EVERYTHING : readTraffic(reader);
  const namespace = isHigress ? gateway.namespace : resource.namespace;
  const reason = passedOver(namespace, traffic, gateway) ?? notInChain(spec, traffic);
  return reason ?? { resource, spec, traffic, namespace, created: isHigress ? 0 : creationTime(resource) };
}

/** Higress's controller selects its own gateway, whatever the manifest says. */
const EVERYTHING: Traffic = { type: "http", selector: undefined, targets: [], match: "always" };

function notInChain(spec: CommonSpec, { match }: Traffic): string | undefined {
  if (spec.url === "") return "spec.url is missing";
  const urlError = goUrlError(spec.url);
  if (urlError !== undefined) return `istiod cannot read spec.url "${spec.url}": ${urlError}`;
  if (match === "never") return "spec.match leaves nothing of a gateway's traffic; a gateway's mode is CLIENT";
  return PHASE_ORDER.includes(spec.phase) ? undefined : `spec.phase ${spec.phase} is unknown`;
}

function creationTime({ object }: Resource): number {
  const { creationTimestamp } = object["metadata"] as JsonObject;
  const time = typeof creationTimestamp === "string" ? Date.parse(creationTimestamp) : NaN;
  return Number.isNaN(time) ? 0 : time;
}

function byAge(a: Candidate, b: Candidate, mark: string): number {
  return (
    a.created - b.created ||
    compare(a.resource.name + mark, b.resource.name + mark) ||
    compare(a.namespace, b.namespace)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function priorityOf({ spec }: Candidate): number {
  return spec.priority ?? NO_PRIORITY;
}

function chainPlugin(
  { resource, spec, traffic }: Candidate,
  host: ChainOptions["hostEnvironment"] & object,
): ChainPlugin {
  const { namespace, name } = resource;
  const strategy = FAIL_STRATEGIES[spec.failStrategy];
  const { pluginConfig } = spec;
  return {
    filter: `${namespace}.${name}`,
    namespace,
    name,
    type: traffic.type,
    url: goScheme(spec.url) === "" ? `oci://${spec.url.replace(/^\/\//, "")}` : spec.url,
    ...(spec.sha256 === "" ? {} : { sha256: spec.sha256 }),
    ...pullPolicyOf(spec),
    rootId: spec.pluginName,
    ...(pluginConfig && Object.keys(pluginConfig).length > 0 ? { configuration: pluginConfig } : {}),
    failOpen: strategy === "FAIL_OPEN",
    failReload: strategy === "FAIL_RELOAD",
    environment: environmentOf(spec, host),
    ...(typeof traffic.match === "string" ? {} : { ports: traffic.match }),
    resource,
  };
}

function pullPolicyOf({ imagePullPolicy }: CommonSpec): Pick<ChainPlugin, "imagePullPolicy"> {
  const policy = PULL_POLICIES[imagePullPolicy];
  return policy === "Always" || policy === "IfNotPresent" ? { imagePullPolicy: policy } : {};
}

/** A variable of the host that does not exist is left out, as Envoy does. */
function environmentOf(
  { vmConfig }: CommonSpec,
  host: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const variables = (vmConfig?.env ?? []).map(({ name, valueFrom, value }) => [
    name,
    valueFrom === 0 ? value : valueFrom === 1 ? host[name] : undefined,
  ]);
  return Object.fromEntries(variables.filter((variable): variable is [string, string] => variable[1] !== undefined));
}

function passedOverMessage({ namespace, name, position }: Resource, reason: string): string {
  return `WasmPlugin ${namespace}/${name} (${whereOf(position)}) is passed over: ${reason}`;
}
