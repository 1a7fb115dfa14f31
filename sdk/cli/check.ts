/** What one check has found. */
export interface Check {
  /** What was checked, such as "Node.js". */
  name: string;
  result: "ok" | "warn" | "fail";
  /** One line: what was found, or what is missing. */
  found: string;
  /** The command or the change that mends it. */
  mend?: string;
}
