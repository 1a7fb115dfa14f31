import { SetCtx } from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("one", []);
SetCtx<NoConfig>("two", []);
