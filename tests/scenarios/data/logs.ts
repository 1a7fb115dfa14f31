import type { Scenario } from "../scenario.js";

const scenarios: Scenario[] = [
  {
    ...{ name: "a logger formats the lines of the plugin and of the SDK", plugin: "logs", debugLevel: true },
    errors: ["4|logs|nil|", "5|logs|nil|"],
    steps: [
      {
        headers: [["x-request-id", "req-%s"]],
        expect: {
          status: 500,
          logs: [
            ...["[debug] 1|logs|nil|req-%s|b", "[info] 2|logs|nil|req-%s|c", "[warn] 3|logs|nil|req-%s|d"],
            ...["[error] 4|logs|nil|req-%s|e", "[critical] 5|logs|nil|req-%s|f", "[debug] 1|logs|nil|req-%s|secret"],
            ...["[info] [logs] [nil] [req-%s] inner", "[info] 2|logs|nil|req-%s|within"],
            "[info] 2|logs|nil|req-%s|debug is on",
            "[error] 4|logs|nil|req-%s|response not sent: status 999",
          ],
          noLogs: ["dropped"],
        },
      },
    ],
  },
];

export default scenarios;
