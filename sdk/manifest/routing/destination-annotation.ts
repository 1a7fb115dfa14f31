import type { Resource } from "../resource.js";
import type { Annotations } from "./annotations.js";
import type { Destination, Warn } from "./model.js";
import type { Services } from "./services.js";

/** The backends of the annotation `higress.io/destination`. */
export interface Destinations {
  list: Destination[];
  weightSum: number;
}

/** The port of a gateway in Kubernetes, which counts for a host without a port. */
const GATEWAY_PORT = 80;

/** Reads lines such as "90% foo.dns:8080 v1". Undefined without the annotation, or when a line is wrong. */
export function destinationsOf(
  annotations: Annotations,
  resource: Resource,
  services: Services,
  warn: Warn,
): Destinations | undefined {
  const lines = (annotations.higressText("destination") ?? "").split("\n").map((line) => line.split(/\s+/));
  const list: Destination[] = [];
  for (const line of lines) {
    if (line[0] === "") continue;
    const weight = /%$/.test(line[0]!) ? line.shift()! : "100%";
    const [address, subset = ""] = line;
    if (!/^[+-]?\d+%$/.test(weight) || address === undefined) {
      const got = [weight, ...line].join(" ");
      warn(
        resource,
        `Higress passes over the annotation "higress.io/destination": expected [weight%] host[:port], got "${got}"`,
      );
      return undefined;
    }
    const [, host = address, port] = /^(.*):(\d+)$/.exec(address) ?? [];
    const cluster = services.useHost(host, Number(port ?? GATEWAY_PORT), subset, resource.position);
    list.push({ cluster, weight: Number.parseInt(weight, 10) });
  }
  const weightSum = list.reduce((sum, { weight }) => sum + weight, 0);
  if (list.length > 0 && weightSum !== 100)
    warn(resource, `the weights of "higress.io/destination" add up to ${weightSum}%, not 100%`);
  return list.length > 0 ? { list, weightSum } : undefined;
}
