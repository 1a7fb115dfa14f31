import { beforeAll, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { metricName } from "./assembly/proxywasm/metric-name";
    export function named(route: string, model: string): string {
      return metricName("input_token", [["route", route], ["model", model]]);
    }
    export function plain(): string { return metricName("denied", []); }
  `);
});

it.each([
  ["default", "qwen-turbo", "route.default.model.qwen-turbo.metric.input_token"],
  ["a.b", "", "route.a_b.model.none.metric.input_token"],
  ["x.model.y", "outbound|80||a.dns", "route.x_model_y.model.outbound|80||a_dns.metric.input_token"],
  ["a b\n\u007f", "模型\ud800", "route.a_b__.model.模型\ufffd.metric.input_token"],
])("puts the tags %j and %j into the name", (route, model, expected) =>
  expect(wasm.string("named", route, model)).toBe(expected),
);

it("takes no tags, too", () => expect(wasm.string("plain")).toBe("metric.denied"));
