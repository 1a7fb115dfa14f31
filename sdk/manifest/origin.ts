import type { JsonObject } from "../spec/json.js";
import type { Position } from "./manifest-error.js";
import type { Resource } from "./resource.js";
import type { DocumentLines, Path } from "./yaml/lines.js";

interface Origin {
  lines: DocumentLines;
  /** The way from the document to the resource: `["items", 2]` in a list. */
  path: Path;
}

const origins = new WeakMap<JsonObject, Origin>();

/** Remembers in which document a resource's object stands. */
export function setOrigin(object: JsonObject, lines: DocumentLines, path: Path): void {
  origins.set(object, { lines, path });
}

/**
 * Where a field of a resource stands. Without the field, the position is that of the nearest field around it.
 *
 * @example
 * throw new ManifestError(positionOf(resource, ["spec", "priority"]), "spec.priority: expected a number");
 */
export function positionOf(resource: Resource, path: Path): Position {
  const { file, line } = resource.position;
  const origin = origins.get(resource.object);
  if (!origin || line === undefined) return resource.position;
  return { file, line: path.length === 0 ? line : origin.lines.find([...origin.path, ...path]) };
}

/** A resource with another object, whose fields stand where those of the first object stand. */
export function withObject(resource: Resource, object: JsonObject): Resource {
  const origin = origins.get(resource.object);
  if (origin) origins.set(object, origin);
  return { ...resource, object };
}
