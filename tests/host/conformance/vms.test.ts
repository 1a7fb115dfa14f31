import { expect, test } from "vitest";
import { Plugin, PluginModule, Vm, VmPool, type VmOptions } from "../../../sdk/host/index.js";
import { benchServices } from "../bench.js";
import { ADDRESS, Guest, SIZE } from "./support/guest.js";
import { Played, loggingStart } from "./play.js";

/** Loads the same module twice, as two plugins of one host. */
function pair(first: VmOptions, second: VmOptions): { plugins: [Plugin, Plugin]; logged: string[] } {
  const services = benchServices();
  const pool = new VmPool(services);
  const bytes = loggingStart().bytes;
  const plugins = [first, second].map((vm, index) => {
    const plugin = new Plugin({ name: `p${index}`, module: PluginModule.load(bytes), vm }, pool);
    services.lines.length = 0;
    plugin.configure(Buffer.alloc(0));
    return plugin;
  });
  return { plugins: plugins as [Plugin, Plugin], logged: services.lines.map(({ message }) => message) };
}

test("[32] plugins with the same code, VM id and VM configuration share a VM, and each starts its own root context", () => {
  const vm = { id: "one", configuration: Buffer.from("c") };
  const { plugins, logged } = pair(vm, { ...vm });
  expect(plugins[0].vms[0]).toBe(plugins[1].vms[0]);
  expect(logged.slice(9)).toEqual([
    ...["proxy_on_context_create", "2", "0", "proxy_on_vm_start", "2", "1", "proxy_on_configure", "2", "0"],
  ]);
});

test("[33] plugins with different VM configurations or VM ids have different VMs", () => {
  const vm = { id: "one", configuration: Buffer.from("c") };
  for (const other of [
    { ...vm, configuration: Buffer.from("d") },
    { ...vm, id: "two" },
  ]) {
    const { plugins, logged } = pair(vm, other);
    expect(plugins[0].vms[0]).not.toBe(plugins[1].vms[0]);
    expect(logged.slice(9, 12)).toEqual(["proxy_on_context_create", "1", "0"]);
  }
});

test.each(["wasi_snapshot_preview1", "wasi_unstable"] as const)(
  "[34] a plugin reads its environment variables through %s",
  (wasi) => {
    const read = (environment: VmOptions["environment"]) => {
      const guest = Guest.bare({ wasi });
      const sizes = guest.do("environ_sizes_get", ADDRESS, SIZE);
      guest.on("_initialize", [sizes, guest.do("environ_get", 512, 600)]);
      const vm = new Vm(PluginModule.load(guest.bytes), { environment: environment ?? {} }, benchServices());
      const count = vm.memory.u32(ADDRESS)!;
      const size = vm.memory.u32(SIZE)!;
      const starts = Array.from({ length: count }, (_, index) => vm.memory.u32(512 + 4 * index)! - 600);
      return [starts, vm.memory.text(600, size)];
    };
    expect(read({ KEY: "VALUE", EMPTY: "", ÜBER: "é" })).toEqual([
      [0, 10, 17],
      "KEY=VALUE\0EMPTY=\0" + Buffer.from("ÜBER=é\0").toString("latin1"),
    ]);
    expect(read(undefined)).toEqual([[], ""]);
  },
);

test("[35] the first root context is 1, streams are 2, 3 and so on, and no number occurs twice", () => {
  const guest = Guest.bare();
  guest.on("proxy_on_context_create", guest.digit("(local.get 0)") + guest.digit("(local.get 1)"));
  const played = new Played(guest, { fromStart: true });
  expect(played.logged).toEqual(["1", "0", "1", "0"]);
  played.forget();
  for (let i = 0; i < 3; i++) played.request();
  expect(played.logged).toEqual(["2", "1", "3", "1", "4", "1"]);
  played.forget();
  // The host tries the configuration in a separate VM, then creates the new root context in the existing VM.
  played.plugin.configure(Buffer.from("again"));
  played.request();
  expect(played.logged).toEqual(["1", "0", "5", "0", "6", "5"]);
});
