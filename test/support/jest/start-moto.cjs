// Jest's global setup of the project `moto`.

const { startForJest } = require('../emulator.ts');

module.exports = () => startForJest('moto');
