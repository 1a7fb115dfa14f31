import type { RequestStep } from "../../scenarios/scenario.js";
import { guest, request } from "../guest.js";

// A plugin resumes a message at different times, once or twice, after different return values. The message must end
// once.

const RESPONSE = { chunks: ["re", "sponse"], chunkDelayMs: 60 };
const CHUNKS: Omit<RequestStep, "expect"> = {
  chunks: ["re", "quest"],
  chunkDelayMs: 60,
  headers: [["x-answer", JSON.stringify(RESPONSE)]],
};
/** Long after the whole message has arrived. */
const LATER_MS = 400;

const sides = ["request", "response"] as const;
const RETURNS = [0, 1, 3];
const PHASES = ["headers", "body:1", "body:end", "later"];

/** Whether the message is paused after all callbacks. If not, it has continued without a resume. */
const isHeld = (headers: number, body: number) => headers === 4 || body !== 0;

const scenarios = sides.flatMap((side, type) =>
  [0, 1, 2, 4].flatMap((headers) =>
    RETURNS.flatMap((body) =>
      PHASES.filter((phase) => phase !== "later" || isHeld(headers, body)).flatMap((phase) =>
        [1, 2].map((times) => {
          const later = phase === "later";
          const when = later ? "tick" : `${side}_${phase}`;
          return guest(
            `headers return ${headers} and body returns ${body}: a ${side} is resumed ${times === 1 ? "" : "twice "}in ${phase}`,
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
            // The second request shows whether the connections are intact.
            { allowOnHeadersStopIteration: true, steps: [request(CHUNKS), request(CHUNKS)] },
          );
        }),
      ),
    ),
  ),
);

export default scenarios;
