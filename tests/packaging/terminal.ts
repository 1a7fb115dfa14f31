import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import type { Ended } from "./run.js";

/**
 * Runs a command on a terminal, and types keys when the command has shown a text. The program is in Python because Node.js has
 * no pseudo-terminals.
 */
const SCRIPT = `
import fcntl, json, os, pty, struct, sys, termios
folder, answers, command = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    # The messages must not be wrapped.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    os.chdir(folder)
    os.execvp(command[0], command)
shown = b""
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
    shown += data
    if answers and answers[0][0].encode() in shown:
        shown = b""
        os.write(terminal, answers.pop(0)[1].encode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/**
 * Runs a command on a terminal in a folder.
 *
 * @param answers pairs of a text and of the keys to type when the command has shown the text
 * @example
 * await onTerminal(folder, [["Name of the plugin", "foo\r"]], "npx", "as-proxy-wasm", "create");
 */
export function onTerminal(
  folder: string,
  answers: [shown: string, keys: string][],
  ...command: string[]
): Promise<Ended> {
  return new Promise((done, reject) => {
    const args = ["-c", SCRIPT, folder, JSON.stringify(answers), ...command];
    const child = spawn("python3", args, {
      env: { ...process.env, TERM: "xterm" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    });
    let output = "";
    const read = (text: string) => (output += text);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
    child.once("error", reject);
    child.once("close", (status) => done({ status, output: stripVTControlCharacters(output) }));
  });
}
