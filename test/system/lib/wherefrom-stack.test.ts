// Promises of the template: what is encrypted, what survives, what is tried again, what throttles,
// and who may touch what. Rights are compared with what the functions really do in rights.test.ts.

import { redirectUriAt, signInPort } from '../../../cli/login/callback-listener.ts';
import { relayRoutes } from '../../../lib/query-routes.ts';
import {
  actionsOf,
  ofType,
  type Resource,
  type Synthesized,
  statementsOf,
  synthesize,
  theOne,
} from '../../lib/synthesized.ts';

const functions = ['Admit', 'Process', 'Locate', 'Query', 'Control', 'Label', 'Sweep'] as const;
const tables = ['ProfilesTable', 'ControlTable', 'PlacesTable'];

let stack: Synthesized;
let trial: Synthesized;
// The console, which comes with files of CDK's own, has a test of its own.
beforeAll(() => {
  stack = synthesize({ console: 'false', machineClient: 'true' });
  trial = synthesize({ ephemeral: 'true', console: 'false' });
});

const resource = (id: string, from = stack): Resource => from.resources[id] as Resource;

describe('tables', () => {
  it('keep their logical ids for ever: another id would be an empty table', () => {
    const ids = ofType(stack, 'AWS::DynamoDB::GlobalTable').map(([id]) => id);

    expect(ids.sort()).toEqual([...tables].sort());
  });

  it.each(tables)('%s is encrypted, expires rows, can be restored and survives', (id) => {
    const { Properties, DeletionPolicy } = resource(id);

    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Replicas: [
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } },
        },
      ],
    });
    expect(Properties.GlobalSecondaryIndexes).toBeUndefined();
    expect(DeletionPolicy).toBe('Retain');
  });

  it('share one key that rotates and is never deleted before the data', () => {
    const key = theOne(stack, 'AWS::KMS::Key', 'DataKey');

    expect(key.Properties.EnableKeyRotation).toBe(true);
    expect(key.DeletionPolicy).toBe('Retain');
  });

  it('go with the stack in a trial', () => {
    for (const id of tables) {
      expect(resource(id, trial).DeletionPolicy).toBe('Delete');
      expect(resource(id, trial).Properties.Replicas[0].DeletionProtectionEnabled).toBe(false);
    }
    expect(ofType(trial, 'AWS::SQS::Queue').map(([, queue]) => queue.DeletionPolicy)).toEqual([
      'Delete',
      'Delete',
    ]);
  });
});

describe('the queue', () => {
  it('is a standard queue that keeps messages 14 days and passes failures on', () => {
    const queue = theOne(stack, 'AWS::SQS::Queue', 'BatchQueue7');
    const deadLetters = theOne(stack, 'AWS::SQS::Queue', 'DeadLetters');

    expect(queue.Properties.FifoQueue).toBeUndefined();
    expect(queue.Properties.MessageRetentionPeriod).toBe(14 * 86_400);
    expect(deadLetters.Properties.MessageRetentionPeriod).toBe(14 * 86_400);
    expect(queue.Properties.RedrivePolicy.deadLetterTargetArn).toEqual({
      'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'],
    });
  });

  it('tries again for more than a day, at the pace at which process postpones', () => {
    const { maxReceiveCount } = theOne(stack, 'AWS::SQS::Queue', 'BatchQueue7').Properties
      .RedrivePolicy;

    let minutes = 0;
    for (let receive = 1; receive < maxReceiveCount; receive += 1) {
      minutes += Math.min(60, 2 ** (receive - 1));
    }

    expect(minutes).toBeGreaterThan(24 * 60);
  });

  it('is encrypted with our key and refuses plain HTTP', () => {
    for (const [, { Properties }] of ofType(stack, 'AWS::SQS::Queue')) {
      expect(Properties.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [expect.any(String), 'Arn'] });
    }
    for (const [, { Properties }] of ofType(stack, 'AWS::SQS::QueuePolicy')) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
    expect(ofType(stack, 'AWS::SQS::QueuePolicy')).toHaveLength(2);
  });

  it('feeds process in batches of 10 within a second, with partial failures, 20 at once', () => {
    const mapping = theOne(stack, 'AWS::Lambda::EventSourceMapping', 'Process');

    expect(mapping.Properties).toMatchObject({
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 20 },
    });
  });

  it('hides a message at least six times as long as process may take', () => {
    const { VisibilityTimeout } = theOne(stack, 'AWS::SQS::Queue', 'BatchQueue7').Properties;
    const { Timeout } = theOne(stack, 'AWS::Lambda::Function', 'Process').Properties;

    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
  });
});

