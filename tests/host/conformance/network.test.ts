import { expect, test } from "vitest";
import { CloseType, StreamInfo, TcpStream, type Plugin } from "../../../sdk/host/index.js";
import { Guest } from "./support/guest.js";
import { Rig } from "./support/rig.js";
import { arg, call, load, nth, out, returns, store, trap } from "./support/steps.js";

const DOWNSTREAM = 2;
const UPSTREAM = 3;

/** A connection with what came out of it. */
function connect(plugins: readonly Plugin[], limit?: number) {
  const events: string[] = [];
  const end = (is: boolean) => (is ? " end" : "");
  const info = new StreamInfo(
    { wall: 0n, monotonic: 0n },
    { id: 5n, source: "127.0.0.1:1", destination: "127.0.0.1:2" },
    () => undefined,
  );
  const stream: TcpStream = new TcpStream(
    plugins.map((plugin) => plugin.newNetworkFilter()).filter((one) => one !== undefined),
    {
      toUpstream: (bytes, ended) => void events.push(`up ${bytes.toString()}${end(ended)}`),
      toDownstream: (bytes, ended) => void events.push(`down ${bytes.toString()}${end(ended)}`),
      connect: () => {},
      flow: (side, paused) => void events.push(`${side} ${paused ? "waits" : "goes on"}`),
      close: () => {
        events.push("close");
        stream.closed(CloseType.Local);
      },
    },
    info,
    limit,
  );
  stream.newConnection();
  return { stream, events };
}

test("[177] given a connection, a plugin hears of it, of the bytes both ways, and of its end: done, log, delete", () => {
  const rig = new Rig();
  const plugin = rig.plugin(new Guest({}));
  const { stream, events } = connect([plugin]);
  stream.downstreamData(Buffer.from("hello"), false);
  stream.upstreamData(Buffer.from("hi"), true);
  stream.downstreamData(Buffer.from(""), true);
  stream.closed(CloseType.Remote);
  stream.closed(CloseType.Remote);
  stream.downstreamData(Buffer.from("late"), false);
  expect(rig.heard(plugin).slice(3)).toEqual([
    ...["context_create 2 1", "new_connection 2", "downstream_data 2 5 0", "upstream_data 2 2 1"],
    ...["upstream_connection_close 2 0", "downstream_data 2 0 1", "downstream_connection_close 2 2"],
    ...["done 2", "log 2", "delete 2"],
  ]);
  expect(events).toEqual(["up hello", "down hi end", "up  end"]);
  expect(plugin.streams).toBe(0);
});

test("bytes can be read and written in their callbacks; what does not belong to connections is not there", () => {
  const rig = new Rig();
  const read = (type: number, name: string) => call("proxy_get_buffer_bytes", type, 0, 100, out(name));
  const plugin = rig.plugin(
    new Guest({
      proxy_on_downstream_data: [
        ...[read(2, "down"), read(3, "none"), read(0, "body"), call("proxy_get_header_map_value", 0, "x", out("x"))],
        ...[call("proxy_set_buffer_bytes", 2, 0, 4, "HEAD"), call("proxy_get_property", "connection_id", out("id"))],
        ...[call("proxy_set_property", "k", "v"), call("proxy_get_property", "source\0port", out("port"))],
        call("proxy_send_local_response", 403, "", "", "", -1),
      ],
      proxy_on_upstream_data: [read(3, "up"), call("proxy_set_buffer_bytes", 3, 0, 0, ">"), read(2, "none")],
    }),
  );
  const { stream, events } = connect([plugin]);
  stream.downstreamData(Buffer.from("head and more"), false);
  stream.upstreamData(Buffer.from("answer"), false);
  expect(events).toEqual(["up HEAD and more", "down >answer"]);
  expect([rig.bytes(plugin, "down").toString(), rig.bytes(plugin, "up").toString()]).toEqual([
    "head and more",
    "answer",
  ]);
  expect(rig.statuses("proxy_get_buffer_bytes")).toEqual([0, 0, 0, 0, 0]);
  expect(rig.bytes(plugin, "none")).toHaveLength(0);
  expect(rig.statuses("proxy_get_header_map_value")).toEqual([2]);
  expect(rig.bytes(plugin, "id").readBigUInt64LE()).toBe(5n);
  expect(rig.bytes(plugin, "port").readBigInt64LE()).toBe(1n);
  expect(rig.statuses("proxy_set_property")).toEqual([0]);
});

