import { Field } from "./field.js";
import type { Resource } from "../resource.js";

/**
 * Compares resources by `metadata.creationTimestamp`, the older first, and then by name. Resources without a time, as
 * most manifests are, count as the oldest.
 *
 * @param key the name that counts for resources of the same age
 */
export function byAge(key: (resource: Resource) => string): (a: Resource, b: Resource) => number {
  return (a, b) => {
    const [nameA, nameB] = [key(a), key(b)];
    return created(a) - created(b) || (nameA < nameB ? -1 : Number(nameA > nameB));
  };
}

function created(resource: Resource): number {
  const field = Field.of(resource).at("metadata").at("creationTimestamp");
  if (!field.exists) return 0;
  const time = Date.parse(field.text());
  if (Number.isNaN(time)) throw field.expected('a time such as "2026-01-01T00:00:00Z"');
  return time;
}
