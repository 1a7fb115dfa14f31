import type { Row } from "./rows.js";

const PIECES = [
  ...['{"a":{"b":[1,"2",null,true]}}', '[{"a":1,"b":"x"},{"a":2,"b":"y"}]', '"text"', "1e400", "-0.5e-7", "null"],
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    '"a"',
    '{"a":',
    '"b":',
    "\\",
    "\\u",
    "\\ud83d",
    "\\udcff",
    '\\"',
    "1",
    "-",
    ".5",
  ],
  ...["e", "true", "nul", " ", "\n", "é", "\udcff", "\u{1F600}", "99999999999999999999", '{"a":1}\n', "<", "[1,", "0"],
];
const PATHS = [
  ...[
    "a.b.0",
    "a.b.#",
    "a.b.-1",
    "#.a",
    "#(a==1).b",
    '#(b%"*x*")#.a',
    "a\\.b",
    "@reverse",
    "@this|a",
    "[a,b]",
    "{a,b}",
  ],
  ...[
    "@flatten",
    '@pretty:{"indent":"  "}',
    "..0.a",
    "..#",
    "#(a>1)#|0",
    "!true",
    "@join",
    "@keys",
    "@values",
    "@valid",
  ],
  ...[
    ".",
    "#",
    "(",
    ")",
    "==",
    "!=",
    "%",
    "*",
    "?",
    "|",
    "@",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\\",
    '"',
    ":",
    "a",
    "0",
    "-1",
    "~",
  ],
];
const read = `
  keep(json.string().length + json.i32() + <i32>json.i64() + i32(json.bool()) + i32(isNaN(json.f64())));
  keep(json.typeName().length + json.raw().length + json.bytes().byteLength + json.array().length);`;

export const JSON_ROWS: readonly Row[] = [
  {
    name: "Json",
    code: `
      const json = Json.parse(a);
      ${read}
      const entries: JsonEntry[] = json.entries();
      for (let i = 0; i < entries.length && i < 3; i++) keep(entries[i].key.length + entries[i].value.string().length);
      keep(json.get(b).string().length + json.at(b).string().length);`,
    a: PIECES,
    b: PATHS,
  },
  {
    name: "Json.parseBytes",
    code: `const json = Json.parseBytes(encodeText(a)); ${read} keep(json.get(b).raw().length);`,
    a: PIECES,
    b: PATHS,
  },
  {
    name: "Json.parseLines",
    code: `const json = Json.parseLines(a); ${read} keep(json.get(b).raw().length);`,
    a: PIECES,
    b: PATHS,
  },
  {
    name: "Json.query",
    code: "const json = Json.parse(a).query(b); keep(json.string().length + json.array().length);",
    a: PIECES,
    b: PATHS,
    product: "each part of a path reads the values that it selects",
  },
  {
    name: "Fields",
    code: `
      const fields: Fields = Json.parse(a).fields();
      keep(fields.string(b).length + fields.i32(b, 1, 0, 9) + <i32>fields.i64(b) + i32(isNaN(fields.f64(b))));
      keep(i32(fields.bool(b)) + fields.oneOf(b, "", ["a", b]).length + fields.strings(b).length);
      keep(fields.array(b).length + i32(fields.required(b).has(b)) + fields.object(b).string(b).length);
      const error = fields.error;
      keep(error === null ? 0 : error.message.length);`,
    a: PIECES,
    b: ["a", "b", "", "é", "a.b"],
  },
  ...["set<string>(b, a)", "set<i32>(b, 1)", "setRaw(b, a)", "setNull(b)", "delete(b)", "replace<string>(b, a)"].map(
    (call): Row => ({
      name: `JsonEditor.${call}`,
      code: `
        const edit = JsonEditor.parse(a).${call}.${call};
        keep(edit.text().length + edit.bytes().byteLength + edit.json().raw().length + i32(edit.error !== null));`,
      a: PIECES,
      b: PATHS,
      ...(call.startsWith("replace") ? { product: "as Json.query" } : {}),
    }),
  ),
  {
    name: "JsonWriter",
    code: `
      const out = new JsonWriter();
      for (let i = 0; i < b.length; i++) {
        const c = b.charCodeAt(i) % 8;
        if (c == 0) out.beginObject();
        else if (c == 1) out.endObject();
        else if (c == 2) out.beginArray();
        else if (c == 3) out.endArray();
        else if (c == 4) out.key(i == 5 ? a : "k");
        else if (c == 5) out.string(i < 20 ? a : "s");
        else if (c == 6) out.f64(reinterpret<f64>(bits(a)));
        else if (i < 20) out.raw(Json.parse(a));
      }
      keep(out.toString().length);`,
    a: PIECES,
    b: ["\0", "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "\x07", "\0\x04\x05\x01"],
  },
  { name: "mergeJson", code: "keep(mergeJson(Json.parse(a), Json.parse(b)).raw().length);", a: PIECES },
  { name: "prettyJson", code: "keep(prettyJson(Json.parse(a)).length);", a: PIECES },
  { name: "compactJson", code: "keep(compactJson(Json.parse(a)).length);", a: PIECES },
  { name: "escapeHtml", code: "keep(escapeHtml(a).length);", a: [...PIECES, "&", ">", "\u2028", "\u2029"] },
  {
    name: "Json.erase",
    code: "const json = Json.parse(a).copy(); json.erase(b); keep(json.raw().length);",
    a: PIECES,
    b: ["a", "b", ""],
  },
];
