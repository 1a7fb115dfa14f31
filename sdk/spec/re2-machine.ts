import type { Assertion, Node } from "./re2-syntax.js";

/** The states of a machine that reads a text once, with all ways to match side by side. */
type State = { seen: number } & (
  | { kind: "character"; matches: (one: string) => boolean; next: State }
  | { kind: "assertion"; holds: Assertion; next: State }
  | { kind: "split"; first: State; second: State }
  | { kind: "save"; slot: number; next: State }
  | { kind: "match" }
);

/** A way to match, with the positions where its groups begin and end. */
interface Thread {
  state: State;
  positions: number[];
}

/** Matches texts in time that is at most the product of the lengths of pattern and text. */
export class Machine {
  private readonly start: State;
  private step = 0;

  constructor(tree: Node) {
    this.start = compile({ kind: "group", item: tree, index: 0 }, { seen: 0, kind: "match" });
  }

  /**
   * Finds the first match. Of several matches at one position, the first in the order of the pattern counts.
   *
   * @param text the characters
   * @param from where the search begins
   * @param whole the match must begin at `from` and end at the end of the text
   * @returns for each group its begin and end, those of the whole match first
   */
  find(text: readonly string[], from: number, whole: boolean): number[] | undefined {
    let found: number[] | undefined;
    let threads: Thread[] = [];
    for (let at = from; at <= text.length; at++) {
      if (!found && (at === from || !whole)) threads.push({ state: this.start, positions: [] });
      const next: Thread[] = [];
      for (const { state, positions } of this.spread(threads, text, at)) {
        if (state.kind === "match") {
          if (whole && at < text.length) continue;
          found = positions;
          break;
        }
        if (state.kind === "character" && at < text.length && state.matches(text[at]!)) {
          next.push({ state: state.next, positions });
        }
      }
      if (next.length === 0 && (found || whole)) break;
      threads = next;
    }
    return found;
  }

  /** Follows threads, in their order, up to the states that read a character or end the match. */
  private spread(threads: readonly Thread[], text: readonly string[], at: number): Thread[] {
    const step = ++this.step;
    const spread: Thread[] = [];
    const stack = [...threads].reverse();
    for (let thread = stack.pop(); thread; thread = stack.pop()) {
      const { state, positions } = thread;
      // An earlier thread, which counts more, is in this state already.
      if (state.seen === step) continue;
      state.seen = step;
      if (state.kind === "split") stack.push({ state: state.second, positions }, { state: state.first, positions });
      else if (state.kind === "save") stack.push({ state: state.next, positions: saved(positions, state.slot, at) });
      else if (state.kind === "assertion") {
        if (state.holds(text[at - 1], text[at])) stack.push({ state: state.next, positions });
      } else spread.push(thread);
    }
    return spread;
  }
}

function saved(positions: readonly number[], slot: number, at: number): number[] {
  const copy = [...positions];
  copy[slot] = at;
  return copy;
}

/** The first state for a node, whose last state leads to the state `next`. */
function compile(node: Node, next: State): State {
  switch (node.kind) {
    case "character":
      return { seen: 0, kind: "character", matches: node.matches, next };
    case "assertion":
      return { seen: 0, kind: "assertion", holds: node.holds, next };
    case "sequence":
      return node.items.reduceRight((after, item) => compile(item, after), next);
    case "choice":
      return node.items
        .map((item) => compile(item, next))
        .reduceRight((second, first) => ({ seen: 0, kind: "split", first, second }));
    case "group": {
      const end: State = { seen: 0, kind: "save", slot: 2 * node.index + 1, next };
      return { seen: 0, kind: "save", slot: 2 * node.index, next: compile(node.item, end) };
    }
    case "repetition":
      return repeat(node, next);
  }
}

function repeat({ item, least, most, greedy }: Node & { kind: "repetition" }, next: State): State {
  const split = (more: State): State & { kind: "split" } =>
    greedy
      ? { seen: 0, kind: "split", first: more, second: next }
      : { seen: 0, kind: "split", first: next, second: more };
  let state = next;
  if (most === Infinity) {
    const loop = split(next);
    loop[greedy ? "first" : "second"] = compile(item, loop);
    state = loop;
  } else for (let count = least; count < most; count++) state = split(compile(item, state));
  for (let count = 0; count < least; count++) state = compile(item, state);
  return state;
}
