import type { PluginSpec } from "../../../sdk/envoy/index.js";

/** The steps of a client and an upstream, and the plugins between them. */
export interface NetworkScenario {
  name: string;
  /**
   * The plugins of the filter chain, in order. Each is a script of tests/support/raw-calls, or a script with settings.
   */
  plugins: readonly (Script | NetworkPlugin)[];
  /** All plugins share a VM. */
  oneVm?: boolean;
  /** By default the client sends bytes, then the upstream; then the client ends the connection, then the upstream. */
  steps?: readonly Step[];
  /** "refused": nothing listens on its port. "missing": the gateway has no such cluster. By default "upstream". */
  cluster?: "upstream" | "refused" | "missing";
}

export type Script = readonly string[];

export interface NetworkPlugin extends Pick<PluginSpec, "failurePolicy" | "failOpen" | "capabilities"> {
  script: Script;
}

/** A step. After each step the engine waits for its effects. */
export type Step =
  /** The client sends bytes, and perhaps the end of its side. */
  | { client: string | Buffer; end?: End }
  /** The upstream sends bytes, and perhaps the end of its side. */
  | { upstream: string | Buffer; end?: End }
  /** A side resets the connection. */
  | { reset: "client" | "upstream" }
  /** Another client connects and plays the further steps. The previous client's connection stays as it is. */
  | { connect: true }
  | { waitMs: number };

/**
 * true: after the bytes have arrived. "at once": with the bytes; they may reach a gateway as one read or as two, unless
 * the gateway does not read yet.
 */
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
