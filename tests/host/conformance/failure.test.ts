import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { HeaderMap, type FailurePolicy } from "../../../sdk/host/index.js";
import { guestFile } from "./support/guest-file.js";
import { Guest } from "./support/guest.js";
import { Rig } from "./support/rig.js";
import { call, equal, load, nth, out, reply, returns, store, trap, when } from "./support/steps.js";

const log = (text: string) => call("proxy_log", 2, text);
const status = ({ response }: { response?: { headers: HeaderMap } }) => response?.headers.get(":status");
/** Traps if the request has x-trap. */
const trapIfAsked = [
  call("proxy_get_header_map_value", 0, "x-trap", out("x")),
  (layout: Parameters<typeof trap>[0]) => when(load("x"), trap)(layout),
];
const TRAP = { headers: [["x-trap", "1"]] } as const;

test("[177] at the end of a stream, proxy_on_log runs, then proxy_on_done, then proxy_on_delete", () => {
  const rig = new Rig();
  const plugin = rig.plugin(new Guest({}));
  const opened = rig.open([plugin]);
  opened.respond();
  opened.stream.destroy();
  const callbacks = rig.callbacks(plugin);
  expect(callbacks.slice(callbacks.indexOf("response_body 2 8 1") + 1)).toEqual(["log 2", "done 2", "delete 2"]);
});

test("[178] after 0 from proxy_on_done, a stream is deleted at once, and a root context when it calls proxy_done", () => {
  const rig = new Rig();
  const guest = new Guest({
    proxy_on_request_headers: [call("proxy_done")],
    proxy_on_configure: [call("proxy_set_tick_period_milliseconds", 10)],
    proxy_on_tick: [call("proxy_done"), log("after proxy_done")],
    proxy_on_done: [returns(0)],
  });
  const plugin = rig.plugin(guest);
  const vm = plugin.vms[0]!;
  const endings = () => guest.journal(vm).filter((line) => /^(done|delete)/.test(line));
  rig.open([plugin]).stream.destroy();
  expect(endings()).toEqual(["done 2", "delete 2"]);
  plugin.stop();
  expect(endings()).toEqual(["done 2", "delete 2", "done 1"]);
  rig.timers.advance(10);
  expect(endings()).toEqual(["done 2", "delete 2", "done 1", "delete 1"]);
  // The first proxy_done had no effect. The root context was deleted after the callback of the second had returned.
  expect(rig.statuses("proxy_done")).toEqual([1, 0]);
  expect(rig.logged).toEqual(["after proxy_done"]);
  rig.timers.advance(100);
  expect(guest.journal(vm).filter((line) => line.startsWith("tick"))).toHaveLength(1);
});

test("[179] after proxy_on_delete, a stream gets no further callbacks", () => {
  const rig = new Rig();
  const plugin = rig.plugin(new Guest({ proxy_on_request_headers: [returns(1)] }));
  const { stream } = rig.open([plugin], { end: false });
  stream.destroy();
  stream.requestData(Buffer.from("late"), true);
  stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
  stream.responseData(Buffer.from("late"), true);
  stream.destroy();
  plugin.callForeign(1, Buffer.from("late"), 2);
  expect(rig.callbacks(plugin).at(-1)).toBe("delete 2");
  expect(rig.callbacks(plugin, "delete")).toEqual(["delete 2"]);
});

