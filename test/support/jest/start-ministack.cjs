// Jest's global setup of the project `ministack`.

const { startForJest } = require('../emulator.ts');

module.exports = () => startForJest('ministack');
