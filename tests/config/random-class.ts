import type { Random } from "../support/random.js";

/** A configuration class with random fields, and random configurations for it. */
export interface RandomClass {
  /** The source of the class `Config` and of what it refers to. */
  source: string;
  /** A JSON text. Most values are of the right type, and many are at a limit. */
  document(): string;
  /** The same with rules, beside a global configuration or alone. */
  documentWithRules(): string;
}

interface Type {
  /** As it is written, without `| null`. */
  source: string;
  initial: string;
  tags: string[];
  nullable?: boolean;
  value(depth: number): string;
}

interface Field {
  key: string;
  type: Type;
  required: boolean;
}

const INTEGERS: Record<string, [low: bigint, high: bigint]> = {
  ...{ i8: [-128n, 127n], u8: [0n, 255n], i16: [-32768n, 32767n], u16: [0n, 65535n] },
  ...{ i32: [-(2n ** 31n), 2n ** 31n - 1n], u32: [0n, 2n ** 32n - 1n], usize: [0n, 2n ** 32n - 1n] },
  // JavaScript rounds integers beyond 2⁵³.
  ...{ i64: [-(2n ** 53n), 2n ** 53n], u64: [0n, 2n ** 53n] },
};
const FLOATS = [
  ...["0", "-0", "0.1", "1e3", "1E3", "1000.5", "1e-7", "-1.5", "-1.5000001", "16777217", "3.4e38", "3.5e38", "1e300"],
  ...["1e308", "1e400", "-1e400", "5e-324", "1e-400", "100", "1e2", "3.4028235e38", "1e9", "0.099999999999999999"],
];
/** Patterns, and texts that match them or nearly do. */
const PATTERNS: [pattern: string, texts: string[]][] = [
  ["^[a-z-]+$", ["a", "-", "", "A"]],
  ["\\p{Lu}", ["É", "é", "A", "Ω", "😀"]],
  ["^.{2,3}$", ["a", "ab", "😀😀", "😀", "\n\n", "abcd", "\ud800\ud800"]],
  ["^[^\\s]*$", ["", " ", "\u00a0", "\ufeff", "x\u2028", "é"]],
  ["[\\u{1F600}-\\u{1F64F}]", ["😀", "😅", "x", "\ud83d"]],
  ["^(?:[^\\x00-\\x1f]|\\t)*$", ["\t", "\n", "\0", "a", "\u007f"]],
  ["\\P{ASCII}", ["a", "é", "\u007f", "\u0080"]],
  ["^a|b$", ["ax", "xb", "x", ""]],
  ["^[\\d.]{1,3}$", ["1.2", "٣", "1234"]],
  ["\\ud83d\\ude00", ["😀", "\ud83d", "\ude00"]],
  ["^$", ["", "\n"]],
  ["^é+$", ["é", "e\u0301"]],
  ["\\\\", ["\\", "a"]],
];
const FORMATS: Record<string, string[]> = {
  date: ["2024-02-29", "2023-02-29"],
  "date-time": ["2024-01-01T00:00:00Z", "2024-01-01T24:00:00Z"],
  email: ["a@b.c", "a@b"],
  hostname: ["a", "a.", "-a", "A.b", "a".repeat(64)],
  ipv4: ["1.2.3.4", "01.2.3.4"],
  ipv6: ["::1", "1::2::3", "::1.2.3.4"],
  uri: ["http://a/", "a", "http://é/"],
  uuid: ["123e4567-e89b-12d3-a456-426614174000", "x"],
};
const TEXTS = ["", "a", "abc", "😀", "é", "null", "1", "a\0b", "\ud800", "long".repeat(20), '"', "\\"];
const MEMBERS = ["B", "very-safe", "é", 'q"x', "a b"];
const KEYS = ["a-b", "some name", "é", "a.b", "$id", "1", "default"];
const ANYTHING = [
  ...["null", "true", "0", "-1", "1.5", '""', '"a"', "[]", "{}", "[null]", "[[]]", '{"a":1}', "1e400", "[{}]", "-0"],
];

