import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { buildPlugin } from "../support/build.js";
import { request } from "../support/http.js";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });

function token(alg: string, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg })}.${part({ sub: `by ${alg}` })}`;
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

/** Another signature of the same form. */
const changed = (text: string) => text.slice(0, -10) + (text.at(-10) === "A" ? "B" : "A") + text.slice(-9);

describeOnEngines("signatures, UUIDs and the time", (start) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    const wasm = await buildPlugin("tests/plugins/signatures");
    const configuration = {
      rsa: rsa.publicKey.export({ type: "spki", format: "pem" }),
      ec: ec.publicKey.export({ format: "jwk" }),
    };
    gateway = await start({
      listeners: [
        {
          name: "main",
          plugins: [{ name: "signatures", wasm, configuration: JSON.stringify(configuration) }],
          routes: [{ prefix: "/", directResponse: { status: 200, body: "not the plugin" } }],
        },
      ],
    });
  });
  afterAll(() => gateway.stop());

  const lines = async (headers: Record<string, string>) =>
    (await request(gateway.port("main"), { headers: Object.entries(headers) })).text.split("\n");

  test("valid signatures are valid", async () => {
    const [byRsa, byEc, der, uuid, date] = await lines({
      "x-rs256": token("RS256", rsa.privateKey),
      "x-es256": token("ES256", ec.privateKey),
      "x-message": "hello",
      "x-der": sign("sha256", Buffer.from("hello"), ec.privateKey).toString("base64"),
    });
    expect([byRsa, byEc, der]).toEqual(["by RS256", "by ES256", "true"]);
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Math.abs(Date.parse(date!) - Date.now())).toBeLessThan(10_000);
  });

  test("changed signatures are not valid", async () => {
    const [byRsa, byEc, der] = await lines({
      "x-rs256": changed(token("RS256", rsa.privateKey)),
      "x-es256": changed(token("ES256", ec.privateKey)),
      "x-message": "hello!",
      "x-der": sign("sha256", Buffer.from("hello"), ec.privateKey).toString("base64"),
    });
    const invalid = "JWT: the signature is not valid";
    expect([byRsa, byEc, der]).toEqual([invalid, invalid, "false"]);
  });
});
