import { completedCommands, type CompletedCommand } from "./completion-model.js";
import type { CommandTable, Completion } from "./command.js";

/** The completion script for a shell. */
export async function script(shell: "bash" | "zsh" | "fish", table: CommandTable): Promise<string> {
  const commands = await completedCommands(table);
  if (shell === "fish") return fish(commands);
  return shell === "bash" ? bash(commands) : zsh(commands);
}

function bash(commands: readonly CompletedCommand[]): string {
  return `# Completion of as-proxy-wasm for bash.
_as_proxy_wasm() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" i IFS=$'\\n'
  # bash splits --option=value into three words.
  if [[ $cur == "=" ]]; then cur=""; elif [[ $prev == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
${paths(commands, "${COMP_WORDS[i]}")}
  done
  words() { COMPREPLY=($(compgen -W "$(printf '%s\\n' "$@")" -- "$cur")); }
  files() { compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen "$1" -- "$cur")); }
  COMPREPLY=()
${cases(commands, { words: "words", file: "files -f", folder: "files -d", isOption: "$cur == -*" })}
}
complete -F _as_proxy_wasm as-proxy-wasm
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  return `#compdef as-proxy-wasm
# Completion of as-proxy-wasm for zsh.
_as_proxy_wasm() {
  local prev="\${words[CURRENT-1]}" path_="" i
  if [[ $PREFIX == --*=* ]]; then
    prev="\${PREFIX%%=*}"
    compset -P "*="
  fi
  for ((i = 2; i < CURRENT; i++)); do
${paths(commands, "${words[i]}").replaceAll("path", "path_")}
  done
${cases(commands, { words: "compadd --", file: "_files", folder: "_files -/", isOption: "$PREFIX == -*" }).replaceAll("$path", "$path_")}
}
if [[ "\${funcstack[1]}" == _as_proxy_wasm ]]; then _as_proxy_wasm "$@"; else compdef _as_proxy_wasm as-proxy-wasm; fi
`;
}

/** The body of the loop over the words before the cursor, which finds the command. */
function paths(commands: readonly CompletedCommand[], word: string): string {
  const lines = commands.slice(1).map(({ path }) => {
    const words = path.split(" ");
    return `      ${quote([words.slice(0, -1).join(" "), words.at(-1)].join(":"))}) path=${quote(path)} ;;`;
  });
  return [`    case "$path:${word}" in`, ...lines, "    esac"].join("\n");
}

/** How a shell offers words, files and folders. */
interface Offers {
  words: string;
  file: string;
  folder: string;
  /** Whether the word at the cursor is an option. */
  isOption: string;
}

/** Offers the value of the option before the cursor, or else options, subcommands or arguments. */
function cases(commands: readonly CompletedCommand[], shell: Offers): string {
  const offer = (what: Completion | undefined): string => {
    if (what === "file" || what === "folder") return shell[what];
    return what && what.length > 0 ? `${shell.words} ${what.map(quote).join(" ")}` : ":";
  };
  const values = commands.flatMap(({ options, path }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(
        ({ names, value }) =>
          `    ${names.map((name) => quote(`${path}:${name}`)).join("|")}) ${offer(value)}; return ;;`,
      ),
  );
  const words = commands.map(({ options, path, positionals, subcommands }) => {
    const names = options.flatMap((option) => option.names);
    const below = subcommands.length > 0 ? subcommands.map(({ name }) => name) : positionals;
    return `    ${quote(path)}) if [[ ${shell.isOption} ]]; then ${offer(names)}; else ${offer(below)}; fi ;;`;
  });
  return ['  case "$path:$prev" in', ...values, "  esac", '  case "$path" in', ...words, "  esac"].join("\n");
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ options, path, positionals, subcommands }) => {
    const inner = subcommands.map(({ name }) => name).join(" ");
    const seen = path
      .split(" ")
      .filter(Boolean)
      .map((word) => `__fish_seen_subcommand_from ${word}`);
    const isHere = path === "" ? "__fish_use_subcommand" : seen.join("; and ");
    const isLast = inner === "" || path === "" ? isHere : `${isHere}; and not __fish_seen_subcommand_from ${inner}`;
    const line = (rest: string) => `complete -c as-proxy-wasm -n ${quote(isLast)} ${rest}`;
    return [
      ...subcommands.map(({ name, about }) => line(`-a ${quote(name)} -d ${quote(about)}`)),
      ...options.map(({ names, takesValue, value }) => {
        const flags = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
        return line([...flags, ...(takesValue ? [fishValue(value)] : [])].join(" "));
      }),
      ...(positionals && subcommands.length === 0 ? [line(fishValue(positionals).replace(/^-[xr] /, ""))] : []),
    ];
  });
  return `# Completion of as-proxy-wasm for fish.\ncomplete -c as-proxy-wasm -f\n${lines.join("\n")}\n`;
}

function fishValue(value: Completion | undefined): string {
  if (value === "file") return "-r -F";
  if (value === "folder") return "-x -a '(__fish_complete_directories)'";
  return value ? `-x -a ${quote(value.join(" "))}` : "-x";
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
