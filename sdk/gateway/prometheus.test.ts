import { expect, test } from "vitest";
import { Stats } from "../host/index.js";
import { recordValue } from "../host/shared/stats.js";
import { prometheusText } from "./prometheus.js";

test("names and labels are those of Envoy's /stats/prometheus", () => {
  const stats = new Stats();
  const counters = ["请求-é", "foo.bar-baz", "1abc", 'route.a"b.x', "wasmcustom.again", "http.a.downstream_rq_2xx"];
  for (const name of counters) stats.counter(`wasmcustom.${name}`).value += 1n;
  stats.counter("wasm.mock.vm_reload_success").value += 2n;
  stats.counter("http.gate.downstream_rq_2xx").value += 3n;
  stats.counter("http.gate.downstream_rq_4xx").value += 4n;
  stats.counter('http.a"\\b\n.downstream_rq_2xx').value += 5n;
  stats.gauge("wasmcustom.gauge").value = 7n;
  const text = prometheusText(stats, [["http.gate.downstream_rq_active", 1n]]);
  expect(text).toBe(`# TYPE ____ counter
____{} 1
# TYPE envoy_http_downstream_rq_active gauge
envoy_http_downstream_rq_active{envoy_http_conn_manager_prefix="gate"} 1
# TYPE envoy_http_downstream_rq_xx counter
envoy_http_downstream_rq_xx{envoy_response_code_class="2",envoy_http_conn_manager_prefix="gate"} 3
envoy_http_downstream_rq_xx{envoy_response_code_class="4",envoy_http_conn_manager_prefix="gate"} 4
envoy_http_downstream_rq_xx{envoy_response_code_class="2",envoy_http_conn_manager_prefix="a\\"\\\\b\\n"} 5
# TYPE envoy_wasm_mock_vm_reload_success counter
envoy_wasm_mock_vm_reload_success{} 2
# TYPE foo_bar_baz counter
foo_bar_baz{} 1
# TYPE gauge gauge
gauge{} 7
# TYPE http_a_downstream_rq_xx counter
http_a_downstream_rq_xx{envoy_response_code_class="2"} 1
# TYPE route_a_b_x counter
route_a_b_x{} 1
# TYPE wasmcustom_again counter
wasmcustom_again{} 1
`);
});

test("a histogram has Envoy's buckets", () => {
  const stats = new Stats();
  for (const value of [0n, 12n, 4_000_000n]) recordValue(stats.histogram("wasmcustom.h"), value);
  const lines = prometheusText(stats, []).trimEnd().split("\n");
  expect(lines.slice(0, 6)).toEqual([
    "# TYPE h histogram",
    'h_bucket{le="0.5"} 1',
    'h_bucket{le="1"} 1',
    'h_bucket{le="5"} 1',
    'h_bucket{le="10"} 1',
    'h_bucket{le="25"} 2',
  ]);
  expect(lines.slice(-4)).toEqual([
    'h_bucket{le="3600000"} 2',
    'h_bucket{le="+Inf"} 3',
    "h_sum{} 4000012",
    "h_count{} 3",
  ]);
});
