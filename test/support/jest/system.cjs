// Jest's project of what starts programs, kills them, needs programs of others, or runs a whole
// relay, the embedded cloud or the whole stack; and of what asks for tables, wherever it stands.

const { shared, systemElsewhere } = require('./shared.cjs');

module.exports = {
  ...shared,
  displayName: 'system',
  testMatch: ['<rootDir>/test/system/**/*.test.ts', ...systemElsewhere],
  globalSetup: '<rootDir>/test/support/jest/run-folder.cjs',
  globalTeardown: '<rootDir>/test/support/jest/remove-run-folder.cjs',
};
