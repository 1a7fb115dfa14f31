/**
 * Whether a text matches a pattern. The transform has compiled the pattern into a table of states:
 *
 *     u16 number of ranges, u16 number of classes, u16 first state, u16 first state that accepts at the end of the text
 *     u32 first code point of each range, in ascending order
 *     u16 class of each range
 *     u16 next state, for each state and each class
 *
 * State 0 matches no text, state 1 matches whatever follows.
 *
 * @param pattern Address of the table.
 * @param text Text.
 */
export function matchesPattern(pattern: usize, text: string): bool {
  const ranges = <usize>load<u16>(pattern);
  const classes = <u32>load<u16>(pattern, 2);
  let state = <u32>load<u16>(pattern, 4);
  const accepting = <u32>load<u16>(pattern, 6);
  const starts = pattern + 8;
  const classOf = starts + (ranges << 2);
  const next = classOf + (ranges << 1);
  for (let i = 0; i < text.length && state > 1; i++) {
    const c = <u32>text.codePointAt(i);
    if (c > 0xffff) i++;
    // The last range that begins at or before `c`.
    let low: usize = 0;
    let high = ranges;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (load<u32>(starts + (middle << 2)) <= c) low = middle;
      else high = middle;
    }
    const kind = <u32>load<u16>(classOf + (low << 1));
    state = <u32>load<u16>(next + ((<usize>(state * classes + kind)) << 1));
  }
  return state == 1 || state >= accepting;
}
