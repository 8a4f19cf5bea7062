// Where test files run: Node's own context, one file after the other. Jest would make a context for
// each, whose every global goes through an interceptor and whose objects are of other classes than
// those of the packages that are shared; and all code would be compiled and optimized anew in each.
// What a file leaves behind is put back: properties of the global object and variables of the
// environment. Modules are evaluated for each file anew (runtime.cjs), so what they keep goes with it.

const { createRequire } = require('node:module');

const requireOfJest = createRequire(require.resolve('jest-runtime'));
const { LegacyFakeTimers, ModernFakeTimers } = requireOfJest('@jest/fake-timers');
const { ModuleMocker } = requireOfJest('jest-mock');

/** Properties of the global object as they are now. */
const globalsNow = () =>
  new Map(
    Reflect.ownKeys(globalThis).map((key) => [
      key,
      Object.getOwnPropertyDescriptor(globalThis, key),
    ]),
  );

const isSame = (one, other) =>
  one !== undefined &&
  one.value === other.value &&
  one.get === other.get &&
  one.set === other.set &&
  one.writable === other.writable;

/**
 * What packages that all files share keep in the global object: the CDK its tokens, Node its
 * dispatcher of `fetch`. Neither comes back when it is taken away.
 */
const isOfPackage = (key) => /^(?:__|@|undici)/.test(key.description ?? String(key));

function putBackGlobals(before) {
  for (const [key, now] of globalsNow()) {
    const then = before.get(key);
    if (isSame(then, now)) continue;
    if (then === undefined && isOfPackage(key)) continue;
    if (then === undefined) delete globalThis[key];
    else Object.defineProperty(globalThis, key, then);
  }
  for (const [key, then] of before) {
    if (!Object.hasOwn(globalThis, key)) Object.defineProperty(globalThis, key, then);
  }
}

function putBackVariables(before) {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  for (const [name, value] of Object.entries(before)) {
    if (process.env[name] !== value) process.env[name] = value;
  }
}

/**
 * A worker whose loop is empty is over: only then it is asked, so that what stays open is still
 * seen. Left to itself it would take its heap apart first, for which Jest leaves it half a second
 * of the clock: on a busy machine it was said not to have ended, with nothing open.
 */
function endWhenEmpty() {
  const isAsked = process.listeners('beforeExit').some(({ name }) => name === 'endWorker');
  if (process.send && !isAsked)
    process.once('beforeExit', function endWorker() {
      process.exit();
    });
}

module.exports = class OwnContext {
  constructor({ projectConfig }) {
    endWhenEmpty();
    const [globals, variables] = [globalsNow(), { ...process.env }];
    // Jest replaces both for each file.
    const { exit, getBuiltinModule } = process;
    this.putBack = () => {
      putBackVariables(variables);
      putBackGlobals(globals);
      Object.assign(process, { exit, getBuiltinModule });
    };
    this.global = globalThis;
    Object.assign(globalThis, structuredClone(projectConfig.globals));
    this.moduleMocker = new ModuleMocker(globalThis);
    const shared = { config: projectConfig, global: globalThis };
    this.fakeTimers = new LegacyFakeTimers({
      ...shared,
      moduleMocker: this.moduleMocker,
      timerConfig: { idToRef: (id) => id, refToId: (id) => id },
    });
    this.fakeTimersModern = new ModernFakeTimers(shared);
  }

  async setup() {}

  async teardown() {
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    this.putBack();
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** Any context: runtime.cjs compiles without one. */
  getVmContext() {
    return globalThis;
  }
};
