import { isJsonObject, type JsonObject } from "../../spec/json.js";
import type { Resource } from "../resource.js";
import type { Problem } from "./problem.js";
import { isCheckable } from "./problems-of.js";

/** A problem of one resource that another resource causes. */
export interface SharedProblem {
  resource: Resource;
  problem: Problem;
}

/** What is wrong with resources next to one another: two with one name, and plugins without a priority among others. */
export function checkTogether(resources: readonly Resource[]): SharedProblem[] {
  return [...twins(resources), ...withoutPriority(resources.filter(isCheckable))];
}

/** `kubectl apply` would replace the first by the second. */
function twins(resources: readonly Resource[]): SharedProblem[] {
  const problems: SharedProblem[] = [];
  const groupOf = (apiVersion: string) => apiVersion.split("/").at(-2) ?? "";
  const named = grouped(resources, ({ apiVersion, kind, namespace, name }) => [
    ...[groupOf(apiVersion), kind, namespace, name],
  ]);
  for (const [first, ...others] of named) {
    const { file, line } = first!.position;
    const where = line === undefined ? file : `${file}:${line}`;
    for (const resource of others) {
      const { kind, namespace, name } = resource;
      const message = `expected another name: ${kind} ${namespace}/${name} is in ${where} already`;
      problems.push({ resource, problem: { severity: "error", path: ["metadata", "name"], message } });
    }
  }
  return problems;
}

function withoutPriority(plugins: readonly Resource[]): SharedProblem[] {
  const phases = grouped(plugins, (one) => [one.apiVersion, one.namespace, phaseOf(one)]);
  const crowded = phases.filter((ones) => ones.length > 1).flat();
  return crowded
    .filter((one) => (specOf(one)["priority"] ?? null) === null)
    .map((resource) => {
      const message =
        "without a priority, the plugin comes after all others of its phase, even after those with a negative priority";
      return { resource, problem: { severity: "warning", path: ["spec", "priority"], message } };
    });
}

function phaseOf(plugin: Resource): string {
  const { phase } = specOf(plugin);
  return typeof phase === "string" ? phase : "UNSPECIFIED_PHASE";
}

function specOf({ object: { spec } }: Resource): JsonObject {
  return isJsonObject(spec) ? spec : {};
}

function grouped(resources: readonly Resource[], keyOf: (one: Resource) => readonly string[]): Resource[][] {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const key = keyOf(resource).join("\0");
    const group = groups.get(key);
    if (group) group.push(resource);
    else groups.set(key, [resource]);
  }
  return [...groups.values()];
}
