import { describeEnvoy, findEnvoy, installEnvoy, type FoundEnvoy } from "../sdk/envoy/index.js";
import { paint } from "../sdk/testing/timeline/colours.js";
import { check, table, type Row } from "./check.js";
import { startGateway, type Gateway } from "./gateway.js";
import { HELP, parseOptions } from "./options.js";
import { PARTS, type Part } from "./parts.js";

const FIRST_PORT = 10000;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const envoy = options.engine === "envoy" ? await someEnvoy() : undefined;
  console.log(envoy ? describeEnvoy(envoy) : `Node gateway, in Node.js ${process.versions.node}`);
  const ports = PARTS.map((_, index) => (options.keep ? FIRST_PORT + index : 0));
  const gateway = await startGateway(PARTS, ports, envoy?.path);
  try {
    const good = await play(gateway);
    if (options.keep) await keep(gateway);
    return good ? 0 : 1;
  } finally {
    await gateway.stop();
  }
}

async function someEnvoy(): Promise<FoundEnvoy> {
  const found = await findEnvoy();
  if (found.found) return found;
  return installEnvoy({ say: (line) => console.log(`no Envoy found: ${line}`) });
}

/** Plays all parts, prints their tables and returns whether all responses are as expected. */
async function play(gateway: Gateway): Promise<boolean> {
  const played: { title: string; rows: Row[] }[] = [];
  for (const [index, part] of PARTS.entries()) {
    const rows: Row[] = [];
    for (const step of part.steps) rows.push(await check(step, gateway.port(index)));
    played.push({ title: part.title, rows });
  }
  const all = played.flatMap(({ rows }) => rows);
  for (const { title, rows } of played) console.log(["", paint("bold", title), "", ...table(rows, all)].join("\n"));
  const good = all.filter(({ ok }) => ok).length;
  const isGood = good === all.length;
  const summary = isGood
    ? `all ${good} responses as expected`
    : `${all.length - good} of ${all.length} responses FAILED`;
  console.log(`\n${paint(isGood ? "green" : "red", summary)}`);
  return isGood;
}

/** Prints requests to try, and keeps the gateway running until Ctrl-C. */
async function keep(gateway: Gateway): Promise<void> {
  console.log("\nThe gateway keeps running. Each part has its own port, and all have the same routes. Try:");
  for (const [index, part] of PARTS.entries()) {
    console.log(
      [
        "",
        paint("dim", `  # ${part.title}`),
        ...new Set(part.steps.map((step) => curl(step, gateway.port(index)))),
      ].join("\n"),
    );
  }
  console.log("\nPress Ctrl-C to stop.");
  const signal = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const died = gateway.ended.then(() => {
    throw new Error("the gateway ended unexpectedly");
  });
  await Promise.race([signal, died]);
  died.catch(() => {});
}

function curl({ path, headers = {} }: Part["steps"][0], port: number): string {
  const options = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
  return `  curl -i${options.join("")} http://127.0.0.1:${port}${path}`;
}
