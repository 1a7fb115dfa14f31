// Functions of asc's runtime that AssemblyScript's own types leave out.

declare function __new(size: usize, id: u32): usize;
declare function __renew(ptr: usize, size: usize): usize;
declare function __collect(): void;

// AssemblyScript's types say `type Number = _Float`, an alias, behind which TypeScript 7 does not find the methods of
// numbers. These come first and take its place; the conflict shows without `skipLibCheck` only.
declare const Number: typeof F64;
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
interface Number extends _Float {}
