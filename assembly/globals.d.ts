// Functions of asc's runtime that AssemblyScript's own types leave out.

declare function __new(size: usize, id: u32): usize;
declare function __renew(ptr: usize, size: usize): usize;
declare function __collect(): void;

// AssemblyScript's types call this interface `_Float`; TypeScript 7 looks up the methods of numbers under this name only.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
interface Number extends _Float {}
