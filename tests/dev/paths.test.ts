import { beforeAll, describe, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { describeDev, echoed, TestDev } from "./dev.js";

const INGRESSES = ["admin", "public"]
  .map(
    (name) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: default }
spec:
  ingressClassName: higress
  rules:
    - host: example.com
      http:
        paths:
          - path: /${name}
            pathType: Prefix
            backend: { service: { name: ${name}, port: { number: 80 } } }
`,
  )
  .join("---");

/** The plugin responds to requests to the route default/admin only. */
const HIGRESS = `
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: guard, namespace: higress-system }
spec:
  url: oci://registry.example.com/guard:1.0.0
  matchRules:
    - ingress: [default/admin]
      config: { reply: true, name: admin }
`;

const ISTIO = `
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: guard, namespace: istio-system }
spec:
  url: oci://registry.example.com/guard:1.0.0
  pluginConfig: { _rules_: [{ _match_route_: [default/admin], reply: true, name: admin }] }
`;

let echoConfig: string;
let bodyRead: string;
beforeAll(async () => {
  echoConfig = await buildPlugin("tests/plugins/echo-config");
  bodyRead = await buildPlugin("tests/plugins/body-read");
});

describeDev("paths", (start) => {
  test.each([
    ["Higress", HIGRESS],
    ["Istio", ISTIO],
  ])("a rule of %s for a route applies to each spelling of its path", async (_, plugin) => {
    await using dev = await start({ "a.yaml": INGRESSES, "b.yaml": plugin }, { plugins: { guard: echoConfig } });
    for (const path of ["/admin", "/public/../admin", "/public/%2e%2E/admin", "/%61dmin", "/public\\..\\admin"]) {
      expect(JSON.parse((await dev.fetch("example.com", path)).text), path).toMatchObject({ name: "admin" });
    }
    const passed = echoed(await dev.fetch("example.com", "/admin/../public/a%2fb//"));
    expect([passed.service, passed.path]).toEqual(["default/public:80", "/public/a%2fb//"]);
    expect((await dev.fetch("example.com", "/public/%00")).status).toBe(400);
    await expect.poll(() => dev.requests.map(({ path }) => path), { timeout: 10_000 }).toContain("/public/a%2fb//");
  });

  test("--path-normalization sets another mode", async () => {
    const files = { "a.yaml": INGRESSES, "b.yaml": HIGRESS };
    const plugins = { guard: echoConfig };
    await using none = await start(files, { plugins, pathNormalization: "NONE" });
    expect(echoed(await none.fetch("example.com", "/public/../admin")).path).toBe("/public/../admin");
    await using decode = await start(files, { plugins, pathNormalization: "DECODE_AND_MERGE_SLASHES" });
    expect(JSON.parse((await decode.fetch("example.com", "/public%2f..//admin")).text)).toMatchObject({
      name: "admin",
    });
  });
});

describe("the limit for buffered bodies", () => {
  test.each([
    ["Higress", HIGRESS, 413],
    ["Istio", ISTIO, 200],
  ])("is the default of %s", async (_, plugin, status) => {
    await using dev = await TestDev.start({ "a.yaml": INGRESSES, "b.yaml": plugin }, { plugins: { guard: bodyRead } });
    const send = (bytes: number) => dev.fetch("example.com", "/admin", { body: "x".repeat(bytes) });
    expect((await send(32_000)).status).toBe(200);
    expect((await send(40_000)).status).toBe(status);
  });
});
