import { expect, test } from "vitest";
import { HeaderMap } from "../../../sdk/host/index.js";
import { Guest } from "./support/guest.js";
import { Played } from "./play.js";

// The host calls that only ABI 0.1.0 has.

const old = () => Guest.bare({ marker: "proxy_abi_version_0_1_0" });

test("proxy_get_configuration returns the plugin's configuration when a root context is created or configured, else the VM's", () => {
  const guest = old();
  const read = () => guest.read("proxy_get_configuration");
  for (const name of ["context_create", "vm_start", "configure"]) guest.on(`proxy_on_${name}`, read());
  guest.on("proxy_on_request_headers", read(), 0, "ii>i");
  const plugin = { vm: { configuration: Buffer.from("vm") } };
  const played = new Played(guest, { configuration: "plugin", plugin, fromStart: true });
  const once = ["plugin", "vm", "plugin"];
  played.open();
  // The last two are from the stream's `context_create` and `request_headers`.
  expect(played.logged).toEqual([...once, ...once, "vm", "vm"]);
});

test("proxy_continue_request and proxy_continue_response resume a paused message", () => {
  let tick: () => void = () => {};
  const timers = { start: (_: number, run: () => void) => ((tick = run), () => {}) };
  const guest = old();
  guest.on("proxy_on_request_headers", [], 1, "ii>i").on("proxy_on_response_headers", [], 1, "ii>i");
  guest.on("proxy_on_configure", guest.do("proxy_set_tick_period_milliseconds", 1));
  const context = guest.do("proxy_set_effective_context", 2);
  guest.on("proxy_on_tick", [context, guest.do("proxy_continue_request"), guest.do("proxy_continue_response")]);
  const played = new Played(guest, { services: { timers } });
  const opened = played.open();
  expect(opened.upstream).toBeUndefined();
  tick();
  expect(opened.upstream).toMatchObject({ ended: true });
  opened.stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), true);
  expect(opened.response).toBeUndefined();
  tick();
  expect(opened.response).toMatchObject({ ended: true });
  expect(played.statuses()).toEqual([0, 0, 0, 0, 0, 0]);
});

test("after proxy_clear_route_cache the route is looked up again when the request continues to its upstream", () => {
  const guest = old();
  const route = () => guest.read("proxy_get_property", ...guest.text("xds\0route_name"));
  const clear = guest.do("proxy_clear_route_cache");
  guest.on("proxy_on_request_headers", [route(), route(), clear, route()], 0, "ii>i");
  guest.on("proxy_on_response_headers", [route(), route()], 0, "ii>i");
  const played = new Played(guest);
  let count = 0;
  const opened = played.open([], true, { findRoute: () => ({ name: `route ${++count}` }) });
  opened.stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), true);
  expect(played.logged).toEqual(["route 1", "route 1", "route 1", "route 2", "route 2"]);
});
