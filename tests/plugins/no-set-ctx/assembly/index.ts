import { Action } from "as-proxy-wasm-sdk";

export function unused(): Action {
  return Action.Continue;
}
