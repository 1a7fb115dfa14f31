import { expect, test } from "vitest";
import { HeaderMap, PluginModule, SharedData, VmPool } from "../../sdk/host/index.js";
import { benchServices } from "./bench.js";
import { Guest } from "./conformance/support/guest.js";
import { Rig } from "./conformance/support/rig.js";
import { arg, call, equal, out, pairs, returns, slot, trap, when } from "./conformance/support/steps.js";

const httpCall = call(
  "proxy_http_call",
  "up",
  pairs([":method", "GET"], [":path", "/"], [":authority", "up"]),
  "",
  "",
  0,
  slot("token"),
);

test("calls that a plugin makes while it is deleted are cancelled", () => {
  const rig = new Rig();
  const plugin = rig.plugin(new Guest({ proxy_on_delete: [httpCall] }));
  plugin.stop();
  expect(rig.upstreams.calls.map(({ cancelled }) => cancelled)).toEqual([true]);
});

test("a plugin that delays its end ends with its VM, and so do its calls and timers", () => {
  const rig = new Rig();
  const guest = new Guest({
    proxy_on_configure: [call("proxy_set_tick_period_milliseconds", 100), returns(1)],
    proxy_on_done: [when(equal(arg(0), 1), httpCall, returns(0)), returns(1)],
    proxy_on_request_headers: [trap],
  });
  const module = rig.module(guest);
  const [waiting, trapping] = [rig.plugin(guest, { module }), rig.plugin(guest, { module })];
  waiting.stop();
  expect([rig.timers.size, rig.upstreams.calls[0]!.cancelled]).toEqual([2, false]);
  rig.open([trapping]).stream.destroy();
  expect(rig.upstreams.calls[0]!.cancelled).toBe(true);
  trapping.stop();
  expect([rig.timers.size, rig.pool.vms()]).toEqual([0, []]);
});

test("shared data is deleted when the last VM that uses it ends, also if a VM was replaced", () => {
  const sharedData = new SharedData();
  const pool = new VmPool(benchServices({ sharedData }));
  const module = PluginModule.load(new Guest({}).bytes);
  const old = pool.take(module, {});
  expect(pool.take(module, {})).toBe(old);
  old.wantsRebuild = true;
  const next = pool.take(module, {});
  expect(pool.vms()).toEqual([old, next]);
  sharedData.set("", "key", Buffer.from("value"), 0);
  pool.release(old);
  pool.release(old);
  expect(pool.vms()).toEqual([next]);
  expect(sharedData.get("", "key")).toBeDefined();
  pool.release(next);
  expect(sharedData.get("", "key")).toBeUndefined();
});

test("a status that is not a number gives no property, and no trap", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({
      proxy_on_response_headers: [
        call("proxy_get_property", "response\0code", out("code")),
        call("proxy_get_property", "response\0grpc_status", out("grpc")),
      ],
    }),
  );
  const { stream } = rig.open([plugin]);
  stream.responseHeaders(new HeaderMap("response", [[":status", "junk"]]), true);
  expect(rig.statuses("proxy_get_property")).toEqual([1, 1]);
  expect(plugin.failure).toBeUndefined();
  // A local reply with a second `:status` header has such a status too.
  const replying = new Guest({
    proxy_on_request_headers: [call("proxy_send_local_response", 403, "", "", pairs([":status", "200"]), -1)],
    proxy_on_log: [call("proxy_get_property", "response\0code", out("code"))],
  });
  const other = rig.plugin(replying);
  rig.open([other]).stream.destroy();
  expect(other.failure).toBeUndefined();
});

test("a body callback that resumes its own stream again and again ends with a trap", () => {
  const rig = new Rig();
  const guest = new Guest({
    proxy_on_request_headers: [returns(4)],
    proxy_on_request_body: [call("proxy_continue_stream", 0)],
    proxy_on_foreign_function: [call("proxy_set_effective_context", 2), call("proxy_continue_stream", 0)],
  });
  const plugin = rig.plugin(guest);
  const opened = rig.open([plugin], { end: false });
  opened.stream.requestData(Buffer.from("body"), false);
  plugin.callForeign(1, Buffer.alloc(0));
  expect(plugin.failure).toMatch(/proxy_on_request_body failed: more than \d+ nested callbacks/);
  expect(opened.response?.headers.get(":status")).toBe("503");
});
