import { CHECK_STEPS, CHECK_TABLE } from "../../wasm-file/loop-checks.js";

/** How many steps a plugin makes between two checks. */
const STEPS = 10_000;

/** A module that exports the function "c" that it imports from "h". */
const CONVERTER = new WebAssembly.Module(
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
    ...[0x02, 0x07, 0x01, 0x01, 0x68, 0x01, 0x63, 0x00, 0x00],
    ...[0x07, 0x05, 0x01, 0x01, 0x63, 0x00, 0x00],
  ]),
);

/** Makes an instance with the checks of `addLoopChecks` call a function every few steps. */
export function startLoopChecks(exports: WebAssembly.Exports, check: () => void): void {
  const steps = exports[CHECK_STEPS] as WebAssembly.Global<"i32">;
  const c = () => {
    steps.value = STEPS;
    check();
  };
  // Tables accept no functions of JavaScript.
  const converted = new WebAssembly.Instance(CONVERTER, { h: { c } }).exports["c"];
  (exports[CHECK_TABLE] as WebAssembly.Table).set(0, converted);
  steps.value = STEPS;
}
