import { spawn, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import type { Socket } from "node:net";

/** Ends the guard of a process that has ended. */
export type Release = () => Promise<void>;

const atExit = new Set<() => void>();

/**
 * Ends a child process when this process ends, even by SIGKILL. A shell waits for the end of a pipe that only this
 * process holds open, then kills the child and removes its folder.
 *
 * @example
 * const release = guard(child, folder);
 * child.once("exit", () => void release());
 */
export function guard(child: ChildProcess, folder?: string): Release {
  const { pid } = child;
  if (pid === undefined) return async () => {};
  if (atExit.size === 0) process.on("exit", runAll);
  const killNow = () => {
    child.kill("SIGKILL");
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  atExit.add(killNow);

  const script =
    'trap "" INT TERM HUP; read -r word; [ "$word" = done ] && exit; kill -9 "$1"; [ -z "$2" ] || rm -rf -- "$2"';
  const shell = spawn("/bin/sh", ["-c", script, "sh", String(pid), folder ?? ""], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  shell.unref();
  (shell.stdin as Socket).unref();
  const ended = new Promise<void>((resolve) => {
    shell.once("exit", () => resolve());
    shell.once("error", () => resolve());
  });
  shell.stdin.on("error", () => {});

  return async () => {
    atExit.delete(killNow);
    if (atExit.size === 0) process.off("exit", runAll);
    shell.ref();
    shell.stdin.end("done\n");
    await ended;
  };
}

function runAll(): void {
  for (const killNow of atExit) killNow();
}
