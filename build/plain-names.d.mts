// Types of plain-names.mjs, which is JavaScript because it is loaded before TypeScript can be.

export declare function plainNames(program: string): string;
