import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { request } from "../../support/http.js";
import { describeOnEngines, type TestGateway } from "../engines.js";
import { guestFile } from "./support/guest-file.js";
import { Guest } from "./support/guest.js";
import { Rig } from "./support/rig.js";
import { call, load, nth, out, returns, slot, store, trap, type Arg } from "./support/steps.js";

const COUNTER = 0;
const GAUGE = 1;
const HISTOGRAM = 2;

const define = (kind: number, name: string, id: string) => call("proxy_define_metric", kind, name, slot(id));
const add = (id: Arg, offset: bigint) => call("proxy_increment_metric", id, offset);
const record = (id: Arg, value: bigint) => call("proxy_record_metric", id, value);
const read = (id: Arg, value: string) => call("proxy_get_metric", id, slot(value));

describe("metrics", () => {
  const during = (...steps: Parameters<typeof nth>[1][]) => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_request_headers: steps }));
    rig.open([plugin]);
    return { rig, plugin };
  };

  test("[165] the lowest bits of a metric's id are its type, and definitions with the same name share a value", () => {
    const { rig, plugin } = during(
      ...[define(COUNTER, "c", "c1"), define(COUNTER, "other", "c2"), define(COUNTER, "c", "c3")],
      ...[define(GAUGE, "c", "g"), define(HISTOGRAM, "c", "h")],
      ...[add(load("c1"), 1n), add(load("c3"), 2n), read(load("c1"), "first"), read(load("c3"), "again")],
      read(load("g"), "gauge"),
    );
    const ids = ["c1", "c2", "c3", "g", "h"].map((name) => rig.number(plugin, name));
    expect(ids).toEqual([4, 8, 12, 5, 6]);
    expect(["first", "again", "gauge"].map((name) => rig.number(plugin, name))).toEqual([3, 3, 0]);
  });

  test("[165] VMs that define a metric with the same name share its value", () => {
    const rig = new Rig();
    const guest = new Guest({
      proxy_on_vm_start: [define(COUNTER, "starts", "id"), add(load("id"), 1n), returns(1)],
    });
    rig.plugin(guest, { name: "a", vm: { id: "a" } });
    rig.plugin(guest, { name: "b", vm: { id: "b" } });
    // The host tries each configuration in a separate VM first.
    expect(rig.services.stats.values()).toEqual(new Map([["wasmcustom.starts", 4n]]));
  });

  test("[166] incrementing and recording add to a counter; an increment of 0 or less returns BadArgument", () => {
    const { rig, plugin } = during(
      define(COUNTER, "c", "c"),
      ...[add(load("c"), 1n), add(load("c"), 1n), add(load("c"), 0n), add(load("c"), -1n)],
      ...[record(load("c"), 3n), read(load("c"), "value")],
    );
    expect(rig.statuses("proxy_increment_metric")).toEqual([0, 0, 2, 2]);
    expect(rig.statuses("proxy_record_metric")).toEqual([0]);
    expect(rig.number(plugin, "value")).toBe(5);
    expect(rig.services.stats.values().get("wasmcustom.c")).toBe(5n);
  });

  test("[167] a gauge can be recorded, incremented and decremented; a histogram cannot be incremented or read", () => {
    const { rig, plugin } = during(
      ...[define(GAUGE, "g", "g"), record(load("g"), 5n), add(load("g"), -3n), read(load("g"), "value")],
      ...[define(HISTOGRAM, "h", "h"), record(load("h"), 7n), record(load("h"), 9n)],
      ...[add(load("h"), 1n), read(load("h"), "none")],
      ...[add(400, 1n), add(401, 1n), record(400, 1n), record(402, 1n), read(400, "none"), read(401, "none")],
      call("proxy_define_metric", 3, "x", slot("x")),
      call("proxy_define_metric", COUNTER, "x", 0x7fffffff),
    );
    expect(rig.number(plugin, "value")).toBe(2);
    expect(rig.statuses("proxy_increment_metric")).toEqual([0, 2, 1, 1]);
    expect(rig.statuses("proxy_record_metric")).toEqual([0, 0, 0, 1, 1]);
    expect(rig.statuses("proxy_get_metric")).toEqual([0, 2, 1, 1]);
    expect(rig.statuses("proxy_define_metric")).toEqual([0, 0, 2, 6]);
    expect(rig.services.stats.histogram("wasmcustom.h")).toMatchObject({ count: 2, sum: 16n, last: [7n, 9n] });
  });
});

