import type { Outcome } from "../scenarios/engine.js";
import { isAddress, isSize, isToken } from "./addresses.js";
import { masked, maskedHeaders } from "./mask.js";
import type { Observation } from "./observation.js";
import { callbacks, isAllocation, type Callback, type TracedCall } from "./trace.js";

/** The number of lines that are shown for a difference. */
const SHOWN = 14;
/** The number of digits that a time may be longer on one of the engines. */
const A_FEW_DIGITS = 4;
/** The network splits a body of this size or more into chunks, differently each time. */
const ONE_CHUNK = 16_000;

/** The differences between the observations of two engines, one line each. */
export function compareObservations(a: Observation, b: Observation): string[] {
  return [
    ...[a, b].flatMap(({ trace }, index) => (trace.hasEnded ? [`${"-+"[index]} the process has ended`] : [])),
    ...a.outcomes.flatMap((outcome, index) => outcomeDifferences(index, outcome, b.outcomes[index])),
    ...traceDifferences("trial", a, b),
    ...traceDifferences("serving", a, b),
  ];
}

function outcomeDifferences(index: number, a: Outcome, b: Outcome | undefined): string[] {
  const [left, right] = [outcomeLines(a), b ? outcomeLines(b) : []];
  if (left.join("\n") === right.join("\n")) return [];
  const missing = left.filter((line) => !right.includes(line)).map((line) => `- ${line}`);
  const more = right.filter((line) => !left.includes(line)).map((line) => `+ ${line}`);
  const order = missing.length + more.length === 0 ? [...left.map((l) => `- ${l}`), ...right.map((l) => `+ ${l}`)] : [];
  return [`request ${index + 1}:`, ...missing, ...more, ...order];
}

/** The outcome of a request as lines of text. */
function outcomeLines({ response, failure, received }: Outcome): string[] {
  const body = (text: string) => masked(text.length > 2000 ? `${text.length} bytes` : text);
  const responseLines = response
    ? [
        response.statusLine,
        ...maskedHeaders(response.headers),
        `body ${body(response.text)}`,
        ...maskedHeaders(response.trailers),
      ]
    : [`failure ${/^no response within/.test(failure ?? "") ? "no response in time" : "the connection was closed"}`];
  const requests = received.map((one) =>
    [
      `${one.cluster} got ${one.method} ${one.target}`,
      ...[...maskedHeaders(one.headers), `body ${body(one.body)}`, ...maskedHeaders(one.trailers)],
    ].join(" | "),
  );
  return [...responseLines, ...requests];
}

function traceDifferences(part: "trial" | "serving", a: Observation, b: Observation): string[] {
  const [left, right] = [a, b].map(({ trace }) => normalised(trace[part])) as [TracedCall[], TracedCall[]];
  // Calls that are not compared allocate memory too, perhaps at another moment.
  const isShifted = [a, b].some(
    ({ trace }) => isSplit(trace[part]) || callbacks(trace[part]).some(isIdleTick) || hasOldRoots(trace[part]),
  );
  const known: Known = { isShifted, tokens: new Map() };
  const at = left.findIndex((call, index) => !same(call, right[index], known));
  const first = at >= 0 ? at : left.length < right.length ? left.length : -1;
  if (first < 0) return [];
  return [
    `${part}, from call ${first}:`,
    ...left.slice(Math.max(0, first - 6), first).map((call) => `  ${text(call)}`),
    ...left.slice(first, first + SHOWN).map((call) => `- ${text(call)}`),
    ...right.slice(first, first + SHOWN).map((call) => `+ ${text(call)}`),
  ];
}

function normalised(calls: readonly TracedCall[]): TracedCall[] {
  const split = isSplit(calls);
  const compared = callbacks(calls).filter(
    (one) => !isIdleTick(one) && !(split && isBody(one.call) && one.call.args[2] === "0"),
  );
  // The host deletes a replaced root context some time later, perhaps during the next requests: these callbacks are
  // compared last.
  const isEnd = endOfRoot(calls);
  return [...compared.filter((one) => !isEnd(one)), ...compared.filter(isEnd)].flatMap(({ call, inner }) => [
    call,
    ...inner,
  ]);
}

/** Whether a root context was deleted before the last other callback. */
function hasOldRoots(calls: readonly TracedCall[]): boolean {
  const all = callbacks(calls);
  const isEnd = endOfRoot(calls);
  return all.findIndex(isEnd) < all.findLastIndex((one) => !isEnd(one)) && all.some(isEnd);
}

function endOfRoot(calls: readonly TracedCall[]): (callback: Callback) => boolean {
  const begins = ({ name, args }: TracedCall) => name === "proxy_on_context_create" && args[1] === "0";
  const roots = new Set(calls.filter(begins).map(({ args }) => args[0]));
  return ({ call }) => (call.name === "proxy_on_done" || call.name === "proxy_on_delete") && roots.has(call.args[0]);
}

function isSplit(calls: readonly TracedCall[]): boolean {
  return calls.some((call) => isBody(call) && Number(call.args[1]) > ONE_CHUNK);
}

function isIdleTick({ call, inner }: Callback): boolean {
  return call.name === "proxy_on_tick" && inner.length === 0;
}

function isBody({ name }: TracedCall): boolean {
  return name === "proxy_on_request_body" || name === "proxy_on_response_body";
}

/** What the comparison of two engines' calls has found so far. */
interface Known {
  /** A value was longer, or a call happened more often, on one engine: from then on addresses differ. */
  isShifted: boolean;
  /** The queue tokens of one engine, with the tokens of the other. */
  tokens: Map<string, string>;
}

function same(a: TracedCall, b: TracedCall | undefined, known: Known): boolean {
  if (!b || a.name !== b.name || a.args.length !== b.args.length) return false;
  if (masked(a.text ?? "") !== masked(b.text ?? "")) return false;
  const areSame = a.args.every((one, index) => {
    const other = b.args[index]!;
    if (one === other) return true;
    if (isToken(a.name, index)) {
      if (!known.tokens.has(one)) known.tokens.set(one, other);
      return known.tokens.get(one) === other;
    }
    if (isAddress(a.name, index)) return known.isShifted;
    if (!isSize(a.name, index) || Math.abs(Number(one) - Number(other)) > A_FEW_DIGITS) return false;
    known.isShifted = true;
    return true;
  });
  return areSame && (a.result === b.result || (isAllocation(a) && known.isShifted));
}

function text(call: TracedCall): string {
  const indent = call.kind === "call" || isAllocation(call) ? "  " : "";
  const line = call.text === undefined ? "" : ` ${masked(call.text)}`;
  return `${indent}${call.name}(${call.args.join(", ")}) = ${call.result}${line}`;
}
