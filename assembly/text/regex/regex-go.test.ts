import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFolds, encodeRuns, readUnicode } from "../../../scripts/unicode/tables.js";
import { compileAssembly, type Instance } from "../../../tests/support/assembly.js";
import { GoRegexp, type RegexpQuestion, type RegexpResult } from "../../../tests/support/go-regexp.js";
import { NIGHTLY } from "../../../tests/support/nightly.js";
import { Random } from "../../../tests/support/random.js";
import { randomPattern, randomTemplate, randomText } from "../../../tests/support/random-regex.js";
import { surrogateEscape } from "../../../tests/support/surrogate-escape.js";

// The reference is Go's regexp itself.
const go = GoRegexp.build();
if (!go) console.log("Skipping the comparison of Regex with Go's regexp: no go on the PATH");

const PATTERNS = NIGHTLY ? 100_000 : 1000;
const TEXTS = 3;
const BATCH = 500;

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(
    `
    import { Regex } from "./assembly/text/regex";
    import { encodeText } from "./assembly/text/text";
    let regex = new Regex("");
    export function parse(pattern: string): string {
      regex = Regex.parse(pattern);
      const error = regex.error;
      return error === null ? "" : error.message;
    }
    export function test(text: string): bool { return regex.test(text); }
    export function all(text: string): string {
      const matches = regex.findAll(text);
      let out = "";
      for (let i = 0; i < matches.length; i++) {
        for (let group = 0; group <= matches[i].groupCount; group++) {
          out += matches[i].startOf(group).toString() + "," + matches[i].endOf(group).toString() + ",";
        }
        out += ";";
      }
      return out;
    }
    export function count(text: string, limit: i32): i32 { return regex.findAll(text, limit).length; }
    export function replaced(text: string, template: string): ArrayBuffer {
      return encodeText(regex.replaceAll(text, template)!);
    }
    export function literal(text: string, template: string): ArrayBuffer {
      return encodeText(regex.replaceAllLiteral(text, template)!);
    }
    export function split(text: string, limit: i32): string {
      const parts = regex.split(text, limit);
      return parts.length.toString() + ":" + parts.join("|");
    }
    `,
    ["-O2"],
  );
});

afterAll(() => go?.close());

/** Maps byte offsets to indexes of the decoded text. */
function indexes(text: Uint8Array): (offset: number) => number {
  const found = new Map<number, number>([[-1, -1]]);
  let [offset, index] = [0, 0];
  for (const character of surrogateEscape(text)) {
    found.set(offset, index);
    offset += /[\udc80-\udcff]/.test(character) ? 1 : Buffer.byteLength(character);
    index += character.length;
  }
  found.set(offset, index);
  return (offset) => found.get(offset) ?? NaN;
}

/** The results of Go, with texts and indexes as the SDK has them. */
function expected({ cases }: RegexpResult, question: RegexpQuestion): unknown[] {
  return cases.map(({ matches, all, limited, replaced, literal, split }, index) => {
    const { text } = question.cases[index]!;
    const toIndex = indexes(text);
    const decode = (part: string): string => surrogateEscape(Buffer.from(part ?? "", "base64"));
    return {
      matches,
      all: (all ?? []).map((match) => match.map((offset) => `${toIndex(offset)},`).join("") + ";").join(""),
      limited,
      replaced: decode(replaced),
      literal: decode(literal),
      split: `${(split ?? []).length}:${(split ?? []).map(decode).join("|")}`,
    };
  });
}

function actual(question: RegexpQuestion): unknown[] {
  return question.cases.map(({ text, template, limit }) => {
    const [subject, replacement] = [surrogateEscape(text), surrogateEscape(template)];
    return {
      matches: wasm.number("test", subject) === 1,
      all: wasm.string("all", subject),
      limited: wasm.number("count", subject, limit),
      replaced: surrogateEscape(wasm.bytes("replaced", subject, replacement)),
      literal: surrogateEscape(wasm.bytes("literal", subject, replacement)),
      split: wasm.string("split", subject, limit),
    };
  });
}

/** Calls `expect` only for a difference, because there are many cases. Returns whether the pattern is valid. */
function compare(question: RegexpQuestion, result: RegexpResult): boolean {
  const pattern = surrogateEscape(question.pattern);
  const error = wasm.string("parse", pattern);
  if ((error === "") !== (result.error === undefined)) expect([pattern, error]).toEqual([pattern, result.error ?? ""]);
  if (result.error !== undefined) return false;
  const [found, wanted] = [actual(question), expected(result, question)];
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    const texts = question.cases.map(({ text, template }) => [surrogateEscape(text), surrogateEscape(template)]);
    expect({ pattern, texts, results: found }).toEqual({ pattern, texts, results: wanted });
  }
  return true;
}

describe.skipIf(!go)("Regex has the results of Go's regexp", () => {
  it(`for ${PATTERNS} random patterns`, async () => {
    const random = new Random();
    console.log(`regular expressions with RANDOM_SEED=${random.seed}`);
    let valid = 0;
    let matching = 0;
    for (let done = 0; done < PATTERNS; done += BATCH) {
      const questions = Array.from({ length: BATCH }, () => ({
        pattern: Buffer.from(randomPattern(random)),
        cases: Array.from({ length: TEXTS }, () => ({
          text: randomText(random),
          template: Buffer.from(randomTemplate(random)),
          limit: random.below(4) - 1,
        })),
      }));
      const results = await go!.ask(questions);
      for (const [index, question] of questions.entries()) {
        if (compare(question, results[index]!)) valid++;
        matching += results[index]!.cases?.filter(({ matches }) => matches).length ?? 0;
      }
      wasm.collect();
    }
    // Otherwise the patterns or the texts are too simple.
    expect(valid).toBeGreaterThan(PATTERNS / 2);
    expect(matching).toBeGreaterThan(PATTERNS / 2);
  }, 1_200_000);

  it("for texts of many blocks, and more states than the memory has room for", async () => {
    const random = new Random();
    const text = (from: string[], size: number): Uint8Array =>
      Buffer.from(Array.from({ length: size }, () => random.pick(from)).join(""));
    const texts = [text(["a", "b"], 20_000), text(["a", "b", "ab", "é", "😀", "\n", " "], 12_000)];
    const patterns = [
      "(?:a|b)*a(?:a|b){12}c",
      "a[ab]{14}b[ab]{14}a",
      "(a[ab]{13}a)(?:[ab]{40}(b))?",
      "(?s)(a.{9}😀.{9}b)|(é)",
      "(?m)^(.*?)(a+)\\b.*$",
      "([ab]+?)(?:😀|\\z)",
      "(?i)\\bA?(B|É)*\\B",
    ];
    const questions = patterns.map((pattern) => ({
      pattern: Buffer.from(pattern),
      cases: texts.map((one) => ({ text: one, template: Buffer.from("<$1>"), limit: 3 })),
    }));
    const results = await go!.ask(questions);
    for (const [index, question] of questions.entries()) expect(compare(question, results[index]!)).toBe(true);
  });

  it("has the general categories and the simple case folding of Go's unicode", () => {
    const { runs, folds } = readUnicode(go!.unicode());
    const data = readFileSync(new URL("unicode-data.ts", import.meta.url), "utf8");
    const lists = [...data.matchAll(/\[([\d,\s]+)\]/g)].map(([, list]) => list!.split(",").map(Number));
    expect(lists).toEqual([encodeRuns(runs), encodeFolds(folds)]);
  });
});
