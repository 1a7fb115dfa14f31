import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { onPath } from "../../sdk/envoy/binary.js";
import { packageRoot } from "../../sdk/envoy/index.js";

export interface RegexpQuestion {
  pattern: Uint8Array;
  cases: { text: Uint8Array; template: Uint8Array; limit: number }[];
}

export interface RegexpResult {
  /** Set if Go rejects the pattern; then the other fields are missing. */
  error?: string;
  names: string[];
  cases: {
    matches: boolean;
    /** For each match, the byte offsets of start and end of the match and of its groups; null for no match. */
    all: number[][] | null;
    /** How many matches Go finds with the limit. */
    limited: number;
    replaced: string;
    literal: string;
    split: string[] | null;
  }[];
}

/** A process with Go's `regexp`. */
export class GoRegexp {
  private readonly folder = mkdtempSync(join(tmpdir(), "go-regexp-"));
  private readonly program = join(this.folder, "go-regexp");
  private process: ChildProcess | undefined;
  private lines: AsyncIterator<string> | undefined;
  private reader: Interface | undefined;

  /** @returns undefined if no Go is installed */
  static build(): GoRegexp | undefined {
    const go = onPath("go");
    if (go === undefined) return undefined;
    const built = new GoRegexp();
    execFileSync(go, ["build", "-o", built.program, "."], { cwd: join(packageRoot(), "tests", "go-regexp") });
    return built;
  }

  /** What Go knows of Unicode, see tests/go-regexp/main.go. */
  unicode(): string {
    return execFileSync(this.program, ["unicode"], { encoding: "utf8", maxBuffer: 1 << 26 });
  }

  /** Sends questions, and returns the results in the same order. */
  async ask(questions: readonly RegexpQuestion[]): Promise<RegexpResult[]> {
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
    const lines = questions.map(({ pattern, cases }) =>
      JSON.stringify({
        Pattern: base64(pattern),
        Cases: cases.map(({ text, template, limit }) => ({
          Text: base64(text),
          Template: base64(template),
          Limit: limit,
        })),
      }),
    );
    this.process ??= spawn(this.program, { stdio: ["pipe", "pipe", "inherit"] });
    this.reader ??= createInterface(this.process.stdout!);
    this.lines ??= this.reader[Symbol.asyncIterator]();
    this.process.stdin!.write(`${lines.join("\n")}\n`);
    const results: RegexpResult[] = [];
    while (results.length < questions.length) {
      const { value, done } = await this.lines.next();
      if (done) throw new Error("go-regexp has ended");
      results.push(JSON.parse(value as string) as RegexpResult);
    }
    return results;
  }

  close(): void {
    this.process?.stdin?.end();
    this.reader?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