describe("traps", () => {
  test.each(["headers", "body"])(
    "[181] after a trap on a request's %s, the client gets one 503 without a body",
    (part) => {
      const rig = new Rig();
      const plugin = rig.plugin(new Guest({ [`proxy_on_request_${part}`]: [trap] }));
      const opened = rig.open([plugin], { end: false });
      opened.stream.requestData(Buffer.from("a"), false);
      opened.stream.requestData(Buffer.from("b"), true);
      expect([status(opened), opened.response!.body, opened.response!.ended]).toEqual(["503", "", true]);
      expect(opened.info.codeDetails).toBe("wasm_fail_stream");
      expect(opened.events).toEqual(["finished"]);
      expect(rig.services.lines.filter(({ kind }) => kind === "fault")).toHaveLength(1);
    },
  );

  test("[182] after a trap on response headers, the client gets one 503 instead of the response", () => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_response_headers: [trap] }));
    const opened = rig.open([plugin]);
    opened.respond();
    expect([status(opened), opened.response!.body, opened.events]).toEqual(["503", "", ["finished"]]);
    expect(opened.broken).toBe(false);
  });

  test("[182] a trap on a response body closes the stream when the headers have been sent", () => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_response_body: [trap] }));
    const opened = rig.open([plugin]);
    opened.respond();
    expect([status(opened), opened.response!.body, opened.broken]).toEqual(["200", "", true]);
  });

  test("[182] after a trap on the plugin's own local reply, the client gets 503 and no second response", () => {
    const rig = new Rig();
    const plugin = rig.plugin(
      new Guest({ proxy_on_request_headers: [reply(403, "no")], proxy_on_response_headers: [trap] }),
    );
    const opened = rig.open([plugin]);
    expect([status(opened), opened.response!.body, opened.events]).toEqual(["503", "", ["finished"]]);
  });

  test.each([false, true])(
    "[183] after a trap, the VM's other streams get 503, or pass if the plugin fails open (%s)",
    (failOpen) => {
      const rig = new Rig();
      const guest = new Guest({ proxy_on_request_headers: trapIfAsked });
      const module = rig.module(guest);
      const options = { module, failOpen };
      const [plugin, other] = [rig.plugin(guest, options), rig.plugin(guest, { ...options, name: "other" })];
      const waiting = rig.open([plugin], { end: false });
      const ofOther = rig.open([other], { end: false });
      expect(status(rig.open([plugin], TRAP))).toBe(failOpen ? undefined : "503");
      for (const opened of [waiting, ofOther]) {
        opened.stream.requestData(Buffer.from("more"), true);
        expect(status(opened)).toBe(failOpen ? undefined : "503");
        expect(opened.upstream!.body).toBe(failOpen ? "more" : "");
        opened.stream.destroy();
      }
      const fresh = rig.open([plugin]);
      expect([status(fresh), fresh.upstream !== undefined]).toEqual(failOpen ? [undefined, true] : ["503", false]);
      // The VM gets no further callbacks, not even for the end of streams.
      expect(rig.callbacks(plugin, "log").concat(rig.callbacks(plugin, "delete"))).toEqual([]);
    },
  );

  test("[184] with FAIL_RELOAD, requests get 503 within the interval and a new VM afterwards, and both are counted", () => {
    const rig = new Rig();
    const guest = new Guest({ proxy_on_request_headers: trapIfAsked, proxy_on_configure: [log("configured")] });
    const plugin = rig.plugin(guest, { failurePolicy: "FAIL_RELOAD", reloadIntervalMs: 1000, configuration: "c" });
    const before = plugin.vms[0];
    expect(status(rig.open([plugin], TRAP))).toBe("503");
    rig.timers.advance(999);
    expect(status(rig.open([plugin]))).toBe("503");
    rig.timers.advance(1);
    expect(status(rig.open([plugin]))).toBeUndefined();
    expect(plugin.vms[0]).not.toBe(before);
    expect(rig.callbacks(plugin).slice(0, 4)).toEqual([
      ...["context_create 1 0", "vm_start 1 0", "configure 1 1", "context_create 2 1"],
    ]);
    expect(rig.logged).toEqual(["configured", "configured", "configured"]);
    expect(rig.services.stats.values()).toEqual(
      new Map([
        ["wasm.plugin.vm_reload_backoff", 1n],
        ["wasm.plugin.vm_reload_success", 1n],
      ]),
    );
  });

  test.each(["proxy_on_vm_start", "proxy_on_configure"])(
    "[185] with FAIL_RELOAD, a plugin that has failed in %s is not started again",
    (callback) => {
      for (const failure of [returns(0), trap]) {
        const rig = new Rig();
        const options = { name: "plugin", failurePolicy: "FAIL_RELOAD" as FailurePolicy };
        const guest = new Guest({ [callback]: [log("started"), failure] });
        const plugin = rig.unconfigured(guest, options);
        expect(() => plugin.configure(Buffer.alloc(0))).toThrow("plugin");
        rig.timers.advance(60_000);
        expect(status(rig.open([plugin]))).toBe("500");
        expect(rig.logged).toEqual(["started"]);
        expect(rig.services.stats.values().size).toBe(0);
      }
    },
  );

  test("[186] with FAIL_OPEN, the stream that traps gets 503, and later streams pass", () => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_request_headers: trapIfAsked }), { failurePolicy: "FAIL_OPEN" });
    expect(status(rig.open([plugin], TRAP))).toBe("503");
    const after = rig.open([plugin]);
    after.respond();
    expect([status(after), after.upstream !== undefined]).toEqual(["200", true]);
  });

  test("[187] a worker whose plugin loops forever can be terminated, and the process continues", async () => {
    const guest = new Guest({ proxy_on_request_headers: [log("looping"), () => "(loop $ever (br $ever))"] });
    const script = new URL("./support/loop-worker.ts", import.meta.url).href;
    // The thread has its own module loader, which needs tsx to load TypeScript.
    const start = `import("tsx/esm/api").then(({ register }) => (register(), import(${JSON.stringify(script)})));`;
    const worker = new Worker(start, { eval: true, workerData: guestFile(guest) });
    const message = await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    expect(message).toBe("looping");
    expect(await worker.terminate()).toBe(1);
    // A plugin in this process still works.
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({}));
    expect(rig.open([plugin]).upstream).toBeDefined();
  });

  test("[188] memory grows up to 1 GiB; a plugin that then traps has a backtrace", () => {
    const rig = new Rig();
    const grow = (pages: number) => `(memory.grow (i32.const ${pages}))`;
    const guest = new Guest(
      {
        proxy_on_request_headers: [
          store("before", () => "(memory.size)"),
          store("grown", () => grow(16384 - 64)),
          () => "(call $more)",
        ],
      },
      { more: `(func $more (if (i32.eq ${grow(1)} (i32.const -1)) (then (unreachable))))` },
    );
    const plugin = rig.plugin(guest);
    expect(status(rig.open([plugin]))).toBe("503");
    expect([rig.number(plugin, "before"), rig.number(plugin, "grown")]).toEqual([64, 64]);
    expect(plugin.vms[0]!.memory.size).toBe(2 ** 30);
    expect(plugin.failure).toMatch(/unreachable\nProxy-Wasm plugin in-VM backtrace:\n {2}0: {2}0x[0-9a-f]+ - more\n/);
  });

  test("[189] the message of a trap has the callback, and the called functions with names and offsets", () => {
    const rig = new Rig();
    const guest = new Guest(
      { proxy_on_request_headers: [() => "(call $outer)"] },
      { more: "(func $outer (call $inner)) (func $inner (unreachable))" },
    );
    const plugin = rig.plugin(guest);
    rig.open([plugin]);
    const fault = rig.services.lines.find(({ kind }) => kind === "fault")!;
    expect(fault).toMatchObject({ level: 4, plugin: "plugin", message: plugin.failure });
    const [first, title, ...frames] = fault.message.split("\n");
    expect(first).toBe("Function: proxy_on_request_headers failed: unreachable");
    expect(title).toBe("Proxy-Wasm plugin in-VM backtrace:");
    expect(frames.map((line) => line.replace(/0x[0-9a-f]+/, "AT"))).toEqual([
      "  0:  AT - inner",
      "  1:  AT - outer",
      "  2:  AT - proxy_on_request_headers",
    ]);
    // The offset points to `unreachable`, byte 0, in the plugin's module.
    const offset = Number.parseInt(/0x([0-9a-f]+)/.exec(frames[0]!)![1]!, 16);
    expect(guest.bytes[offset]).toBe(0);
    expect(guest.bytes[offset + 1]).toBe(0x0b);
  });
});

