import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../../sdk/envoy/root.js";

/** A plugin that responds to every request. */
export const PLUGIN = `import { SetCtx, ProcessRequestHeaders, HttpContext, Action } from "as-proxy-wasm-sdk";
class Config {}
SetCtx<Config>("small", [ProcessRequestHeaders<Config>(onRequestHeaders)]);
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  ctx.sendResponse(200, [], "small");
  return Action.Continue;
}
`;

/** A plugin's folder inside this repository, where it finds the SDK and the compiler. */
export class PluginProject {
  readonly folder: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    const cache = join(packageRoot(), "node_modules", ".cache");
    mkdirSync(cache, { recursive: true });
    this.folder = mkdtempSync(join(cache, "build-plugin-"));
    const targets = { debug: { outFile: "build/debug.wasm" }, release: { outFile: "build/plugin.wasm" } };
    const config = { extends: "as-proxy-wasm-sdk/asconfig.json", entries: ["assembly/index.ts"], targets };
    this.write({ "asconfig.json": JSON.stringify(config), "assembly/index.ts": PLUGIN, ...files });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), text);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