describe("shared data", () => {
  const set = (key: string, value: string, cas: Arg = 0) => call("proxy_set_shared_data", key, value, cas);
  const get = (key: string, name: string) => call("proxy_get_shared_data", key, out(name), slot(`${name} cas`));

  test("[168] set with a compare-and-swap number replaces a value only if the number matches", () => {
    const rig = new Rig();
    const plugin = rig.plugin(
      new Guest({
        proxy_on_request_headers: [
          ...[get("k", "none"), set("k", "one"), get("k", "one")],
          ...[set("k", "wrong", 99), set("k", "two", load("one cas")), get("k", "two")],
          ...[set("missing", "m", 42), get("missing", "m")],
        ],
      }),
    );
    rig.open([plugin]);
    expect(rig.statuses("proxy_get_shared_data")).toEqual([1, 0, 0, 0]);
    expect(rig.statuses("proxy_set_shared_data")).toEqual([0, 8, 0, 0]);
    expect([rig.number(plugin, "one cas"), rig.number(plugin, "two cas")]).toEqual([1, 2]);
    expect(["one", "two", "m"].map((name) => rig.bytes(plugin, name).toString())).toEqual(["one", "two", "m"]);
  });

  test("[169] each VM id has its own shared data, which is deleted with the last VM of this id", () => {
    const rig = new Rig();
    const steps = { proxy_on_request_headers: [get("k", "k"), set("k", "v")] };
    const plugin = (name: string, id: string, configuration = "") =>
      rig.plugin(new Guest(steps), { name, vm: { id, configuration: Buffer.from(configuration) } });
    const [first, second, other] = [plugin("1", "a"), plugin("2", "a", "another VM"), plugin("3", "b")];
    for (const one of [first, second, other]) rig.open([one]).stream.destroy();
    expect(rig.statuses("proxy_get_shared_data")).toEqual([1, 0, 1]);
    first.stop();
    rig.open([second]).stream.destroy();
    second.stop();
    rig.open([plugin("4", "a")]);
    rig.open([other]);
    expect(rig.statuses("proxy_get_shared_data").slice(3)).toEqual([0, 1, 0]);
  });

  test("[169] data that a plugin stores while the host tries its configuration is available to the VM that serves", () => {
    const rig = new Rig();
    rig.plugin(new Guest({ proxy_on_configure: [get("k", "k"), set("k", "v"), returns(1)] }));
    expect(rig.statuses("proxy_get_shared_data")).toEqual([1, 0]);
  });

  test("[170] an empty value is stored, and reads as no bytes", () => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_request_headers: [set("k", ""), get("k", "k")] }));
    rig.open([plugin]);
    expect(rig.statuses("proxy_get_shared_data")).toEqual([0]);
    expect([rig.bytes(plugin, "k").length, rig.number(plugin, "k cas")]).toEqual([0, 1]);
  });
});

