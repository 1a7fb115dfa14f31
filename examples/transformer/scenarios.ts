import type { HeaderToSend } from "../../tests/support/http-request.js";
import type { ExpectedHeaders, RequestStep, Scenario, UpdateStep } from "../../tests/scenarios/scenario.js";

const plugin = "transformer";
/** A gateway that holds headers until the body has arrived. */
const HOLDS = { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true };

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const MULTIPART_TYPE = "multipart/form-data; boundary=b";

type Item = Record<string, unknown>;
/** A rule for one kind. */
const rule = (operate: string, kind: string, items: Item[], mapSource?: string) => ({
  ...{ operate, [kind]: items },
  ...(mapSource === undefined ? {} : { mapSource }),
});

const sends = (headers: HeaderToSend[], expected: ExpectedHeaders): RequestStep => ({
  headers,
  expect: { status: 200, upstream: { headers: expected } },
});
const asks = (target: string, expected: string, headers: HeaderToSend[] = []): RequestStep => ({
  ...{ target, headers },
  expect: { status: 200, upstream: { target: expected } },
});
const posts = (type: string, body: string | Uint8Array, expected: string | Uint8Array | RegExp): RequestStep => ({
  ...{ headers: [["content-type", type]], body },
  expect: { status: 200, upstream: { body: expected } },
});
const json = (body: unknown, expected: string) => posts(JSON_TYPE, JSON.stringify(body), expected);
const form = (body: string, expected: string) => posts(FORM_TYPE, body, expected);

/** The upstream sends a response. */
const gets = (headers: HeaderToSend[], body: string, expect: RequestStep["expect"]): RequestStep => ({
  headers: [["x-answer", JSON.stringify({ status: 200, headers, body })]],
  expect: { status: 200, ...expect },
});

const part = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const multipart = (...fields: [string, string][]) =>
  `${fields.map(([name, value]) => part(name, value)).join("")}--b--\r\n`;
const FILE = Buffer.concat([
  Buffer.from('--b\r\nContent-Disposition: form-data; name="a"; filename="a.bin"\r\nContent-Type: image/png\r\n\r\n'),
  Buffer.from([0, 0xff, 0x0d, 0x0a, 0x2d, 0x2d, 0x62, 0x78]),
  Buffer.from("\r\n"),
]);
const END = Buffer.from("--b--\r\n");

type Pairs = [name: string, value: string][];

/** For each operation: its items, the names and values that arrive, and those that are left, as a query. */
const OPERATIONS: [operate: string, items: Item[], before: string, after: string][] = [
  ["remove", [{ key: "a" }, { key: "none" }], "a=1&b=2&a=3", "b=2"],
  [
    "rename",
    [
      { oldKey: "a", newKey: "c" },
      { oldKey: "none", newKey: "b" },
    ],
    "a=1&a=2&b=3",
    "b=3&c=1&c=2",
  ],
  ["rename", [{ oldKey: "a", newKey: "b" }], "a=1&b=2", "b=2&b=1"],
  ["replace", [{ key: "a", newValue: "9" }, { key: "c", newValue: 8 }], "a=1&a=2&b=3", "a=9&b=3&c=8"], // prettier-ignore
  ["add", [{ key: "a", value: "9" }, { key: "c", value: "8" }], "a=1", "a=1&c=8"], // prettier-ignore
  [
    "append",
    [
      { key: "a", appendValue: "9" },
      { key: "c", appendValue: "8" },
    ],
    "a=1",
    "a=1&a=9&c=8",
  ],
  [
    "map",
    [
      { fromKey: "a", toKey: "b" },
      { fromKey: "none", toKey: "a" },
    ],
    "a=1&a=2&b=3",
    "a=1&a=2&b=1&b=2",
  ],
  ["dedupe", [{ key: "a" }, { key: "none" }], "a=1&a=2&a=1", "a=1"],
  ["dedupe", [{ key: "a", strategy: "RETAIN_FIRST" }], "a=1&a=2&a=1", "a=1"],
  ["dedupe", [{ key: "a", strategy: "retain_last" }], "a=1&a=2", "a=2"],
  ["dedupe", [{ key: "a", strategy: "RETAIN_UNIQUE" }], "a=1&a=2&a=2&a=1", "a=1&a=2"],
  ["dedupe", [{ key: "a", strategy: "SPLIT_AND_RETAIN_FIRST" }], "a=x%2Cy&a=z", "a=x"],
  ["dedupe", [{ key: "a", strategy: "SPLIT_AND_RETAIN_LAST" }], "a=x%2Cy&a=z", "a=y"],
  // The items of one rule run in their order.
  ["append", [{ key: "a", appendValue: "1" }, { key: "a", appendValue: "2" }], "a=0", "a=0&a=1&a=2"], // prettier-ignore
];

