/** The limit for a day of the week. */
export function limitOf(limits: i32[], day: i32): i32 {
  return limits[day];
}
