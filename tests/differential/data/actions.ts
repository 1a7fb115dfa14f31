import type { Scenario } from "../../scenarios/scenario.js";
import { CUT_MS, everything, guest, PARTNERS, PHASES, request, THROUGH_ALL } from "../guest.js";

// In each callback, a plugin sends a local reply, closes or continues the stream, or returns an action.

const all = { ...PARTNERS, steps: [request({ ...everything, limitMs: CUT_MS })] };
const stuck = { ...PARTNERS, steps: [request({ ...everything, limitMs: 500 })] };

const REPLY = 'send_local_response 418 "why\\_not "body {x-own=1,x-own=2 -1';
/** Callbacks of the root context must choose the waiting stream before they act on it. */
const chosen = (phase: string) =>
  ["tick", "queue", "call"].includes(phase) ? [`${phase}:1 set_effective_context $stream`] : [];
const STREAM_PHASES = PHASES.filter((phase) => !["start", "configure", "root_done", "root_delete"].includes(phase));

const replies = STREAM_PHASES.flatMap((phase) => [
  guest(`a local reply in ${phase}`, [...chosen(phase), `${phase} ${REPLY}`, ...THROUGH_ALL], all),
  guest(
    `two local replies in ${phase}`,
    [`${phase} ${REPLY}`, `${phase} send_local_response 403 " "two { -1`, ...THROUGH_ALL],
    {
      ...all,
    },
  ),
]);

const closes = STREAM_PHASES.flatMap((phase) =>
  ["0", "1"].map((type) =>
    guest(`close_stream ${type} in ${phase}`, [...chosen(phase), `${phase} close_stream ${type}`, ...THROUGH_ALL], all),
  ),
);

const continues = STREAM_PHASES.flatMap((phase) =>
  ["0", "1"].map((type) =>
    guest(`continue_stream ${type} in ${phase}`, [`${phase} continue_stream ${type}`, ...THROUGH_ALL], all),
  ),
);

const SIDES = ["request", "response"] as const;
const returns = SIDES.flatMap((side) =>
  ["headers", "body:more", "body:end", "trailers"].flatMap((part) =>
    ["1", "2", "3", "4", "5", "-1"].map((value) =>
      guest(`${side}_${part} returns ${value}`, [`${side}_${part} return ${value}`], stuck),
    ),
  ),
);

/** Paused with each value, and resumed by a timer. */
const resumes = SIDES.flatMap((side, type) =>
  ["headers", "body:1", "body:end", "trailers"].flatMap((part) =>
    ["1", "2", "3"].map((value) =>
      guest(
        `${side}_${part} returns ${value}, resumed`,
        [
          `${side}_${part} return ${value}`,
          `${side}_${part} set_tick_period_milliseconds ${part === "body:1" ? 20 : 150}`,
          "tick:1 set_tick_period_milliseconds 0",
          "tick:1 set_effective_context $stream",
          `tick:1 add_header_map_value ${2 * type} "x-tick "1`,
          `tick:1 get_buffer_bytes ${type} 0 100 %`,
          `tick:1 continue_stream ${type}`,
        ],
        all,
      ),
    ),
  ),
);

/** A request paused until body and trailers have arrived. The resume runs callbacks, which resume the request again. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  "the body's callback": ["request_body continue_stream 0"],
  "the body's callback, which pauses": ["request_body continue_stream 0", "request_body return 1"],
  "the trailers' callback": ["request_trailers continue_stream 0"],
  "the trailers' callback, after a paused body": ["request_trailers continue_stream 0", "request_body return 1"],
};
const within = Object.entries(WITHIN).flatMap(([name, lines]) =>
  Object.entries({ "": {}, ", with trailers": { trailers: [["x-t", "1"] as const] } }).map(([suffix, rest]) =>
    guest(
      `a request is resumed within ${name}${suffix}`,
      [
        "request_headers return 4",
        "request_headers set_tick_period_milliseconds 100",
        "tick:1 set_tick_period_milliseconds 0",
        "tick:1 set_effective_context $stream",
        "tick:1 continue_stream 0",
        ...lines,
      ],
      { steps: [request({ body: "abc", ...rest })] },
    ),
  ),
);

const scenarios: Scenario[] = [...replies, ...closes, ...continues, ...returns, ...resumes, ...within];

export default scenarios;
