// The console in AWS (left out by `-c console=false`): its files in a private bucket, and one
// origin for page, API and token endpoint, so that the page asks nobody else and its policy can say
// so. People sign in at the user pool with the authorization code flow and PKCE. Relays do not come
// this way: what they seal names the API's own host.

import { type CfnResource, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  type ResponseHeadersPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { CfnUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { EdgeApi } from './edge-api.ts';
import { commandLineCallback, type Pool } from './login.ts';
import type { NodeFunction } from './node-function.ts';
import { accountWideName, apiHeaders, pageHeaders } from './page-headers.ts';

type ConsoleProps = {
  /** Folder with `index.html` and `assets/`. */
  readonly files: string;
  readonly edge: EdgeApi;
  readonly pool: Pool;
  readonly logRetentionDays: number;
};

/** Every address is the one page; assets have a behaviour of their own. */
const pageForAddress = `function handler(event) {
  var request = event.request;
  if (request.uri !== '/sign-in.json') request.uri = '/index.html';
  return request;
}`;

/**
 * Serves the console where there is a user pool, and puts links to it into what other systems hear.
 * @returns where people open it
 */
export function serveConsole(
  scope: Construct,
  { pool, ...props }: Omit<ConsoleProps, 'pool'> & { readonly pool: Pool | undefined },
  linking: readonly NodeFunction[],
): string | undefined {
  if (!pool) return undefined;
  const { origin } = new Console(scope, 'Console', { ...props, pool });
  for (const one of linking) one.function.addEnvironment('PAGE_ORIGIN', origin);
  return origin;
}

class Console extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: ConsoleProps) {
    super(scope, id);
    const { edge, pool } = props;
    const bucket = this.makeBucket();
    this.distribution = this.distribute(bucket, edge, pool);
    this.deployFiles(bucket, props);
    const client = pool.people.node.defaultChild as CfnUserPoolClient;
    client.callbackUrLs = [commandLineCallback, `${this.origin}/signed-in`];
    client.logoutUrLs = [`${this.origin}/`];
  }

  /** The address of the console. */
  get origin(): string {
    return `https://${this.distribution.distributionDomainName}`;
  }

  private makeBucket(): IBucket {
    const bucket = new Bucket(this, 'Files', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      // What was copied in is the own of the stack; CloudFormation deletes no bucket
      // that holds something.
      autoDeleteObjects: true,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'The files of the page are public; nothing else is in it.',
    });
    // The library's own types differ in what may be undefined.
    return bucket as IBucket;
  }

  private distribute(bucket: IBucket, edge: EdgeApi, pool: Pool): Distribution {
    const rewrite = new EdgeFunction(this, 'PageForAddress', {
      comment: 'Wherefrom: one page for every address',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(pageForAddress),
    });
    const headers = pageHeaders(this);
    const behindPage = apiHeaders(this);
    const originAccessControl = new S3OriginAccessControl(this, 'Access', {
      originAccessControlName: accountWideName('files'),
    });
    const origin = S3BucketOrigin.withOriginAccessControl(bucket, { originAccessControl });
    const page: BehaviorOptions = {
      origin,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      responseHeadersPolicy: headers,
      compress: true,
    };
    const tokenHost = pool.host;
    const distribution = new Distribution(this, 'Page', {
      comment: 'Wherefrom: page, API and token endpoint on one origin',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultBehavior: {
        ...page,
        functionAssociations: [{ function: rewrite, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: {
        // Names carry a hash of their content.
        '/assets/*': { ...page, cachePolicy: CachePolicy.CACHING_OPTIMIZED },
        '/v1/*': passedOn(new HttpOrigin(edge.authority), behindPage),
        '/oauth2/token': passedOn(new HttpOrigin(tokenHost), behindPage),
      },
    });
    Validations.of(distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'Analysts travel: who may read is decided by tokens.' },
      {
        id: 'AwsSolutions-CFR2',
        reason:
          'The files are public and the API has throttles; docs/deploy.md says how to add WAF.',
      },
      { id: 'AwsSolutions-CFR3', reason: 'A log of paths would say who looked at whom.' },
      {
        id: 'AwsSolutions-CFR4',
        reason:
          'The certificate is of cloudfront.net; with a domain of your own the policy is yours.',
      },
    );
    return distribution;
  }

  private deployFiles(bucket: IBucket, { files, pool, logRetentionDays }: ConsoleProps): void {
    const signIn = {
      authorizeUrl: `https://${pool.host}/oauth2/authorize`,
      logoutUrl: `https://${pool.host}/logout`,
      clientId: pool.people.userPoolClientId,
      scope: 'openid',
    };
    const logGroup = new LogGroup(this, 'CopierLog', {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logEmptying(logGroup);
    const shared = { destinationBucket: bucket, prune: false, memoryLimit: 256, logGroup };
    const assets = new BucketDeployment(this, 'Assets', {
      ...shared,
      sources: [Source.asset(files, { exclude: ['index.html'] })],
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    });
    // The page names its assets: they are there before it.
    const page = new BucketDeployment(this, 'Index', {
      ...shared,
      sources: [
        Source.asset(files, { exclude: ['assets', 'assets/**'] }),
        Source.jsonData('sign-in.json', signIn),
      ],
      cacheControl: [CacheControl.fromString('no-cache')],
    });
    page.node.addDependency(assets);
    this.acknowledgeCopier(bucket);
  }

  /** CDK's own function that empties the bucket would log into a group that no stack deletes. */
  private logEmptying(logGroup: LogGroup): void {
    const emptier = Stack.of(this).node.findChild(emptierName).node.findChild('Handler');
    (emptier as CfnResource).addPropertyOverride('LoggingConfig.LogGroup', logGroup.logGroupName);
  }

  /** CDK's own function that copies files into a bucket, at deployments only. */
  private acknowledgeCopier(bucket: IBucket): void {
    const stack = Stack.of(this);
    const copier = stack.node.children.find(({ node }) => node.id.includes(copierName));
    if (!copier) throw new Error('CDK calls its copying function otherwise now');
    const bucketId = stack.getLogicalId(bucket.node.defaultChild as CfnBucket);
    const assets = 'cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';
    const actions = ['GetBucket*', 'GetObject*', 'List*', 'Abort*', 'DeleteObject*'];
    const ids = [
      `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${basicExecution}]`,
      ...actions.map((action) => `IAM5[Action::s3:${action}]`),
      `IAM5[Resource::arn:<AWS::Partition>:s3:::${assets}/*]`,
      `IAM5[Resource::<${bucketId}.Arn>/*]`,
      'L1',
    ].map((id) => `AwsSolutions-${id}`);
    const reason = 'CDK writes this function; it runs at deployments and touches the page only.';
    const serverless = ['LambdaDLQ', 'LambdaLatestVersion', 'LambdaTracing'];
    const rules = [...ids, ...serverless.map((id) => `Serverless-${id}`)];
    for (const id of rules) Validations.of(copier).acknowledge({ id, reason });
  }
}

const emptierName = 'Custom::S3AutoDeleteObjectsCustomResourceProvider';
const copierName = 'CDKBucketDeployment';
const basicExecution = 'service-role/AWSLambdaBasicExecutionRole';

/** Asked of the origin each time, with everything the browser sent but its Host. */
function passedOn(origin: HttpOrigin, headers: ResponseHeadersPolicy): BehaviorOptions {
  return {
    origin,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    responseHeadersPolicy: headers,
  };
}
