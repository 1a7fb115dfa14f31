import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { listings } from "../packaging/project.js";
import { buildPlugin } from "../support/build.js";

let wasm: string;
beforeAll(async () => void (wasm = await buildPlugin("examples/ext-auth")), 60_000);

/** Runs the failing tests with this name. Returns what vitest prints about them. */
function run(name: string, environment: Record<string, string>): string {
  const vitest = join(packageRoot(), "node_modules", "vitest", "vitest.mjs");
  const root = join(packageRoot(), "tests", "testing", "failing");
  // The variables that this vitest and its shell set for colours and workers must not reach the inner vitest.
  const inherited = Object.entries(process.env).filter(([key]) => !/^(NO_COLOR|FORCE_|VITEST)/.test(key));
  const env = { ...Object.fromEntries(inherited), ...environment, TEST_WASM: wasm };
  return spawnSync(process.execPath, [vitest, "run", "--root", root, "-t", name], { env, encoding: "utf8" }).stderr;
}

/** The message of the first failure, without spaces at the ends of lines. */
function message(output: string): string {
  const found = /(?:AssertionError|Error): ([^]*?)\n\n(?:\n|- Expected| ❯)/.exec(output);
  return found?.[1]?.replaceAll(/ +$/gm, "").trimEnd() ?? output;
}

test("the message of any failed assertion has the timeline of the plugin", () => {
  const shown = message(run("vitest's own", { NO_COLOR: "1" }));
  expect(shown).toBe(
    `
expected 401 to be 200 // Object.is equality

What happened, in order:
  _initialize()
  on_context_create(parent context 0)
  on_configure(34 bytes of configuration) → accepted
    get_buffer_bytes(plugin configuration, 0, 34) → '{"cluster":"auth","timeoutMs":200}'
    info: plugin start successfully
  request 1: client sends GET /orders, authorization: "t"
  request 1: on_context_create(parent context 1)
  request 1: on_request_headers(7 headers, end) → Pause
    get_header_map_pairs(request headers) → [":authority: example.com", ":path: /orders", ":method: GET", ":scheme: http", "authorization: t", "x-forwarded-proto: http", "x-request-id: 00000000-0000-4000-8000-000000000001"]
    to auth: GET /auth
    http_call("auth", [":method: GET", ":path: /auth", ":authority: auth", "x-original-method: GET", "x-original-path: /orders", "x-original-host: example.com", "authorization: t"], "", [], 200 ms) → 4
  auth responds with 403
  on_http_call_response(call 4, 1 headers, 0 bytes, 0 trailers)
    get_header_map_pairs(call response headers) → [":status: 403"]
    get_buffer_bytes(call response body, 0, 0) → ""
    set_effective_context(2) → Ok
    send_local_response(401, "", "unauthorized\\n", []) → Ok
  request 1: the client gets 401
  request 1: the client gets "unauthorized\\n"
  request 1: on_delete()
`.trim(),
  );
  const [listing] = listings("docs/testing.md", "When a test fails", "text");
  expect(listing).toBe(`AssertionError: ${shown}\n`);
}, 60_000);

test("the timeline has colours if the terminal has", () => {
  const output = run("name of its own", { FORCE_COLOR: "1" });
  expect(output).toContain("\x1b[1mWhat happened to my-auth, in order:\x1b[22m");
  // Where a colour of the timeline ends, vitest's red continues.
  expect(output).toContain("\x1b[36mrequest 1: on_request_headers(6 headers, end)\x1b[31m → \x1b[35mPause\x1b[31m");
  expect(output).toContain("\x1b[90mget_header_map_pairs(request headers) → ");
  expect(output).toContain("the clock advances by 200 ms");
}, 60_000);
