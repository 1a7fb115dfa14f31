import { levelOf } from "./levels.js";
import { parseJson } from "../message/json.js";
import { describeOpen } from "../leaks.js";
import { TestPlugin } from "../test-plugin.js";
import { checkExpected, checkNumber, checkWanted, differences, fits, list, quoted } from "./compare.js";
import { headersOf, messageOf, pluginOf, pluginOrRequest, requestOf, responseOf } from "./subjects.js";
import type { ExpectedReply } from "./types.js";
import { verdict, type Context, type Verdict } from "./verdict.js";

/** The matchers for messages, requests and plugins. `callMatchers` has those for calls. */
export const matchers = {
  toHaveHeader(this: Context, got: unknown, name: string, value?: string | RegExp): Verdict {
    const headers = headersOf(got, "toHaveHeader");
    checkWanted(name, "toHaveHeader: name");
    if (value !== undefined) checkWanted(value, `toHaveHeader: ${name}`);
    const values = headers.getAll(name);
    const pass = value === undefined ? values.length > 0 : values.some((one) => fits(one, value));
    const what = `to have the header ${name}${value === undefined ? "" : `: ${quoted(value)}`}`;
    const all = headers.entries().map(([one, text]) => `\n  ${one}: ${text}`);
    const others = all.length > 0 ? `it has${all.join("")}` : "it has no headers";
    const instead = values.length > 0 ? `it has ${name}: ${list(values)}` : others;
    return verdict(this, pass, "the message", what, instead);
  },

  toHaveStatus(this: Context, got: unknown, status: number): Verdict {
    const response = responseOf(got, "toHaveStatus");
    checkNumber(status, "toHaveStatus");
    const instead = response
      ? `its status is ${response.status}, with the body ${quoted(response.body)}`
      : `the request has no response: ${requestOf(got, "").state}`;
    return verdict(this, response?.status === status, "the response", `to have the status ${status}`, instead);
  },

  toHaveBody(this: Context, got: unknown, body: string | RegExp | object): Verdict {
    const message = messageOf(got, "toHaveBody");
    if (body === undefined) throw new TypeError("toHaveBody: expected a string, a pattern or JSON, got undefined");
    const isText = typeof body === "string" || body instanceof RegExp;
    let pass = false;
    try {
      pass = isText ? fits(message.body, body) : this.equals(parseJson(message.body), body);
    } catch {
      // A body that is not JSON does not match.
    }
    const what = `to have the body ${isText ? quoted(body) : JSON.stringify(body)}`;
    return verdict(this, pass, "the message", what, `its body is ${quoted(message.body)}`);
  },

  toHaveLogged(this: Context, got: unknown, text: string | RegExp, level?: string): Verdict {
    const subject = pluginOrRequest(got, "toHaveLogged");
    const wanted = levelOf(level, "toHaveLogged");
    checkWanted(text, "toHaveLogged");
    const { logs } = subject;
    const pass = logs.some(
      (line) =>
        (wanted === undefined || line.level === wanted) &&
        (typeof text === "string" ? line.message.includes(text) : fits(line.text, text)),
    );
    const what = `to have logged ${quoted(text)}${wanted === undefined ? "" : ` at level ${wanted}`}`;
    const lines = logs.map((line) => `\n  ${line.level}: ${line.text}`).join("");
    const who = subject instanceof TestPlugin ? "the plugin" : "the plugin, for this request,";
    return verdict(this, pass, who, what, lines === "" ? "it has logged nothing" : `it has logged${lines}`);
  },

  toBeLocalReply(this: Context, got: unknown, expected: number | ExpectedReply = {}): Verdict {
    const request = requestOf(got, "toBeLocalReply");
    const { localReply } = request;
    const wanted = typeof expected === "number" ? { status: expected } : expected;
    checkExpected(wanted, ["status", "details", "body"], "toBeLocalReply");
    const wrong = localReply ? differences(localReply, wanted) : [];
    const what = `to be a local reply${Object.keys(wanted).length === 0 ? "" : ` with ${list(Object.entries(wanted).map(([name, value]) => `${name} ${quoted(value)}`))}`}`;
    const instead = localReply
      ? `it is a local reply with status ${localReply.status}, details ${quoted(localReply.details)}, body ${quoted(localReply.body)}`
      : request.response
        ? `it is the upstream's response, with status ${request.response.status}`
        : `the request has no response: ${request.state}`;
    return verdict(this, localReply !== undefined && wrong.length === 0, "the response", what, instead);
  },

  toHaveReachedUpstream(this: Context, got: unknown): Verdict {
    const request = requestOf(got, "toHaveReachedUpstream");
    const { upstream } = request;
    const instead = upstream ? `the upstream got ${upstream.method} ${upstream.path}` : request.state;
    return verdict(this, upstream !== undefined, "the request", "to have reached its upstream", instead);
  },

  toBeHeld(this: Context, got: unknown): Verdict {
    const request = requestOf(got, "toBeHeld");
    return verdict(this, request.isHeld, "the request", "to be held by the plugin", request.state);
  },

  toHaveMetric(this: Context, got: unknown, name: string, value: number): Verdict {
    const { metrics } = pluginOf(got, "toHaveMetric");
    checkNumber(value, `toHaveMetric: ${name}`);
    const all = Object.entries(metrics).map(([one, number]) => `\n  ${one}: ${number}`);
    const instead = all.length === 0 ? "it has no metrics" : `it has${all.join("")}`;
    return verdict(this, metrics[name] === value, "the plugin", `to have the metric ${name} at ${value}`, instead);
  },

  toHaveNothingOpen(this: Context, got: unknown): Verdict {
    const open = describeOpen(pluginOf(got, "toHaveNothingOpen").open);
    return verdict(this, open === undefined, "the plugin", "to have nothing open", `open: ${open ?? "nothing"}`);
  },
};