/** Each operation on each kind that has names and values. */
const operations = OPERATIONS.flatMap(([operate, items, before, after]): Scenario[] => {
  const title = `${operate} ${JSON.stringify(items)}`;
  const sent: Pairs = [...new URLSearchParams(before)];
  const left: Pairs = [...new URLSearchParams(after)];
  const name = (key: unknown) => `X-${String(key)}`;
  const headerItems = items.map((item) =>
    Object.fromEntries(
      Object.entries(item).map(([field, value]) => [field, /key$/i.test(field) ? name(value) : value]),
    ),
  );
  const headers: HeaderToSend[] = sent.map(([key, value]) => [name(key).toUpperCase(), value]);
  const expected = Object.fromEntries(
    ["a", "b", "c"].map((key) => {
      const values = left.filter(([other]) => other === key).map(([, value]) => value);
      return [name(key).toLowerCase(), values.length === 0 ? null : values];
    }),
  );
  const parts = left.map((pair) => part(...pair)).join("");
  return [
    {
      ...{ name: `headers: ${title}`, plugin, config: { reqRules: [rule(operate, "headers", headerItems)] } },
      steps: [sends(headers, expected)],
    },
    {
      ...{ name: `response headers: ${title}`, plugin, config: { respRules: [rule(operate, "headers", headerItems)] } },
      steps: [gets(headers, "hello", { headers: expected, body: "hello" })],
    },
    {
      ...{ name: `querys: ${title}`, plugin, config: { reqRules: [rule(operate, "querys", items)] } },
      steps: [asks(`/p?${before}`, `/p?${after}`)],
    },
    {
      ...{ name: `forms: ${title}`, plugin, config: { reqRules: [rule(operate.toUpperCase(), "body", items)] } },
      steps: [
        form(before, after),
        posts(MULTIPART_TYPE, multipart(...sent), multipart(...left)),
        posts(
          MULTIPART_TYPE,
          Buffer.concat([FILE, Buffer.from(multipart(...sent))]),
          Buffer.concat([Buffer.from(parts), FILE, END]),
        ),
      ],
    },
  ];
});

