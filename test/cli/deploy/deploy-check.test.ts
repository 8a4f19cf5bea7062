// What is asked before a deployment changes anything, through the real SDK against endpoints that
// speak the real protocols: stacks of every age, accounts of every size, and what cannot be read.

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { checkBeforeDeploy } from '../../../cli/deploy/before-deploy.ts';
import {
  checkDeployed,
  concurrencyAdvice,
  type DeployClients,
  type Planned,
} from '../../../cli/deploy/deploy-check.ts';
import {
  type LoopbackService,
  type ServiceAnswer,
  startLoopbackService,
} from '../../support/loopback-service.ts';

const account = '123456789012';
const region = 'eu-central-1';
const machine = [
  'LoginPeopleMachine5F3C0B21',
  'AWS::Cognito::UserPoolClient',
  'client-of-machines',
];
const people = ['LoginPeopleConsole7003B347', 'AWS::Cognito::UserPoolClient', 'client-of-people'];
const page = ['ConsolePage7A72AA0B', 'AWS::CloudFront::Distribution', 'E123'];
const table = ['ControlTable', 'AWS::DynamoDB::GlobalTable', 'Wherefrom-Control'];

let service: LoopbackService;
let clients: DeployClients;
/** Resources of the deployed stack, page by page; undefined: there is no such stack. */
let pages: readonly (readonly string[][])[] | undefined;
let status: string;
let caller: string;
let denied: string | undefined;
let concurrency: number | undefined;

