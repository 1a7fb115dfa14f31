// Measures regular expressions in an optimized module: a path against ten patterns, and a user agent against a list of
// bots. Prints microseconds per pattern, and how much larger a module with Regex is.
//
//   npm run bench:regex
import { compileToBinary } from "../tests/support/assembly.js";

const PATH = "/api/v1/users/12345/orders/67890?page=2&x=1";
const PATTERNS = [
  "^/api/v[0-9]+/users/([0-9]+)/orders/([0-9]+)",
  "^/api/v2/",
  "/orders/\\d+(\\?.*)?$",
  "(?i)^/API/.*/admin",
  "\\.(png|jpg|css|js)$",
  "^/(login|logout|register)$",
  "/\\.\\./|%2e%2e",
  "(?i)(union|select|insert).*(from|into)",
  "^/api/(?P<version>v\\d)/(?P<rest>.*)",
  "[?&]page=(\\d+)",
];
const AGENT =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36";
const BOTS = [
  "(?i)(google|bing|yandex|baidu|duckduck|sogou|exa|face|petal|apple|semrush|ahrefs|mj12|dot)bot|slurp|spider|crawler",
  "(?:/|\\s|^)(?:[A-Z][a-z]+)?(?:Bot|Spider|Crawler)/[0-9.]+",
  "curl/|wget/|python-requests|Go-http-client|okhttp|Java/\\d",
  "\\b(zgrab|masscan|nmap|nikto|sqlmap)\\b",
];
const ROUNDS = 20_000;

const list = (texts: string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(",")}]`;
const SOURCE = `
import { Regex } from "./assembly/text/regex";
const patterns: Regex[] = [];
function add(texts: string[]): void { for (let i = 0; i < texts.length; i++) patterns.push(Regex.parse(texts[i])); }
add(${list([...PATTERNS, ...BOTS])});
const path = ${JSON.stringify(PATH)};
const agent = ${JSON.stringify(AGENT)};
export function test(index: i32, rounds: i32): i32 {
  const text = index < ${PATTERNS.length} ? path : agent;
  let found = 0;
  for (let i = 0; i < rounds; i++) found += i32(patterns[index].test(text));
  return found;
}
export function find(index: i32, rounds: i32): i32 {
  const text = index < ${PATTERNS.length} ? path : agent;
  let found = 0;
  for (let i = 0; i < rounds; i++) found += i32(patterns[index].find(text) !== null);
  return found;
}
export function parse(index: i32, rounds: i32): i32 {
  const text = patterns[index].pattern;
  let found = 0;
  for (let i = 0; i < rounds; i++) found += i32(Regex.parse(text).error === null);
  return found;
}
`;
const FLAGS = ["-O3", "--shrinkLevel", "1", "--exportRuntime"];

interface Guest {
  memory: WebAssembly.Memory;
  __collect(): void;
  test(index: number, rounds: number): number;
  find(index: number, rounds: number): number;
  parse(index: number, rounds: number): number;
}
const binary = await compileToBinary(SOURCE, FLAGS);
const env = { abort: () => {} };
const instance = await WebAssembly.instantiate(await WebAssembly.compile(binary as BufferSource), { env });
const guest = instance.exports as unknown as Guest;

/** Microseconds of one call: the least of several measurements. */
function measure(call: (rounds: number) => number, rounds: number): number {
  let least = Infinity;
  for (let i = 0; i < 7; i++) {
    const start = performance.now();
    call(rounds);
    least = Math.min(least, ((performance.now() - start) * 1000) / rounds);
    guest.__collect();
  }
  return least;
}

console.log("  test    find   parse   µs per call; whether it matches; pattern");
const sums = { paths: 0, bots: 0 };
for (const [index, pattern] of [...PATTERNS, ...BOTS].entries()) {
  const test = measure((rounds) => guest.test(index, rounds), ROUNDS);
  const find = measure((rounds) => guest.find(index, rounds), ROUNDS / 4);
  const parse = measure((rounds) => guest.parse(index, rounds), ROUNDS / 200);
  sums[index < PATTERNS.length ? "paths" : "bots"] += test;
  const row = [test, find, parse].map((value) => value.toFixed(value < 10 ? 3 : 1).padStart(6)).join("  ");
  console.log(`${row}   ${guest.test(index, 1) ? "yes" : "no "}  ${pattern}`);
}
console.log(`a path of ${PATH.length} characters: ${(sums.paths / PATTERNS.length).toFixed(3)} µs per pattern`);
console.log(`a user agent of ${AGENT.length} characters: ${(sums.bots / BOTS.length).toFixed(3)} µs per pattern`);
console.log(`memory with all patterns: ${guest.memory.buffer.byteLength >> 10} KiB`);
