import type { Observation } from "./observations.js";
import { callbacks, type Callback, type TracedCall } from "./trace.js";

/** What differs between two engines' views of a scenario, one line each. */
export function compareObservations(a: Observation, b: Observation): string[] {
  return [...traceDifferences("trial", a, b), ...traceDifferences("serving", a, b)];
}

function traceDifferences(part: "trial" | "serving", a: Observation, b: Observation): string[] {
  const [left, right] = [a, b].map(({ trace }) => normalised(trace[part])) as [string[], string[]];
  if (left.join("\n") === right.join("\n")) return [];
  const first = left.findIndex((line, index) => line !== right[index]);
  const at = first < 0 ? left.length : first;
  return [
    `${part}, from line ${at}:`,
    ...left.slice(Math.max(0, at - 4), at).map((line) => `  ${line}`),
    ...left.slice(at, at + 12).map((line) => `- ${line}`),
    ...right.slice(at, at + 12).map((line) => `+ ${line}`),
  ];
}

function normalised(calls: readonly TracedCall[]): string[] {
  return callbacks(calls)
    .filter((one) => !isIdleTick(one))
    .flatMap(({ call, inner }) => [text(call), ...inner.map((one) => `  ${text(one)}`)]);
}

function isIdleTick({ call, inner }: Callback): boolean {
  return call.name === "proxy_on_tick" && inner.length === 0;
}

function text({ name, args, result }: TracedCall): string {
  return `${name}(${args.join(", ")}) = ${result}`;
}
