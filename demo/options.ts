export const HELP = `npm run demo [-- --engine node|envoy] [--keep]

Runs the example plugins on a gateway with two upstreams and checks every response.

  --engine node|envoy   the Node gateway (default) or a real Envoy
  --keep                keep the gateway running on 127.0.0.1:10000 and the following ports until Ctrl-C
  --help                show this text
`;

export interface Options {
  engine: "node" | "envoy";
  keep: boolean;
  help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws Error that names an unknown option or value
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
      const kind = arg.startsWith("-") ? "option" : "argument";
      throw new Error(`unknown ${kind} "${arg}": expected --engine, --keep or --help`);
    }
  }
  return options;
}

function engineOf(word: string | undefined): Options["engine"] {
  if (word === "node" || word === "envoy") return word;
  throw new Error(`--engine ${word ?? ""}: expected node or envoy`);
}
