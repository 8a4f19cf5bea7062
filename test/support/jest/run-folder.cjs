// Jest's global setup of the project `system`: a folder for what the test files of one run
// share, and the lines to gateways that it ends sessions of.

const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { makeOuterLines } = require('../outer-lines.ts');

module.exports = () => {
  process.env.WHEREFROM_TEST_RUN = mkdtempSync(join(tmpdir(), 'wherefrom-test-run-'));
  makeOuterLines();
};
