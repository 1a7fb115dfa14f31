import { did, probe, type ProbeStep } from "../probe.js";
import type { Scenario } from "../scenario.js";

const set = (name: string, value: string) => ["request.set", name, value] as const;
const refused = (step: ProbeStep, why: string) =>
  did(step, `request headers: ${step[0].slice("request.".length)} ${JSON.stringify(step[1])}: ${why}`);

const scenarios: Scenario[] = [
  probe(
    "set replaces all values, append adds one, delete removes all",
    {
      request: [
        set("x-a", "new"),
        set("x-b", "b"),
        ["request.append", "x-c", "3"],
        ["request.append", "accept", "c"],
        ["request.delete", "x-d"],
        ["request.delete", "x-none"],
      ],
    },
    {
      steps: [
        {
          headers: [
            ["x-a", "1"],
            ["x-a", "2"],
            ["x-c", "1"],
            ["accept", "a"],
            ["x-d", "1"],
            ["x-d", "2"],
          ],
          expect: {
            status: 200,
            upstream: { headers: { "x-a": "new", "x-b": "b", "x-c": ["1", "3"], accept: "a,c", "x-d": null } },
          },
        },
      ],
    },
  ),
  probe(
    "what was written is read back",
    {
      request: [
        set("x-a", "1"),
        ["request.get", "x-a"],
        ["request.append", "x-a", "2"],
        ["request.get", "x-a"],
        ["request.getAll", "x-a"],
        ["request.delete", "x-a"],
        ["request.get", "x-a"],
        ["request.has", "x-a"],
      ],
    },
    {
      steps: [
        {
          expect: {
            logs: [
              did(["request.get", "x-a"], "1"),
              did(["request.getAll", "x-a"], ["1", "2"]),
              did(["request.get", "x-a"], null),
              did(["request.has", "x-a"], false),
            ],
            upstream: { headers: { "x-a": null } },
          },
        },
      ],
    },
  ),
  probe(
    "response headers: set, append, delete, also set-cookie",
    {
      response: [
        ["response.set", "x-a", "new"],
        ["response.append", "set-cookie", "b=2"],
        ["response.delete", "x-internal"],
        ["response.set", ":status", "299"],
        ["response.getAll", "set-cookie"],
      ],
    },
    {
      steps: [
        {
          headers: [["x-answer", '{"headers":[["x-a","1"],["x-a","2"],["set-cookie","a=1"],["x-internal","1"]]}']],
          expect: {
            status: 299,
            headers: { "x-a": "new", "set-cookie": ["a=1", "b=2"], "x-internal": null },
            logs: [did(["response.getAll", "set-cookie"], ["a=1", "b=2"])],
          },
        },
      ],
    },
  ),
  probe(
    "a value with CR, LF or NUL is refused and not sent",
    {
      request: [set("x-a", "1\r\nx-evil: 1"), set("x-b", "1\n2"), set("x-c", "\0"), ["request.append", "x-d", "a\rb"]],
      response: [["response.set", "x-a", "1\r\nx-evil: 1"]],
    },
    {
      errors: [/holds CR, LF or NUL/],
      steps: [
        {
          expect: {
            status: 200,
            headers: { "x-a": null, "x-evil": null },
            upstream: { headers: { "x-a": null, "x-b": null, "x-c": null, "x-d": null, "x-evil": null } },
            logs: [
              refused(set("x-a", "1\r\nx-evil: 1"), 'the value "1\\x0d\\x0ax-evil: 1" holds CR, LF or NUL'),
              refused(set("x-b", "1\n2"), 'the value "1\\x0a2" holds CR, LF or NUL'),
              refused(set("x-c", "\0"), 'the value "\\x00" holds CR, LF or NUL'),
              refused(["request.append", "x-d", "a\rb"], 'the value "a\\x0db" holds CR, LF or NUL'),
              "response headers: set",
            ],
          },
        },
      ],
    },
  ),
  probe(
    "an empty name, or one that is not a token, is refused and not sent",
    {
      request: [
        set("", "1"),
        set("x a", "1"),
        set("x:a", "1"),
        ["request.append", "x\ny", "1"],
        ["request.delete", ""],
        set("x-ü", "1"),
      ],
    },
    {
      errors: [/is not a token/],
      steps: [
        {
          expect: {
            status: 200,
            upstream: { headers: { "x a": null, "": null } },
            logs: [
              refused(set("", "1"), "the name is not a token of RFC 9110"),
              refused(set("x a", "1"), "the name is not a token of RFC 9110"),
              refused(set("x:a", "1"), "the name is not a token of RFC 9110"),
              refused(["request.delete", ""], "the name is not a token of RFC 9110"),
              /set \\"x-\\\\xfc\\": the name is not a token/,
            ],
          },
        },
      ],
    },
  ),
  probe(
    "pseudo-headers cannot be removed, appended or made up",
    {
      request: [
        ["request.delete", ":method"],
        ["request.delete", ":path"],
        ["request.delete", "host"],
        ["request.append", ":path", "/x"],
        ["request.append", "Host", "x"],
        set(":status", "200"),
        set(":evil", "1"),
      ],
      response: [
        ["response.delete", ":status"],
        ["response.append", ":status", "200"],
        ["response.set", ":path", "/x"],
      ],
    },
    {
      errors: [/(request|response) headers: /],
      steps: [
        {
          expect: {
            status: 200,
            upstream: { method: "GET", target: "/", headers: { host: "localhost" } },
            logs: [
              refused(["request.delete", ":method"], "a message cannot be without this pseudo-header"),
              refused(["request.delete", "host"], "a message cannot be without this pseudo-header"),
              refused(["request.append", ":path", "/x"], "a pseudo-header has one value"),
              refused(["request.append", "Host", "x"], "a pseudo-header has one value"),
              refused(set(":status", "200"), "there is no such pseudo-header"),
              refused(set(":evil", "1"), "there is no such pseudo-header"),
              'response headers: delete ":status"',
              'response headers: set ":path": there is no such pseudo-header',
            ],
          },
        },
      ],
    },
  ),
  probe(
    "pseudo-headers take only what can stand there",
    {
      request: [
        set(":path", ""),
        set(":path", "/a b"),
        set(":method", "G T"),
        set(":scheme", "ftp"),
        set("host", "a\tb"),
        set(":method", ""),
      ],
      response: [
        ["response.set", ":status", "abc"],
        ["response.set", ":status", "99"],
        ["response.set", ":status", "600"],
        ["response.set", ":status", "0200"],
      ],
    },
    {
      errors: [/is not allowed there/],
      steps: [
        {
          expect: {
            status: 200,
            upstream: { method: "GET", target: "/", headers: { host: "localhost" } },
            logs: [
              refused(set(":path", ""), 'the value "" is not allowed there'),
              refused(set(":path", "/a b"), 'the value "/a b" is not allowed there'),
              refused(set(":method", "G T"), 'the value "G T" is not allowed there'),
              refused(set(":scheme", "ftp"), 'the value "ftp" is not allowed there'),
              refused(set("host", "a\tb"), 'the value "a\\x09b" is not allowed there'),
              'response headers: set ":status": the value "abc" is not allowed there',
              'response headers: set ":status": the value "600" is not allowed there',
            ],
          },
        },
      ],
    },
  ),
  probe(
    "host and :authority are one header",
    {
      request: [
        set("Host", "a.example"),
        ["request.get", ":authority"],
        set(":authority", "b.example"),
        ["request.get", "host"],
      ],
    },
    {
      steps: [
        {
          expect: {
            upstream: { headers: { host: "b.example" } },
            logs: [did(["request.get", ":authority"], "a.example"), did(["request.get", "host"], "b.example")],
          },
        },
      ],
    },
  ),
];

export default scenarios;
