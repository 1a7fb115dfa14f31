import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "as-proxy-wasm-dev-";
const NAME = new RegExp(`^${PREFIX}([0-9a-f]{8})-(\\d+)-\\w{6}$`);

/** The folders that this process has made. */
const own = new Set<string>();

/**
 * Makes a folder for the temporary files of this process. Its name has the id of the process. Removes the folders of
 * processes that have ended without removing them, for instance by SIGKILL.
 *
 * @example
 * const folder = temporaryFolder();
 */
export function temporaryFolder(): string {
  const machine = machineId();
  removeAbandoned(machine);
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${machine}-${process.pid}-`));
  own.add(folder);
  return folder;
}

function removeAbandoned(machine: string): void {
  for (const name of readdirSync(tmpdir())) {
    const [, ofMachine, pid] = NAME.exec(name) ?? [];
    const folder = join(tmpdir(), name);
    if (ofMachine !== machine || own.has(folder) || isAlive(Number(pid))) continue;
    try {
      if (statSync(folder).uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another start removes the folder at the same time.
    }
  }
}

/** Whether another process has this id. In a container, a command often gets the id of its predecessor. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Tells machines and containers apart that share the folder for temporary files: each counts its processes itself. */
function machineId(): string {
  let processes = "";
  try {
    processes = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Not Linux.
  }
  return createHash("sha256").update(`${hostname()} ${processes}`).digest("hex").slice(0, 8);
}
