import type { Content } from "../upstreams/answer.js";
import type { HeaderList } from "../message/headers.js";
import { toBuffer } from "../message/text.js";
import { checkExpected, differences, fits, quoted } from "./compare.js";
import { pluginOrRequest } from "./subjects.js";
import type { ExpectedCall, ExpectedGrpcCall } from "./types.js";
import { verdict, type Context, type Verdict } from "./verdict.js";

/** How many bytes of a message are shown. */
const MOST_BYTES = 64;

/** The matchers for calls of plugins by HTTP, Redis and gRPC. */
export const callMatchers = {
  toHaveCalledOut(this: Context, got: unknown, cluster: string, expected: ExpectedCall = {}): Verdict {
    const { calls } = pluginOrRequest(got, "toHaveCalledOut");
    checkExpected(expected, ["method", "path", "authority", "body", "headers"], "toHaveCalledOut");
    const { headers = {}, ...rest } = expected;
    const pass = calls.some(
      (call) => call.cluster === cluster && differences(call, rest).length === 0 && hasAll(call.headers, headers),
    );
    const made = calls.map((call) => {
      return `\n  ${call.cluster}: ${call.method} ${call.path}${linesOf(call.headers)}${call.body === "" ? "" : `\n      body ${quoted(call.body)}`}`;
    });
    const instead = made.length === 0 ? "it has made no call" : `its calls${made.join("")}`;
    return verdict(this, pass, "the plugin", `to have called ${cluster}${withFields(expected)}`, instead);
  },

  toHaveCalledRedis(this: Context, got: unknown, cluster: string, command?: readonly (string | RegExp)[]): Verdict {
    const { redisCalls } = pluginOrRequest(got, "toHaveCalledRedis");
    if (command !== undefined && !isCommand(command)) {
      const wanted = 'the words of a command as strings or patterns, such as ["GET", "key"]';
      throw new TypeError(`toHaveCalledRedis: expected ${wanted}, got ${quoted(command)}`);
    }
    const pass = redisCalls.some(
      (call) =>
        call.cluster === cluster &&
        (command === undefined ||
          (command.length === call.command.length && command.every((word, i) => fits(call.command[i]!, word)))),
    );
    const sent = redisCalls.map(({ cluster: to, command: words, database }) => {
      return `\n  ${to}: ${words.map(quoted).join(" ")}${database === 0 ? "" : `, database ${database}`}`;
    });
    const what = `to have sent ${cluster} ${command === undefined ? "a Redis command" : command.map(quoted).join(" ")}`;
    const instead = sent.length === 0 ? "it has sent no Redis command" : `its commands${sent.join("")}`;
    return verdict(this, pass, "the plugin", what, instead);
  },

  toHaveCalledGrpc(this: Context, got: unknown, cluster: string, expected: ExpectedGrpcCall = {}): Verdict {
    const { grpcCalls } = pluginOrRequest(got, "toHaveCalledGrpc");
    checkExpected(expected, ["service", "method", "metadata", "message"], "toHaveCalledGrpc");
    const { metadata = {}, message, ...rest } = expected;
    const pass = grpcCalls.some(
      (call) =>
        call.cluster === cluster &&
        differences(call, rest).length === 0 &&
        hasAll(call.metadata, metadata) &&
        (message === undefined || call.messages.some((one) => isMessage(one, message))),
    );
    const made = grpcCalls.map((call) => {
      const messages = call.messages.map((one) => `\n      message ${messageText(one)}`);
      return `\n  ${call.cluster}: ${call.service}/${call.method}${linesOf(call.metadata)}${messages.join("")}`;
    });
    const text = message instanceof Uint8Array ? messageText(message) : message;
    const like = withFields(message === undefined ? expected : { ...expected, message: text });
    const instead = made.length === 0 ? "it has made no gRPC call" : `its gRPC calls${made.join("")}`;
    return verdict(this, pass, "the plugin", `to have called ${cluster} by gRPC${like}`, instead);
  },
};

function isCommand(command: unknown): boolean {
  return Array.isArray(command) && command.every((word) => typeof word === "string" || word instanceof RegExp);
}

function hasAll(list: HeaderList, wanted: Readonly<Record<string, string | RegExp>>): boolean {
  return Object.entries(wanted).every(([name, value]) => list.getAll(name).some((one) => fits(one, value)));
}

function linesOf(list: HeaderList): string {
  return list
    .entries()
    .map(([name, value]) => `\n      ${name}: ${value}`)
    .join("");
}

function withFields(expected: object): string {
  const patternAsText = (_: string, value: unknown) => (value instanceof RegExp ? String(value) : value);
  return Object.keys(expected).length === 0 ? "" : ` with ${JSON.stringify(expected, patternAsText)}`;
}

function isMessage(got: Uint8Array, wanted: Content | RegExp): boolean {
  return wanted instanceof RegExp ? fits(Buffer.from(got).toString(), wanted) : toBuffer(wanted).equals(got);
}

/** A message as text, or in hexadecimal digits when it is not text. */
function messageText(message: Uint8Array): string {
  const bytes = Buffer.from(message);
  const text = bytes.toString();
  // eslint-disable-next-line no-control-regex
  if (!/[\0-\x08\x0e-\x1f\x7f\ufffd]/.test(text)) return quoted(text);
  const more = bytes.length > MOST_BYTES ? `… (${bytes.length} bytes)` : "";
  return `0x${bytes.subarray(0, MOST_BYTES).toString("hex")}${more}`;
}
