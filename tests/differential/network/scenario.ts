import type { PluginSpec } from "../../../sdk/envoy/index.js";

/** What a client and its upstream do, one after the other, and what plugins between them do. */
export interface NetworkScenario {
  name: string;
  /** In the order of the chain. Each is a script of tests/support/raw-calls, or one with what else the plugin is. */
  plugins: readonly (Script | NetworkPlugin)[];
  /** All plugins share a VM. */
  oneVm?: boolean;
  /** By default the client speaks, the upstream answers, and the client ends, then the upstream. */
  steps?: readonly Step[];
  /** "refused" where nobody listens, "missing" where there is none; "upstream" by default. */
  cluster?: "upstream" | "refused" | "missing";
}

export type Script = readonly string[];

export interface NetworkPlugin extends Pick<PluginSpec, "failurePolicy" | "failOpen" | "capabilities"> {
  script: Script;
}

/** After each there is time for all that comes of it. */
export type Step =
  /** The client sends bytes, and perhaps the end behind them. */
  | { client: string | Buffer; end?: End }
  /** The upstream does. */
  | { upstream: string | Buffer; end?: End }
  /** A side breaks the connection off. */
  | { reset: "client" | "upstream" }
  /** A client comes in the place of the one before, whose connection is left as it is. */
  | { connect: true }
  | { waitMs: number };

/** "at once" may reach a gateway as one piece or as two, except where nothing is read yet. */
export type End = true | "at once";

export const TALK: readonly Step[] = [
  { client: "hello" },
  { upstream: "hi there" },
  { client: "", end: true },
  { upstream: "", end: true },
];

export function pluginsOf({ plugins }: NetworkScenario): NetworkPlugin[] {
  return plugins.map((one) => ("script" in one ? one : { script: one }));
}
