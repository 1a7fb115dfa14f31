// Runs the tests of the numbered checks, and writes the results to docs/conformance.md.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";
import { numbersIn, scan, sideOf } from "./scan.js";
import { writeTable, type Outcome } from "./table.js";

interface Report {
  testResults: {
    name: string;
    assertionResults: { ancestorTitles: string[]; title: string; status: string }[];
  }[];
}

const root = packageRoot();
const outcomes = outcomesOf(runTests());
writeFileSync(join(root, "docs", "conformance.md"), writeTable(outcomes));
const bad = outcomes.filter(({ state }) => state !== "passes");
console.log(`docs/conformance.md: ${outcomes.length} checks have tests, ${bad.length} of them fail or are skipped`);
process.exitCode = bad.some(({ state }) => state === "fails") ? 1 : 0;

function runTests(): Report {
  const folder = mkdtempSync(join(tmpdir(), "conformance-"));
  try {
    const output = join(folder, "report.json");
    const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
    const files = [...new Set(scan().map(({ file }) => file))];
    const options = ["-t", "\\[\\d+\\] ", "--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
    spawnSync(process.execPath, [vitest, "run", ...files, ...options], { cwd: root, stdio: "inherit" });
    return JSON.parse(readFileSync(output, "utf8")) as Report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomesOf({ testResults }: Report): Outcome[] {
  const found = new Map<string, { outcome: Outcome; names: Set<string>; statuses: Set<string> }>();
  for (const { name: file, assertionResults } of testResults) {
    const path = relative(root, file).split(sep).join("/");
    for (const { ancestorTitles, title, status } of assertionResults) {
      // Vitest also reports the tests that `-t` leaves out, as skipped. Their names have no number.
      const titles = [...ancestorTitles, title].filter((one) => numbersIn(one).length > 0);
      for (const one of titles) {
        for (const number of numbersIn(one)) {
          const side = sideOf(number, path);
          const key = `${number} ${side}`;
          const entry = found.get(key) ?? {
            ...{ outcome: { number, side, names: [], state: "passes" } as Outcome },
            ...{ names: new Set<string>(), statuses: new Set<string>() },
          };
          found.set(key, entry);
          entry.names.add(one.replace(/^(\[\d+\] )+/, ""));
          entry.statuses.add(status);
        }
      }
    }
  }
  return [...found.values()].map(({ outcome, names, statuses }) => {
    const state = statuses.has("failed") ? "fails" : statuses.has("passed") ? "passes" : "skipped";
    return { ...outcome, names: [...names], state };
  });
}
