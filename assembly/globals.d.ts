// Functions of asc's runtime that AssemblyScript's own types leave out.

declare function __new(size: usize, id: u32): usize;
declare function __renew(ptr: usize, size: usize): usize;
declare function __collect(): void;
declare function __alloc(size: usize): usize;
declare function __free(block: usize): void;
declare function __visit(object: usize, cookie: u32): void;
declare function __visit_globals(cookie: u32): void;
declare function __visit_members(object: usize, cookie: u32): void;
declare function __finalize(object: usize): void;
declare const __rtti_base: usize;

// AssemblyScript's types declare `type Number = _Float`. TypeScript 7 does not find the methods of numbers through this
// alias. The declarations here come first and replace it. TypeScript reports the conflict only without `skipLibCheck`.
declare const Number: typeof F64;
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
interface Number extends _Float {}
