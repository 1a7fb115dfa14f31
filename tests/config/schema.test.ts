import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, expect, test } from "vitest";
import { NIGHTLY } from "../support/nightly.js";
import { Random } from "../support/random.js";
import { buildConfigClass, type ConfigClassBuild } from "./config-class.js";

// What the schema accepts, the parser accepts, and the other way round.

const SOURCE = `
enum Mode { Fast, /** @value very-safe */ Safe, Odd = 7 }

@config
class Base {
  /** @title Name @required @minLength 1 @maxLength 5 */
  name: string = "";
  /** @deprecated */
  old: bool = false;
}

/** @additionalProperties false */
@config
class Inner {
  i8: i8 = 1;
  u8: u8 = 2;
  /** @minimum 1 @maximum 10 */
  few: i16 = 3;
  /** @exclusiveMinimum 0 @exclusiveMaximum 1 */
  open: f64 = 0.5;
  inner: Inner | null = null;
}

/** Everything. */
@config
class Config extends Base {
  u16: u16 = 3;
  i32: i32 = -4;
  /** @examples 5 @examples 6 */
  u32: u32 = 5;
  i64: i64 = 6;
  u64: u64 = 7;
  size: usize = 8;
  f32: f32 = 1.5;
  /** @minimum -5e38 @maximum 5e38 */
  single: f32 = 1.5;
  /** @minimum -0.5 @maximum 1e3 */
  ratio: f64 = 0;
  /** @pattern ^[a-z-]+$ */
  header: string = "x";
  /** @format ipv4 */
  address: string = "127.0.0.1";
  mode: Mode = Mode.Safe;
  modes: Mode[] = [Mode.Fast];
  /** @minItems 1 @maxItems 3 @uniqueItems @items.minLength 1 */
  keys: string[] = ["k"];
  /** @uniqueItems */
  numbers: f64[] = [];
  matrix: i32[][] = [];
  nullable: Array<string | null> = [];
  inner: Inner = new Inner();
  maybe: Inner | null = null;
  many: Inner[] = [];
  /** @maxProperties 2 @values.maximum 9 */
  counts: Map<string, u8> = new Map();
  byName: Map<string, Inner[]> = new Map();
  any: Json = Json.missing();
  /** @name some-name */
  renamed: bool = true;
  note: string | null = null;
  /** @ignore */
  state: Set<string> = new Set();
}
`;

let built: ConfigClassBuild;
let validate: ValidateFunction;

beforeAll(async () => {
  built = await buildConfigClass(SOURCE);
  const ajv = new Ajv2020({ allErrors: true });
  addFormats.default(ajv);
  validate = ajv.compile(JSON.parse(built.schemas.plugin) as object);
});

const FIELDS = Object.keys({
  ...{
    name: 0,
    old: 0,
    u16: 0,
    i32: 0,
    u32: 0,
    i64: 0,
    u64: 0,
    size: 0,
    f32: 0,
    single: 0,
    ratio: 0,
    header: 0,
    address: 0,
    mode: 0,
  },
  ...{
    modes: 0,
    keys: 0,
    numbers: 0,
    matrix: 0,
    nullable: 0,
    inner: 0,
    maybe: 0,
    many: 0,
    counts: 0,
    byName: 0,
    any: 0,
  },
  ...{ "some-name": 0, note: 0, state: 0, i8: 0, u8: 0, few: 0, open: 0, unknown: 0 },
});
const SCALARS = [
  ...[null, true, false, 0, -0, 1, -1, 2, 9, 10, 11, 127, 128, 255, 256, -128, -129, 32767, 65535, 65536, 2147483647],
  ...[
    2147483648, -2147483648, -2147483649, 4294967295, 4294967296, 9007199254740991, 0.5, -0.5, 1e-7, 1.5, 999.5, 1000.5,
  ],
  ...[3.4028234663852886e38, 3.5e38, 1e300, 5e-324, "", "a", "ab-c", "abcde", "abcdef", "A", "1", "😀", "😀😀😀😀😀😀"],
  ...["Fast", "Safe", "very-safe", "Odd", "127.0.0.1", "1.2.3.256", "01.2.3.4", "é"],
];

function value(random: Random, depth: number): unknown {
  const kind = random.below(depth > 3 ? 5 : 10);
  if (kind < 5) return random.pick(SCALARS);
  if (kind < 7) return Array.from({ length: random.below(5) }, () => value(random, depth + 1));
  return object(random, depth + 1, random.below(3) === 0 ? ["a", "b", "c"] : FIELDS, 4);
}

function object(random: Random, depth: number, keys: readonly string[], most: number): Record<string, unknown> {
  const entries = Array.from({ length: random.below(most) }, () => random.pick(keys));
  return Object.fromEntries(entries.map((key) => [key, likely(random, key, depth)]));
}

/** Often a value of the right type. */
function likely(random: Random, key: string, depth: number): unknown {
  const again = (inner: string) => likely(random, inner, depth + 1);
  const several = (inner: string) => Array.from({ length: random.below(4) }, () => again(inner));
  if (depth > 4 || random.below(6) === 0) return value(random, depth);
  if (/^([iu]\d+|size|few|f32|single|ratio|open)$/.test(key))
    return random.pick(SCALARS.filter((it) => typeof it === "number"));
  if (/^(name|header|address|note|mode)$/.test(key)) return random.pick(SCALARS.filter((it) => typeof it === "string"));
  if (key === "old" || key === "some-name") return random.below(2) === 0;
  if (key === "keys" || key === "nullable") return several("name");
  if (key === "modes") return several("mode");
  if (key === "numbers") return several("ratio");
  if (key === "matrix") return [several("i32"), several("i32")];
  if (key === "many") return several("inner");
  if (key === "inner" || key === "maybe") return object(random, depth, ["i8", "u8", "few", "open", "inner"], 4);
  if (key === "counts") return Object.fromEntries(several("u8").map((it, i) => [`k${i}`, it]));
  if (key === "byName") return Object.fromEntries([several("inner"), several("inner")].map((it, i) => [`k${i}`, it]));
  return value(random, depth);
}

test("the schema and the parser accept the same configurations", () => {
  const random = new Random();
  const count = NIGHTLY ? 1_000_000 : 100_000;
  let accepted = 0;
  for (let i = 0; i < count; i++) {
    const config = object(random, 0, FIELDS, 6);
    if (random.below(4) > 0) config["name"] = "n";
    const text = JSON.stringify(config);
    const message = built.wasm.string("read", text);
    // JSON.parse reads -0 and rounds as the schema's checker does.
    const isValid = validate(JSON.parse(text));
    if (isValid !== (message === "")) {
      expect.fail(`${text}\nparser: ${message || "accepts"}\nschema: ${JSON.stringify(validate.errors)}`);
    }
    if (isValid) accepted++;
    if (i % 1000 === 0) built.wasm.collect();
  }
  expect(accepted).toBeGreaterThan(count / 20);
  expect(accepted).toBeLessThan(count * 0.95);
});
