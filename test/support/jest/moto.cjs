// Jest's project of the cases over tables on moto: those of the adapters, for it is slow.

module.exports = require('./shared.cjs').onEmulator('moto', 'test/lambdas/aws');
