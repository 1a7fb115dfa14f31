import type { Resource } from "../resource.js";
import { Field } from "./field.js";

/** The ReferenceGrants, which allow HTTPRoutes to use Services of other namespaces. */
export class ReferenceGrants {
  private readonly grants: { namespace: string; from: Set<string>; to: Set<string> }[] = [];

  constructor(resources: readonly Resource[]) {
    for (const resource of resources) {
      const [group] = resource.apiVersion.split("/");
      if (group !== "gateway.networking.k8s.io" || resource.kind !== "ReferenceGrant") continue;
      const spec = Field.of(resource).at("spec");
      const from = spec.at("from").list().filter(isFor("gateway.networking.k8s.io", "HTTPRoute"));
      const to = spec.at("to").list().filter(isFor("", "Service"));
      this.grants.push({
        namespace: resource.namespace,
        from: new Set(from.map((one) => one.at("namespace").text())),
        // Without a name, all Services.
        to: new Set(to.map((one) => one.at("name").optionalText() ?? "*")),
      });
    }
  }

  /** Whether an HTTPRoute may use a Service of another namespace. */
  allow(route: Resource, namespace: string, service: string): boolean {
    return this.grants.some(
      (one) => one.namespace === namespace && one.from.has(route.namespace) && (one.to.has("*") || one.to.has(service)),
    );
  }
}

function isFor(group: string, kind: string): (field: Field) => boolean {
  return (field) => {
    field.object();
    return (field.at("group").exists ? field.at("group").text() : "") === group && field.at("kind").text() === kind;
  };
}
