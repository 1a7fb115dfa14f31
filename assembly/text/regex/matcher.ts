import { Alphabet } from "./alphabet";
import { Automaton, DEAD, KNOWN, REACHED } from "./automaton";
import { characterAt } from "./code-point";
import { Parser } from "./parser";
import { MAX_STATES, Program } from "./program";
import { Search } from "./search";

/** A compiled pattern. */
export class Matcher {
  private forward: Automaton | null = null;
  private reverse: Automaton | null = null;

  private constructor(
    private program: Program,
    private alphabet: Alphabet,
    readonly names: Array<string>,
  ) {}

  /** Returns null if the parser finds an error. */
  static of(parser: Parser): Matcher | null {
    const tree = parser.parse();
    if (parser.error.length == 0 && tree.size > MAX_STATES) parser.reject("a smaller pattern");
    if (parser.error.length > 0) return null;
    const program = new Program(tree, parser.ranges, parser.sets);
    return new Matcher(program, new Alphabet(parser.ranges, parser.sets, program.assertions), parser.names);
  }

  /** Whether the text has a match. */
  test(text: string): bool {
    let automaton = this.forward;
    if (automaton === null) this.forward = automaton = new Automaton(this.program, this.alphabet, false);
    const ascii = changetype<usize>(this.alphabet.ascii);
    let table = changetype<usize>(automaton.table);
    let p = changetype<usize>(text);
    const end = p + ((<usize>text.length) << 1);
    let step = automaton.begin();
    while (true) {
      let symbol: i32;
      if (p < end) {
        let c: u32 = load<u16>(p);
        p += 2;
        if (c < 128) symbol = load<i32>(ascii + ((<usize>c) << 2));
        else {
          c = characterAt(p - 2, end, c);
          if (c > 0xffff) p += 2;
          symbol = this.alphabet.find(c);
        }
      } else {
        symbol = this.alphabet.count;
        p += 2;
      }
      let next = load<u32>(table + (step & ~3) + ((<usize>symbol) << 2));
      if ((next & 3) != KNOWN) {
        if (next == 0) {
          next = automaton.take(step, symbol);
          table = changetype<usize>(automaton.table);
        }
        if (next & REACHED) return true;
        if (next == DEAD) return false;
      }
      if (p > end) return false;
      step = next;
    }
  }

  /** Starts to look for the matches in a text; null if the text has no match. */
  search(text: string): Search | null {
    // The forward automaton stops at the first match, and most texts have none.
    if (!this.test(text)) return null;
    let automaton = this.reverse;
    if (automaton === null) this.reverse = automaton = new Automaton(this.program, this.alphabet, true);
    return new Search(this.program, this.alphabet, automaton, this.names.length, text);
  }
}
