import { beforeAll, describe, expect, it } from "vitest";
import { compileCounting, type Instance } from "../../../tests/support/assembly.js";
import { NIGHTLY } from "../../../tests/support/nightly.js";
import { Random } from "../../../tests/support/random.js";
import { RE2_CASES, SLOW_CASES } from "../../../tests/support/re2-cases.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import { Regex } from "./assembly/text/regex";
    let regex = new Regex("");
    export function parse(pattern: string): string {
      regex = Regex.parse(pattern);
      const error = regex.error;
      return error === null ? "" : error.message;
    }
    export function test(text: string): bool { return regex.test(text); }
    export function replaced(text: string, template: string): string { return orNull(regex.replaceAll(text, template)); }
    export function literal(text: string, template: string): string {
      return orNull(regex.replaceAllLiteral(text, template));
    }
    function orNull(text: string | null): string { return text === null ? "null" : text; }
    export function split(text: string, limit: i32): string { return regex.split(text, limit).join("|"); }
    export function count(text: string, limit: i32): i32 { return regex.findAll(text, limit).length; }
    export function spans(text: string): string {
      const matches = regex.findAll(text);
      let out = "";
      for (let i = 0; i < matches.length; i++) out += matches[i].start.toString() + "-" + matches[i].end.toString() + " ";
      return out;
    }
    export function group(text: string, group: i32): string {
      const match = regex.find(text);
      return match === null ? "no match" : match.group(group);
    }
    export function named(text: string, name: string): string {
      const match = regex.find(text);
      return match === null ? "no match" : match.named(name);
    }
    export function place(text: string, group: i32): string {
      const match = regex.find(text);
      if (match === null) return "no match";
      return match.has(group).toString() + " " + match.startOf(group).toString() + " " + match.endOf(group).toString();
    }
    export function quote(text: string): string { return Regex.quote(text); }
    export function memory_size(): i32 { return memory.size(); }
  `);
});

/** Parses a valid pattern; the functions of the module use it. */
function regex(pattern: string): Instance {
  const error = wasm.string("parse", pattern);
  if (error !== "") throw new Error(error.slice(-100));
  return wasm;
}

describe("a whole text matches", () => {
  const cases = RE2_CASES.filter(([pattern]) => !pattern.includes("Greek"));
  it.each(cases)("%s", (pattern, matching, others) => {
    // \\Q without \\E goes on to the end of the pattern.
    regex(`^(?:${pattern}${pattern === "\\Qa|b" ? "\\E" : ""})$`);
    for (const text of matching) expect([text, wasm.number("test", text)]).toEqual([text, 1]);
    for (const text of others) expect([text, wasm.number("test", text)]).toEqual([text, 0]);
  });
});

it("checks an assertion before an optional character at the start of a text", () => {
  expect(regex("\\b.?").number("test", "-")).toBe(0);
  expect(regex("\\b.?").number("test", "a")).toBe(1);
});

describe("parse", () => {
  it.each([
    ["a(b", 3, "expected ) for the ( at offset 1"],
    ["a)", 1, "expected ( before )"],
    ["é[a", 3, "expected ] for the [ at offset 1"],
    ["[]", 2, "expected ] for the [ at offset 0"],
    ["[b-a]", 1, "expected an ascending range"],
    ["[a-\\d]", 3, "expected an escape of RE2"],
    ["[[:foo:]]", 1, "expected a POSIX class such as [:alpha:]"],
    ["[[:punct:!/:]]", 1, "expected a POSIX class such as [:alpha:]"],
    ["a\\p{Greek}", 1, "expected a general category such as \\p{Lu}, not a script"],
    ["\\p{Lu", 5, "expected } after \\p{"],
    ["\\p", 0, "expected a general category such as \\p{Lu}, not a script"],
    ["*", 0, "expected an expression before *"],
    ["a|+?", 2, "expected an expression before +?"],
    ["a**", 2, "expected an expression before *"],
    ["a{2}{3}", 4, "expected an expression before {3}"],
    ["a{2,1}", 1, "expected ascending numbers up to 1000"],
    ["a{1001}", 1, "expected ascending numbers up to 1000"],
    ["a{99999999999999999999}", 1, "expected ascending numbers up to 1000"],
    ["(a{100}){11}", 8, "expected at most 1000 nested repetitions"],
    ["\\1", 0, "expected an escape of RE2"],
    ["\\C", 0, "expected an escape of RE2"],
    ["\\é", 0, "expected an escape of RE2"],
    ["\\x{110000}", 0, "expected \\x{0} to \\x{10FFFF}"],
    ["\\x{}", 0, "expected \\x{0} to \\x{10FFFF}"],
    ["\\x4", 0, "expected \\x00 to \\xFF"],
    ["a\\", 2, "expected a character after \\"],
    ["(?=a)", 0, "expected (?:, (?P<name> or (?imsU)"],
    ["(?i-)", 0, "expected (?:, (?P<name> or (?imsU)"],
    ["(?P<a b>c)", 0, "expected (?P<name> with letters, digits and _"],
    ["(?<a", 0, "expected (?P<name> with letters, digits and _"],
    ["\udc80", 0, "expected UTF-8"],
  ])("rejects %j", (pattern, offset, reason) => {
    expect(wasm.string("parse", pattern)).toBe(
      `invalid regular expression "${pattern}" at offset ${offset}: ${reason}`,
    );
  });

  it.each([
    ["deep", "(".repeat(1001) + ")".repeat(1001), "at offset 2001: expected at most 1000 levels"],
    ["with many states", "(?:a{1000}){1}".repeat(70), "at offset 0: expected a smaller pattern"],
    ["long", "a".repeat(65_537), "at offset 65536: expected at most 65536 characters"],
    ["with many categories", "[\\pL]".repeat(300), "expected fewer general categories"],
  ])("rejects a pattern that is too %s", (_, pattern, reason) => {
    expect(wasm.string("parse", pattern).endsWith(reason)).toBe(true);
  });

  it("gives an invalid pattern no matches", () => {
    expect(wasm.string("parse", "(")).not.toBe("");
    expect(wasm.number("test", "(")).toBe(0);
    expect(wasm.string("group", "(", 0)).toBe("no match");
    expect(wasm.number("count", "(", -1)).toBe(0);
    expect(wasm.string("replaced", "a(", "x")).toBe("a(");
    expect(wasm.string("split", "a(", -1)).toBe("a(");
  });

  it("accepts deep and large patterns", () => {
    regex("(".repeat(999) + "a" + ")".repeat(999));
    expect(wasm.string("group", "xa", 999)).toBe("a");
    regex("(?:".repeat(990) + "a" + ")*?".repeat(990));
    expect(wasm.number("test", "x")).toBe(1);
    regex("(?:".repeat(16_000) + "a" + ")".repeat(16_000));
    expect(wasm.number("test", "xa")).toBe(1);
    const words = Array.from({ length: 8000 }, (_, index) => `w${index};`);
    regex(words.join("|"));
    expect(wasm.string("group", "a w7999; w1;", 0)).toBe("w7999;");
  });
});

describe("groups", () => {
  it("finds them by number and by name", () => {
    regex("/users/(?P<id>\\d+)(?:/(?<part>\\w+))?(x)?");
    expect(wasm.string("group", "/users/42/orders", 0)).toBe("/users/42/orders");
    expect(wasm.string("named", "/users/42/orders", "id")).toBe("42");
    expect(wasm.string("named", "/users/42/orders", "part")).toBe("orders");
    expect(wasm.string("place", "/users/42/orders", 1)).toBe("true 7 9");
    expect(wasm.string("place", "/users/42/orders", 3)).toBe("false -1 -1");
  });

  it("has no group outside the pattern", () => {
    regex("(a)");
    for (const number of [-1, 2, 2_147_483_647, -2_147_483_648]) {
      expect(wasm.string("group", "a", number)).toBe("");
      expect(wasm.string("place", "a", number)).toBe("false -1 -1");
    }
    expect(wasm.string("named", "a", "x")).toBe("");
    expect(wasm.string("named", "a", "")).toBe("");
  });
});

// The results are those of Go.
describe("replaceAll", () => {
  it.each([
    ["(?P<x>a)(b)?", "abac", "<$x-${2}>$$ $1x", "<a-b>$ <a->$ c"],
    ["a*", "baac", "-", "-b-c-"],
    [".*", "abc", "x", "x"],
    ["(a)", "a", "$2$", "$"],
    ["(a)", "a", "${1", "${1"],
    ["(a)", "a", "${1}0$10$01", "a0"],
    ["é", "aéb", "😀", "a😀b"],
    ["(?P<n>a)|(?P<n>b)", "ab", "[$n]", "[a][b]"],
  ])("%s in %j by %s", (pattern, text, template, expected) => {
    expect(regex(pattern).string("replaced", text, template)).toBe(expected);
  });

  it("leaves $ alone in a literal replacement", () => {
    expect(regex("(a)").string("literal", "aba", "$1")).toBe("$1b$1");
  });
});

it.each([
  ["a*", "abaabaccadaaae", 5, "|b|b|c|cadaaae"],
  [",", "a,b,c", -1, "a|b|c"],
  [",", "a,b,c", 2, "a|b,c"],
  [",", "a,b,c", 0, ""],
  [",", "", -1, ""],
  ["x", "abc", -1, "abc"],
])("split at %s in %j, at most %d parts", (pattern, text, limit, expected) => {
  expect(regex(pattern).string("split", text, limit)).toBe(expected);
});

it("quote escapes what has a meaning", () => {
  const text = "a.b*c+(d)[e]{f}^g$h|i?j\\k-é/";
  const quoted = wasm.string("quote", text);
  expect(quoted).toBe("a\\.b\\*c\\+\\(d\\)\\[e\\]\\{f\\}\\^g\\$h\\|i\\?j\\\\k-é/");
  expect(regex(`^${quoted}$`).number("test", text)).toBe(1);
});

it("folds case as Unicode does", () => {
  regex("(?i)^straße-k-σ-Ⅷ$");
  for (const text of ["STRAßE-K-Σ-ⅷ", "straẞe-\u212a-ς-ⅷ"])
    expect([text, wasm.number("test", text)]).toEqual([text, 1]);
  expect(wasm.number("test", "strasse-k-σ-ⅷ")).toBe(0);
  regex("(?i)^[^k]$");
  expect(wasm.number("test", "\u212a")).toBe(0);
});

it("reads a byte that is not UTF-8 as U+FFFD, of one unit", () => {
  expect(regex("^a.b$").string("group", "a\udcffb", 0)).toBe("a\udcffb");
  expect(regex("\\x{fffd}").string("spans", "\udcff\udc80")).toBe("0-1 1-2 ");
  expect(regex("[^a]").string("spans", "a😀\udc80")).toBe("1-3 3-4 ");
});

describe("long texts", () => {
  it.each(SLOW_CASES)("%s takes no exponential time", (pattern, text) => {
    expect(regex(pattern).number("test", `${text}\n`)).toBe(0);
    expect(wasm.string("replaced", `${text}\n`, "z")).toBe(`${text}\n`);
  });

  // Each match depends on all characters behind it. Go takes 10,000 times as long for 100,000 characters as for 1,000.
  it("takes no quadratic time for many matches", () => {
    regex("a.*b|a");
    const work = (size: number): number => {
      const work = wasm.work(() => expect(wasm.number("count", "a".repeat(size), -1)).toBe(size));
      wasm.collect();
      return work;
    };
    expect(work(100_000)).toBeLessThan(11 * work(10_000));
  });

  it.each<[what: string, pattern: string, text: string, template: string]>([
    ["the group is long", "(.*)", "a".repeat(100_000), "$1".repeat(10_000)],
    ["the template is long", "a", "a".repeat(100_000), "b".repeat(100_000)],
    ["there are many parts without text", "(b?)", "a".repeat(100_000), "$1".repeat(10_000)],
    ["there are many names", "(?P<n>a)".repeat(1000), "a".repeat(100_000), "${none}".repeat(10_000)],
    ["there are many groups that do not exist", "a", "a".repeat(100_000), "$9".repeat(10_000)],
  ])("refuses a replacement without an end in sight: %s", (_, pattern, text, template) => {
    const before = wasm.number("memory_size");
    expect(regex(pattern).string("replaced", text, template)).toBe("null");
    if (!template.includes("$")) expect(wasm.string("literal", text, template)).toBe("null");
    wasm.collect();
    // Pages of 64 KiB.
    expect(wasm.number("memory_size") - before).toBeLessThan(4000);
  });

  it("makes a replacement of 16,777,216 characters, but none that is longer", () => {
    regex("a");
    const [part, most] = ["b".repeat(2 ** 14), 2 ** 10];
    expect(wasm.string("literal", "a".repeat(most), part)).toHaveLength(16_777_216);
    wasm.collect();
    expect(wasm.string("literal", "a".repeat(most) + "b", part)).toBe("null");
    wasm.collect();
  });

  it("finds matches at and between the edges of blocks", () => {
    const random = new Random();
    for (let round = 0; round < (NIGHTLY ? 30 : 6); round++) {
      const parts = Array.from({ length: 6000 }, () => random.pick(["a", "b", "ab", "😀", "é", "\n", "aab"]));
      const text = parts
        .join("")
        .slice(0, 4090 + random.below(9000))
        .replace(/[\ud800-\udbff]$/, "");
      for (const pattern of ["a+b", "b(?:a|é)*?😀", "\\bab\\b", "(?m)^a.*$", "[^ab]+", "a(?s:.{30})b"]) {
        const flags = pattern.startsWith("(?m)") ? "gmu" : "gu";
        const own = pattern.replace("(?m)", "").replace("(?s:.{30})", "[^]{30}");
        const expected = [...text.matchAll(new RegExp(own, flags))].map(
          (match) => `${match.index}-${match.index + match[0].length} `,
        );
        if (regex(pattern).string("spans", text) !== expected.join("")) {
          expect([pattern, text, wasm.string("spans", text)]).toEqual([pattern, text, expected.join("")]);
        }
      }
      wasm.collect();
    }
  });

  it("needs memory in proportion to pattern and text", () => {
    const before = wasm.number("memory_size");
    const text = "ab".repeat(50_000);
    for (let round = 0; round < 20; round++) {
      regex("(?:a|b)*a(?:[ab]{900})c|[^a]{500}d");
      expect(wasm.number("test", text)).toBe(0);
      expect(wasm.number("count", text, -1)).toBe(0);
      wasm.collect();
    }
    // Pages of 64 KiB.
    expect(wasm.number("memory_size") - before).toBeLessThan(80);
  });
});
