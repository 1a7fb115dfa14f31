import { Message } from "./message";
import { Entry, Operation, Step, Strategy } from "./steps";
import { Values } from "./values";

/** Runs rules on headers, on the parameters of a query, or on the fields of a form. */
export function changeValues(values: Values, steps: Step[], message: Message): void {
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    for (let j = 0; j < step.entries.length; j++) change(values, step, step.entries[j], message);
  }
}

function change(values: Values, step: Step, entry: Entry, message: Message): void {
  const key = entry.key;
  const found = values.get(key);
  switch (step.operation) {
    case Operation.Remove:
      values.delete(key);
      return;
    case Operation.Rename:
      if (found === null) return;
      // As in the Go plugin, the values follow those that the new name has.
      for (let i = 0, length = found.length; i < length; i++) values.append(entry.target, found[i]);
      // As in the Go plugin, a name that stays the same is removed.
      values.delete(key);
      return;
    case Operation.Replace:
      values.set(key, [entry.value.fill(message.host, message.path)]);
      return;
    case Operation.Add:
      if (found === null) values.set(key, [entry.value.fill(message.host, message.path)]);
      return;
    case Operation.Append:
      values.append(key, entry.value.fill(message.host, message.path));
      return;
    case Operation.Map: {
      const source = message.values(step.source, key);
      if (source !== null) values.set(entry.target, source.slice());
      return;
    }
    case Operation.Dedupe:
      if (found !== null) values.set(key, deduped(found, entry.strategy));
  }
}

/** At least one of one or more values. */
function deduped(values: string[], strategy: Strategy): string[] {
  switch (strategy) {
    case Strategy.Last:
      return [values[values.length - 1]];
    case Strategy.Unique:
      return unique(values);
    case Strategy.SplitFirst:
      return [values[0].split(",")[0]];
    case Strategy.SplitLast: {
      const pieces = values[0].split(",");
      return [pieces[pieces.length - 1]];
    }
    default:
      return [values[0]];
  }
}

function unique(values: string[]): string[] {
  const seen = new Set<string>();
  for (let i = 0; i < values.length; i++) seen.add(values[i]);
  return seen.values();
}
