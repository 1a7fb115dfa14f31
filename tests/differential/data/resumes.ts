import type { RequestStep } from "../../scenarios/scenario.js";
import { guest, request } from "../guest.js";

// When a plugin lets a message go on, by what it held before, and how often it does: the message must end once.

const ANSWER = { chunks: ["re", "sponse"], chunkDelayMs: 60 };
const CHUNKS: Omit<RequestStep, "expect"> = {
  chunks: ["re", "quest"],
  chunkDelayMs: 60,
  headers: [["x-answer", JSON.stringify(ANSWER)]],
};
/** Long after all has come. */
const LATER_MS = 400;

const sides = ["request", "response"] as const;
const RETURNS = [0, 1, 3];
const PHASES = ["headers", "body:1", "body:end", "later"];

/** Otherwise the message has gone on by itself. */
const isHeld = (headers: number, body: number) => headers === 4 || body !== 0;

const scenarios = sides.flatMap((side, type) =>
  [0, 1, 2, 4].flatMap((headers) =>
    RETURNS.flatMap((body) =>
      PHASES.filter((phase) => phase !== "later" || isHeld(headers, body)).flatMap((phase) =>
        [1, 2].map((times) => {
          const later = phase === "later";
          const when = later ? "tick" : `${side}_${phase}`;
          return guest(
            `a ${side} whose headers say ${headers} and body says ${body} goes on ${times === 1 ? "" : "twice "}in ${phase}`,
            [
              ...[`${side}_headers return ${headers}`, `${side}_body return ${body}`],
              ...(later
                ? [
                    `${side}_headers set_tick_period_milliseconds ${LATER_MS}`,
                    ...["tick set_tick_period_milliseconds 0", "tick set_effective_context $stream"],
                  ]
                : []),
              ...Array.from({ length: times }, () => `${when} continue_stream ${type}`),
            ],
            // The second request shows whether the upstream's connection is where it should be.
            { allowOnHeadersStopIteration: true, steps: [request(CHUNKS), request(CHUNKS)] },
          );
        }),
      ),
    ),
  ),
);

export default scenarios;
