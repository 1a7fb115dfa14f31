import { columns, paint } from "../terminal/index.js";
import type { Check } from "./check.js";
import { machineChecks } from "./doctor-machine.js";
import { projectChecks } from "./doctor-project.js";

const COLORS = { ok: "green", warn: "yellow", fail: "red" } as const;

/** Checks this machine and the folder of a plugin. */
export async function examine(folder: string): Promise<Check[]> {
  return [...(await projectChecks(folder)), ...(await machineChecks())];
}

/** Prints the checks as a table. */
export function printChecks(checks: readonly Check[]): void {
  const rows = checks.map(({ name, result, found, mend }) => {
    return [paint(COLORS[result], result), name, mend === undefined ? found : `${found}; ${mend}`];
  });
  for (const line of columns(rows)) console.log(line);
}
