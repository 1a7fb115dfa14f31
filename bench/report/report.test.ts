import { expect, test } from "vitest";
import type { WorkloadResult } from "../measure.js";
import type { Spread } from "../stats.js";
import { digits, withQuartiles } from "./numbers.js";
import { report, withResults } from "./page.js";
import { plot } from "./plot.js";
import { plots } from "./plots.js";
import type { Results } from "./results.js";
import { table } from "./tables.js";

const around = (median: number): Spread => ({ low: median * 0.9, median, high: median * 1.1 });
const workload = (name: string, title: string, peers: WorkloadResult["peers"]): WorkloadResult => ({
  ...{ name, title, peers },
  baseline: around(20),
  noise: { low: -1, median: 0.1, high: 1 },
});

const RESULTS: Results = {
  ...{ date: "2026-11-28", machine: "2 cores", envoy: "1.40.0", node: "v20.19.0", rounds: 40 },
  versions: { ours: "0.1.0", rust: "proxy-wasm 0.2.1" },
  missing: { go: "no go on the PATH" },
  workloads: [
    workload("no-op", "an empty hook", {
      ours: { added: around(2), toRust: around(0.5), toLua: undefined },
      rust: { added: around(4), toRust: around(1), toLua: undefined },
    }),
    {
      ...workload("rules/none", "10,000 rules, none matches", { ours: { added: around(3), toOther: around(1.5) } }),
      comparedWith: "no-op",
    },
    workload("body/1 KB", "a body of 1 KB", { rust: { added: around(1234.5) } }),
  ],
  starts: [{ configuration: "1 KB", start: { ours: around(30) }, memory: { ours: around(1.25) } }],
  sizes: { ours: [{ plugin: "noop", bytes: 2048, gzip: 1024 }] },
};

test("numbers have three digits that count", () => {
  expect([0.126, 1.005, 9.996, 12.34, 99.96, 1234.5, -2.345].map(digits)).toEqual(
    ["0.13", "1.00", "10.0", "12.3", "100", "1235", "-2.35"], // prettier-ignore
  );
  expect(withQuartiles(around(2))).toBe("2.00 (1.80-2.20)");
  expect(withQuartiles(undefined)).toBe("-");
});

test("a table is aligned as prettier aligns it", () => {
  expect(
    table(
      ["workload", "µs"],
      [
        ["no-op", "12.3"],
        ["a", "-"],
      ],
    ),
  ).toBe(
    ["| workload |   µs |", "| -------- | ---: |", "| no-op    | 12.3 |", "| a        |    - |"].join("\n"), // prettier-ignore
  );
});

test("the report names machine, versions and missing peers, and has each figure with its quartiles", () => {
  const text = report(RESULTS);
  expect(text).toContain("Measured on 2026-11-28 with 2 cores: Envoy 1.40.0, Node.js v20.19.0, 40 rounds.");
  expect(text).toMatch(/^\| Go wrapper +\| not measured: no go on the PATH +\|$/m);
  expect(text).toMatch(/^\| an empty hook +\| 0\.50 \(0\.45-0\.55\) \|$/m);
  expect(text).toMatch(/^\| an empty hook +\| +20\.0 \| 0\.10 \(-1\.00-1\.00\) \| +2\.00 \| +4\.00 \|$/m);
  expect(text).toMatch(
    /^\| 10,000 rules, none matches \/ an empty hook +\| this SDK \| +3\.00 \| +2\.00 \| 1\.50 \(1\.35-1\.65\) \|$/m,
  );
  expect(text).toMatch(/^\| start with 1 KB, ms of CPU +\| 30\.0 \(27\.0-33\.0\) \|$/m);
  expect(text).toMatch(/^\| noop +\| +2\.00 \| 1\.00 \|$/m);
});

test("a peer that cannot do a workload has a dash", () => {
  expect(report(RESULTS)).toMatch(/^\| a body of 1 KB +\| +20\.0 \| 0\.10 \(-1\.00-1\.00\) \| +- \| +1235 \|$/m);
});

test("replaces the results in the page, and keeps the text around", () => {
  const page =
    "# Performance\n\n<!-- results: npm run bench writes this part -->\nold\n<!-- end of results -->\n\nend\n";
  const written = withResults(page, RESULTS);
  expect(written).toMatch(/^# Performance\n\n<!-- results/);
  expect(written).toMatch(/<!-- end of results -->\n\nend\n$/);
  expect(written).not.toContain("old");
  expect(written).toContain("](../bench/results/requests.svg)");
  expect(withResults(written, RESULTS)).toBe(written);
  expect(() => withResults("# Performance\n", RESULTS)).toThrow("the page has no");
});

test("a bar ends at its median, and the widest spread fills the panel", () => {
  const bars = [
    { label: "this SDK", value: around(50), isOurs: true },
    { label: "a < b", value: around(100) },
  ];
  const svg = plot("A & B", [{ title: "no-op", unit: "µs", bars }]);
  const widths = [...svg.matchAll(/<rect class="(ours|bar)" .*?width="([\d.]+)"/g)].map(([, kind, width]) => [
    kind,
    width,
  ]);
  const full = 440 - 100 - 84;
  expect(widths).toEqual([["ours", (full * 50) / 110], ["bar", (full * 100) / 110]].map(([kind, width]) => [kind, (width as number).toFixed(1)])); // prettier-ignore
  expect(svg).toContain("A &#38; B");
  expect(svg).toContain("a &#60; b");
  expect(svg).not.toContain("a < b");
});

test("a bar does not end left of the axis when noise makes a cost negative", () => {
  const value = { low: -3, median: -1, high: 1 };
  const svg = plot("", [{ title: "", unit: "", bars: [{ label: "", value }] }]);
  expect(svg).toMatch(/class="bar" .*width="0"/);
  expect(svg).not.toContain("NaN");
});

test("draws a plot for requests, bodies, rules, and start with size", () => {
  const drawn = plots(RESULTS);
  expect([...drawn.keys()]).toEqual(["requests.svg", "bodies.svg", "rules.svg", "start.svg"]);
  expect(drawn.get("rules.svg")).toMatch(/>no-op<[^]*>10,000 rules</);
});
