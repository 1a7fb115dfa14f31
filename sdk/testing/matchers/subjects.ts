import { HeaderList } from "../message/headers.js";
import { Message } from "../message/message.js";
import { TestPlugin } from "../test-plugin.js";
import { TestRequest, TestResponse } from "../test-request.js";

/** The error for a value that a matcher does not take. */
function wrongSubject(matcher: string, wanted: string, got: unknown): TypeError {
  const what = got === null ? "null" : typeof got === "object" ? (got.constructor?.name ?? "an object") : typeof got;
  const hint =
    got instanceof Promise
      ? "; await it first"
      : got === undefined
        ? "; request.upstream and request.response are undefined until headers arrive there"
        : "";
  return new TypeError(`${matcher}: expected ${wanted}, got ${what}${hint}`);
}

/** Takes a plugin. @throws TypeError for anything else */
export function pluginOf(got: unknown, matcher: string): TestPlugin {
  if (got instanceof TestPlugin) return got;
  throw wrongSubject(matcher, "a plugin", got);
}

/** Takes a request, or a response with its request. @throws TypeError for anything else */
export function requestOf(got: unknown, matcher: string): TestRequest {
  if (got instanceof TestRequest) return got;
  if (got instanceof TestResponse) return got.request;
  throw wrongSubject(matcher, "a request or a response", got);
}

export function pluginOrRequest(got: unknown, matcher: string): TestPlugin | TestRequest {
  if (got instanceof TestPlugin || got instanceof TestRequest) return got;
  if (got instanceof TestResponse) return got.request;
  throw wrongSubject(matcher, "a plugin, a request or a response", got);
}

/** Takes a message behind the plugin, or a call. @throws TypeError for anything else */
export function messageOf(got: unknown, matcher: string): Message {
  if (got instanceof Message) return got;
  throw wrongSubject(matcher, "a response, a call or request.upstream", got);
}

export function headersOf(got: unknown, matcher: string): HeaderList {
  return got instanceof HeaderList ? got : messageOf(got, matcher).headers;
}

/** Takes a response, or a request with its response, which is undefined until it arrives. */
export function responseOf(got: unknown, matcher: string): TestResponse | undefined {
  if (got instanceof TestResponse) return got;
  return requestOf(got, matcher).response;
}
