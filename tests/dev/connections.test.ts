import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { KeptConnections } from "../support/kept-connections.js";
import { describeDev } from "./dev.js";

describeDev("1,000 keep-alive connections", (start) => {
  test("get all responses to requests with bodies", { timeout: 300_000 }, async () => {
    const url = pathToFileURL(await buildPlugin("tests/plugins/body-stream"));
    const plugin = `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: body-stream, namespace: istio-system }
spec: { url: "${url}" }
`;
    await using dev = await start({ "wasmplugin.yaml": plugin }, { logLevel: "warn" });
    const clients = await KeptConnections.open(dev.gateway.port, 1000);
    await clients.sendUntil((requests) => requests >= 4000);
    clients.close();
    expect(clients.errors.slice(0, 3)).toEqual([]);
    expect(clients.requests).toBeGreaterThanOrEqual(4000);
    expect(dev.failures).toEqual([]);
  });
});
