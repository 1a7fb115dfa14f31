import { ownContext, select, settle } from "../abi/entry";
import { Status } from "../abi/enums";
import { HIGRESS_CALLS } from "../abi/features";
import { proxy_get_upstream_hosts, proxy_set_upstream_override_host } from "../abi/imports-higress";
import { addressSlot, sizeSlot, takenBytes } from "../abi/memory";
import { Pairs } from "../abi/pairs";
import { encodeUtf8 } from "../abi/utf8";
import { quoted } from "../text/quoted";
import { reported } from "./log";
import { statusName } from "./status";

/**
 * A host of the cluster that the request goes to; see `getUpstreamHosts`.
 *
 * @example
 * ```ts
 * const hosts = getUpstreamHosts().hosts;
 * for (let i = 0; i < hosts.length; i++) log.info(hosts[i].address + " " + hosts[i].details);
 * ```
 */
export class UpstreamHost {
  /** @internal */
  constructor(
    /** The address with its port: `10.0.0.7:8080`. */
    readonly address: string,
    /** What Higress knows about the host (health, metrics), as JSON; "" if Higress knows nothing. */
    readonly details: string,
  ) {}
}

/**
 * The result of `getUpstreamHosts`.
 *
 * @example
 * ```ts
 * if (!getUpstreamHosts().isAvailable) log.info("this build has no host calls of Higress");
 * ```
 */
export class UpstreamHosts {
  /** @internal */
  constructor(
    /** The status of the host call; `Unimplemented` in a build with `HIGRESS_CALLS=0`. */
    readonly status: Status,
    /** The hosts; empty if the host call failed. */
    readonly hosts: UpstreamHost[],
  ) {}

  /** Whether the plugin may ask for upstream hosts. */
  get isAvailable(): bool {
    return this.status != Status.Unimplemented;
  }
}

/**
 * Whether this build of the plugin may use the host calls that only Higress has. False in a build with
 * `"use": ["HIGRESS_CALLS=0"]`. A build with these host calls loads on Higress only.
 *
 * @example
 * ```ts
 * if (!hasHigressCalls()) log.info("the gateway balances the load");
 * ```
 */
export function hasHigressCalls(): bool {
  return HIGRESS_CALLS;
}

/**
 * Returns the hosts of the cluster that the current request goes to. Only Higress has this host call, so the plugin loads on
 * Higress only, unless it is built with `"use": ["HIGRESS_CALLS=0"]`.
 *
 * @example
 * ```ts
 * const hosts = getUpstreamHosts().hosts;
 * if (hosts.length > 0) setUpstreamOverrideHost(hosts[0].address);
 * ```
 */
export function getUpstreamHosts(): UpstreamHosts {
  const hosts = new Array<UpstreamHost>();
  if (!HIGRESS_CALLS) return new UpstreamHosts(Status.Unimplemented, hosts);
  select(ownContext());
  settle();
  const status = proxy_get_upstream_hosts(addressSlot(), sizeSlot());
  if (status != Status.Ok) return new UpstreamHosts(status, hosts);
  const pairs = new Pairs(takenBytes());
  for (let i = 0; i < pairs.count; i++) hosts.push(new UpstreamHost(pairs.name(i), pairs.value(i)));
  return new UpstreamHosts(status, hosts);
}

/**
 * Makes the gateway send the current request to one host of its cluster. Call it while the gateway holds the request headers:
 * in the hook on request headers, or before the plugin resumes the request. Only Higress has this host call, see
 * `getUpstreamHosts`.
 *
 * @param address the address with its port, as in `UpstreamHost`
 * @returns null, or an error, which is also logged
 *
 * @example
 * ```ts
 * const error = setUpstreamOverrideHost("10.0.0.7:8080");
 * if (error !== null) log.info("the gateway chooses the host");
 * ```
 */
export function setUpstreamOverrideHost(address: string): Error | null {
  const title = "upstream host " + quoted(address) + " cannot be set: ";
  if (!HIGRESS_CALLS) return reported(title + "not available on this gateway");
  select(ownContext());
  const bytes = encodeUtf8(address);
  settle();
  const status = proxy_set_upstream_override_host(changetype<usize>(bytes), bytes.byteLength);
  return status == Status.Ok ? null : reported(title + statusName(status));
}
