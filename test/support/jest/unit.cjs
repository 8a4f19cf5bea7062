// Jest's project of what is quick: it starts no program, no relay and no cloud, and has no tables.

const { shared, systemElsewhere } = require('./shared.cjs');

module.exports = {
  ...shared,
  displayName: 'unit',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/system/', ...systemElsewhere],
};
