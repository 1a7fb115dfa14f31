/** The longest timer of Node, 24 days. Plugins can set up to 49 days, which Node's timers would run at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
