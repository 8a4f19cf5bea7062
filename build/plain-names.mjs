// Takes out of translated TypeScript what is paid at every call: to keep the name of each function,
// esbuild (`keepNames`, which tsx asks for as well) wraps every function it translates in
// `__name(function, 'name')`, and that runs whenever one is made: ten times what making it costs.
// Classes and function declarations keep their names: errors are told apart by them. An arrow
// function has none then; a stack says where it stands.

/** esbuild's helper, spaced and named as each of its forms does. */
const helper =
  /\b([\w$]+)\s*=\s*\(([\w$]+),\s*([\w$]+)\)\s*=>\s*([\w$]+)\(\2,\s*"name",\s*\{([^}]*)\}\)/;

/**
 * The same program, in which only what has a prototype (classes, function declarations) is given
 * its name. Every character that follows stays in its column: source maps count them.
 * @param {string} program JavaScript as esbuild writes it
 * @returns {string}
 */
export function plainNames(program) {
  return program.replace(helper, (found, name, _target, _value, define) =>
    `${name}=(t,v)=>t.prototype?${define}(t,"name",{value:v,configurable:!0}):t`.padEnd(
      found.length,
    ),
  );
}

/**
 * Hook of Node's module loader (`module.register`), before that of tsx.
 * @type {import('node:module').LoadHook}
 */
export async function load(url, context, next) {
  return withPlainNames(await next(url, context));
}

/**
 * @template {{ source?: unknown }} Loaded
 * @param {Loaded} loaded what a hook of tsx answers
 * @returns {Loaded}
 */
export function withPlainNames(loaded) {
  const { source } = loaded;
  return typeof source === 'string' ? { ...loaded, source: plainNames(source) } : loaded;
}
