import { resolve4 } from "node:dns/promises";
import { randomFillSync } from "node:crypto";
import { LogLevel, SharedData, Stats, type LogLine, type Services, type Upstreams } from "../host/index.js";
import { callBegins, startTimer } from "./timer.js";

const EPOCH = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();

/** The host's services on a real machine: real time, timers and random numbers. */
export function realServices(
  upstreams: Upstreams,
  log: (line: LogLine) => void,
  logLevel: LogLevel = LogLevel.Info,
  more: Partial<Services> = {},
): Services {
  return {
    clock: { wall: () => EPOCH + process.hrtime.bigint(), monotonic: () => process.hrtime.bigint() },
    timers: { start: startTimer, callBegins },
    random: (into) => void randomFillSync(into),
    sharedData: new SharedData(),
    stats: new Stats(),
    node: { id: "as-proxy-wasm", cluster: "as-proxy-wasm" },
    resolve: (name, done) => {
      resolve4(name, { ttl: true }).then(done, () => done([]));
    },
    ...{ upstreams, log, logLevel },
    ...more,
  };
}
