import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, get } from "node:https";
import { expect, test } from "vitest";
import { selfSigned } from "./certificate.js";

test("lists names and addresses in the certificate", () => {
  const now = Date.parse("2026-11-28T03:00:00Z");
  const { certificate } = selfSigned(["localhost", "*.example.com", "127.0.0.1", "::1", "2001:db8::5:1"], now);
  const parsed = new X509Certificate(certificate);
  expect(parsed.subjectAltName).toBe(
    "DNS:localhost, DNS:*.example.com, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, " +
      "IP Address:2001:DB8:0:0:0:0:5:1",
  );
  expect(parsed.ca).toBe(false);
  expect([Date.parse(parsed.validFrom), Date.parse(parsed.validTo)]).toEqual([
    Date.parse("2026-11-27T03:00:00Z"),
    Date.parse("2027-02-26T03:00:00Z"),
  ]);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
});

test("holds 300 host names", () => {
  const hosts = Array.from({ length: 300 }, (_, i) => `host-${i}.example.com`);
  expect(new X509Certificate(selfSigned(hosts).certificate).checkHost("host-299.example.com")).toBe(
    "host-299.example.com",
  );
});

test("a client that trusts the certificate accepts it", async () => {
  const { certificate, key } = selfSigned(["localhost"]);
  await using server = createServer({ cert: certificate, key }, (_, response) => response.end("hello"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const status = await new Promise((resolve, reject) => {
    get({ port, host: "127.0.0.1", servername: "localhost", ca: certificate, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
  expect(status).toBe(200);
});
