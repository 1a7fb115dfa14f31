import type { Row } from "./rows.js";

const TEXTS = [
  "",
  "a",
  "A",
  "b",
  "é",
  "É",
  "\u{1F600}",
  "\ud83d",
  "\udcff",
  "\0",
  " ",
  "\r\n",
  "aaab",
  "z",
  "@",
  "[",
  "`",
  "{",
];
const EVENTS = [
  ...[
    "data: a\n\n",
    "event: b\r\nid: 1\r\ndata: c\r\n\r\n",
    ": comment\n",
    "retry: 10\n",
    "data",
    "data:",
    "id: \0\n",
    ":",
  ],
  ...["\n", "\r", "\r\n", "\ufeff", "é", "\udcff", " ", "event:", "retry: -1\n", "retry: 99999999999999999999\n", "a"],
];
const PATTERNS = [
  ...["^/users/(?P<id>[0-9]+)$", "a*?b+", "(?i)bot|crawler", "[^a-z]{2,3}", "\\bfoo\\b", "(a|b)*c", "\\pL+", "(?s:.)"],
  ...[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "*",
    "+",
    "?",
    "|",
    "^",
    "$",
    ".",
    "\\",
    "\\d",
    "\\W",
    "(?:",
    "(?P<n>",
    "a",
    "b",
    "-",
    ",",
  ],
  ...["{1,2}", "{1000}", "[[:alpha:]]", "\\Q", "\\E", "\\x{", "é", "(?i)", "\\p{Lu}", "[a-", "1"],
];
const SUBJECTS = [
  "/users/42",
  "a",
  "b",
  "ab",
  "foo",
  " ",
  "\n",
  "é",
  "\udcff",
  "\u{1F600}",
  "$1",
  "${id}",
  "$",
  "$$",
  "${",
  "1",
];
const DATES = [
  ...["2026-11-28T07:12:10.500Z", "2026-11-28T07:12:10+01:00", "Sat, 28 Nov 2026 07:12:10 GMT"],
  ...[
    "Saturday, 28-Nov-26 07:12:10 GMT",
    "Sat Nov 28 07:12:10 2026",
    "0000-02-30T24:00:60z",
    "9999-12-31T23:59:59.999999999Z",
  ],
  ...["2026", "-", ":", ".", "T", "Z", "+", " ", "GMT", "Nov", "29", "00", "99", ",", "é"],
];