/** For each operation: its items, the JSON that arrives, and the text that is left. */
const ON_JSON: [operate: string, items: Item[], before: unknown, after: string][] = [
  ["remove", [{ key: "a" }, { key: "b.1" }, { key: "none" }], { a: 1, b: [1, 2, 3] }, '{\n  "b": [1, 3]\n}\n'],
  ["rename", [{ oldKey: "a", newKey: "b.c" }], { a: { z: 1, y: "é" } }, '{\n  "b": {\n    "c": {\n      "y": "é",\n      "z": 1\n    }\n  }\n}\n'], // prettier-ignore
  ["rename", [{ oldKey: "none", newKey: "a" }], { b: null }, '{\n  "b": null\n}\n'],
  ["rename", [{ oldKey: "users.0.123", newKey: "users.0.msg" }], { users: [{ 123: "m" }] }, '{\n  "users": [\n    {\n      "msg": "m"\n    }\n  ]\n}\n'], // prettier-ignore
  ["replace", [{ key: "a", newValue: "x" }, { key: "b", newValue: 2 }], { a: [1] }, '{\n  "a": "x",\n  "b": "2"\n}\n'], // prettier-ignore
  ["replace", [{ key: "a", newValue: "1.50", value_type: "number" }], {}, '{\n  "a": 1.5\n}\n'],
  ["replace", [{ key: "a", newValue: 10, value_type: "Number" }], {}, '{\n  "a": 10\n}\n'],
  ["replace", [{ key: "a", newValue: "T", value_type: "boolean" }], {}, '{\n  "a": true\n}\n'],
  ["replace", [{ key: "a", newValue: '{"y":[1, 2],"x":null}', value_type: "object" }], {}, '{\n  "a": {\n    "x": null,\n    "y": [1, 2]\n  }\n}\n'], // prettier-ignore
  ["replace", [{ key: "a.b", newValue: "x" }, { key: "a\\.b", newValue: "y" }], {}, '{\n  "a": {\n    "b": "x"\n  },\n  "a.b": "y"\n}\n'], // prettier-ignore
  ["replace", [{ key: "a.#.b", newValue: 1, value_type: "number" }], { a: [{ b: 0 }, { c: 0 }] }, '{\n  "a": [\n    {\n      "b": 1\n    },\n    {\n      "c": 0\n    }\n  ]\n}\n'], // prettier-ignore
  [
    "add",
    [
      { key: "a", value: "x" },
      { key: "b", value: "y" },
    ],
    { a: null },
    '{\n  "a": null,\n  "b": "y"\n}\n',
  ],
  ["append", [{ key: "a", appendValue: "y" }], {}, '{\n  "a": "y"\n}\n'],
  ["append", [{ key: "a", appendValue: "y" }], { a: [] }, '{\n  "a": ["y"]\n}\n'],
  ["append", [{ key: "a", appendValue: "y" }], { a: ["x", 1] }, '{\n  "a": ["x", 1, "y"]\n}\n'],
  ["append", [{ key: "a", appendValue: "2", value_type: "number" }], { a: 1 }, '{\n  "a": [1, 2]\n}\n'],
  ["append", [{ key: "a", appendValue: "y" }], { a: null }, '{\n  "a": [null, "y"]\n}\n'],
  ["map", [{ fromKey: "a.#(x>1).y", toKey: "b" }, { fromKey: "none", toKey: "c" }], { a: [{ x: 1 }, { x: 2, y: true }] }, '{\n  "a": [\n    {\n      "x": 1\n    },\n    {\n      "x": 2,\n      "y": true\n    }\n  ],\n  "b": true\n}\n'], // prettier-ignore
  ["dedupe", [{ key: "a" }], { a: ["x", "y"] }, '{\n  "a": "x"\n}\n'],
  ["dedupe", [{ key: "a", strategy: "RETAIN_FIRST" }], { a: ["x", "y"] }, '{\n  "a": "x"\n}\n'],
  ["dedupe", [{ key: "a", strategy: "RETAIN_LAST" }], { a: ["x", { b: 1 }] }, '{\n  "a": {\n    "b": 1\n  }\n}\n'],
  ["dedupe", [{ key: "a", strategy: "RETAIN_LAST" }], { a: ["x", null] }, '{\n  "a": ["x", null]\n}\n'],
  ["dedupe", [{ key: "a", strategy: "RETAIN_UNIQUE" }], { a: [1, 2, "1", 2] }, '{\n  "a": [1, 2]\n}\n'],
  ["dedupe", [{ key: "a", strategy: "RETAIN_UNIQUE" }], { a: ["x", "x"] }, '{\n  "a": "x"\n}\n'],
  ["dedupe", [{ key: "a", strategy: "SPLIT_AND_RETAIN_FIRST" }], { a: ["x,y", "z"] }, '{\n  "a": "x"\n}\n'],
  ["dedupe", [{ key: "a", strategy: "SPLIT_AND_RETAIN_LAST" }], { a: ["x,y", "z"] }, '{\n  "a": "y"\n}\n'],
  ["dedupe", [{ key: "a" }], { a: "x,y" }, '{\n  "a": "x,y"\n}\n'],
  ["dedupe", [{ key: "a" }], { a: [] }, '{\n  "a": []\n}\n'],
];

const operationsOnJson = ON_JSON.map(([operate, items, before, after]): Scenario => ({
  name: `JSON bodies: ${operate} ${JSON.stringify(items)} in ${JSON.stringify(before)}`,
  plugin,
  config: { reqRules: [rule(operate, "body", items)], respRules: [rule(operate, "body", items)] },
  steps: [
    json(before, after),
    gets([["content-type", "Application/JSON; charset=utf-8"]], JSON.stringify(before), { body: after }),
  ],
}));

