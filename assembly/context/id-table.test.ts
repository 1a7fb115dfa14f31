import { beforeAll, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Identified, IdTable } from "./assembly/context/id-table";

    class One extends Identified {
      constructor(id: u32, public value: i32) { super(id); }
    }
    let table = new IdTable();
    export function clear(): void { table = new IdTable(); }
    export function add(id: u32, value: i32): void { table.add(new One(id, value)); }
    export function find(id: u32): i32 {
      const one = changetype<One | null>(table.find(id));
      return one === null ? -1 : one.value;
    }
    export function remove(id: u32): void { table.remove(id); }
  `);
});

it("finds only objects that were added", () => {
  wasm.number("clear");
  expect(wasm.number("find", 1)).toBe(-1);
  wasm.number("add", 1, 10);
  wasm.number("add", 17, 20);
  wasm.number("add", 33, 30);
  expect([0, 1, 17, 33, 49].map((id) => wasm.number("find", id))).toEqual([-1, 10, 20, 30, -1]);
});

it.each([1, 17, 33, 49])("removes %i from a bucket with 1, 17 and 33", (removed) => {
  wasm.number("clear");
  for (const id of [1, 17, 33]) wasm.number("add", id, id);
  wasm.number("remove", removed);
  expect([1, 17, 33].map((id) => wasm.number("find", id))).toEqual([1, 17, 33].map((id) => (id === removed ? -1 : id)));
});

it("behaves as a Map while ids are added and removed, including the highest ids", () => {
  wasm.number("clear");
  const expected = new Map<number, number>();
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  for (let i = 0; i < 3000; i++) {
    const id = random(2) ? random(1500) : 0xffffffff - random(20);
    if (random(3) && !expected.has(id)) {
      wasm.number("add", id, i);
      expected.set(id, i);
    } else {
      wasm.number("remove", id);
      expected.delete(id);
    }
    if (i % 500 === 0) wasm.collect();
  }
  expect(expected.size).toBeGreaterThan(100);
  for (let id = 0; id < 1500; id++) expect(wasm.number("find", id)).toBe(expected.get(id) ?? -1);
  for (let id = 0xffffffff; id > 0xffffffff - 20; id--) expect(wasm.number("find", id)).toBe(expected.get(id) ?? -1);
});
