import { SourceMap } from "../wasm-file/source-map.js";
import { excerpt } from "./excerpt.js";
import { foldLibrary, withFolded } from "./fold.js";
import { BACKTRACE_TITLE, isStub, parseFrame, placeOf, type Frame } from "./frame.js";
import { functionAt, functionsOf, type FunctionRange } from "../wasm-file/functions.js";
import { stackLine } from "./stack.js";

const FAILED = /Function: (\S+) failed: (?!.*restricted_callback)/;

const IN_JSON = `${BACKTRACE_TITLE}\\n`;

/**
 * Rewrites a gateway's log line by line: the frames of a plugin's backtrace become functions, files and lines of its
 * sources, with the lines where it failed. All else stays as it is.
 *
 * @example
 * const explainer = new Explainer(bytes, sourceMap, "build/debug.wasm");
 * for (const line of log.split("\n")) console.log(explainer.line(line).join("\n"));
 * console.log(explainer.end().join("\n"));
 */
export class Explainer {
  /** What keeps it from telling more. Complete when `end` has been called. */
  readonly warnings: string[] = [];
  private readonly map: SourceMap | undefined;
  private readonly functions: readonly FunctionRange[];
  /** The frames since the title of a backtrace; undefined outside of one. */
  private frames: Frame[] | undefined;
  /** A failure whose backtrace must follow at once, or there is none. */
  private failed = false;

  /**
   * @param bytes the module that ran
   * @param sourceMap the text of its source map
   * @param wasm where the module lies, to find its sources
   * @param show how the path of a source is shown
   * @throws Error when the bytes are no module, or the text is no source map
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
      this.warn(`there is no source map ${wasm}.map: functions can be told, files and lines cannot (asc --sourceMap)`);
    }
  }

  /** What a line of the log becomes: no line, one, or several. */
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

  /** What is left when the log has ended. */
  end(): string[] {
    const { frames } = this;
    this.frames = undefined;
    if (!frames) {
      if (this.failed) {
        this.warn(
          "a failure has no backtrace: the module that ran has no names of functions, so the gateway writes none. " +
            "A debug build has them: npx asc --target debug",
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

  /** The frames of a log whose lines are JSON, such as Istio's may be: all in one text. */
  private inJson(text: string): string[] {
    const [backtrace = ""] = text.slice(text.indexOf(IN_JSON) + IN_JSON.length).split('"');
    this.frames = backtrace.split("\\n").flatMap((line) => parseFrame(line) ?? []);
    return this.end();
  }

  private locate(frame: Frame): Frame {
    const found = functionAt(this.functions, frame.offset);
    // Of another build: its places would be wrong.
    if (found?.name !== frame.name) {
      const instead = found ? (found.name ?? "a function without a name") : "no code";
      this.warn(
        `the log is of another build than ${this.wasm}: at 0x${frame.offset.toString(16)} the one has ${frame.name}, ` +
          `the other ${instead}`,
      );
      return { ...frame, place: undefined };
    }
    return { ...frame, place: placeOf(this.map?.at(frame.offset, found?.from)) };
  }

  /** Each kind once. */
  private warn(text: string): void {
    const kind = text.slice(0, 20);
    if (!this.warnings.some((one) => one.startsWith(kind))) this.warnings.push(text);
  }
}
