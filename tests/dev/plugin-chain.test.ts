// The chain of four plugins in chapter 19 of Higress's documentation for plugin authors: custom-response and
// wasm-transformer before the authorization, wasm-keyauth and easy-logger behind it.
// Source: https://higress.cn/docs/ebook/wasm19/. The Ingresses are those of its chapter 14.
import { beforeAll, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import type { HttpResponse } from "../support/http.js";
import { describeDev, echoed, type TestDev } from "./dev.js";

const MODULES = {
  "custom-response": "examples/custom-response",
  "wasm-transformer": "examples/transformer",
  "wasm-keyauth": "examples/key-auth",
  "easy-logger": "examples/easy-logger",
};

let plugins: Record<string, string>;
beforeAll(async () => {
  const built = Object.entries(MODULES).map(async ([name, folder]) => [name, await buildPlugin(folder)] as const);
  plugins = Object.fromEntries(await Promise.all(built));
});

const BACKENDS = [
  `apiVersion: v1
kind: Service
metadata: { name: echo-server, namespace: higress-course }
spec:
  selector: { app: echo-server }
  ports: [{ protocol: TCP, port: 8080, targetPort: 3000 }]
`,
  ...["foo", "bar", "baz"].map(
    (name) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ingress-${name}, namespace: higress-course }
spec:
  ingressClassName: higress
  rules:
    - host: ${name}.com
      http:
        paths:
          - pathType: Prefix
            path: /
            backend: { service: { name: echo-server, port: { number: 8080 } } }
`,
  ),
].join("---\n");

/** The manifest of a plugin: its place in the chain, and its configuration. */
function manifest(name: string, place: string, configuration: string): string {
  return `apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: ${name}, namespace: higress-system }
spec:
  ${place}
  url: oci://registry.example.com/${name}:1.0.0
${configuration}`;
}

const AUTHN_200 = "phase: AUTHN\n  priority: 200";
const AUTHN_100 = "phase: AUTHN\n  priority: 100";
const AUTHZ_5 = "phase: AUTHZ\n  priority: 5";
const STATS_310 = "phase: STATS\n  priority: 310";
const DEFAULT_300 = "priority: 300";
const DEFAULT_10 = "phase: UNSPECIFIED_PHASE\n  priority: 10";

/** Responds to all requests, as in the chapter. */
const customResponse = (place: string) =>
  manifest(
    "custom-response",
    place,
    `  defaultConfig: { headers: [key1=value1], body: '{"hello":"foo"}' }
  matchRules:
    - domain: [foo.com]
      config: { headers: [key2=value2], body: '{"hello":"foo"}' }
    - ingress: [higress-course/ingress-bar]
      config: { headers: [key3=value3], body: '{"hello":"bar"}' }
    - service: [echo-server.higress-course.svc.cluster.local]
      config: { headers: [key4=value4], body: '{"hello":"echo server"}' }
`,
  );

/** Replaces the responses of key-auth. */
const customDenial = (place: string) =>
  manifest(
    "custom-response",
    place,
    `  defaultConfig: { enable_on_status: [401], status_code: 403, headers: [key1=value1], body: custom }
`,
  );

/** Gives the key of the query to key-auth, and shows what the plugins before and behind it have written. */
const transformer = (place: string) =>
  manifest(
    "wasm-transformer",
    place,
    `  defaultConfig:
    reqRules:
      - { operate: map, mapSource: querys, headers: [{ fromKey: token, toKey: x-api-key }] }
      - { operate: remove, querys: [{ key: token }] }
      - { operate: map, headers: [{ fromKey: x-mse-consumer, toKey: x-seen-consumer }] }
      - { operate: add, body: [{ key: by, value: transformer }] }
    respRules:
      - { operate: rename, headers: [{ oldKey: x-easy-logger, newKey: x-seen-logger }] }
`,
  );

const keyAuth = (place: string) =>
  manifest(
    "wasm-keyauth",
    place,
    `  defaultConfig:
    global_auth: true
    consumers: [{ name: consumer1, credential: token1 }]
    keys: [x-api-key]
    in_header: true
`,
  );

const logger = manifest(
  "easy-logger",
  DEFAULT_300,
  `  matchRules:
    - domain: [foo.com]
      config: { request: true, response: true, responseStatusCodes: "200,500,502,503" }
`,
);

const DOCUMENTED = ["custom-response", "wasm-transformer", "wasm-keyauth", "easy-logger"];

/** Changes manifests, and waits until the plugins run in an order. */
async function change(dev: TestDev, files: Record<string, string>, order: string[]): Promise<void> {
  const before = dev.lives;
  for (const [name, text] of Object.entries(files)) dev.write(name, text);
  await expect.poll(() => dev.lives, { timeout: 10_000 }).toBeGreaterThan(before);
  await expect.poll(() => dev.chain(), { timeout: 10_000 }).toEqual(order.map((name) => `higress-system.${name}`));
}

const summary = (response: HttpResponse) => [response.status, response.text];
/** The requests and responses that easy-logger has logged. */
const logged = (dev: TestDev) =>
  dev.logs
    .filter(({ plugin, message }) => plugin === "higress-system.easy-logger" && message.includes("requestId:"))
    .map(({ message }) => message);

const DENIED = [401, "Request denied by Key Auth check. No Key Authentication information found."];

describeDev("custom-response, transformer, key-auth and easy-logger, as in Higress's documentation", (start) => {
  test("run by phase and priority, on requests from the first to the last and on responses back", async () => {
    await using dev = await start(
      {
        "backends.yaml": BACKENDS,
        "custom-response.yaml": customResponse(AUTHN_200),
        "transformer.yaml": transformer(AUTHN_100),
        "key-auth.yaml": keyAuth(STATS_310),
        "easy-logger.yaml": logger,
      },
      { plugins },
    );
    expect(dev.warnings).toEqual([]);
    expect(await dev.chain()).toEqual(DOCUMENTED.map((name) => `higress-system.${name}`));

    // The first plugin responds, so no other plugin sees a request. Rules: domain, ingress, service, then the rest.
    for (const [host, name, body] of [
      ["foo.com", "key2", "foo"],
      ["bar.com", "key3", "bar"],
      ["baz.com", "key4", "echo server"],
      ["other.com", "key1", "foo"],
    ] as const) {
      const response = await dev.fetch(host, "/");
      expect(summary(response)).toEqual([200, `{"hello":"${body}"}`]);
      expect(response.header(name)).toBe(`value${name.at(-1)!}`);
      expect(response.header("x-easy-logger") ?? response.header("x-seen-logger")).toBeUndefined();
    }
    expect(logged(dev)).toEqual([]);

    // A denied request: custom-response replaces the response of key-auth, and easy-logger has not seen the request.
    await change(dev, { "custom-response.yaml": customDenial(AUTHN_200) }, DOCUMENTED);
    const denied = await dev.fetch("foo.com", "/");
    expect(summary(denied)).toEqual([403, "custom"]);
    expect(denied.header("key1")).toBe("value1");
    expect(denied.header("x-seen-logger")).toBeUndefined();
    expect(logged(dev)).toEqual([]);

    // Key-auth sees the header of the transformer, and easy-logger sees what both have written. The transformer sees the
    // header that easy-logger has added to the response.
    const passed = await dev.fetch("foo.com", "/orders?token=token1&id=1", {
      headers: [["content-type", "application/json"]],
      body: "{}",
    });
    expect(echoed(passed)).toMatchObject({
      ...{ service: "higress-course/echo-server:8080", path: "/orders?id=1", body: '{\n  "by": "transformer"\n}\n' },
      headers: { "x-api-key": "token1", "x-mse-consumer": "consumer1" },
    });
    expect(echoed(passed).headers["x-seen-consumer"]).toBeUndefined();
    expect(passed.header("x-seen-logger")).toBe("1.0.0");
    expect(passed.header("x-easy-logger")).toBeUndefined();
    await expect.poll(() => logged(dev).length).toBe(4);
    const [requestHeaders, requestBody, responseHeaders, responseBody] = logged(dev);
    expect(requestHeaders).toMatch(/=request headers=[^]*\n:path:\/orders\?id=1\n[^]*\nx-mse-consumer:consumer1(\n|$)/);
    expect(requestBody).toContain('body:{\\n  "by": "transformer"\\n}\\n');
    expect(responseHeaders).toMatch(/=response headers=[^]*\n:status:200\n[^]*x-easy-logger:1\.0\.0(\n|$)/);
    expect(responseBody).toContain("=response body=");

    // Behind key-auth, the transformer is too late for the key.
    await change(dev, { "transformer.yaml": transformer(DEFAULT_10) }, [
      ...["custom-response", "wasm-keyauth", "easy-logger", "wasm-transformer"],
    ]);
    expect(summary(await dev.fetch("foo.com", "/?token=token1"))).toEqual([403, "custom"]);
    const late = await dev.fetch("foo.com", "/", { headers: [["x-api-key", "token1"]] });
    expect(echoed(late).headers["x-seen-consumer"]).toBe("consumer1");
    expect(late.header("x-easy-logger")).toBe("1.0.0");

    // Behind key-auth, custom-response sees no denied request. A phase counts more than any priority.
    const files = { "key-auth.yaml": keyAuth(AUTHZ_5), "custom-response.yaml": customDenial(STATS_310) };
    await change(dev, files, ["wasm-keyauth", "custom-response", "easy-logger", "wasm-transformer"]);
    expect(summary(await dev.fetch("foo.com", "/?token=token1"))).toEqual(DENIED);
    expect(dev.failures).toEqual([]);
  });
});
