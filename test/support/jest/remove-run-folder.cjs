// Jest's global teardown of the project `system`.

const { rmSync } = require('node:fs');

module.exports = () => {
  rmSync(process.env.WHEREFROM_TEST_RUN, { recursive: true, force: true });
};
