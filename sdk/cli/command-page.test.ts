import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../envoy/root.js";
import type { Command, CommandTable } from "./command.js";
import { COMMANDS } from "./commands.js";
import { GLOBAL_HELP } from "./global-options.js";
import { helpOf } from "./help.js";

const page = join(packageRoot(), "docs", "command.md");

async function load(table: CommandTable, [word = "", ...words]: string[]): Promise<Command> {
  const command = await table[word]!();
  return words.length === 0 ? command : load(command.subcommands ?? {}, words);
}

async function namesOf(table: CommandTable): Promise<string[]> {
  const below = Object.entries(table).map(async ([name, one]) => {
    const inner = await namesOf((await one()).subcommands ?? {});
    return [name, ...inner.map((each) => `${name} ${each}`)];
  });
  return (await Promise.all(below)).flat();
}

// `npx vitest run sdk/cli/command-page.test.ts -u` writes the help texts into the page again.
test("docs/command.md has the help text of each command", async () => {
  let text = readFileSync(page, "utf8");
  const marks = [...text.matchAll(/^<!-- help: (.+) -->\n(?:\n```text\n[^]*?^```\n)?/gm)];
  expect(marks.map(([, name]) => name)).toEqual(await namesOf(COMMANDS));
  for (const [block, name] of marks) {
    const help = await helpOf(await load(COMMANDS, name!.split(" ")));
    const own = help.replace(`\n\n${GLOBAL_HELP}`, "");
    text = text.replace(block, () => `<!-- help: ${name} -->\n\n\`\`\`text\n${own}\n\`\`\`\n`);
  }
  await expect(text).toMatchFileSnapshot(page);
});