describe("queues", () => {
  const register = (name: string, token: string) => call("proxy_register_shared_queue", name, slot(token));
  const resolve = (vmId: string, name: string, token: string) =>
    call("proxy_resolve_shared_queue", vmId, name, slot(token));
  const enqueue = (token: Arg, value: string) => call("proxy_enqueue_shared_queue", token, value);
  const dequeue = (token: Arg, name: string) => call("proxy_dequeue_shared_queue", token, out(name));

  test("[172] a queue has one token per name and is first in, first out; unknown queues are NotFound, empty ones Empty", () => {
    const rig = new Rig();
    const plugin = rig.plugin(
      new Guest({
        proxy_on_request_headers: [
          ...[register("q", "t1"), register("q", "t2"), register("r", "t3"), resolve("vm", "q", "t4")],
          ...[resolve("vm", "none", "x"), resolve("none", "q", "x")],
          ...[enqueue(load("t1"), "one"), enqueue(load("t2"), ""), enqueue(999, "x")],
          ...[dequeue(load("t1"), "one"), dequeue(load("t1"), "two"), dequeue(load("t1"), "x"), dequeue(999, "x")],
        ],
      }),
      { vm: { id: "vm" } },
    );
    rig.open([plugin]);
    const [t1, t2, t3, t4] = ["t1", "t2", "t3", "t4"].map((name) => rig.number(plugin, name));
    expect([t2, t4]).toEqual([t1, t1]);
    expect(t3).not.toBe(t1);
    expect(rig.statuses("proxy_register_shared_queue")).toEqual([0, 0, 0]);
    expect(rig.statuses("proxy_resolve_shared_queue")).toEqual([0, 1, 1]);
    expect(rig.statuses("proxy_enqueue_shared_queue")).toEqual([0, 0, 1]);
    expect(rig.statuses("proxy_dequeue_shared_queue")).toEqual([0, 0, 7, 1]);
    expect([rig.bytes(plugin, "one").toString(), rig.bytes(plugin, "two").length]).toEqual(["one", 0]);
  });

  test("[173] the root context that registered a queue last gets a later callback for each item", () => {
    const rig = new Rig();
    const owning = { proxy_on_configure: [register("q", "t"), returns(1)] };
    const before = rig.plugin(new Guest(owning), {
      name: "before",
      vm: { configuration: Buffer.from("a VM of its own") },
    });
    const owner = rig.plugin(new Guest(owning), { name: "owner" });
    const sender = rig.plugin(
      new Guest({
        proxy_on_request_headers: [
          ...[resolve("", "q", "t"), enqueue(load("t"), "1"), enqueue(load("t"), "2"), call("proxy_log", 2, "sent")],
        ],
      }),
      { name: "sender" },
    );
    rig.open([sender]);
    expect([rig.logged, rig.callbacks(owner, "queue_ready")]).toEqual([["sent"], []]);
    rig.timers.advance(0);
    const token = rig.number(owner, "t");
    expect(rig.callbacks(owner, "queue_ready")).toEqual([`queue_ready 1 ${token}`, `queue_ready 1 ${token}`]);
    expect(rig.callbacks(before, "queue_ready")).toEqual([]);
    // A stream registers for its root context.
    const late = rig.plugin(new Guest({ proxy_on_request_headers: [register("q", "t"), enqueue(load("t"), "3")] }));
    rig.open([late]);
    rig.timers.advance(0);
    expect(rig.callbacks(late, "queue_ready")).toEqual([`queue_ready 1 ${token}`]);
  });

  test("[173] items of a queue whose registrar has ended stay for the next registrar", () => {
    const rig = new Rig();
    const steps = { proxy_on_configure: [register("q", "t"), enqueue(load("t"), "1"), returns(1)] };
    const owner = rig.plugin(new Guest(steps), { name: "owner", vm: { id: "vm" } });
    rig.plugin(new Guest({}), { name: "stays", vm: { id: "vm" } });
    const vm = owner.vms[0]!;
    owner.stop();
    rig.timers.advance(0);
    expect([vm.failure, rig.services.lines]).toEqual([undefined, []]);
    const next = rig.plugin(new Guest({ proxy_on_request_headers: [register("q", "t"), dequeue(load("t"), "left")] }), {
      name: "next",
      vm: { id: "vm" },
    });
    rig.open([next]);
    expect(rig.bytes(next, "left").toString()).toBe("1");
  });

  test("[174] without a VM id, a queue is resolved under the plugin's own VM id", () => {
    const rig = new Rig();
    const plugin = (id: string) =>
      rig.plugin(
        new Guest({
          proxy_on_request_headers: [resolve("", "q", "before"), register("q", "t"), resolve("", "q", "t2")],
        }),
        { name: id, vm: { id } },
      );
    const [a, b] = [plugin("a"), plugin("b")];
    rig.open([a]);
    rig.open([b]);
    expect(rig.statuses("proxy_resolve_shared_queue")).toEqual([1, 0, 1, 0]);
    expect(rig.number(a, "t2")).toBe(rig.number(a, "t"));
    expect(rig.number(b, "t")).not.toBe(rig.number(a, "t"));
  });
});

