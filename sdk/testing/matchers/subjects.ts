import { HeaderList } from "../message/headers.js";
import { Message } from "../message/message.js";
import { TestPlugin } from "../test-plugin.js";
import { TestRequest, TestResponse } from "../test-request.js";

/** Says what was given in the place of what a matcher takes. */
function wrong(matcher: string, wanted: string, got: unknown): TypeError {
  const what = got === null ? "null" : typeof got === "object" ? (got.constructor?.name ?? "an object") : typeof got;
  const hint =
    got instanceof Promise
      ? "; await it first"
      : got === undefined
        ? "; a request's upstream and response are undefined as long as nothing has come there"
        : "";
  return new TypeError(`${matcher}: expected ${wanted}, got ${what}${hint}`);
}

/** The plugin. @throws TypeError for something else */
export function pluginOf(got: unknown, matcher: string): TestPlugin {
  if (got instanceof TestPlugin) return got;
  throw wrong(matcher, "a plugin", got);
}

/** The request, also of a response. */
export function requestOf(got: unknown, matcher: string): TestRequest {
  if (got instanceof TestRequest) return got;
  if (got instanceof TestResponse) return got.request;
  throw wrong(matcher, "a request or a response", got);
}

export function pluginOrRequest(got: unknown, matcher: string): TestPlugin | TestRequest {
  if (got instanceof TestPlugin || got instanceof TestRequest) return got;
  if (got instanceof TestResponse) return got.request;
  throw wrong(matcher, "a plugin, a request or a response", got);
}

/** A message that came out, or was sent to an upstream. */
export function messageOf(got: unknown, matcher: string): Message {
  if (got instanceof Message) return got;
  throw wrong(matcher, "a response, a call, or what an upstream got", got);
}

export function headersOf(got: unknown, matcher: string): HeaderList {
  return got instanceof HeaderList ? got : messageOf(got, matcher).headers;
}

/** The response, undefined where a request has none yet. */
export function responseOf(got: unknown, matcher: string): TestResponse | undefined {
  if (got instanceof TestResponse) return got;
  return requestOf(got, matcher).response;
}
