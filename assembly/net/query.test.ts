import { beforeAll, describe, expect, it } from "vitest";
import { compileCounting, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import { Query } from "./assembly/net/query";
    let query = new Query();
    export function parse(raw: string): string {
      query = Query.parse(raw);
      return query.error === null ? "" : query.error!.message;
    }
    export function get(name: string): string { const value = query.get(name); return value === null ? "null" : value; }
    export function getAll(name: string): string { return query.getAll(name).join("|"); }
    export function has(name: string): bool { return query.has(name); }
    export function set(name: string, value: string): string { query.set(name, value); return query.toString(); }
    export function append(name: string, value: string): string { query.append(name, value); return query.toString(); }
    export function remove(name: string): string { query.delete(name); return query.toString(); }
    export function text(): string { return query.toString(); }
    export function encode(): string { return query.encode(); }
    export function entries(): string {
      const pairs: string[] = [];
      const entries = query.entries();
      for (let i = 0; i < entries.length; i++) pairs.push(entries[i].join(":"));
      return pairs.join("|");
    }
    export function appendMany(count: i32): i32 {
      const query = new Query();
      for (let i = 0; i < count; i++) query.append("a", "b");
      return query.toString().length;
    }
  `);
});

describe("Query", () => {
  it("reads decoded parameters, in their order", () => {
    expect(wasm.string("parse", "b=1&a=x+y%21&b=&c&=d&&b=2=3")).toBe("");
    expect(wasm.string("get", "a")).toBe("x y!");
    expect(wasm.string("getAll", "b")).toBe("1||2=3");
    expect(wasm.string("get", "c")).toBe("");
    expect(wasm.string("get", "")).toBe("d");
    expect(wasm.string("get", "A")).toBe("null");
    expect(wasm.number("has", "c")).toBe(1);
    expect(wasm.number("has", "x")).toBe(0);
    expect(wasm.string("entries")).toBe("b:1|a:x y!|b:|c:|:d|b:2=3");
  });

  it("skips malformed pieces, and reports the first of them", () => {
    expect(wasm.string("parse", "a=1&b=%zz&c;d=2&%4=3")).toBe(
      'query: expected two hexadecimal digits after each % in "b=%zz"',
    );
    expect(wasm.string("entries")).toBe("a:1");
    expect(wasm.string("parse", "a;b")).toBe('query: expected "&" between parameters, got ";" in "a;b"');
  });

  it("writes what it has read, byte for byte", () => {
    for (const raw of ["", "&", "&&a", "a=1&", "b=%7e&a=\udcff&a;b&%zz", "=", "a=ü"]) {
      wasm.string("parse", raw);
      expect(wasm.string("text"), raw).toBe(raw);
    }
  });

  it.each([
    ["", "a=%26+"],
    ["a=1", "a=%26+"],
    ["x=%7e&a=1&y&a=2&%61=3&;&z", "x=%7e&a=%26+&y&;&z"],
    ["x&", "x&a=%26+"],
    ["x&&", "x&&a=%26+"],
    ["a;=1", "a;=1&a=%26+"],
  ])("sets a parameter of %j", (raw, expected) => {
    wasm.string("parse", raw);
    expect(wasm.string("set", "a", "& ")).toBe(expected);
    expect(wasm.string("get", "a")).toBe("& ");
  });

  it("appends and deletes", () => {
    wasm.string("parse", "a=1&b=%7E&a=2");
    expect(wasm.string("append", "a", "ü")).toBe("a=1&b=%7E&a=2&a=%C3%BC");
    expect(wasm.string("getAll", "a")).toBe("1|2|ü");
    expect(wasm.string("remove", "a")).toBe("b=%7E");
    expect(wasm.string("remove", "b")).toBe("");
    expect(wasm.string("append", "c", "")).toBe("c=");
  });

  it("encodes sorted by the bytes of the names, and keeps the order of values", () => {
    // In UTF-16, U+1F600 comes before U+FF5E; in UTF-8 it comes after.
    wasm.string("parse", "😀=1&～=2&b=2&a=%7e1&b=1&aa=3&%ff=4&;&b=0");
    expect(wasm.string("encode")).toBe("a=~1&aa=3&b=2&b=1&b=0&%EF%BD%9E=2&%F0%9F%98%80=1&%FF=4");
    expect(wasm.string("parse", "")).toBe("");
    expect(wasm.string("encode")).toBe("");
  });

  it("keeps the order of many values of one name", () => {
    const pairs = Array.from({ length: 3_000 }, (_, i) => `${"cab"[i % 3]!}=${String(i)}`);
    const sorted = ["a", "b", "c"].flatMap((name) => pairs.filter((pair) => pair.startsWith(name)));
    wasm.string("parse", pairs.join("&"));
    expect(wasm.string("encode") === sorted.join("&")).toBe(true);
    wasm.collect();
  });

  it("reads 10,000 parameters at most, as Go 1.26", () => {
    const raw = "a=1&".repeat(9_999);
    expect(wasm.string("parse", `${raw}b=2`)).toBe("");
    expect(wasm.string("get", "b")).toBe("2");
    expect(wasm.string("parse", `${raw}b=2&`)).toBe("query: expected 10000 parameters at most");
    expect(wasm.string("get", "b")).toBe("null");
    expect(wasm.string("text")).toBe(`${raw}b=2&`);
    wasm.collect();
  });

  it("appends parameters in linear time", () => {
    const work = (count: number): number => {
      const work = wasm.work(() => expect(wasm.number("appendMany", count)).toBe(4 * count - 1));
      wasm.collect();
      return work;
    };
    expect(work(20_000)).toBeLessThan(11 * work(2_000));
  });
});