const mapTo = (kind: string, fromKey: string, toKey: string, mapSource: string) =>
  rule("map", kind, [{ fromKey, toKey }], mapSource);

/** `map` from each source to each kind. */
const sources: Scenario[] = [
  {
    ...{ name: "maps headers and querys to each kind", plugin },
    config: {
      reqRules: [
        mapTo("querys", "X-A", "h", "headers"),
        mapTo("headers", "q", "X-Q", "querys"),
        mapTo("body", "X-a", "h", "headers"),
        mapTo("body", "q", "q", "querys"),
      ],
    },
    steps: [
      {
        ...{ target: "/?q=1&q=2", headers: [["x-a", "v"]] },
        expect: { status: 200, upstream: { target: "/?h=v&q=1&q=2", headers: { "x-q": ["1", "2"] } } },
      },
      {
        ...{ target: "/?q=1&q=2", body: "{}" },
        headers: [["x-a", "v"], ["content-type", JSON_TYPE]], // prettier-ignore
        expect: {
          status: 200,
          upstream: { target: "/?h=v&q=1&q=2", body: '{\n  "h": ["v"],\n  "q": ["1", "2"]\n}\n' },
        },
      },
      {
        ...{ target: "/?q=1&q=2", body: "z=0" },
        headers: [["x-a", "v"], ["content-type", FORM_TYPE]], // prettier-ignore
        expect: { status: 200, upstream: { target: "/?h=v&q=1&q=2", body: "h=v&q=1&q=2&z=0" } },
      },
    ],
  },
  {
    ...{ name: "maps the body to headers and querys", plugin, ...HOLDS },
    config: {
      reqRules: [
        mapTo("headers", "user.id", "X-User", "body"),
        mapTo("querys", "user.id", "user", "body"),
        mapTo("headers", "user", "X-Form", "body"),
        mapTo("body", "user.id", "id", "self"),
      ],
    },
    steps: [
      {
        ...{ target: "/?z=0", headers: [["content-type", JSON_TYPE]], body: '{"user":{"id":12}}' },
        expect: {
          status: 200,
          upstream: {
            ...{ target: "/?user=12&z=0", body: '{\n  "user": {\n    "id": 12\n  },\n  "id": 12\n}\n' },
            headers: { "x-user": "12", "x-form": '{"id":12}' },
          },
        },
      },
      {
        ...{ headers: [["content-type", `${FORM_TYPE};charset=utf-8`]], body: "user=a&user=b" },
        expect: {
          ...{ status: 200 },
          upstream: { target: "/", body: "user=a&user=b", headers: { "x-user": null, "x-form": ["a", "b"] } },
        },
      },
      {
        ...{ headers: [["content-type", MULTIPART_TYPE]], body: multipart(["user", "a"]) },
        expect: { status: 200, upstream: { headers: { "x-form": "a" }, body: multipart(["user", "a"]) } },
      },
    ],
  },
  {
    ...{ name: "maps the body of a response to its headers", plugin, ...HOLDS },
    config: {
      respRules: [mapTo("headers", "user.id", "X-User", "body"), rule("remove", "headers", [{ key: "x-up" }])],
    },
    steps: [
      gets([["content-type", JSON_TYPE], ["x-up", "1"]], '{"user":{"id":12}}', { headers: { "x-user": "12", "x-up": null }, body: '{"user":{"id":12}}' }), // prettier-ignore
      gets([["content-type", JSON_TYPE], ["x-up", "1"]], "{", { headers: { "x-user": null, "x-up": null }, body: "{" }), // prettier-ignore
      gets([["x-up", "1"]], "{}", { headers: { "x-up": null }, body: "{}" }),
      { method: "HEAD", ...gets([["content-type", JSON_TYPE], ["x-up", "1"]], "{}", { headers: { "x-up": null } }) }, // prettier-ignore
    ],
  },
  {
    ...{ name: "map reads a JSON body as it arrived, and a form as the rules before have left it", plugin },
    config: { reqRules: [rule("add", "body", [{ key: "a", value: "1" }]), mapTo("body", "a", "b", "body")] },
    steps: [json({}, '{\n  "a": "1"\n}\n'), form("c=2", "a=1&b=1&c=2")],
  },
];

