import type { Command, CommandTable } from "./command.js";
import { UsageError } from "./usage-error.js";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** `as-proxy-wasm completion`: prints a script for a shell, which completes these commands. */
export const completionOf = (commands: CommandTable): Command => ({
  usage: `completion ${SHELLS.join("|")}`,
  about: "prints a script that lets the Tab key complete this command",
  help: `Prints a script for a shell. With the script, the Tab key completes commands, options and their values.

Examples:
  npx as-proxy-wasm completion bash >> ~/.bashrc
  npx as-proxy-wasm completion zsh > "\${fpath[1]}/_as-proxy-wasm"
  npx as-proxy-wasm completion fish > ~/.config/fish/completions/as-proxy-wasm.fish

The shell completes the command as-proxy-wasm, for instance after: alias as-proxy-wasm='npx as-proxy-wasm'`,
  options: {},
  positionals: SHELLS,

  async run([shell = "", ...more]) {
    const found = SHELLS.find((one) => one === shell);
    if (found === undefined || more.length > 0) {
      throw new UsageError(`expected ${SHELLS.join(", ")}, got "${[shell, ...more].join(" ").trim()}"`);
    }
    const { script } = await import("./completion-scripts.js");
    process.stdout.write(await script(found, commands));
  },
});
