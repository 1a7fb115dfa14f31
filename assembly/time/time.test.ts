import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;
/** What the host's clock shows, in milliseconds. */
let now = 0;

beforeAll(async () => {
  const clock = (guest: Instance, ...args: number[]) => guest.storeU64(args[2]!, BigInt(now) * 1_000_000n);
  wasm = await compileAssembly(
    `
    import { formatHttpDate, parseHttpDate } from "./assembly/time/http-date";
    import { formatRfc3339, parseRfc3339 } from "./assembly/time/rfc3339";
    import { unixMs } from "./assembly/proxywasm/time";
    export { formatHttpDate, formatRfc3339, unixMs };
    export function rfc3339(text: string): i64 { return parseRfc3339(text).unixMs; }
    export function rfc3339Error(text: string): string {
      const error = parseRfc3339(text).error;
      return error === null ? "" : error.message;
    }
    export function http(text: string): i64 { return parseHttpDate(text).unixMs; }
    export function httpError(text: string): string {
      const error = parseHttpDate(text).error;
      return error === null ? "" : error.message;
    }
    `,
    ["-O1"],
    { clock_time_get: clock },
  );
});

/** The first millisecond of the year 1. */
const FIRST = -62_135_596_800_000;
const END = Date.UTC(10_000, 0, 1);

/** Times of all years, and around their limits. */
function* times(): Generator<number> {
  const random = new Random();
  for (let i = 0; i < (NIGHTLY ? 200_000 : 3000); i++) yield FIRST + random.below(END - FIRST);
  yield* [
    FIRST,
    END - 1,
    0,
    -1,
    -999,
    -1000,
    -1001,
    951_782_400_000,
    Date.UTC(1900, 1, 28),
    Date.UTC(2100, 1, 28, 23, 59, 59, 999),
  ];
}

interface Case {
  kind: "rfc3339" | "imf" | "rfc850" | "asctime";
  text: string;
  /** The time; none if Go rejects the text. */
  ms?: number;
}

