import { expect, it } from "vitest";
import { compileAssembly } from "../../tests/support/assembly.js";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";

// A graph of nodes that changes at random. Each node knows the numbers of the nodes to which it refers, so that a reference
// to freed memory is found: builds with assertions overwrite freed memory. All references begin in `slots`, in the constant
// `CONSTANT`, in pinned nodes, and, during an entry, in local variables.
const GRAPH = `
  import { enter, leave } from "./assembly/abi/entry";
  import { malloc } from "./assembly/abi/memory";
  import { kept } from "./assembly/runtime/lists";
  import { requestFull, requestPermanence } from "./assembly/runtime/collector";

  const SLOTS = 48;
  const PINS = 8;
  let last: u32 = 0;

  class Node {
    number: u32 = ++last;
    text: string = "";
    left: Node | null = null;
    leftNumber: u32 = 0;
    list: Node[] = [];
    listNumbers: u32[] = [];
    map: Map<u32, Node> = new Map();
    bytes: StaticArray<u8> | null = null;
    buffer: ArrayBuffer | null = null;

    constructor() { this.text = "node " + this.number.toString(); }

    check(): void {
      assert(this.text == "node " + this.number.toString());
      const left = this.left;
      assert((left === null ? 0 : left.number) == this.leftNumber);
      assert(this.list.length == this.listNumbers.length);
      for (let i = 0; i < this.list.length; i++) assert(this.list[i].number == this.listNumbers[i]);
      const keys = this.map.keys();
      for (let i = 0; i < keys.length; i++) assert(this.map.get(keys[i]).number == keys[i]);
      const bytes = this.bytes;
      if (bytes !== null) for (let i = 0; i < bytes.length; i++) assert(bytes[i] == <u8>this.number);
      const buffer = this.buffer;
      if (buffer !== null) assert(load<u8>(changetype<usize>(buffer) + buffer.byteLength - 1) == <u8>this.number);
    }
  }

  const slots = new StaticArray<Node | null>(SLOTS);
  const CONSTANT: (Node | null)[] = [null, null];
  let constantNumber: u32 = 0;
  const pinned = new StaticArray<usize>(PINS);
  const pinnedNumbers = new StaticArray<u32>(PINS);

  let seed: u32 = 1;
  export function start(value: u32): void { seed = value | 1; }
  function random(below: u32): u32 {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
  }

  /** A node that a random walk reaches. */
  function find(): Node | null {
    let node = slots[random(SLOTS)];
    for (let steps = random(8); node !== null && steps > 0; steps--) {
      node.check();
      if (random(2)) { if (node.left !== null) node = node.left; }
      else if (node.list.length > 0) node = node.list[random(node.list.length)];
    }
    return node;
  }

  function step(depth: u32): void {
    const node = find();
    const other = find();
    switch (random(20)) {
      case 0: case 1: case 2: case 3: slots[random(SLOTS)] = new Node(); break;
      case 4: slots[random(SLOTS)] = null; break;
      case 5: case 6:
        if (node !== null) { node.left = other; node.leftNumber = other === null ? 0 : other.number; }
        break;
      case 7: case 8:
        if (node !== null && other !== null && node.list.length < 20) {
          node.list.push(other);
          node.listNumbers.push(other.number);
        }
        break;
      case 9: if (node !== null) { node.list = []; node.listNumbers = []; } break;
      case 10: case 11: if (node !== null && other !== null && node.map.size < 30) node.map.set(other.number, other); break;
      case 12: if (node !== null) { const keys = node.map.keys(); if (keys.length > 0) node.map.delete(keys[random(keys.length)]); } break;
      case 13:
        if (node !== null) node.bytes = new StaticArray<u8>(random(8000)).fill(<u8>node.number);
        break;
      case 14:
        if (node !== null) {
          const size = 1 + random(5000);
          const buffer = changetype<ArrayBuffer>(malloc(size));
          memory.fill(changetype<usize>(buffer), <u8>node.number, size);
          node.buffer = buffer;
        }
        break;
      case 15: {
        const at = random(PINS);
        if (pinned[at] != 0) { changetype<Node>(pinned[at]).check(); __unpin(pinned[at]); pinned[at] = 0; }
        if (node !== null) {
          let has = false;
          for (let i = 0; i < PINS; i++) if (pinned[i] == changetype<usize>(node)) has = true;
          if (!has) { pinned[at] = __pin(changetype<usize>(node)); pinnedNumbers[at] = node.number; }
        }
        break;
      }
      case 16: if (random(20) == 0) CONSTANT[random(2)] = node; break;
      case 17:
        if (random(20) == 0) __collect();
        if (random(30) == 0) requestFull();
        if (random(60) == 0) requestPermanence();
        break;
      case 18: {
        // Garbage, and the object that is made last grows.
        let text = "";
        for (let i = random(40); i > 0; i--) text += i.toString();
        const numbers: u32[] = [];
        for (let i: u32 = 0, count = random(1000); i < count; i++) numbers.push(i);
        for (let i = 0; i < numbers.length; i++) assert(numbers[i] == i);
        break;
      }
      case 19:
        if (depth < 4) {
          const alone = new Node();
          alone.left = node;
          alone.leftNumber = node === null ? 0 : node.number;
          entry(depth + 1);
          alone.check();
        }
        break;
    }
    if (node !== null) node.check();
    if (other !== null) other.check();
  }

  function entry(depth: u32): void {
    const outer = enter(1);
    for (let steps = random(6); steps > 0; steps--) step(depth);
    leave(outer);
  }

  export function run(entries: u32): void { for (let i: u32 = 0; i < entries; i++) entry(1); }

  export function checkAll(): void {
    const seen = new Set<u32>();
    const open: Node[] = [];
    for (let i = 0; i < SLOTS; i++) if (slots[i] !== null) open.push(slots[i]!);
    for (let i = 0; i < 2; i++) if (CONSTANT[i] !== null) open.push(CONSTANT[i]!);
    for (let i = 0; i < PINS; i++) {
      if (pinned[i] == 0) continue;
      assert(changetype<Node>(pinned[i]).number == pinnedNumbers[i]);
      open.push(changetype<Node>(pinned[i]));
    }
    while (open.length > 0) {
      const node = open.pop();
      if (seen.has(node.number)) continue;
      seen.add(node.number);
      node.check();
      if (node.left !== null) open.push(node.left!);
      for (let i = 0; i < node.list.length; i++) open.push(node.list[i]);
      const others = node.map.values();
      for (let i = 0; i < others.length; i++) open.push(others[i]);
    }
  }

  /** The bytes that a full collection keeps when nothing refers to a node. */
  export function clear(): usize {
    const outer = enter(1);
    for (let i = 0; i < SLOTS; i++) slots[i] = null;
    for (let i = 0; i < 2; i++) CONSTANT[i] = null;
    for (let i = 0; i < PINS; i++) { __unpin(pinned[i]); pinned[i] = 0; }
    requestFull();
    leave(outer);
    return kept;
  }
`;

it("keeps exactly the objects that are reachable", async () => {
  const random = new Random();
  const graph = await compileAssembly(GRAPH, []);
  const memory = graph.exports["memory"] as WebAssembly.Memory;
  graph.number("start", random.below(2 ** 31));
  const least = graph.number("clear");
  let size = 0;
  for (let round = 0; round < 10; round++) {
    graph.number("run", NIGHTLY ? 100_000 : 2_000);
    graph.number("checkAll");
    expect(graph.number("clear"), `RANDOM_SEED=${random.seed}`).toBe(least);
    if (round === 1) size = memory.buffer.byteLength;
  }
  expect(memory.buffer.byteLength, `RANDOM_SEED=${random.seed}`).toBeLessThanOrEqual(2 * size);
}, 900_000);
