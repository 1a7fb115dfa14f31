// Plugins whose modules cannot be fetched.
import { expect, test } from "vitest";
import { describeDev, echoed } from "./dev.js";

describeDev("a plugin whose module cannot be fetched", (start) => {
  const plugin = (name: string, more: string) => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: ${name}, namespace: istio-system }
spec: { url: "oci://127.0.0.1:1/${name}:1"${more} }
`;

  test("denies all requests, and keeps its place in the chain", async () => {
    const manifest = [plugin("second", ", failStrategy: FAIL_OPEN"), plugin("first", ", phase: AUTHN")].join("---\n");
    await using dev = await start({ "a.yaml": manifest });
    const response = await dev.fetch("a.org", "/");
    expect([response.status, response.text]).toEqual([403, "RBAC: access denied"]);
    expect(await dev.chain()).toEqual(["istio-system.first", "istio-system.second"]);
    const hint = (name: string) =>
      `spec.url oci://127.0.0.1:1/${name}:1: cannot talk to 127.0.0.1:1: nothing listens there; ` +
      `--plugin ${name}=PATH names a file or a project's folder instead. Until then, all requests `;
    const inCluster = ", as in a cluster that cannot pull the image";
    expect(dev.warnings).toEqual([
      `${dev.folder}/a.yaml:9: ${hint("first")}get status 403${inCluster}`,
      `${dev.folder}/a.yaml:4: ${hint("second")}pass the plugin (failStrategy: FAIL_OPEN)${inCluster}`,
    ]);
  });

  test("lets all requests pass with failStrategy: FAIL_OPEN", async () => {
    await using dev = await start({ "a.yaml": plugin("open", ", failStrategy: FAIL_OPEN") });
    expect(echoed(await dev.fetch("a.org", "/x"))).toMatchObject({ path: "/x" });
  });
});
