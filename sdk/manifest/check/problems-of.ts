import { closestName } from "../../options/unknown-option.js";
import { isJsonObject, type JsonValue } from "../../spec/json.js";
import type { Resource } from "../resource.js";
import { checkCommonRules, checkNumbers } from "./common-rules.js";
import { checkHigressRules } from "./higress-rules.js";
import { HIGRESS_SPEC, ONLY_ISTIO } from "./higress-schema.js";
import { ISTIO_SPEC } from "./istio-schema.js";
import { checkMetadata } from "./metadata.js";
import { Problems, valueText, type Path, type Problem } from "./problem.js";
import { checkStructure, unknownField } from "./structure.js";

const HIGRESS = "extensions.higress.io/v1alpha1";
const ISTIO = "extensions.istio.io/v1alpha1";
/** Where Higress is installed by default. */
const HIGRESS_NAMESPACE = "higress-system";

/** Whether `problemsOf` knows the rules of a resource: those of WasmPlugins, or of what was meant to be one. */
export function isCheckable({ apiVersion, kind }: Resource): boolean {
  const isPluginGroup = apiVersion.startsWith("extensions.higress.io/");
  return kind === "WasmPlugin" || (isPluginGroup && closestName(kind, ["WasmPlugin"]) !== undefined);
}

/**
 * What is wrong with a WasmPlugin of Higress or Istio: what its CRD rejects, the fields that the API server removes, and
 * what the controllers and the gateway reject, ignore or overwrite later. Nothing for resources of other kinds.
 *
 * @example
 * for (const { severity, path, message } of problemsOf(resource)) console.log(severity, pathText(path), message);
 */
export function problemsOf(resource: Resource): Problem[] {
  const problems = new Problems();
  if (!isCheckable(resource)) return problems.list;
  const { object, apiVersion, kind } = resource;
  if (kind !== "WasmPlugin") {
    problems.error(["kind"], `${apiVersion} has no kind "${kind}"; did you mean "WasmPlugin"?`);
    return problems.list;
  }
  if (apiVersion !== HIGRESS && apiVersion !== ISTIO) {
    problems.error(["apiVersion"], `expected ${HIGRESS} or ${ISTIO}, got "${apiVersion}"`);
    return problems.list;
  }
  const isHigress = apiVersion === HIGRESS;
  checkMetadata(object["metadata"], problems);
  if (isHigress) checkNamespace(object["metadata"], problems);
  checkSpec(object["spec"], isHigress, problems);
  const known = ["apiVersion", "kind", "metadata", "spec", "status"];
  for (const name of Object.keys(object)) {
    if (known.includes(name)) continue;
    const isOfSpec = Object.hasOwn((isHigress ? HIGRESS_SPEC : ISTIO_SPEC).fields, name);
    problems.warn([name], unknownField(name, known, isOfSpec ? "write it into spec" : undefined));
  }
  return problems.list;
}

function checkSpec(spec: JsonValue | undefined, isHigress: boolean, problems: Problems): void {
  if (spec === undefined) return problems.error(["spec"], "the field is missing; it holds the url of the plugin");
  checkStructure(spec, isHigress ? HIGRESS_SPEC : ISTIO_SPEC, ["spec"], problems, isHigress ? ofIstio : ofHigress);
  if (!isJsonObject(spec)) return;
  checkCommonRules(spec, problems);
  if (isHigress) checkHigressRules(spec, problems);
  else checkNumbers(spec["pluginConfig"], ["spec", "pluginConfig"], problems);
}

/** Higress's controller passes over WasmPlugins of other namespaces. */
function checkNamespace(metadata: JsonValue | undefined, problems: Problems): void {
  if (!isJsonObject(metadata)) return;
  const { namespace = null } = metadata;
  if (namespace === HIGRESS_NAMESPACE) return;
  const got = namespace === null || namespace === "" ? "no namespace" : valueText(namespace);
  const why = "Higress reads the WasmPlugins of the namespace that it is installed in";
  problems.warn(["metadata", "namespace"], `expected "${HIGRESS_NAMESPACE}", got ${got}; ${why}`);
}

function ofIstio(path: Path): string | undefined {
  const [, name] = path;
  if (path.length !== 2 || !ONLY_ISTIO.includes(String(name))) return undefined;
  return `only Istio's WasmPlugin has ${name}; Higress runs the plugin on its own gateway, for HTTP`;
}

function ofHigress(path: Path): string | undefined {
  const [, name] = path;
  if (path.length !== 2) return undefined;
  if (name === "defaultConfig") return "only Higress's WasmPlugin has defaultConfig; Istio's has pluginConfig";
  const isRule = name === "matchRules" || name === "defaultConfigDisable";
  return isRule
    ? `only Higress's WasmPlugin has ${name}; as-proxy-wasm manifest convert writes both as pluginConfig`
    : undefined;
}