describe('functions', () => {
  it.each(functions)('%s runs on Node 24 and arm64 with a role and a log of its own', (name) => {
    const { Properties } = theOne(stack, 'AWS::Lambda::Function', name);

    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Role: {
        'Fn::GetAtt': [
          expect.stringMatching(new RegExp(`^(Functions|PlaceLabels)?${name}Role`)),
          'Arn',
        ],
      },
      LoggingConfig: {
        LogFormat: 'JSON',
        LogGroup: { Ref: expect.stringMatching(new RegExp(`^(Functions|PlaceLabels)?${name}Log`)) },
        SystemLogLevel: 'WARN',
      },
    });
  });

  it('have no managed policies: every right is written here', () => {
    for (const [, { Properties }] of ofType(stack, 'AWS::IAM::Role')) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties.Policies).toBeUndefined();
    }
    const ofSchedule = 1;
    expect(ofType(stack, 'AWS::IAM::Role')).toHaveLength(functions.length + ofSchedule);
  });

  it('have no wildcard in an action and none in a resource', () => {
    const statements = functions.flatMap((name) => statementsOf(stack, name));

    expect(statements.length).toBeGreaterThan(functions.length);
    for (const statement of statements) {
      expect(actionsOf(statement).join()).not.toContain('*');
      expect(JSON.stringify(statement.Resource)).not.toContain('*');
      expect(statement.Effect).toBe('Allow');
    }
  });

  it('keep logs for a month, or as long as the context says', () => {
    const kept = (from: Synthesized) =>
      new Set(ofType(from, 'AWS::Logs::LogGroup').map(([, one]) => one.Properties.RetentionInDays));

    expect([...kept(stack)]).toEqual([30]);
    expect([...kept(synthesize())]).toEqual([30]);
    expect([...kept(synthesize({ logRetentionDays: '90' }))]).toEqual([90]);
  });
});

describe('retention', () => {
  it('is told to every function that writes rows about people, as the context says', () => {
    const told = (from: Synthesized, name: string) =>
      theOne(from, 'AWS::Lambda::Function', name).Properties.Environment.Variables;
    const brief = synthesize({ sessionDays: '60', detectionDays: '90' });

    for (const name of ['FunctionsProcess', 'Sweep', 'Control']) {
      expect(told(stack, name)).toMatchObject({ SESSION_DAYS: '180', DETECTION_DAYS: '400' });
      expect(told(brief, name)).toMatchObject({ SESSION_DAYS: '60', DETECTION_DAYS: '90' });
    }
  });
});

describe('secrets', () => {
  it('are encrypted under our key, and outlive the stack unless it is a trial', () => {
    const secrets = ofType(stack, 'AWS::SecretsManager::Secret');

    expect(secrets).toHaveLength(2);
    for (const [, { Properties, DeletionPolicy }] of secrets) {
      expect(Properties.KmsKeyId).toEqual({ 'Fn::GetAtt': [expect.any(String), 'Arn'] });
      expect(DeletionPolicy).toBe('Retain');
    }
    for (const [, { DeletionPolicy }] of ofType(trial, 'AWS::SecretsManager::Secret')) {
      expect(DeletionPolicy).toBe('Delete');
    }
  });
});

