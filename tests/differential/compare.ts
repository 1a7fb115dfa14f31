import type { Outcome } from "../scenarios/engine.js";
import { isAddress, isSize, isToken } from "./addresses.js";
import { masked, maskedHeaders } from "./mask.js";
import type { Observation } from "./observation.js";
import { callbacks, isAllocation, type Callback, type TracedCall } from "./trace.js";

/** How many lines of a difference are shown. */
const SHOWN = 14;
/** How much longer a time may be on one of the engines. */
const A_FEW_DIGITS = 4;
/** From here on a body comes in as many pieces as the network makes of it. */
const ONE_PIECE = 16_000;

/** What differs between two engines' views of a scenario, one line each. */
export function compareObservations(a: Observation, b: Observation): string[] {
  return [
    ...[a, b].flatMap(({ trace }, index) => (trace.hasEnded ? [`${"-+"[index]} the process has ended`] : [])),
    ...a.outcomes.flatMap((outcome, index) => outcomeDifferences(index, outcome, b.outcomes[index])),
    ...traceDifferences("trial", a, b),
    ...traceDifferences("serving", a, b),
  ];
}

function outcomeDifferences(index: number, a: Outcome, b: Outcome | undefined): string[] {
  const [left, right] = [seen(a), b ? seen(b) : []];
  if (left.join("\n") === right.join("\n")) return [];
  const missing = left.filter((line) => !right.includes(line)).map((line) => `- ${line}`);
  const more = right.filter((line) => !left.includes(line)).map((line) => `+ ${line}`);
  const order = missing.length + more.length === 0 ? [...left.map((l) => `- ${l}`), ...right.map((l) => `+ ${l}`)] : [];
  return [`request ${index + 1}:`, ...missing, ...more, ...order];
}

/** What came of a request, as lines. */
function seen({ response, failure, received }: Outcome): string[] {
  const body = (text: string) => masked(text.length > 2000 ? `${text.length} bytes` : text);
  const answer = response
    ? [
        response.statusLine,
        ...maskedHeaders(response.headers),
        `body ${body(response.text)}`,
        ...maskedHeaders(response.trailers),
      ]
    : [`failure ${/^no response within/.test(failure ?? "") ? "no answer in time" : "the connection was cut"}`];
  const requests = received.map((one) =>
    [
      `${one.cluster} got ${one.method} ${one.target}`,
      ...[...maskedHeaders(one.headers), `body ${body(one.body)}`, ...maskedHeaders(one.trailers)],
    ].join(" | "),
  );
  return [...answer, ...requests];
}

function traceDifferences(part: "trial" | "serving", a: Observation, b: Observation): string[] {
  const [left, right] = [a, b].map(({ trace }) => normalised(trace[part])) as [TracedCall[], TracedCall[]];
  // What is left out costs a plugin memory, perhaps at another moment.
  const isShifted = [a, b].some(
    ({ trace }) => isInPieces(trace[part]) || callbacks(trace[part]).some(isIdleTick) || hasOldRoots(trace[part]),
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
  const inPieces = isInPieces(calls);
  const told = callbacks(calls).filter(
    (one) => !isIdleTick(one) && !(inPieces && isBody(one.call) && one.call.args[2] === "0"),
  );
  // An old root ends when a host gets round to it, perhaps during the next requests.
  const isEnd = endOfRoot(calls);
  return [...told.filter((one) => !isEnd(one)), ...told.filter(isEnd)].flatMap(({ call, inner }) => [call, ...inner]);
}

/** Whether a root has ended before all was over. */
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

function isInPieces(calls: readonly TracedCall[]): boolean {
  return calls.some((call) => isBody(call) && Number(call.args[1]) > ONE_PIECE);
}

function isIdleTick({ call, inner }: Callback): boolean {
  return call.name === "proxy_on_tick" && inner.length === 0;
}

function isBody({ name }: TracedCall): boolean {
  return name === "proxy_on_request_body" || name === "proxy_on_response_body";
}

/** What is known of two engines while their calls are compared. */
interface Known {
  /** Something was longer, or happened more often, on one of them: from then on addresses differ. */
  isShifted: boolean;
  /** Which token of one engine is which of the other. */
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
