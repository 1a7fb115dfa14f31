import type { Scenario } from "../../scenarios/scenario.js";
import { everything, guest, PARTNERS, PHASES, request, THROUGH_ALL } from "../guest.js";

// A trap in each callback, under each failure policy: this request, and the next one.

const POLICIES = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"] as const;

const scenarios: Scenario[] = POLICIES.flatMap((failurePolicy) =>
  PHASES.map((phase) =>
    guest(`${failurePolicy}, a trap in ${phase}`, [`${phase} trap`, ...THROUGH_ALL], {
      ...{ ...PARTNERS, failurePolicy },
      ...(phase === "start" || phase === "configure" ? { refused: true } : {}),
      ...(phase === "start" ? { vmConfiguration: "start trap" } : {}),
      // Envoy waits a second before it cuts a connection.
      steps: [
        request({ ...everything, limitMs: phase.startsWith("response") ? 2500 : 700 }),
        request({ limitMs: 700 }),
      ],
    }),
  ),
);

export default scenarios;
