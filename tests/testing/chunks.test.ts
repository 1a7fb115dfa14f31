import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { startPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";
import { PluginProject } from "../support/plugin-project.js";

const wasm: Record<string, string> = {};
beforeAll(async () => {
  for (const name of ["inject", "flow"]) wasm[name] = await buildPlugin(`tests/plugins/${name}`);
});

describe("a plugin that injects bytes into a response", () => {
  test("sends the queued chunks when its call handler runs", async () => {
    const plugin = await startPlugin({ wasm: wasm["inject"]!, host: "higress" });
    const request = plugin.request("/");
    const answer = request.beginAnswer({ headers: { "content-type": "text/plain" } });
    answer.send("one ");
    answer.send("two ");
    expect(request.response).toHaveBody("");
    request.calls[0]!.answer();
    expect(request.response).toHaveBody("[2]one two ");
    answer.end("three");
    expect(request.isOver).toBe(false);
    request.calls[1]!.answer();
    expect(request.response).toHaveBody("[2]one two [2]three");
    expect(request.isOver).toBe(true);
    expect(plugin).toHaveLogged("bytes not injected", "error");
    expect(plugin).toHaveNothingOpen();
  });

  test("gets an error before the response has arrived", async () => {
    const plugin = await startPlugin({ wasm: wasm["inject"]!, host: "higress", config: { early: true } });
    plugin.request("/");
    expect(plugin).toHaveLogged("bytes not injected: the response has no body, or has not arrived", "error");
  });

  test("does not load on other gateways", async () => {
    const start = startPlugin({ wasm: wasm["inject"]! });
    await expect(start).rejects.toThrow("proxy_inject_encoded_data_to_filter_chain");
  });

  test("loads on other gateways without Higress's calls, and gets an error", async () => {
    const project = new PluginProject({
      "assembly/index.ts": readFileSync(join(packageRoot(), "tests/plugins/inject/assembly/index.ts"), "utf8"),
      "asconfig.json": JSON.stringify({
        ...{ extends: "as-proxy-wasm-sdk/asconfig.json", entries: ["assembly/index.ts"] },
        options: { use: ["HIGRESS_CALLS=0"], outFile: "plugin.wasm" },
      }),
    });
    const plugin = await startPlugin({ wasm: await buildPlugin(project.folder) });
    project.remove();
    const request = plugin.request("/");
    request.answer({ body: "text" });
    request.calls[0]!.answer();
    expect(plugin).toHaveLogged("bytes not injected: not available on this gateway", "error");
  });
});

test.each([
  [[["disableReroute"], ["request.set", ":path", "/new"]], "old"],
  [[["request.set", ":path", "/new"]], "new"],
])("on Higress, after the steps %j the route is %s", async (request, route) => {
  const config = { request, response: [["routeName"]] };
  const routeOf = (headers: { get(name: string): string | null }) => ({ route: headers.get(":path")!.slice(1) });
  const plugin = await startPlugin({ wasm: wasm["flow"]!, host: "higress", config, route: routeOf });
  await plugin.fetch("/old");
  expect(plugin).toHaveLogged(`did ["routeName","${route}"]`);
  if (route === "old") expect(plugin).toHaveLogged('did ["disableReroute",true]');
});

test("on Higress, a route call needs no setting", async () => {
  const steps = [["routeCall", "PUT", "/v1", [], "question", [["body.append", "!"]]]];
  const plugin = await startPlugin({ wasm: wasm["flow"]!, host: "higress", config: { requestBody: steps } });
  const response = await plugin.fetch("/", { method: "POST", body: "x" });
  expect(response.request.upstream).toHaveBody("question");
  expect(response).toHaveBody("ok!");
});
