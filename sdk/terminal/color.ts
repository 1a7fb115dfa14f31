import { styleText } from "node:util";

/** A colour or another format of `util.styleText`, or several. */
export type Format = Parameters<typeof styleText>[0];

/** The part of a stream that decides on colours. */
export interface Terminal {
  isTTY?: boolean;
}

/**
 * Whether text for a stream may have colours: on a terminal, unless NO_COLOR is set. FORCE_COLOR decides before both.
 *
 * @example
 * hasColors(process.stderr); // false in a pipe
 */
export function hasColors(stream: Terminal = process.stdout): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = process.env;
  if (force !== undefined) return force !== "0" && force !== "false";
  return stream.isTTY === true && !no && term !== "dumb";
}

/**
 * Text in a colour, or the text itself where the stream has no colours.
 *
 * @param stream the stream that the text is for; standard output by default
 * @example
 * console.log(paint("green", "ok"));
 * console.error(paint(["bold", "red"], "error", process.stderr));
 */
export function paint(format: Format, text: string, stream: Terminal = process.stdout): string {
  // `styleText` of Node.js 20 does not look at the stream, and later versions look at standard output.
  return hasColors(stream) ? styleText(format, text, { validateStream: false }) : text;
}

/** Colours that are readable on a dark and on a light terminal, and mean neither an error nor a warning. */
const PLUGIN_COLORS = ["cyan", "magenta", "blue", "green", "cyanBright", "magentaBright", "blueBright"] as const;

/**
 * The colour of a plugin. A name has the same colour at each start.
 *
 * @example
 * console.log(`${paint(pluginColor("jwt-auth"), "jwt-auth")} ready`);
 */
export function pluginColor(name: string): Format {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)!) >>> 0;
  return PLUGIN_COLORS[hash % PLUGIN_COLORS.length]!;
}
