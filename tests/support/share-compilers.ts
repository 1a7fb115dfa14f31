import { shareCompilers } from "../../scripts/compiler-server.js";

/** All workers of a test run share two compilers. A compiler that has built other plugins is several times faster. */
export default function setup(): Promise<() => void> {
  return shareCompilers();
}
