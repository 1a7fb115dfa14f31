/** Colours of a terminal by the number that the escape sequence has: 30 to 37 are text, 40 to 47 backgrounds. */
const COLOURS: Readonly<Record<number, string>> = {
  ...{ 0: "#484f58", 1: "#ff7b72", 2: "#7ee787", 3: "#e3b341", 4: "#79c0ff", 5: "#d2a8ff", 6: "#56d4dd", 7: "#b1bac4" },
  ...{ 60: "#8b949e" },
};
const TEXT = "#e6edf3";
const BACKGROUND = "#0d1117";
const WIDTH = 8.4;
const HEIGHT = 20;
const MARGIN = 16;
const FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";

interface Style {
  text: string;
  background?: string;
  isBold?: boolean;
  isDim?: boolean;
}

/**
 * Draws a terminal's output.
 *
 * @param lines text with escape sequences for colours, bold and dim
 * @param title says what the picture shows, for readers who do not see it
 * @returns an SVG document as wide as the longest line
 * @example
 * ansiToSvg(["\x1b[31mError\x1b[39m: no"], "A failing test");
 */
export function ansiToSvg(lines: readonly string[], title: string): string {
  let style: Style = { text: TEXT };
  let columns = 0;
  const drawn = lines.flatMap((line, row) => {
    let column = 0;
    // Text at even places, the numbers of escape sequences at odd ones.
    // eslint-disable-next-line no-control-regex -- the escape character begins a colour
    const runs = line.split(/\x1b\[([\d;]*)m/).flatMap((part, index) => {
      if (index % 2 === 1) style = part.split(";").map(Number).reduce(withCode, style);
      if (index % 2 === 1 || part === "") return [];
      const at = column;
      column += [...part].length;
      return draw(part, style, at, row);
    });
    columns = Math.max(columns, column);
    return runs;
  });
  const [width, height] = [Math.ceil(columns * WIDTH) + 2 * MARGIN, lines.length * HEIGHT + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="${FONT}" font-size="14" xml:space="preserve">`,
    ...drawn,
    "</g>\n</svg>\n",
  ].join("\n");
}

function withCode(style: Style, code: number): Style {
  if (code === 0) return { text: TEXT };
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 39) return { ...style, text: TEXT };
  if (code === 49) return { text: style.text, isBold: style.isBold ?? false, isDim: style.isDim ?? false };
  if (COLOURS[code - 30] !== undefined) return { ...style, text: COLOURS[code - 30]! };
  if (COLOURS[code - 40] !== undefined) return { ...style, background: COLOURS[code - 40]! };
  throw new Error(`no colour for escape sequence ${code}`);
}

/** A run of characters in one style. Its width is fixed, so that columns line up in every font. */
function draw(text: string, style: Style, column: number, row: number): string[] {
  const [x, y, width] = [MARGIN + column * WIDTH, MARGIN + row * HEIGHT, [...text].length * WIDTH].map(round);
  const weight = (style.isBold ? ` font-weight="bold"` : "") + (style.isDim ? ` opacity="0.6"` : "");
  const box = `<rect x="${x}" y="${y}" width="${width}" height="${HEIGHT}" fill="${style.background}"/>`;
  return [
    ...(style.background === undefined ? [] : [box]),
    `<text x="${x}" y="${y! + 15}" textLength="${width}" fill="${style.text}"${weight}>${escape(text)}</text>`,
  ];
}

const round = (value: number) => Math.round(value * 10) / 10;

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