const HOST_PATTERN = "^(.*)\\.com$";
const PATH_PATTERN = "^.*?/(\\w+)[?]{0,1}.*$";

const patterns: Scenario = {
  ...{ name: "replaces groups of the host or the path in values", plugin },
  config: {
    reqRules: [
      rule("add", "headers", [
        { key: "x-host", value: "host-$1", host_pattern: HOST_PATTERN, path_pattern: PATH_PATTERN },
        { key: "x-path", value: "path-${1}", path_pattern: PATH_PATTERN },
      ]),
      rule("replace", "querys", [{ key: "h", newValue: "$1", host_pattern: HOST_PATTERN }]),
      rule("append", "body", [
        { key: "p", appendValue: "$1", path_pattern: PATH_PATTERN },
        { key: "n", appendValue: "1", value_type: "number", path_pattern: PATH_PATTERN },
      ]),
    ],
    respRules: [rule("add", "headers", [{ key: "x-host", value: "$1", host_pattern: HOST_PATTERN }])],
  },
  steps: [
    {
      ...{ target: "/get?a=b", headers: [["host", "foo.bar.com"], ["content-type", JSON_TYPE]], body: "{}" }, // prettier-ignore
      expect: {
        ...{ status: 200, headers: { "x-host": "foo.bar" } },
        upstream: {
          ...{ target: "/get?a=b&h=foo.bar", body: '{\n  "p": "get",\n  "n": 1\n}\n' },
          headers: { "x-host": "host-foo.bar", "x-path": "path-get" },
        },
      },
    },
    // As in the Go plugin, the value of a pattern that does not match stays as it is written.
    {
      ...{ target: "/", headers: [["host", "foo.org"]] },
      expect: {
        ...{ status: 200, headers: { "x-host": "$1" } },
        upstream: { target: "/?h=%241", headers: { "x-host": "host-$1", "x-path": "path-${1}" } },
      },
    },
  ],
};

const order: Scenario = {
  ...{ name: "runs rules in their order", plugin },
  config: {
    reqRules: [
      rule("rename", "headers", [{ oldKey: "x-a", newKey: "x-b" }]),
      rule("replace", "headers", [{ key: "x-b", newValue: "2" }]),
      rule("append", "headers", [{ key: "x-b", appendValue: "3" }]),
      rule("map", "headers", [{ fromKey: "X-B", toKey: "X-C" }]),
      rule("dedupe", "headers", [{ key: "x-c", strategy: "RETAIN_LAST" }]),
      rule("remove", "headers", [{ key: "x-b" }]),
    ],
  },
  steps: [sends([["x-a", "1"]], { "x-a": null, "x-b": null, "x-c": "3" })],
};

const targets: Scenario = {
  ...{ name: "writes the query sorted and encoded, and keeps the path", plugin },
  config: { reqRules: [rule("remove", "querys", [{ key: "debug" }])] },
  steps: [
    asks("/a%20b?z=1&y=x+y&z=%7e&debug", "/a%20b?y=x+y&z=1&z=~"),
    asks("/?debug=1", "/"),
    asks("/?%zz&a;b&c=%31", "/?c=1"),
    asks("/a|b?c", "/a%7Cb?c="),
    asks("/x", "/x"),
  ],
};

const host: Scenario = {
  ...{ name: "host and :authority are one header", plugin },
  config: { reqRules: [rule("replace", "headers", [{ key: "Host", newValue: "other.example" }])] },
  steps: [sends([["host", "www.example.com"]], { host: "other.example" })],
};

const removesAdmin = rule("remove", "headers", [{ key: "x-admin" }]);
const mapsUser = mapTo("headers", "user", "x-user", "body");
const ADMIN: HeaderToSend = ["x-admin", "1"];
const passesWithoutAdmin = (headers: HeaderToSend[], more: Partial<RequestStep> = {}): RequestStep => ({
  ...{ headers: [ADMIN, ...headers], ...more },
  expect: { status: 200, upstream: { headers: { "x-admin": null, "x-user": null } } },
});

