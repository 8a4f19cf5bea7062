// Jest's project of the cases over tables on MiniStack: those of every function.

module.exports = require('./shared.cjs').onEmulator('ministack', 'test/lambdas');
