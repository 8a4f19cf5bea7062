// Reads files as systemd passes them: a root-owned file that the unit loads as a credential is
// found under its own name in $CREDENTIALS_DIRECTORY (systemd.exec(5), LoadCredential=).

import { basename, join } from 'node:path';
import type { SecretSources } from '../../config/secrets.ts';
import { systemErrorCode } from '../../errors.ts';

/** Only its owner can read a credential; what mode its link shows says nothing. */
const credentialMode = 0o400;

/** The same reading, looking among the credentials first. */
export function readWithCredentials(
  readFile: SecretSources['readFile'],
  env: SecretSources['env'],
): SecretSources['readFile'] {
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (!folder) return readFile;
  return (path) => {
    try {
      const { octets } = readFile(join(folder, basename(path)));
      return { octets, mode: credentialMode };
    } catch (error) {
      // EACCES: commands beside the service get the variable, and may not look inside.
      if (!['ENOENT', 'EACCES'].includes(systemErrorCode(error))) throw error;
      return readFile(path);
    }
  };
}
