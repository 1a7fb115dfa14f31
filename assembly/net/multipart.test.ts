import { beforeAll, describe, expect, it } from "vitest";
import { compileCounting, type Instance } from "../../tests/support/assembly.js";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import { Multipart } from "./assembly/net/multipart";
    import { MultipartPart } from "./assembly/net/multipart-part";
    let form = new Multipart("");
    export function parse(body: ArrayBuffer, boundary: string): string {
      form = Multipart.parse(body, boundary);
      if (form.error !== null) return form.error!.message + (form.parts.length == 0 ? "" : "!");
      let out = "";
      for (let i = 0; i < form.parts.length; i++) {
        const part = form.parts[i];
        out += (part.isFile ? "[" + part.name + "|" + part.fileName + "]" : part.name) + "=" + part.text() + ";";
      }
      return out;
    }
    export function get(name: string): string { const value = form.get(name); return value === null ? "null" : value; }
    export function content(index: i32): ArrayBuffer { return form.parts[index].bytes(); }
    export function count(): i32 { return form.fields().length; }
    export function write(): ArrayBuffer { return form.bytes(); }
    export function add(name: string, value: string): void { form.parts.push(MultipartPart.field(name, value)); }
    export function setOne(name: string, value: string): void { form.setFields([[name, value]]); }
    export function addFirst(name: string, value: string): void {
      form.setFields([[name, value]].concat(form.fields()));
    }
  `);
});

const parse = (body: string | Uint8Array, boundary = "b") =>
  wasm.string("parse", Buffer.from(body as string), boundary);
const written = () => Buffer.from(wasm.bytes("write"));
const part = (disposition: string, content: string) =>
  `--b\r\nContent-Disposition: ${disposition}\r\n\r\n${content}\r\n`;
const FORM = part('form-data; name="k"', "1") + part('form-data; name="k"', "2\r\n") + "--b--\r\n";
const FILE = Buffer.concat([
  Buffer.from('--b\r\ncontent-disposition:form-data;name=f;filename="a.bin"\r\nContent-Type: image/png\r\n\r\n'),
  Buffer.from([0, 0xff, 0x0d, 0x0a, 0x2d, 0x2d, 0x62, 0x63, 0x0d, 0x0a, 0x2d, 0x2d]),
  Buffer.from("\r\n"),
]);

describe("Multipart", () => {
  it("reads fields and files", () => {
    expect(parse(FORM)).toBe("k=1;k=2\r\n;");
    expect(wasm.string("get", "k")).toBe("1");
    expect(wasm.string("get", "x")).toBe("null");
    parse(Buffer.concat([FILE, Buffer.from(FORM)]));
    expect(wasm.number("count")).toBe(2);
    expect(Buffer.from(wasm.bytes("content", 0))).toEqual(FILE.subarray(FILE.indexOf("\0"), -2));
  });

  it.each([
    [part('form-data; name="a"', "") + "--b--", "a=;"],
    // The line break of the empty line is that of the next delimiter.
    ['--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n--b--', "a=;"],
    ["--b--", ""],
    ["--b \t\r\n\r\nx\r\n--b-- \r\n", "[|]=x;"],
    [`preamble --b\r\n--bc\r\n${FORM}epilogue\r\n--b\r\n`, "k=1;k=2\r\n;"],
    [part('form-data; name="a\\"b"', "\r\n--bb\r\n--b-\r\n --b") + "--b--", 'a"b=\r\n--bb\r\n--b-\r\n --b;'],
    [part('form-data; name="a"; filename=""', "x") + "--b--", "[a|]=x;"],
    [part("form-data; name=a; filename*=utf-8''x", "x") + "--b--", "[a|]=x;"],
    [part("attachment; name=a", "x") + "--b--", "[|]=x;"],
    [part("form-data; name=a; name=b", "x") + "--b--", "[|]=x;"],
    ["--b\r\nA: b\r\nCONTENT-DISPOSITION : form-data;\r\n name=a\r\nC: d\r\n\r\nx\r\n--b--", "a=x;"],
  ])("reads %j", (body, expected) => {
    expect(parse(body)).toBe(expected);
  });

  it.each([
    ["", "expected a line with the boundary"],
    ["x", "expected a line with the boundary"],
    ["x--b\r\n", "expected a line with the boundary"],
    ["--b\r\n", "expected a line with the boundary and -- at the end"],
    ["--b\r\n\r\nx", "expected a line with the boundary and -- at the end"],
    ["--b\r\n\r\nx--b--", "expected a line with the boundary and -- at the end"],
    ["--b\r\n--b--", "expected headers and an empty line at the beginning of each part"],
    ["--b\r\nA: b\r\n--b--", "expected headers and an empty line at the beginning of each part"],
    [FORM.replaceAll("\r\n", "\n"), "expected a line with the boundary"],
    [`${"--b\r\n\r\n\r\n".repeat(10_001)}--b--`, "expected 10000 parts at most"],
  ])("has an error for %j", (body, reason) => {
    expect(parse(body)).toBe(`multipart form: ${reason}`);
    wasm.collect();
  });

  it.each(["", "b".repeat(71)])("has an error for the boundary %j", (boundary) => {
    expect(parse(FORM, boundary)).toBe("multipart form: expected a boundary of 1 to 70 characters");
  });

  it("writes parts that are not changed byte for byte, without what stands around them", () => {
    const bytes = Buffer.concat([FILE, Buffer.from(FORM)]);
    parse(Buffer.concat([Buffer.from("preamble\r\n"), bytes, Buffer.from("epilogue")]));
    expect(written()).toEqual(bytes);
  });

  it("adds fields", () => {
    parse("--b--");
    wasm.number("add", 'a"\\\r\n', "é\udcff");
    const head = '--b\r\nContent-Disposition: form-data; name="a\\"\\\\%0D%0A"\r\n\r\né';
    expect(written()).toEqual(Buffer.concat([Buffer.from(head), Buffer.from([0xff]), Buffer.from("\r\n--b--\r\n")]));
    parse(written());
    expect(wasm.string("get", 'a"\\%0D%0A')).toBe("é\udcff");
  });

  it("replaces all fields, keeps files, and keeps the headers of equal fields", () => {
    const typed = '--b\r\nContent-Disposition: form-data; name="j"\r\nContent-Type: application/json\r\n\r\n{}\r\n';
    parse(Buffer.concat([FILE, Buffer.from(typed), Buffer.from("--b--")]));
    wasm.number("addFirst", "a", "1");
    const first = Buffer.from(part('form-data; name="a"', "1"));
    expect(written()).toEqual(Buffer.concat([first, Buffer.from(typed), FILE, Buffer.from("--b--\r\n")]));
    wasm.number("setOne", "j", "[]");
    expect(written()).toEqual(
      Buffer.concat([Buffer.from(part('form-data; name="j"', "[]")), FILE, Buffer.from("--b--\r\n")]),
    );
  });

  it("reads a megabyte of beginnings of delimiters in linear time", () => {
    const work = (size: number): number => {
      const body = `--b\r\n\r\n${"\r\n--".repeat(size / 4)}\r\n--b--`;
      const work = wasm.work(() => expect(parse(body).length).toBe(size + 5));
      wasm.collect();
      return work;
    };
    expect(work(1_000_000)).toBeLessThan(11 * work(100_000));
  });

  it.each([
    ["escapes", '\\"'],
    ["line breaks", "\r\n "],
  ])("reads headers with a megabyte of %s in linear time", (_, piece) => {
    const work = (size: number): number => {
      const name = piece.repeat(size / piece.length);
      const quoted = piece === "\r\n " ? `${name}a` : `"${name}"`;
      const body = `--b\r\nContent-Disposition: form-data; name=${quoted}\r\n\r\nx\r\n--b--`;
      const work = wasm.work(() => expect(parse(body).endsWith("=x;")).toBe(true));
      wasm.collect();
      return work;
    };
    expect(work(1_000_000)).toBeLessThan(11 * work(100_000));
  });

  it("never traps, and reads what it has written", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    const pieces = [
      "--b",
      "--",
      "b",
      "\r\n",
      "\r",
      "\n",
      " ",
      "x",
      "\r\n\r\n",
      'Content-Disposition: form-data; name="a"',
    ];
    for (let i = 0; i < (NIGHTLY ? 100_000 : 3_000); i++) {
      const body = Array.from({ length: random.below(16) }, () => random.pick(pieces)).join("");
      const read = parse(`--b\r\n${body}\r\n--b--`);
      if (!read.startsWith("multipart form: ")) expect(parse(written()), body).toBe(read);
      if (i % 500 === 0) wasm.collect();
    }
  });
});
