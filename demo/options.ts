export const HELP = `npm run demo [-- --keep]

Plays the example plugins on a real Envoy with two upstreams and checks every answer.

  --keep    leave the gateway listening on 127.0.0.1:10000 and the ports after it until Ctrl-C
  --help    this text
`;

export interface Options {
  keep: boolean;
  help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws naming what it does not know
 * @example
 * parseOptions(["--keep"]); // { keep: true, help: false }
 */
export function parseOptions(args: readonly string[]): Options {
  const options: Options = { keep: false, help: false };
  for (const arg of args) {
    if (arg === "--keep") options.keep = true;
    else if (arg === "--help" || arg === "-h") options.help = true;
    else
      throw new Error(`unknown ${arg.startsWith("-") ? "option" : "argument"} "${arg}": there are --keep and --help`);
  }
  return options;
}
