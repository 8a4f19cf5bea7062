// Jest's project of what starts programs, kills them, or needs programs of others.

const { shared } = require('./shared.cjs');

module.exports = {
  ...shared,
  displayName: 'system',
  testMatch: ['<rootDir>/test/system/**/*.test.ts'],
};
