import { expect, test } from "vitest";
import { startEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request } from "../support/http.js";

// In Envoy, a plugin's configuration may be a message of any Protocol Buffers type, for example in an
// EnvoyFilter that was written by hand.
const JSON_TEXT = '{"content":"hello"}';
const STRUCT = { content: "hello" };

describeWithEnvoy("the Protocol Buffers type of a configuration", ({ path }) => {
  /** Starts an Envoy. In its bootstrap, the plugin's configuration is a message of this type. */
  async function startWith(type: string, fields: object) {
    const wasm = await buildPlugin("tests/plugins/strict");
    const plugin = { name: "strict", wasm, configuration: "placeholder" };
    const routes = [{ prefix: "/", directResponse: { status: 404 } }];
    const any = JSON.stringify({ "@type": `type.googleapis.com/${type}`, ...fields });
    const change = (bootstrap: object) => {
      const text = JSON.stringify(bootstrap);
      const changed = text.replace(/\{"@type":"[^"]*StringValue","value":"placeholder"\}/, () => any);
      expect(changed).not.toBe(text);
      return JSON.parse(changed) as object;
    };
    return startEnvoy({ listeners: [{ name: "gateway", plugins: [plugin], routes }] }, { envoy: path, change });
  }

  test.each([
    ["google.protobuf.StringValue", { value: JSON_TEXT }],
    ["google.protobuf.BytesValue", { value: Buffer.from(JSON_TEXT).toString("base64") }],
  ])("a plugin accepts %s", async (type, fields) => {
    await using envoy = await startWith(type, fields);
    expect((await request(envoy.port("gateway"), {})).text).toBe("hello");
  });

  test.each([
    ["google.protobuf.Struct", { value: STRUCT }],
    ["google.protobuf.Value", { value: STRUCT }],
    ["xds.type.v3.TypedStruct", { type_url: "any.Name", value: STRUCT }],
    ["google.protobuf.Int64Value", { value: "5" }],
  ])("a plugin rejects %s, and the log names the type to use", async (type, fields) => {
    await expect(startWith(type, fields)).rejects.toThrow(
      /configuration rejected: not valid JSON: .* \(a protobuf message\? use google\.protobuf\.StringValue, not Struct\)/,
    );
  });
});
