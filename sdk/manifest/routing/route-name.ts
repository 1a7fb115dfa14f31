import type { Resource } from "../resource.js";

/** Higress's own namespace, which its route names leave out. */
const HIGRESS_NAMESPACE = "higress-system";

/** The name of the routes of an Ingress or HTTPRoute in Higress. */
export function routeName({ namespace, name }: Resource): string {
  return namespace === HIGRESS_NAMESPACE ? name : `${namespace}/${name}`;
}
