export const HELP = `npm run demo [-- --engine node|envoy] [--keep]

Plays the example plugins on a gateway with two upstreams and checks every answer.

  --engine node|envoy   the host in this process, or a real Envoy; node by default
  --keep                leave the gateway listening on 127.0.0.1:10000 and the ports after it until Ctrl-C
  --help                this text
`;

export interface Options {
  engine: "node" | "envoy";
  keep: boolean;
  help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws naming what it does not know
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
      throw new Error(`unknown ${kind} "${arg}": there are --engine, --keep and --help`);
    }
  }
  return options;
}

function engineOf(word: string | undefined): Options["engine"] {
  if (word === "node" || word === "envoy") return word;
  throw new Error(`--engine ${word ?? ""}: expected node or envoy`);
}
