import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { request } from "../support/http.js";
import { wat } from "./wat.js";

let gateway: RunningGateway | undefined;
afterEach(() => gateway?.stop(0));

/** Takes memory, 1023 pages at a time, until there is no more, and traps if this was at 1 GiB. */
const TAKE_ALL = `(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
  (loop $on (br_if $on (i32.ge_s (memory.grow (i32.const 1023)) (i32.const 0))))
  (if (i32.eq (memory.size) (i32.const 16369)) (then (unreachable)))
  (i32.const 0))`;

test.each([
  ["of its own", '(memory (export "memory") 1)', ""],
  ["of its own with a higher limit", '(memory (export "memory") 1 65536)', ""],
  ["that it imports", '(export "memory" (memory $m))', '(import "env" "memory" (memory $m 1))'],
])("a plugin that takes all memory %s gets 1 GiB, and the gateway goes on", async (_, memory, imported) => {
  const wasm = join(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")), "plugin.wasm");
  writeFileSync(wasm, wat(`${imported} ${TAKE_ALL}`, { memory }));
  const routes = [{ prefix: "/", directResponse: { status: 200 } }];
  gateway = await startGateway(
    {
      listeners: [
        { name: "large", plugins: [{ name: "large", wasm, failurePolicy: "FAIL_RELOAD" }], routes },
        { name: "other", routes },
      ],
    },
    { log: () => {}, reloadIntervalMs: 0 },
  );
  const status = async (listener: string) => (await request(gateway!.port(listener), {}, 20_000)).status;
  expect([await status("large"), await status("large"), await status("other")]).toEqual([503, 503, 200]);
  expect(gateway.plugin("large", "large").failure).toContain("unreachable");
});
