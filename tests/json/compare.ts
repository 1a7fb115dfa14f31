// Compares random cases with gjson, sjson and pretty: tsx tests/json/compare.ts [count] [seed]
import { Random } from "../support/random.js";
import { randomCase } from "./cases.js";
import { isDifferent } from "./differences.js";
import { runOracle } from "./oracle.js";
import { compileOurs, resultOf } from "./ours.js";

const count = Number(process.argv[2] ?? 10_000);
const random = new Random(process.argv[3] === undefined ? undefined : Number(process.argv[3]));
const wasm = await compileOurs();
let failed = 0;
let found = 0;
for (let done = 0; done < count; done += 20_000) {
  const cases = Array.from({ length: Math.min(20_000, count - done) }, () => randomCase(random));
  const expected = runOracle(cases);
  for (const [i, each] of cases.entries()) {
    const actual = resultOf(wasm, each);
    if (i % 1_000 === 0) wasm.collect();
    if (expected[i] !== null) found++;
    if (!isDifferent(each, actual, expected[i] as string | null)) continue;
    if (failed++ < 20) console.log(JSON.stringify({ ...each, actual, expected: expected[i] }));
  }
}
console.log(`${String(count)} cases, ${String(found)} with a result, ${String(failed)} differ`);
process.exitCode = failed === 0 ? 0 : 1;