/** What differs from the Go plugin. */
const differences: Scenario[] = [
  {
    ...{ name: "map from the body does not hang without a body, and other rules run", plugin, ...HOLDS },
    config: { reqRules: [removesAdmin, mapsUser] },
    steps: [
      passesWithoutAdmin([]),
      passesWithoutAdmin([["content-type", JSON_TYPE]]),
      passesWithoutAdmin([["content-type", JSON_TYPE]], { method: "POST", body: "" }),
      passesWithoutAdmin([["content-type", JSON_TYPE]], { chunks: [] }),
      passesWithoutAdmin([["content-type", "text/plain"]], { body: '{"user":"u"}' }),
      passesWithoutAdmin([["content-type", "application/json; ="]], { body: '{"user":"u"}' }),
    ],
  },
  {
    ...{ name: "header rules run although the body is malformed", plugin, ...HOLDS },
    config: { reqRules: [removesAdmin, mapsUser, rule("remove", "body", [{ key: "user" }])] },
    steps: ["{", '{"user":1}x', "\xff"].map((body) => ({
      ...passesWithoutAdmin([["content-type", JSON_TYPE]], { body }),
      expect: {
        ...{ status: 200, upstream: { headers: { "x-admin": null, "x-user": null }, body } },
        logs: ["a body stays as it is: expected application/json: "],
      },
    })),
  },
  {
    ...{ name: "rules run on a body with content-encoding, if it can be read", plugin },
    config: { reqRules: [rule("remove", "body", [{ key: "admin" }])] },
    steps: [
      {
        ...{ headers: [["content-type", JSON_TYPE], ["content-encoding", "identity"]], body: '{"admin":1}' }, // prettier-ignore
        expect: { status: 200, upstream: { body: "{}\n" } },
      },
      {
        ...{ headers: [["content-type", JSON_TYPE], ["content-encoding", "gzip"]], body: "\x1f\x8b" }, // prettier-ignore
        expect: { status: 200, upstream: { body: "\x1f\x8b" }, logs: ["a body stays as it is"] },
      },
    ],
  },
  {
    ...{ name: "a body that a rule cannot change stays as it is", plugin },
    config: { reqRules: [rule("replace", "body", [{ key: "a", newValue: "1" }]), removesAdmin] },
    steps: [
      {
        ...{ headers: [["content-type", JSON_TYPE], ADMIN], body: "[ 1 ]" },
        expect: {
          ...{ status: 200, upstream: { body: "[ 1 ]", headers: { "x-admin": null } } },
          logs: ['a body stays as it is: a: expected index of an array, got "a"'],
        },
      },
      ...[
        [FORM_TYPE, "b=%zz"],
        [MULTIPART_TYPE, "--b\r\n"],
        ["multipart/form-data", multipart(["a", "2"])],
      ].map(([type, body]): RequestStep => ({
        ...posts(type!, body!, body!),
        expect: { status: 200, upstream: { body: body! }, logs: ["a body stays as it is"] },
      })),
    ],
  },
  {
    ...{ name: "a malformed path stops no rule, and stays as it is", plugin },
    config: { reqRules: [removesAdmin, rule("add", "querys", [{ key: "a", value: "1" }])] },
    steps: [
      {
        ...{ target: "/%zz?b=2", headers: [ADMIN] },
        expect: { status: 200, upstream: { target: "/%zz?a=1&b=2", headers: { "x-admin": null } } },
      },
    ],
  },
  {
    ...{ name: "a value that no header can have does not pass", plugin, ...HOLDS },
    config: { reqRules: [mapTo("headers", "q", "x-q", "querys"), mapsUser, removesAdmin] },
    steps: [
      {
        ...{ target: "/?q=1%0d%0ax-admin:1", headers: [] },
        expect: {
          status: 400,
          body: "",
          upstream: null,
          logs: ['request headers: replace "x-q"'],
        },
      },
      {
        ...{ headers: [["content-type", JSON_TYPE]], body: '{"user":"a\\nx-admin: 1"}' },
        expect: {
          status: 400,
          body: "",
          upstream: null,
          logs: ['request headers: replace "x-user"'],
        },
      },
    ],
    errors: [/replace "x-(q|user)"/],
  },
  {
    ...{ name: "a response that cannot be changed does not pass", plugin },
    config: { respRules: [mapTo("headers", "x-a", ":status", "headers")] },
    steps: [
      {
        headers: [["x-answer", JSON.stringify({ status: 200, headers: [["x-a", "no"]], body: "secret" })]],
        expect: { status: 502, body: "", logs: ['response headers: replace ":status"'] },
      },
      gets([["x-a", "201"]], "hello", { status: 201, body: "hello" }),
    ],
  },
  {
    ...{ name: "a request does not pass whose headers have left before its body arrived", plugin },
    allowOnHeadersStopIteration: false,
    config: { reqRules: [mapsUser] },
    steps: [
      {
        ...{ headers: [["content-type", JSON_TYPE]], body: '{"user":"u"}' },
        expect: {
          ...{ status: 500, body: "" },
          logs: ["map from the body to headers or querys needs a gateway that holds headers"],
        },
      },
      { headers: [["content-type", JSON_TYPE]], expect: { status: 200, upstream: {} } },
    ],
    errors: [/needs a gateway that holds headers/],
  },
  {
    ...{ name: "a number stays as it is written", plugin },
    config: { reqRules: [rule("rename", "body", [{ oldKey: "a", newKey: "b" }])] },
    steps: [posts(JSON_TYPE, '{"a":12345678901234567890}', '{\n  "b": 12345678901234567890\n}\n')],
  },
  {
    ...{ name: "files of a multipart form stay byte for byte, and fields keep their headers", plugin },
    config: { reqRules: [rule("add", "body", [{ key: "a", value: "1" }])] },
    steps: [
      posts(
        MULTIPART_TYPE,
        Buffer.concat([
          Buffer.from(
            '--b\r\nContent-Disposition: form-data; name="j"\r\nContent-Type: application/json\r\n\r\n{}\r\n',
          ),
          ...[FILE, END],
        ]),
        Buffer.concat([
          Buffer.from(
            '--b\r\nContent-Disposition: form-data; name="j"\r\nContent-Type: application/json\r\n\r\n{}\r\n',
          ),
          ...[Buffer.from(part("a", "1")), FILE, END],
        ]),
      ),
    ],
  },
];

