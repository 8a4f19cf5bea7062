// Explains why the cloud did not answer: name, route, certificate, proxy.
// It knows codes of Node only; nothing of a request or an answer is in its sentences.

const certificateCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);

const advice: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no host of that name: check the URL and the DNS of this machine',
  EAI_AGAIN: 'the name cannot be resolved now: check the DNS of this machine',
  ECONNREFUSED: 'nothing listens there: check host and port of the URL',
  EHOSTUNREACH: 'there is no route to it: check firewall and proxy',
  ENETUNREACH: 'there is no route to it: check firewall and proxy',
  ETIMEDOUT: 'it does not answer: check firewall and proxy',
  CERT_HAS_EXPIRED: 'its certificate has expired: check the clock of this machine, then the cloud',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: check the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: check the host of the URL',
  EPROTO: 'it does not speak TLS there: check scheme and port of the URL',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there: check scheme and port of the URL',
};

/** Why `url` did not answer, as a sentence. @param reason a system or TLS code, or a message */
export function unreachableText(url: string, reason: string): string {
  if (certificateCodes.has(reason)) {
    const hint = 'save the authority of your proxy or cloud as PEM and name it';
    return `${url}: its certificate is of no authority known here (${reason}): ${hint} as caFile`;
  }
  return `${url}: ${advice[reason] ?? 'it cannot be reached'} (${reason})`;
}
