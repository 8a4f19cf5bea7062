// List prices of the AWS services that the stack uses: us-east-1, on demand, without free tiers,
// discounts or tax. Data only; other regions cost up to a quarter more.

/** The month in which the prices were looked up. */
export const pricesAsOf = '2026-11';

/** US dollars. */
export const listPrices = {
  /** aws.amazon.com/api-gateway/pricing: HTTP API, per request of at most 512 KB. */
  httpApiRequest: 1.0 / 1e6,
  httpApiRequestAbove300Million: 0.9 / 1e6,
  /** aws.amazon.com/lambda/pricing: arm64. */
  lambdaRequest: 0.2 / 1e6,
  lambdaGigabyteSecond: 0.000_013_333_4,
  /** aws.amazon.com/sqs/pricing: standard queue, per request of at most 64 KB. */
  sqsRequest: 0.4 / 1e6,
  /** aws.amazon.com/dynamodb/pricing/on-demand. */
  dynamoWriteUnit: 0.625 / 1e6,
  dynamoReadUnit: 0.125 / 1e6,
  dynamoGigabyteMonth: 0.25,
  dynamoRecoveryGigabyteMonth: 0.2,
  /** aws.amazon.com/kms/pricing. */
  kmsKeyMonth: 1.0,
  kmsRequest: 0.03 / 1e4,
  /** aws.amazon.com/secrets-manager/pricing. */
  secretMonth: 0.4,
  /** aws.amazon.com/cloudwatch/pricing. */
  logGigabyte: 0.5,
  alarmMonth: 0.1,
  metricMonth: 0.3,
  dashboardMonth: 3.0,
  /** The same page: stored, compressed. */
  logGigabyteMonth: 0.03,
  /** aws.amazon.com/cognito/pricing: Essentials, per user who signs in that month. */
  cognitoUserMonth: 0.015,
  /** The same page, machine to machine: per client, and per token. */
  cognitoClientMonth: 6.0,
  cognitoToken: 2.25 / 1e3,
  /** aws.amazon.com/eventbridge/pricing: custom events, and runs of the scheduler. */
  busEvent: 1.0 / 1e6,
  schedulerRun: 1.0 / 1e6,
  /** aws.amazon.com/cloudfront/pricing: United States and Europe, HTTPS. */
  cloudFrontRequest: 0.01 / 1e4,
  cloudFrontGigabyte: 0.085,
  /** aws.amazon.com/s3/pricing. */
  bucketGigabyteMonth: 0.023,
  bucketRequest: 0.4 / 1e6,
} as const;
