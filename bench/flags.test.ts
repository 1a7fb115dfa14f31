import { expect, test } from "vitest";
import { FlagError, helpText, readFlags } from "./flags.js";
import { PEERS } from "./peers.js";

const KNOWN = ["20/20/20", "no-op", "rules/domain/1", "rules/domain/10000", "rules/route/1", "start"];
const read = (...args: string[]) => readFlags(args, KNOWN);

test("without flags, a run measures everything and writes the results", () => {
  expect(read()).toMatchObject({ only: KNOWN, peers: PEERS, rounds: 30, isWhole: true, render: false, help: false });
});

test("--only takes names of workloads and the beginnings of names, several times or with commas", () => {
  expect(read("--only", "20/20/20").only).toEqual(["20/20/20"]);
  expect(read("--only", "rules/domain,no-op").only).toEqual(["no-op", "rules/domain/1", "rules/domain/10000"]);
  expect(read("--only", "rules", "--only", "start").only).toHaveLength(4);
});

test("a run that leaves something out does not write the results", () => {
  for (const args of [["--only", "no-op"], ["--peers", "rust"], ["--quick"], ["--rounds", "29"]]) {
    expect(read(...args).isWhole).toBe(false);
  }
  expect(read("--rounds", "60").isWhole).toBe(true);
});

test("--peers keeps the order of the tables", () => {
  expect(read("--peers", "lua,ours").peers).toEqual(["ours", "lua"]);
});

test("--quick takes few rounds, --rounds any number", () => {
  expect(read("--quick").rounds).toBe(6);
  expect(read("--quick", "--rounds", "3").rounds).toBe(3);
});

test.each([
  [["--onyl", "x"], 'unknown option "--onyl"; did you mean "--only"?'],
  [["--only", "noop"], 'unknown workload "noop"; did you mean "no-op"?'],
  [["--only", "rul"], /^unknown workload "rul"; expected 20\/20\/20, no-op/],
  [["--peers", "ruts"], 'unknown peer "ruts"; did you mean "rust"?'],
  [["--rounds", "0"], '--rounds: expected a whole number from 1, got "0"'],
  [["--rounds", "many"], '--rounds: expected a whole number from 1, got "many"'],
  [["--only"], /argument missing/],
  [["no-op"], /^Unexpected argument 'no-op'/],
])("rejects %j", (args, message) => {
  expect(() => read(...args)).toThrow(message);
  expect(() => read(...args)).toThrow(FlagError);
});

test("the help text names all workloads and peers", () => {
  for (const name of [...KNOWN, ...PEERS]) expect(helpText(KNOWN)).toContain(name);
});