test("a plugin that stops is shown all that has come whenever more comes, and lets it go with proxy_continue_stream", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({
      proxy_on_new_connection: [store("stream", arg(0)), call("proxy_set_tick_period_milliseconds", 5)],
      proxy_on_downstream_data: [returns(1)],
      proxy_on_tick: [
        ...[
          call("proxy_set_effective_context", load("stream")),
          call("proxy_get_buffer_bytes", 2, 0, 100, out("held")),
        ],
        ...[call("proxy_continue_stream", DOWNSTREAM), call("proxy_continue_stream", UPSTREAM)],
        ...[call("proxy_continue_stream", 4), call("proxy_continue_stream", 0)],
      ],
    }),
  );
  const behind = rig.plugin(new Guest({}), { name: "behind" });
  const { stream, events } = connect([plugin, behind]);
  stream.downstreamData(Buffer.from("one"), false);
  stream.downstreamData(Buffer.from("two"), true);
  expect(events).toEqual([]);
  rig.timers.advance(5);
  expect(rig.heard(plugin, "downstream_data")).toEqual(["downstream_data 2 3 0", "downstream_data 2 6 1"]);
  expect(rig.bytes(plugin, "held").toString()).toBe("onetwo");
  expect(rig.statuses("proxy_continue_stream")).toEqual([0, 12, 2, 0]);
  expect(rig.heard(behind).slice(4)).toEqual(["new_connection 2", "downstream_data 2 6 1"]);
  expect(events).toEqual(["up onetwo end"]);
});

test("a plugin that stops at the new connection keeps it from those behind it until there is data", () => {
  const rig = new Rig();
  const first = rig.plugin(new Guest({ proxy_on_new_connection: [returns(1)] }), { name: "first" });
  const second = rig.plugin(new Guest({}), { name: "second" });
  const { stream, events } = connect([first, second]);
  expect(rig.heard(second, "new_connection")).toEqual([]);
  stream.downstreamData(Buffer.from("x"), false);
  expect(rig.heard(second, "new_connection")).toEqual(["new_connection 2"]);
  expect(events).toEqual(["up x"]);
});

test("what the upstream has sent and a plugin holds is shown again with more of it, from the last plugin on", () => {
  const rig = new Rig();
  const first = rig.plugin(new Guest({ proxy_on_upstream_data: [nth(1, returns(1))] }), { name: "first" });
  const last = rig.plugin(new Guest({}), { name: "last" });
  const { stream, events } = connect([first, last]);
  stream.upstreamData(Buffer.from("one"), false);
  expect(events).toEqual([]);
  stream.upstreamData(Buffer.from("two"), true);
  expect(events).toEqual(["down onetwo end"]);
  const heard = ["upstream_data 2 3 0", "upstream_data 2 6 1"];
  expect([rig.heard(first, "upstream_data"), rig.heard(last, "upstream_data")]).toEqual([heard, heard]);
});

test("a side waits while more of its bytes are held than may be", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({ proxy_on_downstream_data: [nth(1, returns(1))], proxy_on_upstream_data: [nth(1, returns(1))] }),
  );
  const { stream, events } = connect([plugin], 4);
  stream.downstreamData(Buffer.from("12345"), false);
  stream.upstreamData(Buffer.from("67890"), false);
  expect(events).toEqual(["downstream waits", "upstream waits"]);
  stream.downstreamData(Buffer.from(""), true);
  stream.upstreamData(Buffer.from(""), true);
  expect(events.slice(2)).toEqual(["up 12345 end", "downstream goes on", "down 67890 end", "upstream goes on"]);
});

test.each([DOWNSTREAM, UPSTREAM])(
  "proxy_close_stream(%i) closes the connection when the plugin has returned",
  (type) => {
    const rig = new Rig();
    const plugin = rig.plugin(
      new Guest({ proxy_on_downstream_data: [call("proxy_close_stream", type), call("proxy_log", 2, "still here")] }),
    );
    const { stream, events } = connect([plugin]);
    stream.downstreamData(Buffer.from("x"), false);
    stream.upstreamData(Buffer.from("y"), false);
    expect([rig.statuses("proxy_close_stream"), rig.logged]).toEqual([[0], ["still here"]]);
    expect(events).toEqual(["close"]);
    expect(rig.heard(plugin).slice(-4)).toEqual(["downstream_connection_close 2 1", "done 2", "log 2", "delete 2"]);
  },
);

test.each([false, true])(
  "a trap closes the connection and those after it, or lets them pass where failing is open (%s)",
  (failOpen) => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_downstream_data: [trap] }), { failOpen });
    const { stream, events } = connect([plugin]);
    stream.downstreamData(Buffer.from("x"), false);
    expect(events).toEqual([failOpen ? "up x" : "close"]);
    expect(rig.heard(plugin, "done")).toEqual([]);
    const after = connect([plugin]);
    after.stream.downstreamData(Buffer.from("y"), false);
    expect(after.events).toEqual([failOpen ? "up y" : "close"]);
  },
);
