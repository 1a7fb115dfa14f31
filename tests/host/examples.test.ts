import { expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { Bench } from "./bench.js";

test("mock-response sends a local reply, or lets the request pass", async () => {
  const wasm = await buildPlugin("examples/mock-response");
  const { response, upstream } = new Bench(wasm, '{"content":"hello higress"}').request();
  expect(upstream).toBeUndefined();
  expect(response).toMatchObject({ body: "hello higress", ended: true });
  expect(response!.headers.entries()).toEqual([
    [":status", "200"],
    ["content-length", "13"],
    ["content-type", "text/plain"],
  ]);
  expect(new Bench(wasm, '{"mockEnable":false}').request().response!.body).toBe("upstream");
  expect(() => new Bench(wasm, '{"content":1}')).toThrow("rejects its configuration");
});

test("header-authorization lets requests with `allow: true` pass", async () => {
  const bench = new Bench(await buildPlugin("examples/header-authorization"), "");
  expect(bench.request([["allow", "true"]]).response!.body).toBe("upstream");
  const denied = bench.request();
  expect(denied.upstream).toBeUndefined();
  expect(denied.response!.headers.get(":status")).toBe("403");
  expect(bench.plugin.streams).toBe(0);
});
