import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onPath } from "../../../sdk/envoy/binary.js";
import { packageRoot } from "../../../sdk/envoy/index.js";

const FOLDER = join(packageRoot(), "tests", "fuzz", "go");
const CACHE = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-go");
/** The version whose results the SDK has. Others differ in details. */
const VERSION = "go1.26";

/** One call of a function: its name, and its arguments as bytes. */
export interface Call {
  op: string;
  in: Uint8Array[];
}

/** The `go` that can build the reference, or the reason why there is none. */
export function findGo(): { go: string } | { missing: string } {
  const found = ["/usr/local/go/bin/go"].find((path) => existsSync(path)) ?? onPath("go");
  if (found === undefined) return { missing: "no go on the PATH and no /usr/local/go" };
  const version = execFileSync(found, ["env", "GOVERSION"], { cwd: "/", encoding: "utf8" }).trim();
  if (version.startsWith(`${VERSION}.`) || version === VERSION) return { go: found };
  return { missing: `expected ${VERSION}, found ${version}` };
}

/** A process that runs functions of Go's standard library, see main.go. */
export class Reference {
  readonly #process: ChildProcess;
  readonly #results: AsyncIterator<string>;

  constructor(go: string) {
    this.#process = spawn(built(go), { stdio: ["pipe", "pipe", "inherit"] });
    this.#results = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  /** Runs calls, and returns their results in the order of the calls. */
  async run(calls: readonly Call[]): Promise<Buffer[][]> {
    for (const call of calls) {
      const bytes = call.in.map((one) => Buffer.from(one).toString("base64"));
      this.#process.stdin!.write(`${JSON.stringify({ op: call.op, in: bytes })}\n`);
    }
    const results: Buffer[][] = [];
    while (results.length < calls.length) {
      const { done, value } = await this.#results.next();
      if (done === true) throw new Error(`Go stopped at call ${String(results.length)}`);
      results.push((JSON.parse(value) as string[]).map((text) => Buffer.from(text, "base64")));
    }
    return results;
  }

  stop(): void {
    this.#process.stdin!.end();
  }
}

/** Builds main.go, once for each version of the file. */
function built(go: string): string {
  const hash = createHash("sha256").update(readFileSync(join(FOLDER, "main.go"))).update(readFileSync(join(FOLDER, "go.mod"))); // prettier-ignore
  const binary = join(CACHE, `reference-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(binary)) return binary;
  mkdirSync(CACHE, { recursive: true });
  const env = { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "", GOWORK: "off", CGO_ENABLED: "0" };
  execFileSync(go, ["build", "-o", binary, "."], { cwd: FOLDER, env });
  return binary;
}
