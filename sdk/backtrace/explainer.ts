import { SourceMap } from "../wasm-file/source-map.js";
import { excerpt } from "./excerpt.js";
import { foldLibrary, withFolded } from "./fold.js";
import { BACKTRACE_TITLE, isStub, parseFrame, placeOf, type Frame } from "./frame.js";
import { functionAt, functionsOf, type FunctionRange } from "../wasm-file/functions.js";
import { stackLine } from "./stack.js";

const FAILED = /Function: (\S+) failed: (?!.*restricted_callback)/;

const IN_JSON = `${BACKTRACE_TITLE}\\n`;

/**
 * Rewrites a gateway's log line by line. The frames of a plugin's backtrace become functions, files and lines of its
 * sources, followed by the source lines at the failure. Other lines stay as they are.
 *
 * @example
 * const explainer = new Explainer(bytes, sourceMap, "build/debug.wasm");
 * for (const line of log.split("\n")) console.log(explainer.line(line).join("\n"));
 * console.log(explainer.end().join("\n"));
 */
export class Explainer {
  /** Why frames lack functions or lines. The list is complete after `end`. */
  readonly warnings: string[] = [];
  private readonly map: SourceMap | undefined;
  private readonly functions: readonly FunctionRange[];
  /** The frames since the title of a backtrace; undefined outside a backtrace. */
  private frames: Frame[] | undefined;
  /** Whether the last line was a failure. Its backtrace, if any, follows in the next line. */
  private failed = false;

  /**
   * @param bytes the module that ran
   * @param sourceMap the text of its source map
   * @param wasm the path of the module, from which its sources are found
   * @param show converts the path of a source for the output
   * @throws Error when the bytes are not a module, or the text is not a source map
   */
  constructor(
    bytes: Uint8Array,
    sourceMap: string | undefined,
    private readonly wasm: string,
    private readonly show: (path: string) => string = (path) => path,
  ) {
    this.functions = functionsOf(bytes);
    this.map = sourceMap === undefined ? undefined : new SourceMap(sourceMap);
    if (!this.map) {
      this.warn(
        `the source map ${wasm}.map does not exist: the output has functions, but no files and lines (build with asc --sourceMap)`,
      );
    }
  }

  /** Takes a line of the log. Returns the lines to print: none, one, or several. */
  line(text: string): string[] {
    if (text.includes(IN_JSON)) return [...this.end(), text, ...this.inJson(text)];
    if (text.includes(BACKTRACE_TITLE)) {
      this.failed = false;
      const before = this.end();
      this.frames = [];
      return [...before, text];
    }
    const frame = this.frames && parseFrame(text);
    if (frame) {
      this.frames!.push(frame);
      return [];
    }
    const before = this.end();
    this.failed = FAILED.test(text);
    return [...before, text];
  }

  /** Call this at the end of the log. Returns the lines that are left to print. */
  end(): string[] {
    const { frames } = this;
    this.frames = undefined;
    if (!frames) {
      if (this.failed) {
        this.warn(
          "a failure has no backtrace: the module has no function names, and the gateway logs no backtrace without them. " +
            "Run a debug build: npx as-proxy-wasm build --debug",
        );
      }
      this.failed = false;
      return [];
    }
    this.failed = false;
    const known = frames.map((frame) => this.locate(frame)).filter((frame) => !isStub(frame));
    const { frames: shown, inside } = foldLibrary(known);
    const stack = shown.map((frame) => stackLine(frame, this.wasm, this.show));
    const lines = withFolded(stack, inside);
    const source = excerpt(known, this.wasm);
    return source === undefined ? lines : [...lines, "", ...source.split("\n").map((line) => `    ${line}`), ""];
  }

  /** Rewrites a backtrace in a JSON log, such as Istio's, which has all frames in one string. */
  private inJson(text: string): string[] {
    const [backtrace = ""] = text.slice(text.indexOf(IN_JSON) + IN_JSON.length).split('"');
    this.frames = backtrace.split("\\n").flatMap((line) => parseFrame(line) ?? []);
    return this.end();
  }

  private locate(frame: Frame): Frame {
    const found = functionAt(this.functions, frame.offset);
    // The log is of another build: its frames would get wrong lines.
    if (found?.name !== frame.name) {
      const actual = found ? (found.name ?? "a function without a name") : "no code";
      this.warn(
        `the log is of another build than ${this.wasm}: at 0x${frame.offset.toString(16)} the log has ${frame.name}, ` +
          `the module has ${actual}`,
      );
      return { ...frame, place: undefined };
    }
    return { ...frame, place: placeOf(this.map?.at(frame.offset, found?.from)) };
  }

  /** Adds a warning, one of each kind. */
  private warn(text: string): void {
    const kind = text.slice(0, 20);
    if (!this.warnings.some((one) => one.startsWith(kind))) this.warnings.push(text);
  }
}
