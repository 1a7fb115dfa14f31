import { readdirSync, readFileSync } from "node:fs";

/** Microseconds of CPU time that the threads of a process have used. Source: Linux, Documentation/scheduler/sched-stats. */
export function cpuOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks)
    .map((task) => Number(readFileSync(`${tasks}/${task}/schedstat`, "latin1").split(" ")[0]))
    .reduce((sum, nanoseconds) => sum + nanoseconds / 1000, 0);
}
