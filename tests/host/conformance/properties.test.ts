import { expect, test } from "vitest";
import { Guest } from "./support/guest.js";
import { Rig, type OpenOptions } from "./support/rig.js";
import { arg, call, load, out, pairs, returns, store } from "./support/steps.js";

const read = (name: string, ...path: readonly string[]) => call("proxy_get_property", path.join("\0"), out(name));

/** A plugin that reads properties in these steps, and a request to it. */
function reading(steps: ConstructorParameters<typeof Guest>[0], options: OpenOptions = {}) {
  const rig = new Rig();
  const plugin = rig.plugin(new Guest(steps), { name: "reader", rootId: "the root", vm: { id: "the vm" } });
  return { rig, plugin, opened: rig.open([plugin], options) };
}

test("[150] a NUL separates the segments of a path; a text is its bytes, an integer 8 bytes, a boolean one byte", () => {
  const { rig, plugin, opened } = reading({
    proxy_on_request_headers: [read("path", "request", "path"), read("trailing", "request", "path", "")],
    proxy_on_response_headers: [read("code", "response", "code"), read("mtls", "connection", "mtls")],
  });
  opened.respond(404);
  expect(rig.statuses("proxy_get_property")).toEqual([0, 0, 0, 0]);
  expect(rig.bytes(plugin, "path").toString()).toBe("/foo");
  expect(rig.bytes(plugin, "trailing").toString()).toBe("/foo");
  expect(rig.bytes(plugin, "code")).toEqual(Buffer.from([0x94, 1, 0, 0, 0, 0, 0, 0]));
  expect(rig.bytes(plugin, "mtls")).toEqual(Buffer.from([0]));
});

test("[151] times are 64-bit nanoseconds; request.duration is available only at the end", () => {
  const { rig, plugin, opened } = reading({
    proxy_on_request_headers: [read("time", "request", "time"), read("early", "request", "duration")],
    proxy_on_log: [read("duration", "request", "duration")],
  });
  opened.respond();
  opened.info.endedAt = 15_000_000n;
  opened.stream.destroy();
  expect(rig.statuses("proxy_get_property")).toEqual([0, 1, 0]);
  expect(rig.bytes(plugin, "time").readBigInt64LE()).toBe(1_800_000_000_000_000_000n);
  expect(rig.bytes(plugin, "duration").readBigInt64LE()).toBe(15_000_000n);
});

test("[152] an unknown property, a field of a scalar and an index after the end of a list are NotFound", () => {
  const rig = new Rig();
  const list = ["metadata", "filter_metadata", "my", "list"];
  const plugin = rig.plugin(
    new Guest({
      proxy_on_request_headers: [
        ...[read("x", "nothing"), read("x", "request", "nothing"), read("x", "request", "path", "0")],
        ...[read("x", ...list, "2"), read("x", ...list, "-1"), read("x", ...list, "one")],
        ...[
          read("item", ...list, "1"),
          read("list", ...list),
          read("number", "metadata", "filter_metadata", "my", "n"),
        ],
        ...[read("null", "metadata", "filter_metadata", "my", "nil"), read("x", "")],
      ],
    }),
  );
  rig.open([plugin], { prepare: (info) => (info.metadata = { my: { list: ["a", true], n: 1.5, nil: null } }) });
  expect(rig.statuses("proxy_get_property")).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 3, 3]);
  expect(rig.bytes(plugin, "item")).toEqual(Buffer.from([1]));
  // A list is encoded as pairs, with the items as names.
  expect(rig.bytes(plugin, "list")).toEqual(pairs(["a", ""], ["\x01", ""]));
  expect(rig.bytes(plugin, "number").readDoubleLE()).toBe(1.5);
});

test("[150] the metadata of a request is a message in protobuf format", () => {
  const rig = new Rig();
  const plugin = rig.plugin(new Guest({ proxy_on_request_headers: [read("metadata", "metadata")] }));
  rig.open([plugin], { prepare: (info) => (info.metadata = { my: { b: true } }) });
  // filter_metadata { key: "my" value { fields { key: "b" value { bool_value: true } } } }
  expect(rig.bytes(plugin, "metadata").toString("hex")).toBe("0a0f0a026d7912090a070a016212022001");
});

const pairText = (name: string, value: string) => `${name}\0${value}\0`;

