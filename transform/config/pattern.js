// Compiles the patterns of `@pattern` and `@format` into tables of states, which assembly/config/pattern.ts runs. The
// syntax is that of JavaScript's regular expressions with the flag u, as JSON Schema recommends (2020-12, core 6.4).
// What a finite automaton cannot match is refused.

import { PatternParser } from "./pattern-parser.js";

/** @typedef {import("./pattern-parser.js").Part} Part */
/** @typedef {import("./pattern-parser.js").Ranges} Ranges */
/** @typedef {{ to: number, ranges?: Ranges, when?: "start" | "end" }} Edge an empty edge has no ranges */

/** The most states of a table. */
const MOST_STATES = 2000;
/** The most nodes of the automaton, in which repetitions are written out. */
const MOST_NODES = 20_000;

const TOO_LARGE = "the pattern is too large: use smaller repetitions";

/**
 * Compiles a pattern.
 *
 * @param {string} pattern
 * @returns {Uint8Array} the table
 * @throws Error that says what is wrong with the pattern, or what is not supported
 */
export function compilePattern(pattern) {
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    throw new Error(/** @type {Error} */ (error).message.split("/u: ").at(-1));
  }
  const nodes = new Nodes();
  const start = nodes.add();
  const end = nodes.build(new PatternParser(pattern).alternatives(), start);
  return encode(determinize(nodes.edges, start, end));
}

/** The nondeterministic automaton. */
class Nodes {
  /** @type {Edge[][]} */
  edges = [];

  add() {
    if (this.edges.push([]) > MOST_NODES) throw new Error(TOO_LARGE);
    return this.edges.length - 1;
  }

  connect(/** @type {number} */ from, /** @type {Edge} */ edge) {
    /** @type {Edge[]} */ (this.edges[from]).push(edge);
  }

  /** Builds a part that begins at a node. Returns the node at which it ends. */
  build(/** @type {Part} */ part, /** @type {number} */ from) {
    if ("sequence" in part) {
      for (const one of part.sequence) from = this.build(one, from);
      return from;
    }
    const to = this.add();
    if ("set" in part) this.connect(from, { to, ranges: part.set });
    else if ("assertion" in part) this.connect(from, { to, when: part.assertion });
    else if ("alternatives" in part) {
      for (const one of part.alternatives) {
        const begin = this.add();
        this.connect(from, { to: begin });
        this.connect(this.build(one, begin), { to });
      }
    } else {
      for (let i = 0; i < part.least; i++) from = this.build(part.repeated, from);
      if (part.most === Infinity) {
        const loop = this.add();
        this.connect(from, { to: loop });
        this.connect(this.build(part.repeated, loop), { to: loop });
        this.connect(loop, { to });
      } else {
        for (let i = part.least; i < part.most; i++) {
          this.connect(from, { to });
          from = this.build(part.repeated, from);
        }
        this.connect(from, { to });
      }
    }
    return to;
  }
}

/** @typedef {{ next: number[], atEnd: boolean }} State the next state for each class */
/** @typedef {{ starts: number[], classes: number[], states: State[], first: number }} Automaton */

/** Builds states for texts that have a match anywhere in them. State 0 matches nothing, state 1 anything. */
function determinize(/** @type {Edge[][]} */ edges, /** @type {number} */ start, /** @type {number} */ end) {
  const sets = edges.flat().flatMap(({ ranges }) => ranges ?? []);
  const starts = [...new Set([0, ...sets.flatMap(([low, high]) => [low, high + 1])])]
    .filter((c) => c <= 0x10ffff)
    .sort((a, b) => a - b);

  /** All nodes that empty edges reach. */
  const closure = (/** @type {Iterable<number>} */ nodes, /** @type {string[]} */ when) => {
    const found = new Set(nodes);
    for (const node of found) {
      for (const edge of edges[node] ?? []) {
        if (!edge.ranges && (edge.when === undefined || when.includes(edge.when))) found.add(edge.to);
      }
    }
    return found;
  };

  /** @type {State[]} */
  const states = [
    { next: starts.map(() => 0), atEnd: false },
    { next: starts.map(() => 1), atEnd: true },
  ];
  /** @type {Map<string, number>} */
  const known = new Map();
  /** @type {{ nodes: Set<number>, state: State }[]} */
  const work = [];
  const stateOf = (/** @type {Set<number>} */ nodes, /** @type {string[]} */ when) => {
    if (nodes.has(end)) return 1;
    const key = [...nodes].sort((a, b) => a - b).join() + when.join();
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const state = { next: [], atEnd: closure(nodes, ["end", ...when]).has(end) };
    if (states.push(state) > MOST_STATES * 4) throw new Error(TOO_LARGE);
    known.set(key, states.length - 1);
    work.push({ nodes, state });
    return states.length - 1;
  };
  const first = stateOf(closure([start], ["start"]), ["start"]);
  // A match may begin anywhere, so the first node is in every state.
  const again = [...closure([start], [])];
  for (const { nodes, state } of work) {
    state.next = starts.map((c) => {
      const reached = [...nodes].flatMap((node) =>
        (edges[node] ?? [])
          .filter(({ ranges }) => ranges?.some(([low, high]) => low <= c && c <= high))
          .map(({ to }) => to),
      );
      return stateOf(closure([...reached, ...again], []), []);
    });
  }
  return minimize({ starts, classes: starts.map((_, i) => i), states, first });
}

