import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { Compilers } from "./compilers.js";

/** A build of a module. */
export interface AscBuild {
  /** An absolute path: the folder in which asc runs. */
  folder: string;
  args: readonly string[];
  /** The path of the module. The file appears when the module is complete; its source map is beside the module. */
  outFile: string;
}

/** The response of the server: the message of an error if the build has failed. */
interface Outcome {
  error?: string;
}

/** The environment variable with the path of the server's socket. */
const SOCKET = "AS_PROXY_WASM_COMPILERS";

let own: Compilers | undefined;

/**
 * Lets this process and the processes that this process starts share their compilers. If several of them need the same
 * module at the same time, asc runs once.
 *
 * @returns a function that ends the compilers
 */
export async function shareCompilers(): Promise<() => void> {
  const compilers = new Compilers();
  const builds = new Map<string, Promise<Outcome>>();
  // Only this user can read the folder: whoever writes to the socket can run any transform.
  const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-compilers-"));
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let request = "";
    socket.setEncoding("utf8").on("data", (part: string) => (request += part));
    socket.on("error", () => {});
    socket.once("end", async () => {
      const build = JSON.parse(request) as AscBuild;
      const running = builds.get(build.outFile) ?? outcomeOf(run(compilers, build));
      builds.set(build.outFile, running);
      const outcome = await running;
      builds.delete(build.outFile);
      socket.end(JSON.stringify(outcome));
    });
  });
  const path = join(folder, "socket");
  await new Promise<void>((listening) => server.listen(path, listening));
  process.env[SOCKET] = path;
  return () => {
    delete process.env[SOCKET];
    server.close();
    compilers.close();
    rmSync(folder, { recursive: true, force: true });
  };
}

/**
 * Builds a module with asc, in a process that others share if there is one.
 *
 * @throws Error with what asc has printed, if asc fails
 */
export async function runAsc(build: AscBuild): Promise<void> {
  const path = process.env[SOCKET];
  if (path === undefined) return run((own ??= new Compilers()), build);
  const socket = connect(path);
  socket.end(JSON.stringify(build));
  const { error } = JSON.parse(await text(socket)) as Outcome;
  if (error !== undefined) throw new Error(error);
}

async function run(compilers: Compilers, { folder, args, outFile }: AscBuild): Promise<void> {
  const draft = `${outFile}.${process.pid}.wasm`;
  try {
    await compilers.run(folder, [...args, "--outFile", relative(folder, draft)]);
    if (!existsSync(draft)) throw new Error(`asc wrote no wasm for ${folder}`);
    if (existsSync(`${draft}.map`)) renameSync(`${draft}.map`, `${outFile}.map`);
    renameSync(draft, outFile);
  } finally {
    rmSync(draft, { force: true });
  }
}

function outcomeOf(work: Promise<void>): Promise<Outcome> {
  return work.then(
    () => ({}),
    ({ message }: Error) => ({ error: message }),
  );
}
