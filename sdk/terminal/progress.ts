import type { Terminal } from "./color.js";

/** A terminal on which a line can be written again. */
type Output = Terminal & { write(text: string): unknown };

/** How long work may take before its progress is shown. */
const DELAY_MS = 1000;
const FRAMES = ["-", "\\", "|", "/"];

/**
 * Shows what the command waits for, once the work has taken a second. The line vanishes at the end of the work. In a pipe,
 * nothing is shown.
 *
 * @param text such as "building", or a function that returns the text of the moment
 * @param output standard error by default
 * @returns a function that ends the progress
 * @example
 * const end = startProgress("building");
 * try { await build(); } finally { end(); }
 */
export function startProgress(text: string | (() => string), output: Output = process.stderr): () => void {
  if (!output.isTTY || process.env["TERM"] === "dumb" || process.env["CI"]) return () => {};
  const started = performance.now();
  let frames = 0;
  const show = () => {
    const seconds = Math.floor((performance.now() - started) / 1000);
    const shown = typeof text === "string" ? text : text();
    output.write(`\r\x1b[K${FRAMES[frames++ % FRAMES.length]} ${shown} ${seconds} s`);
  };
  let repeat: NodeJS.Timeout | undefined;
  const delay = setTimeout(() => {
    show();
    repeat = setInterval(show, 200);
    repeat.unref();
  }, DELAY_MS);
  delay.unref();
  return () => {
    clearTimeout(delay);
    clearInterval(repeat);
    if (frames > 0) output.write("\r\x1b[K");
  };
}
