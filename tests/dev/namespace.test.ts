// Which plugins of Istio the gateway runs, by its namespace.
import { expect, test } from "vitest";
import { TestDev } from "./dev.js";

const plugin = (namespace: string) => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: in-${namespace}, namespace: ${namespace} }
spec: { url: "oci://registry.example.com/a:1" }
`;
const manifest = ["istio-system", "team-a", "team-b"].map(plugin).join("---\n");

test.each(["team-a", "team-b"])(
  "--namespace %s selects the plugins of the namespace and of the root",
  async (namespace) => {
    await using dev = await TestDev.start({ "a.yaml": manifest }, { namespace });
    expect(await dev.chain()).toEqual([`${namespace}.in-${namespace}`, "istio-system.in-istio-system"]);
  },
);

test("uses a ReferenceGrant, and passes over no kind", async () => {
  const grant = `---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: grant, namespace: team-a }
spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: team-b }], to: [{ group: "", kind: Service }] }
`;
  await using dev = await TestDev.start({ "a.yaml": `${plugin("istio-system")}${grant}` });
  expect(dev.warnings.filter((text) => text.includes("passes over the kind"))).toEqual([]);
});
