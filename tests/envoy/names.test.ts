import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnEngines, type LikeEnvoy } from "../host/like-envoy.js";
import { buildPlugin } from "../support/build.js";
import { request } from "../support/http.js";

/** A text as a word of a raw-calls script. */
const word = (text: string) =>
  `"${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;

const VM_ID = "虚拟机-é";
const SCRIPT = [
  `configure register_shared_queue ${word("队列")} _`,
  `configure define_metric 0 ${word("请求-é")} _`,
  "configure keep $metric",
  `request_headers resolve_shared_queue ${word(VM_ID)} ${word("队列")} _`,
  `request_headers resolve_shared_queue ${word("虚拟机")} ${word("队列")} _`,
  "request_headers increment_metric $metric 3",
  'request_headers get_property "plugin_vm_id %',
  `request_headers log 2 ${word("日志：你好 😀")}`,
];

describeOnEngines("names that are not ASCII", (start) => {
  let gateway: LikeEnvoy;

  beforeAll(async () => {
    const wasm = await buildPlugin("tests/support/raw-calls");
    gateway = await start({
      listeners: [
        {
          name: "网关",
          plugins: [{ name: "插件-é", wasm, vmId: VM_ID, configuration: SCRIPT.join("\n"), ecds: true }],
          routes: [{ prefix: "/", directResponse: { status: 200, body: "好" } }],
        },
      ],
    });
  });
  afterAll(() => gateway.stop());

  test("of a listener, a plugin, a VM, a queue, a metric, and in a line of the log", async () => {
    const { status, text } = await request(gateway.port("网关"), {});
    expect([status, text]).toEqual([200, "好"]);
    await gateway.waitForLog(/wasm log 插件-é.*: 日志：你好 😀/);
    const bytes = [...Buffer.from(VM_ID)].map((byte) =>
      byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(16)}`,
    );
    const said = gateway.log.match(/request_headers: .*/g)?.map((line) => line.replace(/ [\\x"].* = /, " = "));
    expect(said).toEqual([
      "request_headers: resolve_shared_queue = 0",
      "request_headers: resolve_shared_queue = 1",
      "request_headers: increment_metric $metric 3 = 0",
      `request_headers: get_property = 0 ${Buffer.byteLength(VM_ID)} '${bytes.join("")}'`,
      "request_headers: log 2 = 0",
    ]);
    expect((await gateway.stats()).get("wasmcustom.请求-é")).toBe(3);
  });

  test("a plugin is found by its name", async () => {
    expect(await gateway.updatePlugin("网关", "插件-é", `request_headers log 2 ${word("新")}`)).toBe(true);
    await request(gateway.port("网关"), {});
    await gateway.waitForLog(/wasm log 插件-é.*: 新/);
  });
});
