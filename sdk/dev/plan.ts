import { join } from "node:path";
import { isJsonObject, type JsonValue } from "../spec/json.js";
import type { RouteSpec } from "../spec/gateway-spec.js";
import {
  checkUnique,
  pluginChain,
  readResources,
  routing,
  whereOf,
  type Backend,
  type ChainPlugin,
  type Position,
  type Resource,
} from "../manifest/index.js";
import { projectOf, unknownPlugins, withLocalModules, type LocalProject } from "./local-modules.js";
import type { ManifestText } from "./manifests.js";
import { moduleSource, type ModuleSource } from "./module-source.js";
import type { DevOptions } from "./options.js";

/** A plugin of the chain, and where its module comes from. */
export interface PlannedPlugin {
  plugin: ChainPlugin;
  source: ModuleSource;
  /** The name for log lines: without the namespace, where that is clear. */
  label: string;
}

/** What the manifests and the command line describe, before anything is built or started. */
export interface Plan {
  /** The plugins for HTTP, in the order in which requests pass them. */
  plugins: PlannedPlugin[];
  /** The plugins for TCP, in the order in which the bytes of clients pass them. */
  networkPlugins: PlannedPlugin[];
  routes: RouteSpec[];
  backends: Backend[];
  /** Whether a manifest has a WasmPlugin of Higress. */
  isHigress: boolean;
  warnings: string[];
  /** The manifests that have resources. */
  files: ReadonlySet<string>;
}

/** The plugins for HTTP and those for TCP. */
export function allPlugins({ plugins, networkPlugins }: Plan): PlannedPlugin[] {
  return [...plugins, ...networkPlugins];
}

/** The kinds that `dev` uses itself. */
const USED_KINDS = new Set([
  "WasmPlugin",
  "Ingress",
  "HTTPRoute",
  "ReferenceGrant",
  "Service",
  "Gateway",
  "GatewayClass",
  "IngressClass",
]);

/**
 * Works out the gateway that the manifests describe.
 *
 * @param before the plan in force
 * @throws ManifestError when a manifest is wrong
 * @throws Error when a flag is wrong
 */
export function readPlan(options: DevOptions, manifests: readonly ManifestText[], before?: Plan): Plan {
  const project = projectOf(options.folder);
  const others: string[] = [];
  const resources = withLocalModules(readAll(manifests, others, before?.files), options.plugins, project);
  const { namespace, labels } = options;
  const chain = pluginChain(resources, {
    ...(namespace === undefined ? {} : { gatewayNamespace: namespace }),
    labels,
    hostEnvironment: process.env,
  });
  const { plugins, portWarnings } = onPort(withProject(chain.plugins, resources, project), options.https ? 443 : 80);
  const labelOf = labelling(plugins);
  const planned = plugins.map((plugin) => ({ plugin, label: labelOf(plugin), source: moduleSource(plugin) }));
  const { routes, backends, warnings } = routing(resources);
  return {
    plugins: planned.filter(({ plugin }) => plugin.type === "http"),
    networkPlugins: planned.filter(({ plugin }) => plugin.type === "network"),
    ...{ routes, backends },
    isHigress: resources.some(isHigressPlugin),
    files: new Set(resources.map(({ position }) => position.file)),
    warnings: [
      ...others,
      ...unusedKinds(resources),
      ...unknownPlugins(resources, options.plugins),
      ...chain.warnings,
      ...portWarnings,
      ...warnings,
      ...(routes.length > 0 ? unknownRoutes(plugins, routes) : []),
      ...(plugins.length === 0 ? ["no plugin: neither the manifests nor the current folder have a plugin"] : []),
    ],
  };
}

/**
 * @param others gets a warning about each document in a folder that is no resource
 * @param before the manifests that had resources. Such a file cannot become another file: requests would pass without its
 *   plugin while a developer writes the file
 */
function readAll(manifests: readonly ManifestText[], others: string[], before?: ReadonlySet<string>): Resource[] {
  const onOther = (position: Position) => {
    others.push(`dev passes over ${whereOf(position)}: the document has neither apiVersion nor kind`);
  };
  const resources = manifests.flatMap(({ text, file, isFromFolder }) => {
    const found = readResources(text, file, isFromFolder ? { onOther } : {});
    return found.length === 0 && before?.has(file) ? readResources(text, file) : found;
  });
  checkUnique(resources);
  return resources;
}

/** Without a WasmPlugin in the manifests, the project's plugin runs without a configuration. */
function withProject(plugins: ChainPlugin[], resources: readonly Resource[], project?: LocalProject): ChainPlugin[] {
  if (!project || resources.some(({ kind }) => kind === "WasmPlugin")) return plugins;
  const { folder, name } = project;
  const position = { file: join(folder, "asconfig.json") };
  const resource = { apiVersion: "", kind: "WasmPlugin", namespace: "default", name, object: {}, position };
  const plugin: ChainPlugin = {
    ...{ filter: `default.${name}`, namespace: "default", name, type: "http", url: "file://.", rootId: "" },
    ...{ failOpen: false, failReload: false, environment: {}, resource },
  };
  return [plugin];
}

/** Leaves out the plugins that `match` restricts to other ports than the gateway's. */
function onPort(plugins: readonly ChainPlugin[], port: number): { plugins: ChainPlugin[]; portWarnings: string[] } {
  const isHere = ({ type, ports }: ChainPlugin) => type === "network" || !ports || ports.includes(port);
  const portWarnings = plugins
    .filter((plugin) => !isHere(plugin))
    .map(({ resource: { position }, filter, ports = [] }) => {
      const where = whereOf(position);
      return `${where}: the plugin ${filter} is for port ${ports.join(", ")} only; dev stands for port ${port} of a gateway`;
    });
  return { plugins: plugins.filter(isHere), portWarnings };
}

function labelling(plugins: readonly ChainPlugin[]): (plugin: ChainPlugin) => string {
  const count = (name: string) => plugins.filter((one) => one.name === name).length;
  return ({ namespace, name }) => (count(name) > 1 ? `${namespace}/${name}` : name);
}

function isHigressPlugin({ kind, apiVersion }: Resource): boolean {
  return kind === "WasmPlugin" && apiVersion.startsWith("extensions.higress.io/");
}

function unusedKinds(resources: readonly Resource[]): string[] {
  const kinds = new Map<string, string[]>();
  for (const { kind, namespace, name, position } of resources) {
    if (USED_KINDS.has(kind)) continue;
    const where = `${namespace}/${name} (${whereOf(position)})`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), where]);
  }
  return [...kinds].map(([kind, all]) => `dev passes over the kind ${kind}: ${all.join(", ")}`);
}

/** Rules for routes that no manifest describes never match. */
function unknownRoutes(plugins: readonly ChainPlugin[], routes: readonly RouteSpec[]): string[] {
  const names = new Set(routes.map(({ name }) => name));
  return plugins.flatMap(({ filter, configuration }) => {
    const rules = list(configuration?.["_rules_"]).filter(isJsonObject);
    const named = rules.flatMap((rule) => list(rule["_match_route_"])).filter((name) => typeof name === "string");
    return named
      .filter((name) => !names.has(name))
      .map((name) => `the plugin ${filter} has a rule for the route "${name}", which no manifest describes`);
  });
}

function list(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