describe('locate', () => {
  it('may write its log and nothing else: no table, no queue, no key, no function', () => {
    expect(statementsOf(stack, 'Locate')).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringContaining('FunctionsLocateLog'), 'Arn'] },
      },
    ]);
  });

  it('is named by no policy of a table, queue or key', () => {
    const named = ['AWS::SQS::QueuePolicy', 'AWS::KMS::Key', 'AWS::DynamoDB::GlobalTable']
      .flatMap((type) => ofType(stack, type))
      .map(([, one]) => JSON.stringify(one.Properties));

    expect(named.filter((text) => text.includes('Locate'))).toEqual([]);
  });

  it('knows neither tables nor queue by name', () => {
    const { Environment } = theOne(stack, 'AWS::Lambda::Function', 'Locate').Properties;

    expect(Environment.Variables).toEqual({ GEO_DATA_DIR: '/opt/geo' });
  });

  it('alone mounts the location data, and only process may invoke it', () => {
    const mounting = ofType(stack, 'AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties.Layers !== undefined)
      .map(([id]) => id);
    const invoking = functions.filter((name) =>
      statementsOf(stack, name).some((one) => actionsOf(one).includes('lambda:InvokeFunction')),
    );

    expect(mounting).toEqual([expect.stringContaining('Locate')]);
    expect(invoking).toEqual(['Process']);
    const permissions = ofType(stack, 'AWS::Lambda::Permission').map(([, one]) => one.Properties);
    expect(JSON.stringify(permissions)).not.toContain('Locate');
  });
});

describe('label', () => {
  const rights = [
    ['places-v2', 'geo-places:ReverseGeocode'],
    ['place-index', 'geo:SearchPlaceIndexForPosition'],
  ] as const;

  it.each(rights)(
    'by %s may write its log, ask for names and keep them: no person',
    (by, right) => {
      const statements = statementsOf(synthesize({ placeLabels: by }), 'Label');
      const tablesNamed = JSON.stringify(statements);

      expect(statements.flatMap(actionsOf).filter((action) => !action.startsWith('kms:'))).toEqual([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'dynamodb:PutItem',
        right,
      ]);
      for (const other of ['ProfilesTable', 'ControlTable', 'BatchQueue']) {
        expect(tablesNamed).not.toContain(other);
      }
      for (const { Resource } of statements) expect(JSON.stringify(Resource)).not.toContain('*');
    },
  );

  it('needs nothing of Amazon Location that an account or region may lack, unless asked to', () => {
    const { Variables } = theOne(stack, 'AWS::Lambda::Function', 'PlaceLabels').Properties
      .Environment;

    expect(Object.values(stack.resources).map(({ Type }) => Type)).not.toContainEqual(
      expect.stringContaining('Location'),
    );
    expect(Variables.PLACE_INDEX).toBeUndefined();
  });

  it.each(['place-index', 'true'])('asks, by %s, an index that may be asked so', (by) => {
    const { Properties } = theOne(
      synthesize({ placeLabels: by }),
      'AWS::Location::PlaceIndex',
      'PlaceLabels',
    );

    // The provider allows employees, the use that answers are kept.
    expect(Properties).toMatchObject({
      DataSource: 'Here',
      DataSourceConfiguration: { IntendedUse: 'Storage' },
    });
  });

  it.each(['off', 'false'])('can be left out by %s', (by) => {
    const without = synthesize({ placeLabels: by });
    const { Environment } = theOne(without, 'AWS::Lambda::Function', 'Process').Properties;

    expect(ofType(without, 'AWS::Location::PlaceIndex')).toEqual([]);
    expect(Environment.Variables.LABEL_FUNCTION).toBeUndefined();
  });
});

describe('newer location data', () => {
  it('is read from a private bucket by locate alone, where the deployment asks for one', () => {
    const updated = synthesize({ geoUpdates: 'true', console: 'false' });
    const { Properties } = theOne(updated, 'AWS::S3::Bucket', 'GeoData');
    const readers = functions.filter((name) =>
      statementsOf(updated, name).some((one) => actionsOf(one).includes('s3:GetObject')),
    );

    expect(ofType(stack, 'AWS::S3::Bucket')).toEqual([]);
    expect(Properties.PublicAccessBlockConfiguration).toMatchObject({ BlockPublicPolicy: true });
    expect(readers).toEqual(['Locate']);
  });
});

