import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../tests/support/temporary.js";
import { main } from "../main.js";

const HIGRESS = `apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: {name: a, namespace: higress-system}
spec: {url: "oci://x", matchRules: [{domain: [d], config: {k: "017"}}]}
`;
const ISTIO = `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: a
  namespace: higress-system
spec:
  selector:
    matchLabels:
      higress: higress-system-higress-gateway
  url: oci://x
  pluginConfig:
    _rules_:
    - k: "017"
      _match_domain_:
      - d`;
const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n";

afterEach(() => vi.restoreAllMocks());

/** Runs `as-proxy-wasm manifest convert` on one file for each text. Messages name the files 0.yaml, 1.yaml and so on. */
async function convert(texts: readonly string[], ...args: string[]) {
  vi.restoreAllMocks();
  const folder = temporaryFolder();
  const files = texts.map((text, index) => {
    const file = join(folder, `${index}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const code = await main(["manifest", "convert", ...files.flatMap((file) => ["-f", file]), ...args]);
  const printed = (lines: unknown[][]) => lines.map(([line]) => String(line)).join("\n");
  return { code, output: printed(log.mock.calls), errors: printed(error.mock.calls).replaceAll(`${folder}/`, "") };
}

test("converts a WasmPlugin of Higress", async () => {
  expect(await convert([HIGRESS])).toEqual({ code: 0, output: ISTIO, errors: "" });
  const json = await convert([HIGRESS], "--to", "istio", "-o", "json");
  expect(JSON.parse(json.output)).toMatchObject({
    kind: "WasmPlugin",
    spec: { pluginConfig: { _rules_: [{ k: "017", _match_domain_: ["d"] }] } },
  });
});

test("converts a WasmPlugin of Istio, and leaves one of Higress as it is", async () => {
  const back = await convert([ISTIO], "-o", "json");
  expect(JSON.parse(back.output)).toEqual({
    apiVersion: "extensions.higress.io/v1alpha1",
    kind: "WasmPlugin",
    metadata: { name: "a", namespace: "higress-system" },
    spec: { url: "oci://x", matchRules: [{ domain: ["d"], config: { k: "017" } }] },
  });
  const same = await convert([HIGRESS.replace("name: a", "name: a, labels: {b: c}")], "--to", "higress", "-o", "json");
  expect(JSON.parse(same.output)).toMatchObject({ metadata: { name: "a", labels: { b: "c" } } });
});

test("prints several plugins as documents or as a list, and names other kinds", async () => {
  const files = [`${HIGRESS}---\n${SERVICE}`, HIGRESS.replace("name: a", "name: b")];
  const yaml = await convert(files);
  expect(yaml.output).toBe(`${ISTIO}\n---\n${ISTIO.replace("name: a", "name: b")}`);
  expect(yaml.errors).toBe(
    "as-proxy-wasm manifest convert: 0.yaml:6: Service default/s is passed over; only WasmPlugins of Higress and Istio are converted",
  );
  const json = JSON.parse((await convert(files, "-o", "json")).output) as { kind: string; items: object[] };
  expect([json.kind, json.items.length]).toEqual(["List", 2]);
});

test("prints nothing for a plugin of which the controller makes nothing", async () => {
  const disabled = HIGRESS.replace("matchRules: [{", "defaultConfigDisable: true, matchRules: [{configDisable: true, ");
  expect(await convert([disabled])).toEqual({ code: 0, output: "", errors: "" });
});

test("rejects what the controller rejects, and prints nothing else", async () => {
  const result = await convert([HIGRESS, HIGRESS.replace("name: a", "name: b").replace("domain: [d], ", "")]);
  expect(result).toEqual({
    code: 1,
    output: "",
    errors:
      "as-proxy-wasm manifest convert: 1.yaml:4: spec.matchRules[0]: the rule has neither ingress nor service nor domain; Higress rejects the plugin",
  });
});

test("rejects two plugins of one name", async () => {
  expect((await convert([HIGRESS, HIGRESS])).errors).toBe(
    "as-proxy-wasm manifest convert: 1.yaml:1: WasmPlugin higress-system/a is already in 0.yaml:1; give one of them another name",
  );
});

test.each<[texts: string[], args: string[], message: string]>([
  [[], [], "name a manifest with -f"],
  [[HIGRESS], ["x.yaml"], 'unexpected argument "x.yaml"; name manifests with -f'],
  [[HIGRESS], ["-o", "xml"], "--output xml: expected yaml or json"],
  [[HIGRESS], ["--to", "envoy"], "--to envoy: expected istio or higress"],
  [[HIGRESS, ISTIO], [], "the manifests have WasmPlugins of Higress and of Istio; say --to istio or --to higress"],
  [[HIGRESS], ["--form", "json"], 'unknown option "--form"; see --help'],
])("rejects a wrong command line", async (texts, args, message) => {
  const { code, output, errors } = await convert(texts, ...args);
  expect([code, output]).toEqual([2, ""]);
  expect(errors.split("\n")[0]).toBe(`as-proxy-wasm manifest convert: ${message}`);
});
