// Loaded into the functions that MiniStack runs (NODE_OPTIONS): finds layers although nothing is
// mounted at /opt, and writes down every call of AWS as it leaves the process, one JSON a line.

const { appendFileSync } = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const Module = require('node:module');

require('./names.cjs');

// MiniStack sets the function's own environment just before it loads the handler.
const [layer] = (process.env._LAMBDA_LAYERS_DIRS ?? '').split(':');
const load = Module._load;
Module._load = function (...args) {
  const data = process.env.GEO_DATA_DIR;
  if (layer && data?.startsWith('/opt/')) process.env.GEO_DATA_DIR = data.replace('/opt', layer);
  return load.apply(this, args);
};

const file = process.env.WHEREFROM_TEST_CALLS;
const caller = process.env.AWS_LAMBDA_FUNCTION_NAME;

for (const library of file && caller ? [http, https] : []) {
  const { request } = library;
  library.request = function (...args) {
    const sent = request.apply(this, args);
    record(sent);
    return sent;
  };
}

function record(sent) {
  const parts = [];
  for (const name of ['write', 'end']) {
    const original = sent[name];
    sent[name] = function (chunk, ...more) {
      if (chunk && typeof chunk !== 'function') parts.push(Buffer.from(chunk));
      return original.call(this, chunk, ...more);
    };
  }
  sent.once('response', ({ statusCode }) => {
    const [, service] = /\/([a-z-]+)\/aws4_request/.exec(sent.getHeader('authorization')) ?? [];
    if (!service) return;
    const call = {
      caller,
      service,
      method: sent.method,
      path: sent.path,
      target: sent.getHeader('x-amz-target'),
      body: Buffer.concat(parts).toString(),
      status: statusCode,
    };
    appendFileSync(file, `${JSON.stringify(call)}\n`);
  });
}
