/** An index out of bounds, in a file of its own. */
export function indexTooFar(numbers: i32[], index: i32): i32 {
  return numbers[index]; // index
}
