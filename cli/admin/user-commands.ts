// `npm run admin -- user add` and `user remove`: who may sign in at the user pool of the stack,
// with the caller's own AWS rights. Says what the person does next.

import { addUser, mistakeOf, removeUser, type UserPoolClient } from './admin-users.ts';
import { CommandError, refusedExitCode } from './command-error.ts';
import { type Options, required } from './options.ts';

export type PoolIo = {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** The client of user pools. */
  readonly openPools: () => UserPoolClient;
};

/** `user add` */
export async function inviteUser(options: Options, io: PoolIo): Promise<number> {
  const email = required(options, 'email');
  const group = required(options, 'group');
  const pool = required(options, 'pool');
  const mistake = mistakeOf(email, group);
  if (mistake) throw new CommandError(mistake);
  const known = await addUser(io.openPools(), pool, { email, group });
  const next = known === 'invited' ? 'gets a mail with a first password' : 'was known already';
  io.out(`${email} is ${group} now and ${next}\n${signInAdvice(pool, options)}`);
  return 0;
}

/** The command that signs the person in: what it needs is in the output that named this one. */
function signInAdvice(pool: string, { url, 'client-id': clientId }: Options): string {
  if (!url || !clientId) {
    return 'Next, on their machine: the command of the output Step3SignIn of "npm run deploy"\n';
  }
  const signIn = `--url ${url} --issuer ${issuerOf(pool)} --client-id ${clientId}`;
  return `Next, on their machine: npm run login -- ${signIn}\n`;
}

/** A pool's id begins with its region; the regions of China have a domain of their own. */
function issuerOf(pool: string): string {
  const [region = ''] = pool.split('_');
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://cognito-idp.${region}.${suffix}/${pool}`;
}

/** `user remove` */
export async function excludeUser(options: Options, io: PoolIo): Promise<number> {
  const email = required(options, 'email');
  const pool = required(options, 'pool');
  const mistake = mistakeOf(email, undefined);
  if (mistake) throw new CommandError(mistake);
  if ((await removeUser(io.openPools(), pool, email)) === 'unknown') {
    io.error(`wherefrom admin: the pool has no ${email}\n`);
    return refusedExitCode;
  }
  io.out(`${email} is out; a token they hold opens the API for an hour at most\n`);
  return 0;
}
