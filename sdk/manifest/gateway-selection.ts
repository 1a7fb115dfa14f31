import { isJsonObject } from "../spec/json.js";
import type { JsonObject } from "../spec/json.js";
import type { Resource } from "./resource.js";
import type { Traffic } from "./traffic.js";
import { isIstioPlugin } from "./wasm-plugin.js";

/** The label by which istiod recognises a gateway of the Kubernetes Gateway API. */
const GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name";

/** The labels of the gateways that Istio and Higress install. */
const DEFAULT_LABELS: Readonly<Record<string, string>> = {
  istio: "ingressgateway",
  app: "istio-ingressgateway",
  higress: "higress-system-higress-gateway",
};

/** The gateway whose plugins count. */
export interface GatewayIdentity {
  namespace: string;
  rootNamespace: string;
  labels: Readonly<Record<string, string>>;
}

/** What the user says about the gateway; the rest comes from the manifests. */
export interface GatewayOptions {
  gatewayNamespace?: string;
  rootNamespace?: string;
  labels?: Readonly<Record<string, string>>;
}

/**
 * The gateway that runs the plugins. Without a namespace, it is in that of the only Gateway resource, in the only
 * namespace with plugins of Istio besides the root, or in "default". Its labels are those of Istio's and Higress's
 * gateways, those that an Istio Gateway selects, and the name of a Gateway of the Gateway API.
 */
export function gatewayIdentity(resources: readonly Resource[], options: GatewayOptions): GatewayIdentity {
  const gateways = resources.filter(({ kind }) => kind === "Gateway");
  const gateway = gateways.length === 1 ? gateways[0] : undefined;
  const rootNamespace = options.rootNamespace ?? "istio-system";
  const namespaces = new Set(resources.filter(isIstioPlugin).map(({ namespace }) => namespace));
  namespaces.delete(rootNamespace);
  const only = namespaces.size === 1 ? [...namespaces][0] : undefined;
  return {
    namespace: options.gatewayNamespace ?? gateway?.namespace ?? only ?? "default",
    rootNamespace,
    labels: { ...DEFAULT_LABELS, ...(gateway && labelsOf(gateway)), ...options.labels },
  };
}

function labelsOf(gateway: Resource): Record<string, string> {
  if (!gateway.apiVersion.startsWith("networking.istio.io/")) return { [GATEWAY_NAME]: gateway.name };
  const { spec } = gateway.object;
  const selector = isJsonObject(spec) && isJsonObject(spec["selector"]) ? spec["selector"] : ({} as JsonObject);
  const texts = Object.entries(selector).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts);
}

/**
 * Why a plugin of Istio does not run on a gateway, and the option that includes the plugin; undefined if it runs. istiod
 * passes over plugins of other namespaces than the gateway's and the root. A plugin with `targetRefs` runs on gateways of
 * the Gateway API only. The facts are those of istio.io/istio at 2026-08, pilot/pkg/model/policyattachment.go.
 */
export function passedOver(namespace: string, traffic: Traffic, gateway: GatewayIdentity): string | undefined {
  if (namespace !== gateway.namespace && namespace !== gateway.rootNamespace) {
    return `the plugin is in another namespace than the gateway, which is in ${gateway.namespace}; --namespace ${namespace} puts the gateway there`;
  }
  if (traffic.targets.length > 0) return noTarget(namespace, traffic, gateway);
  const missing = Object.entries(traffic.selector ?? {}).filter(([key, value]) => gateway.labels[key] !== value);
  if (missing.length === 0) return undefined;
  const labels = missing.map(([key, value]) => `${key}=${value}`);
  return `spec.selector wants a gateway with ${labels.join(" and ")}; ${labels.map((label) => `--label ${label}`).join(" ")} gives it to the gateway`;
}

function noTarget(namespace: string, { targets }: Traffic, gateway: GatewayIdentity): string | undefined {
  const gateways = targets.filter(
    (target) =>
      target.kind === "Gateway" &&
      target.group === "gateway.networking.k8s.io" &&
      (target.namespace === "" || target.namespace === gateway.namespace),
  );
  if (gateways.some(({ name }) => name === gateway.labels[GATEWAY_NAME]) && namespace === gateway.namespace)
    return undefined;
  const [first] = gateways;
  if (!first) return "spec.targetRefs names no Gateway of the gateway's namespace";
  if (namespace !== gateway.namespace) {
    return `spec.targetRefs works in the gateway's namespace only; --namespace ${namespace} puts the gateway there`;
  }
  return `spec.targetRefs names the gateway ${first.name}; --label ${GATEWAY_NAME}=${first.name} makes it this one`;
}
