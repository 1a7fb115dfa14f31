import type { Spread } from "../stats.js";
import { digits } from "./numbers.js";

export interface Bar {
  label: string;
  value: Spread;
  /** Draws the bar in the accent colour. */
  isOurs?: boolean;
}

/** Bars with a scale of their own. */
export interface Panel {
  title: string;
  unit: string;
  bars: readonly Bar[];
}

const COLUMN = 440;
const LABEL = 100;
const VALUE = 84;
const MARGIN = 20;
const ROW = 22;
const HEAD = 34;
const GAP = 18;

/** Viewers choose by the colour scheme of the reader's system. The card has a background, so both work everywhere. */
const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .card { fill: #ffffff; stroke: #d1d9e0; }
    .title { font-weight: 600; }
    .quiet { fill: #59636e; }
    .bar { fill: #afb8c1; }
    .ours { fill: #0969da; }
    .spread { stroke: #1f2328; stroke-width: 1.5; }
    .axis { stroke: #d1d9e0; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .card { fill: #0d1117; stroke: #3d444d; }
      .quiet { fill: #9198a1; }
      .bar { fill: #545d68; }
      .ours { fill: #4493f8; }
      .spread { stroke: #f0f6fc; }
      .axis { stroke: #3d444d; }
    }`;

/**
 * Draws panels of horizontal bars in two columns, as SVG. A bar ends at the median; a line marks the quartiles.
 *
 * @param title what a screen reader reads
 */
export function plot(title: string, panels: readonly Panel[]): string {
  const columns = panels.length === 1 ? 1 : 2;
  const rows: Panel[][] = [];
  for (let i = 0; i < panels.length; i += columns) rows.push(panels.slice(i, i + columns));
  const parts: string[] = [];
  let y = MARGIN;
  for (const row of rows) {
    row.forEach((panel, column) => parts.push(drawn(panel, MARGIN + column * (COLUMN + GAP), y)));
    y += Math.max(...row.map(heightOf)) + GAP;
  }
  const width = MARGIN * 2 + columns * COLUMN + (columns - 1) * GAP;
  const height = y - GAP + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `  <title>${escaped(title)}</title>`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function heightOf({ bars }: Panel): number {
  return HEAD + bars.length * ROW;
}

function drawn({ title, unit, bars }: Panel, left: number, top: number): string {
  const from = left + LABEL;
  const most = Math.max(Number.MIN_VALUE, ...bars.map(({ value }) => value.high));
  const at = (value: number) => round(from + (Math.max(0, value) / most) * (COLUMN - LABEL - VALUE));
  const lines = bars.map(({ label, value, isOurs }, index) => {
    const y = top + HEAD + index * ROW;
    const middle = y + ROW / 2;
    return [
      `  <text x="${from - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
      `  <rect class="${isOurs ? "ours" : "bar"}" x="${from}" y="${y + 4}" width="${round(at(value.median) - from)}" height="${ROW - 8}"/>`,
      `  <line class="spread" x1="${at(value.low)}" y1="${middle}" x2="${at(value.high)}" y2="${middle}"/>`,
      `  <text x="${round(at(value.high) + 8)}" y="${middle + 4}">${digits(value.median)}</text>`,
    ].join("\n");
  });
  return [
    `  <text class="title" x="${left}" y="${top + 14}">${escaped(title)}<tspan class="quiet" dx="8" font-weight="400">${escaped(unit)}</tspan></text>`,
    `  <line class="axis" x1="${from}" y1="${top + HEAD}" x2="${from}" y2="${top + heightOf({ title, unit, bars })}"/>`,
    ...lines,
  ].join("\n");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
