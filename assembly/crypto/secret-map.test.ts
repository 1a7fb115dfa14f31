import { beforeAll, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  const host = {
    random_get: (guest: Instance, at: number, size: number) => {
      new Uint8Array((guest.exports["memory"] as WebAssembly.Memory).buffer, at, size).fill(7);
      return 0;
    },
  };
  wasm = await compileAssembly(
    `
    import { SecretMap } from "./assembly/crypto/secret-map";
    let map = new SecretMap<string>();
    export function begin(): void { map = new SecretMap<string>(); }
    export function add(secret: string, value: string): bool { return map.add(secret, value); }
    export function find(secret: string): string {
      const value = map.find(secret);
      return value === null ? "none" : value;
    }
  `,
    ["-O1"],
    host,
  );
});

test("finds the value of each secret, and of no other text", () => {
  wasm.number("begin");
  expect(wasm.string("find", "token1")).toBe("none");
  expect(wasm.string("find", "")).toBe("none");
  const secrets = ["token1", "token2", "", "TOKEN1", "token1\0", "密钥", "x".repeat(1000)];
  secrets.forEach((secret, i) => expect(wasm.number("add", secret, `value ${i}`)).toBe(1));
  secrets.forEach((secret, i) => expect(wasm.string("find", secret)).toBe(`value ${i}`));
  for (const other of ["token", "token11", "Token1", " token1", "\0", "x".repeat(999)]) {
    expect(wasm.string("find", other)).toBe("none");
  }
});

test("keeps the first value of a secret that is added twice", () => {
  wasm.number("begin");
  expect(wasm.number("add", "token1", "mia")).toBe(1);
  expect(wasm.number("add", "token1", "tom")).toBe(0);
  expect(wasm.string("find", "token1")).toBe("mia");
});

test("finds one of 10,000 secrets", () => {
  wasm.number("begin");
  for (let i = 0; i < 10_000; i++) wasm.number("add", `secret ${i}`, `${i}`);
  for (let i = 0; i < 10_000; i += 97) expect(wasm.string("find", `secret ${i}`)).toBe(`${i}`);
  expect(wasm.string("find", "secret 10000")).toBe("none");
});