test("[190] with a list of capabilities, other host calls fail and other callbacks are not called, in each VM", () => {
  const rig = new Rig();
  const guest = new Guest(
    {
      proxy_on_configure: [log("configure")],
      proxy_on_request_headers: [
        call("proxy_get_header_map_value", 0, ":path", out("path")),
        call("proxy_get_property", "plugin_name", out("name")),
        store("wasi", () => "(call $random (i32.const 0) (i32.const 4))"),
        when(equal(load("wasi"), 76), trap),
      ],
      proxy_on_response_headers: [returns(1)],
    },
    { before: '(import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))' },
  );
  const allowed = ["proxy_on_context_create", "proxy_on_configure", "proxy_on_request_headers", "proxy_get_property"];
  const plugin = rig.plugin(guest, {
    vm: { capabilities: allowed },
    failurePolicy: "FAIL_RELOAD",
    reloadIntervalMs: 0,
  });
  const opened = rig.open([plugin]);
  expect(status(opened)).toBe("503");
  expect(rig.logged).toEqual([]);
  // Denied host calls: proxy_log in two VMs, one header call, and one WASI function.
  const denied = rig.services.lines.filter(({ kind }) => kind === "host").map(({ message }) => message);
  expect(denied.map((message) => message.replace(/.*: /, ""))).toEqual([
    ...["proxy_log", "proxy_log", "proxy_get_header_map_value", "random_get"],
  ]);
  expect(rig.number(plugin, "wasi")).toBe(76);
  expect(rig.statuses("proxy_get_property")).toEqual([0]);
  expect(rig.callbacks(plugin).map((line) => line.split(" ")[0])).toEqual([
    ...["context_create", "configure", "context_create", "request_headers"],
  ]);
  // The VM that replaces it has the same restrictions.
  rig.open([plugin]);
  expect(rig.callbacks(plugin, "vm_start")).toEqual([]);
  expect(rig.services.lines.filter(({ message }) => message.endsWith("random_get"))).toHaveLength(2);
});

