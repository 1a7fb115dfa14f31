// A process that `Compilers` starts: runs asc in a folder, as often as the parent asks.
import { main } from "assemblyscript/asc";

process.on("message", async ({ folder, args }) => {
  process.chdir(folder);
  let output = "";
  const stream = { write: (chunk) => (output += chunk.toString()) };
  const { error } = await main(args, { stdout: stream, stderr: stream });
  process.send({ output, failed: error !== null });
});
process.on("disconnect", () => process.exit());
