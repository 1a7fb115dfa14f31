/** The longest that Node waits, 24 days. Plugins may ask for 49, for which its timers would run at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
