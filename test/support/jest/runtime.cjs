// Jest's runtime, except that large packages are loaded as Node loads them: once a worker, outside
// of the context of a test file. Jest would read and compile AWS's SDK, the CDK or dynalite anew for
// each of a hundred files, a second or more each time, and run them slower in its context. What
// they keep to themselves is a cache; no test replaces a part of them that is not put back.

const { createRequire } = require('node:module');
const { isNativeError } = require('node:util').types;
const { default: Runtime } = require('jest-runtime');

// The process that tests see has an environment of its own; these packages see the real one.
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
 * What Jest's runner of a file loads of Jest itself, into the context of each: `expect` with what
 * it compares and prints with. It keeps the running test and its matchers; files of a worker run
 * one after the other. The runner itself (jest-circus) stays in the context.
 */
const sharedParts =
  /^(?:@jest\/expect|@jest\/expect-utils|expect|jest-matcher-utils|jest-message-util|jest-snapshot|pretty-format)$/;

const isInChain = Object.prototype.isPrototypeOf;

/** Errors of one context are errors in the other, as they are where there is only one. */
function knowsErrors(base) {
  Object.defineProperty(base, Symbol.hasInstance, {
    configurable: true,
    value(error) {
      if (Function.prototype[Symbol.hasInstance].call(this, error)) return true;
      return this === base && (isNativeError(error) || isInChain.call(Error.prototype, error));
    },
  });
}
knowsErrors(Error);

/** `expect.any(String)` of a context means what it means outside, where `expect` compares. */
function knowsConstructors(expect) {
  const { any } = expect;
  const own = new Map(
    [BigInt, Boolean, Function, Number, Object, String, Symbol].map((one) => [one.name, one]),
  );
  expect.any = (sample) => any(own.get(sample?.name) ?? sample);
}
knowsConstructors(createRequire(require.resolve('jest-runtime'))('@jest/expect').jestExpect);

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

module.exports = class SharingRuntime extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    environment.global.Date = Date;
    knowsErrors(environment.global.Error);
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
