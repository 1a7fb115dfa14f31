const CODES = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, grey: 90, dim: 2, bold: 1 };

export type Colour = keyof typeof CODES;

/**
 * Whether output is coloured, by the rules of most tools. Vitest sets FORCE_TTY for its workers when it has a terminal.
 */
function isColoured(): boolean {
  const { env } = process;
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  if (env["FORCE_COLOR"] !== undefined) return env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "false";
  return Boolean(env["FORCE_TTY"]) || process.stdout.isTTY === true;
}

/** The text in a colour, if output is coloured. */
export function paint(colour: Colour, text: string): string {
  return isColoured() ? `\x1b[${CODES[colour]}m${text}\x1b[${colour === "dim" || colour === "bold" ? 22 : 39}m` : text;
}
