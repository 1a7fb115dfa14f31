import { relative } from "node:path";
import { paint, sizeChangeText, sizeText, type Format, type Terminal } from "../terminal/index.js";
import type { BuildResult, BuildSuccess } from "./build-plugin.js";
import type { Diagnostic } from "./diagnostic.js";

/** How many characters of a long line are shown. */
const WIDTH = 120;

/**
 * The result of a build as lines: errors and warnings with their source lines, then the module with its size.
 *
 * @param stream the stream that the lines are for; decides on colours
 * @example
 * for (const line of buildReport(await buildPlugin("."))) console.log(line);
 * // build/plugin.wasm  24.5 KB (+0.3 KB), gzip 11.2 KB, 2.1 s
 */
export function buildReport(result: BuildResult, stream: Terminal = process.stdout): string[] {
  const notes = result.notes === "" ? [] : [result.notes];
  const diagnostics = result.ok ? result.warnings : result.diagnostics;
  const lines = [...notes, ...diagnostics.flatMap((one) => [...describe(one, stream), ""])];
  if (result.ok) return [...lines, ...success(result, stream)];
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return [...lines, paint("red", `the build failed with ${errors} error${errors === 1 ? "" : "s"}`, stream)];
}

function success(result: BuildSuccess, stream: Terminal): string[] {
  const { bytes, gzipBytes, ms, needsHigress, previousBytes } = result;
  const change =
    previousBytes === undefined
      ? ""
      : ` (${previousBytes === bytes ? "same size" : sizeChangeText(bytes - previousBytes)})`;
  const size = `${paint("bold", sizeText(bytes), stream)}${change}, gzip ${sizeText(gzipBytes)}`;
  const line = `${paint("green", shortPath(result.wasm), stream)}  ${size}, ${(ms / 1000).toFixed(1)} s`;
  if (needsHigress.length === 0) return [line];
  const why = `needs Higress: ${needsHigress.join(", ")} (Envoy and Istio reject a module that imports it)`;
  return [line, paint("yellow", why, stream)];
}

/** An error or warning as lines, with its source line, as TypeScript shows it. */
function describe(one: Diagnostic, stream: Terminal): string[] {
  const color = one.severity === "error" ? "red" : "yellow";
  const place = one.file === undefined ? "" : placeOf(one.file, one.line, one.column);
  const label = paint(["bold", color], one.severity, stream);
  const head = `${place === "" ? "" : `${paint("cyan", place, stream)}  `}${label}${one.code && ` ${one.code}`}: ${one.message}`;
  const { related } = one;
  const other = related ? [`  see also ${placeOf(related.file, related.line, related.column)}`] : [];
  return [head, ...excerpt(one, color, stream), ...other];
}

function excerpt({ excerpt: text, line, column, length = 1 }: Diagnostic, color: Format, stream: Terminal): string[] {
  if (text === undefined || column === undefined) return [];
  // Of a long line, the part around the mark.
  const from = column + length > WIDTH ? Math.max(0, column - 1 - WIDTH / 2) : 0;
  const shown = text.slice(from, from + WIDTH);
  const before = text.slice(from, column - 1).replace(/[^\t]/g, " ");
  const mark = "~".repeat(Math.max(1, Math.min(length, WIDTH - before.length)));
  const gutter = `${line} | `;
  return ["", `  ${gutter}${shown}`, `  ${" ".repeat(gutter.length - 2)}| ${before}${paint(color, mark, stream)}`];
}

function placeOf(file: string, line = 1, column = 1): string {
  return `${shortPath(file)}:${line}:${column}`;
}

/** A path relative to the current folder, if the file is in that folder or near it. */
function shortPath(file: string): string {
  if (file.startsWith("~lib/")) return file;
  const short = relative(process.cwd(), file);
  return short.startsWith("../../") || short === "" ? file : short;
}
