import { stripVTControlCharacters } from "node:util";

/**
 * Rows of text in columns, with two spaces between columns and none at the end of a line. Colours do not count as width.
 *
 * @param indent the text in front of each row
 * @example
 * columns([["build", "compiles the plugin"], ["test", "runs the tests"]]);
 * // ["build  compiles the plugin", "test   runs the tests"]
 */
export function columns(rows: readonly (readonly string[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))));
  return rows.map((row) => {
    const cells = row.map((cell, i) => cell + " ".repeat(widths[i]! - widthOf(cell)));
    return (indent + cells.join("  ")).trimEnd();
  });
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
