// What a test file leaves behind in Node's own context is put back before the next one.

type Environment = { teardown(): Promise<void> };
type EnvironmentClass = new (config: { readonly projectConfig: object }) => Environment;

const OwnContext = jest.requireActual<EnvironmentClass>('./jest/environment.cjs');

const projectConfig = { globals: { given: { to: 'files' } }, fakeTimers: {} };

it('puts back globals and variables, and takes away what has come', async () => {
  const { fetch } = globalThis;
  const { exit } = process;
  process.env['WHEREFROM_CHANGED'] = 'before';
  process.env['WHEREFROM_GONE'] = 'before';
  const environment = new OwnContext({ projectConfig });
  const given = Reflect.get(globalThis, 'given');
  Object.assign(globalThis, { fetch: () => undefined, left: 'behind' });
  const ofPackage = Symbol.for('@scope/package.state');
  Object.assign(globalThis, { __ofPackage: 1, [ofPackage]: 2 });
  Reflect.deleteProperty(globalThis, 'structuredClone');
  process.exit = () => undefined as never;
  process.env['WHEREFROM_CHANGED'] = 'after';
  process.env['WHEREFROM_LEFT'] = 'behind';
  delete process.env['WHEREFROM_GONE'];

  await environment.teardown();

  expect(given).toEqual({ to: 'files' });
  expect(globalThis.fetch).toBe(fetch);
  // Packages are shared by all files: what they keep here stays.
  const kept = ['__ofPackage', ofPackage];
  expect(kept.map((key) => Reflect.get(globalThis, key))).toEqual([1, 2]);
  for (const key of kept) Reflect.deleteProperty(globalThis, key);
  expect(typeof structuredClone).toBe('function');
  expect(process.exit).toBe(exit);
  expect(['given', 'left'].filter((name) => name in globalThis)).toEqual([]);
  const { WHEREFROM_CHANGED, WHEREFROM_LEFT, WHEREFROM_GONE } = process.env;
  expect([WHEREFROM_CHANGED, WHEREFROM_LEFT, WHEREFROM_GONE]).toEqual([
    'before',
    undefined,
    'before',
  ]);
  delete process.env['WHEREFROM_CHANGED'];
  delete process.env['WHEREFROM_GONE'];
});

it('evaluates a module again for who asks apart, though it is compiled once', () => {
  const freshly = () => {
    const found: unknown[] = [];
    jest.isolateModules(() => {
      found.push(jest.requireActual<{ freePort: unknown }>('./free-port.ts').freePort);
    });
    return found[0];
  };

  expect(freshly()).not.toBe(freshly());
});

it('has one class of errors and of collections, whoever makes them', () => {
  const parsed: unknown = JSON.parse('[{}]');
  expect(parsed).toBeInstanceOf(Array);
  expect(() => Buffer.alloc(-1)).toThrow(RangeError);
  expect(() => JSON.parse('{')).toThrow(SyntaxError);
});
