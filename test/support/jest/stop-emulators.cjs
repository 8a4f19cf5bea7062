// Jest's global teardown of the projects on emulators.

const { stopAfterJest } = require('../emulator.ts');

module.exports = stopAfterJest;