test("[153] a repeated request header reads as its joined values, and request.headers has each name once", () => {
  const headers = [
    ["x-a", "1"],
    ["x-a", "2"],
    ["x-b", "3"],
  ] as const;
  const { rig, plugin } = reading(
    { proxy_on_request_headers: [read("one", "request", "headers", "x-a"), read("all", "request", "headers")] },
    { headers },
  );
  expect(rig.bytes(plugin, "one").toString()).toBe("1,2");
  const all = rig.bytes(plugin, "all").toString("latin1");
  expect(all).toContain(pairText("x-b", "3"));
  expect(all).toContain(pairText("x-a", "1,2"));
  expect(rig.bytes(plugin, "all").readUInt32LE()).toBe(6);
});

test("[154] request.path is NotFound in the response callbacks, and available again in the log", () => {
  const { rig, opened } = reading({
    proxy_on_response_headers: [read("path", "request", "path"), read("method", "request", "method")],
    proxy_on_log: [read("path", "request", "path")],
  });
  opened.respond();
  opened.stream.destroy();
  expect(rig.statuses("proxy_get_property")).toEqual([1, 1, 0]);
});

test("[155] the plugin that sets a property and the next plugins can read it; a root context cannot set properties", () => {
  const rig = new Rig();
  const first = rig.plugin(
    new Guest({
      proxy_on_configure: [call("proxy_set_property", "k", "v")],
      proxy_on_request_headers: [call("proxy_set_property", "k", "v\0\xff"), read("own", "k")],
    }),
    { name: "first" },
  );
  const second = rig.plugin(
    new Guest({
      proxy_on_request_headers: [read("other", "k"), call("proxy_set_property", "k", "changed")],
      proxy_on_log: [read("late", "k")],
    }),
    { name: "second" },
  );
  const { stream } = rig.open([first, second]);
  stream.destroy();
  expect(rig.statuses("proxy_set_property")).toEqual([1, 1, 0, 0]);
  expect(rig.bytes(first, "own").toString("latin1")).toBe("v\0\xff");
  expect(rig.bytes(second, "other").toString("latin1")).toBe("v\0\xff");
  expect(rig.bytes(second, "late").toString()).toBe("changed");
  // Another stream does not have the property.
  const apart = rig.plugin(new Guest({ proxy_on_request_headers: [read("x", "k")] }), { name: "apart" });
  rig.open([apart]);
  expect(rig.statuses("proxy_get_property").at(-1)).toBe(1);
});

test("[156] a property with a path of two segments can be set, but not read", () => {
  const { rig } = reading({ proxy_on_request_headers: [call("proxy_set_property", "a\0b", "v"), read("x", "a", "b")] });
  expect(rig.statuses("proxy_set_property")).toEqual([0]);
  expect(rig.statuses("proxy_get_property")).toEqual([1]);
});

test("[158] the root context and streams can read plugin_name, plugin_root_id and plugin_vm_id", () => {
  const own = ["plugin_name", "plugin_root_id", "plugin_vm_id"];
  const all = (when: string) => own.map((name) => read(`${when} ${name}`, name));
  const { rig, plugin } = reading({ proxy_on_configure: all("root"), proxy_on_request_headers: all("stream") });
  for (const when of ["root", "stream"]) {
    const values = own.map((name) => rig.bytes(plugin, `${when} ${name}`).toString());
    expect(values).toEqual(["reader", "the root", "the vm"]);
  }
});

test("[164] an unknown context cannot be chosen, and the choice of a context ends with the callback", () => {
  const path = read("path", "request", "path");
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({
      proxy_on_request_headers: [store("stream", arg(0)), call("proxy_set_tick_period_milliseconds", 5), returns(1)],
      proxy_on_tick: [
        call("proxy_set_effective_context", 999),
        path,
        call("proxy_set_effective_context", load("stream")),
        path,
      ],
    }),
  );
  rig.open([plugin]);
  rig.timers.advance(10);
  expect(rig.statuses("proxy_set_effective_context")).toEqual([2, 0, 2, 0]);
  expect(rig.statuses("proxy_get_property")).toEqual([1, 0, 1, 0]);
});

test("on Higress, a plugin can also read route_name without xds", () => {
  const steps = { proxy_on_request_headers: [read("new", "xds", "route_name"), read("old", "route_name")] };
  const rig = new Rig();
  const higress = rig.plugin(new Guest(steps, { abi: "0.2.100", host: "higress" }), { name: "higress" });
  rig.open([higress], { route: () => ({ name: "default/foo" }) });
  expect(rig.bytes(higress, "old").toString()).toBe("default/foo");
});