test("[191] requests pass the filter chain in order and responses in reverse, and each plugin sees earlier changes", () => {
  const rig = new Rig();
  const plugin = (name: string) => {
    const add = (type: number) => [
      call("proxy_get_header_map_value", type, "x-way", out("way")),
      call("proxy_add_header_map_value", type, "x-way", name),
    ];
    const body = (type: number) => [
      call("proxy_get_buffer_bytes", type, 0, 100, out(`body ${type}`)),
      call("proxy_set_buffer_bytes", type, 0x7fffffff, 0, name),
    ];
    return rig.plugin(
      new Guest({
        ...{ proxy_on_request_headers: add(0), proxy_on_response_headers: add(2) },
        ...{ proxy_on_request_body: body(0), proxy_on_response_body: body(1) },
      }),
      { name },
    );
  };
  const [a, b] = [plugin("a"), plugin("b")];
  const opened = rig.open([a, b], { end: false });
  opened.stream.requestData(Buffer.from(">"), true);
  opened.respond(200, "<");
  expect(opened.upstream!.headers.getAll("x-way")).toEqual(["a", "b"]);
  expect(opened.response!.headers.getAll("x-way")).toEqual(["b", "a"]);
  expect([opened.upstream!.body, opened.response!.body]).toEqual([">ab", "<ba"]);
  const seen = (plugin: typeof a) => [0, 1].map((type) => rig.bytes(plugin, `body ${type}`).toString());
  expect([seen(a), seen(b)]).toEqual([
    [">", "<b"],
    [">a", "<"],
  ]);
  expect([rig.bytes(b, "way").toString(), rig.bytes(a, "way").toString()]).toEqual(["a", "b"]);
});

test("[192] every stream is logged once: after a response, a local reply, proxy_close_stream or a client's disconnect", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({
      proxy_on_request_headers: [nth(2, reply(403, "no")), nth(3, call("proxy_close_stream", 0)), nth(4, returns(1))],
    }),
  );
  const ends: ((opened: ReturnType<Rig["open"]>) => void)[] = [
    (opened) => opened.respond(),
    (opened) => expect(status(opened)).toBe("403"),
    (opened) => expect(opened.broken).toBe(true),
    (opened) => expect(opened.upstream).toBeUndefined(),
    (opened) => opened.stream.reset(),
  ];
  for (const [index, end] of ends.entries()) {
    const opened = rig.open([plugin]);
    end(opened);
    opened.stream.destroy();
    opened.stream.destroy();
    const id = index + 2;
    expect(rig.callbacks(plugin, "log").filter((line) => line === `log ${id}`)).toHaveLength(1);
    expect(rig.callbacks(plugin).slice(-3)).toEqual([`log ${id}`, `done ${id}`, `delete ${id}`]);
  }
});