/** Configurations that are rejected. */
const invalid: Item[] = [
  ...[{}, { reroute: true }, { rules: [] }],
  ...[{ operate: "x" }, {}, { operate: "map", mapSource: "x" }, { operate: "map", mapSource: "" }].map((one) => ({
    reqRules: [removesAdmin, one],
  })),
  ...[
    rule("dedupe", "headers", [{ key: "a", strategy: "x" }]),
    rule("add", "body", [{ key: "a", value_type: "x" }]),
    rule("add", "body", [{ key: "a", value: "yes", value_type: "boolean" }]),
    rule("add", "body", [{ key: "a", value: "1x", value_type: "number" }]),
    rule("add", "body", [{ key: "a", value: "1e999", value_type: "number" }]),
    rule("add", "body", [{ key: "a", value: "{", value_type: "object" }]),
    rule("add", "body", [{ key: "" }]),
    rule("add", "headers", [{ key: "a", host_pattern: "(" }]),
    rule("add", "headers", [{ key: "a", path_pattern: "(" }]),
    rule("add", "headers", [{ key: "a b" }]),
    rule("add", "headers", [{ key: "a", value: "b\n" }]),
    rule("rename", "headers", [{ oldKey: "a" }]),
    rule("remove", "headers", [{ key: ":path" }]),
    rule("remove", "headers", [{ key: "host" }]),
    rule("replace", "headers", [{ key: "content-length", newValue: "1" }]),
  ].flatMap((one) => [{ reqRules: [one] }]),
  { respRules: [rule("replace", "headers", [{ key: ":path" }])] },
  { reqRules: [], respRules: [{ operate: "x" }] },
];

const rejects: Scenario = {
  ...{ name: "rejects an invalid configuration and keeps the previous one", plugin },
  config: { reqRules: [removesAdmin] },
  steps: [...invalid.map((update): UpdateStep => ({ update, expect: "rejected" })), passesWithoutAdmin([])],
};

const scenarios: Scenario[] = [
  ...operations,
  ...operationsOnJson,
  ...sources,
  ...[patterns, order, targets, host],
  ...differences,
  rejects,
];

export default scenarios;