/** Joins states that match the same texts, and code points that lead to the same states. */
function minimize(/** @type {Automaton} */ { starts, states, first }) {
  let group = states.map(({ atEnd }, i) => (i === 1 ? 2 : Number(atEnd)));
  for (let count = 0; ;) {
    /** @type {Map<string, number>} */
    const names = new Map();
    const keys = states.map(({ next }, i) => `${group[i]}:${next.map((to) => group[to]).join()}`);
    for (const key of keys) if (!names.has(key)) names.set(key, names.size);
    group = keys.map((key) => /** @type {number} */ (names.get(key)));
    if (names.size === count) break;
    count = names.size;
  }
  // The states that match nothing come first, then those that match anything, others, and those that match at the end.
  const rank = (/** @type {number} */ i) =>
    group[i] === group[0] ? 0 : group[i] === group[1] ? 1 : states[i]?.atEnd ? 3 : 2;
  const order = [
    ...new Set(
      states
        .map((_, i) => i)
        .sort((a, b) => rank(a) - rank(b))
        .map((i) => group[i]),
    ),
  ];
  const numberOf = (/** @type {number} */ i) => order.indexOf(group[i]);
  const joined = order.map((it) => {
    const { next, atEnd } = /** @type {State} */ (states[group.indexOf(/** @type {number} */ (it))]);
    return { next: next.map(numberOf), atEnd };
  });
  /** @type {Map<string, number>} */
  const columns = new Map();
  const classes = starts.map((_, i) => {
    const column = joined.map(({ next }) => next[i]).join();
    if (!columns.has(column)) columns.set(column, columns.size);
    return /** @type {number} */ (columns.get(column));
  });
  const one = [...columns.values()].map((it) => classes.indexOf(it));
  const reduced = joined.map(({ next, atEnd }) => ({ next: one.map((i) => /** @type {number} */ (next[i])), atEnd }));
  // Ranges beside each other that have the same class are one range.
  const kept = starts.map((_, i) => i).filter((i) => i === 0 || classes[i] !== classes[i - 1]);
  return {
    starts: kept.map((i) => /** @type {number} */ (starts[i])),
    classes: kept.map((i) => /** @type {number} */ (classes[i])),
    states: reduced,
    first: numberOf(first),
  };
}

/** The bytes of the table. */
function encode(/** @type {Automaton} */ { starts, classes, states, first }) {
  if (states.length > MOST_STATES) throw new Error(TOO_LARGE);
  const accepting = states.findIndex(({ atEnd }, i) => i > 1 && atEnd);
  const width = /** @type {State} */ (states[0]).next.length;
  const bytes = new DataView(new ArrayBuffer(8 + starts.length * 6 + states.length * width * 2));
  let at = 0;
  const u16 = (/** @type {number} */ value) => {
    bytes.setUint16(at, value, true);
    at += 2;
  };
  [starts.length, width, first, accepting < 0 ? 0xffff : accepting].forEach(u16);
  for (const start of starts) {
    bytes.setUint32(at, start, true);
    at += 4;
  }
  classes.forEach(u16);
  for (const { next } of states) next.forEach(u16);
  return new Uint8Array(bytes.buffer);
}
