import { parseCommandLine } from "../../sdk/cli/command-line.js";
import { startBare } from "../support/bare-host.js";
import { buildPlugin } from "../support/build.js";

const USAGE = "npm run soak:module [-- REQUESTS]";
const WARM_UP = 10_000;
const UPDATES = 60;
/** Each rule is about 100 bytes of JSON. */
const RULES = 10_000;
const HEADERS = [
  [":authority", "host-1.example.com"],
  [":path", "/items?page=2"],
  [":method", "GET"],
  [":scheme", "https"],
  ["x-id", "17"],
  ["x-long", "a value of some length"],
] as const;

const problems: string[] = [];
const requests = requestsToSend();

const churn = await startBare(await buildPlugin("tests/plugins/churn"), { configuration: {}, headers: HEADERS });
for (let i = 0; i < WARM_UP; i++) churn.request();
const before = churn.memory;
for (let i = WARM_UP; i < requests; i++) churn.request();
compare(`${requests} requests`, before, churn.memory);

/** A configuration of about 1 MB, with texts that no other update has. */
const configuration = (update: number) => ({
  _rules_: Array.from({ length: RULES }, (_, rule) => ({
    _match_domain_: [`host-${rule}.example.com`],
    content: `rule ${rule} of update ${update} `.padEnd(48, "-"),
  })),
});
const mock = await startBare(await buildPlugin("examples/mock-response"), {
  ...{ configuration: configuration(0), headers: HEADERS },
});
let early = 0;
for (let update = 1; update <= UPDATES; update++) {
  // A request is open while its configuration is replaced.
  const open = mock.begin();
  mock.update(configuration(update));
  mock.end(open);
  for (let i = 0; i < 1000; i++) mock.request();
  if (update === 5) early = mock.memory;
}
compare(
  `${UPDATES} updates of a configuration of ${JSON.stringify(configuration(0)).length} bytes`,
  early,
  mock.memory,
);

process.exitCode = problems.length > 0 ? 1 : 0;
console.log(problems.length > 0 ? `FAIL: ${problems.join(", ")}` : "ok: memory is flat");

/** The size of a VM's memory never shrinks, so any growth counts. */
function compare(what: string, first: number, last: number): void {
  console.log(`${what}: ${first / 1024} KiB at the beginning, ${last / 1024} KiB at the end`);
  if (last > first) problems.push(`the memory grew with ${what}`);
}

/** The number of requests on the command line. Ends the process for `--help` and for a wrong command line. */
function requestsToSend(): number {
  try {
    const { values, positionals } = parseCommandLine(process.argv.slice(2), { help: { type: "boolean", short: "h" } });
    if (values.help) {
      console.log(
        `${USAGE}\n\nChecks that the memory of a VM does not grow, without a gateway: while it handles requests, and while its configuration is
replaced.\n\n  REQUESTS   the number of requests, 10,000,000 by default\n  --help     print this text`,
      );
      process.exit(0);
    }
    const [text = "10000000", ...more] = positionals;
    if (more.length === 0 && Number(text) > WARM_UP) return Number(text);
    throw new Error(`expected one number of requests above ${WARM_UP}, got ${positionals.join(" ")}`);
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: ${USAGE}`);
    process.exit(1);
  }
}
