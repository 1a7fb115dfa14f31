import type { Pair } from "../../host/index.js";
import { toLatin1 } from "../message/text.js";
import { describe, isRecord } from "./answer.js";

/** The address of an upstream host with its port, or the address and its details as text: `["10.0.0.7:8080", "{}"]`. */
export type UpstreamHost = string | readonly [address: string, details: string];

/** The hosts of each cluster. */
export type HostsByCluster = Readonly<Record<string, readonly UpstreamHost[]>>;

/** @internal The hosts as the host call returns them: the address and the details of each. */
export function hostPairs(hosts: readonly UpstreamHost[]): Pair[] {
  return hosts.map((one): Pair => {
    const [address, details] = typeof one === "string" ? [one, ""] : one;
    return [toLatin1(address), toLatin1(details)];
  });
}

/** @internal @throws TypeError that names the wrong cluster */
export function checkHosts(hosts: unknown, gateway: unknown): void {
  if (gateway !== "higress") {
    throw new TypeError('startPlugin: hosts: only Higress lists upstream hosts; add host: "higress"');
  }
  if (!isRecord(hosts)) {
    throw new TypeError(`startPlugin: hosts: expected an object with a list for each cluster, got ${describe(hosts)}`);
  }
  for (const [cluster, list] of Object.entries(hosts)) {
    if (Array.isArray(list) && list.every(isHost)) continue;
    throw new TypeError(`startPlugin: hosts: ${cluster}: expected a list of addresses such as "10.0.0.7:8080"`);
  }
}

function isHost(one: unknown): boolean {
  const isText = (value: unknown) => typeof value === "string";
  return isText(one) || (Array.isArray(one) && one.length === 2 && one.every(isText));
}