export const TEXT_ROWS: readonly Row[] = [
  {
    name: "comparison without case",
    code: `
      keep(i32(equalsIgnoreCase(a, b)) + i32(startsWithIgnoreCase(a, b)) + lowerAscii(a).length);`,
    a: TEXTS,
  },
  { name: "indexOfIgnoreCase", code: "keep(indexOfIgnoreCase(a, b));", a: TEXTS },
  {
    name: "matchesGlob",
    code: "keep(i32(matchesGlob(a, b)));",
    a: ["*", "?", "a*b", "**", "\\", ...TEXTS],
    b: TEXTS,
    product: "as its docstring says",
  },
  { name: "isToken, isFieldValue", code: "keep(i32(isToken(a)) + i32(isFieldValue(a)));", a: TEXTS },
  { name: "decodeText, encodeText", code: "keep(decodeText(encodeText(a)).length);", a: TEXTS },
  {
    name: "base64",
    code: `
      const variant = <Base64>(b.length & 3);
      const decoded: DecodedBytes = base64Decode(a, variant);
      keep(decoded.bytes.byteLength + i32(decoded.error !== null) + base64Encode(encodeText(a), variant).length);`,
    a: ["YWJj", "YQ==", "YWI=", "=", "+/", "-_", "A", "\n", " ", "é", "*"],
  },
  {
    name: "hex",
    code: "const decoded = hexDecode(a); keep(decoded.bytes.byteLength + hexEncode(encodeText(a)).length);",
    a: ["0a", "FF", "f", "0", "g", " ", "é", "x"],
  },
  {
    name: "Regex",
    code: `
      const regex = Regex.parse(a);
      keep(i32(regex.test(b)) + i32(regex.error !== null));
      const match: RegexMatch | null = regex.find(b);
      if (match !== null) keep(match.group(1).length + match.named("id").length + match.end + match.groupCount);
      keep(regex.findAll(b, 100).length + regex.split(b, 100).length + Regex.quote(a).length);
      const replaced = regex.replaceAll(b, b.length < 100 ? b : "$1");
      const literal = regex.replaceAllLiteral(b, "x");
      keep((replaced === null ? 0 : replaced.length) + (literal === null ? 0 : literal.length));`,
    a: PATTERNS,
    b: SUBJECTS,
    product: "a character takes time in proportion to the size of the pattern, see docs/helpers.md",
    share: 0.5,
  },
  {
    name: "Regex.replaceAll",
    code: `
      const replaced = Regex.parse("(?P<id>[a-z/]*)([0-9]?)").replaceAll(a, b);
      keep(replaced === null ? 0 : replaced.length);`,
    a: SUBJECTS,
    product: "each match makes a copy of the template",
  },
  {
    name: "TextStream",
    code: "const stream = new TextStream(); for (let i = 0; i < 3; i++) keep(stream.decode(encodeText(i == 1 ? b : a), i == 2).length);",
    a: TEXTS,
  },
  {
    name: "SseStream",
    code: `
      const stream = new SseStream();
      const bytes = encodeText(a);
      const cut = min(b.length, bytes.byteLength);
      let events: SseEvent[] = stream.push(bytes.slice(0, cut), false);
      keep(events.length);
      events = events.concat(stream.push(bytes.slice(cut), true));
      for (let i = 0; i < events.length; i++) {
        const event = events[i];
        const id = event.id;
        keep(event.data.length + event.event.length + <i32>event.retryMs + event.comment.length + (id === null ? 0 : 1));
        if (i > 2) continue;
        event.setData(b);
        event.setRetryMs(bits(b));
        event.setComment(b);
        keep(i32(event.setEvent(b) !== null) + i32(event.setId(b) !== null));
      }
      keep(joinEvents(events).byteLength + stream.rest().byteLength + i32(stream.error !== null));`,
    a: EVENTS,
  },
  {
    name: "SseStream in many chunks",
    code: `
      const stream = new SseStream();
      const bytes = encodeText(a);
      let events = 0;
      for (let i = 0; i < bytes.byteLength; i++) events += stream.push(bytes.slice(i, i + 1), i == bytes.byteLength - 1).length;
      keep(events);`,
    a: EVENTS,
    share: 0.3,
  },
  { name: "unifySSEChunk", code: "keep(unifySSEChunk(encodeText(a)).byteLength);", a: EVENTS },
  {
    name: "parseRfc3339, formatRfc3339",
    code: "const time: ParsedTime = parseRfc3339(a); keep(<i32>time.unixMs + formatRfc3339(time.unixMs).length + formatRfc3339(bits(b)).length);",
    a: DATES,
  },
  {
    name: "parseHttpDate, formatHttpDate",
    code: "const time = parseHttpDate(a, bits(b)); keep(<i32>time.unixMs + formatHttpDate(time.unixMs).length + formatHttpDate(bits(b)).length);",
    a: DATES,
  },
  {
    name: "atOr, getOr",
    code: `
      const map = new Map<string, string>();
      map.set(a, b);
      keep(getOr(map, b, a).length + atOr([a, b], <i32>bits(a), b).length);`,
    a: TEXTS,
  },
  {
    name: "integerOr",
    code: "keep(<i32>integerOr(a, 1) + <i32>integerOr(b, bits(a), bits(b), bits(a)));",
    a: ["0", "9", "-", "+", "9223372036854775807", "-9223372036854775808", "00", " ", ".", "e", "é"],
  },
  {
    name: "metricName",
    code: "keep(metricName(a, [[b, a], [a, b], [a], []]).length);",
    a: ["requests", ".", "=", "_", "a", "é", "\0", "istio_", "1"],
  },
];