const xml = (body: string): ServiceAnswer => ({ headers: { 'content-type': 'text/xml' }, body });
const failure = (code: string, message: string, httpStatus: number): ServiceAnswer => ({
  ...xml(
    '<ErrorResponse><Error>' +
      `<Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  ),
  status: httpStatus,
});

function answer({ path, body }: { path: string; body: string }): ServiceAnswer {
  const asked = new URLSearchParams(body);
  const action = asked.get('Action') ?? path;
  if (denied !== undefined && action.includes(denied)) {
    return failure('AccessDenied', `User is not authorized to perform: ${denied}`, 403);
  }
  if (action === 'GetCallerIdentity') {
    return xml(
      '<GetCallerIdentityResponse><GetCallerIdentityResult>' +
        `<Account>${caller}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
  }
  if (action.includes('/account-settings')) {
    const AccountLimit = concurrency === undefined ? {} : { ConcurrentExecutions: concurrency };
    return { body: JSON.stringify({ AccountLimit }) };
  }
  if (pages === undefined) {
    return failure('ValidationError', 'Stack with id Wherefrom does not exist', 400);
  }
  const at = Number(asked.get('NextToken') ?? 0);
  const members = (pages[at] ?? []).map(
    ([logical, type, physical]) =>
      `<member><LogicalResourceId>${logical}</LogicalResourceId>` +
      `<ResourceType>${type}</ResourceType><PhysicalResourceId>${physical}</PhysicalResourceId>` +
      `<ResourceStatus>${status}</ResourceStatus></member>`,
  );
  const next = at + 1 < pages.length ? `<NextToken>${at + 1}</NextToken>` : '';
  return xml(
    `<ListStackResourcesResponse><ListStackResourcesResult>${next}<StackResourceSummaries>` +
      `${members.join('')}</StackResourceSummaries></ListStackResourcesResult>` +
      '</ListStackResourcesResponse>',
  );
}

beforeAll(async () => {
  service = await startLoopbackService(answer);
  const config = service.clientConfig;
  clients = {
    stacks: new CloudFormationClient(config),
    identity: new STSClient(config),
    functions: new LambdaClient(config),
  };
});
afterAll(() => service.close());
beforeEach(() => {
  pages = [[table, people, machine]];
  status = 'CREATE_COMPLETE';
  caller = account;
  denied = undefined;
  concurrency = 1_000;
});

/** A deployment with the defaults of today; options were said by these names. */
const check = (said: readonly string[] = [], more: Partial<Planned> = {}) =>
  checkDeployed(clients, {
    stackName: 'Wherefrom',
    account,
    region,
    hasConsole: true,
    hasMachineClient: false,
    said: new Set(said),
    ...more,
  });

describe('a stack from before console and machine client had the defaults of today', () => {
  it('is not touched until both are decided', async () => {
    const refused = check();

    await expect(refused).rejects.toMatchObject({ name: 'DeployRefusal' });
    await expect(refused).rejects.toThrow(
      /Nothing was changed[\s\S]*console=true[\s\S]*=false[\s\S]*machineClient=true[\s\S]*=false/,
    );
    await expect(refused).rejects.toThrow('client-of-machines');
    await expect(refused).rejects.not.toThrow('client-of-people');
  });

  it('is asked only for what was not said', async () => {
    await expect(check(['console'])).rejects.not.toThrow('console=true');
    await expect(check(['machineClient'])).rejects.not.toThrow('machineClient=true');
    await expect(check(['console', 'machineClient'])).resolves.toBeUndefined();
  });

  it('is recognised whatever page of its resources tells', async () => {
    pages = [[table], [people], [machine]];

    await expect(check(['console'])).rejects.toThrow('client-of-machines');
  });

  it('that has an issuer of its own gets neither', async () => {
    pages = [[table]];

    await expect(check([], { hasConsole: false })).resolves.toBeUndefined();
  });
});

describe('a deployment goes on', () => {
  it.each<[string, readonly string[][][] | undefined, string]>([
    ['where there is no stack', undefined, ''],
    ['where a first deployment was rolled back', [[table, machine]], 'DELETE_COMPLETE'],
    ['where it has not begun', [[]], ''],
    ['where console is and machine client is not', [[table, people, page]], 'UPDATE_COMPLETE'],
  ])('%s', async (_, resources, state) => {
    pages = resources;
    status = state;

    await expect(check()).resolves.toBeUndefined();
  });

  it('without asking anything when everything was said', async () => {
    const before = service.requests.length;
    await check(['console', 'machineClient']);

    expect(service.requests).toHaveLength(before);
  });
});

describe('what cannot be read', () => {
  it('stops a deployment that says nothing, with what to say instead', async () => {
    denied = 'ListStackResources';

    await expect(check()).rejects.toMatchObject({ name: 'DeployRefusal' });
    await expect(check()).rejects.toThrow(/cannot read .*AccessDenied.* -c console=true or false/);
  });

  it('is not read in another account than that of cdk', async () => {
    caller = '999999999999';

    await expect(check()).rejects.toThrow(/999999999999: set AWS_PROFILE instead of --profile/);
  });
});

describe('the account', () => {
  it('is told when it may run too few functions at once, as new ones do', async () => {
    concurrency = 10;
    expect(await concurrencyAdvice(clients, region)).toContain(
      'may run 10 functions at once in eu-central-1',
    );
    concurrency = 1_000;
    expect(await concurrencyAdvice(clients, region)).toBeUndefined();
    concurrency = undefined;
    expect(await concurrencyAdvice(clients, region)).toBeUndefined();
  });

  it('may hide it, which stops nothing', async () => {
    denied = 'account-settings';

    expect(await concurrencyAdvice(clients, region)).toContain('cannot read how many functions');
  });
});

describe('the checks', () => {
  const planned = {
    stackName: 'Wherefrom',
    hasConsole: true,
    hasMachineClient: false,
    said: new Set<string>(),
  };
  const credentials = { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region };
  const run = (environment: Record<string, string>) =>
    checkBeforeDeploy(environment, planned, () => undefined);

  it.each([['synth'], ['diff'], ['destroy'], ['ls']])('ask nothing for cdk %s', async (verb) => {
    const args = JSON.stringify([verb, '--quiet']);

    await expect(run({ ...credentials, WHEREFROM_CDK_ARGUMENTS: args })).resolves.toBeUndefined();
  });

  it('ask nothing where the CLI has no credentials, and so cannot deploy', async () => {
    await expect(run({ WHEREFROM_CDK_ARGUMENTS: '["deploy"]' })).resolves.toBeUndefined();
  });
});