describe('the HTTP API', () => {
  const routes = () => ofType(stack, 'AWS::ApiGatewayV2::Route').map(([, one]) => one.Properties);

  it('lets relays in without an authorizer and everybody else only with a token', () => {
    const open = routes().filter((route) => route.AuthorizationType === 'NONE');
    const guarded = routes().filter((route) => route.AuthorizationType === 'JWT');

    const ofRelays = /^(POST \/v1\/batches|\w+ \/v1\/relay\/\w+)$/;
    expect(open.map((route) => route.RouteKey)).toContain('POST /v1/batches');
    expect(open.filter((route) => !ofRelays.test(route.RouteKey))).toEqual([]);
    expect(guarded.filter((route) => ofRelays.test(route.RouteKey))).toEqual([]);
    expect(guarded.length + open.length).toBe(routes().length);
    expect(guarded.every((route) => route.AuthorizerId !== undefined)).toBe(true);
  });

  it('throttles every route, and relays apart from people', () => {
    const { Properties } = theOne(stack, 'AWS::ApiGatewayV2::Stage', 'Edge');

    expect(Properties.DefaultRouteSettings).toEqual({
      ThrottlingBurstLimit: 100,
      ThrottlingRateLimit: 50,
    });
    expect(Properties.RouteSettings['POST /v1/batches']).toEqual({
      ThrottlingBurstLimit: 1_000,
      ThrottlingRateLimit: 500,
    });
    for (const route of relayRoutes) {
      expect(Properties.RouteSettings[route]).toEqual({
        ThrottlingBurstLimit: 200,
        ThrottlingRateLimit: 100,
      });
    }
  });

  it('logs requests without saying who or from where', () => {
    const { Format } = theOne(stack, 'AWS::ApiGatewayV2::Stage', 'Edge').Properties
      .AccessLogSettings;
    const fields = Object.values(JSON.parse(Format));

    expect(fields).toContain('$context.routeKey');
    expect(
      fields.filter((field) => /identity|path|authorizer|domain/i.test(String(field))),
    ).toEqual([]);
  });

  it('accepts seals for its own host, and for those the context names', () => {
    const authorities = (from: Synthesized) =>
      JSON.stringify(
        theOne(from, 'AWS::Lambda::Function', 'Admit').Properties.Environment.Variables
          .ALLOWED_AUTHORITIES,
      );

    expect(authorities(stack)).toContain('.execute-api.');
    expect(authorities(synthesize({ authorities: 'vpn.example.com' }))).toContain(
      ',vpn.example.com',
    );
  });
});

