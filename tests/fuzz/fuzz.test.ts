import { expect, it } from "vitest";
import { HostFuzzer } from "./as-host/index.js";
import { TARGETS } from "./as-host/plugins.js";
import { PluginFuzzer } from "./as-plugin/index.js";
import { firstSequence, fuzz } from "./fuzzer.js";

const COUNT = 5000;

it("random host calls never break the host", () => {
  const fuzzer = new PluginFuzzer();
  fuzz(fuzzer, firstSequence(), COUNT);
  // The test is worthless unless it makes nearly all host calls, with many different outcomes.
  const outcomes = [...fuzzer.calls.seen.values()].reduce((sum, statuses) => sum + statuses.size, 0);
  expect(outcomes).toBeGreaterThan(200);
});

it("random hosts never make a plugin trap", async () => {
  const fuzzer = await HostFuzzer.make();
  // The first sequences of several worlds, so that each plugin runs.
  const start = firstSequence() - (firstSequence() % fuzzer.world);
  const each = Math.ceil(COUNT / TARGETS.length);
  for (const index of TARGETS.keys()) fuzz(fuzzer, start + index * fuzzer.world, each);
});
