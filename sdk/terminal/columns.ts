import { stripVTControlCharacters } from "node:util";

/**
 * Rows of text in columns, with two spaces between columns and none at the end of a line. Colours do not count as width.
 *
 * @param indent the text in front of each row
 * @param width the width of the terminal. If a row is longer, the rows have no columns, and are broken between words
 * @example
 * columns([["build", "compiles the plugin"], ["test", "runs the tests"]]);
 * // ["build  compiles the plugin", "test   runs the tests"]
 */
export function columns(rows: readonly (readonly string[])[], indent = "", width = Infinity): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))));
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) => cell + " ".repeat(widths[i]! - widthOf(cell)));
    return (indent + cells.join("  ")).trimEnd();
  });
  if (lines.every((line) => widthOf(line) <= width)) return lines;
  return rows.map((row) => broken(indent + row.join("  "), width));
}

/**
 * A line that is longer than the terminal is wide, as several lines, broken between words. The further lines are indented.
 *
 * @param width the width of the terminal; undefined when the line is for no terminal, and stays as it is
 * @example
 * broken("GET a.org/path 200", 10); // "GET\n  a.org/path\n  200"
 */
export function broken(line: string, width: number | undefined): string {
  if (width === undefined || widthOf(line) <= width) return line;
  const indent = /^ */.exec(line)![0];
  const lines: string[] = [];
  let last = "";
  for (const word of line.slice(indent.length).split(/ +/)) {
    const next = last === "" ? indent + word : `${last} ${word}`;
    if (last !== "" && widthOf(next) > width) {
      lines.push(last);
      last = `${indent}  ${word}`;
    } else {
      last = next;
    }
  }
  return [...lines, last].join("\n");
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