describe('login', () => {
  it('takes tokens of its own user pool, for its own clients only', () => {
    const { Properties } = theOne(stack, 'AWS::ApiGatewayV2::Authorizer', 'Tokens');
    const clients = ofType(stack, 'AWS::Cognito::UserPoolClient').map(([id]) => ({ Ref: id }));

    expect(Properties).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: expect.arrayContaining(clients) },
    });
    expect(Properties.JwtConfiguration.Audience).toHaveLength(clients.length);
    expect(JSON.stringify(Properties.JwtConfiguration.Issuer)).toContain('cognito-idp');
  });

  it('lets nobody sign up, asks everybody for a code, and survives the stack', () => {
    const { Properties, DeletionPolicy } = theOne(stack, 'AWS::Cognito::UserPool', 'People');

    expect(Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
    });
    expect(Properties.Policies.PasswordPolicy.MinimumLength).toBeGreaterThanOrEqual(14);
    expect(DeletionPolicy).toBe('Retain');
    expect(theOne(trial, 'AWS::Cognito::UserPool', 'People').DeletionPolicy).toBe('Delete');
  });

  it('has the three groups that the functions know', () => {
    const groups = ofType(stack, 'AWS::Cognito::UserPoolGroup').map(
      ([, { Properties }]) => Properties.GroupName,
    );

    expect(groups.sort()).toEqual(['admin', 'analyst', 'responder']);
  });

  it('gives people codes with PKCE and no secret, and machines reading by their own secret', () => {
    const people = theOne(stack, 'AWS::Cognito::UserPoolClient', 'Console').Properties;
    const machine = theOne(stack, 'AWS::Cognito::UserPoolClient', 'Machine').Properties;

    expect(people).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      CallbackURLs: [redirectUriAt(signInPort)],
    });
    expect(JSON.stringify(people.AllowedOAuthScopes)).toBe('["openid"]');
    expect(machine).toMatchObject({
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
    });
    expect(JSON.stringify(machine.AllowedOAuthScopes)).toMatch(/\/read"/);
    expect(JSON.stringify(machine.AllowedOAuthScopes)).not.toContain('admin');
  });

  it('makes no pool where the organisation has an issuer of its own', () => {
    const issuer = 'https://login.example.com/tenant/v2.0';
    const own = synthesize({ issuer, audience: 'app-1,app-2', groupsClaim: 'roles' });

    expect(theOne(own, 'AWS::ApiGatewayV2::Authorizer', 'Tokens').Properties).toMatchObject({
      JwtConfiguration: { Issuer: issuer, Audience: ['app-1', 'app-2'] },
    });
    expect(ofType(own, 'AWS::Cognito::UserPool')).toEqual([]);
    const { Variables } = theOne(own, 'AWS::Lambda::Function', 'FunctionsQuery').Properties
      .Environment;
    expect(Variables).toMatchObject({ GROUPS_CLAIM: 'roles' });
    expect(Variables.SCOPE_PREFIX).toBeUndefined();
    expect(Object.keys(own.outputs)).not.toContain('Step2AddYourself');
    expect(ofType(own, 'AWS::CloudFront::Distribution')).toEqual([]);
    expect(JSON.stringify(own.outputs['Step3SignIn'])).toContain(
      `--issuer ${issuer} --client-id app-1 --scope \\"openid offline_access\\"`,
    );
  });

  it('makes the client for machines, which Cognito bills, only where it is asked for', () => {
    const usual = synthesize();
    const clients = ofType(usual, 'AWS::Cognito::UserPoolClient').map(([id]) => id);

    expect(clients).toEqual([expect.stringMatching(/^LoginPeopleConsole/)]);
    expect(usual.outputs).not.toHaveProperty('MachineClient');
    expect(usual.outputs).not.toHaveProperty('TokenUrl');
    // Clients that were made by hand ask for its scopes.
    expect(ofType(usual, 'AWS::Cognito::UserPoolResourceServer')).toHaveLength(1);
    expect(stack.outputs).toHaveProperty('MachineClient');
  });

  it.each(['console', 'machineClient'])('makes no %s beside an own issuer', (name) => {
    const context = { [name]: 'true', issuer: 'https://id.example.com', audience: 'x' };

    expect(() => synthesize(context)).toThrow(`${name} goes with the user pool`);
  });
});

describe('outputs', () => {
  const outputOf = ({ outputs }: Synthesized, name: string) => JSON.stringify(outputs[name]?.Value);

  it('are the commands to type next', () => {
    const text = JSON.stringify(stack.outputs);

    expect(text).toContain('npm run admin -- token --table ');
    expect(text).toContain('npm run admin -- user add --pool ');
    expect(text).toContain('npm run query -- --url https://');
    expect(text).toContain('npm run login -- --url https://');
    const steps = Object.keys(stack.outputs).filter((name) => name.startsWith('Step'));
    expect(steps.map((name) => name.slice(0, 5))).toEqual(
      steps.map((_, index) => `Step${index + 1}`),
    );
  });

  it('name region, pool, client and where the console is', () => {
    const usual = synthesize();

    expect(outputOf(usual, 'Region')).toBe('{"Ref":"AWS::Region"}');
    expect(outputOf(usual, 'UserPool')).toContain('LoginPeople');
    expect(outputOf(usual, 'SignInClient')).toContain('LoginPeopleConsole');
    expect(outputOf(usual, 'ConsoleAddress')).toContain('DomainName');
    expect(stack.outputs).not.toHaveProperty('ConsoleAddress');
  });

  it('hand the sign-in all that it has to know', () => {
    const command = outputOf(stack, 'Step3SignIn');

    for (const part of ['--url https://', '--issuer https://cognito-idp.', '--client-id ']) {
      expect(command).toContain(part);
    }
  });
});
