import { unknownOption } from "../sdk/options/unknown-option.js";

export const HELP = `npm run demo [-- --engine node|envoy] [--keep]

Runs the example plugins on a gateway with two upstreams, sends requests, and checks every response.

  --engine node|envoy   the Node gateway in this process, or a real Envoy; node by default
  --keep                keep the gateway running until Ctrl-C, on 127.0.0.1:10000 and the ports after it
  --help                print this text
`;

const OPTIONS = ["--engine", "--keep", "--help"];

export interface Options {
  engine: "node" | "envoy";
  keep: boolean;
  help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws Error that names the unknown option or the wrong value
 * @example
 * parseOptions(["--keep"]); // { engine: "node", keep: true, help: false }
 */
export function parseOptions(args: readonly string[]): Options {
  const options: Options = { engine: "node", keep: false, help: false };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--keep") options.keep = true;
    else if (arg === "--help" || arg === "-h") options.help = true;
    else if (arg === "--engine") options.engine = engineOf(args[++i]);
    else {
      const help = "npm run demo -- --help lists the options";
      const isOption = arg.startsWith("-");
      throw new Error(isOption ? unknownOption(arg, OPTIONS, help) : `unexpected argument "${arg}"; ${help}`);
    }
  }
  return options;
}

function engineOf(word: string | undefined): Options["engine"] {
  if (word === "node" || word === "envoy") return word;
  throw new Error(`--engine ${word ?? ""}: expected node or envoy`);
}
