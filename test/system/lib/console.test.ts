// The page in AWS: one origin for page, API and token endpoint, nothing of the API kept in a cache,
// the same policy as in the local run, files that nobody reaches but through it.

import { redirectUriAt, signInPort } from '../../../cli/login/callback-listener.ts';
import { contentSecurityPolicy } from '../../../local/console-files.ts';
import { ofType, synthesize } from '../../lib/synthesized.ts';

const stack = synthesize();
const only = (type: string) => ofType(stack, type).map(([, one]) => one.Properties);
const [distribution] = only('AWS::CloudFront::Distribution');
const config = distribution.DistributionConfig;
/** CloudFront's own policies, by id. */
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const allButHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

it('comes with the stack, unless it is left out', () => {
  const without = synthesize({ console: 'false' });

  expect(stack.outputs).toHaveProperty('ConsoleAddress');
  expect(ofType(without, 'AWS::CloudFront::Distribution')).toEqual([]);
  expect(without.outputs).not.toHaveProperty('ConsoleAddress');
});

it('goes with the user pool of the stack only', () => {
  const context = { console: 'true', issuer: 'https://id.example.com', audience: 'x' };

  expect(() => synthesize(context)).toThrow(/console goes with the user pool/);
});

it('passes API and token endpoint on, uncached, with every method and all but the Host', () => {
  const behaviors = new Map<string, Record<string, unknown>>(
    config.CacheBehaviors.map((one: { PathPattern: string }) => [one.PathPattern, one]),
  );

  expect([...behaviors.keys()].sort()).toEqual(['/assets/*', '/oauth2/token', '/v1/*']);
  for (const path of ['/v1/*', '/oauth2/token']) {
    expect(behaviors.get(path)).toMatchObject({
      CachePolicyId: cachingDisabled,
      OriginRequestPolicyId: allButHost,
      ViewerProtocolPolicy: 'https-only',
      AllowedMethods: expect.arrayContaining(['GET', 'PATCH', 'PUT', 'POST', 'DELETE']),
    });
  }
  expect(config.DefaultCacheBehavior).toMatchObject({
    CachePolicyId: cachingDisabled,
    ViewerProtocolPolicy: 'redirect-to-https',
  });
});

it('speaks to the API and to the sign-in pages by their own names', () => {
  const origins = JSON.stringify(config.Origins);

  expect(origins).toContain('.execute-api.');
  expect(origins).toContain('.auth.');
  expect(origins).toContain('OriginAccessControlId');
});

it('serves the one page for every address of it, and files as they are', () => {
  const [rewrite] = only('AWS::CloudFront::Function');
  const handler = new Function(`${rewrite.FunctionCode}; return handler;`)() as (event: {
    request: { uri: string };
  }) => { uri: string };
  const served = (uri: string) => handler({ request: { uri } }).uri;

  expect(['/', '/users/alice%40contoso.com', '/detections/x', '/signed-in'].map(served)).toEqual(
    Array(4).fill('/index.html'),
  );
  expect(served('/sign-in.json')).toBe('/sign-in.json');
});

it('sends the headers of the local run, and has browsers stay on HTTPS', () => {
  const policies = only('AWS::CloudFront::ResponseHeadersPolicy');
  const page = policies.find(
    ({ ResponseHeadersPolicyConfig: one }) => one.CustomHeadersConfig,
  ).ResponseHeadersPolicyConfig;

  expect(page.SecurityHeadersConfig).toMatchObject({
    ContentSecurityPolicy: { ContentSecurityPolicy: contentSecurityPolicy },
    ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
    StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000 },
  });
  expect(page.CustomHeadersConfig.Items.map(({ Header }: { Header: string }) => Header)).toEqual([
    'Cross-Origin-Opener-Policy',
    'Cross-Origin-Resource-Policy',
    'Permissions-Policy',
  ]);
});

it('lets people in by a code that only page and command line can change for a token', () => {
  const client = only('AWS::Cognito::UserPoolClient').find(({ GenerateSecret }) => !GenerateSecret);

  expect(client.AllowedOAuthFlows).toEqual(['code']);
  expect(client.CallbackURLs).toHaveLength(2);
  expect(JSON.stringify(client.CallbackURLs)).toMatch(/DomainName.*\/signed-in/);
  expect(client.CallbackURLs).toContain(redirectUriAt(signInPort));
});

it('keeps the files from everybody but the distribution', () => {
  const policies = only('AWS::S3::BucketPolicy').map((one) => JSON.stringify(one));
  const reads = policies.filter((text) => text.includes('cloudfront.amazonaws.com'));

  expect(reads).toHaveLength(1);
  expect(reads[0]).toContain('AWS:SourceArn');
});

it('puts links to the page into what other systems are told', () => {
  const told = ofType(stack, 'AWS::Lambda::Function').filter(
    ([, one]) => one.Properties.Environment?.Variables?.PAGE_ORIGIN,
  );

  expect(told.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).length).toBe(2);
});

it('names what the whole account shares by region and stack', () => {
  const shared = Object.entries(stack.resources)
    .filter(([, { Type }]) => Type.startsWith('AWS::CloudFront::'))
    .flatMap(([id, { Properties }]) =>
      [Properties, ...Object.values(Properties)]
        .map((one) => (one as { Name?: unknown } | undefined)?.Name)
        .filter((name) => name !== undefined)
        .map((name) => [id, JSON.stringify(name)] as const),
    );

  expect(shared.length).toBeGreaterThanOrEqual(4);
  for (const [id, name] of shared) {
    expect([id, name]).toEqual([id, expect.stringContaining('AWS::Region')]);
    expect([id, name]).toEqual([id, expect.stringMatching(/AWS::StackName|Wherefrom/)]);
  }
});

it('leaves no bucket behind: it is emptied before it is deleted', () => {
  const own = ofType(stack, 'AWS::S3::Bucket').filter(([, one]) => one.DeletionPolicy === 'Delete');
  const emptied = only('Custom::S3AutoDeleteObjects').map(({ BucketName }) => BucketName.Ref);

  expect(own.length).toBeGreaterThan(0);
  expect(emptied.sort()).toEqual(own.map(([id]) => id).sort());
});

it('has every function log where the stack itself deletes the log', () => {
  const groups = ofType(stack, 'AWS::Logs::LogGroup').map(([id]) => id);
  const logs = ofType(stack, 'AWS::Lambda::Function').map(
    ([, { Properties }]) => Properties.LoggingConfig?.LogGroup?.Ref,
  );

  expect(logs.filter((group) => !groups.includes(group))).toEqual([]);
});
