import type { LevelName } from "../timeline/host-calls.js";
import { LEVELS } from "../options.js";

/** A level's name. @throws TypeError for another text, which would never fit */
export function levelOf(level: string | undefined, matcher: string): LevelName | undefined {
  if (level === undefined || (LEVELS as readonly string[]).includes(level)) return level as LevelName | undefined;
  throw new TypeError(`${matcher}: expected one of the levels ${LEVELS.join(", ")}, got "${level}"`);
}
