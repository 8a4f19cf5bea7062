// Jest's project of what starts no programs.

const { shared } = require('./shared.cjs');

module.exports = {
  ...shared,
  displayName: 'unit',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/system/'],
};
