import { beforeAll, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../support/assembly.js";
import { NIGHTLY } from "../../support/nightly.js";
import { Random } from "../../support/random.js";
import { GUEST } from "./guest.js";
import { Inputs } from "./inputs.js";
import { findGo, Reference, type Call } from "./reference.js";

// The SDK's helpers for URLs, queries, cookies and addresses return the same as Go's standard library, for random inputs.

const COUNT = NIGHTLY ? 200_000 : 5_000;
const BATCH = 500;
/** The nightly run has other inputs each day. */
const SEED =
  NIGHTLY && process.env["RANDOM_SEED"] === undefined
    ? Number(new Date().toISOString().slice(0, 10).replaceAll("-", ""))
    : undefined;

let wasm: Instance;
beforeAll(async () => {
  wasm = await compileAssembly(GUEST);
});

function pack(texts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    texts.flatMap((text) => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(text.length);
      return [size, text];
    }),
  );
}

function unpack(bytes: Uint8Array): Buffer[] {
  const buffer = Buffer.from(bytes);
  const texts: Buffer[] = [];
  for (let p = 0; p < buffer.length;) {
    const end = p + 4 + buffer.readUInt32LE(p);
    texts.push(buffer.subarray(p + 4, end));
    p = end;
  }
  return texts;
}

function run(call: Call): Buffer[] {
  return unpack(wasm.bytes("run", call.op, pack(call.in)));
}

/** Texts as JSON; bytes that are not UTF-8 as \xNN. */
function shown(texts: readonly Uint8Array[]): string {
  return JSON.stringify(texts.map((text) => Buffer.from(text).toString("latin1")));
}

function outcomeOf(call: Call, result: Buffer[]): string {
  if (call.op === "ipSet") return String(result[0]);
  return result.length === 0 ? "nothing" : "a value";
}

const found = findGo();
if ("missing" in found) {
  console.log(`Skipping the comparison with Go: ${found.missing}`);
  it.skip(`compares with Go: ${found.missing}`, () => {});
} else {
  it("returns the same as Go's standard library", async () => {
    const random = new Random(SEED);
    console.log(`seed ${String(random.seed)}`);
    const inputs = new Inputs(random);
    const go = new Reference(found.go);
    // The test is worthless unless all kinds of calls have both valid and malformed inputs.
    const outcomes = new Set<string>();
    try {
      for (let done = 0; done < COUNT; done += BATCH) {
        const calls = Array.from({ length: BATCH }, () => inputs.call());
        const expected = await go.run(calls);
        for (const [i, call] of calls.entries()) {
          const what = `${call.op} ${shown(call.in)}`;
          const actual = run(call);
          if (shown(actual) !== shown(expected[i]!))
            expect(`${what}: ${shown(actual)}`).toBe(`${what}: ${shown(expected[i]!)}`);
          outcomes.add(`${call.op} ${outcomeOf(call, expected[i]!)}`);
        }
        wasm.collect();
      }
    } finally {
      go.stop();
    }
    expect(outcomes.size).toBe(25);
  });
}

/** The name of a parameter as Go reads it; undefined if a piece of a query is no parameter. Works on latin1. */
function nameOf(piece: string): string | undefined {
  if (piece === "" || piece.includes(";") || /%(?![0-9a-fA-F]{2})/.test(piece)) return undefined;
  const decode = (text: string) =>
    text.replaceAll("+", " ").replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return decode(piece.split("=", 1)[0]!);
}

it("keeps all bytes of a query that a change does not concern", () => {
  const random = new Random(SEED);
  const inputs = new Inputs(random);
  let changed = 0;
  for (let i = 0; i < COUNT; i++) {
    const call = inputs.call();
    if (call.op !== "query") continue;
    const [before, name] = call.in.map((one) => Buffer.from(one).toString("latin1")) as [string, string];
    const [read, set, appended, deleted] = run({ op: "changed", in: call.in }).map((one) => one.toString("latin1")) as [string, string, string, string]; // prettier-ignore
    const pieces = before.split("&");
    const isOther = (piece: string) => nameOf(piece) !== name;
    const what = shown(call.in);
    expect(read, what).toBe(before);
    expect(deleted, what).toBe(pieces.filter(isOther).join("&"));
    const added = /[^&]*$/.exec(appended)![0];
    expect(appended, what).toBe(before === "" || before.endsWith("&") ? before + added : `${before}&${added}`);
    const first = pieces.findIndex((piece) => !isOther(piece));
    const replaced = pieces.map((piece, index) => (index === first ? added : piece));
    expect(set, what).toBe(first < 0 ? appended : replaced.filter((piece, index) => index === first || isOther(piece)).join("&")); // prettier-ignore
    changed++;
    if (changed % 100 === 0) wasm.collect();
  }
  expect(changed).toBeGreaterThan(100);
});

it("reads any bytes without a trap", () => {
  const random = new Random(SEED);
  const inputs = new Inputs(random);
  for (let i = 0; i < COUNT; i++) {
    const call = inputs.call();
    run({ op: call.op, in: call.in.map(() => random.bytes(random.below(40))) });
    if (i % 500 === 0) wasm.collect();
  }
});