/** Makes a class. The same random numbers make the same class. */
export function randomClass(random: Random): RandomClass {
  const often = (percent: number) => random.below(100) < percent;
  const several = <T>(most: number, make: (index: number) => T) =>
    Array.from({ length: random.below(most + 1) }, (_, index) => make(index));
  const quote = (text: string) => {
    const quoted = JSON.stringify(text);
    return often(10) && /^"\w+"$/.test(quoted) ? `"\\u00${text.charCodeAt(0).toString(16)}${quoted.slice(2)}` : quoted;
  };
  const enums = several(2, () => ["A", ...MEMBERS.filter(() => often(50))]);
  const classes: { source: string; fields: Field[] }[] = [];

  function integer(): Type {
    const source = random.pick(Object.keys(INTEGERS));
    let [low, high] = INTEGERS[source]!;
    const tags: string[] = [];
    const bound = BigInt(random.below(100));
    if (often(40)) tags.push(`minimum ${(low = bound)}`);
    else if (often(20)) tags.push(`exclusiveMinimum ${(low = bound) - 1n}`);
    if (often(40)) tags.push(`maximum ${(high = bound + 20n)}`);
    else if (often(20)) tags.push(`exclusiveMaximum ${(high = bound) + 1n}`);
    const values = [low, high, low - 1n, high + 1n, 0n, 1n, -1n, high / 2n].filter((it) => it <= 2n ** 53n);
    const value = () => {
      const text = String(random.pick(values));
      const same = text === "0" ? [text, "-0", "0e5"] : [text, `${text}.0`, `${text}e0`, `${text}00e-2`];
      return often(70) ? text : random.pick(text.length < 7 ? [...same, `${text}.5`] : same);
    };
    return { source, initial: low > 0n ? String(low) : "0", tags, value };
  }

  function float(): Type {
    const tags = [
      ...(often(40)
        ? [`${random.pick(["minimum", "exclusiveMinimum"])} ${random.pick(["0", "-1.5", "0.1", "1e-7"])}`]
        : []),
      ...(often(40)
        ? [`${random.pick(["maximum", "exclusiveMaximum"])} ${random.pick(["1e9", "3.5e38", "1e300", "1000.5"])}`]
        : []),
    ];
    return { source: random.pick(["f32", "f64"]), initial: "0", tags, value: () => random.pick(FLOATS) };
  }

  function text(): Type {
    let texts = TEXTS;
    const tags: string[] = [];
    if (often(30)) {
      const format = random.pick(Object.keys(FORMATS));
      texts = FORMATS[format]!;
      tags.push(`format ${format}`);
    } else if (often(50)) {
      const [pattern, matches] = random.pick(PATTERNS);
      texts = matches;
      tags.push(`pattern ${pattern}`);
    }
    if (often(30)) tags.push(`minLength ${random.below(3)}`);
    if (often(30)) tags.push(`maxLength ${2 + random.below(4)}`);
    const value = () => quote(random.pick(often(80) ? texts : TEXTS));
    return { source: "string", initial: '""', tags, value };
  }

  function list(depth: number): Type {
    const of = any(depth + 1);
    const tags = of.tags.map((tag) => `items.${tag}`);
    if (often(30)) tags.push(`minItems ${random.below(2)}`);
    if (often(30)) tags.push(`maxItems ${1 + random.below(3)}`);
    if (often(40) && !/[A-Z<]/.test(of.source.replace(/^E\d/, "")))
      tags.push(`uniqueItems${random.pick(["", " false"])}`);
    const value = (at: number) => `[${several(at > 3 ? 1 : 3, () => valueOf(of, at + 1)).join()}]`;
    return { source: `Array<${written(of)}>`, initial: "[]", tags, value };
  }

  function map(depth: number): Type {
    const of = any(depth + 1);
    const tags = of.tags.map((tag) => `values.${tag}`);
    if (often(30)) tags.push(`minProperties ${random.below(2)}`);
    if (often(30)) tags.push(`maxProperties ${1 + random.below(3)}`);
    const key = (i: number) => quote(random.pick(["a", "é", "", "__proto__", "a.b", "_rules_"]) + String(i));
    const value = (at: number) => `{${several(at > 3 ? 1 : 3, (i) => `${key(i)}:${valueOf(of, at + 1)}`).join()}}`;
    return { source: `Map<string, ${written(of)}>`, initial: "new Map()", tags, value };
  }

  function any(depth: number): Type {
    const kind = random.below(depth > 2 ? 5 : 9);
    if (kind < 2) return integer();
    if (kind === 2) return float();
    if (kind === 3 && enums.length > 0) {
      const index = random.below(enums.length);
      const value = () => quote(random.pick(often(90) ? enums[index]! : ["x", "a"]));
      return { source: `E${index}`, initial: `E${index}.A`, tags: [], value };
    }
    if (kind === 4 && often(50)) return { source: "bool", initial: "true", tags: [], value: () => String(often(50)) };
    const nullable = often(20);
    const index = random.below(classes.length);
    if (kind === 5 && classes.length > 0)
      return {
        source: `C${index}`,
        initial: `new C${index}()`,
        tags: [],
        nullable,
        value: (at) => object(index, at + 1),
      };
    if (kind === 6) return { ...list(depth), nullable };
    if (kind === 7) return { ...map(depth), nullable };
    if (kind === 8) return { source: "Json", initial: "Json.missing()", tags: [], value: () => random.pick(ANYTHING) };
    return { ...text(), nullable };
  }

  const written = ({ source, nullable }: Type) => (nullable ? `${source} | null` : source);

  function valueOf(type: Type, depth: number): string {
    if (often(4)) return random.pick(ANYTHING);
    return type.nullable && often(15) ? "null" : type.value(depth);
  }

  function object(index: number, depth: number, first: string[] = []): string {
    const members = classes[index]!.fields.filter(({ required }) =>
      required ? often(96) : often(depth > 3 ? 20 : 45),
    ).map(({ key, type }) => `${quote(key)}:${often(3) ? "null" : valueOf(type, depth)}`);
    if (often(4)) members.push(`"unknown":${random.pick(ANYTHING)}`);
    return `{${[...first, ...members].join()}}`;
  }

  function addClass(index: number, name: string): void {
    const base = often(25) ? classes[index - 1] : undefined;
    const fields = [...(base?.fields ?? [])];
    const lines = several(name === "Config" ? 9 : 4, (i) => {
      const type = any(0);
      const required = often(15);
      const other = random.pick(KEYS);
      const key = often(20) && !fields.some((field) => field.key === other) ? other : `f${index}_${i}`;
      fields.push({ key, type, required });
      const tags = [...type.tags, `name ${key}`, ...(required ? ["required"] : [])].map((tag) => `@${tag}\n`);
      return `/**\n${tags.join("")}*/\nf${index}_${i}: ${written(type)} = ${type.nullable ? "null" : type.initial};\n`;
    });
    const closed = often(30) ? "/** @additionalProperties false */\n" : "";
    const extended = base ? ` extends C${index - 1}` : "";
    classes.push({ source: `${closed}@config\nclass ${name}${extended} {\n${lines.join("")}}\n`, fields });
  }

  const count = random.below(4);
  for (let i = 0; i <= count; i++) addClass(i, i === count ? "Config" : `C${i}`);
  const members = (names: string[]) => names.map((it, i) => (i === 0 ? it : `/** @value ${it} */ M${i}`)).join(", ");
  const document = () => object(count, 0);
  return {
    source: [...enums.map((it, i) => `enum E${i} { ${members(it)} }\n`), ...classes.map(({ source }) => source)].join(
      "",
    ),
    document,
    documentWithRules: () => {
      const rules = several(2, () => object(count, 0, ['"_match_route_":["a"]']));
      const global = often(50) ? document().slice(1, -1) : "";
      return `{${global}${global === "" ? "" : ","}"_rules_":[${rules.join()}]}`;
    },
  };
}
