// What Jest's projects have in common. `unit` and `system` run every test once (`npm test`);
// `ministack` and `moto` run the cases over tables again, on emulators of AWS that nobody here wrote
// (`npm run test:emulators`; emulators.json names them).

const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const rootDir = join(__dirname, '..', '..', '..');
const toCommonJs = { jsc: { target: 'es2023' }, module: { type: 'commonjs' } };

const shared = {
  rootDir,
  testEnvironment: join(__dirname, 'environment.cjs'),
  runtime: join(__dirname, 'runtime.cjs'),
  transform: {
    '/node_modules/oauth4webapi/.+\\.js$': ['@swc/jest', toCommonJs],
    '/build/.+\\.mjs$': ['@swc/jest', toCommonJs],
    '^.+\\.ts$': [
      '@swc/jest',
      { ...toCommonJs, jsc: { ...toCommonJs.jsc, parser: { syntax: 'typescript' } } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!oauth4webapi/)'],
  setupFilesAfterEnv: [
    '<rootDir>/test/support/jest/quick-expect.ts',
    '<rootDir>/test/support/jest/check-requests.ts',
  ],
};

/** Tests below a folder in whose text something is named. */
function testsThatName(pattern, folder) {
  return readdirSync(join(rootDir, folder), { recursive: true })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => pattern.test(readFileSync(join(rootDir, path), 'utf8')));
}

const tables = /\b(?:startTestDynamo|startTestCloud)\b/;
const locationData = /\b(?:sampleRows|installedPlainData)\b/;

/** Work for `system` wherever it stands: what asks for tables or reads all of the location data. */
const systemElsewhere = [...testsThatName(tables, 'test'), ...testsThatName(locationData, 'test')]
  .filter((path) => !path.startsWith('test/system/'))
  .map((path) => `<rootDir>/${path}`);

/**
 * A project of the cases over tables on an emulator; they are skipped, with the reason, where it is
 * not installed.
 */
const onEmulator = (emulator, folder) => ({
  ...shared,
  displayName: emulator,
  testMatch: testsThatName(tables, folder).map((path) => `<rootDir>/${path}`),
  globals: { emulator },
  globalSetup: `<rootDir>/test/support/jest/start-${emulator}.cjs`,
  globalTeardown: '<rootDir>/test/support/jest/stop-emulators.cjs',
  setupFilesAfterEnv: [...shared.setupFilesAfterEnv, '<rootDir>/test/support/jest/on-emulator.ts'],
});

module.exports = { shared, onEmulator, systemElsewhere };
