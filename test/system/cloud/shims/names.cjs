// Loaded into Node processes of `npm run test:cloud` (--require): names of AWS lead to loopback,
// as a resolver and a route to the emulator would. Port 443 is that of the emulator.

const net = require('node:net');

const names = /\.(?:amazonaws|amazoncognito)\.com$|\.cloudfront\.net$/;
const cloudPort = Number(process.env.WHEREFROM_TEST_CLOUD_PORT);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...args) {
  // Callers pass options, or what net.connect made of them: [options, listener].
  const isNormalized = Array.isArray(args[0]);
  const options = isNormalized ? args[0][0] : args[0];
  if (!options || typeof options !== 'object' || !names.test(options.host ?? '')) {
    return connect.apply(this, args);
  }
  const port = Number(options.port) === 443 ? cloudPort : options.port;
  const led = { ...options, host: '127.0.0.1', port, lookup: undefined };
  if (!isNormalized) return connect.call(this, led, ...args.slice(1));
  const normalized = Object.assign([led, ...args[0].slice(1)]);
  for (const symbol of Object.getOwnPropertySymbols(args[0])) {
    normalized[symbol] = args[0][symbol];
  }
  return connect.call(this, normalized, ...args.slice(1));
};
