import type { JsonObject } from "../spec/json.js";
import type { Position } from "./manifest-error.js";

/** A Kubernetes resource that was read from a manifest. */
export interface Resource {
  apiVersion: string;
  kind: string;
  /** `metadata.namespace`; "default" if the manifest has none. */
  namespace: string;
  name: string;
  /** The whole resource. */
  object: JsonObject;
  /** The resource's first line. */
  position: Position;
}
