/** A configuration that is valid except for the fields in `text`. */
const validExcept = (text: string) => `{"content":"x",${text}}`;
const notJson = (why: string) => `not valid JSON: ${why}`;
const PROTOBUF = "(a protobuf message? use google.protobuf.StringValue, not Struct)";
const capacity = (got: string) => `capacity: expected integer from 1 to 100, got ${got}`;
const id = (got: string) => `id: expected integer from -9223372036854775808 to 9223372036854775807, got ${got}`;
const ratio = (got: string) => `ratio: expected number from 0 to 1, got ${got}`;

/** Configurations for tests/plugins/strict, each with the reason that the plugin logs. The reasons are written by hand. */
export const BAD_CONFIGURATIONS: [name: string, configuration: string | Uint8Array, why: string][] = [
  // Cut off.
  ["an empty configuration", "", "content: required, but absent"],
  ["a space", " ", notJson("unexpected end at byte 1")],
  ["spaces and line breaks", " \n\t\r ", notJson("unexpected end at byte 5")],
  ["an open brace", "{", notJson("unexpected end at byte 1")],
  ["an open key", '{"content', notJson("unexpected end at byte 9")],
  ["a key without a value", '{"content":', notJson("unexpected end at byte 11")],
  ["an open string", '{"content":"x', notJson("unexpected end at byte 13")],
  ["a missing closing brace", '{"content":"x"', notJson("unexpected end at byte 14")],
  ["a literal cut off", '{"content":tru', notJson("unexpected end at byte 14")],
  ["a number cut off", '{"ratio":0.', notJson("unexpected end at byte 11")],
  ["an exponent cut off", '{"ratio":1e', notJson("unexpected end at byte 11")],
  ["only a minus sign", '{"ratio":-', notJson("unexpected end at byte 10")],
  ["an open array", '{"keys":["a",', notJson("unexpected end at byte 13")],

  // Not JSON.
  ["single quotes", "{'content':'x'}", notJson(`unexpected character "'" at byte 1`)],
  ["a key without quotes", '{content:"x"}', notJson('unexpected character "c" at byte 1')],
  ["a trailing comma in an object", '{"content":"x",}', notJson('unexpected character "}" at byte 15')],
  ["a trailing comma in an array", validExcept('"keys":["a",]'), notJson('unexpected character "]" at byte 27')],
  ["two commas", '{"content":"x",,"id":1}', notJson('unexpected character "," at byte 15')],
  ["no comma", '{"content":"x" "id":1}', notJson('unexpected character """ at byte 15')],
  ["no colon", '{"content" "x"}', notJson('unexpected character """ at byte 11')],
  ["a comment", '{"content":"x"} // why', notJson("trailing data at byte 16")],
  ["two values", '{"content":"x"}{}', notJson("trailing data at byte 15")],
  ["one closing brace too many", '{"content":"x"}}', notJson("trailing data at byte 15")],
  ["a mismatched bracket", '{"keys":["a"}', notJson('unexpected character "}" at byte 12')],
  ["YAML", "content: x", notJson('unexpected character "c" at byte 0')],
  ["a byte order mark", '\ufeff{"content":"x"}', notJson("unexpected character at byte 0")],
  ["True with a capital letter", validExcept('"enabled":True'), notJson('unexpected character "T" at byte 25')],
  ["a misspelled null", validExcept('"enabled":nul1'), notJson('unexpected character "1" at byte 28')],
  ["NaN", validExcept('"ratio":NaN'), notJson('unexpected character "N" at byte 23')],
  ["Infinity", validExcept('"ratio":Infinity'), notJson('unexpected character "I" at byte 23')],
  ["-Infinity", validExcept('"ratio":-Infinity'), notJson("invalid number at byte 24")],
  ["a leading zero", validExcept('"capacity":01'), notJson("invalid number at byte 27")],
  ["a plus sign", validExcept('"capacity":+1'), notJson('unexpected character "+" at byte 26')],
  ["a hexadecimal number", validExcept('"capacity":0x10'), notJson('unexpected character "x" at byte 27')],
  ["a number that begins with a dot", validExcept('"ratio":.5'), notJson('unexpected character "." at byte 23')],
  ["a number that ends with a dot", validExcept('"ratio":1.'), notJson("invalid number at byte 25")],
  ["an exponent without digits", validExcept('"ratio":1e+'), notJson("invalid number at byte 26")],

  // Strings.
  ["an unknown escape", '{"content":"\\q"}', notJson("invalid string at byte 12")],
  ["a short \\u escape", '{"content":"\\u12"}', notJson("invalid string at byte 12")],
  ["a \\u escape with a letter", '{"content":"\\uZZZZ"}', notJson("invalid string at byte 12")],
  ["a \\x escape", '{"content":"\\x41"}', notJson("invalid string at byte 12")],
  ["a raw line break", '{"content":"a\nb"}', notJson("invalid string at byte 13")],
  ["a raw tab", '{"content":"a\tb"}', notJson("invalid string at byte 13")],
  ["a raw NUL", '{"content":"a\0b"}', notJson("invalid string at byte 13")],
  ["a lone surrogate in a key, and a missing field", '{"\\ud800":1}', "content: required, but absent"],
  [
    "a lone surrogate for a field with a fixed set of values",
    validExcept('"mode":"\\udc00"'),
    'mode: expected "fast" or "safe", got "\\udc00"',
  ],
  [
    "a byte that is not UTF-8 outside a string",
    Buffer.from([0x7b, 0xff, 0x7d]),
    notJson("unexpected character at byte 1"),
  ],
  ["a NUL after the value", '{"content":"x"}\0', notJson("trailing data at byte 15")],

  // A google.protobuf.Struct and other messages: Envoy passes their bytes to the plugin.
  ...[
    ["a Struct", "0a0e0a07636f6e74656e7412031a0178", "unexpected character at byte 1"],
    [
      "a Struct of two fields",
      "0a0e0a07636f6e74656e7412031a01780a0d0a07656e61626c656412022001",
      "unexpected character at byte 1",
    ],
    ["a Value", "2a100a0e0a07636f6e74656e7412031a0178", 'unexpected character "*" at byte 0'],
    ["a BoolValue", "0801", "unexpected character at byte 0"],
  ].map(([name, hex, why]): [string, Uint8Array, string] => [
    name!,
    Buffer.from(hex!, "hex"),
    notJson(`${why} ${PROTOBUF}`),
  ]),

  // Depth and size.
  ["257 nested arrays", "[".repeat(257), notJson("nesting deeper than 256 at byte 256")],
  ["100,000 nested arrays", "[".repeat(100_000), notJson("nesting deeper than 256 at byte 256")],
  ["100,000 nested objects", '{"a":'.repeat(100_000), notJson("nesting deeper than 256 at byte 1280")],
  [
    "an integer of a million digits",
    validExcept(`"capacity":${"9".repeat(1_000_000)}`),
    capacity(`${"9".repeat(40)}…`),
  ],
  [
    "a megabyte of text, then the end",
    `{"content":"${"x".repeat(1_000_000)}`,
    notJson("unexpected end at byte 1000012"),
  ],

  // The wrong type.
  ["an array", "[]", "expected object, got array"],
  ["a number", "3", "expected object, got 3"],
  ["a string", '"content"', 'expected object, got "content"'],
  ["true", "true", "expected object, got true"],
  ["null for a required field", '{"content":null}', "content: required, but absent"],
  ["a number for a string", '{"content":1}', "content: expected string, got 1"],
  ["an object for a string", '{"content":{}}', "content: expected string, got object"],
  ["an array for a string", '{"content":["x"]}', "content: expected string, got array"],
  ["a string for a bool", validExcept('"enabled":"true"'), 'enabled: expected boolean, got "true"'],
  ["a number for a bool", validExcept('"enabled":1'), "enabled: expected boolean, got 1"],
  ["a string for an integer", validExcept('"capacity":"5"'), capacity('"5"')],
  ["a bool for an integer", validExcept('"capacity":true'), capacity("true")],
  ["a fraction for an integer", validExcept('"capacity":1.5'), capacity("1.5")],
  ["a string for an array", validExcept('"keys":"a"'), 'keys: expected array, got "a"'],
  ["a number in an array of strings", validExcept('"keys":["a",2]'), "keys[1]: expected string, got 2"],
  ["null in an array of strings", validExcept('"keys":[null]'), "keys[0]: expected string, got null"],
  ["an array for an object", validExcept('"limit":[]'), "limit: expected object, got array"],
  ["a string in an array of objects", validExcept('"rules":[{"name":"a"},"b"]'), 'rules[1]: expected object, got "b"'],

  // Out of range.
  ["an integer that is too small", validExcept('"capacity":0'), capacity("0")],
  ["an integer that is too large", validExcept('"capacity":101'), capacity("101")],
  ["a negative integer", validExcept('"capacity":-1'), capacity("-1")],
  ["an integer just above 64 bits", validExcept('"id":9223372036854775808'), id("9223372036854775808")],
  ["an integer just below 64 bits", validExcept('"id":-9223372036854775809'), id("-9223372036854775809")],
  ["an integer with a huge exponent", validExcept('"id":1e400'), id("1e400")],
  ["an integer with a huge negative exponent", validExcept('"capacity":1e-400'), capacity("1e-400")],
  ["a double beyond its range", validExcept('"ratio":1e400'), ratio("1e400")],
  ["a double above its limit", validExcept('"ratio":1.0000001'), ratio("1.0000001")],
  ["a value that is not allowed", validExcept('"mode":"slow"'), 'mode: expected "fast" or "safe", got "slow"'],
  [
    "a nested integer out of range",
    validExcept('"limit":{"burst":11}'),
    "limit.burst: expected integer from 1 to 10, got 11",
  ],
  [
    "a nested field of the wrong type",
    validExcept('"limit":{"burst":"1"}'),
    'limit.burst: expected integer from 1 to 10, got "1"',
  ],
  [
    "a nested required field that is absent",
    validExcept('"rules":[{"name":"a"},{}]'),
    "rules[1].name: required, but absent",
  ],

  // Duplicate keys.
  ["a duplicate key", '{"content":"x","content":"y"}', "content: duplicate key"],
  ["a duplicate key, once with an escape", '{"content":"x","c\\u006fntent":"x"}', "content: duplicate key"],
  ["a nested duplicate key", validExcept('"limit":{"burst":1,"burst":1}'), "limit.burst: duplicate key"],
];
