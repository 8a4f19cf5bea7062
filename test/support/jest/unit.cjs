// Jest's project of what is quick: it starts no program, no relay and no cloud.

const { shared } = require('./shared.cjs');

module.exports = {
  ...shared,
  displayName: 'unit',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/system/'],
};
