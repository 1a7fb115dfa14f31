type Result = "passed" | "failed";

/** Collects the results of scenarios on each engine, to show them side by side. */
export class Results {
  private readonly byScenario = new Map<string, Map<string, Result>>();
  private readonly engines: string[] = [];

  note(engine: string, scenario: string, result: Result): void {
    if (!this.engines.includes(engine)) this.engines.push(engine);
    const results = this.byScenario.get(scenario) ?? new Map<string, Result>();
    this.byScenario.set(scenario, results.set(engine, result));
  }

  /** A table: the number of passed scenarios per engine, then the scenarios that did not pass on all engines. */
  table(): string[] {
    const { engines } = this;
    const rows = [...this.byScenario].map(([name, results]) => ({
      name,
      cells: engines.map((engine) => results.get(engine) ?? "not run"),
    }));
    const bad = rows.filter(({ cells }) => cells.some((cell) => cell !== "passed"));
    const counts = engines.map((_, index) => {
      const passed = rows.filter(({ cells }) => cells[index] === "passed").length;
      return `${passed} of ${rows.length}`;
    });
    const lines = [{ cells: engines, name: "scenario" }, { cells: counts, name: "passed" }, ...bad];
    const widths = engines.map((_, index) => Math.max(...lines.map(({ cells }) => cells[index]!.length)));
    return lines.map(({ cells, name }) =>
      ["", ...cells.map((cell, index) => cell.padEnd(widths[index]!)), name].join("  "),
    );
  }
}
