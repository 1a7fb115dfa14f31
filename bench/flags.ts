import { parseArgs } from "node:util";
import { unknownOption, unknownWord } from "../sdk/options/unknown-option.js";
import { PEERS, type Peer } from "./peers.js";

/** What a run measures. */
export interface Flags {
  /** The names of workloads, or of parts of a run such as "memory". */
  only: readonly string[];
  peers: readonly Peer[];
  rounds: number;
  help: boolean;
  /** Writes the tables and plots of the last run again, without a new run. */
  render: boolean;
  /** The run measures everything, with as many rounds as the results in the repository. */
  isWhole: boolean;
}

/** A flag is wrong. The message says which, and what was expected. */
export class FlagError extends Error {}

const ROUNDS = 30;
const QUICK_ROUNDS = 6;

/**
 * Reads the arguments of the command.
 *
 * @param known the names that `--only` takes
 * @throws FlagError
 * @example
 * readFlags(["--only", "no-op", "--quick"], ["no-op", "callout"]).only; // ["no-op"]
 */
export function readFlags(args: string[], known: readonly string[]): Flags {
  const values = parse(args);
  const only = list(values.only);
  for (const name of only) {
    if (!known.some((one) => isPartOf(one, name))) throw new FlagError(unknownWord("workload", name, known));
  }
  const peers = list(values.peers);
  for (const name of peers) {
    if (!isPeer(name)) throw new FlagError(unknownWord("peer", name, PEERS));
  }
  const { rounds: text, quick = false, render = false, help = false } = values;
  const rounds = text === undefined ? (quick ? QUICK_ROUNDS : ROUNDS) : Number(text);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new FlagError(`--rounds: expected a whole number from 1, got "${text}"`);
  const isWhole = only.length === 0 && peers.length === 0 && rounds >= ROUNDS;
  return {
    only: only.length === 0 ? known : known.filter((one) => only.some((name) => isPartOf(one, name))),
    peers: peers.length === 0 ? PEERS : PEERS.filter((peer) => peers.includes(peer)),
    ...{ rounds, help, render, isWhole },
  };
}

/** Whether a workload has the name, or belongs to it: "rules/domain/1" belongs to "rules". */
function isPartOf(workload: string, name: string): boolean {
  return workload === name || workload.startsWith(`${name}/`);
}

function isPeer(name: string): name is Peer {
  return (PEERS as readonly string[]).includes(name);
}

/** Values of an option that was given several times, or with commas. */
function list(values: readonly string[] = []): string[] {
  return values.flatMap((value) => value.split(",")).map((value) => value.trim());
}

const OPTIONS = {
  only: { type: "string", multiple: true },
  peers: { type: "string", multiple: true },
  rounds: { type: "string" },
  quick: { type: "boolean" },
  render: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const option = /^Unknown option '(.*?)'/.exec(message)?.[1];
    const names = Object.keys(OPTIONS).map((name) => `--${name}`);
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" && option !== undefined)
      throw new FlagError(unknownOption(option, names));
    throw new FlagError(message);
  }
}

export function helpText(known: readonly string[]): string {
  return `Usage: npm run bench -- [options]

Measures plugins on this SDK and on others in a real Envoy. A whole run writes bench/results/ and docs/performance.md;
a run with --only, --peers, --quick or few rounds prints its tables.

  --only NAMES     these workloads, such as "no-op,rules": ${wrapped(known)}
  --peers NAMES    these SDKs: ${PEERS.join(", ")}
  --rounds NUMBER  how many rounds; ${ROUNDS} by default
  --quick          ${QUICK_ROUNDS} rounds
  --render         writes the tables and plots of the last whole run again
  -h, --help       prints this text`;
}

function wrapped(names: readonly string[]): string {
  const lines = [""];
  for (const name of names) {
    if (lines.at(-1)!.length + name.length > 90) lines.push("");
    lines.push(`${lines.pop()!}${name}, `);
  }
  return `\n${lines.map((line) => `                   ${line.trimEnd()}`).join("\n")}`.replace(/,$/, "");
}
