import { afterAll, expect, test } from "vitest";
import { PLUGIN, PluginProject } from "../tests/support/plugin-project.js";
import { startPlugin } from "../tests/support/start-plugin.js";

const FIELDS = Array.from({ length: 40 }, (_, i) => `f${String(i)}`);

/** Objects of every kind that refer to other objects, made anew after the module has started. */
const GRAPH = `
import { enter, leave } from "as-proxy-wasm-sdk/assembly/abi/entry";
import { requestFull, requestPermanence } from "as-proxy-wasm-sdk/assembly/runtime/collector";

class Leaf { constructor(public number: i32, public text: string) {} }
abstract class Base { first: Leaf = leaf(1); small: u8 = 7; }
class Derived extends Base { second: Leaf | null = leaf(2); big: i64 = -1; third: Base | null = null; }
class Wide { ${FIELDS.map((name, i) => `${name}: Leaf = leaf(${String(i)});`).join(" ")} }
class Generic<T> { constructor(public value: T, public leaf: Leaf) {} }

function leaf(number: i32): Leaf { return new Leaf(number, "leaf " + number.toString()); }
function isLeaf(it: Leaf | null, number: i32): bool {
  return it !== null && it.number == number && it.text == "leaf " + number.toString();
}

// An array of numbers, before the arrays of references.
let counts: i32[] = [];
let derived: Derived | null = null;
let wide: Wide | null = null;
let list: Leaf[] = [];
let fixed: StaticArray<Leaf | null> = new StaticArray<Leaf | null>(0);
let map: Map<string, Leaf> = new Map<string, Leaf>();
let numbers: Map<i32, Leaf> = new Map<i32, Leaf>();
let set: Set<string> = new Set<string>();
let generic: Generic<Leaf[][]> | null = null;
let bytes: Uint8Array = new Uint8Array(0);

export function make(): void {
  const outer = enter(0);
  counts = [1];
  for (let i = 2; i < 50; i++) counts.push(i);
  const it = new Derived();
  it.third = new Derived();
  derived = it;
  wide = new Wide();
  list = [leaf(3), leaf(4)];
  for (let i = 5; i < 50; i++) list.push(leaf(i));
  fixed = new StaticArray<Leaf | null>(3);
  fixed[2] = leaf(6);
  for (let i = 0; i < 20; i++) {
    map.set("key " + i.toString(), leaf(i));
    numbers.set(i, leaf(i));
    set.add("entry " + i.toString());
  }
  generic = new Generic<Leaf[][]>([[leaf(8)], [leaf(9), leaf(10)]], leaf(11));
  bytes = new Uint8Array(100).fill(12);
  leave(outer);
}

export function collect(all: bool): void {
  const outer = enter(0);
  if (all) requestFull(); else requestPermanence();
  leave(outer);
  // Writes over memory that was freed.
  const next = enter(0);
  for (let i = 0; i < 3000; i++) leaf(1000 + i);
  leave(next);
}

/** 0, or the number of the kind of object that was damaged. */
export function damaged(): i32 {
  const it = derived!;
  if (!isLeaf(it.first, 1) || !isLeaf(it.second, 2) || it.small != 7 || it.big != -1) return 1;
  const third = it.third as Derived;
  if (!isLeaf(third.first, 1) || !isLeaf(third.second, 2)) return 2;
  for (let i = 0; i < counts.length; i++) if (counts[i] != i + 1) return 10;
  const w = wide!;
  ${FIELDS.map((name, i) => `if (!isLeaf(w.${name}, ${String(i)})) return 3;`).join("\n  ")}
  for (let i = 0; i < list.length; i++) if (!isLeaf(list[i], i + 3)) return 4;
  if (list.length != 47 || !isLeaf(fixed[2], 6) || fixed[0] !== null) return 5;
  for (let i = 0; i < 20; i++) {
    if (!isLeaf(map.get("key " + i.toString()), i) || !isLeaf(numbers.get(i), i)) return 6;
    if (!set.has("entry " + i.toString())) return 7;
  }
  const g = generic!;
  if (!isLeaf(g.leaf, 11) || !isLeaf(g.value[0][0], 8) || !isLeaf(g.value[1][1], 10)) return 8;
  for (let i = 0; i < 100; i++) if (bytes[i] != 12) return 9;
  return 0;
}
`;

const project = new PluginProject({ "assembly/index.ts": PLUGIN + GRAPH });
afterAll(() => project.remove());

test.each(["release", "debug"])("the collector keeps what objects refer to, in a %s build", async (target) => {
  const exports = await startPlugin(project, target);
  const call = (name: string, ...args: number[]) => (exports[name] as (...args: number[]) => unknown)(...args);
  call("_initialize");
  for (let round = 0; round < 3; round++) {
    call("make");
    for (const all of [0, 1, 1]) {
      call("collect", all);
      expect(call("damaged")).toBe(0);
    }
  }
});
