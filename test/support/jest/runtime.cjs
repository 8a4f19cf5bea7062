// Jest's runtime in Node's own context (environment.cjs), with three differences. Large packages are
// loaded as Node loads them, once a worker: Jest would read and evaluate AWS's SDK, the CDK or
// dynalite anew for each of a hundred files, a second or more each time. What they keep to
// themselves is a cache; no test replaces a part of them that is not put back. All other modules are
// evaluated for each file anew, but translated and compiled once a worker, so that what V8 has
// learned of them serves all files. And who is running is known without a storage of promises.

const { createRequire } = require('node:module');
const { statSync } = require('node:fs');
const { compileFunction } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

// CloudFormation validation costs 7-10 s a stack; `npm run synth` keeps it on.
process.env.CDK_VALIDATION ??= 'false';
process.env.CDK_DISABLE_STACK_TRACE ??= '1';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// A worker has half a second to end once nothing is open in it; taking its heap apart can take
// longer on a busy machine, and is of no use. With something open this is never reached.
if (process.send) process.once('beforeExit', () => process.exit());

const names = [
  ...['@aws-sdk\\/.+', '@jest\\/expect-utils', 'ajv', 'aws-cdk-lib', 'cdk-nag', 'constructs'],
  ...['csv-parse', 'dynalite', 'fast-check', 'mmdb-lib', 'playwright-core', 'radius', 'valibot'],
  'yaml',
];
const sharedPackages = new RegExp(`^(?:${names.join('|')})(?:\\/|$)`);

/**
 * What Jest's runner of a file loads of Jest itself for each: `expect` with what it compares and
 * prints with. It keeps the running test and its matchers; files of a worker run one after the
 * other. The runner itself (jest-circus) is evaluated for each.
 */
const sharedParts =
  /^(?:@jest\/expect|@jest\/expect-utils|expect|jest-matcher-utils|jest-message-util|jest-snapshot|pretty-format)$/;

/**
 * Which test is running, for the errors that nobody catches. Jest asks Node's AsyncLocalStorage, one
 * for each test file, that are never disabled: before Node 24 every promise of a worker then pays
 * for each file that the worker has run, in time and memory. Tests of a file run one after the
 * other here, so the one that has begun is the one.
 */
class StorageOfOneAtATime {
  #store;

  getStore() {
    return this.#store;
  }

  run(store, callback) {
    const before = this.#store;
    const restore = () => {
      this.#store = before;
    };
    this.#store = store;
    let result;
    try {
      result = callback();
    } catch (error) {
      restore();
      throw error;
    }
    if (typeof result?.then !== 'function') restore();
    else result.then(restore, restore);
    return result;
  }
}

/** What swc made of a file, by its path. */
const translated = new Map();
/** The function that a file became, by its path. */
const compiled = new Map();

/** Files are read and translated again only when they have changed (`--watch`). */
function keepTranslations(cache) {
  const translate = cache.transform.bind(cache);
  cache.transform = (filename, options) => {
    const { mtimeMs, size } = statSync(filename);
    const key = `${mtimeMs} ${size}`;
    let known = translated.get(filename);
    if (known?.key !== key) {
      const code = translate(filename, options);
      known = { key, code, file: cache.transforms.get(filename) };
      translated.set(filename, known);
    }
    if (known.file !== undefined) {
      cache.transforms.set(filename, known.file);
      if (known.file.sourceMapPath) cache.sourceMaps.set(filename, known.file.sourceMapPath);
    }
    return known.code;
  };
}

function compileOnce(parameters, code, filename) {
  const known = compiled.get(filename);
  if (known?.code === code) return known.run;
  const run = compileFunction(code, parameters, { filename });
  compiled.set(filename, { code, run });
  return run;
}

module.exports = class SharingRuntime extends Runtime {
  constructor(...args) {
    super(...args);
    keepTranslations(this.transformCache);
    const { injectedModuleParameters } = this.executor;
    this.executor.compile = (code, filename) =>
      compileOnce(injectedModuleParameters, code, filename);
  }

  requireInternalModule(from, moduleName) {
    return moduleName !== undefined && sharedParts.test(moduleName)
      ? createRequire(from)(moduleName)
      : super.requireInternalModule(from, moduleName);
  }

  requireModule(from, moduleName, ...rest) {
    if (moduleName === 'node:async_hooks' && /[/\\]jest-circus[/\\]/.test(from)) {
      return { AsyncLocalStorage: StorageOfOneAtATime };
    }
    return moduleName !== undefined && sharedPackages.test(moduleName)
      ? createRequire(from)(moduleName)
      : super.requireModule(from, moduleName, ...rest);
  }
};
