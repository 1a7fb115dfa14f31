// Measures one change of a JSON text of 100 KB, from bytes to bytes, in a release build in Node's V8: npm run bench:json
import { compileAssembly } from "../tests/support/assembly.js";

const wasm = await compileAssembly(
  `
  import { Json, JsonEditor } from "./assembly/json";
  let body = new ArrayBuffer(0);
  export function keep(bytes: ArrayBuffer): void { body = bytes; }
  export function edit(count: i32, path: string): void {
    for (let i = 0; i < count; i++) JsonEditor.parseBytes(body).set(path, "changed").bytes();
  }
  export function parse(count: i32, path: string): void {
    for (let i = 0; i < count; i++) Json.parseBytes(body).get(path);
  }
  `,
  ["--optimizeLevel", "3", "--shrinkLevel", "1"],
);

const MESSAGES = Array.from({ length: 200 }, (_, n) => ({
  role: "user",
  content: "Lorem ipsum dolor sit. ".repeat(20),
  n,
}));
const RECORDS = Array.from({ length: 2_700 }, (_, id) => ({ id, k: "ab", f: 1.5, t: true }));

for (const [name, list] of Object.entries({ "long strings": MESSAGES, "small values": RECORDS })) {
  const text = JSON.stringify({ model: "m", list, last: "x" });
  wasm.number("keep", Buffer.from(text));
  for (const [what, path] of [
    ["edit", "model"],
    ["edit", "last"],
    ["parse", "last"],
  ] as const) {
    const times = Array.from({ length: 40 }, () => {
      const start = performance.now();
      wasm.number(what, 20, path);
      const time = (performance.now() - start) / 20;
      wasm.collect();
      return time;
    });
    const best = Math.min(...times.slice(10)) * 1_000;
    console.log(`${name}, ${String(text.length)} bytes, ${what} ${path}: ${best.toFixed(0)} µs`);
  }
}
