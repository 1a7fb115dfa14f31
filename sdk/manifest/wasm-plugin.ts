import type { JsonObject, JsonValue } from "../spec/json.js";
import type { ProtoReader } from "./proto-reader.js";
import type { Resource } from "./resource.js";

/** The fields that Higress's and Istio's WasmPlugins share. Enums are numbers: the controller passes unknown ones on. */
export interface CommonSpec {
  url: string;
  sha256: string;
  imagePullPolicy: number;
  imagePullSecret: string;
  verificationKey: string;
  pluginConfig: JsonObject | undefined;
  pluginName: string;
  phase: number;
  /** Undefined if not set, which differs from 0. */
  priority: number | undefined;
  failStrategy: number;
  vmConfig: { env: EnvVar[] } | undefined;
}

export interface EnvVar {
  name: string;
  valueFrom: number;
  value: string;
}

export const PHASES = ["UNSPECIFIED_PHASE", "AUTHN", "AUTHZ", "STATS"] as const;
export const FAIL_STRATEGIES = ["FAIL_CLOSE", "FAIL_OPEN", "FAIL_RELOAD"] as const;
export const PULL_POLICIES = ["UNSPECIFIED_POLICY", "IfNotPresent", "Always"] as const;
const VALUE_SOURCES = ["INLINE", "HOST"] as const;

const HIGRESS_GROUP = "extensions.higress.io/";
const ISTIO_GROUP = "extensions.istio.io/";
export const ISTIO_API_VERSION = `${ISTIO_GROUP}v1alpha1`;
export const HIGRESS_API_VERSION = `${HIGRESS_GROUP}v1alpha1`;

/** Whether a resource is a WasmPlugin of Higress. */
export function isHigressPlugin({ apiVersion, kind }: Resource): boolean {
  return kind === "WasmPlugin" && apiVersion.startsWith(HIGRESS_GROUP);
}

/** Whether a resource is a WasmPlugin of Istio. */
export function isIstioPlugin({ apiVersion, kind }: Resource): boolean {
  return kind === "WasmPlugin" && apiVersion.startsWith(ISTIO_GROUP);
}

/** Reads the fields that both kinds share. @throws ManifestError for what the controller cannot decode */
export function readCommon(spec: ProtoReader, failStrategies: readonly string[]): CommonSpec {
  const vmConfig = spec.message("vmConfig");
  return {
    url: spec.text("url"),
    sha256: spec.text("sha256"),
    imagePullPolicy: spec.enumNumber("imagePullPolicy", PULL_POLICIES),
    imagePullSecret: spec.text("imagePullSecret"),
    verificationKey: spec.text("verificationKey"),
    pluginConfig: spec.struct("pluginConfig"),
    pluginName: spec.text("pluginName"),
    phase: spec.enumNumber("phase", PHASES),
    priority: spec.int32("priority"),
    failStrategy: spec.enumNumber("failStrategy", failStrategies),
    vmConfig: vmConfig && { env: vmConfig.messages("env").map(readEnv) },
  };
}

function readEnv(env: ProtoReader): EnvVar {
  return {
    name: env.text("name"),
    valueFrom: env.enumNumber("valueFrom", VALUE_SOURCES),
    value: env.text("value"),
  };
}

/**
 * Writes the shared fields as Go's `jsonpb` does: without empty texts, empty lists and enums' zeros.
 *
 * @param config the fields about the configuration, which stand in place of `pluginConfig`
 */
export function writeCommon(spec: CommonSpec, config: JsonObject): JsonObject {
  return present({
    url: spec.url,
    sha256: spec.sha256,
    imagePullPolicy: enumName(spec.imagePullPolicy, PULL_POLICIES),
    imagePullSecret: spec.imagePullSecret,
    verificationKey: spec.verificationKey,
    ...config,
    pluginName: spec.pluginName,
    phase: enumName(spec.phase, PHASES),
    priority: spec.priority,
    failStrategy: enumName(spec.failStrategy, FAIL_STRATEGIES),
    vmConfig: spec.vmConfig && writeVmConfig(spec.vmConfig.env),
  });
}

/** A WasmPlugin of another API with the name and namespace of a given one. Its position is that of the given one. */
export function pluginResource(from: Resource, apiVersion: string, spec: JsonObject): Resource {
  const { namespace } = from.object["metadata"] as JsonObject;
  const metadata: JsonObject = { name: from.name, ...(namespace ? { namespace } : {}) };
  return { ...from, apiVersion, kind: "WasmPlugin", object: { apiVersion, kind: "WasmPlugin", metadata, spec } };
}

function writeVmConfig(env: readonly EnvVar[]): JsonObject {
  if (env.length === 0) return {};
  return {
    env: env.map(({ name, valueFrom, value }) =>
      present({ name, valueFrom: enumName(valueFrom, VALUE_SOURCES), value }),
    ),
  };
}

function enumName(value: number, names: readonly string[]): JsonValue | undefined {
  return value === 0 ? undefined : (names[value] ?? value);
}

function present(fields: Record<string, JsonValue | undefined>): JsonObject {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(entries) as JsonObject;
}
