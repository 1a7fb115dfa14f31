// Functions of asc's runtime that AssemblyScript's own types leave out.

declare function __new(size: usize, id: u32): usize;
declare function __renew(ptr: usize, size: usize): usize;
declare function __collect(): void;
