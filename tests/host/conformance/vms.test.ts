import { expect, test } from "vitest";
import { Plugin, PluginModule, Vm, VmPool, type VmOptions } from "../../../sdk/host/index.js";
import { benchServices } from "../bench.js";
import { ADDRESS, Guest, SIZE } from "./support/guest.js";
import { Played, telling } from "./play.js";

/** Two plugins of the same bytes, each loaded for itself, in one host. */
function pair(first: VmOptions, second: VmOptions): { plugins: [Plugin, Plugin]; said: string[] } {
  const services = benchServices();
  const pool = new VmPool(services);
  const bytes = telling().bytes;
  const plugins = [first, second].map((vm, index) => {
    const plugin = new Plugin({ name: `p${index}`, module: PluginModule.load(bytes), vm }, pool);
    services.lines.length = 0;
    plugin.configure(Buffer.alloc(0));
    return plugin;
  });
  return { plugins: plugins as [Plugin, Plugin], said: services.lines.map(({ message }) => message) };
}

test("[32] plugins of the same code, VM id and VM configuration share a VM, in which each has a root that is started", () => {
  const vm = { id: "one", configuration: Buffer.from("c") };
  const { plugins, said } = pair(vm, { ...vm });
  expect(plugins[0].vms[0]).toBe(plugins[1].vms[0]);
  expect(said.slice(9)).toEqual([
    ...["proxy_on_context_create", "2", "0", "proxy_on_vm_start", "2", "1", "proxy_on_configure", "2", "0"],
  ]);
});

test("[33] another VM configuration, VM id or environment is another VM", () => {
  const vm = { id: "one", configuration: Buffer.from("c") };
  for (const other of [
    { ...vm, configuration: Buffer.from("d") },
    { ...vm, id: "two" },
  ]) {
    const { plugins, said } = pair(vm, other);
    expect(plugins[0].vms[0]).not.toBe(plugins[1].vms[0]);
    expect(said.slice(9, 12)).toEqual(["proxy_on_context_create", "1", "0"]);
  }
});

test.each(["wasi_snapshot_preview1", "wasi_unstable"] as const)(
  "[34] variables of the environment are read as they were given, none without any, in %s",
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

test("[35] the first root is context 1, streams are 2, 3 and so on, and no number comes twice", () => {
  const guest = Guest.bare();
  guest.on("proxy_on_context_create", guest.digit("(local.get 0)") + guest.digit("(local.get 1)"));
  const played = new Played(guest, { fromStart: true });
  expect(played.said).toEqual(["1", "0", "1", "0"]);
  played.forget();
  for (let i = 0; i < 3; i++) played.request();
  expect(played.said).toEqual(["2", "1", "3", "1", "4", "1"]);
  played.forget();
  // Tried in a VM of its own; then the new root comes into the VM that is there.
  played.plugin.configure(Buffer.from("again"));
  played.request();
  expect(played.said).toEqual(["1", "0", "5", "0", "6", "5"]);
});
