const CODES = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, grey: 90, dim: 2, bold: 1 };

export type Colour = keyof typeof CODES;

/** Whether messages are coloured: as most tools decide it. Vitest's workers have no terminal; it tells them if it has one. */
function isColoured(): boolean {
  const { env } = process;
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  if (env["FORCE_COLOR"] !== undefined) return env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "false";
  return Boolean(env["FORCE_TTY"]) || process.stdout.isTTY === true;
}

/** A text in a colour, where messages are coloured. */
export function paint(colour: Colour, text: string): string {
  return isColoured() ? `\x1b[${CODES[colour]}m${text}\x1b[${colour === "dim" || colour === "bold" ? 22 : 39}m` : text;
}
