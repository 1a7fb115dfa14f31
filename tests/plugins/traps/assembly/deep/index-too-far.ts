/** Reads an element, for tests with an index out of bounds in another file. */
export function indexTooFar(numbers: i32[], index: i32): i32 {
  return numbers[index]; // index
}
