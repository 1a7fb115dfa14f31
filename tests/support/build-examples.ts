import { buildExample, buildsOf, examples, isFresh } from "../../scripts/examples.js";

/** Builds what the examples' own tests run, where it is older than its sources: their authors do so before they test. */
export default function setup(): void {
  for (const name of examples()) {
    for (const build of buildsOf(name)) {
      if (build !== "release" && !isFresh(name, build)) buildExample(name, build);
    }
  }
}