// Dates with random changes, and how Go's `time` reads them. Go also accepts some texts outside the grammar of the RFCs: an
// hour of one digit, names in any case.
const GRAMMAR = {
  rfc3339: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  imf: /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  rfc850: /^[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  asctime: /^[A-Z][a-z]{2} [A-Z][a-z]{2} ( \d|\d\d) \d\d:\d\d:\d\d \d{4}$/,
};
const cases = JSON.parse(readFileSync(new URL("go-cases.json", import.meta.url), "utf8")) as Case[];

describe("RFC 3339", () => {
  test("times are written as by Date, and read again", () => {
    for (const ms of times()) {
      const expected = new Date(ms).toISOString();
      const text = wasm.string("formatRfc3339", BigInt(ms));
      expect(text).toBe(expected.replace(".000Z", "Z"));
      expect([text, wasm.bigint("rfc3339", text)]).toEqual([text, BigInt(ms)]);
    }
  });

  test("texts are read and rejected as by Go", () => {
    const own = cases.filter(({ kind }) => kind === "rfc3339");
    expect(own.length).toBeGreaterThan(400);
    for (const { text, ms } of own) {
      const accepted = wasm.string("rfc3339Error", text) === "";
      const expected = GRAMMAR.rfc3339.test(text) ? ms : undefined;
      expect([text, accepted, Number(wasm.bigint("rfc3339", text))]).toEqual([
        text,
        expected !== undefined,
        expected ?? 0,
      ]);
    }
  });

  test.each([
    ["2026-13-01T00:00:00Z", "month out of range"],
    ["2026-02-31T00:00:00Z", "day out of range"],
    ["2025-02-29T00:00:00Z", "day out of range"],
    ["1900-02-29T00:00:00Z", "day out of range"],
    ["2026-01-00T00:00:00Z", "day out of range"],
    ["2026-01-01T24:00:00Z", "hour out of range"],
    ["2026-01-01T00:60:00Z", "minute out of range"],
    ["2026-01-01T00:00:60Z", "second out of range"],
    ["2026-12-31T23:59:61Z", "second out of range"],
    ["0000-01-01T00:00:00Z", "year out of range"],
    ["0001-01-01T00:00:00+00:01", "year out of range"],
    ["9999-12-31T23:59:59-00:01", "year out of range"],
    ["9999-12-31T23:59:60Z", "year out of range"],
    ["2026-01-01T00:00:00", "another form"],
    ["2026-01-01 00:00:00Z", "another form"],
    ["2026-01-01T00:00:00.Z", "another form"],
    ["2026-01-01T00:00:00+24:00", "another form"],
    ["2026-01-01T00:00:00+00:60", "another form"],
    ["2026-01-01T00:00:00+0100", "another form"],
    ["2026-01-01T00:00:00Zx", "another form"],
    ["", "another form"],
  ])("%s is rejected: %s", (text, found) => {
    expect(wasm.string("rfc3339Error", text)).toBe(`time: expected a time such as 2026-11-28T07:12:10Z, got ${found}`);
  });

  test.each([
    ["2026-11-28t07:12:10z", Date.UTC(2026, 10, 28, 7, 12, 10)],
    ["2024-02-29T00:00:00.9999999999999999999999Z", Date.UTC(2024, 1, 29, 0, 0, 0, 999)],
    ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
    ["2017-01-01T00:59:60+01:00", Date.UTC(2017, 0, 1)],
    ["1969-12-31T23:59:59.999Z", -1],
  ])("%s is %i", (text, ms) => {
    expect([wasm.string("rfc3339Error", text), wasm.bigint("rfc3339", text)]).toEqual(["", BigInt(ms)]);
  });
});

describe("dates of HTTP headers", () => {
  test("times are written as by Date, and read again", () => {
    for (const ms of times()) {
      const text = wasm.string("formatHttpDate", BigInt(ms));
      const expected = new Date(Math.floor(ms / 1000) * 1000);
      expect(text).toBe(expected.toUTCString());
      expect([text, wasm.bigint("http", text)]).toEqual([text, BigInt(expected.getTime())]);
    }
  });

  test("texts are read and rejected as by Go", () => {
    now = Date.UTC(2018, 11, 31, 23, 59, 59);
    const own = cases.filter(({ kind }) => kind !== "rfc3339");
    expect(own.length).toBeGreaterThan(500);
    for (const { kind, text, ms } of own) {
      const accepted = wasm.string("httpError", text) === "";
      const expected = GRAMMAR[kind].test(text) ? ms : undefined;
      expect([kind, text, accepted, Number(wasm.bigint("http", text))]).toEqual([
        kind,
        text,
        expected !== undefined,
        expected ?? 0,
      ]);
    }
  });

  test.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777_000],
    ["Sun Nov  6 08:49:37 1994", 784_111_777_000],
    ["Sun Nov 06 08:49:37 1994", 784_111_777_000],
    ["Wednesday, 09-Nov-94 08:49:37 GMT", 784_370_977_000],
    ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
  ])("%s is %i", (text, ms) => {
    now = Date.UTC(2026, 0, 1);
    expect([wasm.string("httpError", text), wasm.bigint("http", text)]).toEqual(["", BigInt(ms)]);
  });

  test("a year of two digits is at most 50 years in the future", () => {
    now = Date.UTC(2026, 5, 15, 12, 0, 0);
    const year = (text: string) => new Date(Number(wasm.bigint("http", text))).getUTCFullYear();
    expect(year("Monday, 15-Jun-76 12:00:00 GMT")).toBe(2076);
    expect(year("Monday, 15-Jun-76 12:00:01 GMT")).toBe(1976);
    expect(year("Monday, 15-Jun-77 12:00:00 GMT")).toBe(1977);
    expect(year("Monday, 15-Jun-26 12:00:00 GMT")).toBe(2026);
    expect(year("Monday, 29-Feb-00 12:00:00 GMT")).toBe(2000);
    now = Date.UTC(2080, 0, 1);
    expect(year("Monday, 15-Jun-26 12:00:00 GMT")).toBe(2126);
    expect(year("Monday, 15-Jun-30 12:00:00 GMT")).toBe(2030);
  });

  test.each([
    "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 06 Nov 0000 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:60 GMT",
    "sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 GMT ",
    "Sunday, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06-Nov-94 08:49:37 GMT",
    "Monday, 29-Feb-99 12:00:00 GMT",
    "Sun",
    "",
  ])("%j is rejected", (text) => {
    now = Date.UTC(2026, 0, 1);
    expect(wasm.string("httpError", text)).toContain(
      "date: expected a date such as Sun, 06 Nov 1994 08:49:37 GMT, got ",
    );
  });
});

test("unixMs is the host's clock", () => {
  now = 1_795_849_930_123;
  expect(wasm.bigint("unixMs")).toBe(1_795_849_930_123n);
});

test("no text and no number traps", () => {
  const random = new Random();
  const alphabet = "0123456789-:TZtz+. ,GMTSunMonJanFebDec";
  for (let i = 0; i < (NIGHTLY ? 1_000_000 : 5000); i++) {
    let text = random.pick([
      "",
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
      "2026-11-28T07:12:10.5+01:00",
    ]);
    for (let edits = random.below(5); edits > 0; edits--) {
      const at = random.below(text.length + 1);
      const c = random.below(8) === 0 ? String.fromCharCode(random.below(0x10000)) : random.pick([...alphabet]);
      text = text.slice(0, at) + c + text.slice(at + random.below(2));
    }
    const ms = [wasm.bigint("rfc3339", text), wasm.bigint("http", text)];
    for (const one of ms) expect(one >= FIRST && one < END).toBe(true);
    const any = new DataView(random.bytes(8).buffer).getBigInt64(0) >> BigInt(random.below(64));
    const inYears = any >= -62_135_596_800_000n && any < 253_402_300_800_000n;
    expect([any, wasm.string("formatRfc3339", any) !== "", wasm.string("formatHttpDate", any) !== ""]).toEqual([
      any,
      inYears,
      inYears,
    ]);
    if (i % 1000 === 0) wasm.collect();
  }
  for (const limit of [-(2n ** 63n), 2n ** 63n - 1n, -62_135_596_800_001n, 253_402_300_800_000n]) {
    expect(wasm.string("formatRfc3339", limit)).toBe("");
  }
  expect(wasm.string("formatRfc3339", -62_135_596_800_000n)).toBe("0001-01-01T00:00:00Z");
});
