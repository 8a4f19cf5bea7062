// The JWT authorizer for every route that users and tools call. It accepts either the tokens of the
// organisation's own issuer, or those of a user pool made here: there is no self-service sign-up,
// every user has a one-time code, and groups are assigned by hand. The functions check groups.

import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { AccessEnv } from '../lambdas/shared/env.ts';
import type { OwnIssuer } from './stack-options.ts';

/** Scopes of machines: `wherefrom/read`, `wherefrom/admin`. */
const resourceServer = 'wherefrom';
/**
 * Redirect URI of `npm run login` (cli/login/callback-listener.ts; a test compares). The
 * console adds its own address. Cognito takes no host but this without TLS.
 */
export const commandLineCallback = 'http://localhost:8417/signed-in';
const passwordLengthMin = 14;

export type LoginProps = {
  readonly isEphemeral: boolean;
  readonly ownIssuer: OwnIssuer | undefined;
  /** Makes a client for machines, which Cognito bills. */
  readonly hasMachineClient: boolean;
};

/** What exists where the stack makes the user pool itself. */
export type Pool = {
  readonly userPool: UserPool;
  readonly people: UserPoolClient;
  readonly machine: UserPoolClient | undefined;
  /** As in the tokens' `iss`. */
  readonly issuer: string;
  readonly tokenUrl: string;
  /** Host of the pages where users sign in. */
  readonly host: string;
};

export class Login extends Construct {
  readonly authorizer: HttpJwtAuthorizer;
  /** How functions find groups in a token. */
  readonly access: AccessEnv;
  readonly pool: Pool | undefined;

  constructor(scope: Construct, id: string, props: LoginProps) {
    super(scope, id);
    const { ownIssuer } = props;
    if (ownIssuer) {
      const { issuer, audience, groupsClaim } = ownIssuer;
      this.authorizer = new HttpJwtAuthorizer('Tokens', issuer, { jwtAudience: [...audience] });
      this.access = { GROUPS_CLAIM: groupsClaim };
      return;
    }
    const userPool = this.makePool(props.isEphemeral);
    this.pool = this.addClients(userPool, props.hasMachineClient);
    const { people, machine, issuer } = this.pool;
    const clients = machine ? [people, machine] : [people];
    this.authorizer = new HttpJwtAuthorizer('Tokens', issuer, {
      jwtAudience: clients.map((client) => client.userPoolClientId),
    });
    this.access = { GROUPS_CLAIM: 'cognito:groups', SCOPE_PREFIX: `${resourceServer}/` };
  }

  private makePool(isEphemeral: boolean): UserPool {
    const pool = new UserPool(this, 'People', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: passwordLengthMin,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: !isEphemeral,
      removalPolicy: isEphemeral ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: 'Threat protection is billed per person; a code is asked of everybody anyway.',
    });
    for (const groupName of ['analyst', 'responder', 'admin']) {
      new CfnUserPoolGroup(this, groupName, { userPoolId: pool.userPoolId, groupName });
    }
    return pool;
  }

  /** Scopes stay without the client: machines that were made by hand ask for them. */
  private addClients(userPool: UserPool, hasMachineClient: boolean): Pool {
    const read = new ResourceServerScope({
      scopeName: 'read',
      scopeDescription: 'What an analyst may do',
    });
    const respond = new ResourceServerScope({
      scopeName: 'respond',
      scopeDescription: 'What a responder may do: end sessions',
    });
    const admin = new ResourceServerScope({
      scopeName: 'admin',
      scopeDescription: 'What an admin may do',
    });
    const server = userPool.addResourceServer('Api', {
      identifier: resourceServer,
      scopes: [read, respond, admin],
    });
    const shared = {
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
    };
    const people = userPool.addClient('Console', {
      ...shared,
      generateSecret: false,
      authFlows: { userSrp: true },
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(12),
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [commandLineCallback],
      },
    });
    // It may read. Who needs a machine that changes things gives it the other scope by hand.
    const machine = hasMachineClient
      ? userPool.addClient('Machine', {
          ...shared,
          generateSecret: true,
          oAuth: {
            flows: { clientCredentials: true },
            scopes: [OAuthScope.resourceServer(server, read)],
          },
        })
      : undefined;
    // Names of login domains are unique in a region; the account's number makes ours so.
    const domainPrefix = `${Stack.of(this).stackName.toLowerCase()}-${Aws.ACCOUNT_ID}`;
    const domain = userPool.addDomain('Domain', { cognitoDomain: { domainPrefix } });
    const host = domain.baseUrl().replace('https://', '');
    const issuer = `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}/${userPool.userPoolId}`;
    return { userPool, people, machine, issuer, host, tokenUrl: `https://${host}/oauth2/token` };
  }
}
