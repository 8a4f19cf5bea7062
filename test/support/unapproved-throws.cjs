// Preloaded into a process that must do without them: MD5, X25519 and Ed25519 of node:crypto throw.
// The relay's own MD5 is made to throw where it is compiled for such a test (fips.test.ts).

const crypto = require('node:crypto');
const { syncBuiltinESMExports } = require('node:module');

const banned = /^(rsa-)?md5|x25519|ed25519|x448|ed448/i;

function refuse(name) {
  throw new Error(`not approved: ${name}`);
}

/** The name of what a call is about: an algorithm, a key type, or the type of a key it is given. */
function namesIn(argument) {
  if (typeof argument === 'string') return [argument];
  if (argument instanceof crypto.KeyObject) return [argument.asymmetricKeyType ?? ''];
  if (typeof argument !== 'object' || argument === null) return [];
  const { key, privateKey, publicKey } = argument;
  return [key, privateKey, publicKey].filter(Boolean).flatMap(namesIn);
}

const watched = ['createHash', 'createHmac', 'hash', 'generateKeyPair', 'generateKeyPairSync'];
watched.push('sign', 'verify', 'diffieHellman', 'createSign', 'createVerify');
for (const name of watched) {
  const original = crypto[name];
  if (original === undefined) continue;
  crypto[name] = function guarded(...args) {
    for (const found of args.flatMap(namesIn)) if (banned.test(found)) refuse(found);
    return original.apply(this, args);
  };
}
// Reading such a key is the first step of using it.
for (const name of ['createPrivateKey', 'createPublicKey']) {
  const original = crypto[name];
  crypto[name] = function guarded(...args) {
    const key = original.apply(this, args);
    if (banned.test(key.asymmetricKeyType ?? '')) refuse(key.asymmetricKeyType);
    return key;
  };
}
syncBuiltinESMExports();
