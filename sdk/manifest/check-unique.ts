import { ManifestError, whereOf } from "./manifest-error.js";
import type { Resource } from "./resource.js";

/**
 * Checks that no two resources of all files have the same API group, kind, namespace and name.
 *
 * @throws ManifestError with both positions
 */
export function checkUnique(resources: readonly Resource[]): void {
  const seen = new Map<string, Resource>();
  for (const resource of resources) {
    const { apiVersion, kind, namespace, name, position } = resource;
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    const key = [group, kind, namespace, name].join("\0");
    const first = seen.get(key);
    if (first) {
      const where = whereOf(first.position);
      throw new ManifestError(
        position,
        `${kind} ${namespace}/${name} is already in ${where}; give one of them another name`,
      );
    }
    seen.set(key, resource);
  }
}
