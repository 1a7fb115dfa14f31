import { expect, test } from "vitest";
import type { Backend } from "../manifest/routing/routing.js";
import { parseCluster, parseService } from "./addresses.js";
import { resolveClusters } from "./clusters.js";
import { EchoServers } from "./echo/echo-servers.js";

function backend(service: string, port: number, more: Partial<Backend> = {}): Backend {
  const cluster = `outbound|${port}||${service}.default.svc.cluster.local`;
  return {
    ...{ cluster, namespace: "default", service, port, http2: false, position: { file: "a.yaml", line: 3 } },
    ...more,
  };
}

async function resolve(backends: Backend[], services: string[] = [], clusters: string[] = []) {
  await using echoes = new EchoServers();
  const found = await resolveClusters(backends, {
    ...{ services: services.map(parseService), clusters: clusters.map(parseCluster), echoes },
  });
  return found.map(({ spec: { name, address, port, http2 }, target }) => ({
    ...{ name: name.replace(".default.svc.cluster.local", ""), target },
    ...(target === "echo" ? { isOpen: port > 0 } : { address, port }),
    ...(http2 ? { http2 } : {}),
  }));
}

test("sends a service without an address to an echo", async () => {
  expect(await resolve([backend("foo", 80)])).toEqual([{ name: "outbound|80||foo", target: "echo", isOpen: true }]);
});

test("prefers the address of a port to the address of the whole service", async () => {
  const flags = ["foo=127.0.0.1:3000", "foo:8080=[::1]:3001"];
  expect(await resolve([backend("foo", 80), backend("foo", 8080)], flags)).toEqual([
    { name: "outbound|80||foo", target: "127.0.0.1:3000", address: "127.0.0.1", port: 3000 },
    { name: "outbound|8080||foo", target: "[::1]:3001", address: "::1", port: 3001 },
  ]);
});

test("keeps the protocol of the Service's port", async () => {
  expect(await resolve([backend("foo", 80, { http2: true })], ["foo=127.0.0.1:3000"])).toEqual([
    { name: "outbound|80||foo", target: "127.0.0.1:3000", address: "127.0.0.1", port: 3000, http2: true },
  ]);
});

test("resolves an externalName", async () => {
  expect(await resolve([backend("foo", 80, { externalName: "localhost" })])).toEqual([
    { name: "outbound|80||foo", target: "localhost:80", address: "127.0.0.1", port: 80 },
  ]);
});

test("names the manifest of an externalName that cannot be resolved", async () => {
  await expect(resolve([backend("foo", 80, { externalName: "no-such-host.invalid" })])).rejects.toThrow(
    'a.yaml:3: the ExternalName Service default/foo: cannot resolve the host "no-such-host.invalid"',
  );
});

test("names the flag of a host that cannot be resolved", async () => {
  await expect(resolve([backend("foo", 80)], ["foo=no-such-host.invalid:1"])).rejects.toThrow(
    '--service default/foo: cannot resolve the host "no-such-host.invalid"',
  );
});

test("adds services and clusters that only the command line names", async () => {
  const found = await resolve([], ["auth=127.0.0.1:1", "b:443=127.0.0.1:2"], ["outbound|80||c.dns=127.0.0.1:3"]);
  expect(found.map((one) => [one.name, "port" in one && one.port])).toEqual([
    ["outbound|80||auth", 1],
    ["outbound|443||b", 2],
    ["outbound|80||c.dns", 3],
  ]);
});

test("adds a port of the command line to a service that has other ports", async () => {
  const found = await resolve([backend("foo", 8080)], ["foo:80=127.0.0.1:1", "foo=127.0.0.1:2"]);
  expect(found.map((one) => [one.name, "port" in one && one.port])).toEqual([
    ["outbound|8080||foo", 2],
    ["outbound|80||foo", 1],
  ]);
});

test("a cluster's own address wins", async () => {
  const name = "outbound|80||foo.default.svc.cluster.local";
  expect(await resolve([backend("foo", 80)], ["foo=127.0.0.1:1"], [`${name}=127.0.0.1:2`])).toEqual([
    { name: "outbound|80||foo", target: "127.0.0.1:2", address: "127.0.0.1", port: 2 },
  ]);
});
