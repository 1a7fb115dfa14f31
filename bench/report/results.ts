import type { WorkloadResult } from "../measure.js";
import type { Peer } from "../peers.js";
import type { SizeResult, StartResult } from "../start.js";

/** Everything that one run has measured. bench/results/results.json has the results of the last whole run. */
export interface Results {
  /** In UTC, such as "2026-11-28". */
  date: string;
  /** Such as "2 cores of AMD EPYC, 23 GiB, Linux 6.1". */
  machine: string;
  /** Such as "1.40.0". */
  envoy: string;
  node: string;
  rounds: number;
  /** The version of each peer with the tools that built its plugins. */
  versions: Partial<Record<Peer, string>>;
  /** The peers that the machine could not build, and why. */
  missing: Partial<Record<Peer, string>>;
  workloads: WorkloadResult[];
  starts: StartResult[];
  sizes: Partial<Record<Peer, SizeResult[]>>;
}
