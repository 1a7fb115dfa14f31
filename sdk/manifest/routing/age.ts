import { Field } from "./field.js";
import type { Resource } from "../resource.js";

/**
 * The resources in order of `metadata.creationTimestamp`, the older first, and then by name. Resources without a time,
 * as most manifests are, count as the oldest.
 *
 * @param key the name that counts for resources of the same age
 */
export function byAge(resources: readonly Resource[], key: (resource: Resource) => string): Resource[] {
  return resources
    .map((resource) => ({ resource, time: created(resource), name: key(resource) }))
    .sort((a, b) => a.time - b.time || (a.name < b.name ? -1 : Number(a.name > b.name)))
    .map(({ resource }) => resource);
}

function created(resource: Resource): number {
  const field = Field.of(resource).at("metadata").at("creationTimestamp");
  if (!field.exists) return 0;
  const time = Date.parse(field.text());
  if (Number.isNaN(time)) throw field.expected('a time such as "2026-01-01T00:00:00Z"');
  return time;
}
