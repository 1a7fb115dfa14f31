import type { Scenario } from "../../scenarios/scenario.js";
import { CUT_MS, everything, guest, PARTNERS, PHASES, request, THROUGH_ALL } from "../guest.js";

// A trap in each callback, with each failure policy, and what happens to this request and the next one.

const POLICIES = ["FAIL_CLOSED", "FAIL_OPEN", "FAIL_RELOAD"] as const;

/** With FAIL_RELOAD there is no second request: while Envoy closes the connection, the VM may be reloaded. */
const steps = (failurePolicy: string, phase: string) =>
  phase.startsWith("response")
    ? [request({ ...everything, limitMs: CUT_MS }), ...(failurePolicy === "FAIL_RELOAD" ? [] : [request()])]
    : [request({ ...everything, limitMs: 700 }), request({ limitMs: 700 })];

const scenarios: Scenario[] = POLICIES.flatMap((failurePolicy) =>
  PHASES.map((phase) =>
    guest(`${failurePolicy}, a trap in ${phase}`, [`${phase} trap`, ...THROUGH_ALL], {
      ...{ ...PARTNERS, failurePolicy },
      ...(phase === "start" || phase === "configure" ? { rejected: true } : {}),
      ...(phase === "start" ? { vmConfiguration: "start trap" } : {}),
      steps: steps(failurePolicy, phase),
    }),
  ),
);

export default scenarios;