describe("ticks", () => {
  const period = (ms: number) => call("proxy_set_tick_period_milliseconds", ms);

  test("[175] the root context ticks periodically; a period of 0 stops the timer, another period restarts it", () => {
    const rig = new Rig();
    const plugin = rig.plugin(
      new Guest({
        proxy_on_configure: [period(10)],
        proxy_on_tick: [nth(3, period(100)), nth(4, period(0))],
      }),
    );
    const ticks = () => rig.callbacks(plugin, "tick").length;
    rig.timers.advance(9);
    expect(ticks()).toBe(0);
    rig.timers.advance(21);
    expect(ticks()).toBe(3);
    rig.timers.advance(99);
    expect(ticks()).toBe(3);
    rig.timers.advance(1);
    expect([ticks(), rig.timers.size]).toEqual([4, 0]);
    rig.timers.advance(1000);
    expect(ticks()).toBe(4);
    expect(new Set(rig.callbacks(plugin, "tick"))).toEqual(new Set(["tick 1"]));
  });

  test("[175] with a period of 0 nothing ticks; setting the period of a running timer restarts it", () => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_configure: [period(0)], proxy_on_request_headers: [period(10)] }));
    rig.timers.advance(1000);
    rig.open([plugin]);
    rig.timers.advance(9);
    rig.open([plugin]);
    rig.timers.advance(9);
    expect(rig.callbacks(plugin, "tick")).toEqual([]);
    rig.timers.advance(1);
    expect(rig.callbacks(plugin, "tick")).toEqual(["tick 1"]);
  });

  test("[175] plugins in one VM have separate timers, and a stream sets the timer of its own root context", () => {
    const rig = new Rig();
    const guest = new Guest({ proxy_on_request_headers: [period(10)] });
    const module = rig.module(guest);
    const first = rig.plugin(guest, { name: "first", module });
    const second = rig.plugin(guest, { name: "second", module });
    expect(second.vms[0]).toBe(first.vms[0]);
    rig.open([second]);
    rig.timers.advance(10);
    expect(rig.callbacks(first, "tick")).toEqual(["tick 2"]);
    rig.open([first]);
    rig.timers.advance(5);
    rig.open([second]);
    rig.timers.advance(5);
    expect(rig.callbacks(first, "tick")).toEqual(["tick 2", "tick 1"]);
  });

  test("[176] after a trap in a tick, the VM has failed and gets no further ticks", () => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_configure: [period(10)], proxy_on_tick: [store("x", 1), trap] }));
    rig.timers.advance(100);
    expect(rig.callbacks(plugin, "tick")).toEqual(["tick 1"]);
    expect(plugin.failure).toContain("Function: proxy_on_tick failed");
    expect(rig.timers.size).toBe(0);
    expect(rig.open([plugin]).response!.headers.get(":status")).toBe("503");
  });
});

describeOnEngines("statistics", (start) => {
  let engine: TestGateway;

  beforeAll(async () => {
    const guest = new Guest({
      proxy_on_request_headers: [
        ...[define(COUNTER, "requests", "c"), add(load("c"), 2n), define(GAUGE, "open", "g"), record(load("g"), 5n)],
        ...[add(load("g"), -3n), call("proxy_log", 2, "counted")],
      ],
    });
    const plugins = ["a", "b"].map((name) => ({ name, vmId: name, wasm: guestFile(guest) }));
    const routes = [{ prefix: "/", directResponse: { status: 200 } }];
    engine = await start({ listeners: [{ name: "gateway", plugins, routes }] });
    for (let i = 0; i < 3; i++) await request(engine.port("gateway"), {});
  }, 60_000);
  afterAll(() => engine?.stop());

  test("[166] a counter and a gauge of two VMs appear in the gateway's statistics under wasmcustom", async () => {
    const count = async () => (await engine.stats("^wasmcustom")).get("wasmcustom.requests");
    await expect.poll(count, { timeout: 10_000 }).toBe(12);
    expect((await engine.stats("^wasmcustom")).get("wasmcustom.open")).toBe(2);
  });
});
