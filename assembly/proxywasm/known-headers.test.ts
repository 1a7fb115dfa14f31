import { beforeAll, describe, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import * as keys from "./assembly/proxywasm/header-key";
    import { valueRoom, writeValue } from "./assembly/proxywasm/field-value";
    import { ABSENT, KnownHeader, KnownHeaders, UNKNOWN } from "./assembly/proxywasm/known-headers";

    function newKey(name: string): keys.HeaderKey {
      const room = heap.alloc(keys.keyRoom(name.length) + 8);
      // What was there before must not matter.
      memory.fill(room, 0xaa, keys.keyRoom(name.length));
      return keys.writeKey(name, room);
    }
    function copied(bytes: usize, size: i32): ArrayBuffer {
      const copy = new ArrayBuffer(size);
      memory.copy(changetype<usize>(copy), bytes, size);
      return copy;
    }
    export function keyBytes(name: string): ArrayBuffer {
      const key = newKey(name);
      return copied(key.bytes, key.size);
    }
    export function kind(name: string): i32 { return newKey(name).kind; }
    export function same(a: string, b: string): bool { return newKey(a).equals(newKey(b)); }
    export function hash(name: string): u32 { return newKey(name).hash; }

    export function value(text: string): ArrayBuffer | null {
      const room = heap.alloc(valueRoom(text.length) + 8);
      const size = writeValue(text, room);
      return size < 0 ? null : copied(room, size);
    }

    @unmanaged class Table extends KnownHeaders {
      empty(): void { this.takeQueue(); this.forget(); }
      get full(): bool { return this.isFull; }
      get(name: string): string {
        const found = this.find(this.newKey(name));
        return found === null ? "?" : found.value == UNKNOWN ? "unknown" : changetype<string>(found.value);
      }
      put(name: string, value: string): void { this.at(this.newKey(name)).value = changetype<usize>(value); }
      wait(name: string, value: string): bool {
        const header = this.at(this.newKey(name));
        const room = this.room(valueRoom(value.length));
        return this.enqueue(header, value, room, writeValue(value, room));
      }
      drop(name: string): void {
        const header = this.find(this.newKey(name));
        if (header !== null && header.place != 0) this.dequeue(header);
      }
      /** The writes that wait, "name=value;name=value;". */
      taken(): string {
        let text = "";
        const places = this.takeQueue();
        for (let i: u32 = 0; i < places; i++) {
          const header = this.written(i);
          if (header === null) continue;
          header.place = 0;
          text += String.UTF8.decodeUnsafe(header.key.bytes, header.key.size) + "=";
          text += String.UTF8.decodeUnsafe(header.bytes, header.size) + ";";
        }
        return text;
      }
    }
    const table = new Table();
    // Nothing of a table keeps a string alive.
    const strings: string[] = [];
    export function empty(): void { table.empty(); }
    export function full(): bool { return table.full; }
    export function get(name: string): string { return table.get(name); }
    export function put(name: string, value: string): void { strings.push(value); table.put(name, value); }
    export function wait(name: string, value: string): bool { strings.push(value); return table.wait(name, value); }
    export function drop(name: string): void { table.drop(name); }
    export function taken(): string { return table.taken(); }
  `);
});

const KINDS: Record<string, number> = {
  ...{ ":method": 1 | 64, ":scheme": 2 | 64, ":authority": 4 | 64, ":path": 8 | 64, ":status": 32 | 64, ":other": 64 },
  ...{ "content-length": 16, "transfer-encoding": 16, "x-request-id": 128, "x-forwarded-proto": 256, host: 512 },
};
const NOT_TOKEN = 1024;

const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** UTF-8 in which a lone U+DC80..U+DCFF is a byte, and another lone surrogate is U+FFFD. */
function utf8(text: string): Buffer {
  const parts = [...text].map((c) => {
    const code = c.codePointAt(0)!;
    return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code & 0xff]) : Buffer.from(c);
  });
  return Buffer.concat(parts);
}

function randomText(random: Random, length: number): string {
  const alphabet = random.pick([
    "abcdefghijklmnopqrstuvwxyz0123456789-",
    "ABCXYZabcxyz019-_!#$%&'*+.^`|~@[`{/:",
    Array.from({ length: 0x80 }, (_, c) => String.fromCharCode(c)).join(""),
    "az-\u0080\u00e9\u07ff\u0800\ud7ff\ud800\udbff\udc00\udc7f\udc80\udcff\udd00\udfff\ue000\uffff",
  ]);
  let text = "";
  for (let i = 0; i < length; i++) text += alphabet[random.below(alphabet.length)];
  return text;
}

describe("the key of a name", () => {
  const check = (name: string) => {
    expect(Buffer.from(wasm.bytes("keyBytes", name)).toString("hex"), JSON.stringify(name)).toBe(
      utf8(lower(name)).toString("hex"),
    );
    const isToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);
    const kind = KINDS[lower(name)] ?? (name.startsWith(":") ? 64 : 0);
    expect(wasm.number("kind", name), JSON.stringify(name)).toBe(kind | (isToken ? 0 : NOT_TOKEN));
  };

  test("is the name in lower case, in UTF-8, with its kind", () => {
    for (const name of Object.keys(KINDS)) {
      check(name);
      check(name.toUpperCase());
      check(`${name}x`);
      check(name.slice(0, -1));
      check(`x${name.slice(1)}`);
    }
  });

  test("knows every character at every place of a name", () => {
    for (let c = 0; c < 0x100; c++) {
      for (let at = 0; at < 17; at++) check("n".repeat(at) + String.fromCharCode(c) + "n".repeat(16 - at));
      check(String.fromCharCode(c));
    }
  });

  test("is the same for random names of each length as a simple encoder makes", () => {
    const random = new Random();
    for (let length = 0; length <= 300; length++) for (let i = 0; i < 4; i++) check(randomText(random, length));
  });

  test("equals only the key of the same name", () => {
    const random = new Random();
    for (let i = 0; i < 2000; i++) {
      const a = randomText(random, random.below(20));
      const at = random.below(a.length + 1);
      const b = random.pick([a, a.toUpperCase(), a.slice(0, at) + "!" + a.slice(at + 1), `${a}a`, a.slice(1)]);
      expect(wasm.number("same", a, b) === 1, JSON.stringify([a, b])).toBe(utf8(lower(a)).equals(utf8(lower(b))));
    }
  });

  test("has a hash that spreads names that count up", () => {
    const slots = new Set(Array.from({ length: 64 }, (_, i) => wasm.number("hash", `x-h${i}`) & 63));
    expect(slots.size).toBeGreaterThan(32);
  });
});

test("a value is encoded and checked as a simple encoder does", () => {
  const random = new Random();
  const check = (value: string) => {
    // eslint-disable-next-line no-control-regex
    const isAllowed = !/[\x00-\x08\x0a-\x1f\x7f]/.test(value);
    const address = wasm.number("value", value);
    expect(address !== 0, JSON.stringify(value)).toBe(isAllowed);
    if (!isAllowed) return;
    expect(Buffer.from(wasm.bytes("value", value)).toString("hex"), JSON.stringify(value)).toBe(
      utf8(value).toString("hex"),
    );
  };
  for (let c = 0; c < 0x100; c++) {
    for (let at = 0; at < 9; at++) check("v".repeat(at) + String.fromCharCode(c) + "v".repeat(8 - at));
    check(String.fromCharCode(c));
  }
  for (let length = 0; length <= 300; length++) for (let i = 0; i < 4; i++) check(randomText(random, length));
});

test("the table behaves as a Map and a list, over many generations", () => {
  const random = new Random();
  for (let round = 0; round < 150; round++) {
    wasm.number("empty");
    const known = new Map<string, string>();
    let waiting: [string, string][] = [];
    const names = Array.from({ length: 1 + random.below(60) }, () =>
      randomText(random, random.below(random.pick([8, 40, 300]))),
    );
    while (random.below(150) > 0 && wasm.number("full") === 0) {
      const name = random.pick(names);
      const key = utf8(lower(name)).toString("latin1");
      const value = randomText(new Random(random.below(1000)), random.below(30)).replace(/[^ -~]/g, "v");
      const verb = random.below(6);
      if (verb === 0) {
        expect(wasm.string("taken")).toBe(
          waiting.map(([n, v]) => `${Buffer.from(n, "latin1").toString()}=${v};`).join(""),
        );
        waiting = [];
      } else if (verb === 1) {
        wasm.number("drop", name);
        waiting = waiting.filter(([one]) => one !== key);
      } else if (verb === 2 && !waiting.some(([one]) => one === key)) {
        wasm.number("put", name, value);
        known.set(key, value);
      } else if (verb === 3 && /^[ -~]*$/.test(name)) {
        if (wasm.number("wait", name, value) === 1) {
          known.set(key, value);
          waiting = [...waiting.filter(([one]) => one !== key), [key, value]];
        } else if (!known.has(key)) known.set(key, "unknown");
      } else expect(wasm.string("get", name), JSON.stringify(name)).toBe(known.get(key) ?? "?");
    }
    for (const name of names) {
      if (wasm.number("full") === 1) break;
      expect(wasm.string("get", name)).toBe(known.get(utf8(lower(name)).toString("latin1")) ?? "?");
    }
  }
});
