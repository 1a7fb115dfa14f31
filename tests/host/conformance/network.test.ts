import { expect, test } from "vitest";
import { CloseType, StreamInfo, TcpStream, type Plugin } from "../../../sdk/host/index.js";
import { Guest } from "./support/guest.js";
import { Rig } from "./support/rig.js";
import { arg, call, load, nth, out, returns, store, trap } from "./support/steps.js";

const DOWNSTREAM = 2;
const UPSTREAM = 3;

/** Opens a connection through plugins, and records its events. */
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
      flow: (side, paused) => void events.push(`${side} ${paused ? "paused" : "resumed"}`),
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

test("[177] a connection has callbacks for its begin, its data in both directions, and its end: done, log, delete", () => {
  const rig = new Rig();
  const plugin = rig.plugin(new Guest({}));
  const { stream, events } = connect([plugin]);
  stream.downstreamData(Buffer.from("hello"), false);
  stream.upstreamData(Buffer.from("hi"), true);
  stream.downstreamData(Buffer.from(""), true);
  stream.closed(CloseType.Remote);
  stream.closed(CloseType.Remote);
  stream.downstreamData(Buffer.from("late"), false);
  expect(rig.callbacks(plugin).slice(3)).toEqual([
    ...["context_create 2 1", "new_connection 2", "downstream_data 2 5 0", "upstream_data 2 2 1"],
    ...["upstream_connection_close 2 0", "downstream_data 2 0 1", "downstream_connection_close 2 2"],
    ...["done 2", "log 2", "delete 2"],
  ]);
  expect(events).toEqual(["up hello", "down hi end", "up  end"]);
  expect(plugin.streams).toBe(0);
});

test("data can be read and written in its callbacks; headers and HTTP bodies are unavailable", () => {
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
  stream.upstreamData(Buffer.from("response"), false);
  expect(events).toEqual(["up HEAD and more", "down >response"]);
  expect([rig.bytes(plugin, "down").toString(), rig.bytes(plugin, "up").toString()]).toEqual([
    "head and more",
    "response",
  ]);
  expect(rig.statuses("proxy_get_buffer_bytes")).toEqual([0, 0, 0, 0, 0]);
  expect(rig.bytes(plugin, "none")).toHaveLength(0);
  expect(rig.statuses("proxy_get_header_map_value")).toEqual([2]);
  expect(rig.bytes(plugin, "id").readBigUInt64LE()).toBe(5n);
  expect(rig.bytes(plugin, "port").readBigInt64LE()).toBe(1n);
  expect(rig.statuses("proxy_set_property")).toEqual([0]);
});

test("a paused plugin gets all held data again with each new chunk, and resumes it with proxy_continue_stream", () => {
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
  const next = rig.plugin(new Guest({}), { name: "next" });
  const { stream, events } = connect([plugin, next]);
  stream.downstreamData(Buffer.from("one"), false);
  stream.downstreamData(Buffer.from("two"), true);
  expect(events).toEqual([]);
  rig.timers.advance(5);
  expect(rig.callbacks(plugin, "downstream_data")).toEqual(["downstream_data 2 3 0", "downstream_data 2 6 1"]);
  expect(rig.bytes(plugin, "held").toString()).toBe("onetwo");
  expect(rig.statuses("proxy_continue_stream")).toEqual([0, 12, 2, 0]);
  expect(rig.callbacks(next).slice(4)).toEqual(["new_connection 2", "downstream_data 2 6 1"]);
  expect(events).toEqual(["up onetwo end"]);
});

test("a plugin that pauses a new connection hides it from the next plugins until data arrives", () => {
  const rig = new Rig();
  const first = rig.plugin(new Guest({ proxy_on_new_connection: [returns(1)] }), { name: "first" });
  const second = rig.plugin(new Guest({}), { name: "second" });
  const { stream, events } = connect([first, second]);
  expect(rig.callbacks(second, "new_connection")).toEqual([]);
  stream.downstreamData(Buffer.from("x"), false);
  expect(rig.callbacks(second, "new_connection")).toEqual(["new_connection 2"]);
  expect(events).toEqual(["up x"]);
});

test("upstream data that a plugin holds passes all plugins again with the next chunk, from the last plugin on", () => {
  const rig = new Rig();
  const first = rig.plugin(new Guest({ proxy_on_upstream_data: [nth(1, returns(1))] }), { name: "first" });
  const last = rig.plugin(new Guest({}), { name: "last" });
  const { stream, events } = connect([first, last]);
  stream.upstreamData(Buffer.from("one"), false);
  expect(events).toEqual([]);
  stream.upstreamData(Buffer.from("two"), true);
  expect(events).toEqual(["down onetwo end"]);
  const callbacks = ["upstream_data 2 3 0", "upstream_data 2 6 1"];
  expect([rig.callbacks(first, "upstream_data"), rig.callbacks(last, "upstream_data")]).toEqual([callbacks, callbacks]);
});

test("a side is paused while more of its bytes are held than the limit", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({ proxy_on_downstream_data: [nth(1, returns(1))], proxy_on_upstream_data: [nth(1, returns(1))] }),
  );
  const { stream, events } = connect([plugin], 4);
  stream.downstreamData(Buffer.from("12345"), false);
  stream.upstreamData(Buffer.from("67890"), false);
  expect(events).toEqual(["downstream paused", "upstream paused"]);
  stream.downstreamData(Buffer.from(""), true);
  stream.upstreamData(Buffer.from(""), true);
  expect(events.slice(2)).toEqual(["up 12345 end", "downstream resumed", "down 67890 end", "upstream resumed"]);
});

test.each([DOWNSTREAM, UPSTREAM])(
  "proxy_close_stream(%i) closes the connection when the callback has returned",
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
    expect(rig.callbacks(plugin).slice(-4)).toEqual(["downstream_connection_close 2 1", "done 2", "log 2", "delete 2"]);
  },
);

test.each([false, true])(
  "a trap closes the connection and later connections, or lets them pass if the plugin fails open (%s)",
  (failOpen) => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_downstream_data: [trap] }), { failOpen });
    const { stream, events } = connect([plugin]);
    stream.downstreamData(Buffer.from("x"), false);
    expect(events).toEqual([failOpen ? "up x" : "close"]);
    expect(rig.callbacks(plugin, "done")).toEqual([]);
    const after = connect([plugin]);
    after.stream.downstreamData(Buffer.from("y"), false);
    expect(after.events).toEqual([failOpen ? "up y" : "close"]);
  },
);
