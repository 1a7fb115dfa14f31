// Backends of an HTTPRoute that cannot be used.
import { expect, test } from "vitest";
import { describeDev, echoed } from "./dev.js";

const UNUSABLE = {
  "a port that the Service does not have": "{ name: a, port: 81 }",
  "another kind": "{ name: a, port: 80, kind: Pod }",
  "another namespace without a ReferenceGrant": "{ name: a, port: 80, namespace: other }",
};
const rule = (path: string, refs: string) =>
  `    - { matches: [{ path: { value: ${path} } }], backendRefs: [${refs}] }\n`;
const MANIFEST = `apiVersion: v1
kind: Service
metadata: { name: a }
spec: { ports: [{ port: 80 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec:
  parentRefs: [{ name: gateway }]
  rules:
${Object.values(UNUSABLE)
  .map((ref, index) => rule(`/only${index}`, ref) + rule(`/half${index}`, `{ name: a, port: 80 }, ${ref}`))
  .join("")}${rule("/none", "")}`;

describeDev("an HTTPRoute", (start) => {
  test("gives a rule without a backend that can be used status 500, and so the share of such a backend", async () => {
    await using dev = await start({ "a.yaml": MANIFEST });
    const get = (path: string) => dev.fetch("a.org", path);
    expect((await get("/none")).status).toBe(500);
    for (const index of Object.keys(UNUSABLE).keys()) {
      expect((await get(`/only${index}`)).status).toBe(500);
      const responses = await Promise.all(Array.from({ length: 40 }, () => get(`/half${index}`)));
      // One of 2^39 runs has one status only.
      expect([...new Set(responses.map(({ status }) => status))].sort()).toEqual([200, 500]);
      const good = responses.find(({ status }) => status === 200)!;
      expect(echoed(good).service).toBe("default/a:80");
    }
    expect(dev.warnings.filter((text) => text.includes("get status 500, as in Higress"))).toHaveLength(6);
  });
});
