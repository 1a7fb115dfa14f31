import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";
import { FORMATS } from "./formats.js";
import { compilePattern } from "./pattern.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { matchesPattern } from "./assembly/config/pattern";
    let table = new ArrayBuffer(0);
    export function use(bytes: ArrayBuffer): void { table = bytes; }
    export function matches(text: string): bool { return matchesPattern(changetype<usize>(table), text); }
  `);
});

function use(pattern: string) {
  wasm.number("use", compilePattern(pattern));
}
const matches = (text: string) => wasm.number("matches", text) === 1;

describe("a pattern matches as JavaScript's regular expression with the flag u", () => {
  it.each([
    ...[
      "",
      "a",
      "^a",
      "a$",
      "^a$",
      "^$",
      "a|b",
      "^a|b$",
      "^(a|b){2,3}$",
      "(ab)*c",
      "^(?:a|b)+?$",
      "a{0}b",
      "^(a*)*$",
      "(^a)*b",
    ],
    ...[
      "a$b",
      "^^a$$",
      ".",
      "^.{1,5}$",
      "[^a]",
      "[^\\d\\s]",
      "[\\w-]+@",
      "\\d+\\.\\d+",
      "\\p{Lu}x",
      "\\P{L}",
      "[\\p{L}\\d_]+$",
    ],
    ...[
      "\\u{1F600}",
      "[\\u{1F600}-\\u{1F64F}]$",
      "\\ud83d\\ude00",
      "\\x41",
      "\\cA",
      "\\0",
      "[\\b]",
      "\\/api(\\/|$)",
      "(?<name>a)b",
    ],
    ...["^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "[-a]", "[a-]", "[]", "[^]", "\\t|\\n", "^(a|ab)(c|bcd)$"],
  ])("%s", (pattern) => {
    const regexp = new RegExp(pattern, "u");
    use(pattern);
    const random = new Random();
    const alphabet = [
      "a",
      "b",
      "c",
      "d",
      "x",
      "1",
      "-",
      ".",
      "@",
      "/",
      "A",
      "Z",
      "\n",
      " ",
      "😀",
      "é",
      "_",
      "\u0001",
      "\0",
      "\b",
    ];
    for (let i = 0; i < 500; i++) {
      const text = Array.from({ length: random.below(8) }, () => random.pick(alphabet)).join("");
      expect([text, matches(text)]).toEqual([text, regexp.test(text)]);
    }
  });

  it("at random", () => {
    const random = new Random();
    const atoms = ["a", "b", ".", "[ab]", "[^a]", "\\d", "(a|b)", "(?:ab|c)", "^", "$", "()", "[a-c]"];
    const quantifiers = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"];
    for (let i = 0; i < (NIGHTLY ? 20_000 : 500); i++) {
      const part = () => {
        const atom = random.pick(atoms);
        return /[$^]$/.test(atom) && atom.length === 1 ? atom : atom + random.pick(quantifiers);
      };
      const pattern = Array.from({ length: 1 + random.below(5) }, part).join(random.below(4) === 0 ? "|" : "");
      const regexp = new RegExp(pattern, "u");
      use(pattern);
      for (let j = 0; j < 60; j++) {
        const text = Array.from({ length: random.below(7) }, () => random.pick(["a", "b", "c", "1"])).join("");
        expect([pattern, text, matches(text)]).toEqual([pattern, text, regexp.test(text)]);
      }
      wasm.collect();
    }
  });
});

describe("a pattern is refused", () => {
  it.each([
    ["(", "Unterminated group"],
    ["[z-a]", "Range out of order in character class"],
    ["(?=a)", "(?= is not supported"],
    ["(?<!a)", "(?<! is not supported"],
    ["\\bword", "\\b is not supported"],
    ["(a)\\1", "references to groups are not supported"],
    ["(?<n>a)\\k<n>", "references to groups are not supported"],
    ["(a{100}){300}", "the pattern is too large: use smaller repetitions"],
    ["^(.*a.{12}|b)$", "the pattern is too large: use smaller repetitions"],
  ])("%s", (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(message);
  });
});

describe("a format matches as in ajv-formats", () => {
  const ajv = new Ajv2020();
  addFormats.default(ajv);
  const SEEDS: Record<string, string[]> = {
    date: ["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "2024-13-01", "2024-04-31", "2024-12-31"],
    "date-time": [
      "2024-02-29T12:00:00Z",
      "2024-01-01T23:59:59.123+05:30",
      "2024-01-01t00:00:00z",
      "2024-01-01T24:00:00Z",
      "2016-12-31T23:59:60Z",
      "2016-12-31T23:59:60.5-00:00",
      "2016-12-31T23:59:60+01:00",
      "2016-12-31T22:59:60Z",
    ],
    email: ["a@b.c", "a.b+c@d-e.org", "a@b", "a..b@c.d", ".a@b.c", "a@-b.c", "@b.c"],
    hostname: ["a", "a.b", "a-b.c", "-a", "a-", "a..b", "a.", "1.2.3.4", `${"a".repeat(63)}.b`, `${"a".repeat(64)}.b`],
    ipv4: ["1.2.3.4", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2.3.4.5", "0.0.0.0"],
    ipv6: [
      "::",
      "::1",
      "1::",
      "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:1.2.3.4",
      "fe80::1",
      "1::2::3",
      "1:2:3:4:5:6:7::",
      "::ffff:1.2.3.4",
    ],
    uri: [
      "http://a/b?c=d#e",
      "mailto:a@b.c",
      "urn:a:b",
      "http://[::1]:8080/",
      "http://a:80",
      "a:b",
      "http://u:p@h/%20",
      "http://a/%zz",
    ],
    uuid: [
      "123e4567-e89b-12d3-a456-426614174000",
      "123e4567-e89b-12d3-a456-42661417400",
      "urn:uuid:123e4567-e89b-12d3-a456-426614174000",
    ],
  };
  it.each(Object.keys(FORMATS))("%s", (format) => {
    const validate = ajv.compile({ type: "string", format });
    use(FORMATS[format]!);
    const random = new Random();
    const seeds = SEEDS[format]!;
    for (const text of seeds) expect([text, matches(text)]).toEqual([text, validate(text)]);
    // ajv-formats takes much for a URI that RFC 3986 does not.
    if (format === "uri") return;
    for (let i = 0; i < (NIGHTLY ? 200_000 : 10_000); i++) {
      const seed = random.pick(seeds);
      // Removes, doubles or replaces some characters.
      const chars = Array.from(seed);
      for (let n = random.below(3); n > 0; n--) {
        const at = random.below(chars.length + 1);
        chars.splice(
          at,
          random.below(2),
          ...(random.below(2) ? [random.pick(Array.from(`${seeds.join("")}:.-/%@ é`))] : []),
        );
      }
      const text = chars.join("");
      if (isLooser(format, text)) continue;
      expect([text, matches(text)]).toEqual([text, validate(text)]);
    }
  });

  /** What ajv-formats accepts beyond the standard. */
  function isLooser(format: string, text: string) {
    // RFC 3339 needs "T", and a zone with hours, a colon and minutes. A leap second is only known in UTC.
    if (format === "date-time" && /:60(\.\d+)?[+-](?!00:00)/.test(text)) return true;
    if (format === "date-time")
      return /\s/.test(text) || !/(z|[+-]\d\d:\d\d)$/i.test(text) || /[+-](2[4-9]|[3-9]\d):|:[6-9]\d$/.test(text);
    return false;
  }
});
