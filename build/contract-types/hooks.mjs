// A module hook of Node: openapi-typescript builds its output with the API of TypeScript 5, which
// TypeScript 7 does not have any more, so its `typescript` is that of typescript.mjs. A second
// package of TypeScript beside the compiler would fight with it for `node_modules/.bin/tsc`.

const compiler = new URL('./typescript.mjs', import.meta.url).href;

/** Resolves as Node does, but for that one import. */
export function resolve(specifier, context, next) {
  const isTheirs = context.parentURL?.includes('/node_modules/openapi-typescript/') === true;
  if (specifier !== 'typescript' || !isTheirs) return next(specifier, context);
  return { url: compiler, format: 'module', shortCircuit: true };
}
