import { HISTOGRAM_BOUNDS, type Stats } from "../host/index.js";

/** The namespace of plugins' metrics, which Prometheus does not see. */
const CUSTOM = "wasmcustom.";
const RESPONSE_CLASS = /_([1-5])xx$/;
const LISTENER = /^http\.([^]+)\.([^.]+)$/;

type Labels = readonly (readonly [name: string, value: string])[];

/** The samples of one metric. */
interface Family {
  type: "counter" | "gauge" | "histogram";
  lines: string[];
}

/**
 * The statistics of a host in the text format of Prometheus. Names and labels are those that Envoy's `/stats/prometheus`
 * shows: a plugin's metric has its own name, the listener and the class of a status code are labels. Like Envoy, leaves
 * out metrics of plugins whose name begins with a digit.
 *
 * @param gauges further gauges, such as the number of requests in flight
 * @example
 * prometheusText(stats, []);
 * // # TYPE envoy_http_downstream_rq_xx counter
 * // envoy_http_downstream_rq_xx{envoy_response_code_class="2",envoy_http_conn_manager_prefix="gateway"} 3
 */
export function prometheusText(stats: Stats, gauges: Iterable<readonly [name: string, value: bigint]>): string {
  const families = new Map<string, Family>();
  const add = (type: Family["type"], full: string, samples: (name: string, labels: Labels) => string[]) => {
    const { name, labels } = identify(full);
    if (name === undefined) return;
    const family = families.get(name) ?? { type, lines: [] };
    // Envoy never mixes types: a counter and a gauge of one name would be two metrics.
    if (family.type !== type) return;
    families.set(name, family);
    family.lines.push(...samples(name, labels));
  };
  for (const [name, { value }] of stats.counters) add("counter", name, (...of) => [sample(...of, value)]);
  for (const [name, { value }] of stats.gauges) add("gauge", name, (...of) => [sample(...of, value)]);
  for (const [name, value] of gauges) add("gauge", name, (...of) => [sample(...of, value)]);
  for (const [full, { count, sum, buckets }] of stats.histograms) {
    add("histogram", full, (name, labels) => [
      ...HISTOGRAM_BOUNDS.map((bound, index) =>
        sample(`${name}_bucket`, [...labels, ["le", String(bound)]], buckets[index]!),
      ),
      sample(`${name}_bucket`, [...labels, ["le", "+Inf"]], count),
      sample(`${name}_sum`, labels, sum),
      sample(`${name}_count`, labels, count),
    ]);
  }
  const sorted = [...families].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, { type, lines }]) => `# TYPE ${name} ${type}\n${lines.join("\n")}\n`).join("");
}

/** The name and the labels of a statistic. The name is undefined if Prometheus accepts no such name. */
function identify(full: string): { name: string | undefined; labels: Labels } {
  if (full.startsWith(CUSTOM)) {
    const [rest, labels] = withoutClass(full.slice(CUSTOM.length));
    const name = sanitized(rest);
    return { name: /^[A-Za-z_]/.test(name) ? name : undefined, labels };
  }
  const [rest, labels] = withoutClass(full);
  const [, listener, event] = LISTENER.exec(rest) ?? [];
  if (listener === undefined) return { name: `envoy_${sanitized(rest)}`, labels };
  return {
    name: `envoy_http_${sanitized(event!)}`,
    labels: [...labels, ["envoy_http_conn_manager_prefix", listener]],
  };
}

/** Makes the class of a status code a label: "rq_2xx" becomes "rq_xx". */
function withoutClass(name: string): [name: string, labels: Labels] {
  const digit = RESPONSE_CLASS.exec(name)?.[1];
  if (digit === undefined) return [name, []];
  return [name.replace(RESPONSE_CLASS, "_xx"), [["envoy_response_code_class", digit]]];
}

function sanitized(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/gu, "_");
}

function sample(name: string, labels: Labels, value: bigint | number): string {
  const text = labels.map(([label, one]) => `${label}="${escaped(one)}"`).join(",");
  return `${name}{${text}} ${value}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
