// `npm run admin -- user add`: adds a user to the user pool of the stack, with the caller's own AWS
// rights, which is how the first admin is created. Cognito mails a password that holds for three
// days.

import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  type CognitoIdentityProviderClient,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';

export type UserPoolClient = Pick<CognitoIdentityProviderClient, 'send'>;

const groups = ['analyst', 'responder', 'admin'];
const address = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/** What is wrong with the options, or undefined. */
export function mistakeOf(email: string, group: string | undefined): string | undefined {
  if (!address.test(email)) return '--email takes one e-mail address';
  if (group === undefined || groups.includes(group)) return undefined;
  return `--group is one of ${groups.join(', ')}`;
}

/** Adds a person to a group; one who is known already gets the group beside the others. */
export async function addUser(
  client: UserPoolClient,
  pool: string,
  { email, group }: { readonly email: string; readonly group: string },
): Promise<'invited' | 'known'> {
  const isNew = await createUser(client, pool, email);
  await client.send(
    new AdminAddUserToGroupCommand({ UserPoolId: pool, Username: email, GroupName: group }),
  );
  return isNew ? 'invited' : 'known';
}

async function createUser(client: UserPoolClient, pool: string, email: string): Promise<boolean> {
  try {
    await client.send(
      new AdminCreateUserCommand({
        UserPoolId: pool,
        Username: email,
        DesiredDeliveryMediums: ['EMAIL'],
        UserAttributes: [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof UsernameExistsException) return false;
    throw error;
  }
}

/** Shuts a person out; tokens they hold open the API for an hour at most. */
export async function removeUser(
  client: UserPoolClient,
  pool: string,
  email: string,
): Promise<'removed' | 'unknown'> {
  try {
    await client.send(new AdminDeleteUserCommand({ UserPoolId: pool, Username: email }));
    return 'removed';
  } catch (error) {
    if (error instanceof UserNotFoundException) return 'unknown';
    throw error;
  }
}
