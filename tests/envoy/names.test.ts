import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { buildPlugin } from "../support/build.js";
import { request } from "../support/http.js";

/** A text as an argument in a script for tests/support/raw-calls. */
const argument = (text: string) =>
  `"${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;

const VM_ID = "虚拟机-é";
const SCRIPT = [
  `configure register_shared_queue ${argument("队列")} _`,
  `configure define_metric 0 ${argument("请求-é")} _`,
  "configure keep $metric",
  `request_headers resolve_shared_queue ${argument(VM_ID)} ${argument("队列")} _`,
  `request_headers resolve_shared_queue ${argument("虚拟机")} ${argument("队列")} _`,
  "request_headers increment_metric $metric 3",
  'request_headers get_property "plugin_vm_id %',
  `request_headers log 2 ${argument("日志：你好 😀")}`,
];

describeOnEngines("names that are not ASCII", (start) => {
  let gateway: TestGateway;

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

  test("work for a listener, a plugin, a VM, a queue, a metric and a log line", async () => {
    const { status, text } = await request(gateway.port("网关"), {});
    expect([status, text]).toEqual([200, "好"]);
    await gateway.waitForLog(/wasm log 插件-é.*: 日志：你好 😀/);
    const bytes = [...Buffer.from(VM_ID)].map((byte) =>
      byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(16)}`,
    );
    const results = gateway.log.match(/request_headers: .*/g)?.map((line) => line.replace(/ [\\x"].* = /, " = "));
    expect(results).toEqual([
      "request_headers: resolve_shared_queue = 0",
      "request_headers: resolve_shared_queue = 1",
      "request_headers: increment_metric $metric 3 = 0",
      `request_headers: get_property = 0 ${Buffer.byteLength(VM_ID)} '${bytes.join("")}'`,
      "request_headers: log 2 = 0",
    ]);
    expect((await gateway.stats()).get("wasmcustom.请求-é")).toBe(3);
  });

  test("a plugin is updated under such a name", async () => {
    expect(await gateway.updatePlugin("网关", "插件-é", `request_headers log 2 ${argument("新")}`)).toBe(true);
    await request(gateway.port("网关"), {});
    await gateway.waitForLog(/wasm log 插件-é.*: 新/);
  });
});
